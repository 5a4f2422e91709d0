"""What a plan is built around: the times that people chose, and the announced ones that the rules still allow.

Asks the rules. Finds no new places: see planner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scheduler.domain.board import Board, Verdict
from scheduler.domain.posting_rules import Alternation, PostingRules
from scheduler.domain.rules import TURNS, Candidate, Refusal, Taken, refusals, turn_languages

#: What lies further back cannot crowd a day or a gap.
_NEAR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Bound:
    """A post whose time is given: a person chose it, or it was announced. `own`: the row it holds already."""

    candidate: Candidate
    starts_at: datetime
    language: str
    beyond_cap: bool = False
    own: Taken | None = None

    @property
    def row(self) -> Taken:
        """How it stands in the channel."""
        return Taken(
            starts_at=self.starts_at,
            language=self.language,
            publication_id=self.candidate.publication_id,
            planned=True,
            native=False,
            ordinal=self.own.ordinal if self.own is not None else None,
            beyond_cap=self.beyond_cap,
            campaign_id=self.candidate.campaign_id,
            breaks_turn=Refusal.TURN in self.candidate.excused,
        )


@dataclass(slots=True)
class Settled:
    """What is kept, and what was refused, each with the rules against it."""

    kept: list[Bound] = field(default_factory=list)
    refused: dict[int, frozenset[Refusal]] = field(default_factory=dict)


def keep_chosen(
    candidates: Iterable[Candidate],
    rows: Sequence[Taken],
    *,
    standing: Sequence[Taken],
    rules: PostingRules,
    now: datetime,
    refused: frozenset[int] = frozenset(),
) -> Settled:
    """The times that people chose, each exactly or not at all; of two that collide the earlier stands.

    What the planner may still move is no obstacle; only whose turn it is, is judged as the channel stands (`standing`). Those in `refused`
    have lost their turn.
    """
    settled = Settled()
    board = Board(rows, rules)
    for candidate in sorted(candidates, key=lambda each: (each.chosen_at or now, each.publication_id)):
        if candidate.chosen_at is None:
            continue
        verdict = board.judge(candidate, candidate.chosen_at, now=now, automatic=False)
        beside = [*rows, *(each.row for each in settled.kept), *standing]
        against = _against(candidate, verdict, beside, rules) | (
            {Refusal.TURN} if candidate.publication_id in refused else frozenset()
        )
        if against:
            settled.refused[candidate.publication_id] = against
        else:
            language = _language_in_turn(candidate, verdict, beside, rules)
            bound = Bound(candidate, candidate.chosen_at, language, verdict.beyond_cap)
            settled.kept.append(bound)
            board.put(bound.row)
    return settled


def _against(
    candidate: Candidate, verdict: Verdict, beside: Sequence[Taken], rules: PostingRules
) -> frozenset[Refusal]:
    language = _language_in_turn(candidate, verdict, beside, rules)
    others = verdict.refusals - {Refusal.TURN}
    excused = Refusal.TURN in candidate.excused and rules.alternation is not Alternation.STRICT
    turned = rules.alternation is not Alternation.OFF and _stands_by_its_own(language, verdict.starts_at, beside)
    return others | ({Refusal.TURN} if turned and not excused else frozenset())


def _language_in_turn(candidate: Candidate, verdict: Verdict, beside: Sequence[Taken], rules: PostingRules) -> str:
    """Of the languages it may count as, one whose turn it is."""
    if rules.alternation is Alternation.OFF:
        return verdict.language
    able = [each for each in turn_languages(candidate) if not _stands_by_its_own(each, verdict.starts_at, beside)]
    return able[0] if able else verdict.language


def _stands_by_its_own(language: str, at: datetime, beside: Sequence[Taken]) -> bool:
    """Whether a neighbour is in the same language, and its record does not answer for that: it is taken up by its other neighbour, or none."""
    if language not in TURNS:
        return False
    before, after = neighbours(at, beside)
    if before is not None and before.language == language:
        others = [row for row in beside if row is not before]
        if not before.breaks_turn or _is_beside(before, neighbours(before.starts_at, others)[0]):
            return True
    return after is not None and after.language == language and not after.breaks_turn


def _is_beside(one: Taken, other: Taken | None) -> bool:
    return other is not None and one.language == other.language


def neighbours(at: datetime, rows: Iterable[Taken]) -> tuple[Taken | None, Taken | None]:
    """Of what takes turns: the last that stands at `at` or before, and the first after it."""
    turning = [row for row in rows if row.counts and row.language in TURNS]
    before = max((row for row in turning if row.starts_at <= at), key=_in_order, default=None)
    return before, min((row for row in turning if row.starts_at > at), key=_in_order, default=None)


def _in_order(row: Taken) -> tuple[datetime, int]:
    return row.starts_at, row.publication_id or 0


def keep_standing(
    standing: Sequence[Bound], rows: Sequence[Taken], *, later: Sequence[Taken], rules: PostingRules, now: datetime
) -> Settled:
    """Which of the announced posts the rules still allow where they stand; of those that collide the later give way.

    `rows`: what stands whatever happens. `later`: other announced posts, that count for the turn alone.
    """
    settled = Settled()
    fixed = frozenset(row.publication_id for row in rows)
    near = [row for row in rows if row.counts]
    turning = [row for row in (*near, *later) if row.language in TURNS]
    hopeful = [
        (each, each.row) for each in sorted(standing, key=lambda each: (each.starts_at, each.candidate.publication_id))
    ]
    while True:
        kept: list[tuple[Bound, Taken]] = []
        for number, (each, row) in enumerate(hopeful):
            earlier = [other for _, other in kept]
            against = _rules_against(each, [*near, *earlier], rules=rules, now=now)
            if rules.alternation is not Alternation.OFF:
                ahead = [other for _, other in hopeful[number + 1 :]]
                against |= _turn_against(each, [*turning, *earlier, *ahead], fixed)
            if against:
                settled.refused[each.candidate.publication_id] = against
            else:
                kept.append((each, row))
        if len(kept) == len(hopeful):
            settled.kept = [each for each, _ in kept]
            return settled
        # One that gave way may have stood between two others: these are asked again.
        hopeful = kept


def _rules_against(bound: Bound, rows: Sequence[Taken], *, rules: PostingRules, now: datetime) -> frozenset[Refusal]:
    """Every rule but the turn."""
    candidate, at = bound.candidate, bound.starts_at
    others = [row for row in rows if abs(row.starts_at - at) <= _NEAR or row.campaign_id is not None]
    found = refusals(candidate, at, language=bound.language, taken=others, rules=rules, now=now, automatic=True)
    return found - {Refusal.TURN}


def _turn_against(bound: Bound, rows: Sequence[Taken], fixed: frozenset[int | None]) -> frozenset[Refusal]:
    """Whether it stands next to its own language, and no record answers for that. Of two that may both move, the later one does."""
    candidate, at = bound.candidate, bound.starts_at
    if bound.language not in turn_languages(candidate):
        return frozenset({Refusal.TURN})
    if bound.language not in TURNS or Refusal.TURN in candidate.excused:
        return frozenset()
    before, after = neighbours(at, rows)
    follows = before is not None and before.language == bound.language and not before.breaks_turn
    precedes = after is not None and after.language == bound.language and not after.breaks_turn
    if follows or (precedes and after is not None and after.publication_id in fixed):
        return frozenset({Refusal.TURN})
    return frozenset()
