"""When a new demo's clock begins."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ordskifte.demo import next_beginning
from scheduler.domain.calendar import local
from scheduler.domain.sla import REMIND_AFTER, is_night


@given(st.timedeltas(timedelta(0), timedelta(days=730)))
def test_whenever_it_is_started_it_begins_within_a_day_and_a_reminder_comes_by_day(later: timedelta) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + later
    begins = next_beginning(now)
    assert now <= begins <= now + timedelta(hours=25)
    assert local(begins).time() == time(12, 30)
    assert not is_night(begins + REMIND_AFTER)


def test_at_that_very_moment_it_begins_at_once() -> None:
    noon = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
    assert next_beginning(noon) == noon
    assert next_beginning(noon + timedelta(microseconds=1)) == noon + timedelta(days=1)
