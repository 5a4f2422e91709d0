"""The enquiry clock: when it starts, when an answer is due, both nights the clock changes, and the edges to a microsecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.sla import (
    RESPONSE_TIME,
    Clock,
    Promise,
    Started,
    Step,
    by_day,
    clock_of,
    is_night,
    promise,
    steps_due,
    too_long,
)

OSLO = ZoneInfo("Europe/Oslo")
T = datetime(2026, 3, 3, 9, tzinfo=UTC)
HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def wall(text: str, *, fold: int = 0) -> datetime:
    """The instant that the wall in Norway shows; `fold` 1: the second time it shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=OSLO, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2026-11-20 16:00", "2026-11-21 16:00"),  # over a weekend
        ("2026-12-24 12:00", "2026-12-25 12:00"),  # over a holiday
        ("2027-03-27 14:00", "2027-03-28 15:00"),  # the night of 23 hours
        ("2027-03-28 01:59", "2027-03-29 02:59"),
        ("2027-03-28 03:00", "2027-03-29 03:00"),
        ("2027-03-27 02:30", "2027-03-28 03:30"),  # half past two does not exist the next day
        ("2026-10-24 14:00", "2026-10-25 13:00"),  # the night of 25 hours
        ("2026-10-24 02:30", "2026-10-25 02:30"),  # the first half past two
        ("2027-10-30 23:59:59", "2027-10-31 22:59:59"),
        ("2028-02-28 09:00", "2028-02-29 09:00"),
    ],
)
def test_due_is_twenty_four_elapsed_hours_later_whatever_the_wall_shows(written: str, due: str) -> None:
    assert Clock(wall(written), Started.WRITTEN).due_at == wall(due)


def test_the_two_half_past_twos_of_autumn_are_due_an_hour_apart() -> None:
    first, second = wall("2026-10-25 02:30"), wall("2026-10-25 02:30", fold=1)
    assert second - first == HOUR
    assert Clock(first, Started.WRITTEN).due_at == wall("2026-10-26 01:30")
    assert Clock(second, Started.WRITTEN).due_at == wall("2026-10-26 02:30")


def test_the_clock_starts_when_the_citizen_wrote() -> None:
    assert clock_of(written_at=T, seen_at=T + HOUR, lacked_at=None) == Clock(T, Started.WRITTEN)
    assert clock_of(written_at=T, seen_at=T, lacked_at=None) == Clock(T, Started.WRITTEN)


def test_but_not_before_the_last_complete_look_that_lacked_it() -> None:
    seen = T + 3 * HOUR
    assert clock_of(written_at=T, seen_at=seen, lacked_at=T + HOUR) == Clock(T + HOUR, Started.NOT_SEEN_BEFORE)
    assert clock_of(written_at=T, seen_at=seen, lacked_at=T) == Clock(T, Started.WRITTEN)
    assert clock_of(written_at=T, seen_at=seen, lacked_at=T - HOUR) == Clock(T, Started.WRITTEN)
    assert clock_of(written_at=T, seen_at=seen, lacked_at=seen + HOUR) == Clock(seen, Started.NOT_SEEN_BEFORE)


def test_what_was_written_in_the_future_counts_from_when_we_saw_it() -> None:
    assert clock_of(written_at=T + INSTANT, seen_at=T, lacked_at=T - HOUR) == Clock(T, Started.CLOCK_AHEAD)


def test_what_is_entered_by_hand_counts_from_when_it_was_written() -> None:
    assert clock_of(written_at=T - 30 * HOUR, seen_at=T, lacked_at=T, by_hand=True) == Clock(
        T - 30 * HOUR, Started.BY_HAND
    )
    assert clock_of(written_at=T + HOUR, seen_at=T, lacked_at=None, by_hand=True).started_at == T


@given(written=MOMENTS, seen=MOMENTS, lacked=st.none() | MOMENTS)
def test_no_clock_starts_after_we_saw_the_comment_nor_before_it_was_written_unless_ahead(
    written: datetime, seen: datetime, lacked: datetime | None
) -> None:
    clock = clock_of(written_at=written, seen_at=seen, lacked_at=lacked)
    assert clock.started_at <= seen
    assert clock.started_at >= min(written, seen)
    assert clock.due_at - clock.started_at == RESPONSE_TIME


