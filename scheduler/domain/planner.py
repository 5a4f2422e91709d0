"""Which post goes into which slot of a channel, and why.

Decides places, languages and reasons, in codes. Breaks no rule of rules.py, save a turn under PREFER where a post has waited its time out or
would miss its latest moment. Of all lawful plans it seeks the one with the least `Aim`; what stands is moved only for a gain. The same facts
give the same plan, and a plan that is carried out and made again is the same plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from scheduler.domain.accounts import Outlook, Stood, stood
from scheduler.domain.board import Board, Verdict, first_beyond
from scheduler.domain.calendar import day_of
from scheduler.domain.posting_rules import Alternation, PostingRules
from scheduler.domain.puzzle import HURRIED, Spot, queue_order, spots_ahead
from scheduler.domain.reasons import Because, Cost, Placement, Plan, Reason, Unplaced, ways_out_of
from scheduler.domain.rules import TURNS, Candidate, Refusal, Taken, excusable, first_of, turn_languages
from scheduler.domain.slots import ordinal_for
from scheduler.domain.solving import SETTLED as SETTLED
from scheduler.domain.solving import Solved, Terms, language_of, solve

HORIZON = timedelta(weeks=8)

_TURN_ALONE = frozenset({Refusal.TURN})
#: How far back a day, a gap or a clock change can matter; of what is older, only the last turn and the campaigns.
_NEAR = timedelta(days=3)


def plan(
    candidates: Iterable[Candidate],
    *,
    taken: Iterable[Taken],
    rules: PostingRules,
    channel_id: int,
    now: datetime,
    horizon: timedelta = HORIZON,
) -> Plan:
    """A place for every post that the rules allow one for, within `horizon` from `now`; for the others, why not.

    Times that a person chose are kept exactly, or refused. What was announced (`Candidate.stands_at`) stays, save where the rules forbid it
    now, or where moving it makes fewer posts miss their latest moment or break the turn; within SETTLED from `now` it is not moved at all.
    Everything else goes where the plan as a whole has the least `Aim`. A slot that only the turn keeps empty goes, under PREFER, to
    somebody who has lost such a slot at least `patience_days` ago.

    `taken` as in `rules.refusals`, with every ordinal that is held; the candidates' own rows among it only tell the ordinals that they hold
    where they stand. Raises ValueError when a post comes twice.
    """
    asked = sorted(candidates, key=queue_order)
    if len({each.publication_id for each in asked}) != len(asked):
        raise ValueError("a post can be placed once")
    lasting = {each.publication_id: found for each in asked if (found := _lasting(each))}
    ready = [_by_the_rules(each, rules) for each in asked if each.publication_id not in lasting]
    rows = _that_matter(taken, asked, rules=rules, now=now)
    rows = [row for row in rows if row.publication_id not in lasting]
    terms = Terms(rules, channel_id, now, now + horizon)
    return _Answer(solve(ready, rows, terms), asked, rows, terms).plan(lasting)


def _lasting(candidate: Candidate) -> frozenset[Refusal]:
    """What refuses the post at any time whatever."""
    asked = {Refusal.NOT_APPROVED: not candidate.approved, Refusal.CHANNEL_PAUSED: candidate.channel_paused}
    return frozenset(refusal for refusal, found in asked.items() if found)


def _by_the_rules(candidate: Candidate, rules: PostingRules) -> Candidate:
    """What is excused, as far as these rules allow; without a chosen time, only the turn."""
    excused = candidate.excused & excusable(rules)
    return replace(candidate, excused=excused if candidate.chosen_at is not None else excused & _TURN_ALONE)


def _that_matter(
    taken: Iterable[Taken], asked: Sequence[Candidate], *, rules: PostingRules, now: datetime
) -> list[Taken]:
    """Without what is too old to matter. Where turns are strict, no break stands excused."""
    rows = sorted(taken, key=lambda row: row.starts_at)
    since = min([now, *(each.chosen_at for each in asked if each.chosen_at is not None)]) - _NEAR
    campaigns = {each.campaign_id for each in asked} - {None}
    last = next((row for row in reversed(rows) if row.starts_at < since and row.counts and row.language in TURNS), None)
    found = [row for row in rows if row.starts_at >= since or row is last or row.campaign_id in campaigns]
    if rules.alternation is Alternation.STRICT:
        found = [replace(row, breaks_turn=False) if row.breaks_turn else row for row in found]
    return found


class _Answer:
    """A solved plan put into places and reasons."""

    def __init__(self, solved: Solved, asked: Sequence[Candidate], rows: Sequence[Taken], terms: Terms) -> None:
        self._solved, self._rules, self._now = solved, terms.rules, terms.now
        self._asked = {each.publication_id: each for each in asked}
        self._own = {row.publication_id: row for row in rows if row.publication_id in self._asked}
        frame, puzzle = solved.frame, solved.frame.puzzle
        self._number = {post.publication_id: number for number, post in enumerate(puzzle.posts)}
        self._stood: dict[int, Stood] = {}
        for each in frame.bound:
            self._stand(each.candidate, each.starts_at, each.language)
        for place, post, language in solved.steps:
            self._stand(puzzle.posts[post], puzzle.times[place], language_of(puzzle.posts[post], language))
        before = [stood(row) for row in rows if row.publication_id not in self._asked and row.counts]
        channel = [*before, *self._stood.values()]
        spots: Sequence[Spot] = frame.spots
        if any(each not in self._stood for each in self._asked):
            # Who has no place asks about all the weeks, also where a part of them was enough to plan in.
            spots = spots_ahead(terms.now, terms.until, rules=terms.rules, channel_id=terms.channel_id)
        self._outlook = Outlook(spots, channel, fixed=frame.fixed, rules=terms.rules, now=terms.now)
        self._beyond = {each.candidate.publication_id for each in frame.bound if each.beyond_cap}
        self._ordinals = self._number_the_days([row for row in rows if row.publication_id not in self._asked])

    def _stand(self, candidate: Candidate, at: datetime, language: str) -> None:
        asked = self._asked[candidate.publication_id]
        keeps = asked.chosen_at is None and (asked.stands_at, asked.stands_as) == (at, language)
        self._stood[candidate.publication_id] = Stood(
            at, language, candidate.publication_id, candidate.campaign_id, native=False, candidate=asked, keeps=keeps
        )

    def _number_the_days(self, rows: Iterable[Taken]) -> dict[int, int]:
        """The ordinal of each: who stays keeps the one it holds, the others get the slot's own where it is free."""
        zone, cap = self._rules.zone, self._rules.max_per_day
        held: dict[object, set[int]] = {}
        for row in rows:
            if row.ordinal is not None:
                held.setdefault(day_of(row.starts_at, zone), set()).add(row.ordinal)
        wanted = {spot.starts_at: spot.ordinal for spot in self._solved.frame.spots}
        found: dict[int, int] = {}
        in_order = sorted(self._stood.items(), key=lambda each: (each[1].starts_at, each[0]))
        for publication_id, each in in_order:
            own = self._own.get(publication_id)
            if each.keeps and own is not None and own.ordinal is not None and own.starts_at == each.starts_at:
                found[publication_id] = own.ordinal
                held.setdefault(day_of(each.starts_at, zone), set()).add(own.ordinal)
        for publication_id, each in in_order:
            if publication_id not in found:
                day = held.setdefault(day_of(each.starts_at, zone), set())
                free = ordinal_for(day, cap=cap, wanted=wanted.get(each.starts_at))
                if publication_id in self._beyond or free is None:
                    free = first_beyond(day, cap=cap)
                found[publication_id] = free
                day.add(free)
        return found

    def plan(self, lasting: Mapping[int, frozenset[Refusal]]) -> Plan:
        placements = [self._placement(each) for each in self._stood.values()]
        unplaced = [
            self._unplaced(candidate, lasting.get(each, frozenset()))
            for each, candidate in self._asked.items()
            if each not in self._stood
        ]
        return Plan(
            tuple(sorted(placements, key=lambda each: (each.starts_at, each.publication_id))),
            tuple(sorted(unplaced, key=lambda each: each.publication_id)),
            self._solved.replayed.aim,
        )

    def _placement(self, each: Stood) -> Placement:
        candidate = self._asked[each.publication_id or 0]
        number = self._number.get(candidate.publication_id)
        broken = self._solved.replayed.broken.get(number) if number is not None else None
        kept = (
            candidate.excused & excusable(self._rules) if each.keeps or candidate.chosen_at is not None else frozenset()
        )
        has_moved = candidate.chosen_at is None and candidate.stands_at not in (None, each.starts_at)
        return Placement(
            publication_id=candidate.publication_id,
            day=day_of(each.starts_at, self._rules.zone),
            ordinal=self._ordinals[candidate.publication_id],
            starts_at=each.starts_at,
            language=each.language or "",
            because=self._because(candidate, each, number, broken),
            excused=kept | (_TURN_ALONE if broken is not None else frozenset()),
            beyond_cap=candidate.publication_id in self._beyond,
            moved_from=candidate.stands_at if has_moved else None,
            waits_since=self._waits_since(candidate, number),
        )

    def _because(self, candidate: Candidate, each: Stood, number: int | None, broken: int | None) -> tuple[Reason, ...]:
        if candidate.chosen_at is not None:
            excuses = [Reason(Because.EXCUSED, {"rule": rule.value}) for rule in sorted(candidate.excused)]
            found = [Reason(Because.CHOSEN), *excuses]
        else:
            trail = self._outlook.account_for(candidate, each.starts_at, keeps=each.keeps)
            found = list(trail.account())
            found += self._moved(candidate, each)
            found.append(self._last(candidate, each, broken, was_free=Refusal.KEPT_FREE in trail.refusals))
        if len(turn_languages(candidate)) > 1:
            found.append(Reason(Because.LANGUAGE_CHOSEN, {"language": each.language or ""}))
        return tuple(found)

    def _last(self, candidate: Candidate, each: Stood, broken: int | None, *, was_free: bool) -> Reason:
        if broken == HURRIED:
            return Reason(Because.TURN_HURRIED, {"language": each.language or ""})
        if broken is not None:
            since = self._waits_since(candidate, self._number.get(candidate.publication_id))
            days = (day_of(each.starts_at, self._rules.zone) - day_of(since or each.starts_at, self._rules.zone)).days
            return Reason(Because.TURN_BROKEN, {"language": each.language or "", "days": str(days)})
        if each.keeps:
            return Reason(Because.STANDS)
        return Reason(Because.FITS_BEST if was_free else Because.FIRST_LAWFUL)

    def _moved(self, candidate: Candidate, each: Stood) -> list[Reason]:
        if candidate.stands_at is None or candidate.stands_at == each.starts_at:
            return []
        params = {"from": candidate.stands_at.isoformat()}
        lapsed = self._solved.frame.lapsed.get(candidate.publication_id)
        if lapsed:
            return [Reason(Because.MOVED_BY_RULE, {**params, "rule": first_of(lapsed).value})]
        return [Reason(self._solved.gain or Because.MOVED_FOR_TURN, params)]

    def _waits_since(self, candidate: Candidate, number: int | None) -> datetime | None:
        """The first slot it lost to the turn alone. What lies ahead of us of an earlier plan never came to pass."""
        known = candidate.waits_since if candidate.waits_since and candidate.waits_since < self._now else None
        lost = self._solved.replayed.lost.get(number) if number is not None else None
        return known or (self._solved.frame.puzzle.times[lost] if lost is not None else None)

    def _unplaced(self, candidate: Candidate, lasting: frozenset[Refusal]) -> Unplaced:
        if lasting or candidate.chosen_at is not None:
            found = lasting or self._solved.frame.refused.get(candidate.publication_id, _TURN_ALONE)
            return self._no_place(candidate, found, first_of(found), ())
        trail = self._outlook.account_for(candidate, None)
        found = trail.refusals
        if Refusal.AFTER_LATEST not in found:
            found |= {Refusal.BEYOND_HORIZON}
        return self._no_place(candidate, found, trail.foremost(found), trail.account())

    def _no_place(
        self, candidate: Candidate, found: frozenset[Refusal], foremost: Refusal, because: tuple[Reason, ...]
    ) -> Unplaced:
        ways = ways_out_of(found, excusable=excusable(self._rules))
        return Unplaced(candidate.publication_id, found, foremost, because, ways)


