"""People: added, given roles, let in and shut out; and what each may change about themselves.

`actor` None is the operator's command line. Raises Refused with every code at once, and Missing for somebody who is not of this
municipality. Whatever ends sessions raises `session_epoch`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from scheduler.domain.access import Actor, Deed, Grant, Role, demand
from scheduler.domain.municipalities import PAGE_LANGUAGES
from scheduler.domain.people import (
    LONGEST_NAME,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    PersonRefusal,
    email_faults,
    name_faults,
    password_faults,
    tidy_email,
    tidy_name,
)
from scheduler.errors import Refused
from scheduler.services.signing_in import hash_password, verify
from scheduler.store import audit, municipalities, people
from scheduler.store.tables import Person

#: Roles that are always one unit's, and roles that never are.
OF_A_UNIT = frozenset({Role.LEADER})
OF_THE_WHOLE = frozenset({Role.CHIEF, Role.ARCHIVIST, Role.ADMINISTRATOR})
_LIMITS = {"limit": LONGEST_NAME, "shortest": SHORTEST_PASSWORD, "longest": LONGEST_PASSWORD}

Wanted = tuple[Role, int | None]


def actor_of(session: Session, person_id: int) -> Actor:
    """The person at work, with the roles held now."""
    person = people.get(session, person_id)
    held = people.grants(session, [person_id])
    return Actor(
        person_id=person.pk,
        municipality_id=person.municipality_id,
        name=person.name,
        grants=frozenset(Grant(grant.role, grant.unit_id) for grant in held),
    )


def add_person(
    session: Session,
    actor: Actor | None,
    *,
    name: str,
    email: str,
    role: Role,
    unit_id: int | None = None,
    password: str | None = None,
    now: datetime,
) -> Person:
    """A new person with one role. Without a password nobody can sign in as this person yet."""
    demand(actor, Deed.MANAGE_PEOPLE, unit_id=unit_id)
    tidy, address = tidy_name(name), tidy_email(email)
    faults = name_faults(tidy) | email_faults(address) | _role_faults(session, [(role, unit_id)])
    if password is not None:
        faults |= password_faults(password, email=address)
    if PersonRefusal.EMAIL_MALFORMED not in faults and people.by_email(session, address) is not None:
        faults.add(PersonRefusal.EMAIL_TAKEN)
    _refuse(faults)
    person = people.add(
        session, name=tidy, email=address, password_hash=hash_password(password) if password else None, now=now
    )
    people.replace_grants(session, person.pk, [(role, unit_id)])
    _note(session, actor, person.pk, "add", now=now, detail={"role": role.value, "unit_id": unit_id})
    return person


def change_roles(
    session: Session, actor: Actor | None, *, person_id: int, wanted: Iterable[Wanted], now: datetime
) -> None:
    """Let the person hold exactly these roles."""
    demand(actor, Deed.MANAGE_PEOPLE, unit_id=None)
    person, roles = people.get(session, person_id), sorted(set(wanted), key=lambda pair: (pair[0].value, pair[1] or 0))
    faults = _role_faults(session, roles) | (set() if roles else {PersonRefusal.NO_ROLE})
    if (Role.ADMINISTRATOR, None) not in roles and _is_last_administrator(session, person):
        faults.add(PersonRefusal.LAST_ADMINISTRATOR)
    _refuse(faults)
    before = [[grant.role.value, grant.unit_id] for grant in people.grants(session, [person_id])]
    people.replace_grants(session, person_id, roles)
    after = [[role.value, unit_id] for role, unit_id in roles]
    _note(session, actor, person_id, "change_roles", now=now, detail={"before": before, "after": after})


def close_account(session: Session, actor: Actor | None, *, person_id: int, now: datetime) -> None:
    """Shut the person out, at once and everywhere. What the person did stays in the history."""
    demand(actor, Deed.MANAGE_PEOPLE, unit_id=None)
    person = people.get(session, person_id)
    if actor is not None and actor.person_id == person_id:
        raise Refused(PersonRefusal.NOT_ONESELF)
    if _is_last_administrator(session, person):
        raise Refused(PersonRefusal.LAST_ADMINISTRATOR)
    if not person.active:
        return
    person.active, person.session_epoch = False, person.session_epoch + 1
    session.add(person)
    _note(session, actor, person_id, "close_account", now=now)


def open_account(session: Session, actor: Actor | None, *, person_id: int, now: datetime) -> None:
    """Let a person in again who had been shut out."""
    demand(actor, Deed.MANAGE_PEOPLE, unit_id=None)
    person = people.get(session, person_id)
    if person.active:
        return
    person.active = True
    session.add(person)
    _note(session, actor, person_id, "open_account", now=now)


def set_password(session: Session, actor: Actor | None, *, person_id: int, password: str, now: datetime) -> None:
    """Give somebody a new password; all of that person's sessions end."""
    demand(actor, Deed.MANAGE_PEOPLE, unit_id=None)
    person = people.get(session, person_id)
    _refuse(password_faults(password, email=person.email))
    _keep_password(session, person, password)
    _note(session, actor, person_id, "set_password", now=now)


