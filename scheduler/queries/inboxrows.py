"""The rows of the inbox: an enquiry, or a comment that asks for no answer, with what it stands in and how its answer fares.

Makes the queries that inbox.py narrows and orders, and reads what they give. Knows no words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from scheduler.domain import replies
from scheduler.domain.access import Actor, Deed, may
from scheduler.domain.delivery import State as DeliveryState
from scheduler.domain.enquiries import Kind, Origin, Settlement, Silent, State
from scheduler.domain.sla import Promise, Started, promise
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Comment, Delivery, Enquiry, Person, Post, Publication, Reply, Thread

#: So much of a text a row carries; the page shows two lines of it.
EXCERPT = 300


@dataclass(frozen=True, kw_only=True)
class Answering:
    """The newest answer to an enquiry. `asked`: a person must say whether it is out."""

    state: replies.State
    person: str | None
    asked: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """An enquiry, or (no `enquiry_id`) a comment that asks for no answer, with the beginning of what was written last.

    `comments`: how many the person has written in it; `post_id`, `post`: our post that it stands under, where it is ours;
    `under`: the beginning of the thread's own text.
    """

    enquiry_id: int | None
    comment_id: int
    channel_id: int
    channel: str
    platform: str
    origin: Origin
    post_id: int | None
    post: str | None
    under: str
    kind: Kind | None
    author: str | None
    excerpt: str
    comments: int
    written_at: datetime
    url: str | None
    silent: Silent | None
    state: State | None
    settlement: Settlement | None
    settled_at: datetime | None
    started_at: datetime | None
    started_by: Started | None
    due_at: datetime | None
    breached: bool
    promise: Promise | None
    assignee_id: int | None
    assignee: str | None
    answering: Answering | None
    may_answer: bool


def _surroundings(query: Any, of: Any) -> Any:
    """Joins what a row stands in: channel, thread, and our post where it is ours. `of`: the row's table."""
    mine = col(of.municipality_id)
    return (
        query.join(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == col(of.channel_id)))
        .join(Thread, and_(col(Thread.municipality_id) == mine, col(Thread.id) == col(of.thread_id)))
        .outerjoin(
            Publication,
            and_(col(Publication.municipality_id) == mine, col(Publication.id) == col(Thread.publication_id)),
        )
        .outerjoin(Post, and_(col(Post.municipality_id) == mine, col(Post.id) == col(Publication.post_id)))
    )


def enquiry_rows(conditions: Sequence[ColumnElement[bool]]) -> Any:
    """The query whose rows `enquiry_row` reads."""
    each: Any = aliased(Comment)
    said: Any = aliased(Comment)
    its = and_(each.municipality_id == col(Enquiry.municipality_id), each.enquiry_id == col(Enquiry.id))
    standing = case((each.gone_at.is_(None), each.id))
    newest = select(func.coalesce(func.max(standing), func.max(each.id))).where(its).scalar_subquery()
    number = select(func.count()).select_from(each).where(its).scalar_subquery()
    query = _surroundings(
        select(
            Enquiry, Channel, col(Thread.origin), func.substr(col(Thread.text), 1, EXCERPT), col(Post.id), col(Post.title),
            col(Person.name), said.id, func.substr(said.text, 1, EXCERPT), said.written_at, said.url, number,
        ).select_from(Enquiry),
        Enquiry,
    )  # fmt: skip
    return (
        query.join(said, and_(said.municipality_id == col(Enquiry.municipality_id), said.id == newest))
        .outerjoin(
            Person,
            and_(
                col(Person.municipality_id) == col(Enquiry.municipality_id), col(Person.id) == col(Enquiry.assignee_id)
            ),
        )
        .where(*conditions)
    )


def quiet_rows(conditions: Sequence[ColumnElement[bool]]) -> Any:
    """The query whose rows `quiet_row` reads."""
    return _surroundings(
        select(
            Comment, Channel, col(Thread.origin), func.substr(col(Thread.text), 1, EXCERPT), col(Post.id), col(Post.title)
        ).select_from(Comment),
        Comment,
    ).where(*conditions)  # fmt: skip


def answering(session: Session, enquiry_ids: Sequence[int]) -> dict[int, Answering]:
    """The newest answer of each enquiry."""
    if not enquiry_ids:
        return {}
    mine = municipality_of(session)
    newest = (
        select(func.max(col(Reply.id)))
        .where(col(Reply.municipality_id) == mine, col(Reply.enquiry_id).in_(enquiry_ids))
        .group_by(col(Reply.enquiry_id))
    )
    asked = (
        select(literal(1))
        .where(
            col(Delivery.municipality_id) == mine,
            col(Delivery.reply_id) == col(Reply.id),
            col(Delivery.state) == DeliveryState.ASKED,
        )
        .exists()
    )
    found = session.execute(
        select(col(Reply.enquiry_id), col(Reply.state), col(Person.name), asked)
        .outerjoin(Person, and_(col(Person.municipality_id) == mine, col(Person.id) == col(Reply.person_id)))
        .where(col(Reply.municipality_id) == mine, col(Reply.id).in_(newest))
    )
    return {key: Answering(state=state, person=person, asked=bool(by_hand)) for key, state, person, by_hand in found}


def enquiry_row(
    actor: Actor | None,
    now: datetime,
    answers: Mapping[int, Answering],
    enquiry: Enquiry,
    channel: Channel,
    origin: Origin,
    under: str,
    post_id: int | None,
    post: str | None,
    assignee: str | None,
    comment_id: int,
    excerpt: str,
    written_at: datetime,
    url: str | None,
    number: int,
) -> Row:
    """The row of an enquiry. `answers`: the newest of each, by enquiry."""
    return Row(
        enquiry_id=enquiry.pk, comment_id=comment_id, channel_id=channel.pk, channel=channel.name, platform=channel.platform,
        origin=origin, post_id=post_id, post=post, under=under, kind=enquiry.kind, author=enquiry.author_name,
        excerpt=excerpt, comments=number, written_at=written_at, url=url, silent=None, state=enquiry.state,
        settlement=enquiry.settlement, settled_at=enquiry.settled_at, started_at=enquiry.started_at,
        started_by=enquiry.started_by, due_at=enquiry.due_at, breached=enquiry.breached,
        promise=promise(
            due_at=enquiry.due_at, settled=enquiry.state is State.SETTLED, breached=enquiry.breached, now=now
        ),
        assignee_id=enquiry.assignee_id, assignee=assignee, answering=answers.get(enquiry.pk),
        may_answer=_may_answer(actor, channel),
    )  # fmt: skip


def quiet_row(
    actor: Actor | None, comment: Comment, channel: Channel, origin: Origin, under: str, post_id: int | None, post: str | None
) -> Row:  # fmt: skip
    return Row(
        enquiry_id=None, comment_id=comment.pk, channel_id=channel.pk, channel=channel.name, platform=channel.platform,
        origin=origin, post_id=post_id, post=post, under=under, kind=None, author=comment.author_name,
        excerpt=comment.text[:EXCERPT], comments=1, written_at=comment.written_at, url=comment.url, silent=comment.silent,
        state=None, settlement=None, settled_at=None, started_at=None, started_by=None, due_at=None, breached=False,
        promise=None, assignee_id=None, assignee=None, answering=None, may_answer=_may_answer(actor, channel),
    )  # fmt: skip


def _may_answer(actor: Actor | None, channel: Channel) -> bool:
    return actor is None or may(actor, Deed.ANSWER, municipality_id=channel.municipality_id, unit_id=channel.unit_id)
