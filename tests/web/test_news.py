"""The news list as people meet it: one press makes a post, what is set aside comes back, and each sees what is theirs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from scheduler.services.gate import Gate
from scheduler.settings import Secret, Settings
from scheduler.store.posts import of_item
from tests import build
from tests.connectors.server import Answer, Server, serving
from tests.web.conftest import START, Town
from tests.web.drafts import words
from web.house import KEY, House

NEWS = "/fjordvik/news/"


@pytest.fixture
def near(town: Town) -> Iterator[Server]:
    """A website on loopback, and a house that may go there."""
    settings = Settings(database_url=town.db.url, secret_key=Secret("x" * 40), allow_private_addresses=True)
    gate = Gate.of(settings, town.clock)
    town.app.extensions[KEY] = House(settings=settings, db=town.db, clock=town.clock, gate=gate)
    with serving() as server:
        yield server


def an_item(town: Town, **values: Any) -> int:
    """A news item without an address to read; its id."""
    with town.db.begin(town.municipality_id) as session:
        filled = {"link": None, "published_at": START, "first_seen_at": START, **values}
        return build.feed_item(session, **filled).pk


def test_a_row_says_title_introduction_language_and_when(town: Town) -> None:
    an_item(town, title="Ny gangveg", summary="Han er open no, mellom skulen og sentrum.", language="nn")
    page = words(town.browser_of("rita").get(NEWS))
    for told in ("Ny gangveg", "Han er open no", "Nynorsk", "i dag kl. 09.30"):
        assert told in page
    assert "/draft" not in page


def test_one_press_makes_a_post_and_leads_to_it_and_the_second_finds_the_same(
    town: Town, post: Callable[..., Any]
) -> None:
    with town.db.begin(town.municipality_id) as session:
        build.channel(session)
    item_id = an_item(town)
    client = town.browser_of("kari")
    first = post(client, f"{NEWS}{item_id}/draft")
    assert first.status_code == 303
    assert client.get(first.headers["Location"]).status_code == 200
    assert post(client, f"{NEWS}{item_id}/draft").headers["Location"] == first.headers["Location"]
    assert "Ny gangvei" not in words(client.get(NEWS))
    assert first.headers["Location"] in words(client.get(f"{NEWS}?which=with_post"))


def test_from_the_list_to_scheduled_is_two_presses_and_nothing_to_fill_in(town: Town, post: Callable[..., Any]) -> None:
    with town.db.begin(town.municipality_id) as session:
        build.channel(session, name="Fjordvik")
    item_id = an_item(town, summary="Den er åpen for alle.")
    client = town.browser_of("kari")
    address = post(client, f"{NEWS}{item_id}/draft").headers["Location"]
    page = words(client.get(address))
    held = dict(re.findall(r'<input[^>]*name="(version|title|channel)"[^>]*value="([^"]*)"', page))
    text = re.findall(r'<textarea[^>]*name="(text-n[bn])"[^>]*>\n([^<]*)</textarea>', page)
    answer = post(client, address, **held, **dict(text), do="schedule")
    assert answer.status_code == 303
    assert "Planlagt" in words(client.get(address))


def test_a_post_is_made_without_what_the_website_does_not_give(
    town: Town, near: Server, post: Callable[..., Any]
) -> None:
    near.answers["/sak"] = Answer(status=500)
    item_id = an_item(town, link=f"{near.url}/sak")
    answer = post(town.browser_of("kari"), f"{NEWS}{item_id}/draft")
    assert answer.status_code == 303


def test_what_the_website_took_back_makes_no_post(town: Town, post: Callable[..., Any]) -> None:
    item_id = an_item(town, withdrawn_at=START)
    refused = post(town.browser_of("kari"), f"{NEWS}{item_id}/draft")
    assert refused.status_code == 422
    assert "borte fra nettsiden" in words(refused)
    assert "/draft" not in words(town.browser_of("kari").get(f"{NEWS}?which=withdrawn"))


def test_what_is_set_aside_leaves_the_list_and_comes_back_by_a_press(town: Town, post: Callable[..., Any]) -> None:
    item_id = an_item(town, title="Stillingsannonse")
    client = town.browser_of("kari")
    post(client, f"{NEWS}{item_id}/set-aside")
    client.get(NEWS)  # the message has been shown
    assert "Stillingsannonse" not in words(client.get(NEWS))
    assert "Stillingsannonse" in words(client.get(f"{NEWS}?which=set_aside"))
    post(client, f"{NEWS}{item_id}/take-up")
    client.get(f"{NEWS}?which=set_aside")
    assert "Stillingsannonse" in words(client.get(NEWS))


def test_a_long_list_goes_on_where_the_page_ended(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        feed = build.feed(session)
        for number in range(35):
            build.feed_item(
                session, feed_id=feed.pk, title=f"Sak {number:02}", first_seen_at=START - timedelta(hours=number)
            )
    client = town.browser_of("kari")
    first = words(client.get(NEWS))
    assert ("Sak 00" in first, "Sak 34" in first) == (True, False)
    older = re.findall(r'rel="next" href="([^"]+)"', first)[0]
    second = words(client.get(older))
    assert ("Sak 00" in second, "Sak 34" in second) == (False, True)


@pytest.mark.parametrize(
    "query",
    [
        "after=99999999999999999999",
        "after=x",
        "feed=-1",
        "feed=99999999999999999999",
        "which=nothing",
        "search=%27%22",
        "search=" + "a" * 5000,
    ],
)
def test_an_address_that_somebody_made_up_shows_a_list(town: Town, query: str) -> None:
    an_item(town)
    assert town.browser_of("kari").get(f"{NEWS}?{query}").status_code == 200


def test_words_from_the_website_are_words_whatever_they_look_like(town: Town) -> None:
    an_item(town, title="<script>alert(1)</script>", summary="<img src=x onerror=alert(2)>")
    page = town.browser_of("kari").get(NEWS).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_a_unit_sees_its_own_news_and_another_municipality_none(town: Town, post: Callable[..., Any]) -> None:
    with town.db.begin(town.municipality_id) as session:
        school = build.feed(session, unit_id=town.unit_id)
        build.feed_item(session, feed_id=school.pk, title="Skulen sine nyheiter", first_seen_at=START)
    whole = an_item(town, title="Kommunens nyheter")
    leader = town.browser_of("lars")
    page = words(leader.get(NEWS))
    assert ("Skulen sine nyheiter" in page, "Kommunens nyheter" in page) == (True, False)
    assert post(leader, f"{NEWS}{whole}/draft").status_code == 403
    with town.db.begin(town.other_municipality_id) as session:
        theirs = build.feed_item(session)
    assert post(town.browser_of("kari"), f"{NEWS}{theirs.pk + 50}/draft").status_code == 404
    with town.db.read(town.municipality_id) as session:
        assert of_item(session, whole) is None


def test_an_empty_list_says_what_to_do(town: Town) -> None:
    assert "/feeds/new" in words(town.browser_of("kari").get(NEWS))
    assert "/feeds/new" not in words(town.browser_of("rita").get(NEWS))
