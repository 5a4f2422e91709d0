"""From a news item to a draft: its words, its language, its picture, and a publication in each channel it concerns.

Somebody waits at a page meanwhile, so the site gets 5 s a call and 10 s in all; whatever it fails to give, the draft is made without.
The other ways to write a post (`create`, `edit`, `answer_source`) are in editing and sources, and reached from here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from connectors import pictures
from connectors.contract import ConnectorError
from connectors.http import Http
from connectors.hurried import Hurried
from connectors.pictures import Picture, PictureError
from connectors.webpage import ItemPage, fetch_picture, read_item
from scheduler.clock import Clock
from scheduler.domain.access import Actor, Deed, demand
from scheduler.domain.calendar import begins_at, day_of
from scheduler.domain.daywords import latest_hint
from scheduler.errors import Refused
from scheduler.services import facts
from scheduler.services.editing import Content, Described, PostRefusal, create, edit
from scheduler.services.sources import answer as answer_source
from scheduler.services.sources import language_of, text_of
from scheduler.store import audit, channels, feeds, media, posts
from scheduler.store.database import Database
from scheduler.store.tables import FeedItem

__all__ = [
    "Content",
    "Described",
    "DraftRefusal",
    "PictureNote",
    "PostRefusal",
    "answer_source",
    "create",
    "draft",
    "edit",
]

#: What a picture is made to be before it is kept: every platform takes it, and a list of posts is not heavy.
PICTURE_BYTES = 4_000_000
PICTURE_TYPES = ("image/jpeg", "image/png", "image/webp")


class DraftRefusal(StrEnum):
    """Why no draft was made of an item."""

    ITEM_WITHDRAWN = "item_withdrawn"


class PictureNote(StrEnum):
    """Why a draft has no picture. Kept in the history."""

    PAGE_UNREAD = "page_unread"
    NO_PICTURE = "no_picture"
    PICTURE_UNREAD = "picture_unread"
    PICTURE_UNUSABLE = "picture_unusable"


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What the site gave: its page, the picture, and why there is none."""

    page: ItemPage | None
    picture: Picture | None
    source_url: str | None
    note: PictureNote | None


def draft(
    db: Database,
    actor: Actor | None,
    *,
    item_id: int,
    http: Http,
    clock: Clock,
    municipality_id: int | None = None,
) -> int:
    """The id of the item's post: made now, or there before. `municipality_id`: where there is no actor.

    Raises Refused for an item that the site has taken back.
    """
    owner = actor.municipality_id if actor else municipality_id
    if owner is None:
        raise ValueError("a municipality is needed")
    with db.read(owner) as session:
        item = feeds.item(session, item_id)
        demand(actor, Deed.WRITE_POST, unit_id=feeds.feed(session, item.feed_id).unit_id)
        standing = posts.of_item(session, item_id)
    if standing is not None:
        return standing.pk
    if item.withdrawn_at is not None:
        raise Refused(DraftRefusal.ITEM_WITHDRAWN)
    seen = _look(item, Hurried(http))
    with db.begin(owner) as session:
        return _write(session, actor, item_id, seen, now=clock())


def _look(item: FeedItem, http: Http) -> _Seen:
    page: ItemPage | None = None
    note: PictureNote | None = None
    if item.link:
        try:
            page = read_item(http, item.link, image_url=item.image_url)
        except ConnectorError:
            note = PictureNote.PAGE_UNREAD
    address = item.image_url or (page.image_url if page else None)
    if address is None:
        return _Seen(page=page, picture=None, source_url=None, note=note or PictureNote.NO_PICTURE)
    try:
        found = pictures.verify(fetch_picture(http, address).content)
        fitted = pictures.fit(found, max_bytes=PICTURE_BYTES, types=PICTURE_TYPES)
    except ConnectorError:
        return _Seen(page=page, picture=None, source_url=None, note=PictureNote.PICTURE_UNREAD)
    except PictureError:
        return _Seen(page=page, picture=None, source_url=None, note=PictureNote.PICTURE_UNUSABLE)
    return _Seen(page=page, picture=fitted, source_url=address, note=None)


def _write(session: Session, actor: Actor | None, item_id: int, seen: _Seen, *, now: datetime) -> int:
    item = feeds.item(session, item_id)
    feed = feeds.feed(session, item.feed_id)
    page = seen.page
    lead = item.summary or (page.lead if page else "")
    language = language_of(session, item.title, lead, item.language or (page.language if page else None))
    text = text_of(item.title, lead)
    post_id, made = posts.add_of_item(
        session,
        item_id,
        now=now,
        unit_id=feed.unit_id,
        author_id=actor.person_id if actor else None,
        title=item.title,
        link=item.link,
        latest_at=_latest(text, language, item.published_at or now, facts.zone_of(session)),
    )
    if not made:
        return post_id
    posts.write_texts(session, post_id, {language: text})
    if page is not None:
        # Kept with the item: a later change is told from what the draft was made of.
        feeds.change_item(session, item_id, page_read_at=now, summary=lead)
    if seen.picture is not None:
        _add_picture(session, post_id, item, seen, seen.picture, now=now)
    for channel in channels.active_of(session, feed.unit_id):
        posts.add_publication(session, post_id, channel.pk, now=now)
    audit.note(
        session,
        now=now,
        person_id=actor.person_id if actor else None,
        subject="post",
        subject_id=post_id,
        action="draft",
        detail={"feed_item_id": item_id, **({"picture": seen.note.value} if seen.note else {})},
    )
    return post_id


def _add_picture(
    session: Session, post_id: int, item: FeedItem, seen: _Seen, picture: Picture, *, now: datetime
) -> None:
    page = seen.page
    alt_text = page.image_alt if page and page.image_alt is not None else item.image_alt
    media_id = media.keep(
        session,
        sha256=hashlib.sha256(picture.content).hexdigest(),
        content=picture.content,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        source_url=seen.source_url,
        now=now,
    )
    # An empty alternative text on the page is more often forgotten than meant: a person says which.
    photographer = (page.photographer if page else None) or item.photographer
    posts.add_picture(session, post_id, media_id, alt_text=alt_text or "", photographer=photographer)


def _latest(text: str, language: str, written_at: datetime, zone: str) -> datetime | None:
    """The end of the last day on which the text is still true, as a proposal."""
    hint = latest_hint(text, language, day_of(written_at, zone))
    if hint is None:
        return None
    return begins_at(hint.day + timedelta(days=1), zone) - timedelta(minutes=1)
