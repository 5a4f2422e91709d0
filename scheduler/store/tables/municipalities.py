"""The municipality (the tenant) and its units."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from scheduler.store.tables.base import Row
from scheduler.store.types import own


class Municipality(SQLModel, table=True):
    """A municipality. `slug`: the first part of the path; `host`: its own host name, where it has one."""

    __tablename__ = "municipality"
    __table_args__ = (
        UniqueConstraint("slug", name="uq_municipality_slug"),
        UniqueConstraint("host", name="uq_municipality_host"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120)
    slug: str = Field(max_length=60)
    host: str | None = Field(default=None, max_length=253)
    zone: str = Field(default="Europe/Oslo", max_length=40)
    language: str = Field(default="nb", max_length=2)
    created_at: datetime


class Unit(Row, table=True):
    """A unit: a school, a library, a nursing home."""

    __tablename__ = "unit"
    __table_args__ = (own("id", name="uq_unit_own_id"), own("name", name="uq_unit_name"))

    name: str = Field(max_length=120)
    created_at: datetime
