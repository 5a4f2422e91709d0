"""Whether sending runs, for the header of every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scheduler.store import heartbeats


@dataclass(frozen=True, kw_only=True)
class WorkerState:
    """`runs`: at least one worker lives. `since`: when the last one was heard of, where none does."""

    runs: bool
    since: datetime | None


def state(session: Session, *, now: datetime) -> WorkerState:
    """The state of the installation's workers at `now`."""
    known = heartbeats.newest(session)
    runs = any(heartbeats.lives(row, now=now) for row in known)
    return WorkerState(runs=runs, since=None if runs or not known else known[0].beat_at)
