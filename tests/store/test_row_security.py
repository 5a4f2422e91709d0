"""PostgreSQL's row security: the web and the worker see, change and add rows of the municipality their transaction is set to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from scheduler.store import audit
from scheduler.store.database import Database, Process
from scheduler.store.tables import METADATA
from tests import build, postgres
from tests.store.one_of_each import count, fill, owned_tables
from tests.tools import Tools

#: What the worker may look at over all municipalities, to know whose turn it is.
SCHEDULES = {"delivery", "slot", "feed", "listening"}
NO_RIGHT = "42501"
CLERKS = [Process.WEB, Process.WORKER]


class Towns:
    """Two municipalities with a row in every table, and a way in for each kind of process."""

    def __init__(self, url: str) -> None:
        self.owner, self.url = Database(url), url
        self.ours, self.theirs = build.municipality(self.owner), build.municipality(self.owner)
        for each in (self.ours, self.theirs):
            with self.owner.begin(each) as session:
                fill(session)
        self._open = [self.owner]

    def asked_by(self, process: Process) -> Database:
        self._open.append(Database(self.url, process=process))
        return self._open[-1]

    def close(self) -> None:
        for each in self._open:
            each.close()


@pytest.fixture(scope="module")
def towns(tools: Tools) -> Iterator[Towns]:
    url = postgres.create(tools.postgres, template=tools.postgres_template)
    made = Towns(url)
    yield made
    made.close()
    postgres.drop(tools.postgres, url)


def _seen(session: Session, table: Table) -> set[int]:
    return set(session.connection().execute(select(table.c.municipality_id)).scalars())


def _refusal(session: Session, statement: Any) -> str | None:
    """The database's code for why it did not carry the statement out; None where it did."""
    try:
        with session.begin_nested():
            session.connection().execute(statement)
    except DBAPIError as refused:
        return str(getattr(refused.orig, "sqlstate", "?"))
    return None


@pytest.mark.parametrize("process", CLERKS)
def test_a_transaction_sees_its_municipality_and_no_other(towns: Towns, process: Process) -> None:
    with towns.asked_by(process).begin(towns.ours) as session:
        assert {table.name: _seen(session, table) for table in owned_tables()} == {
            table.name: {towns.ours} for table in owned_tables()
        }


def test_the_operators_command_line_sees_all(towns: Towns) -> None:
    with towns.owner.begin(towns.ours) as session:
        assert all(_seen(session, table) == {towns.ours, towns.theirs} for table in owned_tables())


@pytest.mark.parametrize("process", CLERKS)
def test_nothing_of_another_municipality_is_changed_or_deleted(towns: Towns, process: Process) -> None:
    with towns.asked_by(process).begin(towns.ours) as session:
        for table in owned_tables():
            if table.name == "audit_event":
                continue
            theirs = table.c.municipality_id == towns.theirs
            same = update(table).where(theirs).values(municipality_id=table.c.municipality_id)
            for statement in (same, delete(table).where(theirs)):
                assert session.connection().execute(statement).rowcount == 0, statement
    with towns.owner.begin(towns.theirs) as session:
        assert all(towns.theirs in _seen(session, table) for table in owned_tables())


@pytest.mark.parametrize("process", CLERKS)
def test_nothing_is_added_to_another_municipality(towns: Towns, process: Process) -> None:
    theirs = {}
    with towns.owner.begin(towns.theirs) as session:
        for table in owned_tables():
            found = select(table).where(table.c.municipality_id == towns.theirs).limit(1)
            theirs[table] = dict(session.connection().execute(found).mappings().one())
    with towns.asked_by(process).begin(towns.ours) as session:
        for table, row in theirs.items():
            assert row.pop("municipality_id") == towns.theirs
            row.pop("id")
            assert _refusal(session, insert(table).values(municipality_id=towns.theirs, **row)) == NO_RIGHT, table.name


