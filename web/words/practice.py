"""Words about the practice network: how it can misbehave, and why it could not be shown or told anything."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from scheduler.services.playing import PlayRefusal, Voice
from scheduler.services.practising import Fault, PracticeRefusal
from web.texts import later as _l

WORDS: Mapping[type[Enum], Mapping[Enum, str]] = {
    PracticeRefusal: {
        PracticeRefusal.FILE_UNUSABLE: _l("The practice network's file cannot be used. Tell those who run the service."),
        PracticeRefusal.TIMES_OUT_OF_RANGE: _l("Choose from 1 to %(most)s times, or leave it open."),
    },
    PlayRefusal: {
        PlayRefusal.TEXT_EMPTY: _l("Write something first."),
        PlayRefusal.TEXT_TOO_LONG: _l("This is too long: at most %(most)s characters."),
        PlayRefusal.SPEAKER_UNKNOWN: _l("Choose who writes."),
        PlayRefusal.NAME_EMPTY: _l("Write the name of the one who writes."),
        PlayRefusal.NAME_TOO_LONG: _l("The name is too long: at most %(longest_name)s characters."),
        PlayRefusal.TOO_FAR_BACK: _l("Choose a time from now to %(days)s days ago."),
        PlayRefusal.POST_GONE: _l("The post is not there any more, so nothing can be said under it."),
        PlayRefusal.COMMENT_GONE: _l("The comment is not there any more. Nothing was changed."),
    },
    Voice: {
        Voice.OWN_NAME: _l("Somebody else, with a name you choose"),
        Voice.NAMELESS: _l("Somebody whose name is not shown"),
        Voice.MUNICIPALITY: _l("%(name)s, on the network itself"),
    },
}  # fmt: skip

#: How the network meets the next calls. Fault belongs to the connectors, so it is kept apart from the scheduler's codes.
FAULTS: Mapping[Fault, str] = {
    Fault.NONE: _l("It works as it should"),
    Fault.TIME_OUT_AFTER_ACCEPTING: _l("Accepts the post, but never answers"),
    Fault.TIME_OUT_BEFORE_ACCEPTING: _l("Neither accepts the post nor answers"),
    Fault.REFUSE: _l("Refuses the post"),
    Fault.SLOW_AFTER_ACCEPTING: _l("Shows the post at once, and answers late"),
    Fault.SLOW_BEFORE_ACCEPTING: _l("Takes its time before it shows the post"),
    Fault.RATE_LIMIT: _l("Asks us to wait before we send more"),
    Fault.DOWN: _l("Is out of order"),
    Fault.TOKEN_DEAD: _l("No longer accepts our access"),
}
