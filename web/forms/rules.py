"""The forms about posting rules: the rules themselves, days taken out, and campaigns.

Reads what was typed, and shows each fault at its field, all at once. What is a fault the domain and the services decide.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from enum import Enum, StrEnum
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, DateField, Field, IntegerField, RadioField, SelectField, StringField, TimeField

from scheduler.domain.posting_rules import (
    Alternation,
    Hours,
    PostingRules,
    RulesError,
    RulesFault,
    Window,
    faults_of_day,
    rules_from,
)
from scheduler.queries.rules import CampaignRow, Whose
from scheduler.services.campaigns import CampaignRefusal
from scheduler.services.rules import OwnDaysRefusal, RulesRefusal
from web import filters, wording
from web.forms.base import Form
from web.texts import later as _l
from web.words.rules import TURNS

#: Where a refusal is shown.
AT: dict[Enum, str] = {
    RulesFault.CAP_OUT_OF_RANGE: "max_per_day",
    RulesFault.GAP_OUT_OF_RANGE: "gap",
    RulesFault.PATIENCE_OUT_OF_RANGE: "patience",
    RulesFault.FLOOR_OUT_OF_RANGE: "floor",
    RulesFault.NEVER_OPEN: "spread",
    OwnDaysRefusal.NAME_EMPTY: "days_name",
    OwnDaysRefusal.NAME_TOO_LONG: "days_name",
    OwnDaysRefusal.LAST_BEFORE_FIRST: "last_day",
    OwnDaysRefusal.TOO_MANY: "last_day",
    OwnDaysRefusal.ALL_PAST: "last_day",
    OwnDaysRefusal.TOO_FAR: "first_day",
    OwnDaysRefusal.THERE_ALREADY: "days_name",
    RulesRefusal.NO_PLACE_LEFT: "",
    CampaignRefusal.NAME_EMPTY: "campaign_name",
    CampaignRefusal.NAME_TOO_LONG: "campaign_name",
    CampaignRefusal.NAME_TAKEN: "campaign_name",
    CampaignRefusal.APART_OUT_OF_RANGE: "apart_days",
}
#: These are shown at the day they are about.
_OF_A_DAY = frozenset({RulesFault.CLOSES_BEFORE_OPENING, RulesFault.WINDOWS_OVERLAP})

PERIODS = (1, 2)
#: The hours of every day alike, and then those of Monday to Sunday.
ALL, DAYS = "all", tuple(str(day) for day in range(7))
_WALL = re.compile(r"(\d{1,2})(?:[:.]?(\d\d))?(?::\d\d)?", re.ASCII)
_A_MONDAY = date(2024, 1, 1)


class Spread(StrEnum):
    """Whether the days of the week have the same hours."""

    EVERY_DAY = "every_day"
    WEEKDAYS = "weekdays"
    EACH_DAY = "each_day"


class WallField(TimeField):
    """A time on the wall, as browsers send it and as people write it: 13:00, 13.00, 13. Where a period ends, 24.00 is midnight too."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        typed = "".join(valuelist).strip()
        self.data = None
        if not typed:
            return
        read = _WALL.fullmatch(typed)
        hour, minute = (int(read[1]), int(read[2] or 0)) if read else (99, 0)
        if (hour, minute) == (24, 0) and self.name.startswith("closes"):
            hour = 0
        try:
            self.data = time(hour, minute)
        except ValueError:
            raise ValueError(_("Write a time as hours and minutes.")) from None


