"""The picture that came with a post's form: read and made ready before anything is written, and put last among the post's.

Whether it can be used is the service's to decide.
"""

from __future__ import annotations

from datetime import datetime

from flask import request

from scheduler.domain.access import Deed, demand
from scheduler.errors import Refused
from scheduler.queries import posts
from scheduler.queries.posts import PostPage
from scheduler.services import pictures_by_hand
from scheduler.services.pictures_by_hand import MOST_BYTES, Picture, PictureRefusal
from scheduler.store.database import Session
from web import session, wording
from web.forms.posts import Typed

_FIELD = "new-picture"


def file_name() -> str:
    """The name of the file that was chosen, or ""."""
    file = request.files.get(_FIELD)
    return (file.filename or "")[:200] if file else ""


def pressed() -> bool:
    """Whether the button that was pressed is the one that adds the picture."""
    return request.form.get("do") == "picture"


def chosen(typed: Typed, post: PostPage | None) -> tuple[Picture | None, list[tuple[str, str]]]:
    """(the picture, if one was sent, and (field, sentence) for what is wrong with it)."""
    file = request.files.get(_FIELD)
    try:
        if file is None or not file.filename:
            if pressed() or typed.file.begun():
                raise Refused(PictureRefusal.NO_FILE)
            return None, []
        if post is not None:  # no file of somebody's who may not write here is opened
            demand(session.actor(), Deed.WRITE_POST, unit_id=post.unit_id)
        return pictures_by_hand.ready(file.stream.read(MOST_BYTES + 1)), []
    except Refused as refused:
        if wording.is_denial(refused):
            raise
        return None, [(_FIELD, sentence) for sentence in wording.reasons(refused)]


def put(writing: Session, picture: Picture | None, typed: Typed, *, post_id: int, now: datetime) -> list[int]:
    """Add the picture, if there is one, to the post as it is now; the ids of publications that are drafts again."""
    if picture is None:
        return []
    return pictures_by_hand.add(
        writing,
        session.actor(),
        post_id=post_id,
        version=posts.version(writing, post_id),
        picture=picture,
        alt_text=typed.file.alt_text,
        decorative=typed.file.decorative,
        photographer=typed.file.photographer,
        now=now,
    )
