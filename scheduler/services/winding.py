"""Winding the clock of the demo: to the next sending, or by some hours. No other installation has a clock that can be wound.

Workers that live stay alive over the jump: their newest sign of life is moved along.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from scheduler.clock import Clock
from scheduler.domain.delivery import State
from scheduler.store import heartbeats
from scheduler.store.database import Database, municipality_of
from scheduler.store.tables import Delivery, Slot

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
