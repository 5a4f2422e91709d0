"""Writing rows that may already be there: the database's own unique key decides who was first, on SQLite and PostgreSQL alike.

Knows how both databases say it. Knows no table and no rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, and_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from scheduler.store.database import municipality_of
from scheduler.store.tables.base import Row


def add_if_new(
    session: Session, table: type[Row], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> list[int]:
    """Write those of `rows` whose `key` (columns beside the municipality) is not there yet; the ids of the ones written.

    Every row must name the same columns. The municipality is the transaction's own.
    """
    if not rows:
        return []
    target = _core(table)
    whole = [{"municipality_id": municipality_of(session), **row} for row in rows]
    columns = ("municipality_id", *key)
    insert = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    written = insert(target).on_conflict_do_nothing(index_elements=columns).returning(target.c.id)
    return list(session.connection().execute(written, whole).scalars())


def id_of(session: Session, table: type[Row], **key: Any) -> int | None:
    """The id of the row with this key in the transaction's municipality, or None."""
    target = _core(table)
    wanted = and_(
        target.c.municipality_id == municipality_of(session), *(target.c[name] == value for name, value in key.items())
    )
    found: int | None = session.connection().execute(select(target.c.id).where(wanted)).scalar()
    return found


def _core(table: type[Row]) -> Table:
    found = table.metadata.tables[str(table.__tablename__)]
    assert isinstance(found, Table)
    return found
