"""Rows are found in their own municipality and nowhere else."""

from __future__ import annotations

import pytest

from scheduler.errors import Missing
from scheduler.store import rows
from scheduler.store.database import Database
from scheduler.store.tables import Unit
from tests import build


def test_a_row_is_found_by_its_id_in_its_own_municipality_alone(db: Database, municipality: int) -> None:
    with db.begin(build.municipality(db)) as session:
        theirs = build.unit(session).pk
    with db.begin(municipality) as session:
        ours = build.unit(session).pk
        assert rows.get(session, Unit, ours).pk == ours
        with pytest.raises(Missing) as missing:
            rows.get(session, Unit, theirs)
        assert (missing.value.noun, missing.value.key) == ("unit", theirs)


def test_a_foreign_row_answers_as_one_that_never_was(db: Database, municipality: int) -> None:
    with db.begin(build.municipality(db)) as session:
        theirs = build.unit(session).pk
    said = []
    with db.read(municipality) as session:
        for row_id in (theirs, theirs + 1_000):
            with pytest.raises(Missing) as missing:
                rows.get(session, Unit, row_id)
            said.append(str(missing.value).replace(str(row_id), "ID"))
    assert len(set(said)) == 1


def test_lists_and_searches_stay_at_home(db: Database, municipality: int) -> None:
    with db.begin(build.municipality(db)) as session:
        build.unit(session, name="Lia skole")
        build.unit(session, name="Vik skole")
    with db.begin(municipality) as session:
        ours = build.unit(session, name="Lia skole")
        assert [unit.pk for unit in rows.every(session, Unit)] == [ours.pk]
        found = rows.one(session, Unit, Unit.name == "Lia skole")
        assert found is not None
        assert found.pk == ours.pk
        assert rows.one(session, Unit, Unit.name == "Vik skole") is None


def test_a_list_stands_by_id_or_as_it_is_asked_for(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        for name in ("B", "C", "A"):
            build.unit(session, name=name)
        assert [unit.name for unit in rows.every(session, Unit)] == ["B", "C", "A"]
        assert [unit.name for unit in rows.every(session, Unit, order=Unit.name)] == ["A", "B", "C"]


def test_a_new_row_has_its_id_at_once(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        unit = Unit(municipality_id=municipality, name="Ny", created_at=build.NOW)
        with pytest.raises(RuntimeError):
            _ = unit.pk
        assert rows.add(session, unit).pk == unit.id
