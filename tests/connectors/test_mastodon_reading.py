"""What a server's answers say: versions, limits and scopes, posts in its own HTML, and anything at all that is none of these."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mastodon_mock.content_format import render_status_html

from connectors.contract import Can, Receipt
from connectors.mastodon_reading import Unreadable, abilities, limits, receipt, seen
from connectors.mastodon_text import form, plain


@pytest.mark.parametrize(
    ("server", "can_key"),
    [
        ({"version": "4.6.0", "domain": "a", "source_url": "https://github.com/mastodon/mastodon"}, True),
        (
            {"version": "4.5.0-alpha.3+glitch", "domain": "a", "source_url": "https://github.com/glitch-soc/mastodon"},
            True,
        ),
        ({"version": "4.4.0rc1", "domain": "a"}, True),
        ({"version": "3.5.3"}, True),
        ({"version": "0.20.0 git-1a2b3c4", "domain": "a"}, False),
        (
            {"version": "0.20.0", "domain": "a", "source_url": "https://codeberg.org/superseriousbusiness/gotosocial"},
            False,
        ),
        ({"version": "2.7.2 (compatible; Pleroma 2.9.1)"}, False),
        ({"version": "4.2.1 (compatible; Sharkey 2025.2)", "domain": "a"}, False),
        ({"version": "4.3.0", "domain": "a", "source_url": "https://example.org/some/other-server"}, False),
        ({"version": "takahe/0.11"}, False),
        ({"version": 4}, False),
        ({}, False),
        ([], False),
    ],
)
def test_only_mastodon_itself_is_trusted_with_the_key(server: object, can_key: bool) -> None:
    can = abilities(server, ())
    assert (Can.KEY in can) == can_key
    assert Can.PUBLISH | Can.LOOK_UP in can


@pytest.mark.parametrize(
    ("server", "can_edit"),
    [({"version": "3.4.10"}, False), ({"version": "3.5.0"}, True), ({"version": "0.20.0 git-1", "domain": "a"}, True)],
)
def test_editing_is_there_from_the_version_that_brought_it(server: object, can_edit: bool) -> None:
    assert (Can.EDIT in abilities(server, ())) == can_edit


@pytest.mark.parametrize(
    ("scopes", "can"),
    [
        (
            ("read", "write"),
            Can.PUBLISH | Can.EDIT | Can.DELETE_OWN | Can.IMAGES | Can.ALT_TEXT | Can.LOOK_UP | Can.READ | Can.REPLY,
        ),
        (("read",), Can.LOOK_UP | Can.READ),
        (("read:notifications", "read:accounts"), Can.NOTHING),
        (("read:statuses", "write:statuses"), Can.PUBLISH | Can.EDIT | Can.DELETE_OWN | Can.LOOK_UP | Can.REPLY),
        (("read:accounts", "write:statuses"), Can.PUBLISH | Can.EDIT | Can.DELETE_OWN),
        (("write:media", "read:statuses"), Can.IMAGES | Can.ALT_TEXT | Can.LOOK_UP),
    ],
)
def test_what_was_not_granted_cannot_be_done(scopes: tuple[str, ...], can: Can) -> None:
    assert abilities({"version": "4.6.0", "domain": "a"}, scopes) == can | Can.KEY


def test_a_server_that_tells_little_gets_mastodons_own_limits() -> None:
    found = limits({"version": "2.7.2 (compatible; Pleroma 2.9.1)"})
    assert (found.characters, found.images, found.link_weight, found.image_types) == (500, 4, None, ())
    assert limits({"max_toot_chars": 5_000}).characters == 5_000


# --- text ---

LINK = "https://www.fjordvik.example/tema/plan/hoyring-om-sentrumsplanen?id=7&side=2"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (
            f"Høyring: {LINK}",
            '<p>Høyring: <a href="'
            + LINK.replace("&", "&amp;")
            + '" target="_blank" rel="nofollow noopener" translate="no">'
            '<span class="invisible">https://www.</span><span class="ellipsis">fjordvik.example/tema/plan/hoy</span>'
            '<span class="invisible">ring-om-sentrumsplanen?id=7&amp;side=2</span></a></p>',
        ),
        (
            "Hei @nabo@annan.example, sjå #Fjordvik",
            (
                '<p>Hei <span class="h-card" translate="no"><a href="https://annan.example/@nabo" class="u-url mention">'
                '@<span>nabo</span></a></span>, sjå <a href="https://m.example/tags/Fjordvik" class="mention hashtag" rel="tag">'
                "#<span>Fjordvik</span></a></p>"
            ),
        ),
        ("Ein\nto\n\ntre", "<p>Ein<br />to</p><p>tre</p>"),
        ("Ein\nto", "<p>Ein<br>to</p>"),
        ("5 > 3 & 2 < 4", "<p>5 &gt; 3 &amp; 2 &lt; 4</p>"),
        ("Hei", '<p class="quote-inline">RE: <a href="https://m.example/1">x</a><br></p><p>Hei</p>'),
        ("A\u030apen dag", "<p>Åpen dag</p>"),
        ("https://fjordvik.example/høyring", '<p><a href="x">https://fjordvik.example/h%C3%B8yring</a></p>'),
    ],
    ids=[
        "shortened link",
        "mention and tag",
        "paragraphs",
        "old break",
        "entities",
        "quote",
        "composed",
        "escaped path",
    ],
)
def test_a_text_is_known_again_in_the_servers_own_html(sent: str, shown: str) -> None:
    assert form(plain(shown)) == form(sent)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ope til 18.", "Ope til 19."),
        ("Ope", "Ope."),
        ("fjordvik.example/1", "fjordvik.example/2"),
        ("Skriv til post@fjordvik.example", "Skriv til post@bygdvik.example"),
        ("5 < 3", "5 > 3"),
        ("🇳🇴", "🇸🇪"),
    ],
)
def test_another_text_is_another_text(one: str, other: str) -> None:
    assert form(one) != form(other)


_printable = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\n\t"), max_size=300)


@given(_printable)
def test_whatever_we_send_is_known_again_from_what_a_server_renders(text: str) -> None:
    assert form(plain(render_status_html(text))) == form(text)


@given(st.text(max_size=300))
def test_no_html_brings_the_reading_down(text: str) -> None:
    assert isinstance(form(plain(text)), str)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["<!--", "<", "<a ", "</", "<p class='a ", "&", "@a@a.", "@"])
def test_markup_made_to_be_slow_is_not(piece: str) -> None:
    assert isinstance(form(plain(piece * 200_000)), str)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
_server_shaped = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("id", "version", "domain", "configuration", "content", "created_at", "media_attachments", "reblog", "url"),
        _json,
    ),
)


@given(_json | _server_shaped)
def test_any_answer_is_either_read_or_unreadable(answer: object) -> None:
    assert limits(answer).characters > 0
    assert isinstance(abilities(answer, ()), Can)
    for read in (receipt, seen):
        try:
            found = read(answer)
        except Unreadable:
            continue
        at = found.at if isinstance(found, Receipt) else found.created_at
        assert at is not None
        assert at.tzinfo is UTC


@pytest.mark.parametrize("version", ["4.6.0-" + "a" * 100_000 + " x", "9" * 10_000 + ".0.0"])
def test_a_version_of_any_length_is_read_at_once(version: str) -> None:
    assert abilities({"version": version}, ()) == abilities({}, ())


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "", "2026", None, 5])
def test_a_time_that_cannot_be_is_unreadable(moment: object) -> None:
    with pytest.raises(Unreadable):
        receipt({"id": "1", "created_at": moment})
