"""A transaction belongs to one municipality, reading cannot write, and a database without time says so."""

from __future__ import annotations

import pytest
from sqlalchemy import TextClause, insert, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from scheduler.clock import Clock
from scheduler.errors import Busy
from scheduler.store import rows
from scheduler.store.database import Database, Process, municipality_of
from scheduler.store.tables import Municipality, Unit
from tests import build


def _unit_names(db: Database, municipality_id: int) -> list[str]:
    with db.read(municipality_id) as session:
        return [unit.name for unit in rows.every(session, Unit)]


def _impatiently(session: Session, statement: TextClause, values: dict[str, object]) -> None:
    session.connection().execute(text("SET LOCAL statement_timeout = 20"))
    session.connection().execute(statement, values)


def test_a_transaction_knows_its_municipality(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        assert municipality_of(session) == municipality
    with db.read(municipality) as session:
        assert municipality_of(session) == municipality


def test_a_transaction_is_kept_whole_at_its_end(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        build.unit(session, name="Lia skole")
        build.unit(session, name="Vik skole")
    assert _unit_names(db, municipality) == ["Lia skole", "Vik skole"]


def test_an_error_undoes_the_whole_transaction(db: Database, municipality: int) -> None:
    def fail() -> None:
        with db.begin(municipality) as session:
            build.unit(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert _unit_names(db, municipality) == []


def test_nobody_else_sees_what_is_not_kept_yet(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        build.unit(session)
        assert _unit_names(db, municipality) == []


def test_a_new_row_of_another_municipality_is_refused(db: Database, municipality: int) -> None:
    other = build.municipality(db)
    with pytest.raises(RuntimeError, match="another municipality"), db.begin(municipality) as session:
        rows.add(session, Unit(municipality_id=other, name="Deres", created_at=build.NOW))
    assert _unit_names(db, other) == []


@pytest.mark.parametrize("deed", ["change", "give away", "delete"])
def test_a_row_of_another_municipality_is_neither_changed_nor_deleted(
    db: Database, municipality: int, deed: str
) -> None:
    other = build.municipality(db)
    with db.begin(other) as session:
        theirs = build.unit(session, name="Deres")
    with db.begin(municipality) as session:
        ours = build.unit(session, name="Vår")

    def do(session: Session) -> None:
        match deed:
            case "change":
                session.add(theirs)
                theirs.name = "Tatt"
            case "give away":
                session.add(ours)
                ours.municipality_id = other
            case _:
                session.add(theirs)
                session.delete(theirs)

    with pytest.raises(RuntimeError, match="another municipality"), db.begin(municipality) as session:
        do(session)
    assert _unit_names(db, other) == ["Deres"]
    assert _unit_names(db, municipality) == ["Vår"]


def test_the_operators_transaction_touches_no_municipalitys_rows(db: Database, municipality: int) -> None:
    with pytest.raises(TypeError, match="no municipality"), db.operate() as session:
        rows.add(session, Unit(municipality_id=municipality, name="Ingens", created_at=build.NOW))
    with db.across() as session, pytest.raises(TypeError, match="no municipality"):
        rows.every(session, Unit)


@pytest.mark.parametrize("across", [False, True])
def test_reading_cannot_write(db: Database, municipality: int, across: bool) -> None:
    def write(session: Session) -> None:
        values = {"municipality_id": municipality, "name": "Skrevet", "created_at": build.NOW}
        session.connection().execute(insert(Unit).values(**values))

    with pytest.raises(DBAPIError), db.across() if across else db.read(municipality) as session:
        write(session)
    assert _unit_names(db, municipality) == []


def test_a_reader_sees_one_moment_and_keeps_no_writer_waiting(db: Database, municipality: int) -> None:
    with db.read(municipality) as session:
        assert rows.every(session, Unit) == []
        with db.begin(municipality) as writing:
            build.unit(writing, name="Ny")
    assert _unit_names(db, municipality) == ["Ny"]


def test_sqlite_that_stays_locked_is_busy(sqlite_url: str) -> None:
    first, second = Database(sqlite_url), Database(sqlite_url)
    municipality = build.municipality(first)
    with second.begin(municipality) as session:  # the pool keeps this connection; it shall not wait its 15 seconds here
        session.connection().exec_driver_sql("PRAGMA busy_timeout=20")
    with first.begin(municipality) as session:
        build.unit(session)
        with pytest.raises(Busy), second.begin(municipality) as waiting:
            build.unit(waiting)
    with second.begin(municipality) as session:
        build.unit(session)
    first.close()
    second.close()


def test_sqlite_is_set_up_to_lose_nothing(sqlite_db: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 15000, "foreign_keys": 1}
    municipality = build.municipality(sqlite_db)
    with sqlite_db.begin(municipality) as writing:
        told = {name: writing.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
    assert told == wanted
    with sqlite_db.read(municipality) as reading:
        assert reading.connection().exec_driver_sql("PRAGMA query_only").scalar() == 1


def test_postgresql_that_makes_us_wait_too_long_is_busy(postgres_db: Database) -> None:
    municipality = build.municipality(postgres_db)
    with postgres_db.begin(municipality) as session:
        unit = build.unit(session)
    rename = text("UPDATE unit SET name = 'Ny' WHERE id = :id")
    with postgres_db.begin(municipality) as session:
        session.connection().execute(rename, {"id": unit.pk})
        with pytest.raises(Busy), postgres_db.begin(municipality) as waiting:
            _impatiently(waiting, rename, {"id": unit.pk})


def test_a_connection_that_is_lost_is_busy_and_the_next_one_is_new(postgres_db: Database) -> None:
    municipality = build.municipality(postgres_db)

    def lose() -> None:
        with postgres_db.begin(municipality) as session:
            backend = session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one()
            with postgres_db.operate() as other:
                other.connection().execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})
            build.unit(session)

    with pytest.raises(Busy):
        lose()
    with postgres_db.begin(municipality) as session:
        build.unit(session)


def test_a_mistake_of_ours_is_not_called_busy(db: Database, municipality: int) -> None:
    with pytest.raises(DBAPIError), db.begin(municipality) as session:
        session.connection().execute(text("SELECT * FROM no_such_table"))


def test_the_time_is_the_databases_on_postgresql_and_the_process_clocks_on_sqlite(db: Database) -> None:
    source = db.time_source()
    assert (source is None) is db.is_sqlite
    asked = Clock(source=source)()
    assert asked.tzinfo is not None
    assert abs((asked - Clock()()).total_seconds()) < 60


def test_the_operator_adds_a_municipality_that_everybody_can_look_up(postgres_url: str) -> None:
    owner = Database(postgres_url)
    added = build.municipality(owner, slug="lia")
    for process in Process:
        asking = Database(postgres_url, process=process)
        with asking.across() as session:
            assert [town.id for town in session.exec(select(Municipality))] == [added]
        asking.close()
    owner.close()
