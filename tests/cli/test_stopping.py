"""The pages stop in good order when the system's service manager asks, whoever still holds a line open."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import SECRET
from tests.support import free_port, wait_until

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60.0
ENDS_WITHIN = 40.0


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_the_pages_stop_without_a_fault_while_a_browser_keeps_its_line_open(
    sqlite_url: str, tmp_path: Path, asked: signal.Signals
) -> None:
    port, told = free_port(), tmp_path / "told"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ORDSKIFTE_")}
    environment = {
        **kept,
        "PYTHONPATH": str(ROOT),
        "ORDSKIFTE_DATABASE_URL": sqlite_url,
        "ORDSKIFTE_SECRET_KEY": SECRET,
        "ORDSKIFTE_PRACTICE_FILE": str(tmp_path / "practice.db"),
        "ORDSKIFTE_PORT": str(port),
    }
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def answers() -> bool:
        try:
            line.request("GET", "/health")
            line.getresponse().read()
        except ConnectionRefusedError:
            line.close()
            return False
        return True

    with told.open("w") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "ordskifte", "web"], env=environment, cwd=tmp_path, stdout=log, stderr=log
        )
        try:
            wait_until(answers, within=STARTS_WITHIN)
            started.send_signal(asked)
            assert started.wait(ENDS_WITHIN) == 0, told.read_text()
        finally:
            started.kill()
            started.wait()
            line.close()
    assert "Traceback" not in told.read_text()
