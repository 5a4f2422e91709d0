"""The wait grows with every failure, never past its ceiling, and the same question has the same answer."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.retries import SPREAD, after

BASE, CEILING = timedelta(minutes=5), timedelta(hours=6)


def wait(failures: int, key: str = "feed:1") -> timedelta:
    return after(failures, base=BASE, ceiling=CEILING, key=key)


def test_nothing_is_waited_before_a_failure() -> None:
    assert wait(0) == timedelta(0)


@given(st.integers(1, 6), st.text())
def test_the_wait_doubles_less_its_jitter(failures: int, key: str) -> None:
    whole = BASE * 2 ** (failures - 1)
    assert whole * (1 - SPREAD) <= wait(failures, key) <= whole


@given(st.integers(-5, 10**9), st.text())
def test_the_ceiling_is_never_passed(failures: int, key: str) -> None:
    assert timedelta(0) <= wait(failures, key) <= CEILING


@given(st.integers(1, 5), st.text())
def test_one_more_failure_never_shortens_the_wait(failures: int, key: str) -> None:
    assert wait(failures + 1, key) > wait(failures, key)


def test_what_failed_together_is_spread() -> None:
    assert len({wait(3, f"feed:{n}") for n in range(100)}) > 90


@given(st.integers(0, 100), st.text())
def test_the_same_question_has_the_same_answer(failures: int, key: str) -> None:
    assert wait(failures, key) == wait(failures, key)
