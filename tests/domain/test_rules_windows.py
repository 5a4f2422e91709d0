"""Which posting rules can be made, and when a channel is open: the windows at their edges and on the nights the clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.posting_rules import Alternation, PostingRules, RulesError, RulesFault, Window, is_open, openings
from tests.domain.posting import at, rules, windows


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"max_per_day": 0}, RulesFault.CAP_OUT_OF_RANGE),
        ({"max_per_day": 25}, RulesFault.CAP_OUT_OF_RANGE),
        ({"minimum_gap": timedelta(minutes=-1)}, RulesFault.GAP_OUT_OF_RANGE),
        ({"minimum_gap": timedelta(hours=25)}, RulesFault.GAP_OUT_OF_RANGE),
        ({"patience_days": -1}, RulesFault.PATIENCE_OUT_OF_RANGE),
        ({"patience_days": 61}, RulesFault.PATIENCE_OUT_OF_RANGE),
        ({"windows": windows("13:00-18:00")[:6]}, RulesFault.NOT_SEVEN_DAYS),
        ({"windows": ((),) * 7}, RulesFault.NEVER_OPEN),
        ({"windows": windows("09:00-12:00", "11:00-15:00")}, RulesFault.WINDOWS_OVERLAP),
        ({"windows": windows("13:00-15:00", "09:00-11:00")}, RulesFault.WINDOWS_OVERLAP),
        ({"windows": windows("13:00-00:00", "20:00-21:00")}, RulesFault.WINDOWS_OVERLAP),
        ({"zone": "Europe/Ordskifte"}, RulesFault.UNKNOWN_ZONE),
        ({"zone": ""}, RulesFault.UNKNOWN_ZONE),
        ({"zone": "../etc/passwd"}, RulesFault.UNKNOWN_ZONE),
    ],
)
def test_rules_that_contradict_themselves_cannot_be_made(changes: dict[str, Any], fault: RulesFault) -> None:
    with pytest.raises(RulesError) as refused:
        rules(**changes)
    assert set(refused.value.codes) == {fault}


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(RulesError) as refused:
        rules(max_per_day=0, patience_days=-1)
    assert set(refused.value.codes) == {RulesFault.CAP_OUT_OF_RANGE, RulesFault.PATIENCE_OUT_OF_RANGE}


@pytest.mark.parametrize(("opens", "closes"), [("18:00", "13:00"), ("13:00", "13:00"), ("13:00", "12:59:59")])
def test_a_window_that_closes_before_it_opens_cannot_be_made(opens: str, closes: str) -> None:
    with pytest.raises(RulesError) as refused:
        Window(time.fromisoformat(opens), time.fromisoformat(closes))
    assert set(refused.value.codes) == {RulesFault.CLOSES_BEFORE_OPENING}


def test_the_default_is_two_a_day_in_the_afternoon_with_turns() -> None:
    default = PostingRules()
    assert (default.max_per_day, default.minimum_gap, default.alternation, default.patience_days) == (
        2,
        timedelta(hours=1),
        Alternation.PREFER,
        2,
    )
    assert default.windows == windows("13:00-18:00")
    assert default.skip_holidays


@pytest.mark.parametrize(
    ("clock", "may"),
    [
        ("12:59:59", False),
        ("13:00", True),
        ("17:59:59", True),
        ("18:00", False),
        ("00:00", False),
        ("23:59:59", False),
    ],
)
def test_a_window_is_open_from_its_opening_up_to_its_closing(clock: str, may: bool) -> None:
    assert is_open(at(f"Mon {clock}"), rules()) is may


def test_a_window_may_last_until_midnight_and_not_a_second_longer() -> None:
    evening = rules(windows=windows("20:00-00:00"))
    assert is_open(at("Mon 23:59:59"), evening)
    assert not is_open(at("Tue 00:00"), evening)


def test_a_window_from_midnight_to_midnight_is_the_whole_day() -> None:
    always = rules(windows=windows("00:00-00:00"))
    assert is_open(at("Mon 00:00"), always)
    assert is_open(at("Mon 23:59:59"), always)


def test_each_weekday_has_windows_of_its_own() -> None:
    week = ((Window(time(8), time(9)),), (), *windows("13:00-18:00")[2:])
    assert is_open(at("Mon 08:30"), rules(windows=week))
    assert not is_open(at("Tue 14:00"), rules(windows=week))
    assert is_open(at("Wed 14:00"), rules(windows=week))


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 23), 24)]
)
def test_the_whole_day_is_as_long_as_the_clock_makes_it(day: date, hours: int) -> None:
    (opening,) = openings(day, rules(windows=windows("00:00-00:00")))
    assert opening.closes_at - opening.opens_at == timedelta(hours=hours)


def test_a_window_in_the_hour_that_the_clock_skips_is_not_open_that_day() -> None:
    night = rules(windows=windows("02:00-03:00"))
    assert openings(date(2026, 3, 29), night) == ()
    assert not is_open(at("2026-03-29 02:30"), night)


def test_a_window_in_the_hour_that_comes_twice_is_open_both_times() -> None:
    night = rules(windows=windows("02:00-03:00"))
    assert is_open(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), night)
    assert is_open(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), night)
    assert not is_open(datetime(2026, 10, 25, 2, 0, tzinfo=UTC), night)


def test_the_afternoon_follows_the_wall_clock_through_summer_time() -> None:
    assert is_open(datetime(2026, 3, 28, 12, 0, tzinfo=UTC), rules())
    assert is_open(datetime(2026, 3, 29, 11, 0, tzinfo=UTC), rules())
    assert not is_open(datetime(2026, 3, 28, 11, 0, tzinfo=UTC), rules())


instants = st.datetimes(min_value=datetime.fromisoformat("2026-03-20"), max_value=datetime.fromisoformat("2026-11-10"))


@given(instants, st.integers(0, 23), st.integers(0, 59), st.integers(1, 600))
def test_a_window_away_from_the_night_is_read_off_the_wall(when: datetime, hour: int, minute: int, long: int) -> None:
    opens = time(max(hour, 4), minute)
    minutes = opens.hour * 60 + opens.minute + long
    closes = time(minutes // 60, minutes % 60) if minutes < 24 * 60 else time.min
    under = rules(windows=((Window(opens, closes),),) * 7)
    wall = at(when.isoformat(sep=" "))
    on_the_wall = when.time()
    inside = on_the_wall >= opens and (closes == time.min or on_the_wall < closes)
    if on_the_wall >= time(4):
        assert is_open(wall, under) is inside
