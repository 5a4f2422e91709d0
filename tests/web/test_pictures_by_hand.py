"""A picture from a file on a post's page and on the new post's: added, refused in clear words, and nothing typed lost meanwhile."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from scheduler.domain.publication import State
from scheduler.store import posts
from scheduler.store.rows import every, get
from scheduler.store.tables import Media, Post
from tests import build
from tests.web.conftest import Town, token
from tests.web.drafts import a_draft, form_of, said, shown, state_of, words

WRITTEN = {"text__nb": "Halvskrevet", "new__alt": "En vei i kveldslys", "new__photographer": "Ola Foto"}


def a_file(name: str = "JPEG", colour: str = "teal", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (160, 90), colour).save(out, name, **options)
    return out.getvalue()


def send(client: FlaskClient, path: str, content: bytes | None, form: dict[str, Any], name: str = "vei.jpg") -> Any:
    chosen = (io.BytesIO(content), name) if content is not None else (io.BytesIO(b""), "")
    filled = {**form, "new-picture": chosen, "csrf_token": token(client, "/fjordvik/me/")}
    return client.post(path, data=filled, content_type="multipart/form-data")


def pictures_of(town: Town, post_id: int) -> list[posts.Picture]:
    with town.db.read(town.municipality_id) as session:
        return posts.pictures(session, post_id)


def test_one_press_saves_what_was_typed_and_adds_the_picture(town: Town) -> None:
    post_id, _ = a_draft(town)
    client = town.browser_of("kari")
    answer = send(client, f"/fjordvik/posts/{post_id}", a_file(), form_of(town, post_id, **WRITTEN, do="picture"))
    assert answer.status_code == 303
    assert answer.location.endswith(f"/posts/{post_id}#pictures")
    (picture,) = pictures_of(town, post_id)
    assert (picture.alt_text, picture.photographer) == ("En vei i kveldslys", "Ola Foto")
    assert said(town, post_id) == {"nb": "Halvskrevet"}
    page = html.unescape(shown(client, post_id))
    assert "Bildet er lagt til." in page
    assert f'name="alt-{picture.media_id}"' in page
    assert "Et bilde ble lagt til" in page
    assert client.get(f"/fjordvik/media/{picture.media_id}").content_type == "image/jpeg"


def test_the_place_where_it_was_taken_does_not_come_along(town: Town) -> None:
    post_id, _ = a_draft(town)
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (62.0, 30.0, 0.0)}
    form = form_of(town, post_id, new__decorative="y", do="picture")
    client = town.browser_of("kari")
    send(client, f"/fjordvik/posts/{post_id}", a_file(exif=exif), form)
    (picture,) = pictures_of(town, post_id)
    assert picture.decorative
    kept = client.get(f"/fjordvik/media/{picture.media_id}").data
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_schedule_takes_the_chosen_picture_along(town: Town) -> None:
    post_id, publication_id = a_draft(town)
    form = form_of(town, post_id, new__alt="En vei", do="schedule")
    assert send(town.browser_of("kari"), f"/fjordvik/posts/{post_id}", a_file(), form).status_code == 303
    assert state_of(town, publication_id) is State.SCHEDULED
    assert len(pictures_of(town, post_id)) == 1


def test_a_picture_nobody_described_is_not_scheduled_and_the_field_says_why(town: Town) -> None:
    post_id, publication_id = a_draft(town)
    form = form_of(town, post_id, new__photographer="Ola Foto", do="schedule")
    refused = send(town.browser_of("kari"), f"/fjordvik/posts/{post_id}", a_file(), form)
    assert refused.status_code == 422
    page = words(refused)
    assert 'href="#new-alt"' in page
    assert "Velg vei.jpg en gang til" in page
    assert state_of(town, publication_id) is State.DRAFT
    assert pictures_of(town, post_id) == []


def test_what_was_scheduled_is_a_draft_again_and_the_page_says_so(town: Town) -> None:
    post_id, publication_id = a_draft(town)
    client = town.browser_of("kari")
    send(client, f"/fjordvik/posts/{post_id}", None, form_of(town, post_id, do="schedule"))
    form = form_of(town, post_id, new__alt="En vei", do="picture")
    send(client, f"/fjordvik/posts/{post_id}", a_file(), form)
    assert state_of(town, publication_id) is State.DRAFT
    assert "er et utkast igjen" in shown(client, post_id)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "Velg fila med bildet først."),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "Fila er ikke et bilde vi kan bruke."),
        (a_file()[:350], "Bildefila er skadet."),
        (bytes(20_000_001), "Bildefila er for stor: Den kan være på høyst 20 MB."),
    ],
    ids=["none", "svg", "broken", "too large"],
)
def test_what_cannot_be_used_is_refused_in_words_and_nothing_typed_is_lost(
    town: Town, content: bytes | None, sentence: str
) -> None:
    post_id, _ = a_draft(town)
    form = form_of(town, post_id, **WRITTEN, do="picture")
    refused = send(town.browser_of("kari"), f"/fjordvik/posts/{post_id}", content, form)
    assert refused.status_code == 422
    page = words(refused)
    assert page.count(sentence) >= 2
    assert 'href="#new-picture"' in page
    assert "Halvskrevet" in page
    assert "En vei i kveldslys" in page
    assert 'value="Ola Foto"' in page
    assert said(town, post_id) != {"nb": "Halvskrevet"}
    assert pictures_of(town, post_id) == []


@pytest.mark.parametrize(
    ("language", "sentence"), [("nn", "Biletfila er for stor"), ("en", "The picture's file is too")]
)
def test_the_reasons_are_told_in_the_readers_language(town: Town, language: str, sentence: str) -> None:
    post_id, _ = a_draft(town)
    client = town.browser_of("kari")
    client.post("/fjordvik/me/language", data={"language": language, "csrf_token": token(client, "/fjordvik/me/")})
    refused = send(client, f"/fjordvik/posts/{post_id}", bytes(20_000_001), form_of(town, post_id, do="picture"))
    assert sentence in words(refused)


def test_a_description_without_a_file_is_not_dropped_by_save(town: Town) -> None:
    post_id, _ = a_draft(town)
    form = form_of(town, post_id, new__alt="En vei", do="save")
    refused = send(town.browser_of("kari"), f"/fjordvik/posts/{post_id}", None, form)
    assert refused.status_code == 422
    assert "Velg fila med bildet først." in words(refused)


def test_the_fifth_picture_is_refused_and_a_place_is_free_when_one_is_left_out_in_the_same_press(town: Town) -> None:
    post_id, _ = a_draft(town)
    with town.db.begin(town.municipality_id) as session:
        build.illustrated(session, post_id, contents=[b"1", b"2", b"3", b"4"], alt_text="Noe")
    client = town.browser_of("kari")
    held = [each.media_id for each in pictures_of(town, post_id)]
    assert "høyst 4 bilder" in shown(client, post_id)
    form = {**form_of(town, post_id, do="picture"), "picture": held}
    form |= {f"alt-{media_id}": "Noe" for media_id in held}
    refused = send(client, f"/fjordvik/posts/{post_id}", a_file(), form)
    assert refused.status_code == 422
    assert "Innlegget har 4 bilder allerede" in words(refused)
    taken = send(client, f"/fjordvik/posts/{post_id}", a_file(), {**form, f"remove-{held[0]}": "y"})
    assert taken.status_code == 303
    assert [each.media_id for each in pictures_of(town, post_id)][:3] == held[1:]
    assert len(pictures_of(town, post_id)) == 4


def test_a_picture_that_another_added_meanwhile_stays_when_mine_is_saved_over(town: Town) -> None:
    post_id, _ = a_draft(town)
    client, mine = town.browser_of("kari"), form_of(town, post_id, text__nb="Mitt", do="save")
    send(client, f"/fjordvik/posts/{post_id}", a_file(), form_of(town, post_id, new__alt="Deres", do="picture"))
    overtaken = send(client, f"/fjordvik/posts/{post_id}", None, mine)
    assert overtaken.status_code == 409
    page = words(overtaken)
    (picture,) = pictures_of(town, post_id)
    assert f'name="picture" form="post" value="{picture.media_id}"' in page
    assert re.search(r'name="version" value="2"', page)
    assert "Mitt" in page


def test_a_new_post_is_written_with_its_picture(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        channel_id = build.channel(session, name="Fjordvik").pk
    client = town.browser_of("kari")
    form = {"title": "Ny vei", "text-nb": "Den er åpen.", "channel": channel_id, "new-alt": "En vei", "do": "save"}
    lost = send(client, "/fjordvik/posts/new", b"nothing", form, name="notat.txt")
    assert lost.status_code == 422
    page = words(lost)
    assert "Ny vei" in page
    assert "Velg notat.txt en gang til" in page
    assert "Fila er ikke et bilde" in page
    written = send(client, "/fjordvik/posts/new", a_file("PNG"), form)
    assert written.status_code == 303
    (picture,) = pictures_of(town, int(written.location.rsplit("/", 1)[1]))
    assert (picture.alt_text, picture.content_type) == ("En vei", "image/png")
    with town.db.read(town.municipality_id) as session:
        assert len(every(session, Post)) == 1


def test_another_municipalitys_post_takes_no_picture_and_keeps_none(town: Town) -> None:
    with town.db.begin(town.other_municipality_id) as session:
        theirs = build.post(session).pk
    form = {"version": 1, "title": "x", "text-nb": "y", "do": "picture"}
    assert send(town.browser_of("kari"), f"/fjordvik/posts/{theirs}", a_file(), form).status_code == 404
    with town.db.read(town.other_municipality_id) as session:
        assert every(session, Media) == []
        assert get(session, Post, theirs).version == 1


def test_whoever_only_reads_sends_no_picture(town: Town) -> None:
    post_id, _ = a_draft(town, channel={"unit_id": town.unit_id})
    form = form_of(town, post_id, do="picture")
    assert send(town.browser_of("rita"), f"/fjordvik/posts/{post_id}", a_file(), form).status_code == 403
    assert send(town.browser_of("lars"), f"/fjordvik/posts/{post_id}", a_file(), form).status_code == 403
    assert pictures_of(town, post_id) == []


def test_without_its_token_nothing_is_added(town: Town) -> None:
    post_id, _ = a_draft(town)
    client = town.browser_of("kari")
    form = {**form_of(town, post_id, do="picture"), "new-picture": (io.BytesIO(a_file()), "vei.jpg")}
    answer = client.post(f"/fjordvik/posts/{post_id}", data=form, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert pictures_of(town, post_id) == []


def test_only_these_pages_take_large_requests_and_only_from_those_who_have_signed_in(
    town: Town, post: Callable[..., Any]
) -> None:
    post_id, publication_id = a_draft(town)
    large = {"new-picture": (io.BytesIO(bytes(3_000_000)), "vei.jpg")}
    here = f"/fjordvik/posts/{post_id}"
    client = town.browser_of("kari")
    form = {**large, "csrf_token": token(client, "/fjordvik/me/")}
    approve = client.post(f"{here}/{publication_id}/approve", data=form, content_type="multipart/form-data")
    assert approve.status_code == 413
    stranger = {"new-picture": (io.BytesIO(bytes(3_000_000)), "vei.jpg")}
    assert town.browser().post(here, data=stranger, content_type="multipart/form-data").status_code == 413
