"""What a Mastodon-API server says of talk, in the contract's words: statuses as threads and comments, mentions, and whom to answer.

Decides what of a status is its text, and which statuses speak to the account. Direct messages speak to one person and not in public:
they are read nowhere here. What is missing is taken as not given; what cannot be read where it must be raises Unreadable. Knows no network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from connectors.contract import IncomingComment, IncomingThread
from connectors.mastodon_reading import Unreadable, address, identity, instant, mapping
from connectors.mastodon_text import form
from connectors.plaintext import Tag, one_line, tokens, unescaped, without_controls

#: Mastodon shows those who are signed in no more than this below a status (its own CONTEXT_LIMIT).
CONTEXT_LIMIT = 4_096
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,2}")
_PARAGRAPHS = frozenset({"p", "blockquote", "ul", "ol", "pre", "div", "h1", "h2", "h3", "h4", "h5", "h6"})
_LINES = frozenset({"br", "li"})
_OPEN = frozenset({"public", "unlisted", "private"})
_ACCOUNT = re.compile(r"@[\w.-]+(?:@[\w.-]+)?")


_Read = TypeVar("_Read")


@dataclass(frozen=True, kw_only=True)
class Said:
    """A status that somebody wrote. `mentions`: ids of the accounts it names; `reply_to`: the status it answers; `is_open`: no direct message."""

    remote_id: str
    reply_to: str | None
    author_id: str | None
    author_name: str | None
    text: str
    written_at: datetime
    edited_at: datetime | None
    url: str | None
    language: str | None
    mentions: frozenset[str]
    is_open: bool
    is_boost: bool


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A notification of a mention. `said`: None where the status is gone, cannot be read, or is a direct message."""

    remote_id: str
    at: datetime
    said: Said | None


@dataclass(frozen=True, kw_only=True)
class Whom:
    """Who is answered: the name to call them by ("kari@mastodon.example"; "" where none is told), and how openly they spoke."""

    acct: str
    visibility: str


def said(status: object) -> Said:
    """A status as it stands now. Raises Unreadable."""
    told = mapping(status)
    account, edited = mapping(told.get("account")), told.get("edited_at")
    names = (account.get("display_name"), account.get("acct"), account.get("username"))
    language = told.get("language")
    mentions = told.get("mentions")
    return Said(
        remote_id=identity(told),
        reply_to=_id(told.get("in_reply_to_id")),
        author_id=_id(account.get("id")),
        author_name=next((tidy for name in names if isinstance(name, str) and (tidy := _name(name))), None),
        text=_text(told),
        written_at=instant(told.get("created_at")),
        edited_at=instant(edited) if edited else None,
        url=address(told.get("url")) or address(told.get("uri")),
        language=language if isinstance(language, str) and _LANGUAGE.fullmatch(language) else None,
        mentions=frozenset(
            found
            for each in (mentions if isinstance(mentions, list) else ())
            if (found := _id(mapping(each).get("id")))
        ),
        is_open=told.get("visibility", "public") in _OPEN,
        is_boost=bool(told.get("reblog")),
    )


def listed(statuses: object, *, key: str | None = None) -> tuple[list[Said], bool]:
    """The statuses in a list (or in one of an answer's lists), and whether each of them could be read. Raises Unreadable for no list."""
    found = mapping(statuses).get(key) if key else statuses
    if not isinstance(found, list):
        raise Unreadable("no list")
    readable = [each for status in found if (each := _or_none(said, status)) is not None]
    return readable, len(readable) == len(found)


def mentions(notifications: object) -> list[Mention]:
    """The mentions among notifications, in the list's order. Raises Unreadable for no list."""
    if not isinstance(notifications, list):
        raise Unreadable("no list")
    return [each for told in notifications if (each := _or_none(_mention, told)) is not None]


