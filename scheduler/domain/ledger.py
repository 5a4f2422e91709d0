"""The language ledger: what reached the channels in nynorsk and in bokmål, where a turn was broken and why, and who falls short.

Decides what counts in which language, what is a break, who gave the reason for it, and when the lesser used standard is under its floor.
Knows nothing of rows, pages or clocks. The period is a calendar year. Source: design, "Rules the domain must know"; docs/languages.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from scheduler.domain.calendar import OSLO, day_of
from scheduler.domain.excuses import Excuse
from scheduler.domain.reasons import Because
from scheduler.domain.rules import TURNS, Refusal

#: With fewer posts than this in the two standards, nobody is told that one falls short: one post more could turn it.
FEWEST = 10
#: How long before the period a post can still be the one that the period's first stands next to.
LOOK_BACK = timedelta(days=60)

_Key = TypeVar("_Key")


class Why(StrEnum):
    """Why a post stands next to one in the same written standard."""

    #: It had waited for its turn as long as a post may.
    WAITED = "waited"
    #: Else it would have missed its latest moment.
    LATEST = "latest"
    #: A person put it there, with a ready-made reason.
    PERSON = "person"
    #: A person had chosen its time before what stands next to it, or the rules, came to be as they are.
    STOOD = "stood"
    #: One of the two was posted on the platform itself.
    NATIVE = "native"
    #: Nobody kept a reason: turns were off when it was placed, for one.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a turn was broken. `excuse`: the person's reason; `days`: how long the post had waited."""

    why: Why
    excuse: Excuse | None = None
    days: int | None = None


class Entry(NamedTuple):
    """Something that reached a channel, or (`ahead`) has a place there.

    `at`: when it came out; `turn_at`: what its turn is judged by (its slot, the platform's time for a native post). `publication_id`: ours;
    else `thread_id`: posted on the platform itself. `notice`: a service notice, which stands apart. `cause`: why it broke a turn, as kept.
    """

    channel_id: int
    at: datetime
    turn_at: datetime
    language: str | None
    publication_id: int | None = None
    thread_id: int | None = None
    notice: bool = False
    ahead: bool = False
    cause: Cause | None = None

    @property
    def native(self) -> bool:
        """Whether it was posted past us."""
        return self.publication_id is None

    @property
    def turns(self) -> bool:
        """Whether the turn of languages knows of it."""
        return not self.notice and self.language in TURNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many posts there were. `both`: with a text in each standard in one; `other`: in another language, or none that could be told.

    `notices`: service notices, whatever they are written in, counted nowhere else. `native`: of the others, those posted past us.
    """

    nn: int = 0
    nb: int = 0
    both: int = 0
    other: int = 0
    notices: int = 0
    native: int = 0

    def __add__(self, more: Tally) -> Tally:
        return Tally(
            nn=self.nn + more.nn,
            nb=self.nb + more.nb,
            both=self.both + more.both,
            other=self.other + more.other,
            notices=self.notices + more.notices,
            native=self.native + more.native,
        )

    @property
    def in_nn(self) -> int:
        """Posts that can be read in nynorsk: one with both texts counts for both."""
        return self.nn + self.both

    @property
    def in_nb(self) -> int:
        """Posts that can be read in bokmål."""
        return self.nb + self.both

    @property
    def counted(self) -> int:
        """What shares are counted of."""
        return self.in_nn + self.in_nb

    @property
    def posts(self) -> int:
        """All that reached the channel, notices apart."""
        return self.nn + self.nb + self.both + self.other

    @property
    def balance(self) -> int:
        """Above 0: more in nynorsk; below: more in bokmål."""
        return self.nn - self.nb

    @property
    def lesser(self) -> str | None:
        """The lesser used standard; None where they are even."""
        return None if self.nn == self.nb else "nn" if self.nn < self.nb else "nb"

    @property
    def too_few(self) -> bool:
        """Whether it is too early to say that one falls short."""
        return self.posts - self.other < FEWEST

    def percent(self, language: str) -> int:
        """The share of a standard in whole percent, 0 where there is nothing. The lesser one's is cut off, never rounded up to a floor."""
        if not self.counted:
            return 0
        least = 100 * min(self.in_nn, self.in_nb) // self.counted
        return least if self.lesser in {None, language} else 100 - least


@dataclass(frozen=True, slots=True)
class Alarm:
    """The lesser used standard is under its floor. `needed`: so many posts more in it alone bring it back."""

    language: str
    percent: int
    floor_percent: int
    needed: int


@dataclass(frozen=True, slots=True)
class Break:
    """A post next to one in the same standard. `entry`: the one of the two that the reason belongs to; `at`: when the second came out."""

    entry: Entry
    at: datetime
    language: str
    cause: Cause


