"""From a news item to a draft: what the site gives, what it fails to give, and pressing twice."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image
from sqlmodel import col, select

from connectors.http import Http
from scheduler.domain.access import Actor, Denied, Role
from scheduler.domain.publication import State
from scheduler.errors import Missing, Refused
from scheduler.services import drafting
from scheduler.services.drafting import DraftRefusal, PictureNote
from scheduler.store import posts, publications
from scheduler.store.database import Database
from scheduler.store.tables import AuditEvent, FeedItem, Media
from tests import build
from tests.connectors.server import Answer, Server, page
from tests.town import StandingClock, actor

NN = "Kommunen har ikkje fått svar frå dei som bur langs vegen, og no vert det halde eit nytt folkemøte om korleis han skal bli tryggare."


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def news(site: Server) -> str:
    """A page with a picture; its address."""
    site.answers["/bilde.jpg"] = Answer(body=picture(), headers={"Content-Type": "image/jpeg"})
    site.answers["/nyhet"] = page(
        "<!doctype html><html lang='nb'><body><article><h1>Ny gangvei</h1><figure><img src='/bilde.jpg' alt='En gangvei i sol'>"
        "<figcaption>Foto: Ola Nordvik</figcaption></figure><p>Tekst</p></article></body></html>"
    )
    return site.url + "/nyhet"


def _item(db: Database, municipality: int, link: str, **values: Any) -> int:
    with db.begin(municipality) as session:
        build.channel(session)
        return build.feed_item(session, link=link, **values).pk


def test_a_draft_says_the_title_and_the_lead_and_has_the_pages_picture(
    db: Database, municipality: int, chief: Actor, http: Http, clock: StandingClock, site: Server, news: str
) -> None:
    item_id = _item(
        db, municipality, news, image_url=site.url + "/bilde.jpg", title="Ny gangvei", summary="Den er åpen."
    )
    post_id = drafting.draft(db, chief, item_id=item_id, http=http, clock=clock)
    with db.read(municipality) as session:
        assert posts.texts(session, post_id) == {"nb": "Ny gangvei\n\nDen er åpen."}
        (shown,) = posts.pictures(session, post_id)
        assert (shown.alt_text, shown.decorative, shown.photographer) == ("En gangvei i sol", False, "Ola Nordvik")
        (publication,) = publications.of_post(session, post_id)
        assert publication.state is State.DRAFT
        assert posts.post(session, post_id).link == news


def test_pressing_twice_gives_the_same_post(
    db: Database, municipality: int, chief: Actor, http: Http, clock: StandingClock, news: str
) -> None:
    item_id = _item(db, municipality, news)
    first = drafting.draft(db, chief, item_id=item_id, http=http, clock=clock)
    assert drafting.draft(db, chief, item_id=item_id, http=http, clock=clock) == first


def test_two_who_press_at_once_get_the_same_post(
    db: Database, municipality: int, chief: Actor, http: Http, clock: StandingClock, site: Server
) -> None:
    others: list[int] = []

    def answer(_: object) -> Answer:
        if not others:
            others.append(0)
            others[0] = drafting.draft(db, chief, item_id=item_id, http=http, clock=clock)
        return page("<p>Hei</p>")

    site.answers["/nyhet"] = answer
    item_id = _item(db, municipality, site.url + "/nyhet")
    assert drafting.draft(db, chief, item_id=item_id, http=http, clock=clock) == others[0]
    with db.read(municipality) as session:
        assert len(publications.of_post(session, others[0])) == 1


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (Answer(status=404), PictureNote.PICTURE_UNREAD),
        (
            Answer(body=b"<svg onload='alert(1)'/>", headers={"Content-Type": "image/jpeg"}),
            PictureNote.PICTURE_UNUSABLE,
        ),
        (Answer(cut=True), PictureNote.PICTURE_UNREAD),
        (Answer(body=picture()[:100]), PictureNote.PICTURE_UNUSABLE),
    ],
)
def test_a_picture_that_cannot_be_had_never_stops_the_draft(
    db: Database,
    municipality: int,
    chief: Actor,
    http: Http,
    clock: StandingClock,
    site: Server,
    news: str,
    answer: Answer,
    note: PictureNote,
) -> None:
    site.answers["/bilde.jpg"] = answer
    item_id = _item(db, municipality, news)
    post_id = drafting.draft(db, chief, item_id=item_id, http=http, clock=clock)
    with db.read(municipality) as session:
        assert posts.pictures(session, post_id) == []
        event = session.exec(select(AuditEvent).where(col(AuditEvent.action) == "draft")).one()
    assert event.detail["picture"] == note


def test_a_page_that_cannot_be_had_leaves_the_feeds_own_picture(
    db: Database, municipality: int, chief: Actor, http: Http, clock: StandingClock, site: Server, news: str
) -> None:
    site.answers["/nyhet"] = Answer(status=500)
    item_id = _item(
        db, municipality, news, image_url=site.url + "/bilde.jpg", image_alt="Fra feeden", photographer="Kari Vik"
    )
    post_id = drafting.draft(db, chief, item_id=item_id, http=http, clock=clock)
    with db.read(municipality) as session:
        (shown,) = posts.pictures(session, post_id)
    assert (shown.alt_text, shown.photographer) == ("Fra feeden", "Kari Vik")


def test_the_same_picture_is_kept_once(
    db: Database, municipality: int, chief: Actor, http: Http, clock: StandingClock, news: str
) -> None:
    for _ in range(2):
        drafting.draft(db, chief, item_id=_item(db, municipality, news), http=http, clock=clock)
    with db.read(municipality) as session:
        assert len(session.exec(select(Media)).all()) == 1


def test_the_text_tells_the_language_and_the_feed_where_it_does_not(
    db: Database, municipality: int, chief: Actor, http: Http, clock: StandingClock, news: str
) -> None:
    said = _item(db, municipality, news, title="Folkemøte", summary=NN, language="nb")
    unsure = _item(db, municipality, news, title="17. mai", summary="", language="nn")
    for item_id in (said, unsure):
        post_id = drafting.draft(db, chief, item_id=item_id, http=http, clock=clock)
        with db.read(municipality) as session:
            assert list(posts.texts(session, post_id)) == ["nn"]


def test_a_text_that_names_a_day_gets_the_end_of_it_as_its_latest_moment(
    db: Database, municipality: int, chief: Actor, http: Http, clock: StandingClock, news: str
) -> None:
    item_id = _item(db, municipality, news, title="Veien stenges i dag", summary="Vannet er borte til i kveld.")
    post_id = drafting.draft(db, chief, item_id=item_id, http=http, clock=clock)
    with db.read(municipality) as session:
        assert posts.post(session, post_id).latest_at == datetime(2026, 3, 3, 22, 59, tzinfo=UTC)


def test_a_units_feed_is_drafted_for_the_units_channels(
    db: Database, municipality: int, chief: Actor, http: Http, clock: StandingClock, news: str
) -> None:
    with db.begin(municipality) as session:
        unit = build.unit(session).pk
        build.channel(session)
        own = build.channel(session, unit_id=unit).pk
        build.channel(session, unit_id=unit, active=False)
        feed = build.feed(session, unit_id=unit).pk
        item_id = build.feed_item(session, feed_id=feed, link=news).pk
    leader = actor(db, municipality, Role.LEADER, unit_id=unit)
    post_id = drafting.draft(db, leader, item_id=item_id, http=http, clock=clock)
    with db.read(municipality) as session:
        assert [each.channel_id for each in publications.of_post(session, post_id)] == [own]
        assert posts.post(session, post_id).unit_id == unit


def test_a_unit_leader_drafts_nothing_of_the_municipalitys(
    db: Database, municipality: int, http: Http, clock: StandingClock, news: str
) -> None:
    item_id = _item(db, municipality, news)
    with db.begin(municipality) as session:
        unit = build.unit(session).pk
    leader = actor(db, municipality, Role.LEADER, unit_id=unit)
    with pytest.raises(Refused) as refused:
        drafting.draft(db, leader, item_id=item_id, http=http, clock=clock)
    assert refused.value.codes == (Denied.NOT_ALLOWED,)


def test_what_the_site_took_back_is_not_drafted(
    db: Database, municipality: int, chief: Actor, http: Http, clock: StandingClock, news: str
) -> None:
    item_id = _item(db, municipality, news, withdrawn_at=build.NOW)
    with pytest.raises(Refused) as refused:
        drafting.draft(db, chief, item_id=item_id, http=http, clock=clock)
    assert refused.value.codes == (DraftRefusal.ITEM_WITHDRAWN,)


def test_another_municipalitys_item_is_no_item(
    db: Database, municipality: int, chief: Actor, http: Http, clock: StandingClock, news: str
) -> None:
    item_id = _item(db, build.municipality(db), news)
    with pytest.raises(Missing):
        drafting.draft(db, chief, item_id=item_id, http=http, clock=clock)


def test_a_lead_that_only_the_page_has_is_the_drafts_lead(
    db: Database, municipality: int, chief: Actor, http: Http, clock: StandingClock, site: Server
) -> None:
    site.answers["/nyhet"] = page(
        "<html><head><meta name='description' content='Alt om veien.'></head><body><h1>Vei</h1></body></html>"
    )
    item_id = _item(db, municipality, site.url + "/nyhet", title="Vei", summary="")
    post_id = drafting.draft(db, chief, item_id=item_id, http=http, clock=clock)
    with db.read(municipality) as session:
        assert list(posts.texts(session, post_id).values()) == ["Vei\n\nAlt om veien."]
        stored = session.exec(select(FeedItem).where(FeedItem.id == item_id)).one()
    assert stored.page_read_at == clock()
