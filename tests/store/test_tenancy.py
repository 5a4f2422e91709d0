"""Every row is a municipality's, and no reference, key or index leads out of it: held by the schema itself, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Constraint, ForeignKeyConstraint, Index, Table, UniqueConstraint, select, update
from sqlalchemy.exc import IntegrityError

from scheduler.store.database import Database
from scheduler.store.tables import METADATA
from tests import build
from tests.store.one_of_each import OF_NO_MUNICIPALITY, fill, owned_tables

TABLES = [pytest.param(table, id=table.name) for table in owned_tables()]


def _names(columns: Any) -> list[str]:
    return [column.name for column in columns]


def _references(table: Table) -> list[ForeignKeyConstraint]:
    """The references of the table to other rows of its municipality."""
    return [each for each in table.foreign_key_constraints if each.referred_table.name != "municipality"]


def test_two_tables_alone_belong_to_no_municipality() -> None:
    without = {table.name for table in METADATA.tables.values() if "municipality_id" not in table.columns}
    assert without == OF_NO_MUNICIPALITY


@pytest.mark.parametrize("table", TABLES)
def test_a_row_always_names_its_municipality(table: Table) -> None:
    assert not table.columns["municipality_id"].nullable
    assert any(each.referred_table.name == "municipality" for each in table.foreign_key_constraints)


@pytest.mark.parametrize("table", TABLES)
def test_the_municipality_comes_first_in_every_index_and_unique_key(table: Table) -> None:
    keys: list[Index | UniqueConstraint] = [*table.indexes]
    keys += [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    assert [str(key.name) for key in keys if _names(key.columns)[0] != "municipality_id"] == []


@pytest.mark.parametrize("table", TABLES)
def test_every_reference_carries_the_municipality(table: Table) -> None:
    for each in _references(table):
        assert next(iter(each.column_keys)) == "municipality_id", each.name
        assert [element.column.name for element in each.elements] == ["municipality_id", "id"], each.name
    named_ids = {column.name for column in table.columns if column.name.endswith("_id")}
    pointing = {name for name in named_ids if not name.endswith("remote_id")}
    referring = {name for each in table.foreign_key_constraints for name in each.column_keys}
    assert pointing - referring - {"subject_id"} == set()


@pytest.mark.parametrize("table", TABLES)
def test_every_key_has_a_name_that_a_migration_can_find(table: Table) -> None:
    keys: list[Constraint | Index] = [*table.constraints, *table.indexes]
    named = [str(each.name) for each in keys]
    assert "None" not in named
    assert len(set(named)) == len(named)


def test_no_reference_crosses_from_one_municipality_to_another(db: Database, municipality: int) -> None:
    other = build.municipality(db)
    for each in (municipality, other):
        with db.begin(each) as session:
            fill(session)
    crossed = []
    with db.begin(municipality) as session:
        for table in owned_tables():
            for reference in _references(table):
                column = next(name for name in reference.column_keys if name != "municipality_id")
                target = reference.referred_table
                sought = select(target.c.id).where(target.c.municipality_id == other).limit(1)
                theirs = session.connection().execute(sought).scalar_one()
                mine = table.c.municipality_id == municipality
                try:
                    with session.begin_nested():
                        session.connection().execute(update(table).where(mine).values({column: theirs}))
                    crossed.append(f"{table.name}.{column}")
                except IntegrityError as refused:
                    if "foreign key" not in str(refused.orig).lower():
                        crossed.append(f"{table.name}.{column}: {refused.orig}")
    assert crossed == []


def test_no_row_is_given_to_another_municipality(db: Database, municipality: int) -> None:
    """Whatever is referred to, or refers, stays where it is even in raw SQL."""
    other = build.municipality(db)
    with db.begin(municipality) as session:
        fill(session)
    referring = [table for table in owned_tables() if _references(table)]
    with db.begin(municipality) as session:
        for table in referring:
            with pytest.raises(IntegrityError), session.begin_nested():
                session.connection().execute(update(table).values(municipality_id=other))
