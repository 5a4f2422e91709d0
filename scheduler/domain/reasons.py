"""What the planner answers: a place or none, and why, in codes that the web has words for.

Knows the refusals. Decides nothing about places; it keeps account of what was asked and what leads out of a refusal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from scheduler.domain.rules import Refusal, first_of

#: How many earlier slots a placement accounts for.
MOST_REASONS = 6


class Because(StrEnum):
    """Why a post stands where it stands."""

    FIRST_LAWFUL = "first_lawful"
    CHOSEN = "chosen"
    TURN_BROKEN = "turn_broken"
    LANGUAGE_CHOSEN = "language_chosen"
    NEAREST = "nearest"
    #: A person set the rule in `rule` aside and gave a reason.
    EXCUSED = "excused"
    #: It breaks the turn without having waited, since it would miss its latest moment.
    TURN_HURRIED = "turn_hurried"
    #: It keeps the time that was announced for it.
    STANDS = "stands"
    #: An earlier time was free for it, but the posts fit together better this way.
    FITS_BEST = "fits_best"
    #: It stood at `from` before: so fewer posts miss their latest moment; so nynorsk and bokmål take turns better; `rule` forbids that time now.
    MOVED_FOR_LATEST = "moved_for_latest"
    MOVED_FOR_TURN = "moved_for_turn"
    MOVED_BY_RULE = "moved_by_rule"


class WentFirst(StrEnum):
    """Why another post has a slot, or why a slot was left free though a post could have had it: `why` in the account."""

    ANNOUNCED = "announced"
    CHOSEN = "chosen"
    NATIVE = "native"
    THEIR_TURN = "their_turn"
    SOONER = "sooner"
    MATTERS_MORE = "matters_more"
    OLDER = "older"
    FITS = "fits"
    TURN_LATER = "turn_later"


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the account. `at`, `until`: instants as ISO text; `times`: how many slots in a row had the same reason."""

    code: Refusal | Because
    params: Mapping[str, str] = field(default_factory=dict, hash=False)

    def as_row(self) -> dict[str, Any]:
        """The form it is kept in."""
        return {"code": self.code.value, "params": dict(self.params)}


def excused_by(kept: Iterable[Mapping[str, Any]]) -> frozenset[Refusal]:
    """The rules a kept account (rows of `Reason.as_row`) sets aside: the recorded break of a turn, and what a person excused.

    Whoever asks the rules again about a placed post gives this as `Candidate.excused`; else a recorded break would be refused when due.
    """
    found = set()
    for row in kept:
        if row["code"] in (Because.TURN_BROKEN.value, Because.TURN_HURRIED.value):
            found.add(Refusal.TURN)
        elif row["code"] == Because.EXCUSED.value:
            found.add(Refusal(row["params"]["rule"]))
    return frozenset(found)


class WayOut(StrEnum):
    """What a person can do about a refusal."""

    APPROVE = "approve"
    RESUME_CHANNEL = "resume_channel"
    CHOOSE_TIME = "choose_time"
    CHANGE_EARLIEST = "change_earliest"
    CHANGE_LATEST = "change_latest"
    GIVE_REASON = "give_reason"
    WRITE_OTHER_LANGUAGE = "write_other_language"
    CHANGE_RULES = "change_rules"
    CANCEL = "cancel"
    WAIT = "wait"


WAYS_OUT: Mapping[Refusal, tuple[WayOut, ...]] = {
    Refusal.NOT_APPROVED: (WayOut.APPROVE,),
    Refusal.CHANNEL_PAUSED: (WayOut.RESUME_CHANNEL,),
    Refusal.IN_THE_PAST: (WayOut.CHOOSE_TIME,),
    Refusal.NOT_DUE: (WayOut.WAIT,),
    Refusal.LATE: (WayOut.CHOOSE_TIME,),
    Refusal.BEFORE_EARLIEST: (WayOut.CHANGE_EARLIEST,),
    Refusal.AFTER_LATEST: (WayOut.CHANGE_LATEST, WayOut.CHOOSE_TIME, WayOut.CANCEL),
    Refusal.HOLIDAY: (WayOut.CHOOSE_TIME,),
    Refusal.OWN_DAY: (WayOut.CHOOSE_TIME,),
    Refusal.OUTSIDE_WINDOW: (WayOut.CHOOSE_TIME, WayOut.GIVE_REASON),
    Refusal.DAY_FULL: (WayOut.CHOOSE_TIME, WayOut.GIVE_REASON),
    Refusal.TOO_CLOSE: (WayOut.CHOOSE_TIME, WayOut.GIVE_REASON),
    Refusal.CAMPAIGN: (WayOut.CHOOSE_TIME, WayOut.GIVE_REASON),
    Refusal.TURN: (WayOut.WRITE_OTHER_LANGUAGE, WayOut.CHOOSE_TIME, WayOut.GIVE_REASON),
    Refusal.HELD: (WayOut.CHOOSE_TIME,),
    Refusal.KEPT_FREE: (WayOut.CHOOSE_TIME,),
    Refusal.BEYOND_HORIZON: (WayOut.WAIT, WayOut.CHANGE_RULES),
}


