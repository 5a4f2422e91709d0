"""The rules asked again at the moment of sending: how late is late, and who gives way on a day that filled up meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.calendar import day_of
from scheduler.domain.posting_rules import Alternation, PostingRules
from scheduler.domain.rules import TOLERANCE, Candidate, Refusal, Taken, due_refusals
from tests.domain.posting import at, native, placed, post, rules, urgent, windows


def ask(
    slot: str,
    *,
    now: str,
    candidate: Candidate | None = None,
    taken: Sequence[Taken] = (),
    under: PostingRules | None = None,
    language: str = "nn",
) -> set[Refusal]:
    return set(
        due_refusals(candidate or post(), at(slot), language=language, taken=taken, rules=under or rules(), now=at(now))
    )


def test_a_post_goes_out_at_its_slot_though_it_holds_a_place_itself() -> None:
    assert ask("Mon 14:00", now="Mon 14:00", taken=[placed("Mon 14:00", by=1)]) == set()


def test_nothing_goes_out_before_its_slot() -> None:
    assert ask("Mon 14:00", now="Mon 13:59:59") == {Refusal.NOT_DUE}


@pytest.mark.parametrize(("now", "late"), [("Mon 14:30", False), ("Mon 14:30:01", True), ("Tue 14:00", True)])
def test_half_an_hour_after_its_slot_a_post_is_late(now: str, late: bool) -> None:
    assert ask("Mon 14:00", now=now) == ({Refusal.LATE} if late else set())


@pytest.mark.parametrize(("now", "late"), [("Mon 17:59:59", False), ("Mon 18:00", True), ("Mon 18:05", True)])
def test_a_post_whose_window_has_closed_is_late_at_once(now: str, late: bool) -> None:
    assert ask("Mon 17:50", now=now) == ({Refusal.LATE} if late else set())


def test_between_two_windows_a_post_is_late() -> None:
    two = rules(windows=windows("09:00-11:00", "13:00-15:00"))
    assert ask("Mon 10:55", now="Mon 10:59", under=two) == set()
    assert ask("Mon 10:55", now="Mon 11:10", under=two) == {Refusal.LATE}


def test_nothing_held_up_goes_out_after_midnight() -> None:
    evening = rules(windows=windows("00:00-00:00"))
    assert ask("Mon 23:50", now="Mon 23:59:59", under=evening) == set()
    assert ask("Mon 23:50", now="Tue 00:00", under=evening) == {Refusal.LATE}


def test_a_time_outside_the_windows_that_a_person_gave_a_reason_for_has_the_tolerance_alone() -> None:
    excused = post(chosen_at=at("Mon 20:00"), excused=frozenset({Refusal.OUTSIDE_WINDOW}))
    assert ask("Mon 20:00", now="Mon 20:20", candidate=excused) == set()
    assert ask("Mon 20:00", now="Mon 20:31", candidate=excused) == {Refusal.LATE}


def test_the_latest_moment_is_measured_at_the_start_itself() -> None:
    hearing = post(latest_at=at("Mon 14:10"))
    assert ask("Mon 14:00", now="Mon 14:10", candidate=hearing) == set()
    assert ask("Mon 14:00", now="Mon 14:11", candidate=hearing) == {Refusal.AFTER_LATEST}


def test_rules_that_changed_after_it_was_placed_hold() -> None:
    assert ask("Mon 14:00", now="Mon 14:00", under=rules(windows=windows("15:00-18:00"))) == {Refusal.OUTSIDE_WINDOW}
    assert ask("Mon 14:00", now="Mon 14:00", under=rules(own_days=frozenset({date(2026, 11, 23)}))) == {Refusal.OWN_DAY}


def test_a_person_who_chose_a_holiday_is_taken_at_their_word() -> None:
    chosen = post(chosen_at=at("2026-05-17 14:00"))
    assert ask("2026-05-17 14:00", now="2026-05-17 14:00", candidate=chosen) == set()
    assert ask("2026-05-17 14:00", now="2026-05-17 14:00") == {Refusal.HOLIDAY}


def test_an_approval_taken_back_and_a_paused_channel_hold_it() -> None:
    withdrawn = post(approved=False, channel_paused=True)
    assert ask("Mon 14:00", now="Mon 14:00", candidate=withdrawn) == {Refusal.NOT_APPROVED, Refusal.CHANNEL_PAUSED}


def test_of_three_on_a_full_day_the_last_gives_way() -> None:
    day = [placed("Mon 13:10", by=1, ordinal=1), placed("Mon 16:10", by=2, ordinal=2), native("Mon 10:00")]
    assert ask("Mon 13:10", now="Mon 13:10", candidate=post(1), taken=day) == set()
    assert ask("Mon 16:10", now="Mon 16:10", candidate=post(2), taken=day) == {Refusal.DAY_FULL}


def test_a_native_post_just_before_keeps_ours_back() -> None:
    assert ask("Mon 14:00", now="Mon 14:00", taken=[native("Mon 13:30")]) == {Refusal.TOO_CLOSE}
    assert ask("Mon 14:00", now="Mon 14:20", taken=[native("Mon 14:15")]) == {Refusal.TOO_CLOSE}


def test_a_service_notice_just_before_keeps_nothing_back() -> None:
    assert ask("Mon 14:00", now="Mon 14:00", taken=[urgent("Mon 13:59")]) == set()


def test_a_post_that_starts_late_does_not_take_the_place_of_the_next() -> None:
    both = [placed("Mon 13:10", by=1), placed("Mon 14:10", by=2, ordinal=2)]
    assert ask("Mon 13:10", now="Mon 13:39", candidate=post(1), taken=both) == set()
    assert ask("Mon 14:10", now="Mon 14:10", candidate=post(2), taken=both) == set()


def test_the_turn_is_asked_again_of_what_came_before_and_not_of_what_comes_after() -> None:
    prefer = rules(alternation=Alternation.PREFER)
    assert ask("Tue 14:00", now="Tue 14:00", taken=[placed("Mon 14:00", "nn")], under=prefer) == {Refusal.TURN}
    assert ask("Tue 14:00", now="Tue 14:00", taken=[placed("Wed 14:00", "nn")], under=prefer) == set()


def test_a_recorded_break_of_the_turn_goes_out() -> None:
    prefer = rules(alternation=Alternation.PREFER)
    recorded = post(excused=frozenset({Refusal.TURN}))
    taken = [placed("Mon 14:00", "nn")]
    assert ask("Tue 14:00", now="Tue 14:00", candidate=recorded, taken=taken, under=prefer) == set()


moments = st.integers(0, 3 * 24 * 60).map(lambda minutes: at("2026-10-24 00:00") + timedelta(minutes=minutes))


@given(slot_at=moments, now=moments, latest_at=st.none() | moments)
def test_what_may_go_out_is_due_in_time_in_its_day_and_before_its_latest(
    slot_at: datetime, now: datetime, latest_at: datetime | None
) -> None:
    under = rules(windows=windows("08:00-16:00"))
    found = due_refusals(replace(post(), latest_at=latest_at), slot_at, language="nn", taken=[], rules=under, now=now)
    if not found:
        assert slot_at <= now <= slot_at + TOLERANCE
        assert day_of(now) == day_of(slot_at)
        assert latest_at is None or now <= latest_at


@given(st.lists(moments, min_size=1, max_size=8, unique=True), st.integers(1, 3))
def test_however_many_hold_a_place_no_more_than_the_cap_go_out_in_a_day(slots: list[datetime], cap: int) -> None:
    under = rules(windows=windows("00:00-00:00"), max_per_day=cap, minimum_gap=timedelta(0))
    standing = [
        Taken(starts_at=slot_at, language=None, publication_id=number, planned=True, native=False)
        for number, slot_at in enumerate(sorted(slots), start=1)
    ]
    gone: list[Taken] = []
    for each in list(standing):
        refused = due_refusals(
            post(each.publication_id or 0),
            each.starts_at,
            language=None,
            taken=standing,
            rules=under,
            now=each.starts_at,
        )
        if refused:
            standing.remove(each)
        else:
            gone.append(each)
    for each in gone:
        assert sum(day_of(other.starts_at) == day_of(each.starts_at) for other in gone) <= cap
    days = {day_of(slot_at) for slot_at in slots}
    for day in days:
        wanted = sum(day_of(slot_at) == day for slot_at in slots)
        assert sum(day_of(each.starts_at) == day for each in gone) == min(cap, wanted)
