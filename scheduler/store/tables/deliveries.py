"""Deliveries: the one door to the outside. What is read across municipalities holds no text; the content lies apart."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from scheduler.domain.delivery import HOLDS_LANE, Kind, State
from scheduler.store.tables.base import Row
from scheduler.store.types import StoredAsText, belongs_to, found_by, one_of, own, where

_HOLDS_LANE = "state IN ({})".format(", ".join(f"'{state.value}'" for state in sorted(HOLDS_LANE)))


class Delivery(Row, table=True):
    """One change outside: of a publication, a reply or a comment, each in its channel; or a mail, which has none. Only the door in store/deliveries.py writes `state`; every write is guarded by `fence`.

    `key` stays the same over every try. `not_before`: back-off; `not_after`: it lapses then; `over_by`: the latest moment at which our
    side had given up the newest send; `deaths`: claims whose worker never came back.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        belongs_to("channel", "channel_id"),
        belongs_to("publication", "publication_id"),
        belongs_to("reply", "reply_id"),
        belongs_to("comment", "comment_id"),
        own("id", name="uq_delivery_own_id"),
        own("key", name="uq_delivery_key"),
        found_by("state", "not_before", "id", name="ix_delivery_due"),
        found_by("publication_id", "id", name="ix_delivery_publication"),
        found_by("reply_id", "id", name="ix_delivery_reply"),
        found_by("comment_id", "id", name="ix_delivery_comment"),
        found_by("lane", name="uq_delivery_lane", unique=True, **where(_HOLDS_LANE)),
        one_of("state", State, name="state"),
        one_of("kind", Kind, name="kind"),
    )

    kind: Kind = Field(sa_type=StoredAsText(Kind))
    state: State = Field(default=State.READY, sa_type=StoredAsText(State))
    lane: str | None = Field(default=None, max_length=60)
    channel_id: int | None = None
    publication_id: int | None = None
    reply_id: int | None = None
    comment_id: int | None = None
    key: str = Field(max_length=36)
    not_before: datetime
    not_after: datetime | None = None
    lease_until: datetime | None = None
    fence: int = 0
    owner: str | None = Field(default=None, max_length=80)
    tries: int = 0
    deaths: int = 0
    prepared: bool = False
    over_by: datetime | None = None
    first_tried_at: datetime | None = None
    unconfirmed_at: datetime | None = None
    created_at: datetime
    updated_at: datetime


class DeliveryContent(Row, table=True):
    """What goes out, frozen when it was minted, and what the platform has answered.

    `target`: the comment it answers, hides or shows again (remote_id, thread_id, author_id, author_name); `recipient`, `subject`: a mail's.
    """

    __tablename__ = "delivery_content"
    __table_args__ = (
        belongs_to("delivery", "delivery_id", cascade=True),
        own("delivery_id", name="uq_delivery_content_delivery"),
    )

    delivery_id: int
    text: str
    language: str | None = Field(default=None, max_length=20)
    link: str | None = Field(default=None, max_length=2000)
    images: list[Any] = Field(default_factory=list, sa_type=JSON)
    remote_id: str | None = Field(default=None, max_length=500)
    target: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    recipient: str | None = Field(default=None, max_length=320)
    subject: str | None = Field(default=None, max_length=300)
    frozen: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    answer_code: str | None = Field(default=None, max_length=60)
    answer_detail: str | None = Field(default=None, max_length=300)
