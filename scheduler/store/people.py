"""People, their roles and failed sign-ins in the database.

Knows their tables. Knows no rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, delete, func, or_, select, tuple_

from scheduler.domain.access import Grant, Role
from scheduler.domain.reminding import Colleague
from scheduler.store import rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import GrantRow, Person, SignInFailure


def get(session: Session, person_id: int) -> Person:
    """The person with this id; raises Missing."""
    return rows.get(session, Person, person_id)


def by_email(session: Session, email: str) -> Person | None:
    """The person with this (tidy) e-mail address."""
    return rows.one(session, Person, col(Person.email) == email)


def add(session: Session, *, name: str, email: str, password_hash: str | None, now: datetime) -> Person:
    """A new person, written at once."""
    row = Person(
        municipality_id=municipality_of(session), name=name, email=email, password_hash=password_hash, created_at=now
    )
    return rows.add(session, row)


def page(
    session: Session, *, search: str = "", after: int | None = None, before: int | None = None, limit: int
) -> list[Person]:
    """People by name, at most `limit`: those after (or before) the person with that id, whose name or e-mail holds `search`."""
    ordered = (func.lower(col(Person.name)), col(Person.id))
    query = rows.mine(session, Person)
    if search:
        # SQLite's lower() knows only a to z: the usual ways to write a name with æ, ø or å are tried one by one.
        wanted = {search, search.lower(), search.capitalize(), search.title()}
        columns = (col(Person.name), col(Person.email))
        query = query.where(or_(*(column.icontains(text, autoescape=True) for column in columns for text in wanted)))
    edge = rows.one(session, Person, col(Person.id) == (after or before)) if after or before else None
    if edge is None:
        return list(session.exec(query.order_by(*ordered).limit(limit)))
    place = tuple_(func.lower(edge.name), edge.id)
    if after:
        return list(session.exec(query.where(tuple_(*ordered) > place).order_by(*ordered).limit(limit)))
    backwards = (part.desc() for part in ordered)
    return list(session.exec(query.where(tuple_(*ordered) < place).order_by(*backwards).limit(limit)))[::-1]


def grants(session: Session, person_ids: Iterable[int]) -> list[GrantRow]:
    """The roles that these people hold."""
    return rows.every(session, GrantRow, col(GrantRow.person_id).in_(list(person_ids)))


def colleagues(session: Session) -> list[Colleague]:
    """Everybody who can sign in, with their roles."""
    active = select(col(Person.id)).where(
        Person.municipality_id == municipality_of(session), col(Person.active).is_(True)
    )
    held: dict[int, set[Grant]] = {}
    for row in rows.every(session, GrantRow, col(GrantRow.person_id).in_(active)):
        held.setdefault(row.person_id, set()).add(Grant(row.role, row.unit_id))
    return [Colleague(person_id, frozenset(grants)) for person_id, grants in held.items()]


def replace_grants(session: Session, person_id: int, wanted: Iterable[tuple[Role, int | None]]) -> None:
    """Let the person hold exactly these roles, each for a unit or (None) the whole municipality."""
    left = set(wanted)
    for row in grants(session, [person_id]):
        if (row.role, row.unit_id) in left:
            left.discard((row.role, row.unit_id))
        else:
            session.delete(row)
    session.flush()
    for role, unit_id in sorted(left, key=lambda pair: (pair[0].value, pair[1] or 0)):
        rows.add(
            session, GrantRow(municipality_id=municipality_of(session), person_id=person_id, role=role, unit_id=unit_id)
        )


def other_active_with(session: Session, role: Role, *, than: int) -> int:
    """How many other active people hold `role` for the whole municipality."""
    query = (
        select(func.count(col(Person.id)))
        .join(
            GrantRow, (col(GrantRow.person_id) == Person.id) & (col(GrantRow.municipality_id) == Person.municipality_id)
        )
        .where(
            Person.municipality_id == municipality_of(session),
            col(Person.active).is_(True),
            Person.id != than,
            GrantRow.role == role,
            col(GrantRow.unit_id).is_(None),
        )
    )
    return session.exec(query).one()


def failures(session: Session, key: str, *, since: datetime) -> list[datetime]:
    """When sign-ins failed for this key, after `since`."""
    found = rows.every(session, SignInFailure, col(SignInFailure.key) == key, col(SignInFailure.failed_at) > since)
    return [row.failed_at for row in found]


def add_failures(session: Session, keys: Iterable[str], *, now: datetime) -> None:
    """Keep one failed sign-in for each key."""
    for key in keys:
        rows.add(session, SignInFailure(municipality_id=municipality_of(session), key=key, failed_at=now))


def forget_failures(session: Session, key: str, *, at: datetime | None = None) -> None:
    """Take away the failures of a key: all, or only one of those kept at exactly `at`."""
    mine = (col(SignInFailure.municipality_id) == municipality_of(session), col(SignInFailure.key) == key)
    if at is None:
        session.exec(delete(SignInFailure).where(*mine))
        return
    first = session.exec(
        select(col(SignInFailure.id))
        .where(*mine, col(SignInFailure.failed_at) == at)
        .order_by(col(SignInFailure.id))
        .limit(1)
    ).first()
    if first is not None:
        session.exec(delete(SignInFailure).where(*mine, col(SignInFailure.id) == first))


def forget_old_failures(session: Session, *, before: datetime, limit: int = 20) -> None:
    """Take away failures that no longer count, a few at a time."""
    old = (
        select(col(SignInFailure.id))
        .where(SignInFailure.municipality_id == municipality_of(session), col(SignInFailure.failed_at) < before)
        .limit(limit)
    )
    ids = list(session.exec(old))
    if ids:
        session.exec(delete(SignInFailure).where(col(SignInFailure.id).in_(ids)))
