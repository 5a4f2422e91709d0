"""Reminding: whoever must answer is told when 20 of the 24 hours are gone, and whoever leads when 23 are. Never at night.

Writes one reminder for each step of each waiting and person, and one mail for each person and ringing, in the same transaction. What
came due in the night is told in the morning, in one mail. Sends nothing itself; who is told, domain/reminding decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlmodel import Session

from scheduler import log
from scheduler.domain import delivery
from scheduler.domain.calendar import local, resolve
from scheduler.domain.reminding import Colleague, knows_already, reaches_somebody, recipients
from scheduler.domain.sla import NIGHT_FROM, Step, is_night, steps_due
from scheduler.errors import LostRace
from scheduler.services import letters
from scheduler.services.apart import Apart
from scheduler.services.gate import Gate
from scheduler.store import deliveries, municipalities, people, reminders
from scheduler.store.database import Database
from scheduler.store.reminders import Told, Waiting
from scheduler.store.tables import DeliveryContent, Municipality

_log = log.logger(__name__)

#: Enquiries that one transaction tells one person of, and the most that a mail lists: two rows each, and three for the mail.
AT_A_TIME = 10


#: What became of a mail that nobody has refused and nobody has got.
_NEVER_SENT = frozenset({delivery.State.LAPSED, delivery.State.CANCELLED})


@dataclass(frozen=True, kw_only=True)
class News:
    """What one person has not been told of one enquiry. `again`: reminders whose mail was never sent; `mailed`: a mail must say it."""

    waiting: Waiting
    steps: tuple[Step, ...]
    again: tuple[int, ...]
    mailed: bool


def remind_due(db: Database, *, gate: Gate, apart: Apart = nullcontext) -> int:
    """The reminding bell: tell everybody who is to be told now, each municipality apart. Gives the number of reminders written."""
    now = gate.clock()
    with db.across() as session:
        towns = municipalities.every(session)
    written = 0
    for town in towns:
        with apart():
            if not is_night(now, zone=town.zone):
                written += _remind(db, town, gate=gate, now=now, apart=apart)
    return written


def _remind(db: Database, town: Municipality, *, gate: Gate, now: datetime, apart: Apart) -> int:
    assert town.id is not None
    with db.read(town.id) as session:
        outdated = bool(reminders.outdated_mails(session))
        found = reminders.waiting(session, now=now)
        colleagues = people.colleagues(session) if found else []
        told = reminders.told_of(session, now=now) if found else []
    if outdated:
        _withdraw(db, town.id, now=now)
    alone = sum(not reaches_somebody(each.unit_id, each.assignee_id, colleagues) for each in found)
    if alone:
        _log.warning("nobody_to_remind", municipality_id=town.id, enquiries=alone)
    news = _news(found, told=told, colleagues=colleagues, now=now)
    written = 0
    for person_id, untold in news.items():
        with apart():
            written += _tell(db, town, person_id, untold, gate=gate, now=now)
    return written


def _withdraw(db: Database, municipality_id: int, *, now: datetime) -> None:
    """A mail that still waits to be sent, about nothing that waits, is not sent."""
    with db.begin(municipality_id) as session:
        for each in reminders.outdated_mails(session)[:AT_A_TIME]:
            deliveries.change(session, each, delivery.Action.CANCEL, now=now)


def _tell(
    db: Database, town: Municipality, person_id: int, untold: Sequence[News], *, gate: Gate, now: datetime
) -> int:
    """One person, a few enquiries a transaction, one mail. Where another worker tells the same at this moment, the database lets one."""
    assert town.id is not None
    written, delivery_id = 0, None
    left = sorted(untold, key=lambda each: not each.mailed)
    while left:
        some, left = left[:AT_A_TIME], left[AT_A_TIME:]
        ids = [each.waiting.enquiry_id for each in some]
        try:
            with db.begin(town.id) as session:
                still = reminders.lock_waiting(session, ids, now=now)
                told = reminders.told_of(session, now=now, enquiry_ids=ids)
                news = _news(still, told=told, colleagues=people.colleagues(session), now=now).get(person_id, [])
                mailed = [each for each in news if each.mailed]
                if mailed and delivery_id is None and gate.mail() is not None:
                    more = sum(each.mailed for each in left)
                    delivery_id = _mint(session, town, person_id, mailed, more=more, gate=gate, now=now)
                for each in news:
                    _keep(session, each, person_id=person_id, delivery_id=delivery_id if each.mailed else None, now=now)
        except LostRace:
            return written
        written += sum(len(each.steps) for each in news)
    return written


def _keep(session: Session, news: News, *, person_id: int, delivery_id: int | None, now: datetime) -> None:
    for step in news.steps:
        reminders.keep(session, news.waiting, step, person_id=person_id, delivery_id=delivery_id, now=now)
    if delivery_id is not None:
        for reminder_id in news.again:
            reminders.mail_again(session, reminder_id, delivery_id=delivery_id)


def _news(
    found: Sequence[Waiting], *, told: Iterable[Told], colleagues: Sequence[Colleague], now: datetime
) -> Mapping[int, list[News]]:
    """What each person is to be told, by the person's id, the nearest due first."""
    before: dict[tuple[int, int], list[Told]] = {}
    for each in told:
        before.setdefault((each.enquiry_id, each.person_id), []).append(each)
    news: dict[int, list[News]] = {}
    for waiting in found:
        reached: dict[int, list[Step]] = {}
        for step in steps_due(started_at=waiting.started_at, now=now):
            for person_id in recipients(
                step, unit_id=waiting.unit_id, assignee_id=waiting.assignee_id, colleagues=colleagues
            ):
                reached.setdefault(person_id, []).append(step)
        for person_id, steps in reached.items():
            known = before.get((waiting.enquiry_id, person_id), [])
            untold = _untold(waiting, steps, known)
            if untold.steps or (untold.again and untold.mailed):
                news.setdefault(person_id, []).append(untold)
    return news


