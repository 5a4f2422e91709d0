"""Which post goes into which slot of a channel, and why.

Decides places, languages and reasons, in codes. Asks every rule of rules.py about every slot of slots.py and breaks none; of its own it
knows only the order of the queue and how long a turn is waited for. Moves nothing that is placed. The same facts give the same plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from scheduler.domain.calendar import day_of, holiday_on
from scheduler.domain.posting_rules import Alternation, PostingRules
from scheduler.domain.reasons import Because, Cost, Placement, Plan, Reason, Trail, Unplaced, ways_out_of
from scheduler.domain.rules import TURNS, Candidate, Refusal, Taken, excusable, first_of, refusals, turn_languages
from scheduler.domain.slots import SlotTime, ordinal_for, slots_between

HORIZON = timedelta(weeks=8)

#: An announced post whose slot comes sooner than this is not moved any more.
SETTLED = timedelta(hours=2)

_TURN_ALONE = frozenset({Refusal.TURN})
_NO_TIME_HELPS = frozenset({Refusal.NOT_APPROVED, Refusal.CHANNEL_PAUSED})
_BY_A_POST = frozenset({Refusal.DAY_FULL, Refusal.TOO_CLOSE, Refusal.TURN})
_NEVER = datetime.max.replace(tzinfo=UTC)
_NOBODY: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a post at a time: what it would count as, the ordinal it would hold, every refusal (none: it may)."""

    day: date
    starts_at: datetime
    language: str
    ordinal: int | None
    refusals: frozenset[Refusal]


@dataclass(frozen=True, slots=True)
class _Spot:
    """A moment in the channel: what the rules can hold against it, and the ordinal that is free in its day."""

    day: date
    starts_at: datetime
    near: tuple[Taken, ...]
    ordinal: int | None


class _Board:
    """What the channel holds, while a plan grows."""

    def __init__(self, taken: Iterable[Taken], rules: PostingRules) -> None:
        self._rules = rules
        self._taken = sorted(taken, key=_by_time)

    def put(self, placement: Placement) -> None:
        placed = Taken(
            starts_at=placement.starts_at,
            language=placement.language,
            publication_id=placement.publication_id,
            planned=True,
            native=False,
            ordinal=placement.ordinal,
        )
        self._taken = sorted([*self._taken, placed], key=_by_time)

    def spot(self, at: datetime, *, wanted: int | None) -> _Spot:
        """The moment `at`, with what is on its day, what is close, and its neighbours in the turn: all that can matter to the rules."""
        zone, gap = self._rules.zone, self._rules.minimum_gap
        day = day_of(at, zone)
        on_day = {i for i, each in enumerate(self._taken) if day_of(each.starts_at, zone) == day}
        close = {i for i, each in enumerate(self._taken) if abs(each.starts_at - at) <= gap}
        turning = [i for i, each in enumerate(self._taken) if each.counts and each.language in TURNS]
        neighbours = {
            *[i for i in turning if self._taken[i].starts_at <= at][-1:],
            *[i for i in turning if self._taken[i].starts_at > at][:1],
        }
        held = {self._taken[i].ordinal for i in on_day} - {None}
        return _Spot(
            day,
            at,
            tuple(self._taken[i] for i in sorted(on_day | close | neighbours)),
            ordinal_for({each for each in held if each is not None}, cap=self._rules.max_per_day, wanted=wanted),
        )


def _by_time(taken: Taken) -> tuple[datetime, int]:
    return taken.starts_at, taken.publication_id or 0


def queue_order(candidate: Candidate) -> tuple[datetime, int, datetime, int]:
    """The order posts are served in: what must be out first, then what matters most, then what is oldest."""
    return candidate.latest_at or _NEVER, -candidate.priority, candidate.created_at, candidate.publication_id


@dataclass(slots=True)
class _Waiting:
    """A post in the queue, the account of the slots it did not get, and the first that stood empty for the turn's sake."""

    candidate: Candidate
    trail: Trail = field(default_factory=Trail)
    lost_at: datetime | None = None

    def lose_to_the_turn(self, at: datetime) -> None:
        self.lost_at = self.lost_at or at

    def has_waited(self, at: datetime, rules: PostingRules) -> int:
        """The calendar days from the first slot lost to the turn until `at`."""
        since = min(each for each in (self.candidate.waits_since, self.lost_at, at) if each is not None)
        return (day_of(at, rules.zone) - day_of(since, rules.zone)).days

    def may_break_the_turn(self, at: datetime, rules: PostingRules) -> bool:
        return rules.alternation is Alternation.PREFER and self.has_waited(at, rules) >= rules.patience_days


