"""The ready-made reasons with which a person sets a posting rule aside for one post.

Knows the reasons by code. They are kept with the placement and counted in the language ledger; their words live in the web.
Source: design, "Rules the domain must know": a person may, with one press on a ready-made reason.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from scheduler.domain.rules import Refusal


class Excuse(StrEnum):
    """Why a person sets a rule aside."""

    CANNOT_WAIT = "cannot_wait"
    HAPPENS_NOW = "happens_now"
    AGREED_WITH_OTHERS = "agreed_with_others"
    CORRECTS_EARLIER = "corrects_earlier"
    NO_TEXT_IN_OTHER = "no_text_in_other"
    MANY_THAT_DAY = "many_that_day"
    #: Given by nobody: a person chose the time before the rules became others, and it stays.
    STOOD_BEFORE = "stood_before"


#: What a reason is about; those that are not named fit any rule.
_ABOUT = {
    Excuse.NO_TEXT_IN_OTHER: frozenset({Refusal.TURN}),
    Excuse.MANY_THAT_DAY: frozenset({Refusal.DAY_FULL, Refusal.TOO_CLOSE, Refusal.CAMPAIGN}),
}


def fitting(broken: Collection[Refusal]) -> tuple[Excuse, ...]:
    """The reasons that a person may give for breaking these rules, in the order they are offered; none where nothing is broken."""
    return tuple(
        each
        for each in Excuse
        if broken and each is not Excuse.STOOD_BEFORE and (each not in _ABOUT or _ABOUT[each] & set(broken))
    )