def nearest_lawful(
    candidate: Candidate,
    *,
    wanted_at: datetime,
    taken: Iterable[Taken],
    rules: PostingRules,
    channel_id: int,
    now: datetime,
    count: int = 3,
    horizon: timedelta = HORIZON,
) -> tuple[Placement, ...]:
    """The slots nearest to `wanted_at`, before or after it, that the rules allow this post; nearest first, each an alternative.

    Asks about times alone: neither approval nor a pause of the channel, nor a time chosen before, stands in the way of a proposal. A holiday
    is proposed only where the person wanted that very day. Looks from `now` until `horizon` beyond the later of `now` and `wanted_at`.
    """
    free = replace(candidate, approved=True, channel_paused=False, chosen_at=None)
    board = Board([each for each in taken if each.publication_id != candidate.publication_id], rules)
    since = candidate.waits_since
    found: list[Placement] = []
    for spot in spots_ahead(now, max(now, wanted_at) + horizon, rules=rules, channel_id=channel_id):
        on_the_day = spot.day == day_of(wanted_at, rules.zone)
        verdict = board.judge(free, spot.starts_at, now=now, automatic=not on_the_day, wanted=spot.ordinal)
        if not verdict.refusals:
            found.append(_proposal(free, verdict, [Reason(Because.NEAREST)]))
        elif verdict.refusals == _TURN_ALONE:
            since = min(since or spot.starts_at, spot.starts_at)
            days = (spot.day - day_of(since, rules.zone)).days
            if rules.alternation is Alternation.PREFER and days >= rules.patience_days:
                broken = Reason(Because.TURN_BROKEN, {"language": verdict.language, "days": str(days)})
                placement = _proposal(free, verdict, [Reason(Because.NEAREST), broken])
                found.append(replace(placement, excused=placement.excused | _TURN_ALONE, waits_since=since))
    found.sort(key=lambda each: (abs(each.starts_at - wanted_at), each.starts_at))
    return tuple(found[:count])


