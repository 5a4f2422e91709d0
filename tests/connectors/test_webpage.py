"""The feed behind any page is found in time, and a page is gone only when it says so."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connectors.contract import ConnectorError, Remedy
from connectors.http import Http
from connectors.webpage import Gone, discover, fetch_picture, is_gone, read_item
from tests.connectors.feeds import an_item, rss
from tests.connectors.server import Answer, Server, feed, moved, page, serving

HTTP = Http(allow_private=True, now=lambda: datetime(2026, 3, 4, 12, tzinfo=UTC), user_agent="Ordskifte/test")
SEVEN = rss(*(an_item(f"Sak {n}", f"/{n}", guid=str(n), date=f"0{n}.03.2026 14:00") for n in range(1, 8)))
OTHER = rss(an_item("Kommentar", "/k"))
LINKED = '<html><head><link rel="alternate" type="application/rss+xml" title="{}" href="{}">{}</head><body>Fjordvik</body></html>'


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


def found(server: Server, path: str = "/") -> list[str]:
    return [feed.address.removeprefix(server.url) for feed in discover(HTTP, server.url + path)]


def test_a_feeds_own_address_is_the_feed(server: Server) -> None:
    server.answers["/rss"] = feed(SEVEN)
    [only] = discover(HTTP, server.url + "/rss")
    assert (only.address, only.title, only.items) == (server.url + "/rss", "Nytt frå Fjordvik kommune", 7)


def test_the_last_five_items_are_shown_newest_first(server: Server) -> None:
    server.answers["/rss"] = feed(SEVEN)
    [only] = discover(HTTP, server.url + "/rss")
    assert [item.title for item in only.preview] == ["Sak 7", "Sak 6", "Sak 5", "Sak 4", "Sak 3"]


def test_an_address_without_its_scheme_is_understood(server: Server) -> None:
    server.answers["/rss"] = feed(SEVEN)
    [only] = discover(HTTP, f"127.0.0.1:{server.port}/rss")
    assert only.items == 7


def test_a_page_names_its_feeds_and_those_of_comments_come_last(server: Server) -> None:
    more = '<link rel="alternate" type="application/atom+xml" title="Nytt" href="/nytt.atom">'
    server.answers |= {
        "/": page(LINKED.format("Kommentarar", "/comments/feed/", more)),
        "/comments/feed/": feed(OTHER),
        "/nytt.atom": feed(SEVEN),
    }
    assert found(server) == ["/nytt.atom", "/comments/feed/"]


def test_one_feed_under_two_addresses_is_shown_once(server: Server) -> None:
    more = '<link rel="alternate" type="application/atom+xml" href="/b.xml">'
    server.answers |= {"/": page(LINKED.format("Nytt", "/a.xml", more)), "/a.xml": feed(SEVEN), "/b.xml": feed(SEVEN)}
    assert found(server) == ["/a.xml"]


def test_a_named_feed_that_is_none_is_not_offered(server: Server) -> None:
    server.answers |= {
        "/": page(LINKED.format("Nytt", "/a.xml", "")),
        "/a.xml": page("<html>Feil</html>"),
        "/rss": feed(SEVEN),
    }
    assert found(server) == ["/rss"]


@pytest.mark.parametrize("place", ["/feed/", "/rss", "/rss/", "/?format=rss", "/rss.xml"])
def test_a_site_that_says_nothing_is_asked_where_feeds_usually_are(server: Server, place: str) -> None:
    server.answers |= {
        "/": page("<html><body>Fjordvik</body></html>"),
        "/aktuelt": page("<html><body>Aktuelt</body></html>"),
    }
    server.answers[place] = feed(SEVEN)
    assert found(server, "/") == [place]
    assert found(server, "/aktuelt") == [place]


def test_a_section_with_a_feed_of_its_own_goes_before_the_whole_site(server: Server) -> None:
    server.answers |= {"/aktuelt": page("<html/>"), "/aktuelt?format=rss": feed(OTHER), "/rss": feed(SEVEN)}
    assert found(server, "/aktuelt") == ["/aktuelt?format=rss"]


def test_a_site_without_a_feed_gives_none(server: Server) -> None:
    server.answers["/"] = page("<html><body>Fjordvik</body></html>")
    assert found(server) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><title>&a;</title></channel></rss>',
            "doctype",
        ),
        (b"<html><head><title>Logg inn</title></head></html>", None),
    ],
)
def test_a_feed_that_cannot_be_read_says_why_and_a_page_is_no_feed(
    server: Server, body: bytes, code: str | None
) -> None:
    server.answers["/rss"] = Answer(body=body, headers={"Content-Type": "application/xml" if code else "text/html"})
    if code is None:
        assert found(server, "/rss") == []
        return
    with pytest.raises(ConnectorError) as refused:
        found(server, "/rss")
    assert refused.value.code == code


def test_redirects_are_followed_to_where_the_feed_is(server: Server) -> None:
    server.answers |= {
        "/": page("<html/>"),
        "/feed/": moved("/nyhende/feed.xml", status=301),
        "/nyhende/feed.xml": feed(SEVEN),
    }
    assert found(server) == ["/nyhende/feed.xml"]


def test_a_page_that_cannot_be_had_says_why(server: Server) -> None:
    server.answers["/"] = Answer(status=500)
    for address, code in ((server.url, "http_error"), ("ikkje ei adresse", "address_invalid"), ("", "address_invalid")):
        with pytest.raises(ConnectorError) as caught:
            discover(HTTP, address)
        assert caught.value.code == code


def test_a_site_that_never_answers_keeps_nobody_waiting(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.webpage.CALL", CALL_SHORT)
    monkeypatch.setattr("connectors.webpage.ALL", ALL_SHORT)
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/treg{n}">' for n in range(8))
    server.answers |= {"/": page(f"<html><head>{links}</head></html>")} | {
        f"/treg{n}": Answer(hang=True) for n in range(8)
    }
    began = time.monotonic()
    assert found(server) == []
    assert time.monotonic() - began < 4


CALL_SHORT = timedelta(seconds=0.4)
ALL_SHORT = 2 * CALL_SHORT


def test_a_page_that_answers_gone_is_gone_and_silence_is_not(server: Server) -> None:
    server.answers |= {
        "/her": page("<html/>"),
        "/410": Answer(status=410),
        "/500": Answer(status=500),
        "/403": Answer(status=403),
        "/cut": Answer(cut=True),
        "/stor": Answer(body=b"x" * 3_000_000),
    }
    answers = {
        path: is_gone(HTTP, server.url + path) for path in ("/her", "/404", "/410", "/500", "/403", "/cut", "/stor")
    }
    assert answers == {
        "/her": Gone.NO,
        "/404": Gone.YES,
        "/410": Gone.YES,
        "/500": Gone.UNKNOWN,
        "/403": Gone.UNKNOWN,
        "/cut": Gone.UNKNOWN,
        "/stor": Gone.NO,
    }


def test_a_picture_comes_with_its_type(server: Server) -> None:
    server.answers["/b.jpg"] = Answer(body=b"JPEG" * 1_000_000, headers={"Content-Type": "image/JPEG; charset=binary"})
    picture = fetch_picture(HTTP, server.url + "/b.jpg")
    assert (len(picture.content), picture.content_type) == (4_000_000, "image/jpeg")


def test_a_news_page_is_read_from_where_it_was_found(server: Server) -> None:
    server.answers |= {
        "/gamal": moved("/ny"),
        "/ny": page(
            '<html lang="nn"><head><title>Ny skule</title></head><body><main><h1>Ny skule</h1><p>Han er ferdig.</p></main></body></html>'
        ),
    }
    item = read_item(HTTP, server.url + "/gamal")
    assert (item.status, item.canonical_url, item.title, item.language) == (200, server.url + "/ny", "Ny skule", "nn")
    with pytest.raises(ConnectorError) as caught:
        read_item(HTTP, server.url + "/borte")
    assert caught.value.remedy is Remedy.GONE
