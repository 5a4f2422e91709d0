"""The calendar: a month, a week or a day of what goes out and what went out, drawn here and not in the browser."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from scheduler.domain.access import Deed
from scheduler.domain.calendar import Holiday, holiday_on
from scheduler.queries import calendar, municipalities
from scheduler.queries.calendar import Placed
from web import filters, session
from web.doors import page
from web.pages import undoing
from web.pages.choosing import Chosen
from web.pages.undoing import Undo

pages = Blueprint("calendar", __name__, url_prefix="/calendar")

#: How many posts a day of the month shows before it leads to the day itself.
MOST_A_DAY = 4
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)


@pages.app_template_filter()
def wall_clock(at: datetime) -> str:
    """ "14:30": a time as forms carry it."""
    return filters.local(at).strftime("%H:%M")


@pages.app_template_filter()
def sentence_case(text: str) -> str:
    """The text with a capital to begin with."""
    return text[:1].upper() + text[1:]


class View(StrEnum):
    """How much is shown at once."""

    MONTH = "month"
    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day: what is shown of it, and how much more there is."""

    on: date
    inside: bool
    today: bool
    holiday: Holiday | None
    shown: Sequence[Placed]
    more: int


@dataclass(frozen=True, kw_only=True)
class Span:
    """What one page shows: `anchor` is a day in it, `misread` whether the address named a day that cannot be shown."""

    view: View
    anchor: date
    misread: bool = False

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Span:
        """The span that an address names; today's month where it names none."""
        view = View(values["view"]) if values.get("view") in set(View) else View.MONTH
        asked = values.get("day")
        if not asked:
            return cls(view=view, anchor=filters.today())
        try:
            anchor = date.fromisoformat(asked)
        except ValueError:
            return cls(view=view, anchor=filters.today(), misread=True)
        if not FIRST <= anchor <= LAST:
            return cls(view=view, anchor=filters.today(), misread=True)
        return cls(view=view, anchor=anchor)

    @property
    def first(self) -> date:
        """The first day drawn: a month begins with its whole week."""
        if self.view is View.DAY:
            return self.anchor
        start = self.anchor.replace(day=1) if self.view is View.MONTH else self.anchor
        return start - timedelta(days=start.weekday())

    @property
    def last(self) -> date:
        """The last day drawn: a month ends with its whole week."""
        if self.view is View.DAY:
            return self.anchor
        end = self.anchor
        if self.view is View.MONTH:
            end = end.replace(day=months.monthrange(end.year, end.month)[1])
        return end + timedelta(days=6 - end.weekday())

    def step(self, by: int) -> date | None:
        """A day in the span before (-1) or after (1); None beyond what can be shown."""
        if self.view is View.MONTH:
            number = self.anchor.year * 12 + self.anchor.month - 1 + by
            there = date(number // 12, number % 12 + 1, 1)
        else:
            there = self.anchor + timedelta(days=by * (7 if self.view is View.WEEK else 1))
        return there if FIRST <= there <= LAST else None

    def title(self) -> str:
        """ "November 2026", "Week 48", "Tuesday 24 November 2026"."""
        week = _("week %(week)s", week=self.anchor.isocalendar().week)
        told = {View.MONTH: filters.month(self.anchor), View.WEEK: week, View.DAY: filters.full_day(self.anchor)}
        return sentence_case(told[self.view])

    def subtitle(self) -> str:
        """Which days a week holds, or which week a day lies in."""
        if self.view is View.WEEK:
            return _("%(first)s to %(last)s", first=filters.full_day(self.first), last=filters.full_day(self.last))
        if self.view is View.DAY:
            return _("week %(week)s", week=self.anchor.isocalendar().week)
        return ""


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """The span that the address names."""
    undo = undoing.take()
    return render_template("pages/calendar.html", **_drawn(request.args, undo=undo))


def region(back: str, *, undo: Undo | None, moved: int | None) -> str:
    """The calendar alone, as the page at `back` shows it: for htmx, after a move."""
    return render_template(
        "calendar/_region.html", **_drawn(dict(parse_qsl(urlsplit(back).query)), undo=undo, moved=moved)
    )


def _drawn(values: Mapping[str, str], *, undo: Undo | None, moved: int | None = None) -> dict[str, Any]:
    span, chosen = Span.of(values), Chosen.of(values)
    found = calendar.placed(
        session.reading(),
        session.actor(),
        first=span.first,
        last=span.last,
        zone=session.municipality().zone,
        channel_id=chosen.channel_id,
        unit_id=chosen.unit_id,
    )
    narrowed = chosen.as_query()
    before, after = span.step(-1), span.step(1)
    return {
        "span": span,
        "views": View,
        "weeks": _weeks(span, found),
        "total": len(found),
        "chosen": chosen,
        "narrowed": narrowed,
        "channels": chosen.channels(),
        "units": municipalities.units(session.reading()),
        "before": _address(span.view, before, narrowed),
        "after": _address(span.view, after, narrowed),
        "back": _address(span.view, span.anchor, narrowed),
        "undo": undo,
        "moved": moved if moved is not None else (undo.publication_id if undo else None),
        "may_move_some": any(each.may_move for each in found),
    }


def _address(view: View, day: date | None, narrowed: Mapping[str, Any]) -> str | None:
    return url_for("calendar.index", view=view.value, day=day.isoformat(), **narrowed) if day else None


def _weeks(span: Span, found: Sequence[Placed]) -> list[tuple[int, list[Day]]]:
    """The days by week, each week with its number."""
    by_day: dict[date, list[Placed]] = {}
    for each in found:
        by_day.setdefault(each.day, []).append(each)
    days = [
        _day(span.first + timedelta(days=number), span, by_day) for number in range((span.last - span.first).days + 1)
    ]
    return [(days[at].on.isocalendar().week, days[at : at + 7]) for at in range(0, len(days), 7)]


def _day(on: date, span: Span, by_day: Mapping[date, Sequence[Placed]]) -> Day:
    all_of_it = by_day.get(on, ())
    shown = all_of_it[:MOST_A_DAY] if span.view is View.MONTH else all_of_it
    return Day(
        on=on,
        inside=span.view is not View.MONTH or on.month == span.anchor.month,
        today=on == filters.today(),
        holiday=holiday_on(on),
        shown=shown,
        more=len(all_of_it) - len(shown),
    )
