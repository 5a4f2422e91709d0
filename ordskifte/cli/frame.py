"""What every command shares: the common options, the parts a command opens, and how an answer is printed.

Knows settings, database and clock. Knows no noun.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from sqlmodel import Session

from scheduler import log
from scheduler.clock import Clock
from scheduler.errors import Missing, OrdskifteError, Refused, SettingError
from scheduler.queries import municipalities
from scheduler.queries.municipalities import MunicipalityView
from scheduler.services.gate import Gate, Http, http_of
from scheduler.settings import NO_SECRET, Settings, read
from scheduler.store.database import Database, Process

Commands = Any  # argparse's own type for this is private
Row = Mapping[str, object]


class CannotDo(OrdskifteError):
    """The thing asked for could not be done; the sentence says why."""


class Wording(Protocol):
    """What a command takes of web/wording.py."""

    def reasons(self, refused: Refused) -> tuple[str, ...]: ...

    def outside(self, code: str | None, **params: object) -> str: ...


def wording() -> Wording:
    """The words for codes, brought in where there is something to say: they stand on the web framework, which most commands do without."""
    words: Any = importlib.import_module("web.wording")
    made: Wording = words
    return made


@dataclass(kw_only=True)
class Parts:
    """What a command works with."""

    settings: Settings
    db: Database
    clock: Clock

    @property
    def has_no_file(self) -> bool:
        """Whether this is SQLite and its file is not there: opening it would make one."""
        url = self.settings.database_url
        return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()

    @cached_property
    def http(self) -> Http:
        """The client alone, for commands that fetch and seal nothing."""
        return http_of(self.settings, self.clock)

    @cached_property
    def gate(self) -> Gate:
        """The way out to channels, whose credentials are sealed by the secret key."""
        if not self.settings.secret_key:
            raise SettingError(NO_SECRET)
        return Gate.of(self.settings, self.clock)


def command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    *,
    help_text: str,
    of_one: bool | None = None,
) -> argparse.ArgumentParser:
    """A command with the common options. `of_one`: True where a municipality must be named, False where one may be."""
    made: argparse.ArgumentParser = commands.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
    made.add_argument("--json", action="store_true", dest="as_json", help="one JSON document on standard output")
    made.add_argument("--database-url", metavar="URL", help="instead of ORDSKIFTE_DATABASE_URL")
    if of_one is not None:
        made.add_argument("--municipality", metavar="ID_OR_SLUG", required=of_one, help="a municipality's id or slug")
    made.set_defaults(run=run)
    return made


def group(commands: Commands, name: str, *, help_text: str) -> Commands:
    """A noun with commands of its own."""
    return commands.add_parser(name, help=help_text, description=help_text, allow_abbrev=False).add_subparsers(
        title="commands", required=True, metavar="COMMAND"
    )


@contextmanager
def parts(
    given: argparse.Namespace, *, process: Process = Process.OWNER, may_make_database: bool = False
) -> Iterator[Parts]:
    """Open what the command needs, and give it back afterwards. Raises SettingError; CannotDo where there is no SQLite file to open."""
    settings = read(database_url=given.database_url)
    log.set_up(level=settings.log_level, as_json=settings.log_json)
    db = Database(settings.database_url, process=process)
    opened = Parts(settings=settings, db=db, clock=Clock(offset_file=settings.test_clock, source=db.time_source()))
    if opened.has_no_file and not may_make_database:
        file = settings.database_url.removeprefix("sqlite:///")
        raise CannotDo(f"There is no database at {file}. Check ORDSKIFTE_DATABASE_URL, or make one: ordskifte upgrade")
    try:
        yield opened
    finally:
        db.close()


def chosen(db: Database, told: str | None) -> list[MunicipalityView]:
    """The municipality with this id or slug; all of them where none is named. Raises Missing."""
    with db.across() as session:
        known = municipalities.every(session)
    if told is None:
        return list(known)
    found = [each for each in known if told == str(each.id)] or [each for each in known if told == each.slug]
    if not found:
        raise Missing("municipality", told)
    return found


def read_each(db: Database, told: str | None) -> Iterator[tuple[MunicipalityView, Session]]:
    """Each municipality that `chosen` gives, with a session that only reads it. Raises Missing."""
    for town in chosen(db, told):
        with db.read(town.id) as session:
            yield town, session


def row_id(told: str) -> int:
    """An argument that names a row."""
    return _whole(told, most=2**31 - 1)


def amount(told: str) -> int:
    """An argument that says how many."""
    return _whole(told, most=100_000)


def port(told: str) -> int:
    """An argument that names a port; 0 is any that is free."""
    return _whole(told, least=0, most=65_535)


def _whole(told: str, *, least: int = 1, most: int) -> int:
    if not told.isascii() or not told.isdigit() or not least <= int(told[:20]) <= most:
        raise argparse.ArgumentTypeError(f"{told[:40]!r} is not a whole number from {least} to {most}")
    return int(told)


def why(wrong: OSError | UnicodeDecodeError) -> str:
    """Why a file could not be read or written, in few words."""
    told = getattr(wrong, "strerror", None) or "it is not text in UTF-8"
    return str(told[:1].lower() + told[1:])


def show_row(row: Row, *, as_json: bool) -> int:
    """Print one row: a JSON object, or a line a field."""
    if as_json:
        _print_json(row)
    else:
        for name, value in row.items():
            print(f"{name}: {_text(value)}")
    return 0


def show_rows(rows: Sequence[Row], *, as_json: bool, empty: str) -> int:
    """Print a list: a JSON array, or a table; `empty` says what to do where there is nothing."""
    if as_json:
        _print_json(list(rows))
        return 0
    if not rows:
        print(empty, file=sys.stderr)
        return 0
    names = list(rows[0])
    table = [names, *([_text(row[name]) for name in names] for row in rows)]
    widths = [min(max(len(line[column]) for line in table), 60) for column in range(len(names))]
    for line in table:
        print("  ".join(cell[:60].ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    return 0


def _print_json(value: object) -> None:
    speaks_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    json.dump(value, sys.stdout, default=_plain, ensure_ascii=not speaks_unicode, indent=1)
    print()


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set | tuple):
        return sorted(value)
    raise TypeError(type(value).__name__)


def _text(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, default=_plain, ensure_ascii=False)
    plain = value if isinstance(value, str | int | float) else _plain(value)
    return " ".join(str(plain).split())
