"""Nynorsk, bokmål, or not to be told."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain import language_marks
from scheduler.domain.language_marks import Marks
from scheduler.domain.languages import MAX_REASONS, detect

BOKMAAL = (
    "Kommunestyret i Fjordvik vedtok i går å bygge ny barneskole ved idrettsplassen.",
    "Vannet blir stengt i Strandgata mellom klokka 20 og 23 i kveld på grunn av arbeid på ledningsnettet.",
    "Vi svarer på henvendelser i sosiale medier innen 24 timer, men vi driver ikke saksbehandling her.",
    "Hjemmetjenesten trenger flere sommervikarer, og du kan søke selv om du ikke har erfaring.",
    "Husk at fristen for å søke om barnehageplass er 1. mars. Søknaden sender du på nettsiden vår.",
    "Veien over fjellet er stengt inntil videre, og hvor lenge det varer, vet vi ikke ennå.",
    "Biblioteket holder åpent til klokka 19 hver torsdag. Velkommen til en hyggelig kveld!",
    "Innbyggerne kan si sin mening om hvordan sentrum skal se ut i årene fremover.",
)
NYNORSK = (
    "Kommunestyret i Fjordvik vedtok i går å byggje ny barneskule ved idrettsplassen.",
    "Vatnet blir stengt i Strandgata mellom klokka 20 og 23 i kveld på grunn av arbeid på leidningsnettet.",
    "Vi svarar på førespurnader i sosiale medium innan 24 timar, men vi driv ikkje saksbehandling her.",
    "Heimetenesta treng fleire sommarvikarar, og du kan søkje sjølv om du ikkje har erfaring.",
    "Hugs at fristen for å søkje om barnehageplass er 1. mars. Søknaden sender du på nettsida vår.",
    "Vegen over fjellet er stengd inntil vidare, og kor lenge det varer, veit vi ikkje enno.",
    "Biblioteket held ope til klokka 19 kvar torsdag. Velkomen til ein hyggeleg kveld!",
    "Innbyggjarane kan seie meininga si om korleis sentrum skal sjå ut i åra framover.",
)
OTHERS = (
    "The road is closed between 8 pm and 11 pm tonight because of work on the water pipes.",
    "We are hiring summer staff for our home care services, and you can apply on our website.",
    "Дорога буде закрита сьогодні ввечері через роботи на водопроводі, перепрошуємо.",
    "Droga będzie zamknięta dziś wieczorem z powodu prac przy sieci wodociągowej w mieście.",
    "Bures boahtin girjerádjui, dáppe sáhtát luoikkahit girjjiid ja gullat muitalusaid.",
    "Die Straße ist heute Abend wegen Arbeiten an der Wasserleitung gesperrt.",
    "Vejen er lukket i aften på grund af arbejde på vandledningen, og vi beklager ulejligheden.",
    "Vägen är stängd i kväll på grund av arbete på vattenledningen, och vi ber om ursäkt för det.",
    "Waddada ayaa caawa la xirayaa sababtoo ah shaqo laga qabanayo tuubooyinka biyaha ee degmada.",
    "الطريق مغلق هذا المساء بسبب أعمال في شبكة المياه في وسط المدينة",
    "Tie on suljettu tänä iltana vesijohtoverkon töiden vuoksi, pahoittelemme häiriötä kaikille.",
)


@pytest.mark.parametrize("text", BOKMAAL)
def test_bokmaal_is_told(text: str) -> None:
    assert detect(text).language == "nb"
    assert detect(text).score < 0


@pytest.mark.parametrize("text", NYNORSK)
def test_nynorsk_is_told(text: str) -> None:
    assert detect(text).language == "nn"
    assert detect(text).score > 0


@pytest.mark.parametrize("text", OTHERS)
def test_another_language_is_neither(text: str) -> None:
    assert detect(text).language is None


@pytest.mark.parametrize(
    "text", ["", "   ", "Hei", "Biblioteket er stengt i dag", "Møte kl. 18", "12345", "🎉🎉🎉", "Ledig stilling"]
)
def test_a_text_without_marks_is_not_guessed_at(text: str) -> None:
    assert detect(text).language is None


def test_a_short_text_needs_more_than_one_mark() -> None:
    assert detect("Veien er stengt").language is None
    assert detect("Veien er ikke stengt").language == "nb"


def test_half_of_each_is_neither() -> None:
    assert detect(f"{BOKMAAL[2]} {NYNORSK[2]}").language is None


def test_a_quotation_in_the_other_standard_does_not_turn_a_long_text() -> None:
    assert detect(" ".join(NYNORSK[:5]) + " «Jeg er veldig glad for dette», sier ordføreren.").language == "nn"


def test_the_words_that_decided_are_named() -> None:
    found = detect("Eg veit ikkje om guttane kjem")
    assert found.language == "nn"
    assert {"eg", "ikkje", "kjem", "-ane"} <= set(found.because)


def test_only_the_words_of_the_side_that_won_are_named() -> None:
    assert "jeg" not in detect(" ".join(NYNORSK) + " jeg").because


@pytest.mark.parametrize(
    "noise",
    [
        "https://fjordvik.example/ikkje/korleis",
        "www.fjordvik.example/ikkje",
        "ikkje@fjordvik.example",
        "#ikkje",
        "@ikkje",
        "fjordvik.no/ikkje-noko",
    ],
)
def test_addresses_tags_and_mentions_do_not_count(noise: str) -> None:
    assert detect(f"{BOKMAAL[4]} {noise}") == detect(BOKMAAL[4])


def test_a_ring_written_as_a_character_of_its_own_is_the_same_letter() -> None:
    assert detect("Vi ga\u030ar fra\u030a skulen klokka ti og kjem att seinare") == detect(
        "Vi går frå skulen klokka ti og kjem att seinare"
    )


def test_case_does_not_matter() -> None:
    assert detect(NYNORSK[3].upper()) == detect(NYNORSK[3])


def test_no_mark_stands_on_both_sides_or_twice() -> None:
    def twice(rows: Iterable[Marks]) -> list[str]:
        return [
            mark
            for mark, times in Counter(mark for row in rows for mark in (*row.nb.split(), *row.nn.split())).items()
            if times > 1
        ]

    assert not twice(language_marks.WORDS)
    assert not twice(language_marks.STEMS)
    assert not twice(language_marks.ENDINGS)


def test_a_word_is_either_a_mark_or_neutral_or_foreign() -> None:
    words = {mark for row in language_marks.WORDS for mark in (*row.nb.split(), *row.nn.split())}
    assert not words & set(language_marks.NEUTRAL.split())
    assert not (words | set(language_marks.SHARED.split())) & set(
        (language_marks.FOREIGN + language_marks.NEAR).split()
    )


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    found = detect(text)
    assert found.language in {"nn", "nb", None}
    assert len(found.because) <= MAX_REASONS
    assert found == detect(text)


@given(st.lists(st.sampled_from([*BOKMAAL, *NYNORSK]), min_size=1, max_size=6))
def test_the_sign_of_the_score_goes_with_the_answer(sentences: list[str]) -> None:
    found = detect(" ".join(sentences))
    assert found.language is None or (found.score > 0) == (found.language == "nn")


@pytest.mark.parametrize(
    "text", ["a" * 10**6, "a." * 500_000, "@" * 10**6, "a\u030a" * 500_000, "skulane " * 125_000, "<!--" * 250_000]
)
def test_a_million_characters_take_no_long_time(text: str) -> None:
    began = time.monotonic()
    detect(text)
    assert time.monotonic() - began < 10