def cause_of(kept: Iterable[Mapping[str, Any]]) -> Cause | None:
    """Why a placement breaks the turn, by its account (rows of `Reason.as_row`); None where it does not say that it does.

    What a person decided goes before what the planner found. A reason that is not known any more is none.
    """
    found: Cause | None = None
    for row in kept:
        code, params = row["code"], row.get("params", {})
        if code == Because.EXCUSED.value and params.get("rule") == Refusal.TURN.value:
            return _excused(params.get("reason"))
        if code == Because.TURN_HURRIED.value:
            found = Cause(Why.LATEST)
        elif code == Because.TURN_BROKEN.value:
            days = str(params.get("days", ""))
            found = Cause(Why.WAITED, days=int(days) if days.isdecimal() else None)
    return found


def _excused(reason: str | None) -> Cause:
    excuse = Excuse(reason) if reason in set(Excuse) else None
    return Cause(Why.STOOD) if excuse is Excuse.STOOD_BEFORE else Cause(Why.PERSON, excuse=excuse)


def tally(entries: Iterable[Entry]) -> Tally:
    """The numbers of these entries, each counted once."""
    found = Counter((entry.notice, entry.language, entry.native) for entry in entries)
    numbers: Counter[str] = Counter()
    for (notice, language, native), times in found.items():
        numbers["notices" if notice else language if language in {"nn", "nb", "both"} else "other"] += times
        numbers["native"] += times if native and not notice else 0
    return Tally(**numbers)


def alarm(numbers: Tally, *, floor_percent: int) -> Alarm | None:
    """Whether the lesser used standard is under the floor; exactly at it is not under. None too where there are too few posts to say."""
    if numbers.lesser is None or numbers.too_few:
        return None
    least = min(numbers.in_nn, numbers.in_nb)
    short = floor_percent * numbers.counted - 100 * least
    if short <= 0:
        return None
    return Alarm(numbers.lesser, numbers.percent(numbers.lesser), floor_percent, -(-short // (100 - floor_percent)))


def breaks(entries: Iterable[Entry], *, since: datetime) -> tuple[Break, ...]:
    """Where two posts in the same standard stand next to each other in one channel, the second out since `since`; in order of time.

    The reason is the second's own. Without one it is that the second was posted past us; else the first's, where that one stands in turn with
    what is before it (a person may have put it before one that stood already); else that the first was posted past us. What is ahead stands
    between two that are out, but breaks nothing yet.
    """
    turning = sorted((entry for entry in entries if entry.turns), key=_in_order)
    found, in_turn = [], True
    for first, second in pairwise(turning):
        first_in_turn, in_turn = in_turn, first.language != second.language
        if in_turn or first.ahead or second.ahead or second.at < since:
            continue
        entry, cause = _reason_for(first, second, first_in_turn=first_in_turn)
        found.append(Break(entry, second.at, second.language or "", cause))
    return tuple(found)


def _reason_for(first: Entry, second: Entry, *, first_in_turn: bool) -> tuple[Entry, Cause]:
    if second.cause is not None:
        return second, second.cause
    if second.native:
        return second, Cause(Why.NATIVE)
    if first.cause is not None and first_in_turn:
        return first, first.cause
    return (first, Cause(Why.NATIVE)) if first.native else (second, Cause(Why.UNKNOWN))


def _in_order(entry: Entry) -> tuple[datetime, int, int]:
    return entry.turn_at, entry.publication_id or 0, entry.thread_id or 0


@dataclass(frozen=True, slots=True)
class Point:
    """Where the balance stood at the end of the week that begins on `monday`: above 0 more in nynorsk. `week`: what came in it."""

    monday: date
    week: Tally
    balance: int


def running(entries: Iterable[Entry], *, zone: str = OSLO) -> tuple[Point, ...]:
    """The balance week by week, from the first week with a post to the last, those between without any too. Nynorsk +1, bokmål -1."""
    by_week = _grouped(entries, lambda entry: _monday(day_of(entry.at, zone)))
    if not by_week:
        return ()
    points, balance, monday = [], 0, min(by_week)
    while monday <= max(by_week):
        week = tally(by_week.get(monday, ()))
        balance += week.balance
        points.append(Point(monday, week, balance))
        monday += timedelta(days=7)
    return tuple(points)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of one channel: its numbers and its breaks."""

    number: int
    tally: Tally
    breaks: tuple[Break, ...]


def months(entries: Iterable[Entry], broken: Iterable[Break], *, last: int, zone: str = OSLO) -> tuple[Month, ...]:
    """The months of a year from January to month `last`, empty ones too."""
    came = _grouped(entries, lambda entry: day_of(entry.at, zone).month)
    broke: dict[int, list[Break]] = {}
    for each in broken:
        broke.setdefault(day_of(each.at, zone).month, []).append(each)
    return tuple(
        Month(number, tally(came.get(number, ())), tuple(broke.get(number, ()))) for number in range(1, last + 1)
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _grouped(entries: Iterable[Entry], key: Callable[[Entry], _Key]) -> dict[_Key, list[Entry]]:
    found: dict[_Key, list[Entry]] = {}
    for entry in entries:
        found.setdefault(key(entry), []).append(entry)
    return found
