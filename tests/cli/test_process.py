"""The command as a process of its own: its exit status, its two streams, and an orderly stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scheduler.clock import Clock
from scheduler.queries import health
from scheduler.store.database import Database
from tests.cli.conftest import SECRET, Cli
from tests.connectors.server import Server
from tests.services.listings import ADDRESS, lists, some
from tests.support import free_port, wait_until

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60
ENDS_WITHIN = 40


@pytest.fixture
def environment(sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of an installation on SQLite, run from another folder than the sources'."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ORDSKIFTE_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "ORDSKIFTE_DATABASE_URL": sqlite_url,
        "ORDSKIFTE_SECRET_KEY": SECRET,
        "ORDSKIFTE_ALLOW_PRIVATE_ADDRESSES": "1",
        "ORDSKIFTE_PRACTICE_FILE": str(tmp_path / "practice.db"),
        "ORDSKIFTE_LOG_JSON": "1",
    }


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "ordskifte", *words]


def _run(environment: dict[str, str], *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    folder = Path(environment["ORDSKIFTE_PRACTICE_FILE"]).parent
    return subprocess.run(
        _command(*words), env=environment, cwd=folder, capture_output=True, text=True, check=False, timeout=60, **more
    )


@contextmanager
def _running(environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    folder = Path(environment["ORDSKIFTE_PRACTICE_FILE"]).parent
    started = subprocess.Popen(
        _command(*words), env=environment, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def _worker_lives(url: str) -> bool:
    db = Database(url)
    try:
        return health.installation(db, now=Clock()()).worker_lives
    finally:
        db.close()


def test_the_answer_goes_to_one_stream_the_log_to_the_other_and_the_status_to_the_shell(
    environment: dict[str, str], fjordvik: Cli, site: Server
) -> None:
    lists(site, *some(2))
    fjordvik.row("feed", "add", "--municipality", "fjordvik", site.url + ADDRESS)
    site.answers["/gone"] = site.answers[ADDRESS]
    fjordvik.row("feed", "add", "--municipality", "fjordvik", site.url + "/gone")
    del site.answers["/gone"]
    pulled = _run(environment, "feed", "pull", "--json")
    assert pulled.returncode == 1
    assert {row["problem"]: row["new"] for row in json.loads(pulled.stdout)} == {"page_gone": 0, None: 2}
    *events, sentence = pulled.stderr.splitlines()
    assert "feed pulled" in [json.loads(event)["event"] for event in events]
    assert sentence.startswith("Nyheter - Fjordvik kommune: ")


def test_a_reader_who_has_seen_enough_is_no_crash(environment: dict[str, str]) -> None:
    lines = "Dei har ikkje kome heim.\n" * 20_000
    piped = f"{sys.executable} -m ordskifte language --lines | {sys.executable} -c 'input()'"
    folder = Path(environment["ORDSKIFTE_PRACTICE_FILE"]).parent
    done = subprocess.run(
        ["sh", "-c", piped],
        env=environment,
        cwd=folder,
        input=lines,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_worker_beats_is_alone_on_its_database_and_stops_in_good_order(
    environment: dict[str, str], sqlite_url: str
) -> None:
    with _running(environment, "worker") as first:
        wait_until(lambda: _worker_lives(sqlite_url), within=STARTS_WITHIN)
        second = _run(environment, "worker")
        assert second.returncode == 1
        assert "another worker runs on this database" in second.stderr.lower()
        first.send_signal(signal.SIGTERM)
        first.wait(ENDS_WITHIN)
        assert first.returncode == 0
    assert not _worker_lives(sqlite_url)


def test_web_and_worker_in_one_process_answer_for_their_health_and_stop(environment: dict[str, str]) -> None:
    port = free_port()
    environment["ORDSKIFTE_PORT"] = str(port)
    with _running(environment, "run") as started:
        wait_until(lambda: _health(port).get("status") == "ok", within=STARTS_WITHIN)
        told = _health(port)
        assert (told["database"], told["workers"][0]["lives"]) == ("ok", True)
        started.send_signal(signal.SIGTERM)
        started.wait(ENDS_WITHIN)
        assert started.returncode == 0


def _health(port: int) -> dict[str, Any]:
    with socket.socket() as asking:
        if asking.connect_ex(("127.0.0.1", port)):
            return {}
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            told: dict[str, Any] = json.loads(answer.read())
            return told
    except urllib.error.HTTPError as wrong:
        return dict(json.loads(wrong.read()))
