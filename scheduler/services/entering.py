"""Where a person may enter an enquiry by hand: in the channels that cannot be listened to."""

from __future__ import annotations

from sqlmodel import Session, col

from scheduler.domain.access import Actor, Deed, may
from scheduler.services.collecting import listens
from scheduler.store import rows
from scheduler.store.tables import Channel


def channels(session: Session, actor: Actor) -> tuple[tuple[int, str], ...]:
    """(id, name) of each, the municipality's own first."""
    order = (col(Channel.unit_id).is_not(None), col(Channel.name), col(Channel.id))
    found = session.exec(rows.mine(session, Channel).where(col(Channel.active)).order_by(*order))
    return tuple(
        (each.pk, each.name)
        for each in found
        if not listens(each) and may(actor, Deed.ANSWER, municipality_id=each.municipality_id, unit_id=each.unit_id)
    )
