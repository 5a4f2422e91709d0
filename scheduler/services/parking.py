"""What the planner leaves alone, and why: an approved publication that waits for a person, not for a free time.

Knows the codes. Decides nothing of when a post is parked.
"""

from __future__ import annotations

from enum import StrEnum

from scheduler.domain.rules import Refusal


class Parked(StrEnum):
    """Why an approved publication is left alone by the planner until a person places it."""

    TAKEN_OFF = "taken_off"
    HELD_PAST_SLOT = "held_past_slot"
    SOURCE_WITHDRAWN = "source_withdrawn"
    NOT_POSTED = "not_posted"


#: What nobody has answered for as it stands would lose any place again when its moment comes.
PARKED = frozenset({*(parked.value for parked in Parked), Refusal.NOT_APPROVED.value})
