"""The queue: posts as rows of a list, each with its publications, what it waits for, and what one may do from the row.

Reads only, by keyset, in a fixed number of questions whatever the list holds. What "needs you" means is said once, in tabs.py, and
asked in SQL both for the tab and for the tag. Knows no words and decides no rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, func, or_, select
from sqlmodel import Session, col

from scheduler.domain.access import Actor, Deed, may
from scheduler.domain.publication import Action, State, open_actions
from scheduler.queries.keyset import begins_at, cursor_of
from scheduler.queries.tabs import (
    OPEN_TABS,
    Need,
    Tab,
    filters_of,
    in_reach,
    in_tab,
    joined,
    needing_posts,
    needs_of,
    open_posts,
    order_of,
    reach_of,
    visible,
)
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Person, Post, PostText, Publication, ServiceNotice, Slot, Unit
from scheduler.store.tables.posts import PostKind, SourceFlag

PAGE = 25
_EXCERPT = 240
#: The conditions that every list has: the municipality's, within reach.
_UNNARROWED = 2
_FROM_THE_SOURCE = {Need.SOURCE_WITHDRAWN, Need.SOURCE_CHANGED}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A post in one channel. `starts_at`: its slot; `chosen`: a person chose that time; `language`: the text that goes out."""

    id: int
    channel_id: int
    channel: str
    platform: str
    state: State
    starts_at: datetime | None
    published_at: datetime | None
    language: str | None
    chosen: bool
    because: tuple[Mapping[str, Any], ...]
    problem_code: str | None
    url: str | None
    need: Need | None
    may_move: bool
    may_approve: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """A post as the list shows it, with the beginning of its text. `needs`: what it waits for that this person can do; `over_at`: of a notice."""

    post_id: int
    title: str
    excerpt: str
    languages: tuple[str, ...]
    author: str | None
    unit: str | None
    updated_at: datetime
    source_flag: SourceFlag | None
    is_notice: bool
    over_at: datetime | None
    entries: tuple[Entry, ...]
    needs: tuple[Need, ...]

    @property
    def next_at(self) -> datetime | None:
        """When it goes out next, or else when it came out last."""
        ahead = [each.starts_at for each in self.entries if each.starts_at and each.state is State.SCHEDULED]
        out = [each.published_at or each.starts_at for each in self.entries]
        return min(ahead) if ahead else max((at for at in out if at), default=None)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some rows of a tab. `after`: where the next page begins, None on the last; `counts`: posts in each tab, as filtered."""

    rows: tuple[Row, ...]
    after: str | None
    counts: Mapping[Tab, int]


def page(
    session: Session,
    actor: Actor | None,
    *,
    tab: Tab = Tab.NEEDS_YOU,
    search: str = "",
    channel_id: int | None = None,
    unit_id: int | None = None,
    after: str | None = None,
    limit: int = PAGE,
) -> Page:
    """A page of the queue as `actor` may see it (None: the command line, which sees all).

    Scheduled: next first; the others: newest first. `search`: words of the title or the texts; `after`: as the page before gave it.
    """
    needs = needs_of(actor)
    conditions = [
        col(Post.municipality_id) == municipality_of(session),
        visible(reach_of(actor, Deed.READ)),
        *filters_of(search=search, channel_id=channel_id, unit_id=unit_id),
    ]
    narrowed = len(conditions) > _UNNARROWED or not reach_of(actor, Deed.READ).whole
    counts = _counts(session, conditions, needs, narrowed=narrowed)
    query = _keys(session, tab, needs, after, conditions, narrowed=narrowed)
    found = session.connection().execute(query.limit(limit + 1)).all()
    shown = [row[0] for row in found[:limit]]
    return Page(
        rows=_rows(session, actor, shown, needs),
        after=cursor_of(found[limit - 1][1], found[limit - 1][0]) if len(found) > limit else None,
        counts=counts,
    )


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Something a list can be narrowed to."""

    id: int
    name: str


def channel_choices(session: Session, actor: Actor | None) -> tuple[Choice, ...]:
    """The channels that `actor` may see, the municipality's own first."""
    found = session.execute(
        select(col(Channel.id), col(Channel.name))
        .where(
            col(Channel.municipality_id) == municipality_of(session),
            in_reach(reach_of(actor, Deed.READ), col(Channel.unit_id)),
        )
        .order_by(col(Channel.unit_id).is_not(None), col(Channel.name), col(Channel.id))
    )
    return tuple(Choice(id=channel_id, name=name) for channel_id, name in found if channel_id is not None)


