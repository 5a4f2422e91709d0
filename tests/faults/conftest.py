"""What the fault tests share: a machine that workers run on."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.services.connecting import House
from tests.faults.workers import Machine


@pytest.fixture
def machine(database_url: str, house: House, tmp_path: Path) -> Machine:
    """A machine beside the test's database."""
    return Machine(url=database_url, house=house, folder=tmp_path)
