"""Drafts for the tests of a post's page, and what is read from the page and from the database."""

from __future__ import annotations

import html
import re
from typing import Any

from flask.testing import FlaskClient

from scheduler.domain.access import Role
from scheduler.domain.publication import State
from scheduler.queries import posts
from scheduler.services import people
from scheduler.store.posts import texts as texts_of
from scheduler.store.rows import get
from scheduler.store.tables import Post, Publication
from tests import build
from tests.web.conftest import PASSWORD, START, Town

LIMITS = {
    "characters": 120, "counting": "code points", "link_weight": 23, "images": 4, "image_bytes": None, "image_types": [], "alt_characters": 1500,
}  # fmt: skip
#: In the afternoon of the day on which the tests' clock stands still.
TODAY = re.compile(r"i dag kl\. 1[3-7]\.\d\d")
TEXT = "Den nye gangveien er åpen."


def a_draft(town: Town, *, channel: dict[str, Any] | None = None, **values: Any) -> tuple[int, int]:
    """(post id, publication id) of a draft in one channel."""
    with town.db.begin(town.municipality_id) as session:
        where = build.channel(session, **{"name": "Fjordvik", "limits": LIMITS, **(channel or {})})
        filled = {"texts": {"nb": TEXT}, "created_at": START, "updated_at": START, **values}
        row = build.post(session, **filled)
        return row.pk, build.publication(session, post_id=row.pk, channel_id=where.pk, created_at=START).pk


def shown(client: FlaskClient, post_id: int) -> str:
    page = client.get(f"/fjordvik/posts/{post_id}")
    assert page.status_code == 200
    return page.get_data(as_text=True)


def form_of(town: Town, post_id: int, **changed: Any) -> dict[str, Any]:
    """What the page's form holds, with what a person changed."""
    with town.db.read(town.municipality_id) as session:
        row = get(session, Post, post_id)
        held = {"version": row.version, "title": row.title, "link": row.link or ""}
        held |= {f"text-{language}": text for language, text in texts_of(session, post_id).items()}
        held["channel"] = list(posts.by_channel(session, post_id))
    return {**held, **{name.replace("__", "-"): value for name, value in changed.items()}}


def state_of(town: Town, publication_id: int) -> State:
    with town.db.read(town.municipality_id) as session:
        return get(session, Publication, publication_id).state


def said(town: Town, post_id: int) -> dict[str, str]:
    with town.db.read(town.municipality_id) as session:
        return texts_of(session, post_id)


def words(page: Any) -> str:
    return html.unescape(page.get_data(as_text=True))


def author(town: Town) -> FlaskClient:
    """Somebody who writes and does not approve."""
    with town.db.begin(town.municipality_id) as session:
        people.add_person(
            session,
            None,
            name="Oda Forfatter",
            email="oda@fjordvik.example",
            role=Role.AUTHOR,
            password=PASSWORD,
            now=START,
        )
    return town.browser_of("oda")
