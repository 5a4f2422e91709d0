"""Feeds as people meet them: found behind any address, known by their last items, and each says how it fares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from scheduler.queries import feeds
from scheduler.services.gate import Gate
from scheduler.settings import Secret, Settings
from tests import build
from tests.connectors.server import Answer, Server, feed, page, serving
from tests.web.conftest import START, Town
from tests.web.drafts import words
from web.house import KEY, House

FEEDS = "/fjordvik/feeds/"
RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title}</title><link>{link}</link>{items}</channel></rss>"""
ITEM = "<item><title>{title}</title><link>{link}</link><guid>{link}</guid><description>Ingress</description></item>"


@pytest.fixture
def near(town: Town) -> Iterator[Server]:
    """A website on loopback, and a house that may go there."""
    settings = Settings(database_url=town.db.url, secret_key=Secret("x" * 40), allow_private_addresses=True)
    gate = Gate.of(settings, town.clock)
    town.app.extensions[KEY] = House(settings=settings, db=town.db, clock=town.clock, gate=gate)
    with serving() as server:
        yield server


def a_site(near: Server, *, feeds: tuple[str, ...] = ("/rss",), items: int = 7) -> str:
    """The front page of a site with these feeds; its address."""
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" title="Strøm {each}" href="{each}">' for each in feeds
    )
    near.answers["/"] = page(f"<html><head>{links}</head></html>")
    for each in feeds:
        listed = "".join(
            ITEM.format(title=f"Sak {number} i {each}", link=f"{near.url}{each}/{number}") for number in range(items)
        )
        body = RSS.format(title=f"Nyheter {each}", link=f"{near.url}/", items=listed).encode()
        near.answers[each] = feed(body)
    return f"{near.url}/"


def kept(town: Town) -> list[feeds.FeedRow]:
    with town.db.read(town.municipality_id) as session:
        return feeds.feeds(session)


def test_a_feed_is_found_behind_any_page_known_by_its_items_and_read_at_once(
    town: Town, near: Server, post: Callable[..., Any]
) -> None:
    client = town.browser_of("kari")
    found = post(client, f"{FEEDS}new", address=a_site(near))
    told = words(found)
    assert found.status_code == 200
    assert "Sak 0 i /rss" in told
    assert "Sak 4 i /rss" in told
    assert "Sak 5 i /rss" not in told
    answer = post(client, f"{FEEDS}add", address=f"{near.url}/rss", site=f"{near.url}/", title="Nyheter", unit="")
    assert answer.status_code == 303
    assert [(each.title, each.items, each.new) for each in kept(town)] == [("Nyheter", 7, 7)]
    assert "7 nye" in words(client.get(answer.headers["Location"]))


def test_where_there_are_no_units_nobody_is_asked_for_one(town: Town, near: Server, post: Callable[..., Any]) -> None:
    a_site(near)
    answer = post(
        town.browser_of("kari"), f"{FEEDS}add", address=f"{near.url}/rss", site=f"{near.url}/", title="Nyheter"
    )
    assert answer.status_code == 303
    assert [each.title for each in kept(town)] == ["Nyheter"]


def test_of_several_feeds_one_chooses(town: Town, near: Server, post: Callable[..., Any]) -> None:
    told = words(post(town.browser_of("kari"), f"{FEEDS}new", address=a_site(near, feeds=("/rss", "/jobb.rss"))))
    assert told.count('action="/fjordvik/feeds/add"') == 2


def test_the_same_feed_twice_is_refused_and_what_was_typed_stands(
    town: Town, near: Server, post: Callable[..., Any]
) -> None:
    client = town.browser_of("kari")
    a_site(near)
    post(client, f"{FEEDS}add", address=f"{near.url}/rss", title="Nyheter", unit="")
    again = post(client, f"{FEEDS}add", address=f"{near.url}/rss", title="Nyheter en gang til", unit="")
    assert again.status_code == 422
    assert "Nyheter en gang til" in words(again)
    assert len(kept(town)) == 1


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/tom", page("")),
        ("/borte", Answer(status=404)),
        ("/sperret", Answer(status=403)),
        ("/feil", Answer(status=500)),
        ("/uten", page("<html><body>Hei</body></html>")),
    ],
)
def test_where_no_feed_can_be_had_it_says_why_at_the_address(
    town: Town, near: Server, post: Callable[..., Any], path: str, answer: Answer
) -> None:
    near.answers[path] = answer
    refused = post(town.browser_of("kari"), f"{FEEDS}new", address=f"{near.url}{path}")
    told = words(refused)
    assert refused.status_code == 422
    assert 'href="#address"' in told
    assert f"{near.url}{path}" in told


