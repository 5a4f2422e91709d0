"""The demo as a stranger starts it: the real command, in a process of its own, on a free port; ended with the file's last test.

Its clock is wound to a Tuesday morning before it starts, so that a journey goes the same way at any hour of any day.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer

import pytest

from scheduler.clock import wall_now

STARTS_WITHIN = 90
ENDS_WITHIN = 45
#: Half past nine in Norway on an ordinary Tuesday: the afternoon with today's posts lies ahead.
TUESDAY = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


@dataclass(frozen=True)
class RunningDemo:
    """`address`: "http://127.0.0.1:PORT"; `folder`: where it keeps its files."""

    address: str
    folder: Path

    @property
    def town(self) -> str:
        """The front of the sample municipality's pages."""
        return f"{self.address}/fjordvik"

    @property
    def website(self) -> str:
        """The front page of the sample municipality's website."""
        return f"{self.address}/website/"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey's tests stand in the order in which they are written, whatever order the run has chosen: they share a demo."""
    here = Path(__file__).parent
    places = [place for place, item in enumerate(items) if item.path.parent == here]
    ours = sorted((items[place] for place in places), key=lambda item: (item.path.name, _line(item)))
    for place, item in zip(places, ours, strict=True):
        items[place] = item


def _line(item: pytest.Item) -> int:
    return item.reportinfo()[1] or 0


@pytest.fixture(scope="module")
def begins_at() -> datetime | None:
    """What the demo's clock shows when it starts; None: the hour that it is."""
    return TUESDAY


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, begins_at: datetime | None) -> Iterator[RunningDemo]:
    """One running demo for the tests of a file, which tell one story in order."""
    folder = tmp_path_factory.mktemp("demo")
    if begins_at is not None:
        (folder / "clock").write_text(str(int(begins_at.timestamp() - wall_now())))
    process = subprocess.Popen(
        [sys.executable, "-m", "ordskifte", "demo", "--port", "0", "--dir", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    giving_up = Timer(STARTS_WITHIN, process.kill)
    giving_up.start()
    try:
        address = _address(process)
        giving_up.cancel()
        yield RunningDemo(address, folder)
    finally:
        giving_up.cancel()
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append(line)
        found = re.search(r"Open (http://127\.0\.0\.1:\d+)/", line)
        if found:
            return found.group(1)
    raise AssertionError("the demo did not start:\n" + "".join(told))
