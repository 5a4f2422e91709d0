"""Addresses are made whole or refused, and every spelling of a page is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.links import absolute, canonical

SITE = "https://www.fjordvik.example/aktuelt/"


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("/1", "https://www.fjordvik.example/1"),
        ("1.aspx", "https://www.fjordvik.example/aktuelt/1.aspx"),
        ("//cdn.fjordvik.example/b.jpg", "https://cdn.fjordvik.example/b.jpg"),
        (" https://x.example/a b.jpg\n", "https://x.example/a%20b.jpg"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("mailto:post@fjordvik.example", None),
        ("https://kari:passord@fjordvik.example/", None),
        ("https://", None),
        ("http://[::1", None),
        ("https://ikkje ei adresse/", None),
        ("", None),
        ("/" + "a" * 3000, None),
        ("/a\x00b", None),
        ('/a"b', None),
    ],
)
def test_an_address_is_made_whole_or_refused(written: str, whole: str | None) -> None:
    assert absolute(written, SITE) == whole


@pytest.mark.parametrize(
    "spelling",
    [
        "https://www.fjordvik.example/aktuelt/1",
        "HTTPS://WWW.Fjordvik.example:443/aktuelt/1/",
        "https://www.fjordvik.example/aktuelt/1#kommentarar",
        "https://www.fjordvik.example/aktuelt/1?utm_source=rss&utm_medium=feed",
        "https://www.fjordvik.example/aktuelt/1/?fbclid=abc#x",
    ],
)
def test_all_spellings_of_a_page_are_one(spelling: str) -> None:
    assert canonical(spelling) == "https://www.fjordvik.example/aktuelt/1"


def test_what_tells_pages_apart_stays() -> None:
    address = "https://fjordvik.example/index.php?id=7&utm_source=x&b=%C3%A5"
    assert canonical(address) == "https://fjordvik.example/index.php?id=7&b=%C3%A5"
    assert canonical("http://127.0.0.1:8000/a") == "http://127.0.0.1:8000/a"
    assert canonical("ftp://fjordvik.example/") is None


@given(
    st.text(max_size=60),
    st.sampled_from(["https://fjordvik.example", "http://x.example:8080/", "https://x.example/?", ""]),
)
def test_one_spelling_is_its_own_one_spelling(text: str, head: str) -> None:
    once = canonical(head + text)
    assert once is None or canonical(once) == once
