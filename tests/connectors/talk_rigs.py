"""The connectors that listen, each with the levers that a test of the contract about talk pulls: the citizens, and we ourselves.

A talk rig is a rig (rigs.py): its levers for lost answers, refusals, rate limits and dead tokens hold for replies too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Flag, auto
from typing import Any, ClassVar, Protocol

import pytest

from connectors.contract import Can, CommentRef, IncomingComment
from tests.connectors.rigs import CLOCK, RIGS, MastodonRig, Parts, PracticeRig, Rig


class Plays(Flag):
    """What only some rigs can bring about."""

    NOTHING = 0
    DATED_BACK = auto()  # a comment that shows up after the moment it carries
    AHEAD = auto()  # a comment written by a clock that is ahead of ours
    NAMELESS = auto()  # a comment whose author the platform keeps back
    KEEPS_BRANCHES = auto()  # answers to a deleted comment stay in the thread's listing


@dataclass(frozen=True, kw_only=True)
class Said:
    """What stands on the platform as words of ours under somebody's post."""

    remote_id: str
    parent_id: str | None
    text: str


class TalkRig(Rig, Protocol):
    """`longest`: the longest comment a citizen can write there. `by`: who writes; None = somebody the platform keeps back."""

    plays: ClassVar[Plays]
    longest: ClassVar[int]

    def we_post(self, text: str) -> str: ...
    def we_comment(self, thread_id: str, text: str, *, parent_id: str | None = None) -> str: ...
    def we_take_down(self, thread_id: str) -> None: ...
    def somebody_writes(
        self,
        thread_id: str,
        text: str,
        *,
        by: str | None = "solveig",
        parent_id: str | None = None,
        ago: timedelta = timedelta(0),
    ) -> str: ...
    def somebody_edits(self, remote_id: str, text: str) -> None: ...
    def somebody_deletes(self, remote_id: str) -> None: ...
    def we_said(self, thread_id: str) -> list[Said]: ...
    def public_sees(self, remote_id: str) -> bool: ...


class PracticeTalkRig(PracticeRig):
    plays: ClassVar[Plays] = Plays.DATED_BACK | Plays.AHEAD | Plays.NAMELESS | Plays.KEEPS_BRANCHES
    longest: ClassVar[int] = 60_000

    def we_post(self, text: str) -> str:
        return self._network.write("fjordvik", text=text, at=CLOCK()).remote_id

    def we_comment(self, thread_id: str, text: str, *, parent_id: str | None = None) -> str:
        talk = self._network.talk
        return talk.write("fjordvik", thread_id, text=text, parent_id=parent_id, own=True, at=CLOCK()).remote_id

    def we_take_down(self, thread_id: str) -> None:
        self._network.take_away("fjordvik", thread_id, at=CLOCK())

    def somebody_writes(
        self,
        thread_id: str,
        text: str,
        *,
        by: str | None = "solveig",
        parent_id: str | None = None,
        ago: timedelta = timedelta(0),
    ) -> str:
        return self._network.talk.write(
            "fjordvik",
            thread_id,
            text=text,
            at=CLOCK() - ago,
            author_id=by,
            author_name=by and by.title(),
            parent_id=parent_id,
        ).remote_id

    def somebody_edits(self, remote_id: str, text: str) -> None:
        self._network.talk.rewrite("fjordvik", remote_id, text=text, at=CLOCK())

    def somebody_deletes(self, remote_id: str) -> None:
        self._network.talk.take_away("fjordvik", remote_id, at=CLOCK())

    def we_said(self, thread_id: str) -> list[Said]:
        talk = self._network.talk
        every = talk.comments([each.remote_id for each in talk.outline(thread_id) if each.stands])
        return [Said(remote_id=each.remote_id, parent_id=each.parent_id, text=each.text) for each in every if each.own]

    def public_sees(self, remote_id: str) -> bool:
        found = self._network.talk.comment(remote_id)
        return found is not None and found.deleted_at is None and found.hidden_at is None


