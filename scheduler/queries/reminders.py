"""Who was reminded of an enquiry, and the enquiries that reach nobody.

Reads only.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scheduler.domain.reminding import reaches_somebody
from scheduler.store import people, reminders


def reaching_nobody(session: Session, *, now: datetime) -> tuple[int, ...]:
    """The enquiries that should be reminded of by now, where nobody holds a role that could answer them: somebody must give one out."""
    waiting = reminders.waiting(session, now=now)
    if not waiting:
        return ()
    colleagues = people.colleagues(session)
    return tuple(
        each.enquiry_id for each in waiting if not reaches_somebody(each.unit_id, each.assignee_id, colleagues)
    )
