"""Charts of our own: figures turned into shapes that a template draws as SVG, without a script and without a style in the page.

Knows lengths and dates. Knows no words and no colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.domain.ledger import Point

WIDTH, HEIGHT = 720, 200
#: A chart shows this many months at least, so that a few weeks don't fill it.
_FEWEST_MONTHS = 3
#: The scale reaches this far at least, so that one post more doesn't look like a mountain.
_LEAST = 4


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One week: from the middle up (more nynorsk) or down. A week in balance has a low bar of no height."""

    x: float
    y: float
    width: float
    height: float
    point: Point


@dataclass(frozen=True, kw_only=True)
class Balance:
    """The running balance as bars within WIDTH x HEIGHT, zero in the middle. `most`: what the upper edge stands for."""

    bars: tuple[Bar, ...]
    months: tuple[date, ...]
    most: int
    width: int = WIDTH
    height: int = HEIGHT


def balance(points: Sequence[Point]) -> Balance:
    """The weeks, on an axis of whole months."""
    first, last = points[0].monday, points[-1].monday
    year = (first + timedelta(days=6)).year
    begin, end = max(first, date(year, 1, 1)).month, min(last + timedelta(days=6), date(year, 12, 31)).month
    begin = max(1, min(begin, end - _FEWEST_MONTHS + 1))
    end = max(end, begin + _FEWEST_MONTHS - 1)
    months = tuple(date(year, number, 1) for number in range(begin, end + 1))
    start, stop = months[0], date(year + end // 12, end % 12 + 1, 1)
    days, most = (stop - start).days, max(_LEAST, *(abs(point.balance) for point in points))

    def across(day: date) -> float:
        return round(WIDTH * min(max((day - start).days / days, 0), 1), 1)

    bars = []
    for point in points:
        left, right = across(point.monday), across(point.monday + timedelta(days=7))
        height = round(HEIGHT / 2 * abs(point.balance) / most, 1)
        top = HEIGHT / 2 - (height if point.balance > 0 else 0)
        bars.append(Bar(x=left + 1, y=top, width=max(right - left - 2, 1), height=height, point=point))
    return Balance(bars=tuple(bars), months=months, most=most)