def whom(status: object) -> Whom:
    """Whom an answer to this status speaks to. Raises Unreadable."""
    told = mapping(status)
    identity(told)
    acct, visibility = mapping(told.get("account")).get("acct"), told.get("visibility")
    return Whom(
        acct=acct if isinstance(acct, str) and _ACCOUNT.fullmatch(f"@{acct}") else "",
        visibility=_as_open(visibility),
    )


def answering(text: str, acct: str) -> str:
    """The text of an answer, with the name of the one it is for in front, since nobody is told of an answer that does not name them."""
    if not acct or re.match(rf"\s*@{re.escape(acct)}(?![\w.@-])", text, re.IGNORECASE):
        return text
    return f"@{acct} {text}"


def is_answer(standing: str, text: str) -> bool:
    """Whether what stands there (in the form that mastodon_text compares) is this answer, whoever is named in front of it."""
    sent = form(text)
    front = standing.removesuffix(sent)
    return bool(sent) and (front == "" or (len(front) < len(standing) and _ACCOUNT.fullmatch(front) is not None))


def speaks_to(account: str, each: Said, own: frozenset[str] | set[str]) -> bool:
    """Whether a status in a thread that is not ours is any of our business. `own`: ids of what the account wrote in it."""
    return each.author_id == account or account in each.mentions or each.reply_to in own


def comment(each: Said, *, thread_id: str, account: str, begun_by_us: bool) -> IncomingComment:
    """The status as a comment in that thread. Where somebody else began, their post is one that is answered, like any other comment."""
    at_the_top = each.remote_id == thread_id or (begun_by_us and each.reply_to == thread_id)
    return IncomingComment(
        remote_id=each.remote_id,
        thread_id=thread_id,
        parent_id=None if at_the_top else each.reply_to,
        author_id=each.author_id,
        author_name=each.author_name,
        text=each.text,
        written_at=each.written_at,
        edited_at=each.edited_at,
        url=each.url,
        own=each.author_id == account,
        language=each.language,
    )


def thread(each: Said, *, account: str) -> IncomingThread:
    """The status as the beginning of a thread."""
    return IncomingThread(
        remote_id=each.remote_id,
        text=each.text,
        url=each.url,
        author_name=each.author_name,
        written_at=each.written_at,
        own=each.author_id == account,
        language=each.language,
    )


def plain(content: str) -> str:
    """What a reader would read of a status's HTML: lines and paragraphs kept, addresses whole, without comments, scripts and controls."""
    pieces: list[str] = []
    for token in tokens(content):
        if isinstance(token, Tag):
            name = token.name.removeprefix("/")
            pieces.append("\x1d" if name in _PARAGRAPHS else "\x1e" if name in _LINES and name == token.name else "")
        else:
            pieces.append(unescaped(token))
    paragraphs = (
        "\n".join(one_line(line) for line in paragraph.split("\x1e")).strip()
        for paragraph in "".join(pieces).split("\x1d")
    )
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _mention(notification: object) -> Mention:
    told = mapping(notification)
    found = _or_none(said, told.get("status")) if told.get("type", "mention") == "mention" else None
    return Mention(
        remote_id=identity(told),
        at=instant(told.get("created_at")),
        said=found if found is not None and found.is_open else None,
    )


def _or_none(how: Callable[[object], _Read], told: object) -> _Read | None:
    try:
        return how(told)
    except Unreadable:
        return None


def _as_open(visibility: object) -> str:
    """An answer is never more open than what it answers."""
    if not isinstance(visibility, str):
        return "public"
    return visibility if visibility in _OPEN | {"direct"} else "private"


def _text(told: Mapping[str, object]) -> str:
    """A content warning is the writer's own words, too: it stands above the text."""
    content, warning = told.get("content"), told.get("spoiler_text")
    above = one_line(without_controls(warning)) if isinstance(warning, str) else ""
    below = plain(content) if isinstance(content, str) else ""
    return "\n\n".join(part for part in (above, below) if part)


def _name(name: str) -> str:
    return one_line(without_controls(name))


def _id(found: object) -> str | None:
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) and str(found) else None