def ways_out_of(refusals: Iterable[Refusal], *, excusable: frozenset[Refusal]) -> tuple[WayOut, ...]:
    """What a person can do, in the order of the refusals. A reason helps only where each hard refusal is absent, and nothing opens the past."""
    found = set(refusals)
    if Refusal.IN_THE_PAST in found:
        found = {Refusal.IN_THE_PAST}
    offered = dict.fromkeys(way for refusal in Refusal if refusal in found for way in WAYS_OUT[refusal])
    if not found <= excusable:
        offered.pop(WayOut.GIVE_REASON, None)
    return tuple(offered)


@dataclass(frozen=True, slots=True)
class Placement:
    """A place for a post: `day` and `starts_at` (UTC), what it counts as in the channel, why there, and the rules it need not keep.

    `beyond_cap`: a person set the cap aside, and the ordinal lies above it. `moved_from`: the slot that was announced for it before, where
    that is another one. `waits_since`: the first slot it lost to the turn alone, to be kept for the next plan.
    """

    publication_id: int
    day: date
    ordinal: int
    starts_at: datetime
    language: str
    because: tuple[Reason, ...]
    excused: frozenset[Refusal] = frozenset()
    beyond_cap: bool = False
    moved_from: datetime | None = None
    waits_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """No place for a post: every kind of refusal it met, the one that stood in its way most often, the account of the first slots, and
    what a person can do.
    """

    publication_id: int
    refusals: frozenset[Refusal]
    foremost: Refusal
    because: tuple[Reason, ...]
    ways_out: tuple[WayOut, ...]


@dataclass(frozen=True, slots=True, order=True)
class Aim:
    """What a plan costs; of two plans the lesser is the better one, and what comes first outweighs all that follows.

    `missed`: latest moments that are not met, each by its weight (1 and its priority). `hurried`: breaks of the turn by a post that has not
    waited its time out, only for the sake of a latest moment. `left`: other posts without a place in all the weeks, though some slot would
    suit them. `breaks`: pairs of neighbours in the same language, the hurried too. `moves`: announced posts that stand elsewhere. `delay`: how many slots each post waits from the first that it may have, times its weight.
    """

    missed: int = 0
    hurried: int = 0
    left: int = 0
    breaks: int = 0
    moves: int = 0
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """What it would cost the others to place one post at a time: who would miss a latest moment, how many more breaks of the turn (fewer:
    below nothing), which announced posts would move, and how many days later the others come, all in all.
    """

    missed: tuple[int, ...]
    breaks: int
    moved: tuple[int, ...]
    days: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Every post asked about is in one of the two; placements in order of time."""

    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...]
    aim: Aim = Aim()


_OWN_TIMES = frozenset({Refusal.BEFORE_EARLIEST, Refusal.AFTER_LATEST})


class Trail:
    """The account of the slots a post did not get, in order. The same answer several times in a row is one line."""

    def __init__(self) -> None:
        self._lines: list[Reason] = []
        self._met: Counter[Refusal] = Counter()

    @property
    def refusals(self) -> frozenset[Refusal]:
        """Every kind that was an obstacle."""
        return frozenset(self._met)

    @property
    def is_full(self) -> bool:
        """Whether no further line would be told."""
        return len(self._lines) > MOST_REASONS

    def foremost(self, found: Iterable[Refusal]) -> Refusal:
        """Of what refused the post, what did so most often between its earliest and its latest moment; else the first by rank."""
        times = {refusal: number for refusal, number in self._met.items() if refusal not in _OWN_TIMES}
        most = max(times.values(), default=0)
        return first_of([refusal for refusal, number in times.items() if number == most] or found)

    def note(self, refusal: Refusal, starts_at: datetime, params: Mapping[str, str]) -> None:
        """The slot at `starts_at` was not to be had, and why. Slots gone by are told, but are no obstacle."""
        if refusal is not Refusal.IN_THE_PAST:
            self._met[refusal] += 1
        at = starts_at.isoformat()
        last = self._lines[-1] if self._lines else None
        if last is not None and last.code is refusal and all(last.params.get(name) == params[name] for name in params):
            times = int(last.params.get("times", "1")) + 1
            self._lines[-1] = Reason(refusal, {**last.params, "until": at, "times": str(times)})
        else:
            self._lines.append(Reason(refusal, {**params, "at": at}))

    def account(self) -> tuple[Reason, ...]:
        """Its first lines."""
        return tuple(self._lines[:MOST_REASONS])
