"""The calendar: a month, a week, a list or a day of what goes out and what went out, drawn here and not in the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, render_template, request, url_for

from scheduler.domain.access import Deed
from scheduler.domain.calendar import holiday_on
from scheduler.domain.publication import State
from scheduler.domain.reasons import Placement
from scheduler.queries import calendar, calendar_around, municipalities, queue
from scheduler.queries.calendar import DayOfPosts, Placed
from scheduler.queries.calendar_around import Untimed, WithoutTime
from scheduler.queries.calendar_moments import Narrowing, Tongue
from scheduler.services import foreseeing
from web import filters, session, wording
from web.doors import page
from web.languages import spoken
from web.pages import undoing
from web.pages.calendarspan import Span, View
from web.pages.choosing import IN_CALENDAR, InCalendar
from web.pages.undoing import Undo

pages = Blueprint("calendar", __name__, url_prefix="/calendar")

_NOTHING = DayOfPosts(shown=(), total=0)


@pages.app_template_filter()
def wall_clock(at: datetime) -> str:
    """ "14:30": a time as forms carry it."""
    return filters.local(at).strftime("%H:%M")


@pages.app_template_filter()
def sentence_case(text: str) -> str:
    """The text with a capital to begin with."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day: what is shown of it, and how much more there is. `off`: why nothing is placed on it by itself, in words."""

    on: date
    iso: str
    inside: bool
    today: bool
    off: tuple[str, ...]
    shown: Sequence[Placed]
    total: int
    more: int


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """The span that the address names."""
    undo = undoing.take()
    return render_template("pages/calendar.html", asked="view" in request.args, **_drawn(request.args, undo=undo))


def region(back: str, *, undo: Undo | None, moved: int | None) -> str:
    """The calendar alone, as the page at `back` shows it: for htmx, after a move."""
    return render_template(
        "calendar/_region.html", **_drawn(dict(parse_qsl(urlsplit(back).query)), undo=undo, moved=moved)
    )


def _drawn(values: Mapping[str, str], *, undo: Undo | None, moved: int | None = None) -> dict[str, Any]:
    reading, actor = session.reading(), session.actor()
    span, chosen = Span.of(values), InCalendar.of(values)
    asked = calendar.Span(
        first=span.first,
        last=span.last,
        zone=session.municipality().zone,
        most_a_day=span.view.most_a_day,
        skipped=span.skipped,
        narrowing=chosen.narrowing(),
    )
    found = calendar.shown(reading, actor, asked)
    untimed, suggested = _untimed(span, asked.narrowing)
    total = sum(each.total for each in found.values()) + sum(len(each) for each in suggested.values())
    own = calendar_around.own_days(reading, first=span.first, last=span.last, channel_id=chosen.channel_id)
    days = _days(span, found, suggested, own)
    narrowed = chosen.as_query()
    drawn = [each for day in days for each in day.shown]
    return {
        "span": span,
        "views": View,
        "days": days,
        "weeks": _weeks(days),
        "total": total,
        "hidden": calendar.hidden(reading, actor, asked) if chosen and not total else 0,
        "next_at": None if total else calendar_around.next_at(reading, actor, asked.narrowing, after=asked.ends_at),
        "untimed": untimed,
        "suggested": {each.id: each for held in suggested.values() for each in held},
        "chosen": chosen,
        "narrowed": narrowed,
        "channels": queue.channel_choices(reading, actor),
        "units": municipalities.units(reading),
        "campaigns": calendar_around.campaign_choices(reading),
        "tongues": Tongue,
        "states": IN_CALENDAR,
        "before": _address(span.view, span.step(-1), narrowed),
        "after": _address(span.view, span.step(1), narrowed),
        "part_before": _part(span, narrowed, span.part - 1) if span.part > 1 else None,
        "part_after": _part(span, narrowed, span.part + 1) if span.view is View.DAY and days[0].more else None,
        "back": _part(span, narrowed, span.part),
        "undo": undo,
        "moved": moved if moved is not None else (undo.publication_id if undo else None),
        "may_move_some": any(each.may_move for each in drawn),
        "addresses": _Addresses.of(narrowed),
        "clock_at": _clock(),
        "codes": sorted({code for each in drawn for code in each.languages}),
        "standing_states": sorted({each.state for each in drawn if each.state is not None}),
    }


