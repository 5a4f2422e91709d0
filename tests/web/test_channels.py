"""The pages about channels: adding with what a platform asks for, checking at once, and everything one can do to one of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from connectors import registry
from connectors.contract import Can
from connectors.practice_shapes import Fault
from scheduler.queries import channels as channel_queries
from scheduler.services import connecting, practising
from scheduler.services.gate import Gate
from scheduler.store import channels as stored
from tests.connectors.server import Answer, Server
from tests.web.conftest import START, Town
from web.house import KEY, House
from web.words.platforms import ABILITIES, ABOUT, FIELDS, NAMES
from web.words.practice import FAULTS

TOKEN = "a-token-that-nobody-may-see"
NEW = {"name": "Fjordvik på nett", "unit": "", "language": ""}
Post = Callable[..., Any]


@pytest.fixture
def at_home(town: Town) -> Town:
    """The installation, which may also reach this very machine."""
    settings = replace(town.settings, allow_private_addresses=True)
    house = House(settings=settings, db=town.db, clock=town.clock, gate=Gate.of(settings, town.clock))
    town.app.extensions[KEY] = house
    return town


def gate(town: Town) -> Gate:
    found: House = town.app.extensions[KEY]
    return found.gate


def practice(town: Town, *, name: str = "Øving", unit_id: int | None = None, municipality_id: int = 1) -> int:
    """A practice channel that has been checked; its id."""
    way = gate(town)
    with town.db.begin(municipality_id) as session:
        added = connecting.add_channel(
            session, None, platform="practice", name=name, credentials={}, house=way.house, now=START, unit_id=unit_id
        ).pk
    connecting.check(
        town.db,
        None,
        municipality_id=municipality_id,
        channel_id=added,
        http=way.http,
        clock=way.clock,
        house=way.house,
    )
    return added


def row(town: Town, channel_id: int) -> channel_queries.ChannelRow:
    with town.db.read(town.municipality_id) as session:
        return channel_queries.channel(session, channel_id, now=START)


def text(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def mastodon(site: Server) -> dict[str, str]:
    """A server that speaks Mastodon's language, and what connects to it."""
    account = {
        "id": "7",
        "acct": "fjordvik",
        "username": "fjordvik",
        "url": f"{site.url}/@fjordvik",
        "display_name": "Fjordvik",
    }
    limits = {"statuses": {"max_characters": 640, "max_media_attachments": 4, "characters_reserved_per_url": 23}}
    as_json = {"Content-Type": "application/json"}
    site.answers |= {
        "/api/v1/accounts/verify_credentials": Answer(body=json.dumps(account).encode(), headers=as_json),
        "/api/v2/instance": Answer(
            body=json.dumps({"domain": "x", "version": "4.3.0", "configuration": limits}).encode(), headers=as_json
        ),
    }
    return {**NEW, "credential_server": site.url, "credential_access_token": TOKEN}


def test_everybody_sees_the_channels_and_who_may_not_arrange_gets_no_buttons(town: Town) -> None:
    channel_id = practice(town)
    reader = town.browser_of("rita")
    for path in ("/fjordvik/channels/", f"/fjordvik/channels/{channel_id}"):
        page = text(reader, path)
        assert "Øving" in page
        assert 'method="post" action="/fjordvik/channels' not in page
    assert "Legg til en kanal" not in text(reader, "/fjordvik/channels/")


@pytest.mark.parametrize("name", ["rita", "lars"])
@pytest.mark.parametrize("deed", ["check", "reconnect", "change", "pause", "resume", "fault"])
def test_only_who_manages_channels_may_change_one(town: Town, post: Post, name: str, deed: str) -> None:
    channel_id = practice(town)
    answer = post(town.browser_of(name), f"/fjordvik/channels/{channel_id}/{deed}", name="Ny", fault="down")
    assert answer.status_code == 403
    assert row(town, channel_id).name == "Øving"


def test_whoever_has_not_signed_in_sees_nothing(town: Town) -> None:
    assert town.browser().get("/fjordvik/channels/").status_code == 303


@pytest.mark.parametrize("platform", sorted(registry.PLATFORMS))
def test_each_platform_asks_for_its_own_fields_and_never_for_the_houses(town: Town, platform: str) -> None:
    chief = town.browser_of("kari")
    assert f"/fjordvik/channels/new/{platform}" in text(chief, "/fjordvik/channels/new")
    page = text(chief, f"/fjordvik/channels/new/{platform}")
    for field in registry.PLATFORMS[platform].fields:
        asked = f'name="credential_{field.name}"' in page
        assert asked is (field.kind is not registry.Kind.HOUSE)
        if field.kind is registry.Kind.SECRET:
            (shown,) = re.findall(rf'<input[^>]*name="credential_{field.name}"[^>]*>', page)
            assert 'type="password"' in shown


