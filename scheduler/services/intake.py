"""What a listing of a feed means for the items we know: which are new, which say something else, which are missing.

Writes in small transactions, so that a thousand items stop nobody else, and what is interrupted is whole when it is done again. Goes nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from sqlmodel import Session

from connectors.links import canonical
from connectors.newsfeed import Feed, NewsItem
from scheduler.domain import feeditems
from scheduler.domain.feeditems import Identity
from scheduler.errors import LostRace
from scheduler.services import sources
from scheduler.store import feeds
from scheduler.store.database import Database
from scheduler.store.tables import FeedItem

#: Rows in one write transaction (SQLite has one writer at a time).
AT_ONCE = 25
#: A changed item writes its old words, its new ones, and what becomes of its post.
CHANGED_AT_ONCE = 4
#: A person may be at work on the same post.
TRIES = 3
#: An item that stands where it stood is written down as seen this often.
SEEN_EVERY = timedelta(hours=6)

Something = TypeVar("Something")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How many items of a listing were new, changed and as before."""

    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What we know of the items that a listing may be about."""

    by_key: Mapping[str, FeedItem]
    listed: Sequence[FeedItem]


def take(db: Database, *, municipality_id: int, feed_id: int, listing: Feed, now: datetime) -> Taken:
    """Keep what a listing says. Safe to do again, also after it was broken off, and beside another who does the same."""
    rows = _rows(listing.items)
    known = _known(db, municipality_id, feed_id, rows)
    if known.listed and not known.by_key and _follow_new_keys(db, municipality_id, known.listed, rows):
        known = _known(db, municipality_id, feed_id, rows)
    fresh = [row for key, row in rows.items() if key not in known.by_key]
    changed = [(known.by_key[key], row) for key, row in rows.items() if _differs(known.by_key.get(key), row)]
    new = 0
    for chunk in chunks(reversed(fresh), AT_ONCE):  # the newest last, so that it has the highest id
        with db.begin(municipality_id) as session:
            new += len(feeds.add_items(session, feed_id, chunk, now=now))
    for pairs in chunks(changed, CHANGED_AT_ONCE):
        until_won(partial(_replace_all, db, municipality_id, pairs, now=now))
    _mark_seen(
        db, municipality_id, [(known.by_key[key], row) for key, row in rows.items() if key in known.by_key], now=now
    )
    if listing.whole:
        _mark_absent(db, municipality_id, known.listed, rows, now=now)
    return Taken(new=new, changed=len(changed), unchanged=len(rows) - len(fresh) - len(changed))


def _rows(items: Sequence[NewsItem]) -> dict[str, dict[str, Any]]:
    """The items as rows, by key, in the listing's order; within the widths of their columns."""
    rows: dict[str, dict[str, Any]] = {}
    for item in items:
        key = feeditems.key(item.guid, item.canonical_link, item.title, item.published_at)
        image_alt, credit = item.image_alt, item.image_credit
        rows[key] = {
            "key": key,
            "title": item.title,
            "summary": item.summary,
            "link": item.link,
            "published_at": item.published_at,
            "image_url": item.image_url,
            "image_alt": image_alt[:1_000] if image_alt else None,
            "photographer": credit[:200] if credit else None,
            "language": sources.standard_of(item.language),
            "content_hash": feeditems.content_hash(item.title, item.summary, item.canonical_link, item.image_url),
            "position": len(rows) if key not in rows else rows[key]["position"],
        }
    return rows


def _known(db: Database, municipality_id: int, feed_id: int, rows: Mapping[str, object]) -> _Known:
    by_key: dict[str, FeedItem] = {}
    with db.read(municipality_id) as session:
        for keys in chunks(rows, 500):
            by_key |= feeds.items_with_keys(session, feed_id, keys)
        return _Known(by_key=by_key, listed=feeds.listed(session, feed_id))


def _differs(item: FeedItem | None, row: Mapping[str, Any]) -> bool:
    return item is not None and item.content_hash != row["content_hash"]


def until_won(step: Callable[[], Something]) -> Something:
    """Do a transaction again where somebody was first: it reads what is there now, and decides anew."""
    for _ in range(TRIES - 1):
        try:
            return step()
        except LostRace:
            continue
    return step()


def _replace_all(
    db: Database, municipality_id: int, pairs: Sequence[tuple[FeedItem, Mapping[str, Any]]], *, now: datetime
) -> None:
    with db.begin(municipality_id) as session:
        for item, row in pairs:
            _replace(feeds.item(session, item.pk), row, session=session, now=now)


def _replace(item: FeedItem, row: Mapping[str, Any], *, session: Session, now: datetime) -> None:
    if item.content_hash == row["content_hash"]:  # another pull was first
        return
    said, title, link = sources.text_of(item.title, item.summary), item.title, item.link
    says = {name: value for name, value in row.items() if name not in ("key", "position")}
    if feeds.replace(session, item, now=now, **says):
        session.refresh(item)
        sources.item_changed(session, item, said=said, title=title, link=link, now=now)


def _mark_seen(
    db: Database, municipality_id: int, seen: Sequence[tuple[FeedItem, Mapping[str, Any]]], *, now: datetime
) -> None:
    for chunk in chunks((item for item, _ in seen if item.withdrawn_at is not None), CHANGED_AT_ONCE):
        with db.begin(municipality_id) as session:
            for item in chunk:
                sources.item_is_back(session, item, now=now)
    moved = {item.pk: row["position"] for item, row in seen if _to_write(item, row, now=now)}
    for pairs in chunks(moved.items(), AT_ONCE):
        with db.begin(municipality_id) as session:
            feeds.saw(session, dict(pairs), now=now)


def _to_write(item: FeedItem, row: Mapping[str, Any], *, now: datetime) -> bool:
    elsewhere = item.position != row["position"] or item.missing_since is not None or item.withdrawn_at is not None
    return elsewhere or now - item.last_seen_at >= SEEN_EVERY


def _mark_absent(
    db: Database, municipality_id: int, listed: Sequence[FeedItem], rows: Mapping[str, object], *, now: datetime
) -> None:
    """What is gone from between others is looked into; what fell off the end has only grown old."""
    absent = [item for item in listed if item.key not in rows]
    missing = feeditems.missing_between([item.key for item in listed], list(rows))
    for chunk in chunks(absent, AT_ONCE):
        with db.begin(municipality_id) as session:
            for item in chunk:
                values: dict[str, Any] = {"position": feeds.UNLISTED}
                if item.key in missing and item.withdrawn_at is None:
                    values |= {"missing_since": now, "gone_next_at": now}
                feeds.change_item(session, item.pk, **values)


def _follow_new_keys(
    db: Database, municipality_id: int, listed: Sequence[FeedItem], rows: Mapping[str, Mapping[str, Any]]
) -> bool:
    """A new website, the same news: the items we know take on their new keys. Whether any did."""
    renamed = feeditems.whole_feed_renamed(
        [_identity(item.key, item.link, item.title, item.published_at) for item in listed],
        [_identity(key, row["link"], row["title"], row["published_at"]) for key, row in rows.items()],
    )
    by_key = {item.key: item for item in listed}
    for pairs in chunks(renamed.items(), AT_ONCE):
        with db.begin(municipality_id) as session:
            for new, old in pairs:
                feeds.rename(session, by_key[old].pk, before=old, key=new)
    return bool(renamed)


def _identity(key: str, link: str | None, title: str, published_at: datetime | None) -> Identity:
    return Identity(key=key, link=canonical(link) if link else None, title=title, published_at=published_at)


def chunks(things: Iterable[Something], size: int) -> Iterable[list[Something]]:
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk
