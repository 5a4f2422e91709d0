"""No feed, however made, takes long, breaks anything, or takes the other items with it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.newsfeed import MOST_ITEMS, FeedError, Oddity, read
from tests.connectors.feeds import ADDRESS, an_item, rss


def first_title(body: bytes) -> str:
    """The first item's title, or why the feed was refused."""
    try:
        return read(body, "", ADDRESS).items[0].title
    except FeedError as error:
        return error.code


def test_a_thousand_items_are_read_at_once() -> None:
    body = rss(
        *(an_item(f"Sak {n}", f"/{n}", guid=str(n), description="&lt;p&gt;Tekst&lt;/p&gt;") for n in range(1000))
    )
    began = time.process_time()
    feed = read(body, "", ADDRESS)
    assert (len(feed.items), feed.remarks) == (1000, ())
    assert time.process_time() - began < 5


def test_what_is_too_much_is_said_to_be() -> None:
    feed = read(rss(*(an_item(f"Sak {n}", f"/{n}") for n in range(MOST_ITEMS + 2))), "", ADDRESS)
    assert (len(feed.items), [remark.oddity for remark in feed.remarks]) == (MOST_ITEMS, [Oddity.TOO_MANY])


@pytest.mark.parametrize(
    "piece", ["<!--", "&", "&amp;", "<b>", "<b ", '<a b="', "<a '", "<![CDATA[", "<!", "<", "<title>", "<script>"]
)
@pytest.mark.parametrize("where", ["bare", "in a description", "in a title"])
def test_markup_made_to_be_slow_is_not(piece: str, where: str) -> None:
    hostile = piece * (100_000 // len(piece))
    item = {
        "bare": an_item("Ein", more=hostile),
        "in a description": an_item("Ein", description=f"<![CDATA[{hostile}]]>"),
        "in a title": an_item(f"<![CDATA[Ein {hostile}]]>"),
    }[where]
    body = rss(an_item("Null", "/0"), item)
    began = time.process_time()
    assert first_title(body) in ("Null", "too_complex")
    assert time.process_time() - began < 4


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused_in_an_orderly_way(body: bytes) -> None:
    first_title(rss(an_item()) + body)
    for content in (body, b"<rss><channel><item>" + body, b"<feed><entry><title>" + body + b"</title></entry></feed>"):
        try:
            read(content, "", ADDRESS)
        except FeedError:
            continue


_WORDS = (
    "<title> </title> <link> </link> <link/> <guid> </guid> <description> </description> <content:encoded> <![CDATA[ ]]> &lt; &amp; & "
    "<item> </item> </channel> <media:content/> <media:credit> <media:group> <image> </image> <url> <source> <category> </category> "
    '<pubDate> </pubDate> <svg> </svg> <div> </div> <author> <language> xml:lang="" http:// <!-- --> <? ?> å x'
)
_PIECES = st.sampled_from([*_WORDS.split(" "), " ", "\x07", "\ufffe"])


@settings(deadline=None, max_examples=150)
@given(st.lists(_PIECES, max_size=40))
def test_items_of_any_make_are_read_or_left_out(pieces: list[str]) -> None:
    feed = read(rss(an_item("Ein"), "<item>" + "".join(pieces)), "", ADDRESS)
    assert feed.items[0].title == "Ein" or feed.remarks
    for item in feed.items:
        assert item.title
        assert item.link.startswith("http")
