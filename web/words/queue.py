"""Words of the queue and the calendar: their lists, what a post waits for, and why a post has no time to move."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from scheduler.queries.tabs import Need, Tab
from scheduler.services.planning import PlacingRefusal
from web.texts import later as _l

WORDS: Mapping[type[Enum], Mapping[Enum, str]] = {
    Tab: {
        Tab.NEEDS_YOU: _l("Needs you"),
        Tab.SCHEDULED: _l("Scheduled"),
        Tab.DRAFTS: _l("Drafts"),
        Tab.PUBLISHED: _l("Published"),
        Tab.ALL: _l("All"),
    },
    Need: {
        Need.FAILED: _l("Did not go out"),
        Need.SOURCE_WITHDRAWN: _l("News item is gone"),
        Need.CONFIRM: _l("Did it come out?"),
        Need.COPY: _l("Ready to copy"),
        Need.NO_SLOT: _l("Has no time"),
        Need.CHANGE_FAILED: _l("Change did not go out"),
        Need.APPROVE: _l("For you to approve"),
        Need.SENT_BACK: _l("Sent back to you"),
        Need.SOURCE_CHANGED: _l("News item has changed"),
    },
    PlacingRefusal: {
        PlacingRefusal.NOT_TO_BE_PLACED: _l(
            "This post has no time that can be changed now. Load the page again to see where it stands."
        ),
        PlacingRefusal.SOURCE_WITHDRAWN: _l(
            "The news item behind the post is gone from the website. Decide what to do about that first."
        ),
    },
}
