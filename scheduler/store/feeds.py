"""Feeds and their items: what was listed, what it said before, and what is to be looked at when.

Knows rows. Every write is small and guarded, so that two pulls of one feed leave what one would have left.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlmodel import Session, col

from scheduler.store.database import municipality_of
from scheduler.store.fresh import add_if_new
from scheduler.store.rows import add, every, get, mine, one
from scheduler.store.tables import Feed, FeedItem, FeedItemVersion

#: The place of an item that is no longer listed.
UNLISTED = -1


@dataclass(frozen=True, kw_only=True)
class DueFeed:
    """A feed whose turn has come, in some municipality."""

    municipality_id: int
    feed_id: int


def feed(session: Session, feed_id: int) -> Feed:
    """The feed; raises Missing."""
    return get(session, Feed, feed_id)


def with_address(session: Session, address: str) -> Feed | None:
    """The feed at this address, or None."""
    return one(session, Feed, col(Feed.address) == address)


def add_feed(session: Session, *, now: datetime, **values: Any) -> Feed:
    """A new feed, due at once."""
    return add(session, Feed(municipality_id=municipality_of(session), created_at=now, next_pull_at=now, **values))


def due(across: Session, *, now: datetime, limit: int = 200) -> list[DueFeed]:
    """Active feeds whose turn has come, over all municipalities, the one that has waited longest first."""
    # Ids and times alone: that is all the worker may read across municipalities.
    table = Feed.metadata.tables["feed"]
    found = across.connection().execute(
        select(table.c.municipality_id, table.c.id)
        .where(table.c.active.is_(True), table.c.next_pull_at <= now)
        .order_by(table.c.next_pull_at, table.c.id)
        .limit(limit)
    )
    return [DueFeed(municipality_id=municipality_id, feed_id=feed_id) for municipality_id, feed_id in found]


def claim(session: Session, feed_id: int, *, now: datetime, until: datetime) -> bool:
    """Take a due feed's turn until `until`; False where another worker was first."""
    taken = _change(session, Feed, col(Feed.id) == feed_id, col(Feed.next_pull_at) <= now, next_pull_at=until)
    return taken == 1


def settle(session: Session, feed_id: int, **values: Any) -> None:
    """Write how a pull ended."""
    _change(session, Feed, col(Feed.id) == feed_id, **values)


def item(session: Session, item_id: int) -> FeedItem:
    """The item; raises Missing."""
    return get(session, FeedItem, item_id)


def items_with_keys(session: Session, feed_id: int, keys: Collection[str]) -> dict[str, FeedItem]:
    """The feed's items with one of these keys, by key."""
    found = every(session, FeedItem, col(FeedItem.feed_id) == feed_id, col(FeedItem.key).in_(keys))
    return {each.key: each for each in found}


def listed(session: Session, feed_id: int) -> list[FeedItem]:
    """The items that stood in the newest listing but one, in its order, and those that are missing from it."""
    return every(
        session,
        FeedItem,
        col(FeedItem.feed_id) == feed_id,
        col(FeedItem.position) >= 0,
        order=col(FeedItem.position),
    )


def add_items(session: Session, feed_id: int, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> list[int]:
    """Write the items that are not there yet; the ids of those written. Every row must name the same columns."""
    whole = [{"feed_id": feed_id, "first_seen_at": now, "last_seen_at": now, **row} for row in rows]
    return add_if_new(session, FeedItem, whole, key=["feed_id", "key"])


def saw(session: Session, positions: Mapping[int, int], *, now: datetime) -> None:
    """These items (id → place) are listed now: nothing is missing about them."""
    if not positions:
        return
    target = FeedItem.metadata.tables["feed_item"]
    session.flush()
    session.connection().execute(
        update(target)
        .where(target.c.municipality_id == municipality_of(session), target.c.id == bindparam("item"))
        .values(
            position=bindparam("place"),
            last_seen_at=now,
            missing_since=None,
            gone_first_at=None,
            gone_next_at=None,
            withdrawn_at=None,
        ),
        [{"item": item_id, "place": place} for item_id, place in positions.items()],
    )
    session.expire_all()


def rename(session: Session, item_id: int, *, before: str, key: str) -> bool:
    """Give the item another key; False where somebody else has, or where the key is taken by another item."""
    return _change(session, FeedItem, col(FeedItem.id) == item_id, col(FeedItem.key) == before, key=key) == 1


def replace(session: Session, known: FeedItem, *, now: datetime, **values: Any) -> bool:
    """Write what the item says now and keep what it said; False where another pull was first."""
    before = FeedItemVersion(
        municipality_id=municipality_of(session),
        feed_item_id=known.pk,
        title=known.title,
        summary=known.summary,
        link=known.link,
        image_url=known.image_url,
        content_hash=known.content_hash,
        replaced_at=now,
    )
    same = col(FeedItem.content_hash) == known.content_hash
    if _change(session, FeedItem, col(FeedItem.id) == known.pk, same, changed_at=now, **values) != 1:
        return False
    add(session, before)
    return True


def change_item(session: Session, item_id: int, **values: Any) -> None:
    """Write these columns of the item, and no other."""
    _change(session, FeedItem, col(FeedItem.id) == item_id, **values)


def gone_due(session: Session, *, now: datetime, limit: int, feed_id: int | None = None) -> list[FeedItem]:
    """Missing items (of one feed, or of all) whose pages are to be looked at now, the one that has waited longest first."""
    wanted = mine(session, FeedItem).where(col(FeedItem.gone_next_at) <= now, col(FeedItem.withdrawn_at).is_(None))
    if feed_id is not None:
        wanted = wanted.where(col(FeedItem.feed_id) == feed_id)
    return list(session.exec(wanted.order_by(col(FeedItem.gone_next_at), col(FeedItem.id)).limit(limit)))


def watch(session: Session, item_id: int, *, gone_first_at: datetime | None, gone_next_at: datetime | None) -> bool:
    """Write what a look at the page found; False where the item has come back meanwhile."""
    missing = col(FeedItem.missing_since).is_not(None)
    return (
        _change(
            session,
            FeedItem,
            col(FeedItem.id) == item_id,
            missing,
            gone_first_at=gone_first_at,
            gone_next_at=gone_next_at,
        )
        == 1
    )


def withdraw(session: Session, item_id: int, *, now: datetime) -> bool:
    """The page was gone twice; False where the item has come back meanwhile."""
    still = (
        col(FeedItem.missing_since).is_not(None),
        col(FeedItem.gone_first_at).is_not(None),
        col(FeedItem.withdrawn_at).is_(None),
    )
    return _change(session, FeedItem, col(FeedItem.id) == item_id, *still, withdrawn_at=now, gone_next_at=None) == 1


def matching(text: str) -> Any:
    """The condition: the title or the summary holds `text`, however it is written."""
    # lower() and ILIKE leave Æ, Ø and Å alone on SQLite; trying the three ways they are met is enough for a search box.
    ways = {text, text.lower(), text.upper(), text.capitalize()}
    safe = [way.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for way in sorted(ways)]
    columns = (col(FeedItem.title), col(FeedItem.summary))
    return or_(*(column.ilike(f"%{way}%", escape="\\") for column in columns for way in safe))


def _change(session: Session, table: type[Feed] | type[FeedItem], *conditions: Any, **values: Any) -> int:
    own = col(table.municipality_id) == municipality_of(session)
    return session.exec(update(table).where(own, *conditions).values(**values)).rowcount
