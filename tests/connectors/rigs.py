"""The connectors side by side, each with the levers that a test of the contract pulls.

A rig says at collection what its connector can do, so that each rule runs over exactly those that must keep it; that this is true is
itself a rule of the suite.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Protocol

from connectors.contract import Can, Publishes
from connectors.http import Http
from connectors.manual import Manual
from connectors.mastodon import Mastodon
from connectors.practice import Practice
from connectors.practice_shapes import Fault
from connectors.practice_store import PracticeNetwork
from scheduler.clock import Clock
from tests.connectors.mastodon_server import Canned, LossyLine, Mishap

CLOCK = Clock()
_PUBLISH = ("POST", "/api/v1/statuses")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a stranger sees on the platform."""

    remote_id: str
    text: str
    alt_texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What rigs are built from."""

    folder: Path
    http: Http
    line: Callable[[], LossyLine]
    token: Callable[[], str]


class Rig(Protocol):
    """`losses`: the ways in which an answer can be lost after the post went out. `secrets`: what no error may ever hold."""

    can: ClassVar[Can]
    losses: ClassVar[tuple[str, ...]]
    connector: Publishes
    secrets: tuple[str, ...]

    def __init__(self, parts: Parts) -> None: ...
    def lose_answer(self, how: str) -> None: ...
    def refuse(self) -> None: ...
    def limit_rate(self) -> datetime: ...
    def kill_token(self) -> None: ...
    def fail_reading(self) -> None: ...
    def standing(self) -> list[Standing]: ...


class PracticeRig:
    can: ClassVar[Can] = (
        Can.PUBLISH
        | Can.IMAGES
        | Can.ALT_TEXT
        | Can.EDIT
        | Can.DELETE_OWN
        | Can.LOOK_UP
        | Can.READ
        | Can.REPLY
        | Can.HIDE
    )
    losses: ClassVar[tuple[str, ...]] = ("silence", "hang")

    def __init__(self, parts: Parts) -> None:
        self._network = PracticeNetwork(parts.folder / "practice.sqlite")
        self.connector: Publishes = Practice(self._network, "fjordvik", now=CLOCK, patience=timedelta(seconds=0.3))
        self.secrets: tuple[str, ...] = ()

    def lose_answer(self, how: str) -> None:
        if how == "silence":
            self._network.set_fault("fjordvik", Fault.TIME_OUT_AFTER_ACCEPTING, times=1, seconds=0)
        else:
            self._network.set_fault("fjordvik", Fault.SLOW_AFTER_ACCEPTING, times=1, seconds=3_600)

    def refuse(self) -> None:
        self._network.set_fault("fjordvik", Fault.REFUSE, times=1)

    def limit_rate(self) -> datetime:
        self._network.set_fault("fjordvik", Fault.RATE_LIMIT, times=1, seconds=90)
        return CLOCK() + timedelta(seconds=90)

    def kill_token(self) -> None:
        self._network.set_fault("fjordvik", Fault.TOKEN_DEAD)

    def fail_reading(self) -> None:
        self._network.set_fault("fjordvik", Fault.DOWN)

    def standing(self) -> list[Standing]:
        return [
            Standing(
                remote_id=post.remote_id,
                text=post.text,
                alt_texts=tuple(picture.alt_text for picture in post.pictures),
            )
            for post in self._network.posts("fjordvik")
            if post.deleted_at is None
        ]


class MastodonRig:
    can: ClassVar[Can] = (
        Can.PUBLISH
        | Can.IMAGES
        | Can.ALT_TEXT
        | Can.EDIT
        | Can.DELETE_OWN
        | Can.LOOK_UP
        | Can.READ
        | Can.REPLY
        | Can.KEY
    )
    losses: ClassVar[tuple[str, ...]] = tuple(mishap.value for mishap in Mishap)

    def __init__(self, parts: Parts) -> None:
        self._line, self._http, token = parts.line(), parts.http, parts.token()
        self._token = token
        self.connector: Publishes = Mastodon(
            parts.http, server=self._line.address, access_token=token, now=CLOCK, deadline=timedelta(seconds=4)
        )
        self.secrets: tuple[str, ...] = (token,)

    def lose_answer(self, how: str) -> None:
        self._line.plan(*_PUBLISH, Mishap(how))

    def refuse(self) -> None:
        said = {"error": f"Validation failed: this server does not like {self._token}"}
        self._line.plan(*_PUBLISH, Canned(status=422, body=said))

    def limit_rate(self) -> datetime:
        back = CLOCK() + timedelta(seconds=90)
        headers = {"X-RateLimit-Reset": back.isoformat()}
        self._line.plan(
            *_PUBLISH, Canned(status=429, headers=headers, body={"error": f"Too many requests by {self._token}"})
        )
        return back

    def kill_token(self) -> None:
        dead = Canned(status=401, body={"error": f"The access token {self._token} was revoked"})
        for method in ("GET", "POST", "PUT", "DELETE"):
            self._line.plan(method, "/api/.*", dead, times=None)

    def fail_reading(self) -> None:
        self._line.plan("GET", "/api/v1/accounts/.*/statuses", Canned(status=502), times=None)

    def standing(self) -> list[Standing]:
        own = self._ask("/api/v1/accounts/verify_credentials")
        assert isinstance(own, dict)
        found = self._ask(f"/api/v1/accounts/{own['id']}/statuses?limit=40")
        assert isinstance(found, list)
        return [
            Standing(
                remote_id=each["id"],
                text=self._source(each["id"]),
                alt_texts=tuple(media["description"] or "" for media in each["media_attachments"]),
            )
            for each in found
        ]

    def _source(self, status_id: str) -> str:
        source = self._ask(f"/api/v1/statuses/{status_id}/source")
        assert isinstance(source, dict)
        return str(source["text"])

    def _ask(self, path: str) -> object:
        self._line.all_well()
        return self._http.send("GET", self._line.address + path, repeatable=True, token=self._token).json()


class ManualRig:
    """A person does it all: no lever has anything to work on, and none is pulled, since `can` holds no PUBLISH."""

    can: ClassVar[Can] = Can.IMAGES | Can.ALT_TEXT
    losses: ClassVar[tuple[str, ...]] = ()

    def __init__(self, parts: Parts) -> None:
        self.connector: Publishes = Manual("Facebook")
        self.secrets: tuple[str, ...] = ()

    def lose_answer(self, how: str) -> None:
        raise AssertionError("nothing to lose")

    def refuse(self) -> None:
        raise AssertionError("nobody to refuse")

    def limit_rate(self) -> datetime:
        raise AssertionError("nobody counts")

    def kill_token(self) -> None:
        raise AssertionError("no token")

    def fail_reading(self) -> None:
        raise AssertionError("nothing to read")

    def standing(self) -> list[Standing]:
        return []


RIGS: dict[str, type[Rig]] = {
    "practice": PracticeRig,
    "mastodon": MastodonRig,
    "manual": ManualRig,
}


def that(can: Can) -> list[str]:
    """The names of the rigs whose connectors can do all of this."""
    return [name for name, rig in RIGS.items() if can in rig.can]


def without(can: Can) -> list[str]:
    """The names of the rigs whose connectors cannot do this."""
    return [name for name, rig in RIGS.items() if can not in rig.can]
