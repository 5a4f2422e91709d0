"""Pulling a feed: what is new, changed and unchanged, what bad input leaves behind, and who may do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from connectors.http import Http
from scheduler.domain.access import Actor, Denied, Role
from scheduler.errors import Busy, Refused
from scheduler.queries import feeds as shown
from scheduler.services import ingestion
from scheduler.services.ingestion import FeedRefusal, PullProblem, PullResult
from scheduler.store.database import Database
from scheduler.store.tables import Feed, FeedItem, FeedItemVersion
from tests import build
from tests.connectors.server import Answer, Seen, Server, moved, page, zipped
from tests.connectors.server import feed as feed_answer
from tests.services.listings import ADDRESS, News, listing, lists, some
from tests.town import StandingClock, actor

Pull = Callable[[], PullResult]


@pytest.fixture
def feed_id(db: Database, municipality: int, site: Server) -> int:
    with db.begin(municipality) as session:
        return build.feed(session, address=site.url + ADDRESS).pk


@pytest.fixture
def pull(db: Database, municipality: int, feed_id: int, http: Http, clock: StandingClock) -> Pull:
    return lambda: ingestion.pull(db, municipality_id=municipality, feed_id=feed_id, http=http, clock=clock)


def _items(db: Database, municipality: int) -> list[FeedItem]:
    with db.read(municipality) as session:
        return list(session.exec(select(FeedItem).order_by(col(FeedItem.position), col(FeedItem.id))))


def _feed(db: Database, municipality: int, feed_id: int) -> Feed:
    with db.read(municipality) as session:
        return session.exec(select(Feed).where(Feed.id == feed_id)).one()


def test_everything_is_new_the_first_time_and_unchanged_the_second(
    db: Database, municipality: int, site: Server, pull: Pull
) -> None:
    lists(site, *some(3))
    first, second = pull(), pull()
    assert (first.new, first.changed, first.unchanged, first.error_code) == (3, 0, 0, None)
    assert (second.new, second.changed, second.unchanged) == (0, 0, 3)
    assert [item.title for item in _items(db, municipality)] == ["Sak 0", "Sak 1", "Sak 2"]


def test_the_newest_item_has_the_highest_id(db: Database, municipality: int, site: Server, pull: Pull) -> None:
    lists(site, *some(60))
    pull()
    assert [item.title for item in sorted(_items(db, municipality), key=lambda item: -item.pk)][:2] == [
        "Sak 0",
        "Sak 1",
    ]


def test_nothing_new_costs_one_conditional_question(
    db: Database, municipality: int, feed_id: int, site: Server, pull: Pull
) -> None:
    def answer(seen: Seen) -> Answer:
        if seen.headers.get("if-none-match") == '"v1"':
            return Answer(status=304)
        return feed_answer(listing(site, *some(2)), ETag='"v1"')

    site.answers[ADDRESS] = answer
    pull()
    assert pull() == PullResult(unchanged=2)
    stored = _feed(db, municipality, feed_id)
    assert (stored.etag, stored.error_code) == ('"v1"', None)


def test_the_sites_mark_is_kept_only_when_all_items_are(
    db: Database, municipality: int, feed_id: int, site: Server, pull: Pull
) -> None:
    lists(site, *some(30), ETag='"v1"')
    written = 0

    def stop_after_one_chunk(session: Session, *_: object) -> None:
        nonlocal written
        written += 1
        if written == 2:
            raise Busy("no time")

    event.listen(Session, "before_commit", stop_after_one_chunk)
    try:
        with pytest.raises(Busy):
            pull()
    finally:
        event.remove(Session, "before_commit", stop_after_one_chunk)
    assert _feed(db, municipality, feed_id).etag is None
    assert len(_items(db, municipality)) == 25
    assert pull().new == 5
    assert _feed(db, municipality, feed_id).etag == '"v1"'


def test_a_thousand_items_are_forty_small_transactions(
    sqlite_db: Database, site: Server, http: Http, clock: StandingClock
) -> None:
    municipality = build.municipality(sqlite_db)
    with sqlite_db.begin(municipality) as session:
        feed_id = build.feed(session, address=site.url + ADDRESS).pk
    site.answers[ADDRESS] = feed_answer(listing(site, *some(1000)))
    most = rows = transactions = 0

    def count(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        nonlocal rows, most, transactions
        if statement.startswith("BEGIN"):
            rows = 0
        if statement.startswith("INSERT INTO feed_item "):
            transactions += rows == 0
            rows += statement.count("(?")
            most = max(most, rows)

    event.listen(sqlite_db._writer, "before_cursor_execute", count)
    result = ingestion.pull(sqlite_db, municipality_id=municipality, feed_id=feed_id, http=http, clock=clock)
    assert result.new == 1000
    assert (most, transactions) == (25, 40)


def test_two_pulls_at_once_leave_what_one_would_have_left(
    db: Database, municipality: int, feed_id: int, site: Server, http: Http, clock: StandingClock
) -> None:
    inner: list[PullResult] = []

    def answer(seen: Seen) -> Answer:
        if not inner:
            inner.append(PullResult())
            inner[0] = ingestion.pull(db, municipality_id=municipality, feed_id=feed_id, http=http, clock=clock)
        return feed_answer(listing(site, *some(4)))

    site.answers[ADDRESS] = answer
    outer = ingestion.pull(db, municipality_id=municipality, feed_id=feed_id, http=http, clock=clock)
    assert inner[0].new + outer.new == 4
    assert len(_items(db, municipality)) == 4


def test_a_change_keeps_what_was_said_before(
    db: Database, municipality: int, site: Server, pull: Pull, clock: StandingClock
) -> None:
    lists(site, News(path="/a", title="Veien stenges", guid="1"))
    pull()
    clock.wind(timedelta(hours=1))
    lists(site, News(path="/a", title="Veien stenges i to dager", guid="1"))
    assert pull().changed == 1
    (item,) = _items(db, municipality)
    with db.read(municipality) as session:
        (before,) = session.exec(select(FeedItemVersion)).all()
    assert (item.title, item.changed_at) == ("Veien stenges i to dager", clock())
    assert (before.title, before.replaced_at, before.feed_item_id) == ("Veien stenges", clock(), item.pk)


def test_a_tracking_mark_or_a_new_date_is_no_change(db: Database, municipality: int, site: Server, pull: Pull) -> None:
    lists(site, News(path="/a", guid="1"))
    pull()
    lists(site, News(path="/a?utm_source=rss", guid="1", date="Wed, 04 Mar 2026 08:00:00 +0100"))
    assert (pull().changed, len(_items(db, municipality))) == (0, 1)


def test_one_item_twice_in_a_listing_is_one_item(db: Database, municipality: int, site: Server, pull: Pull) -> None:
    lists(site, News(path="/a", guid="1", title="A"), News(path="/a", guid="1", title="A oppdatert"), News(path="/b"))
    assert pull().new == 2
    assert [item.title for item in _items(db, municipality)] == ["A oppdatert", "Ny gangvei åpner"]


def test_a_new_website_with_the_same_news_brings_nothing_new(
    db: Database, municipality: int, site: Server, pull: Pull
) -> None:
    lists(site, *some(4))
    pull()
    ids = [item.pk for item in _items(db, municipality)]
    lists(site, *(News(path=each.path, title=each.title, guid=f"ny-{each.guid}") for each in some(4)))
    result = pull()
    assert (result.new, result.unchanged) == (0, 4)
    assert [item.pk for item in _items(db, municipality)] == ids


def test_another_municipality_sees_nothing_of_it(db: Database, municipality: int, site: Server, pull: Pull) -> None:
    elsewhere = build.municipality(db)
    lists(site, *some(2))
    pull()
    with db.read(elsewhere) as session:
        assert shown.items(session).items == ()
        assert shown.feeds(session) == []


# --- bad input ---


BAD: dict[str, tuple[Callable[[], Answer], PullProblem]] = {
    "gone": (lambda: Answer(status=404), PullProblem.PAGE_GONE),
    "forbidden": (lambda: Answer(status=403), PullProblem.PAGE_FORBIDDEN),
    "down": (lambda: Answer(status=503), PullProblem.HTTP_ERROR),
    "empty": (lambda: feed_answer(b""), PullProblem.EMPTY),
    "html": (lambda: page("<!doctype html><html><body><p>Innlogging</p></body></html>"), PullProblem.NOT_A_FEED),
    "huge": (lambda: feed_answer(b"<rss>" + b" " * 50_000_000), PullProblem.TOO_LARGE),
    "huge by its word": (lambda: Answer(body=b"<rss/>", announce=50_000_000), PullProblem.TOO_LARGE),
    "gzip bomb": (lambda: zipped(b"<rss>" + b"\0" * 80_000_000), PullProblem.TOO_LARGE),
    "endless redirects": (lambda: moved(ADDRESS), PullProblem.TOO_MANY_REDIRECTS),
    "entities": (
        lambda: feed_answer(b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><rss><channel/></rss>'),
        PullProblem.DOCTYPE,
    ),
    "comments": (lambda: feed_answer(b"<rss><channel>" + b"<!--" * 50_000), PullProblem.UNREADABLE),
    "cut off": (lambda: Answer(cut=True), PullProblem.BROKEN_OFF),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_leaves_a_code_on_its_feed_and_loses_nothing(
    db: Database, municipality: int, feed_id: int, site: Server, pull: Pull, kind: str, clock: StandingClock
) -> None:
    lists(site, *some(3), ETag='"v1"')
    pull()
    answer, problem = BAD[kind]
    site.answers[ADDRESS] = answer()
    result = pull()
    stored = _feed(db, municipality, feed_id)
    assert result.error_code is problem
    assert (stored.error_code, stored.failures, stored.etag) == (problem, 1, '"v1"')
    assert stored.next_pull_at > clock()
    assert stored.last_success_at == clock()
    assert len(_items(db, municipality)) == 3
    lists(site, *some(3))
    assert pull().error_code is None
    assert _feed(db, municipality, feed_id).error_code is None


def test_an_unreachable_or_private_feed_is_told_as_such(
    db: Database, municipality: int, site: Server, http: Http, clock: StandingClock
) -> None:
    strict = Http(allow_private=False, now=clock, user_agent="Ordskifte tests")
    with db.begin(municipality) as session:
        inner = build.feed(session, address=site.url + ADDRESS).pk
        nowhere = build.feed(session, address="http://nowhere.example/rss").pk
    for feed_id, client, problem in ((inner, strict, "address_"), (nowhere, http, "unreachable")):
        ingestion.pull(db, municipality_id=municipality, feed_id=feed_id, http=client, clock=clock)
        assert (_feed(db, municipality, feed_id).error_code or "").startswith(problem)


def test_a_feed_that_keeps_failing_waits_longer_each_time(
    db: Database, municipality: int, feed_id: int, site: Server, pull: Pull, clock: StandingClock
) -> None:
    site.answers[ADDRESS] = Answer(status=500)
    waits = []
    for _ in range(12):
        pull()
        waits.append(_feed(db, municipality, feed_id).next_pull_at - clock())
    assert all(long >= short * 1.2 for short, long in pairwise(waits[:6]))
    assert max(waits) <= ingestion.LONGEST_WAIT


def test_an_item_without_title_or_link_harms_no_other(
    db: Database, municipality: int, site: Server, pull: Pull
) -> None:
    whole = listing(site, News(path="/a", title="Hel sak"))
    odd = b"<item><description></description><link>https://x.example/b</link></item><item><title>Uten lenke</title></item>"
    site.answers[ADDRESS] = feed_answer(whole.replace(b"</channel>", odd + b"</channel>"))
    result = pull()
    assert result.new == 1
    assert {code for code, _ in result.refused} == {"no_title", "no_link"}
    assert [item.title for item in _items(db, municipality)] == ["Hel sak"]


def test_hostile_words_are_only_words(db: Database, municipality: int, site: Server, pull: Pull) -> None:
    long = "Lang " * 2_000
    lists(
        site,
        News(path="/a", title="<script>alert(1)</script>"),
        News(path="/b", title=long),
        News(path="/c", lead="<!--" * 50_000),
    )
    assert pull().new == 3
    first, second, _ = _items(db, municipality)
    assert first.title == "<script>alert(1)</script>"
    assert len(second.title) <= 500


def test_a_wrongly_declared_encoding_still_reads(db: Database, municipality: int, site: Server, pull: Pull) -> None:
    site.answers[ADDRESS] = feed_answer(
        listing(site, News(path="/a", title="Blåbærtur på Ås")).decode().encode("cp1252")
    )
    pull()
    assert _items(db, municipality)[0].title == "Blåbærtur på Ås"


# --- the bell ---


def test_the_bell_pulls_what_is_due_and_one_bad_feed_harms_no_other(
    db: Database, municipality: int, feed_id: int, site: Server, http: Http, clock: StandingClock
) -> None:
    elsewhere = build.municipality(db)
    site.answers["/bad"] = Answer(status=500)
    lists(site, *some(2))
    with db.begin(elsewhere) as session:
        bad = build.feed(session, address=site.url + "/bad").pk
        later = build.feed(session, address=site.url + "/later", next_pull_at=build.NOW + timedelta(minutes=1)).pk
        build.feed(session, address=site.url + "/closed", active=False)
    assert ingestion.pull_due(db, http=http, clock=clock) == 2
    assert len(_items(db, municipality)) == 2
    assert _feed(db, elsewhere, bad).error_code == PullProblem.HTTP_ERROR
    assert _feed(db, elsewhere, later).last_pull_at is None
    assert ingestion.pull_due(db, http=http, clock=clock) == 0


# --- people ---


def test_a_feed_is_found_behind_any_page_of_the_site(site: Server, http: Http) -> None:
    lists(site, *some(7))
    site.answers["/"] = page(f'<link rel="alternate" type="application/rss+xml" href="{ADDRESS}"><p>Forside</p>')
    (found,) = ingestion.look(http, site.url + "/")
    assert (found.address, found.title, found.items) == (site.url + ADDRESS, "Nyheter - Fjordvik kommune", 7)
    assert [item.title for item in found.newest] == [f"Sak {number}" for number in range(5)]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (page("<p>Ingen nyheter</p>"), PullProblem.NOT_A_FEED),
        (Answer(status=404), PullProblem.PAGE_GONE),
        (Answer(cut=True), PullProblem.BROKEN_OFF),
    ],
)
def test_where_no_feed_is_found_the_reason_is_told(site: Server, http: Http, answer: Answer, code: PullProblem) -> None:
    site.answers["/side"] = answer
    with pytest.raises(Refused) as refused:
        ingestion.look(http, site.url + "/side")
    assert refused.value.codes == (code,)


def test_a_feed_is_added_with_everything_wrong_told_at_once(db: Database, municipality: int, chief: Actor) -> None:
    with db.begin(municipality) as session, pytest.raises(Refused) as refused:
        ingestion.add_feed(session, chief, address="javascript:alert(1)", title=" ", now=build.NOW)
    assert set(refused.value.codes) == {FeedRefusal.FEED_ADDRESS_INVALID, FeedRefusal.FEED_TITLE_EMPTY}


def test_an_address_is_followed_once(db: Database, municipality: int, chief: Actor) -> None:
    with db.begin(municipality) as session:
        ingestion.add_feed(session, chief, address="https://www.fjordvik.example/rss", title="Nyheter", now=build.NOW)
        with pytest.raises(Refused) as refused:
            ingestion.add_feed(
                session, chief, address=" https://www.fjordvik.example/rss", title="Nyheter", now=build.NOW
            )
    assert refused.value.codes == (FeedRefusal.FEED_ADDRESS_TAKEN,)


def test_who_may_not_arrange_may_not_add_a_feed_nor_a_reader_pull_one(
    db: Database, municipality: int, feed_id: int, http: Http, clock: StandingClock
) -> None:
    author, reader = actor(db, municipality, Role.AUTHOR), actor(db, municipality, Role.READER)
    with db.begin(municipality) as session, pytest.raises(Refused) as refused:
        ingestion.add_feed(session, author, address="https://x.example/", title="x", now=build.NOW)
    assert refused.value.codes == (Denied.NOT_ALLOWED,)
    with pytest.raises(Refused):
        ingestion.pull(db, municipality_id=municipality, feed_id=feed_id, http=http, clock=clock, actor=reader)


def test_an_item_is_set_aside_and_taken_up_again(db: Database, municipality: int, chief: Actor) -> None:
    with db.begin(municipality) as session:
        item = build.feed_item(session)
        ingestion.set_aside(session, chief, item.pk, now=build.NOW)
        assert build.fresh(session, item).set_aside_at == build.NOW
        ingestion.take_up_again(session, chief, item.pk, now=build.NOW)
        assert build.fresh(session, item).set_aside_at is None


def test_a_feed_gets_another_title_and_can_rest(db: Database, municipality: int, feed_id: int, chief: Actor) -> None:
    with db.begin(municipality) as session:
        ingestion.change_feed(session, chief, feed_id=feed_id, title=" Skolens  nyheter", active=False, now=build.NOW)
    stored = _feed(db, municipality, feed_id)
    assert (stored.title, stored.active) == ("Skolens nyheter", False)
