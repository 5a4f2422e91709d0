"""What a platform can do, and how it answers: the one contract every connector keeps.

Knows the shapes that go out and come in, and what an error means for the one who called. Knows nothing of any single platform,
of databases, of rules or of Norway. All times are aware UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, Flag, auto
from typing import Protocol, runtime_checkable

#: A frozen value an attempt may carry: what JSON can hold, and no deeper than one list.
Frozen = Mapping[str, str | int | bool | Sequence[str] | None]
Now = Callable[[], datetime]


class Can(Flag):
    """What an account can do, from the granted scopes and the server, not from the class alone.

    The numbers are kept in databases: a new one comes last, and none changes its place.
    """

    NOTHING = 0
    PUBLISH = auto()
    IMAGES = auto()
    ALT_TEXT = auto()
    EDIT = auto()
    DELETE_OWN = auto()
    LOOK_UP = auto()  # the platform lists our own recent posts, so a lost answer can be looked up
    KEY = auto()  # the platform is known to honour an idempotency key or a record key of ours
    READ = auto()  # threads and comments can be collected
    REPLY = auto()
    HIDE = auto()  # another's comment can be hidden and shown again


class Counting(Enum):
    """How a platform counts the length of a text."""

    CODE_POINTS = "code points"
    GRAPHEMES = "graphemes"
    UTF16 = "utf-16 units"


class HandsOver(Enum):
    """Who carries a post the last step: the platform's API, or a person who copies it by hand."""

    API = "api"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one account accepts. `link_weight`: what an address counts as, however long it is; None = its own length."""

    characters: int
    counting: Counting = Counting.CODE_POINTS
    link_weight: int | None = None
    images: int = 0
    image_bytes: int = 0
    image_types: tuple[str, ...] = ()
    alt_characters: int = 0


@dataclass(frozen=True, kw_only=True)
class OutgoingImage:
    """A picture on its way out: verified bytes, their media type, and the alternative text ("" = decorative)."""

    content: bytes
    content_type: str
    alt_text: str


@dataclass(frozen=True, kw_only=True)
class OutgoingPost:
    """A post exactly as it shall stand on the platform; the link is already in the text. `language`: BCP 47, or None."""

    text: str
    language: str | None = None
    link: str | None = None
    images: tuple[OutgoingImage, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What is frozen before the first call that must not be repeated blindly.

    `key` stays the same over every try of one delivery. `first_tried_at` is when the first of them began. `frozen` is what `prepare`
    gave (ids of uploaded media, a record key); it is committed before `publish` is called.
    """

    key: str
    first_tried_at: datetime
    frozen: Frozen = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The platform's word that something stands there. `at` is the platform's own time, where it gives one."""

    remote_id: str
    url: str | None
    at: datetime | None = None


class Visibility(Enum):
    """Whether the public sees a comment now."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    DELETED = "deleted"


@dataclass(frozen=True, kw_only=True)
class IncomingThread:
    """A post on the platform that people talk under. `own`: written by our account, through us or natively.

    Where somebody else began (`own` False), that post speaks to us only if it, too, is among the comments: then its comment has the
    thread's own remote id, and no parent.
    """

    remote_id: str
    text: str
    url: str | None
    author_name: str | None
    written_at: datetime
    own: bool
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class IncomingComment:
    """A comment as it stands on the platform now.

    `remote_id` is unique within the account, whatever thread it stands in. `thread_id`: remote id of the post it stands under; `parent_id`: the comment it answers, or None for the post itself; `author_id`: None
    where the platform keeps it back; `written_at`, `edited_at`: the platform's own times; `own`: by our account.
    """

    remote_id: str
    thread_id: str
    parent_id: str | None
    author_id: str | None
    author_name: str | None
    text: str
    written_at: datetime
    edited_at: datetime | None
    url: str | None
    own: bool
    visibility: Visibility = Visibility.VISIBLE
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class Collected:
    """One collection. Every comment's thread is among `threads`, or was collected before.

    `cursor`: opaque, kept in the transaction that keeps the comments. `swept`: threads that were listed whole, each with the moment
    taken before its listing: a comment we know of that is missing there is gone. `gone`: threads asked for that no longer stand there.
    """

    threads: tuple[IncomingThread, ...]
    comments: tuple[IncomingComment, ...]
    cursor: Frozen
    swept: Mapping[str, datetime] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class CommentRef:
    """A comment as an answer or a hiding needs it."""

    remote_id: str
    thread_id: str
    author_id: str | None
    author_name: str | None


