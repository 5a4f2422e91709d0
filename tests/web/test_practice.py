"""The practice network's pages: what a citizen would see, safely shown, and each post's address in the world."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from connectors.contract import OutgoingImage
from connectors.practice_store import PracticeNetwork
from scheduler.services import connecting, practising
from scheduler.services.connecting import House as Home
from scheduler.services.gate import Gate
from tests.web.conftest import START, Town, sign_in
from web.house import KEY, House
from web.linking import linked

PNG = OutgoingImage(content=b"\x89PNG\r\n\x1a\n", content_type="image/png", alt_text='En "gangvei" & et tre')
EVIL = OutgoingImage(content=b"<script>alert(1)</script>", content_type="text/html", alt_text="")


def home(town: Town) -> Home:
    found: House = town.app.extensions[KEY]
    return found.gate.house


def channel(town: Town, name: str = "Øving", municipality_id: int = 1) -> int:
    with town.db.begin(municipality_id) as session:
        return connecting.add_channel(
            session, None, platform="practice", name=name, credentials={}, house=home(town), now=START
        ).pk


def put_up(
    town: Town, channel_id: int, text: str, *, municipality_id: int = 1, images: tuple[OutgoingImage, ...] = ()
) -> str:
    """A post on the network; its remote id."""
    with town.db.read(municipality_id) as session:
        account = practising.channel(session, channel_id=channel_id, house=home(town)).account
    network = PracticeNetwork(town.settings.practice_file)
    return network.accept(account, key=text[:20], text=text, language="nn", images=images, at=START).remote_id


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def parsed(page: str) -> Any:
    """The page as elements, in which lxml's stubs know too little for a test to be short."""
    return html.fromstring(page)


def test_without_a_practice_channel_it_says_how_one_comes_about(town: Town) -> None:
    assert "Ingen legger ut noe her ennå" in text(town.browser_of("kari"), "/fjordvik/practice/")


def test_an_account_without_posts_says_so(town: Town) -> None:
    channel(town)
    assert "Ingenting er lagt ut ennå" in text(town.browser_of("rita"), "/fjordvik/practice/")


def test_a_post_stands_there_in_its_language_with_its_picture_and_is_marked_as_practice(town: Town) -> None:
    put_up(town, channel(town), "Ny gangveg\n\nSjå https://www.fjordvik.example/gangveg.", images=(PNG,))
    page = text(town.browser_of("rita"), "/fjordvik/practice/")
    shown = parsed(page)
    (post,) = shown.xpath("//article")
    (said,) = post.xpath(".//*[@class='ntext']")
    assert said.get("lang") == "nn"
    (link,) = said.xpath(".//a")
    assert link.get("href") == "https://www.fjordvik.example/gangveg"
    assert {"nofollow", "noopener"} <= set(link.get("rel").split())
    (picture,) = post.xpath(".//img")
    assert picture.get("alt") == PNG.alt_text
    assert "Dette er et øvingsnettverk." in page


@pytest.mark.parametrize(
    "written",
    ["<script>alert(1)</script>", "javascript:alert(1)", '<img src=x onerror="x">', 'https://x.example/"onclick="x', "data:text/html,x"],
)  # fmt: skip
def test_whatever_stands_in_a_post_is_only_text(town: Town, written: str) -> None:
    put_up(town, channel(town), written)
    shown = parsed(text(town.browser_of("rita"), "/fjordvik/practice/"))
    (said,) = shown.xpath("//article//*[@class='ntext']")
    assert said.text_content() == written.removeprefix("https://").replace('/"', '"')
    assert {each.tag for each in said.iter()} <= {"div", "br", "a"}
    for each in said.xpath(".//a"):
        assert each.get("href").startswith("https://")
        assert set(each.keys()) == {"href", "rel"}


#: What no HTML may hold, so that no parser reads it back.
SIGNS = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n")


@given(
    st.text(SIGNS, max_size=300) | st.lists(st.sampled_from(["https://", "<a ", "x", '"', "&lt;", " "])).map("".join)
)
def test_no_text_becomes_anything_but_text_breaks_and_web_addresses(written: str) -> None:
    shown: Any = html.fragment_fromstring(str(linked(written)), create_parent="div")
    assert {each.tag for each in shown.iter()} <= {"div", "br", "a"}
    for each in shown.xpath(".//a"):
        assert each.get("href").lower().startswith(("http://", "https://"))
        assert set(each.keys()) == {"href", "rel"}


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Se https://fjordvik.example/a.", "https://fjordvik.example/a"),
        ("(https://fjordvik.example/a)", "https://fjordvik.example/a"),
        ("https://fjordvik.example/a_(b)", "https://fjordvik.example/a_(b)"),
        ("«http://fjordvik.example/?a=1&b=2»,", "http://fjordvik.example/?a=1&amp;b=2"),
    ],
)
def test_what_ends_the_sentence_is_no_part_of_the_address(written: str, address: str) -> None:
    assert f'href="{address}"' in str(linked(written))


