"""People, what they may do and where, and failed sign-ins (the throttle)."""

from datetime import datetime

from sqlmodel import Field

from scheduler.domain.access import Role
from scheduler.store.tables.base import Row
from scheduler.store.types import StoredAsText, belongs_to, found_by, one_of, own, where


class Person(Row, table=True):
    """Somebody who can sign in. `session_epoch` rises when all sessions shall end. No password hash: cannot sign in by password."""

    __tablename__ = "person"
    __table_args__ = (own("id", name="uq_person_own_id"), own("email", name="uq_person_email"))

    name: str = Field(max_length=120)
    email: str = Field(max_length=254)
    password_hash: str | None = Field(default=None, max_length=255)
    language: str | None = Field(default=None, max_length=2)
    session_epoch: int = 0
    active: bool = True
    created_at: datetime


class GrantRow(Row, table=True):
    """A role that a person holds, for one unit or (no unit) for the whole municipality."""

    __tablename__ = "grant_row"
    __table_args__ = (
        belongs_to("person", "person_id", cascade=True),
        belongs_to("unit", "unit_id"),
        own("person_id", "role", "unit_id", name="uq_grant_row_person_role_unit"),
        found_by("person_id", "role", name="uq_grant_row_whole", unique=True, **where("unit_id IS NULL")),
        one_of("role", Role, name="role"),
    )

    person_id: int
    role: Role = Field(sa_type=StoredAsText(Role))
    unit_id: int | None = None


class SignInFailure(Row, table=True):
    """One failed sign-in. `key`: "ip:..." or "person:..."."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (found_by("key", "failed_at", name="ix_sign_in_failure_key"),)

    key: str = Field(max_length=300)
    failed_at: datetime
