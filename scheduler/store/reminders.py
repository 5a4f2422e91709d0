"""The enquiries whose reminding moment has come, who was told of them, and the one way to keep that somebody was told.

Knows the rows. Knows no rule: who is told, and when nobody is, the domain says. Never tells anybody itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from scheduler.domain import delivery, replies
from scheduler.domain.enquiries import State
from scheduler.domain.sla import REMIND_AFTER, Step
from scheduler.errors import LostRace
from scheduler.store import rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Comment, Delivery, Enquiry, Reminder, Reply

#: An answer that has not come out after so long may never do so: whoever wrote it is not to rely on it.
STUCK_AFTER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An open enquiry that is due to be reminded of, and the channel it stands on."""

    enquiry_id: int
    started_at: datetime
    due_at: datetime
    assignee_id: int | None
    author_name: str | None
    channel_name: str
    unit_id: int | None


@dataclass(frozen=True, kw_only=True)
class Told:
    """A reminder as it was kept. `mail`: where its delivery stands; None: it had none."""

    reminder_id: int
    enquiry_id: int
    step: Step
    person_id: int
    due_at: datetime
    mail: delivery.State | None
    mailed_at: datetime | None


def waiting(session: Session, *, now: datetime) -> list[Waiting]:
    """The open enquiries whose first step's moment has come, the nearest due first. Without those whose answer is on its way."""
    return [_waiting(row) for row in session.connection().execute(_open_and_late(session, now=now))]


def lock_waiting(session: Session, enquiry_ids: Sequence[int], *, now: datetime) -> list[Waiting]:
    """Those of these that `waiting` would give now, held by this transaction until its end. Locked by id, so that two never wait for each other."""
    session.connection().execute(
        select(col(Enquiry.id))
        .where(col(Enquiry.municipality_id) == municipality_of(session), col(Enquiry.id).in_(enquiry_ids))
        .order_by(col(Enquiry.id))
        .with_for_update()
    )
    asked = _open_and_late(session, now=now).where(col(Enquiry.id).in_(enquiry_ids))
    return [_waiting(row) for row in session.connection().execute(asked)]


def told_of(session: Session, *, now: datetime, enquiry_ids: Sequence[int] | None = None) -> list[Told]:
    """Every reminder of the enquiries that `waiting` gives, or of these alone."""
    query = (
        select(
            col(Reminder.id),
            col(Reminder.enquiry_id),
            col(Reminder.step),
            col(Reminder.person_id),
            col(Reminder.due_at),
            col(Delivery.state),
            col(Delivery.created_at),
        )
        .join(
            Delivery,
            (col(Delivery.municipality_id) == col(Reminder.municipality_id))
            & (col(Delivery.id) == col(Reminder.delivery_id)),
            isouter=True,
        )
        .where(col(Reminder.municipality_id) == municipality_of(session))
    )
    if enquiry_ids is None:
        of_these = _open_and_late(session, now=now).with_only_columns(col(Enquiry.id)).order_by(None)
        query = query.where(col(Reminder.enquiry_id).in_(of_these))
    else:
        query = query.where(col(Reminder.enquiry_id).in_(enquiry_ids))
    found: Iterable[Any] = session.connection().execute(query)
    return [
        Told(
            reminder_id=reminder_id,
            enquiry_id=enquiry_id,
            step=step,
            person_id=person_id,
            due_at=due_at,
            mail=mail,
            mailed_at=mailed_at,
        )
        for reminder_id, enquiry_id, step, person_id, due_at, mail, mailed_at in found
    ]


def longest_waiting(session: Session, enquiry_id: int) -> str:
    """What the comment says that has waited the longest; nothing where none waits."""
    query = (
        select(col(Comment.text))
        .where(
            col(Comment.municipality_id) == municipality_of(session),
            col(Comment.enquiry_id) == enquiry_id,
            *(
                column.is_(None)
                for column in (
                    col(Comment.answered_at),
                    col(Comment.dismissed_at),
                    col(Comment.hidden_at),
                    col(Comment.gone_at),
                )
            ),
        )
        .order_by(col(Comment.clock_at), col(Comment.id))
        .limit(1)
    )
    return session.connection().execute(query).scalar() or ""


