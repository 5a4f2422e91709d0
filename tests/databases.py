"""Databases for tests: a fresh, migrated one for each test, on SQLite and on PostgreSQL.

`db` runs a test once on each; `sqlite_db` and `postgres_db` once on one. The addresses alone are `database_url`,
`sqlite_url` and `postgres_url`; `empty_postgres_url` gives one without a schema. Copies of a template: a few ms each.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.store.database import Database
from tests import postgres
from tests.tools import Tools

BOTH = ("sqlite", "postgresql")


@pytest.fixture
def sqlite_url(tools: Tools, tmp_path: Path) -> str:
    """The address of a fresh, migrated SQLite file."""
    file = tmp_path / "ordskifte.sqlite"
    shutil.copyfile(tools.sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(tools: Tools) -> Iterator[str]:
    """The address of a fresh, migrated PostgreSQL database."""
    url = postgres.create(tools.postgres, template=tools.postgres_template)
    yield url
    postgres.drop(tools.postgres, url)


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
