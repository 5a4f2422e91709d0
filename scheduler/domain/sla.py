"""The enquiry clock: when an answer is due, what happened to the promise, and why, in codes.

Elapsed hours, in UTC, through weekends and both nights the clock changes. Knows no calendar but the night. Source: design, "Enquiry clock".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from scheduler.domain.calendar import OSLO, local, resolve

RESPONSE_TIME = timedelta(hours=24)
REMIND_AFTER = timedelta(hours=20)
ESCALATE_AFTER = timedelta(hours=23)
#: Nobody is mailed from ten in the evening until seven in the morning.
NIGHT_FROM, NIGHT_UNTIL = time(22), time(7)


class Started(StrEnum):
    """What the clock was started by."""

    WRITTEN = "written"  # the citizen wrote it then
    NOT_SEEN_BEFORE = "not_seen_before"  # a complete look at the thread lacked it, so it came after that
    CLOCK_AHEAD = "clock_ahead"  # the platform's time lay in the future; the moment we saw it counts
    BY_HAND = "by_hand"
    EDITED = "edited"  # an edit made it a question, or changed what we had answered
    REOPENED = "reopened"  # we took up again what had been answered


@dataclass(frozen=True, slots=True)
class Clock:
    """`started_at` and why; `due_at` is RESPONSE_TIME later."""

    started_at: datetime
    started_by: Started

    @property
    def due_at(self) -> datetime:
        return self.started_at + RESPONSE_TIME


def clock_of(*, written_at: datetime, seen_at: datetime, lacked_at: datetime | None, by_hand: bool = False) -> Clock:
    """The clock of a comment. `seen_at`: when it was first collected; `lacked_at`: the last complete look at its thread without it."""
    if by_hand:
        return Clock(min(written_at, seen_at), Started.BY_HAND)
    if written_at > seen_at:
        return Clock(seen_at, Started.CLOCK_AHEAD)
    if lacked_at is not None and lacked_at > written_at:
        return Clock(min(lacked_at, seen_at), Started.NOT_SEEN_BEFORE)
    return Clock(written_at, Started.WRITTEN)


class Promise(StrEnum):
    """How it stands with the promise."""

    RUNNING = "running"
    SOON = "soon"
    OVERDUE = "overdue"
    KEPT = "kept"
    ANSWERED_LATE = "answered_late"


def promise(*, due_at: datetime, settled: bool, breached: bool, now: datetime) -> Promise:
    """Kept up to and including `due_at`; one instant later is late, and late stays late. `breached`: a comment waited too long."""
    if settled:
        return Promise.ANSWERED_LATE if breached else Promise.KEPT
    if breached or now > due_at:
        return Promise.OVERDUE
    return Promise.SOON if due_at - now <= RESPONSE_TIME - REMIND_AFTER else Promise.RUNNING


class Step(StrEnum):
    """The reminder steps: to the one who has it, to the leader."""

    REMIND = "remind"
    ESCALATE = "escalate"


STEPS: dict[Step, timedelta] = {Step.REMIND: REMIND_AFTER, Step.ESCALATE: ESCALATE_AFTER}


def too_long(*, started_at: datetime, ended_at: datetime) -> bool:
    """Whether somebody waited longer than RESPONSE_TIME; exactly that long is in time."""
    return ended_at > started_at + RESPONSE_TIME


def steps_due(*, started_at: datetime, now: datetime) -> tuple[Step, ...]:
    """The steps whose moment has come."""
    return tuple(step for step, after in STEPS.items() if now >= started_at + after)


def is_night(moment: datetime, *, zone: str = OSLO) -> bool:
    """Whether nobody is to be mailed now: from 22:00:00 up to, not including, 07:00:00 on the wall."""
    return not NIGHT_UNTIL <= local(moment, zone).time() < NIGHT_FROM


def by_day(moment: datetime, *, zone: str = OSLO) -> datetime:
    """The moment itself, or the end of the night that it lies in."""
    if not is_night(moment, zone=zone):
        return moment
    wall = local(moment, zone)
    morning = wall.date() + timedelta(days=wall.time() >= NIGHT_FROM)
    return resolve(datetime.combine(morning, NIGHT_UNTIL), zone).at
