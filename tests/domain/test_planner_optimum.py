"""The planner beside the proven optimum, on twenty small weeks. Two hundred larger ones: python bench/planner_instances.py."""

from __future__ import annotations

import pytest

from bench.planner_instances import Compared, compared

#: Those whose optimum is proven in a few tenths of a second.
SEEDS = [700_000 + number for number in (4, 5, 7, 12, 15, 17, 20, 21, 34, 36, 41, 42, 43, 44, 46, 47, 49, 50, 52, 59)]


@pytest.fixture(scope="module")
def weeks() -> list[Compared]:
    """The oracle refuses a plan that breaks a rule of its own model."""
    return list(compared(SEEDS, most_posts=9, most_weeks=1))


def test_every_optimum_is_proven(weeks: list[Compared]) -> None:
    assert [each.seed for each in weeks] == SEEDS


def test_no_latest_moment_is_missed_that_could_be_met(weeks: list[Compared]) -> None:
    assert [each.seed for each in weeks if not each.misses_equal] == []


def test_the_turn_is_broken_as_seldom_as_can_be_but_for_once_in_fourteen_posts(weeks: list[Compared]) -> None:
    assert [each.seed for each in weeks if each.breaks_above > 1] == []
    assert sum(each.breaks_above > 0 for each in weeks) <= 1


def test_nobody_is_hurried_who_could_wait(weeks: list[Compared]) -> None:
    assert [each.seed for each in weeks if each.answer.aim.hurried > each.best.hurried] == []


def test_among_them_are_latest_moments_that_cannot_be_met_and_turns_that_must_be_broken(weeks: list[Compared]) -> None:
    assert any(each.best.missed for each in weeks)
    assert any(each.best.breaks for each in weeks)
