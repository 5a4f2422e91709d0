"""What the fault tests share: a machine that workers run on, and the Mastodon-API server of the connectors' tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.services.connecting import House
from tests.connectors.conftest import line as line
from tests.connectors.conftest import mastodon_server as mastodon_server
from tests.connectors.conftest import token as token
from tests.faults.workers import Machine


@pytest.fixture
def machine(database_url: str, house: House, tmp_path: Path) -> Machine:
    """A machine beside the test's database."""
    return Machine(url=database_url, house=house, folder=tmp_path)
