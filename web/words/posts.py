"""Words about posts: why one cannot be answered for, corrected or sent, and what happened to the news behind it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from scheduler.services.minting import MintRefusal
from scheduler.services.review import ReviewRefusal
from web.texts import later as _l

WORDS: Mapping[type[Enum], Mapping[Enum, str]] = {
    ReviewRefusal: {
        ReviewRefusal.NOTHING_TO_SCHEDULE: _l("There is nothing here to schedule. Choose at least one channel."),
        ReviewRefusal.SOURCE_WITHDRAWN: _l(
            "The news item behind the post is gone from the website. Decide what to do about that first."
        ),
        ReviewRefusal.COMMENT_MISSING: _l("Write what should be changed, so that the author knows."),
    },
    MintRefusal: {
        MintRefusal.CANNOT_CORRECT: _l("This platform does not let us correct what is out. Correct it there by hand."),
        MintRefusal.CANNOT_DELETE: _l("This platform does not let us delete what is out. Delete it there by hand."),
        MintRefusal.NOT_OUT: _l("The post is not out, so there is nothing to correct or delete there."),
        MintRefusal.ALREADY_UNDER_WAY: _l("A correction or deletion of this post is under way. Wait until it is done."),
    },
}
