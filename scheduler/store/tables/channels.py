"""Channels, their posting rules, and holds."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field

from scheduler.store.tables.base import Row
from scheduler.store.types import belongs_to, found_by, own, where


class Channel(Row, table=True):
    """One account on one platform, owned by the municipality (no unit) or a unit.

    `sealed_credentials`: encrypted; `language`: the fixed language of a unit's channel; `limits`, `can`: as the platform last told;
    `not_before`: rate limits live here, read by the claim; `paused_code`: why a person must act first (token dead, by hand).
    """

    __tablename__ = "channel"
    __table_args__ = (
        belongs_to("unit", "unit_id"),
        own("id", name="uq_channel_own_id"),
        own("name", name="uq_channel_name"),
    )

    unit_id: int | None = None
    platform: str = Field(max_length=20)
    name: str = Field(max_length=120)
    sealed_credentials: str = ""
    remote_name: str | None = Field(default=None, max_length=200)
    url: str | None = Field(default=None, max_length=2000)
    language: str | None = Field(default=None, max_length=2)
    needs_approval: bool = False
    limits: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    can: int = 0
    not_before: datetime | None = None
    paused_code: str | None = Field(default=None, max_length=60)
    expires_at: datetime | None = None
    last_success_at: datetime | None = None
    active: bool = True
    created_at: datetime


class PostingRulesRow(Row, table=True):
    """The posting rules of a municipality (no channel) or their override for one channel. `windows`: weekday → [[from, to], ...] in minutes."""

    __tablename__ = "posting_rules"
    __table_args__ = (
        belongs_to("channel", "channel_id", cascade=True),
        own("channel_id", name="uq_posting_rules_channel"),
        found_by(name="uq_posting_rules_whole", unique=True, **where("channel_id IS NULL")),
    )

    channel_id: int | None = None
    max_per_day: int
    windows: dict[str, Any] = Field(sa_type=JSON)
    minimum_gap_minutes: int
    alternation: str = Field(max_length=10)
    patience_days: int
    skip_holidays: bool = True
    floor_percent: int = 25


class OwnDays(Row, table=True):
    """Days on which the planner places nothing, from the first to the last, both included. No channel: in all of them."""

    __tablename__ = "own_days"
    __table_args__ = (
        belongs_to("channel", "channel_id", cascade=True),
        found_by("last_day", name="ix_own_days_last"),
        CheckConstraint("first_day <= last_day", name="in_order"),
    )

    channel_id: int | None = None
    name: str = Field(max_length=120)
    first_day: date
    last_day: date
    created_at: datetime


class Hold(Row, table=True):
    """Nothing of these kinds goes out of this scope until it is released. No channel: the whole municipality."""

    __tablename__ = "hold"
    __table_args__ = (
        belongs_to("channel", "channel_id", cascade=True),
        belongs_to("person", "person_id"),
        found_by("released_at", name="ix_hold_open"),
    )

    channel_id: int | None = None
    reason: str = Field(max_length=300)
    person_id: int | None = None
    created_at: datetime
    released_at: datetime | None = None
