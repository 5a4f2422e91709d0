"""Where everything stands in the calendar, as SQL: one row a publication with its moment, and one a post made on the platform itself.

Knows tables, reaches and what a calendar can be narrowed to. A span costs as much as it holds, however many years lie around it: every part
begins at an index on its own moment. Asks nothing itself and knows no words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from scheduler.domain.access import Reach
from scheduler.domain.enquiries import Origin
from scheduler.domain.publication import State
from scheduler.queries.tabs import in_reach
from scheduler.store.tables import Channel, Post, PostText, Publication, Slot, Thread
from scheduler.store.types import StoredAsText

#: A time that a person wished for, and no place yet.
WISHED_FOR = (State.DRAFT, State.IN_REVIEW, State.APPROVED)
_OUT = (State.PUBLISHED, State.WITHDRAWN)
_TURNS = ("nb", "nn")
#: How far a platform's clock may be ahead of ours.
_AHEAD = timedelta(days=1)
_INSTANTS = ("begin", "end", "ahead")


class Tongue(StrEnum):
    """What a calendar can be narrowed to by language. `both`: both, or which of the two is not settled yet."""

    NN = "nn"
    NB = "nb"
    BOTH = "both"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """What a calendar is narrowed to. `native`: only what somebody posted on the platform itself."""

    channel_id: int | None = None
    unit_id: int | None = None
    campaign_id: int | None = None
    language: Tongue | None = None
    state: State | None = None
    native: bool = False

    def __bool__(self) -> bool:
        return self != _EVERYTHING

    @property
    def of_posts(self) -> bool:
        """Whether the publications' posts must be looked at."""
        return self.unit_id is not None or self.campaign_id is not None


_EVERYTHING = Narrowing()


@dataclass(frozen=True)
class Bounds:
    """Whose rows, from when up to when; values, or names to which values are given later. `ahead`: `end`, and as far as a clock may be wrong."""

    mine: Any
    begin: Any
    end: Any
    ahead: Any

    @classmethod
    def of(cls, mine: int, begin: datetime, end: datetime) -> Bounds:
        """From `begin` up to, not including, `end`."""
        return cls(mine, begin, end, end + _AHEAD)

    @classmethod
    def named(cls) -> Bounds:
        """With names instead of values, so that a question is built once and asked often."""
        return cls(bindparam("mine", type_=Integer), *(bindparam(name, type_=UTCDateTime()) for name in _INSTANTS))

    def as_values(self) -> dict[str, Any]:
        """The values, by those names."""
        return {"mine": self.mine, "begin": self.begin, "end": self.end, "ahead": self.ahead}


def moments(bounds: Bounds, *, narrowing: Narrowing, within: Reach) -> CTE:
    """Everything in the bounds that `within` may see: id, post_id (None: native), channel_id, state, language, at."""
    parts = [] if narrowing.native else _publications(bounds, narrowing.state)
    if narrowing.native or narrowing.state is None:
        parts.append(_natives(bounds))
    found = union_all(*parts).cte("moments")
    return found if within.whole and not narrowing else _narrowed(found, bounds.mine, narrowing, within)


def by_day(found: CTE, days: int) -> CTE:
    """What a place in a day needs: id, native, at, and `day`, from 0. The instant at which each day but the first begins is called
    `begins_1`, `begins_2` and so on.
    """
    borders = [bindparam(f"begins_{number}", type_=found.c.at.type) for number in range(days)]
    day = _day_number(found.c.at, borders, 0, days).label("day")
    return select(found.c.id, found.c.post_id.is_(None).label("native"), found.c.at, day).cte("by_day")


def first_of_day(days: CTE) -> CTE:
    """The same with the `place` that each has in its day, in order of time."""
    place = func.row_number().over(partition_by=days.c.day, order_by=(days.c.at, days.c.id))
    return select(days, place.label("place")).cte("places")


def of_language(mine: Any, tongue: Tongue, *, language: Any, post_id: Any) -> ColumnElement[bool]:
    """The condition: this is in that language; where none is settled, the post's texts say it."""
    unsettled = language.is_(None)
    nb, nn = (
        exists().where(
            col(PostText.municipality_id) == mine, col(PostText.post_id) == post_id, col(PostText.language) == code
        )
        for code in _TURNS
    )
    match tongue:
        case Tongue.NN:
            return or_(language == "nn", and_(unsettled, nn, ~nb))
        case Tongue.NB:
            return or_(language == "nb", and_(unsettled, nb, ~nn))
        case Tongue.BOTH:
            return or_(language == "both", and_(unsettled, or_(post_id.is_(None), and_(nb, nn))))
        case Tongue.OTHER:
            return or_(language.not_in([*_TURNS, "both"]), and_(unsettled, post_id.is_not(None), ~nb, ~nn))


