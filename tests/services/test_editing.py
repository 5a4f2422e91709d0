"""Writing and changing a post: what is refused, what is reopened, and who was first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from scheduler.domain.access import Actor, Denied, Role
from scheduler.domain.publication import State
from scheduler.errors import LostRace, Missing, Refused
from scheduler.services import drafting, review
from scheduler.services.drafting import Content, Described, PostRefusal
from scheduler.store import posts, publications
from scheduler.store.database import Database
from tests import build
from tests.town import actor


@pytest.fixture
def two(db: Database, municipality: int) -> tuple[int, int]:
    """Two channels of the municipality's; their ids."""
    with db.begin(municipality) as session:
        return build.channel(session).pk, build.channel(session).pk


@pytest.fixture
def content(two: tuple[int, int]) -> Content:
    return Content(
        title="Gangvei", texts={"nb": "Den er åpen."}, channel_ids=frozenset(two), link="https://www.fjordvik.example/1"
    )


@pytest.fixture
def post_id(db: Database, municipality: int, chief: Actor, content: Content) -> int:
    with db.begin(municipality) as session:
        return drafting.create(session, chief, content=content, now=build.NOW)


def _edit(session: Session, by: Actor, post_id: int, content: Content, version: int = 1) -> list[int]:
    return drafting.edit(session, by, post_id=post_id, version=version, content=content, now=build.NOW)


def _schedule(db: Database, municipality: int, chief: Actor, post_id: int) -> None:
    with db.begin(municipality) as session:
        review.schedule(session, chief, post_id, now=build.NOW)


def _states(db: Database, municipality: int, post_id: int) -> list[State]:
    with db.read(municipality) as session:
        return [each.state for each in publications.of_post(session, post_id)]


def test_a_post_begins_as_a_draft_in_each_channel(db: Database, municipality: int, chief: Actor, post_id: int) -> None:
    assert _states(db, municipality, post_id) == [State.DRAFT, State.DRAFT]
    with db.read(municipality) as session:
        assert posts.post(session, post_id).author_id == chief.person_id


def test_an_edit_is_made_from_the_version_that_was_seen(
    db: Database, municipality: int, chief: Actor, post_id: int, content: Content
) -> None:
    with db.begin(municipality) as session:
        _edit(session, chief, post_id, replace(content, title="Kari var først"))
    with db.begin(municipality) as session, pytest.raises(LostRace):
        _edit(session, chief, post_id, replace(content, title="Ola var sist"))
    with db.read(municipality) as session:
        assert posts.post(session, post_id).title == "Kari var først"


def test_a_new_text_asks_again_for_what_is_scheduled(
    db: Database, municipality: int, chief: Actor, post_id: int, content: Content
) -> None:
    _schedule(db, municipality, chief, post_id)
    with db.begin(municipality) as session:
        assert len(_edit(session, chief, post_id, replace(content, texts={"nb": "Den er stengt."}))) == 2
    assert _states(db, municipality, post_id) == [State.DRAFT, State.DRAFT]


def test_what_says_the_same_as_before_stays_scheduled(
    db: Database, municipality: int, chief: Actor, post_id: int, content: Content, two: tuple[int, int]
) -> None:
    _schedule(db, municipality, chief, post_id)
    with db.begin(municipality) as session:
        reopened = _edit(session, chief, post_id, replace(content, own_texts={two[0]: {"nb": "Bare her."}}))
    assert len(reopened) == 1
    assert sorted(_states(db, municipality, post_id)) == [State.DRAFT, State.SCHEDULED]


def test_what_is_out_is_not_touched(
    db: Database, municipality: int, chief: Actor, post_id: int, content: Content, two: tuple[int, int]
) -> None:
    with db.begin(municipality) as session:
        out = publications.of_post(session, post_id)[0]
        out.state = State.PUBLISHED
        session.add(out)
    with db.begin(municipality) as session:
        _edit(session, chief, post_id, replace(content, texts={"nb": "Nytt."}, channel_ids=frozenset({two[1]})))
    assert sorted(_states(db, municipality, post_id)) == [State.DRAFT, State.PUBLISHED]


def test_a_channel_that_is_left_leaves_no_draft_and_a_new_one_gets_one(
    db: Database, municipality: int, chief: Actor, post_id: int, content: Content, two: tuple[int, int]
) -> None:
    with db.begin(municipality) as session:
        third = build.channel(session).pk
        _edit(session, chief, post_id, replace(content, channel_ids=frozenset({two[0], third})))
    with db.read(municipality) as session:
        assert {each.channel_id for each in publications.of_post(session, post_id)} == {two[0], third}


def test_a_scheduled_post_that_leaves_a_channel_is_cancelled_there_for_good(
    db: Database, municipality: int, chief: Actor, post_id: int, content: Content, two: tuple[int, int]
) -> None:
    _schedule(db, municipality, chief, post_id)
    with db.begin(municipality) as session:
        _edit(session, chief, post_id, replace(content, channel_ids=frozenset({two[0]})))
    assert sorted(_states(db, municipality, post_id)) == [State.CANCELLED, State.SCHEDULED]
    with db.begin(municipality) as session, pytest.raises(Refused) as refused:
        _edit(session, chief, post_id, content, version=2)
    assert refused.value.codes == (PostRefusal.CHANNEL_CANCELLED,)


