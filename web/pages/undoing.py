"""The one step back that a page offers after a move: kept in the person's cookie until the next page has shown it.

Knows what to post where. Does nothing itself.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import session as cookie

_KEY = "undo"


@dataclass(frozen=True, kw_only=True)
class Undo:
    """What was done, in words, and the way back: the time the publication had (None: it had none, so it is taken off again), with the
    reason that it had there; or `address`, a place of ours that takes it back.
    """

    text: str
    publication_id: int = 0
    at: str | None = None
    tone: str = "success"
    address: str | None = None
    excuse: str | None = None

    @classmethod
    def to(
        cls, publication_id: int, at: datetime | None, text: str, *, excuse: str | None = None, tone: str = "success"
    ) -> Undo:
        """The way back to `at`."""
        told = at.isoformat() if at else None
        return cls(text=text, publication_id=publication_id, at=told, excuse=excuse, tone=tone)


def offer(undo: Undo) -> None:
    """Let the next page offer it."""
    cookie[_KEY] = asdict(undo)


def take() -> Undo | None:
    """What is to be offered now; it is offered once."""
    kept: dict[str, Any] | None = cookie.pop(_KEY, None)
    return Undo(**kept) if kept else None