class RulesForm(Form):
    """The posting rules of the municipality or of one channel. Has hours for each of `ALL` and `DAYS`: see `hours_of`."""

    max_per_day = IntegerField(
        _l("How many posts a day, at most"),
        description=_l("In one channel, in one calendar day. What somebody posts on the platform itself counts too."),
    )
    spread = RadioField(_l("When the channel posts"))
    gap = IntegerField(_l("Least time between two posts, in minutes"))
    alternation = RadioField(_l("Do nynorsk and bokmål take turns?"))
    patience = IntegerField(
        _l("How many days a post waits for its turn, at most"),
        description=_l("Only where they take turns as a rule."),
    )
    skip_holidays = BooleanField(
        _l("Nothing is placed by itself on public holidays"),
        description=_l("A person may still choose such a day: 17 May is a busy one."),
    )
    floor = IntegerField(
        _l("Tell us when one of the two falls below this many per cent"),
        description=_l("Of what is posted in nynorsk and bokmål. 0: nobody is told."),
    )

    @classmethod
    def of(cls, rules: PostingRules, *, fixed: bool, **more: Any) -> RulesForm:
        """The form as the rules are now. `fixed`: the channel has a language of its own, so there is no turn to choose."""
        values: dict[str, Any] = {
            "max_per_day": rules.max_per_day,
            "spread": _spread_of(rules).value,
            "gap": int(rules.minimum_gap.total_seconds()) // 60,
            "alternation": rules.alternation.value,
            "patience": rules.patience_days,
            "skip_holidays": rules.skip_holidays,
            "floor": rules.floor_percent,
        }
        common = next(windows for windows in rules.windows if windows)
        for which, windows in ((ALL, common), *zip(DAYS, rules.windows, strict=True)):
            for period, window in zip(PERIODS, windows, strict=False):
                values[f"opens_{which}_{period}"] = window.opens
                values[f"closes_{which}_{period}"] = window.closes
        form = cls(**values, **more)
        form.spread.choices = [
            (Spread.EVERY_DAY.value, str(_l("The same hours every day"))),
            (Spread.WEEKDAYS.value, str(_l("The same hours Monday to Friday, and nothing at the weekend"))),
            (Spread.EACH_DAY.value, str(_l("Hours of its own for each day"))),
        ]
        form.alternation.choices = [(each.value, str(words)) for each, (words, _meaning) in TURNS.items()]
        if fixed:
            for name in ("alternation", "patience", "floor"):
                del form[name]
        return form

    def hours_of(self, which: str) -> Sequence[tuple[Field, Field]]:
        """The fields "from" and "until" of each period of a day, or of all alike."""
        return [(self[f"opens_{which}_{period}"], self[f"closes_{which}_{period}"]) for period in PERIODS]

    def days(self) -> Iterator[tuple[str, str]]:
        """Each day of the week: as `hours_of` calls it, and its name."""
        for number, which in enumerate(DAYS):
            yield which, filters.weekday(_A_MONDAY + timedelta(days=number))

    def rules(self, kept: PostingRules) -> PostingRules | None:
        """The rules that were typed; None where something is wrong, and every fault stands at its field.

        `kept`: what the form does not ask for, and what stands in for a field that cannot be read, so that the others are judged.
        """
        self.validate()
        asked = (ALL,) if self.text("spread") != Spread.EACH_DAY else DAYS
        for which in {ALL, *DAYS} - set(asked):
            for field in _flat(self.hours_of(which)):
                field.errors = []
        hours = {which: self._hours(which) for which in asked}
        try:
            rules = rules_from(
                max_per_day=self._number("max_per_day", kept.max_per_day),
                hours=self._week(hours),
                gap_minutes=self._number("gap", 0),
                alternation=self._alternation(kept),
                patience_days=self._number("patience", kept.patience_days),
                skip_holidays=bool(self.skip_holidays.data),
                floor_percent=self._number("floor", kept.floor_percent),
                zone=kept.zone,
                own_days=kept.own_days,
            )
        except RulesError as wrong:
            wrong_hours = any(field.errors for which in asked for field in _flat(self.hours_of(which)))
            left_out = _OF_A_DAY | ({RulesFault.NEVER_OPEN} if wrong_hours else frozenset())
            self.refuse(RulesError(RulesFault(code) for code in wrong.codes if code not in left_out), AT)
            return None
        return rules if not self.errors else None

    def _hours(self, which: str) -> list[Hours]:
        """The periods of a day that can be read; what is wrong with them is shown there."""
        found: list[Hours] = []
        for opens, closes in self.hours_of(which):
            if opens.errors or closes.errors:
                continue
            if (opens.data is None) is not (closes.data is None):
                missing = opens if opens.data is None else closes
                missing.errors = [self._said(which, _("Write both from when and until when, or leave both empty."))]
            elif opens.data is not None:
                found.append((opens.data, closes.data))
        for fault in sorted(faults_of_day(found)):
            self._show(which, fault)
        return found

    def _show(self, which: str, fault: RulesFault) -> None:
        """Put the fault at the period that ends too soon, or at the last of those that overlap."""
        filled = [pair for pair in self.hours_of(which) if pair[0].data is not None and pair[1].data is not None]
        at = filled[-1][1]
        if fault is RulesFault.CLOSES_BEFORE_OPENING:
            at = next(pair[1] for pair in filled if faults_of_day([(pair[0].data, pair[1].data)]))
        at.errors = [*at.errors, self._said(which, wording.words(fault))]

    def _said(self, which: str, sentence: str) -> str:
        named = dict(self.days()).get(which)
        return _("%(day)s: %(sentence)s", day=named[:1].upper() + named[1:], sentence=sentence) if named else sentence

    def _week(self, hours: dict[str, list[Hours]]) -> list[list[Hours]]:
        if ALL not in hours:
            return [hours[which] for which in DAYS]
        weekend = [] if self.text("spread") == Spread.WEEKDAYS else hours[ALL]
        return [hours[ALL]] * 5 + [weekend] * 2

    def _number(self, name: str, instead: int) -> int:
        if name not in self:
            return instead
        field = self[name]
        if field.data is None and not field.errors:
            field.errors = [_("Write a whole number.")]
        return instead if field.data is None else int(field.data)

    def _alternation(self, kept: PostingRules) -> Alternation:
        told = self.text("alternation") if "alternation" in self else ""
        return Alternation(told) if told in set(Alternation) else kept.alternation


