"""Posting rules in plain words: how many a day, when, how far apart, whose turn, and on which days nothing is placed.

Knows the domain's rules and the words for them. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import ngettext

from scheduler.domain.posting_rules import Alternation, PostingRules, Window
from scheduler.queries.rules import CampaignRow, DaysOut
from web import filters

_A_MONDAY = date(2024, 1, 1)
#: So many of the days taken out are told of in a summary.
_DAYS_TOLD = 3


def sentences(
    rules: PostingRules, *, days_out: Iterable[DaysOut] = (), campaigns: Iterable[CampaignRow] = ()
) -> tuple[str, ...]:
    """The rules, a sentence each; and the next days taken out and the campaigns that go on, where they are given."""
    return (
        ngettext("At most %(num)s post a day.", "At most %(num)s posts a day.", rules.max_per_day),
        *_hours(rules),
        _gap(rules),
        _turns(rules),
        *_floor(rules),
        _("On public holidays nothing is placed by itself; a person may choose such a day.")
        if rules.skip_holidays
        else _("Public holidays are like other days."),
        *_days_out(tuple(days_out)),
        *(campaign(each) for each in campaigns if each.active),
    )


def span(first: date, last: date) -> str:
    """ "ti. 24. nov." or "ti. 24. nov. til on. 2. des."."""
    if first == last:
        return filters.day(first)
    return _("%(first)s to %(last)s", first=filters.day(first), last=filters.day(last))


def campaign(row: CampaignRow) -> str:
    """How far apart the posts of a campaign stand."""
    if row.apart_days == 0:
        return _("“%(name)s”: its posts may stand as close as the other rules allow.", name=row.name)
    if row.apart_days == 1:
        return _("“%(name)s”: never two of its posts on the same day in one channel.", name=row.name)
    return _(
        "“%(name)s”: at least %(days)s days between two of its posts in one channel.",
        name=row.name,
        days=row.apart_days,
    )


def _hours(rules: PostingRules) -> tuple[str, ...]:
    spans = []
    for windows, days in groupby(range(7), key=lambda day: rules.windows[day]):
        within = list(days)
        named = _weekday(within[0])
        if len(within) == 2:
            named = f"{named}{_(' and ')}{_weekday(within[1])}"
        elif within[1:]:
            named = _("%(first)s to %(last)s", first=named, last=_weekday(within[-1]))
        told = _(" and ").join(_window(each) for each in windows) if windows else _("nothing")
        spans.append(_("%(days)s: %(hours)s.", days=named[:1].upper() + named[1:], hours=told))
    if len(spans) == 1:
        hours = _(" and ").join(_window(each) for each in rules.windows[0])
        return (_("Every day %(hours)s.", hours=hours),)
    return tuple(spans)


def _gap(rules: PostingRules) -> str:
    if not rules.minimum_gap:
        return _("Two posts may follow right after one another.")
    return _("At least %(length)s between two posts.", length=_length(rules.minimum_gap))


def _turns(rules: PostingRules) -> str:
    match rules.alternation:
        case Alternation.PREFER:
            return ngettext(
                "Nynorsk and bokmål take turns. A post waits at most %(num)s day for its turn.",
                "Nynorsk and bokmål take turns. A post waits at most %(num)s days for its turn.",
                rules.patience_days,
            )
        case Alternation.ASK:
            return _("Nynorsk and bokmål take turns. Whoever breaks the turn gives a reason.")
        case Alternation.STRICT:
            return _("Nynorsk and bokmål always take turns.")
        case Alternation.OFF:
            return _("The written standards take no turns here.")


def _floor(rules: PostingRules) -> tuple[str, ...]:
    if rules.alternation is Alternation.OFF or not rules.floor_percent:
        return ()
    return (
        _(
            "You are told when less than %(percent)s per cent is in nynorsk, or in bokmål.",
            percent=rules.floor_percent,
        ),
    )


def _days_out(rows: tuple[DaysOut, ...]) -> tuple[str, ...]:
    if not rows:
        return ()
    told = ", ".join(f"{each.name} ({span(each.first_day, each.last_day)})" for each in rows[:_DAYS_TOLD])
    more = len(rows) - _DAYS_TOLD
    if more > 0:
        return (
            ngettext(
                "Nothing is placed by itself on: %(days)s, and %(num)s period more.",
                "Nothing is placed by itself on: %(days)s, and %(num)s periods more.",
                more,
                days=told,
            ),
        )
    return (_("Nothing is placed by itself on: %(days)s.", days=told),)


def _window(window: Window) -> str:
    if window.opens == window.closes == time.min:
        return _("all day")
    closes = "24.00" if window.closes == time.min else _wall(window.closes)
    return _("between %(opens)s and %(closes)s", opens=_wall(window.opens), closes=closes)


def _wall(at: time) -> str:
    return at.strftime("%H.%M")


def _length(gap: timedelta) -> str:
    minutes = int(gap.total_seconds()) // 60
    if minutes % 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)


def _weekday(day: int) -> str:
    return filters.weekday(_A_MONDAY + timedelta(days=day))
