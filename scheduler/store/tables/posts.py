"""Posts, their texts and pictures, their publications, approvals and slots."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, LargeBinary
from sqlmodel import Field

from scheduler.domain.publication import State
from scheduler.store.tables.base import Row
from scheduler.store.types import StoredAsText, belongs_to, found_by, one_of, own, where


class SlotKind(StrEnum):
    """`planned` holds an ordinal of the day within the cap; `excused` one beyond it, by a person's reason; `urgent` stands outside the cap."""

    PLANNED = "planned"
    EXCUSED = "excused"
    URGENT = "urgent"


class PostKind(StrEnum):
    """`service_notice`: a closed road, a burst pipe; out at once, outside cap, window and turn."""

    ORDINARY = "ordinary"
    SERVICE_NOTICE = "service_notice"


class SourceFlag(StrEnum):
    """What happened to the news item after its post was written. None: nothing, or a person has answered it."""

    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


class Media(Row, table=True):
    """A verified picture, re-encoded, without its camera's data."""

    __tablename__ = "media"
    __table_args__ = (own("id", name="uq_media_own_id"), own("sha256", name="uq_media_sha256"))

    sha256: str = Field(max_length=64)
    content: bytes = Field(sa_type=LargeBinary)
    content_type: str = Field(max_length=40)
    width: int
    height: int
    source_url: str | None = Field(default=None, max_length=2000)
    created_at: datetime


class Campaign(Row, table=True):
    """Posts that belong together. `apart_days`: so many days lie at least between two of them in one channel (0: not spread)."""

    __tablename__ = "campaign"
    __table_args__ = (own("id", name="uq_campaign_own_id"), own("name", name="uq_campaign_name"))

    name: str = Field(max_length=120)
    apart_days: int = 1
    active: bool = True
    created_at: datetime


class Post(Row, table=True):
    """One thing to say. It has no state of its own: its publications have. `version` rises with every edit."""

    __tablename__ = "post"
    __table_args__ = (
        belongs_to("unit", "unit_id"),
        belongs_to("feed_item", "feed_item_id"),
        belongs_to("person", "author_id"),
        belongs_to("campaign", "campaign_id"),
        own("id", name="uq_post_own_id"),
        own("feed_item_id", name="uq_post_feed_item"),
        found_by("created_at", "id", name="ix_post_newest"),
        found_by("id", name="ix_post_flagged", **where("source_flag IS NOT NULL")),
        one_of("source_flag", SourceFlag, name="source_flag"),
        one_of("kind", PostKind, name="kind"),
    )

    kind: PostKind = Field(default=PostKind.ORDINARY, sa_type=StoredAsText(PostKind))
    campaign_id: int | None = None
    unit_id: int | None = None
    feed_item_id: int | None = None
    author_id: int | None = None
    title: str = Field(max_length=500)
    link: str | None = Field(default=None, max_length=2000)
    earliest_at: datetime | None = None
    latest_at: datetime | None = None
    priority: int = 0
    source_flag: SourceFlag | None = Field(default=None, sa_type=StoredAsText(SourceFlag))
    source_flag_at: datetime | None = None
    version: int = 1
    created_at: datetime
    updated_at: datetime


class PostText(Row, table=True):
    """What the post says in one language (BCP 47), without the link."""

    __tablename__ = "post_text"
    __table_args__ = (
        belongs_to("post", "post_id", cascade=True),
        own("post_id", "language", name="uq_post_text_language"),
    )

    post_id: int
    language: str = Field(max_length=20)
    text: str


class PostMedia(Row, table=True):
    """A picture of a post. `alt_text` "" with `decorative` false: still to be written."""

    __tablename__ = "post_media"
    __table_args__ = (
        belongs_to("post", "post_id", cascade=True),
        belongs_to("media", "media_id"),
        own("post_id", "position", name="uq_post_media_position"),
    )

    post_id: int
    media_id: int
    position: int
    alt_text: str = ""
    decorative: bool = False
    photographer: str | None = Field(default=None, max_length=200)


