"""Where the steps that people and bells take are tried."""

from __future__ import annotations

import pytest

from scheduler.store.database import Database
from tests.services.desk import Desk


@pytest.fixture
def desk(sqlite_db: Database) -> Desk:
    """A desk on SQLite, for what is decided alike on both databases."""
    return Desk(sqlite_db)


@pytest.fixture
def each_desk(db: Database) -> Desk:
    """A desk; the test runs once on each database."""
    return Desk(db)
