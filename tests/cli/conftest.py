"""The command as an operator gives it: in this process, with an environment of its own."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from ordskifte.cli import main

SECRET = "a secret key that is used by these tests and nowhere else"


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """What was said to a person, without the log's own lines."""
        return "\n".join(line for line in self.err.splitlines() if "[info" not in line and "[warning" not in line)


class Cli:
    """Gives commands to the installation at `url`."""

    def __init__(self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.url, self._capsys, self._monkeypatch = url, capsys, monkeypatch

    def __call__(self, *words: object, stdin: str = "") -> Answer:
        """One command, whatever becomes of it."""
        self._capsys.readouterr()
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        mask = os.umask(0o022)
        try:
            status = main([str(word) for word in words])
        except SystemExit as ended:  # argparse: wrong usage, or help
            status = ended.code if isinstance(ended.code, int) else 0
        finally:
            os.umask(mask)
        said = self._capsys.readouterr()
        assert "Traceback" not in said.err
        return Answer(status, said.out, said.err)

    def row(self, *words: object, stdin: str = "") -> Any:
        """What a command that must succeed answers, as JSON."""
        answer = self(*words, "--json", stdin=stdin)
        assert answer.status == 0, answer.err
        return answer.document

    def refused(self, *words: object, stdin: str = "") -> str:
        """The sentence of a command that cannot be done: exit status 1, nothing on standard output."""
        answer = self(*words, stdin=stdin)
        assert (answer.status, answer.out) == (1, ""), (answer.status, answer.out, answer.err)
        assert answer.sentence.strip()
        return answer.sentence

    def misused(self, *words: object) -> str:
        """What is said to wrong usage: exit status 2."""
        answer = self(*words)
        assert (answer.status, answer.out) == (2, "")
        return answer.err.splitlines()[-1]

    def set(self, **settings: object) -> None:
        """Settings by their short names."""
        for name, value in settings.items():
            self._monkeypatch.setenv(f"ORDSKIFTE_{name.upper()}", str(value))

    def unset(self, name: str) -> None:
        self._monkeypatch.delenv(f"ORDSKIFTE_{name.upper()}", raising=False)


@pytest.fixture
def bare(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cli]:
    """The command with no setting but where the database shall be; there is none yet."""
    for name in [name for name in os.environ if name.startswith("ORDSKIFTE_")]:
        monkeypatch.delenv(name)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.chdir(tmp_path)
    command = Cli(f"sqlite:///{tmp_path / 'ordskifte.db'}", capsys, monkeypatch)
    command.set(database_url=command.url)
    yield command
    # A command sets the log up for its own process; this one goes on.
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


@pytest.fixture
def cli(bare: Cli, sqlite_url: str, tmp_path: Path) -> Cli:
    """The command on a migrated SQLite, with a secret, allowed to reach loopback, its clock to be wound."""
    return _ready(bare, sqlite_url, tmp_path)


@pytest.fixture
def each_cli(bare: Cli, database_url: str, tmp_path: Path) -> Cli:
    """The same; the test runs once on each database."""
    return _ready(bare, database_url, tmp_path)


def _ready(command: Cli, url: str, folder: Path) -> Cli:
    command.url = url
    command.set(
        database_url=url,
        secret_key=SECRET,
        allow_private_addresses=1,
        test_clock=folder / "clock",
        practice_file=folder / "practice.db",
    )
    return command


@pytest.fixture
def fjordvik(cli: Cli) -> Cli:
    """The command, where Fjordvik kommune is."""
    cli.row("municipality", "add", "--name", "Fjordvik kommune")
    return cli
