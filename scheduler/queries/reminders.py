"""Who was reminded of an enquiry, and the enquiries that reach nobody.

Reads only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import distinct, func, select
from sqlmodel import Session, col

from scheduler.domain.delivery import State
from scheduler.domain.reminding import reaches_somebody
from scheduler.store import people, reminders
from scheduler.store.database import municipality_of
from scheduler.store.tables import Delivery, Person, Reminder


@dataclass(frozen=True, kw_only=True)
class Mailed:
    """Somebody who was sent a reminder. `enquiries`: how many it was about."""

    name: str
    enquiries: int


def mailed(session: Session, *, since: datetime, until: datetime) -> tuple[Mailed, ...]:
    """Whom reminders were sent to after `since`, up to `until`, by name."""
    found = session.connection().execute(
        select(col(Person.id), col(Person.name), func.count(distinct(col(Reminder.enquiry_id))))
        .join(
            Reminder, (col(Reminder.municipality_id) == Person.municipality_id) & (col(Reminder.person_id) == Person.id)
        )
        .join(
            Delivery,
            (col(Delivery.municipality_id) == col(Reminder.municipality_id))
            & (col(Delivery.id) == col(Reminder.delivery_id)),
        )
        .where(
            col(Person.municipality_id) == municipality_of(session),
            col(Delivery.state) == State.SENT,
            col(Delivery.created_at) > since,
            col(Delivery.created_at) <= until,
        )
        .group_by(col(Person.id), col(Person.name))
        .order_by(col(Person.name))
    )
    return tuple(Mailed(name=name, enquiries=count) for _, name, count in found)


def reaching_nobody(session: Session, *, now: datetime) -> tuple[int, ...]:
    """The enquiries that should be reminded of by now, where nobody holds a role that could answer them: somebody must give one out."""
    waiting = reminders.waiting(session, now=now)
    if not waiting:
        return ()
    colleagues = people.colleagues(session)
    return tuple(
        each.enquiry_id for each in waiting if not reaches_somebody(each.unit_id, each.assignee_id, colleagues)
    )