def needing(session: Session, actor: Actor | None) -> int:
    """How many posts wait for this person: the number that the header shows."""
    mine = municipality_of(session)
    number: int = session.execute(
        joined(select(func.count(distinct(col(Post.id))))).where(
            col(Post.municipality_id) == mine,
            col(Post.id).in_(needing_posts(mine)),
            visible(reach_of(actor, Deed.READ)),
            in_tab(Tab.NEEDS_YOU, needs_of(actor)),
        )
    ).scalar_one()
    return number


def _may(actor: Actor | None, deed: Deed, channel: Channel) -> bool:
    return actor is None or may(actor, deed, municipality_id=channel.municipality_id, unit_id=channel.unit_id)


def _counts(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    needs: Mapping[Need, ColumnElement[bool]],
    *,
    narrowed: bool,
) -> dict[Tab, int]:
    published, every = in_tab(Tab.PUBLISHED, needs), in_tab(Tab.ALL, needs)
    mine = municipality_of(session)
    if narrowed:
        queries = [
            joined(select(func.count(distinct(col(Post.id))))).where(*conditions, each) for each in (published, every)
        ]
    else:
        queries = [
            select(func.count(distinct(col(Publication.post_id)))).where(
                col(Publication.municipality_id) == mine, published
            ),
            select(func.count()).where(col(Post.municipality_id) == mine),
        ]
    numbers = session.connection().execute(select(*(each.scalar_subquery() for each in queries))).one()
    return _open_counts(session, conditions, needs) | dict(zip((Tab.PUBLISHED, Tab.ALL), numbers, strict=True))


def _open_counts(
    session: Session, conditions: Sequence[ColumnElement[bool]], needs: Mapping[Need, ColumnElement[bool]]
) -> dict[Tab, int]:
    counted = (func.count(distinct(case((in_tab(tab, needs), col(Post.id))))) for tab in OPEN_TABS)
    still_open = col(Post.id).in_(open_posts(municipality_of(session)))
    numbers = session.connection().execute(joined(select(*counted)).where(*conditions, still_open)).one()
    return dict(zip(OPEN_TABS, numbers, strict=True))


def _keys(
    session: Session,
    tab: Tab,
    needs: Mapping[Need, ColumnElement[bool]],
    after: str | None,
    conditions: Sequence[ColumnElement[bool]],
    *,
    narrowed: bool,
) -> Any:
    """Ids and sort keys of a tab's posts, in order. What is not narrowed needs no joins: years of posts stay cheap."""
    mine = municipality_of(session)
    key: Any = order_of(tab)
    post_id: Any = col(Post.id)
    if narrowed or tab in OPEN_TABS:
        query = joined(select(post_id, key)).where(*conditions, in_tab(tab, needs)).group_by(post_id)
        if tab in OPEN_TABS:
            query = query.where(post_id.in_(open_posts(mine)))
        limit_to = query.having
    elif tab is Tab.PUBLISHED:
        post_id = col(Publication.post_id)
        key = func.max(func.coalesce(col(Publication.published_at), col(Publication.updated_at)))
        query = select(post_id, key).where(col(Publication.municipality_id) == mine, in_tab(tab, needs))
        query = query.group_by(post_id)
        limit_to = query.having
    else:
        key = col(Post.created_at)
        query = select(post_id, key).where(col(Post.municipality_id) == mine)
        limit_to = query.where
    begins = begins_at(after)
    if tab is Tab.SCHEDULED:
        if begins:
            query = limit_to(or_(key > begins[0], and_(key == begins[0], post_id > begins[1])))
        return query.order_by(key, post_id)
    if begins:
        query = limit_to(or_(key < begins[0], and_(key == begins[0], post_id < begins[1])))
    return query.order_by(key.desc(), post_id.desc())


