"""The one door that changes an Enquiry's state and clock, and the ways to find enquiries and their comments.

Knows the rows and their history. Knows no rule but the table of states.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from scheduler.domain.enquiries import Action, Kind, State, advance
from scheduler.domain.sla import Clock
from scheduler.errors import LostRace
from scheduler.store import audit, rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Comment, Enquiry, Thread


def get(session: Session, enquiry_id: int) -> Enquiry:
    """The enquiry; raises Missing."""
    return rows.get(session, Enquiry, enquiry_id)


def lock(session: Session, enquiry_id: int) -> Enquiry:
    """The enquiry as it stands now, held by this transaction until its end; raises Missing."""
    rows.get(session, Enquiry, enquiry_id)
    return session.exec(
        rows.mine(session, Enquiry)
        .where(col(Enquiry.id) == enquiry_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def lock_thread(session: Session, thread_id: int) -> Thread:
    """The thread, held by this transaction until its end: two comments of one person at once open one enquiry."""
    return session.exec(
        rows.mine(session, Thread)
        .where(col(Thread.id) == thread_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def open_of(session: Session, *, thread_id: int, author_remote_id: str) -> Enquiry | None:
    """The open enquiry of this person in this thread, held by this transaction until its end."""
    return session.exec(
        rows.mine(session, Enquiry)
        .where(
            col(Enquiry.thread_id) == thread_id,
            col(Enquiry.author_remote_id) == author_remote_id,
            col(Enquiry.state) == State.OPEN,
        )
        .order_by(col(Enquiry.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def comments_of(session: Session, enquiry_id: int) -> list[Comment]:
    """The citizen's comments in an enquiry, oldest first."""
    return rows.every(session, Comment, col(Comment.enquiry_id) == enquiry_id, order=(col(Comment.written_at)))


def add(
    session: Session, *, comment: Comment, kind: Kind, clock: Clock, now: datetime, person_id: int | None
) -> Enquiry:
    """Open an enquiry for a comment that waits."""
    enquiry = rows.add(
        session,
        Enquiry(
            municipality_id=municipality_of(session),
            channel_id=comment.channel_id,
            thread_id=comment.thread_id,
            kind=kind,
            author_remote_id=comment.author_remote_id,
            author_name=comment.author_name,
            started_at=clock.started_at,
            started_by=clock.started_by,
            due_at=clock.due_at,
            newest_at=min(comment.edited_at or comment.written_at, now),
            created_at=now,
            updated_at=now,
        ),
    )
    note(session, enquiry.pk, "open", now=now, person_id=person_id, after=State.OPEN)
    return enquiry


def change(
    session: Session,
    enquiry: Enquiry,
    action: Action,
    *,
    now: datetime,
    person_id: int | None,
    detail: Mapping[str, object] | None = None,
    **values: Any,
) -> Enquiry:
    """Take the enquiry where `action` leads, with `values` in the same guarded UPDATE, and keep it in the history.

    Raises WrongState where the action is not for its state, LostRace where the state was another by now.
    """
    before = enquiry.state
    after = advance(before, action)
    changed = session.connection().execute(
        update(Enquiry)
        .where(
            col(Enquiry.municipality_id) == municipality_of(session),
            col(Enquiry.id) == enquiry.pk,
            col(Enquiry.state) == before,
        )
        .values(state=after, updated_at=now, **values)
    )
    if changed.rowcount != 1:
        raise LostRace("enquiry", enquiry.pk)
    note(session, enquiry.pk, action.value, now=now, person_id=person_id, before=before, after=after, detail=detail)
    session.flush()
    session.refresh(enquiry)
    return enquiry


def note(
    session: Session,
    enquiry_id: int,
    action: str,
    *,
    now: datetime,
    person_id: int | None,
    before: State | None = None,
    after: State | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """A line in the enquiry's history."""
    audit.note(
        session,
        now=now,
        person_id=person_id,
        subject="enquiry",
        subject_id=enquiry_id,
        action=action,
        before=before.value if before else None,
        after=after.value if after else None,
        detail=detail,
    )
