"""What a feed is made of once it has been read, and why it, or one item in it, could not be.

Knows the shapes alone: how they come about stands in newsfeed.py. All times are aware UTC. Pure.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from connectors.contract import ConnectorError, Remedy


class FeedError(ConnectorError):
    """The whole feed cannot be read. Codes: empty, not_a_feed, doctype, too_complex, unreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(Remedy.WAIT, code)


class Oddity(Enum):
    """What was wrong with one item. The first four refuse it; with the others it was kept, repaired."""

    NO_TITLE = "no_title"
    NO_LINK = "no_link"
    LINK_NOT_WEB = "link_not_web"  # a link, but to no place on the web
    TOO_MANY = "too_many"  # the first of those behind the last item that is read: it stands for all of them
    TITLE_FROM_TEXT = "title_from_text"
    TITLE_CUT = "title_cut"
    SUMMARY_CUT = "summary_cut"
    DATE_UNREADABLE = "date_unreadable"
    DUPLICATE = "duplicate"  # the same item once more: the newest stands
    GUID_SHARED = "guid_shared"  # different pages under one guid: the link tells them apart

    @property
    def refuses(self) -> bool:
        return self in (Oddity.NO_TITLE, Oddity.NO_LINK, Oddity.LINK_NOT_WEB, Oddity.TOO_MANY)


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One oddity: which item (from 1, in the feed's order), and enough of it to find it again."""

    position: int
    oddity: Oddity
    what: str


@dataclass(frozen=True, kw_only=True)
class NewsItem:
    """One piece of news as the site tells it: plain text, never markup; addresses are whole and on the web.

    `guid`: as written; None where there is none, or where it is not this item's own. `link`: to open; `canonical_link`: to compare.
    `image_alt`: the page's own words where the feed carries them, "" where it says the picture is decorative, None where it says nothing.
    `language`: the feed's own claim ("nn-NO"), which is often wrong. `text`: the body, where the feed has one.
    """

    title: str
    link: str
    canonical_link: str
    guid: str | None = None
    summary: str = ""
    text: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    image_url: str | None = None
    image_alt: str | None = None
    image_credit: str | None = None
    language: str | None = None
    categories: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What makes it the same item next time: its guid, else its page."""
        return f"guid:{self.guid}" if self.guid else f"link:{self.canonical_link}"

    @property
    def fingerprint(self) -> str:
        """Changes when what a reader would notice changes. Dates are not part of it: many systems touch them every night."""
        said = "\x1f".join(
            (self.title, self.summary, self.text, self.canonical_link, self.image_url or "", self.image_alt or "")
        )
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed that was read. `whole`: well-formed to its end, so that an item's absence means something. Items in the feed's own order."""

    title: str
    site: str | None
    items: tuple[NewsItem, ...]
    remarks: tuple[Remark, ...] = ()
    whole: bool = True

    @property
    def refused(self) -> tuple[Remark, ...]:
        """The items that were left out."""
        return tuple(remark for remark in self.remarks if remark.oddity.refuses)


@dataclass(frozen=True, kw_only=True)
class Pulled:
    """What came from a feed's address: bytes to read, and what to say next time. `url`: after redirects."""

    body: bytes
    content_type: str
    url: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, kw_only=True)
class NotModified:
    """Nothing new since last time."""
