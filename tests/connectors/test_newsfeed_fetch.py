"""A feed is fetched with what it told us last time, and what is wrong with its address is told apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connectors.contract import ConnectorError, Remedy
from connectors.http import Http
from connectors.newsfeed import NotModified, Pulled, fetch, read
from tests.connectors.feeds import an_item, rss
from tests.connectors.server import Answer, Seen, Server, feed, moved, serving, zipped

HTTP = Http(allow_private=True, now=lambda: datetime(2026, 3, 4, 12, tzinfo=UTC), user_agent="Ordskifte/test")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


def test_a_feed_is_asked_for_with_what_it_told_us_last_time(server: Server) -> None:
    def answer(seen: Seen) -> Answer:
        if seen.headers.get("if-none-match") == '"v1"':
            return Answer(status=304)
        return feed(rss(an_item()), ETag='"v1"', **{"Last-Modified": "Wed, 04 Mar 2026 10:00:00 GMT"})

    server.answers["/rss"] = answer
    pulled = fetch(HTTP, server.url + "/rss")
    assert isinstance(pulled, Pulled)
    assert len(read(pulled.body, pulled.content_type, pulled.url).items) == 1
    again = fetch(HTTP, server.url + "/rss", etag=pulled.etag, last_modified=pulled.last_modified)
    assert isinstance(again, NotModified)
    assert server.seen[1].headers["if-modified-since"] == "Wed, 04 Mar 2026 10:00:00 GMT"


def test_relative_links_belong_to_where_the_feed_was_found_in_the_end(server: Server) -> None:
    server.answers |= {
        "/gamal": moved("/ny/rss"),
        "/ny/rss": feed(b'<rss version="2.0"><channel><item><title>A</title><link>a</link></item></channel></rss>'),
    }
    pulled = fetch(HTTP, server.url + "/gamal")
    assert isinstance(pulled, Pulled)
    assert read(pulled.body, pulled.content_type, pulled.url).items[0].link == server.url + "/ny/a"


def test_what_is_wrong_with_an_address_is_told_apart(server: Server) -> None:
    server.answers |= {
        "/stor": Answer(body=b"x" * 3_000_000),
        "/bombe": zipped(b" " * 50_000_000),
        "/rundt": moved("/rundt"),
        "/borte": Answer(status=410),
        "/feil": Answer(status=500),
    }
    codes = {}
    for path in ("/stor", "/bombe", "/rundt", "/borte", "/feil"):
        with pytest.raises(ConnectorError) as caught:
            fetch(HTTP, server.url + path)
        codes[path] = (caught.value.code, caught.value.status, caught.value.remedy)
    assert codes == {
        "/stor": ("too_large", None, Remedy.WAIT),
        "/bombe": ("too_large", None, Remedy.WAIT),
        "/rundt": ("too_many_redirects", None, Remedy.WAIT),
        "/borte": ("http_error", 410, Remedy.GONE),
        "/feil": ("http_error", 500, Remedy.WAIT),
    }