@dataclass(frozen=True, kw_only=True)
class Account:
    """What a check of the credentials found: who we are there, what we can, and when the token runs out (None = never)."""

    remote_id: str
    name: str
    url: str | None
    can: Can
    limits: Limits
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Landing:
    """How long a look-up must wait before "not there" can be believed.

    `late`: how long after we gave up a request may still land. `visibility`: how long after landing it may be missing from the
    listing (reference: the engine's protocol, settle time).
    """

    late: timedelta
    visibility: timedelta


class Remedy(Enum):
    """What the one who called should do next."""

    WAIT = "wait"  # certainly not done; try later
    RECONNECT = "reconnect"  # a person must connect the account again
    REWRITE = "rewrite"  # the platform refuses this content
    CHECK = "check"  # it may have gone out: look before anything is sent again
    NOT_ALLOWED = "not_allowed"  # this ability is off for this account
    GONE = "gone"  # the target no longer exists


class ConnectorError(Exception):
    """A platform did not do what was asked. Never carries a secret.

    `code` is ours, short and stable ("rate_limited", "token_dead", "too_long", "no_answer", ...); `status` is HTTP's, where there was
    one; `retry_at` (aware UTC) is the platform's own word on when to come back; `detail` is the platform's own sentence, shortened.
    """

    def __init__(
        self,
        remedy: Remedy,
        code: str,
        *,
        status: int | None = None,
        retry_at: datetime | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(f"{remedy.value}: {code}" + (f" ({status})" if status else ""))
        self.remedy, self.code, self.status, self.retry_at, self.detail = remedy, code, status, retry_at, detail[:300]


class Complaint(Enum):
    """Why a post cannot go out as it is, told before anything is sent."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY_IMAGES = "too_many_images"
    IMAGE_TOO_LARGE = "image_too_large"
    IMAGE_TYPE = "image_type"
    ALT_TOO_LONG = "alt_too_long"


@runtime_checkable
class Publishes(Protocol):
    """An account that takes posts. `frozen` data in and out; raises ConnectorError and nothing else.

    `publish`, `correct` and `delete` make exactly one call that must not be repeated; no retries are hidden inside.
    """

    @property
    def hands_over(self) -> HandsOver: ...

    @property
    def landing(self) -> Landing: ...

    def account(self) -> Account:
        """Who the credentials belong to, with abilities and limits as the server gives them."""
        ...

    def complaints(self, post: OutgoingPost, limits: Limits) -> frozenset[Complaint]:
        """Everything that stops this post, at once. Pure."""
        ...

    def prepare(self, post: OutgoingPost, attempt: Attempt) -> Attempt:
        """Upload what must be uploaded first; safe to repeat. Gives the attempt with its ids frozen."""
        ...

    def publish(self, post: OutgoingPost, attempt: Attempt) -> Receipt:
        """The one call that puts the post out."""
        ...

    def find_published(self, post: OutgoingPost, attempt: Attempt) -> Receipt | None:
        """Look among our own recent posts. None = surely not listed now; ConnectorError = cannot tell."""
        ...

    def correct(self, remote_id: str, post: OutgoingPost, attempt: Attempt) -> Receipt:
        """Replace the text of what stands there (Can.EDIT)."""
        ...

    def delete(self, remote_id: str) -> None:
        """Take our own post away (Can.DELETE_OWN). Already gone raises GONE."""
        ...


@runtime_checkable
class Listens(Protocol):
    """An account whose threads and comments can be collected (Can.READ). Raises ConnectorError and nothing else."""

    def collect(self, cursor: Frozen, threads: Sequence[str]) -> Collected:
        """What is new since `cursor` (empty: the beginning; with an overlap, so the same may come again), and all of `threads`.

        `threads`: remote ids of recent threads to sweep whole, since a cursor alone loses backdated and nested comments.
        """
        ...


@runtime_checkable
class Replies(Protocol):
    """An account that answers comments (Can.REPLY). `reply` makes exactly one call that must not be repeated."""

    def reply(self, to: CommentRef, text: str, attempt: Attempt) -> Receipt:
        """Answer a comment, publicly, under it."""
        ...

    def find_reply(self, to: CommentRef, text: str, attempt: Attempt) -> Receipt | None:
        """Look among our own answers in that thread. None = surely not listed now; ConnectorError = cannot tell."""
        ...


@runtime_checkable
class Moderates(Protocol):
    """An account that can hide another's comment and show it again (Can.HIDE). Both may be repeated; gone already raises GONE."""

    def hide(self, comment: CommentRef) -> None: ...

    def unhide(self, comment: CommentRef) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail on its way out. `message_id`: our own, the same over every try, without the angle brackets."""

    to: str
    subject: str
    text: str
    message_id: str


class Messenger(Protocol):
    """Carries a letter to a person: mail. Raises ConnectorError and nothing else; may be repeated with the same Message-ID."""

    def send(self, letter: Letter) -> None: ...
