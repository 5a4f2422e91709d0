"""The posting rules as a municipality sets them: how many a day, when, how far apart, whose turn, and which days stand empty.

Decides what a usable set of promises is, and when their windows are open. Knows the calendar. Knows nothing of posts, of what is taken, or
of databases. Source: design, "Rules the domain must know".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scheduler.domain.calendar import OSLO, day_of, resolve
from scheduler.errors import Refused

MOST_A_DAY = 24
LONGEST_GAP = timedelta(hours=24)
LONGEST_PATIENCE = 60
HIGHEST_FLOOR = 50


class RulesFault(StrEnum):
    """Why posting rules cannot be used."""

    CLOSES_BEFORE_OPENING = "closes_before_opening"
    NOT_SEVEN_DAYS = "not_seven_days"
    WINDOWS_OVERLAP = "windows_overlap"
    NEVER_OPEN = "never_open"
    CAP_OUT_OF_RANGE = "cap_out_of_range"
    GAP_OUT_OF_RANGE = "gap_out_of_range"
    PATIENCE_OUT_OF_RANGE = "patience_out_of_range"
    UNKNOWN_ZONE = "unknown_zone"
    FLOOR_OUT_OF_RANGE = "floor_out_of_range"


class RulesError(Refused):
    """Posting rules that contradict themselves, with every fault found."""

    def __init__(self, codes: Iterable[RulesFault]) -> None:
        super().__init__(*sorted(frozenset(codes)))


class Alternation(StrEnum):
    """How firmly nynorsk and bokmål take turns.

    PREFER: a post waits `patience_days` at most, then the break goes out and is recorded. ASK: only a person, with a reason.
    STRICT: never. OFF: languages take no turns here.
    """

    PREFER = "prefer"
    ASK = "ask"
    STRICT = "strict"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when a channel may post, on the wall clock: `opens` belongs to it, `closes` does not.

    `closes` at 00:00 means the end of the day; 00:00 to 00:00 is the whole day. No window runs past midnight.
    """

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes != time.min and self.closes <= self.opens:
            raise RulesError({RulesFault.CLOSES_BEFORE_OPENING})


#: From when until when, as somebody said it, before anybody knows whether it makes a window.
Hours: TypeAlias = tuple[time, time]

#: The windows of each weekday, Monday first.
Week: TypeAlias = tuple[tuple[Window, ...], ...]

AFTERNOONS: Week = ((Window(time(13), time(18)),),) * 7


def _overlaps(windows: tuple[Window, ...]) -> bool:
    """Whether windows of one day lie over one another or stand out of order."""
    return any(earlier.closes == time.min or earlier.closes > later.opens for earlier, later in pairwise(windows))


def faults_of_day(hours: Sequence[Hours]) -> frozenset[RulesFault]:
    """What is wrong with the windows that one day shall have, in whatever order they were said."""
    try:
        windows = _day(hours)
    except RulesError as wrong:
        return frozenset(RulesFault(code) for code in wrong.codes)
    return frozenset({RulesFault.WINDOWS_OVERLAP} if _overlaps(windows) else ())


def _day(hours: Sequence[Hours]) -> tuple[Window, ...]:
    return tuple(Window(opens, closes) for opens, closes in sorted(hours))


