"""An approval answers for what a citizen will see and when it may be seen, and for nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.content import fingerprint

MORNING = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
WHOLE: dict[str, Any] = {
    "channel_id": 4,
    "texts": {"nb": "Gangveien er åpen.", "nn": "Gangvegen er open."},
    "images": [(1, "En gangvei", "Kari Nordvik"), (2, "", "")],
    "link": "https://www.fjordvik.example/nyhet/1",
    "earliest_at": MORNING,
    "latest_at": MORNING + timedelta(days=3),
}


@pytest.mark.parametrize(
    "change",
    [
        {"channel_id": 5},
        {"texts": {"nb": "Gangveien er åpen.", "nn": "Gangvegen er open!"}},
        {"texts": {"nb": "Gangveien er åpen."}},
        {"texts": {"nn": "Gangveien er åpen.", "nb": "Gangvegen er open."}},
        {"images": [(1, "En gangvei", "Kari Nordvik")]},
        {"images": [(2, "", ""), (1, "En gangvei", "Kari Nordvik")]},
        {"images": [(1, "En gangvei om våren", "Kari Nordvik"), (2, "", "")]},
        {"images": [(1, "En gangvei", "Ola Nordvik"), (2, "", "")]},
        {"images": [(3, "En gangvei", "Kari Nordvik"), (2, "", "")]},
        {"link": None},
        {"earliest_at": None},
        {"latest_at": MORNING + timedelta(days=3, seconds=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_a_citizen_would_see_is_pinned(change: dict[str, Any]) -> None:
    assert fingerprint(**{**WHOLE, **change}) != fingerprint(**WHOLE)


def test_the_order_in_which_the_languages_come_does_not_matter() -> None:
    turned = dict(reversed(WHOLE["texts"].items()))
    assert fingerprint(**{**WHOLE, "texts": turned}) == fingerprint(**WHOLE)


@given(st.dictionaries(st.sampled_from(["nb", "nn", "en"]), st.text()), st.text(), st.text())
def test_the_same_content_has_the_same_fingerprint_and_it_is_sha_256(
    texts: dict[str, str], alt: str, credit: str
) -> None:
    content = {**WHOLE, "texts": texts, "images": [(1, alt, credit)]}
    found = fingerprint(**content)
    assert found == fingerprint(**content)
    assert len(found) == 64
    assert set(found) <= set("0123456789abcdef")


@given(st.text(), st.text(), st.text(), st.text())
def test_no_text_can_be_moved_from_one_place_to_another_unseen(a: str, b: str, c: str, d: str) -> None:
    one = fingerprint(**{**WHOLE, "texts": {"nb": a, "nn": b}})
    other = fingerprint(**{**WHOLE, "texts": {"nb": c, "nn": d}})
    assert (one == other) == ((a, b) == (c, d))


@pytest.mark.parametrize("zone", [timezone(timedelta(hours=1)), timezone(timedelta(hours=-8))])
def test_a_moment_is_the_same_moment_in_whatever_zone_it_is_told(zone: timezone) -> None:
    told = MORNING.astimezone(zone)
    assert fingerprint(**{**WHOLE, "earliest_at": told}) == fingerprint(**WHOLE)
