"""The language ledger: what counts as what, what is a break and whose reason it is, and when a standard is under its floor."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain import ledger
from scheduler.domain.excuses import Excuse
from scheduler.domain.ledger import FEWEST, Alarm, Cause, Entry, Tally, Why
from scheduler.domain.reasons import Because, Reason
from scheduler.domain.rules import Refusal
from tests.domain.posting import at

BEGIN = at("2026-01-01 00:00")
_numbers = count(1)


def out(when: str, language: str | None = "nn", **values: Any) -> Entry:
    """A post of ours that came out at its slot."""
    filled = {"publication_id": next(_numbers), "at": at(when), "turn_at": at(when), **values}
    return Entry(channel_id=1, language=language, **filled)


def posted_there(when: str, language: str | None = "nn") -> Entry:
    """A post that somebody made on the platform itself."""
    return out(when, language, publication_id=None, thread_id=next(_numbers))


def day(number: int, language: str | None = "nn", **values: Any) -> Entry:
    """A post on a day in March."""
    return out(f"2026-03-{number:02} 14:00", language, **values)


def found(*entries: Entry) -> list[tuple[int, Why]]:
    """The day of each break, and why."""
    return [(each.at.day, each.cause.why) for each in ledger.breaks(entries, since=BEGIN)]


def test_a_post_with_both_texts_counts_for_both_and_turns_nothing() -> None:
    numbers = ledger.tally([day(1, "nn"), day(2, "both"), day(3, "nb"), day(4, "nb")])
    assert (numbers.in_nn, numbers.in_nb, numbers.balance, numbers.posts) == (2, 3, -1, 4)
    assert (numbers.percent("nn"), numbers.percent("nb")) == (40, 60)


def test_other_languages_and_those_not_to_be_told_stand_outside_the_shares() -> None:
    numbers = ledger.tally([day(1, "nn"), day(2, "se"), day(3, "other"), posted_there("2026-03-04 09:00", None)])
    assert numbers == Tally(nn=1, other=3, native=1)
    assert numbers.percent("nn") == 100


def test_a_service_notice_counts_apart_from_all_else() -> None:
    assert ledger.tally([day(1, "nn"), day(2, "nn", notice=True), day(3, "both", notice=True)]) == Tally(
        nn=1, notices=2
    )


def test_posts_in_turn_break_nothing() -> None:
    assert found(day(1, "nn"), day(2, "nb"), day(3, "nn"), day(4, "nb")) == []


def test_what_neither_turns_nor_breaks_stands_between_without_effect() -> None:
    assert found(day(1, "nn"), day(2, "both"), day(3, "other"), day(4, "nb")) == []
    assert found(day(1, "nn"), day(2, "both"), day(3, None), day(4, "nn")) == [(4, Why.UNKNOWN)]


def test_a_service_notice_breaks_no_turn_and_takes_none() -> None:
    assert found(day(1, "nn"), day(2, "nn", notice=True), day(3, "nb")) == []
    assert found(day(1, "nn"), day(2, "nb", notice=True), day(3, "nn")) == [(3, Why.UNKNOWN)]


def test_a_break_has_the_reason_that_was_kept_with_the_post() -> None:
    waited, excused = Cause(Why.WAITED, days=2), Cause(Why.PERSON, excuse=Excuse.HAPPENS_NOW)
    broken = ledger.breaks([day(1), day(2, cause=waited), day(3, "nb"), day(4, "nb", cause=excused)], since=BEGIN)
    assert [each.cause for each in broken] == [waited, excused]
    assert [each.language for each in broken] == ["nn", "nb"]


def test_the_reason_may_stand_with_the_one_that_was_put_before_the_other() -> None:
    put = day(2, cause=Cause(Why.PERSON, excuse=Excuse.CANNOT_WAIT))
    (only,) = ledger.breaks([day(1, "nb"), put, day(3)], since=BEGIN)
    assert (only.entry, only.at.day, only.cause.excuse) == (put, 3, Excuse.CANNOT_WAIT)


def test_one_reason_explains_one_break() -> None:
    put = day(2, cause=Cause(Why.PERSON, excuse=Excuse.CANNOT_WAIT))
    assert found(day(1), put, day(3)) == [(2, Why.PERSON), (3, Why.UNKNOWN)]
    assert found(day(1), put, posted_there("2026-03-03 09:00")) == [(2, Why.PERSON), (3, Why.NATIVE)]


def test_a_reason_for_a_break_that_never_came_about_is_no_break() -> None:
    assert found(day(1, "nb"), day(2, "nn", cause=Cause(Why.WAITED, days=2)), day(3, "nb")) == []


def test_a_native_post_explains_the_break_on_either_side_of_it() -> None:
    there = posted_there("2026-03-02 10:00")
    assert found(day(1), there, day(3, "nb")) == [(2, Why.NATIVE)]
    broken = ledger.breaks([day(1, "nb"), there, day(3)], since=BEGIN)
    assert [(each.entry, each.at.day, each.cause.why) for each in broken] == [(there, 3, Why.NATIVE)]


def test_the_turn_is_judged_by_the_slot_and_not_by_when_it_came_out() -> None:
    late = day(2, "nb", at=at("2026-03-05 09:00"))  # a person posted it three days after its slot
    assert found(day(1, "nn"), late, day(3, "nn")) == []


def test_what_is_ahead_stands_between_and_breaks_nothing_yet() -> None:
    assert found(day(1), day(2, "nb", ahead=True), day(3)) == []
    assert found(day(1), day(2, ahead=True)) == []


def test_the_years_first_post_is_judged_by_the_last_of_the_year_before() -> None:
    before = out("2025-12-30 14:00")
    assert found(before, out("2026-01-02 14:00")) == [(2, Why.UNKNOWN)]
    assert found(before, out("2025-12-31 14:00")) == []


@pytest.mark.parametrize(
    ("kept", "cause"),
    [
        ([], None),
        ([Reason(Because.FIRST_LAWFUL)], None),
        ([Reason(Because.TURN_BROKEN, {"language": "nn", "days": "3"})], Cause(Why.WAITED, days=3)),
        ([Reason(Because.TURN_HURRIED, {"language": "nn"})], Cause(Why.LATEST)),
        ([Reason(Because.EXCUSED, {"rule": "turn", "reason": "stood_before"})], Cause(Why.STOOD)),
        ([Reason(Because.EXCUSED, {"rule": "turn", "reason": "cannot_wait"})], Cause(Why.PERSON, Excuse.CANNOT_WAIT)),
        ([Reason(Because.EXCUSED, {"rule": "turn"})], Cause(Why.PERSON)),
        ([Reason(Because.EXCUSED, {"rule": "turn", "reason": "once_was"})], Cause(Why.PERSON)),
        ([Reason(Because.EXCUSED, {"rule": "day_full", "reason": "cannot_wait"})], None),
        (
            [Reason(Because.TURN_BROKEN, {"days": "2"}), Reason(Because.EXCUSED, {"rule": "turn", "reason": "cannot_wait"})],
            Cause(Why.PERSON, Excuse.CANNOT_WAIT),
        ),
        ([Reason(Refusal.TURN, {"at": "2026-03-03T12:00:00+00:00"})], None),
    ],
)  # fmt: skip
def test_a_kept_account_says_why_the_turn_was_broken(kept: list[Reason], cause: Cause | None) -> None:
    assert ledger.cause_of([reason.as_row() for reason in kept]) == cause


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        (Tally(nn=25, nb=75), None),
        (Tally(nn=24, nb=75), Alarm("nn", 24, 25, 1)),
        (Tally(nn=249, nb=751), Alarm("nn", 24, 25, 2)),  # 24.9 percent is not told as 25
        (Tally(nn=75, nb=3), Alarm("nb", 3, 25, 22)),
        (Tally(nn=0, nb=10), Alarm("nn", 0, 25, 4)),
        (Tally(nn=0, nb=9, other=40, notices=9), None),  # too few to say
        (Tally(nb=9, both=1), Alarm("nn", 9, 25, 3)),
        (Tally(nn=5, nb=5), None),
        (Tally(), None),
    ],
)
def test_exactly_at_the_floor_is_no_alarm_and_just_under_it_is(numbers: Tally, told: Alarm | None) -> None:
    assert ledger.alarm(numbers, floor_percent=25) == told


def test_a_floor_of_nothing_tells_nobody() -> None:
    assert ledger.alarm(Tally(nb=1000), floor_percent=0) is None


numbers = st.integers(0, 400)


@given(nn=numbers, nb=numbers, both=numbers, floor=st.integers(0, 50))
def test_so_many_posts_bring_it_back_and_one_fewer_does_not(nn: int, nb: int, both: int, floor: int) -> None:
    told = ledger.alarm(Tally(nn=nn, nb=nb, both=both), floor_percent=floor)
    if told is None:
        least = min(nn, nb) + both
        assert nn + nb + both < FEWEST or nn == nb or 100 * least >= floor * (nn + nb + 2 * both)
        return
    assert told.needed >= 1
    assert told.percent < floor
    for more, enough in ((told.needed, True), (told.needed - 1, False)):
        least, total = min(nn, nb) + both + more, nn + nb + 2 * both + more
        assert (100 * least >= floor * total) is enough


@given(nn=numbers, nb=numbers, both=numbers)
def test_the_two_shares_are_a_hundred_together(nn: int, nb: int, both: int) -> None:
    each = Tally(nn=nn, nb=nb, both=both)
    assert each.percent("nn") + each.percent("nb") == (100 if each.counted else 0)


def test_the_balance_runs_week_by_week_through_weeks_without_posts() -> None:
    points = ledger.running([day(2, "nn"), day(3, "nn"), day(4, "both"), day(17, "nb"), day(18, "nn", notice=True)])
    assert [(point.monday, point.balance) for point in points] == [
        (date(2026, 3, 2), 2),
        (date(2026, 3, 9), 2),
        (date(2026, 3, 16), 1),
    ]
    assert points[0].week == Tally(nn=2, both=1)
    assert ledger.running([]) == ()


def test_a_month_ends_at_midnight_in_norway() -> None:
    late, next_day = out("2026-01-31 23:59"), out("2026-02-01 00:00", "nb")
    months = ledger.months([late, next_day], ledger.breaks([late, next_day], since=BEGIN), last=3)
    assert [(each.number, each.tally.nn, each.tally.nb) for each in months] == [(1, 1, 0), (2, 0, 1), (3, 0, 0)]


def test_a_break_belongs_to_the_month_in_which_it_was_seen() -> None:
    entries = [out("2026-01-31 14:00"), out("2026-02-01 14:00")]
    months = ledger.months(entries, ledger.breaks(entries, since=BEGIN), last=2)
    assert [len(each.breaks) for each in months] == [0, 1]


def test_the_look_back_reaches_over_a_summer_without_posts() -> None:
    assert timedelta(days=42) < ledger.LOOK_BACK
