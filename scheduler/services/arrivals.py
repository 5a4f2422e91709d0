"""What a platform brought, made fit to keep: without signs that no database takes, within the columns' widths, each thing once.

Changes no words that anybody could read. Knows no rows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from connectors.contract import Collected, IncomingComment, IncomingThread

LONGEST_ID, LONGEST_NAME, LONGEST_ADDRESS = 500, 200, 2_000
_LONGEST_LANGUAGE = 20
#: Signs that turn the reading direction of what follows them. In a name they would turn our own sentences round.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def comments_of(collected: Collected) -> list[IncomingComment]:
    """Each comment once, as it was edited last; of two that are alike in that, as it was told last."""
    newest: dict[str, IncomingComment] = {}
    for each in map(_comment, collected.comments):
        other = newest.get(each.remote_id)
        if _fits(each.remote_id) and (other is None or _said_at(each) >= _said_at(other)):
            newest[each.remote_id] = each
    return list(newest.values())


def threads_of(collected: Collected) -> dict[str, IncomingThread]:
    """The threads, by remote id."""
    return {each.remote_id: each for each in map(_thread, collected.threads) if _fits(each.remote_id)}


def clean(text: str) -> str:
    """The text without what no database keeps: NUL, and halves of signs that stand alone."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


def _comment(comment: IncomingComment) -> IncomingComment:
    return replace(
        comment,
        remote_id=clean(comment.remote_id),
        thread_id=clean(comment.thread_id),
        parent_id=_short(comment.parent_id, LONGEST_ID),
        author_id=_short(comment.author_id, LONGEST_ID),
        author_name=_name(comment.author_name),
        text=clean(comment.text),
        url=_whole(comment.url),
        language=_short(comment.language, _LONGEST_LANGUAGE),
    )


def _thread(thread: IncomingThread) -> IncomingThread:
    return replace(
        thread,
        remote_id=clean(thread.remote_id),
        text=clean(thread.text),
        url=_whole(thread.url),
        author_name=_name(thread.author_name),
        language=_short(thread.language, _LONGEST_LANGUAGE),
    )


def _short(text: str | None, limit: int) -> str | None:
    return clean(text)[:limit] or None if text else None


def clean_name(name: str) -> str:
    """A name on one line, without signs that turn the reading direction of the sentence it is put into."""
    return " ".join(clean(name).translate(_TURNING).split())


def _name(name: str | None) -> str | None:
    return clean_name(name)[:LONGEST_NAME] or None if name else None


def _whole(address: str | None) -> str | None:
    """An address that fits its column; a cut one would lead elsewhere."""
    tidy = clean(address) if address else ""
    return tidy if tidy and len(tidy) <= LONGEST_ADDRESS else None


def _fits(remote_id: str) -> bool:
    return 0 < len(remote_id) <= LONGEST_ID


def _said_at(comment: IncomingComment) -> tuple[bool, datetime]:
    return comment.edited_at is not None, comment.edited_at or comment.written_at
