"""Who is to be told that a placed post got another time, or lost it: kept once, read once, mailed once.

Knows rows. Which move is worth telling, the services decide.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, update
from sqlmodel import Session, col, select

from scheduler.store import rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Approval, Channel, MovedPost, Person, Post, Publication


def owners(session: Session, publication_ids: Collection[int]) -> dict[int, int]:
    """Who each publication is told to: the post's author, else whoever answered for it last. Nobody who has left."""
    mine = municipality_of(session)
    active = and_(col(Person.municipality_id) == mine, col(Person.active).is_(True))
    answered = session.execute(
        select(Approval.publication_id, Approval.person_id)
        .join(Person, and_(active, col(Person.id) == col(Approval.person_id)))
        .where(col(Approval.municipality_id) == mine, col(Approval.publication_id).in_(publication_ids))
        .order_by(col(Approval.approved_at), col(Approval.id))
    )
    found = {publication_id: person_id for publication_id, person_id in answered if person_id is not None}
    written = session.execute(
        select(Publication.id, Post.author_id)
        .join(Post, and_(col(Post.municipality_id) == mine, col(Post.id) == col(Publication.post_id)))
        .join(Person, and_(active, col(Person.id) == col(Post.author_id)))
        .where(col(Publication.municipality_id) == mine, col(Publication.id).in_(publication_ids))
    )
    return found | {publication_id: author_id for publication_id, author_id in written if author_id is not None}


def unseen_of(session: Session, publication_ids: Collection[int]) -> dict[int, MovedPost]:
    """The newest that its owner has not seen yet, by publication."""
    found = rows.every(
        session, MovedPost, col(MovedPost.publication_id).in_(publication_ids), col(MovedPost.seen_at).is_(None)
    )
    return {row.publication_id: row for row in found}


def keep(
    session: Session,
    *,
    publication_id: int,
    person_id: int,
    from_at: datetime,
    to_at: datetime | None,
    because: Sequence[dict[str, Any]],
    now: datetime,
) -> None:
    """A move to be told."""
    session.add(
        MovedPost(
            municipality_id=municipality_of(session),
            publication_id=publication_id,
            person_id=person_id,
            from_at=from_at,
            to_at=to_at,
            because=list(because),
            moved_at=now,
        )
    )


def see(session: Session, person_id: int, *, now: datetime, ids: Collection[int] = (), publication_id: int = 0) -> int:
    """This person has read these, or all of a publication. Gives the number that was new to them."""
    which = col(MovedPost.id).in_(ids) if ids else col(MovedPost.publication_id) == publication_id
    changed = session.exec(
        update(MovedPost)
        .where(
            col(MovedPost.municipality_id) == municipality_of(session),
            col(MovedPost.person_id) == person_id,
            col(MovedPost.seen_at).is_(None),
            which,
        )
        .values(seen_at=now)
    )
    return changed.rowcount


def untold(session: Session, *, since: datetime) -> list[MovedPost]:
    """What has come about since then, and is neither seen nor in a mail."""
    return list(session.exec(_untold(session, since)))


def lock_untold(session: Session, person_id: int, *, since: datetime) -> list[MovedPost]:
    """The same of one person, locked until the end of the transaction, as they are now."""
    found = _untold(session, since).where(col(MovedPost.person_id) == person_id)
    return list(session.exec(found.with_for_update().execution_options(populate_existing=True)))


def _untold(session: Session, since: datetime) -> Any:
    return (
        rows.mine(session, MovedPost)
        .where(col(MovedPost.seen_at).is_(None), col(MovedPost.delivery_id).is_(None), col(MovedPost.moved_at) >= since)
        .order_by(col(MovedPost.id))
    )


def titles(session: Session, publication_ids: Collection[int]) -> dict[int, tuple[int, str, str]]:
    """(the post's id, its title, the channel's name) by publication."""
    mine = municipality_of(session)
    found = session.execute(
        select(Publication.id, Post.id, Post.title, Channel.name)
        .join(Post, and_(col(Post.municipality_id) == mine, col(Post.id) == col(Publication.post_id)))
        .join(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == col(Publication.channel_id)))
        .where(col(Publication.municipality_id) == mine, col(Publication.id).in_(publication_ids))
    )
    return {publication_id: (post_id, title, channel) for publication_id, post_id, title, channel in found}
