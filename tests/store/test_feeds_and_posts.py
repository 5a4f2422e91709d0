"""Feeds, posts, pictures and channels as they are kept: guarded writes, and keys that decide who was first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from connectors.http import Http
from scheduler.domain.access import Role
from scheduler.errors import LostRace, Missing
from scheduler.services import drafting, ingestion
from scheduler.store import channels, feeds, media, posts
from scheduler.store.database import Database, Process
from scheduler.store.posts import Picture
from scheduler.store.tables import FeedItemVersion, Media
from tests import build
from tests.connectors.server import Server
from tests.services.listings import ADDRESS, lists, some, stands
from tests.town import StandingClock, actor


def _row(key: str) -> dict[str, object]:
    return {"key": key, "title": key, "summary": "", "link": None, "content_hash": key, "position": 0}


def test_items_that_are_there_already_are_left_alone(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        feed = build.feed(session).pk
        assert len(feeds.add_items(session, feed, [_row("a"), _row("b")], now=build.NOW)) == 2
        assert len(feeds.add_items(session, feed, [_row("b"), _row("c")], now=build.NOW)) == 1
        assert feeds.add_items(session, feed, [], now=build.NOW) == []


def test_one_key_may_stand_in_two_feeds_and_two_municipalities(db: Database, municipality: int) -> None:
    elsewhere = build.municipality(db)
    for owner in (municipality, municipality, elsewhere):
        with db.begin(owner) as session:
            assert len(feeds.add_items(session, build.feed(session).pk, [_row("a")], now=build.NOW)) == 1


def test_an_item_is_replaced_once_by_whoever_is_first(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        item = build.feed_item(session, title="Før", content_hash="1")
    with db.begin(municipality) as session:
        assert feeds.replace(session, feeds.item(session, item.pk), now=build.NOW, title="Nå", content_hash="2")
    with db.begin(municipality) as session:
        assert not feeds.replace(session, item, now=build.NOW, title="Annet", content_hash="3")
        assert feeds.item(session, item.pk).title == "Nå"
        assert len(session.exec(select(FeedItemVersion)).all()) == 1


def test_a_feeds_turn_is_taken_by_one(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        feed = build.feed(session).pk
        until = build.NOW + timedelta(minutes=5)
        assert feeds.claim(session, feed, now=build.NOW, until=until)
        assert not feeds.claim(session, feed, now=build.NOW, until=until)


def test_an_item_that_came_back_is_not_withdrawn(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        item = build.feed_item(session, missing_since=build.NOW, gone_first_at=build.NOW, gone_next_at=build.NOW)
        feeds.saw(session, {item.pk: 3}, now=build.NOW)
        assert not feeds.withdraw(session, item.pk, now=build.NOW)
        assert not feeds.watch(session, item.pk, gone_first_at=None, gone_next_at=build.NOW)
        assert build.fresh(session, item).position == 3


def test_two_edits_of_one_version_are_one_edit_and_one_lost_race(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        post = build.post(session).pk
    with db.begin(municipality) as session:
        posts.change(session, post, version=1, now=build.NOW, title="Først")
    with db.begin(municipality) as session, pytest.raises(LostRace):
        posts.change(session, post, version=1, now=build.NOW, title="Sist")
    with db.read(municipality) as session:
        assert (posts.post(session, post).title, posts.post(session, post).version) == ("Først", 2)


def test_texts_are_exactly_those_that_were_written(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        publication = build.publication(session, texts={"nb": "Før", "nn": "Før"})
        posts.write_texts(session, publication.post_id, {"nb": "Nå", "se": "Dál"})
        posts.write_own_texts(session, publication.pk, {"nb": "Her"})
        posts.write_own_texts(session, publication.pk, {"se": "Dáppe"})
    with db.read(municipality) as session:
        assert posts.texts(session, publication.post_id) == {"nb": "Nå", "se": "Dál"}
        assert posts.own_texts(session, publication.pk) == {"se": "Dáppe"}


def test_a_picture_is_kept_once_and_knows_its_size(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        ids = {
            media.keep(
                session,
                sha256="0" * 64,
                content=b"12345",
                content_type="image/png",
                width=1,
                height=1,
                source_url=None,
                now=build.NOW,
            )
            for _ in range(2)
        }
        post = build.post(session).pk
        posts.add_picture(session, post, ids.pop(), alt_text="En båt", photographer="Ola")
        (picture,) = posts.pictures(session, post)
        assert not ids
        assert len(session.exec(select(Media)).all()) == 1
    assert picture == Picture(
        media_id=picture.media_id,
        content_type="image/png",
        size=5,
        alt_text="En båt",
        decorative=False,
        photographer="Ola",
    )


def test_a_channel_is_paused_by_the_first_reason(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        assert channels.pause(session, channel, "token_dead")
        assert not channels.pause(session, channel, "by_hand")
        assert channels.channel(session, channel).paused_code == "token_dead"


def test_another_municipalitys_rows_cannot_be_changed(db: Database, municipality: int) -> None:
    with db.begin(build.municipality(db)) as session:
        item, post, channel = build.feed_item(session).pk, build.post(session).pk, build.channel(session).pk
    with db.begin(municipality) as session:
        feeds.change_item(session, item, title="Tatt")
        channels.change(session, channel, name="Tatt")
        assert not feeds.withdraw(session, item, now=build.NOW)
        with pytest.raises(LostRace):
            posts.change(session, post, version=1, now=build.NOW, title="Tatt")
        for find, row in ((feeds.item, item), (posts.post, post), (channels.channel, channel)):
            with pytest.raises(Missing):
                find(session, row)


def test_the_web_and_the_worker_may_do_it_under_row_security(
    postgres_url: str, site: Server, http: Http, clock: StandingClock
) -> None:
    owner = Database(postgres_url)
    municipality = build.municipality(owner)
    with owner.begin(municipality) as session:
        build.channel(session)
        build.feed(session, address=site.url + ADDRESS)
    author = actor(owner, municipality, Role.AUTHOR)
    lists(site, *some(3))
    stands(site, *(each.path for each in some(3)))
    worker, web = Database(postgres_url, process=Process.WORKER), Database(postgres_url, process=Process.WEB)
    assert ingestion.pull_due(worker, http=http, clock=clock) == 1
    assert ingestion.check_gone(worker, http=http, clock=clock) == 0
    with web.read(municipality) as session:
        item = feeds.listed(session, 1)[0]
    assert drafting.draft(web, author, item_id=item.pk, http=http, clock=clock) > 0
    for database in (owner, worker, web):
        database.close()
