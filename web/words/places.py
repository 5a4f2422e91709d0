"""Words about times and rules: why a post stands where it stands, why it may not stand there, and what one can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from scheduler.domain.posting_rules import Alternation
from scheduler.domain.reasons import Because, WayOut, WentFirst
from scheduler.domain.rules import Refusal
from scheduler.services.planning import Parked
from web.texts import later as _l

WORDS: Mapping[type[Enum], Mapping[Enum, str]] = {
    Refusal: {
        Refusal.NOT_APPROVED: _l("The post is not approved yet."),
        Refusal.CHANNEL_PAUSED: _l("The channel is paused."),
        Refusal.IN_THE_PAST: _l("This moment has passed."),
        Refusal.NOT_DUE: _l("It is not time for this post yet."),
        Refusal.LATE: _l("The post's time has passed, and it was not sent."),
        Refusal.BEFORE_EARLIEST: _l("The post must not go out so early."),
        Refusal.AFTER_LATEST: _l("The post must not go out so late."),
        Refusal.HOLIDAY: _l("It is a public holiday, and posts are not placed there by themselves."),
        Refusal.OWN_DAY: _l("Your municipality has taken this day out."),
        Refusal.OUTSIDE_WINDOW: _l("The time is outside the hours when this channel posts."),
        Refusal.DAY_FULL: _l("The channel has as many posts that day as your rules allow."),
        Refusal.TOO_CLOSE: _l("The time is too close to another post in this channel."),
        Refusal.CAMPAIGN: _l("The time is too close in days to another post of the same campaign."),
        Refusal.TURN: _l("It is the other written standard's turn: nynorsk and bokmål take turns here."),
        Refusal.HELD: _l("Another post has this time."),
        Refusal.KEPT_FREE: _l("The time was kept free."),
        Refusal.BEYOND_HORIZON: _l("There was no free time in the weeks that are planned for."),
    },
    Because: {
        Because.FIRST_LAWFUL: _l("This is the earliest time that keeps your rules."),
        Because.CHOSEN: _l("Somebody chose this time."),
        Because.TURN_BROKEN: _l(
            "The post had waited %(days)s days for its turn, so it goes out of turn, in %(language)s."
        ),
        Because.LANGUAGE_CHOSEN: _l("%(language)s was chosen, since it is that written standard's turn."),
        Because.NEAREST: _l("This is the nearest free time."),
        Because.EXCUSED: _l("A rule is set aside here (%(reason)s). The rule says: %(rule)s"),
        Because.TURN_HURRIED: _l(
            "The post would miss its latest moment if it waited for its turn, so it goes out of turn, in %(language)s."
        ),
        Because.STANDS: _l("The post keeps the time it already had."),
        Because.FITS_BEST: _l("With this time, all the posts together fit best."),
        Because.MOVED_FOR_LATEST: _l("The post was moved from %(from)s, so that fewer posts miss their latest moment."),
        Because.MOVED_FOR_TURN: _l("The post was moved from %(from)s, so that nynorsk and bokmål take turns."),
        Because.MOVED_BY_RULE: _l(
            "The post was moved from %(from)s, since that time no longer keeps your rules. %(rule)s"
        ),
    },
    WentFirst: {
        WentFirst.ANNOUNCED: _l("That post was already announced for it."),
        WentFirst.CHOSEN: _l("Somebody chose it for that post."),
        WentFirst.NATIVE: _l("That post was made directly on the platform."),
        WentFirst.THEIR_TURN: _l("It was that written standard's turn."),
        WentFirst.SOONER: _l("That post must be out sooner."),
        WentFirst.MATTERS_MORE: _l("That post has a higher priority."),
        WentFirst.OLDER: _l("That post is older."),
        WentFirst.FITS: _l("The posts fit together better that way."),
        WentFirst.TURN_LATER: _l("So nynorsk and bokmål can take turns afterwards."),
    },
    WayOut: {
        WayOut.APPROVE: _l("Have the post approved"),
        WayOut.RESUME_CHANNEL: _l("Start the channel again"),
        WayOut.CHOOSE_TIME: _l("Choose another time"),
        WayOut.CHANGE_EARLIEST: _l("Change the earliest time"),
        WayOut.CHANGE_LATEST: _l("Change the latest time"),
        WayOut.GIVE_REASON: _l("Go ahead, and give a reason"),
        WayOut.WRITE_OTHER_LANGUAGE: _l("Write the text in the other written standard too"),
        WayOut.CHANGE_RULES: _l("Change the rules for posting"),
        WayOut.CANCEL: _l("Drop the post"),
        WayOut.WAIT: _l("Wait"),
    },
    Alternation: {
        Alternation.PREFER: _l("Take turns where possible"),
        Alternation.ASK: _l("Ask for a reason to break the turn"),
        Alternation.STRICT: _l("Always take turns"),
        Alternation.OFF: _l("Do not take turns"),
    },
    Parked: {
        Parked.TAKEN_OFF: _l("Somebody took the post off its time. Choose a new one when it is ready."),
        Parked.HELD_PAST_SLOT: _l(
            "The post's time passed while everything was held back. Choose a new time, or drop it."
        ),
        Parked.SOURCE_WITHDRAWN: _l(
            "The news item behind the post is gone from the website. Drop the post, or choose a time after all."
        ),
        Parked.NOT_POSTED: _l("Somebody said that the post was not posted. Choose a new time, or drop it."),
    },
}
