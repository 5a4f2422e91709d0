"""The posting rules, one by one and at their edges: what may start when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.calendar import begins_at, day_of
from scheduler.domain.posting_rules import Alternation, PostingRules
from scheduler.domain.rules import Candidate, Refusal, Taken, excusable, first_of, refusals, turn_languages
from tests.domain.posting import at, native, placed, post, rules, urgent, windows

LONG_AGO = at("2026-01-01 00:00")


def ask(
    when: str | datetime,
    *,
    candidate: Candidate | None = None,
    taken: Sequence[Taken] = (),
    under: PostingRules | None = None,
    language: str | None = "nn",
    now: datetime = LONG_AGO,
    automatic: bool = True,
) -> set[Refusal]:
    return set(
        refusals(
            candidate or post(),
            at(when) if isinstance(when, str) else when,
            language=language,
            taken=taken,
            rules=under or rules(),
            now=now,
            automatic=automatic,
        )
    )


def test_outside_the_windows_is_refused() -> None:
    assert ask("Mon 17:59:59") == set()
    assert ask("Mon 18:00") == {Refusal.OUTSIDE_WINDOW}


# The cap


def test_a_third_post_does_not_fit_in_a_day() -> None:
    assert ask("Mon 17:00", taken=[placed("Mon 13:00"), placed("Mon 15:00", by=902, ordinal=2)]) == {Refusal.DAY_FULL}


def test_what_was_posted_natively_counts_in_the_day() -> None:
    assert ask("Mon 17:00", taken=[placed("Mon 13:00"), native("Mon 07:00")]) == {Refusal.DAY_FULL}


def test_a_slot_of_today_that_has_gone_by_still_counts() -> None:
    taken = [placed("Mon 13:00"), placed("Mon 14:30", by=902, ordinal=2)]
    assert ask("Mon 17:00", taken=taken, now=at("Mon 16:00")) == {Refusal.DAY_FULL}


def test_a_service_notice_takes_nobodys_place() -> None:
    assert ask("Mon 17:00", taken=[placed("Mon 13:00"), urgent("Mon 17:00"), urgent("Mon 09:00")]) == set()


def test_days_are_counted_from_midnight_to_midnight_in_norway() -> None:
    always = rules(windows=windows("00:00-00:00"), max_per_day=1, minimum_gap=timedelta(0))
    assert ask("Mon 23:59:59", taken=[placed("Mon 00:00")], under=always) == {Refusal.DAY_FULL}
    assert ask("Tue 00:00", taken=[placed("Mon 23:59:59")], under=always) == set()
    # 23:30 in UTC is half past midnight in Norway: the next day.
    assert ask(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), taken=[placed("Tue 12:00")], under=always) == {
        Refusal.DAY_FULL
    }


def test_both_hours_of_the_night_the_clock_goes_back_belong_to_one_day() -> None:
    always = rules(windows=windows("00:00-00:00"), max_per_day=1)
    assert ask(datetime(2026, 10, 25, 22, 59, tzinfo=UTC), taken=[placed("2026-10-25 00:00")], under=always) == {
        Refusal.DAY_FULL
    }


def test_a_post_does_not_stand_in_its_own_way() -> None:
    own = [placed("Mon 13:00", by=1), placed("Mon 15:00", by=902, ordinal=2)]
    assert ask("Mon 13:30", candidate=post(1), taken=own) == set()


# The gap


@pytest.mark.parametrize(
    ("clock", "may"), [("14:00", False), ("14:00:01", False), ("14:59:59", False), ("15:00", True)]
)
def test_two_posts_keep_the_gap_and_the_gap_itself_is_enough(clock: str, may: bool) -> None:
    assert (Refusal.TOO_CLOSE not in ask(f"Mon {clock}", taken=[placed("Mon 14:00")])) is may


def test_the_gap_is_kept_to_what_comes_after_and_across_midnight() -> None:
    always = rules(windows=windows("00:00-00:00"))
    assert ask("Mon 23:30", taken=[placed("Tue 00:15")], under=always) == {Refusal.TOO_CLOSE}


def test_the_gap_is_time_that_passes_not_time_on_the_wall() -> None:
    always = rules(windows=windows("00:00-00:00"), minimum_gap=timedelta(minutes=90))
    # 01:45 and 03:15 on the wall are thirty minutes apart that night.
    assert ask("2026-03-29 03:15", taken=[placed("2026-03-29 01:45")], under=always) == {Refusal.TOO_CLOSE}


def test_two_posts_never_start_in_the_same_instant_even_without_a_gap() -> None:
    assert ask("Mon 14:00", taken=[placed("Mon 14:00")], under=rules(minimum_gap=timedelta(0))) == {Refusal.TOO_CLOSE}


# Times of its own


def test_the_past_is_closed_and_now_is_not_the_past() -> None:
    assert ask("Mon 14:00", now=at("Mon 14:00:01")) == {Refusal.IN_THE_PAST}
    assert ask("Mon 14:00", now=at("Mon 14:00")) == set()


def test_the_earliest_and_the_latest_moment_are_themselves_allowed() -> None:
    hearing = post(earliest_at=at("Mon 14:00"), latest_at=at("Mon 15:00"))
    assert ask("Mon 13:59:59", candidate=hearing) == {Refusal.BEFORE_EARLIEST}
    assert ask("Mon 14:00", candidate=hearing) == set()
    assert ask("Mon 15:00", candidate=hearing) == set()
    assert ask("Mon 15:00:01", candidate=hearing) == {Refusal.AFTER_LATEST}


def test_a_holiday_refuses_the_planner_and_not_a_person() -> None:
    assert ask("2026-05-17 14:00") == {Refusal.HOLIDAY}
    assert ask("2026-05-17 14:00", automatic=False) == set()
    assert ask("2026-05-17 14:00", under=rules(skip_holidays=False)) == set()


def test_the_municipalitys_own_days_refuse_the_planner_alone() -> None:
    closed = rules(own_days=frozenset({date(2026, 11, 23)}))
    assert ask("Mon 14:00", under=closed) == {Refusal.OWN_DAY}
    assert ask("Mon 14:00", under=closed, automatic=False) == set()


def test_what_nobody_approved_and_a_paused_channel_are_refused() -> None:
    assert ask("Mon 14:00", candidate=post(approved=False)) == {Refusal.NOT_APPROVED}
    assert ask("Mon 14:00", candidate=post(channel_paused=True)) == {Refusal.CHANNEL_PAUSED}


# The turn

PREFER = rules(alternation=Alternation.PREFER)


@pytest.mark.parametrize("policy", [Alternation.PREFER, Alternation.ASK, Alternation.STRICT])
def test_next_to_nynorsk_stands_bokmal(policy: Alternation) -> None:
    under = rules(alternation=policy)
    assert ask("Tue 14:00", taken=[placed("Mon 14:00", "nn")], under=under, language="nn") == {Refusal.TURN}
    assert ask("Tue 14:00", taken=[placed("Mon 14:00", "nn")], under=under, language="nb") == set()


def test_turns_can_be_off() -> None:
    assert ask("Tue 14:00", taken=[placed("Mon 14:00", "nn")], language="nn") == set()


def test_the_turn_looks_at_the_post_after_too() -> None:
    assert ask("Mon 14:00", taken=[placed("Tue 14:00", "nn")], under=PREFER, language="nn") == {Refusal.TURN}


@pytest.mark.parametrize("between", ["both", "other", None])
def test_posts_in_both_or_other_languages_neither_turn_nor_break(between: str | None) -> None:
    taken = [placed("Mon 13:00", "nn"), placed("Tue 13:00", between, by=902)]
    assert ask("Wed 14:00", taken=taken, under=PREFER, language="nn") == {Refusal.TURN}
    assert ask("Wed 14:00", taken=taken, under=PREFER, language="nb") == set()


@pytest.mark.parametrize("language", ["both", "other", None])
def test_a_post_in_both_or_another_language_is_always_in_turn(language: str | None) -> None:
    taken = [placed("Mon 13:00", "nn"), placed("Tue 13:00", "nb", by=902)]
    assert ask("Wed 14:00", taken=taken, under=PREFER, language=language) == set()


def test_a_native_post_takes_its_turn_and_a_service_notice_does_not() -> None:
    assert ask("Tue 14:00", taken=[native("Mon 10:00", "nn")], under=PREFER, language="nn") == {Refusal.TURN}
    assert ask("Tue 14:00", taken=[urgent("Mon 10:00", "nn")], under=PREFER, language="nn") == set()


def test_the_first_post_of_a_channel_is_in_turn_in_either_language() -> None:
    assert ask("Mon 14:00", under=PREFER, language="nn") == set()
    assert ask("Mon 14:00", under=PREFER, language="nb") == set()


@pytest.mark.parametrize(
    ("languages", "counts_as"),
    [
        (("nn",), ("nn",)),
        (("nb", "nn"), ("nb", "nn")),
        (("en", "nn"), ("nn",)),
        (("en",), ("other",)),
        (("both",), ("both",)),
        ((), ("other",)),
    ],
)
def test_a_post_counts_as_the_languages_it_has_texts_in(languages: tuple[str, ...], counts_as: tuple[str, ...]) -> None:
    assert turn_languages(post(languages=languages)) == counts_as


# Reasons and order


def test_a_person_may_set_the_soft_rules_aside() -> None:
    excused = post(excused=frozenset({Refusal.OUTSIDE_WINDOW, Refusal.TOO_CLOSE, Refusal.TURN}))
    taken = [placed("Mon 19:00", "nn")]
    assert ask("Mon 19:30", candidate=excused, taken=taken, under=PREFER, automatic=False) == set()


def test_no_reason_opens_the_past_or_goes_beyond_a_latest_moment_or_stands_for_an_approval() -> None:
    excused = post(approved=False, latest_at=at("Mon 16:00"), excused=frozenset(Refusal))
    found = ask("Mon 17:00", candidate=excused, taken=[], now=at("Mon 18:00"), automatic=False)
    assert found == {Refusal.NOT_APPROVED, Refusal.AFTER_LATEST, Refusal.IN_THE_PAST}


def test_posts_of_one_campaign_stand_the_days_apart_that_it_asks_for_and_no_more() -> None:
    mine = post(campaign_id=5, campaign_apart=2)
    taken = [replace(placed("Mon 13:00"), campaign_id=5)]
    assert ask("Tue 17:00", candidate=mine, taken=taken) == {Refusal.CAMPAIGN}
    assert ask("Wed 13:00", candidate=mine, taken=taken) == set()
    assert ask("Tue 17:00", candidate=replace(mine, campaign_apart=1), taken=taken) == set()
    assert ask("Tue 17:00", candidate=replace(mine, campaign_id=6), taken=taken) == set()


def test_a_person_may_post_on_a_full_day_with_a_reason() -> None:
    taken = [placed("Mon 13:00"), placed("Mon 15:00", by=902, ordinal=2)]
    assert ask("Mon 17:00", candidate=post(), taken=taken, automatic=False) == {Refusal.DAY_FULL}
    excused = post(excused=frozenset({Refusal.DAY_FULL}))
    assert ask("Mon 17:00", candidate=excused, taken=taken, automatic=False) == set()


def test_where_turns_are_strict_no_reason_breaks_them() -> None:
    strict = rules(alternation=Alternation.STRICT)
    assert Refusal.TURN not in excusable(strict)
    excused = post(excused=frozenset({Refusal.TURN}))
    assert ask("Tue 14:00", candidate=excused, taken=[placed("Mon 14:00")], under=strict) == {Refusal.TURN}


def test_every_refusal_is_told_at_once() -> None:
    found = ask(
        "2026-05-17 12:00",
        candidate=post(latest_at=at("2026-05-16 12:00")),
        taken=[placed("2026-05-17 12:30"), native("2026-05-17 10:00")],
        under=PREFER,
        now=at("2026-05-18 12:00"),
    )
    assert found == {
        Refusal.IN_THE_PAST,
        Refusal.AFTER_LATEST,
        Refusal.HOLIDAY,
        Refusal.OUTSIDE_WINDOW,
        Refusal.DAY_FULL,
        Refusal.TOO_CLOSE,
        Refusal.TURN,
    }
    assert first_of(found) is Refusal.IN_THE_PAST


instants = st.datetimes(min_value=datetime.fromisoformat("2026-03-20"), max_value=datetime.fromisoformat("2026-11-10"))


@given(instants, st.lists(instants, max_size=6), st.integers(1, 4))
def test_a_day_is_full_exactly_when_so_many_stand_between_its_two_midnights(
    when: datetime, others: list[datetime], cap: int
) -> None:
    instant = when.replace(tzinfo=UTC)
    taken = [
        Taken(starts_at=other.replace(tzinfo=UTC), language=None, publication_id=None, planned=False, native=True)
        for other in others
    ]
    day = day_of(instant)
    begins, ends = begins_at(day), begins_at(day + timedelta(days=1))
    full = sum(begins <= each.starts_at < ends for each in taken) >= cap
    assert (Refusal.DAY_FULL in ask(instant, taken=taken, under=rules(max_per_day=cap))) is full
