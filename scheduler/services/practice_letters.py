"""The letters that lie in the practice network's box, for the people of one municipality.

Shows only what was written to somebody here: the box is one for the whole installation. Knows the connector; writes nothing.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sqlmodel import Session, col

from connectors import practice_mail
from connectors.practice_mail import PracticeLetter
from scheduler.domain.access import Actor, Deed, reach
from scheduler.errors import Refused
from scheduler.log import logger
from scheduler.services.connecting import House
from scheduler.services.practising import PAGE, PracticeRefusal
from scheduler.store import rows
from scheduler.store.tables import Person

__all__ = ["LetterBox", "PracticeLetter", "letters"]

_log = logger(__name__)


@dataclass(frozen=True, kw_only=True)
class LetterBox:
    """Letters, newest first: a page of them. `after`: the letter's id to go on from; None on the last page."""

    letters: tuple[PracticeLetter, ...]
    after: str | None


def letters(
    session: Session, actor: Actor | None = None, *, house: House, limit: int = PAGE, before: str | None = None
) -> LetterBox:
    """What was written to the people of this municipality; to `actor` alone where those roles do not read all of it.

    Raises Refused where the network's file cannot be used.
    """
    within = [] if actor is None or reach(actor, Deed.READ).whole else [col(Person.id) == actor.person_id]
    recipients = [person.email for person in rows.every(session, Person, *within)]
    try:
        found = practice_mail.letters(house.practice_file, recipients=recipients, limit=limit + 1, before=before)
    except sqlite3.Error as error:
        _log.error("the practice network's file cannot be used", error=str(error))
        raise Refused(PracticeRefusal.FILE_UNUSABLE) from error
    shown = found[:limit]
    return LetterBox(letters=shown, after=shown[-1].letter_id if len(found) > limit else None)
