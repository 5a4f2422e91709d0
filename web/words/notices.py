"""Words about service notices: why one was not sent, and what became of one when it was over."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from scheduler.domain.notices import LONGEST_PLACE, LONGEST_UNTIL, LONGEST_WHAT, Unsent
from scheduler.services.notices import NoticeRefusal
from scheduler.services.notices_over import Ended
from web.texts import later as _l

WORDS: Mapping[type[Enum] | str, Mapping[Enum | str, str]] = {
    # A page touches no tables, so this enum is named rather than imported.
    "scheduler.store.tables.posts.PostKind": {
        "ordinary": _l("Ordinary post"),
        "service_notice": _l("Service notice"),
    },
    NoticeRefusal: {
        NoticeRefusal.WHAT_MISSING: _l("Write what has happened."),
        NoticeRefusal.WHAT_TOO_LONG: _l("This is too long: write at most %(max)d characters.", max=LONGEST_WHAT),
        NoticeRefusal.PLACE_TOO_LONG: _l("This is too long: write at most %(max)d characters.", max=LONGEST_PLACE),
        NoticeRefusal.UNTIL_TOO_LONG: _l("This is too long: write at most %(max)d characters.", max=LONGEST_UNTIL),
        NoticeRefusal.LANGUAGE_UNKNOWN: _l("Choose bokmål or nynorsk."),
        NoticeRefusal.NO_CHANNEL: _l("Choose at least one channel."),
        NoticeRefusal.CHANNELS_PAUSED: _l("Nothing was sent: %(channels)s is paused. Start it again on the channel's page, or choose another channel."),
        NoticeRefusal.HELD: _l("Nothing was sent: %(channel)s is held back by %(person)s, with the reason “%(reason)s”. Let it go on first, on the channel's page, or leave the channel out."),
        NoticeRefusal.ALL_HELD: _l("Nothing was sent: everything is held back by %(person)s, with the reason “%(reason)s”. Let it go on first, from the list of channels."),
        NoticeRefusal.TOO_LONG: _l("Nothing was sent, since the text is too long there: %(too_long)s. Shorten it, or leave the channel out."),
        NoticeRefusal.SAYS_SOMETHING_ELSE: _l("The notice from this page was sent already, and now it says something else. Press Send once more if it shall go out as a new notice."),
        NoticeRefusal.NOT_A_NOTICE: _l("This post is no service notice."),
        NoticeRefusal.IS_OVER: _l("The notice is over, so it is not sent any more."),
        NoticeRefusal.NOT_OVER: _l("Say first that the notice is over."),
    },
    Unsent: {
        Unsent.TOO_LATE: _l("It could not be sent within two hours, and was dropped so that old news would not go out. Send it again if it is still so."),
        Unsent.HELD_BACK: _l("It was held back for more than two hours, and was not sent. Send it again if it is still so."),
        Unsent.NOT_POSTED: _l("Somebody said that it was not posted. Send it again if it is still so."),
        Unsent.OVER: _l("It was over before it had gone out."),
    },
    Ended: {
        Ended.CORRECTED: _l("The correction is on its way."),
        Ended.BY_HAND: _l("Correct it there by hand: the text is ready to copy."),
        Ended.KEPT_BACK: _l("The correction goes out as soon as the channel is no longer held back or paused."),
        Ended.LATER: _l("It may be going out this very moment. It is corrected as soon as it is out."),
        Ended.ASKED: _l("Do not post it there any more. If it is out already, open it and say so: then the correction is made ready."),
        Ended.DROPPED: _l("It had not gone out there, and does not any more."),
        Ended.CANNOT: _l("This platform does not let us correct what is out. Say it there in a new notice."),
    },
}  # fmt: skip
