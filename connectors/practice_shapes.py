"""What the practice network speaks in: its accounts, posts, pictures, comments and calls, and the ways in which it can misbehave.

Knows no file and no clock. All times are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Fault(Enum):
    """How the network misbehaves towards one account, for training and tests."""

    NONE = "none"
    TIME_OUT_AFTER_ACCEPTING = "time_out_after_accepting"  # the post stands there; the answer never comes
    TIME_OUT_BEFORE_ACCEPTING = "time_out_before_accepting"  # nothing stands there; the answer never comes
    REFUSE = "refuse"  # the network will not have this content
    SLOW_AFTER_ACCEPTING = "slow_after_accepting"  # stands there at once, answered late
    SLOW_BEFORE_ACCEPTING = "slow_before_accepting"  # stands there late, answered at once after
    RATE_LIMIT = "rate_limit"  # too many calls; says when to come back
    DOWN = "down"  # takes no calls
    TOKEN_DEAD = "token_dead"  # noqa: S105 - a fault's name, not a secret


#: What a fault meets. A slow or refusing network still lets itself be read.
WRITES = frozenset({"publish", "correct", "delete", "reply", "hide", "unhide"})
MEETS_ALL = frozenset({Fault.RATE_LIMIT, Fault.DOWN, Fault.TOKEN_DEAD})
#: How long a fault lasts where nobody said: the silence of a time-out, the slowness, the wait that a rate limit asks for.
SECONDS: dict[Fault, float] = {
    Fault.TIME_OUT_AFTER_ACCEPTING: 1.0,
    Fault.TIME_OUT_BEFORE_ACCEPTING: 1.0,
    Fault.SLOW_AFTER_ACCEPTING: 5.0,
    Fault.SLOW_BEFORE_ACCEPTING: 5.0,
    Fault.RATE_LIMIT: 60.0,
}


@dataclass(frozen=True, kw_only=True)
class FaultNow:
    """The fault an account meets now. `times_left`: how many calls more; None = until somebody takes it away."""

    fault: Fault = Fault.NONE
    times_left: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class PracticeAccount:
    name: str
    honours_key: bool
    fault: FaultNow


@dataclass(frozen=True, kw_only=True)
class PracticePicture:
    """A picture on a post. Its bytes are fetched one by one, with `PracticeNetwork.picture`."""

    picture_id: int
    content_type: str
    alt_text: str


@dataclass(frozen=True, kw_only=True)
class PracticeRevision:
    """A text that stood there once; the newest one is the post's own."""

    text: str
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class PracticePost:
    """A post. `key`: the one it was published with; "" = written on the network itself."""

    remote_id: str
    account: str
    key: str
    text: str
    language: str | None
    published_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    pictures: tuple[PracticePicture, ...] = ()
    revisions: tuple[PracticeRevision, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PracticeCall:
    """One call as the network saw it. `outcome` is "arrived" while the caller still waits."""

    call_id: int
    account: str
    deed: str
    key: str
    called_at: datetime
    outcome: str


@dataclass(frozen=True, kw_only=True)
class PracticeComment:
    """A comment under a post. `author_id`, `author_name`: None where the network keeps them back. `key`: "" = written there itself.

    `versions`: every text it has had, oldest first; empty where it was never edited, or where nobody asked.
    """

    remote_id: str
    post_id: str
    parent_id: str | None
    account: str
    author_id: str | None
    author_name: str | None
    own: bool
    key: str
    text: str
    written_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    hidden_at: datetime | None
    versions: tuple[PracticeRevision, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PracticeBranch:
    """A comment's place in its thread. `stands`: it has not been deleted."""

    remote_id: str
    parent_id: str | None
    written_at: datetime
    stands: bool


@dataclass(frozen=True, kw_only=True)
class PracticeTold:
    """Posts and comments as an account is told of them: no pictures, no earlier words."""

    posts: tuple[PracticePost, ...]
    comments: tuple[PracticeComment, ...]


class NoSuchPost(LookupError):
    """There is no such post in this account, or it has been taken away."""


class NoSuchComment(LookupError):
    """There is no such comment under a standing post of this account, or it has been taken away."""
