"""Holds: rows that keep a channel, or the whole municipality, from sending.

Minting, the claim and the last look before a send all read them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col

from scheduler.store import rows
from scheduler.store.tables import Hold


def over(channel_id: Any) -> ColumnElement[bool]:
    """The condition: an open hold that covers this channel (an id, or a column of ids)."""
    return col(Hold.released_at).is_(None) & or_(col(Hold.channel_id).is_(None), col(Hold.channel_id) == channel_id)


def open_over(session: Session, channel_id: int) -> list[Hold]:
    """The open holds that cover the channel."""
    return rows.every(session, Hold, over(channel_id))


def open_holds(session: Session) -> list[Hold]:
    """Every open hold of the municipality."""
    return rows.every(session, Hold, col(Hold.released_at).is_(None))
