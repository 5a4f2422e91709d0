"""Lists of feeds and items: what they hold, in which order, and who sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.domain.access import Reach
from scheduler.errors import Missing
from scheduler.queries import feeds
from scheduler.queries.feeds import Which
from scheduler.store import feeds as kept
from scheduler.store.database import Database
from tests import build


def test_pages_follow_each_other_without_gap_or_repetition(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        feed = build.feed(session).pk
        for hours in (1, 2, 2, 2, 3):
            build.feed_item(session, feed_id=feed, first_seen_at=build.NOW + timedelta(hours=hours))
    seen: list[int] = []
    after = None
    with db.read(municipality) as session:
        for _ in range(3):
            page = feeds.items(session, after=after, limit=2)
            seen += [item.id for item in page.items]
            after = page.after
    assert after is None
    assert len(seen) == len(set(seen)) == 5
    with db.read(municipality) as session:
        assert seen == [item.id for item in feeds.items(session).items]


def test_an_item_is_new_until_it_is_drafted_set_aside_or_withdrawn(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        feed = build.feed(session).pk
        new = build.feed_item(session, feed_id=feed).pk
        with_post = build.feed_item(session, feed_id=feed).pk
        build.post(session, feed_item_id=with_post)
        aside = build.feed_item(session, feed_id=feed, set_aside_at=build.NOW).pk
        withdrawn = build.feed_item(session, feed_id=feed, withdrawn_at=build.NOW).pk
    expected = {
        Which.NEW: {new},
        Which.WITH_POST: {with_post},
        Which.SET_ASIDE: {aside},
        Which.WITHDRAWN: {withdrawn},
        Which.ALL: {new, with_post, aside, withdrawn},
    }
    with db.read(municipality) as session:
        for which, ids in expected.items():
            assert {item.id for item in feeds.items(session, which=which).items} == ids
        (row,) = feeds.feeds(session)
    assert (row.items, row.new) == (4, 1)


def test_a_search_finds_words_of_title_and_summary_however_written(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        feed = build.feed(session).pk
        island = build.feed_item(session, feed_id=feed, title="Øya får ferje", summary="Ruta er klar.").pk
        build.feed_item(session, feed_id=feed, title="100 % påmeldt", summary="Skolen")
    with db.read(municipality) as session:
        for search in ("øya", "ØYA", "ruta ferje", " Øya "):
            assert [item.id for item in feeds.items(session, search=search).items] == [island]
        assert len(feeds.items(session, search="%").items) == 1
        assert feeds.items(session, search="_").items == ()
        assert feeds.items(session, search="finnes ikke").items == ()


def test_a_list_of_one_feed_holds_that_feeds_items(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        item = build.feed_item(session)
        build.feed_item(session)
    with db.read(municipality) as session:
        assert [row.id for row in feeds.items(session, feed_id=item.feed_id).items] == [item.pk]


def test_a_feed_says_how_it_fares(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        unit = build.unit(session, name="Fjordvik skole")
        build.feed(session, unit_id=unit.pk, error_code="timed_out", failures=3, last_success_at=build.NOW)
    with db.read(municipality) as session:
        (row,) = feeds.feeds(session)
    assert (row.unit_name, row.error_code, row.failures, row.last_success_at) == (
        "Fjordvik skole",
        "timed_out",
        3,
        build.NOW,
    )
    assert (row.items, row.new) == (0, 0)


def test_whoever_reaches_one_unit_sees_that_units_news(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        unit = build.unit(session).pk
        own = build.feed(session, unit_id=unit).pk
        build.feed_item(session, feed_id=own)
        build.feed_item(session)
    with db.read(municipality) as session:
        within = Reach(whole=False, units=frozenset({unit}))
        assert [row.id for row in feeds.feeds(session, within=within)] == [own]
        assert {row.feed_id for row in feeds.items(session, within=within).items} == {own}
        nowhere = Reach(whole=False, units=frozenset())
        assert feeds.items(session, within=nowhere).items == ()
        assert len(feeds.feeds(session, within=Reach(whole=True, units=frozenset()))) == 2


def test_another_municipalitys_items_are_not_there(db: Database, municipality: int) -> None:
    elsewhere = build.municipality(db)
    with db.begin(elsewhere) as session:
        item = build.feed_item(session).pk
    with db.read(municipality) as session:
        assert feeds.feeds(session) == []
        assert feeds.items(session, which=Which.ALL, after=item).items == ()
        with pytest.raises(Missing):
            feeds.item(session, item)


def test_an_item_tells_what_it_said_before(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        item = build.feed_item(session, title="Før")
        kept.replace(session, item, now=build.NOW, title="Nå", content_hash="2")
    with db.read(municipality) as session:
        assert feeds.item(session, item.pk).title == "Nå"
        assert [said.title for said in feeds.said_before(session, item.pk)] == ["Før"]
