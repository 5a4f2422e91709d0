"""The time at which a post may go out all the same, where a person gives a reason: the one that sets the fewest rules aside.

Decides one time. Asks every rule of rules.py, and sets none aside itself: a person does. Knows no other post's wish.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.domain.calendar import day_of
from scheduler.domain.planner import HORIZON
from scheduler.domain.posting_rules import PostingRules, openings
from scheduler.domain.rules import TURNS, Candidate, Refusal, Taken, excusable, refusals, turn_languages
from scheduler.domain.slots import slots_of

#: Times that are asked about between the slots of a day.
_STEP = timedelta(minutes=30)

#: A week with any such time is not passed by for one in which fewer rules stand in the way.
_WEEK = timedelta(days=7)

#: A day and the hour by which the longest is longer.
_DAY = timedelta(hours=25)


@dataclass(frozen=True, slots=True)
class ByReason:
    """A time, and every rule that a person would set aside there (none: the planner may have it as it is)."""

    at: datetime
    broken: frozenset[Refusal]


def first_by_reason(
    candidate: Candidate,
    *,
    taken: Iterable[Taken],
    rules: PostingRules,
    channel_id: int,
    now: datetime,
    horizon: timedelta = HORIZON,
) -> ByReason | None:
    """Of the first week in which a reason helps, the time that breaks fewest rules, and of those the earliest; None: no reason helps.

    Never the very moment of another post. Holidays and days taken out are passed by as when the planner places.
    """
    free = replace(candidate, chosen_at=None, excused=frozenset())
    begin, until = max(now, free.earliest_at or now), now + horizon
    until = min(until, free.latest_at or until)
    if free.channel_paused or not free.approved:
        return None
    held = sorted((each for each in taken if each.counts), key=lambda each: each.starts_at)
    soft = excusable(rules)
    best: ByReason | None = None
    for times in _days(begin, until, rules, channel_id):
        near = _near(times, free, held, rules)
        for at in times:
            if best is not None and at > until:
                return best
            broken = _broken(free, at, near, rules, now)
            if broken <= soft and not any(each.starts_at == at for each in near):
                until = min(until, at + _WEEK) if best is None else until
                if best is None or len(broken) < len(best.broken):
                    best = ByReason(at, broken)
    return best


def _near(times: list[datetime], candidate: Candidate, held: list[Taken], rules: PostingRules) -> list[Taken]:
    """What can stand in the way on the day of these times: what lies close to them, the turns before and after that, and the campaign."""
    reach = max(_DAY, rules.minimum_gap)
    first = bisect_left(held, times[0] - reach, key=_starts_at)
    last = bisect_right(held, times[-1] + reach, key=_starts_at)
    turn_before = next((each for each in reversed(held[:first]) if each.language in TURNS), None)
    turn_after = next((each for each in held[last:] if each.language in TURNS), None)
    campaign = candidate.campaign_id
    mates = [each for each in (*held[:first], *held[last:]) if campaign is not None and each.campaign_id == campaign]
    return [*(each for each in (turn_before, turn_after) if each is not None), *mates, *held[first:last]]


def _starts_at(row: Taken) -> datetime:
    return row.starts_at


def _broken(
    candidate: Candidate, at: datetime, taken: list[Taken], rules: PostingRules, now: datetime
) -> frozenset[Refusal]:
    found = (
        refusals(candidate, at, language=language, taken=taken, rules=rules, now=now, automatic=True)
        for language in turn_languages(candidate)
    )
    return min(found, key=len)


def _days(begin: datetime, until: datetime, rules: PostingRules, channel_id: int) -> Iterator[list[datetime]]:
    """The times that are asked about, day by day."""
    first = day_of(begin, rules.zone)
    for number in range((day_of(until, rules.zone) - first).days + 1):
        day = first + timedelta(days=number)
        times = {slot.starts_at for slot in slots_of(day, rules=rules, channel_id=channel_id)}
        for opening in openings(day, rules):
            steps = (opening.closes_at - opening.opens_at) // _STEP
            times.update(opening.opens_at + step * _STEP for step in range(steps + 1))
        asked = sorted(at for at in times if begin <= at <= until)
        if asked:
            yield asked