@pytest.mark.parametrize(
    "address",
    [
        "",
        "   ",
        "ikke en adresse",
        "ftp://fjordvik.example/",
        "http://10.0.0.1/",
        "http://[::1]/",
        "x" * 3000,
    ],
)
def test_an_address_that_cannot_be_fetched_is_refused_in_words(
    town: Town, post: Callable[..., Any], address: str
) -> None:
    refused = post(town.browser_of("kari"), f"{FEEDS}new", address=address)
    assert refused.status_code == 422
    assert 'href="#address"' in words(refused)


def test_each_feed_says_how_it_fares_and_what_to_do(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        build.feed(session, title="Virker", last_success_at=START)
        build.feed(session, title="Feiler", error_code="page_gone", failures=3, next_pull_at=START + timedelta(hours=1))
        build.feed(session, title="Hviler", active=False)
    listed = words(town.browser_of("rita").get(FEEDS))
    for told in ("Virker", "Feiler", "Hviler", "Finn den nye adressen", "3 ganger", "i dag kl. 10.30"):
        assert told in listed
    assert "/pull" not in listed
    assert "/rename" not in listed


def test_a_feed_is_read_by_a_press_and_the_answer_says_what_came(
    town: Town, near: Server, post: Callable[..., Any]
) -> None:
    a_site(near)
    with town.db.begin(town.municipality_id) as session:
        good = build.feed(session, address=f"{near.url}/rss", title="Nyheter")
        broken = build.feed(session, address=f"{near.url}/borte", title="Ødelagt")
    near.answers["/borte"] = Answer(status=404)
    client = town.browser_of("kari")
    assert "7 nye" in words(client.get(post(client, f"{FEEDS}{good.pk}/pull").headers["Location"]))
    assert "Finn den nye adressen" in words(client.get(post(client, f"{FEEDS}{broken.pk}/pull").headers["Location"]))


def test_a_feed_can_rest_be_taken_up_and_get_another_name(town: Town, post: Callable[..., Any]) -> None:
    with town.db.begin(town.municipality_id) as session:
        row = build.feed(session, title="Nyheter")
    client = town.browser_of("kari")
    post(client, f"{FEEDS}{row.pk}/pause")
    assert not kept(town)[0].active
    post(client, f"{FEEDS}{row.pk}/resume")
    assert kept(town)[0].active
    post(client, f"{FEEDS}{row.pk}/rename", title="Nyheter fra kommunen")
    assert kept(town)[0].title == "Nyheter fra kommunen"
    refused = post(client, f"{FEEDS}{row.pk}/rename", title=" ")
    assert refused.status_code == 422
    assert 'href="#title"' in words(refused)


def test_only_those_who_look_after_feeds_may_and_another_municipalitys_are_not_there(
    town: Town, post: Callable[..., Any]
) -> None:
    with town.db.begin(town.municipality_id) as session:
        mine = build.feed(session)
    with town.db.begin(town.other_municipality_id) as session:
        theirs = [build.feed(session) for _number in range(3)][-1]
    reader, chief = town.browser_of("rita"), town.browser_of("kari")
    assert reader.get(f"{FEEDS}new").status_code == 403
    for deed in ("pull", "pause", "resume", "rename"):
        assert post(reader, f"{FEEDS}{mine.pk}/{deed}", title="Ny").status_code == 403
        assert post(chief, f"{FEEDS}{theirs.pk}/{deed}", title="Ny").status_code == 404