def keep(
    session: Session, waiting: Waiting, step: Step, *, person_id: int, delivery_id: int | None, now: datetime
) -> None:
    """Keep that this step has reached this person. Raises LostRace where another was first: then nothing of the transaction may stand."""
    row = Reminder(
        municipality_id=municipality_of(session),
        enquiry_id=waiting.enquiry_id,
        step=step,
        person_id=person_id,
        delivery_id=delivery_id,
        due_at=waiting.due_at,
        created_at=now,
    )
    try:
        rows.add(session, row)
    except IntegrityError:
        raise LostRace("reminder", f"{waiting.enquiry_id} {step.value} {person_id}") from None


def outdated_mails(session: Session) -> list[Delivery]:
    """Mails not sent yet, of whose enquiries none waits any more."""
    carries = (col(Reminder.municipality_id) == col(Delivery.municipality_id)) & (
        col(Reminder.delivery_id) == col(Delivery.id)
    )
    waits = exists().where(
        carries,
        col(Enquiry.municipality_id) == col(Reminder.municipality_id),
        col(Enquiry.id) == col(Reminder.enquiry_id),
        col(Enquiry.state) == State.OPEN,
    )
    return rows.every(
        session,
        Delivery,
        col(Delivery.kind) == delivery.Kind.MAIL,
        col(Delivery.state) == delivery.State.READY,
        exists().where(carries),
        ~waits,
    )


def mail_again(session: Session, reminder_id: int, *, delivery_id: int) -> None:
    """Another mail carries this reminder: the former one was never sent."""
    row = rows.get(session, Reminder, reminder_id)
    row.delivery_id = delivery_id
    session.add(row)


def _open_and_late(session: Session, *, now: datetime) -> Any:
    """An answer that waits for somebody's hands, behind a channel that sends nothing, or for longer than STUCK_AFTER, is not on its way."""
    asked = exists().where(
        col(Delivery.municipality_id) == col(Reply.municipality_id),
        col(Delivery.reply_id) == col(Reply.id),
        col(Delivery.state) == delivery.State.ASKED,
    )
    on_its_way = exists().where(
        col(Reply.municipality_id) == col(Enquiry.municipality_id),
        col(Reply.enquiry_id) == col(Enquiry.id),
        col(Reply.state) == replies.State.APPROVED,
        col(Reply.created_at) > now - STUCK_AFTER,
        col(Channel.paused_code).is_(None),
        col(Channel.active).is_(True),
        ~asked,
    )
    return (
        select(
            col(Enquiry.id),
            col(Enquiry.started_at),
            col(Enquiry.due_at),
            col(Enquiry.assignee_id),
            col(Enquiry.author_name),
            col(Channel.name),
            col(Channel.unit_id),
        )
        .join(
            Channel,
            (col(Channel.municipality_id) == col(Enquiry.municipality_id))
            & (col(Channel.id) == col(Enquiry.channel_id)),
        )
        .where(
            col(Enquiry.municipality_id) == municipality_of(session),
            col(Enquiry.state) == State.OPEN,
            col(Enquiry.started_at) <= now - REMIND_AFTER,
            ~on_its_way,
        )
        .order_by(col(Enquiry.due_at), col(Enquiry.id))
    )


def _waiting(row: Any) -> Waiting:
    enquiry_id, started_at, due_at, assignee_id, author_name, channel_name, unit_id = row
    return Waiting(
        enquiry_id=enquiry_id,
        started_at=started_at,
        due_at=due_at,
        assignee_id=assignee_id,
        author_name=author_name,
        channel_name=channel_name,
        unit_id=unit_id,
    )
