"""What a person has not read yet of posts of theirs that moved, and what posts are called where another post's page names them.

Reads only. Several moves of one publication are told as one: from where it first stood to where it stands now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlmodel import Session, col

from scheduler.domain.access import Actor, Deed, reach
from scheduler.domain.publication import State
from scheduler.queries.tabs import visible
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, MovedPost, Post, Publication

#: Where what moved is still news: it has not come out, nor been dropped or rewritten.
_STILL_NEWS = (State.APPROVED, State.SCHEDULED, State.GOING_OUT)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A publication of the reader's that got another time, or lost it (`to_at` None). `ids`: the rows that one press marks as read."""

    ids: tuple[int, ...]
    publication_id: int
    post_id: int
    title: str
    channel: str
    from_at: datetime
    to_at: datetime | None
    because: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Mention:
    """What another post is called, and where it is found."""

    post_id: int
    title: str


def unseen(session: Session, actor: Actor, *, post_id: int | None = None) -> tuple[Moved, ...]:
    """What this person has not read of their posts, or of one, the newest first. One question."""
    mine = municipality_of(session)
    found = session.execute(
        select(MovedPost, col(Post.id), col(Post.title), col(Channel.name))
        .join(
            Publication,
            and_(col(Publication.municipality_id) == mine, col(Publication.id) == col(MovedPost.publication_id)),
        )
        .join(Post, and_(col(Post.municipality_id) == mine, col(Post.id) == col(Publication.post_id)))
        .join(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == col(Publication.channel_id)))
        .where(
            col(MovedPost.municipality_id) == mine,
            col(MovedPost.person_id) == actor.person_id,
            col(MovedPost.seen_at).is_(None),
            col(Publication.state).in_(_STILL_NEWS),
            *([col(Post.id) == post_id] if post_id is not None else []),
        )
        .order_by(col(MovedPost.id))
    )
    told: dict[int, Moved] = {}
    for row, of_post, title, channel in found:
        first = told.pop(row.publication_id, None)
        told[row.publication_id] = Moved(
            ids=(*(first.ids if first else ()), row.pk),
            publication_id=row.publication_id,
            post_id=of_post,
            title=title,
            channel=channel,
            from_at=first.from_at if first else row.from_at,
            to_at=row.to_at,
            because=tuple(row.because),
        )
    return tuple(reversed(told.values()))


def mentions(session: Session, actor: Actor, publication_ids: Collection[int]) -> dict[int, Mention]:
    """The posts of these publications that this person may see, by publication. One question."""
    if not publication_ids:
        return {}
    mine = municipality_of(session)
    found = session.execute(
        select(col(Publication.id), col(Post.id), col(Post.title))
        .join(Post, and_(col(Post.municipality_id) == mine, col(Post.id) == col(Publication.post_id)))
        .join(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == col(Publication.channel_id)))
        .where(
            col(Publication.municipality_id) == mine,
            col(Publication.id).in_(publication_ids),
            visible(reach(actor, Deed.READ)),
        )
    )
    return {publication_id: Mention(post_id=post_id, title=title) for publication_id, post_id, title in found}
