"""A post that a person puts out by hand, and a delivery that nobody could look up: the person's answer settles it.

"Posted" with its address is as good as the platform's word; "not posted" makes it ready again. Source: design, "A manual channel".
"""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from connectors.contract import HandsOver, Receipt
from connectors.registry import platform
from scheduler.domain.access import Actor, Deed, demand
from scheduler.domain.delivery import GIVE_UP_AFTER, Action, Kind, State
from scheduler.errors import LostRace, Refused
from scheduler.services import planning, settling
from scheduler.services.apart import Apart
from scheduler.services.editing import is_web_address
from scheduler.store import deliveries, publications, rows
from scheduler.store.database import Database
from scheduler.store.tables import Channel, Delivery

_NO_SCHEME = re.compile(r"[\w-]+(\.[\w-]+)+(/|$)")


class HandRefusal(StrEnum):
    """Why a person's answer cannot be taken."""

    NOT_ASKED = "not_asked"
    ADDRESS_INVALID = "posted_address_invalid"


def posted(session: Session, actor: Actor, publication_id: int, *, url: str, now: datetime) -> None:
    """The person says that it is out. `url`: where it stands, or "" where the network gives no address."""
    delivery, _ = _asked(session, actor, publication_id)
    address = checked_address(url)
    receipt = Receipt(remote_id=address or f"by hand: {delivery.key}", url=address)
    if not settling.sent(session, delivery, receipt, action=Action.FOUND, now=now, person_id=actor.person_id):
        raise LostRace("delivery", delivery.pk)


def not_posted(session: Session, actor: Actor, publication_id: int, *, now: datetime) -> None:
    """The person says that it is not out: what a person puts out lies apart until somebody places it; what the platform takes is sent again."""
    delivery, channel = _asked(session, actor, publication_id)
    if not deliveries.change(session, delivery, Action.ABSENT, now=now, person_id=actor.person_id, not_before=now):
        raise LostRace("delivery", delivery.pk)
    session.refresh(delivery)
    if platform(channel.platform).hands_over is HandsOver.PERSON and delivery.kind is Kind.PUBLISH:
        settling.lapsed(session, delivery, code=planning.Parked.NOT_POSTED.value, now=now)
    elif platform(channel.platform).hands_over is HandsOver.PERSON:
        deliveries.change(session, delivery, Action.CANCEL, now=now, person_id=actor.person_id)


def give_up_due(db: Database, *, now: datetime, apart: Apart = nullcontext) -> int:
    """What nobody has answered for two weeks counts as failed. Gives the number."""
    with db.across() as session:
        asked = deliveries.asked_before(session, now - GIVE_UP_AFTER)
    for municipality_id, delivery_id in asked:
        with apart(), db.begin(municipality_id) as session:
            delivery = rows.get(session, Delivery, delivery_id)
            if delivery.state is State.ASKED:
                settling.failed(session, delivery, action=Action.GIVE_UP, code="nobody_answered", detail="", now=now)
    return len(asked)


def _asked(session: Session, actor: Actor, publication_id: int) -> tuple[Delivery, Channel]:
    publication = publications.get(session, publication_id)
    channel = rows.get(session, Channel, publication.channel_id)
    demand(actor, Deed.CONFIRM_MANUAL, unit_id=channel.unit_id)
    delivery = deliveries.newest_of(session, publication_id)
    if delivery is None or delivery.state is not State.ASKED:
        raise Refused(HandRefusal.NOT_ASKED)
    return delivery, channel


def checked_address(url: str) -> str | None:
    """The address as a person wrote it, made whole; None for none. Raises Refused for what is no address."""
    text = url.strip()
    if not text:
        return None
    if _NO_SCHEME.match(text):  # "facebook.com/fjordvik/posts/1", as people write it
        text = f"https://{text}"
    if not is_web_address(text):
        raise Refused(HandRefusal.ADDRESS_INVALID)
    return text
