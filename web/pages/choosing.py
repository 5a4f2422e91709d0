"""What a list is narrowed to: words, a channel, a unit, the same in the queue and in the calendar; and what the calendar alone is narrowed to.

Knows only what the address says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scheduler.domain.publication import State
from scheduler.queries import queue
from scheduler.queries.calendar_moments import Narrowing, Tongue
from web import session

_LARGEST_ID = 2**31 - 1
#: What the address says of what was posted on the platform itself, where a state stands else.
NATIVE = "native"
#: The states that have a moment in the calendar.
IN_CALENDAR = (
    State.DRAFT, State.IN_REVIEW, State.APPROVED, State.SCHEDULED, State.GOING_OUT, State.PUBLISHED, State.FAILED, State.WITHDRAWN,
)  # fmt: skip


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


@dataclass(frozen=True, kw_only=True)
class InCalendar:
    """What the calendar is narrowed to. A language or a state that there is not is no choice."""

    channel_id: int | None = None
    unit_id: int | None = None
    campaign_id: int | None = None
    language: Tongue | None = None
    state: State | None = None
    native: bool = False

    @classmethod
    def of(cls, values: Mapping[str, str]) -> InCalendar:
        """The choice that an address carries."""
        language, state = values.get("language"), values.get("state")
        return cls(
            channel_id=number(values.get("channel")),
            unit_id=number(values.get("unit")),
            campaign_id=number(values.get("campaign")),
            language=Tongue(language) if language in set(Tongue) else None,
            state=State(state) if state in set(IN_CALENDAR) else None,
            native=state == NATIVE,
        )

    def as_query(self) -> dict[str, Any]:
        """The same choice for an address."""
        told = {
            "channel": self.channel_id,
            "unit": self.unit_id,
            "campaign": self.campaign_id,
            "language": self.language.value if self.language else None,
            "state": NATIVE if self.native else self.state.value if self.state else None,
        }
        return {name: value for name, value in told.items() if value is not None}

    def __len__(self) -> int:
        """How many choices were made."""
        return len(self.as_query())

    def narrowing(self) -> Narrowing:
        """The same choice for the question."""
        return Narrowing(
            channel_id=self.channel_id,
            unit_id=self.unit_id,
            campaign_id=self.campaign_id,
            language=self.language,
            state=self.state,
            native=self.native,
        )


def number(text: str | None) -> int | None:
    """The id that a text is; None where it is none, or none that a row could have."""
    known = text is not None and text.isdecimal() and text.isascii() and len(text) < 11
    return int(text) if known and text and int(text) <= _LARGEST_ID else None
