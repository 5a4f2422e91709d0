"""A picture that a person adds to a post from a file: whether it can be used, and where it goes.

`ready` opens and encodes the file, which takes time, and is done before the transaction that `add` is a part of. What was approved or
scheduled and now shows something else is a draft again; what is out is not touched.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from connectors import pictures
from connectors.pictures import Picture, PictureError
from scheduler.domain.access import Actor, Deed, demand
from scheduler.errors import LostRace, Refused
from scheduler.services.drafting import PICTURE_BYTES, PICTURE_TYPES
from scheduler.services.editing import LONGEST_ALT_TEXT, LONGEST_NAME, PostRefusal, one_line
from scheduler.services.sources import fingerprints, reopen_changed
from scheduler.store import audit, media, posts

__all__ = ["MOST_BYTES", "MOST_PICTURES", "Picture", "PictureRefusal", "add", "ready"]

#: What the platforms that we send to ourselves show of one post; a fifth would be left out there without a word.
MOST_PICTURES = 4
#: The largest file that is opened.
MOST_BYTES = pictures.MOST_BYTES
_MEGA = 1_000_000


class PictureRefusal(StrEnum):
    """Why a picture was not added."""

    NO_FILE = "no_file"
    NOT_A_PICTURE = "not_a_picture"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    CANNOT_FIT = "cannot_fit"
    TOO_MANY_PICTURES = "too_many_pictures"
    ALREADY_THERE = "already_there"


def ready(content: bytes) -> Picture:
    """The picture in these bytes as it will be kept: upright, without place, camera or names, of a kind and size that platforms take.

    Raises Refused. Needs no database, and is called before the transaction.
    """
    try:
        return pictures.fit(pictures.verify(content), max_bytes=PICTURE_BYTES, types=PICTURE_TYPES)
    except PictureError as error:
        raise Refused(
            PictureRefusal(error.code), megabytes=MOST_BYTES // _MEGA, megapixels=pictures.MOST_PIXELS // _MEGA
        ) from None


def add(
    session: Session,
    actor: Actor | None,
    *,
    post_id: int,
    version: int,
    picture: Picture,
    alt_text: str = "",
    decorative: bool = False,
    photographer: str | None = None,
    now: datetime,
) -> list[int]:
    """The picture is the post's last; the ids of publications that are drafts again since they now show something else.

    Without `alt_text` and not `decorative`, the post cannot go out before somebody has described it. Raises Refused with everything that
    is wrong at once, LostRace where the post is no longer at `version`.
    """
    post = posts.post(session, post_id)
    demand(actor, Deed.WRITE_POST, unit_id=post.unit_id)
    if post.version != version:
        raise LostRace("post", post_id)
    alt_text = "" if decorative else one_line(alt_text)
    photographer = one_line(photographer or "") or None
    standing = posts.pictures(session, post_id)
    media_id = media.keep(
        session,
        sha256=hashlib.sha256(picture.content).hexdigest(),
        content=picture.content,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        source_url=None,
        now=now,
    )
    found: list[StrEnum] = []
    if media_id in {each.media_id for each in standing}:
        found.append(PictureRefusal.ALREADY_THERE)
    elif len(standing) >= MOST_PICTURES:
        found.append(PictureRefusal.TOO_MANY_PICTURES)
    if len(alt_text) > LONGEST_ALT_TEXT:
        found.append(PostRefusal.ALT_TEXT_TOO_LONG)
    if len(photographer or "") > LONGEST_NAME:
        found.append(PostRefusal.PHOTOGRAPHER_TOO_LONG)
    if found:
        raise Refused(*found, most=MOST_PICTURES)
    before = fingerprints(session, post_id)
    posts.change(session, post_id, version=version, now=now)
    posts.add_picture(session, post_id, media_id, alt_text=alt_text, decorative=decorative, photographer=photographer)
    reopened = reopen_changed(session, actor, post_id, before, now=now)
    audit.note(
        session,
        now=now,
        person_id=actor.person_id if actor else None,
        subject="post",
        subject_id=post_id,
        action="add_picture",
        detail={"version": version + 1, "media_id": media_id, "reopened": reopened},
    )
    return reopened
