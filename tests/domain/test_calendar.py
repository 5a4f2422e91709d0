"""The wall clock of Norway, on both nights when it changes, and the public holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.calendar import (
    Holiday,
    WallTime,
    begins_at,
    day_of,
    holiday_on,
    holidays_in,
    local,
    resolve,
)

PLAIN, MISSING, REPEATED = WallTime.PLAIN, WallTime.MISSING, WallTime.REPEATED


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("on_the_wall", "in_utc", "kind"),
    [
        ("2026-03-29T01:30", "2026-03-29T00:30Z", PLAIN),
        ("2026-03-29T02:00", "2026-03-29T01:00Z", MISSING),
        ("2026-03-29T02:30", "2026-03-29T01:30Z", MISSING),
        ("2026-03-29T03:00", "2026-03-29T01:00Z", PLAIN),
        ("2026-03-29T13:00", "2026-03-29T11:00Z", PLAIN),
        ("2026-10-25T01:59", "2026-10-24T23:59Z", PLAIN),
        ("2026-10-25T02:00", "2026-10-25T00:00Z", REPEATED),
        ("2026-10-25T02:30", "2026-10-25T00:30Z", REPEATED),
        ("2026-10-25T03:00", "2026-10-25T02:00Z", PLAIN),
        ("2026-10-25T13:00", "2026-10-25T12:00Z", PLAIN),
        ("2027-03-28T02:30", "2027-03-28T01:30Z", MISSING),
        ("2027-03-28T13:00", "2027-03-28T11:00Z", PLAIN),
        ("2027-10-31T02:30", "2027-10-31T00:30Z", REPEATED),
    ],
)
def test_a_skipped_time_moves_forward_and_of_a_repeated_one_the_first_is_meant(
    on_the_wall: str, in_utc: str, kind: WallTime
) -> None:
    resolved = resolve(wall(on_the_wall))
    assert resolved.at == wall(in_utc)
    assert resolved.at.tzinfo is UTC
    assert resolved.kind is kind


@pytest.mark.parametrize(
    ("received_at", "due_on_the_wall"),
    [
        ("2026-03-28T14:30Z", "2026-03-29T16:30+02:00"),
        ("2026-03-28T01:30Z", "2026-03-29T03:30+02:00"),
        ("2026-03-29T00:59Z", "2026-03-30T02:59+02:00"),
        ("2026-10-24T13:30Z", "2026-10-25T14:30+01:00"),
        ("2026-10-24T00:30Z", "2026-10-25T02:30+02:00"),
        ("2026-10-25T00:30Z", "2026-10-26T01:30+01:00"),
        ("2026-10-25T01:30Z", "2026-10-26T02:30+01:00"),
        ("2027-03-27T14:30Z", "2027-03-28T16:30+02:00"),
    ],
)
def test_twenty_four_hours_are_counted_in_utc_and_shown_on_the_wall(received_at: str, due_on_the_wall: str) -> None:
    shown = local(wall(received_at) + timedelta(hours=24))
    assert shown.isoformat(timespec="minutes") == due_on_the_wall


def test_a_time_on_the_wall_that_carries_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="carries no zone"):
        resolve(datetime(2026, 3, 29, 2, 30, tzinfo=UTC))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="carries its zone"):
        day_of(wall("2026-03-29T02:30"))


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-07-01T21:59:59Z", date(2026, 7, 1)),
        ("2026-07-01T22:00:00Z", date(2026, 7, 2)),
        ("2026-01-01T22:59:59Z", date(2026, 1, 1)),
        ("2026-01-01T23:00:00Z", date(2026, 1, 2)),
        ("2026-03-28T23:00:00Z", date(2026, 3, 29)),
        ("2026-10-25T22:59:59Z", date(2026, 10, 25)),
    ],
)
def test_the_day_changes_at_midnight_in_norway(at: str, day: date) -> None:
    assert day_of(wall(at)) == day


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_has_the_hours_the_clock_gives_it(day: date, hours: int) -> None:
    assert begins_at(day + timedelta(days=1)) - begins_at(day) == timedelta(hours=hours)


@given(at=st.datetimes(min_value=wall("1990-01-01"), max_value=wall("2037-01-01"), timezones=st.just(UTC)))
def test_an_instant_shown_and_read_again_is_the_same_unless_the_clock_showed_it_twice(at: datetime) -> None:
    shown = local(at)
    again = resolve(shown.replace(tzinfo=None))
    assert again.kind is not WallTime.MISSING
    assert again.at == at or (again.kind is WallTime.REPEATED and at - again.at == timedelta(hours=1))


@given(st.datetimes(min_value=wall("1990-01-01"), max_value=wall("2037-01-01")))
def test_no_time_on_the_wall_is_resolved_backwards(on_the_wall: datetime) -> None:
    resolved = resolve(on_the_wall)
    shown = local(resolved.at).replace(tzinfo=None)
    assert shown - on_the_wall == (timedelta(hours=1) if resolved.kind is WallTime.MISSING else timedelta(0))


@given(
    at=st.datetimes(min_value=wall("1990-01-01"), max_value=wall("2037-01-01"), timezones=st.just(UTC)),
    zone=st.sampled_from(["Europe/Oslo", "Arctic/Longyearbyen", "America/Havana", "Australia/Lord_Howe"]),
)
def test_an_instant_lies_within_its_day_in_any_zone(at: datetime, zone: str) -> None:
    day = day_of(at, zone)
    assert begins_at(day, zone) <= at < begins_at(day + timedelta(days=1), zone)
    assert at.astimezone(ZoneInfo(zone)).date() == day


def test_a_year_has_its_twelve_holidays() -> None:
    assert dict(holidays_in(2026)) == {
        date(2026, 1, 1): Holiday.NEW_YEARS_DAY,
        date(2026, 4, 2): Holiday.MAUNDY_THURSDAY,
        date(2026, 4, 3): Holiday.GOOD_FRIDAY,
        date(2026, 4, 5): Holiday.EASTER_SUNDAY,
        date(2026, 4, 6): Holiday.EASTER_MONDAY,
        date(2026, 5, 1): Holiday.LABOUR_DAY,
        date(2026, 5, 14): Holiday.ASCENSION_DAY,
        date(2026, 5, 17): Holiday.CONSTITUTION_DAY,
        date(2026, 5, 24): Holiday.WHIT_SUNDAY,
        date(2026, 5, 25): Holiday.WHIT_MONDAY,
        date(2026, 12, 25): Holiday.CHRISTMAS_DAY,
        date(2026, 12, 26): Holiday.BOXING_DAY,
    }


def test_the_seventeenth_of_may_stays_itself_when_it_is_whit_monday_too() -> None:
    assert holiday_on(date(2027, 5, 17)) is Holiday.CONSTITUTION_DAY
    assert holiday_on(date(2008, 5, 1)) is Holiday.LABOUR_DAY


def test_an_ordinary_day_is_no_holiday() -> None:
    assert holiday_on(date(2026, 12, 24)) is None


def test_the_holidays_agree_with_a_library_kept_by_others() -> None:
    for year in range(1980, 2100):
        assert set(holidays_in(year)) == set(holidays.country_holidays("NO", years=year)), year


def test_the_holidays_cannot_be_changed_by_who_reads_them() -> None:
    with pytest.raises(TypeError):
        holidays_in(2026)[date(2026, 12, 24)] = Holiday.CHRISTMAS_DAY  # type: ignore[index]  # the refusal is the point
