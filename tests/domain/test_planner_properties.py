"""Whatever comes, the planner breaks no rule, loses no post, moves no chosen time and answers the same twice.

The oracle (see situations) reads the rules anew, off the wall clock, and calls nothing of the code it judges but the two dataclasses it is given.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.planner import nearest_lawful
from scheduler.domain.posting_rules import Alternation
from scheduler.domain.reasons import Because
from scheduler.domain.rules import Candidate, Refusal, Taken, due_refusals, refusals
from tests.domain.situations import (
    RED_DAYS,
    Situation,
    open_on_the_wall,
    same_language_pairs,
    situations,
    standing,
    wall,
)

# The properties


@given(situations())
def test_no_post_is_lost_and_each_without_a_place_says_why(situation: Situation) -> None:
    answer = situation.plan()
    found = [each.publication_id for each in answer.placements] + [each.publication_id for each in answer.unplaced]
    assert sorted(found) == [each.publication_id for each in situation.candidates]
    for unplaced in answer.unplaced:
        assert unplaced.refusals
        assert unplaced.foremost in unplaced.refusals
        assert unplaced.ways_out
    for placement in answer.placements:
        assert placement.because


@given(situations())
def test_the_same_facts_give_the_same_plan_in_whatever_order_they_come(situation: Situation) -> None:
    assert situation.plan() == situation.plan() == situation.plan(turned_round=True)


@given(situations())
def test_a_chosen_time_is_kept_or_refused_and_never_moved(situation: Situation) -> None:
    chosen = {each.publication_id: each.chosen_at for each in situation.candidates if each.chosen_at}
    for placement in situation.plan().placements:
        assert chosen.get(placement.publication_id, placement.starts_at) == placement.starts_at


@given(situations())
def test_nothing_is_placed_against_its_own_conditions_outside_a_window_or_on_a_closed_day(situation: Situation) -> None:
    by_id = {each.publication_id: each for each in situation.candidates}
    for placement in situation.plan().placements:
        candidate, at = by_id[placement.publication_id], placement.starts_at
        assert candidate.approved
        assert not candidate.channel_paused
        assert at >= situation.now
        assert candidate.earliest_at is None or at >= candidate.earliest_at
        assert candidate.latest_at is None or at <= candidate.latest_at
        assert open_on_the_wall(at, situation.rules)
        assert placement.day == wall(at).date()
        assert placement.language in (*candidate.languages, "other")
        assert placement.language != "other" or not {"nn", "nb"} & set(candidate.languages)
        if candidate.chosen_at is None:
            assert placement.day not in situation.rules.own_days
            assert not (situation.rules.skip_holidays and placement.day in RED_DAYS)


@given(situations())
def test_no_day_with_a_new_post_holds_more_than_the_cap_and_no_ordinal_is_held_twice(situation: Situation) -> None:
    answer = situation.plan()
    channel = standing(situation, answer)
    for placement in answer.placements:
        assert sum(wall(each.at).date() == placement.day for each in channel) <= situation.rules.max_per_day
        assert 1 <= placement.ordinal <= situation.rules.max_per_day
        held = [each.ordinal for each in situation.taken if wall(each.starts_at).date() == placement.day]
        held += [each.ordinal for each in answer.placements if each.day == placement.day]
        assert held.count(placement.ordinal) == 1


@given(situations())
def test_every_new_post_keeps_its_distance(situation: Situation) -> None:
    channel = standing(situation, situation.plan())
    for left, right in pairwise(channel):
        if left.placement or right.placement:
            assert right.at - left.at >= situation.rules.minimum_gap
            assert right.at != left.at


@given(st.sampled_from([Alternation.STRICT, Alternation.ASK]).flatmap(situations))
def test_where_the_planner_may_not_break_the_turn_it_never_does(situation: Situation) -> None:
    answer = situation.plan()
    assert same_language_pairs(standing(situation, answer)) == []
    assert not any(each.excused for each in answer.placements)


@given(situations(Alternation.PREFER))
def test_a_turn_is_broken_only_after_patience_and_the_break_is_recorded(situation: Situation) -> None:
    answer = situation.plan()
    by_id = {each.publication_id: each for each in situation.candidates}
    for left, right in same_language_pairs(standing(situation, answer)):
        recorded = [each.placement for each in (left, right) if each.placement and each.placement.excused]
        assert recorded
    for placement in answer.placements:
        broken = [reason for reason in placement.because if reason.code is Because.TURN_BROKEN]
        hurried = [reason for reason in placement.because if reason.code is Because.TURN_HURRIED]
        assert len([*broken, *hurried]) == (placement.excused == {Refusal.TURN})
        if hurried:
            assert by_id[placement.publication_id].latest_at is not None
        if broken and by_id[placement.publication_id].waits_since is None:
            could_first = max(situation.now, by_id[placement.publication_id].earliest_at or situation.now)
            waited = placement.day - wall(could_first).date()
            assert waited >= timedelta(days=situation.rules.patience_days)
            assert int(broken[0].params["days"]) >= situation.rules.patience_days


@given(situations())
def test_what_is_placed_may_go_out_when_it_is_due(situation: Situation) -> None:
    answer = situation.plan()
    by_id = {each.publication_id: each for each in situation.candidates}
    # Rows from before that broke a rule already do so still; the question here is what the plan added.
    channel = [
        Taken(
            starts_at=each.starts_at,
            language=each.language,
            publication_id=each.publication_id,
            planned=True,
            native=False,
            ordinal=each.ordinal,
        )
        for each in answer.placements
    ] + [each for each in situation.taken if each.starts_at < situation.now or each.native]
    for placement in answer.placements:
        candidate = by_id[placement.publication_id]
        recorded = Candidate(
            publication_id=candidate.publication_id,
            languages=candidate.languages,
            created_at=candidate.created_at,
            chosen_at=candidate.chosen_at,
            earliest_at=candidate.earliest_at,
            latest_at=candidate.latest_at,
            excused=placement.excused | {Refusal.TURN},
        )
        if situation.rules.alternation is not Alternation.STRICT:
            assert not due_refusals(
                recorded,
                placement.starts_at,
                language=placement.language,
                taken=channel,
                rules=situation.rules,
                now=placement.starts_at,
            )


@given(situations(), st.integers(-24, 24 * 14))
def test_every_proposal_near_a_wanted_time_is_lawful_and_the_nearest_comes_first(
    situation: Situation, hours: int
) -> None:
    wanted_at = situation.now + timedelta(hours=hours)
    candidate = situation.candidates[0]
    found = nearest_lawful(
        candidate,
        wanted_at=wanted_at,
        taken=situation.taken,
        rules=situation.rules,
        channel_id=situation.channel_id,
        now=situation.now,
        horizon=timedelta(days=14),
    )
    distances = [abs(each.starts_at - wanted_at) for each in found]
    assert distances == sorted(distances)
    assert len({each.starts_at for each in found}) == len(found) <= 3
    for each in found:
        against = refusals(
            candidate,
            each.starts_at,
            language=each.language,
            taken=situation.taken,
            rules=situation.rules,
            now=situation.now,
            automatic=False,
        )
        assert against <= {Refusal.NOT_APPROVED, Refusal.CHANNEL_PAUSED} | each.excused
