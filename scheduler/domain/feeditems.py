"""Which news item this is, whether it changed, and whether the website took it back.

Decides identity, change, absence and age from what a feed listed before and lists now. Knows no addresses, feed formats, network or
database: links come in as the feed's connector made them, canonical. All times are aware UTC.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

#: The longest key, its kind included; what is longer is kept as a digest.
KEY_LENGTH: Final = 600
#: Between the two times that a page must answer that it is gone.
GONE_APART: Final = timedelta(hours=1)
GONE: Final = frozenset({404, 410})
#: Fewer items than this under new keys say nothing of the whole feed.
_FEWEST_RENAMED: Final = 2


def key(guid: str | None, link: str | None, title: str | None, published_at: datetime | None) -> str:
    """What the item is known by from pull to pull: its guid, else its link, else its title and date.

    Begins with its kind ("guid:", "link:", "text:"), so that one kind is never taken for another. Raises ValueError for an item that
    has none of guid, link and title.
    """
    named, address, words = _plain(guid), _plain(link), _plain(title)
    if named:
        return _bounded("guid", named)
    if address:
        return _bounded("link", address)
    if words:
        moment = published_at.astimezone(UTC).isoformat() if published_at else ""
        return f"text:{_digest([words, moment])}"
    raise ValueError("an item without guid, link and title has no identity")


@dataclass(frozen=True, kw_only=True)
class Content:
    """What of an item ends up in a post. A change in anything else is none."""

    title: str
    summary: str = ""
    link: str | None = None
    image_url: str | None = None


class Change(StrEnum):
    """A part of an item that is not as it was when it was drafted."""

    TITLE = "title"
    SUMMARY = "summary"
    LINK = "link"
    IMAGE = "image"


def content_hash(title: str, summary: str, link: str | None, image_url: str | None) -> str:
    """SHA-256, in hexadecimal, over what a reader would notice; blanks and line breaks count as one blank each."""
    return _digest([_plain(title), _plain(summary), _plain(link), _plain(image_url)])


def changes(before: Content, after: Content) -> frozenset[Change]:
    """The parts that differ. Empty exactly when the content hashes are equal."""
    pairs = {
        Change.TITLE: (before.title, after.title),
        Change.SUMMARY: (before.summary, after.summary),
        Change.LINK: (before.link, after.link),
        Change.IMAGE: (before.image_url, after.image_url),
    }
    return frozenset(change for change, (old, new) in pairs.items() if _plain(old) != _plain(new))


def missing_between(known: Sequence[str], listed: Sequence[str]) -> frozenset[str]:
    """The keys that are gone from between items still listed. `known`: our keys in the feed's order when it last listed them.

    What falls off either end, as in a feed of the ten newest, is not missing; nor is anything when nothing known is listed.
    """
    still = set(listed)
    places = [place for place, one in enumerate(known) if one in still]
    if not places:
        return frozenset()
    return frozenset(one for one in known[places[0] : places[-1]] if one not in still)


class Standing(StrEnum):
    """Where an item stands between "the feed does not list it" and "the website took it back"."""

    THERE = "there"
    WATCHED = "watched"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Absence:
    """The judgement, what to remember (`first_gone_at`) and when to ask the page again (None: no need)."""

    standing: Standing
    first_gone_at: datetime | None = None
    check_at: datetime | None = None


def judge_absence(*, missing: bool, page_status: int | None, first_gone_at: datetime | None, now: datetime) -> Absence:
    """What an item's absence means. Withdrawn only when its page answered 404 or 410 twice, an hour apart, and it is missing still.

    `missing`: gone from between others in the last listing that was well-formed; from a broken feed nothing follows, so don't ask.
    `page_status`: the page's answer now, None for no answer. Silence and server errors say nothing either way; any other answer
    says that the page is there.
    """
    if not missing:
        return Absence(Standing.THERE)
    if page_status in GONE:
        first = min(first_gone_at or now, now)
        if now - first >= GONE_APART:
            return Absence(Standing.WITHDRAWN, first)
        return Absence(Standing.WATCHED, first, first + GONE_APART)
    if page_status is None or page_status >= 500 or page_status == 429:
        return Absence(Standing.WATCHED, first_gone_at, now + GONE_APART)
    return Absence(Standing.THERE)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What an item can be recognised by."""

    key: str
    link: str | None = None
    title: str = ""
    published_at: datetime | None = None


def whole_feed_renamed(known: Sequence[Identity], listed: Sequence[Identity]) -> Mapping[str, str]:
    """New key → old key, where a whole feed has changed its keys: a new website, the same news.

    That is so when no listed key is known and at least half of the listed items have the link, or else the title and date, of exactly
    one known item. A single item with a new key and an old link is another item on the same page, and is not matched.
    """
    old_keys = {one.key for one in known}
    if not known or any(one.key in old_keys for one in listed):
        return {}
    matched = _matched(known, listed, lambda one: one.link or None)
    by_words = _matched(
        known, listed, lambda one: (_plain(one.title).casefold(), one.published_at) if one.published_at else None
    )
    taken = set(matched.values())
    matched |= {new: old for new, old in by_words.items() if new not in matched and old not in taken}
    enough = len(matched) >= _FEWEST_RENAMED and 2 * len(matched) >= len(listed)
    return matched if enough else {}


def _matched(
    known: Sequence[Identity], listed: Sequence[Identity], mark: Callable[[Identity], Hashable | None]
) -> dict[str, str]:
    """Pairs by a mark that one item alone has on either side: a link to the front page that all share tells nothing."""
    times_known, times_listed = Counter(map(mark, known)), Counter(map(mark, listed))
    old = {mark(one): one.key for one in known if mark(one) is not None and times_known[mark(one)] == 1}
    return {one.key: old[mark(one)] for one in listed if times_listed[mark(one)] == 1 and mark(one) in old}


def _plain(text: str | None) -> str:
    return " ".join((text or "").replace("\x00", " ").split())


def _bounded(kind: str, text: str) -> str:
    whole = f"{kind}:{text}"
    return whole if len(whole) <= KEY_LENGTH else f"{kind}:{_digest([text])}"


def _digest(parts: Sequence[str]) -> str:
    # A feed may hold half a surrogate pair, which UTF-8 has no bytes for; ASCII escapes have.
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode("ascii")).hexdigest()
