"""What a status says and whom an answer names: every text that a citizen can write, and names that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mastodon_talk_reading import answering, is_answer, plain, whom
from connectors.mastodon_text import form


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>Fyrste avsnitt<br>ny linje</p><p>Andre</p>", "Fyrste avsnitt\nny linje\n\nAndre"),
        ("<p>Fyrste<br/>andre<br />tredje</p>", "Fyrste\nandre\ntredje"),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; 3 &lt; 5</p>", "<script>alert(1)</script> &amp; 3 < 5"),
        ("<script>alert(1)</script><p>Hei</p><!-- a > b --><style>p{}</style>", "Hei"),
        ("<p>Hei <!-- ein <b>merknad</b> --> Kari</p>", "Hei Kari"),
        ("<!--", ""),
        ("<p>Hei <b", "Hei"),
        ("<p>متى تفتح المكتبة؟ \u200fشكرا</p>", "متى تفتح المكتبة؟ \u200fشكرا"),
        ("<p>😡😡👨\u200d👩\u200d👧</p>", "😡😡👨\u200d👩\u200d👧"),
        ("<p>\x00Hei\x07\ud800</p>", "Hei"),
        (
            '<p><span class="h-card"><a href="https://s.example/@fjordvik" class="u-url mention">@<span>fjordvik</span></a></span> Hei</p>',
            "@fjordvik Hei",
        ),
        (
            '<a href="https://www.fjordvik.example"><span class="invisible">https://www.</span><span>fjordvik.example/veg</span><span class="invisible">?id=7</span></a>',
            "https://www.fjordvik.example/veg?id=7",
        ),
        ("<ul><li>Veg</li><li>Vatn</li></ul><p>Takk</p>", "Veg\nVatn\n\nTakk"),
        ("", ""),
    ],
)
def test_the_text_of_a_comment_is_what_a_reader_would_read(content: str, text: str) -> None:
    assert plain(content) == text


@given(st.text(max_size=300))
def test_no_markup_makes_the_text_unreadable_or_slow(content: str) -> None:
    assert "\x1e" not in plain(content)
    assert plain(content * 50) is not None


def test_an_answer_names_who_is_answered_once() -> None:
    assert answering("Hei!", "kari@a.example") == "@kari@a.example Hei!"
    assert answering("@Kari@a.example Hei!", "kari@a.example") == "@Kari@a.example Hei!"
    assert answering("@karianne Hei!", "kari") == "@kari @karianne Hei!"
    assert answering("@kari@b.example Hei!", "kari") == "@kari @kari@b.example Hei!"
    assert answering("Hei!", "") == "Hei!"


@pytest.mark.parametrize(
    ("visibility", "answered"),
    [("public", "public"), ("unlisted", "unlisted"), ("private", "private"), ("circle", "private"), (None, "public")],
)
def test_an_answer_is_as_open_as_what_it_answers(visibility: str | None, answered: str) -> None:
    told = {"id": "7", "account": {"acct": "kari"}, "visibility": visibility}
    assert whom(told).visibility == answered


@pytest.mark.parametrize("acct", [None, 7, "", "kari nordmann", "kari\n@alle", "@kari", "kari@a@b"])
def test_a_name_that_is_none_is_not_written(acct: object) -> None:
    assert whom({"id": "7", "account": {"acct": acct}}).acct == ""


@given(st.text(min_size=1, max_size=60), st.sampled_from(["", "@kari ", "@kari@a.example "]))
def test_an_answer_is_itself_whoever_is_named_in_front(text: str, front: str) -> None:
    if form(text):
        assert is_answer(form(front + text), text)