@pytest.mark.parametrize(
    ("after", "late"),
    [
        (timedelta(hours=23, minutes=59, seconds=59), False),
        (timedelta(hours=24), False),
        (timedelta(hours=24) + INSTANT, True),
        (timedelta(hours=24, seconds=1), True),
    ],
)
def test_the_promise_holds_up_to_and_including_the_last_instant(after: timedelta, late: bool) -> None:
    assert too_long(started_at=T, ended_at=T + after) is late
    standing = promise(due_at=T + RESPONSE_TIME, settled=False, breached=False, now=T + after)
    assert (standing is Promise.OVERDUE) is late


def test_late_stays_late() -> None:
    due_at = T + RESPONSE_TIME
    assert promise(due_at=due_at, settled=True, breached=True, now=T) is Promise.ANSWERED_LATE
    assert promise(due_at=due_at, settled=False, breached=True, now=T) is Promise.OVERDUE
    assert promise(due_at=due_at, settled=True, breached=False, now=T + 99 * HOUR) is Promise.KEPT


def test_the_last_four_hours_are_soon() -> None:
    due_at = T + RESPONSE_TIME
    assert promise(due_at=due_at, settled=False, breached=False, now=T + 20 * HOUR - INSTANT) is Promise.RUNNING
    assert promise(due_at=due_at, settled=False, breached=False, now=T + 20 * HOUR) is Promise.SOON
    assert promise(due_at=due_at, settled=False, breached=False, now=due_at) is Promise.SOON


@pytest.mark.parametrize(
    ("after", "steps"),
    [
        (20 * HOUR - INSTANT, ()),
        (20 * HOUR, (Step.REMIND,)),
        (23 * HOUR - INSTANT, (Step.REMIND,)),
        (23 * HOUR, (Step.REMIND, Step.ESCALATE)),
        (240 * HOUR, (Step.REMIND, Step.ESCALATE)),
    ],
)
def test_the_steps_fall_due_at_twenty_and_twenty_three_hours(after: timedelta, steps: tuple[Step, ...]) -> None:
    assert steps_due(started_at=T, now=T + after) == steps


@pytest.mark.parametrize(
    ("at", "night"),
    [
        ("2026-11-20 21:59:59", False),
        ("2026-11-20 22:00", True),
        ("2026-11-20 23:59:59", True),
        ("2026-11-21 00:00", True),
        ("2026-11-21 06:59:59.999999", True),
        ("2026-11-21 07:00", False),
        ("2026-11-21 12:00", False),
        ("2027-03-27 22:00", True),  # the clock is put forward
        ("2027-03-28 06:59", True),
        ("2027-03-28 07:00", False),
        ("2026-10-24 22:00", True),  # and back
        ("2026-10-25 06:59", True),
        ("2026-10-25 07:00", False),
    ],
)
def test_night_is_from_ten_to_seven_on_the_wall_in_summer_and_winter(at: str, night: bool) -> None:
    assert is_night(wall(at)) is night


def test_night_follows_the_zone() -> None:
    assert not is_night(wall("2026-11-20 22:30"), zone="Atlantic/Reykjavik")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-03T21:59:59", "2026-03-03T21:59:59"),
        ("2026-03-03T22:00:00", "2026-03-04T07:00:00"),
        ("2026-03-04T00:00:00", "2026-03-04T07:00:00"),
        ("2026-03-04T06:59:59", "2026-03-04T07:00:00"),
        ("2026-03-28T23:00:00", "2026-03-29T07:00:00"),
        ("2026-10-24T23:00:00", "2026-10-25T07:00:00"),
    ],
)
def test_what_lies_in_the_night_waits_until_seven(moment: str, day: str) -> None:
    on_the_wall = [datetime.fromisoformat(each).replace(tzinfo=ZoneInfo("Europe/Oslo")) for each in (moment, day)]
    assert by_day(on_the_wall[0].astimezone(UTC)) == on_the_wall[1].astimezone(UTC)
