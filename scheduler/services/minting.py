"""Minting: when a slot's moment comes, every rule is asked again, and the publication's delivery is written in the same transaction.

Also mints what a person decides about a post that is out: a correction, a withdrawal. Sends nothing.
"""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from connectors.contract import Can, HandsOver
from connectors.registry import platform
from scheduler.domain.access import Actor, Deed, demand
from scheduler.domain.calendar import day_of
from scheduler.domain.delivery import FINAL, Action, Kind, publish_lane
from scheduler.domain.publication import Action as Did
from scheduler.domain.publication import State
from scheduler.domain.rules import Refusal, due_refusals, first_of, lapses_at
from scheduler.errors import Missing, Refused
from scheduler.services import facts, planning, review
from scheduler.services.apart import Apart
from scheduler.services.composing import compose
from scheduler.store import deliveries, holds, notices, publications, rows, slots
from scheduler.store.database import Database, municipality_of
from scheduler.store.tables import Channel, Delivery, DeliveryContent, Publication, Slot


class MintRefusal(StrEnum):
    """Why a change to a post that is out cannot be sent."""

    CANNOT_CORRECT = "cannot_correct"
    CANNOT_DELETE = "cannot_delete"
    NOT_OUT = "not_out"
    ALREADY_UNDER_WAY = "already_under_way"


#: Slots read at a time.
PAGE = 200
#: What may pass while we wait, so the slot is kept until the post is late.
_WAITS = frozenset({Refusal.CHANNEL_PAUSED, Refusal.NOT_DUE})


def mint_due(db: Database, *, now: datetime, apart: Apart = nullcontext) -> int:
    """The mint's bell: write a delivery for every slot whose moment has come. Gives the number written."""
    minted = 0
    last: slots.DueSlot | None = None
    while True:
        with db.across() as session:
            due = slots.due(session, now=now, after=last, limit=PAGE)
        if not due:
            return minted
        for each in due:
            with apart(), db.begin(each.municipality_id) as session:
                minted += mint(session, each.slot_id, now=now) is not None
        last = due[-1]


def mint(session: Session, slot_id: int, *, now: datetime) -> Delivery | None:
    """One slot: mint its delivery; or wait, where the channel is paused or held; or give the slot up, where a rule forbids it now."""
    try:
        slot = rows.get(session, Slot, slot_id)
    except Missing:  # taken off a moment ago
        return None
    channel = slots.lock_channel(session, slot.channel_id)
    publication = publications.get(session, slot.publication_id)
    if slots.of_publication(session, publication.pk) is not slot:  # moved while the channel was another's
        return None
    if slot.minted_at is not None or publication.state is not State.SCHEDULED:
        return None
    refused = _refused(session, slot, publication, channel, now=now)
    if Refusal.LATE not in refused and (refused & _WAITS or holds.open_over(session, channel.pk)):
        return None
    if refused:
        if holds.open_over(session, channel.pk):
            planning.park(session, publication, planning.Parked.HELD_PAST_SLOT, now=now, person_id=None)
        else:
            planning.give_up_slot(session, publication, first_of(refused), now=now)
            planning.close_ranks(session, channel_id=channel.pk, now=now)
        return None
    slot.minted_at = now
    session.add(slot)
    publications.change(session, publication, Did.DUE, now=now, person_id=None)
    not_after = lapses_at(
        facts.candidate_of(session, publication, channel), slot.starts_at, rules=facts.rules_of(session, channel)
    )
    return _write(session, publication, channel, Kind.PUBLISH, now=now, not_after=not_after, person_id=None)


def mint_at_once(
    session: Session,
    publication: Publication,
    channel: Channel,
    *,
    now: datetime,
    not_after: datetime,
    person_id: int | None,
) -> Delivery:
    """A service notice that has just been answered for: its place and its delivery, outside cap, window, gap and turn.

    The channel's row is locked, and is neither held nor paused. A notice that has not gone out at `not_after` does not go out any more.
    """
    language = next(iter(compose(session, publication).texts), None)
    rules = facts.rules_of(session, channel)
    day = day_of(now, rules.zone)
    notices.take_place(session, publication, day=day, cap=rules.max_per_day, language=language, now=now)
    publications.change(session, publication, Did.PLACE, now=now, person_id=person_id, language=language)
    publications.change(session, publication, Did.DUE, now=now, person_id=person_id)
    return _write(session, publication, channel, Kind.PUBLISH, now=now, not_after=not_after, person_id=person_id)


