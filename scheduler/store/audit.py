"""The history: one plain row for every decision, written in the decision's own transaction.

Knows the shape of an event. Knows nothing of what was decided.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlmodel import Session, col

from scheduler.store import rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import AuditEvent


def note(
    session: Session,
    *,
    now: datetime,
    person_id: int | None,
    subject: str,
    subject_id: int,
    action: str,
    before: str | None = None,
    after: str | None = None,
    detail: Mapping[str, object] | None = None,
) -> AuditEvent:
    """Keep that `person_id` (None: a bell) did `action` to `subject` at `now`. `detail`: plain values, no secrets. Written with the next flush."""
    event = AuditEvent(
        municipality_id=municipality_of(session),
        at=now,
        person_id=person_id,
        subject=subject,
        subject_id=subject_id,
        action=action,
        before=before,
        after=after,
        detail=dict(detail or {}),
    )
    session.add(event)
    return event


def newest(session: Session, subject: str, subject_id: int, actions: Collection[str]) -> AuditEvent | None:
    """The last of these that was done to the subject, or None."""
    return session.exec(
        rows.mine(session, AuditEvent)
        .where(
            col(AuditEvent.subject) == subject,
            col(AuditEvent.subject_id) == subject_id,
            col(AuditEvent.action).in_(actions),
        )
        .order_by(col(AuditEvent.id).desc())
        .limit(1)
    ).first()