def _untold(waiting: Waiting, steps: Iterable[Step], told: Sequence[Told]) -> News:
    of_this = [each for each in told if each.due_at == waiting.due_at]
    knows = any(
        each.mail not in {None, delivery.State.FAILED, *_NEVER_SENT}
        and each.mailed_at is not None
        and knows_already(each.mailed_at, started_at=waiting.started_at)
        for each in told
    )
    return News(
        waiting=waiting,
        steps=tuple(step for step in steps if step not in {each.step for each in of_this}),
        again=tuple(each.reminder_id for each in of_this if each.mail in _NEVER_SENT),
        mailed=not knows,
    )


def _mint(
    session: Session,
    town: Municipality,
    person_id: int,
    news: Sequence[News],
    *,
    more: int,
    gate: Gate,
    now: datetime,
) -> int:
    """Write the mail, to be sent before the night. Gives its delivery's id."""
    person = people.get(session, person_id)
    language = person.language or town.language
    inbox = f"{address_of(town, gate.house.address)}/inbox/"
    names = {
        holder: people.get(session, holder).name
        for holder in {each.waiting.assignee_id for each in news}
        if holder is not None
    }
    subject, text = letters.reminder(
        language,
        name=person.name,
        entries=[
            letters.Entry(
                who=each.waiting.author_name,
                said=reminders.longest_waiting(session, each.waiting.enquiry_id),
                channel=each.waiting.channel_name,
                due_at=each.waiting.due_at,
                address=f"{inbox}{each.waiting.enquiry_id}",
                mine=each.waiting.assignee_id == person_id,
                held_by=names.get(each.waiting.assignee_id) if each.waiting.assignee_id is not None else None,
            )
            for each in news
        ],
        more=more,
        address=inbox,
        zone=town.zone,
        now=now,
    )
    content = DeliveryContent(
        municipality_id=person.municipality_id,
        delivery_id=0,
        text=text,
        language=language,
        recipient=person.email,
        subject=subject,
    )
    return deliveries.mint(
        session,
        kind=delivery.Kind.MAIL,
        lane=None,
        channel_id=None,
        content=content,
        now=now,
        not_after=nightfall(now, zone=town.zone),
        person_id=None,
    ).pk


def nightfall(now: datetime, *, zone: str) -> datetime:
    """When it becomes night; `now` is by day."""
    return resolve(
        local(now, zone).replace(hour=NIGHT_FROM.hour, minute=0, second=0, microsecond=0, tzinfo=None), zone
    ).at


def address_of(town: Municipality, base: str) -> str:
    """Where the municipality's own pages begin."""
    if town.host:
        base = f"{urlsplit(base).scheme}://{town.host}"
    return f"{base}/{town.slug}"
