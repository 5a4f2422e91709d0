"""Publications as the command line lists them: one row each, with state, times and reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from scheduler.domain.publication import State
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Post, Publication, Slot


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A publication. `starts_at`: its slot; `because`: why there, as kept; `problem_code`: what stands in its way; `source_flag`: what has
    happened to its news item since.
    """

    id: int
    post_id: int
    title: str
    channel: str
    channel_id: int
    state: str
    language: str | None
    starts_at: datetime | None
    published_at: datetime | None
    url: str | None
    problem_code: str | None
    source_flag: str | None
    because: Sequence[Any]


def listing(
    session: Session,
    *,
    limit: int,
    states: Sequence[State] = (),
    channel_id: int | None = None,
    post_id: int | None = None,
) -> list[Listed]:
    """The publications of the municipality, the newest moment first: published, else its slot, else when it was made.

    `states` (none: all), `channel_id` and `post_id` narrow the list.
    """
    moment = func.coalesce(col(Publication.published_at), col(Slot.starts_at), col(Publication.created_at))
    columns: list[Any] = [
        col(Publication.id).label("id"),
        col(Publication.post_id).label("post_id"),
        col(Post.title).label("title"),
        col(Channel.name).label("channel"),
        col(Channel.id).label("channel_id"),
        col(Publication.state).label("state"),
        col(Publication.language).label("language"),
        col(Slot.starts_at).label("starts_at"),
        col(Publication.published_at).label("published_at"),
        col(Publication.url).label("url"),
        col(Publication.problem_code).label("problem_code"),
        col(Post.source_flag).label("source_flag"),
        col(Publication.because).label("because"),
    ]
    own = col(Publication.municipality_id)
    query = (
        select(*columns)
        .join(Post, (col(Post.municipality_id) == own) & (col(Post.id) == col(Publication.post_id)))
        .join(Channel, (col(Channel.municipality_id) == own) & (col(Channel.id) == col(Publication.channel_id)))
        .outerjoin(Slot, (col(Slot.municipality_id) == own) & (col(Slot.publication_id) == col(Publication.id)))
        .where(own == municipality_of(session))
        .order_by(moment.desc(), col(Publication.id).desc())
        .limit(limit)
    )
    if states:
        query = query.where(col(Publication.state).in_(states))
    for column, wanted in ((Publication.channel_id, channel_id), (Publication.post_id, post_id)):
        if wanted is not None:
            query = query.where(col(column) == wanted)
    return [Listed(**row) for row in session.connection().execute(query).mappings()]
