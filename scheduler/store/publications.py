"""The one door that changes a Publication's state, and the ways to find publications.

Knows the row and its history. Knows no rule but the table of states.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from scheduler.domain.publication import Action, State, advance
from scheduler.errors import LostRace
from scheduler.store import audit, rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Approval, Publication


def change(
    session: Session,
    publication: Publication,
    action: Action,
    *,
    now: datetime,
    person_id: int | None,
    detail: Mapping[str, object] | None = None,
    **values: Any,
) -> Publication:
    """Take the publication where `action` leads, with `values` in the same guarded UPDATE, and keep it in the history.

    Raises WrongState where the action is not for its state, LostRace where the state was another by now.
    """
    before = publication.state
    after = advance(before, action)
    changed = session.connection().execute(
        update(Publication)
        .where(
            col(Publication.municipality_id) == municipality_of(session),
            col(Publication.id) == publication.pk,
            col(Publication.state) == before,
        )
        .values(state=after, updated_at=now, **values)
    )
    if changed.rowcount != 1:
        raise LostRace("publication", publication.pk)
    audit.note(
        session,
        now=now,
        person_id=person_id,
        subject="publication",
        subject_id=publication.pk,
        action=action.value,
        before=before.value,
        after=after.value,
        detail=detail,
    )
    session.flush()
    session.refresh(publication)
    return publication


def get(session: Session, publication_id: int) -> Publication:
    """The publication; raises Missing."""
    return rows.get(session, Publication, publication_id)


def of_post(session: Session, post_id: int) -> list[Publication]:
    """A post's publications, in the order of their channels: the one in which everybody locks these."""
    return rows.every(session, Publication, col(Publication.post_id) == post_id, order=col(Publication.channel_id))


def waiting_in(session: Session, channel_ids: Collection[int], *, parked: Collection[str]) -> list[Publication]:
    """The approved publications of these channels, which have no slot; but for those whose problem is among `parked`."""
    return rows.every(
        session,
        Publication,
        col(Publication.channel_id).in_(channel_ids),
        _waits(parked),
    )


def channels_waiting(session: Session, *, parked: Collection[str]) -> list[int]:
    """The channels that have approved publications without a slot, but for the parked ones."""
    found = session.exec(
        select(Publication.channel_id)
        .where(col(Publication.municipality_id) == municipality_of(session), _waits(parked))
        .distinct()
    )
    return sorted(found)


def _waits(parked: Collection[str]) -> ColumnElement[bool]:
    problem = col(Publication.problem_code)
    return (col(Publication.state) == State.APPROVED) & (problem.is_(None) | problem.not_in(parked))


def standing_approval(session: Session, publication_id: int) -> Approval | None:
    """The newest approval that has not been reopened."""
    return session.exec(
        rows.mine(session, Approval)
        .where(col(Approval.publication_id) == publication_id, col(Approval.reopened_at).is_(None))
        .order_by(col(Approval.approved_at).desc(), col(Approval.id).desc())
    ).first()


def answered_for(session: Session, publication_ids: Collection[int]) -> set[int]:
    """Those of them that have an approval which has not been reopened."""
    return set(
        session.exec(
            select(Approval.publication_id).where(
                col(Approval.municipality_id) == municipality_of(session),
                col(Approval.publication_id).in_(publication_ids),
                col(Approval.reopened_at).is_(None),
            )
        )
    )
