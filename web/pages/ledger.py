"""The language ledger: how nynorsk and bokmål have been used in a year, where a turn was broken, and a report to take away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from scheduler.domain.access import Deed
from scheduler.domain.ledger import Alarm, Tally
from scheduler.queries import ledger, shortfall
from web import charts, filters, reports, session, wording
from web.doors import page
from web.languages import locale
from web.pages.choosing import number
from web.reports import Of

pages = Blueprint("ledger", __name__, url_prefix="/languages")

#: The breaks that a page shows.
A_PAGE = 25
_LAST_PAGE = 100_000

pages.add_app_template_global(reports.policy, "turns_in_words")
pages.add_app_template_global(reports.excuse_words, "excuse_words")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an address asks for. `misread`: it named a year or a channel that there is nothing of."""

    year: int
    years: tuple[int, ...]
    channel_id: int | None
    beginning: int
    misread: bool

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Asked:
        """This year and every channel, where the address says nothing else."""
        this_year = filters.today().year
        began = ledger.first_out(session.reading())
        first = min(filters.local(began).year, this_year) if began else this_year
        years = tuple(range(this_year, first - 1, -1))
        year, channel_id = number(values.get("year")), number(values.get("channel"))
        return cls(
            year=year if year in years else this_year,
            years=years,
            channel_id=channel_id,
            beginning=A_PAGE * (min(number(values.get("page")) or 1, _LAST_PAGE) - 1),
            misread=(bool(values.get("year")) and year not in years)
            or (bool(values.get("channel")) and not channel_id),
        )

    def link(self, **changes: Any) -> str:
        """The same page with something else chosen."""
        asked = {"year": self.year, "channel": self.channel_id, **changes}
        return url_for("ledger.index", **{name: value for name, value in asked.items() if value is not None})


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """The year that the address names: the whole municipality, or one channel of it."""
    asked = Asked.of(request.args)
    found = ledger.of_year(session.reading(), year=asked.year, zone=session.municipality().zone)
    chosen = found.of_channel(asked.channel_id) if asked.channel_id else None
    of = chosen.id if chosen else None
    broken = found.breaks(of)
    shown = broken[max(asked.beginning, 0) : max(asked.beginning, 0) + A_PAGE]
    points = found.running(of)
    numbers, alarm = (chosen.out, chosen.alarm) if chosen else (found.out, found.alarm)
    return render_template(
        "pages/ledger.html",
        asked=asked,
        found=found,
        chosen=chosen,
        misread=asked.misread or (asked.channel_id is not None and chosen is None),
        this_year=asked.year == filters.today().year,
        numbers=numbers,
        ahead=chosen.ahead if chosen else found.ahead,
        headline=headline(numbers, asked.year),
        alarm=alarm,
        short=[each for each in found.channels if each.alarm] if not chosen else [],
        chart=charts.balance(points) if points else None,
        told=ledger.told(session.reading(), session.actor(), shown),
        broken=broken,
        shown=shown,
        page_number=asked.beginning // A_PAGE + 1,
        more=len(broken) > asked.beginning + A_PAGE,
        names={each.id: each.name for each in found.channels},
    )


@page(pages, "/report.csv", may=Deed.READ)
def report() -> Any:
    """The year's figures as a table: per channel and month."""
    asked, here = Asked.of(request.args), session.municipality()
    today = filters.today()
    told = reports.as_csv(
        [
            Of(
                municipality=here.name,
                ledger=ledger.of_year(session.reading(), year=asked.year, zone=here.zone),
                last_month=today.month if asked.year == today.year else 12,
            )
        ]
    )
    answer = Response(told.encode(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{here.slug}-nynorsk-bokmal-{asked.year}.csv"'
    return answer


def headline(numbers: Tally, year: int) -> str:
    """ "So far in 2026: 61 posts in nynorsk, 64 posts in bokmål. Nynorsk has 48 %." """
    this_year = year == filters.today().year
    if not numbers.counted:
        nothing = _("So far in %(year)s there is no post in nynorsk or bokmål.", year=year)
        return nothing if this_year else _("In %(year)s there was no post in nynorsk or bokmål.", year=year)
    both = {
        "year": year,
        "nynorsk": ngettext("%(num)s post in nynorsk", "%(num)s posts in nynorsk", numbers.in_nn),
        "bokmal": ngettext("%(num)s post in bokmål", "%(num)s posts in bokmål", numbers.in_nb),
        "percent": numbers.percent("nn"),
    }
    if this_year:
        return _("So far in %(year)s: %(nynorsk)s, %(bokmal)s. Nynorsk has %(percent)s %%.", **both)
    return _("In %(year)s: %(nynorsk)s, %(bokmal)s. Nynorsk had %(percent)s %%.", **both)


@pages.app_template_filter()
def short_month(on: date) -> str:
    """ "nov."."""
    return format_date(on, "LLL", locale=locale())


@pages.app_template_global()
def balance_in_words(balance: int) -> str:
    """ "nynorsk 3 ahead"."""
    if balance == 0:
        return _("even")
    if balance > 0:
        return _("nynorsk %(posts)s ahead", posts=filters.number(balance))
    return _("bokmål %(posts)s ahead", posts=filters.number(-balance))


@pages.app_template_global()
def shortfall_in_words(alarm: Alarm) -> str:
    """What an alarm says."""
    return _(
        "%(language)s has %(percent)s %%, under the floor of %(floor)s %%.",
        language=wording.language(alarm.language).capitalize(),
        percent=alarm.percent,
        floor=alarm.floor_percent,
    )


@pages.app_template_global()
def way_back_in_words(alarm: Alarm) -> str:
    """What leads out of an alarm."""
    language = wording.language(alarm.language).lower()
    return ngettext(
        "%(num)s more post in %(language)s brings it back.",
        "%(num)s more posts in %(language)s bring it back.",
        alarm.needed,
        language=language,
    )


@pages.app_template_global()
def languages_falling_short() -> tuple[shortfall.FallsShort, ...]:
    """Where a standard is under its floor, for whoever can do something about it; for the front page's one line."""
    return shortfall.falls_short(
        session.reading(), session.actor(), now=session.now(), zone=session.municipality().zone
    )
