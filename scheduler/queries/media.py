"""The pictures that we have kept, for showing and for copying. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from scheduler.errors import Missing
from scheduler.store.database import municipality_of
from scheduler.store.tables import Media


@dataclass(frozen=True, kw_only=True)
class KeptPicture:
    """A picture: its bytes, what they are, and their fingerprint."""

    content: bytes
    content_type: str
    sha256: str


def picture(session: Session, media_id: int) -> KeptPicture:
    """One picture; raises Missing."""
    found = session.exec(
        select(Media.content, Media.content_type, Media.sha256).where(
            col(Media.municipality_id) == municipality_of(session), col(Media.id) == media_id
        )
    ).first()
    if found is None:
        raise Missing("media", media_id)
    return KeptPicture(content=found[0], content_type=found[1], sha256=found[2])
