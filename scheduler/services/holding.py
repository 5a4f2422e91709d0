"""Holding back: while a hold is open, nothing goes out of its channel (or, with no channel, of the municipality).

A hold is a row that minting, the claim and the last look read. What passes its slot meanwhile lies apart until somebody places it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from scheduler.domain.access import Actor, Deed, demand
from scheduler.errors import Refused
from scheduler.store import audit, holds, rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Hold


class HoldRefusal(StrEnum):
    """Why a hold cannot be put on or taken off."""

    REASON_MISSING = "hold_reason_missing"
    HELD_ALREADY = "held_already"
    NOT_HELD = "not_held"


def hold(session: Session, actor: Actor | None, *, channel_id: int | None, reason: str, now: datetime) -> Hold:
    """Nothing goes out from `now`; what is being sent this very moment still comes to its end."""
    _demand(session, actor, channel_id)
    if not reason.strip():
        raise Refused(HoldRefusal.REASON_MISSING)
    if any(row.channel_id == channel_id for row in holds.open_holds(session)):
        raise Refused(HoldRefusal.HELD_ALREADY)
    person_id = actor.person_id if actor else None
    row = rows.add(
        session,
        Hold(
            municipality_id=municipality_of(session),
            channel_id=channel_id,
            reason=reason.strip()[:300],
            person_id=person_id,
            created_at=now,
        ),
    )
    audit.note(session, now=now, person_id=person_id, subject="hold", subject_id=row.pk, action="hold")
    return row


def release(session: Session, actor: Actor | None, *, channel_id: int | None, now: datetime) -> None:
    """Let it go on. What is past its slot is not sent: it waits among what needs somebody."""
    _demand(session, actor, channel_id)
    row = next((row for row in holds.open_holds(session) if row.channel_id == channel_id), None)
    if row is None:
        raise Refused(HoldRefusal.NOT_HELD)
    row.released_at = now
    session.add(row)
    person_id = actor.person_id if actor else None
    audit.note(session, now=now, person_id=person_id, subject="hold", subject_id=row.pk, action="release")


def _demand(session: Session, actor: Actor | None, channel_id: int | None) -> None:
    unit_id = rows.get(session, Channel, channel_id).unit_id if channel_id is not None else None
    demand(actor, Deed.HOLD, unit_id=unit_id)
