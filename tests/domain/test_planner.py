"""The plain planner by example: which post goes where, what it says about it, and what it leaves to a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from scheduler.domain.planner import nearest_lawful, plan
from scheduler.domain.posting_rules import Alternation, PostingRules
from scheduler.domain.reasons import MOST_REASONS, Because, Placement, Plan, WayOut, excused_by
from scheduler.domain.rules import Candidate, Refusal, Taken
from tests.domain.posting import CHANNEL, at, native, placed, post, rules, shown, urgent, windows

PREFER = rules(alternation=Alternation.PREFER)
STRICT = rules(alternation=Alternation.STRICT)
#: Before the first slot of Monday. The channel's slots are at 13:30 and 16:30.
MORNING = at("Mon 08:00")


def planned(
    *candidates: Candidate,
    taken: Iterable[Taken] = (),
    under: PostingRules | None = None,
    now: datetime = MORNING,
    **more: Any,
) -> Plan:
    return plan(candidates, taken=taken, rules=under or rules(), channel_id=CHANNEL, now=now, **more)


def hours(answer: Plan | Iterable[Placement]) -> dict[int, str]:
    """Each placed post's weekday and hour: "Mon 13"."""
    placements = answer.placements if isinstance(answer, Plan) else answer
    return {each.publication_id: shown(each.starts_at)[:6] for each in placements}


def codes(answer: Placement) -> list[str]:
    return [reason.code.value for reason in answer.because]


# Places


def test_two_a_day_and_the_third_waits_until_tomorrow() -> None:
    answer = planned(post(1), post(2), post(3))
    assert hours(answer) == {1: "Mon 13", 2: "Mon 16", 3: "Tue 13"}
    assert [each.ordinal for each in answer.placements] == [1, 2, 1]
    assert answer.placements[2].day == date(2026, 11, 24)


def test_slots_gone_by_are_gone() -> None:
    assert hours(planned(post(1), post(2), now=at("Mon 15:00"))) == {1: "Mon 16", 2: "Tue 13"}


def test_what_must_be_out_first_goes_first_then_what_matters_most_then_the_oldest() -> None:
    answer = planned(
        post(1), post(2, priority=5), post(3, latest_at=at("Sun 23:00")), post(4, latest_at=at("Wed 12:00"))
    )
    assert hours(answer) == {4: "Mon 13", 3: "Mon 16", 2: "Tue 13", 1: "Tue 16"}


def test_a_native_post_takes_a_place_in_the_day_and_no_ordinal() -> None:
    answer = planned(post(1), post(2), taken=[native("Mon 08:00")])
    assert hours(answer) == {1: "Mon 13", 2: "Tue 13"}
    assert answer.placements[0].ordinal == 1


def test_a_service_notice_takes_no_place() -> None:
    assert hours(planned(post(1), post(2), taken=[urgent("Mon 13:00")])) == {1: "Mon 13", 2: "Mon 16"}


def test_an_ordinal_that_is_held_is_not_given_twice() -> None:
    answer = planned(post(1), taken=[placed("Mon 17:30", ordinal=1)])
    assert hours(answer) == {1: "Mon 13"}
    assert answer.placements[0].ordinal == 2


def test_a_day_whose_ordinals_are_all_held_is_full_though_nobody_counts_there() -> None:
    stale = [placed("Mon 09:00", by=7, ordinal=1)]
    assert hours(planned(post(1), taken=stale, under=rules(max_per_day=1))) == {1: "Tue 13"}


def test_holidays_are_skipped_and_a_person_may_choose_one() -> None:
    christmas = at("2026-12-25 08:00")
    chosen_at = at("2026-12-26 14:00")
    answer = planned(post(1), post(2, chosen_at=chosen_at), now=christmas)
    by_id = {each.publication_id: each for each in answer.placements}
    assert by_id[1].day == date(2026, 12, 27)
    assert by_id[2].starts_at == chosen_at


def test_the_earliest_and_latest_moments_are_kept() -> None:
    assert hours(planned(post(1, earliest_at=at("Tue 14:00")))) == {1: "Tue 16"}
    too_late = planned(post(1, latest_at=at("Mon 12:00"))).unplaced[0]
    assert too_late.refusals == {Refusal.AFTER_LATEST}
    assert too_late.foremost is Refusal.AFTER_LATEST
    assert too_late.ways_out == (WayOut.CHANGE_LATEST, WayOut.CHOOSE_TIME, WayOut.CANCEL)


