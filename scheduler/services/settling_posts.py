"""What a delivery's end does to its publication: published, failed, back for another slot, corrected, withdrawn.

Runs inside the transaction that settles the delivery, after it; opens none, goes nowhere.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from connectors.contract import Receipt
from scheduler.domain.delivery import Action, Kind
from scheduler.domain.publication import Action as Deed
from scheduler.store import audit, publications, slots
from scheduler.store.tables import Delivery, Publication


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


def lapsed(session: Session, delivery: Delivery, *, code: str, now: datetime) -> None:
    """The publication is placed anew, and says so."""
    publication = _publication(session, delivery)
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


def _publication(session: Session, delivery: Delivery) -> Publication:
    assert delivery.publication_id is not None, "a post's delivery is of a publication"
    return publications.get(session, delivery.publication_id)
