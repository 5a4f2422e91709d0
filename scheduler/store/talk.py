"""Threads and comments as they were collected, and how far each channel has been.

Knows rows. Whether a comment waits for an answer, and what becomes of its enquiry, others decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select, update
from sqlmodel import Session, col

from scheduler.domain.delivery import Kind
from scheduler.domain.delivery import State as DeliveryState
from scheduler.domain.enquiries import Origin, State
from scheduler.domain.publication import State as PublicationState
from scheduler.domain.replies import State as ReplyState
from scheduler.store import rows
from scheduler.store.database import municipality_of
from scheduler.store.fresh import add_if_new
from scheduler.store.tables import (
    Comment,
    CommentVersion,
    Delivery,
    DeliveryContent,
    Enquiry,
    Listening,
    Publication,
    Reply,
    Thread,
)

#: Values in one IN list.
_ASKED_AT_ONCE = 500
#: Deliveries that the platform may have carried out without our knowing.
_MAY_BE_OUT = (DeliveryState.SENDING, DeliveryState.UNCONFIRMED, DeliveryState.ASKED)


@dataclass(frozen=True, kw_only=True)
class DueListening:
    """A channel whose turn to be collected has come, in some municipality."""

    municipality_id: int
    channel_id: int


def listening_due(across: Session, *, now: datetime, limit: int = 200) -> list[DueListening]:
    """Channels whose turn has come, over all municipalities, the one that has waited longest first."""
    found = across.connection().execute(
        select(col(Listening.municipality_id), col(Listening.channel_id))
        .where(col(Listening.next_at) <= now)
        .order_by(col(Listening.next_at), col(Listening.id))
        .limit(limit)
    )
    return [
        DueListening(municipality_id=municipality_id, channel_id=channel_id) for municipality_id, channel_id in found
    ]


def listening_of(session: Session, channel_id: int) -> Listening | None:
    """How far the channel has been collected; None before anybody has listened there."""
    return rows.one(session, Listening, col(Listening.channel_id) == channel_id)


def listen_from(session: Session, channel_id: int, *, now: datetime) -> None:
    """The channel is collected from now on, or again from now on where it was and its turn lies further off."""
    fresh = {"channel_id": channel_id, "cursor": {}, "next_at": now, "failures": 0}
    if not add_if_new(session, Listening, [fresh], key=["channel_id"]):
        settle_listening(session, channel_id, next_at=now)


def claim_listening(session: Session, channel_id: int, *, now: datetime, until: datetime) -> bool:
    """Take a due channel's turn until `until`; False where another worker was first."""
    return (
        _change_listening(
            session, col(Listening.channel_id) == channel_id, col(Listening.next_at) <= now, next_at=until
        )
        == 1
    )


def settle_listening(session: Session, channel_id: int, **values: Any) -> None:
    """Write how a collection ended."""
    _change_listening(session, col(Listening.channel_id) == channel_id, **values)


def unknown_publications(session: Session, channel_id: int, *, since: datetime) -> list[Publication]:
    """What we have published there since then, and which is no thread of ours yet."""
    known = exists().where(
        col(Thread.municipality_id) == col(Publication.municipality_id),
        col(Thread.publication_id) == col(Publication.id),
    )
    return list(
        session.exec(
            rows.mine(session, Publication)
            .where(
                col(Publication.channel_id) == channel_id,
                col(Publication.state) == PublicationState.PUBLISHED,
                col(Publication.published_at) >= since,
                col(Publication.remote_id).is_not(None),
                ~known,
            )
            .order_by(col(Publication.id))
        )
    )


def publication_at(session: Session, channel_id: int, remote_id: str) -> Publication | None:
    """The publication that stands there under this id."""
    return session.exec(
        rows.mine(session, Publication)
        .where(col(Publication.channel_id) == channel_id, col(Publication.remote_id) == remote_id)
        .order_by(col(Publication.id))
    ).first()