def _publications(bounds: Bounds, state: State | None) -> list[Any]:
    """A part for each way in which a publication has a moment. They exclude one another, by state."""
    known = col(Publication.state)
    here = col(Publication.municipality_id) == bounds.mine
    slot = and_(col(Slot.municipality_id) == bounds.mine, col(Slot.publication_id) == col(Publication.id))

    def part(at: Any, *conditions: ColumnElement[bool]) -> Any:
        return (
            select(
                col(Publication.id).label("id"),
                col(Publication.post_id).label("post_id"),
                col(Publication.channel_id).label("channel_id"),
                known.label("state"),
                col(Publication.language).label("language"),
                at.label("at"),
            )
            .select_from(Publication)
            .where(here, at >= bounds.begin, at < bounds.end, *conditions)
        )

    # In a CASE a condition chooses no index: years of published posts are found by when they came out, not by their state.
    is_out = case((known.in_(_OUT), 1), else_=0) == 1
    starts = col(Slot.starts_at)
    parts = {
        # What is scheduled has a slot that is not minted: found by the index that the engine finds its due slots by.
        (State.SCHEDULED,): part(starts, col(Slot.minted_at).is_(None), known == State.SCHEDULED).join(Slot, slot),
        (State.GOING_OUT,): part(starts, known == State.GOING_OUT).join(Slot, slot),
        WISHED_FOR: part(col(Publication.chosen_at), known.in_(WISHED_FOR)),
        _OUT: part(col(Publication.published_at), is_out),
        (State.FAILED,): part(col(Publication.updated_at), known == State.FAILED),
    }
    if state is None:
        return list(parts.values())
    return [each.where(known == state) for states, each in parts.items() if state in states] or [
        parts[(State.FAILED,)].where(known == state)
    ]


def _natives(bounds: Bounds) -> Any:
    """What was posted on the platform itself. A platform whose clock is ahead is believed no further than ours."""
    written, seen = col(Thread.written_at), col(Thread.seen_at)
    at = case((seen < written, seen), else_=written)
    return select(
        col(Thread.id).label("id"),
        null().cast(Integer).label("post_id"),
        col(Thread.channel_id).label("channel_id"),
        null().cast(StoredAsText(State)).label("state"),
        col(Thread.language).label("language"),
        at.label("at"),
    ).where(
        col(Thread.municipality_id) == bounds.mine,
        col(Thread.origin) == Origin.NATIVE,
        written >= bounds.begin,
        written < bounds.ahead,
        at >= bounds.begin,
        at < bounds.end,
    )


def _narrowed(found: CTE, mine: Any, narrowing: Narrowing, within: Reach) -> CTE:
    query = select(found)
    if not within.whole or narrowing.unit_id is not None:
        query = query.join(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == found.c.channel_id))
    if not within.whole or narrowing.of_posts:
        query = query.outerjoin(Post, and_(col(Post.municipality_id) == mine, col(Post.id) == found.c.post_id))
    if not within.whole:
        query = query.where(or_(in_reach(within, col(Channel.unit_id)), in_reach(within, col(Post.unit_id))))
    if narrowing.channel_id is not None:
        query = query.where(found.c.channel_id == narrowing.channel_id)
    if narrowing.unit_id is not None:
        query = query.where(or_(col(Channel.unit_id) == narrowing.unit_id, col(Post.unit_id) == narrowing.unit_id))
    if narrowing.campaign_id is not None:
        query = query.where(col(Post.campaign_id) == narrowing.campaign_id)
    if narrowing.language is not None:
        query = query.where(of_language(mine, narrowing.language, language=found.c.language, post_id=found.c.post_id))
    return query.cte("narrowed")


def _day_number(at: Any, borders: Sequence[Any], low: int, high: int) -> ColumnElement[int]:
    """Between which two borders a moment lies, by halving: days have 23, 24 or 25 hours, so no division finds it."""
    if high - low == 1:
        return literal(low, Integer)
    middle = (low + high) // 2
    return case(
        (at < borders[middle], _day_number(at, borders, low, middle)), else_=_day_number(at, borders, middle, high)
    )
