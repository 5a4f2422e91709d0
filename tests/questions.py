"""How many questions the database is asked: counted from what is sent to it. Knows nothing of what they say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.engine import Engine


@contextmanager
def questions() -> Iterator[list[str]]:
    """The SELECTs that are sent meanwhile, by anybody in this process."""
    sent: list[str] = []

    def note(*told: object) -> None:
        if str(told[2]).startswith("SELECT"):
            sent.append(str(told[2]))

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)
