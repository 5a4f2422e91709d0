"""The `ordskifte` command: a module a noun, found by the table NOUNS.

Reads arguments, opens what a command needs, prints what it answers. Exit status: 0 done; 1 the thing asked for could not be done (a
sentence on standard error says why); 2 wrong usage. Knows no rule.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sqlalchemy.exc import OperationalError, ProgrammingError

from ordskifte import __version__
from ordskifte.cli import channel, feed, language, municipality, people, serve, show, unit, upkeep, work
from scheduler.domain.publication import WrongState
from scheduler.errors import Busy, LostRace, Missing, OrdskifteError, Refused
from web import wording

NOUNS = (serve, upkeep, municipality, unit, people, channel, feed, work, show, language)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    given = _parser().parse_args(arguments)
    try:
        answer: int = given.run(given)
    except Refused as refused:
        return _cannot(" ".join(wording.reasons(refused)))
    except Missing as missing:
        return _cannot(f"There is no {missing.noun.replace('_', ' ')} {missing.key} here.")
    except LostRace:
        return _cannot("Somebody else changed it at the same moment. Look again, and run the command once more.")
    except WrongState as wrong:
        return _cannot(f"That cannot be done while it is {wrong.state.value.replace('_', ' ')}.")
    except Busy:
        return _cannot("The database is busy. Run the command again in a moment.")
    except OrdskifteError as wrong:
        return _cannot(str(wrong))
    except (OperationalError, ProgrammingError) as wrong:
        return _cannot(_database_trouble(str(wrong.orig)))
    except KeyboardInterrupt:
        return 130
    return answer


def _database_trouble(told: str) -> str:
    if "no such table" in told or "does not exist" in told:
        return "The database has no schema yet, or an old one. Run: ordskifte upgrade"
    if "unable to open" in told or "connect" in told.lower():
        return "The database cannot be reached. Check ORDSKIFTE_DATABASE_URL."
    return "The database did not answer as it should. `ordskifte doctor` tells more."


def _cannot(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ordskifte", description="Publishing scheduler and moderation queue for Norwegian municipalities."
    )
    parser.add_argument("--version", action="version", version=f"ordskifte {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for noun in NOUNS:
        noun.add_to(commands)
    return parser
