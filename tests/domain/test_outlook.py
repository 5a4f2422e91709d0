"""What rules will do: the example week keeps them, says why a day stands empty, and tells rules that leave no place at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.calendar import OSLO, Holiday, day_of
from scheduler.domain.outlook import INVENTED, ExampleWeek, example_week, has_a_place
from scheduler.domain.posting_rules import (
    Alternation,
    PostingRules,
    RulesError,
    RulesFault,
    Window,
    faults_of_day,
    kept_in,
    rules_from,
)

MONDAY = date(2026, 11, 30)
CHRISTMAS = date(2026, 12, 21)
CHANNEL = 3


def week(rules: PostingRules, monday: date = MONDAY, **more: str) -> ExampleWeek:
    return example_week(rules, monday=monday, channel_id=CHANNEL, **more)


def languages(shown: ExampleWeek) -> list[str | None]:
    return [slot.language for day in shown.days for slot in day.slots if slot.post is not None]


def test_the_invented_posts_take_turns_and_the_second_in_bokmaal_waits_for_its_own() -> None:
    shown = week(PostingRules())
    assert languages(shown) == ["nb", "nn"] * 3
    assert [slot.post for slot in shown.days[0].slots] == [0, 2]
    assert shown.waiting == ()


def test_where_nothing_takes_turns_the_oldest_goes_first_and_a_channels_language_is_chosen_where_it_is_there() -> None:
    off = kept_in(PostingRules(), "nn")
    assert off.alternation is Alternation.OFF
    shown = week(off, language="nn")
    assert languages(shown) == ["nb", "nb", "nn", "nn", "nb", "nn"]
    assert kept_in(PostingRules(), None) == PostingRules()


def test_a_day_that_stands_empty_says_why() -> None:
    own = frozenset({CHRISTMAS})
    weekdays = ((Window(time(13), time(18)),),) * 5 + ((),) * 2
    shown = week(PostingRules(own_days=own, windows=weekdays), CHRISTMAS)
    told = [(bool(day.slots), day.own, day.holiday, day.closed) for day in shown.days]
    assert told[0] == (False, True, None, False)
    assert told[1] == (True, False, None, False)
    assert told[4] == (False, False, Holiday.CHRISTMAS_DAY, False)
    assert told[6] == (False, False, None, True)


def test_what_finds_no_slot_in_the_week_is_told_of() -> None:
    one = replace(PostingRules(), max_per_day=1, windows=((Window(time(13), time(18)),),) + ((),) * 6)
    assert len(week(one).waiting) == len(INVENTED) - 1


@given(
    cap=st.integers(1, 24),
    opens=st.integers(0, 22),
    hours=st.integers(1, 24),
    gap=st.sampled_from([0, 1, 60, 1440]),
    alternation=st.sampled_from(list(Alternation)),
    out=st.frozensets(st.integers(0, 6)),
)
def test_an_example_never_breaks_what_it_shows(
    cap: int, opens: int, hours: int, gap: int, alternation: Alternation, out: frozenset[int]
) -> None:
    window = Window(time(opens), time(min(opens + hours, 24) % 24))
    taken_out = frozenset(MONDAY + timedelta(days=each) for each in out)
    rules = PostingRules(
        max_per_day=cap,
        windows=((window,),) * 7,
        minimum_gap=timedelta(minutes=gap),
        alternation=alternation,
        own_days=taken_out,
    )
    shown = week(rules)
    posts = [slot.post for day in shown.days for slot in day.slots if slot.post is not None]
    assert sorted([*posts, *shown.waiting]) == list(range(len(INVENTED)))
    for day in shown.days:
        assert len(day.slots) <= cap
        assert {day_of(slot.starts_at, OSLO) for slot in day.slots} <= {day.day}
        assert not (day.own and day.slots)


@pytest.mark.parametrize(
    ("rules", "has"),
    [
        (PostingRules(), True),
        (PostingRules(windows=((Window(time(13, 1), time(13, 4)),),) * 7), False),
        (PostingRules(windows=((Window(time(13, 1), time(13, 6)),),) * 7), True),
        (PostingRules(own_days=frozenset(MONDAY + timedelta(days=each) for each in range(56))), False),
        (PostingRules(own_days=frozenset(MONDAY + timedelta(days=each) for each in range(55))), True),
    ],
)
def test_rules_leave_a_place_or_none_in_eight_weeks(rules: PostingRules, has: bool) -> None:
    assert has_a_place(rules, first=MONDAY) is has


def test_typed_rules_tell_every_fault_of_every_day_at_once() -> None:
    with pytest.raises(RulesError) as refused:
        rules_from(
            max_per_day=0,
            hours=[[(time(18), time(13))], [(time(9), time(12)), (time(11), time(15))], [], [], [], [], []],
            gap_minutes=10**30,
            alternation=Alternation.OFF,
            patience_days=-1,
            skip_holidays=True,
            floor_percent=51,
            zone="Nowhere",
        )
    assert set(refused.value.codes) == set(RulesFault) - {RulesFault.NEVER_OPEN, RulesFault.NOT_SEVEN_DAYS}


def test_periods_of_a_day_may_be_said_in_any_order() -> None:
    assert faults_of_day([(time(15), time(0)), (time(9), time(12))]) == frozenset()
    assert faults_of_day([(time(0), time(0)), (time(9), time(12))]) == {RulesFault.WINDOWS_OVERLAP}
    assert faults_of_day([]) == frozenset()
