"""Reading rows of the transaction's own municipality, and only those.

Knows the municipality of a session. Knows no table by name.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from scheduler.errors import Missing
from scheduler.store.database import municipality_of
from scheduler.store.tables.base import Row

Kind = TypeVar("Kind", bound=Row)


def mine(session: Session, table: type[Kind]) -> SelectOfScalar[Kind]:
    """A query for rows of `table` in this municipality."""
    return select(table).where(table.municipality_id == municipality_of(session))


def get(session: Session, table: type[Kind], row_id: int) -> Kind:
    """The row with this id; raises Missing, also for a row of another municipality."""
    row = session.exec(mine(session, table).where(table.id == row_id)).first()
    if row is None:
        raise Missing(str(table.__tablename__), row_id)
    return row


def one(session: Session, table: type[Kind], *conditions: ColumnElement[bool] | bool) -> Kind | None:
    """The one row that meets the conditions, or None."""
    return session.exec(mine(session, table).where(*conditions)).one_or_none()


def every(
    session: Session, table: type[Kind], *conditions: ColumnElement[bool] | bool, order: Any = None
) -> list[Kind]:
    """All rows that meet the conditions, by `order` (default: id)."""
    return list(
        session.exec(mine(session, table).where(*conditions).order_by(col(table.id) if order is None else order))
    )


def add(session: Session, row: Kind) -> Kind:
    """Write a new row at once, so that it has its id."""
    session.add(row)
    session.flush()
    return row
