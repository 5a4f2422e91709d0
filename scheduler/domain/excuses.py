"""The ready-made reasons with which a person sets a posting rule aside for one post.

Knows the reasons by code. They are kept with the placement and counted in the language ledger; their words live in the web.
Source: design, "Rules the domain must know": a person may, with one press on a ready-made reason.
"""

from __future__ import annotations

from enum import StrEnum


class Excuse(StrEnum):
    """Why a person sets a rule aside."""

    CANNOT_WAIT = "cannot_wait"
    HAPPENS_NOW = "happens_now"
    AGREED_WITH_OTHERS = "agreed_with_others"
    CORRECTS_EARLIER = "corrects_earlier"
    NO_TEXT_IN_OTHER = "no_text_in_other"
    MANY_THAT_DAY = "many_that_day"
