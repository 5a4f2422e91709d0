"""A letter goes by the engine like everything else: once, again where it may not have been taken, and never in a channel's name."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from connectors.contract import ConnectorError, Letter, Remedy
from scheduler.domain.delivery import LEASE, Kind, State
from scheduler.services import delivering, looking_up
from scheduler.store import deliveries, rows
from scheduler.store.tables import AuditEvent, Delivery, DeliveryContent
from tests.engine import Road

MINUTE = timedelta(minutes=1)


@dataclass(kw_only=True)
class PostOffice:
    """Takes letters. `trouble`: what it answers first, one after the other."""

    trouble: list[ConnectorError] = field(default_factory=list)
    taken: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        self.taken.append(letter)
        if self.trouble:
            raise self.trouble.pop(0)


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def road(road: Road, office: PostOffice) -> Road:
    """The road, with a post office at its end."""
    return replace(road, gate=replace(road.gate, messenger=office))


def letter(road: Road, *, lasts: timedelta | None = None) -> int:
    """A letter on its way; its delivery's id."""
    with road.db.begin(road.municipality) as session:
        return deliveries.mint(
            session,
            kind=Kind.MAIL,
            lane=None,
            channel_id=None,
            content=DeliveryContent(
                municipality_id=road.municipality,
                delivery_id=0,
                text="To innbyggere venter.",
                subject="To venter",
                recipient="kari@fjordvik.example",
            ),
            now=road.clock(),
            not_after=None if lasts is None else road.clock() + lasts,
            person_id=None,
        ).pk


def now(road: Road, delivery_id: int) -> Delivery:
    with road.db.read(road.municipality) as session:
        return rows.get(session, Delivery, delivery_id)


def history(road: Road) -> list[str]:
    with road.db.read(road.municipality) as session:
        return [each.action for each in rows.every(session, AuditEvent) if each.subject == "delivery"]


def test_a_letter_is_handed_in_as_it_was_written(road: Road, office: PostOffice) -> None:
    delivery_id = letter(road)
    assert road.deliver() == 1
    (taken,) = office.taken
    assert (taken.to, taken.subject, taken.text) == ("kari@fjordvik.example", "To venter", "To innbyggere venter.")
    assert now(road, delivery_id).key in taken.message_id
    assert now(road, delivery_id).state is State.SENT
    assert history(road) == ["mail", "claim", "confirm"]


def test_a_letters_mark_ends_in_the_senders_domain(road: Road, office: PostOffice) -> None:
    house = replace(road.gate.house, mail_domain="fjordvik.example")
    delivery_id = letter(road)
    replace(road, gate=replace(road.gate, house=house)).deliver()
    (taken,) = office.taken
    assert taken.message_id == f"{now(road, delivery_id).key}@fjordvik.example"


@pytest.mark.parametrize("remedy", [Remedy.WAIT, Remedy.RECONNECT])
def test_what_was_not_taken_is_handed_in_again_later_as_the_same_letter(
    road: Road, office: PostOffice, remedy: Remedy
) -> None:
    office.trouble.append(ConnectorError(remedy, "mail_busy"))
    delivery_id = letter(road)
    assert road.deliver() == 1
    waiting = now(road, delivery_id)
    assert (waiting.state, road.claim()) == (State.READY, [])
    assert waiting.not_before > road.clock()
    road.clock.moment = waiting.not_before
    assert road.deliver() == 1
    assert now(road, delivery_id).state is State.SENT
    assert len({each.message_id for each in office.taken}) == 1


def test_a_server_that_asks_us_to_wait_is_believed(road: Road, office: PostOffice) -> None:
    back = road.clock() + timedelta(minutes=7)
    office.trouble.append(ConnectorError(Remedy.WAIT, "mail_busy", retry_at=back))
    delivery_id = letter(road)
    road.deliver()
    assert now(road, delivery_id).not_before == back


def test_a_letter_that_is_refused_is_not_sent_and_others_are(road: Road, office: PostOffice) -> None:
    office.trouble.append(ConnectorError(Remedy.REWRITE, "mail_refused"))
    refused, fine = letter(road), letter(road)
    road.deliver(threads=1)
    assert (now(road, refused).state, now(road, fine).state) == (State.FAILED, State.SENT)


def test_a_letter_that_may_have_been_taken_when_its_worker_died_is_handed_in_again(
    road: Road, office: PostOffice
) -> None:
    delivery_id = letter(road)
    road.claim()
    road.clock.wind(LEASE)
    assert looking_up.sweep(road.db, now=road.clock()) == 1
    assert looking_up.look_up_due(road.db, gate=road.gate) == 1
    assert road.deliver() == 1
    assert now(road, delivery_id).state is State.SENT


def test_a_reminder_that_came_too_late_is_not_sent_any_more(road: Road, office: PostOffice) -> None:
    office.trouble.append(ConnectorError(Remedy.WAIT, "mail_busy"))
    delivery_id = letter(road, lasts=MINUTE)
    road.deliver()
    road.clock.wind(MINUTE)
    assert delivering.lapse_due(road.db, now=road.clock()) == 1
    assert (now(road, delivery_id).state, road.deliver()) == (State.LAPSED, 0)


def test_without_a_mail_server_a_letter_fails_and_says_so(road: Road) -> None:
    off = replace(road, gate=replace(road.gate, messenger=None))
    delivery_id = letter(off)
    assert off.deliver() == 1
    assert now(off, delivery_id).state is State.FAILED
    with off.db.read(off.municipality) as session:
        assert deliveries.content_of(session, delivery_id).answer_code == "mail_off"
