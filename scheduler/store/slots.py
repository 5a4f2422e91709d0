"""The places in a channel's days: taken, given back, and read by the planner.

The cap is the database's: two transactions that want the same place cannot both have it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select, true, union_all
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from scheduler.store import rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Post, Publication, Slot
from scheduler.store.tables.posts import SlotKind


@dataclass(frozen=True, kw_only=True)
class DueSlot:
    """A slot whose moment has come, in some municipality."""

    municipality_id: int
    slot_id: int
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class Held:
    """A place that is taken, the campaign its post is part of, and how the publication in it fares."""

    slot: Slot
    campaign_id: int | None
    publication: Publication


#: The few last places before a moment: what the turn of languages is decided by.
_FEW = 20


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
    kind: SlotKind = SlotKind.PLANNED,
) -> Slot | None:
    """Give the publication this place; None where the place is taken already. An ordinal beyond the cap is for `kind` EXCUSED alone."""
    slot = Slot(
        municipality_id=municipality_of(session),
        channel_id=publication.channel_id,
        publication_id=publication.pk,
        kind=kind,
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


def give_back(session: Session, *publication_ids: int) -> None:
    """The publications leave their places; their days have room again."""
    if not publication_ids:
        return
    session.flush()
    session.connection().execute(
        delete(Slot).where(
            col(Slot.municipality_id) == municipality_of(session), col(Slot.publication_id).in_(publication_ids)
        )
    )
    for known in [each for each in session.identity_map.values() if isinstance(each, Slot)]:
        if known.publication_id in publication_ids:
            session.expunge(known)


def of_publication(session: Session, publication_id: int) -> Slot | None:
    """The publication's place, or None."""
    return rows.one(session, Slot, col(Slot.publication_id) == publication_id)


def held_in(session: Session, channel_ids: Collection[int], *, since: datetime) -> list[Held]:
    """The places of these channels from `since` on, in order of time, and the few last before; with what stands in them. Two questions."""
    recent = _held(session, col(Slot.channel_id).in_(channel_ids), col(Slot.starts_at) >= since)
    mine = municipality_of(session)
    before = [
        select(
            select(col(Slot.id))
            .where(col(Slot.municipality_id) == mine, col(Slot.channel_id) == channel_id, col(Slot.starts_at) < since)
            .order_by(col(Slot.starts_at).desc())
            .limit(_FEW)
            .subquery()
            .c.id
        )
        for channel_id in channel_ids
    ]
    return [*_held(session, col(Slot.id).in_(union_all(*before))), *recent] if before else recent


def _held(session: Session, *conditions: ColumnElement[bool]) -> list[Held]:
    mine = municipality_of(session)
    found = session.execute(
        select(Slot, Publication, col(Post.campaign_id))
        .join(
            Publication, and_(col(Publication.municipality_id) == mine, col(Publication.id) == col(Slot.publication_id))
        )
        .join(Post, and_(col(Post.municipality_id) == mine, col(Post.id) == col(Publication.post_id)))
        .where(col(Slot.municipality_id) == mine, *conditions)
        .order_by(col(Slot.starts_at), col(Slot.id))
    )
    return [Held(slot=slot, publication=publication, campaign_id=campaign) for slot, publication, campaign in found]


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