def test_what_is_placed_already_stays_and_is_planned_around() -> None:
    taken = [placed("Mon 13:00", by=7, ordinal=1), placed("Mon 16:00", by=8, ordinal=2), placed("Tue 15:00", by=9)]
    assert hours(planned(post(1), post(2), taken=taken)) == {1: "Tue 13", 2: "Wed 13"}


def test_the_gap_is_kept_to_the_evening_before() -> None:
    nights = rules(windows=windows("00:00-00:00"), max_per_day=1, minimum_gap=timedelta(hours=2))
    answer = planned(post(1), taken=[placed("Mon 23:30")], under=nights, now=at("Mon 23:40"))
    assert hours(answer) == {1: "Wed 00"}


def test_a_post_that_lapsed_is_placed_anew_as_if_it_had_held_nothing() -> None:
    assert hours(planned(post(1), taken=[placed("Mon 13:00", by=1)], now=at("Mon 14:00"))) == {1: "Mon 16"}


def test_a_post_cannot_be_asked_about_twice() -> None:
    with pytest.raises(ValueError, match="once"):
        planned(post(1), post(1))


# Times that a person chose


def test_a_time_that_a_person_chose_is_kept_to_the_second_and_the_rest_goes_around_it() -> None:
    chosen_at = at("Mon 14:07") + timedelta(seconds=3)
    answer = planned(post(1), post(2), post(3, chosen_at=chosen_at))
    by_id = {each.publication_id: each for each in answer.placements}
    assert by_id[3].starts_at == chosen_at
    assert codes(by_id[3]) == ["chosen"]
    assert hours(answer)[1] == "Mon 16"
    assert hours(answer)[2] == "Tue 13"


@pytest.mark.parametrize(
    ("chosen", "refusal"),
    [("Mon 07:00", Refusal.IN_THE_PAST), ("Mon 20:00", Refusal.OUTSIDE_WINDOW), ("Tue 14:30", Refusal.TOO_CLOSE)],
)
def test_a_chosen_time_that_a_rule_forbids_is_never_moved_but_its_owner_is_asked(chosen: str, refusal: Refusal) -> None:
    answer = planned(post(1, chosen_at=at(chosen)), taken=[placed("Tue 14:00")])
    assert answer.placements == ()
    assert refusal in answer.unplaced[0].refusals
    assert WayOut.CHOOSE_TIME in answer.unplaced[0].ways_out


def test_a_chosen_time_with_a_reason_is_kept_and_the_reason_told() -> None:
    excused = frozenset({Refusal.OUTSIDE_WINDOW})
    answer = planned(post(1, chosen_at=at("Mon 20:00"), excused=excused)).placements[0]
    assert answer.starts_at == at("Mon 20:00")
    assert codes(answer) == ["chosen", "excused"]
    assert excused_by([reason.as_row() for reason in answer.because]) == excused == answer.excused


def test_of_two_chosen_times_that_collide_the_earlier_stands() -> None:
    answer = planned(post(1, chosen_at=at("Mon 14:30")), post(2, chosen_at=at("Mon 14:00")))
    assert hours(answer) == {2: "Mon 14"}
    assert answer.unplaced[0].refusals == {Refusal.TOO_CLOSE}


# The turn


def test_the_languages_take_turns() -> None:
    answer = planned(post(1, "nn"), post(2, "nn"), post(3, "nb"), post(4, "nb"), under=STRICT)
    assert [each.language for each in answer.placements] == ["nn", "nb", "nn", "nb"]
    assert hours(answer) == {1: "Mon 13", 3: "Mon 16", 2: "Tue 13", 4: "Tue 16"}


def test_of_two_texts_the_planner_takes_the_one_whose_turn_it_is_and_says_so() -> None:
    answer = planned(post(1, "nn", "nb"), taken=[native("Mon 07:00", "nn")], under=STRICT)
    assert answer.placements[0].language == "nb"
    assert codes(answer.placements[0])[-1] == "language_chosen"


