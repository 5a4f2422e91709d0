"""Every HTTP status says what to do next, and every platform's word on when to come back is understood."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Remedy
from connectors.statuses import LONGEST_WAIT, refusal, retry_at

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "headers", "on_write", "on_read"),
    [
        (400, {}, Remedy.REWRITE, Remedy.REWRITE),
        (401, {}, Remedy.RECONNECT, Remedy.RECONNECT),
        (403, {}, Remedy.NOT_ALLOWED, Remedy.NOT_ALLOWED),
        (404, {}, Remedy.GONE, Remedy.GONE),
        (409, {}, Remedy.CHECK, Remedy.WAIT),
        (410, {}, Remedy.GONE, Remedy.GONE),
        (413, {}, Remedy.REWRITE, Remedy.REWRITE),
        (418, {}, Remedy.REWRITE, Remedy.REWRITE),
        (422, {}, Remedy.REWRITE, Remedy.REWRITE),
        (429, {}, Remedy.WAIT, Remedy.WAIT),
        (500, {}, Remedy.CHECK, Remedy.WAIT),
        (503, {}, Remedy.CHECK, Remedy.WAIT),
        (503, {"retry-after": "5"}, Remedy.WAIT, Remedy.WAIT),
    ],
)
def test_every_status_says_what_to_do_next(
    status: int, headers: dict[str, str], on_write: Remedy, on_read: Remedy
) -> None:
    assert refusal(status, headers, repeatable=False, now=NOW).remedy is on_write
    assert refusal(status, headers, repeatable=True, now=NOW).remedy is on_read


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "90"}, NOW + timedelta(seconds=90)),
        ({"retry-after": "Wed, 04 Mar 2026 13:00:00 GMT"}, NOW + timedelta(hours=1)),
        ({"x-ratelimit-reset": "2026-03-04T12:05:00.000Z"}, NOW + timedelta(minutes=5)),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 60)}, NOW + timedelta(minutes=1)),
        ({"x-ratelimit-reset": str((int(NOW.timestamp()) + 60) * 1000)}, NOW + timedelta(minutes=1)),
        ({"ratelimit-reset": "30"}, NOW + timedelta(seconds=30)),
        ({"x-rate-limit-reset": "2026-03-04T12:05:00+00:00", "retry-after": "10"}, NOW + timedelta(seconds=10)),
        ({"retry-after": "Wed, 04 Mar 2020 13:00:00 GMT"}, NOW),
        ({"retry-after": "999999999"}, NOW + LONGEST_WAIT),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_the_platform_says_when_to_come_back_in_any_of_its_dialects(
    headers: dict[str, str], expected: datetime | None
) -> None:
    assert retry_at(headers, NOW) == expected


@given(st.text(max_size=40))
def test_no_nonsense_in_a_header_breaks_anything(text: str) -> None:
    moment = retry_at({"retry-after": text}, NOW)
    assert moment is None or NOW <= moment <= NOW + LONGEST_WAIT
