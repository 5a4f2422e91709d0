"""What people see when something cannot be done: words in their language, never a traceback, never a loss of what they typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, abort

from scheduler.domain.access import Denied
from scheduler.domain.people import PersonRefusal
from scheduler.errors import Busy, LostRace, Missing, Refused
from scheduler.services.gate import Gate
from scheduler.settings import Secret, Settings
from scheduler.store.database import Database
from tests.web.conftest import Town, WoundClock, sign_in, token
from web.app import create_app
from web.doors import DOORS, Open, page
from web.house import KEY


@pytest.fixture(scope="module")
def troubled_app(town_file: Path) -> Iterator[Flask]:
    """An app that also has a page which raises what its test wants; each test fills its house anew."""
    wanted: list[BaseException | int] = []

    def view() -> Any:
        what = wanted[0]
        if isinstance(what, int):
            abort(what)
        raise what

    pages = Blueprint("trouble", __name__, url_prefix="/trouble")
    view.__name__ = "trouble"
    page(pages, "/", may=Open.ANYBODY, methods=("GET", "POST"))(view)
    settings, clock = Settings(secret_key=Secret("x" * 40)), WoundClock()
    db = Database(f"sqlite:///{town_file}")
    app = create_app(settings, db=db, clock=clock, gate=Gate.of(settings, clock), more_pages=[pages])
    app.extensions["trouble"] = wanted
    yield app
    db.close()
    DOORS.pop("trouble.trouble")


@pytest.fixture
def troubled(town: Town, troubled_app: Flask) -> Flask:
    """The same, in this test's town."""
    troubled_app.extensions[KEY] = town.app.extensions[KEY]
    return troubled_app


CASES = [
    (400, 400, "kunne ikke forstås"),
    (403, 403, "Du har ikke tilgang til dette"),
    (404, 404, "Denne siden finnes ikke"),
    (405, 405, "Dette kan ikke gjøres her"),
    (413, 413, "Det var for stort"),
    (418, 418, "kunne ikke forstås"),
    (429, 429, "For mange forsøk"),
    (500, 500, "Noe gikk galt hos oss"),
    (502, 502, "Noe gikk galt hos oss"),
    (Busy("busy"), 503, "Databasen er opptatt"),
    (Missing("person", 7), 404, "Denne siden finnes ikke"),
    (LostRace("post", 7), 409, "Noen andre var først ute"),
    (Refused(PersonRefusal.NOT_ONESELF), 422, "Du kan ikke stenge din egen konto"),
    (Refused(PersonRefusal.NAME_TOO_LONG, limit=120), 422, "høyst 120 tegn"),
    (Refused(PersonRefusal.NAME_TOO_LONG), 422, "høyst – tegn"),
    (Refused(Denied.NOT_ALLOWED, deed="approve"), 403, "Du har ikke tilgang til dette"),
    (ZeroDivisionError("a secret in a traceback"), 500, "Noe gikk galt hos oss"),
]


@pytest.mark.parametrize(("what", "status", "said"), CASES)
@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
def test_every_trouble_is_told_in_words(
    troubled: Flask, what: BaseException | int, status: int, said: str, part: bool
) -> None:
    troubled.extensions["trouble"][:] = [what]
    headers = {"HX-Request": "true"} if part else {}
    answer = troubled.test_client().get("/fjordvik/trouble/", headers=headers)
    text = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert said in text
    assert "Traceback" not in text
    assert "secret" not in text
    assert ("<hx-partial" in text) is part
    assert ("<html" in text) is not part
    assert "Content-Security-Policy" in answer.headers


def test_a_busy_database_says_when_to_come_back(troubled: Flask) -> None:
    troubled.extensions["trouble"][:] = [Busy("busy")]
    assert troubled.test_client().get("/fjordvik/trouble/").headers["Retry-After"] == "5"


