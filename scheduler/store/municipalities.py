"""Municipalities and units in the database.

Knows their tables. Knows no rule.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from scheduler.store import rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Municipality, Unit


def every(session: Session) -> list[Municipality]:
    """All municipalities, by name."""
    return list(session.exec(select(Municipality).order_by(col(Municipality.name), col(Municipality.id))))


def by_id(session: Session, municipality_id: int) -> Municipality | None:
    """The municipality with this id."""
    return session.get(Municipality, municipality_id)


def by_slug(session: Session, slug: str) -> Municipality | None:
    """The municipality whose paths begin with `slug`."""
    return session.exec(select(Municipality).where(Municipality.slug == slug)).one_or_none()


def by_host(session: Session, host: str) -> Municipality | None:
    """The municipality that has this host name for its own."""
    return session.exec(select(Municipality).where(Municipality.host == host)).one_or_none()


def add(session: Session, *, name: str, slug: str, language: str, host: str | None, now: datetime) -> Municipality:
    """A new municipality, written at once. The transaction is the operator's (`Database.operate`)."""
    row = Municipality(name=name, slug=slug, language=language, host=host, created_at=now)
    session.add(row)
    session.flush()
    return row


def units(session: Session) -> list[Unit]:
    """The units of this municipality, by name."""
    return rows.every(session, Unit, order=col(Unit.name))


def unit_by_name(session: Session, name: str) -> Unit | None:
    """The unit with this name."""
    return rows.one(session, Unit, col(Unit.name) == name)


def unit(session: Session, unit_id: int) -> Unit | None:
    """The unit with this id, if it is this municipality's."""
    return rows.one(session, Unit, col(Unit.id) == unit_id)


def add_unit(session: Session, *, name: str, now: datetime) -> Unit:
    """A new unit, written at once."""
    return rows.add(session, Unit(municipality_id=municipality_of(session), name=name, created_at=now))
