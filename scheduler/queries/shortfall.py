"""Where a written standard is under its floor so far this year: one question, for every page that tells of it.

Reads only. What falls short stands in domain/ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from scheduler.domain import ledger
from scheduler.domain.access import Actor, Deed
from scheduler.domain.calendar import day_of
from scheduler.domain.enquiries import Origin
from scheduler.domain.ledger import Alarm, Tally
from scheduler.domain.posting_rules import Alternation, PostingRules
from scheduler.queries.ledgerrows import OUT, same, sees, span
from scheduler.queries.tabs import reach_of
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Post, PostingRulesRow, Publication, Thread
from scheduler.store.tables.posts import PostKind

_DEFAULTS = PostingRules()


@dataclass(frozen=True, kw_only=True)
class FallsShort:
    """What the alarm says of the municipality (`channel` None) or of one channel."""

    channel_id: int | None
    channel: str | None
    alarm: Alarm


def falls_short(session: Session, actor: Actor | None, *, now: datetime, zone: str) -> tuple[FallsShort, ...]:
    """Where a standard is under its floor so far this year, for whoever can do something about it: the municipality first, then the channels.

    One question. Others are told nothing, and nothing is asked.
    """
    reaches = [reach_of(actor, deed) for deed in (Deed.MANAGE_RULES, Deed.WRITE_POST)]
    if not any(each.whole or each.units for each in reaches):
        return ()
    known: dict[int, tuple[Any, Tally]] = {}
    for row in session.execute(_so_far(session, *span(day_of(now, zone).year, zone))):
        before = known.get(row.id, (row, Tally()))[1]
        known[row.id] = (row, before + _counted_as(row.counted_language, row.number))
    found, whole = [], Tally()
    floor_percent, alternation = _DEFAULTS.floor_percent, _DEFAULTS.alternation.value
    for row, numbers in known.values():
        if row.whole_floor is not None:
            floor_percent, alternation = row.whole_floor, row.whole_alternation
        if row.language is not None:
            continue
        whole += numbers
        turns, floor = row.own_alternation or alternation, floor_percent if row.own_floor is None else row.own_floor
        short = ledger.alarm(numbers, floor_percent=floor) if row.active and turns != Alternation.OFF.value else None
        if short and any(sees(each, [row.unit_id]) for each in reaches):
            found.append(FallsShort(channel_id=row.id, channel=row.name, alarm=short))
    short = ledger.alarm(whole, floor_percent=floor_percent) if alternation != Alternation.OFF.value else None
    return (*([FallsShort(channel_id=None, channel=None, alarm=short)] if short else []), *found)


def _so_far(session: Session, begin: datetime, end: datetime) -> Any:
    """Every channel with how many posts it had in each language since `begin`, and the rules that hold there."""
    mine = municipality_of(session)
    came = case((col(Thread.written_at) < col(Thread.seen_at), col(Thread.written_at)), else_=col(Thread.seen_at))
    counts = union_all(
        select(
            col(Publication.channel_id).label("channel_id"),
            col(Publication.language).label("language"),
            func.count().label("number"),
        )
        .join(Post, same(session, Post, col(Post.id) == col(Publication.post_id)))
        .where(
            col(Publication.municipality_id) == mine,
            col(Publication.channel_id).in_(select(col(Channel.id)).where(col(Channel.municipality_id) == mine)),
            col(Publication.published_at) >= begin,
            col(Publication.published_at) < end,
            col(Publication.state).in_(OUT),
            col(Post.kind) == PostKind.ORDINARY,
        )
        .group_by(col(Publication.channel_id), col(Publication.language)),
        select(col(Thread.channel_id), col(Thread.language), func.count())
        .where(
            col(Thread.municipality_id) == mine,
            col(Thread.channel_id).in_(select(col(Channel.id)).where(col(Channel.municipality_id) == mine)),
            col(Thread.active_at) >= begin,
            col(Thread.origin) == Origin.NATIVE,
            came >= begin,
            came < end,
        )
        .group_by(col(Thread.channel_id), col(Thread.language)),
    ).subquery()
    own, whole = aliased(PostingRulesRow), aliased(PostingRulesRow)
    return (
        select(
            col(Channel.id), col(Channel.name), col(Channel.language), col(Channel.unit_id), col(Channel.active),
            col(own.alternation).label("own_alternation"), col(own.floor_percent).label("own_floor"),
            col(whole.alternation).label("whole_alternation"), col(whole.floor_percent).label("whole_floor"),
            counts.c.language.label("counted_language"), func.coalesce(counts.c.number, 0).label("number"),
        )
        .outerjoin(counts, counts.c.channel_id == col(Channel.id))
        .outerjoin(own, and_(col(own.municipality_id) == mine, col(own.channel_id) == col(Channel.id)))
        .outerjoin(whole, and_(col(whole.municipality_id) == mine, col(whole.channel_id).is_(None)))
        .where(col(Channel.municipality_id) == mine)
        .order_by(col(Channel.unit_id).is_not(None), col(Channel.name), col(Channel.id))
    )  # fmt: skip


def _counted_as(language: str | None, number: int) -> Tally:
    return Tally(**{language if language in {"nn", "nb", "both"} else "other": number})
