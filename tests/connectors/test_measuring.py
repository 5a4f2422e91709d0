"""How long a text is, as each platform counts it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Counting, Limits
from connectors.measuring import length


def limits(counting: Counting = Counting.CODE_POINTS, *, link_weight: int | None = None) -> Limits:
    return Limits(characters=500, counting=counting, link_weight=link_weight)


@pytest.mark.parametrize(
    ("text", "code_points", "graphemes", "utf16"),
    [
        ("Blåbær", 6, 6, 6),
        ("a\u030a", 2, 1, 2),
        ("🎉", 1, 1, 2),
        ("👋🏽", 2, 1, 4),
        ("👨‍👩‍👧‍👦", 7, 1, 11),
        ("🇳🇴", 2, 1, 4),
        ("🇳🇴🇸🇪", 4, 2, 8),
        ("❤️", 2, 1, 2),
        ("\u0301", 1, 1, 1),
        ("", 0, 0, 0),
    ],
)
def test_a_text_is_as_long_as_its_platform_counts(text: str, code_points: int, graphemes: int, utf16: int) -> None:
    assert length(text, limits()) == code_points
    assert length(text, limits(Counting.GRAPHEMES)) == graphemes
    assert length(text, limits(Counting.UTF16)) == utf16


@pytest.mark.parametrize("link", ["https://a.no", "https://fjordvik.example/" + "a" * 200, "HTTP://FJORDVIK.EXAMPLE"])
def test_a_link_weighs_the_same_however_long_it_is(link: str) -> None:
    assert length(f"Sjå {link} no", limits(link_weight=23)) == 4 + 23 + 3
    assert length(f"Sjå {link} no", limits()) == 4 + len(link) + 3


@given(st.text())
def test_code_points_are_never_fewer_than_graphemes(text: str) -> None:
    assert length(text, limits(Counting.GRAPHEMES)) <= length(text, limits()) <= length(text, limits(Counting.UTF16))


@given(st.text(), st.text())
def test_a_longer_text_is_never_shorter(one: str, other: str) -> None:
    for counting in Counting:
        assert length(one + other, limits(counting)) >= length(one, limits(counting))
