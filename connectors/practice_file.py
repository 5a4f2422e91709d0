"""The practice network's one file: how it is made, how an older one is brought up to date, and how it is read and written.

An SQLite file, which any number of processes may share: each step is one transaction, on disk before it answers. Knows the tables'
shape and nothing of what stands in them. All times are aware UTC.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

#: What made each version of the file out of the one before it; the first made it out of nothing. Those that are out never change.
_VERSIONS = (
    """
CREATE TABLE account (
    name TEXT PRIMARY KEY, honours_key INTEGER NOT NULL DEFAULT 0,
    fault TEXT NOT NULL DEFAULT 'none', times_left INTEGER, seconds REAL NOT NULL DEFAULT 0);
CREATE TABLE post (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL REFERENCES account(name), key TEXT NOT NULL, text TEXT NOT NULL,
    language TEXT, published_at TEXT NOT NULL, edited_at TEXT, deleted_at TEXT);
CREATE INDEX post_by_account ON post (account, id);
CREATE INDEX post_by_key ON post (account, key);
CREATE TABLE revision (
    post_id INTEGER NOT NULL REFERENCES post(id), number INTEGER NOT NULL, text TEXT NOT NULL, written_at TEXT NOT NULL,
    PRIMARY KEY (post_id, number));
CREATE TABLE picture (
    id INTEGER PRIMARY KEY AUTOINCREMENT, post_id INTEGER NOT NULL REFERENCES post(id), content BLOB NOT NULL,
    content_type TEXT NOT NULL, alt_text TEXT NOT NULL);
CREATE INDEX picture_by_post ON picture (post_id);
CREATE TABLE call (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, deed TEXT NOT NULL, key TEXT NOT NULL, called_at TEXT NOT NULL,
    outcome TEXT NOT NULL);
CREATE INDEX call_by_account ON call (account, id);
""",
    """
CREATE TABLE comment (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL REFERENCES account(name), post_id INTEGER NOT NULL REFERENCES post(id),
    parent_id INTEGER REFERENCES comment(id), author_id TEXT, author_name TEXT, own INTEGER NOT NULL DEFAULT 0,
    key TEXT NOT NULL DEFAULT '', text TEXT NOT NULL, written_at TEXT NOT NULL, edited_at TEXT, deleted_at TEXT, hidden_at TEXT);
CREATE INDEX comment_by_post ON comment (post_id, id);
CREATE INDEX comment_by_time ON comment (account, written_at);
CREATE INDEX comment_by_key ON comment (account, key) WHERE key <> '';
CREATE TABLE comment_version (
    comment_id INTEGER NOT NULL REFERENCES comment(id), number INTEGER NOT NULL, text TEXT NOT NULL, written_at TEXT NOT NULL,
    PRIMARY KEY (comment_id, number));
CREATE TABLE letter (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL UNIQUE, sender TEXT NOT NULL, recipient TEXT NOT NULL,
    subject TEXT NOT NULL, text TEXT NOT NULL, kept_at TEXT NOT NULL);
CREATE INDEX letter_by_recipient ON letter (recipient, id);
""",
)


class PracticeFile:
    """The file, which is made the first time it is needed. Safe to share between threads and processes."""

    def __init__(self, file: str | Path) -> None:
        self._file = str(file)
        self._ready = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One moment of the file, which stays as it is until the end."""
        self._make_ready()
        with self._connection() as db:
            db.execute("BEGIN")
            yield db
            db.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on disk at the end, or undone by whatever is raised in it."""
        self._make_ready()
        with self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._file, timeout=15, isolation_level=None)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            yield db
        finally:
            db.close()

    def _make_ready(self) -> None:
        if self._ready:
            return
        with self._connection() as db:
            _to_wal(db)
            db.execute("BEGIN IMMEDIATE")
            version: int = db.execute("PRAGMA user_version").fetchone()[0]
            for step in _VERSIONS[version:]:
                for statement in step.split(";\n"):
                    db.execute(statement)
            if version < len(_VERSIONS):
                db.execute(f"PRAGMA user_version = {len(_VERSIONS)}")
            db.execute("COMMIT")
        self._ready = True


def _to_wal(db: sqlite3.Connection) -> None:
    """Switch the file over. SQLite does not wait its busy time for this switch when another process makes it too, so we do."""
    for _ in range(100):
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            Event().wait(0.05)
    raise sqlite3.OperationalError("the practice network's file is locked")


def stamp(at: datetime) -> str:
    """An instant as the file keeps it: in this form, texts stand in the order of time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def instant(stored: str | None) -> datetime | None:
    """An instant as it was kept."""
    return datetime.fromisoformat(stored) if stored else None


def row_id(remote_id: str) -> int:
    """The row that an id means; -1, which no row has, for what is no id at all."""
    return int(remote_id) if remote_id.isascii() and remote_id.isdigit() and len(remote_id) < 19 else -1


def open_account(db: sqlite3.Connection, name: str) -> None:
    """The account is there from now on."""
    db.execute("INSERT INTO account (name) VALUES (?) ON CONFLICT DO NOTHING", (name,))
