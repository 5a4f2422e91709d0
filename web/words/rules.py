"""Words about setting posting rules: what is wrong with them, what each choice means, and what invented posts of an example say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from scheduler.domain.posting_rules import Alternation, RulesFault
from scheduler.services.campaigns import CampaignRefusal
from scheduler.services.rules import OwnDaysRefusal, RulesRefusal
from web.texts import later as _l

WORDS: Mapping[type[Enum], Mapping[Enum, str]] = {
    RulesFault: {
        RulesFault.CLOSES_BEFORE_OPENING: _l("The hours end before they begin. Let them end later."),
        RulesFault.NOT_SEVEN_DAYS: _l("Say for each of the seven days of the week when the channel posts."),
        RulesFault.WINDOWS_OVERLAP: _l("Two periods on the same day overlap. Join them, or move one."),
        RulesFault.NEVER_OPEN: _l("With these rules nothing can ever be posted. Open at least one day of the week."),
        RulesFault.CAP_OUT_OF_RANGE: _l("Choose between 1 and 24 posts a day."),
        RulesFault.GAP_OUT_OF_RANGE: _l(
            "The time between two posts must be between nothing and a day: from 0 to 1440 minutes."
        ),
        RulesFault.PATIENCE_OUT_OF_RANGE: _l("A post can wait between 0 and 60 days for its turn."),
        RulesFault.UNKNOWN_ZONE: _l("There is no time zone with this name."),
        RulesFault.FLOOR_OUT_OF_RANGE: _l("Choose between 0 and 50 per cent. 0 means that nobody is told."),
    },
    RulesRefusal: {
        RulesRefusal.NO_PLACE_LEFT: _l(
            "Then nothing can be placed in the next eight weeks. Leave at least one day open with hours enough for a post, or save it all the same."
        ),
        RulesRefusal.CHANGED_SINCE: _l(
            "This has been changed since, so it was not put back. See what holds now, and change it there."
        ),
    },
    OwnDaysRefusal: {
        OwnDaysRefusal.NAME_EMPTY: _l("Write what the days are, such as “Planning day”."),
        OwnDaysRefusal.NAME_TOO_LONG: _l("The name is too long: write at most %(limit)s characters."),
        OwnDaysRefusal.LAST_BEFORE_FIRST: _l(
            "The last day comes before the first. Swap them, or choose a later last day."
        ),
        OwnDaysRefusal.TOO_MANY: _l("Take out at most %(most)s days at a time."),
        OwnDaysRefusal.ALL_PAST: _l("These days have passed. Choose days that are still to come."),
        OwnDaysRefusal.TOO_FAR: _l("Choose days within the next %(years)s years. Is the year right?"),
        OwnDaysRefusal.THERE_ALREADY: _l("These days are taken out already, under the same name."),
    },
    CampaignRefusal: {
        CampaignRefusal.NAME_EMPTY: _l("Write what the campaign is called."),
        CampaignRefusal.NAME_TOO_LONG: _l("The name is too long: write at most %(limit)s characters."),
        CampaignRefusal.NAME_TAKEN: _l(
            "There is a campaign with this name already. Choose another name, or begin that one again if it has ended."
        ),
        CampaignRefusal.APART_OUT_OF_RANGE: _l("Choose between 0 and %(most)s days between two posts."),
    },
}

#: How firmly the two standards take turns, as a choice: what one would say, and what follows from it.
TURNS: Mapping[Alternation, tuple[str, str]] = {
    Alternation.PREFER: (
        _l("Yes, as a rule"),
        _l(
            "A post waits for its turn, but no longer than you say below. Then it goes out of turn, and the break is counted."
        ),
    ),
    Alternation.ASK: (
        _l("Yes, and only a person breaks the turn"),
        _l(
            "A post waits until it is its turn, or until somebody sets the turn aside with a reason. Breaks are counted."
        ),
    ),
    Alternation.STRICT: (
        _l("Yes, always"),
        _l("Nobody can break the turn. A post in one standard alone may have to wait for long."),
    ),
    Alternation.OFF: (
        _l("No"),
        _l("For whoever writes in one standard: no post waits for a turn, and nothing is counted as a break."),
    ),
}

#: What the invented posts of an example are called, in order; each in the standard it is written in, whatever the page's language.
INVENTED: Sequence[str] = (
    "Gangveien langs fjorden er åpen",
    "Søk om barnehageplass",
    "Open kveld på biblioteket",
    "Møte i kommunestyret",
    "Nye tider på gjenvinningsstasjonen",
    "Dugnad i skulehagen",
)
