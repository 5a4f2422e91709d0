"""One post's whole page, on both databases: all that belongs to it, nothing of others, and what each person may do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from scheduler.domain.access import Deed, Role
from scheduler.domain.publication import State
from scheduler.errors import Missing
from scheduler.queries import media, posts
from scheduler.services import review
from scheduler.store.database import Database
from scheduler.store.tables import Media
from tests import build
from tests.build import NOW
from tests.town import actor

ZONE = "Europe/Oslo"


def test_the_page_holds_texts_pictures_channels_slot_source_and_history(db: Database, municipality: int) -> None:
    chief = actor(db, municipality, Role.CHIEF)
    with db.begin(municipality) as session:
        item = build.feed_item(session, title="Ny gangvei")
        post = build.post(session, texts={"nb": "Møtet er i morgen.", "nn": "Møtet er i morgon."}, feed_item_id=item.pk)
        build.illustrated(session, post.pk)
        ours = build.channel(session, name="A", language="nb")
        build.channel(session, name="B", needs_approval=True)
        row = build.publication(session, post_id=post.pk, channel_id=ours.pk)
    with db.begin(municipality) as session:
        review.schedule(session, chief, post.pk, now=NOW)
    with db.read(municipality) as session:
        page = posts.page(session, chief, post.pk, zone=ZONE)
        assert posts.by_channel(session, post.pk) == {ours.pk: row.pk}
    assert list(page.texts) == ["nb", "nn"]
    assert page.pictures[0].proposed
    assert page.source is not None
    assert page.source.title == "Ny gangvei"
    assert page.proposed_latest is not None
    assert page.proposed_latest.words == "i morgen"
    assert page.proposed_latest.at == NOW.replace(hour=22, minute=59)
    entry = page.in_channel(row.pk)
    assert (entry.state, entry.language, entry.asks_approval) == (State.SCHEDULED, "nb", False)
    assert entry.starts_at is not None
    assert entry.starts_at > NOW
    assert Deed.APPROVE in entry.may
    assert [(each.channel, each.asks_approval) for each in page.offered] == [("B", False)]
    assert [(each.action, each.channel, each.person) for each in page.events] == [
        ("place", "A", None),
        ("release", "A", chief.name),
    ]


def test_a_post_is_seen_by_its_unit_by_those_of_its_channels_and_by_nobody_else(
    db: Database, municipality: int
) -> None:
    with db.begin(municipality) as session:
        school, library = build.unit(session), build.unit(session)
        of_school = build.post(session, unit_id=school.pk)
        to_library = build.publication(session, channel_id=build.channel(session, unit_id=library.pk).pk)
    teacher = actor(db, municipality, Role.LEADER, unit_id=school.pk)
    librarian = actor(db, municipality, Role.LEADER, unit_id=library.pk)
    with db.read(municipality) as session:
        assert posts.page(session, teacher, of_school.pk, zone=ZONE).may_write
        assert not posts.page(session, librarian, to_library.post_id, zone=ZONE).may_write
        for person, post_id in ((librarian, of_school.pk), (teacher, to_library.post_id)):
            with pytest.raises(Missing):
                posts.page(session, person, post_id, zone=ZONE)


def test_another_municipalitys_posts_and_pictures_are_missing(db: Database, municipality: int) -> None:
    chief = actor(db, municipality, Role.CHIEF)
    with db.begin(build.municipality(db)) as session:
        theirs, picture = build.post(session).pk, build.media(session).pk
    with db.read(municipality) as session:
        with pytest.raises(Missing):
            posts.page(session, chief, theirs, zone=ZONE)
        with pytest.raises(Missing):
            posts.version(session, theirs)
        with pytest.raises(Missing):
            media.picture(session, chief, picture)


def test_a_picture_is_shown_to_those_who_may_see_its_post(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        school, library = build.unit(session).pk, build.unit(session).pk
        post = build.post(session, unit_id=school)
        build.illustrated(session, post.pk, contents=(b"the school's",))
        picture = session.exec(select(Media.id).where(Media.municipality_id == municipality)).one()
    at_school, at_library = (actor(db, municipality, Role.LEADER, unit_id=unit) for unit in (school, library))
    with db.read(municipality) as session:
        assert picture is not None
        for somebody in (at_school, actor(db, municipality, Role.READER)):
            assert media.picture(session, somebody, picture).content == b"the school's"
        with pytest.raises(Missing):
            media.picture(session, at_library, picture)


def test_the_earliest_of_several_days_bounds_the_post() -> None:
    found = posts.latest_in({"nb": "Møtet er 5. mars.", "nn": "Møtet er i dag."}, written_at=NOW, zone=ZONE)
    assert found is not None
    assert (found.words, found.at) == ("i dag", NOW.replace(hour=22, minute=59))
    assert posts.latest_in({"nb": "Åpent."}, written_at=NOW + timedelta(days=1), zone=ZONE) is None