def change_own_password(session: Session, actor: Actor, *, old: str, new: str, now: datetime) -> Person:
    """One's own new password. All other sessions of this person end; the caller carries this one over."""
    person = people.get(session, actor.person_id)
    faults = password_faults(new, email=person.email)
    if not verify(person.password_hash, old):
        faults.add(PersonRefusal.OLD_PASSWORD_WRONG)
    _refuse(faults)
    _keep_password(session, person, new)
    _note(session, actor, person.pk, "change_own_password", now=now)
    return person


def choose_language(session: Session, actor: Actor, *, language: str | None, now: datetime) -> None:
    """The language of one's own pages; None: the municipality's."""
    if language is not None and language not in PAGE_LANGUAGES:
        raise Refused(PersonRefusal.LANGUAGE_UNKNOWN)
    person = people.get(session, actor.person_id)
    person.language = language
    session.add(person)
    _note(session, actor, person.pk, "choose_language", now=now, detail={"language": language})


def _keep_password(session: Session, person: Person, password: str) -> None:
    person.password_hash, person.session_epoch = hash_password(password), person.session_epoch + 1
    session.add(person)
    people.forget_failures(session, f"person:{person.email}")


def _role_faults(session: Session, wanted: Iterable[Wanted]) -> set[PersonRefusal]:
    faults: set[PersonRefusal] = set()
    known = {unit.pk for unit in municipalities.units(session)}
    for role, unit_id in wanted:
        if unit_id is None and role in OF_A_UNIT:
            faults.add(PersonRefusal.UNIT_NEEDED)
        if unit_id is not None and role in OF_THE_WHOLE:
            faults.add(PersonRefusal.NO_UNIT_WANTED)
        if unit_id is not None and unit_id not in known:
            faults.add(PersonRefusal.UNKNOWN_UNIT)
    return faults


def _is_last_administrator(session: Session, person: Person) -> bool:
    holds = any(
        grant.role is Role.ADMINISTRATOR and grant.unit_id is None for grant in people.grants(session, [person.pk])
    )
    return holds and person.active and not people.other_active_with(session, Role.ADMINISTRATOR, than=person.pk)


def _refuse(faults: set[PersonRefusal]) -> None:
    if faults:
        raise Refused(*sorted(faults), **_LIMITS)


def _note(
    session: Session,
    actor: Actor | None,
    person_id: int,
    action: str,
    *,
    now: datetime,
    detail: dict[str, object] | None = None,
) -> None:
    audit.note(
        session,
        now=now,
        person_id=actor.person_id if actor else None,
        subject="person",
        subject_id=person_id,
        action=action,
        detail=detail,
    )