def test_where_either_may_the_planner_leaves_the_turn_to_those_who_have_no_choice() -> None:
    answer = planned(post(1, "nn", "nb"), post(2, "nn"), post(3, "nb"), post(4, "nn"), under=STRICT)
    assert [each.language for each in answer.placements] == ["nb", "nn", "nb", "nn"]
    assert answer.unplaced == ()


def test_a_post_waits_two_days_for_its_turn_and_then_the_break_is_recorded() -> None:
    answer = planned(post(1, "nn"), taken=[native("Mon 07:00", "nn")], under=PREFER).placements[0]
    assert shown(answer.starts_at)[:6] == "Wed 13"
    assert answer.because[-1].code is Because.TURN_BROKEN
    assert answer.because[-1].params == {"language": "nn", "days": "2"}
    assert answer.excused == {Refusal.TURN}
    assert excused_by([reason.as_row() for reason in answer.because]) == {Refusal.TURN}


def test_nobody_breaks_the_turn_while_another_can_keep_it() -> None:
    late = post(2, "nb", earliest_at=at("Wed 09:00"))
    answer = planned(post(1, "nn"), late, taken=[native("Mon 07:00", "nn")], under=PREFER)
    assert hours(answer) == {2: "Wed 13", 1: "Wed 16"}
    assert all(not each.excused for each in answer.placements)


def test_a_slot_that_the_other_language_used_is_no_waiting() -> None:
    answer = planned(
        post(1, "nb"), post(2, "nn"), post(3, "nn"), taken=[placed("2026-11-22 13:00", "nn")], under=PREFER
    )
    # The slot of Monday at 13 went to bokmål; the first that stood empty for the third post's sake was Tuesday's.
    assert hours(answer) == {1: "Mon 13", 2: "Mon 16", 3: "Thu 13"}


def test_without_patience_the_break_goes_out_at_once() -> None:
    under = rules(alternation=Alternation.PREFER, patience_days=0)
    answer = planned(post(1, "nn"), taken=[native("Mon 07:00", "nn")], under=under)
    assert hours(answer) == {1: "Mon 13"}


def test_what_has_waited_before_has_waited() -> None:
    waited = post(1, "nn", waits_since=at("2026-11-21 14:00"))
    assert hours(planned(waited, taken=[native("Mon 07:00", "nn")], under=PREFER)) == {1: "Mon 13"}


@pytest.mark.parametrize("policy", [Alternation.STRICT, Alternation.ASK])
def test_where_only_a_person_or_nobody_may_break_the_turn_the_planner_does_not(policy: Alternation) -> None:
    under = rules(alternation=policy)
    answer = planned(post(1, "nn"), taken=[native("Mon 07:00", "nn")], under=under).unplaced[0]
    assert answer.refusals == {Refusal.TURN, Refusal.HOLIDAY, Refusal.BEYOND_HORIZON}
    assert answer.foremost is Refusal.TURN
    assert WayOut.WRITE_OTHER_LANGUAGE in answer.ways_out


def test_a_person_is_offered_a_reason_only_where_a_reason_helps() -> None:
    taken = [placed("Mon 14:00", "nn")]
    soft = planned(post(1, "nn", chosen_at=at("Tue 14:00")), taken=taken, under=PREFER).unplaced[0]
    assert WayOut.GIVE_REASON in soft.ways_out
    hard = planned(post(1, "nn", chosen_at=at("Tue 14:00")), taken=taken, under=STRICT).unplaced[0]
    assert WayOut.GIVE_REASON not in hard.ways_out


def test_out_of_the_past_leads_another_time_alone() -> None:
    gone = planned(post(1, "nn", chosen_at=at("Mon 06:00")), taken=[native("Mon 05:00", "nn")], under=PREFER).unplaced[
        0
    ]
    assert {Refusal.IN_THE_PAST, Refusal.TURN} <= gone.refusals
    assert gone.ways_out == (WayOut.CHOOSE_TIME,)


# What it says


def test_the_first_lawful_slot_needs_no_other_reason() -> None:
    assert codes(planned(post(1)).placements[0]) == ["first_lawful"]


