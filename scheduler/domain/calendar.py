"""The wall clock and the public holidays of Norway.

Decides which instant a time on the wall is, and which date an instant falls on. Knows nothing of posts, windows or channels,
and nothing of what the holidays are called. Every instant that leaves this module is an aware datetime in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from dateutil.easter import easter

OSLO = "Europe/Oslo"


class WallTime(StrEnum):
    """What the wall clock shows at a time of day: once, never (spring forward), or twice (fall back)."""

    PLAIN = "plain"
    MISSING = "missing"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Resolved:
    """The instant (UTC) that a time on the wall stands for, and whether the clock change had to be settled."""

    at: datetime
    kind: WallTime


def resolve(local: datetime, zone: str = OSLO) -> Resolved:
    """The instant of a naive time on the wall in `zone`.

    A time that the clock skips moves forward by the length of the gap (02:30 becomes 03:30); of a time that comes twice the
    first is meant. Raises ValueError when `local` already carries a zone.
    """
    if local.tzinfo is not None:
        raise ValueError("a time on the wall carries no zone")
    place = ZoneInfo(zone)
    # fold=0 reads a skipped time with the offset from before the change, which is exactly the shift we promise.
    first = local.replace(tzinfo=place, fold=0)
    second = local.replace(tzinfo=place, fold=1)
    at = first.astimezone(UTC)
    if at.astimezone(place).replace(tzinfo=None, fold=0) != local.replace(fold=0):
        return Resolved(at, WallTime.MISSING)
    if first.utcoffset() != second.utcoffset():
        return Resolved(at, WallTime.REPEATED)
    return Resolved(at, WallTime.PLAIN)


def local(at: datetime, zone: str = OSLO) -> datetime:
    """The aware time on the wall in `zone` at the instant `at`. Raises ValueError when `at` is naive."""
    if at.tzinfo is None:
        raise ValueError("an instant carries its zone")
    return at.astimezone(ZoneInfo(zone))


def day_of(at: datetime, zone: str = OSLO) -> date:
    """The calendar day in `zone` on which the instant `at` falls; midnight belongs to the day it begins."""
    return local(at, zone).date()


def begins_at(day: date, zone: str = OSLO) -> datetime:
    """The instant (UTC) at which `day` begins in `zone`. A day lasts until the next one begins: 23, 24 or 25 hours."""
    return resolve(datetime.combine(day, time.min), zone).at


class Holiday(StrEnum):
    """The public holidays of Norway, by code. Their names in words live in the web."""

    NEW_YEARS_DAY = "new_years_day"
    MAUNDY_THURSDAY = "maundy_thursday"
    GOOD_FRIDAY = "good_friday"
    EASTER_SUNDAY = "easter_sunday"
    EASTER_MONDAY = "easter_monday"
    LABOUR_DAY = "labour_day"
    CONSTITUTION_DAY = "constitution_day"
    ASCENSION_DAY = "ascension_day"
    WHIT_SUNDAY = "whit_sunday"
    WHIT_MONDAY = "whit_monday"
    CHRISTMAS_DAY = "christmas_day"
    BOXING_DAY = "boxing_day"


_DAYS_AFTER_EASTER: tuple[tuple[int, Holiday], ...] = (
    (-3, Holiday.MAUNDY_THURSDAY),
    (-2, Holiday.GOOD_FRIDAY),
    (0, Holiday.EASTER_SUNDAY),
    (1, Holiday.EASTER_MONDAY),
    (39, Holiday.ASCENSION_DAY),
    (49, Holiday.WHIT_SUNDAY),
    (50, Holiday.WHIT_MONDAY),
)

_FIXED: tuple[tuple[int, int, Holiday], ...] = (
    (1, 1, Holiday.NEW_YEARS_DAY),
    (5, 1, Holiday.LABOUR_DAY),
    (5, 17, Holiday.CONSTITUTION_DAY),
    (12, 25, Holiday.CHRISTMAS_DAY),
    (12, 26, Holiday.BOXING_DAY),
)


@lru_cache(maxsize=64)
def holidays_in(year: int) -> Mapping[date, Holiday]:
    """The public holidays of `year`, in order of date.

    Where a movable feast falls on a fixed one (Whit Monday on 17 May in 2027), the day has the fixed one's code.
    """
    sunday = easter(year)
    days = {sunday + timedelta(days=after): holiday for after, holiday in _DAYS_AFTER_EASTER}
    days |= {date(year, month, day): holiday for month, day, holiday in _FIXED}
    return MappingProxyType(dict(sorted(days.items())))


def holiday_on(day: date) -> Holiday | None:
    """The public holiday that `day` is, if it is one."""
    return holidays_in(day.year).get(day)