class MastodonTalkRig(MastodonRig):
    """Citizens are the server's last accounts, which no test has for its own. They name nobody in what they write, as a careless client does."""

    plays: ClassVar[Plays] = Plays.NOTHING
    longest: ClassVar[int] = 500

    def we_post(self, text: str) -> str:
        return self._say(self._token, text)

    def we_comment(self, thread_id: str, text: str, *, parent_id: str | None = None) -> str:
        return self._say(self._token, text, under=parent_id or thread_id)

    def we_take_down(self, thread_id: str) -> None:
        self._call("DELETE", f"/{thread_id}", self._token)

    def somebody_writes(
        self,
        thread_id: str,
        text: str,
        *,
        by: str | None = "solveig",
        parent_id: str | None = None,
        ago: timedelta = timedelta(0),
    ) -> str:
        assert by is not None
        assert not ago
        return self._say(self._citizen(by), text, under=parent_id or thread_id)

    def somebody_edits(self, remote_id: str, text: str) -> None:
        self._call("PUT", f"/{remote_id}", self._whose(remote_id), {"status": text})

    def somebody_deletes(self, remote_id: str) -> None:
        self._call("DELETE", f"/{remote_id}", self._whose(remote_id))

    def we_said(self, thread_id: str) -> list[Said]:
        self._line.all_well()
        own = self._ask("/api/v1/accounts/verify_credentials")
        below = self._call("GET", f"/{thread_id}/context", self._token)["descendants"]
        assert isinstance(own, dict)
        return [
            Said(remote_id=each["id"], parent_id=each["in_reply_to_id"], text=self._source(each["id"]))
            for each in below
            if each["account"]["id"] == own["id"]
        ]

    def public_sees(self, remote_id: str) -> bool:
        return bool(self._call("GET", f"/{remote_id}", self._citizen("torstein"))["id"] == remote_id)

    def _say(self, token: str, text: str, *, under: str | None = None) -> str:
        asked = {"status": text, "visibility": "public"} | ({"in_reply_to_id": under} if under else {})
        return str(self._call("POST", "", token, asked)["id"])

    def _citizen(self, name: str) -> str:
        return self._line.tokens[-1 - sorted(_CITIZENS).index(name)]

    def _whose(self, remote_id: str) -> str:
        wrote = self._call("GET", f"/{remote_id}", self._token)["account"]["username"]
        return next(token for token in self._line.tokens if token.endswith(wrote.removeprefix("fjordvik")))

    def _call(self, method: str, path: str, token: str, asked: object = None) -> Any:
        """Past the line that a test may have cut: citizens have lines of their own."""
        address = f"{self._line.upstream}/api/v1/statuses{path}"
        return self._http.send(method, address, repeatable=True, token=token, json=asked).json()


_CITIZENS = {"solveig", "torstein"}

TALK_RIGS: dict[str, type[TalkRig]] = {"practice": PracticeTalkRig, "mastodon": MastodonTalkRig}


def over(can: Can, plays: Plays = Plays.NOTHING) -> pytest.MarkDecorator:
    """Over each connector that can do all of this, and whose rig plays what the rule is about."""
    names = [name for name, rig in TALK_RIGS.items() if can in rig.can and plays in rig.plays]
    return pytest.mark.parametrize("talk", names, indirect=True)


def losses(can: Can) -> pytest.MarkDecorator:
    """The same, with each way (`how`) in which an answer can be lost."""
    pairs = [(name, how) for name, rig in TALK_RIGS.items() if can in rig.can for how in rig.losses]
    return pytest.mark.parametrize(("talk", "how"), pairs, indirect=["talk"])


def made(name: str, parts: Parts) -> TalkRig:
    return TALK_RIGS[name](parts)


def able(can: Can) -> set[str]:
    """The platforms that say they can, whether they have a talk rig or not."""
    return {name for name, rig in RIGS.items() if can in rig.can}


def ref(comment: IncomingComment) -> CommentRef:
    return CommentRef(
        remote_id=comment.remote_id,
        thread_id=comment.thread_id,
        author_id=comment.author_id,
        author_name=comment.author_name,
    )
