"""Winding the clock of the demo: to the next sending, to the next reminder, or by some hours. No other installation has a clock that can be wound.

Workers that live stay alive over the jump: their newest sign of life is moved along.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from scheduler.clock import Clock
from scheduler.domain.calendar import OSLO
from scheduler.domain.delivery import State
from scheduler.domain.enquiries import State as Waits
from scheduler.domain.sla import STEPS, by_day
from scheduler.store import heartbeats, municipalities, rows
from scheduler.store.database import Database, municipality_of
from scheduler.store.tables import Delivery, Enquiry, Reminder, Slot

#: Just past the moment, so that what is due then is due.
_A_MOMENT = timedelta(seconds=1)


def next_sending_at(session: Session, *, now: datetime) -> datetime | None:
    """When the municipality's next post goes out; None where nothing is scheduled."""
    in_slot = select(func.min(col(Slot.starts_at))).where(
        col(Slot.municipality_id) == municipality_of(session), col(Slot.minted_at).is_(None), col(Slot.starts_at) > now
    )
    waiting = select(func.min(col(Delivery.not_before))).where(
        col(Delivery.municipality_id) == municipality_of(session),
        col(Delivery.state) == State.READY,
        col(Delivery.not_before) > now,
    )
    found = [session.connection().execute(query).scalar() for query in (in_slot, waiting)]
    return min((moment for moment in found if moment is not None), default=None)


def next_reminder_at(session: Session, *, now: datetime) -> datetime | None:
    """When somebody of the municipality is told next that a citizen waits; never at night. None where nobody waits for an answer."""
    found = session.connection().execute(
        select(col(Enquiry.id), col(Enquiry.started_at), col(Enquiry.due_at)).where(
            col(Enquiry.municipality_id) == municipality_of(session), col(Enquiry.state) == Waits.OPEN
        )
    )
    waiting = {enquiry_id: (started_at, due_at) for enquiry_id, started_at, due_at in found}
    told = {(row.enquiry_id, row.step, row.due_at) for row in rows.every(session, Reminder)}
    town = municipalities.by_id(session, municipality_of(session))
    moments = [
        by_day(max(started_at + after, now), zone=town.zone if town else OSLO)
        for enquiry_id, (started_at, due_at) in waiting.items()
        for step, after in STEPS.items()
        if (enquiry_id, step, due_at) not in told
    ]
    return min((moment for moment in moments if moment > now), default=None)


def wind(db: Database, clock: Clock, *, by: timedelta) -> datetime:
    """Wind the clock forward and give the new now."""
    before = clock()
    clock.wind(by)
    after = clock()
    with db.operate() as session:
        for row in heartbeats.newest(session):
            if heartbeats.lives(row, now=before):
                row.beat_at = after
                session.add(row)
    return after


def wind_to(db: Database, clock: Clock, moment: datetime) -> datetime:
    """Wind the clock to just past `moment`; a moment gone by winds nothing."""
    return wind(db, clock, by=max(moment - clock() + _A_MOMENT, timedelta(0)))
