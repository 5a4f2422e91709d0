"""One post's whole page: its texts and pictures, each channel it goes to and how it fares there, its news item, its history.

Reads only, in a fixed number of questions whatever the post holds. Says what this person may do; knows no words and decides no rule. What the
texts become in each channel is composed by services/previewing.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy
from sqlmodel import Session, and_, col, select

from scheduler.domain import daywords
from scheduler.domain.access import Actor, Deed, may, needs_approval
from scheduler.domain.calendar import begins_at, day_of
from scheduler.errors import Missing
from scheduler.queries import standing
from scheduler.queries.standing import Event, InChannel
from scheduler.queries.tabs import reach_of, visible
from scheduler.store.database import municipality_of
from scheduler.store.rows import every
from scheduler.store.tables import (
    Channel,
    Feed,
    FeedItem,
    Media,
    Person,
    Post,
    PostMedia,
    PostText,
    Publication,
    ServiceNotice,
    Unit,
)
from scheduler.store.tables.posts import PostKind, SourceFlag


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of the post. `proposed`: the alternative text is the one that the website gave, and nobody has saved the post since."""

    media_id: int
    width: int
    height: int
    alt_text: str
    decorative: bool
    photographer: str | None
    proposed: bool


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A channel that the post may go to as well."""

    channel_id: int
    channel: str
    platform: str
    unit_id: int | None
    language: str | None
    asks_approval: bool


@dataclass(frozen=True, kw_only=True)
class Source:
    """The news item behind the post, as the site has it now, and what has happened to it since nobody answered."""

    item_id: int
    feed_title: str
    title: str
    summary: str
    link: str | None
    flag: SourceFlag | None
    flag_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Latest:
    """A proposed latest moment, and the words of the text that gave it."""

    at: datetime
    words: str


@dataclass(frozen=True, kw_only=True)
class PostPage:
    """The whole page. `over_at`: when a service notice was said to be over."""

    id: int
    kind: PostKind
    over_at: datetime | None
    title: str
    link: str | None
    earliest_at: datetime | None
    latest_at: datetime | None
    proposed_latest: Latest | None
    priority: int
    campaign_id: int | None
    version: int
    author: str | None
    unit_id: int | None
    unit: str | None
    created_at: datetime
    updated_at: datetime
    texts: Mapping[str, str]
    pictures: tuple[Picture, ...]
    channels: tuple[InChannel, ...]
    offered: tuple[Offered, ...]
    source: Source | None
    events: tuple[Event, ...]
    may_write: bool

    @property
    def is_notice(self) -> bool:
        """Whether it is a service notice, which is given no time."""
        return self.kind is PostKind.SERVICE_NOTICE

    def in_channel(self, publication_id: int) -> InChannel:
        """One of its channels; raises Missing."""
        for each in self.channels:
            if each.publication_id == publication_id:
                return each
        raise Missing("publication", publication_id)


def page(session: Session, actor: Actor, post_id: int, *, zone: str) -> PostPage:
    """The page of one post, as `actor` may see it; raises Missing, also for what this person may not see."""
    mine = municipality_of(session)
    found = session.execute(
        sqlalchemy.select(Post, col(Person.name), col(Unit.name), FeedItem, col(Feed.title), col(ServiceNotice.done_at))
        .outerjoin(Person, and_(col(Person.municipality_id) == mine, col(Person.id) == col(Post.author_id)))
        .outerjoin(Unit, and_(col(Unit.municipality_id) == mine, col(Unit.id) == col(Post.unit_id)))
        .outerjoin(FeedItem, and_(col(FeedItem.municipality_id) == mine, col(FeedItem.id) == col(Post.feed_item_id)))
        .outerjoin(Feed, and_(col(Feed.municipality_id) == mine, col(Feed.id) == col(FeedItem.feed_id)))
        .outerjoin(
            ServiceNotice, and_(col(ServiceNotice.municipality_id) == mine, col(ServiceNotice.post_id) == col(Post.id))
        )
        .outerjoin(Publication, and_(col(Publication.municipality_id) == mine, col(Publication.post_id) == post_id))
        .outerjoin(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == col(Publication.channel_id)))
        .where(col(Post.municipality_id) == mine, col(Post.id) == post_id, visible(reach_of(actor, Deed.READ)))
        .limit(1)
    ).first()
    if found is None:
        raise Missing("post", post_id)
    post, author, unit, item, feed_title, over_at = found
    texts = {
        row.language: row.text
        for row in every(session, PostText, col(PostText.post_id) == post_id, order=col(PostText.language))
    }
    its_channels = standing.of_post(session, post_id)
    sent = standing.sendings(session, [publication.pk for publication, _, _ in its_channels])
    happened = standing.events(session, post_id, its_channels, sent)
    return PostPage(
        id=post.pk,
        kind=post.kind,
        over_at=over_at,
        title=post.title,
        link=post.link,
        earliest_at=post.earliest_at,
        latest_at=post.latest_at,
        proposed_latest=_proposed_latest(texts, post, item, zone),
        priority=post.priority,
        campaign_id=post.campaign_id,
        version=post.version,
        author=author,
        unit_id=post.unit_id,
        unit=unit,
        created_at=post.created_at,
        updated_at=post.updated_at,
        texts=texts,
        pictures=_pictures(session, post_id, happened),
        channels=standing.in_channels(session, actor, its_channels, sent, happened),
        offered=offered(session, actor, without={channel.pk for _, channel, _ in its_channels}),
        source=_source(post, item, feed_title),
        events=happened,
        may_write=may(actor, Deed.WRITE_POST, municipality_id=mine, unit_id=post.unit_id),
    )


def version(session: Session, post_id: int) -> int:
    """How often the post has been edited; raises Missing."""
    found = session.exec(
        select(Post.version).where(col(Post.municipality_id) == municipality_of(session), col(Post.id) == post_id)
    ).first()
    if found is None:
        raise Missing("post", post_id)
    return found


def by_channel(session: Session, post_id: int) -> dict[int, int]:
    """channel id → publication id."""
    return {row.channel_id: row.pk for row in every(session, Publication, col(Publication.post_id) == post_id)}


def offered(session: Session, actor: Actor, *, without: set[int] | frozenset[int] = frozenset()) -> tuple[Offered, ...]:
    """The channels that `actor` may write to, but for some."""
    mine = municipality_of(session)
    found = every(session, Channel, col(Channel.active).is_(True), order=col(Channel.name))
    return tuple(
        Offered(
            channel_id=each.pk,
            channel=each.name,
            platform=each.platform,
            unit_id=each.unit_id,
            language=each.language,
            asks_approval=needs_approval(channel_needs_approval=each.needs_approval, actor=actor, unit_id=each.unit_id),
        )
        for each in found
        if each.pk not in without and may(actor, Deed.WRITE_POST, municipality_id=mine, unit_id=each.unit_id)
    )


def latest_in(texts: Mapping[str, str], *, written_at: datetime, zone: str) -> Latest | None:
    """The moment after which one of the texts would say something wrong, if one does."""
    hints = (
        hint
        for language, text in texts.items()
        if (hint := daywords.latest_hint(text, language, day_of(written_at, zone))) is not None
    )
    first = min(hints, key=lambda hint: hint.day, default=None)
    if first is None:
        return None
    return Latest(at=begins_at(first.day + timedelta(days=1), zone) - timedelta(minutes=1), words=first.words)


def _pictures(session: Session, post_id: int, happened: Sequence[Event]) -> tuple[Picture, ...]:
    read = any(each.action == "edit" for each in happened)
    by_hand = {each.detail.get("media_id") for each in happened if each.action == "add_picture"}
    found = session.exec(
        select(PostMedia, Media.width, Media.height)
        .join(
            Media,
            and_(
                col(Media.municipality_id) == col(PostMedia.municipality_id), col(Media.id) == col(PostMedia.media_id)
            ),
        )
        .where(col(PostMedia.municipality_id) == municipality_of(session), col(PostMedia.post_id) == post_id)
        .order_by(col(PostMedia.position))
    )
    return tuple(
        Picture(
            media_id=row.media_id,
            width=width,
            height=height,
            alt_text=row.alt_text,
            decorative=row.decorative,
            photographer=row.photographer,
            proposed=bool(row.alt_text) and not read and row.media_id not in by_hand,
        )
        for row, width, height in found
    )


def _source(post: Post, item: FeedItem | None, feed_title: str | None) -> Source | None:
    if item is None:
        return None
    return Source(
        item_id=item.pk,
        feed_title=feed_title or "",
        title=item.title,
        summary=item.summary,
        link=item.link,
        flag=post.source_flag,
        flag_at=post.source_flag_at,
        withdrawn_at=item.withdrawn_at,
    )


def _proposed_latest(texts: Mapping[str, str], post: Post, item: FeedItem | None, zone: str) -> Latest | None:
    written_at = item.published_at if item is not None and item.published_at else post.created_at
    return latest_in(texts, written_at=written_at, zone=zone)
