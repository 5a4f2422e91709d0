"""The history of every decision, and the workers' heartbeats."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from scheduler.store.tables.base import Row
from scheduler.store.types import belongs_to, found_by


class AuditEvent(Row, table=True):
    """One decision: who (None: a bell), when, on what, from which state to which."""

    __tablename__ = "audit_event"
    __table_args__ = (
        belongs_to("person", "person_id"),
        found_by("subject", "subject_id", "id", name="ix_audit_event_subject"),
        found_by("at", "id", name="ix_audit_event_at"),
    )

    at: datetime
    person_id: int | None = None
    subject: str = Field(max_length=40)
    subject_id: int
    action: str = Field(max_length=40)
    before: str | None = Field(default=None, max_length=40)
    after: str | None = Field(default=None, max_length=40)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Heartbeat(SQLModel, table=True):
    """A worker process that lives. Not a municipality's: it serves them all."""

    __tablename__ = "heartbeat"

    worker: str = Field(primary_key=True, max_length=80)
    started_at: datetime
    beat_at: datetime
    stopped_at: datetime | None = None
