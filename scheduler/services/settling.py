"""What a delivery's answer does to its publication: published, failed, back for another slot, corrected, withdrawn.

Knows both doors. Runs inside the transaction that settles the delivery; opens none, goes nowhere.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, assert_never

from sqlmodel import Session

from connectors.contract import Receipt
from scheduler.domain.delivery import Action, Kind
from scheduler.domain.publication import Action as Deed
from scheduler.store import audit, deliveries, publications, rows, slots
from scheduler.store.tables import Channel, Delivery


def sent(
    session: Session,
    delivery: Delivery,
    receipt: Receipt,
    *,
    action: Action,
    now: datetime,
    person_id: int | None = None,
) -> bool:
    """The platform (or a person, for a manual channel) says it stands there. False: another settled it first."""
    if not deliveries.change(session, delivery, action, now=now, person_id=person_id, lease_until=None):
        return False
    channel = rows.get(session, Channel, delivery.channel_id)
    channel.last_success_at = now
    session.add(channel)
    publication = publications.get(session, delivery.publication_id)
    stands: dict[str, Any] = {"problem_code": None, "problem_detail": None}
    match delivery.kind:
        case Kind.PUBLISH:
            stands |= {"remote_id": receipt.remote_id, "url": receipt.url, "published_at": receipt.at or now}
            publications.change(session, publication, Deed.SENT, now=now, person_id=person_id, **stands)
        case Kind.UPDATE:
            stands |= {"revision": publication.revision + 1, "url": receipt.url or publication.url}
            publications.change(session, publication, Deed.CORRECT, now=now, person_id=person_id, **stands)
        case Kind.DELETE_POST:
            publications.change(session, publication, Deed.WITHDRAWN, now=now, person_id=person_id, **stands)
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
    """It will not be done. A publication that never came out leaves its slot; one that stands there shows what went wrong."""
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
    publication = publications.get(session, delivery.publication_id)
    problem: dict[str, Any] = {"problem_code": code, "problem_detail": detail[:300] or None}
    match delivery.kind:
        case Kind.PUBLISH:
            if action is not Action.GIVE_UP:
                slots.give_back(session, publication.pk)
            publications.change(session, publication, Deed.FAILED, now=now, person_id=person_id, **problem)
        case Kind.UPDATE | Kind.DELETE_POST:
            publication.problem_code, publication.problem_detail = code, detail[:300] or None
            session.add(publication)
            audit.note(
                session,
                now=now,
                person_id=person_id,
                subject="publication",
                subject_id=publication.pk,
                action=f"{delivery.kind.value}_failed",
                detail={"code": code},
            )
        case never:
            assert_never(never)
    return True


def lapsed(session: Session, delivery: Delivery, *, code: str, now: datetime) -> bool:
    """It waited past its time and certainly did not go out: the publication is placed anew, and says so."""
    if not deliveries.change(session, delivery, Action.LAPSE, now=now, answer_code=code):
        return False
    publication = publications.get(session, delivery.publication_id)
    slots.give_back(session, publication.pk)
    publications.change(
        session,
        publication,
        Deed.LAPSED,
        now=now,
        person_id=None,
        chosen_at=None,
        language=None,
        because=[],
        problem_code=code,
    )
    return True
