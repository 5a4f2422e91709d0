"""What stands and what is new, by example: when an announced post moves, what else its place would cost, and who went first and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from scheduler.domain.planner import cost_of, plan
from scheduler.domain.posting_rules import Alternation, PostingRules
from scheduler.domain.reasons import Aim, Because, Cost, Plan, Reason, WentFirst
from scheduler.domain.rules import Candidate, Refusal, Taken, due_refusals
from tests.domain.posting import CHANNEL, at, native, placed, post, rules, shown

PREFER = rules(alternation=Alternation.PREFER)
STRICT = rules(alternation=Alternation.STRICT)
MORNING = at("Mon 08:00")


def planned(
    *candidates: Candidate, taken: Iterable[Taken] = (), under: PostingRules | None = None, now: datetime = MORNING
) -> Plan:
    return plan(candidates, taken=taken, rules=under or rules(), channel_id=CHANNEL, now=now)


def standing(candidate: Candidate, when: str, language: str = "nn") -> Candidate:
    return replace(candidate, stands_at=at(when), stands_as=language)


def hours(answer: Plan) -> dict[int, str]:
    return {each.publication_id: shown(each.starts_at)[:6] for each in answer.placements}


def reason_of(answer: Plan, publication_id: int, code: Because | Refusal) -> Reason:
    because = next(each.because for each in answer.placements if each.publication_id == publication_id)
    return next(reason for reason in because if reason.code is code)


# Quiet


def test_what_stands_stays_though_an_earlier_slot_is_free_and_says_that_it_keeps_its_time() -> None:
    answer = planned(standing(post(1), "Thu 13:30"))
    assert hours(answer) == {1: "Thu 13"}
    assert [reason.code for reason in answer.placements[0].because] == [Because.STANDS]
    assert answer.aim.moves == 0


def test_a_new_post_that_matters_more_goes_around_what_was_announced() -> None:
    answer = planned(standing(post(1), "Mon 13:30"), standing(post(2), "Mon 16:30"), post(3, priority=9))
    assert hours(answer) == {1: "Mon 13", 2: "Mon 16", 3: "Tue 13"}


@pytest.mark.parametrize(("before", "stays"), [(timedelta(hours=2), True), (timedelta(hours=2, seconds=1), False)])
def test_nothing_is_moved_within_two_hours_of_its_slot(before: timedelta, stays: bool) -> None:
    slot, later = (each.starts_at for each in planned(post(1), post(2)).placements)
    waiting = replace(post(1), stands_at=slot, stands_as="nn")
    beside = replace(post(2), stands_at=later, stands_as="nn")
    answer = planned(waiting, beside, post(3, latest_at=slot + timedelta(minutes=1)), now=slot - before)
    assert (answer.placements[0].publication_id == 1) is stays


def test_an_announced_post_gives_way_to_a_latest_moment_that_would_be_missed() -> None:
    answer = planned(standing(post(1), "Mon 13:30"), standing(post(2), "Mon 16:30"), post(3, latest_at=at("Mon 18:00")))
    assert answer.aim.missed == 0
    assert answer.aim.moves == 1
    moved = next(each for each in answer.placements if each.moved_from)
    assert reason_of(answer, moved.publication_id, Because.MOVED_FOR_LATEST).params == {
        "from": moved.moved_from.isoformat() if moved.moved_from else ""
    }


def test_an_announced_post_gives_way_so_that_the_languages_take_turns() -> None:
    answer = planned(
        replace(standing(post(1, "nn"), "Mon 16:30"), excused=frozenset({Refusal.TURN})),
        post(2, "nb"),
        taken=[placed("2026-11-22 13:30", "nn")],
        under=PREFER,
    )
    # Bokmål fits before it: nothing needs to move for that.
    assert hours(answer) == {2: "Mon 13", 1: "Mon 16"}
    assert answer.aim == Aim(delay=answer.aim.delay)


def test_what_comes_within_two_hours_is_not_moved_for_a_gain() -> None:
    soon, pressing = standing(post(1), "Mon 13:30"), post(2, latest_at=at("Mon 14:00"))
    assert hours(planned(soon, pressing, now=at("Mon 11:30"))) == {1: "Mon 13"}
    assert hours(planned(soon, pressing, now=at("Mon 11:29"))) == {2: "Mon 13", 1: "Mon 16"}


def test_what_the_rules_no_longer_allow_moves_and_names_the_rule() -> None:
    answer = planned(standing(post(1), "Mon 16:30"), taken=[native("Mon 09:00"), native("Mon 10:00")])
    assert hours(answer) == {1: "Tue 13"}
    assert answer.placements[0].moved_from == at("Mon 16:30")
    told = reason_of(answer, 1, Because.MOVED_BY_RULE).params
    assert told == {"from": at("Mon 16:30").isoformat(), "rule": "day_full"}


def test_when_the_cap_is_lowered_the_later_of_two_gives_way_and_the_other_keeps_its_ordinal() -> None:
    both = [standing(post(1), "Mon 13:30"), standing(post(2), "Mon 16:30")]
    own = [placed("Mon 13:30", by=1, ordinal=2), placed("Mon 16:30", by=2, ordinal=1)]
    # With one a day the channel's own slot is another; what stood before stays where it is.
    answer = planned(*both, taken=own, under=rules(max_per_day=1))
    first = answer.placements[0]
    assert (first.publication_id, first.starts_at, first.ordinal) == (1, at("Mon 13:30"), 2)
    assert answer.placements[1].moved_from == at("Mon 16:30")


# Turns


def test_a_latest_moment_may_break_the_turn_at_once_and_nothing_else_may() -> None:
    taken = [placed("2026-11-22 13:30", "nn")]
    pressed = planned(post(1, "nn", latest_at=at("Mon 18:00")), taken=taken, under=PREFER)
    assert pressed.placements[0].because[-1].code is Because.TURN_HURRIED
    assert pressed.placements[0].excused == {Refusal.TURN}
    assert (pressed.aim.hurried, pressed.aim.breaks) == (1, 1)
    patient = planned(post(1, "nn", latest_at=at("Sun 18:00")), taken=taken, under=PREFER)
    assert hours(patient) == {1: "Wed 13"}
    assert patient.placements[0].waits_since == at("Mon 13:30")
    assert planned(post(1, "nn", latest_at=at("Mon 18:00")), taken=taken, under=STRICT).placements == ()


def test_what_was_lost_only_in_an_earlier_plan_is_no_waiting() -> None:
    hoped = post(1, "nn", waits_since=at("Mon 13:30"))
    assert hours(planned(hoped, taken=[placed("2026-11-22 13:30", "nn")], under=PREFER)) == {1: "Wed 13"}


def test_a_time_that_a_person_chose_stays_though_a_break_was_recorded_right_before_it() -> None:
    before = replace(placed("Mon 13:30", "nn"), breaks_turn=True)
    chosen = post(1, "nn", chosen_at=at("Tue 14:00"))

    def refused(taken: Taken) -> frozenset[Refusal]:
        when = at("Tue 14:00")
        return due_refusals(chosen, when, language="nn", taken=[taken], rules=PREFER, now=when)

    assert refused(before) == frozenset()
    assert refused(placed("Mon 13:30", "nn")) == {Refusal.TURN}


def test_of_three_that_wait_none_is_held_for_a_turn_that_never_comes() -> None:
    answer = planned(post(1, "nn"), post(2, "nn"), post(3, "nn"), under=PREFER)
    assert hours(answer) == {1: "Mon 13", 2: "Wed 13", 3: "Wed 16"}
    assert answer.aim.breaks == 2


# Campaigns and places beyond the cap


def test_two_posts_of_a_campaign_stand_as_many_days_apart_as_it_asks() -> None:
    vote = {"campaign_id": 7, "campaign_apart": 3}
    answer = planned(post(1, **vote), post(2, **vote), post(3))
    assert hours(answer) == {1: "Mon 13", 3: "Mon 16", 2: "Thu 13"}
    assert reason_of(answer, 2, Refusal.CAMPAIGN).params["days"] == "3"


def test_a_chosen_time_beyond_the_cap_takes_the_first_ordinal_above_it() -> None:
    full = [placed("Mon 13:30", by=7, ordinal=1), placed("Mon 16:30", by=8, ordinal=2)]
    excused = post(1, chosen_at=at("Mon 15:00"), excused=frozenset({Refusal.DAY_FULL}))
    over = planned(excused, taken=full).placements[0]
    assert (over.ordinal, over.beyond_cap) == (3, True)
    within = planned(excused, taken=full[:1]).placements[0]
    assert (within.ordinal, within.beyond_cap) == (2, False)


# Who went first


@pytest.mark.parametrize(
    ("first", "why"),
    [
        (post(2, latest_at=at("Wed 18:00")), WentFirst.SOONER),
        (post(2, priority=1), WentFirst.MATTERS_MORE),
        (post(0), WentFirst.OLDER),
        (post(2, chosen_at=at("Mon 13:30")), WentFirst.CHOSEN),
        (standing(post(2), "Mon 13:30"), WentFirst.ANNOUNCED),
    ],
)
def test_a_slot_that_another_has_says_why_that_one_went_first(first: Candidate, why: WentFirst) -> None:
    answer = planned(post(1), first)
    held = reason_of(answer, 1, Refusal.HELD)
    assert held.params == {
        "publication": str(first.publication_id),
        "why": why.value,
        "at": at("Mon 13:30").isoformat(),
    }


def test_a_slot_that_went_to_the_other_language_says_whose_turn_it_was() -> None:
    answer = planned(post(1, "nn"), post(2, "nb"), taken=[placed("2026-11-22 13:30", "nn")], under=PREFER)
    assert reason_of(answer, 1, Refusal.HELD).params["why"] == "their_turn"


def test_a_slot_that_a_native_post_took_says_so() -> None:
    held = reason_of(planned(post(1), taken=[native("Mon 13:30")]), 1, Refusal.HELD)
    assert (held.params["publication"], held.params["why"]) == ("", "native")


def test_a_slot_that_is_left_free_for_a_latest_moment_later_that_day_says_so() -> None:
    pressing = post(2, earliest_at=at("Mon 15:00"), latest_at=at("Mon 18:00"))
    answer = planned(post(1), pressing, taken=[native("Mon 09:00")])
    kept = reason_of(answer, 1, Refusal.KEPT_FREE)
    assert (kept.params["publication"], kept.params["why"]) == ("2", "sooner")
    assert answer.placements[-1].because[-1].code is Because.FITS_BEST


def test_a_slot_that_is_left_free_for_the_turns_sake_says_so() -> None:
    both_later = {"earliest_at": at("Tue 12:00")}
    answer = planned(post(1, "nb"), post(2, "nn", **both_later), post(3, "nn", **both_later), under=PREFER)
    # The one in bokmål waits a day, and stands between the two in nynorsk.
    assert hours(answer) == {2: "Tue 13", 1: "Tue 16", 3: "Wed 13"}
    assert answer.aim.breaks == 0
    kept = reason_of(answer, 1, Refusal.KEPT_FREE)
    assert (kept.params["why"], kept.params["times"]) == ("turn_later", "2")


# What a time would cost


def cost(*candidates: Candidate, of: int, when: str, taken: Iterable[Taken] = ()) -> Cost | frozenset[Refusal]:
    return cost_of(
        candidates, publication_id=of, at=at(when), taken=taken, rules=rules(), channel_id=CHANNEL, now=MORNING
    )


def test_a_free_time_costs_nothing_and_an_unlawful_one_says_why() -> None:
    assert cost(post(1), of=1, when="Wed 13:30") == Cost((), 0, (), 0)
    assert cost(post(1), of=1, when="Wed 20:00") == frozenset({Refusal.OUTSIDE_WINDOW})


def test_a_time_that_another_has_costs_its_move_its_days_and_its_latest_moment() -> None:
    there = standing(post(1), "Mon 13:30")
    full = [placed("Mon 16:30", by=7, ordinal=2)]
    assert cost(there, standing(post(2), "Wed 13:30"), of=2, when="Mon 13:30", taken=full) == Cost((), 0, (1,), 1)
    pressing = replace(there, latest_at=at("Mon 15:00"))
    assert cost(pressing, standing(post(2), "Wed 13:30"), of=2, when="Mon 13:30", taken=full) == Cost((1,), 0, (), 0)


def test_a_plan_says_what_it_costs() -> None:
    answer = planned(post(1), post(2, latest_at=at("Mon 12:00"), priority=2))
    assert answer.aim == Aim(missed=3)
    assert Aim(missed=1) > Aim(hurried=9, breaks=9, moves=9, delay=999)
