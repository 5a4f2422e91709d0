"""Bytes become the letters that were meant, and markup what a reader would read, in linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.plaintext import decoded, images, plain, shortened, title


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Blåbær".encode(), ""),
        ("Blåbær".encode(), "text/html; charset=iso-8859-1"),
        ("\ufeffBlåbær".encode(), ""),
        ("Blåbær".encode("utf-16"), ""),
        ("Blåbær".encode("cp1252"), "text/html"),
        ("Blåbær".encode("cp1252"), "text/html; charset=utf-8"),
        ("Blåbær".encode("latin-1"), "text/html; charset=ISO-8859-1"),
    ],
)
def test_letters_are_what_their_bytes_are_whatever_the_label(body: bytes, content_type: str) -> None:
    assert decoded(body, content_type) == "Blåbær"


def test_a_label_inside_the_document_counts() -> None:
    assert decoded('<?xml version="1.0" encoding="iso-8859-2"?>ł'.encode("iso-8859-2")).endswith("ł")
    assert decoded(b'<meta charset="unicode_escape">\\u0041 \xe5').endswith("\\u0041 å")


@pytest.mark.parametrize(
    ("markup", "read"),
    [
        ("<p>Ein</p><p>To &amp; tre</p>", "Ein\nTo & tre"),
        ("Ein<br>to<br/>tre", "Ein\nto\ntre"),
        ('<a title="a > b" href="x">lenke</a>', "lenke"),
        ("3 < 4 og 5 > 4", "3 < 4 og 5 > 4"),
        ("Før<!-- <p>skjult</p> -->etter", "Føretter"),
        ("Før<script>var a = '</p>';</script>etter", "Føretter"),
        ("Før<script>utan slutt", "Før"),
        ("A&nbsp;&nbsp;B\u200b C\n\n D", "A B C D"),
        ("&lt;b&gt;", "<b>"),
        ("p&amp;aring;", "på"),
        ("Vi &notat", "Vi &notat"),
        ("<![CDATA[x", ""),
        ("", ""),
    ],
)
def test_markup_becomes_what_a_reader_would_read(markup: str, read: str) -> None:
    assert plain(markup) == read


def test_a_heading_keeps_tags_that_are_no_emphasis() -> None:
    assert title("Bruk <em>alltid</em> <h1> og <script>") == "Bruk alltid <h1> og <script>"
    assert title("Ein<br/>to") == "Ein to"


def test_pictures_come_with_their_words_or_with_none() -> None:
    markup = "<img src='/a.jpg' alt='B&aring;t'><img alt=\"\" src=/b.jpg><img src='/c.jpg'><img alt='utan adresse'>"
    assert images(markup) == [("/a.jpg", "Båt"), ("/b.jpg", ""), ("/c.jpg", None)]


@pytest.mark.parametrize(
    "piece", ["<!--", "<a b='", '<a b="', "<", "<a ", "<script>", "</", "<img src=", "&", "<!", "<a b='\">", "<p>"]
)
def test_no_markup_takes_more_than_its_share_of_time(piece: str) -> None:
    markup = piece * (100_000 // len(piece))
    began = time.process_time()
    plain(markup)
    images(markup)
    title(markup)
    assert time.process_time() - began < 3


@given(st.text(alphabet="<>&;!-/abp\"'= img#x1", max_size=80))
def test_no_markup_breaks_the_reading(markup: str) -> None:
    assert "\x1e" not in plain(markup)
    images(markup)


@given(st.text(max_size=100), st.integers(2, 60))
def test_a_shortened_text_keeps_its_limit(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit
    assert short == text or short.endswith("…")
