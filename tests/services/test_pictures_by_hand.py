"""A picture from a person's file: what is taken, what is taken out of it, and what is a draft again when it has come."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlmodel import Session, col

from connectors.pictures import MOST_BYTES
from scheduler.domain.access import Actor, Denied, Role
from scheduler.domain.publication import State
from scheduler.errors import LostRace, Missing, Refused
from scheduler.queries import posts as pages
from scheduler.services import drafting, pictures_by_hand, review
from scheduler.services.editing import LONGEST_ALT_TEXT, LONGEST_NAME, Content, PostRefusal
from scheduler.services.pictures_by_hand import MOST_PICTURES, PictureRefusal, ready
from scheduler.store import posts, publications, rows
from scheduler.store.database import Database
from scheduler.store.tables import AuditEvent, Media
from tests import build
from tests.town import actor


def a_file(colour: str = "teal", name: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 80), colour).save(out, name, **options)
    return out.getvalue()


def refusal_of(deed: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value


@pytest.fixture
def post_id(db: Database, municipality: int, chief: Actor) -> int:
    with db.begin(municipality) as session:
        content = Content(
            title="Gangvei", texts={"nb": "Den er åpen."}, channel_ids=frozenset({build.channel(session).pk})
        )
        return drafting.create(session, chief, content=content, now=build.NOW)


def _add(session: Session, by: Actor, post_id: int, colour: str = "teal", version: int = 1, **said: Any) -> list[int]:
    picture = ready(a_file(colour))
    return pictures_by_hand.add(session, by, post_id=post_id, version=version, picture=picture, now=build.NOW, **said)


def test_a_picture_comes_last_as_it_was_described_and_the_history_says_so(
    db: Database, municipality: int, chief: Actor, post_id: int
) -> None:
    with db.begin(municipality) as session:
        build.illustrated(session, post_id)
        _add(session, chief, post_id, alt_text="  En vei\nmed folk ", photographer=" Kari  Nordmann ")
    with db.read(municipality) as session:
        _, added = posts.pictures(session, post_id)
        assert (added.alt_text, added.decorative, added.photographer) == ("En vei med folk", False, "Kari Nordmann")
        assert posts.post(session, post_id).version == 2
        (event,) = rows.every(session, AuditEvent, col(AuditEvent.action) == "add_picture")
        assert (event.person_id, event.subject_id) == (chief.person_id, post_id)
        assert event.detail["media_id"] == added.media_id


def test_what_a_person_wrote_of_a_picture_is_not_called_the_websites_proposal(
    db: Database, municipality: int, chief: Actor, post_id: int
) -> None:
    with db.begin(municipality) as session:
        build.illustrated(session, post_id, alt_text="Fra nettstedet")
        _add(session, chief, post_id, alt_text="Min egen")
    with db.read(municipality) as session:
        shown = pages.page(session, chief, post_id, zone="Europe/Oslo").pictures
        assert [(each.alt_text, each.proposed) for each in shown] == [("Fra nettstedet", True), ("Min egen", False)]


def test_what_was_scheduled_is_a_draft_again_and_what_is_out_stays_out(
    db: Database, municipality: int, chief: Actor, post_id: int
) -> None:
    with db.begin(municipality) as session:
        out = build.publication(
            session, post_id=post_id, channel_id=build.channel(session).pk, state=State.PUBLISHED
        ).pk
        review.schedule(session, chief, post_id, now=build.NOW)
    with db.begin(municipality) as session:
        reopened = _add(session, chief, post_id, alt_text="En vei")
    with db.read(municipality) as session:
        states = {each.pk: each.state for each in publications.of_post(session, post_id)}
        assert states.pop(out) is State.PUBLISHED
        assert states == dict.fromkeys(reopened, State.DRAFT)
        assert len(reopened) == 1


def test_one_picture_is_kept_once_for_all_posts_and_no_post_has_it_twice(
    db: Database, municipality: int, chief: Actor, post_id: int
) -> None:
    with db.begin(municipality) as session:
        other = build.post(session).pk
        _add(session, chief, post_id, decorative=True)
        _add(session, chief, other, alt_text="Noe annet")
    with db.read(municipality) as session:
        assert len(rows.every(session, Media)) == 1
    with db.begin(municipality) as session:
        refused = refusal_of(lambda: _add(session, chief, post_id, version=2))
    assert refused.codes == (PictureRefusal.ALREADY_THERE,)


def test_a_post_holds_four_pictures(db: Database, municipality: int, chief: Actor, post_id: int) -> None:
    with db.begin(municipality) as session:
        build.illustrated(session, post_id, contents=[b"1", b"2", b"3"])
        _add(session, chief, post_id)
    with db.begin(municipality) as session:
        refused = refusal_of(lambda: _add(session, chief, post_id, "red", version=2))
    assert MOST_PICTURES == 4
    assert refused.codes == (PictureRefusal.TOO_MANY_PICTURES,)
    assert refused.params["most"] == 4


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_kept(
    db: Database, municipality: int, chief: Actor, post_id: int
) -> None:
    long: dict[str, Any] = {"alt_text": "x" * (LONGEST_ALT_TEXT + 1), "photographer": "y" * (LONGEST_NAME + 1)}

    def attempt() -> None:
        with db.begin(municipality) as session:
            _add(session, chief, post_id, **long)

    assert refusal_of(attempt).codes == (PostRefusal.ALT_TEXT_TOO_LONG, PostRefusal.PHOTOGRAPHER_TOO_LONG)
    with db.read(municipality) as session:
        assert rows.every(session, Media) == []
        assert posts.post(session, post_id).version == 1


def test_the_one_who_was_first_is_not_overwritten(db: Database, municipality: int, chief: Actor, post_id: int) -> None:
    with db.begin(municipality) as session:
        _add(session, chief, post_id)
    with db.begin(municipality) as session, pytest.raises(LostRace):
        _add(session, chief, post_id, "red")


def test_whoever_may_not_write_the_post_adds_nothing(db: Database, municipality: int, post_id: int) -> None:
    with db.begin(municipality) as session:
        school = build.unit(session).pk
    for role, unit_id in ((Role.READER, None), (Role.LEADER, school)):
        someone = actor(db, municipality, role, unit_id=unit_id)
        with db.begin(municipality) as session:
            refused = refusal_of(lambda s=session, a=someone: _add(s, a, post_id))  # type: ignore[misc]  # bound now
        assert all(isinstance(code, Denied) for code in refused.codes)


def test_another_municipalitys_post_is_not_there(db: Database, post_id: int) -> None:
    there = build.municipality(db, slug="utvik", name="Utvik kommune")
    with db.begin(there) as session, pytest.raises(Missing):
        _add(session, actor(db, there, Role.CHIEF), post_id)


def test_place_and_camera_are_gone_from_what_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    exif[0x8825] = {1: "N", 2: (62.0, 30.0, 0.0)}
    picture = ready(a_file(exif=exif))
    assert not Image.open(io.BytesIO(picture.content)).getexif()
    assert b"Kamera" not in picture.content


def test_a_kind_that_not_all_platforms_take_becomes_one_that_they_do() -> None:
    assert ready(a_file(name="GIF")).content_type in drafting.PICTURE_TYPES


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', PictureRefusal.NOT_A_PICTURE),
        (b"", PictureRefusal.NOT_A_PICTURE),
        (b"%PDF-1.7", PictureRefusal.NOT_A_PICTURE),
        (a_file()[:300], PictureRefusal.BROKEN),
        (bytes(MOST_BYTES + 1), PictureRefusal.TOO_LARGE),
    ],
)
def test_what_is_no_picture_of_ours_is_refused_with_its_reason(content: bytes, code: PictureRefusal) -> None:
    refused = refusal_of(lambda: ready(content))
    assert refused.codes == (code,)
    assert refused.params["megabytes"] == 20


def test_a_picture_of_more_than_forty_million_points_is_refused_unopened() -> None:
    out = io.BytesIO()
    Image.new("1", (6400, 6400)).save(out, "PNG")
    refused = refusal_of(lambda: ready(out.getvalue()))
    assert refused.codes == (PictureRefusal.TOO_MANY_PIXELS,)
    assert refused.params["megapixels"] == 40
