"""What a list is narrowed to: words, a channel, a unit; the same in the queue and in the calendar. Knows only what the address says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scheduler.queries import queue
from web import session

_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The choice. What is not a number is no choice; a channel or a unit that does not exist leaves the list empty."""

    search: str = ""
    channel_id: int | None = None
    unit_id: int | None = None

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Chosen:
        """The choice that an address or a form carries."""
        return cls(
            search=" ".join(values.get("search", "")[:200].split()),
            channel_id=number(values.get("channel")),
            unit_id=number(values.get("unit")),
        )

    def as_query(self) -> dict[str, Any]:
        """The same choice for an address."""
        told = {"search": self.search or None, "channel": self.channel_id, "unit": self.unit_id}
        return {name: value for name, value in told.items() if value is not None}

    def __bool__(self) -> bool:
        return bool(self.as_query())

    def channels(self) -> tuple[queue.Choice, ...]:
        """The channels that can be chosen."""
        return queue.channel_choices(session.reading(), session.actor())


def number(text: str | None) -> int | None:
    """The id that a text is; None where it is none, or none that a row could have."""
    known = text is not None and text.isdecimal() and text.isascii() and len(text) < 11
    return int(text) if known and text and int(text) <= _LARGEST_ID else None
