"""What pages show of feeds and their items.

Reads only, by keyset: a list of a thousand items costs what its first page costs. Decides nothing and knows no words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, false, func, or_, true
from sqlmodel import Session, col, select

from scheduler.domain.access import Reach
from scheduler.domain.languages import detect
from scheduler.errors import Missing
from scheduler.store.database import municipality_of
from scheduler.store.feeds import matching
from scheduler.store.rows import every, one
from scheduler.store.tables import Feed, FeedItem, FeedItemVersion, Post, PostMedia, Unit
from scheduler.store.tables.posts import SourceFlag

PAGE = 30
_LONGEST_SEARCH = 200


class Which(StrEnum):
    """Which items a list holds."""

    NEW = "new"  # no post yet, not set aside, not withdrawn
    WITH_POST = "with_post"
    SET_ASIDE = "set_aside"
    WITHDRAWN = "withdrawn"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class FeedRow:
    """A feed and how it fares. `new`: items that nobody has drafted or set aside. `error_code`: why the newest pull failed."""

    id: int
    title: str
    address: str
    site: str | None
    unit_id: int | None
    unit_name: str | None
    active: bool
    items: int
    new: int
    last_pull_at: datetime | None
    last_success_at: datetime | None
    next_pull_at: datetime
    error_code: str | None
    failures: int


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """A news item as a list shows it. `picture_id`: the first picture of its post; `language`: as the feed claims, else as the text tells."""

    id: int
    feed_id: int
    feed_title: str
    unit_id: int | None
    title: str
    summary: str
    link: str | None
    image_url: str | None
    published_at: datetime | None
    first_seen_at: datetime
    changed_at: datetime | None
    missing_since: datetime | None
    withdrawn_at: datetime | None
    set_aside_at: datetime | None
    language: str | None
    post_id: int | None
    picture_id: int | None
    source_flag: SourceFlag | None


@dataclass(frozen=True, kw_only=True)
class ItemPage:
    """One page of items, newest first. `after`: the id to go on from; None on the last page."""

    items: tuple[ItemRow, ...]
    after: int | None


@dataclass(frozen=True, kw_only=True)
class Said:
    """What an item said until it was replaced."""

    title: str
    summary: str
    link: str | None
    replaced_at: datetime


def feeds(session: Session, *, within: Reach | None = None) -> list[FeedRow]:
    """The municipality's feeds, by title; `within`: only those one may see."""
    return _feeds(session, _within(within))


def feed(session: Session, feed_id: int) -> FeedRow:
    """One feed; raises Missing."""
    found = _feeds(session, col(Feed.id) == feed_id)
    if not found:
        raise Missing("feed", feed_id)
    return found[0]


def _feeds(session: Session, condition: ColumnElement[bool]) -> list[FeedRow]:
    mine = municipality_of(session)
    fresh = case((_is(Which.NEW), 1), else_=0)
    found = session.exec(
        select(Feed, Unit.name, func.count(col(FeedItem.id)), func.coalesce(func.sum(fresh), 0))
        .outerjoin(Unit, and_(col(Unit.municipality_id) == mine, col(Unit.id) == col(Feed.unit_id)))
        .outerjoin(FeedItem, and_(col(FeedItem.municipality_id) == mine, col(FeedItem.feed_id) == col(Feed.id)))
        .outerjoin(Post, and_(col(Post.municipality_id) == mine, col(Post.feed_item_id) == col(FeedItem.id)))
        .where(col(Feed.municipality_id) == mine, condition)
        .group_by(col(Feed.id), col(Unit.name))
        .order_by(col(Feed.title), col(Feed.id))
    )
    return [
        FeedRow(
            id=feed.pk,
            title=feed.title,
            address=feed.address,
            site=feed.site,
            unit_id=feed.unit_id,
            unit_name=unit_name,
            active=feed.active,
            items=items,
            new=int(new),
            last_pull_at=feed.last_pull_at,
            last_success_at=feed.last_success_at,
            next_pull_at=feed.next_pull_at,
            error_code=feed.error_code,
            failures=feed.failures,
        )
        for feed, unit_name, items, new in found
    ]


