"""The worker: rings the bells on APScheduler's memory store, beats, minds a clock that steps back, and stops in good order.

Knows when; never what. Runs without Flask. On SQLite one worker at a time owns the database, by a lock on a file beside it.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from filelock import FileLock, Timeout

from scheduler.clock import wall_now
from scheduler.errors import Busy, OrdskifteError
from scheduler.log import logger
from scheduler.services import watching
from scheduler.services.delivering import Senders
from scheduler.services.gate import Gate
from scheduler.store.database import Database
from scheduler.worker.jobs import AT_ONCE, BELLS, Bell, Works

#: The wall clock has been set back when it falls this far behind the monotonic one.
_STEP_BACK = 1.0
_log = logger(__name__)


class AnotherWorker(OrdskifteError):
    """Another worker owns this SQLite database."""


class Worker:
    """One worker process (or the worker's part of one). `start`, then `stop`; both once."""

    def __init__(self, db: Database, *, gate: Gate, threads: int) -> None:
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}"
        self._lock = _owner_lock(db)
        senders = Senders(db, gate=gate, owner=self.name, threads=threads)
        self._works = Works(db=db, gate=gate, senders=senders, worker=self.name, apart=apart)
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._stopping = Event()
        self._watchdog = Thread(target=self._watch_the_clock, name="clock-watchdog", daemon=True)

    def start(self) -> None:
        """Ring from now on. Raises AnotherWorker where this SQLite database has one."""
        if self._lock is not None:
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                raise AnotherWorker("another worker runs on this database; stop it first") from None
        for bell in BELLS:
            self._scheduler.add_job(
                ringing(bell, self._works), "interval", seconds=bell.every.total_seconds(), id=bell.name, name=bell.name
            )
        self._scheduler.start()
        ring_all_now(self._scheduler)
        self._watchdog.start()
        _log.info("worker started", worker=self.name)

    def ring(self) -> None:
        """Ring every bell now, as after the clock was wound. What was due by then has been sent when this returns."""
        ringing(AT_ONCE, self._works)()
        ring_all_now(self._scheduler)

    def stop(self) -> None:
        """Ring no more, let what is being sent come to its end, say so, and give the lock back."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)
        self._works.senders.stop()
        watching.stopped(self._works.db, worker=self.name, now=self._works.gate.clock())
        if self._lock is not None:
            self._lock.release()
        _log.info("worker stopped", worker=self.name)

    def _watch_the_clock(self) -> None:
        ahead = wall_now() - time.monotonic()
        while not self._stopping.wait(1.0):
            ahead = rearm_when_stepped_back(self._scheduler, ahead, wall=wall_now, monotonic=time.monotonic)


def rearm_when_stepped_back(
    scheduler: BackgroundScheduler, ahead: float, *, wall: Callable[[], float], monotonic: Callable[[], float]
) -> float:
    """Ring all bells at once where the wall clock has stepped back, since APScheduler would sleep for as long as the step.

    `ahead`: how far the wall clock was ahead of the monotonic one at the last look, in seconds; gives how far it is now.
    """
    now_ahead = wall() - monotonic()
    if now_ahead < ahead - _STEP_BACK:
        _log.warning("the clock stepped back; the bells are wound anew", seconds=round(ahead - now_ahead, 1))
        ring_all_now(scheduler)
    return now_ahead


def ring_all_now(scheduler: BackgroundScheduler) -> None:
    """Every bell rings at once, and at its interval from then on."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=datetime.fromtimestamp(wall_now(), UTC))


@contextmanager
def apart() -> Iterator[None]:
    """The outermost ring: a fault in here is written down and stops nothing else. The bell rings again."""
    try:
        yield
    except Busy:
        _log.warning("the database was busy; the bell rings again")
    except Exception:  # noqa: BLE001 - one bell's, or one row's, fault must not silence the others
        _log.exception("a bell failed")


def ringing(bell: Bell, works: Works) -> Callable[[], None]:
    """What APScheduler calls: the bell, apart from all others."""

    def ring() -> None:
        with structlog.contextvars.bound_contextvars(bell=bell.name), apart():
            bell.ring(works)

    return ring


def _owner_lock(db: Database) -> FileLock | None:
    if not db.is_sqlite:
        return None
    path = Path(db.url.removeprefix("sqlite:///"))
    return FileLock(path.with_name(path.name + ".worker-lock"))