@pytest.mark.parametrize("process", CLERKS)
def test_nothing_of_ours_is_given_to_another_municipality(towns: Towns, process: Process) -> None:
    with towns.asked_by(process).begin(towns.ours) as session:
        for table in owned_tables():
            assert _refusal(session, update(table).values(municipality_id=towns.theirs)) == NO_RIGHT, table.name


@pytest.mark.parametrize("process", CLERKS)
def test_without_a_municipality_only_the_workers_schedules_are_seen(towns: Towns, process: Process) -> None:
    asking = towns.asked_by(process)
    with asking.across() as session:
        seen = {table.name for table in owned_tables() if count(session, table)}
    assert seen == (SCHEDULES if process is Process.WORKER else set())
    with asking.operate() as session:
        unit = METADATA.tables["unit"]
        add = insert(unit).values(municipality_id=towns.ours, name="Ingens", created_at=build.NOW)
        assert _refusal(session, add) == NO_RIGHT
        for table in owned_tables():
            if table.name != "audit_event":
                assert session.connection().execute(delete(table)).rowcount == 0, table.name


def test_a_schedule_read_over_all_municipalities_cannot_be_written_so(towns: Towns) -> None:
    with towns.asked_by(Process.WORKER).operate() as session:
        for name in sorted(SCHEDULES):
            table = METADATA.tables[name]
            assert session.connection().execute(update(table).values(municipality_id=towns.ours)).rowcount == 0


@pytest.mark.parametrize("process", CLERKS)
def test_history_is_written_and_never_changed(towns: Towns, process: Process) -> None:
    event = METADATA.tables["audit_event"]
    with towns.asked_by(process).begin(towns.ours) as session:
        before = count(session, event)
        audit.note(session, now=build.NOW, person_id=None, subject="post", subject_id=1, action="write")
        session.flush()
        assert count(session, event) == before + 1
        assert _refusal(session, update(event).values(action="nothing")) == NO_RIGHT
        assert _refusal(session, delete(event)) == NO_RIGHT
        assert _refusal(session, text("TRUNCATE audit_event")) == NO_RIGHT


@pytest.mark.parametrize("process", CLERKS)
def test_municipalities_are_the_operators_to_change(towns: Towns, process: Process) -> None:
    town = METADATA.tables["municipality"]
    with towns.asked_by(process).operate() as session:
        assert count(session, town) == 2
        assert _refusal(session, insert(town).values(name="Ny", slug="ny", created_at=build.NOW)) == NO_RIGHT
        assert _refusal(session, update(town).values(name="Tatt")) == NO_RIGHT
        assert _refusal(session, delete(town)) == NO_RIGHT


def test_only_a_worker_gives_signs_of_life(towns: Towns) -> None:
    beat = insert(METADATA.tables["heartbeat"]).values(worker="en", started_at=build.NOW, beat_at=build.NOW)
    with towns.asked_by(Process.WEB).operate() as session:
        assert _refusal(session, beat) == NO_RIGHT
        assert count(session, METADATA.tables["heartbeat"]) == 0
    with towns.asked_by(Process.WORKER).operate() as session:
        assert _refusal(session, beat) is None


@pytest.mark.parametrize("process", CLERKS)
def test_nobody_takes_the_owners_place_for_a_transaction(towns: Towns, process: Process) -> None:
    """The municipality of one transaction is not that of the next on the same connection."""
    asking = towns.asked_by(process)
    for town in (towns.ours, towns.theirs, towns.ours):
        with asking.begin(town) as session:
            assert _seen(session, METADATA.tables["post"]) == {town}
    with asking.across() as session:
        assert _seen(session, METADATA.tables["post"]) == set()


def test_every_owned_table_is_under_row_security(towns: Towns) -> None:
    asked = text("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")
    with towns.owner.operate() as session:
        assert set(session.connection().execute(asked).scalars()) == {table.name for table in owned_tables()}
