"""A post's text fits its channel, and nothing that matters is lost on the way."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import contract, measuring
from scheduler.domain.wording import ELLIPSIS, Counting, Fitted, TextLimits, fit, length

LINK = "https://www.fjordvik.example/aktuelt/ny-skule.61465.aspx"
SHORT_POSTS = TextLimits(characters=500, link_weight=23)
LONG = "Kommunestyret i Fjordvik vedtok i kveld å byggje ny skule. " * 40


def fitted(title: str, lead: str, limits: TextLimits, link: str | None = LINK) -> Fitted:
    return fit(title, lead, link, limits=limits)


def test_title_lead_and_link_stand_in_this_order_with_a_blank_line_between() -> None:
    assert fitted("Ny skule", "Bygginga startar i haust.", SHORT_POSTS) == Fitted(
        f"Ny skule\n\nBygginga startar i haust.\n\n{LINK}", False
    )


def test_what_is_not_there_leaves_no_blank_lines() -> None:
    assert fitted("Ny skule", "  ", SHORT_POSTS).text == f"Ny skule\n\n{LINK}"
    assert fitted("", "Bygginga startar.", SHORT_POSTS).text == f"Bygginga startar.\n\n{LINK}"
    assert fitted("Ny skule", "", SHORT_POSTS, link=None).text == "Ny skule"


def test_a_lead_that_repeats_the_title_is_said_once() -> None:
    assert fitted("Ny skule", "Ny  skule", SHORT_POSTS).text == f"Ny skule\n\n{LINK}"


def test_a_long_lead_ends_in_an_ellipsis_after_a_whole_word() -> None:
    result = fitted("Ny skule", LONG, TextLimits(characters=120))
    body = result.text.removesuffix(f"\n\n{LINK}")
    assert result.shortened
    assert body.endswith(ELLIPSIS)
    assert f"Ny skule\n\n{LONG}".startswith(body.removesuffix(ELLIPSIS))
    assert body.removesuffix(ELLIPSIS).split()[-1] in LONG.replace(".", "").split()


def test_as_much_as_fits_is_kept() -> None:
    limits = TextLimits(characters=length(f"Ein to tre{ELLIPSIS}\n\n{LINK}", TextLimits(characters=0)))
    assert fitted("", "Ein to tre fire fem", limits).text == f"Ein to tre{ELLIPSIS}\n\n{LINK}"


def test_a_title_of_ten_thousand_letters_still_leaves_the_link_whole() -> None:
    assert fitted("a" * 10_000, "", SHORT_POSTS) == Fitted(LINK, shortened=True)
    assert fitted("ord " * 2_500, "", SHORT_POSTS).text.endswith(f"ord{ELLIPSIS}\n\n{LINK}")


def test_an_address_weighs_what_the_channel_says() -> None:
    assert length(f"Sjå {LINK}", TextLimits(characters=500, link_weight=23)) == 27
    assert length(f"Sjå {LINK}", TextLimits(characters=500)) == 4 + len(LINK)


def test_tags_and_emoji_at_the_end_stay() -> None:
    text = fitted("Ny skule", f"{LONG}#FjordvikSkule 🎉", TextLimits(characters=200)).text
    assert text.endswith(f"{ELLIPSIS} #FjordvikSkule 🎉\n\n{LINK}")


def test_tags_give_way_before_the_whole_text_does() -> None:
    text = fitted("Ny skule", "#" + "x" * 300, TextLimits(characters=100)).text
    assert text == f"Ny skule{ELLIPSIS}\n\n{LINK}"


def test_an_ellipsis_never_becomes_a_part_of_an_address() -> None:
    text = fitted("Sjå https://fjordvik.example/a", "x" * 500, TextLimits(characters=200)).text
    assert text.startswith(f"Sjå https://fjordvik.example/a {ELLIPSIS}\n")


@pytest.mark.parametrize(
    ("text", "graphemes"),
    [
        ("blåbær", 6),
        ("a\u030a", 1),
        ("👩\u200d👩\u200d👧", 1),
        ("👍🏽", 1),
        ("🇳🇴", 1),
        ("🇳🇴🇸🇪", 2),
        ("❤\ufe0f", 1),
        ("", 0),
    ],
)
def test_a_grapheme_is_what_a_reader_sees_as_one(text: str, graphemes: int) -> None:
    assert length(text, TextLimits(characters=300, counting=Counting.GRAPHEMES)) == graphemes


def test_utf_16_counts_an_emoji_twice() -> None:
    assert length("🎉", TextLimits(characters=10, counting=Counting.UTF16)) == 2
    assert length("🎉", TextLimits(characters=10)) == 1


def test_control_characters_do_not_get_through() -> None:
    assert (
        fitted("Ny\x00skule\x07", "Fyrste\x0blinje\r\nandre", SHORT_POSTS, link=None).text
        == "Ny skule\n\nFyrste linje\nandre"
    )


def test_the_ways_of_counting_are_those_of_the_connectors() -> None:
    assert {counting.value for counting in Counting} == {counting.value for counting in contract.Counting}


limits_of_a_channel = st.builds(
    TextLimits,
    characters=st.integers(min_value=60, max_value=700),
    counting=st.sampled_from(Counting),
    link_weight=st.sampled_from([None, 23]),
)
words = st.text(st.sampled_from("aåø \n.,-#@🎉👩\u200d\u0301🇳🇴é:/h"), max_size=400) | st.text(max_size=200)
pieces = st.lists(
    words | st.sampled_from(["Kommunestyret", LINK, "#Fjordvik", "👩\u200d👧", "a\u030a"]), max_size=30
).map(" ".join)


@given(pieces, pieces, limits_of_a_channel)
def test_no_text_passes_its_limit_and_every_link_stays_whole_and_last(
    title: str, lead: str, limits: TextLimits
) -> None:
    result = fitted(title, lead, limits)
    assert length(result.text, limits) <= limits.characters
    assert result.text == LINK or result.text.endswith(f"\n\n{LINK}")


@given(pieces, pieces, limits_of_a_channel)
def test_no_word_is_cut(title: str, lead: str, limits: TextLimits) -> None:
    body = fitted(title, lead, limits, link=None).text
    whole = {
        word.strip(",;:.–—-(") for word in fit(title, lead, None, limits=TextLimits(characters=10**6)).text.split()
    }
    assert {word.strip(f",;:.–—-({ELLIPSIS}") for word in body.split()} <= whole | {""}


@given(pieces, pieces, limits_of_a_channel)
def test_a_text_that_fits_is_left_alone(title: str, lead: str, limits: TextLimits) -> None:
    first = fitted(title, lead, limits, link=None)
    if not first.shortened:
        assert fitted(first.text, "", TextLimits(characters=10**6), link=None).text.split() == first.text.split()


@given(pieces, limits_of_a_channel)
def test_the_domain_counts_as_the_connectors_do(text: str, limits: TextLimits) -> None:
    theirs = contract.Limits(
        characters=limits.characters, counting=contract.Counting(limits.counting.value), link_weight=limits.link_weight
    )
    assert length(text, limits) == measuring.length(text, theirs)


def test_a_large_text_takes_no_long_time() -> None:
    began = time.process_time()
    fitted("<!--" * 25_000, "#a " * 35_000, TextLimits(characters=500, counting=Counting.GRAPHEMES))
    fitted("ord " * 25_000, "ord " * 35_000, TextLimits(characters=63_206))
    assert time.process_time() - began < 5