def test_every_platform_field_ability_and_fault_has_its_words() -> None:
    for platform in registry.PLATFORMS.values():
        assert platform.name in ABOUT
        assert platform.label or platform.name in NAMES
        for field in platform.fields:
            assert field.kind is registry.Kind.HOUSE or (platform.name, field.name) in FIELDS
    assert set(ABILITIES) == {each.name.lower() for each in Can if each.name}
    assert set(FAULTS) == set(Fault)


def test_a_platform_that_does_not_exist_is_not_found(town: Town) -> None:
    text(town.browser_of("kari"), "/fjordvik/channels/new/myspace", 404)


def test_a_practice_channel_is_added_and_checked_at_once(town: Town, post: Post) -> None:
    chief = town.browser_of("kari")
    answer = post(chief, "/fjordvik/channels/new/practice", **NEW)
    assert answer.status_code == 303
    page = text(chief, answer.location)
    assert "Fjordvik på nett er lagt til." in page
    assert "Sjekket: kanalen er koblet til som fjordvik/Fjordvik på nett." in page
    for told in ("500 tegn", "Høyst 2 innlegg om dagen.", "Hver dag mellom 13.00 og 18.00.", "Minst 1 time mellom to"):
        assert told in page


def test_a_real_server_is_asked_at_once_and_its_limits_are_shown(at_home: Town, post: Post, site: Server) -> None:
    chief = at_home.browser_of("kari")
    answer = post(chief, "/fjordvik/channels/new/mastodon", **mastodon(site), needs_approval="y")
    assert answer.status_code == 303
    page = text(chief, answer.location)
    for told in ("640 tegn", f"{site.url}/@fjordvik", "Innlegg må godkjennes", "Slå opp om et innlegg kom ut"):
        assert told in page
    assert TOKEN not in page


def test_what_the_platform_said_is_passed_on_and_the_channel_is_paused(at_home: Town, post: Post, site: Server) -> None:
    form = mastodon(site)
    site.answers["/api/v1/accounts/verify_credentials"] = Answer(
        status=401,
        body=b'{"error": "The access token is <b>invalid</b>"}',
        headers={"Content-Type": "application/json"},
    )
    chief = at_home.browser_of("kari")
    answer = post(chief, "/fjordvik/channels/new/mastodon", **form)
    page = text(chief, answer.location)
    assert "Sjekken gikk ikke bra. Plattformen godtar ikke lenger" in page
    assert "The access token is &lt;b&gt;invalid&lt;/b&gt;" in page
    assert "Kanalen er satt på pause, og ingenting går ut der" in page
    site.answers["/api/v1/accounts/verify_credentials"] = mastodon_account(site)
    again = {name: value for name, value in form.items() if name.startswith("credential_")}
    answer = post(chief, f"{answer.location}/reconnect", **again)
    assert "Sjekket: kanalen er koblet til som" in text(chief, answer.location)


