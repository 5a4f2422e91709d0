"""What each tab of the queue holds, what it is ordered by, and what a publication waits for: as conditions for SQL.

What "needs you" means is said once, in `needs_of`. Knows reaches and tables; asks nothing itself and knows no words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select, true, union
from sqlmodel import col

from scheduler.domain.access import Actor, Deed, Reach, reach
from scheduler.domain.delivery import State as DeliveryState
from scheduler.domain.publication import FINAL, Note, State
from scheduler.store.tables import Channel, Delivery, Post, PostText, Publication, Slot
from scheduler.store.tables.posts import PostKind, SourceFlag

#: The sort key of what has no time yet: after everything that has one.
_SOME_DAY = datetime(9999, 1, 1, tzinfo=UTC)
_EVERYWHERE = Reach(whole=True, units=frozenset())
_LONGEST_SEARCH = 200
_MOST_WORDS = 8


class Tab(StrEnum):
    """Which posts a list holds."""

    NEEDS_YOU = "needs_you"
    SCHEDULED = "scheduled"
    DRAFTS = "drafts"
    PUBLISHED = "published"
    ALL = "all"


class Need(StrEnum):
    """What a publication waits for that this very person can do. The gravest first."""

    FAILED = "failed"
    SOURCE_WITHDRAWN = "source_withdrawn"
    CONFIRM = "confirm"
    COPY = "copy"
    NO_SLOT = "no_slot"
    CHANGE_FAILED = "change_failed"
    APPROVE = "approve"
    SENT_BACK = "sent_back"
    SOURCE_CHANGED = "source_changed"


def visible(within: Reach) -> ColumnElement[bool]:
    """The condition on a publication's channel and post: within reach. A unit sees its channels, and its posts wherever they go."""
    return or_(in_reach(within, col(Channel.unit_id)), in_reach(within, col(Post.unit_id)))


def in_reach(within: Reach, unit_id: Any) -> ColumnElement[bool]:
    """The condition: this unit is within reach."""
    if within.whole:
        return true()
    return unit_id.in_(sorted(within.units)) if within.units else false()


def ways_of(word: str) -> list[str]:
    """The ways a word of a search is met: lower() and ILIKE leave Æ, Ø and Å alone on SQLite, and these are enough for a search box."""
    return sorted({word, word.lower(), word.upper(), word.capitalize()})


def matching(word: str) -> ColumnElement[bool]:
    """The condition: the post's title or one of its texts holds `word`, however it is written."""
    ways = ways_of(word)
    in_texts = (
        select(literal(1))
        .where(
            col(PostText.municipality_id) == col(Post.municipality_id),
            col(PostText.post_id) == col(Post.id),
            or_(*(col(PostText.text).icontains(way, autoescape=True) for way in ways)),
        )
        .exists()
    )
    return or_(*(col(Post.title).icontains(way, autoescape=True) for way in ways), in_texts)


def reach_of(actor: Actor | None, deed: Deed) -> Reach:
    return _EVERYWHERE if actor is None else reach(actor, deed)


#: The tabs that hold what is not over yet.
OPEN_TABS = (Tab.NEEDS_YOU, Tab.SCHEDULED, Tab.DRAFTS)


def needs_of(actor: Actor | None) -> dict[Need, ColumnElement[bool]]:
    """The condition of each need, for what this person can do."""
    state, unit_id = col(Publication.state), col(Channel.unit_id)
    asked, has_problem = col(Delivery.id).is_not(None), col(Publication.problem_code).is_not(None)
    never_sent = col(Delivery.first_tried_at).is_(None)
    move, answer = (in_reach(reach_of(actor, deed), unit_id) for deed in (Deed.MOVE, Deed.CONFIRM_MANUAL))
    write = in_reach(reach_of(actor, Deed.WRITE_POST), unit_id)
    # A service notice is sent again, and its end told, by whoever may send one.
    notice = and_(col(Post.kind) == PostKind.SERVICE_NOTICE, in_reach(reach_of(actor, Deed.SEND_NOTICE), unit_id))
    lives = and_(col(Publication.id).is_not(None), state.not_in(list(FINAL)))
    return {
        Need.FAILED: and_(state == State.FAILED, or_(move, notice)),
        Need.SOURCE_WITHDRAWN: and_(col(Post.source_flag) == SourceFlag.WITHDRAWN, lives, write),
        Need.CONFIRM: and_(asked, ~never_sent, answer),
        Need.COPY: and_(asked, never_sent, answer),
        Need.NO_SLOT: and_(state == State.APPROVED, has_problem, move),
        Need.CHANGE_FAILED: and_(state == State.PUBLISHED, has_problem, or_(write, notice)),
        Need.APPROVE: and_(state == State.IN_REVIEW, in_reach(reach_of(actor, Deed.APPROVE), unit_id)),
        Need.SENT_BACK: and_(state == State.DRAFT, col(Publication.problem_code) == Note.SENT_BACK, write),
        Need.SOURCE_CHANGED: and_(col(Post.source_flag) == SourceFlag.CHANGED, lives, write),
    }


