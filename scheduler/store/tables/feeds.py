"""Feeds from the municipality's website, their items, and what the items said before."""

from datetime import datetime

from sqlmodel import Field

from scheduler.store.tables.base import Row
from scheduler.store.types import belongs_to, found_by, own


class Feed(Row, table=True):
    """A feed that is pulled. `error_code`: why the last pull failed, None when it did not; `next_pull_at` carries the back-off."""

    __tablename__ = "feed"
    __table_args__ = (
        belongs_to("unit", "unit_id"),
        own("id", name="uq_feed_own_id"),
        own("address", name="uq_feed_address"),
        found_by("next_pull_at", name="ix_feed_due"),
    )

    unit_id: int | None = None
    address: str = Field(max_length=2000)
    title: str = Field(max_length=300)
    site: str | None = Field(default=None, max_length=2000)
    etag: str | None = Field(default=None, max_length=500)
    last_modified: str | None = Field(default=None, max_length=100)
    next_pull_at: datetime
    last_pull_at: datetime | None = None
    last_success_at: datetime | None = None
    error_code: str | None = Field(default=None, max_length=60)
    failures: int = 0
    active: bool = True
    created_at: datetime


class FeedItem(Row, table=True):
    """A news item. `key`: guid, else canonical link, else hash; `position`: its place in the last listing (0 = first)."""

    __tablename__ = "feed_item"
    __table_args__ = (
        belongs_to("feed", "feed_id", cascade=True),
        own("id", name="uq_feed_item_own_id"),
        own("feed_id", "key", name="uq_feed_item_key"),
        found_by("first_seen_at", "id", name="ix_feed_item_newest"),
        found_by("feed_id", "gone_next_at", name="ix_feed_item_gone"),
    )

    feed_id: int
    key: str = Field(max_length=600)
    title: str = Field(max_length=500)
    summary: str = ""
    link: str | None = Field(default=None, max_length=2000)
    published_at: datetime | None = None
    image_url: str | None = Field(default=None, max_length=2000)
    image_alt: str | None = Field(default=None, max_length=1000)
    photographer: str | None = Field(default=None, max_length=200)
    language: str | None = Field(default=None, max_length=2)
    content_hash: str = Field(max_length=64)
    position: int = 0
    first_seen_at: datetime
    last_seen_at: datetime
    page_read_at: datetime | None = None
    changed_at: datetime | None = None
    missing_since: datetime | None = None
    gone_first_at: datetime | None = None
    gone_next_at: datetime | None = None
    withdrawn_at: datetime | None = None
    set_aside_at: datetime | None = None


class FeedItemVersion(Row, table=True):
    """What an item said before it changed."""

    __tablename__ = "feed_item_version"
    __table_args__ = (
        belongs_to("feed_item", "feed_item_id", cascade=True),
        found_by("feed_item_id", "replaced_at", name="ix_feed_item_version_item"),
    )

    feed_item_id: int
    title: str = Field(max_length=500)
    summary: str = ""
    link: str | None = Field(default=None, max_length=2000)
    image_url: str | None = Field(default=None, max_length=2000)
    content_hash: str = Field(max_length=64)
    replaced_at: datetime