class Publication(Row, table=True):
    """The post in one channel. Only the door in store/publications.py writes `state`.

    `chosen_at`: a time that a person chose, never moved by the planner; `language`: what the planner chose among the texts;
    `because`: why this slot, as codes with values; `problem_code`: why it failed, lapsed or was not placed; `waits_since`: when it first
    lost a slot to the turn of languages alone.
    """

    __tablename__ = "publication"
    __table_args__ = (
        belongs_to("post", "post_id", cascade=True),
        belongs_to("channel", "channel_id"),
        own("id", name="uq_publication_own_id"),
        own("post_id", "channel_id", name="uq_publication_post_channel"),
        found_by("state", "updated_at", "id", name="ix_publication_state"),
        found_by("channel_id", "published_at", name="ix_publication_published"),
        found_by("published_at", name="ix_publication_out"),
        found_by("post_id", name="ix_publication_problem", **where("problem_code IS NOT NULL")),
        one_of("state", State, name="state"),
    )

    post_id: int
    channel_id: int
    state: State = Field(default=State.DRAFT, sa_type=StoredAsText(State))
    language: str | None = Field(default=None, max_length=20)
    chosen_at: datetime | None = None
    waits_since: datetime | None = None
    because: list[Any] = Field(default_factory=list, sa_type=JSON)
    problem_code: str | None = Field(default=None, max_length=60)
    problem_detail: str | None = Field(default=None, max_length=300)
    revision: int = 1
    remote_id: str | None = Field(default=None, max_length=500)
    url: str | None = Field(default=None, max_length=2000)
    published_at: datetime | None = None
    created_at: datetime
    updated_at: datetime


class PublicationText(Row, table=True):
    """A channel's own version of a text, where a person wrote one."""

    __tablename__ = "publication_text"
    __table_args__ = (
        belongs_to("publication", "publication_id", cascade=True),
        own("publication_id", "language", name="uq_publication_text_language"),
    )

    publication_id: int
    language: str = Field(max_length=20)
    text: str


class Approval(Row, table=True):
    """Somebody answered for exactly this content. `reopened_at`: it no longer holds, since the content changed."""

    __tablename__ = "approval"
    __table_args__ = (
        belongs_to("publication", "publication_id", cascade=True),
        belongs_to("person", "person_id"),
        found_by("publication_id", "approved_at", name="ix_approval_publication"),
    )

    publication_id: int
    person_id: int | None = None
    content_hash: str = Field(max_length=64)
    approved_at: datetime
    reopened_at: datetime | None = None


class Slot(Row, table=True):
    """A place in a channel's day. The cap that the municipality has promised is a constraint here; `cap` is copied at placement.

    `starts_at` and the ids are what a worker may read across municipalities: no text stands here.
    """

    __tablename__ = "slot"
    __table_args__ = (
        belongs_to("channel", "channel_id"),
        belongs_to("publication", "publication_id", cascade=True),
        own("channel_id", "day", "ordinal", name="uq_slot_cap"),
        own("publication_id", name="uq_slot_publication"),
        found_by("minted_at", "starts_at", name="ix_slot_due"),
        found_by("channel_id", "starts_at", name="ix_slot_channel"),
        one_of("kind", SlotKind, name="kind"),
        CheckConstraint(
            "(kind = 'planned' AND ordinal IS NOT NULL AND ordinal BETWEEN 1 AND cap)"
            " OR (kind = 'excused' AND ordinal IS NOT NULL AND ordinal > cap) OR (kind = 'urgent' AND ordinal IS NULL)",
            name="ordinal_within_cap",
        ),
    )

    channel_id: int
    publication_id: int
    kind: SlotKind = Field(default=SlotKind.PLANNED, sa_type=StoredAsText(SlotKind))
    day: date
    ordinal: int | None = None
    cap: int
    starts_at: datetime
    language: str | None = Field(default=None, max_length=20)
    minted_at: datetime | None = None
