"""People and their roles, as pages show them.

Reads only. Knows nothing of passwords beyond whether there is one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlmodel import Session

from scheduler.domain.access import Role
from scheduler.store import municipalities, people
from scheduler.store.tables import Person

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class GrantView:
    """A role, for one unit or (None) for the whole municipality."""

    role: Role
    unit_id: int | None
    unit: str | None


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """Somebody who can sign in. `session_epoch`: sessions begun under another number have ended."""

    id: int
    name: str
    email: str
    language: str | None
    active: bool
    has_password: bool
    session_epoch: int
    grants: tuple[GrantView, ...]


@dataclass(frozen=True, kw_only=True)
class PeoplePage:
    """Some of the people, by name. `before`, `after`: ids to ask for the page before or after this with, where there is one."""

    people: tuple[PersonView, ...]
    before: int | None
    after: int | None


def one(session: Session, person_id: int) -> PersonView:
    """One person; raises Missing."""
    return _views(session, [people.get(session, person_id)])[0]


def page(
    session: Session, *, search: str = "", after: int | None = None, before: int | None = None, limit: int = PAGE
) -> PeoplePage:
    """The people after (or before) one of them, by name, whose name or e-mail address holds `search`."""
    found = people.page(session, search=search.strip(), after=after, before=before, limit=limit + 1)
    more = len(found) > limit
    if before and not after:
        shown, has_before, has_after = found[-limit:], more, True
    else:
        shown, has_before, has_after = found[:limit], after is not None, more
    views = _views(session, shown)
    return PeoplePage(
        people=views,
        before=views[0].id if views and has_before else None,
        after=views[-1].id if views and has_after else None,
    )


def _views(session: Session, rows: list[Person]) -> tuple[PersonView, ...]:
    names = {row.pk: row.name for row in municipalities.units(session)}
    held: dict[int, list[GrantView]] = defaultdict(list)
    for grant in people.grants(session, [row.pk for row in rows]):
        unit = None if grant.unit_id is None else names.get(grant.unit_id)
        held[grant.person_id].append(GrantView(role=grant.role, unit_id=grant.unit_id, unit=unit))
    return tuple(
        PersonView(
            id=row.pk,
            name=row.name,
            email=row.email,
            language=row.language,
            active=row.active,
            has_password=row.password_hash is not None,
            session_epoch=row.session_epoch,
            grants=tuple(held[row.pk]),
        )
        for row in rows
    )