def in_tab(tab: Tab, needs: Mapping[Need, ColumnElement[bool]]) -> ColumnElement[bool]:
    state = col(Publication.state)
    match tab:
        case Tab.NEEDS_YOU:
            return or_(*needs.values())
        case Tab.SCHEDULED:
            return state.in_([State.APPROVED, State.SCHEDULED, State.GOING_OUT])
        case Tab.DRAFTS:
            return or_(col(Publication.id).is_(None), state.in_([State.DRAFT, State.IN_REVIEW]))
        case Tab.PUBLISHED:
            return state.in_([State.PUBLISHED, State.WITHDRAWN])
        case Tab.ALL:
            return true()


def open_posts(municipality_id: int) -> Any:
    """The ids of the posts that the first three tabs can hold: a few, whatever has been published through the years."""
    settled = [*FINAL, State.PUBLISHED]
    stands = or_(col(Publication.state).not_in(settled), col(Publication.problem_code).is_not(None))
    in_some_channel = (
        select(literal(1))
        .where(col(Publication.municipality_id) == col(Post.municipality_id), col(Publication.post_id) == col(Post.id))
        .exists()
    )
    return union(
        select(col(Publication.post_id).label("id")).where(col(Publication.municipality_id) == municipality_id, stands),
        select(col(Post.id).label("id")).where(
            col(Post.municipality_id) == municipality_id, or_(col(Post.source_flag).is_not(None), ~in_some_channel)
        ),
    )


def needing_posts(municipality_id: int) -> Any:
    """The ids of the posts that can need somebody, each found by an index of its own: every page asks for their number."""
    state, problem = col(Publication.state), col(Publication.problem_code)
    mine = col(Publication.municipality_id) == municipality_id
    asked = and_(
        col(Delivery.municipality_id) == municipality_id,
        col(Delivery.state) == DeliveryState.ASKED,
        col(Delivery.publication_id) == col(Publication.id),
    )
    return union(
        select(col(Publication.post_id).label("id")).where(mine, state.in_([State.FAILED, State.IN_REVIEW])),
        select(col(Publication.post_id).label("id")).where(mine, problem.is_not(None)),
        select(col(Publication.post_id).label("id")).join(Delivery, asked).where(mine),
        select(col(Post.id).label("id")).where(
            col(Post.municipality_id) == municipality_id, col(Post.source_flag).is_not(None)
        ),
    )


def order_of(tab: Tab) -> ColumnElement[datetime]:
    """What a tab is ordered by, over a post's publications."""
    updated_at = func.coalesce(col(Publication.updated_at), col(Post.updated_at))
    match tab:
        case Tab.NEEDS_YOU:
            flagged = and_(col(Post.source_flag).is_not(None), col(Post.source_flag_at) > updated_at)
            return func.max(case((flagged, col(Post.source_flag_at)), else_=updated_at))
        case Tab.SCHEDULED:
            return func.min(func.coalesce(col(Slot.starts_at), _SOME_DAY))
        case Tab.DRAFTS:
            return func.max(updated_at)
        case Tab.PUBLISHED:
            return func.max(func.coalesce(col(Publication.published_at), updated_at))
        case Tab.ALL:
            return func.max(col(Post.created_at))


def filters_of(*, search: str, channel_id: int | None, unit_id: int | None) -> list[ColumnElement[bool]]:
    found = [matching(word) for word in search[:_LONGEST_SEARCH].split()[:_MOST_WORDS]]
    if channel_id is not None:
        found.append(col(Publication.channel_id) == channel_id)
    if unit_id is not None:
        found.append(or_(col(Channel.unit_id) == unit_id, col(Post.unit_id) == unit_id))
    return found


def joined(query: Any) -> Any:
    """Posts with their publications, and what belongs to each: channel, slot, and a delivery whose end a person must tell."""
    mine = col(Post.municipality_id)
    asked = and_(
        col(Delivery.municipality_id) == mine,
        col(Delivery.publication_id) == col(Publication.id),
        col(Delivery.state) == DeliveryState.ASKED,
    )
    return (
        query.select_from(Post)
        .outerjoin(
            Publication, and_(col(Publication.municipality_id) == mine, col(Publication.post_id) == col(Post.id))
        )
        .outerjoin(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == col(Publication.channel_id)))
        .outerjoin(Slot, and_(col(Slot.municipality_id) == mine, col(Slot.publication_id) == col(Publication.id)))
        .outerjoin(Delivery, asked)
    )
