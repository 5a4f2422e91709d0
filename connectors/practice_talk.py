"""What people say under the posts of the practice network, and how it is remembered: comments, their versions, answers, hiding.

Knows the network's file and the shapes. Knows nothing of the contract; who may say what is decided elsewhere. A thread may be as
deep and a comment as long as anybody likes. All times are aware UTC and come in as arguments.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from connectors.practice_file import PracticeFile, instant, open_account, row_id, stamp
from connectors.practice_shapes import (
    NoSuchComment,
    NoSuchPost,
    PracticeBranch,
    PracticeComment,
    PracticePost,
    PracticeRevision,
    PracticeTold,
)

#: Sets the ids of comments apart from those of posts.
_PREFIX = "c"


class PracticeTalk:
    """The comments of every account on the network. `remote_id` is a comment's, `post_id` a post's."""

    def __init__(self, file: PracticeFile) -> None:
        self._file = file

    # --- for those who talk, citizens and the account itself ---

    def write(
        self,
        account: str,
        post_id: str,
        *,
        text: str,
        at: datetime,
        author_id: str | None = None,
        author_name: str | None = None,
        parent_id: str | None = None,
        own: bool = False,
    ) -> PracticeComment:
        """A comment stands there, written on the network itself at `at`, which may lie back. `own`: by the account, whose name it gets.

        Raises NoSuchPost, or NoSuchComment where the parent has been taken away or stands under another post.
        """
        with self._file.writing() as db:
            post = _standing_post(db, account, post_id)
            parent: int | None = None
            if parent_id is not None:
                found = _standing(db, account, parent_id)
                if found["post_id"] != post:
                    raise NoSuchComment(parent_id)
                parent = found["id"]
            who = (account, account) if own else (author_id, author_name)
            return _put(db, account, post, parent, who=who, own=own, key="", text=text, at=at)

    def answer(self, account: str, remote_id: str, *, key: str, text: str, at: datetime) -> PracticeComment:
        """The account's answer under a comment. Where keys are honoured, the same key gives the answer that stood there before.

        Raises NoSuchComment, also where the post has been taken away.
        """
        with self._file.writing() as db:
            open_account(db, account)
            earlier = db.execute(
                "SELECT comment.* FROM comment JOIN account ON account.name = comment.account AND honours_key = 1"
                " WHERE account = ? AND key = ? ORDER BY id LIMIT 1",
                (account, key),
            ).fetchall()
            if earlier:
                return _comments(db, earlier)[0]
            to = _standing(db, account, remote_id)
            who = (account, account)
            return _put(db, account, to["post_id"], to["id"], who=who, own=True, key=key, text=text, at=at)

    def find(self, account: str, post_id: str, *, key: str, since: datetime) -> PracticeComment | None:
        """The account's oldest standing answer with this key under a post, not older than `since`."""
        with self._file.reading() as db:
            found = db.execute(
                "SELECT * FROM comment WHERE account = ? AND key = ? AND key <> '' AND post_id = ? AND own = 1"
                " AND written_at >= ? AND deleted_at IS NULL ORDER BY id LIMIT 1",
                (account, key, row_id(post_id), stamp(since)),
            ).fetchall()
            return _comments(db, found)[0] if found else None

    def rewrite(self, account: str, remote_id: str, *, text: str, at: datetime) -> PracticeComment:
        """Other words in the same comment; the network keeps the earlier ones. Raises NoSuchComment."""
        with self._file.writing() as db:
            comment = _standing(db, account, remote_id)["id"]
            db.execute("UPDATE comment SET text = ?, edited_at = ? WHERE id = ?", (text, stamp(at), comment))
            db.execute(
                "INSERT INTO comment_version SELECT ?, max(number) + 1, ?, ? FROM comment_version WHERE comment_id = ?",
                (comment, text, stamp(at), comment),
            )
            return _comments(db, [_row(db, comment)])[0]

    def take_away(self, account: str, remote_id: str, *, at: datetime) -> None:
        """The comment no longer stands there, though what was answered under it does. Raises NoSuchComment."""
        with self._file.writing() as db:
            comment = _standing(db, account, remote_id)["id"]
            db.execute("UPDATE comment SET deleted_at = ? WHERE id = ?", (stamp(at), comment))

    def set_hidden(self, account: str, remote_id: str, *, at: datetime | None) -> None:
        """Hide a comment from `at` on, or (None) show it again; what is hidden already stays so since then. Raises NoSuchComment."""
        with self._file.writing() as db:
            comment = _standing(db, account, remote_id)["id"]
            db.execute(
                "UPDATE comment SET hidden_at = CASE WHEN ? IS NULL THEN NULL ELSE coalesce(hidden_at, ?) END WHERE id = ?",
                (at and stamp(at), at and stamp(at), comment),
            )

    # --- for those who look ---

    def comment(self, remote_id: str) -> PracticeComment | None:
        """One comment, deleted or not."""
        return next(iter(self.comments([remote_id])), None)

    def comments(self, remote_ids: Sequence[str]) -> tuple[PracticeComment, ...]:
        """These comments with their versions, in the order in which they came in."""
        ids = json.dumps([_comment_row(each) for each in remote_ids])
        with self._file.reading() as db:
            return _comments(
                db,
                db.execute(
                    "SELECT * FROM comment WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", (ids,)
                ).fetchall(),
            )

    def outline(self, post_id: str) -> tuple[PracticeBranch, ...]:
        """Every comment there ever was under a post, without its words, each after the one it answers."""
        with self._file.reading() as db:
            found = db.execute(
                "SELECT id, parent_id, written_at, deleted_at FROM comment WHERE post_id = ? ORDER BY id",
                (row_id(post_id),),
            ).fetchall()
        return tuple(
            PracticeBranch(
                remote_id=_comment_id(row["id"]),
                parent_id=_comment_id(row["parent_id"]) if row["parent_id"] is not None else None,
                written_at=datetime.fromisoformat(row["written_at"]),
                stands=row["deleted_at"] is None,
            )
            for row in found
        )

    def counts(self, post_ids: Sequence[str]) -> dict[str, int]:
        """How many comments stand under each of these posts; none is left out."""
        with self._file.reading() as db:
            found = db.execute(
                "SELECT post_id, count(*) AS number FROM comment"
                " WHERE deleted_at IS NULL AND post_id IN (SELECT value FROM json_each(?)) GROUP BY post_id",
                (json.dumps([row_id(each) for each in post_ids]),),
            ).fetchall()
        return dict.fromkeys(post_ids, 0) | {str(row["post_id"]): row["number"] for row in found}

    def told(self, account: str, *, since: datetime | None, threads: Sequence[str]) -> PracticeTold:
        """What the account is told when it asks, all of one moment.

        Listed by when they were written: its standing posts, and the comments right under them (not those under comments), from
        `since` on. And of `threads`, those that stand, with every comment that stands in them.
        """
        after = stamp(since) if since else ""
        asked = json.dumps([row_id(each) for each in threads])
        with self._file.reading() as db:
            comments = db.execute(
                "SELECT comment.* FROM comment JOIN post ON post.id = comment.post_id"
                " WHERE comment.account = ? AND comment.deleted_at IS NULL AND post.deleted_at IS NULL"
                " AND (comment.parent_id IS NULL AND comment.written_at >= ?"
                "      OR comment.post_id IN (SELECT value FROM json_each(?)))"
                " ORDER BY comment.id",
                (account, after, asked),
            ).fetchall()
            spoken_in = json.dumps(sorted({row["post_id"] for row in comments}))
            posts = db.execute(
                "SELECT * FROM post WHERE account = ? AND deleted_at IS NULL AND (published_at >= ?"
                " OR id IN (SELECT value FROM json_each(?)) OR id IN (SELECT value FROM json_each(?))) ORDER BY id",
                (account, after, asked, spoken_in),
            ).fetchall()
        return PracticeTold(
            posts=tuple(post_of(row) for row in posts), comments=tuple(_comment_of(row) for row in comments)
        )


