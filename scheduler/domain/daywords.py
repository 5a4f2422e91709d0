"""Until which day a text stays true: today, tonight, tomorrow, a weekday or a date in it.

Proposes, never decides: a person sees the proposal in the form and may drop it. Knows bokmål and nynorsk words, and figures in any
language. Knows the day the text was written and no clock; the end of the day on the wall is the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

#: Days further ahead than this are plans and history, and bound no post.
FARTHEST: Final = timedelta(days=366)
_HALF_A_YEAR: Final = timedelta(days=183)

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "januar jan", "februar feb", "mars mar", "april apr", "mai", "juni jun",
            "juli jul", "august aug", "september sept sep", "oktober okt", "november nov", "desember des",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        ("mandag måndag", "tirsdag tysdag", "onsdag", "torsdag", "fredag", "lørdag laurdag", "søndag sundag")
    )
    for name in names.split()
}
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY: Final = "|".join(_WEEKDAYS)
_TO: Final = r"(?:til(?:\sog\smed)?|t\.o\.m\.|[-–—])"

# True on the day it was written and never after: "i morgen" too, since the day after it means another day.
_ON_THE_DAY: Final = re.compile(
    r"\bi\s?(?:dag|kveld|natt|ettermiddag|formiddag|føremiddag|morgen|morgon|overmorgen|overmorgon)\b(?!-\w)",
    re.IGNORECASE,
)
_IN_THE_WEEK: Final = re.compile(
    r"\b(?:i\s(?:helgen|helga)|(?:denne|neste)\s(?:uken|uka|uke|veka|veke))\b(?!-\w)", re.IGNORECASE
)
_BARE_WEEKDAY: Final = re.compile(rf"\b({_WEEKDAY})\b(?!-\w)", re.IGNORECASE)
# What turns one weekday into a habit or the past.
_HABIT: Final = re.compile(
    r"\b(?:hver|kvar|annenhver|annakvar|annankvar|alle|sist|siste|forrige|førre|første|fyrste|andre|tredje|fjerde)\s+$",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(
    rf"(?:\b(?:{_WEEKDAY}),?\s(?:den\s)?)?(?<![\d.,:])(?:(\d{{1,2}})\.?\s?({_TO}|og)\s?)?(\d{{1,2}})\.?\s{{0,3}}({_MONTH})\b(?!-[^\W\d])"
    r"(?:\.?\s(\d{4})\b)?",
    re.IGNORECASE,
)
_FIGURES: Final = re.compile(r"(?<![\d.,:])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?![\d.,]\d|\d)")
_ISO: Final = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
# "4.12." may be a paragraph or a version, so something must say that it is a day.
_NO_YEAR: Final = re.compile(
    rf"\b(?:den|innen|innan|frist|fristen|fra|frå|til|{_WEEKDAY}):?\s(\d{{1,2}})\.(\d{{1,2}})\.(?!\s?\d)", re.IGNORECASE
)
_RANGE_LINK: Final = re.compile(rf"\s*{_TO}\s*(?:den\s|(?:{_WEEKDAY})\s)?", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"\bmellom\s+(?:den\s)?$", re.IGNORECASE)
_LOOK_BACK: Final = 16  # the letters before a find that can change what it means


@dataclass(frozen=True)
class Hint:
    """A proposal: after `day` the text says something wrong. `words`: what in the text says so, as it stands there."""

    day: date
    words: str


@dataclass(frozen=True)
class _Find:
    start: int
    end: int
    day: date
    words: str


def latest_hint(text: str, language: str, written_on: date) -> Hint | None:
    """The earliest day after which the text would be out of date, or None. Never a day before `written_on`.

    Of a stretch ("1. til 4. desember") the end counts. Opening hours and habits ("mandag til fredag", "hver torsdag") bind nothing.
    """
    dates = _joined(text, sorted(_dates(text, written_on), key=lambda find: find.start))
    finds = list(dates)
    if language in {"nb", "nn"}:
        finds += _words(text, dates, written_on)
    coming = [find for find in finds if written_on <= find.day <= written_on + FARTHEST]
    first = min(coming, key=lambda find: (find.day, find.start), default=None)
    return Hint(first.day, " ".join(first.words.split())) if first else None


def _words(text: str, dates: list[_Find], written_on: date) -> Iterator[_Find]:
    for found in _ON_THE_DAY.finditer(text):
        yield _Find(found.start(), found.end(), written_on, found[0])
    sunday = written_on + timedelta(days=6 - written_on.weekday())
    for found in _IN_THE_WEEK.finditer(text):
        yield _Find(found.start(), found.end(), sunday, found[0])
    within = {place for find in dates for place in range(find.start, find.end)}
    bare = [found for found in _BARE_WEEKDAY.finditer(text) if found.start() not in within]
    # Two weekdays are nearly always opening hours.
    if len({_WEEKDAYS[found[1].lower()] for found in bare}) != 1:
        return
    for found in bare:
        if _HABIT.search(text[max(0, found.start() - _LOOK_BACK) : found.start()]):
            continue
        ahead = (_WEEKDAYS[found[1].lower()] - written_on.weekday()) % 7
        yield _Find(found.start(), found.end(), written_on + timedelta(days=ahead), found[0])


def _dates(text: str, written_on: date) -> Iterator[_Find]:
    for found in _NAMED.finditer(text):
        yield from _named(text, found, written_on)
    for found in _FIGURES.finditer(text):
        year = int(found[3]) if len(found[3]) == 4 else 2000 + int(found[3])
        if (day := _day(year, int(found[2]), int(found[1]))) is not None:
            yield _Find(found.start(), found.end(), day, found[0])
    for found in _ISO.finditer(text):
        if (day := _day(int(found[1]), int(found[2]), int(found[3]))) is not None:
            yield _Find(found.start(), found.end(), day, found[0])
    for found in _NO_YEAR.finditer(text):
        if (day := _nearest(int(found[2]), int(found[1]), written_on)) is not None:
            yield _Find(found.start(1), found.end(), day, found[0])


def _named(text: str, found: re.Match[str], written_on: date) -> Iterator[_Find]:
    month = _MONTHS[found[4].lower()]
    year = int(found[5]) if found[5] else None

    def day_of(figures: str) -> date | None:
        return _day(year, month, int(figures)) if year is not None else _nearest(month, int(figures), written_on)

    if (last := day_of(found[3])) is not None:
        yield _Find(found.start(), found.end(), last, found[0])
    # "1. og 4. desember" is two days; "mellom 1. og 4. desember" and "1. til 4." are one stretch.
    two_days = found[2] == "og" and not _BETWEEN.search(text[max(0, found.start() - _LOOK_BACK) : found.start()])
    if two_days and (first := day_of(found[1])) is not None:
        yield _Find(found.start(), found.end(), first, found[0])


def _joined(text: str, finds: list[_Find]) -> list[_Find]:
    """Two dates with "til" or a dash between them are one stretch, and its end counts."""
    joined: list[_Find] = []
    for find in finds:
        before = joined[-1] if joined else None
        if before and before.end <= find.start and find.start - before.end <= _LOOK_BACK and before.day <= find.day:
            between = text[before.end : find.start]
            apart = (
                _BETWEEN.search(text[max(0, before.start - _LOOK_BACK) : before.start])
                and between.strip().lower() == "og"
            )
            if apart or _RANGE_LINK.fullmatch(between):
                joined[-1] = _Find(before.start, find.end, find.day, text[before.start : find.end])
                continue
        joined.append(find)
    return joined


def _nearest(month: int, day_of_month: int, written_on: date) -> date | None:
    """A day without its year: the one nearest to when it was written, so that last week's is not taken for next year's."""
    days = (_day(written_on.year + step, month, day_of_month) for step in (-1, 0, 1))
    return next((day for day in days if day and -_HALF_A_YEAR < day - written_on <= _HALF_A_YEAR), None)


def _day(year: int, month: int, day_of_month: int) -> date | None:
    try:
        return date(year, month, day_of_month)
    except ValueError:
        return None
