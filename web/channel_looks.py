"""How a channel's health looks: its colour and icon, and the words for why it stands still. The text always stands beside them.

Knows the codes. Knows no page.
"""

from __future__ import annotations

from scheduler.queries.channels import Health
from scheduler.services.connecting import Paused
from web import wording

#: health → (colour, icon).
LOOKS: dict[Health, tuple[str, str]] = {
    Health.CLOSED: ("neutral", "lock"),
    Health.PAUSED: ("danger", "pause"),
    Health.EXPIRED: ("danger", "key-round"),
    Health.HELD: ("warning", "hand"),
    Health.EXPIRES_SOON: ("warning", "clock"),
    Health.NEVER_CHECKED: ("neutral", "circle-help"),
    Health.WELL: ("success", "circle-check"),
}


def look(health: Health) -> tuple[str, str]:
    """The colour and the icon of its tag."""
    return LOOKS[health]


def pause_reason(code: str | None) -> str:
    """Why a channel stands still: a person, or what the platform answered."""
    if code in set(Paused):
        return wording.words(Paused(code))
    return wording.outside(code)
