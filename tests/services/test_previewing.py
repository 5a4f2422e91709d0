"""What a post would look like before it is saved: the room it has is the room there is, and nothing is written."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.services.editing import Content, Described
from scheduler.services.previewing import seen
from scheduler.store.database import Database
from scheduler.store.rows import every
from scheduler.store.tables import PostMedia, PostText
from tests import build

LIMITS: dict[str, Any] = {
    "characters": 200, "counting": "code points", "link_weight": None, "images": 1, "image_bytes": None, "image_types": [], "alt_characters": None,
}  # fmt: skip
LINK = "https://www.fjordvik.example/nyhet"


def content(channel_id: int, text: str, **values: Any) -> Content:
    return Content(title="Tittel", texts={"nb": text}, channel_ids=frozenset({channel_id}), link=LINK, **values)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(extra=st.integers(-3, 3))
def test_a_text_that_fills_the_room_is_whole_and_a_longer_one_is_shortened(
    db: Database, municipality: int, extra: int
) -> None:
    with db.begin(municipality) as session:
        channel_id = build.channel(session, limits=LIMITS).pk
        bare = seen(session, content(channel_id, "x"), post_id=None, withdrawn=False)[channel_id]
        room = bare.room["nb"].characters
        text = "å" * (room // 2) + " " + "å" * (room - room // 2 - 1 + extra)
        shown = seen(session, content(channel_id, text), post_id=None, withdrawn=False)[channel_id]
    assert shown.room["nb"].used == room + extra
    assert shown.composed.texts["nb"].shortened is (extra > 0)


def test_what_is_typed_is_shown_and_what_is_saved_stays(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session, limits=LIMITS)
        post = build.post(session, texts={"nb": "Slik er det lagret."})
        build.illustrated(session, post.pk, alt_text="Et fjell", photographer="Kari Foss")
        picture = every(session, PostMedia)[0]
        typed = content(
            channel.pk,
            "Slik er det skrevet.",
            pictures=(Described(media_id=picture.media_id, alt_text="", photographer="Ola Foss"),),
            own_texts={channel.pk: {"nb": "Bare her."}},
        )
        shown = seen(session, typed, post_id=post.pk, withdrawn=True, languages=("nb", "nn"))[channel.pk]
        assert [row.text for row in every(session, PostText)] == ["Slik er det lagret."]
    assert shown.composed.texts["nb"].text == f"Bare her.\n\nFoto: Ola Foss\n\n{LINK}"
    assert shown.composed.texts["nb"].own
    assert {complaint.value for complaint in shown.composed.complaints} == {"no_alt_text", "source_withdrawn"}
    assert set(shown.room) == {"nb", "nn"}


def test_a_channel_that_is_not_there_is_left_out(db: Database, municipality: int) -> None:
    other = build.municipality(db)
    with db.begin(other) as session:
        theirs = build.channel(session).pk
    with db.read(municipality) as session:
        assert seen(session, content(theirs, "x"), post_id=None, withdrawn=False) == {}
