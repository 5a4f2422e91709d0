"""The history: one plain row for every decision, written in the decision's own transaction.

Knows the shape of an event. Knows nothing of what was decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

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
) -> None:
    """Keep that `person_id` (None: a bell) did `action` to `subject` at `now`. `detail`: plain values, no secrets."""
    session.add(
        AuditEvent(
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
    )
