"""The one door to the outside: who carries mail by the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.contract import Letter
from connectors.mail import Mail
from connectors.practice_mail import PracticeMail
from scheduler import settings
from scheduler.errors import Refused
from scheduler.services import practice_letters
from scheduler.services.connecting import House
from scheduler.services.gate import Gate
from scheduler.store.database import Database
from tests import build
from tests.town import SECRET_KEY, StandingClock

OURS = {"ORDSKIFTE_MAIL_SENDER": "some@fjordvik.example", "ORDSKIFTE_SECRET_KEY": SECRET_KEY}


def gate(clock: StandingClock, **given: str) -> Gate:
    return Gate.of(settings.read({f"ORDSKIFTE_{name}": value for name, value in given.items()} | OURS), clock)


def test_without_a_mail_server_nobody_carries_mail(clock: StandingClock) -> None:
    assert gate(clock).mail() is None
    assert gate(clock, MAIL_SERVER="").mail() is None


@pytest.mark.parametrize("server", ["smtp://mail.fjordvik.example", "smtps://kari:hemmelig@mail.fjordvik.example"])
def test_a_mail_server_carries_mail(clock: StandingClock, server: str) -> None:
    found = gate(clock, MAIL_SERVER=server)
    assert isinstance(found.mail(), Mail)
    assert "hemmelig" not in repr(found)


def test_letters_are_marked_with_the_senders_domain_or_with_one_that_is_nobodys(clock: StandingClock) -> None:
    assert gate(clock).house.mail_domain == "fjordvik.example"
    nameless = settings.read({"ORDSKIFTE_SECRET_KEY": SECRET_KEY})
    assert Gate.of(nameless, clock).house.mail_domain == "ordskifte.invalid"


def test_mail_may_stay_in_the_practice_networks_box_where_those_it_is_for_find_it(
    db: Database, municipality: int, clock: StandingClock, house: House
) -> None:
    carrier = gate(clock, MAIL_SERVER="practice:", PRACTICE_FILE=house.practice_file).mail()
    assert isinstance(carrier, PracticeMail)
    with db.begin(municipality) as session:
        to = build.person(session).email
    for number, each in enumerate((to, "anna@solvik.example", to)):
        carrier.send(Letter(to=each, subject=f"Brev {number}", text="Hei!", message_id=f"{number}@fjordvik.example"))
    with db.read(municipality) as session:
        first = practice_letters.letters(session, house=house, limit=1)
        rest = practice_letters.letters(session, house=house, limit=1, before=first.after)
    assert [each.subject for each in first.letters + rest.letters] == ["Brev 2", "Brev 0"]
    assert rest.after is None


def test_a_box_that_cannot_be_opened_is_told_of(db: Database, municipality: int, house: House, tmp_path: Path) -> None:
    broken = House(sealer=house.sealer, practice_file=str(tmp_path))
    with db.read(municipality) as session, pytest.raises(Refused) as refused:
        practice_letters.letters(session, house=broken)
    assert "practice_file_unusable" in str(refused.value.codes)