def _is_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class PostingRules:
    """What a municipality has promised about one channel. Raises RulesError when the promises contradict themselves.

    `windows`: the windows of Monday to Sunday, in order; `minimum_gap`: between any two posts, across midnight too; `own_days`:
    days on which the planner places nothing, like public holidays (which it skips when `skip_holidays`); `floor_percent`: the share that
    the lesser used of nynorsk and bokmål shall have at least, of what is posted in the two; 0: nobody is told.
    """

    max_per_day: int = 2
    windows: Week = AFTERNOONS
    minimum_gap: timedelta = timedelta(minutes=60)
    alternation: Alternation = Alternation.PREFER
    patience_days: int = 2
    skip_holidays: bool = True
    own_days: frozenset[date] = frozenset()
    floor_percent: int = 25
    zone: str = OSLO

    def __post_init__(self) -> None:
        faults = {
            RulesFault.CAP_OUT_OF_RANGE: not 1 <= self.max_per_day <= MOST_A_DAY,
            RulesFault.GAP_OUT_OF_RANGE: not timedelta(0) <= self.minimum_gap <= LONGEST_GAP,
            RulesFault.PATIENCE_OUT_OF_RANGE: not 0 <= self.patience_days <= LONGEST_PATIENCE,
            RulesFault.NOT_SEVEN_DAYS: len(self.windows) != 7,
            RulesFault.NEVER_OPEN: not any(self.windows),
            RulesFault.WINDOWS_OVERLAP: any(_overlaps(windows) for windows in self.windows),
            RulesFault.UNKNOWN_ZONE: not _is_zone(self.zone),
            RulesFault.FLOOR_OUT_OF_RANGE: not 0 <= self.floor_percent <= HIGHEST_FLOOR,
        }
        if any(faults.values()):
            raise RulesError(fault for fault, found in faults.items() if found)


def kept_in(rules: PostingRules, language: str | None) -> PostingRules:
    """The rules as a channel with this fixed language (None: none) keeps them: where there is one, nothing takes turns."""
    return rules if language is None else replace(rules, alternation=Alternation.OFF)


def rules_from(
    *,
    max_per_day: int,
    hours: Sequence[Sequence[Hours]],
    gap_minutes: int,
    alternation: Alternation,
    patience_days: int,
    skip_holidays: bool,
    floor_percent: int,
    zone: str,
    own_days: frozenset[date] = frozenset(),
) -> PostingRules:
    """The rules that somebody has typed; `hours`: those of Monday to Sunday. Raises RulesError with every fault at once, each day's too."""
    faults = {fault for day in hours for fault in faults_of_day(day)}
    try:
        rules = PostingRules(
            max_per_day=max_per_day,
            windows=AFTERNOONS if faults else tuple(_day(day) for day in hours),
            # What is out of range is so by far enough, and no length that a number could not hold.
            minimum_gap=timedelta(minutes=max(-1, min(gap_minutes, 100_000))),
            alternation=alternation,
            patience_days=patience_days,
            skip_holidays=skip_holidays,
            own_days=own_days,
            floor_percent=floor_percent,
            zone=zone,
        )
    except RulesError as wrong:
        raise RulesError({*faults, *(RulesFault(code) for code in wrong.codes)}) from None
    if faults:
        raise RulesError(faults)
    return rules


@dataclass(frozen=True, slots=True)
class Opening:
    """One window of one day as instants (UTC): open from `opens_at` up to, not including, `closes_at`."""

    opens_at: datetime
    closes_at: datetime


@lru_cache(maxsize=4096)
def _openings(day: date, windows: tuple[Window, ...], zone: str) -> tuple[Opening, ...]:
    found = []
    for window in windows:
        closing_day = day + timedelta(days=1) if window.closes == time.min else day
        opening = Opening(
            resolve(datetime.combine(day, window.opens), zone).at,
            resolve(datetime.combine(closing_day, window.closes), zone).at,
        )
        # A window within the hour that the clock skips in spring has no length that day.
        if opening.opens_at < opening.closes_at:
            found.append(opening)
    return tuple(found)


def openings(day: date, rules: PostingRules) -> tuple[Opening, ...]:
    """When the channel may post on `day`, in order. Window ends are wall times, so a day of 25 hours may have a longer window."""
    return _openings(day, rules.windows[day.weekday()], rules.zone)


def is_open(at: datetime, rules: PostingRules) -> bool:
    """Whether `at` lies in a window of its day. Exactly at opening: yes. Exactly at closing: no."""
    return any(opening.opens_at <= at < opening.closes_at for opening in openings(day_of(at, rules.zone), rules))
