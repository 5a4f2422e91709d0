"""A site's pages: finding the feed behind any address a person pastes, reading a news page, and asking whether one is still there.

Decides where a feed is looked for, in what order, and how long that may take. Knows no database, no rules, and not what a feed means.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from urllib.parse import urljoin, urlsplit, urlunsplit

from connectors.contract import ConnectorError, Remedy
from connectors.feed_shapes import Feed, FeedError, NewsItem
from connectors.http import READ_DEADLINE, Fetched, Http
from connectors.links import absolute, canonical
from connectors.newsfeed import read
from connectors.pageparts import ItemPage, parts, tree
from connectors.plaintext import decoded, one_line

__all__ = ["FoundFeed", "FoundPicture", "Gone", "ItemPage", "discover", "fetch_picture", "is_gone", "read_item"]

#: Somebody sits and waits while a feed is looked for.
CALL = timedelta(seconds=5)
ALL = timedelta(seconds=10)
PREVIEW = 5
PICTURE_BYTES = 20_000_000
_MOST_LINKED = 8
#: Where the systems of Norwegian municipalities keep their feeds when the page does not say.
PROBES = ("feed/", "rss", "rss/", "?format=rss", "rss.xml")
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_COMMENTS = re.compile(r"comment|kommentar", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class FoundFeed:
    """A feed that was fetched and read. `preview`: its last items, newest first, for a person to know it by."""

    address: str
    title: str
    preview: tuple[NewsItem, ...]
    items: int


class Gone(Enum):
    """Whether a page is gone. Silence and trouble are UNKNOWN, never YES."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class FoundPicture:
    """A picture as it came, unverified: `pictures.verify` says whether it is one."""

    content: bytes
    content_type: str


class _Budget:
    """What is left of the time for one search."""

    def __init__(self) -> None:
        self._ends = time.monotonic() + ALL.total_seconds()

    def call(self) -> timedelta:
        """How long the next call may take; zero or less when there is no time for one."""
        return min(CALL, timedelta(seconds=self._ends - time.monotonic()))

    @property
    def spent(self) -> bool:
        return self.call() <= timedelta(milliseconds=50)


def discover(http: Http, address: str) -> list[FoundFeed]:
    """The feeds behind the address of any page of a site, best first; empty where there are none.

    Takes at most 5 seconds a call and 10 in all. Raises ConnectorError with the codes of `Http.get` where the page itself cannot be had,
    FeedError where it is a feed that cannot be read and there is no other.
    """
    budget = _Budget()
    page = _page(http, address, budget)
    try:
        return [_found(page.url, read(page.body, page.content_type, page.url))]
    except FeedError as error:
        broken = error if _meant_as_feed(page) else None
    found: list[FoundFeed] = []
    for candidate in _linked(page):
        _try(http, candidate, budget, found)
    if not found:
        for base in _bases(page.url):
            if any(_try(http, candidate, budget, found) for candidate in _probes(base)):
                break
    if not found and broken is not None:
        raise broken
    return found


def _meant_as_feed(page: Fetched) -> bool:
    """Whether this is a feed that cannot be read, rather than a page."""
    return "html" not in page.content_type and page.body.lstrip(b"\xef\xbb\xbf \r\n\t")[:5].lower() in (
        b"<?xml",
        b"<rss ",
        b"<feed",
    )


def _page(http: Http, address: str, budget: _Budget) -> Fetched:
    """The page a person meant: whoever leaves the scheme out means https, and http where there is none."""
    address = re.sub(r"^feed:(?://)?", "", address.strip(), flags=re.IGNORECASE)
    if re.match(r"[a-z][a-z0-9+.-]*://", address, re.IGNORECASE):
        return http.get(absolute(address, "") or address, deadline=CALL)
    try:
        return http.get(absolute(f"https://{address}", "") or "", deadline=CALL)
    except ConnectorError as error:
        if error.code not in ("unreachable", "tls_failed", "timed_out") or budget.spent:
            raise
    return http.get(absolute(f"http://{address}", "") or "", deadline=budget.call())


def _read(answer: Fetched) -> Feed | None:
    try:
        return read(answer.body, answer.content_type, answer.url)
    except FeedError:
        return None


