"""The places in a channel's days: taken, given back, and read by the planner.

The cap is the database's: two transactions that want the same place cannot both have it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from scheduler.store import rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Publication, Slot
from scheduler.store.tables.posts import SlotKind


@dataclass(frozen=True, kw_only=True)
class DueSlot:
    """A slot whose moment has come, in some municipality."""

    municipality_id: int
    slot_id: int
    starts_at: datetime


def lock_channel(session: Session, channel_id: int) -> Channel:
    """The channel's row, locked until the end of the transaction: placing waits for placing."""
    locked = session.exec(
        rows.mine(session, Channel)
        .where(col(Channel.id) == channel_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    return locked if locked is not None else rows.get(session, Channel, channel_id)


def take(
    session: Session,
    publication: Publication,
    *,
    day: date,
    ordinal: int,
    cap: int,
    starts_at: datetime,
    language: str | None,
) -> Slot | None:
    """Give the publication this place; None where the place is taken already."""
    slot = Slot(
        municipality_id=municipality_of(session),
        channel_id=publication.channel_id,
        publication_id=publication.pk,
        kind=SlotKind.PLANNED,
        day=day,
        ordinal=ordinal,
        cap=cap,
        starts_at=starts_at,
        language=language,
    )
    try:
        with session.begin_nested():
            session.add(slot)
            session.flush()
    except IntegrityError:
        return None
    return slot


def give_back(session: Session, publication_id: int) -> None:
    """The publication leaves its place; the day has room again."""
    session.connection().execute(
        delete(Slot).where(
            col(Slot.municipality_id) == municipality_of(session), col(Slot.publication_id) == publication_id
        )
    )
    session.expire_all()


def of_publication(session: Session, publication_id: int) -> Slot | None:
    """The publication's place, or None."""
    return rows.one(session, Slot, col(Slot.publication_id) == publication_id)


def in_channel(session: Session, channel_id: int, *, since: datetime) -> list[Slot]:
    """The channel's places from `since` on, in order of time; a deleted post's place counts too."""
    return rows.every(
        session,
        Slot,
        col(Slot.channel_id) == channel_id,
        col(Slot.starts_at) >= since,
        order=col(Slot.starts_at),
    )


def last_before(session: Session, channel_id: int, moment: datetime) -> list[Slot]:
    """The few last places before `moment`, newest first: what the turn of languages is decided by."""
    return list(
        session.exec(
            rows.mine(session, Slot)
            .where(col(Slot.channel_id) == channel_id, col(Slot.starts_at) < moment)
            .order_by(col(Slot.starts_at).desc())
            .limit(20)
        )
    )


def due(across: Session, *, now: datetime, after: DueSlot | None = None, limit: int = 200) -> list[DueSlot]:
    """Slots whose moment has come and that are not minted, over all municipalities, oldest first; those that follow `after`."""
    following = (
        true()
        if after is None
        else or_(
            col(Slot.starts_at) > after.starts_at,
            (col(Slot.starts_at) == after.starts_at) & (col(Slot.id) > after.slot_id),
        )
    )
    found = across.connection().execute(
        select(col(Slot.municipality_id), col(Slot.id), col(Slot.starts_at))
        .where(col(Slot.minted_at).is_(None), col(Slot.starts_at) <= now, following)
        .order_by(col(Slot.starts_at), col(Slot.id))
        .limit(limit)
    )
    return [
        DueSlot(municipality_id=municipality_id, slot_id=slot_id, starts_at=starts_at)
        for municipality_id, slot_id, starts_at in found
        if slot_id is not None
    ]
