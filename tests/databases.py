"""Databases for tests: a fresh, migrated one for each test, on SQLite and on PostgreSQL.

`db` runs a test once on each; `sqlite_db` and `postgres_db` once on one. The addresses alone are `database_url`,
`sqlite_url` and `postgres_url`; `empty_postgres_url` gives one without a schema. A file is the copy of a
template; on PostgreSQL a database is made new again, which is cheaper. A few ms each.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from scheduler.store.database import Database
from tests import postgres
from tests.tools import Tools

BOTH = ("sqlite", "postgresql")
_known: dict[str, tuple[Any, Any]] = {}


@event.listens_for(Engine, "engine_connect")
def _learn_together(connection: Connection) -> None:
    """Every engine of a process uses the statements that another has put into SQL: each test has engines of its own."""
    engine = connection.engine
    dialect, statements = _known.setdefault(engine.dialect.driver, (engine.dialect, engine._compiled_cache))
    if engine.dialect is not dialect:
        connection.dialect = engine.dialect = dialect
        engine._compiled_cache = statements


@pytest.fixture
def sqlite_url(tools: Tools, tmp_path: Path) -> str:
    """The address of a fresh, migrated SQLite file."""
    file = tmp_path / "ordskifte.sqlite"
    shutil.copyfile(tools.sqlite_template, file)
    return f"sqlite:///{file}"


class Lent:
    """A migrated PostgreSQL database that one test after the other has to itself, brought back to how it was new after each."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._url, self._new = "", dict[str, list[str]]()

    def take(self) -> str:
        """Its address."""
        if not self._url:
            self._url = postgres.create(self._tools.postgres, template=self._tools.postgres_template)
            self._new = postgres.contents(self._url)
        return self._url

    def give_back(self) -> None:
        """The next test finds it as new, or another in its place."""
        if not postgres.empty(self._url, but=self._new):
            self.drop()

    def drop(self) -> None:
        """Remove it."""
        if self._url:
            postgres.drop(self._tools.postgres, self._url)
            self._url = ""


@pytest.fixture(scope="session")
def lent(tools: Tools) -> Iterator[Lent]:
    """This process's own."""
    made = Lent(tools)
    yield made
    made.drop()


@pytest.fixture
def postgres_url(lent: Lent) -> Iterator[str]:
    """The address of a fresh, migrated PostgreSQL database."""
    yield lent.take()
    lent.give_back()


@pytest.fixture
def empty_postgres_url(tools: Tools) -> Iterator[str]:
    """The address of a PostgreSQL database without a schema."""
    url = postgres.create(tools.postgres)
    yield url
    postgres.drop(tools.postgres, url)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, migrated database; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{str(request.param).removesuffix('ql')}_url")
    return url


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a schema; the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A fresh database; the test runs once on each kind."""
    yield from _opened(database_url)


@pytest.fixture
def sqlite_db(sqlite_url: str) -> Iterator[Database]:
    """A fresh SQLite database."""
    yield from _opened(sqlite_url)


@pytest.fixture
def postgres_db(postgres_url: str) -> Iterator[Database]:
    """A fresh PostgreSQL database."""
    yield from _opened(postgres_url)


def _opened(url: str) -> Iterator[Database]:
    opened = Database(url)
    yield opened
    opened.close()
