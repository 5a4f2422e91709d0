"""What a calendar program is told: the posts from some weeks back to a year ahead, as the one who reads may see them; and one's addresses.

Reads only. Knows no words and no format.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select
from sqlmodel import Session, col

from scheduler.domain.access import Actor, Deed
from scheduler.domain.publication import State
from scheduler.queries.calendar import written_in
from scheduler.queries.calendar_moments import WISHED_FOR, Bounds, Narrowing, moments
from scheduler.queries.tabs import reach_of
from scheduler.store import calendar_feeds
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Post, Publication

BACK, AHEAD = timedelta(weeks=4), timedelta(days=366)
#: What is nearest in time is told first, what is to come before what has been.
MOST = 1_000


@dataclass(frozen=True, kw_only=True)
class Event:
    """A publication at its moment. `tentative`, `languages`: as in the calendar; `updated_at`: when it, or its post, was changed last."""

    id: int
    post_id: int
    title: str
    channel: str
    at: datetime
    state: State
    tentative: bool
    languages: tuple[str, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class Address:
    """A calendar address that has not been revoked; its secret is known to nobody here."""

    id: int
    created_at: datetime


def events(session: Session, actor: Actor, *, now: datetime, most: int = MOST) -> tuple[Event, ...]:
    """In order of time, so many."""
    ahead = _between(session, actor, now, now + AHEAD, limit=most, newest_first=False)
    left = most - len(ahead)
    past = _between(session, actor, now - BACK, now, limit=left, newest_first=True) if left else []
    found = [*reversed(past), *ahead]
    written = written_in(session, [row.post_id for row in found if row.language is None])
    return tuple(
        Event(
            id=row.id,
            post_id=row.post_id,
            title=row.title,
            channel=row.channel,
            at=row.at,
            state=row.state,
            tentative=row.state in WISHED_FOR,
            languages=(row.language,) if row.language else written.get(row.post_id, ()),
            created_at=row.created_at,
            updated_at=max(row.updated_at, row.rewritten_at),
        )
        for row in found
    )


def addresses(session: Session, person_id: int) -> tuple[Address, ...]:
    """Those of a person, in order of making."""
    return tuple(Address(id=row.pk, created_at=row.created_at) for row in calendar_feeds.open_of(session, person_id))


def _between(
    session: Session, actor: Actor, begin: datetime, end: datetime, *, limit: int, newest_first: bool
) -> list[Any]:
    mine = municipality_of(session)
    found = moments(Bounds.of(mine, begin, end), narrowing=Narrowing(), within=reach_of(actor, Deed.READ))
    order = (found.c.at.desc(), found.c.id.desc()) if newest_first else (found.c.at, found.c.id)
    query = (
        select(
            found,
            col(Post.title),
            col(Channel.name).label("channel"),
            col(Publication.created_at),
            col(Publication.updated_at),
            col(Post.updated_at).label("rewritten_at"),
        )
        .join(Publication, and_(col(Publication.municipality_id) == mine, col(Publication.id) == found.c.id))
        .join(Post, and_(col(Post.municipality_id) == mine, col(Post.id) == found.c.post_id))
        .join(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == found.c.channel_id))
        .where(found.c.post_id.is_not(None))
        .order_by(*order)
        .limit(limit)
    )
    return list(session.execute(query))