def may_be_out(session: Session, channel_id: int) -> list[tuple[int, str]]:
    """(publication, text) of posts that may stand on the platform already, though it has not told us."""
    found = session.connection().execute(
        select(col(Delivery.publication_id), col(DeliveryContent.text))
        .join(
            DeliveryContent,
            (col(DeliveryContent.municipality_id) == col(Delivery.municipality_id))
            & (col(DeliveryContent.delivery_id) == col(Delivery.id)),
        )
        .where(
            col(Delivery.municipality_id) == municipality_of(session),
            col(Delivery.channel_id) == channel_id,
            col(Delivery.kind) == Kind.PUBLISH,
            col(Delivery.state).in_(_MAY_BE_OUT),
        )
    )
    return [(publication_id, text) for publication_id, text in found if publication_id is not None]


def threads_to_sweep(session: Session, channel_id: int, *, active_since: datetime, limit: int) -> list[str]:
    """Remote ids of the threads to list whole: recent ones and all in which somebody waits, the longest unswept first.

    Those that were never listed whole take half the places at most, since some never can be.
    """
    waits = exists().where(
        col(Enquiry.municipality_id) == col(Thread.municipality_id),
        col(Enquiry.thread_id) == col(Thread.id),
        col(Enquiry.state) == State.OPEN,
    )
    wanted = select(col(Thread.remote_id)).where(
        col(Thread.municipality_id) == municipality_of(session),
        col(Thread.channel_id) == channel_id,
        col(Thread.origin) != Origin.BY_HAND,
        col(Thread.gone_at).is_(None),
        or_(col(Thread.active_at) >= active_since, waits),
    )
    never = wanted.where(col(Thread.swept_at).is_(None)).order_by(col(Thread.active_at).desc(), col(Thread.id).desc())
    before = wanted.where(col(Thread.swept_at).is_not(None)).order_by(col(Thread.swept_at), col(Thread.id))
    new, known = (list(session.connection().execute(each.limit(limit)).scalars()) for each in (never, before))
    half = max(limit // 2, limit - len(known))
    return [*new[:half], *known[: limit - len(new[:half])]]


def threads_with(session: Session, channel_id: int, remote_ids: Iterable[str]) -> dict[str, Thread]:
    """The channel's threads with these remote ids, by remote id."""
    return {row.remote_id: row for row in _with(session, Thread, channel_id, remote_ids)}


def comments_with(session: Session, channel_id: int, remote_ids: Iterable[str]) -> dict[str, Comment]:
    """The channel's comments with these remote ids, by remote id."""
    return {row.remote_id: row for row in _with(session, Comment, channel_id, remote_ids)}


def add_threads(session: Session, new: Sequence[Mapping[str, Any]]) -> int:
    """Write the threads that are not there yet; how many were not. Every row must name the same columns."""
    return len(add_if_new(session, Thread, new, key=["channel_id", "remote_id"]))


def add_comments(session: Session, new: Sequence[Mapping[str, Any]]) -> dict[str, Comment]:
    """Write the comments that are not there yet; those written, by remote id. Every row must name the same columns."""
    ids = add_if_new(session, Comment, new, key=["channel_id", "remote_id"])
    return {row.remote_id: row for row in rows.every(session, Comment, col(Comment.id).in_(ids))} if ids else {}


def keep_version(session: Session, comment: Comment, *, replaced_at: datetime) -> None:
    """Keep what the comment says, since it will say something else."""
    rows.add(
        session,
        CommentVersion(
            municipality_id=municipality_of(session),
            comment_id=comment.pk,
            text=comment.text,
            written_at=comment.edited_at or comment.written_at,
            replaced_at=replaced_at,
        ),
    )


def standing_in(session: Session, thread_id: int, *, seen_by: datetime) -> list[tuple[int, str]]:
    """(id, remote id) of the thread's comments that stood there when we last looked, seen by that moment; an enquiry's together."""
    found = session.connection().execute(
        select(col(Comment.id), col(Comment.remote_id))
        .where(
            col(Comment.municipality_id) == municipality_of(session),
            col(Comment.thread_id) == thread_id,
            col(Comment.gone_at).is_(None),
            col(Comment.seen_at) <= seen_by,
        )
        .order_by(col(Comment.enquiry_id), col(Comment.id))
    )
    return [(comment_id, remote_id) for comment_id, remote_id in found if comment_id is not None]


def standing(session: Session, comment_ids: Collection[int]) -> list[Comment]:
    """Those of these comments that have not been found gone."""
    return rows.every(session, Comment, col(Comment.id).in_(comment_ids), col(Comment.gone_at).is_(None))


def own_in(session: Session, thread_id: int) -> list[tuple[str, str | None, datetime]]:
    """(remote id, parent's, when) of what our account has written in the thread."""
    found = session.connection().execute(
        select(col(Comment.remote_id), col(Comment.parent_remote_id), col(Comment.written_at))
        .where(
            col(Comment.municipality_id) == municipality_of(session),
            col(Comment.thread_id) == thread_id,
            col(Comment.own).is_(True),
        )
        .order_by(col(Comment.written_at), col(Comment.id))
    )
    return [(remote_id, parent_id, written_at) for remote_id, parent_id, written_at in found]


def authors_of(session: Session, channel_id: int, remote_ids: Iterable[str]) -> dict[str, str | None]:
    """Who wrote these comments (None: the platform keeps it back), for those that are there."""
    wanted, found = sorted(set(remote_ids)), dict[str, str | None]()
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        authors = session.connection().execute(
            select(col(Comment.remote_id), col(Comment.author_remote_id)).where(
                col(Comment.municipality_id) == municipality_of(session),
                col(Comment.channel_id) == channel_id,
                col(Comment.remote_id).in_(wanted[start : start + _ASKED_AT_ONCE]),
            )
        )
        found.update((remote_id, author_id) for remote_id, author_id in authors)
    return found


def replies_in(session: Session, thread_id: int) -> tuple[frozenset[str], tuple[str, ...]]:
    """Our replies in the thread: remote ids of those that are out, texts of those that may stand there though we do not know it."""
    lies_here = exists().where(
        col(Delivery.municipality_id) == col(Reply.municipality_id),
        col(Delivery.reply_id) == col(Reply.id),
        col(Delivery.state) == DeliveryState.READY,
        col(Delivery.first_tried_at).is_(None),
    )
    found = (
        session.connection()
        .execute(
            select(col(Reply.remote_id), col(Reply.state), col(Reply.text), lies_here)
            .join(
                Enquiry,
                (col(Enquiry.municipality_id) == col(Reply.municipality_id))
                & (col(Enquiry.id) == col(Reply.enquiry_id)),
            )
            .where(col(Reply.municipality_id) == municipality_of(session), col(Enquiry.thread_id) == thread_id)
        )
        .all()
    )
    out = frozenset(remote_id for remote_id, _, _, _ in found if remote_id is not None)
    return out, tuple(text for _, state, text, here in found if state is ReplyState.APPROVED and not here)


def in_open_enquiries(session: Session, *, thread_id: int, author_remote_id: str) -> list[Comment]:
    """The comments of this person's open enquiries in the thread, oldest first."""
    return list(
        session.exec(
            rows.mine(session, Comment)
            .join(
                Enquiry,
                (col(Enquiry.municipality_id) == col(Comment.municipality_id))
                & (col(Enquiry.id) == col(Comment.enquiry_id)),
            )
            .where(
                col(Enquiry.thread_id) == thread_id,
                col(Enquiry.author_remote_id) == author_remote_id,
                col(Enquiry.state) == State.OPEN,
            )
            .order_by(col(Comment.written_at), col(Comment.id))
        )
    )


def natives_since(session: Session, channel_ids: Iterable[int], *, since: datetime) -> list[Thread]:
    """What was posted in these channels natively since then; what was taken away again counts too."""
    return rows.every(
        session,
        Thread,
        col(Thread.channel_id).in_(list(channel_ids)),
        col(Thread.origin) == Origin.NATIVE,
        col(Thread.written_at) >= since,
        order=col(Thread.written_at),
    )


def _with(session: Session, table: type[Any], channel_id: int, remote_ids: Iterable[str]) -> list[Any]:
    wanted, found = sorted(set(remote_ids)), list[Any]()
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        some = wanted[start : start + _ASKED_AT_ONCE]
        found += rows.every(session, table, col(table.channel_id) == channel_id, col(table.remote_id).in_(some))
    return found


def _change_listening(session: Session, *conditions: Any, **values: Any) -> int:
    own = col(Listening.municipality_id) == municipality_of(session)
    return session.exec(update(Listening).where(own, *conditions).values(**values)).rowcount
