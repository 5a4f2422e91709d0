"""Where in a day a channel posts: as many starts as the cap, inside the windows, never closer than the gap, the same every time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.calendar import day_of, local
from scheduler.domain.posting_rules import PostingRules, Window, is_open
from scheduler.domain.slots import ordinal_for, slots_between, slots_of
from tests.domain.posting import CHANNEL, MONDAY, rules, windows


def times(day: date = MONDAY, *, under: PostingRules | None = None, channel_id: int = CHANNEL) -> list[str]:
    return [
        local(slot.starts_at).strftime("%H:%M") for slot in slots_of(day, rules=under or rules(), channel_id=channel_id)
    ]


def test_two_a_day_in_the_afternoon_come_in_the_hours_after_one_and_after_four() -> None:
    for channel_id in range(1, 50):
        first, second = times(channel_id=channel_id)
        assert first.startswith("13:")
        assert second.startswith("16:")
        assert first[3:] == second[3:]


def test_a_channel_keeps_its_minutes_from_day_to_day() -> None:
    assert times(MONDAY) == times(MONDAY + timedelta(days=1)) == times(date(2027, 7, 1))


def test_the_minutes_of_a_channel_are_the_same_in_every_process() -> None:
    assert [times(channel_id=channel_id)[0] for channel_id in (1, 2, 3)] == ["13:25", "13:55", "13:05"]


def test_a_countrys_channels_do_not_post_in_the_same_minute() -> None:
    minutes = Counter(times(channel_id=channel_id)[0] for channel_id in range(1, 3571))
    assert len(minutes) == 12
    assert max(minutes.values()) < 2 * 3570 / 12


def test_ordinals_count_from_one_in_order_of_time() -> None:
    slots = slots_of(MONDAY, rules=rules(max_per_day=4), channel_id=CHANNEL)
    assert [slot.ordinal for slot in slots] == [1, 2, 3, 4]
    assert list(slots) == sorted(slots, key=lambda slot: slot.starts_at)
    assert {slot.day for slot in slots} == {MONDAY}


def test_no_more_slots_than_the_gap_leaves_room_for() -> None:
    assert len(times(under=rules(max_per_day=9))) == 5
    assert len(times(under=rules(max_per_day=9, minimum_gap=timedelta(hours=10)))) == 1


def test_a_day_without_a_window_has_no_slots() -> None:
    weekdays = rules(windows=(*windows("13:00-18:00")[:5], (), ()))
    assert times(date(2026, 11, 28), under=weekdays) == []
    assert len(times(date(2026, 11, 27), under=weekdays)) == 2


def test_slots_run_through_the_windows_of_a_day_one_after_another() -> None:
    shops = rules(max_per_day=4, windows=windows("09:00-11:00", "13:00-15:00"))
    for channel_id in range(1, 20):
        assert [clock[:2] for clock in times(under=shops, channel_id=channel_id)] == ["09", "10", "13", "14"]


@pytest.mark.parametrize("span", ["13:02-13:04", "13:01-13:03"])
def test_a_window_that_holds_no_mark_of_five_minutes_gets_no_slot(span: str) -> None:
    assert times(under=rules(windows=windows(span))) == []


def test_the_narrowest_window_gets_the_one_mark_it_holds() -> None:
    assert times(under=rules(windows=windows("13:00-13:01"))) == ["13:00"]


def test_the_days_follow_one_another_both_ends_included() -> None:
    slots = list(slots_between(MONDAY, MONDAY + timedelta(days=2), rules=rules(), channel_id=CHANNEL))
    assert [(slot.day - MONDAY).days for slot in slots] == [0, 0, 1, 1, 2, 2]
    assert not list(slots_between(MONDAY, MONDAY - timedelta(days=1), rules=rules(), channel_id=CHANNEL))


@pytest.mark.parametrize(
    ("day", "in_utc"), [(date(2026, 3, 28), 12), (date(2026, 3, 29), 11), (date(2026, 10, 25), 12)]
)
def test_slots_follow_the_wall_clock_when_it_changes(day: date, in_utc: int) -> None:
    first = slots_of(day, rules=rules(), channel_id=CHANNEL)[0]
    assert first.starts_at.tzinfo is UTC
    assert first.starts_at.hour == in_utc


@pytest.mark.parametrize(
    ("held", "wanted", "given_out"),
    [(set(), None, 1), ({1}, None, 2), ({2}, None, 1), (set(), 2, 2), ({2}, 2, 1), ({1, 2}, 1, None), ({3}, 5, 1)],
)
def test_a_post_gets_the_ordinal_it_wants_or_the_lowest_that_is_free(
    held: set[int], wanted: int | None, given_out: int | None
) -> None:
    assert ordinal_for(held, cap=2, wanted=wanted) == given_out


clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@st.composite
def some_windows(draw: st.DrawFn) -> tuple[Window, ...]:
    marks = sorted(draw(st.sets(clocks, min_size=2, max_size=6)))
    return tuple(Window(opens, closes) for opens, closes in zip(marks[::2], marks[1::2], strict=False))


@given(
    day=st.dates(date(2026, 1, 1), date(2027, 12, 31)) | st.sampled_from([date(2026, 3, 29), date(2026, 10, 25)]),
    day_windows=some_windows(),
    cap=st.integers(1, 24),
    gap=st.integers(0, 300),
    channel_id=st.integers(1, 10**9),
)
def test_every_slot_is_in_a_window_on_its_day_on_a_mark_and_keeps_the_gap(
    day: date, day_windows: tuple[Window, ...], cap: int, gap: int, channel_id: int
) -> None:
    under = rules(windows=(day_windows,) * 7, max_per_day=cap, minimum_gap=timedelta(minutes=gap))
    slots = slots_of(day, rules=under, channel_id=channel_id)
    assert slots == slots_of(day, rules=under, channel_id=channel_id)
    assert len(slots) <= cap
    for slot in slots:
        assert is_open(slot.starts_at, under)
        assert day_of(slot.starts_at) == day == slot.day
        assert slot.starts_at.minute % 5 == 0
        assert (slot.starts_at.second, slot.starts_at.microsecond) == (0, 0)
    for earlier, later in pairwise(slots):
        assert later.starts_at - earlier.starts_at >= max(under.minimum_gap, timedelta(minutes=5))
    longest = max(
        (datetime.combine(day, window.closes) - datetime.combine(day, window.opens) for window in day_windows),
        default=timedelta(0),
    )
    on_ordinary_days = day not in {date(2026, 3, 29), date(2027, 3, 28)}
    assert slots or not on_ordinary_days or longest < timedelta(minutes=5)
