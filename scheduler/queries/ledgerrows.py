"""The rows that the language ledger is made of: channels and how they take turns, what came out, what is ahead, what was posted past us.

Reads only, one question each. What counts as what stands in domain/ledger.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, String, and_, cast, func, select
from sqlmodel import Session, col

from scheduler.domain import ledger
from scheduler.domain.access import Reach
from scheduler.domain.calendar import begins_at
from scheduler.domain.enquiries import Origin
from scheduler.domain.ledger import Entry
from scheduler.domain.posting_rules import Alternation, PostingRules
from scheduler.domain.publication import State
from scheduler.domain.reasons import Because
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Post, PostingRulesRow, Publication, Slot, Thread, Unit
from scheduler.store.tables.posts import PostKind

#: How a channel (None: the municipality) takes turns, and its floor in percent.
Rules: TypeAlias = Callable[[int | None], tuple[Alternation, int]]

OUT = (State.PUBLISHED, State.WITHDRAWN)
_AHEAD = (State.SCHEDULED, State.GOING_OUT)
_DEFAULTS = PostingRules()
#: An account that holds none of these, as it is kept, tells of no broken turn and need not be read.
_BROKEN, _HURRIED, _EXCUSED = (
    f'"{code.value}"' for code in (Because.TURN_BROKEN, Because.TURN_HURRIED, Because.EXCUSED)
)


def channels_of(session: Session) -> dict[int, tuple[Channel, str | None]]:
    """The channels with their units' names, the municipality's own first."""
    found = session.execute(
        select(Channel, col(Unit.name))
        .outerjoin(Unit, same(session, Unit, col(Unit.id) == col(Channel.unit_id)))
        .where(col(Channel.municipality_id) == municipality_of(session))
        .order_by(col(Channel.unit_id).is_not(None), col(Unit.name), col(Channel.name), col(Channel.id))
    )
    return {channel.pk: (channel, unit_name) for channel, unit_name in found}


def rules_of(session: Session) -> Rules:
    """How a channel (None: the municipality) takes turns, and its floor: its own, else the municipality's, else the defaults."""
    kept = {
        channel_id: (Alternation(alternation), floor_percent)
        for channel_id, alternation, floor_percent in session.execute(
            select(
                col(PostingRulesRow.channel_id), col(PostingRulesRow.alternation), col(PostingRulesRow.floor_percent)
            ).where(col(PostingRulesRow.municipality_id) == municipality_of(session))
        )
    }
    whole = kept.get(None, (_DEFAULTS.alternation, _DEFAULTS.floor_percent))
    return lambda channel_id: kept.get(channel_id, whole)


def published(session: Session, channel_ids: Sequence[int], *, since: datetime, until: datetime) -> list[Entry]:
    """What came out, what was withdrawn later too."""
    found: Sequence[Any] = session.connection().execute(
        select(
            col(Publication.id), col(Publication.channel_id), col(Publication.published_at), col(Slot.starts_at),
            func.coalesce(col(Slot.language), col(Publication.language)), cast(col(Post.kind), String),
            cast(col(Publication.because), String),
        )
        .join(Post, same(session, Post, col(Post.id) == col(Publication.post_id)))
        .outerjoin(Slot, same(session, Slot, col(Slot.publication_id) == col(Publication.id)))
        .where(
            col(Publication.municipality_id) == municipality_of(session),
            col(Publication.channel_id).in_(channel_ids),
            col(Publication.published_at) >= since,
            col(Publication.published_at) < until,
            col(Publication.state).in_(OUT),
        )
    ).all()  # fmt: skip
    return [
        Entry(
            channel_id=channel_id,
            at=at,
            turn_at=at if turn_at is None else turn_at,
            language=language,
            publication_id=publication_id,
            notice=kind == PostKind.SERVICE_NOTICE.value,
            cause=ledger.cause_of(json.loads(because))
            if _BROKEN in because or _EXCUSED in because or _HURRIED in because
            else None,
        )
        for publication_id, channel_id, at, turn_at, language, kind, because in found
    ]


def placed(session: Session, *, since: datetime, until: datetime) -> list[Entry]:
    """What has a place in the span, or is on its way out, and stands on no platform yet."""
    found = session.connection().execute(
        select(
            col(Publication.id), col(Publication.channel_id), col(Slot.starts_at), col(Slot.language), col(Post.kind)
        )
        .join(Slot, same(session, Slot, col(Slot.publication_id) == col(Publication.id)))
        .join(Post, same(session, Post, col(Post.id) == col(Publication.post_id)))
        .where(
            col(Publication.municipality_id) == municipality_of(session),
            col(Publication.state).in_(_AHEAD),
            col(Slot.starts_at) >= since,
            col(Slot.starts_at) < until,
        )
    )
    return [
        Entry(
            channel_id=channel_id,
            at=at,
            turn_at=at,
            language=language,
            publication_id=publication_id,
            notice=kind is PostKind.SERVICE_NOTICE,
            ahead=True,
        )
        for publication_id, channel_id, at, language, kind in found
    ]


def natives(session: Session, channel_ids: Sequence[int], *, since: datetime, until: datetime) -> list[Entry]:
    """What was posted past us; what was taken away again counts too. A platform whose clock is ahead is believed no further than ours."""
    found = session.connection().execute(
        select(
            col(Thread.id), col(Thread.channel_id), col(Thread.written_at), col(Thread.seen_at), col(Thread.language)
        ).where(
            col(Thread.municipality_id) == municipality_of(session),
            col(Thread.channel_id).in_(channel_ids),
            col(Thread.active_at) >= since,  # never before it was written
            col(Thread.origin) == Origin.NATIVE,
        )
    )
    return [
        Entry(channel_id=channel_id, at=at, turn_at=at, language=language, thread_id=thread_id)
        for thread_id, channel_id, written_at, seen_at, language in found
        if since <= (at := min(written_at, seen_at)) < until
    ]


def span(year: int, zone: str) -> tuple[datetime, datetime]:
    return begins_at(date(year, 1, 1), zone), begins_at(date(year + 1, 1, 1), zone)


def sees(within: Reach, units: Sequence[int | None]) -> bool:
    return within.whole or any(unit_id in within.units for unit_id in units)


def same(session: Session, table: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(table.municipality_id == municipality_of(session), condition)
