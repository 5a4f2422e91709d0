"""Where in a day a channel posts: its start times, spread over the windows.

Decides the times that the planner chooses among. Knows the rules' windows, cap and gap. Knows nothing of posts, of what is taken, or of
holidays. Every time that leaves this module is an instant in UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from scheduler.domain.calendar import local
from scheduler.domain.posting_rules import Opening, PostingRules, openings

#: Slots start on marks of five minutes.
MARK = timedelta(minutes=5)

#: Channels are spread over the first hour of their share, so that a whole country does not post in the same minute.
MARKS_AN_HOUR = 12

#: Where there is room, the last start leaves half an hour until closing, in case it is held up.
LEEWAY = 6


@dataclass(frozen=True, slots=True)
class SlotTime:
    """The place number `ordinal` (from 1) of `day` in one channel, and when it starts (UTC)."""

    day: date
    ordinal: int
    starts_at: datetime


def slots_of(day: date, *, rules: PostingRules, channel_id: int) -> tuple[SlotTime, ...]:
    """The start times of `day` in the channel, earliest first: at most the cap, never closer than the gap, none where no window is open.

    The same for the same arguments, always. Two in 13:00-18:00 come in the hours after 13 and after 16.
    """
    runs = [_marks_in(opening, rules.zone) for opening in openings(day, rules)]
    length = sum(run.length for run in runs)
    if not length:
        return ()
    step, count = _spread(length, cap=rules.max_per_day, gap=rules.minimum_gap)
    # Every start is moved by the same number of marks, so that the gaps stay what they are.
    room = min(length - (count - 1) * step - LEEWAY, MARKS_AN_HOUR)
    shift = _number_of(channel_id) % max(1, room)
    return tuple(SlotTime(day, place + 1, _mark(runs, shift + place * step)) for place in range(count))


def slots_between(first: date, last: date, *, rules: PostingRules, channel_id: int) -> Iterator[SlotTime]:
    """The slots of every day from `first` to `last`, both included, in order of time."""
    for number in range((last - first).days + 1):
        yield from slots_of(first + timedelta(days=number), rules=rules, channel_id=channel_id)


def ordinal_for(taken_ordinals: Collection[int], *, cap: int, wanted: int | None = None) -> int | None:
    """The free ordinal of a day: the wanted one if it is free, else the lowest. None when all from 1 to `cap` are held."""
    free = [ordinal for ordinal in range(1, cap + 1) if ordinal not in taken_ordinals]
    if wanted in free:
        return wanted
    return free[0] if free else None


def _spread(length: int, *, cap: int, gap: timedelta) -> tuple[int, int]:
    """How many marks from one start to the next, and how many starts there is room for among `length` marks."""
    least = max(1, -(-gap // MARK))
    count = min(cap, (length - 1) // least + 1)
    share = length // count
    # Whole hours read better ("one at one, one at four"), where the last start still falls inside.
    whole_hours = -(-share // MARKS_AN_HOUR) * MARKS_AN_HOUR
    step = whole_hours if (count - 1) * whole_hours < length else share
    return max(least, step), count


@dataclass(frozen=True, slots=True)
class _Marks:
    """The marks of the wall clock within an opening: `length` of them from `first` on."""

    first: datetime
    length: int


def _marks_in(opening: Opening, zone: str) -> _Marks:
    """The marks within an opening, its closing not among them. A window that holds none gets no slot."""
    wall = local(opening.opens_at, zone)
    past = timedelta(minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond) % MARK
    first = opening.opens_at + (MARK - past if past else timedelta(0))
    return _Marks(first, max(0, -((first - opening.closes_at) // MARK)))


def _mark(runs: Sequence[_Marks], number: int) -> datetime:
    """The mark of this number (from 0), counted through the openings of a day."""
    for run in runs:
        if number < run.length:
            return run.first + number * MARK
        number -= run.length
    raise ValueError("the day has no such mark")


@lru_cache(maxsize=1024)
def _number_of(channel_id: int) -> int:
    """A number that depends on the channel alone, today and tomorrow, in every process."""
    return int.from_bytes(sha256(f"channel {channel_id}".encode()).digest()[:8], "big")