def test_each_earlier_slot_is_accounted_for() -> None:
    answer = planned(
        post(1),
        post(2, latest_at=at("Wed 18:00")),
        taken=[placed("Mon 17:00", by=7, ordinal=2)],
        now=at("Mon 14:00"),
    )
    last = answer.placements[1]
    assert last.publication_id == 1
    assert [(reason.code, dict(reason.params)) for reason in last.because] == [
        (Refusal.IN_THE_PAST, {"at": at("Mon 13:30").isoformat()}),
        (Refusal.TOO_CLOSE, {"minutes": "60", "at": at("Mon 16:30").isoformat()}),
        (Refusal.HELD, {"publication": "2", "why": "sooner", "at": at("Tue 13:30").isoformat()}),
        (Because.FIRST_LAWFUL, {}),
    ]


def test_the_account_is_short_and_the_same_reason_in_a_row_is_one_line() -> None:
    hearing = planned(post(1, earliest_at=at("2026-12-14 08:00"))).placements[0]
    assert codes(hearing) == ["before_earliest", "first_lawful"]
    assert hearing.because[0].params["times"] == "42"
    crowd = planned(*(post(number) for number in range(1, 20)))
    assert all(len(each.because) <= MOST_REASONS + 1 for each in crowd.placements)


def test_what_nobody_approved_is_unplaced_with_that_reason_alone() -> None:
    answer = planned(post(1, approved=False), post(2, channel_paused=True)).unplaced
    assert [each.refusals for each in answer] == [{Refusal.NOT_APPROVED}, {Refusal.CHANNEL_PAUSED}]
    assert [each.ways_out for each in answer] == [(WayOut.APPROVE,), (WayOut.RESUME_CHANNEL,)]


def test_what_finds_no_slot_within_the_horizon_says_so() -> None:
    answer = planned(post(1), post(2), post(3), horizon=timedelta(hours=12))
    assert hours(answer) == {1: "Mon 13", 2: "Mon 16"}
    assert answer.unplaced[0].refusals == {Refusal.HELD, Refusal.BEYOND_HORIZON}
    assert answer.unplaced[0].foremost is Refusal.HELD


# Nearest lawful, and moving


def nearest(wanted: str, candidate: Candidate | None = None, **more: Any) -> list[str]:
    given: dict[str, Any] = {"taken": (), "rules": rules(), "channel_id": CHANNEL, "now": MORNING, **more}
    found = nearest_lawful(candidate or post(1), wanted_at=at(wanted), **given)
    return [shown(each.starts_at)[:6] for each in found]


FULL_TUESDAY = (placed("Tue 13:00", by=7, ordinal=1), placed("Tue 16:00", by=8, ordinal=2))


def test_a_third_post_on_a_full_day_is_refused_with_the_nearest_lawful_times() -> None:
    third = post(1, chosen_at=at("Tue 14:30"))
    refused = plan([third], taken=FULL_TUESDAY, rules=rules(), channel_id=CHANNEL, now=MORNING)
    assert [each.refusals for each in refused.unplaced] == [{Refusal.DAY_FULL}]
    assert nearest("Tue 14:30", third, taken=FULL_TUESDAY) == ["Mon 16", "Wed 13", "Mon 13"]


def test_proposals_lie_neither_in_the_past_nor_on_a_holiday_that_nobody_wanted() -> None:
    assert nearest("Mon 14:00", now=at("Mon 15:00"), count=2) == ["Mon 16", "Tue 13"]
    assert nearest("2026-12-24 14:00", now=at("2026-12-24 17:59"), count=1) == ["Sun 13"]
    assert nearest("2026-12-25 14:00", now=at("2026-12-25 08:00"), count=1) == ["Fri 13"]


def test_a_proposal_waits_for_the_turn_as_the_planner_would() -> None:
    taken = [native("Mon 07:00", "nn")]
    assert nearest("Mon 14:00", post(1, "nn"), taken=taken, rules=PREFER, count=1) == ["Wed 13"]
    assert nearest("Mon 14:00", post(1, "nn"), taken=taken, rules=STRICT) == []
    assert nearest("Mon 14:00", post(1, "nn", "nb"), taken=taken, rules=STRICT, count=1) == ["Mon 13"]


def test_proposals_are_made_before_the_approval() -> None:
    waiting = post(1, approved=False, channel_paused=True, chosen_at=at("Mon 20:00"))
    assert nearest("Mon 20:00", waiting, count=1) == ["Mon 16"]
