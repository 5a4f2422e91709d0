"""Service notices: their fields, which form each came from, and the place outside the day's cap that each takes in a channel.

Knows rows. What a notice says, and when it may go out, others know.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from scheduler.store import posts, rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Post, Publication, ServiceNotice, Slot
from scheduler.store.tables.posts import PostKind, SlotKind


def add(
    session: Session, *, what: str, place: str, until: str, key: str | None, now: datetime, **post: Any
) -> ServiceNotice | None:
    """A post that is a service notice, with these fields; None where the form `key` has made one already."""
    try:
        with session.begin_nested():
            made = posts.add_post(session, now=now, kind=PostKind.SERVICE_NOTICE, **post)
            row = ServiceNotice(
                municipality_id=municipality_of(session), post_id=made.pk, what=what, place=place, until=until, key=key
            )
            session.add(row)
            session.flush()
    except IntegrityError:
        return None
    return row


def of_key(session: Session, key: str) -> ServiceNotice | None:
    """The notice that this form has made, or None."""
    return rows.one(session, ServiceNotice, col(ServiceNotice.key) == key)


def of_post(session: Session, post_id: int) -> ServiceNotice | None:
    """The fields of the post, where it is a service notice."""
    return rows.one(session, ServiceNotice, col(ServiceNotice.post_id) == post_id)


def is_notice(session: Session, post_id: int) -> bool:
    """Whether the post is a service notice."""
    return rows.get(session, Post, post_id).kind is PostKind.SERVICE_NOTICE


def finish(session: Session, notice: ServiceNotice, *, now: datetime, person_id: int | None) -> bool:
    """It is over; False where it was already."""
    changed = session.connection().execute(
        update(ServiceNotice)
        .where(
            col(ServiceNotice.municipality_id) == municipality_of(session),
            col(ServiceNotice.id) == notice.pk,
            col(ServiceNotice.done_at).is_(None),
        )
        .values(done_at=now, done_by_id=person_id)
    )
    session.refresh(notice)
    return changed.rowcount == 1


def take_place(
    session: Session, publication: Publication, *, day: date, cap: int, language: str | None, now: datetime
) -> Slot:
    """The publication stands in its channel's day, beside the cap, and its moment is now."""
    return rows.add(
        session,
        Slot(
            municipality_id=municipality_of(session),
            channel_id=publication.channel_id,
            publication_id=publication.pk,
            kind=SlotKind.URGENT,
            day=day,
            cap=cap,
            starts_at=now,
            language=language,
            minted_at=now,
        ),
    )
