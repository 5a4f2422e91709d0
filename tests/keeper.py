"""Keeps one server alive exactly as long as whoever started it: also when that one is killed and cannot say goodbye.

Run as a program: `python keeper.py FOLDER USER COMMAND...`. Standard input is a pipe held by the starter; when it
closes, the command is stopped and FOLDER removed. USER is "" for the same user. Knows nothing of what it keeps.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PATIENCE = 10
"""Seconds that the command may take to stop by itself."""


def start(folder: Path, user: str, command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Start `command` under a keeper of its own; close the process's standard input to end it."""
    with log.open("wb") as stream:
        return subprocess.Popen(
            [sys.executable, str(HERE / "keeper.py"), str(folder), user, *command],
            stdin=subprocess.PIPE,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop(keeper: subprocess.Popen[bytes]) -> None:
    """End the command that the keeper keeps, and wait until it is gone."""
    if keeper.stdin:
        keeper.stdin.close()
    keeper.wait(PATIENCE * 2)


def as_user(user: str) -> dict[str, Any]:
    """The arguments of Popen that drop root's rights."""
    return {"user": user, "extra_groups": []} if user else {}


def keep(folder: Path, user: str, command: list[str]) -> int:
    """Run the command until standard input closes or it ends by itself."""
    kept = subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=folder, **as_user(user))
    threading.Thread(target=_end_with_the_starter, args=(kept,), daemon=True).start()
    status = kept.wait()
    shutil.rmtree(folder, ignore_errors=True)
    return status


def _end_with_the_starter(kept: subprocess.Popen[bytes]) -> None:
    while sys.stdin.buffer.read(1):
        pass
    kept.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGINT)
    try:
        kept.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        kept.kill()


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