@pytest.mark.parametrize("what", [LostRace("post", 7), Busy("busy"), Refused(PersonRefusal.NOT_ONESELF)])
def test_what_was_typed_is_shown_back_but_no_secret(troubled: Flask, what: Exception) -> None:
    troubled.extensions["trouble"][:] = [what]
    client = troubled.test_client()
    typed = {"text": "En lang tekst\nover to linjer <b>", "password": "hemmelig setning", "csrf_token": token(client)}
    text = client.post("/fjordvik/trouble/", data=typed).get_data(as_text=True)
    assert "En lang tekst\nover to linjer &lt;b&gt;" in text
    assert "hemmelig" not in text


def test_a_broken_page_is_told_without_asking_the_database(troubled: Flask, town: Town) -> None:
    client = troubled.test_client()
    sign_in(client, "kari@fjordvik.example")
    troubled.extensions["trouble"][:] = [Busy("busy")]
    text = client.get("/fjordvik/trouble/").get_data(as_text=True)
    assert "Fjordvik kommune" in text
    assert "Kari" not in text, "whoever asks is read from the database"


@pytest.mark.parametrize(
    "path", ["/nowhere", "/nowhere/at/all", "/fjordvik/nowhere", "/utvik", "/%00", "/" + "x" * 3000, "/..%2f"]
)
def test_an_address_that_nothing_has_is_told_so(town: Town, path: str) -> None:
    answer = town.browser().get(path)
    assert answer.status_code in {303, 308, 400, 404}
    assert "Traceback" not in answer.get_data(as_text=True)


def test_a_wrong_address_within_a_municipality_stays_within_it(town: Town) -> None:
    text = town.browser_of("kari").get("/fjordvik/nowhere").get_data(as_text=True)
    assert "Fjordvik kommune" in text
    assert 'href="/fjordvik/people/"' in text


def test_a_wrong_way_of_asking_names_the_right_ones(town: Town) -> None:
    answer = town.browser().post("/fjordvik/people/", data={"csrf_token": token(town.browser())})
    assert answer.status_code in {400, 405}


@pytest.mark.parametrize("value", ["abc", "0", "-1", "99999999999999999999999", "1.5", "\x00"])
def test_a_cursor_or_an_id_that_makes_no_sense_breaks_nothing(town: Town, value: str) -> None:
    client = town.browser_of("kari")
    assert client.get("/fjordvik/people/", query_string={"after": value}).status_code in {200, 400, 404}
    assert client.get(f"/fjordvik/people/{value}").status_code in {400, 404}


def test_health_is_told_to_machines_without_signing_in(town: Town) -> None:
    answer = town.browser().get("/health")
    told = json.loads(answer.get_data(as_text=True))
    assert told["database"] == "ok"
    assert told["workers"] == []
    assert "fjordvik" not in answer.get_data(as_text=True).lower()


def test_the_front_page_leads_on_or_lets_one_choose(town: Town) -> None:
    text = town.browser().get("/").get_data(as_text=True)
    assert 'href="/fjordvik/sign-in"' in text
    assert 'href="/utvik/sign-in"' in text


def test_a_municipalitys_own_host_name_is_its_alone(town: Town) -> None:
    with town.db.operate() as session:
        session.connection().exec_driver_sql(
            "UPDATE municipality SET host = 'sosiale.utvik.example' WHERE slug = 'utvik'"
        )
    client = town.browser()
    assert client.get("/", base_url="http://sosiale.utvik.example/").location == "/utvik/sign-in"
    assert client.get("/utvik/sign-in", base_url="http://sosiale.utvik.example:8000/").status_code == 200
    assert client.get("/fjordvik/sign-in", base_url="http://sosiale.utvik.example/").status_code == 404
    assert client.get("/utvik/sign-in", base_url="http://localhost/").status_code == 200


def test_an_answer_to_somebody_signed_out_asks_htmx_to_go_to_the_sign_in_page(town: Town) -> None:
    answer = town.browser().get("/fjordvik/people/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/fjordvik/sign-in")
