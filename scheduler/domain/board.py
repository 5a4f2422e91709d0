"""What the rules say of one post at one moment in a channel: the language it would count as, the ordinal it would hold, every refusal.

Asks `rules.refusals`, and shows it only what can matter there. Places nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from scheduler.domain.calendar import day_of
from scheduler.domain.posting_rules import PostingRules
from scheduler.domain.rules import TURNS, Candidate, Refusal, Taken, refusals, turn_languages
from scheduler.domain.slots import ordinal_for


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a post at a time. `beyond_cap`: the day is full, and a person set that aside: the ordinal lies above the cap."""

    day: date
    starts_at: datetime
    language: str
    ordinal: int | None
    beyond_cap: bool
    refusals: frozenset[Refusal]


@dataclass(frozen=True, slots=True)
class _Around:
    """A moment in the channel: what the rules can hold against it, how many its day holds, and which ordinals."""

    day: date
    near: tuple[Taken, ...]
    count: int
    held: frozenset[int]


class Board:
    """What the channel holds."""

    def __init__(self, taken: Iterable[Taken], rules: PostingRules) -> None:
        self._rules = rules
        self._taken = sorted(taken, key=lambda each: (each.starts_at, each.publication_id or 0))
        self._days = [day_of(each.starts_at, rules.zone) for each in self._taken]

    def put(self, row: Taken) -> None:
        """One more stands there."""
        self._taken = sorted([*self._taken, row], key=lambda each: (each.starts_at, each.publication_id or 0))
        self._days = [day_of(each.starts_at, self._rules.zone) for each in self._taken]

    def _around(self, at: datetime, candidate: Candidate) -> _Around:
        day, gap = day_of(at, self._rules.zone), self._rules.minimum_gap
        on_day = {i for i, each in enumerate(self._days) if each == day}
        close = {i for i, each in enumerate(self._taken) if abs(each.starts_at - at) <= gap}
        turning = [i for i, each in enumerate(self._taken) if each.counts and each.language in TURNS]
        neighbours = {
            *[i for i in turning if self._taken[i].starts_at <= at][-1:],
            *[i for i in turning if self._taken[i].starts_at > at][:1],
        }
        campaign = candidate.campaign_id
        mates = {i for i, each in enumerate(self._taken) if campaign is not None and each.campaign_id == campaign}
        held = {self._taken[i].ordinal for i in on_day}
        return _Around(
            day,
            tuple(self._taken[i] for i in sorted(on_day | close | neighbours | mates)),
            sum(self._taken[i].counts for i in on_day),
            frozenset(each for each in held if each is not None),
        )

    def judge(
        self, candidate: Candidate, at: datetime, *, now: datetime, automatic: bool, wanted: int | None = None
    ) -> Verdict:
        """The verdict for the language that has least against it, the first of them where that is the same."""
        around, cap = self._around(at, candidate), self._rules.max_per_day
        judged = {
            language: refusals(
                candidate,
                at,
                language=language,
                taken=around.near,
                rules=self._rules,
                now=now,
                automatic=automatic,
            )
            for language in turn_languages(candidate)
        }
        language = min(judged, key=lambda each: len(judged[each]))
        ordinal = ordinal_for(around.held, cap=cap, wanted=wanted)
        is_full = ordinal is None or around.count >= cap
        found, beyond = set(judged[language]), False
        if is_full and Refusal.DAY_FULL in candidate.excused:
            ordinal, beyond = first_beyond(around.held, cap=cap), True
        elif ordinal is None:
            found.add(Refusal.DAY_FULL)
        return Verdict(around.day, at, language, ordinal, beyond, frozenset(found))


def first_beyond(held: Iterable[int], *, cap: int) -> int:
    """The first free ordinal above the cap."""
    return next(ordinal for ordinal in range(cap + 1, cap + 2 + len(set(held))) if ordinal not in held)
