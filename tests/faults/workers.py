"""The real worker as a process of its own, which a test may stop in good order or kill.

Knows the command and its environment. Waits for nothing but the process's end.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from scheduler.clock import Clock
from scheduler.services.connecting import House
from tests.town import SECRET_KEY

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class WorkerProcess:
    """A worker that runs. `told`: the file that its log goes to."""

    process: subprocess.Popen[bytes]
    told: Path

    def kill(self) -> None:
        """As when the power goes: nothing is tidied up."""
        self.process.kill()
        assert self.process.wait(timeout=10) == -signal.SIGKILL

    def stop(self, *, within: float) -> int:
        """Ask it to stop, and give its exit status."""
        self.process.terminate()
        return self.process.wait(timeout=within)


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A machine that workers run on: the settings they share, and their clock."""

    url: str
    house: House
    folder: Path

    def __post_init__(self) -> None:
        self._offset.write_text("0")

    def set_clock(self, moment: datetime) -> None:
        """It is this moment now, to within a second, in every process from now on."""
        self._offset.write_text(str(int((moment - Clock()()).total_seconds())))

    def wind(self, by: timedelta) -> None:
        Clock(offset_file=self._offset).wind(by)

    @contextmanager
    def worker(self) -> Iterator[WorkerProcess]:
        """A worker, which is gone at the end, however the test went."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ORDSKIFTE_")}
        told = self.folder / "worker.log"
        with ExitStack() as stack:
            log = stack.enter_context(told.open("ab"))
            process = subprocess.Popen(
                [sys.executable, "-m", "ordskifte", "worker"],
                cwd=ROOT,
                env={
                    **kept,
                    "ORDSKIFTE_DATABASE_URL": self.url,
                    "ORDSKIFTE_SECRET_KEY": SECRET_KEY,
                    "ORDSKIFTE_PRACTICE_FILE": self.house.practice_file,
                    "ORDSKIFTE_TEST_CLOCK": str(self._offset),
                    "ORDSKIFTE_ALLOW_PRIVATE_ADDRESSES": "1",
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            try:
                yield WorkerProcess(process=process, told=told)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait(timeout=10)

    @property
    def _offset(self) -> Path:
        return self.folder / "clock"