@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ({"title": " ", "texts": {"nb": " "}}, {PostRefusal.TITLE_EMPTY, PostRefusal.POST_TEXT_EMPTY}),
        ({"title": "x" * 501}, {PostRefusal.TITLE_TOO_LONG}),
        ({"texts": {"nb": "x" * 20_001}}, {PostRefusal.POST_TEXT_TOO_LONG}),
        ({"texts": {"norsk!": "x"}}, {PostRefusal.POST_LANGUAGE_MALFORMED}),
        ({"texts": {f"a{chr(97 + number)}": "x" for number in range(11)}}, {PostRefusal.TOO_MANY_LANGUAGES}),
        ({"link": "javascript:alert(1)"}, {PostRefusal.LINK_MALFORMED}),
        ({"link": "https://x.example/a b"}, {PostRefusal.LINK_MALFORMED}),
        ({"link": "https://" + "x" * 2000 + ".example"}, {PostRefusal.LINK_MALFORMED}),
        ({"latest_at": build.NOW}, {PostRefusal.LATEST_IS_PAST}),
        (
            {"earliest_at": build.NOW + timedelta(days=2), "latest_at": build.NOW + timedelta(days=1)},
            {PostRefusal.LATEST_BEFORE_EARLIEST},
        ),
        ({"channel_ids": frozenset()}, {PostRefusal.NO_CHANNEL}),
        (
            {"pictures": (Described(media_id=99, alt_text="x" * 5001),)},
            {PostRefusal.UNKNOWN_PICTURE, PostRefusal.ALT_TEXT_TOO_LONG},
        ),
    ],
)
def test_everything_that_is_wrong_is_told_at_once(
    db: Database,
    municipality: int,
    chief: Actor,
    post_id: int,
    content: Content,
    wrong: dict[str, Any],
    codes: set[PostRefusal],
) -> None:
    with db.begin(municipality) as session, pytest.raises(Refused) as refused:
        _edit(session, chief, post_id, replace(content, **wrong))
    assert set(refused.value.codes) == codes


def test_a_channels_own_version_must_fit_that_channel(
    db: Database, municipality: int, chief: Actor, post_id: int, content: Content, two: tuple[int, int]
) -> None:
    own = {two[0]: {"nb": "x" * 490, "en": "Open"}, 999: {"nb": "x"}}
    with db.begin(municipality) as session, pytest.raises(Refused) as refused:
        _edit(session, chief, post_id, replace(content, own_texts=own))
    assert set(refused.value.codes) == {
        PostRefusal.OWN_TEXT_TOO_LONG,
        PostRefusal.OWN_TEXT_WITHOUT_LANGUAGE,
        PostRefusal.OWN_TEXT_WITHOUT_CHANNEL,
    }


def test_pictures_are_described_and_taken_away(
    db: Database, municipality: int, chief: Actor, post_id: int, content: Content
) -> None:
    with db.begin(municipality) as session:
        build.illustrated(session, post_id, contents=[b"one", b"two"], alt_text="")
        first, second = (each.media_id for each in posts.pictures(session, post_id))
    described = (Described(media_id=second, alt_text=" En  båt ", photographer=" Ola "),)
    with db.begin(municipality) as session:
        _edit(session, chief, post_id, replace(content, pictures=described))
        (kept,) = posts.pictures(session, post_id)
        assert (kept.media_id, kept.alt_text, kept.photographer) == (second, "En båt", "Ola")
        assert first != second
    with db.begin(municipality) as session:
        _edit(session, chief, post_id, replace(content, pictures=None), version=2)
        assert len(posts.pictures(session, post_id)) == 1


def test_a_latest_moment_that_has_gone_by_may_stand(
    db: Database, municipality: int, chief: Actor, post_id: int, content: Content
) -> None:
    later = replace(content, latest_at=build.NOW + timedelta(hours=1))
    with db.begin(municipality) as session:
        _edit(session, chief, post_id, later)
    with db.begin(municipality) as session:
        drafting.edit(session, chief, post_id=post_id, version=2, content=later, now=build.NOW + timedelta(days=1))


def test_a_closed_channel_gets_no_new_post(
    db: Database, municipality: int, chief: Actor, post_id: int, content: Content
) -> None:
    with db.begin(municipality) as session:
        closed = build.channel(session, active=False).pk
        with pytest.raises(Refused) as refused:
            _edit(session, chief, post_id, replace(content, channel_ids=content.channel_ids | {closed}))
    assert refused.value.codes == (PostRefusal.CHANNEL_NOT_ACTIVE,)


def test_a_reader_writes_nothing_and_a_unit_only_in_its_own_channels(
    db: Database, municipality: int, post_id: int, content: Content
) -> None:
    with db.begin(municipality) as session:
        unit = build.unit(session).pk
        own = build.channel(session, unit_id=unit).pk
    reader, leader = actor(db, municipality, Role.READER), actor(db, municipality, Role.LEADER, unit_id=unit)
    for by in (reader, leader):
        with db.begin(municipality) as session, pytest.raises(Refused) as refused:
            _edit(session, by, post_id, content)
        assert refused.value.codes == (Denied.NOT_ALLOWED,)
    with db.begin(municipality) as session:
        with pytest.raises(Refused):
            drafting.create(session, leader, content=content, now=build.NOW, unit_id=unit)
        drafting.create(
            session, leader, content=replace(content, channel_ids=frozenset({own})), now=build.NOW, unit_id=unit
        )


def test_another_municipalitys_post_and_channel_are_not_there(
    db: Database, municipality: int, chief: Actor, post_id: int, content: Content
) -> None:
    elsewhere = build.municipality(db)
    with db.begin(elsewhere) as session:
        foreign_channel, foreign_post = build.channel(session).pk, build.post(session).pk
    with db.begin(municipality) as session:
        with pytest.raises(Missing):
            _edit(session, chief, foreign_post, content)
        with pytest.raises(Missing):
            _edit(session, chief, post_id, replace(content, channel_ids=frozenset({foreign_channel})))