def post_of(row: sqlite3.Row) -> PracticePost:
    """A post as its row tells it, without pictures and earlier words."""
    return PracticePost(
        remote_id=str(row["id"]),
        account=row["account"],
        key=row["key"],
        text=row["text"],
        language=row["language"],
        published_at=datetime.fromisoformat(row["published_at"]),
        edited_at=instant(row["edited_at"]),
        deleted_at=instant(row["deleted_at"]),
    )


def _put(
    db: sqlite3.Connection,
    account: str,
    post: int,
    parent: int | None,
    *,
    who: tuple[str | None, str | None],
    own: bool,
    key: str,
    text: str,
    at: datetime,
) -> PracticeComment:
    written = db.execute(
        "INSERT INTO comment (account, post_id, parent_id, author_id, author_name, own, key, text, written_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (account, post, parent, *who, int(own), key, text, stamp(at)),
    ).lastrowid
    db.execute("INSERT INTO comment_version VALUES (?, 1, ?, ?)", (written, text, stamp(at)))
    return _comments(db, [_row(db, int(written or 0))])[0]


def _row(db: sqlite3.Connection, comment: int) -> sqlite3.Row:
    row: sqlite3.Row = db.execute("SELECT * FROM comment WHERE id = ?", (comment,)).fetchone()
    return row