def _judge(
    candidate: Candidate,
    spot: _Spot,
    *,
    rules: PostingRules,
    now: datetime,
    automatic: bool,
    wanted_by: Mapping[str, int] = _NOBODY,
) -> Verdict:
    """The verdict for the language that has least against it; where both may, the one that fewer other posts wait for."""
    judged = {
        language: refusals(
            candidate, spot.starts_at, language=language, taken=spot.near, rules=rules, now=now, automatic=automatic
        )
        for language in turn_languages(candidate)
    }
    language = min(judged, key=lambda each: (len(judged[each]), wanted_by.get(each, 0)))
    found = judged[language] | ({Refusal.DAY_FULL} if spot.ordinal is None else set())
    return Verdict(spot.day, spot.starts_at, language, spot.ordinal, frozenset(found))


def _place(candidate: Candidate, verdict: Verdict, because: Sequence[Reason], *, broken: bool = False) -> Placement:
    """The placement that a verdict allows, or allows but for the turn when it is broken."""
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
        excused=candidate.excused | (_TURN_ALONE if broken else frozenset()),
    )


def _broken(verdict: Verdict, waiting: _Waiting, rules: PostingRules) -> Reason:
    days = waiting.has_waited(verdict.starts_at, rules)
    return Reason(Because.TURN_BROKEN, {"language": verdict.language, "days": str(days)})


def _no_place(waiting: _Waiting, found: Iterable[Refusal], rules: PostingRules) -> Unplaced:
    every = frozenset(found)
    return Unplaced(
        waiting.candidate.publication_id,
        every,
        waiting.trail.foremost(every),
        waiting.trail.account(),
        ways_out_of(every, excusable=excusable(rules)),
    )


