"""What a delivery's end does to its publication: published, failed, back for another slot, corrected, withdrawn.

Runs inside the transaction that settles the delivery, after it; opens none, goes nowhere.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from connectors.contract import Receipt
from scheduler.domain.delivery import Action, Kind
from scheduler.domain.notices import Unsent
from scheduler.domain.publication import Action as Deed
from scheduler.domain.reasons import Reason
from scheduler.domain.rules import Refusal
from scheduler.services import notices_over, telling
from scheduler.services.planning import Parked
from scheduler.store import audit, notices, publications, slots
from scheduler.store.tables import Delivery, Publication

#: What a lapse says of a service notice, which no planner places.
_UNSENT = {Parked.HELD_PAST_SLOT.value: Unsent.HELD_BACK, Parked.NOT_POSTED.value: Unsent.NOT_POSTED}


def sent(session: Session, delivery: Delivery, receipt: Receipt, *, now: datetime, person_id: int | None) -> None:
    """It stands there, as it was sent."""
    publication = _publication(session, delivery)
    stands: dict[str, Any] = {"problem_code": None, "problem_detail": None}
    deed = Deed.WITHDRAWN
    if delivery.kind is Kind.PUBLISH:
        deed = Deed.SENT
        stands |= {"remote_id": receipt.remote_id, "url": receipt.url, "published_at": receipt.at or now}
    elif delivery.kind is Kind.UPDATE:
        deed = Deed.CORRECT
        stands |= {"revision": publication.revision + 1, "url": receipt.url or publication.url}
    publications.change(session, publication, deed, now=now, person_id=person_id, **stands)
    notices_over.sending_ended(session, publication, now=now)


def failed(
    session: Session,
    delivery: Delivery,
    *,
    action: Action,
    code: str,
    detail: str | None,
    now: datetime,
    person_id: int | None,
) -> None:
    """A publication that never came out leaves its slot; one that stands there shows what went wrong."""
    publication = _publication(session, delivery)
    problem: dict[str, Any] = {"problem_code": code, "problem_detail": detail}
    if delivery.kind is Kind.PUBLISH:
        if action is not Action.GIVE_UP:
            slots.give_back(session, publication.pk)
        publications.change(session, publication, Deed.FAILED, now=now, person_id=person_id, **problem)
        notices_over.sending_ended(session, publication, now=now)
        return
    publication.problem_code, publication.problem_detail = code, detail
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
    notices_over.sending_ended(session, publication, now=now)


def lapsed(session: Session, delivery: Delivery, *, code: str, now: datetime) -> None:
    """The publication is placed anew, and says so. A service notice is not: a person sends it again, if it is so still."""
    publication = _publication(session, delivery)
    slot = slots.of_publication(session, publication.pk)
    slots.give_back(session, publication.pk)
    if notices.is_notice(session, publication.post_id):
        told = _UNSENT.get(code, Unsent.TOO_LATE).value
        publications.change(session, publication, Deed.FAILED, now=now, person_id=None, problem_code=told)
        notices_over.sending_ended(session, publication, now=now)
        return
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
    if slot is not None and code in set(Refusal):
        why = [Reason(Refusal(code))]
        telling.moved(session, publication.pk, from_at=slot.starts_at, to_at=None, because=why, now=now, person_id=None)


def _publication(session: Session, delivery: Delivery) -> Publication:
    assert delivery.publication_id is not None, "a post's delivery is of a publication"
    return publications.get(session, delivery.publication_id)
