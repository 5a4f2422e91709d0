"""The names of public holidays, what is said where the clock changes, and what a calendar marks and can be narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from scheduler.domain.calendar import Holiday, WallTime
from scheduler.queries.calendar import Mark
from scheduler.queries.calendar_moments import Tongue
from scheduler.services.calendar_feeds import FeedRefusal
from web.texts import later as _l

WORDS: Mapping[type[Enum], Mapping[Enum, str]] = {
    Holiday: {
        Holiday.NEW_YEARS_DAY: _l("New Year's Day"),
        Holiday.MAUNDY_THURSDAY: _l("Maundy Thursday"),
        Holiday.GOOD_FRIDAY: _l("Good Friday"),
        Holiday.EASTER_SUNDAY: _l("Easter Sunday"),
        Holiday.EASTER_MONDAY: _l("Easter Monday"),
        Holiday.LABOUR_DAY: _l("Labour Day"),
        Holiday.CONSTITUTION_DAY: _l("Constitution Day"),
        Holiday.ASCENSION_DAY: _l("Ascension Day"),
        Holiday.WHIT_SUNDAY: _l("Whit Sunday"),
        Holiday.WHIT_MONDAY: _l("Whit Monday"),
        Holiday.CHRISTMAS_DAY: _l("Christmas Day"),
        Holiday.BOXING_DAY: _l("Boxing Day"),
    },
    WallTime: {
        WallTime.PLAIN: _l("An ordinary time"),
        WallTime.MISSING: _l(
            "The clock is put forward that night, and this time does not exist. It was moved one hour later."
        ),
        WallTime.REPEATED: _l("The clock is put back that night, and this time comes twice. The first was chosen."),
    },
    FeedRefusal: {
        FeedRefusal.TOO_MANY: _l("You have %(limit)s addresses already. Revoke one that you no longer use first."),
    },
    Mark: {
        Mark.BEYOND_CAP: _l("Beyond the day's limit"),
        Mark.NOTICE: _l("Service notice"),
    },
    Tongue: {
        Tongue.NN: _l("Nynorsk"),
        Tongue.NB: _l("Bokmål"),
        Tongue.BOTH: _l("Both, or not settled yet"),
        Tongue.OTHER: _l("Another language"),
    },
}
