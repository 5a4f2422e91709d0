"""Which days a calendar shows, as its address says it: a month or a week of whole weeks, a day, or a list of two weeks to come.

Knows what an address can say and what one sees where it says nothing. Knows nothing of posts.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never

from flask import request
from flask_babel import gettext as _

from web import filters
from web.pages.choosing import number

FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
#: How many days a list shows.
LIST_DAYS = 14
_MOST_PARTS = 1000


class View(StrEnum):
    """How much is shown at once."""

    MONTH = "month"
    WEEK = "week"
    LIST = "list"
    DAY = "day"

    @property
    def most_a_day(self) -> int:
        """How many posts of a day it shows before it leads to the day itself; a day is shown in parts of so many."""
        return {View.MONTH: 4, View.WEEK: 20, View.LIST: 10, View.DAY: 100}[self]


@dataclass(frozen=True, kw_only=True)
class Span:
    """What one page shows: `anchor` is a day in it, `misread` whether the address named a day that cannot be shown.

    `part`: which part of a day that holds much, from 1.
    """

    view: View
    anchor: date
    misread: bool = False
    part: int = 1

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Span:
        """The span that an address names. Where it names none: today's month, and on a telephone the list."""
        view = View(values["view"]) if values.get("view") in set(View) else _unasked()
        asked = values.get("day")
        part = min(max(number(values.get("part")) or 1, 1), _MOST_PARTS) if view is View.DAY else 1
        if not asked:
            return cls(view=view, anchor=filters.today(), part=part)
        try:
            anchor = date.fromisoformat(asked)
        except ValueError:
            return cls(view=view, anchor=filters.today(), misread=True)
        if not FIRST <= anchor <= LAST:
            return cls(view=view, anchor=filters.today(), misread=True)
        return cls(view=view, anchor=anchor, part=part)

    @property
    def first(self) -> date:
        """The first day drawn: a month begins with its whole week."""
        if self.view in (View.DAY, View.LIST):
            return self.anchor
        start = self.anchor.replace(day=1) if self.view is View.MONTH else self.anchor
        return start - timedelta(days=start.weekday())

    @property
    def last(self) -> date:
        """The last day drawn: a month ends with its whole week."""
        if self.view is View.DAY:
            return self.anchor
        if self.view is View.LIST:
            return self.anchor + timedelta(days=LIST_DAYS - 1)
        end = self.anchor
        if self.view is View.MONTH:
            end = end.replace(day=months.monthrange(end.year, end.month)[1])
        return end + timedelta(days=6 - end.weekday())

    @property
    def skipped(self) -> int:
        """How many posts of the day stand in the parts before this."""
        return (self.part - 1) * self.view.most_a_day

    def step(self, by: int) -> date | None:
        """A day in the span before (-1) or after (1); None beyond what can be shown."""
        if self.view is View.MONTH:
            number_of_month = self.anchor.year * 12 + self.anchor.month - 1 + by
            there = date(number_of_month // 12, number_of_month % 12 + 1, 1)
        else:
            days = {View.WEEK: 7, View.LIST: LIST_DAYS, View.DAY: 1}[self.view]
            there = self.anchor + timedelta(days=by * days)
        return there if FIRST <= there <= LAST else None

    def title(self) -> str:
        """ "November 2026", "Week 48", "Tu. 24 Nov to Mo. 7 Dec", "Tuesday 24 November 2026"."""
        match self.view:
            case View.MONTH:
                told = filters.month(self.anchor)
            case View.WEEK:
                told = _("week %(week)s", week=self.anchor.isocalendar().week)
            case View.LIST:
                told = _("%(first)s to %(last)s", first=filters.day(self.first), last=filters.day(self.last))
            case View.DAY:
                told = filters.full_day(self.anchor)
            case _:
                assert_never(self.view)
        return told[:1].upper() + told[1:]

    def subtitle(self) -> str:
        """Which days a week holds, or which week a day lies in."""
        if self.view is View.WEEK:
            return _("%(first)s to %(last)s", first=filters.full_day(self.first), last=filters.full_day(self.last))
        if self.view is View.DAY:
            return _("week %(week)s", week=self.anchor.isocalendar().week)
        return ""


def _unasked() -> View:
    """What one sees who asked for no view. Telephones tell what they are, in one of two ways; a narrow window says it by script."""
    told = request.headers
    is_phone = told.get("Sec-CH-UA-Mobile") == "?1" or " Mobi" in told.get("User-Agent", "")
    return View.LIST if is_phone else View.MONTH
