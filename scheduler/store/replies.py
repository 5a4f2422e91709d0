"""The one door that changes a Reply's state, and the ways to find replies.

Knows the row and its history. Knows no rule but the table of states.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from scheduler.domain.replies import Action, State, advance
from scheduler.errors import LostRace
from scheduler.store import audit, rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Reply


def change(
    session: Session, reply: Reply, action: Action, *, now: datetime, person_id: int | None, **values: Any
) -> Reply:
    """Take the reply where `action` leads, with `values` in the same guarded UPDATE, and keep it in the history.

    Raises WrongState where the action is not for its state, LostRace where the state was another by now.
    """
    before = reply.state
    after = advance(before, action)
    changed = session.connection().execute(
        update(Reply)
        .where(
            col(Reply.municipality_id) == municipality_of(session),
            col(Reply.id) == reply.pk,
            col(Reply.state) == before,
        )
        .values(state=after, updated_at=now, **values)
    )
    if changed.rowcount != 1:
        raise LostRace("reply", reply.pk)
    audit.note(
        session,
        now=now,
        person_id=person_id,
        subject="reply",
        subject_id=reply.pk,
        action=action.value,
        before=before.value,
        after=after.value,
    )
    session.flush()
    session.refresh(reply)
    return reply


def get(session: Session, reply_id: int) -> Reply:
    """The reply; raises Missing."""
    return rows.get(session, Reply, reply_id)


def under_way(session: Session, enquiry_id: int) -> Reply | None:
    """The answer to this enquiry that is on its way out now."""
    return rows.one(session, Reply, col(Reply.enquiry_id) == enquiry_id, col(Reply.state) == State.APPROVED)


def of_enquiry(session: Session, enquiry_id: int) -> list[Reply]:
    """An enquiry's replies, in the order they were written."""
    return rows.every(session, Reply, col(Reply.enquiry_id) == enquiry_id)
