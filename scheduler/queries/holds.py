"""The holds that are open: what is held back, why, by whom and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scheduler.store import holds
from scheduler.store.tables import Person


@dataclass(frozen=True, kw_only=True)
class HoldView:
    """A hold. `channel_id` None: everything that the municipality sends. `person_name` None: the command line."""

    channel_id: int | None
    reason: str
    person_name: str | None
    since: datetime


def open_holds(session: Session) -> tuple[HoldView, ...]:
    """The municipality's open holds, the one over everything first."""
    found = (
        HoldView(
            channel_id=row.channel_id,
            reason=row.reason,
            person_name=_name(session, row.person_id),
            since=row.created_at,
        )
        for row in holds.open_holds(session)
    )
    return tuple(sorted(found, key=lambda hold: (hold.channel_id or 0, hold.since)))


def _name(session: Session, person_id: int | None) -> str | None:
    person = session.get(Person, person_id) if person_id is not None else None
    return person.name if person else None