def _rows(
    session: Session, actor: Actor | None, post_ids: Sequence[int], needs: Mapping[Need, ColumnElement[bool]]
) -> tuple[Row, ...]:
    if not post_ids:
        return ()
    mine = municipality_of(session)
    posts = {
        post.pk: (post, author, unit, over_at)
        for post, author, unit, over_at in session.execute(
            select(Post, col(Person.name), col(Unit.name), col(ServiceNotice.done_at))
            .outerjoin(Person, and_(col(Person.municipality_id) == mine, col(Person.id) == col(Post.author_id)))
            .outerjoin(Unit, and_(col(Unit.municipality_id) == mine, col(Unit.id) == col(Post.unit_id)))
            .outerjoin(
                ServiceNotice,
                and_(col(ServiceNotice.municipality_id) == mine, col(ServiceNotice.post_id) == col(Post.id)),
            )
            .where(col(Post.municipality_id) == mine, col(Post.id).in_(post_ids))
        )
    }
    texts: dict[int, dict[str, str]] = defaultdict(dict)
    for post_id, language, text in session.execute(
        select(col(PostText.post_id), col(PostText.language), func.substr(col(PostText.text), 1, _EXCERPT))
        .where(col(PostText.municipality_id) == mine, col(PostText.post_id).in_(post_ids))
        .order_by(col(PostText.language))
    ):
        texts[post_id][language] = text
    entries, flagged = _entries(session, actor, post_ids, needs)
    return tuple(_row(*posts[post_id], texts[post_id], entries[post_id], flagged[post_id]) for post_id in post_ids)


def _entries(
    session: Session, actor: Actor | None, post_ids: Sequence[int], needs: Mapping[Need, ColumnElement[bool]]
) -> tuple[dict[int, list[Entry]], dict[int, set[Need]]]:
    """The posts' publications that this person may see; and, by post, what its source asks for."""
    tags = {
        by_source: case(
            *((condition, need.value) for need, condition in needs.items() if (need in _FROM_THE_SOURCE) is by_source),
            else_=None,
        )
        for by_source in (False, True)
    }
    found = session.execute(
        joined(select(Publication, Channel, Slot, tags[False], tags[True]))
        .where(
            col(Post.municipality_id) == municipality_of(session),
            col(Post.id).in_(post_ids),
            col(Publication.id).is_not(None),
            visible(reach_of(actor, Deed.READ)),
        )
        .order_by(col(Channel.unit_id).is_not(None), col(Channel.name), col(Channel.id))
    )
    entries: dict[int, list[Entry]] = defaultdict(list)
    flagged: dict[int, set[Need]] = defaultdict(set)
    for publication, channel, slot, need, by_source in found:
        entries[publication.post_id].append(_entry(actor, publication, channel, slot, Need(need) if need else None))
        if by_source:
            flagged[publication.post_id].add(Need(by_source))
    return entries, flagged


def _entry(
    actor: Actor | None, publication: Publication, channel: Channel, slot: Slot | None, need: Need | None
) -> Entry:
    possible = open_actions(publication.state)
    return Entry(
        id=publication.pk,
        channel_id=channel.pk,
        channel=channel.name,
        platform=channel.platform,
        state=publication.state,
        starts_at=slot.starts_at if slot else None,
        published_at=publication.published_at,
        language=publication.language,
        chosen=publication.chosen_at is not None,
        because=tuple(publication.because),
        problem_code=publication.problem_code,
        url=publication.url,
        need=need,
        may_move=bool(possible & {Action.MOVE, Action.PLACE}) and _may(actor, Deed.MOVE, channel),
        may_approve=Action.APPROVE in possible and _may(actor, Deed.APPROVE, channel),
    )


def _row(
    post: Post,
    author: str | None,
    unit: str | None,
    over_at: datetime | None,
    texts: Mapping[str, str],
    entries: Sequence[Entry],
    flagged: set[Need],
) -> Row:
    needed = {each.need for each in entries if each.need} | flagged
    goes_out = next((each.language for each in entries if each.language in texts), None)
    return Row(
        post_id=post.pk,
        title=post.title,
        excerpt=_behind_title(texts[goes_out] if goes_out else next(iter(texts.values()), ""), post.title),
        languages=tuple(texts),
        author=author,
        unit=unit,
        updated_at=post.updated_at,
        source_flag=post.source_flag,
        is_notice=post.kind is PostKind.SERVICE_NOTICE,
        over_at=over_at,
        entries=tuple(entries),
        needs=tuple(need for need in Need if need in needed),
    )


def _behind_title(text: str, title: str) -> str:
    """The text without the title that most posts begin with, where it is a line of its own; else, or where nothing follows it, all of it."""
    first, _, rest = text.strip().partition("\n")
    return (rest.strip() if first.strip() == title else "") or text
