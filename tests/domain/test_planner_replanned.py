"""A plan in a week under way: it breaks no rule either, moves nothing for nothing, and made again it is the same plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scheduler.domain.planner import SETTLED, cost_of
from scheduler.domain.posting_rules import Alternation
from scheduler.domain.reasons import Because, Cost, Plan
from scheduler.domain.rules import Refusal, Taken, refusals
from tests.domain.situations import Situation, announced_row, situations, weeks_under_way

#: Each draws a plan to stand upon first, so a few go a long way; HYPOTHESIS_PROFILE=long for many more.
EXAMPLES = max(25, settings.default.max_examples // 2) if settings.default else 25

MOVED = {Because.MOVED_FOR_LATEST, Because.MOVED_FOR_TURN, Because.MOVED_BY_RULE}


def channel_after(situation: Situation, answer: Plan) -> list[Taken]:
    """All that reaches the channel once the plan is carried out."""
    rows = [each for each in situation.taken if each.publication_id not in situation.by_id and each.counts]
    rows += [announced_row(each, situation.by_id[each.publication_id]) for each in answer.placements]
    return sorted(rows, key=lambda row: (row.starts_at, row.publication_id or 0))


@settings(max_examples=EXAMPLES)
@given(weeks_under_way())
def test_no_plan_breaks_a_rule_whatever_stood_before(situation: Situation) -> None:
    answer = situation.plan()
    channel = channel_after(situation, answer)
    for placement in answer.placements:
        candidate = situation.by_id[placement.publication_id]
        against = refusals(
            replace(candidate, excused=frozenset()),
            placement.starts_at,
            language=placement.language,
            taken=channel,
            rules=situation.rules,
            now=situation.now,
            automatic=candidate.chosen_at is None,
        )
        assert against <= {Refusal.TURN}


@settings(max_examples=EXAMPLES)
@given(weeks_under_way())
def test_each_turn_that_is_broken_has_its_record_and_where_turns_are_strict_there_is_none(situation: Situation) -> None:
    answer = situation.plan()
    new = {each.publication_id for each in answer.placements}
    turning = [each for each in channel_after(situation, answer) if each.language in {"nn", "nb"}]
    for left, right in pairwise(turning):
        if left.language == right.language and {left.publication_id, right.publication_id} & new:
            assert situation.rules.alternation in {Alternation.PREFER, Alternation.ASK, Alternation.OFF}
            assert situation.rules.alternation is Alternation.OFF or left.breaks_turn or right.breaks_turn


@settings(max_examples=EXAMPLES)
@given(weeks_under_way())
def test_every_post_is_placed_or_not_once_and_no_ordinal_is_held_twice(situation: Situation) -> None:
    answer = situation.plan()
    found = [each.publication_id for each in answer.placements] + [each.publication_id for each in answer.unplaced]
    assert sorted(found) == sorted(each.publication_id for each in situation.candidates)
    before = [each for each in situation.taken if each.publication_id not in situation.by_id]
    for placement in answer.placements:
        held = [each.ordinal for each in answer.placements if each.day == placement.day]
        held += [each.ordinal for each in before if each.starts_at.date() == placement.day and each.ordinal]
        assert held.count(placement.ordinal) == 1


@settings(max_examples=EXAMPLES)
@given(st.one_of(situations(), weeks_under_way()))
def test_a_plan_that_was_carried_out_and_is_made_again_is_the_same(situation: Situation) -> None:
    first = situation.plan()
    again = situation.carried_out(first).plan()
    free = [each for each in first.placements if situation.by_id[each.publication_id].chosen_at is None]
    assert [(each.publication_id, each.starts_at, each.language, each.ordinal) for each in free] == [
        (each.publication_id, each.starts_at, each.language, each.ordinal) for each in again.placements
    ]
    assert not any(each.moved_from for each in again.placements)
    assert again.aim.moves == 0


@settings(max_examples=EXAMPLES)
@given(weeks_under_way())
def test_what_moves_says_from_where_and_why_and_what_comes_soon_does_not_move_for_a_gain(situation: Situation) -> None:
    for placement in situation.plan().placements:
        candidate = situation.by_id[placement.publication_id]
        moved = [reason.code for reason in placement.because if reason.code in MOVED]
        if candidate.chosen_at is not None or candidate.stands_at in (None, placement.starts_at):
            assert (placement.moved_from, moved) == (None, [])
            continue
        assert placement.moved_from == candidate.stands_at
        assert len(moved) == 1
        if candidate.stands_at <= situation.now + SETTLED:
            assert moved == [Because.MOVED_BY_RULE]


@settings(max_examples=EXAMPLES)
@given(weeks_under_way(), st.integers(0, 14 * 24))
def test_what_a_time_would_cost_can_always_be_asked(situation: Situation, hours: int) -> None:
    assume(situation.candidates)
    asked = situation.candidates[0]
    cost = cost_of(
        situation.candidates,
        publication_id=asked.publication_id,
        at=situation.now + timedelta(hours=hours),
        taken=situation.taken,
        rules=situation.rules,
        channel_id=situation.channel_id,
        now=situation.now,
        horizon=timedelta(days=21),
    )
    if isinstance(cost, Cost):
        assert asked.publication_id not in (*cost.missed, *cost.moved)
        assert cost.days >= 0
    else:
        assert cost
