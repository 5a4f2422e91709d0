"""The news of a municipality's site, from its RSS or Atom feed.

Decides what an item says, which of two spellings of an item stands, and which items are left out and why; one bad item never harms the
others. Fetches with what the site told us last time, so that nothing new costs next to nothing. Knows no database and no rules.
"""

from __future__ import annotations

import hashlib
import io
import re
import xml.sax
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import feedparser

from connectors.feed_shapes import Feed, FeedError, NewsItem, NotModified, Oddity, Pulled, Remark
from connectors.feeddates import NORWAY, parse
from connectors.feedxml import mended
from connectors.http import READ_DEADLINE, Http
from connectors.links import absolute, canonical
from connectors.pageparts import credit_in_address
from connectors.plaintext import images, one_line, plain, shortened, title, unescaped

__all__ = ["Feed", "FeedError", "NewsItem", "NotModified", "Oddity", "Pulled", "Remark", "fetch", "read"]

MOST_ITEMS = 2_000
TITLE_LENGTH = 500
SUMMARY_LENGTH = 5_000
TEXT_LENGTH = 20_000
TITLE_FROM_TEXT_LENGTH = 120
_GUID_LENGTH = 500
_MOST_CATEGORIES = 20
_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
_PICTURE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp)(?:$|[?#])", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
#: All that feedparser has been seen to raise on hostile input, and its relatives.
_BREAKAGE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
    xml.sax.SAXException,
)

Note = Callable[[Oddity, str], None]


def fetch(
    http: Http, address: str, *, etag: str | None = None, last_modified: str | None = None
) -> Pulled | NotModified:
    """What a feed's address gives now; at most 2 MB within 20 seconds. Raises ConnectorError with the codes of `Http.get`."""
    headers = {"Accept": _ACCEPT}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    answer = http.get(address, headers=headers, deadline=READ_DEADLINE)
    if answer.status == 304:
        return NotModified()
    return Pulled(
        body=answer.body,
        content_type=answer.content_type,
        url=answer.url,
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
    )


def read(body: bytes, content_type: str, base_url: str, *, zone: str = NORWAY) -> Feed:
    """The feed in these bytes. `base_url`: where they came from. `zone`: whose wall clock its zone-less times show.

    Raises FeedError where there is no feed to be had. Single items that say too little are left out, each with a remark.
    """
    text = mended(body, content_type)
    try:
        found = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "ignore")),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-type": "application/xml; charset=utf-8"},
        )
        return _feed(found, base_url, zone)
    except FeedError:
        raise
    except _BREAKAGE:
        raise FeedError("unreadable") from None


def _feed(found: Any, base_url: str, zone: str) -> Feed:
    if not found.version and not found.entries:
        raise FeedError("not_a_feed")
    head = found.feed
    site = absolute(str(dict.get(head, "link") or ""), base_url)
    # A relative link in RSS belongs to the site; in Atom, to the feed's own address.
    base = base_url if found.version.startswith("atom") or site is None else site
    language = _language(dict.get(head, "language"))
    kept: list[tuple[int, NewsItem]] = []
    remarks: list[Remark] = []
    for position, entry in enumerate(found.entries, start=1):
        label = title(str(dict.get(entry, "title") or dict.get(entry, "link") or dict.get(entry, "id") or ""))[:100]
        note = _noting(remarks, position, label)
        if position > MOST_ITEMS:
            note(Oddity.TOO_MANY, label)
            break
        item = _item(entry, base=base, language=language, zone=zone, note=note)
        if item is not None:
            kept.append((position, item))
    items = _each_once(kept, remarks)
    broken = isinstance(dict.get(found, "bozo_exception"), xml.sax.SAXException)
    return Feed(
        title=shortened(title(str(dict.get(head, "title") or "")), TITLE_LENGTH),
        site=site,
        items=tuple(items),
        remarks=tuple(sorted(remarks, key=lambda remark: remark.position)),
        whole=not broken,
    )


