"""The practice network's letter box: mail that goes nowhere, for those who play and for those who learn.

Keeps letters in the practice network's file, to be read on a page. Knows no mail server; nobody is written to.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from connectors.contract import ConnectorError, Letter, Now, Remedy
from connectors.practice_file import PracticeFile, row_id, stamp

#: Who letters are from where no sender is set.
SENDER = "ordskifte@practice.example"


@dataclass(frozen=True, kw_only=True)
class PracticeLetter:
    """A letter as it lies in the box."""

    letter_id: str
    message_id: str
    sender: str
    to: str
    subject: str
    text: str
    kept_at: datetime


class PracticeMail:
    """The letter box. `now`: when a letter falls into it."""

    def __init__(self, file: str | Path, *, now: Now, sender: str = "") -> None:
        self._file, self._now, self._sender = PracticeFile(file), now, sender or SENDER

    def send(self, letter: Letter) -> None:
        """Keep the letter. The same Message-ID again is the same letter: it lies there once. Raises ConnectorError (WAIT)."""
        to = letter.to.strip()
        if "@" not in to:
            raise ConnectorError(Remedy.REWRITE, "mail_address_invalid")
        try:
            with self._file.writing() as db:
                db.execute(
                    "INSERT INTO letter (message_id, sender, recipient, subject, text, kept_at) VALUES (?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT (message_id) DO NOTHING",
                    (letter.message_id, self._sender, to.lower(), letter.subject, letter.text, stamp(self._now())),
                )
        except sqlite3.Error:
            raise ConnectorError(Remedy.WAIT, "practice_file") from None


def letters(
    file: str | Path, *, recipients: Collection[str], limit: int = 40, before: str | None = None
) -> tuple[PracticeLetter, ...]:
    """Letters to any of these addresses, newest first. `before`: a letter's id to go on from. Raises sqlite3.Error."""
    with PracticeFile(file).reading() as db:
        rows = db.execute(
            "SELECT * FROM letter WHERE recipient IN (SELECT value FROM json_each(?)) AND id < ? ORDER BY id DESC LIMIT ?",
            (
                json.dumps([each.strip().lower() for each in recipients]),
                row_id(before) if before is not None else 2**62,
                limit,
            ),
        ).fetchall()
    return tuple(
        PracticeLetter(
            letter_id=str(row["id"]),
            message_id=row["message_id"],
            sender=row["sender"],
            to=row["recipient"],
            subject=row["subject"],
            text=row["text"],
            kept_at=datetime.fromisoformat(row["kept_at"]),
        )
        for row in rows
    )
