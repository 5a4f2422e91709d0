"""A text that names a day has a latest day, and one that names opening hours has none."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.daywords import FARTHEST, latest_hint

MONDAY = date(2026, 11, 30)


def day_in(text: str, *, written_on: date = MONDAY, language: str = "nb") -> date | None:
    hint = latest_hint(text, language, written_on)
    return hint.day if hint else None


@pytest.mark.parametrize(
    "text",
    [
        "Vannet blir stengt i kveld.", "Biblioteket er stengt i dag", "I DAG åpner vi", "Vegen opnar i ettermiddag", "Møte i føremiddag",
        "Det kan bli glatt i natt", "Straumen blir borte i morgon tidleg", "Vi stenger i morgen", "Idag er det vaffeldag",
    ],
)  # fmt: skip
def test_today_tonight_and_tomorrow_hold_for_the_day_they_were_written(text: str) -> None:
    assert day_in(text) == MONDAY


@pytest.mark.parametrize(
    "text",
    ["Kommunestyret møtes torsdag", "Velkommen torsdag kl. 18", "Fra torsdag stenger vi", "Me møtest på TORSDAG!"],
)
def test_a_weekday_is_the_coming_one(text: str) -> None:
    assert day_in(text) == date(2026, 12, 3)


def test_the_weekday_it_was_written_on_is_today() -> None:
    assert day_in("Ope hus måndag") == MONDAY


def test_nynorsk_weekdays_are_known() -> None:
    assert day_in("Festen er laurdag", language="nn") == date(2026, 12, 5)
    assert day_in("Møtet er tysdag", language="nn") == date(2026, 12, 1)


@pytest.mark.parametrize(
    "text", ["Marknad i helga", "Hva skjer i helgen?", "Denne veka ryddar vi", "Neste uke stenger svømmehallen"]
)
def test_weekend_and_week_last_until_sunday(text: str) -> None:
    assert day_in(text) == date(2026, 12, 6)


@pytest.mark.parametrize(
    "text",
    [
        "Julemarked torsdag 4. desember", "Frist: 4. desember 2026", "Frist 4.12.2026", "Frist 04.12.26", "Møte 2026-12-04", "Innen 4.12.",
        "Møte fredag den 4. des. kl. 18", "Stengt fra 1. til 4. desember", "Stengt 1.–4. desember", "Stengt 1. - 4. desember 2026",
        "Stengt mellom 1. og 4. desember", "Stengt 1. desember til 4. desember", "Stengd 01.12.2026 – 04.12.2026",
        "Stengt fra og med 30. november til og med 4. desember", "Stengt tirsdag 1. desember til fredag 4. desember",
    ],
)  # fmt: skip
def test_a_date_is_the_latest_day_and_of_a_stretch_the_end(text: str) -> None:
    assert day_in(text) == date(2026, 12, 4)


def test_of_two_days_the_first_counts() -> None:
    assert day_in("Møter 2. og 9. desember") == date(2026, 12, 2)
    assert day_in("Møtet 10. desember er flyttet fra 3. desember") == date(2026, 12, 3)


def test_today_goes_before_a_later_date() -> None:
    assert day_in("Festen 12. desember er avlyst, vedtok rådet i dag") == MONDAY


def test_days_gone_by_bind_nothing() -> None:
    assert day_in("Torsdag 26. november arrangerte vi basar") is None
    assert day_in("Saka kom opp 3. mars 2024, og 14.08.2026 ble den avgjort") is None
    assert day_in("Møter 26. november og 4. desember") == date(2026, 12, 4)


def test_a_date_without_year_turns_the_year() -> None:
    assert day_in("Fristen er 15. januar") == date(2027, 1, 15)


def test_days_far_ahead_bind_nothing() -> None:
    assert day_in("Kommuneplanen gjelder til 31. desember 2038") is None


@pytest.mark.parametrize(
    "text",
    [
        "Åpent mandag til fredag kl. 9-15", "Ope måndag–fredag", "Hver torsdag er det kafé", "Kvar torsdag er det kafé", "Annenhver torsdag",
        "Torsdager holder vi åpent", "Mandag, onsdag og fredag kl. 10-12", "Sist torsdag var vi på tur", "Første torsdag i måneden",
        "Bli med i 17. mai-komiteen", "Se punkt 3.12. i planen", "Versjon 1.2.3 er ute", "Ring 71 16 66 00", "Klokka 12.30 ringer det",
        "30. februar", "Dagens tall", "i dagslys", "Kommunen har 15.000 innbyggere", "Grillfest i mai", "Palmesøndagsgudstjeneste", "",
    ],
)  # fmt: skip
def test_opening_hours_habits_and_other_figures_bind_nothing(text: str) -> None:
    assert day_in(text) is None


def test_words_are_known_in_the_two_standards_only_but_figures_in_any_language() -> None:
    assert day_in("i dag", language="en") is None
    assert day_in("Closed until 04.12.2026", language="en") == date(2026, 12, 4)


def test_the_hint_says_which_words_it_goes_by() -> None:
    hint = latest_hint("Vannet stenges  torsdag\n4. desember.", "nb", MONDAY)
    assert hint is not None
    assert hint.words == "torsdag 4. desember"


days = st.dates(min_value=date(2020, 1, 1), max_value=date(2099, 12, 31))


@given(
    st.text() | st.text(st.sampled_from("0123456789.- idagtilog\nmors")), st.sampled_from(["nb", "nn", "en", ""]), days
)
def test_no_text_breaks_it_and_no_hint_lies_in_the_past(text: str, language: str, written_on: date) -> None:
    hint = latest_hint(text, language, written_on)
    assert hint is None or written_on <= hint.day <= written_on + FARTHEST


@given(days, st.integers(min_value=0, max_value=180))
def test_every_coming_day_of_the_year_is_read_back(written_on: date, ahead: int) -> None:
    day = written_on + timedelta(days=ahead)
    names = [
        "januar",
        "februar",
        "mars",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "desember",
    ]
    assert day_in(f"Møte {day.day}. {names[day.month - 1]}", written_on=written_on) == day
    assert day_in(f"Møte {day.day}.{day.month}.{day.year}", written_on=written_on) == day


@pytest.mark.parametrize(
    "text",
    ["i ", "1. ", "4. desember ", "torsdag ", " ", "1.1."],
)
def test_a_long_text_takes_no_long_time(text: str) -> None:
    began = time.process_time()
    latest_hint(text * (200_000 // len(text)), "nb", MONDAY)
    assert time.process_time() - began < 5
