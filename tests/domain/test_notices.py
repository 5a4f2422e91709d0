"""What a service notice says, in the sender's words and a plain frame; and what stands there when it is over."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.notices import WORDS, Notice, lead, over, reads_as, said
from tests.services.desk import wall

NB, NN = "nb", "nn"


def test_a_notice_in_bokmaal_says_what_where_and_until_when() -> None:
    notice = Notice(what="Vannet er borte", place="i Strandgata", until="om lag kl. 16", language=NB)
    assert said(notice) == "Vannet er borte i Strandgata. Varer til om lag kl. 16."


def test_a_notice_in_nynorsk_has_a_frame_in_nynorsk() -> None:
    notice = Notice(what="Vatnet er borte.", place="Strandgata og Kaigata", until="ukjend", language=NN)
    assert said(notice) == "Vatnet er borte. Gjeld Strandgata og Kaigata. Vi veit ikkje kor lenge det varer."


def test_what_alone_is_enough() -> None:
    assert said(Notice(what="  biblioteket er   stengt  ")) == "Biblioteket er stengt."


@pytest.mark.parametrize(
    ("what", "place", "told"),
    [
        ("Vannet er borte", "Strandgata", "Vannet er borte. Gjelder Strandgata."),
        ("Vannet er borte", "På Nes", "Vannet er borte på Nes."),
        ("Vannet er borte i Strandgata", "strandgata", "Vannet er borte i Strandgata."),
        ("Veien er stengt!", "ved Nes", "Veien er stengt! Gjelder ved Nes."),
        ("Det er glatt. Kjør forsiktig", "i Lia", "Det er glatt. Kjør forsiktig. Gjelder i Lia."),
        ("Strømmen er borte", "Hele Nesbygda", "Strømmen er borte. Gjelder hele Nesbygda."),
        ("Er du uten vann? Vi er på saken", "", "Er du uten vann? Vi er på saken."),
    ],
)
def test_a_place_goes_straight_on_where_it_can_and_is_never_said_twice(what: str, place: str, told: str) -> None:
    assert lead(Notice(what=what, place=place)) == told


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("16", "Varer til kl. 16."),
        ("16:30", "Varer til kl. 16.30."),
        ("16.00", "Varer til kl. 16."),
        ("til ca 16:15", "Varer til ca kl. 16.15."),
        ("kl. 16.45.", "Varer til kl. 16.45."),
        ("5.10", "Varer til 5.10."),
        ("I kveld", "Varer til i kveld."),
        ("inntil videre", "Varer inntil videre."),
        ("ut dagen", "Varer ut dagen."),
        ("To timer", "Varer to timer."),
        ("ca. 3 døgn", "Varer ca. 3 døgn."),
        ("Usikkert", "Vi vet ikke hvor lenge det varer."),
        ("NRK sier fra!", "Varer til NRK sier fra!"),
        ("", ""),
    ],
)
def test_an_end_in_free_words_becomes_a_sentence(until: str, told: str) -> None:
    assert said(Notice(what="Veien er stengt", until=until)).removeprefix("Veien er stengt.").strip() == told


_WORDS = st.text(alphabet="abcæøå KV.,!?16:", min_size=1, max_size=40).filter(lambda text: re.search(r"\w", text))


@given(what=_WORDS, place=_WORDS, until=_WORDS, language=st.sampled_from([NB, NN]))
def test_whatever_is_typed_in_a_hurry_gives_whole_sentences_on_one_line(
    what: str, place: str, until: str, language: str
) -> None:
    told = said(Notice(what=what, place=place, until=until, language=language))
    assert told == " ".join(told.split())
    assert told[-1] in ".!?…"
    assert told[:1] == told[:1].upper()


def test_both_standards_have_every_word() -> None:
    assert WORDS[NB].keys() == WORDS[NN].keys()


def test_when_it_is_over_that_is_said_first_with_the_time_and_what_it_said_stands_below() -> None:
    told = over(
        "Vannet er borte i Strandgata.",
        language=NB,
        at=wall("2026-03-03 15:40"),
        sent_at=wall("2026-03-03 12:10"),
        words="vannet er tilbake",
    )
    assert told == "Over kl. 15.40: Vannet er tilbake.\n\nMeldingen var: Vannet er borte i Strandgata."


def test_without_words_it_no_longer_holds_and_another_day_is_named() -> None:
    sent_at = wall("2026-03-03 23:30")
    told = over("Vatnet er borte.", language=NN, at=sent_at + timedelta(hours=2), sent_at=sent_at)
    assert told == "Over 4. mars kl. 01.30: Dette gjeld ikkje lenger.\n\nMeldinga var: Vatnet er borte."


def test_words_that_are_surely_in_the_other_standard_are_found_and_short_ones_are_left_alone() -> None:
    assert reads_as(Notice(what="Vi veit ikkje kvifor vegen er stengd", language=NB)) == NN
    assert reads_as(Notice(what="Vi vet ikke hvorfor veien er stengt", language=NN)) == NB
    assert reads_as(Notice(what="Vi veit ikkje kvifor vegen er stengd", language=NN)) is None
    assert reads_as(Notice(what="Vannet er borte", language=NN)) is None
