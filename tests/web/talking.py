"""Enquiries for the tests of the inbox and of an enquiry's page, and what is read from the database."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from flask.testing import FlaskClient

from connectors.contract import Can
from scheduler.domain.enquiries import Origin
from scheduler.domain.publication import State as PublicationState
from scheduler.queries import talk
from scheduler.queries.talk import Talk
from scheduler.store.rows import get
from scheduler.store.tables import Channel, Comment, Enquiry, Thread
from tests import build
from tests.web.conftest import START, Town
from tests.web.drafts import LIMITS

Send = Callable[..., Any]

_numbers = count(1)
INBOX = "/fjordvik/inbox/"
ALL = (Can.PUBLISH | Can.READ | Can.REPLY | Can.HIDE).value


def a_channel(town: Town, **values: Any) -> int:
    """An active channel on the practice network that can read, answer and hide."""
    with town.db.begin(town.municipality_id) as session:
        return build.channel(session, **{"name": "Fjordvik på nett", "limits": LIMITS, "can": ALL, **values}).pk


def a_thread(town: Town, *, channel_id: int | None = None, **values: Any) -> int:
    """Our post, published there."""
    channel_id = channel_id or a_channel(town, name=f"Fjordvik på nett {next(_numbers)}")
    with town.db.begin(town.municipality_id) as session:
        here = get(session, Channel, channel_id)
        if "origin" not in values:
            row = build.publication(session, channel_id=here.pk, state=PublicationState.PUBLISHED)
            values |= {"origin": Origin.OURS, "publication_id": row.pk, "url": "https://platform.example/p/1"}
        return build.thread(session, channel_id=here.pk, **values).pk


def wrote(
    town: Town, text: str, *, thread_id: int | None = None, at: datetime = START - timedelta(hours=2.5), **values: Any
) -> tuple[int, int]:
    """(enquiry id, comment id) of what somebody wrote some hours ago; `ev`: of the enquiry."""
    of_enquiry = values.pop("ev", {})
    thread_id = thread_id or a_thread(town)
    with town.db.begin(town.municipality_id) as session:
        filled = {"author_name": "Anna Fjell", "author_remote_id": "anna", "seen_at": START, **values}
        comment = build.comment(session, get(session, Thread, thread_id), text=text, written_at=at, **filled)
        return build.enquiry(session, comment, **of_enquiry).pk, comment.pk


def wrote_more(town: Town, enquiry_id: int, text: str) -> int:
    """The same person writes once more; the comment's id."""
    with town.db.begin(town.municipality_id) as session:
        enquiry = get(session, Enquiry, enquiry_id)
        comment = build.comment(
            session, get(session, Thread, enquiry.thread_id), text=text, author_name=enquiry.author_name,
            author_remote_id=enquiry.author_remote_id, written_at=START, seen_at=START, enquiry_id=enquiry.pk, clock_at=START,
        )  # fmt: skip
        enquiry.revision += 1
        session.add(enquiry)
        return comment.pk


def quiet(town: Town, text: str, *, thread_id: int | None = None, **values: Any) -> int:
    """A comment that asks for no answer."""
    thread_id = thread_id or a_thread(town)
    with town.db.begin(town.municipality_id) as session:
        return build.comment(
            session, get(session, Thread, thread_id), text=text, written_at=START, seen_at=START, **values
        ).pk


def seen(town: Town, enquiry_id: int) -> Talk:
    """The enquiry as the command line sees it."""
    with town.db.read(town.municipality_id) as session:
        return talk.talk(session, None, enquiry_id, now=town.clock())


def comment_of(town: Town, comment_id: int) -> Comment:
    with town.db.read(town.municipality_id) as session:
        return get(session, Comment, comment_id)


def page(client: FlaskClient, path: str = INBOX, **asked: str) -> str:
    """A page, as it is read."""
    answer = client.get(path, query_string=asked)
    assert answer.status_code == 200, path
    return html.unescape(answer.get_data(as_text=True))


def part(client: FlaskClient, path: str, tag: str = "") -> Any:
    """The part of a page that is asked for again."""
    return client.get(path, headers={"HX-Request": "true", "HX-PTag": tag})


def at(enquiry_id: int, deed: str = "") -> str:
    return f"{INBOX}{enquiry_id}{'/' if deed else ''}{deed}"


def said(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


def answer(client: FlaskClient, post: Send, enquiry_id: int, text: str, **form: Any) -> Any:
    """Send the form as it was drawn when the enquiry was new."""
    filled = {"text": text, "revision": 1, "newest": 1, "drawn_at": START.isoformat(), "sign": "y", **form}
    return post(
        client, at(enquiry_id, "answer"), **{name: value for name, value in filled.items() if value is not None}
    )
