"""Rows for tests: each builder fills in what does not matter, so that a test names only what it is about.

Every builder takes the session of one municipality and writes at once. Fictional: Fjordvik kommune, fjordvik.example.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlmodel import Session

from scheduler.domain.access import Role
from scheduler.domain.enquiries import Kind, Origin
from scheduler.domain.publication import State
from scheduler.domain.replies import State as ReplyState
from scheduler.domain.sla import RESPONSE_TIME, Started
from scheduler.store.database import Database, municipality_of
from scheduler.store.rows import add, get
from scheduler.store.tables import (
    Channel,
    Comment,
    Enquiry,
    Feed,
    FeedItem,
    GrantRow,
    Media,
    Municipality,
    Person,
    Post,
    PostMedia,
    PostText,
    Publication,
    Reply,
    Slot,
    Thread,
    Unit,
)

#: A Tuesday in winter, ten in the morning in Norway.
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)

_numbers = count(1)


def municipality(db: Database, **values: Any) -> int:
    """A municipality; its id."""
    number = next(_numbers)
    filled = {"name": f"Fjordvik {number} kommune", "slug": f"fjordvik-{number}", "created_at": NOW, **values}
    with db.operate() as session:
        row = Municipality(**filled)
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def unit(session: Session, **values: Any) -> Unit:
    """A unit: a school."""
    filled = {"name": f"Lia skole {next(_numbers)}", "created_at": NOW, **values}
    return add(session, Unit(municipality_id=municipality_of(session), **filled))


def person(session: Session, *, role: Role | None = Role.CHIEF, unit_id: int | None = None, **values: Any) -> Person:
    """A person with one role (None: with none), for one unit or the whole municipality."""
    number = next(_numbers)
    filled = {"name": f"Kari Nordvik {number}", "email": f"kari{number}@fjordvik.example", "created_at": NOW, **values}
    row = add(session, Person(municipality_id=municipality_of(session), **filled))
    if role is not None:
        grant = GrantRow(municipality_id=municipality_of(session), person_id=row.pk, role=role, unit_id=unit_id)
        add(session, grant)
    return row


def channel(session: Session, **values: Any) -> Channel:
    """An active channel of the municipality's own on the practice network."""
    filled = {"platform": "practice", "name": f"Kanal {next(_numbers)}", "created_at": NOW, **values}
    return add(session, Channel(municipality_id=municipality_of(session), **filled))


def feed(session: Session, **values: Any) -> Feed:
    """An active feed, due now."""
    address = f"https://www.fjordvik.example/rss/{next(_numbers)}"
    filled = {"address": address, "title": "Nyheter", "next_pull_at": NOW, "created_at": NOW, **values}
    return add(session, Feed(municipality_id=municipality_of(session), **filled))


def feed_item(session: Session, *, feed_id: int | None = None, **values: Any) -> FeedItem:
    """A news item, of a feed of its own unless one is given."""
    number = next(_numbers)
    filled = {
        "feed_id": feed(session).pk if feed_id is None else feed_id,
        "key": f"https://www.fjordvik.example/nyhet/{number}",
        "title": "Ny gangvei åpner",
        "summary": "Kommunen har bygget en ny gangvei mellom skolen og sentrum, og den er nå åpen for alle.",
        "link": f"https://www.fjordvik.example/nyhet/{number}",
        "published_at": NOW,
        "content_hash": hashlib.sha256(str(number).encode()).hexdigest(),
        "first_seen_at": NOW,
        "last_seen_at": NOW,
        **values,
    }
    return add(session, FeedItem(municipality_id=municipality_of(session), **filled))


def post(session: Session, *, texts: Mapping[str, str] | None = None, **values: Any) -> Post:
    """A post that says one thing in bokmål, or what `texts` says in each language."""
    filled = {"title": "Ny gangvei åpner", "created_at": NOW, "updated_at": NOW, **values}
    row = add(session, Post(municipality_id=municipality_of(session), **filled))
    for language, text in (texts or {"nb": "Den nye gangveien er åpen."}).items():
        add(session, PostText(municipality_id=municipality_of(session), post_id=row.pk, language=language, text=text))
    return row


def publication(
    session: Session,
    *,
    post_id: int | None = None,
    channel_id: int | None = None,
    state: State = State.DRAFT,
    texts: Mapping[str, str] | None = None,
    **values: Any,
) -> Publication:
    """A post in one channel; both are made unless they are given. `texts`: those of the post that is made."""
    filled = {
        "post_id": post(session, texts=texts).pk if post_id is None else post_id,
        "channel_id": channel(session).pk if channel_id is None else channel_id,
        "state": state,
        "created_at": NOW,
        "updated_at": NOW,
        **values,
    }
    return add(session, Publication(municipality_id=municipality_of(session), **filled))