def _standing(db: sqlite3.Connection, account: str, remote_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        "SELECT comment.* FROM comment JOIN post ON post.id = comment.post_id"
        " WHERE comment.id = ? AND comment.account = ? AND comment.deleted_at IS NULL AND post.deleted_at IS NULL",
        (_comment_row(remote_id), account),
    ).fetchone()
    if row is None:
        raise NoSuchComment(remote_id)
    return row


def _standing_post(db: sqlite3.Connection, account: str, post_id: str) -> int:
    post = row_id(post_id)
    if not db.execute(
        "SELECT 1 FROM post WHERE id = ? AND account = ? AND deleted_at IS NULL", (post, account)
    ).fetchone():
        raise NoSuchPost(post_id)
    return post


def _comment_id(row: int) -> str:
    return f"{_PREFIX}{row}"


def _comment_row(remote_id: str) -> int:
    return row_id(remote_id.removeprefix(_PREFIX)) if remote_id.startswith(_PREFIX) else -1


def _comments(db: sqlite3.Connection, found: Sequence[sqlite3.Row]) -> tuple[PracticeComment, ...]:
    edited = json.dumps([row["id"] for row in found if row["edited_at"]])
    versions: dict[int, list[PracticeRevision]] = {}
    for row in db.execute(
        "SELECT * FROM comment_version WHERE comment_id IN (SELECT value FROM json_each(?)) ORDER BY comment_id, number",
        (edited,),
    ):
        version = PracticeRevision(text=row["text"], written_at=datetime.fromisoformat(row["written_at"]))
        versions.setdefault(row["comment_id"], []).append(version)
    return tuple(_comment_of(row, versions.get(row["id"], ())) for row in found)


def _comment_of(row: sqlite3.Row, versions: Sequence[PracticeRevision] = ()) -> PracticeComment:
    return PracticeComment(
        remote_id=_comment_id(row["id"]),
        post_id=str(row["post_id"]),
        parent_id=_comment_id(row["parent_id"]) if row["parent_id"] is not None else None,
        account=row["account"],
        author_id=row["author_id"],
        author_name=row["author_name"],
        own=bool(row["own"]),
        key=row["key"],
        text=row["text"],
        written_at=datetime.fromisoformat(row["written_at"]),
        edited_at=instant(row["edited_at"]),
        deleted_at=instant(row["deleted_at"]),
        hidden_at=instant(row["hidden_at"]),
        versions=tuple(versions),
    )