def items(
    session: Session,
    *,
    which: Which = Which.NEW,
    feed_id: int | None = None,
    search: str = "",
    after: int | None = None,
    limit: int = PAGE,
    within: Reach | None = None,
) -> ItemPage:
    """A page of items, the newest first. `search`: words of the title or the summary; `after`: the id a page ended with."""
    mine = municipality_of(session)
    conditions = [col(FeedItem.municipality_id) == mine, _is(which), _within(within), _behind(session, after)]
    if feed_id is not None:
        conditions.append(col(FeedItem.feed_id) == feed_id)
    conditions += [matching(word) for word in search[:_LONGEST_SEARCH].split()]
    found = session.exec(
        select(FeedItem, Feed, Post, PostMedia.media_id)
        .join(Feed, and_(col(Feed.municipality_id) == mine, col(Feed.id) == col(FeedItem.feed_id)))
        .outerjoin(Post, and_(col(Post.municipality_id) == mine, col(Post.feed_item_id) == col(FeedItem.id)))
        .outerjoin(PostMedia, _first_picture(mine))
        .where(*conditions)
        .order_by(col(FeedItem.first_seen_at).desc(), col(FeedItem.id).desc())
        .limit(limit + 1)
    ).all()
    shown = tuple(_row(*each) for each in found[:limit])
    return ItemPage(items=shown, after=shown[-1].id if len(found) > limit else None)


def item(session: Session, item_id: int) -> ItemRow:
    """One item; raises Missing."""
    mine = municipality_of(session)
    found = session.exec(
        select(FeedItem, Feed, Post, PostMedia.media_id)
        .join(Feed, and_(col(Feed.municipality_id) == mine, col(Feed.id) == col(FeedItem.feed_id)))
        .outerjoin(Post, and_(col(Post.municipality_id) == mine, col(Post.feed_item_id) == col(FeedItem.id)))
        .outerjoin(PostMedia, _first_picture(mine))
        .where(col(FeedItem.municipality_id) == mine, col(FeedItem.id) == item_id)
    ).first()
    if found is None:
        raise Missing("feed_item", item_id)
    return _row(*found)


def said_before(session: Session, item_id: int, *, limit: int = 10) -> list[Said]:
    """What the item said before, the newest first."""
    versions = every(
        session,
        FeedItemVersion,
        col(FeedItemVersion.feed_item_id) == item_id,
        order=col(FeedItemVersion.replaced_at).desc(),
    )
    return [
        Said(title=each.title, summary=each.summary, link=each.link, replaced_at=each.replaced_at)
        for each in versions[:limit]
    ]


def _first_picture(mine: int) -> ColumnElement[bool]:
    of_post = and_(col(PostMedia.municipality_id) == mine, col(PostMedia.post_id) == col(Post.id))
    return and_(of_post, col(PostMedia.position) == 0)


def _row(item: FeedItem, feed: Feed, post: Post | None, picture_id: int | None) -> ItemRow:
    return ItemRow(
        id=item.pk,
        feed_id=item.feed_id,
        feed_title=feed.title,
        unit_id=feed.unit_id,
        title=item.title,
        summary=item.summary,
        link=item.link,
        image_url=item.image_url,
        published_at=item.published_at,
        first_seen_at=item.first_seen_at,
        changed_at=item.changed_at,
        missing_since=item.missing_since,
        withdrawn_at=item.withdrawn_at,
        set_aside_at=item.set_aside_at,
        language=item.language or detect(f"{item.title}\n{item.summary}").language,
        post_id=post.pk if post else None,
        picture_id=picture_id,
        source_flag=post.source_flag if post else None,
    )


def _is(which: Which) -> ColumnElement[bool]:
    match which:
        case Which.NEW:
            return and_(
                col(FeedItem.id).is_not(None),
                col(Post.id).is_(None),
                col(FeedItem.set_aside_at).is_(None),
                col(FeedItem.withdrawn_at).is_(None),
            )
        case Which.WITH_POST:
            return col(Post.id).is_not(None)
        case Which.SET_ASIDE:
            return col(FeedItem.set_aside_at).is_not(None)
        case Which.WITHDRAWN:
            return col(FeedItem.withdrawn_at).is_not(None)
        case Which.ALL:
            return true()


def _behind(session: Session, after: int | None) -> ColumnElement[bool]:
    last = None if after is None else one(session, FeedItem, col(FeedItem.id) == after)
    if last is None:
        return true()
    earlier = col(FeedItem.first_seen_at) < last.first_seen_at
    return or_(earlier, and_(col(FeedItem.first_seen_at) == last.first_seen_at, col(FeedItem.id) < last.pk))


def _within(reach: Reach | None) -> ColumnElement[bool]:
    if reach is None or reach.whole:
        return true()
    return col(Feed.unit_id).in_(sorted(reach.units)) if reach.units else false()