def _proposal(candidate: Candidate, verdict: Verdict, because: Sequence[Reason]) -> Placement:
    """The placement that a verdict allows, or allows but for the turn."""
    if verdict.ordinal is None:
        raise ValueError("a full day has no place to give")
    if len(turn_languages(candidate)) > 1:
        because = [*because, Reason(Because.LANGUAGE_CHOSEN, {"language": verdict.language})]
    return Placement(
        publication_id=candidate.publication_id,
        day=verdict.day,
        ordinal=verdict.ordinal,
        starts_at=verdict.starts_at,
        language=verdict.language,
        because=tuple(because),
        excused=candidate.excused,
        beyond_cap=verdict.beyond_cap,
    )


def cost_of(
    candidates: Iterable[Candidate],
    *,
    publication_id: int,
    at: datetime,
    taken: Iterable[Taken],
    rules: PostingRules,
    channel_id: int,
    now: datetime,
    horizon: timedelta = HORIZON,
) -> Cost | frozenset[Refusal]:
    """What placing one of the candidates at `at` would cost the others; or every rule that a person there would have to break."""
    waiting, held = list(candidates), list(taken)
    fixed = [_at(each, at) if each.publication_id == publication_id else each for each in waiting]
    free = plan(waiting, taken=held, rules=rules, channel_id=channel_id, now=now, horizon=horizon)
    bound = plan(fixed, taken=held, rules=rules, channel_id=channel_id, now=now, horizon=horizon)
    refused = next((each for each in bound.unplaced if each.publication_id == publication_id), None)
    if refused is not None:
        return refused.refusals
    before = {each.publication_id: each for each in free.placements}
    lost = {each.publication_id for each in bound.unplaced} & set(before)
    later = sum(
        max(0, (each.day - before[each.publication_id].day).days)
        for each in bound.placements
        if each.publication_id != publication_id and each.publication_id in before
    )
    moving = {each.publication_id for each in free.placements if each.moved_from is not None}
    moved = {each.publication_id for each in bound.placements if each.moved_from is not None} - moving
    return Cost(tuple(sorted(lost)), bound.aim.breaks - free.aim.breaks, tuple(sorted(moved)), later)


def _at(candidate: Candidate, at: datetime) -> Candidate:
    """As if a person had chosen this time. What is excused where it stands is excused nowhere else."""
    stays = at in (candidate.chosen_at, candidate.stands_at)
    return replace(candidate, chosen_at=at, excused=candidate.excused if stays else frozenset())
