"""Where the steps that people and bells take are tried."""

from __future__ import annotations

import pytest

from scheduler.store.database import Database
from tests.engine import Road
from tests.services.desk import Desk
from tests.services.talking import Talk


@pytest.fixture
def desk(sqlite_db: Database) -> Desk:
    """A desk on SQLite, for what is decided alike on both databases."""
    return Desk(sqlite_db)


@pytest.fixture
def each_desk(db: Database) -> Desk:
    """A desk; the test runs once on each database."""
    return Desk(db)


@pytest.fixture
def talk(road: Road) -> Talk:
    """A post that citizens write under, and somebody at the service desk."""
    return Talk.of(road)
