"""The pictures that we have kept, for showing and for copying. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, literal, true
from sqlmodel import Session, col, select

from scheduler.domain.access import Actor, Deed
from scheduler.errors import Missing
from scheduler.queries.tabs import reach_of, visible
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Media, Post, PostMedia, Publication


@dataclass(frozen=True, kw_only=True)
class KeptPicture:
    """A picture: its bytes, what they are, and their fingerprint."""

    content: bytes
    content_type: str
    sha256: str


def picture(session: Session, actor: Actor | None, media_id: int) -> KeptPicture:
    """One picture; raises Missing, also where it belongs to no post that this person may see."""
    mine, within = municipality_of(session), reach_of(actor, Deed.READ)
    in_a_post = (
        select(literal(1))
        .select_from(PostMedia)
        .join(Post, and_(col(Post.municipality_id) == mine, col(Post.id) == col(PostMedia.post_id)))
        .outerjoin(
            Publication, and_(col(Publication.municipality_id) == mine, col(Publication.post_id) == col(Post.id))
        )
        .outerjoin(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == col(Publication.channel_id)))
        .where(col(PostMedia.municipality_id) == mine, col(PostMedia.media_id) == col(Media.id), visible(within))
        .exists()
    )
    found = session.exec(
        select(Media.content, Media.content_type, Media.sha256).where(
            col(Media.municipality_id) == mine,
            col(Media.id) == media_id,
            true() if within.whole else in_a_post,
        )
    ).first()
    if found is None:
        raise Missing("media", media_id)
    return KeptPicture(content=found[0], content_type=found[1], sha256=found[2])
