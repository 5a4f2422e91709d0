"""The one table of platforms: what each is called, what a person must hand over to connect it, and how its connector is made.

Knows every connector and nothing else knows them all. Opens nothing and calls nobody by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from connectors.contract import HandsOver, Now, Publishes
from connectors.http import Http
from connectors.manual import Manual
from connectors.mastodon import Mastodon
from connectors.practice import Practice
from connectors.practice_store import PracticeNetwork

Credentials = Mapping[str, str]


class Kind(Enum):
    """How a credential is asked for and kept."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105 - the name of a kind; kept encrypted, never shown again
    URL = "url"
    HOUSE = "house"  # the installation fills it in; a form must never ask for it


@dataclass(frozen=True, kw_only=True)
class CredentialField:
    """One thing that must be known to connect. `required`: connecting without it is refused."""

    name: str
    kind: Kind
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Platform:
    """One row of the table. `label`: the platform's own name, the same in every language, or None where we must find words.

    `name_in_front`: so much of an answer's length is kept for the name that its connector puts in front of it.
    """

    name: str
    label: str | None
    hands_over: HandsOver
    fields: tuple[CredentialField, ...]
    make: Callable[[Credentials, Http, Now], Publishes]
    name_in_front: int = 0

    def secrets(self) -> frozenset[str]:
        """The names of the fields that must be kept encrypted."""
        return frozenset(each.name for each in self.fields if each.kind is Kind.SECRET)


class RegistryError(ValueError):
    """What was asked for cannot be connected. `code` is ours; `field` names the credential where one is at fault."""

    def __init__(self, code: str, *, field: str = "") -> None:
        super().__init__(f"{code}: {field}" if field else code)
        self.code, self.field = code, field


def _mastodon(credentials: Credentials, http: Http, now: Now) -> Publishes:
    return Mastodon(http, server=credentials["server"], access_token=credentials["access_token"], now=now)


def _practice(credentials: Credentials, _http: Http, now: Now) -> Publishes:
    network = PracticeNetwork(credentials["file"])
    return Practice(network, credentials["account"], now=now, public_url=credentials.get("public_url") or None)


def _manual(credentials: Credentials, _http: Http, _now: Now) -> Publishes:
    return Manual(credentials["network"])


_TABLE = (
    Platform(
        name="mastodon",
        label="Mastodon",
        hands_over=HandsOver.API,
        fields=(CredentialField(name="server", kind=Kind.URL), CredentialField(name="access_token", kind=Kind.SECRET)),
        make=_mastodon,
        name_in_front=len("@") + 30 + len(" "),  # Mastodon's names have 30 characters, and their servers' do not count
    ),
    Platform(
        name="practice",
        label=None,
        hands_over=HandsOver.API,
        fields=(
            CredentialField(name="account", kind=Kind.HOUSE),
            CredentialField(name="file", kind=Kind.HOUSE),
            CredentialField(name="public_url", kind=Kind.HOUSE, required=False),
        ),
        make=_practice,
    ),
    Platform(
        name="manual",
        label=None,
        hands_over=HandsOver.PERSON,
        fields=(CredentialField(name="network", kind=Kind.TEXT),),
        make=_manual,
    ),
)
PLATFORMS: Mapping[str, Platform] = {platform.name: platform for platform in _TABLE}


def platform(name: str) -> Platform:
    """The row of this name. Raises RegistryError("unknown_platform")."""
    found = PLATFORMS.get(name)
    if found is None:
        raise RegistryError("unknown_platform", field=name)
    return found


def connect(name: str, credentials: Credentials, *, http: Http, now: Now) -> Publishes:
    """The connector of this account. Raises RegistryError when the platform is unknown or a credential is missing or malformed."""
    row = platform(name)
    whole: dict[str, str] = {}
    for each in row.fields:
        given = credentials.get(each.name, "").strip()
        if each.required and not given:
            raise RegistryError("credential_missing", field=each.name)
        whole[each.name] = _origin(given, each.name) if given and each.kind is Kind.URL else given
    return row.make(whole, http, now)


def _origin(given: str, field: str) -> str:
    """The server that a person means by "mastodon.example", or by the address of any page on it.

    A token goes out over TLS alone, save to this very machine (which the client refuses too, unless it is told otherwise).
    """
    try:
        parts = urlsplit(given if "://" in given else f"https://{given}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    at_home = host in ("localhost", "127.0.0.1", "::1")
    if not host or parts.username is not None or not (parts.scheme == "https" or (parts.scheme == "http" and at_home)):
        raise RegistryError("credential_malformed", field=field)
    if not at_home and not re.fullmatch(r"[^\s/?#@:]+\.[^\s/?#@:]+", host):
        raise RegistryError("credential_malformed", field=field)
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"