def mastodon_account(site: Server) -> Any:
    mastodon(site)
    return site.answers["/api/v1/accounts/verify_credentials"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Skriv et navn på kanalen."),
        ({"name": "x" * 121}, "høyst 120 tegn"),
        ({"name": "ØVING"}, "finnes allerede en kanal"),
        ({"credential_server": ""}, "Fyll ut: Adressen til tjeneren."),
        ({"credential_access_token": ""}, "Fyll ut: Tilgangsnøkkel."),
        ({"credential_server": "ftp://social.example"}, "må begynne med https://"),
        ({"credential_access_token": "x" * 5_000}, "høyst 4000 tegn"),
        ({"language": "sv"}, "Velg én fra listen."),
        ({"unit": "77"}, "Velg én fra listen."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept_but_no_secret(
    town: Town, post: Post, wrong: dict[str, str], said: str
) -> None:
    practice(town)
    typed = {**NEW, "credential_server": "https://social.example", "credential_access_token": TOKEN, **wrong}
    answer = post(town.browser_of("kari"), "/fjordvik/channels/new/mastodon", **typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    if "name" not in wrong:
        assert 'value="Fjordvik på nett"' in page
    assert TOKEN not in page
    assert "x" * 1_000 not in page


def test_an_address_without_a_scheme_is_meant_to_be_a_safe_one(at_home: Town, post: Post, site: Server) -> None:
    form = {**mastodon(site), "credential_server": "social.fjordvik.example"}
    answer = post(at_home.browser_of("kari"), "/fjordvik/channels/new/mastodon", **form)
    assert answer.status_code == 303
    with at_home.db.read(1) as session:
        kept = stored.channel(session, int(answer.location.rsplit("/", 1)[1]))
    assert gate(at_home).house.sealer.open(kept.sealed_credentials)["server"] == "https://social.fjordvik.example"


def test_a_channel_is_changed_and_a_mistake_leaves_it_as_it_was(town: Town, post: Post) -> None:
    channel_id = practice(town)
    chief, path = town.browser_of("kari"), "/fjordvik/channels/{}/change"
    wrong = post(chief, path.format(channel_id), name="", language="nn", active="y")
    assert wrong.status_code == 422
    assert "Skriv et navn på kanalen." in wrong.get_data(as_text=True)
    assert (row(town, channel_id).name, row(town, channel_id).language) == ("Øving", None)
    post(chief, path.format(channel_id), name="Øvinga", language="nn", needs_approval="y")
    now = row(town, channel_id)
    assert (now.name, now.language, now.needs_approval, now.active) == ("Øvinga", "nn", True, False)
    assert "Kanalen er stengt" in text(chief, f"/fjordvik/channels/{channel_id}")


def test_a_channel_is_paused_and_started_again(town: Town, post: Post) -> None:
    channel_id = practice(town)
    chief = town.browser_of("kari")
    post(chief, f"/fjordvik/channels/{channel_id}/pause")
    assert "Noen har satt kanalen på pause." in text(chief, f"/fjordvik/channels/{channel_id}")
    post(chief, f"/fjordvik/channels/{channel_id}/resume")
    assert row(town, channel_id).paused_code is None


@pytest.mark.parametrize("whole", [True, False], ids=["everything", "one channel"])
def test_holding_back_asks_why_and_is_told_to_everybody(town: Town, post: Post, *, whole: bool) -> None:
    channel_id = practice(town)
    part = "" if whole else f"/{channel_id}"
    chief, reader = town.browser_of("kari"), town.browser_of("rita")
    refused = post(chief, f"/fjordvik/channels{part}/hold", reason=" ")
    assert refused.status_code == 422
    assert "Skriv hvorfor" in refused.get_data(as_text=True)
    assert post(chief, f"/fjordvik/channels{part}/hold", reason="Ras & flom").status_code == 303
    again = post(chief, f"/fjordvik/channels{part}/hold", reason="En gang til")
    assert again.status_code == 422
    assert "Ras &amp; flom" in text(reader, f"/fjordvik/channels{part or '/'}")
    assert post(reader, f"/fjordvik/channels{part}/release").status_code == 403
    assert post(chief, f"/fjordvik/channels{part}/release").status_code == 303
    assert "Ras &amp; flom" not in text(reader, f"/fjordvik/channels{part or '/'}")


def test_a_leader_holds_the_units_own_channel_and_no_other(town: Town, post: Post) -> None:
    own, other = practice(town, name="Skulen", unit_id=town.unit_id), practice(town)
    leader = town.browser_of("lars")
    assert "Hold tilbake" in text(leader, f"/fjordvik/channels/{own}")
    assert "Hold tilbake" not in text(leader, f"/fjordvik/channels/{other}")
    assert post(leader, f"/fjordvik/channels/{own}/hold", reason="Prøve").status_code == 303
    assert post(leader, f"/fjordvik/channels/{other}/hold", reason="Prøve").status_code == 403
    assert post(leader, "/fjordvik/channels/hold", reason="Prøve").status_code == 403


def test_the_network_can_be_told_to_misbehave_for_training(town: Town, post: Post) -> None:
    channel_id = practice(town)
    chief, path = town.browser_of("kari"), f"/fjordvik/channels/{channel_id}"
    assert post(chief, f"{path}/fault", fault="refuse", times="2").status_code == 303
    page = text(chief, path)
    assert "2 ganger til" in page
    for wrong in ({"fault": "explode"}, {"fault": "down", "times": "0"}, {"fault": "down", "times": "mange"}):
        assert post(chief, f"{path}/fault", **wrong).status_code == 422
    with town.db.read(1) as session:
        now = practising.channel(session, channel_id=channel_id, house=gate(town).house).fault
    assert (now.fault, now.times_left) == (Fault.REFUSE, 2)


@pytest.mark.parametrize(
    "deed", ["", "/check", "/reconnect", "/change", "/pause", "/resume", "/hold", "/release", "/fault"]
)
def test_another_municipalitys_channel_is_not_found(town: Town, post: Post, deed: str) -> None:
    theirs = practice(town, municipality_id=town.other_municipality_id)
    path = f"/fjordvik/channels/{theirs}{deed}"
    chief = town.browser_of("kari")
    form = {"name": "Vår", "reason": "Vår", "fault": "down", "active": "y"}
    assert (post(chief, path, **form) if deed else chief.get(path)).status_code == 404


def test_a_practice_channel_is_shown_though_the_networks_file_is_gone(town: Town) -> None:
    channel_id = practice(town)
    settings = replace(town.settings, practice_file=town.settings.practice_file / "nowhere")
    town.app.extensions[KEY] = House(
        settings=settings, db=town.db, clock=town.clock, gate=Gate.of(settings, town.clock)
    )
    assert "Øving" in text(town.browser_of("kari"), f"/fjordvik/channels/{channel_id}")
