"""What goes out in one channel: whose text, fitted, with the photographer and the link, and everything that stops it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from connectors.contract import Limits
from scheduler.services.composing import Complaint, Composed, compose, put_together
from scheduler.services.connecting import limits_to_row
from scheduler.store import posts
from scheduler.store.database import Database
from scheduler.store.tables import Channel, Publication
from scheduler.store.tables.posts import SourceFlag
from tests import build

LINK = "https://www.fjordvik.example/nyhet/1"


def _publication(
    session: Session,
    *,
    texts: dict[str, str] | None = None,
    limits: Limits | None = None,
    link: str | None = LINK,
    picture: dict[str, Any] | None = None,
    **channel: Any,
) -> Publication:
    post = build.post(session, texts=texts or {"nb": "Den nye gangveien er åpen."}, link=link)
    if picture is not None:
        build.illustrated(session, post.pk, **picture)
    kept = limits_to_row(limits or Limits(characters=500, images=4, alt_characters=1500))
    return build.publication(session, post_id=post.pk, channel_id=build.channel(session, limits=kept, **channel).pk)


@pytest.fixture
def composed(sqlite_db: Database) -> Any:
    """Compose a publication that is described in words."""
    municipality = build.municipality(sqlite_db)

    def make(**described: Any) -> Composed:
        with sqlite_db.begin(municipality) as session:
            return compose(session, _publication(session, **described))

    return make


def test_the_text_ends_with_the_photographer_and_the_link(composed: Any) -> None:
    made = composed(picture={"photographer": "Ola Nordvik"})
    assert made.texts["nb"].text == f"Den nye gangveien er åpen.\n\nFoto: Ola Nordvik\n\n{LINK}"
    assert made.complaints == frozenset()


def test_a_long_text_is_cut_but_never_the_photographer_or_the_link(composed: Any) -> None:
    made = composed(texts={"nb": "ord " * 400}, picture={"photographer": "Ola Nordvik"})
    text = made.texts["nb"]
    assert text.shortened
    assert text.length <= text.limit == 500
    assert text.text.endswith(f"…\n\nFoto: Ola Nordvik\n\n{LINK}")


def test_a_name_or_a_link_that_the_text_has_is_not_said_again(composed: Any) -> None:
    made = composed(
        texts={"nb": f"Bildet tok Ola Nordvik. Les mer på {LINK} i dag."}, picture={"photographer": "Ola Nordvik"}
    )
    assert made.texts["nb"].text == f"Bildet tok Ola Nordvik. Les mer på {LINK} i dag."
    ends = composed(texts={"nb": f"Les mer: {LINK}"})
    assert ends.texts["nb"].text == f"Les mer:\n\n{LINK}"


def test_a_name_in_the_story_or_a_longer_link_does_not_count(composed: Any) -> None:
    made = composed(
        texts={"nb": f"Ola Nordvik åpnet veien. Foto: Olav. Se {LINK}2 for mer."},
        picture={"photographer": "Ola Nordvik"},
    )
    assert made.texts["nb"].text.endswith(f"\n\nFoto: Ola Nordvik\n\n{LINK}")


def test_a_link_in_what_is_left_out_stands_last_instead(composed: Any) -> None:
    made = composed(texts={"nb": "ord " * 400 + f"Les {LINK} nå."})
    assert made.texts["nb"].text.endswith(f"…\n\n{LINK}")


def test_where_no_picture_goes_no_photographer_is_named(composed: Any) -> None:
    made = composed(limits=Limits(characters=500, images=0), picture={"photographer": "Ola Nordvik", "alt_text": ""})
    assert made.images == ()
    assert "Foto" not in made.texts["nb"].text
    assert made.complaints == frozenset()


def test_the_channels_own_version_goes_before_the_posts_text(sqlite_db: Database) -> None:
    municipality = build.municipality(sqlite_db)
    with sqlite_db.begin(municipality) as session:
        publication = _publication(session, texts={"nb": "Alles tekst.", "nn": "Alle sin tekst."})
        posts.write_own_texts(session, publication.pk, {"nb": "Vår versjon."})
        made = compose(session, publication)
    assert made.texts["nb"].text.startswith("Vår versjon.")
    assert (made.texts["nb"].own, made.texts["nn"].own) == (True, False)


def test_a_channel_that_keeps_to_one_language_says_only_that_where_it_is_there(composed: Any) -> None:
    both = {"nb": "Åpen nå.", "nn": "Open no."}
    assert list(composed(texts=both, language="nn").texts) == ["nn"]
    assert list(composed(texts={"nb": "Åpen nå."}, language="nn").texts) == ["nb"]
    assert sorted(composed(texts=both).texts) == ["nb", "nn"]


@pytest.mark.parametrize(
    ("described", "complaint"),
    [
        ({"texts": {"nb": " "}, "link": None}, Complaint.NO_TEXT),
        ({"limits": Limits(characters=20), "link": LINK}, Complaint.TEXT_TOO_LONG),
        ({"picture": {"alt_text": " "}}, Complaint.NO_ALT_TEXT),
        (
            {"picture": {"alt_text": "x" * 21}, "limits": Limits(characters=500, images=1, alt_characters=20)},
            Complaint.ALT_TEXT_TOO_LONG,
        ),
        ({"picture": {}, "limits": Limits(characters=500, images=1, image_bytes=3)}, Complaint.PICTURE_TOO_LARGE),
        (
            {"picture": {}, "limits": Limits(characters=500, images=1, image_types=("image/png",))},
            Complaint.PICTURE_TYPE,
        ),
    ],
)
def test_what_stops_a_post_is_told(composed: Any, described: dict[str, Any], complaint: Complaint) -> None:
    assert composed(**described).complaints == {complaint}


def test_everything_that_stops_it_is_told_at_once(composed: Any) -> None:
    made = composed(
        limits=Limits(characters=20, images=1, image_bytes=3), picture={"contents": [b"large picture"], "alt_text": ""}
    )
    assert made.complaints == {Complaint.TEXT_TOO_LONG, Complaint.NO_ALT_TEXT, Complaint.PICTURE_TOO_LARGE}


def test_a_decorative_picture_needs_no_words(composed: Any) -> None:
    made = composed(picture={"alt_text": "left over", "decorative": True})
    assert made.complaints == frozenset()
    assert made.images[0].alt_text == ""


def test_what_the_site_took_back_goes_nowhere(sqlite_db: Database) -> None:
    municipality = build.municipality(sqlite_db)
    with sqlite_db.begin(municipality) as session:
        post = build.post(session, source_flag=SourceFlag.WITHDRAWN)
        made = compose(session, build.publication(session, post_id=post.pk))
    assert made.complaints == {Complaint.SOURCE_WITHDRAWN}


@given(text=st.text(max_size=900), characters=st.integers(min_value=60, max_value=400))
def test_whatever_the_text_says_it_fits_and_ends_with_the_link(text: str, characters: int) -> None:
    channel = Channel(
        municipality_id=1,
        platform="practice",
        name="A",
        created_at=build.NOW,
        limits=limits_to_row(Limits(characters=characters)),
    )
    said = {"nb": (text, False)}
    made = put_together(title="A", link=LINK, said=said, pictures=[], channel=channel, withdrawn=False).texts["nb"]
    assert made.length <= characters
    assert LINK in made.text
