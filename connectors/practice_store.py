"""How the practice network remembers: accounts, posts with their revisions and pictures, faults, and every call made.

Knows one SQLite file, which any number of processes may share: each step is one transaction, on disk before it answers.
Knows nothing of the contract's errors and waits for nothing; how a fault feels is decided next door, in practice.py.
All times are aware UTC and come in as arguments.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from connectors.contract import OutgoingImage
from connectors.practice_file import PracticeFile, open_account, row_id, stamp
from connectors.practice_shapes import (
    MEETS_ALL,
    SECONDS,
    WRITES,
    Fault,
    FaultNow,
    NoSuchPost,
    PracticeAccount,
    PracticeCall,
    PracticePicture,
    PracticePost,
    PracticeRevision,
)
from connectors.practice_talk import PracticeTalk, post_of

#: Somebody listens four times a minute, for years: of those calls, only the ones among so many newest are remembered.
_LISTENED = 1_000


class PracticeNetwork:
    """The network in one file, which is made the first time it is needed. Safe to share between threads and processes."""

    def __init__(self, file: str | Path) -> None:
        self._file = PracticeFile(file)
        self.talk = PracticeTalk(self._file)

    # --- for those who look at it and for those who steer it ---

    def accounts(self) -> tuple[PracticeAccount, ...]:
        with self._file.reading() as db:
            return tuple(_account(row) for row in db.execute("SELECT * FROM account ORDER BY name"))

    def posts(self, account: str, *, limit: int = 40, before: str | None = None) -> tuple[PracticePost, ...]:
        """Newest first, deleted ones among them. `before`: a remote id to go on from."""
        with self._file.reading() as db:
            rows = db.execute(
                "SELECT * FROM post WHERE account = ? AND id < ? ORDER BY id DESC LIMIT ?",
                (account, row_id(before) if before is not None else 2**62, limit),
            ).fetchall()
            return _posts(db, rows)

    def post(self, remote_id: str) -> PracticePost | None:
        with self._file.reading() as db:
            found = _posts(db, db.execute("SELECT * FROM post WHERE id = ?", (row_id(remote_id),)).fetchall())
        return found[0] if found else None

    def picture(self, picture_id: int) -> OutgoingImage | None:
        """The picture itself, as it was handed in."""
        with self._file.reading() as db:
            row = db.execute(
                "SELECT content, content_type, alt_text FROM picture WHERE id = ?", (picture_id,)
            ).fetchone()
        return (
            OutgoingImage(content=row["content"], content_type=row["content_type"], alt_text=row["alt_text"])
            if row
            else None
        )

    def calls(self, account: str) -> tuple[PracticeCall, ...]:
        """Every call the account has made, oldest first."""
        with self._file.reading() as db:
            rows = db.execute("SELECT * FROM call WHERE account = ? ORDER BY id", (account,)).fetchall()
        return tuple(
            PracticeCall(
                call_id=row["id"],
                account=row["account"],
                deed=row["deed"],
                key=row["key"],
                called_at=datetime.fromisoformat(row["called_at"]),
                outcome=row["outcome"],
            )
            for row in rows
        )

    def faults(self, account: str) -> FaultNow:
        with self._file.reading() as db:
            row = db.execute("SELECT * FROM account WHERE name = ?", (account,)).fetchone()
        return _fault(row) if row else FaultNow()

    def set_fault(self, account: str, fault: Fault, *, times: int | None = None, seconds: float | None = None) -> None:
        """From now on the account meets this fault: `times` calls long, or until it is set again."""
        lasting = SECONDS.get(fault, 0.0) if seconds is None else seconds
        with self._file.writing() as db:
            open_account(db, account)
            db.execute(
                "UPDATE account SET fault = ?, times_left = ?, seconds = ? WHERE name = ?",
                (fault.value, times, lasting, account),
            )

    def set_honours_key(self, account: str, *, honours: bool) -> None:
        """Whether the same key gives the same post again instead of another one."""
        with self._file.writing() as db:
            open_account(db, account)
            db.execute("UPDATE account SET honours_key = ? WHERE name = ?", (int(honours), account))

    # --- for the account itself ---

    def open_account(self, name: str) -> PracticeAccount:
        with self._file.writing() as db:
            open_account(db, name)
            return _account(db.execute("SELECT * FROM account WHERE name = ?", (name,)).fetchone())

    def arrive(self, account: str, deed: str, key: str, *, at: datetime) -> tuple[int, FaultNow]:
        """A call comes in: it is written down, and the fault that meets it is used up by one."""
        with self._file.writing() as db:
            open_account(db, account)
            call = db.execute(
                "INSERT INTO call (account, deed, key, called_at, outcome) VALUES (?, ?, ?, ?, 'arrived')",
                (account, deed, key, stamp(at)),
            ).lastrowid
            if deed == "collect":
                kept = int(call or 0) - _LISTENED
                db.execute("DELETE FROM call WHERE account = ? AND deed = 'collect' AND id < ?", (account, kept))
            met = _fault(db.execute("SELECT * FROM account WHERE name = ?", (account,)).fetchone())
            if met.times_left == 0 or not (met.fault in MEETS_ALL or deed in WRITES):
                met = FaultNow()
            elif met.times_left is not None:
                db.execute("UPDATE account SET times_left = times_left - 1 WHERE name = ?", (account,))
        return int(call or 0), met

    def leave(self, call_id: int, outcome: str) -> None:
        """The call is over; what came of it."""
        with self._file.writing() as db:
            db.execute("UPDATE call SET outcome = ? WHERE id = ?", (outcome, call_id))

    def accept(
        self, account: str, *, key: str, text: str, language: str | None, images: Sequence[OutgoingImage], at: datetime
    ) -> PracticePost:
        """The post stands there. With an account that honours keys, the same key gives the post that stood there before."""
        with self._file.writing() as db:
            open_account(db, account)
            earlier = db.execute(
                "SELECT post.* FROM post JOIN account ON account.name = post.account AND honours_key = 1"
                " WHERE account = ? AND key = ? ORDER BY id LIMIT 1",
                (account, key),
            ).fetchall()
            if earlier:
                return _posts(db, earlier)[0]
            post = _put_up(db, account, key=key, text=text, language=language, at=at)
            db.executemany(
                "INSERT INTO picture (post_id, content, content_type, alt_text) VALUES (?, ?, ?, ?)",
                [(post, image.content, image.content_type, image.alt_text) for image in images],
            )
            return _posts(db, db.execute("SELECT * FROM post WHERE id = ?", (post,)).fetchall())[0]

    def write(self, account: str, *, text: str, at: datetime) -> PracticePost:
        """A post that somebody writes for the account on the network itself, at `at`, which may lie back."""
        with self._file.writing() as db:
            open_account(db, account)
            post = _put_up(db, account, key="", text=text, language=None, at=at)
            return _posts(db, db.execute("SELECT * FROM post WHERE id = ?", (post,)).fetchall())[0]

    def find(self, account: str, *, key: str, since: datetime) -> PracticePost | None:
        """The oldest standing post of ours with this key, not older than `since`."""
        with self._file.reading() as db:
            rows = db.execute(
                "SELECT * FROM post WHERE account = ? AND key = ? AND published_at >= ? AND deleted_at IS NULL ORDER BY id LIMIT 1",
                (account, key, stamp(since)),
            ).fetchall()
            found = _posts(db, rows)
        return found[0] if found else None

    def rewrite(self, account: str, remote_id: str, *, text: str, language: str | None, at: datetime) -> PracticePost:
        """Another text under the same address. Raises NoSuchPost."""
        with self._file.writing() as db:
            post = _standing(db, account, remote_id)
            db.execute(
                "UPDATE post SET text = ?, language = ?, edited_at = ? WHERE id = ?", (text, language, stamp(at), post)
            )
            db.execute(
                "INSERT INTO revision SELECT ?, max(number) + 1, ?, ? FROM revision WHERE post_id = ?",
                (post, text, stamp(at), post),
            )
            return _posts(db, db.execute("SELECT * FROM post WHERE id = ?", (post,)).fetchall())[0]

    def take_away(self, account: str, remote_id: str, *, at: datetime) -> None:
        """The post no longer stands there; the network still remembers it. Raises NoSuchPost."""
        with self._file.writing() as db:
            db.execute("UPDATE post SET deleted_at = ? WHERE id = ?", (stamp(at), _standing(db, account, remote_id)))


def _put_up(db: sqlite3.Connection, account: str, *, key: str, text: str, language: str | None, at: datetime) -> int:
    written = db.execute(
        "INSERT INTO post (account, key, text, language, published_at) VALUES (?, ?, ?, ?, ?)",
        (account, key, text, language, stamp(at)),
    ).lastrowid
    db.execute("INSERT INTO revision VALUES (?, 1, ?, ?)", (written, text, stamp(at)))
    return int(written or 0)


def _standing(db: sqlite3.Connection, account: str, remote_id: str) -> int:
    post = row_id(remote_id)
    if not db.execute(
        "SELECT 1 FROM post WHERE id = ? AND account = ? AND deleted_at IS NULL", (post, account)
    ).fetchone():
        raise NoSuchPost(remote_id)
    return post


def _fault(row: sqlite3.Row) -> FaultNow:
    if row["times_left"] == 0:
        return FaultNow()
    return FaultNow(fault=Fault(row["fault"]), times_left=row["times_left"], seconds=row["seconds"])


def _account(row: sqlite3.Row) -> PracticeAccount:
    return PracticeAccount(name=row["name"], honours_key=bool(row["honours_key"]), fault=_fault(row))


def _posts(db: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> tuple[PracticePost, ...]:
    ids = json.dumps([row["id"] for row in rows])
    pictures = db.execute(
        "SELECT id, post_id, content_type, alt_text FROM picture"
        " WHERE post_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (ids,),
    ).fetchall()
    revisions = db.execute(
        "SELECT * FROM revision WHERE post_id IN (SELECT value FROM json_each(?)) ORDER BY post_id, number", (ids,)
    ).fetchall()
    return tuple(
        replace(
            post_of(row),
            pictures=tuple(
                PracticePicture(picture_id=each["id"], content_type=each["content_type"], alt_text=each["alt_text"])
                for each in pictures
                if each["post_id"] == row["id"]
            ),
            revisions=tuple(
                PracticeRevision(text=each["text"], written_at=datetime.fromisoformat(each["written_at"]))
                for each in revisions
                if each["post_id"] == row["id"]
            ),
        )
        for row in rows
    )
