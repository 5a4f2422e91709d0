"""The schema's history: up, down and up again on both databases, and always the tables that the code has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, pool, text

import migrations
from scheduler.store import rows, schema, talk
from scheduler.store.database import Database, Process
from scheduler.store.tables import METADATA, Unit
from tests import build, postgres
from tests.store.one_of_each import fill, owned_tables
from tests.tools import Tools

HISTORY = ScriptDirectory.from_config(migrations.configuration())


def _revisions() -> list[Script]:
    """From the first to the newest."""
    return list(reversed(list(HISTORY.walk_revisions())))


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _counts(url: str) -> dict[str, int]:
    """How many rows stand in each table there is."""
    with _connected(url) as connection:
        names = set(inspect(connection).get_table_names()) - {"alembic_version"}
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names}


def _shape(url: str) -> dict[str, Any]:
    """All that the database itself knows of its tables: columns, keys, references, checks and indexes."""
    with _connected(url) as connection:
        seen = inspect(connection)
        return {
            name: {
                "columns": {each["name"]: (str(each["type"]), each["nullable"]) for each in seen.get_columns(name)},
                "primary key": seen.get_pk_constraint(name),
                "references": _by_name(seen.get_foreign_keys(name)),
                "keys": _by_name(seen.get_unique_constraints(name)),
                "checks": _by_name(seen.get_check_constraints(name)),
                "indexes": _by_name(seen.get_indexes(name)),
            }
            for name in seen.get_table_names()
            if name != "alembic_version"
        }


def _by_name(found: Any) -> dict[str, str]:
    return {str(each["name"]): json.dumps(each, default=str, sort_keys=True) for each in found}


def _policies(url: str) -> set[str]:
    with _connected(url) as connection:
        if connection.dialect.name != "postgresql":
            return set()
        return set(connection.execute(text("SELECT tablename || ' ' || policyname FROM pg_policies")).scalars())


def test_the_history_is_one_line_with_one_head() -> None:
    assert len(HISTORY.get_heads()) == len(HISTORY.get_bases()) == 1
    assert all(len(each.nextrev) <= 1 and not each.is_merge_point for each in _revisions())


def test_the_code_expects_the_newest_revision() -> None:
    assert migrations.head() == schema.EXPECTED


def test_each_revision_says_what_it_is_and_stands_in_a_file_of_its_number() -> None:
    for number, each in enumerate(_revisions(), 1):
        assert each.revision == f"{number:04}"
        assert Path(each.path).name.startswith(f"{each.revision}_")
        assert each.doc


def test_the_migrations_make_the_tables_of_the_code(database_url: str) -> None:
    with _connected(database_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


def test_keys_checks_and_partial_indexes_are_those_of_the_code_too(
    database_url: str, tools: Tools, tmp_path: Path
) -> None:
    """What the comparison above does not look at: we compare with the tables as the code alone would make them."""
    made = f"sqlite:///{tmp_path / 'made'}" if database_url.startswith("sqlite") else postgres.create(tools.postgres)
    with _connected(made) as connection:
        METADATA.create_all(connection)
        connection.commit()
    assert _shape(database_url) == _shape(made)
    if not made.startswith("sqlite"):
        postgres.drop(tools.postgres, made)


def test_down_to_nothing_and_up_again(empty_database_url: str) -> None:
    migrations.upgrade(empty_database_url)
    first, guarded = _shape(empty_database_url), _policies(empty_database_url)
    migrations.downgrade(empty_database_url, "base")
    assert _shape(empty_database_url) == {}
    assert _policies(empty_database_url) == set()
    migrations.upgrade(empty_database_url)
    assert _shape(empty_database_url) == first
    assert _policies(empty_database_url) == guarded


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(database_url: str) -> None:
    with_rows = Database(database_url)
    with with_rows.begin(build.municipality(with_rows)) as session:
        fill(session)
    with_rows.close()
    before = _counts(database_url)
    migrations.upgrade(database_url)
    assert _counts(database_url) == before


def test_each_step_back_and_forth_keeps_the_rows_of_the_tables_that_stay(database_url: str) -> None:
    full = Database(database_url)
    with full.begin(build.municipality(full)) as session:
        fill(session)
    full.close()
    standing = _counts(database_url)
    assert {name for name, rows in standing.items() if rows} == {table.name for table in owned_tables()} | {
        "municipality"
    }
    left = standing
    for each in reversed(_revisions()):
        migrations.downgrade(database_url, str(each.down_revision or "base"))
        left = _counts(database_url)
        assert left == {name: standing[name] for name in left}, f"after {each.revision} was taken back"
    assert left == {}
    for each in _revisions():
        migrations.upgrade(database_url, each.revision)
    assert set(_counts(database_url)) == set(standing)


def test_channels_from_before_there_was_listening_get_their_turn(database_url: str) -> None:
    db = Database(database_url)
    with db.begin(build.municipality(db)) as session:
        waiting = build.channel(session, platform="practice").pk
        build.channel(session, platform="manual", name="Facebook")
    migrations.downgrade(database_url, "0008")
    migrations.upgrade(database_url)
    with db.across() as session:
        assert [each.channel_id for each in talk.listening_due(session, now=build.NOW)] == [waiting]
    db.close()


def test_a_database_knows_which_revision_it_is_at(empty_database_url: str) -> None:
    db = Database(empty_database_url)
    told = []
    for revision in (None, "0001", "head"):
        if revision:
            migrations.upgrade(empty_database_url, revision)
        with db.across() as session:
            told.append(schema.current(session))
    db.close()
    assert told == [None, "0001", migrations.head()]


def test_a_password_with_signs_reaches_the_database_as_it_is() -> None:
    url = "postgresql+psycopg://ordskifte:p%40ss%25word@localhost/ordskifte"
    assert migrations.configuration(url).get_main_option("sqlalchemy.url") == url


def test_two_databases_of_one_server_share_the_roles(postgres_url: str, empty_postgres_url: str) -> None:
    """The roles are the server's: the second database finds them there, and the first keeps them when the second goes."""
    migrations.upgrade(empty_postgres_url)
    migrations.downgrade(empty_postgres_url, "base")
    for process in (Process.WEB, Process.WORKER):
        db = Database(postgres_url, process=process)
        with db.begin(1) as session:
            assert rows.every(session, Unit) == []
        db.close()
