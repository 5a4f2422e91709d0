"""Channels: whose they are, what their platform last told of them, and whether a person must act first.

Knows rows. What the credentials mean, and what a platform is, others know.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from scheduler.store.database import municipality_of
from scheduler.store.rows import every, get
from scheduler.store.tables import Channel


def channel(session: Session, channel_id: int) -> Channel:
    """The channel; raises Missing."""
    return get(session, Channel, channel_id)


def name_taken(session: Session, name: str, *, but: int | None = None) -> bool:
    """Whether another channel has this name, however it is written."""
    # The database's own lower() leaves Æ, Ø and Å alone on SQLite, so the names are folded here; there are few of them.
    others = session.exec(
        select(Channel.name).where(
            col(Channel.municipality_id) == municipality_of(session), col(Channel.id) != (but or 0)
        )
    )
    return name.casefold() in {other.casefold() for other in others}


def active_of(session: Session, unit_id: int | None) -> list[Channel]:
    """The active channels of a unit, or (None) of the municipality itself; in the order they were added."""
    owner = col(Channel.unit_id).is_(None) if unit_id is None else col(Channel.unit_id) == unit_id
    return every(session, Channel, owner, col(Channel.active).is_(True))


def change(session: Session, channel_id: int, **values: Any) -> None:
    """Write these columns of the channel, and no other."""
    session.exec(
        update(Channel)
        .where(col(Channel.municipality_id) == municipality_of(session), col(Channel.id) == channel_id)
        .values(**values)
    )


def pause(session: Session, channel_id: int, code: str) -> bool:
    """Nothing more is sent until a person has acted; False where it was paused already."""
    changed = session.exec(
        update(Channel)
        .where(
            col(Channel.municipality_id) == municipality_of(session),
            col(Channel.id) == channel_id,
            col(Channel.paused_code).is_(None),
        )
        .values(paused_code=code)
    )
    return changed.rowcount == 1
