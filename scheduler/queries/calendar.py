"""The calendar: what stands on the days of a span, so many a day, and one publication with its place, for whoever moves it.

Reads only, in two questions whatever the span holds. A published one stands where it came out, a failed one where it failed, one that has
no place yet at the time that a person wished for it, and what somebody posted on the platform itself where it was written. Knows no words
and decides no rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, select
from sqlmodel import Session, col

from scheduler.domain.access import Actor, Deed, Reach, may
from scheduler.domain.calendar import begins_at
from scheduler.domain.publication import Action, State, open_actions
from scheduler.errors import Missing
from scheduler.queries.calendar_moments import WISHED_FOR, Bounds, Narrowing, by_day, first_of_day, moments
from scheduler.queries.tabs import reach_of, visible
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Post, PostText, Publication, Slot, Thread
from scheduler.store.tables.posts import PostKind, SlotKind

_LONGEST_TITLE = 160


class Mark(StrEnum):
    """What sets a post apart in its day."""

    BEYOND_CAP = "beyond_cap"
    NOTICE = "notice"


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Something at a moment of the calendar. `state` None: posted on the platform itself, by hand; it has no post here, but perhaps a `url`.

    `tentative`: no place yet, but a wish, or (`suggested`) where the planner would put it; `languages`: the one that goes out, where that is
    settled; else those that the post has texts in.
    """

    id: int
    post_id: int | None
    title: str
    at: datetime
    state: State | None
    tentative: bool
    languages: tuple[str, ...]
    channel_id: int
    channel: str
    mark: Mark | None
    url: str | None
    may_move: bool
    suggested: bool = False


@dataclass(frozen=True, kw_only=True)
class DayOfPosts:
    """What stands on a day: the first of it, and how much there is in all."""

    shown: tuple[Placed, ...]
    total: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One publication, for the page on which it is moved. `starts_at`: its slot; `because`: why there; `problem_code`: why it has none."""

    id: int
    post_id: int
    title: str
    channel: str
    platform: str
    unit_id: int | None
    state: State
    starts_at: datetime | None
    language: str | None
    chosen: bool
    because: tuple[Mapping[str, Any], ...]
    problem_code: str | None
    may_move: bool


@dataclass(frozen=True, kw_only=True)
class Span:
    """The days asked for, both ends included, on the wall in `zone`; at most `most_a_day` of each, after the first `skipped`."""

    first: date
    last: date
    zone: str
    most_a_day: int
    skipped: int = 0
    narrowing: Narrowing = field(default_factory=Narrowing)

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of it."""
        return tuple(self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))

    @property
    def ends_at(self) -> datetime:
        """The instant at which the last day ends."""
        return begins_at(self.last + timedelta(days=1), self.zone)


def shown(session: Session, actor: Actor | None, span: Span) -> Mapping[date, DayOfPosts]:
    """The days of `span` that hold something `actor` may see (None: the command line, which sees all), each in order of time."""
    mine = municipality_of(session)
    begins = {f"begins_{number}": begins_at(day, span.zone) for number, day in enumerate(span.days)}
    bounds = Bounds.of(mine, begins["begins_0"], span.ends_at)
    found = session.execute(
        _question(len(begins), span.narrowing, reach_of(actor, Deed.READ)),
        {**bounds.as_values(), **begins, "skipped": span.skipped, "most": span.skipped + span.most_a_day},
    ).all()
    written = written_in(session, [row.post_id for row in found if row.post_id is not None and row.language is None])
    days: dict[date, list[Placed]] = {}
    totals: dict[date, int] = {}
    for row in found:
        day = span.first + timedelta(days=row.day)
        days.setdefault(day, []).append(_placed(actor, mine, row, written))
        totals[day] = row.total
    return {day: DayOfPosts(shown=tuple(entries), total=totals[day]) for day, entries in days.items()}


def hidden(session: Session, actor: Actor | None, span: Span) -> int:
    """How much the days of `span` hold before they are narrowed."""
    bounds = Bounds.of(municipality_of(session), begins_at(span.first, span.zone), span.ends_at)
    found = moments(bounds, narrowing=Narrowing(), within=reach_of(actor, Deed.READ))
    number: int = session.execute(select(func.count()).select_from(found)).scalar_one()
    return number