def slot(session: Session, publication_row: Publication, **values: Any) -> Slot:
    """The publication's place: the first of the day at three in the afternoon, unless the values say otherwise."""
    filled = {
        "channel_id": publication_row.channel_id,
        "publication_id": publication_row.pk,
        "day": date(2026, 3, 3),
        "ordinal": 1,
        "cap": 2,
        "starts_at": NOW + timedelta(hours=5),
        **values,
    }
    return add(session, Slot(municipality_id=municipality_of(session), **filled))


def scheduled(session: Session, *, starts_at: datetime | None = None, **values: Any) -> Publication:
    """A publication with a place in its channel's day."""
    row = publication(session, state=State.SCHEDULED, **values)
    when = starts_at or NOW + timedelta(hours=5)
    slot(session, row, starts_at=when, day=when.date())
    return row


def media(session: Session, content: bytes = b"picture", **values: Any) -> Media:
    """A picture as it is kept; its bytes are not looked at."""
    filled = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": content,
        "content_type": "image/jpeg",
        "width": 640,
        "height": 480,
        "created_at": NOW,
        **values,
    }
    return add(session, Media(municipality_id=municipality_of(session), **filled))


def illustrated(session: Session, post_id: int, *, contents: Sequence[bytes] = (b"picture",), **values: Any) -> None:
    """Give the post pictures."""
    for position, content in enumerate(contents):
        filled = {"media_id": media(session, content).pk, "alt_text": "En gangvei", "position": position, **values}
        add(session, PostMedia(municipality_id=municipality_of(session), post_id=post_id, **filled))


def thread(session: Session, *, channel_id: int, **values: Any) -> Thread:
    """A post on the platform that people talk under: one of our own, written there."""
    filled = {
        "channel_id": channel_id,
        "remote_id": f"thread-{next(_numbers)}",
        "origin": Origin.NATIVE,
        "text": "Ny gangvei langs fjorden.",
        "written_at": NOW - timedelta(days=1),
        "seen_at": NOW,
        "active_at": NOW,
        **values,
    }
    return add(session, Thread(municipality_id=municipality_of(session), **filled))


def comment(session: Session, thread_row: Thread, **values: Any) -> Comment:
    """A citizen's comment in a thread, outside any enquiry."""
    number = next(_numbers)
    filled = {
        "channel_id": thread_row.channel_id,
        "thread_id": thread_row.pk,
        "remote_id": f"comment-{number}",
        "author_remote_id": f"citizen-{number}",
        "author_name": "Oddny Fjell",
        "text": "Når åpner gangveien?",
        "written_at": NOW,
        "seen_at": NOW,
        **values,
    }
    return add(session, Comment(municipality_id=municipality_of(session), **filled))


def enquiry(session: Session, comment_row: Comment, **values: Any) -> Enquiry:
    """The open enquiry that a comment opened when it was written."""
    at = comment_row.written_at
    filled = {
        "channel_id": comment_row.channel_id,
        "thread_id": comment_row.thread_id,
        "kind": Kind.COMMENT,
        "author_remote_id": comment_row.author_remote_id,
        "author_name": comment_row.author_name,
        "started_at": at,
        "started_by": Started.WRITTEN,
        "due_at": at + RESPONSE_TIME,
        "newest_at": at,
        "created_at": NOW,
        "updated_at": NOW,
        **values,
    }
    row = add(session, Enquiry(municipality_id=municipality_of(session), **filled))
    comment_row.enquiry_id, comment_row.clock_at, comment_row.clock_by = row.pk, row.started_at, row.started_by
    add(session, comment_row)
    return row


def reply(session: Session, enquiry_row: Enquiry, under: Comment, **values: Any) -> Reply:
    """An answer that is on its way, to the comment and all that stood there before it."""
    filled = {
        "enquiry_id": enquiry_row.pk,
        "comment_id": under.pk,
        "seen_id": under.pk,
        "text": "Den åpner på fredag.",
        "state": ReplyState.APPROVED,
        "created_at": NOW,
        "updated_at": NOW,
        **values,
    }
    return add(session, Reply(municipality_id=municipality_of(session), **filled))


def fresh(session: Session, row: Any) -> Any:
    """The row as the database has it now."""
    session.expire_all()
    return get(session, type(row), row.pk)
