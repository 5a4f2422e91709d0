"""How values are stored: enums as their text, JSON as JSON, instants as aware UTC.

Knows SQLAlchemy. Knows no table.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Dialect, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.types import TypeDecorator


class StoredAsText(TypeDecorator[StrEnum]):
    """A StrEnum member kept as its value; what is read comes back as the member."""

    impl = String
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__(40)
        self.members = members

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.members(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.members(value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self

    def __repr__(self) -> str:
        return "String(length=40)"


def one_of(column: str, members: type[StrEnum], *, name: str) -> CheckConstraint:
    """Both databases agree on what a state may be."""
    allowed = ", ".join(f"'{member.value}'" for member in members)
    return CheckConstraint(f"{column} IN ({allowed})", name=name)


def belongs_to(table: str, column: str, *, cascade: bool = False) -> ForeignKeyConstraint:
    """A reference that cannot leave its municipality."""
    return ForeignKeyConstraint(
        ["municipality_id", column],
        [f"{table}.municipality_id", f"{table}.id"],
        name=f"fk_{column}_{table}",
        ondelete="CASCADE" if cascade else None,
    )


def own(*columns: str, name: str) -> UniqueConstraint:
    """A key that is unique within its municipality."""
    return UniqueConstraint("municipality_id", *columns, name=name)


def found_by(*columns: str, name: str, **options: Any) -> Index:
    """An index that begins with the municipality."""
    return Index(name, "municipality_id", *columns, **options)


def where(condition: str) -> dict[str, Any]:
    """The condition of a partial index, for both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
