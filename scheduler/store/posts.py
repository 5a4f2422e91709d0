"""Posts with their texts and pictures, and the publications they begin with.

Knows rows. An edit names the version it was made from; what a text may say, others decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from scheduler.errors import LostRace
from scheduler.store.database import municipality_of
from scheduler.store.fresh import add_if_new, id_of
from scheduler.store.rows import add, every, get, mine, one
from scheduler.store.tables import Media, Post, PostMedia, PostText, Publication, PublicationText
from scheduler.store.tables.posts import SourceFlag


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A post's picture as it was described there, without its bytes (`size` counts them). `alt_text` "" and not decorative: to be written."""

    media_id: int
    content_type: str
    size: int
    alt_text: str
    decorative: bool
    photographer: str | None


def post(session: Session, post_id: int) -> Post:
    """The post; raises Missing."""
    return get(session, Post, post_id)


def of_item(session: Session, item_id: int) -> Post | None:
    """The post that was drafted from this news item, or None."""
    return one(session, Post, col(Post.feed_item_id) == item_id)


def add_of_item(session: Session, item_id: int, *, now: datetime, **values: Any) -> tuple[int, bool]:
    """(post id, whether it was made now) for a news item: two who press at once get the same post."""
    row = {"feed_item_id": item_id, "priority": 0, "version": 1, "created_at": now, "updated_at": now, **values}
    written = add_if_new(session, Post, [row], key=["feed_item_id"])
    if written:
        return written[0], True
    known = id_of(session, Post, feed_item_id=item_id)
    assert known is not None
    return known, False


def add_post(session: Session, *, now: datetime, **values: Any) -> Post:
    """A post of its own."""
    return add(session, Post(municipality_id=municipality_of(session), created_at=now, updated_at=now, **values))


def texts(session: Session, post_id: int) -> dict[str, str]:
    """The post's texts by language."""
    found = every(session, PostText, col(PostText.post_id) == post_id, order=col(PostText.language))
    return {row.language: row.text for row in found}


def own_texts(session: Session, publication_id: int) -> dict[str, str]:
    """The channel's own version, by language; empty where it has none."""
    owned = col(PublicationText.publication_id) == publication_id
    return {row.language: row.text for row in every(session, PublicationText, owned)}


def write_texts(session: Session, post_id: int, wanted: Mapping[str, str]) -> None:
    """The post says exactly this, and nothing in other languages."""
    kept = {row.language: row for row in every(session, PostText, col(PostText.post_id) == post_id)}
    for language, text in wanted.items():
        row = kept.pop(language, None)
        if row is None:
            row = PostText(municipality_id=municipality_of(session), post_id=post_id, language=language, text=text)
        row.text = text
        session.add(row)
    for row in kept.values():
        session.delete(row)
    session.flush()


def write_own_texts(session: Session, publication_id: int, wanted: Mapping[str, str]) -> None:
    """The channel's own version is exactly this; empty: it takes the post's text."""
    kept = {
        row.language: row
        for row in every(session, PublicationText, col(PublicationText.publication_id) == publication_id)
    }
    for language, text in wanted.items():
        row = kept.pop(language, None)
        if row is None:
            row = PublicationText(
                municipality_id=municipality_of(session), publication_id=publication_id, language=language, text=text
            )
        row.text = text
        session.add(row)
    for row in kept.values():
        session.delete(row)
    session.flush()


def pictures(session: Session, post_id: int) -> list[Picture]:
    """The post's pictures in their order."""
    found = session.exec(
        select(PostMedia, Media.content_type, func.length(Media.content))
        .join(
            Media,
            (col(Media.municipality_id) == col(PostMedia.municipality_id)) & (col(Media.id) == PostMedia.media_id),
        )
        .where(col(PostMedia.municipality_id) == municipality_of(session), col(PostMedia.post_id) == post_id)
        .order_by(col(PostMedia.position))
    )
    return [
        Picture(
            media_id=row.media_id,
            content_type=content_type,
            size=size,
            alt_text=row.alt_text,
            decorative=row.decorative,
            photographer=row.photographer,
        )
        for row, content_type, size in found
    ]


def add_picture(
    session: Session, post_id: int, media_id: int, *, alt_text: str, decorative: bool = False, photographer: str | None
) -> None:
    """Put a picture last among the post's."""
    taken = session.exec(mine(session, PostMedia).where(col(PostMedia.post_id) == post_id)).all()
    row = PostMedia(
        municipality_id=municipality_of(session),
        post_id=post_id,
        media_id=media_id,
        position=1 + max((each.position for each in taken), default=-1),
        alt_text=alt_text,
        decorative=decorative,
        photographer=photographer,
    )
    add(session, row)


def describe_pictures(session: Session, post_id: int, wanted: Sequence[Picture]) -> None:
    """The post has exactly these of its pictures, described so, in this order."""
    session.exec(
        delete(PostMedia).where(
            col(PostMedia.municipality_id) == municipality_of(session), col(PostMedia.post_id) == post_id
        )
    )
    for each in wanted:
        add_picture(
            session,
            post_id,
            each.media_id,
            alt_text=each.alt_text,
            decorative=each.decorative,
            photographer=each.photographer,
        )


def change(session: Session, post_id: int, *, version: int, now: datetime, **values: Any) -> None:
    """Write these columns and raise the version. Raises LostRace where the post is no longer at `version`."""
    changed = session.exec(
        update(Post)
        .where(
            col(Post.municipality_id) == municipality_of(session), col(Post.id) == post_id, col(Post.version) == version
        )
        .values(version=version + 1, updated_at=now, **values)
    )
    if changed.rowcount != 1:
        raise LostRace("post", post_id)


def flag(session: Session, post_id: int, source_flag: SourceFlag | None, *, now: datetime) -> None:
    """Say what has happened to the post's news item, or (None) that a person has answered it."""
    session.exec(
        update(Post)
        .where(col(Post.municipality_id) == municipality_of(session), col(Post.id) == post_id)
        .values(source_flag=source_flag, source_flag_at=now if source_flag else None)
    )


def add_publication(session: Session, post_id: int, channel_id: int, *, now: datetime) -> Publication:
    """The post in one more channel, as a draft."""
    return add(
        session,
        Publication(
            municipality_id=municipality_of(session),
            post_id=post_id,
            channel_id=channel_id,
            created_at=now,
            updated_at=now,
        ),
    )