def correct_at_once(
    session: Session, publication: Publication, channel: Channel, *, now: datetime, person_id: int | None
) -> Delivery:
    """A service notice is over: what stands there is replaced by the post's text as it is now. The one who said so answers for it."""
    return _write(session, publication, channel, Kind.UPDATE, now=now, not_after=None, person_id=person_id)


def can_correct(channel: Channel) -> bool:
    """Whether what stands in the channel can be replaced, by the platform or by a person."""
    return platform(channel.platform).hands_over is HandsOver.PERSON or Can.EDIT in Can(channel.can)


def correct(session: Session, actor: Actor, publication_id: int, *, now: datetime) -> Delivery:
    """Replace what stands on the platform by the post's text as it is now. Uses no slot."""
    return _change_out(session, actor, publication_id, Kind.UPDATE, Can.EDIT, MintRefusal.CANNOT_CORRECT, now=now)


def withdraw(session: Session, actor: Actor, publication_id: int, *, now: datetime) -> Delivery:
    """Take the post away from the platform. It counts in its day and its turn all the same."""
    return _change_out(
        session, actor, publication_id, Kind.DELETE_POST, Can.DELETE_OWN, MintRefusal.CANNOT_DELETE, now=now
    )


def _change_out(
    session: Session,
    actor: Actor,
    publication_id: int,
    kind: Kind,
    ability: Can,
    lacking: MintRefusal,
    *,
    now: datetime,
) -> Delivery:
    publication = publications.get(session, publication_id)
    channel = slots.lock_channel(session, publication.channel_id)
    demand(actor, Deed.APPROVE if channel.needs_approval else Deed.SUBMIT, unit_id=channel.unit_id)
    if publication.state is not State.PUBLISHED:
        raise Refused(MintRefusal.NOT_OUT)
    by_hand = platform(channel.platform).hands_over is HandsOver.PERSON
    if not by_hand and ability not in Can(channel.can):
        raise Refused(lacking, channel=channel.name)
    newest = deliveries.newest_of(session, publication_id)
    if newest is not None and newest.kind is not Kind.PUBLISH and newest.state not in FINAL:
        raise Refused(MintRefusal.ALREADY_UNDER_WAY)
    if kind is Kind.UPDATE:
        complaints = compose(session, publication).complaints
        if complaints:
            raise Refused(*sorted(complaints), channel=channel.name, publication_id=publication_id)
    return _write(session, publication, channel, kind, now=now, not_after=None, person_id=actor.person_id)


def _refused(
    session: Session, slot: Slot, publication: Publication, channel: Channel, *, now: datetime
) -> frozenset[Refusal]:
    found = due_refusals(
        facts.candidate_of(session, publication, channel),
        slot.starts_at,
        language=slot.language,
        taken=facts.taken_in(session, channel.pk, now=now),
        rules=facts.rules_of(session, channel),
        now=now,
    )
    return found if review.holds(session, publication) else found | {Refusal.NOT_APPROVED}


def _write(
    session: Session,
    publication: Publication,
    channel: Channel,
    kind: Kind,
    *,
    now: datetime,
    not_after: datetime | None,
    person_id: int | None,
) -> Delivery:
    composed = compose(session, publication)
    language = publication.language if publication.language in composed.texts else next(iter(composed.texts), None)
    delivery = deliveries.mint(
        session,
        kind=kind,
        lane=publish_lane(channel.pk),
        channel_id=channel.pk,
        publication_id=publication.pk,
        content=DeliveryContent(
            municipality_id=municipality_of(session),
            delivery_id=0,
            text=composed.texts[language].text if language else "",
            language=language,
            link=composed.link,
            images=[{"media_id": image.media_id, "alt_text": image.alt_text} for image in composed.images]
            if kind is Kind.PUBLISH
            else [],
            remote_id=publication.remote_id,
        ),
        now=now,
        not_after=not_after,
        person_id=person_id,
    )
    if platform(channel.platform).hands_over is HandsOver.PERSON:
        deliveries.change(session, delivery, Action.HAND_OVER, now=now, unconfirmed_at=now)
        session.refresh(delivery)
    return delivery
