"""Times, numbers and amounts in words, as people in Norway write them: "ti. 24. nov. kl. 09.30".

All of it happens here, on the server: browsers know no nynorsk dates. Times come in as aware UTC and are shown in the
municipality's zone; a `day` is a date already and has no zone.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup, escape

from scheduler.domain.calendar import OSLO
from web import session
from web.languages import locale, spoken

#: What to call for each kind of moment, in Norwegian and in English.
_PATTERNS = {
    "clock": ("HH.mm", "HH:mm"),
    "moment": ("EEEEEE d. MMM 'kl.' HH.mm", "EEE d MMM, HH:mm"),
    "moment_with_year": ("EEEEEE d. MMM y 'kl.' HH.mm", "EEE d MMM y, HH:mm"),
    "full_moment": ("EEEE d. MMMM y 'kl.' HH.mm", "EEEE d MMMM y, HH:mm"),
    "day": ("EEEEEE d. MMM", "EEE d MMM"),
    "day_with_year": ("EEEEEE d. MMM y", "EEE d MMM y"),
    "full_day": ("EEEE d. MMMM y", "EEEE d MMMM y"),
    "month": ("LLLL y", "LLLL y"),
    "weekday": ("cccc", "cccc"),
    "short_weekday": ("cccccc", "ccc"),
}


def zone() -> str:
    """The zone that this request's times are shown in."""
    here = session.municipality_or_none()
    return OSLO if here is None else here.zone


def local(at: datetime) -> datetime:
    """The time on the wall."""
    if at.tzinfo is None:
        raise ValueError("an instant carries its zone")
    return at.astimezone(ZoneInfo(zone()))


def today() -> date:
    """The day of this request."""
    return local(session.now()).date()


def clock(at: datetime) -> str:
    """ "09.30"."""
    return _moment(at, "clock")


def moment(at: datetime) -> str:
    """ "ti. 24. nov. kl. 09.30", with the year where it is another than this year."""
    return _moment(at, "moment" if local(at).year == today().year else "moment_with_year")


def full_moment(at: datetime) -> str:
    """ "tirsdag 24. november 2026 kl. 09.30"."""
    return _moment(at, "full_moment")


def near_moment(at: datetime) -> str:
    """ "i dag kl. 09.30", "i morgen kl. 09.30", "i går kl. 09.30"; else like `moment`."""
    away = (local(at).date() - today()).days
    if away == 0:
        return _("today at %(time)s", time=clock(at))
    if away == 1:
        return _("tomorrow at %(time)s", time=clock(at))
    if away == -1:
        return _("yesterday at %(time)s", time=clock(at))
    return moment(at)


def day(on: date) -> str:
    """ "ti. 24. nov.", with the year where it is another than this year."""
    return _day(on, "day" if on.year == today().year else "day_with_year")


def full_day(on: date) -> str:
    """ "tirsdag 24. november 2026"."""
    return _day(on, "full_day")


def month(on: date) -> str:
    """ "november 2026"."""
    return _day(on, "month")


def weekday(on: date) -> str:
    """ "tirsdag"."""
    return _day(on, "weekday")


def short_weekday(on: date) -> str:
    """ "ti."."""
    return _day(on, "short_weekday")


def ago(at: datetime) -> str:
    """ "for 3 timer siden", "om 2 uker", counted from this request."""
    away = at - session.now()
    if abs(away) < timedelta(minutes=1):
        return _("just now")
    return format_timedelta(away, add_direction=True, locale=locale(), threshold=1)


def amount_of_time(length: timedelta) -> str:
    """ "3 timer"."""
    return format_timedelta(length, locale=locale(), threshold=1)


def number(value: float) -> str:
    """ "1 234 567,5"."""
    return format_decimal(value, locale=locale())


def when(at: datetime, form: str = "near") -> Markup:
    """The time element: a short text, the whole moment as its title. `form`: near, moment, clock, ago or full."""
    shown = {"near": near_moment, "moment": moment, "clock": clock, "ago": ago, "full": full_moment}[form](at)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.isoformat(timespec="seconds"), full_moment(at), shown
    )


def lines(text: str) -> Markup:
    """A text with its line breaks, safely."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())


FILTERS = (
    clock, local, moment, full_moment, near_moment, day, full_day, month, weekday, short_weekday, ago, amount_of_time, number, when, lines,
)  # fmt: skip


def set_up(app: Flask) -> None:
    """Give the templates their filters."""
    for each in FILTERS:
        app.add_template_filter(each, each.__name__)


def _moment(at: datetime, kind: str) -> str:
    return format_datetime(local(at).replace(tzinfo=None), _pattern(kind), locale=locale())


def _day(on: date, kind: str) -> str:
    return format_date(on, _pattern(kind), locale=locale())


def _pattern(kind: str) -> str:
    norwegian, english = _PATTERNS[kind]
    return english if spoken() == "en" else norwegian