def standing(session: Session, actor: Actor | None, publication_id: int) -> Standing:
    """One publication; raises Missing, also where `actor` may not see it."""
    found = session.execute(
        select(Publication, col(Post.title), Channel, Slot)
        .join(Post, _same(session, Post, col(Post.id) == col(Publication.post_id)))
        .join(Channel, _same(session, Channel, col(Channel.id) == col(Publication.channel_id)))
        .outerjoin(Slot, _same(session, Slot, col(Slot.publication_id) == col(Publication.id)))
        .where(_same(session, Publication, col(Publication.id) == publication_id), visible(reach_of(actor, Deed.READ)))
    ).first()
    if found is None:
        raise Missing("publication", publication_id)
    publication, title, channel, slot = found
    return Standing(
        id=publication.pk,
        post_id=publication.post_id,
        title=title,
        channel=channel.name,
        platform=channel.platform,
        unit_id=channel.unit_id,
        state=publication.state,
        starts_at=slot.starts_at if slot else None,
        language=publication.language,
        chosen=publication.chosen_at is not None,
        because=tuple(publication.because),
        problem_code=publication.problem_code,
        may_move=may_move(actor, publication.state, municipality_of(session), channel.unit_id),
    )


def written_in(session: Session, post_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The languages that posts have texts in."""
    found: dict[int, tuple[str, ...]] = {}
    if post_ids:
        for post_id, language in session.execute(
            select(col(PostText.post_id), col(PostText.language))
            .where(_same(session, PostText, col(PostText.post_id).in_(post_ids)))
            .order_by(col(PostText.language))
        ):
            found[post_id] = (*found.get(post_id, ()), language)
    return found


def may_move(actor: Actor | None, state: State, municipality_id: int, unit_id: int | None) -> bool:
    """Whether `actor` may give a publication in that state, in a channel of that unit, another time."""
    if not open_actions(state) & {Action.MOVE, Action.PLACE}:
        return False
    return actor is None or may(actor, Deed.MOVE, municipality_id=municipality_id, unit_id=unit_id)


@lru_cache(maxsize=256)
def _question(days: int, narrowing: Narrowing, within: Reach) -> Any:
    """The first posts of so many days, with all that a calendar says of them. Built once for each kind, since building it takes as long as asking.

    What was posted on the platform itself has an id among the threads.
    """
    bounds = Bounds.named()
    mine = bounds.mine
    every = by_day(moments(bounds, narrowing=narrowing, within=within), days)
    places = first_of_day(every)
    totals = select(every.c.day, func.count().label("total")).group_by(every.c.day).cte("totals")
    published = and_(col(Publication.municipality_id) == mine, ~places.c.native, col(Publication.id) == places.c.id)
    posted = and_(col(Thread.municipality_id) == mine, places.c.native, col(Thread.id) == places.c.id)
    channel_id = func.coalesce(col(Publication.channel_id), col(Thread.channel_id))
    return (
        select(
            places,
            totals.c.total,
            col(Publication.post_id),
            col(Publication.state),
            func.coalesce(col(Publication.language), col(Thread.language)).label("language"),
            func.coalesce(col(Post.title), func.substr(col(Thread.text), 1, _LONGEST_TITLE)).label("title"),
            col(Post.kind),
            col(Slot.kind).label("slot_kind"),
            col(Thread.url),
            col(Channel.id).label("channel_id"),
            col(Channel.name).label("channel"),
            col(Channel.unit_id),
        )
        .select_from(places)
        .join(totals, totals.c.day == places.c.day)
        .outerjoin(Publication, published)
        .outerjoin(Thread, posted)
        .join(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == channel_id))
        .outerjoin(Post, and_(col(Post.municipality_id) == mine, col(Post.id) == col(Publication.post_id)))
        .outerjoin(Slot, and_(col(Slot.municipality_id) == mine, col(Slot.publication_id) == col(Publication.id)))
        .where(places.c.place > bindparam("skipped", type_=Integer), places.c.place <= bindparam("most", type_=Integer))
        .order_by(places.c.day, places.c.place)
    )


def _placed(actor: Actor | None, mine: int, row: Any, written: Mapping[int, tuple[str, ...]]) -> Placed:
    return Placed(
        id=row.id,
        post_id=row.post_id,
        title=row.title if row.post_id is not None else _first_line(row.title),
        at=row.at,
        state=row.state,
        tentative=row.state in WISHED_FOR,
        languages=(row.language,) if row.language else written.get(row.post_id, ()),
        channel_id=row.channel_id,
        channel=row.channel,
        mark=_mark(row.kind, row.slot_kind),
        url=row.url,
        may_move=row.state is not None and may_move(actor, row.state, mine, row.unit_id),
    )


def _mark(kind: PostKind | None, slot_kind: SlotKind | None) -> Mark | None:
    if kind is PostKind.SERVICE_NOTICE or slot_kind is SlotKind.URGENT:
        return Mark.NOTICE
    return Mark.BEYOND_CAP if slot_kind is SlotKind.EXCUSED else None


def _first_line(text: str | None) -> str:
    """What a post without a title is called: its first line."""
    return next((line.strip() for line in (text or "").splitlines() if line.strip()), "")


def _same(session: Session, table: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(table.municipality_id == municipality_of(session), condition)