def _noting(remarks: list[Remark], position: int, label: str) -> Note:
    def note(oddity: Oddity, what: str) -> None:
        remarks.append(Remark(position=position, oddity=oddity, what=what[:100] or label))

    return note


def _item(entry: Any, *, base: str, language: str | None, zone: str, note: Note) -> NewsItem | None:
    bodies = [str(part.get("value") or "") for part in dict.get(entry, "content") or ()]
    summary_markup = str(dict.get(entry, "summary") or "")
    text = plain(max(bodies, key=len, default=""))
    summary = plain(summary_markup) if summary_markup not in bodies else text
    heading = _heading(entry, summary or text, note)
    link = _link(entry, base, note) if heading else None
    comparable = canonical(link) if link else None
    if not heading or link is None or comparable is None:
        return None
    if len(summary) > SUMMARY_LENGTH:
        note(Oddity.SUMMARY_CUT, summary)
    pictures = [
        (whole, alt)
        for body in (*bodies, summary_markup)
        for src, alt in images(body)
        if (whole := absolute(src, base))
    ]
    image_url, image_alt, image_credit = _picture(entry, base, pictures)
    guid = str(dict.get(entry, "id") or "").strip()
    return NewsItem(
        title=heading,
        link=link,
        canonical_link=comparable,
        guid=_bounded_guid(guid) or None,
        summary=shortened(summary, SUMMARY_LENGTH),
        text=shortened(text, TEXT_LENGTH),
        published_at=_first_date(entry, ("published", "created", "updated"), zone, note),
        updated_at=_first_date(entry, ("updated",), zone, None),
        image_url=image_url,
        image_alt=image_alt,
        image_credit=image_credit,
        language=_language(dict.get(entry, "language"))
        or _language((dict.get(entry, "title_detail") or {}).get("language"))
        or language,
        categories=_categories(entry),
    )


def _heading(entry: Any, text: str, note: Note) -> str:
    kind = str((dict.get(entry, "title_detail") or {}).get("type") or "")
    heading = title(str(dict.get(entry, "title") or ""), is_html=kind in ("text/html", "application/xhtml+xml"))
    if not heading and text:
        heading = shortened(text.partition("\n")[0], TITLE_FROM_TEXT_LENGTH)
        note(Oddity.TITLE_FROM_TEXT, heading)
    if not heading:
        note(Oddity.NO_TITLE, str(dict.get(entry, "link") or ""))
    if len(heading) > TITLE_LENGTH:
        note(Oddity.TITLE_CUT, heading)
    return shortened(heading, TITLE_LENGTH)


def _link(entry: Any, base: str, note: Note) -> str | None:
    written = unescaped(str(dict.get(entry, "link") or "")).strip()
    if not written:
        others = (part for part in dict.get(entry, "links") or () if part.get("rel") == "alternate")
        written = next((str(part["href"]).strip() for part in others if part.get("href")), "")
    guid = str(dict.get(entry, "id") or "").strip()
    if not written or (written == guid and absolute(written, "") is None):
        # feedparser takes a guid for a link where there is none; "1" leads nowhere.
        note(Oddity.NO_LINK, "")
        return None
    link = absolute(written, base)
    if link is None:
        note(Oddity.LINK_NOT_WEB, written)
    return link


def _bounded_guid(guid: str) -> str:
    return guid if len(guid) <= _GUID_LENGTH else "sha256:" + hashlib.sha256(guid.encode("utf-8", "ignore")).hexdigest()


def _first_date(entry: Any, names: tuple[str, ...], zone: str, note: Note | None) -> datetime | None:
    for name in names:
        written = str(dict.get(entry, name) or "").strip()
        if written:
            moment = parse(written, zone=zone)
            if moment is not None:
                return moment
            if note is not None:
                note(Oddity.DATE_UNREADABLE, written)
    return None


