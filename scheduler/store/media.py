"""Verified pictures: each kept once, known by what is in it.

Knows rows. Whether the bytes are a picture was decided before they came here.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scheduler.store.fresh import add_if_new, id_of
from scheduler.store.tables import Media


def keep(
    session: Session,
    *,
    sha256: str,
    content: bytes,
    content_type: str,
    width: int,
    height: int,
    source_url: str | None,
    now: datetime,
) -> int:
    """The id of this picture, written now or known from before."""
    row = {
        "sha256": sha256,
        "content": content,
        "content_type": content_type,
        "width": width,
        "height": height,
        "source_url": source_url,
        "created_at": now,
    }
    written = add_if_new(session, Media, [row], key=["sha256"])
    known = written[0] if written else id_of(session, Media, sha256=sha256)
    assert known is not None
    return known
