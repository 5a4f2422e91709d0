"""The demo as a stranger starts it: the real command, in a process of its own, on a free port; ended with the file's last test."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

import pytest

STARTS_WITHIN = 90
ENDS_WITHIN = 45


@dataclass(frozen=True)
class RunningDemo:
    """`address`: "http://127.0.0.1:PORT"; `folder`: where it keeps its files."""

    address: str
    folder: Path

    @property
    def town(self) -> str:
        """The front of the sample municipality's pages."""
        return f"{self.address}/fjordvik"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    """One running demo for the tests of a file, which tell one story in order."""
    folder = tmp_path_factory.mktemp("demo")
    process = subprocess.Popen(
        [sys.executable, "-m", "ordskifte", "demo", "--port", "0", "--dir", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    giving_up = Timer(STARTS_WITHIN, process.kill)
    giving_up.start()
    try:
        yield RunningDemo(_address(process), folder)
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
