"""What stands around the days of a calendar: days on which nothing is placed, what has no time yet, and which campaigns there are.

Reads only, a question each. Knows no words and decides no rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select, true
from sqlmodel import Session, col

from scheduler.domain.access import Actor, Deed
from scheduler.domain.publication import State
from scheduler.queries.calendar import may_move, written_in
from scheduler.queries.calendar_moments import Bounds, Narrowing, moments, of_language
from scheduler.queries.queue import Choice
from scheduler.queries.tabs import reach_of, visible
from scheduler.store.database import municipality_of
from scheduler.store.tables import Campaign, Channel, OwnDays, Post, Publication

#: What waits for a time, the most urgent first.
WITHOUT_TIME = (State.APPROVED, State.IN_REVIEW, State.DRAFT)
#: How many of them are named.
NAMED = 6
_MOST_CAMPAIGNS = 200
_LOOK_AHEAD = timedelta(days=92)


@dataclass(frozen=True, kw_only=True)
class Untimed:
    """A publication that nobody has given a time. `languages`: as in the calendar."""

    id: int
    post_id: int
    title: str
    channel_id: int
    channel: str
    state: State
    languages: tuple[str, ...]
    problem_code: str | None
    may_move: bool


@dataclass(frozen=True, kw_only=True)
class WithoutTime:
    """What has no time: the first of it by name, and how much there is in each state."""

    named: tuple[Untimed, ...]
    counts: Mapping[State, int]

    @property
    def total(self) -> int:
        """How much it is in all."""
        return sum(self.counts.values())


def own_days(
    session: Session, *, first: date, last: date, channel_id: int | None = None
) -> Mapping[date, tuple[str, ...]]:
    """The names of the days between `first` and `last` on which nothing is placed: in every channel, or in this one too."""
    found = session.execute(
        select(col(OwnDays.name), col(OwnDays.first_day), col(OwnDays.last_day))
        .where(
            col(OwnDays.municipality_id) == municipality_of(session),
            or_(col(OwnDays.channel_id).is_(None), col(OwnDays.channel_id) == channel_id),
            col(OwnDays.last_day) >= first,
            col(OwnDays.first_day) <= last,
        )
        .order_by(col(OwnDays.first_day), col(OwnDays.id))
    )
    days: dict[date, tuple[str, ...]] = {}
    for name, begins, ends in found:
        for number in range((min(ends, last) - max(begins, first)).days + 1):
            day = max(begins, first) + timedelta(days=number)
            days[day] = (*days.get(day, ()), name)
    return days


def campaign_choices(session: Session) -> tuple[Choice, ...]:
    """The campaigns that a calendar can be narrowed to, those that go on first."""
    found = session.execute(
        select(col(Campaign.id), col(Campaign.name))
        .where(col(Campaign.municipality_id) == municipality_of(session))
        .order_by(col(Campaign.active).desc(), col(Campaign.name), col(Campaign.id))
        .limit(_MOST_CAMPAIGNS)
    )
    return tuple(Choice(id=campaign_id, name=name) for campaign_id, name in found if campaign_id is not None)


def without_time(session: Session, actor: Actor | None, narrowing: Narrowing, *, named: int = NAMED) -> WithoutTime:
    """What `actor` may see that is written and has no time, neither a place nor a wish; the newest of the most urgent by name, so many."""
    mine, state = municipality_of(session), col(Publication.state)
    if narrowing.native or (narrowing.state is not None and narrowing.state not in WITHOUT_TIME):
        return WithoutTime(named=(), counts={})
    rank = case(*((state == each, rank) for rank, each in enumerate(WITHOUT_TIME)))
    narrowed = [
        condition
        for wanted, condition in (
            (narrowing.channel_id, col(Publication.channel_id) == narrowing.channel_id),
            (narrowing.unit_id, or_(col(Channel.unit_id) == narrowing.unit_id, col(Post.unit_id) == narrowing.unit_id)),
            (narrowing.campaign_id, col(Post.campaign_id) == narrowing.campaign_id),
        )
        if wanted is not None
    ]
    found = session.execute(
        select(
            col(Publication.id),
            col(Publication.post_id),
            col(Post.title),
            col(Channel.name),
            state,
            col(Publication.language),
            col(Publication.problem_code),
            col(Channel.unit_id),
            col(Channel.id),
            *(func.sum(case((state == each, 1), else_=0)).over() for each in WITHOUT_TIME),
        )
        .join(Post, and_(col(Post.municipality_id) == mine, col(Post.id) == col(Publication.post_id)))
        .join(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == col(Publication.channel_id)))
        .where(
            col(Publication.municipality_id) == mine,
            state.in_(WITHOUT_TIME if narrowing.state is None else [narrowing.state]),
            col(Publication.chosen_at).is_(None),
            visible(reach_of(actor, Deed.READ)),
            *narrowed,
            _in_language(mine, narrowing),
        )
        .order_by(rank, col(Publication.updated_at).desc(), col(Publication.id).desc())
        .limit(named)
    ).all()
    written = written_in(session, [row[1] for row in found if row[5] is None])
    return WithoutTime(
        named=tuple(_untimed(actor, mine, row, written) for row in found),
        counts={each: found[0][9 + rank] for rank, each in enumerate(WITHOUT_TIME)} if found else {},
    )


def next_at(session: Session, actor: Actor | None, narrowing: Narrowing, *, after: datetime) -> datetime | None:
    """When the next of it stands, within some three months after that instant."""
    bounds = Bounds.of(municipality_of(session), after, after + _LOOK_AHEAD)
    found = moments(bounds, narrowing=narrowing, within=reach_of(actor, Deed.READ))
    at: datetime | None = session.execute(select(func.min(found.c.at, type_=found.c.at.type))).scalar_one()
    return at


def _in_language(mine: int, narrowing: Narrowing) -> Any:
    if narrowing.language is None:
        return true()
    return of_language(mine, narrowing.language, language=col(Publication.language), post_id=col(Publication.post_id))


def _untimed(actor: Actor | None, mine: int, row: Any, written: Mapping[int, tuple[str, ...]]) -> Untimed:
    publication_id, post_id, title, channel, state, language, problem_code, unit_id, channel_id = row[:9]
    return Untimed(
        id=publication_id,
        post_id=post_id,
        title=title,
        channel_id=channel_id,
        channel=channel,
        state=state,
        languages=(language,) if language else written.get(post_id, ()),
        problem_code=problem_code,
        may_move=may_move(actor, state, mine, unit_id),
    )
