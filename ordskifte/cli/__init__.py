"""The `ordskifte` command: a module a noun, found by the table NOUNS.

Reads arguments, opens what a command needs, prints what it answers. Exit status: 0 done; 1 the thing asked for could not be done (a
sentence on standard error says why); 2 wrong usage. Knows no rule.

A new noun: a module here with `add_to(commands)`, which makes its commands by ordskifte/cli/frame.py, and its line in NOUNS. Only the
module of the command that is asked for is brought in, since together they bring in the whole house, and a start takes twice as long.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.exc import DatabaseError

from ordskifte import __version__
from ordskifte.cli import frame
from scheduler.domain.states import WrongState
from scheduler.errors import Busy, LostRace, Missing, OrdskifteError, Refused

_UNREACHABLE = "The database cannot be reached. Check ORDSKIFTE_DATABASE_URL, and that it runs."

#: The modules of ordskifte/cli, in the order of the help, with the commands that each one adds.
NOUNS: Mapping[str, tuple[str, ...]] = {
    "serve": ("run", "web"),
    "worker": ("worker",),
    "demo": ("demo",),
    "upkeep": ("upgrade", "doctor", "backup", "restore", "assets"),
    "municipality": ("municipality",),
    "unit": ("unit",),
    "people": ("person",),
    "channel": ("channel",),
    "feed": ("feed",),
    "rules": ("rules",),
    "campaign": ("campaign",),
    "notice": ("notice",),
    "work": ("plan", "deliver", "move", "why"),
    "show": ("queue",),
    "talk": ("collect", "inbox", "remind"),
    "ledger": ("ledger",),
    "language": ("language",),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    _speak_plainly()
    os.umask(0o077)  # databases, backups and locks are for whoever runs us, and nobody else on the machine
    words = sys.argv[1:] if arguments is None else arguments
    parser = parser_of(wanted(words))
    given = parser.parse_args(words)
    if any(isinstance(told, str) and not _is_text(told) for told in vars(given).values()):
        parser.error("an argument is not text in UTF-8")
    try:
        answer: int = given.run(given)
        sys.stdout.flush()
    except Refused as refused:
        return _cannot(" ".join(frame.wording().reasons(refused)))
    except Missing as missing:
        return _cannot(f"There is no {missing.noun.replace('_', ' ')} {missing.key} here.")
    except LostRace:
        return _cannot("Somebody else changed it at the same moment. Look again, and run the command once more.")
    except WrongState as wrong:
        return _cannot(f"That cannot be done while it is {wrong.state.value.replace('_', ' ')}.")
    except Busy as busy:
        return _cannot(_why_busy(busy))
    except OrdskifteError as wrong:
        return _cannot(str(wrong))
    except DatabaseError as wrong:
        return _cannot(_database_trouble(str(wrong.orig)))
    except BrokenPipeError:  # whoever read our answer has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return answer


def _speak_plainly() -> None:
    """A sign that the terminal does not know is shown by its number; it stops nothing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _is_text(told: str) -> bool:
    return told.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in told)


def _why_busy(busy: Busy) -> str:
    told = str(busy.__cause__).lower()
    if "connection failed" in told or "could not connect" in told or "connection timeout" in told:
        return _UNREACHABLE
    return "The database is busy. Run the command again in a moment."


def _database_trouble(told: str) -> str:
    if "unable to open" in told or "connect" in told.lower():
        return _UNREACHABLE
    if "no such table" in told or "no such column" in told or "does not exist" in told:
        return "The database has no schema yet, or an old one. Run: ordskifte upgrade"
    if "readonly" in told or "read-only" in told:
        return "The database cannot be written. Check who owns its file and folder."
    return "The database did not answer as it should. `ordskifte doctor` tells more."


def _cannot(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def wanted(words: Sequence[str]) -> Iterable[str]:
    """The modules that these arguments ask for: the one of the command they begin with; all, where they begin with none that there is.

    The version stands here.
    """
    if words and words[0] == "--version":
        return ()
    return [noun for noun, commands in NOUNS.items() if words and words[0] in commands] or NOUNS


def parser_of(nouns: Iterable[str]) -> argparse.ArgumentParser:
    """What reads the arguments of the commands in these modules."""
    parser = argparse.ArgumentParser(
        prog="ordskifte",
        description="Publishing scheduler and moderation queue for Norwegian municipalities.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"ordskifte {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for noun in nouns:
        importlib.import_module(f"ordskifte.cli.{noun}").add_to(commands)
    return parser
