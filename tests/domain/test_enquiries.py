"""When a comment waits for an answer, how an enquiry settles, and which comments join it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.enquiries import (
    NEXT,
    Action,
    Fact,
    Settlement,
    Silent,
    State,
    advance,
    first_waiting,
    joins,
    settled_at,
    settlement,
    silence,
)
from scheduler.domain.states import WrongState

T = datetime(2026, 3, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "text",
    [
        "Takk!",
        "TAKK!!!",
        "Takk 🙏",
        "Takk <3",
        "Takk :-)",
        "Tusen takk for hjelpa 😊",
        "Tusen takk for hjelpen!",
        "Takk for raskt svar",
        "Takk for svaret.",
        "Takk skal du ha",
        "Takk skal dere ha!",
        "Takk så mykje",
        "Mange takk for tilbakemeldinga",
        "Takk for beskjed",
        "Hjarteleg takk til dykk alle",
        "Ok, takk for infoen",
        "Supert!",
        "Så bra!",
        "Greit å vite, takk",
        "Flott jobba",
        "Thank you so much",
        "Thanks for the quick reply",
        "Takk for hjelpen! Mvh Per Olsen",
        "Takk! Hilsen Oddny",
        "@fjordvik Takk for hjelpen",
        "Takk då",
        "Takk da\u030a",
    ],
)
def test_bare_thanks_ask_for_nothing(text: str) -> None:
    assert silence(text) is Silent.THANKS


@pytest.mark.parametrize(
    "text",
    [
        "@Kari Nordmann",
        "@Kari Nordmann 😂",
        "@Kari Nordmann @Per Olsen",
        "@Kari Nordmann og @Per Olsen",
        "@Anne-Lise Ødegård-Hansen",
        "@kari_n @per.olsen",
        "@kari@platform.example",
        "#fjordvik #vinter",
        "@Kari",
    ],
)
def test_calling_upon_friends_asks_us_for_nothing(text: str) -> None:
    assert silence(text) is Silent.TAGS_ONLY


@pytest.mark.parametrize("text", ["", "   ", "👍", "❤️❤️❤️", "!!!", "...", ":-)", "xD", "<3", "\u200b"])
def test_no_words_ask_for_nothing(text: str) -> None:
    assert silence(text) is Silent.NO_WORDS


@pytest.mark.parametrize(
    "text",
    [
        "Takk for informasjonen, men når?",
        "Takk for informasjonen, men når",
        "Takk for ingenting",
        "Thanks for nothing",
        "Tusen takk, men det hjelper ikke",
        "Takk, det er ikke bra",
        "Ikke bra",
        "Ja takk",
        "Fint å få svar snart",
        "Er det greit",
        "Nei takk",
        "Takk for svaret. Hilsen misfornøyd innbygger",
        "Takk og 3 spørsmål til",
        "Takk https://www.fjordvik.example/sak",
        "Takk" + " takk" * 12,
        "?",
        "？",
        "❓",
        "og",
        "1",
        "Skandale",
        "@fjordvik Skandale",
        "@Fjordvik Skandale!",
        "@Kari Nordmann se her",
        "@Fjordvik Hvorfor brøyter ingen her",
        "Når åpner gangveien",
        "Kven svarar på dette",
        "شكرا",
        "x" * 4_001,
        "👍" * 4_001,
    ],
)
def test_one_word_more_than_thanks_waits_for_an_answer(text: str) -> None:
    assert silence(text) is None


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("@Fjordvik Skandale", None),
        ("@Fjordvik kommune Hjelp", None),
        ("@fjordvik@platform.example Hjelp", None),
        ("@Fjordvik kommune", Silent.TAGS_ONLY),
        ("@fjordvik", Silent.TAGS_ONLY),
        ("@Fjordvik Takk!", Silent.THANKS),
        ("@Kari Nordmann", Silent.TAGS_ONLY),
        ("@Fjordvikar Nordmann", Silent.TAGS_ONLY),
    ],
)
def test_what_follows_a_tag_of_us_is_said_to_us(text: str, silent: Silent | None) -> None:
    assert silence(text, our_names=["fjordvik", "fjordvik@platform.example", "Fjordvik kommune", ""]) is silent


def test_so_much_is_read_and_no_more() -> None:
    assert silence("👍" * 4_000) is Silent.NO_WORDS


@given(st.text(max_size=300))
def test_any_text_has_an_answer_and_a_question_is_never_silent(text: str) -> None:
    assert silence(text) in {*Silent, None}
    assert silence(text + "?") is None


def test_a_word_of_tags_costs_no_time() -> None:
    assert silence("@A" + " B" * 1_900 + " !") is None
    assert silence("@" * 4_000) is not None


def _fact(comment_id: int = 1, **ends: datetime) -> Fact:
    return Fact(comment_id=comment_id, clock_at=T, **ends)


def test_an_enquiry_settles_when_nobody_waits_in_it() -> None:
    assert settlement([_fact(1, answered_at=T), _fact(2)]) is None
    assert settled_at([_fact(1, answered_at=T), _fact(2, gone_at=T + HOUR)]) == T + HOUR
    assert settled_at([]) is None


@pytest.mark.parametrize(
    ("ends", "how"),
    [
        ([{"answered_at": T}], Settlement.ANSWERED),
        ([{"hidden_at": T}], Settlement.HIDDEN),
        ([{"dismissed_at": T}], Settlement.DISMISSED),
        ([{"gone_at": T}], Settlement.DELETED),
        ([], Settlement.DELETED),
        ([{"gone_at": T}, {"dismissed_at": T}], Settlement.DISMISSED),
        ([{"dismissed_at": T}, {"hidden_at": T}], Settlement.HIDDEN),
        ([{"hidden_at": T}, {"answered_at": T}], Settlement.ANSWERED),
        ([{"answered_at": T, "gone_at": T + HOUR}], Settlement.ANSWERED),
    ],
)
def test_the_most_that_was_done_says_how_it_settled(ends: list[dict[str, datetime]], how: Settlement) -> None:
    assert settlement([_fact(number, **each) for number, each in enumerate(ends)]) is how


def test_waiting_ends_with_the_first_of_its_ends() -> None:
    fact = _fact(answered_at=T + HOUR, gone_at=T + 2 * HOUR)
    assert fact.ended_at == T + HOUR
    assert not fact.waits
    assert _fact().waits
    assert _fact().ended_at is None


def test_the_clock_runs_from_the_first_that_still_waits() -> None:
    older, newer = Fact(comment_id=2, clock_at=T), Fact(comment_id=1, clock_at=T + HOUR)
    assert first_waiting([newer, older]) is older
    assert first_waiting([newer, _fact(3, answered_at=T)]) is newer
    same = Fact(comment_id=1, clock_at=T)
    assert first_waiting([older, same]) is same
    assert first_waiting([]) is None


def test_only_the_same_known_person_joins() -> None:
    assert joins(author_id="oddny", open_author_id="oddny")
    assert not joins(author_id="oddny", open_author_id="per")
    assert not joins(author_id=None, open_author_id=None)
    assert not joins(author_id="oddny", open_author_id=None)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_an_enquiry_goes_only_where_the_table_leads(state: State, action: Action) -> None:
    if (state, action) in NEXT:
        assert advance(state, action) is NEXT[state, action]
    else:
        with pytest.raises(WrongState):
            advance(state, action)