def _picture(
    entry: Any, base: str, pictures: list[tuple[str, str | None]]
) -> tuple[str | None, str | None, str | None]:
    """(address, alternative text, photographer) of the item's picture: the one the feed names, else the first in its text."""
    words = (
        one_line(str(dict.get(entry, "media_picturedescription") or dict.get(entry, "media_picturetitle") or ""))
        or None
    )
    credits_given = [str(part.get("content") or "") for part in dict.get(entry, "media_credit") or ()]
    credit = shortened(title(next(filter(None, credits_given), "")), 100) or None
    for address in _named_pictures(entry):
        url = absolute(address, base)
        if url is not None:
            own = next((alt for other, alt in pictures if other == url and alt is not None), None)
            return url, own if own is not None else words, credit or credit_in_address(url)
    if pictures:
        return pictures[0][0], pictures[0][1], credit or credit_in_address(pictures[0][0])
    return None, None, None


def _named_pictures(entry: Any) -> Iterator[str]:
    contents = [part for part in dict.get(entry, "media_content") or () if _is_picture(part, part.get("url"))]
    yield from (str(part["url"]) for part in sorted(contents, key=_width, reverse=True))
    enclosures = (part for part in dict.get(entry, "links") or () if part.get("rel") == "enclosure")
    yield from (str(part["href"]) for part in enclosures if _is_picture(part, part.get("href")))
    yield from (str(part["url"]) for part in dict.get(entry, "media_thumbnail") or () if part.get("url"))
    image = dict.get(entry, "image")
    if isinstance(image, Mapping) and image.get("href"):
        yield str(image["href"])


def _is_picture(part: Mapping[str, Any], address: object) -> bool:
    if not address:
        return False
    kind = str(part.get("type") or "").lower()
    if kind:
        return kind.startswith("image/") and "svg" not in kind
    return part.get("medium") == "image" or (not part.get("medium") and bool(_PICTURE_NAME.search(str(address))))


def _width(part: Mapping[str, Any]) -> int:
    width = str(part.get("width") or "")
    return int(width) if width.isascii() and width.isdigit() and len(width) < 7 else 0


def _language(claim: object) -> str | None:
    return claim.replace("_", "-") if isinstance(claim, str) and _LANGUAGE.fullmatch(claim) else None


def _categories(entry: Any) -> tuple[str, ...]:
    terms = (
        shortened(title(str(tag.get("label") or tag.get("term") or "")), 100) for tag in dict.get(entry, "tags") or ()
    )
    return tuple(dict.fromkeys(filter(None, terms)))[:_MOST_CATEGORIES]


def _each_once(kept: list[tuple[int, NewsItem]], remarks: list[Remark]) -> list[NewsItem]:
    """One item a key. Of two, the newer by its own dates stands, else the later in the feed, in the place of the first."""
    pages: dict[str, set[str]] = {}
    for _, item in kept:
        if item.guid:
            pages.setdefault(item.guid, set()).add(item.canonical_link)
    found: dict[str, NewsItem] = {}
    for position, item in kept:
        if item.guid and len(pages[item.guid]) > 1:
            # Several pages under one guid (an empty template, the site's own address): it tells nothing apart.
            remarks.append(Remark(position=position, oddity=Oddity.GUID_SHARED, what=item.guid[:100]))
            item = replace(item, guid=None)
        earlier = found.get(item.key)
        if earlier is not None:
            remarks.append(Remark(position=position, oddity=Oddity.DUPLICATE, what=item.title[:100]))
        if earlier is None or not _is_newer(earlier, item):
            found[item.key] = item
    return list(found.values())


def _is_newer(one: NewsItem, other: NewsItem) -> bool:
    """Whether `one` says of itself that it is the newer of the two."""
    left, right = one.updated_at or one.published_at, other.updated_at or other.published_at
    return left is not None and right is not None and left > right