def _told(refusal: Refusal, candidate: Candidate, spot: _Spot, rules: PostingRules) -> tuple[Refusal, dict[str, str]]:
    """The refusal as the account tells it: where another post stands in the very slot, that one is named."""
    holder = next((each for each in spot.near if each.starts_at == spot.starts_at and each.counts), None)
    if holder is not None and refusal in _BY_A_POST:
        return Refusal.HELD, _held_by(holder.publication_id)
    holiday = holiday_on(spot.day)
    facts = {
        Refusal.HOLIDAY: {"holiday": holiday.value if holiday else ""},
        Refusal.BEFORE_EARLIEST: {"earliest_at": _text(candidate.earliest_at)},
        Refusal.AFTER_LATEST: {"latest_at": _text(candidate.latest_at)},
        Refusal.DAY_FULL: {"cap": str(rules.max_per_day)},
        Refusal.TOO_CLOSE: {"minutes": str(int(rules.minimum_gap.total_seconds()) // 60)},
        Refusal.TURN: {"language": "nn" if "nn" not in candidate.languages else "nb"},
    }
    return refusal, facts.get(refusal, {})


def _text(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _held_by(publication_id: int | None) -> dict[str, str]:
    """Whose the slot is; a native post has no number of ours."""
    return {"publication": str(publication_id) if publication_id is not None else ""}


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

    Times that a person chose are kept exactly, or refused. The rest fills the slots in order of time: each slot goes to the first in the
    queue that every rule allows there. A slot that only the turn keeps empty goes, under PREFER, to who has lost such a slot at least
    `patience_days` ago. `taken` as in `rules.refusals`, with every ordinal that is held; rows of the candidates themselves are left out,
    since they are placed anew. Raises ValueError when a post comes twice.
    """
    queue = [_Waiting(candidate) for candidate in sorted(candidates, key=queue_order)]
    asked = {waiting.candidate.publication_id for waiting in queue}
    if len(asked) != len(queue):
        raise ValueError("a post can be placed once")
    board = _Board([each for each in taken if each.publication_id is None or each.publication_id not in asked], rules)
    placements: list[Placement] = []
    unplaced: list[Unplaced] = []
    fixed = [waiting for waiting in queue if waiting.candidate.chosen_at is not None]
    for waiting in sorted(fixed, key=lambda each: each.candidate.chosen_at or _NEVER):
        answer = _keep_chosen(waiting, board, rules=rules, now=now)
        if isinstance(answer, Placement):
            board.put(answer)
            placements.append(answer)
        else:
            unplaced.append(answer)
    free: list[_Waiting] = []
    for waiting in queue:
        lasting = _lasting(waiting.candidate)
        if lasting and waiting.candidate.chosen_at is None:
            unplaced.append(_no_place(waiting, lasting, rules))
        elif waiting.candidate.chosen_at is None:
            free.append(waiting)
    for slot in _slots_ahead(now, now + horizon, rules, channel_id):
        if not free:
            break
        placed = _fill(slot, free, board, rules=rules, now=now)
        if placed is not None:
            placements.append(placed)
        for waiting in [each for each in free if Refusal.AFTER_LATEST in each.trail.refusals]:
            free.remove(waiting)
            unplaced.append(_no_place(waiting, waiting.trail.refusals, rules))
    unplaced += [_no_place(each, each.trail.refusals | {Refusal.BEYOND_HORIZON}, rules) for each in free]
    return Plan(
        tuple(sorted(placements, key=lambda each: (each.starts_at, each.publication_id))),
        tuple(sorted(unplaced, key=lambda each: each.publication_id)),
    )


def _lasting(candidate: Candidate) -> frozenset[Refusal]:
    """What refuses the post at any time whatever."""
    asked = {Refusal.NOT_APPROVED: not candidate.approved, Refusal.CHANNEL_PAUSED: candidate.channel_paused}
    return frozenset(refusal for refusal, found in asked.items() if found)


def _slots_ahead(now: datetime, until: datetime, rules: PostingRules, channel_id: int) -> Iterator[SlotTime]:
    """The slots of today, those gone by included (so that they are accounted for), and on until `until`."""
    first, last = day_of(now, rules.zone), day_of(until, rules.zone)
    for slot in slots_between(first, last, rules=rules, channel_id=channel_id):
        if slot.starts_at <= until:
            yield slot


def _keep_chosen(waiting: _Waiting, board: _Board, *, rules: PostingRules, now: datetime) -> Placement | Unplaced:
    candidate = waiting.candidate
    if candidate.chosen_at is None:
        raise ValueError("nobody chose a time")
    verdict = _judge(candidate, board.spot(candidate.chosen_at, wanted=None), rules=rules, now=now, automatic=False)
    if verdict.refusals:
        return _no_place(waiting, verdict.refusals, rules)
    excuses = [Reason(Because.EXCUSED, {"rule": rule.value}) for rule in sorted(candidate.excused)]
    return _place(candidate, verdict, [Reason(Because.CHOSEN), *excuses])


def _fill(
    slot: SlotTime, free: list[_Waiting], board: _Board, *, rules: PostingRules, now: datetime
) -> Placement | None:
    """Give the slot to the first who may have it and take that one off the queue; tell the others why not."""
    spot = board.spot(slot.starts_at, wanted=slot.ordinal)
    wanted_by = Counter(
        language for each in free if len(only := turn_languages(each.candidate)) == 1 for language in only
    )
    verdicts = [
        (each, _judge(each.candidate, spot, rules=rules, now=now, automatic=True, wanted_by=wanted_by)) for each in free
    ]
    lawful = next((pair for pair in verdicts if not pair[1].refusals), None)
    breaking = next(
        (
            pair
            for pair in verdicts
            if pair[1].refusals == _TURN_ALONE and pair[0].may_break_the_turn(slot.starts_at, rules)
        ),
        None,
    )
    chosen = lawful or breaking
    for waiting, verdict in verdicts:
        if chosen is not None and waiting is chosen[0]:
            continue
        if chosen is None and verdict.refusals == _TURN_ALONE:
            waiting.lose_to_the_turn(slot.starts_at)
        if verdict.refusals:
            refusal, facts = _told(first_of(verdict.refusals), waiting.candidate, spot, rules)
        else:
            refusal, facts = Refusal.HELD, _held_by(chosen[0].candidate.publication_id if chosen else None)
        waiting.trail.note(refusal, slot.starts_at, facts)
    if chosen is None:
        return None
    waiting, verdict = chosen
    last = Reason(Because.FIRST_LAWFUL) if lawful else _broken(verdict, waiting, rules)
    placement = _place(waiting.candidate, verdict, [*waiting.trail.account(), last], broken=lawful is None)
    board.put(placement)
    free.remove(waiting)
    return placement


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
    board = _Board([each for each in taken if each.publication_id != candidate.publication_id], rules)
    waiting = _Waiting(free)
    found: list[Placement] = []
    for slot in _slots_ahead(now, max(now, wanted_at) + horizon, rules, channel_id):
        spot = board.spot(slot.starts_at, wanted=slot.ordinal)
        on_the_day = slot.day == day_of(wanted_at, rules.zone)
        verdict = _judge(free, spot, rules=rules, now=now, automatic=not on_the_day)
        if not verdict.refusals:
            found.append(_place(free, verdict, [Reason(Because.NEAREST)]))
        elif verdict.refusals == _TURN_ALONE:
            if waiting.may_break_the_turn(slot.starts_at, rules):
                because = [Reason(Because.NEAREST), _broken(verdict, waiting, rules)]
                found.append(_place(free, verdict, because, broken=True))
            waiting.lose_to_the_turn(slot.starts_at)
    found.sort(key=lambda each: (abs(each.starts_at - wanted_at), each.starts_at))
    return tuple(found[:count])


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
    fixed = [replace(each, chosen_at=at) if each.publication_id == publication_id else each for each in waiting]
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
    moved = tuple(each.publication_id for each in bound.placements if each.moved_from is not None)
    return Cost(tuple(sorted(lost)), bound.aim.breaks - free.aim.breaks, moved, later)