def test_an_edited_post_shows_what_it_said_before(town: Town) -> None:
    channel_id = channel(town)
    remote_id = put_up(town, channel_id, "Møtet er tysdag.")
    network = PracticeNetwork(town.settings.practice_file)
    account = network.accounts()[0].name
    network.rewrite(account, remote_id, text="Møtet er onsdag.", language="nn", at=START)
    page = text(town.browser_of("rita"), f"/fjordvik/practice/posts/{remote_id}")
    assert "1 tidligere versjon" in page
    assert page.index("Møtet er onsdag.") < page.index("Møtet er tysdag.")


def test_there_is_a_page_after_the_first(town: Town) -> None:
    channel_id = channel(town)
    for number in range(practising.PAGE + 1):
        put_up(town, channel_id, f"Innlegg nummer {number:02}.")
    client = town.browser_of("rita")
    first = parsed(text(client, "/fjordvik/practice/"))
    (older,) = first.xpath("//a[@rel='next']")
    assert len(first.xpath("//article")) == practising.PAGE
    second = text(client, older.get("href"))
    assert "Innlegg nummer 00." in second
    assert len(parsed(second).xpath("//article")) == 1


def test_a_picture_comes_as_a_picture_in_which_nothing_may_run(town: Town) -> None:
    channel_id = channel(town)
    remote_id = put_up(town, channel_id, "Med bilde", images=(PNG, EVIL))
    client = town.browser_of("rita")
    sources = [each.get("src") for each in parsed(text(client, "/fjordvik/practice/")).xpath("//article//img")]
    good, evil = (client.get(source) for source in sources)
    assert (good.mimetype, good.data) == ("image/png", PNG.content)
    assert evil.mimetype == "application/octet-stream"
    for answer in (good, evil):
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/fjordvik/practice/posts/{remote_id}/pictures/999").status_code == 404
    assert town.browser().get(sources[0]).status_code == 303


@pytest.mark.parametrize("path", ["/", "/?channel={}", "/posts/{}", "/posts/{}/pictures/1"])
def test_another_municipalitys_posts_are_not_found(town: Town, path: str) -> None:
    theirs = channel(town, municipality_id=2)
    remote_id = put_up(town, theirs, "Utvik sitt innlegg", municipality_id=2, images=(PNG,))
    asked = path.format(theirs if "channel" in path else remote_id)
    answer = town.browser_of("kari").get(f"/fjordvik/practice{asked}")
    assert answer.status_code == (200 if path == "/" else 404)
    assert "Utvik" not in answer.get_data(as_text=True)


def test_a_posts_address_in_the_world_leads_on_to_ones_own_municipality(town: Town) -> None:
    remote_id = put_up(town, channel(town), "Vårt innlegg")
    client = town.browser_of("rita")
    answer = client.get(f"/practice/posts/{remote_id}")
    assert (answer.status_code, answer.location) == (303, f"/fjordvik/practice/posts/{remote_id}")
    assert "Vårt innlegg" in text(client, answer.location)


def test_in_anothers_hands_that_address_leads_to_nothing(town: Town) -> None:
    remote_id = put_up(town, channel(town), "Vårt innlegg")
    client = town.browser()
    sign_in(client, "ola@utvik.example", town="utvik")
    answer = client.get(f"/practice/posts/{remote_id}", follow_redirects=True)
    assert answer.status_code == 404
    assert "Vårt innlegg" not in answer.get_data(as_text=True)


def test_whoever_has_not_signed_in_chooses_a_municipality_and_comes_back(town: Town) -> None:
    remote_id = put_up(town, channel(town), "Vårt innlegg")
    client = town.browser()
    page = parsed(text(client, f"/practice/posts/{remote_id}"))
    (link,) = (each.get("href") for each in page.xpath("//main//a") if "/fjordvik/" in each.get("href"))
    assert "Vårt innlegg" not in page.text_content()
    wanted = f"/fjordvik/practice/posts/{remote_id}"
    assert client.get(link).status_code == 200
    answer = sign_in(client, "kari@fjordvik.example", next=wanted)
    assert answer.location == wanted


@pytest.mark.parametrize("remote_id", ["0", "999999999999999999999999", "x", "..%2f.."])
def test_a_post_that_never_was_is_not_found(town: Town, remote_id: str) -> None:
    channel(town)
    client = town.browser_of("rita")
    assert client.get(f"/practice/posts/{remote_id}", follow_redirects=True).status_code == 404


def test_where_the_networks_file_cannot_be_used_a_sentence_says_so(town: Town) -> None:
    channel(town)
    settings = replace(town.settings, practice_file=town.settings.practice_file / "nowhere")
    town.app.extensions[KEY] = House(
        settings=settings, db=town.db, clock=town.clock, gate=Gate.of(settings, town.clock)
    )
    answer = town.browser_of("rita").get("/fjordvik/practice/")
    assert answer.status_code == 422
    assert "Filen til øvingsnettverket" in answer.get_data(as_text=True) or "øvingsnettverk" in answer.get_data(
        as_text=True
    )
