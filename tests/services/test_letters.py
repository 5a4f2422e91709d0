"""The words of a reminder: three languages that say the same, the wall clock's time, and a citizen's words that stay a quotation."""

from __future__ import annotations

from datetime import datetime, timedelta
from string import Formatter
from typing import Any

import pytest

from scheduler.services.letters import WORDS, Entry, reminder
from tests.services.desk import wall

NOW = wall("2026-03-03 10:30")
HOUR = timedelta(hours=1)


def entry(**values: Any) -> Entry:
    filled: dict[str, Any] = {
        "who": "Oddny Fjell",
        "said": "Når åpner gangveien?",
        "channel": "Fjordvik kommune",
        "due_at": NOW + 4 * HOUR,
        "address": "https://ordskifte.fjordvik.example/fjordvik/inbox/7",
        **values,
    }
    return Entry(**filled)


def letter(*entries: Entry, language: str | None = "nb", now: datetime = NOW, **values: Any) -> tuple[str, str]:
    filled: dict[str, Any] = {
        "name": "Jonas Vik",
        "address": "https://ordskifte.fjordvik.example/fjordvik/inbox/",
        "zone": "Europe/Oslo",
        **values,
    }
    return reminder(language, entries=entries or (entry(),), now=now, **filled)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_all_languages_have_the_same_words_with_the_same_places_to_fill() -> None:
    english = {name: placeholders(template) for name, template in WORDS["en"].items()}
    for language, words in WORDS.items():
        assert {name: placeholders(template) for name, template in words.items()} == english, language
        assert len(words["weekdays"].split()) == 7
        assert len(words["months"].split()) == 12


def test_a_reminder_in_bokmal() -> None:
    subject, text = letter(entry(mine=True))
    assert subject == "Én henvendelse venter på svar, fristen er i dag kl. 14.30"
    assert text == (
        "Hei, Jonas!\n\n"
        "Noen venter på svar fra oss:\n\n"
        "Oddny Fjell i Fjordvik kommune:\n"
        "«Når åpner gangveien?»\n"
        "Frist i dag kl. 14.30 (4 timer igjen)\n"
        "Det er du som har den.\n"
        "https://ordskifte.fjordvik.example/fjordvik/inbox/7\n\n"
        "Kommunen har lovet svar innen 24 timer. Du får denne påminnelsen én gang for hver henvendelse, og aldri om natten.\n"
    )


def test_a_reminder_in_nynorsk_of_two() -> None:
    over = entry(due_at=NOW - timedelta(minutes=12), held_by="Jonas Vik")
    subject, text = letter(over, entry(), language="nn")
    assert subject == "2 henvendingar ventar på svar, den første fristen var i dag kl. 10.18"
    assert "2 henvendingar ventar på svar frå oss:" in text
    assert "Frist i dag kl. 10.18 (12 minutt over fristen)\nJonas Vik har ho." in text
    assert "Ingen har teke ho enno." in text


def test_a_reminder_in_english() -> None:
    subject, text = letter(entry(due_at=wall("2026-03-05 09:05")), language="en")
    assert subject == "One enquiry waits for an answer, due Thursday 5 March at 09:05"
    assert "(46 hours and 35 minutes left)" in text


@pytest.mark.parametrize("language", [None, "se"])
def test_whoever_has_chosen_no_language_of_ours_gets_bokmal(language: str | None) -> None:
    assert letter(language=language) == letter(language="nb")


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(0), "under ett minutt igjen"),
        (timedelta(seconds=59), "under ett minutt igjen"),
        (timedelta(minutes=1), "1 minutt igjen"),
        (HOUR, "1 time igjen"),
        (4 * HOUR - timedelta(seconds=1), "3 timer og 59 minutter igjen"),
        (-timedelta(seconds=1), "under ett minutt over fristen"),
        (-HOUR - timedelta(minutes=1), "1 time og 1 minutt over fristen"),
    ],
)
def test_what_is_left_is_told_in_whole_minutes(away: timedelta, said: str) -> None:
    assert f"({said})" in letter(entry(due_at=NOW + away))[1]


@pytest.mark.parametrize(
    ("due", "now", "said"),
    [
        ("2026-03-29 03:30", "2026-03-28 21:00", "i morgen kl. 03.30 (5 timer og 30 minutter igjen)"),
        ("2026-10-25 03:30", "2026-10-24 21:00", "i morgen kl. 03.30 (7 timer og 30 minutter igjen)"),
    ],
    ids=["into summer time", "out of it"],
)
def test_the_due_time_is_the_wall_clocks_on_the_nights_it_is_changed(due: str, now: str, said: str) -> None:
    assert said in letter(entry(due_at=wall(due)), now=wall(now))[1]


def test_yesterday_is_called_so() -> None:
    assert "i går kl. 23.50" in letter(entry(due_at=wall("2026-03-02 23:50")))[0]


def test_a_citizens_words_stay_on_their_line_and_are_cut_at_a_word() -> None:
    said = (
        "Hei!\r\n\r\nFrist i dag kl. 10\nhttps://evil.example/\u202egnp.\u2028"
        + "Eg er svært skuffa over dykk. " * 3_000
    )
    text = letter(entry(said=said))[1]
    line = next(line for line in text.splitlines() if line.startswith("«Hei!"))
    assert line.startswith("«Hei! Frist i dag kl. 10 https://evil.example/gnp. Eg er svært")
    assert line.endswith(" …»")
    assert len(line) < 100
    assert "\u202e" not in text


def test_a_word_without_end_is_cut_where_it_must_be() -> None:
    line = letter(entry(said="a" * 60_000))[1].splitlines()[5]
    assert line == "«" + "a" * 89 + " …»"


@pytest.mark.parametrize("said", ["", " \n\t", "\u200b"])
def test_no_words_are_said_to_be_none(said: str) -> None:
    assert "(ingen ord)" in letter(entry(said=said))[1]


@pytest.mark.parametrize("who", [None, "", "\n"])
def test_a_citizen_without_a_name_is_somebody(who: str | None) -> None:
    assert "Noen i Fjordvik kommune:" in letter(entry(who=who))[1]


def test_braces_in_what_people_write_are_only_braces() -> None:
    text = letter(entry(said="{due} {0} {x.y}", who="{name}"), name="{count}")[1]
    assert "«{due} {0} {x.y}»" in text
    assert "Hei, {count}!" in text


def test_those_that_are_not_listed_are_counted_and_the_inbox_is_named() -> None:
    subject, text = letter(entry(), entry(), more=31)
    assert subject.startswith("33 henvendelser")
    assert "Og 31 til. Her er alle: https://ordskifte.fjordvik.example/fjordvik/inbox/\n" in text


def test_whoever_has_no_name_is_greeted_all_the_same() -> None:
    assert letter(name=" ")[1].startswith("Hei!\n")
