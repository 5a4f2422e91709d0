"""Which language a page speaks, and how times are said in each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import g

from tests.web.conftest import START, Town
from web import filters, languages

Post = Callable[..., Any]


def said(town: Town, call: Callable[[], str], language: str) -> str:
    """What a filter says in a language."""
    with town.app.test_request_context("/"):
        languages.speak(language)
        return str(call())


AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "moment", "full", "day"),
    [
        ("nb", "ti. 24. nov. kl. 09.30", "tirsdag 24. november 2026 kl. 09.30", "ti. 24. nov."),
        ("nn", "ty. 24. nov. kl. 09.30", "tysdag 24. november 2026 kl. 09.30", "ty. 24. nov."),
        ("en", "Tue 24 Nov, 09:30", "Tuesday 24 November 2026, 09:30", "Tue 24 Nov"),
    ],
)
def test_a_moment_is_written_as_people_write_it(town: Town, language: str, moment: str, full: str, day: str) -> None:
    assert said(town, lambda: filters.moment(AT), language) == moment
    assert said(town, lambda: filters.full_moment(AT), language) == full
    assert said(town, lambda: filters.day(AT.date()), language) == day


def test_another_year_is_named(town: Town) -> None:
    assert said(town, lambda: filters.moment(AT + timedelta(days=60)), "nb") == "lø. 23. jan. 2027 kl. 09.30"
    assert said(town, lambda: filters.day(date(2025, 1, 2)), "nn") == "to. 2. jan. 2025"


@pytest.mark.parametrize(
    ("away", "nb", "nn"),
    [
        (timedelta(0), "nettopp", "nett no"),
        (timedelta(hours=-3), "for 3 timer siden", "for 3 timar sidan"),
        (timedelta(days=14), "om 2 uker", "om 2 veker"),
        (timedelta(days=-1), "for 1 døgn siden", "for 1 døgn sidan"),
    ],
)
def test_how_long_ago_is_said_in_both(town: Town, away: timedelta, nb: str, nn: str) -> None:
    assert said(town, lambda: filters.ago(START + away), "nb") == nb
    assert said(town, lambda: filters.ago(START + away), "nn") == nn


@pytest.mark.parametrize(
    ("at", "near"),
    [
        (START, "i dag kl. 09.30"),
        (datetime(2026, 11, 24, 22, 59, tzinfo=UTC), "i dag kl. 23.59"),
        (datetime(2026, 11, 24, 23, 0, tzinfo=UTC), "i morgen kl. 00.00"),
        (datetime(2026, 11, 23, 22, 59, tzinfo=UTC), "i går kl. 23.59"),
        (datetime(2026, 11, 26, 12, 0, tzinfo=UTC), "to. 26. nov. kl. 13.00"),
    ],
)
def test_what_is_near_is_said_so_by_the_days_of_norway(town: Town, at: datetime, near: str) -> None:
    assert said(town, lambda: filters.near_moment(at), "nb") == near


def test_summer_and_winter_time_are_shown_by_the_wall_clock(town: Town) -> None:
    assert said(town, lambda: filters.clock(datetime(2026, 7, 1, 10, 0, tzinfo=UTC)), "nb") == "12.00"
    assert said(town, lambda: filters.clock(datetime(2026, 1, 1, 10, 0, tzinfo=UTC)), "nb") == "11.00"


def test_an_instant_without_a_zone_is_refused(town: Town) -> None:
    with pytest.raises(ValueError, match="zone"):
        said(town, lambda: filters.moment(datetime(2026, 1, 1, 10, 0)), "nb")  # noqa: DTZ001 - the point


def test_the_time_element_tells_machines_the_instant_and_people_the_whole_moment(town: Town) -> None:
    assert said(town, lambda: filters.when(AT, "moment"), "nb") == (
        '<time datetime="2026-11-24T08:30:00+00:00" title="tirsdag 24. november 2026 kl. 09.30">ti. 24. nov. kl. 09.30</time>'
    )


def test_lines_keep_their_breaks_and_lose_their_markup(town: Town) -> None:
    assert filters.lines("a <b>\nc") == "a &lt;b&gt;<br>c"


@pytest.mark.parametrize(
    ("told", "chosen"),
    [
        ("nn", "nn"),
        ("no", "nb"),
        ("nb-NO,nb;q=0.9", "nb"),
        ("no-NO", "nb"),
        ("en-US,en", "en"),
        ("de", "nb"),
        ("", "nb"),
        ("sv,nn;q=0.5", "nn"),
    ],
)
def test_outside_a_municipality_the_browser_decides(town: Town, told: str, chosen: str) -> None:
    with town.app.test_request_context("/", headers={"Accept-Language": told}):
        assert languages.spoken() == chosen


def test_the_municipality_speaks_before_one_has_signed_in_whatever_the_browser_says(town: Town) -> None:
    told = {"Accept-Language": "en"}
    assert '<html lang="nb"' in town.browser().get("/fjordvik/sign-in", headers=told).get_data(as_text=True)
    assert '<html lang="nn"' in town.browser().get("/utvik/sign-in", headers=told).get_data(as_text=True)


@pytest.mark.parametrize(("language", "word"), [("nb", "Passord"), ("nn", "Logg inn"), ("en", "Password")])
def test_the_sign_in_page_can_be_read_in_each(town: Town, language: str, word: str) -> None:
    page = town.browser().get(f"/fjordvik/sign-in?language={language}").get_data(as_text=True)
    assert f'<html lang="{ {"en": "en-GB"}.get(language, language) }"' in page
    assert word in page


def test_a_person_speaks_over_the_municipality_and_can_go_back(town: Town, post: Post) -> None:
    client = town.browser_of("kari")
    answer = post(client, "/fjordvik/me/language", language="nn")
    assert answer.status_code == 303
    assert "Språket er endra." in client.get("/fjordvik/me/").get_data(as_text=True)
    post(client, "/fjordvik/me/language", language="")
    assert "Språket er endret." in client.get("/fjordvik/me/").get_data(as_text=True)


@pytest.mark.parametrize("back", ["//evil.example", "/utvik/me/", "https://evil.example", "/fjordvik/people/"])
def test_choosing_a_language_leads_back_to_ones_own_pages_only(town: Town, post: Post, back: str) -> None:
    answer = post(town.browser_of("kari"), "/fjordvik/me/language", language="en", back=back)
    assert answer.location == ("/fjordvik/people/" if back == "/fjordvik/people/" else "/fjordvik/me/")


def test_a_language_we_do_not_speak_is_refused(town: Town, post: Post) -> None:
    answer = post(town.browser_of("kari"), "/fjordvik/me/language", language="tlh")
    assert answer.status_code == 422
    assert "Velg et av språkene" in answer.get_data(as_text=True)


def test_one_request_speaks_one_language(town: Town) -> None:
    with town.app.test_request_context("/"):
        assert languages.spoken() == "nb"
        g.language = "nn"
        assert languages.spoken() == "nn"
