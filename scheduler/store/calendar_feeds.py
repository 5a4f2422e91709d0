"""The secret addresses at which people's calendar programs read: found by the hash of the secret, never by the secret itself.

Knows their table. Knows no rule.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col

from scheduler.store import rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import CalendarFeed


def add(session: Session, *, person_id: int, secret_hash: str, now: datetime) -> CalendarFeed:
    """A new one, written at once."""
    row = CalendarFeed(
        municipality_id=municipality_of(session), person_id=person_id, secret_hash=secret_hash, created_at=now
    )
    return rows.add(session, row)


def get(session: Session, feed_id: int) -> CalendarFeed:
    """The one with this id; raises Missing."""
    return rows.get(session, CalendarFeed, feed_id)


def by_hash(session: Session, secret_hash: str) -> CalendarFeed | None:
    """The one whose secret has this hash, revoked or not."""
    return rows.one(session, CalendarFeed, col(CalendarFeed.secret_hash) == secret_hash)


def open_of(session: Session, person_id: int) -> list[CalendarFeed]:
    """Those of a person that are not revoked, in order of making."""
    return rows.every(
        session, CalendarFeed, col(CalendarFeed.person_id) == person_id, col(CalendarFeed.revoked_at).is_(None)
    )
