"""Watching ourselves: the workers' heartbeat. What it means to be silent stands in store/heartbeats."""

from __future__ import annotations

from datetime import datetime

from scheduler.store import heartbeats
from scheduler.store.database import Database


def beat(db: Database, *, worker: str, now: datetime) -> None:
    """This worker lives."""
    with db.operate() as session:
        heartbeats.beat(session, worker=worker, now=now)


def stopped(db: Database, *, worker: str, now: datetime) -> None:
    """This worker has stopped in good order."""
    with db.operate() as session:
        heartbeats.stop(session, worker=worker, now=now)
