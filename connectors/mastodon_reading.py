"""What a Mastodon-API server's answers say, in the contract's words.

Reads accounts, servers, posts and pictures out of JSON that may come from Mastodon, GoToSocial, Pleroma or a kin of theirs. What is
missing is taken as not given; what cannot be read where it must be raises Unreadable. Knows no network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.contract import Can, Counting, Limits, Receipt
from connectors.mastodon_text import form, plain

#: Mastodon's own default, where a server tells nothing.
CHARACTERS = 500
ALT_CHARACTERS = 1_500
IMAGES = 4
#: A version that only Mastodon and its forks give: "4.6.0", "4.6.0-rc.1+glitch". Kin say "2.7.2 (compatible; Pleroma 2.9)" or "0.20.0 git-1a2b".
_PROPER = re.compile(r"(\d{1,4})\.(\d{1,4})\.\d{1,4}(?:[-+][\w.+-]*|(?:a|b|rc)\d+)?")


class Unreadable(ValueError):
    """The answer lacks what it must have."""


@dataclass(frozen=True, kw_only=True)
class SeenStatus:
    """A post as a listing shows it. `ours`: neither a boost nor a reply. `reply_to`: the status it answers, or None. `form`: its text as mastodon_text compares it."""

    receipt: Receipt
    created_at: datetime
    ours: bool
    reply_to: str | None
    form: str
    media_ids: tuple[str, ...]


def mapping(found: object) -> Mapping[str, object]:
    """A JSON object, or an empty one."""
    return found if isinstance(found, dict) else {}


def whole(found: object) -> int | None:
    """A whole number of at least zero, or None."""
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def texts(found: object) -> tuple[str, ...]:
    """The texts in a list; a text by itself is a list of its words (as scopes are given by some)."""
    if isinstance(found, str):
        return tuple(found.split())
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


def identity(found: object) -> str:
    """The `id` of anything the server made. Raises Unreadable."""
    given = mapping(found).get("id")
    if not isinstance(given, str | int) or isinstance(given, bool) or str(given) == "":
        raise Unreadable("no id")
    return str(given)


def instant(found: object) -> datetime:
    """A time of the server's, aware UTC. Raises Unreadable."""
    try:
        read = datetime.fromisoformat(found) if isinstance(found, str) else None
        if read is not None:
            return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Unreadable("no time")


def address(found: object) -> str | None:
    return found if isinstance(found, str) and found.startswith(("https://", "http://")) else None


def limits(server: object) -> Limits:
    """The limits that the server's own page about itself gives (`/api/v2/instance`, or `/api/v1/instance`).

    Code points are counted, which is never fewer than what any of these servers counts.
    """
    told = mapping(server)
    configuration = mapping(told.get("configuration"))
    statuses, media = mapping(configuration.get("statuses")), mapping(configuration.get("media_attachments"))
    characters = whole(statuses.get("max_characters")) or whole(told.get("max_toot_chars"))
    images = whole(statuses.get("max_media_attachments"))
    return Limits(
        characters=characters or CHARACTERS,
        counting=Counting.CODE_POINTS,
        link_weight=whole(statuses.get("characters_reserved_per_url")),
        images=IMAGES if images is None else images,
        image_bytes=whole(media.get("image_size_limit")) or 0,
        image_types=tuple(kind for kind in texts(media.get("supported_mime_types")) if kind.startswith("image/")),
        alt_characters=whole(media.get("description_limit")) or ALT_CHARACTERS,
    )


def abilities(server: object, scopes: Sequence[str]) -> Can:
    """What the account can do. `scopes`: what was granted; none at all = the server does not tell.

    KEY stands for a server known to honour the key: Mastodon and its forks. Its kin accept the header and ignore it.
    """

    def granted(scope: str) -> bool:
        return not scopes or scope in scopes or scope.partition(":")[0] in scopes

    told = mapping(server)
    version = told.get("version")
    proper = _PROPER.fullmatch(version) if isinstance(version, str) else None
    source = address(told.get("source_url"))
    is_mastodon = (
        proper is not None
        and int(proper[1]) >= 2
        and (source is None or source.rstrip("/").rpartition("/")[2].startswith("mastodon"))
    )
    can = Can.NOTHING
    if granted("write:statuses"):
        can |= Can.PUBLISH | Can.DELETE_OWN
        # Editing came with 3.5, and with the kin that know /api/v2/instance.
        if "domain" in told or (is_mastodon and proper is not None and (int(proper[1]), int(proper[2])) >= (3, 5)):
            can |= Can.EDIT
    if granted("write:media"):
        can |= Can.IMAGES | Can.ALT_TEXT
    if granted("read:statuses"):
        can |= Can.LOOK_UP
    if granted("read:statuses") and granted("read:notifications"):
        can |= Can.READ
    if granted("read:statuses") and granted("write:statuses"):
        can |= Can.REPLY
    return can | Can.KEY if is_mastodon else can


def receipt(status: object) -> Receipt:
    """The server's word that a status stands there. Raises Unreadable."""
    told = mapping(status)
    edited = told.get("edited_at")
    return Receipt(
        remote_id=identity(told),
        url=address(told.get("url")) or address(told.get("uri")),
        at=instant(edited) if edited else instant(told.get("created_at")),
    )


def seen(status: object) -> SeenStatus:
    """A status in a listing. Raises Unreadable."""
    told = mapping(status)
    content, media = told.get("content"), told.get("media_attachments")
    created_at = instant(told.get("created_at"))
    return SeenStatus(
        receipt=Receipt(
            remote_id=identity(told), url=address(told.get("url")) or address(told.get("uri")), at=created_at
        ),
        created_at=created_at,
        ours=not told.get("reblog") and not told.get("in_reply_to_id"),
        reply_to=str(told["in_reply_to_id"]) if told.get("in_reply_to_id") else None,
        form=form(plain(content)) if isinstance(content, str) else "",
        media_ids=tuple(identity(each) for each in media) if isinstance(media, list) else (),
    )
