"""The letter about posts that moved: one a person for all of it, by day, once, and only where mail is on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from string import Formatter
from typing import Any

import pytest

from connectors.http import Http
from scheduler.domain.access import Role
from scheduler.domain.delivery import Action
from scheduler.services import mailing_moves, move_letters, planning, review, settling, telling
from scheduler.services.connecting import House
from scheduler.store import deliveries, rows
from scheduler.store.database import Database
from scheduler.store.tables import Delivery, MovedPost, Person, Publication
from tests import build
from tests.services.desk import wall
from tests.services.office import Office, office_of
from tests.town import StandingClock, actor

MORNING, MINUTE = wall("2026-03-03 10:00"), timedelta(minutes=1)


@pytest.fixture
def house(house: House) -> House:
    return House(sealer=house.sealer, practice_file=house.practice_file, address="https://ordskifte.fjordvik.example")


@pytest.fixture
def each_office(db: Database, clock: StandingClock, http: Http, house: House) -> Office:
    """An office; the test runs once on each database."""
    return office_of(db, clock, http, house, slug="fjordvik")


@pytest.fixture
def office(sqlite_db: Database, clock: StandingClock, http: Http, house: House) -> Office:
    return office_of(sqlite_db, clock, http, house, slug="fjordvik")


def moved(office: Office, *, title: str = "Ny gangvei åpner", by: int | None = None) -> int:
    """A post of the service desk's that somebody else moved from three to four; its publication's id."""
    chief = actor(office.db, office.municipality, Role.CHIEF)
    with office.db.begin(office.municipality) as session:
        channel = build.channel(session).pk
        post = build.post(session, title=title, author_id=by or office.desk)
        row = build.publication(session, post_id=post.pk, channel_id=channel)
        wanted = wall("2026-03-03 15:00")
        review.schedule(session, chief, post.pk, now=office.clock(), wanted_at={row.pk: wanted})
        planning.move(session, chief, row.pk, wanted_at=wall("2026-03-03 16:00"), now=office.clock())
        return row.pk


def ring(office: Office, after: timedelta = MINUTE) -> int:
    office.clock.wind(after)
    return mailing_moves.tell_due(office.db, gate=office.gate)


def test_all_that_moved_comes_in_one_letter_and_only_once(each_office: Office) -> None:
    office = each_office
    office.clock.moment = MORNING
    moved(office, title="Ny gangvei åpner")
    moved(office, title="Biblioteket flytter")
    assert ring(office, timedelta(0)) == 0
    assert ring(office) == 1
    ((recipient, text),) = office.mails()
    assert recipient == office.email(office.desk)
    assert "Flyttet fra i dag kl. 15.00 til i dag kl. 16.00. En kollega valgte det nye tidspunktet." in text
    assert text.count("«") == 2
    assert "https://ordskifte.fjordvik.example/fjordvik/posts/" in text
    assert ring(office) == 0


def test_nobody_is_written_to_in_the_night_but_in_the_morning(office: Office) -> None:
    office.clock.moment = MORNING
    moved(office)
    office.clock.moment = wall("2026-03-03 23:30")
    assert ring(office) == 0
    office.clock.moment = wall("2026-03-04 08:00")
    assert ring(office) == 1


def test_what_has_been_read_is_not_written_of(office: Office) -> None:
    office.clock.moment = MORNING
    moved(office)
    reader = replace(actor(office.db, office.municipality, Role.READER), person_id=office.desk)
    with office.db.begin(office.municipality) as session:
        (row,) = rows.every(session, MovedPost)
        telling.seen(session, reader, [row.pk], now=office.clock())
    assert ring(office) == 0


def test_where_mail_is_off_nothing_is_written_and_nothing_of_it_comes_later(office: Office) -> None:
    office.clock.moment = MORNING
    moved(office)
    silent = replace(office, gate=replace(office.gate, messenger=None))
    assert ring(silent) == 0
    assert ring(office, mailing_moves.STALE) == 0


@pytest.mark.parametrize("end", [Action.CONFIRM, Action.FAIL])
def test_the_letters_end_changes_no_post(office: Office, end: Action) -> None:
    office.clock.moment = MORNING
    publication_id = moved(office)
    assert ring(office) == 1
    office.mail_ends(Action.CLAIM)
    with office.db.begin(office.municipality) as session:
        (letter,) = rows.every(session, Delivery)
        if end is Action.FAIL:
            assert settling.failed(session, letter, action=end, code="mail_refused", detail="", now=office.clock())
        else:
            assert deliveries.change(session, letter, end, now=office.clock())
    assert ring(office) == 0
    with office.db.read(office.municipality) as session:
        assert rows.get(session, Publication, publication_id).problem_code is None


def test_a_letter_never_sent_lapses_at_nightfall(office: Office) -> None:
    office.clock.moment = MORNING
    moved(office)
    ring(office)
    with office.db.begin(office.municipality) as session:
        (letter,) = rows.every(session, Delivery)
        assert letter.not_after == wall("2026-03-03 22:00")
        assert settling.lapsed(session, letter, code="late", now=office.clock())


def test_one_who_has_left_is_not_written_to(office: Office) -> None:
    office.clock.moment = MORNING
    moved(office)
    with office.db.begin(office.municipality) as session:
        person = rows.get(session, Person, office.desk)
        person.active = False
        session.add(person)
    assert ring(office) == 0


def test_all_languages_say_the_same() -> None:
    for words in (move_letters.WORDS, move_letters.WHYS):
        english = {name: _places(template) for name, template in words["en"].items()}
        for language, said in words.items():
            assert {name: _places(template) for name, template in said.items()} == english, language


@pytest.mark.parametrize(
    ("language", "subject", "line"),
    [
        ("nb", "Et innlegg du har ansvar for, har mistet tidspunktet", "Sto i dag kl. 15.00."),
        ("nn", "Eit innlegg du har ansvar for, har mist tidspunktet", "Stod i dag kl. 15.00."),
        ("en", "A post of yours has lost its time", "Stood today at 15:00."),
        ("se", "Et innlegg du har ansvar for, har mistet tidspunktet", "Sto i dag kl. 15.00."),
    ],
)
def test_a_lost_time_is_told_in_the_readers_language(language: str, subject: str, line: str) -> None:
    entry: dict[str, Any] = {
        "from_at": wall("2026-03-03 15:00"),
        "to_at": None,
        "why": "late",
        "address": "https://x.example/1",
    }
    told = move_letters.moved(
        language,
        name="Jonas Vik",
        entries=[move_letters.MovedEntry(title="Ny\ngangvei \u202e", channel="Fjordvik", **entry)],
        more=0,
        address="https://x.example/",
        zone="Europe/Oslo",
        now=MORNING,
    )
    assert told[0] == subject
    assert line in told[1]
    assert "Ny gangvei" in told[1]


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}
