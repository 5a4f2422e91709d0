"""A feed's dates are the moments that were meant, however a Norwegian system writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeddates import parse


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        # zones by name, which a parser easily overlooks
        ("Tue, 04 Mar 2025 14:00:00 CET", "2025-03-04T13:00Z"),
        ("Fri, 4 Jul 2025 14:00:00 CEST", "2025-07-04T12:00Z"),
        ("Tue, 04 Mar 2025 14:00:00 GMT", "2025-03-04T14:00Z"),
        ("Tue, 04 Mar 2025 14:00:00 UT", "2025-03-04T14:00Z"),
        ("Tue, 04 Mar 2025 14:00:00 EST", "2025-03-04T19:00Z"),
        ("fre, 05 des 2025 10:00:00 UTC+1", "2025-12-05T09:00Z"),
        ("Tue, 04 Mar 2025 14:00:00 +0100 (CET)", "2025-03-04T13:00Z"),
        # without a zone: the wall in Norway, winter and summer
        ("2025-03-04T14:00:00", "2025-03-04T13:00Z"),
        ("2025-07-04T14:00:00", "2025-07-04T12:00Z"),
        ("Tue, 04 Mar 2025 14:00:00", "2025-03-04T13:00Z"),
        ("2025-03-30 02:30", "2025-03-30T01:30Z"),
        # the night the hour comes twice: its first time
        ("2025-10-26 02:30", "2025-10-26T00:30Z"),
        # ISO 8601
        ("2025-03-04T14:00:00+01:00", "2025-03-04T13:00Z"),
        ("2025-03-04T14:00:00.123456+0100", "2025-03-04T13:00Z"),
        ("2025-03-04 14:00:00Z", "2025-03-04T14:00Z"),
        ("20250304T140000Z", "2025-03-04T14:00Z"),
        ("2025-03-04", "2025-03-03T23:00Z"),
        # as Norwegians write it: the day first
        ("04.03.2025 14:00", "2025-03-04T13:00Z"),
        ("04.03.2025 14:00:00", "2025-03-04T13:00Z"),
        ("4.3.25", "2025-03-03T23:00Z"),
        ("04/03/2025", "2025-03-03T23:00Z"),
        ("04.03.2025 kl. 14.00", "2025-03-04T13:00Z"),
        ("4. mars 2025", "2025-03-03T23:00Z"),
        ("4. mars 2025, 14:00", "2025-03-04T13:00Z"),
        ("tirsdag 4.mars 2025", "2025-03-03T23:00Z"),
        ("tysdag 4. mars 2025 kl. 14.00", "2025-03-04T13:00Z"),
        ("Lør., 5. jul. 2025 kl. 14:00", "2025-07-05T12:00Z"),
        ("laurdag 17. mai 2025 klokka 12:15", "2025-05-17T10:15Z"),
        ("fre. 5. desember 2025 - 10:00", "2025-12-05T09:00Z"),
        ("måndag 6. okt. 2025 09:05", "2025-10-06T07:05Z"),
        ("sundag 1. juni 2025", "2025-05-31T22:00Z"),
        # RFC 822 with Norwegian names, a wrong day or a short year
        ("ti, 04 mar 2025 14:00:00 +0100", "2025-03-04T13:00Z"),
        ("tir, 06 mai 2025 14:00:00 +0200", "2025-05-06T12:00Z"),
        ("Mon, 04 Mar 2025 14:00:00 +0100", "2025-03-04T13:00Z"),
        ("Tue, 04 Mar 25 14:00 +0100", "2025-03-04T13:00Z"),
        # English
        ("March 4, 2025 2:00 PM", "2025-03-04T13:00Z"),
        ("March 4, 2025 12:30 am", "2025-03-03T23:30Z"),
        ("Tue Mar  4 14:00:00 2025", "2025-03-04T13:00Z"),
    ],
)
def test_a_written_moment_is_the_moment_that_was_meant(written: str, meant: str) -> None:
    assert parse(written) == datetime.fromisoformat(meant)


NO_MOMENTS = (
    "",
    " ",
    "i dag",
    "31.02.2025",
    "99.99.9999",
    "2025-13-01",
    "2025-03-04T24:00",
    "4. mars",
    "1. januar 1066",
    "0001-01-01",
    "2025-03-04T14:00:00+99:00",
    "Tue, 04 Mar 2025 14:00:00 XYZ",
    "4. tirsdag 2025",
    "1741093200",
    "x" * 500,
)


@pytest.mark.parametrize("written", NO_MOMENTS)
def test_what_says_no_moment_gives_none(written: str) -> None:
    assert parse(written) is None


@given(st.text(max_size=90))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    moment = parse(text)
    assert moment is None or moment.tzinfo is UTC


@given(st.integers(400_000_000, 4_000_000_000), st.integers(-14 * 4, 14 * 4))
def test_what_was_written_by_the_rules_is_read_back(seconds: int, quarters: int) -> None:
    moment = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=15 * quarters)))
    assert parse(moment.isoformat()) == moment
    assert parse(format_datetime(moment)) == moment
