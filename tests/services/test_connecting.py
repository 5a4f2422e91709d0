"""Connecting a channel: who may, what is refused, what is kept, and what a check does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import col, select

from connectors.contract import Can, ConnectorError, Limits, Remedy
from connectors.http import Http
from connectors.practice import LIMITS
from connectors.practice_shapes import Fault
from connectors.practice_store import PracticeNetwork
from scheduler.domain.access import Actor, Denied, Role
from scheduler.errors import Missing, Refused
from scheduler.services import connecting
from scheduler.services.connecting import ChannelRefusal, House, Paused
from scheduler.services.sealing import Sealer
from scheduler.settings import Secret
from scheduler.store.database import Database
from scheduler.store.tables import AuditEvent, Channel
from tests import build
from tests.connectors.server import Answer, Server
from tests.town import StandingClock, actor

TOKEN = "a-token-that-nobody-may-see"


@pytest.fixture
def practice(db: Database, municipality: int, chief: Actor, house: House) -> int:
    """A practice channel; its id."""
    with db.begin(municipality) as session:
        return connecting.add_channel(
            session,
            chief,
            platform="practice",
            name="Øving",
            credentials={},
            house=house,
            now=build.NOW,
        ).pk


def _stored(db: Database, municipality: int, channel_id: int) -> Channel:
    with db.read(municipality) as session:
        return session.exec(select(Channel).where(Channel.id == channel_id)).one()


def _account(db: Database, municipality: int, house: House, channel_id: int) -> str:
    return house.sealer.open(_stored(db, municipality, channel_id).sealed_credentials)["account"]


def test_credentials_are_kept_sealed_and_come_out_for_the_connector(
    db: Database, municipality: int, chief: Actor, house: House, http: Http, clock: StandingClock
) -> None:
    credentials = {"server": "https://social.example", "access_token": f" {TOKEN}\t".strip()}
    with db.begin(municipality) as session:
        added = connecting.add_channel(
            session,
            chief,
            platform="mastodon",
            name=" Fjordvik  på  Mastodon ",
            credentials=credentials,
            house=house,
            now=build.NOW,
        )
    assert added.name == "Fjordvik på Mastodon"
    assert TOKEN not in added.sealed_credentials
    assert house.sealer.open(added.sealed_credentials) == credentials
    connecting.open_channel(added, http=http, clock=clock, house=house)
    with db.read(municipality) as session:
        assert TOKEN not in "".join(str(event.detail) for event in session.exec(select(AuditEvent)))


def test_everything_that_is_wrong_is_told_at_once(db: Database, municipality: int, chief: Actor, house: House) -> None:
    with db.begin(municipality) as session, pytest.raises(Refused) as refused:
        connecting.add_channel(
            session,
            chief,
            platform="mastodon",
            name=" ",
            credentials={"server": "social.example", "cookie": "x"},
            language="sv",
            house=house,
            now=build.NOW,
        )
    assert set(refused.value.codes) == {
        ChannelRefusal.CHANNEL_NAME_EMPTY,
        ChannelRefusal.CREDENTIAL_MALFORMED,
        ChannelRefusal.CREDENTIAL_MISSING,
        ChannelRefusal.CREDENTIAL_UNKNOWN,
        ChannelRefusal.CHANNEL_LANGUAGE_UNKNOWN,
    }
    assert refused.value.params["fields"] == ["access_token", "cookie", "server"]


def test_a_field_of_the_house_is_never_taken_from_a_form(
    db: Database, municipality: int, chief: Actor, house: House
) -> None:
    with db.begin(municipality) as session, pytest.raises(Refused) as refused:
        connecting.add_channel(
            session,
            chief,
            platform="practice",
            name="Øving",
            credentials={"account": "a", "file": "/etc/passwd"},
            house=house,
            now=build.NOW,
        )
    assert refused.value.codes == (ChannelRefusal.CREDENTIAL_UNKNOWN,)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ØVING", ChannelRefusal.CHANNEL_NAME_TAKEN),
        ("x" * 121, ChannelRefusal.CHANNEL_NAME_TOO_LONG),
        ("\n", ChannelRefusal.CHANNEL_NAME_EMPTY),
    ],
)
def test_a_name_is_short_and_nobody_elses(
    db: Database, municipality: int, chief: Actor, house: House, practice: int, name: str, code: ChannelRefusal
) -> None:
    with db.begin(municipality) as session, pytest.raises(Refused) as refused:
        connecting.add_channel(
            session,
            chief,
            platform="manual",
            name=name,
            credentials={"network": "Facebook"},
            house=house,
            now=build.NOW,
        )
    assert refused.value.codes == (code,)


def test_an_unknown_platform_is_refused(db: Database, municipality: int, chief: Actor, house: House) -> None:
    with db.begin(municipality) as session, pytest.raises(Refused) as refused:
        connecting.add_channel(session, chief, platform="myspace", name="A", credentials={}, house=house, now=build.NOW)
    assert refused.value.codes == (ChannelRefusal.UNKNOWN_PLATFORM,)


def test_who_may_not_arrange_may_not_connect(db: Database, municipality: int, house: House, practice: int) -> None:
    author = actor(db, municipality, Role.AUTHOR)
    with db.begin(municipality) as session:
        with pytest.raises(Refused) as refused:
            connecting.add_channel(
                session, author, platform="manual", name="A", credentials={"network": "x"}, house=house, now=build.NOW
            )
        assert refused.value.codes == (Denied.NOT_ALLOWED,)
        with pytest.raises(Refused):
            connecting.pause(session, author, channel_id=practice, now=build.NOW)


def test_another_municipalitys_unit_is_no_unit(db: Database, municipality: int, chief: Actor, house: House) -> None:
    elsewhere = build.municipality(db)
    with db.begin(elsewhere) as session:
        unit = build.unit(session).pk
    with db.begin(municipality) as session, pytest.raises(Missing):
        connecting.add_channel(
            session,
            chief,
            platform="manual",
            name="A",
            credentials={"network": "x"},
            unit_id=unit,
            house=house,
            now=build.NOW,
        )


def test_a_check_keeps_what_the_platform_tells(
    db: Database, municipality: int, chief: Actor, house: House, http: Http, clock: StandingClock, practice: int
) -> None:
    found = connecting.check(
        db, chief, municipality_id=municipality, channel_id=practice, http=http, clock=clock, house=house
    )
    stored = _stored(db, municipality, practice)
    assert (found.code, found.remote_name) == (None, _account(db, municipality, house, practice))
    assert connecting.limits_of(stored) == LIMITS
    assert Can.PUBLISH in Can(stored.can)
    assert stored.last_success_at == build.NOW


def test_a_dead_token_pauses_the_channel_until_a_check_succeeds(
    db: Database, municipality: int, chief: Actor, house: House, http: Http, clock: StandingClock, practice: int
) -> None:
    network = PracticeNetwork(house.practice_file)
    account = _account(db, municipality, house, practice)
    network.open_account(account)
    network.set_fault(account, Fault.TOKEN_DEAD)
    found = connecting.check(
        db, chief, municipality_id=municipality, channel_id=practice, http=http, clock=clock, house=house
    )
    assert (found.code, found.paused) == ("token_dead", True)
    assert _stored(db, municipality, practice).paused_code == "token_dead"
    network.set_fault(account, Fault.NONE)
    connecting.check(db, chief, municipality_id=municipality, channel_id=practice, http=http, clock=clock, house=house)
    assert _stored(db, municipality, practice).paused_code is None


def test_a_platform_that_is_down_for_a_while_pauses_nothing(
    db: Database, municipality: int, chief: Actor, house: House, http: Http, clock: StandingClock, practice: int
) -> None:
    account = _account(db, municipality, house, practice)
    PracticeNetwork(house.practice_file).open_account(account)
    PracticeNetwork(house.practice_file).set_fault(account, Fault.DOWN)
    found = connecting.check(
        db, chief, municipality_id=municipality, channel_id=practice, http=http, clock=clock, house=house
    )
    assert (found.code, found.paused) == ("server_error", False)
    assert _stored(db, municipality, practice).paused_code is None


def test_a_pause_that_a_person_made_outlives_a_check(
    db: Database, municipality: int, chief: Actor, house: House, http: Http, clock: StandingClock, practice: int
) -> None:
    with db.begin(municipality) as session:
        connecting.pause(session, chief, channel_id=practice, now=build.NOW)
    connecting.check(db, chief, municipality_id=municipality, channel_id=practice, http=http, clock=clock, house=house)
    assert _stored(db, municipality, practice).paused_code == Paused.BY_HAND
    with db.begin(municipality) as session:
        connecting.resume(session, chief, channel_id=practice, now=build.NOW)
    assert _stored(db, municipality, practice).paused_code is None


def test_a_changed_secret_key_is_told_as_such(
    db: Database, municipality: int, chief: Actor, house: House, http: Http, clock: StandingClock, practice: int
) -> None:
    other = replace(house, sealer=Sealer(Secret("quite another key, made on another day")))
    found = connecting.check(
        db, chief, municipality_id=municipality, channel_id=practice, http=http, clock=clock, house=other
    )
    assert found.code == Paused.SECRET_KEY_CHANGED
    with pytest.raises(ConnectorError) as wrong:
        connecting.open_channel(_stored(db, municipality, practice), http=http, clock=clock, house=other)
    assert wrong.value.remedy is Remedy.RECONNECT


def test_a_mastodon_server_that_refuses_the_token_pauses_the_channel(
    db: Database, municipality: int, chief: Actor, house: House, http: Http, clock: StandingClock, site: Server
) -> None:
    site.answers["/api/v1/accounts/verify_credentials"] = Answer(
        status=401, body=b'{"error": "The access token is invalid"}'
    )
    with db.begin(municipality) as session:
        channel = connecting.add_channel(
            session,
            chief,
            platform="mastodon",
            name="M",
            credentials={"server": site.url, "access_token": TOKEN},
            house=house,
            now=build.NOW,
        )
    found = connecting.check(
        db, chief, municipality_id=municipality, channel_id=channel.pk, http=http, clock=clock, house=house
    )
    assert (found.code, found.paused) == ("token_dead", True)


def test_a_practice_channel_keeps_its_account_when_it_is_connected_anew(
    db: Database, municipality: int, chief: Actor, house: House, practice: int
) -> None:
    before = house.sealer.open(_stored(db, municipality, practice).sealed_credentials)
    assert before["account"].endswith("/Øving")
    with db.begin(municipality) as session:
        connecting.reconnect(session, chief, channel_id=practice, credentials={}, house=house, now=build.NOW)
    assert house.sealer.open(_stored(db, municipality, practice).sealed_credentials) == before


def test_a_change_keeps_only_what_is_new_in_the_history(
    db: Database, municipality: int, chief: Actor, practice: int
) -> None:
    with db.begin(municipality) as session:
        connecting.change_channel(
            session,
            chief,
            channel_id=practice,
            name="Øving",
            language=None,
            needs_approval=True,
            active=True,
            now=build.NOW,
        )
    with db.read(municipality) as session:
        event = session.exec(select(AuditEvent).order_by(col(AuditEvent.id).desc())).first()
    assert event is not None
    assert (event.action, event.detail) == ("change", {"needs_approval": True})


def test_before_any_check_a_channel_takes_what_every_platform_takes(
    db: Database, municipality: int, practice: int
) -> None:
    assert connecting.limits_of(_stored(db, municipality, practice)) == connecting.UNASKED


def test_limits_are_kept_as_they_were_told(db: Database, municipality: int, practice: int) -> None:
    limits = Limits(characters=300, link_weight=23, images=4, image_types=("image/png",))
    row = _stored(db, municipality, practice)
    row.limits = connecting.limits_to_row(limits)
    assert connecting.limits_of(row) == limits
