"""When an answer is due, or what became of it, in words: "svarfrist i morgen kl. 09.12, om 3 timer". Never by colour alone.

Knows times, states and their words. Decides nothing: how it stands with the promise is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_timedelta
from flask_babel import gettext as _

from scheduler.domain.enquiries import Settlement
from scheduler.domain.sla import Promise
from web import filters, session, wording
from web.languages import locale

_MINUTE, _HOUR, _LONG, _DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=3), timedelta(hours=48)


@dataclass(frozen=True)
class Due:
    """A sentence, what it is in short, and how it looks. `short`: "Overdue", only where it must be said beforehand."""

    text: str
    short: str | None
    tone: str
    icon: str


def due(
    *, promise: Promise, due_at: datetime, settlement: Settlement | None, settled_at: datetime | None
) -> Due:  # fmt: skip
    """How it stands with an enquiry's time."""
    match promise:
        case Promise.RUNNING | Promise.SOON:
            tone = "warning" if promise is Promise.SOON else "neutral"
            return Due(_sentence(due_at), None, tone, "clock")
        case Promise.OVERDUE if due_at >= session.now():
            return Due(_sentence(due_at), _("Has been overdue"), "danger", "triangle-alert")
        case Promise.OVERDUE:
            told = _("The answer was due %(time)s, %(away)s", time=filters.near_moment(due_at), away=away(due_at))
            return Due(told, wording.words(promise), "danger", "triangle-alert")
        case Promise.KEPT | Promise.ANSWERED_LATE:
            return _settled(promise, settlement, settled_at)


def away(at: datetime) -> str:
    """How far off a moment is, never longer than it is: "om 3 timer", "om 1 t 35 min", "for 20 minutter siden"."""
    length = at - session.now()
    size = abs(length)
    if size < _MINUTE:
        return _("now")
    if size >= _LONG or size < _HOUR or size % _HOUR < _MINUTE:
        # Babel counts 24 hours as a day; the promise is told in hours for two days.
        unit, least = (timedelta(days=1), 1) if size >= _DAYS else (_HOUR, 2) if size >= 2 * _HOUR else (_MINUTE, 1)
        whole = size // unit * unit
        signed = whole if length > timedelta(0) else -whole
        return format_timedelta(signed, add_direction=True, locale=locale(), threshold=least)
    hours, rest = divmod(size, _HOUR)
    values = {"hours": hours, "minutes": rest // _MINUTE}
    if length > timedelta(0):
        return _("in %(hours)s h %(minutes)s min", **values)
    return _("%(hours)s h %(minutes)s min ago", **values)


def _sentence(due_at: datetime) -> str:
    return _("The answer is due %(time)s, %(away)s", time=filters.near_moment(due_at), away=away(due_at))


def _settled(promise: Promise, settlement: Settlement | None, settled_at: datetime | None) -> Due:
    when = filters.near_moment(settled_at) if settled_at else ""
    if settlement is not Settlement.ANSWERED:
        told = wording.words(settlement) if settlement else wording.words(promise)
        return Due(_("%(what)s, %(time)s", what=told, time=when), None, "neutral", "check")
    if promise is Promise.ANSWERED_LATE:
        return Due(_("Answered too late, %(time)s", time=when), None, "warning", "clock")
    return Due(_("Answered in time, %(time)s", time=when), None, "success", "circle-check")