def _untimed(span: Span, narrowing: Narrowing) -> tuple[WithoutTime, Mapping[date, Sequence[Placed]]]:
    """What has no time; and by day, where that of it which awaits approval would stand. A month has no room for what is only supposed."""
    reading, with_places = session.reading(), span.view in (View.WEEK, View.LIST) and span.last >= filters.today()
    named = 2 * calendar_around.NAMED if with_places else calendar_around.NAMED
    untimed = calendar_around.without_time(reading, session.actor(), narrowing, named=named)
    waits = [each.id for each in untimed.named if each.state is State.IN_REVIEW] if with_places else []
    places = foreseeing.foreseen(reading, waits, now=session.now()) if waits else {}
    days: dict[date, list[Placed]] = {}
    for each in untimed.named:
        place = places.get(each.id)
        if place is not None and span.first <= place.day <= span.last:
            days.setdefault(place.day, []).append(_supposed(each, place))
    return untimed, days


def _supposed(each: Untimed, place: Placement) -> Placed:
    return Placed(
        id=each.id,
        post_id=each.post_id,
        title=each.title,
        at=place.starts_at,
        state=each.state,
        tentative=True,
        suggested=True,
        languages=(place.language,) if place.language in each.languages else each.languages,
        channel_id=each.channel_id,
        channel=each.channel,
        mark=None,
        url=None,
        may_move=False,
    )


@dataclass(frozen=True)
class _Addresses:
    """The addresses that a page full of posts is full of, made once and filled in many times."""

    post: str
    move: tuple[str, str]
    day: tuple[str, str]

    @classmethod
    def of(cls, narrowed: Mapping[str, Any]) -> _Addresses:
        move, _, end = url_for("moving.move", publication_id=0).rpartition("0")
        day, _, rest = url_for("calendar.index", view=View.DAY.value, day="DAY", **narrowed).partition("DAY")
        return cls(url_for("posts.show", post_id=0)[:-1], (move, end), (day, rest))

    def of_day(self, iso: str) -> str:
        """Where a day stands by itself."""
        return f"{self.day[0]}{iso}{self.day[1]}"


def _address(view: View, day: date | None, narrowed: Mapping[str, Any], **more: Any) -> str | None:
    return url_for("calendar.index", view=view.value, day=day.isoformat(), **narrowed, **more) if day else None


def _part(span: Span, narrowed: Mapping[str, Any], part: int) -> str | None:
    """The address of a part of this span; all but long days have one alone."""
    return _address(span.view, span.anchor, narrowed, part=part if part > 1 else None)


def _clock() -> Any:
    """What shows an instant as "14.30", without asking for the pattern each time."""
    pattern = "%H:%M" if spoken() == "en" else "%H.%M"
    return lambda at: filters.local(at).strftime(pattern)


def _days(
    span: Span,
    found: Mapping[date, DayOfPosts],
    suggested: Mapping[date, Sequence[Placed]],
    own: Mapping[date, tuple[str, ...]],
) -> list[Day]:
    today = filters.today()
    days = []
    for number in range((span.last - span.first).days + 1):
        on = span.first + timedelta(days=number)
        held = found.get(on, _NOTHING)
        holiday = holiday_on(on)
        names = (sentence_case(wording.words(holiday)),) if holiday else ()
        days.append(
            Day(
                on=on,
                iso=on.isoformat(),
                inside=span.view is not View.MONTH or on.month == span.anchor.month,
                today=on == today,
                off=(*names, *own.get(on, ())),
                shown=sorted((*held.shown, *suggested.get(on, ())), key=lambda each: each.at),
                total=held.total,
                more=max(0, held.total - span.skipped - len(held.shown)),
            )
        )
    return days


def _weeks(days: Sequence[Day]) -> list[tuple[int, Sequence[Day]]]:
    """The days by week, each week with its number."""
    return [(days[at].on.isocalendar().week, days[at : at + 7]) for at in range(0, len(days), 7)]
