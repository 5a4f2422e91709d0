"""Campaigns: posts that belong together, and how many days lie between two of them in one channel.

Knows rows. What the distance does to a plan stands in domain/rules.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from scheduler.domain.publication import State
from scheduler.errors import LostRace
from scheduler.store import rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Campaign, Post, Publication


def get(session: Session, campaign_id: int) -> Campaign:
    """The campaign; raises Missing."""
    return rows.get(session, Campaign, campaign_id)


def name_taken(session: Session, name: str, *, but: int | None = None) -> bool:
    """Whether another campaign, an ended one too, has this name, however it is written."""
    # The database's own lower() leaves Æ, Ø and Å alone on SQLite, so the names are folded here; there are few of them.
    others = session.exec(
        select(Campaign.name).where(
            col(Campaign.municipality_id) == municipality_of(session), col(Campaign.id) != (but or 0)
        )
    )
    return name.casefold() in {other.casefold() for other in others}


def add(session: Session, *, name: str, apart_days: int, now: datetime) -> Campaign:
    """A new one. Raises LostRace where somebody else has just given another the name."""
    row = Campaign(municipality_id=municipality_of(session), name=name, apart_days=apart_days, created_at=now)
    try:
        with session.begin_nested():
            return rows.add(session, row)
    except IntegrityError:
        raise LostRace("campaign", name) from None


def change(session: Session, row: Campaign, *, name: str, apart_days: int, active: bool) -> None:
    """Write these of the campaign. Raises LostRace as `add` does."""
    try:
        with session.begin_nested():
            row.name, row.apart_days, row.active = name, apart_days, active
            session.add(row)
            session.flush()
    except IntegrityError:
        raise LostRace("campaign", name) from None


def channels_holding(session: Session, campaign_id: int) -> list[int]:
    """The channels in which posts of it have a time that has not come to its end, in order of id."""
    found = session.exec(
        select(Publication.channel_id)
        .join(
            Post,
            (col(Post.municipality_id) == col(Publication.municipality_id)) & (col(Post.id) == Publication.post_id),
        )
        .where(
            col(Publication.municipality_id) == municipality_of(session),
            col(Post.campaign_id) == campaign_id,
            col(Publication.state) == State.SCHEDULED,
        )
        .distinct()
        .order_by(col(Publication.channel_id))
    )
    return list(found)
