"""What becomes of a service notice in one channel when it is over: corrected where it stands, dropped where it has not gone out, else later.

Called when somebody says that it is over, and again when a sending ends that was under way then. Runs inside one transaction; goes nowhere.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col

from connectors.contract import HandsOver
from connectors.registry import platform
from scheduler.domain.delivery import FINAL, Action, Kind
from scheduler.domain.delivery import State as Sending
from scheduler.domain.notices import Unsent, tells_of_an_end
from scheduler.domain.publication import Action as Deed
from scheduler.domain.publication import State
from scheduler.services import minting
from scheduler.store import deliveries, holds, notices, publications, rows, slots
from scheduler.store.tables import Channel, Delivery, Publication, ServiceNotice


class Ended(StrEnum):
    """What became of a notice in a channel when it was said to be over."""

    #: The correction is on its way.
    CORRECTED = "notice_corrected"
    #: A person corrects it there, with the text made ready to copy.
    BY_HAND = "notice_corrected_by_hand"
    #: The correction waits until the channel is no longer held back, or paused.
    KEPT_BACK = "notice_correction_kept_back"
    #: It is being sent, or nobody knows yet whether it is out: corrected as soon as it is.
    LATER = "notice_corrected_later"
    #: A person was asked to post it there, or whether it is out: corrected as soon as that person says that it is.
    ASKED = "notice_asked"
    #: It had not gone out, and does not any more.
    DROPPED = "notice_dropped"
    #: The platform lets nobody correct what is out.
    CANNOT = "notice_cannot_correct"


def end_in_channel(
    session: Session, publication: Publication, channel: Channel, *, now: datetime, person_id: int | None
) -> Ended | None:
    """Let the channel show that it is over, as far as it can; None where there is nothing to do any more."""
    match publication.state:
        case State.PUBLISHED:
            return _correct(session, publication, channel, now=now, person_id=person_id)
        case State.GOING_OUT:
            newest = deliveries.newest_of(session, publication.pk)
            if newest is None or not _stop(session, newest, now=now, person_id=person_id):
                asked = newest is not None and newest.state is Sending.ASKED
                return Ended.ASKED if asked else Ended.LATER
            publications.change(
                session, publication, Deed.FAILED, now=now, person_id=person_id, problem_code=Unsent.OVER.value
            )
            _drop(session, publication, now=now, person_id=person_id)
            return Ended.DROPPED
        case State.CANCELLED | State.EXPIRED | State.WITHDRAWN:
            return None
        case State.DRAFT | State.IN_REVIEW | State.APPROVED | State.SCHEDULED | State.FAILED:
            _drop(session, publication, now=now, person_id=person_id)
            return Ended.DROPPED


def sending_ended(session: Session, publication: Publication, *, now: datetime) -> None:
    """A sending of a post has come to its end: if it is a notice that was over meanwhile, what is owed there is done now, once."""
    notice = notices.of_post(session, publication.post_id)
    if notice is None or notice.done_at is None or tells_that_it_is_over(session, publication, notice):
        return
    end_in_channel(
        session, publication, rows.get(session, Channel, publication.channel_id), now=now, person_id=notice.done_by_id
    )


def came_too_late(session: Session, delivery: Delivery) -> bool:
    """Whether this would send a notice that was over before it came out: what certainly did not go out the first time does not any more."""
    if delivery.kind is not Kind.PUBLISH or delivery.publication_id is None:
        return False
    notice = notices.of_post(session, publications.get(session, delivery.publication_id).post_id)
    return notice is not None and notice.done_at is not None and not tells_of_an_end(notice.key)


def tells_that_it_is_over(session: Session, publication: Publication, notice: ServiceNotice) -> bool:
    """Whether a correction was minted since it was over, however that fared."""
    if notice.done_at is None:
        return False
    corrections = rows.every(
        session,
        Delivery,
        col(Delivery.publication_id) == publication.pk,
        col(Delivery.kind) == Kind.UPDATE,
        col(Delivery.created_at) >= notice.done_at,
        col(Delivery.state) != Sending.CANCELLED,
    )
    return bool(corrections)


def _correct(
    session: Session, publication: Publication, channel: Channel, *, now: datetime, person_id: int | None
) -> Ended | None:
    if not minting.can_correct(channel):
        return Ended.CANNOT
    newest = deliveries.newest_of(session, publication.pk)
    if newest is not None and newest.state not in FINAL:
        if newest.kind is Kind.DELETE_POST:
            return None
        # An earlier correction must not come last: stopped where it still can be, else ours follows when it has come to its end.
        if not _stop(session, newest, now=now, person_id=person_id):
            return Ended.LATER
    minting.correct_at_once(session, publication, channel, now=now, person_id=person_id)
    if platform(channel.platform).hands_over is HandsOver.PERSON:
        return Ended.BY_HAND
    kept_back = channel.paused_code is not None or not channel.active or holds.open_over(session, channel.pk)
    return Ended.KEPT_BACK if kept_back else Ended.CORRECTED


def _stop(session: Session, delivery: Delivery, *, now: datetime, person_id: int | None) -> bool:
    """Take back what has certainly not gone out; False where a worker has it, or it may be out."""
    if delivery.state is Sending.ASKED and delivery.kind is Kind.UPDATE and delivery.tries == 0:
        # A person was asked to correct it by hand; another text takes that one's place.
        deliveries.change(session, delivery, Action.ABSENT, now=now, person_id=person_id, not_before=now)
        session.refresh(delivery)
    return delivery.state is Sending.READY and deliveries.change(
        session, delivery, Action.CANCEL, now=now, person_id=person_id
    )


def _drop(session: Session, publication: Publication, *, now: datetime, person_id: int | None) -> None:
    publications.change(session, publication, Deed.CANCEL, now=now, person_id=person_id, problem_code=None)
    slots.give_back(session, publication.pk)
