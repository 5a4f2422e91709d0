"""Why a post did not get each of the earlier slots: the first rule that refused it, or who has it and why that one went first.

Reads a finished plan. Decides nothing, and says it in codes that the web has words for.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from scheduler.domain.calendar import day_of, holiday_on
from scheduler.domain.posting_rules import Alternation, PostingRules
from scheduler.domain.puzzle import Fixed, Spot
from scheduler.domain.reasons import Trail, WentFirst
from scheduler.domain.rules import TURNS, Candidate, Refusal, Taken, turn_languages

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stood:
    """One post in the channel as the plan leaves it. `candidate`: it was asked about (else it was there before). `keeps`: it has not moved."""

    starts_at: datetime
    language: str | None
    publication_id: int | None
    campaign_id: int | None
    native: bool
    candidate: Candidate | None = None
    keeps: bool = False

    @property
    def is_planned_now(self) -> bool:
        """Whether the plan put it there, so that it went first or not."""
        return self.candidate is not None and self.candidate.chosen_at is None


def stood(row: Taken) -> Stood:
    """What was in the channel before the plan."""
    return Stood(row.starts_at, row.language, row.publication_id, row.campaign_id, row.native)


@dataclass(frozen=True, slots=True)
class Look:
    """A slot as the plan found it: who has it, what its day and its neighbours refuse, whose turn it was, and whom a later one is kept for."""

    spot: Spot
    past: bool
    holder: Stood | None
    full: bool
    close: bool
    refused: frozenset[str]
    kept_for: Stood | None


class Outlook:
    """Every slot of the weeks ahead, as far as the last that somebody asks about."""

    def __init__(
        self, spots: Sequence[Spot], channel: Iterable[Stood], *, fixed: Fixed, rules: PostingRules, now: datetime
    ) -> None:
        self._rules, self._fixed, self._now = rules, fixed, now
        self._planned = sorted((each for each in channel if each.is_planned_now), key=lambda each: each.starts_at)
        self._all = sorted(channel, key=lambda each: (each.starts_at, each.publication_id or 0))
        self._times = [each.starts_at for each in self._all]
        self._planned_times = [each.starts_at for each in self._planned]
        self._days = [day_of(at, rules.zone) for at in self._planned_times]
        self._on_day = Counter(self._days)
        self._spots = [spot for spot in spots if spot.ordinal is not None]
        self._looks: list[Look] = []

    def until(self, at: datetime) -> Iterator[Look]:
        """The slots before `at`, in order."""
        for number, spot in enumerate(self._spots):
            if spot.starts_at >= at:
                return
            if number == len(self._looks):
                self._looks.append(self._look(spot))
            yield self._looks[number]

    def _look(self, spot: Spot) -> Look:
        at, gap = spot.starts_at, self._rules.minimum_gap
        place = bisect_left(self._times, at)
        holder = self._all[place] if place < len(self._all) and self._times[place] == at else None
        nth = bisect_left(self._planned_times, at)
        earlier = nth - bisect_left(self._days, spot.day)
        before = self._planned[nth - 1] if nth else None
        room = self._fixed.room_on(spot.day)
        full = earlier >= room
        close = self._fixed.is_close_to(at) or (before is not None and at - before.starts_at < gap)
        after = self._planned[nth] if nth < len(self._planned) else None
        kept_for = None
        if holder is None and after is not None:
            crowded = self._on_day[spot.day] >= room and day_of(after.starts_at, self._rules.zone) == spot.day
            kept_for = after if crowded or after.starts_at - at < gap else None
        past = at < self._now
        return Look(spot, past, holder, full, close, self._refused(at), kept_for)

    def _refused(self, at: datetime) -> frozenset[str]:
        """The languages whose turn it is not: the one that stood last before it, and the next that is fixed."""
        if self._rules.alternation is Alternation.OFF:
            return frozenset()
        place = bisect_left(self._times, at)
        last = next((each.language for each in reversed(self._all[:place]) if each.language in TURNS), None)
        turning = self._fixed.turning
        following = bisect_right(turning, at, key=lambda row: row.starts_at)
        ahead = turning[following].language if following < len(turning) else None
        return frozenset(each for each in (last, ahead) if each is not None)

    def account_for(self, candidate: Candidate, until: datetime | None, *, keeps: bool = False) -> Trail:
        """The slots before `until` (None: all of them, as far as its latest moment) that the post did not get.

        One that keeps its time did not ask for those that are free.
        """
        trail = Trail()
        for look in self.until(until or _NEVER):
            refusal, facts = self._told(candidate, look)
            if keeps and refusal is Refusal.KEPT_FREE:
                continue
            trail.note(refusal, look.spot.starts_at, facts)
            if until is None and refusal is Refusal.AFTER_LATEST:
                break
            if until is not None and trail.is_full:
                break
        return trail

    def _told(self, candidate: Candidate, look: Look) -> tuple[Refusal, dict[str, str]]:
        own = self._own(candidate, look)
        if own is not None:
            return own
        turned = all(language in look.refused for language in turn_languages(candidate))
        if look.holder is not None and look.holder.publication_id != candidate.publication_id:
            return Refusal.HELD, {**_named(look.holder), "why": _why(candidate, look.holder, turned=turned).value}
        if look.full:
            return Refusal.DAY_FULL, {"cap": str(self._rules.max_per_day)}
        if look.close:
            return Refusal.TOO_CLOSE, {"minutes": str(int(self._rules.minimum_gap.total_seconds()) // 60)}
        if self._crowds(candidate, look.spot):
            return Refusal.CAMPAIGN, {"days": str(candidate.campaign_apart)}
        if turned:
            return Refusal.TURN, {"language": "nn" if "nn" not in candidate.languages else "nb"}
        if look.kept_for is not None and look.kept_for.publication_id != candidate.publication_id:
            why = _why(candidate, look.kept_for, turned=False)
            return Refusal.KEPT_FREE, {**_named(look.kept_for), "why": why.value}
        return Refusal.KEPT_FREE, {"why": WentFirst.TURN_LATER.value}

    def _own(self, candidate: Candidate, look: Look) -> tuple[Refusal, dict[str, str]] | None:
        """What the post itself, or the day, refuses."""
        at = look.spot.starts_at
        if look.past:
            return Refusal.IN_THE_PAST, {}
        if candidate.earliest_at is not None and at < candidate.earliest_at:
            return Refusal.BEFORE_EARLIEST, {"earliest_at": candidate.earliest_at.isoformat()}
        if candidate.latest_at is not None and at > candidate.latest_at:
            return Refusal.AFTER_LATEST, {"latest_at": candidate.latest_at.isoformat()}
        if look.spot.closed is Refusal.HOLIDAY:
            holiday = holiday_on(look.spot.day)
            return Refusal.HOLIDAY, {"holiday": holiday.value if holiday else ""}
        return (look.spot.closed, {}) if look.spot.closed is not None else None

    def _crowds(self, candidate: Candidate, spot: Spot) -> bool:
        if candidate.campaign_id is None or not candidate.campaign_apart:
            return False
        return any(
            each.campaign_id == candidate.campaign_id
            and each.publication_id != candidate.publication_id
            and _days_apart(day_of(each.starts_at, self._rules.zone), spot.day) < candidate.campaign_apart
            for each in self._all
        )


def _days_apart(one: date, other: date) -> int:
    return abs((one - other).days)


def _named(holder: Stood) -> dict[str, str]:
    """Whose the slot is; a native post has no number of ours."""
    return {"publication": str(holder.publication_id) if holder.publication_id is not None else ""}


def _why(candidate: Candidate, holder: Stood, *, turned: bool) -> WentFirst:
    """Why the other one went first. `turned`: the turn refused the post that asks."""
    if holder.native:
        return WentFirst.NATIVE
    if holder.candidate is None or holder.keeps:
        return WentFirst.ANNOUNCED
    if holder.candidate.chosen_at is not None:
        return WentFirst.CHOSEN
    if turned and holder.language in TURNS:
        return WentFirst.THEIR_TURN
    return _by_the_queue(candidate, holder.candidate)


def _by_the_queue(candidate: Candidate, other: Candidate) -> WentFirst:
    if (other.latest_at or _NEVER) != (candidate.latest_at or _NEVER):
        sooner = (other.latest_at or _NEVER) < (candidate.latest_at or _NEVER)
        return WentFirst.SOONER if sooner else WentFirst.FITS
    if other.priority != candidate.priority:
        return WentFirst.MATTERS_MORE if other.priority > candidate.priority else WentFirst.FITS
    return WentFirst.OLDER if other.created_at < candidate.created_at else WentFirst.FITS
