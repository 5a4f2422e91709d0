"""What time it is: aware, UTC, from one place; wound only where that is allowed, and never back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from scheduler.clock import Clock

AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def _standing(file: Path | None) -> Clock:
    return Clock(offset_file=file, source=lambda: AT)


def test_the_process_clock_is_aware_and_in_utc() -> None:
    first, second = Clock()(), Clock()()
    assert first.utcoffset() == timedelta(0)
    assert first <= second


def test_a_source_in_another_zone_is_told_in_utc() -> None:
    eastern = AT.astimezone(timezone(timedelta(hours=5)))
    told = Clock(source=lambda: eastern)()
    assert (told, told.utcoffset()) == (AT, timedelta(0))


def test_a_wound_clock_is_ahead_and_so_are_the_other_processes(tmp_path: Path) -> None:
    here, there = _standing(tmp_path / "clock"), _standing(tmp_path / "clock")
    assert here() == AT
    assert here.wind(timedelta(hours=12)) == timedelta(hours=12)
    assert here.wind(timedelta(minutes=1)) == timedelta(hours=12, minutes=1)
    assert here() == there() == AT + timedelta(hours=12, minutes=1)


def test_a_clock_is_never_wound_back(tmp_path: Path) -> None:
    clock = _standing(tmp_path / "clock")
    clock.wind(timedelta(hours=1))
    assert clock.wind(timedelta(hours=-2)) == timedelta(hours=1)


def test_the_clock_of_an_installation_cannot_be_wound() -> None:
    clock = _standing(None)
    assert not clock.can_be_wound
    with pytest.raises(RuntimeError):
        clock.wind(timedelta(hours=1))
    assert clock() == AT


@pytest.mark.parametrize("content", ["", "\n", "tolv", "1.5", "9" * 30])
def test_a_file_that_says_no_number_of_seconds_winds_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "clock").write_text(content)
    assert _standing(tmp_path / "clock")() == AT


def test_a_clock_that_was_never_wound_needs_no_file(tmp_path: Path) -> None:
    clock = _standing(tmp_path / "clock")
    assert (clock.can_be_wound, clock.offset, clock()) == (True, timedelta(0), AT)
    assert not (tmp_path / "clock").exists()


def test_the_file_holds_whole_seconds_that_a_person_may_write(tmp_path: Path) -> None:
    clock = _standing(tmp_path / "clock")
    (tmp_path / "clock").write_text("3600\n")
    assert clock() == AT + timedelta(hours=1)
    clock.wind(timedelta(seconds=1, milliseconds=900))
    assert (tmp_path / "clock").read_text() == "3601"
