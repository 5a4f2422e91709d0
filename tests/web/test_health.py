"""How the installation fares, for machines and for people: what each trouble says, and that the page lives without losing one's place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlmodel import col

from scheduler.domain.access import Role
from scheduler.domain.delivery import Kind
from scheduler.queries.channels import Health
from scheduler.services import connecting, holding, watching
from scheduler.settings import MailKind, MailServer
from scheduler.store import deliveries, rows
from scheduler.store.database import Database
from scheduler.store.schema import EXPECTED
from scheduler.store.tables import DeliveryContent, GrantRow, Listening
from tests import build
from tests.pages import OpenPage
from tests.web.conftest import START, Town
from tests.web.served import let_in, served
from web.house import KEY, House
from web.pages.health import KEPT_FOR

CHECKED = {"limits": {"characters": 500}, "can": 1}


def channel(town: Town, *, municipality_id: int = 1, **values: Any) -> int:
    with town.db.begin(municipality_id) as session:
        return build.channel(session, **{**CHECKED, **values}).pk


def beat(town: Town) -> None:
    """A worker lives. The pages' own role writes no signs of life, so that the operator's does."""
    db = Database(town.db.url)
    watching.beat(db, worker="machine-7:4711", now=town.clock())
    db.close()


def told(town: Town) -> tuple[int, Any]:
    """What machines are told, whoever asks: the status and the JSON."""
    answer = town.browser().get("/health")
    return answer.status_code, answer.get_json()


def text(client: FlaskClient, path: str = "/fjordvik/health/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_machines_are_told_that_all_is_well_and_nothing_that_names_anybody(town: Town) -> None:
    channel(town, name="Hemmelig", remote_name="@hemmelig")
    channel(town, paused_code="token_dead", municipality_id=2)
    beat(town)
    status, found = told(town)
    assert status == 200
    assert found == {
        "status": "ok",
        "database": "ok",
        "schema": {"is": EXPECTED, "expected": EXPECTED},
        "workers": [{"lives": True, "beat_at": START.isoformat()}],
        "channels": {health.value: {Health.WELL: 1, Health.PAUSED: 1}.get(health, 0) for health in Health},
        "collecting": {"overdue": 0},
        "mail": "off",
    }


def test_people_are_told_where_comments_do_not_come_and_since_when(town: Town) -> None:
    for name, code in (("Stille", None), ("Nede", "server_error")):
        row = Listening(
            municipality_id=1,
            channel_id=channel(town, name=name),
            next_at=START,
            collected_at=START - timedelta(hours=1),
            error_code=code,
        )
        with town.db.begin(1) as session:
            rows.add(session, row)
    beat(town)
    status, found = told(town)
    assert (status, found["collecting"]) == (200, {"overdue": 2})
    page = text(town.browser_of("rita"))
    assert "Vi ser ikke nye kommentarer i Stille" in page
    assert "Plattformen har" in page
    assert "De ble sist hentet" in page


def test_machines_are_told_when_no_worker_lives(town: Town) -> None:
    assert told(town)[0] == 503
    beat(town)
    assert told(town)[0] == 200
    town.clock.pass_by(timedelta(seconds=45))
    status, found = told(town)
    assert (status, found["status"]) == (503, "unwell")


@pytest.mark.parametrize("url", ["postgresql+psycopg://nobody@127.0.0.1:9/nothing", "sqlite:///:memory:"])
def test_machines_are_told_when_the_database_or_its_schema_stands_in_the_way(town: Town, url: str) -> None:
    house: House = town.app.extensions[KEY]
    away = Database(url)
    town.app.extensions[KEY] = House(settings=house.settings, db=away, clock=house.clock, gate=house.gate)
    status, found = told(town)
    away.close()
    assert (status, found["status"], found["channels"]) == (503, "unwell", None)


def test_channels_are_counted_no_oftener_than_they_must(town: Town) -> None:
    beat(town)
    assert told(town)[1]["channels"]["well"] == 0
    channel(town)
    assert told(town)[1]["channels"]["well"] == 0
    town.clock.pass_by(KEPT_FOR)
    assert told(town)[1]["channels"]["well"] == 1


def test_people_are_told_that_nothing_needs_them(town: Town) -> None:
    channel(town)
    beat(town)
    page = text(town.browser_of("rita"))
    assert "Utsendingen går, og alle kanaler og nyhetsstrømmer som er i bruk, er i orden." in page
    assert "tirsdag 24. november 2026 kl. 09.30" in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"paused_code": "token_dead"}, "Plattformen godtar ikke lenger"),
        ({"paused_code": "by_hand"}, "Noen har satt kanalen på pause."),
        ({"expires_at": START}, "Tilgangen er gått ut. Koble til kontoen på nytt."),
        ({"expires_at": START + timedelta(days=3)}, "Tilgangen går snart ut."),
        ({"limits": {}}, "trykk «Sjekk nå»"),
    ],
)
def test_every_trouble_with_a_channel_says_what_to_do(town: Town, values: dict[str, Any], said: str) -> None:
    channel_id = channel(town, name="Kanalen vår", **values)
    beat(town)
    page = text(town.browser_of("rita"))
    assert said in page
    assert f'href="/fjordvik/channels/{channel_id}"' in page
    assert "er i orden." not in page


def test_people_are_told_why_nothing_is_sent(town: Town) -> None:
    client = town.browser_of("rita")
    assert "Utsendingen er ikke startet" in text(client)
    beat(town)
    town.clock.pass_by(timedelta(minutes=5))
    assert "i dag kl. 09.30" in text(client)


def test_people_are_told_what_is_held_back_and_why(town: Town) -> None:
    one = channel(town, name="Kanalen vår")
    with town.db.begin(1) as session:
        holding.hold(session, None, channel_id=one, reason="Kontoen er <b>kapret</b>", now=START)
    client = town.browser_of("rita")
    assert "Holdt tilbake: «Kontoen er &lt;b&gt;kapret&lt;/b&gt;»" in text(client)
    with town.db.begin(1) as session:
        holding.hold(session, None, channel_id=None, reason="Flom", now=START)
    assert "Alt blir holdt tilbake" in text(client)


def test_people_are_told_of_a_feed_that_cannot_be_read(town: Town) -> None:
    with town.db.begin(1) as session:
        build.feed(session, title="Nyheter <3", error_code="unreachable")
        build.feed(session, title="Stengt", error_code="unreachable", active=False)
    page = text(town.browser_of("rita"))
    assert "Nyheter fra Nyheter &lt;3" in page
    assert "Stengt" not in page


def test_people_are_told_of_enquiries_that_nobody_is_left_to_answer(town: Town) -> None:
    client = town.browser_of("rita")
    channel_id = channel(town)
    with town.db.begin(1) as session:
        thread = build.thread(session, channel_id=channel_id)
        build.enquiry(session, build.comment(session, thread, written_at=START - timedelta(hours=20)))
    assert "Ingen som kan svare, har en rolle der" not in text(client)
    with town.db.begin(1) as session:
        for row in rows.every(session, GrantRow, col(GrantRow.role) != Role.READER):
            session.delete(row)
    assert "Ingen som kan svare, har en rolle der" in text(client)


def test_nothing_of_another_municipality_is_told_of(town: Town) -> None:
    channel(town, name="Utvik sin kanal", paused_code="token_dead", municipality_id=2)
    with town.db.begin(2) as session:
        build.feed(session, title="Utvik sine nyheiter", error_code="unreachable")
    assert "Utvik" not in text(town.browser_of("rita"))


def test_asked_again_it_answers_only_what_has_changed(town: Town) -> None:
    channel_id = channel(town)
    beat(town)
    client = town.browser_of("rita")
    page = text(client)
    tag = page.split('hx-ptag="')[1].split('"')[0]
    asked = {"HX-Request": "true", "HX-PTag": tag}
    same = client.get("/fjordvik/health/", headers=asked)
    assert (same.status_code, same.data, same.headers["HX-PTag"]) == (304, b"", tag)
    with town.db.begin(1) as session:
        connecting.pause(session, None, channel_id=channel_id, now=START)
    other = client.get("/fjordvik/health/", headers=asked)
    assert (other.status_code, other.headers["HX-PTag"] != tag) == (200, True)
    assert "<html" not in other.get_data(as_text=True)
    assert "Noen har satt kanalen på pause." in other.get_data(as_text=True)


def test_the_page_keeps_up_by_itself_and_nobody_loses_their_place(town: Town, open_page: OpenPage) -> None:
    channel_id = channel(town, name="Kanalen vår")
    beat(town)
    page = open_page()
    with served(town.app) as address:
        let_in(page, address, "rita")
        page.clock.install(time=START)
        page.goto(f"{address}/fjordvik/health/")
        link = page.locator("table a", has_text="Kanalen vår")
        link.focus()
        with page.expect_response(lambda answer: answer.url.endswith("/health/")) as first:
            page.clock.fast_forward(16_000)
        assert first.value.status == 304
        with town.db.begin(1) as session:
            connecting.pause(session, None, channel_id=channel_id, now=START)
        page.clock.fast_forward(16_000)
        expect(page.locator("table")).to_contain_text("Noen har satt kanalen på pause.")
        expect(link).to_be_focused()
        page.goto("about:blank")


def test_the_page_says_why_letters_wait(town: Town) -> None:
    ours = town.app.extensions[KEY]
    server = MailServer(kind=MailKind.SMTP, host="mail.fjordvik.example", port=25)
    town.app.extensions[KEY] = replace(ours, settings=replace(ours.settings, mail_server=server))
    why = "E-posttjeneren har ingen trygg måte å logge inn på."
    kari = town.browser_of("kari")
    assert why not in kari.get("/fjordvik/health/").text
    with town.db.begin(town.municipality_id) as session:
        content = DeliveryContent(
            municipality_id=town.municipality_id, delivery_id=0, text="To venter.", answer_code="mail_not_safe"
        )
        deliveries.mint(session, kind=Kind.MAIL, lane=None, channel_id=None, content=content, now=START, person_id=None)
    assert why in kari.get("/fjordvik/health/").text
