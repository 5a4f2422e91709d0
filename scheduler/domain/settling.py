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
    hopeful = sorted(standing, key=lambda each: (each.starts_at, each.candidate.publication_id))
    while True:
        kept: list[Bound] = []
        for each in hopeful:
            against = _against_standing(each, kept, hopeful, rows, later=later, rules=rules, now=now)
            if against:
                settled.refused[each.candidate.publication_id] = against
            else:
                kept.append(each)
        if len(kept) == len(hopeful):
            settled.kept = kept
            return settled
        # One that gave way may have stood between two others: these are asked again.
        hopeful = kept


def _against_standing(
    bound: Bound,
    kept: Sequence[Bound],
    hopeful: Sequence[Bound],
    rows: Sequence[Taken],
    *,
    later: Sequence[Taken],
    rules: PostingRules,
    now: datetime,
) -> frozenset[Refusal]:
    candidate, at = bound.candidate, bound.starts_at
    earlier = [each.row for each in kept]
    others = [row for row in (*rows, *earlier) if row.starts_at >= at - _NEAR or row.campaign_id is not None]
    found = refusals(candidate, at, language=bound.language, taken=others, rules=rules, now=now, automatic=True) - {
        Refusal.TURN
    }
    if bound.language not in turn_languages(candidate):
        found |= {Refusal.TURN}
    excused = Refusal.TURN in candidate.excused and rules.alternation is not Alternation.STRICT
    if rules.alternation is Alternation.OFF or bound.language not in TURNS or excused:
        return found
    fixed = {row.publication_id for row in rows}
    ahead = [each.row for each in hopeful if each.starts_at > at]
    before, after = neighbours(at, [*rows, *earlier, *ahead, *later])
    if before is not None and before.language == bound.language and not before.breaks_turn:
        return found | {Refusal.TURN}
    if (
        after is not None
        and after.language == bound.language
        and after.publication_id in fixed
        and not after.breaks_turn
    ):
        return found | {Refusal.TURN}
    return found
