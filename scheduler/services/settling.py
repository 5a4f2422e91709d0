"""The end of a delivery, whatever it was of: sent, failed, lapsed, or aimed at what is no longer there.

Guards the delivery's own change, and hands what follows from it to its kind. Runs inside one transaction; goes nowhere.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from sqlmodel import Session

from connectors.contract import Receipt
from scheduler.domain.delivery import Action, Kind
from scheduler.log import logger
from scheduler.services import settling_posts, settling_talk
from scheduler.store import channels, deliveries
from scheduler.store.tables import Delivery

_log = logger(__name__)


def sent(
    session: Session,
    delivery: Delivery,
    receipt: Receipt,
    *,
    action: Action,
    now: datetime,
    person_id: int | None = None,
) -> bool:
    """The platform (or a person, for a manual channel) says that it is done. False: another settled it first."""
    if not deliveries.change(session, delivery, action, now=now, person_id=person_id, lease_until=None):
        return False
    if delivery.channel_id is not None:
        channels.change(session, delivery.channel_id, last_success_at=now)
    match delivery.kind:
        case Kind.PUBLISH | Kind.UPDATE | Kind.DELETE_POST:
            settling_posts.sent(session, delivery, receipt, now=now, person_id=person_id)
        case Kind.REPLY:
            settling_talk.reply_sent(session, delivery, receipt, now=now, person_id=person_id)
        case Kind.HIDE | Kind.UNHIDE:
            settling_talk.moderated(session, delivery, now=now)
        case Kind.MAIL:
            _log.info("mail sent", delivery=delivery.pk)
        case never:
            assert_never(never)
    return True


def failed(
    session: Session,
    delivery: Delivery,
    *,
    action: Action,
    code: str,
    detail: str,
    now: datetime,
    person_id: int | None = None,
) -> bool:
    """It will not be done. False: another settled it first."""
    if not deliveries.change(
        session,
        delivery,
        action,
        now=now,
        person_id=person_id,
        answer_code=code,
        answer_detail=detail,
        lease_until=None,
    ):
        return False
    said = detail[:300] or None
    match delivery.kind:
        case Kind.PUBLISH | Kind.UPDATE | Kind.DELETE_POST:
            settling_posts.failed(
                session, delivery, action=action, code=code, detail=said, now=now, person_id=person_id
            )
        case Kind.REPLY:
            settling_talk.reply_failed(session, delivery, code=code, detail=said, now=now, person_id=person_id)
        case Kind.HIDE | Kind.UNHIDE:
            settling_talk.not_moderated(session, delivery, code=code, now=now)
        case Kind.MAIL:
            _log.error("mail not sent", delivery=delivery.pk, code=code)
        case never:
            assert_never(never)
    return True


def gone(session: Session, delivery: Delivery, *, code: str, detail: str, now: datetime) -> bool:
    """What it was aimed at is no longer there: what should be taken out of sight is. False: another settled it first."""
    match delivery.kind:
        case Kind.DELETE_POST:
            content = deliveries.content_of(session, delivery.pk)
            receipt = Receipt(remote_id=content.remote_id or "", url=None)
            return sent(session, delivery, receipt, action=Action.CONFIRM, now=now)
        case Kind.HIDE:
            if not deliveries.change(
                session, delivery, Action.CONFIRM, now=now, answer_code=code, answer_detail=detail, lease_until=None
            ):
                return False
            settling_talk.found_gone(session, delivery, now=now)
            return True
        case Kind.UNHIDE:
            if not failed(session, delivery, action=Action.FAIL, code=code, detail=detail, now=now):
                return False
            settling_talk.found_gone(session, delivery, now=now)
            return True
        case Kind.PUBLISH | Kind.UPDATE | Kind.REPLY | Kind.MAIL:
            return failed(session, delivery, action=Action.FAIL, code=code, detail=detail, now=now)
        case never:
            assert_never(never)


def lapsed(session: Session, delivery: Delivery, *, code: str, now: datetime) -> bool:
    """It waited past its time and certainly did not go out. False: another settled it first."""
    if not deliveries.change(session, delivery, Action.LAPSE, now=now, answer_code=code):
        return False
    match delivery.kind:
        case Kind.PUBLISH | Kind.UPDATE | Kind.DELETE_POST:
            settling_posts.lapsed(session, delivery, code=code, now=now)
        case Kind.REPLY:
            settling_talk.reply_failed(session, delivery, code=code, detail=None, now=now, person_id=None)
        case Kind.HIDE | Kind.UNHIDE:
            settling_talk.not_moderated(session, delivery, code=code, now=now)
        case Kind.MAIL:
            _log.warning("mail lapsed", delivery=delivery.pk, code=code)
        case never:
            assert_never(never)
    return True
