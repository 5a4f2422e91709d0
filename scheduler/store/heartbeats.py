"""The workers' signs of life."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from scheduler.store.tables import Heartbeat

#: A worker that has been silent this long is taken for dead.
SILENT_AFTER = timedelta(seconds=45)


def beat(session: Session, *, worker: str, now: datetime) -> None:
    """The worker lives at `now`."""
    row = session.get(Heartbeat, worker)
    if row is None:
        row = Heartbeat(worker=worker, started_at=now, beat_at=now)
    row.beat_at, row.stopped_at = now, None
    session.add(row)


def stop(session: Session, *, worker: str, now: datetime) -> None:
    """The worker has stopped in good order."""
    row = session.get(Heartbeat, worker)
    if row is not None:
        row.beat_at = row.stopped_at = now
        session.add(row)


def newest(session: Session, limit: int = 20) -> list[Heartbeat]:
    """The workers heard of last."""
    return list(session.exec(select(Heartbeat).order_by(col(Heartbeat.beat_at).desc()).limit(limit)))


def lives(row: Heartbeat, *, now: datetime) -> bool:
    """Whether this worker runs, as far as anybody can tell."""
    return row.stopped_at is None and now - row.beat_at < SILENT_AFTER
