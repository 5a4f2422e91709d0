"""The table of platforms makes every connector, and refuses plainly what it cannot make."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Publishes
from connectors.http import Http
from connectors.registry import PLATFORMS, Kind, RegistryError, connect, platform
from scheduler.clock import Clock

CLOCK = Clock()
HTTP = Http(allow_private=False, now=CLOCK, user_agent="ordskifte-tests")


def good_credentials(name: str, folder: Path) -> dict[str, str]:
    return {
        "mastodon": {"server": "https://mastodon.example", "access_token": "secret-of-fjordvik"},
        "practice": {"account": "fjordvik", "file": str(folder / "practice.sqlite")},
        "manual": {"network": "Facebook"},
    }[name]


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_platform_in_the_table_can_be_connected(name: str, tmp_path: Path) -> None:
    connector = connect(name, good_credentials(name, tmp_path), http=HTTP, now=CLOCK)
    assert isinstance(connector, Publishes)
    assert connector.hands_over is PLATFORMS[name].hands_over


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_credential_that_is_needed_is_asked_for(name: str, tmp_path: Path) -> None:
    for each in PLATFORMS[name].fields:
        if each.required:
            missing = {**good_credentials(name, tmp_path), each.name: "  "}
            with pytest.raises(RegistryError) as raised:
                connect(name, missing, http=HTTP, now=CLOCK)
            assert (raised.value.code, raised.value.field) == ("credential_missing", each.name)


def test_a_platform_that_is_not_in_the_table_is_refused_by_name() -> None:
    with pytest.raises(RegistryError) as raised:
        connect("myspace", {}, http=HTTP, now=CLOCK)
    assert (raised.value.code, raised.value.field) == ("unknown_platform", "myspace")
    with pytest.raises(RegistryError):
        platform("")


def test_tokens_are_secrets_and_where_files_lie_is_the_houses_own_affair() -> None:
    assert PLATFORMS["mastodon"].secrets() == {"access_token"}
    assert PLATFORMS["practice"].secrets() == PLATFORMS["manual"].secrets() == frozenset()
    kinds = {each.name: each.kind for each in PLATFORMS["practice"].fields}
    assert kinds["file"] is kinds["public_url"] is Kind.HOUSE


def test_connecting_calls_nobody_and_opens_nothing(tmp_path: Path) -> None:
    for name in PLATFORMS:
        connect(name, good_credentials(name, tmp_path), http=HTTP, now=CLOCK)
    assert list(tmp_path.iterdir()) == []


def connected_server(given_server: str) -> str:
    """The origin that a Mastodon connector speaks to."""
    connector = connect("mastodon", {"server": given_server, "access_token": "secret"}, http=HTTP, now=CLOCK)
    return str(vars(connector)["_server"])


@pytest.mark.parametrize(
    ("server", "origin"),
    [
        ("https://mastodon.example", "https://mastodon.example"),
        ("mastodon.example", "https://mastodon.example"),
        (" https://Mastodon.Example/@fjordvik/110?x=1#y ", "https://mastodon.example"),
        ("https://mastodon.example:8443/", "https://mastodon.example:8443"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_a_server_may_be_named_as_people_name_it(server: str, origin: str) -> None:
    assert connected_server(server) == origin


@pytest.mark.parametrize(
    "server",
    [
        "http://mastodon.example",
        "ftp://mastodon.example",
        "https://",
        "mastodon",
        "@fjordvik@mastodon.example",
        "https://user:word@mastodon.example",
        "https://mastodon.example:99999",
        "https://[::1",
        "javascript:alert(1)",
        "https://masto don.example",
    ],
)
def test_a_token_goes_to_no_server_without_tls_or_a_proper_name(server: str) -> None:
    with pytest.raises(RegistryError) as raised:
        connected_server(server)
    assert (raised.value.code, raised.value.field) == ("credential_malformed", "server")


@given(st.text(max_size=60))
def test_whatever_is_pasted_as_a_server_is_a_proper_origin_or_refused(server: str) -> None:
    try:
        origin = connected_server(server)
    except RegistryError:
        return
    assert origin.startswith(("https://", "http://localhost", "http://127.0.0.1", "http://[::1]"))
