"""The calendar: which publications stand in a span of days, and one publication with its place, for whoever moves it.

Reads only, in two questions whatever the span. A published one stands where it came out, a failed one where it failed, one that awaits
approval at the time that a person wished for it. Knows no words and decides no rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select, true, union
from sqlmodel import Session, col

from scheduler.domain.access import Actor, Deed, may
from scheduler.domain.calendar import begins_at, day_of
from scheduler.domain.publication import Action, State, open_actions
from scheduler.errors import Missing
from scheduler.queries.tabs import reach_of, visible
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Post, PostText, Publication, Slot

_AT_ITS_SLOT = (State.SCHEDULED, State.GOING_OUT)
_WISHED_FOR = (State.IN_REVIEW, State.APPROVED)
_OUT = (State.PUBLISHED, State.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A publication at a moment of the calendar. `tentative`: a wish, not a place.

    `languages`: the one that goes out, where that is settled; else those that the post has texts in.
    """

    id: int
    post_id: int
    title: str
    at: datetime
    day: date
    state: State
    tentative: bool
    languages: tuple[str, ...]
    channel_id: int
    channel: str
    platform: str
    may_move: bool


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


def placed(
    session: Session,
    actor: Actor | None,
    *,
    first: date,
    last: date,
    zone: str,
    channel_id: int | None = None,
    unit_id: int | None = None,
) -> tuple[Placed, ...]:
    """What stands on the days from `first` to `last` (both included) in `zone`, as `actor` may see it, in order of time."""
    begin, end = begins_at(first, zone), begins_at(last + timedelta(days=1), zone)
    within = [
        and_(col(Publication.state).in_(states), moment >= begin, moment < end) for states, moment in _moments().items()
    ]
    at = case(*((col(Publication.state).in_(states), moment) for states, moment in _moments().items()))
    found = session.execute(
        select(Publication, col(Post.title), Channel, at)
        .join(Post, _same(session, Post, col(Post.id) == col(Publication.post_id)))
        .join(Channel, _same(session, Channel, col(Channel.id) == col(Publication.channel_id)))
        .outerjoin(Slot, _same(session, Slot, col(Slot.publication_id) == col(Publication.id)))
        .where(
            col(Publication.municipality_id) == municipality_of(session),
            col(Publication.id).in_(_candidates(session, begin, end)),
            or_(*within),
            visible(reach_of(actor, Deed.READ)),
            true() if channel_id is None else col(Publication.channel_id) == channel_id,
            true() if unit_id is None else or_(col(Channel.unit_id) == unit_id, col(Post.unit_id) == unit_id),
        )
        .order_by(at, col(Publication.id))
    ).all()
    written = _written(session, [publication.post_id for publication, *_ in found if publication.language is None])
    return tuple(
        Placed(
            id=publication.pk,
            post_id=publication.post_id,
            title=title,
            at=moment,
            day=day_of(moment, zone),
            state=publication.state,
            tentative=publication.state in _WISHED_FOR,
            languages=(publication.language,) if publication.language else written.get(publication.post_id, ()),
            channel_id=channel.pk,
            channel=channel.name,
            platform=channel.platform,
            may_move=_may_move(actor, publication, channel),
        )
        for publication, title, channel, moment in found
    )


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
        may_move=_may_move(actor, publication, channel),
    )


def _candidates(session: Session, begin: datetime, end: datetime) -> Any:
    """The ids of all that has any moment in the span: plain scans, so that years of publications need not be joined for a month's sake."""
    found: list[Any] = [
        select(column.label("id")).where(_same(session, table, and_(moment >= begin, moment < end)))
        for table, column, moment in (
            (Slot, col(Slot.publication_id), col(Slot.starts_at)),
            (Publication, col(Publication.id), col(Publication.published_at)),
            (Publication, col(Publication.id), col(Publication.chosen_at)),
            (Publication, col(Publication.id), col(Publication.updated_at)),
        )
    ]
    return union(*found)


def _written(session: Session, post_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
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


def _moments() -> dict[tuple[State, ...], Any]:
    """Where a publication stands in the calendar, by its state."""
    return {
        _AT_ITS_SLOT: col(Slot.starts_at),
        _WISHED_FOR: col(Publication.chosen_at),
        _OUT: col(Publication.published_at),
        (State.FAILED,): col(Publication.updated_at),
    }


def _same(session: Session, table: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(table.municipality_id == municipality_of(session), condition)


def _may_move(actor: Actor | None, publication: Publication, channel: Channel) -> bool:
    if not open_actions(publication.state) & {Action.MOVE, Action.PLACE}:
        return False
    return actor is None or may(actor, Deed.MOVE, municipality_id=channel.municipality_id, unit_id=channel.unit_id)
