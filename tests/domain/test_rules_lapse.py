"""From when on a post that was held up may not start any more: the same answer as the rule that is asked when it is due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.rules import TOLERANCE, Refusal, due_refusals, lapses_at
from tests.domain.posting import MONDAY, at, post, rules, windows

MOMENT = timedelta(microseconds=1)


def test_a_post_may_start_for_a_while_after_its_slot() -> None:
    assert lapses_at(post(), at("Mon 14:00"), rules=rules()) == at("Mon 14:00") + TOLERANCE


def test_not_past_the_end_of_its_window() -> None:
    assert lapses_at(post(), at("Mon 17:50"), rules=rules()) == at("Mon 18:00")


def test_not_past_midnight() -> None:
    assert lapses_at(post(), at("Mon 23:45"), rules=rules(windows=windows("00:00-00:00"))) == at("Tue 00:00")
    assert lapses_at(post(), at("Mon 23:45"), rules=rules()) == at("Tue 00:00")


def test_not_past_its_latest_moment() -> None:
    assert lapses_at(post(latest_at=at("Mon 14:05")), at("Mon 14:00"), rules=rules()) == at("Mon 14:05")


def test_a_time_that_a_person_chose_outside_every_window_has_its_while() -> None:
    assert lapses_at(post(), at("Mon 09:00"), rules=rules()) == at("Mon 09:30")


@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24"])
def test_midnight_is_norways_also_when_the_clocks_change_in_the_night(day: str) -> None:
    slot_at = at(f"{day} 23:50")
    assert lapses_at(post(), slot_at, rules=rules()) - slot_at == timedelta(minutes=10)


@given(
    st.integers(0, 24 * 60 - 1),
    st.integers(-90, 90),
    st.one_of(st.none(), st.integers(0, 60)),
    st.sampled_from(["13:00-18:00", "00:00-00:00", "22:00-00:00"]),
)
def test_before_that_moment_it_is_not_late_and_after_it_it_is(
    minute: int, after: int, latest: int | None, span: str
) -> None:
    slot_at = at(f"{MONDAY} 00:00") + timedelta(minutes=minute)
    ours = rules(windows=windows(span))
    candidate = post(latest_at=None if latest is None else slot_at + timedelta(minutes=latest))
    ends = lapses_at(candidate, slot_at, rules=ours)
    now = ends + timedelta(minutes=after)
    if now < slot_at or now == ends:
        return
    found = due_refusals(candidate, slot_at, language="nn", taken=[], rules=ours, now=now)
    assert bool(found & {Refusal.LATE, Refusal.AFTER_LATEST}) == (now > ends)
