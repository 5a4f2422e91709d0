"""What may have gone out: a worker that did not come back, a lost answer. Looked up on the platform before anything is sent again.

Found: settled as sent. Surely absent: ready again. Cannot tell: a person is asked. Safe to run in any number of workers at once. Knows no
kind of delivery: errands.py does.
"""

from __future__ import annotations

from collections.abc import Container
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from connectors.contract import ConnectorError, Landing, Receipt
from scheduler.domain.delivery import (
    ASK_AFTER,
    ASKS_A_PERSON,
    DEATHS_BEFORE_ASKING,
    LOOK_AGAIN_AFTER,
    Action,
    State,
    absence_can_be_believed,
)
from scheduler.errors import Missing
from scheduler.services import errands, settling
from scheduler.services.apart import Apart
from scheduler.services.delivering import back_off
from scheduler.services.gate import Gate
from scheduler.store import deliveries, rows
from scheduler.store.database import Database
from scheduler.store.tables import Delivery


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What the platform's own listing said. `asof`: the moment taken before it was asked for. `landing`: None where it could not be read."""

    asof: datetime
    found: Receipt | None
    landing: Landing | None


def sweep(db: Database, *, now: datetime, sending: Container[int] = (), apart: Apart = nullcontext) -> int:
    """An expired lease: an upload is simply done again, a send may have gone out. Never straight back to ready. Gives the number.

    `sending`: what this very process is still sending, by a clock that never jumps. Its lease has not run out, whatever the wall says.
    """
    with db.across() as session:
        expired = deliveries.with_expired_lease(session, now=now)
    swept = 0
    for municipality_id, delivery_id in expired:
        if delivery_id in sending:
            continue
        with apart(), db.begin(municipality_id) as session:
            delivery = rows.get(session, Delivery, delivery_id)
            swept += _sweep_one(session, delivery, now=now)
    return swept


def look_up_due(db: Database, *, gate: Gate, apart: Apart = nullcontext) -> int:
    """Look for everything that may be out and is due for a look. Gives the number looked for."""
    with db.across() as session:
        due = deliveries.to_look_up(session, now=gate.clock())
    looked = 0
    for municipality_id, delivery_id in due:
        with apart():
            looked += look_up(db, municipality_id, delivery_id, gate=gate)
    return looked


def look_up(db: Database, municipality_id: int, delivery_id: int, *, gate: Gate) -> bool:
    """One look: reserve it, ask the platform with no transaction open, settle. False: another worker looks."""
    delivery = reserve(db, municipality_id, delivery_id, now=gate.clock())
    if delivery is None:
        return False
    looked = look(db, delivery, gate=gate)
    with db.begin(municipality_id) as session:
        settle_look(session, delivery, looked, now=gate.clock())
    return True


def reserve(db: Database, municipality_id: int, delivery_id: int, *, now: datetime) -> Delivery | None:
    """Take this look for ourselves; None where there is nothing to look for, or another worker looks."""
    with db.begin(municipality_id) as session:
        try:
            delivery = rows.get(session, Delivery, delivery_id)
        except Missing:
            return None
        if not deliveries.reserve_look(session, delivery, now=now, next_look_at=now + LOOK_AGAIN_AFTER):
            return None
        session.refresh(delivery)
    return delivery


def look(db: Database, delivery: Delivery, *, gate: Gate) -> Looked:
    """Ask the platform, with no transaction open."""
    asof = gate.clock()
    try:
        with db.read(delivery.municipality_id) as session:
            errand = errands.read(session, delivery, gate=gate)
        return Looked(asof=asof, found=errand.look(), landing=errand.landing)
    except ConnectorError:
        return Looked(asof=asof, found=None, landing=None)


def settle_look(session: Session, delivery: Delivery, looked: Looked, *, now: datetime) -> None:
    """What a look leads to. A SAFE kind is simply done again with the same key, once it can no longer land late."""
    if looked.found is not None:
        settling.sent(session, delivery, looked.found, action=Action.FOUND, now=now)
        return
    assert delivery.over_by is not None, "set by the claim"
    assert delivery.unconfirmed_at is not None, "set when track was lost"
    believed = looked.landing is not None and absence_can_be_believed(
        asof=looked.asof, over_by=delivery.over_by, late=looked.landing.late, visibility=looked.landing.visibility
    )
    if believed and delivery.deaths < DEATHS_BEFORE_ASKING:
        deliveries.change(
            session, delivery, Action.ABSENT, now=now, not_before=now + back_off(delivery, delivery.tries - 1)
        )
    elif now - delivery.unconfirmed_at >= ASK_AFTER or (believed and delivery.deaths >= DEATHS_BEFORE_ASKING):
        _ask(session, delivery, now=now)


def _ask(session: Session, delivery: Delivery, *, now: datetime) -> None:
    """A person has the last word; where nobody could know, it counts as failed at once."""
    if deliveries.change(session, delivery, Action.ASK, now=now) and delivery.kind not in ASKS_A_PERSON:
        asked = rows.get(session, Delivery, delivery.pk)
        session.refresh(asked)
        settling.failed(session, asked, action=Action.GIVE_UP, code="cannot_tell", detail="", now=now)


def _sweep_one(session: Session, delivery: Delivery, *, now: datetime) -> bool:
    if delivery.lease_until is None or delivery.lease_until > now:
        return False
    if delivery.state is State.PREPARING and delivery.deaths + 1 >= DEATHS_BEFORE_ASKING:
        # Nothing is out, and the pictures have brought down every worker that took them up.
        return settling.failed(session, delivery, action=Action.FAIL, code="worker_lost", detail="", now=now)
    if delivery.state is State.PREPARING:
        return deliveries.change(
            session,
            delivery,
            Action.POSTPONE,
            now=now,
            fence=delivery.fence + 1,
            lease_until=None,
            deaths=delivery.deaths + 1,
        )
    if delivery.state is State.SENDING:
        return deliveries.change(
            session,
            delivery,
            Action.LOSE_TRACK,
            now=now,
            answer_code="worker_lost",
            fence=delivery.fence + 1,
            lease_until=None,
            unconfirmed_at=now,
            not_before=now,
            deaths=delivery.deaths + 1,
        )
    return False
