"""A municipality with people, on a database of its own, and a browser without scripts for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

import migrations
from scheduler.clock import Clock
from scheduler.domain.access import Role
from scheduler.services import municipalities, people, signing_in
from scheduler.services.gate import Gate
from scheduler.settings import Secret, Settings
from scheduler.store.database import Database, Process
from web.app import create_app
from web.assets import compile_translations
from web.house import KEY, House

START = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
PASSWORD = "en lang og fin setning"


#: By name: the cookie of who has signed in, and the token of a page that was shown to them.
_signed_in: dict[str, tuple[str, str]] = {}
_tokens: WeakKeyDictionary[FlaskClient, str] = WeakKeyDictionary()


class WoundClock(Clock):
    """A clock that stands still until it is wound."""

    def __init__(self) -> None:
        super().__init__(source=lambda: self.at)
        self.at = START

    def pass_by(self, length: timedelta) -> None:
        """Let this much time pass."""
        self.at += length


@dataclass(kw_only=True)
class Town:
    """What the tests need of a running installation."""

    app: Flask
    db: Database
    clock: WoundClock
    settings: Settings
    municipality_id: int
    other_municipality_id: int
    unit_id: int
    people: dict[str, int]

    def browser(self) -> FlaskClient:
        """Somebody who has not signed in."""
        return self.app.test_client()

    def browser_of(self, name: str) -> FlaskClient:
        """Somebody who has: in earnest the first time, with the cookie of that time from then on."""
        client, cookie = self.browser(), self.app.config["SESSION_COOKIE_NAME"]
        if name not in _signed_in:
            sign_in(client, f"{name}@fjordvik.example")
            carried = token(client, "/fjordvik/me/")
            kept = client.get_cookie(cookie)
            assert kept
            _signed_in[name] = kept.value, carried
        value, _tokens[client] = _signed_in[name]
        client.set_cookie(cookie, value)
        return client


@pytest.fixture(scope="session", autouse=True)
def _translations() -> None:
    compile_translations()


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> None:
    """The same hash as always, at the least cost it can have: these tests sign in some hundred times."""
    signing_in.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two municipalities and their people, made once and copied for each test."""
    file = tmp_path_factory.mktemp("town") / "town.sqlite"
    url = f"sqlite:///{file}"
    migrations.upgrade(url)
    db = Database(url)
    with db.operate() as session:
        here = municipalities.add_municipality(session, name="Fjordvik kommune", now=START)
        there = municipalities.add_municipality(session, name="Utvik kommune", language="nn", now=START)
        assert here.id is not None
        assert there.id is not None
    with db.begin(here.id) as session:
        school = municipalities.add_unit(session, None, name="Fjordvik skule", now=START)
        for name, role, unit in (
            ("kari", Role.CHIEF, None),
            ("anne", Role.ADMINISTRATOR, None),
            ("lars", Role.LEADER, school.pk),
            ("rita", Role.READER, None),
        ):
            people.add_person(
                session,
                None,
                name=f"{name.title()} Nordmann",
                email=f"{name}@fjordvik.example",
                role=role,
                unit_id=unit,
                password=PASSWORD,
                now=START,
            )
    with db.begin(there.id) as session:
        people.add_person(
            session,
            None,
            name="Ola Utvik",
            email="ola@utvik.example",
            role=Role.ADMINISTRATOR,
            password=PASSWORD,
            now=START,
        )
    db.close()
    return file


@pytest.fixture(scope="session")
def one_app(town_file: Path) -> Flask:
    """An app whose house each test fills anew: its templates are compiled once."""
    settings, clock = Settings(secret_key=Secret("x" * 40)), WoundClock()
    return create_app(settings, db=Database(f"sqlite:///{town_file}"), clock=clock, gate=Gate.of(settings, clock))


@pytest.fixture
def town(town_file: Path, tmp_path: Path, one_app: Flask) -> Iterator[Town]:
    """The installation, running."""
    file = tmp_path / "town.sqlite"
    file.write_bytes(town_file.read_bytes())
    db = Database(f"sqlite:///{file}", process=Process.WEB)
    clock = WoundClock()
    settings = Settings(database_url=db.url, secret_key=Secret("x" * 40), practice_file=tmp_path / "practice.db")
    one_app.extensions[KEY] = House(settings=settings, db=db, clock=clock, gate=Gate.of(settings, clock))
    people_by_name = {"kari": 1, "anne": 2, "lars": 3, "rita": 4, "ola": 5}
    yield Town(
        app=one_app,
        db=db,
        clock=clock,
        settings=settings,
        municipality_id=1,
        other_municipality_id=2,
        unit_id=1,
        people=people_by_name,
    )
    db.close()


def token(client: FlaskClient, path: str = "/fjordvik/sign-in") -> str:
    """The CSRF token that a page carries."""
    text = client.get(path).get_data(as_text=True)
    return text.split('name="csrf_token" ', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, *, town: str = "fjordvik", **more: Any) -> Any:
    """Send the sign-in form."""
    form = {"email": email, "password": password, "csrf_token": token(client, f"/{town}/sign-in")}
    return client.post(f"/{town}/sign-in", data={**form, **more})


@pytest.fixture
def post() -> Callable[..., Any]:
    """Send a form with its token: the one that a page showed before, or taken from the page at `page`."""

    def send(client: FlaskClient, path: str, *, page: str | None = None, **form: Any) -> Any:
        carried = None if page else _tokens.get(client)
        return client.post(path, data={**form, "csrf_token": carried or token(client, page or "/fjordvik/me/")})

    return send