def _found(address: str, feed: Feed) -> FoundFeed:
    newest = sorted(feed.items, key=lambda item: item.published_at or datetime.min.replace(tzinfo=UTC), reverse=True)
    title = feed.title or (urlsplit(address).hostname or "")
    return FoundFeed(address=address, title=title, preview=tuple(newest[:PREVIEW]), items=len(feed.items))


def _try(http: Http, candidate: str, budget: _Budget, found: list[FoundFeed]) -> bool:
    """Whether a feed stands there; a new one is added. The same news under another address is no new feed."""
    if budget.spent:
        return False
    try:
        answer = http.get(candidate, deadline=budget.call())
    except ConnectorError:
        return False
    feed = _read(answer)
    if feed is None:
        return False
    new = _found(answer.url, feed)
    known = any(
        canonical(other.address) == canonical(new.address) or (new.preview and _pages(other) == _pages(new))
        for other in found
    )
    if not known:
        found.append(new)
    return True


def _pages(found: FoundFeed) -> list[str]:
    return [item.canonical_link for item in found.preview]


def _linked(page: Fetched) -> list[str]:
    """The feeds a page names itself; those of comments last."""
    document = tree(decoded(page.body, page.content_type))
    if document is None:
        return []
    base = next(
        (absolute(str(element.get("href")), page.url) for element in document.iter("base") if element.get("href")), None
    )
    named: dict[str, bool] = {}
    for link in document.iter("link", "a"):
        kind = one_line(str(link.get("type") or "")).lower().partition(";")[0]
        relations = str(link.get("rel") or "").lower().split()
        if kind in _FEED_TYPES and (link.tag == "a" or "alternate" in relations or "feed" in relations):
            whole = absolute(str(link.get("href") or ""), base or page.url)
            if whole:
                named.setdefault(whole, bool(_COMMENTS.search(f"{link.get('title') or ''} {urlsplit(whole).path}")))
    return sorted(named, key=lambda address: named[address])[:_MOST_LINKED]


def _bases(url: str) -> Iterator[str]:
    """The page itself and the root of its site, each to be added to."""
    split = urlsplit(url)
    path = split.path if split.path.endswith("/") else split.path + "/"
    root = urlunsplit((split.scheme, split.netloc, "/", "", ""))
    here = urlunsplit((split.scheme, split.netloc, path, "", ""))
    yield here
    if here != root:
        yield root


def _probes(base: str) -> Iterator[str]:
    for probe in PROBES:
        # A query belongs to the page as it stands, not to a folder behind it.
        yield base.rstrip("/") + probe if probe.startswith("?") and urlsplit(base).path != "/" else urljoin(base, probe)


def read_item(http: Http, url: str, *, image_url: str | None = None, deadline: timedelta = READ_DEADLINE) -> ItemPage:
    """What a news page says of itself. `image_url`: the picture the feed gave, whose alternative text and photographer are wanted.

    Raises ConnectorError with the codes of `Http.get`; GONE where there is no such page any more.
    """
    answer = http.get(url, headers={"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"}, deadline=deadline)
    return parts(decoded(answer.body, answer.content_type), url=answer.url, status=answer.status, image_url=image_url)


def is_gone(http: Http, url: str) -> Gone:
    """Whether a page answers that it is gone (404 or 410)."""
    try:
        http.get(url, deadline=READ_DEADLINE)
    except ConnectorError as error:
        if error.remedy is Remedy.GONE:
            return Gone.YES
        return Gone.NO if error.code == "too_large" else Gone.UNKNOWN
    return Gone.NO


def fetch_picture(http: Http, url: str) -> FoundPicture:
    """A picture's bytes, at most 20 MB. Raises ConnectorError with the codes of `Http.get`."""
    answer = http.get(
        url,
        headers={"Accept": "image/jpeg,image/png,image/webp,image/gif"},
        limit_bytes=PICTURE_BYTES,
        deadline=timedelta(seconds=30),
    )
    return FoundPicture(content=answer.body, content_type=answer.content_type.partition(";")[0].strip().lower())