for _which in (ALL, *DAYS):
    for _period in PERIODS:
        setattr(RulesForm, f"opens_{_which}_{_period}", WallField(_l("From")))
        setattr(RulesForm, f"closes_{_which}_{_period}", WallField(_l("To")))


class OwnDaysForm(Form):
    """Days to be taken out."""

    days_name = StringField(_l("What the days are"), description=_l("For example “Planning day” or “Christmas break”."))
    first_day = DateField(_l("First day"), format=["%Y-%m-%d", "%d.%m.%Y"])
    last_day = DateField(
        _l("Last day"), format=["%Y-%m-%d", "%d.%m.%Y"], description=_l("Leave it empty if it is a single day.")
    )
    for_channel = SelectField(_l("Which channels"))

    def offer(self, channels: Iterable[Whose], *, whole: bool) -> None:
        """Fill the list. `whole`: all channels can be chosen."""
        every = [("", str(_l("All channels")))] if whole else []
        self.for_channel.choices = [*every, *((str(each.id), each.name) for each in channels)]

    def period(self) -> tuple[date, date] | None:
        """The days, where they can be read: both included. What cannot is told at its field."""
        self.validate()
        first, last = self.first_day, self.last_day
        if not _was_filled(first):
            first.errors = [_("Choose a date.")]
        if not _was_filled(last):
            last.errors, last.data = [], first.data
        return (first.data, last.data) if first.data is not None and last.data is not None else None

    def tell(self, faults: Collection[OwnDaysRefusal], **params: object) -> None:
        """Show what is wrong with what could be read."""
        _tell(self, faults, **params)


class CampaignForm(Form):
    """A campaign."""

    campaign_name = StringField(_l("What the campaign is called"))
    apart_days = IntegerField(
        _l("How many days between two of its posts, at least"),
        description=_l("In one channel. 1: never two on the same day. 0: as close as the other rules allow."),
    )

    @classmethod
    def of(cls, campaign: CampaignRow, **more: Any) -> CampaignForm:
        """The form as the campaign is now."""
        return cls(campaign_name=campaign.name, apart_days=campaign.apart_days, **more)

    def days(self) -> int | None:
        """The distance, where it can be read. What cannot is told at its field."""
        self.validate()
        if self.apart_days.data is None and not self.apart_days.errors:
            self.apart_days.errors = [_("Write a whole number.")]
        return None if self.apart_days.data is None else int(self.apart_days.data)

    def tell(self, faults: Collection[CampaignRefusal], **params: object) -> None:
        """Show what is wrong with what could be read."""
        _tell(self, faults, **params)


def _tell(form: Form, faults: Collection[Any], **params: object) -> None:
    for fault in sorted(faults):
        field = form[AT[fault]]
        field.errors = [*field.errors, wording.words(fault, **params)]


def _spread_of(rules: PostingRules) -> Spread:
    week: Sequence[Sequence[Window]] = rules.windows
    if len(set(rules.windows)) == 1:
        return Spread.EVERY_DAY
    if len(set(rules.windows[:5])) == 1 and week[0] and not week[5] and not week[6]:
        return Spread.WEEKDAYS
    return Spread.EACH_DAY


def _was_filled(field: Field) -> bool:
    return any(value.strip() for value in field.raw_data or ())


def _flat(pairs: Sequence[tuple[Field, Field]]) -> Iterator[Field]:
    for opens, closes in pairs:
        yield opens
        yield closes
