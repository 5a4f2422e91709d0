"""What stands around the plan: service notices, who was told that a post moved, and calendars read from elsewhere."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from scheduler.store.tables.base import Row
from scheduler.store.types import belongs_to, found_by, own


class ServiceNotice(Row, table=True):
    """The four fields of a post that is a service notice. `until`: in the sender's own words; `done_at`: when it was over.

    `key`: of the form it was sent from; one form sent twice is one notice. None: it came from no form.
    """

    __tablename__ = "service_notice"
    __table_args__ = (
        belongs_to("post", "post_id", cascade=True),
        belongs_to("person", "done_by_id"),
        own("post_id", name="uq_service_notice_post"),
        own("key", name="uq_service_notice_key"),
        found_by("done_at", "id", name="ix_service_notice_open"),
    )

    post_id: int
    what: str = Field(max_length=300)
    place: str = Field(default="", max_length=200)
    until: str = Field(default="", max_length=120)
    key: str | None = Field(default=None, max_length=36)
    done_at: datetime | None = None
    done_by_id: int | None = None


class MovedPost(Row, table=True):
    """A placed post got another time, or lost it, and not by its owner's hand: told to the owner once.

    `to_at`: None where it has no time now; `because`: why, as codes with values; `seen_at`: when the owner had read it;
    `delivery_id`: the mail that told of it.
    """

    __tablename__ = "moved_post"
    __table_args__ = (
        belongs_to("publication", "publication_id", cascade=True),
        belongs_to("person", "person_id"),
        belongs_to("delivery", "delivery_id"),
        found_by("person_id", "seen_at", "id", name="ix_moved_post_person"),
        found_by("publication_id", "id", name="ix_moved_post_publication"),
    )

    publication_id: int
    person_id: int
    from_at: datetime
    to_at: datetime | None = None
    because: list[Any] = Field(default_factory=list, sa_type=JSON)
    moved_at: datetime
    seen_at: datetime | None = None
    delivery_id: int | None = None


class CalendarFeed(Row, table=True):
    """A secret address at which a person's calendar program reads what goes out. Only the secret's hash is kept."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        belongs_to("person", "person_id", cascade=True),
        own("secret_hash", name="uq_calendar_feed_secret"),
        found_by("person_id", "revoked_at", name="ix_calendar_feed_person"),
    )

    person_id: int
    secret_hash: str = Field(max_length=64)
    created_at: datetime
    revoked_at: datetime | None = None
