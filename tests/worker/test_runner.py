"""The worker: one fault silences nothing else, a clock that steps back does not put it to sleep, and it knows no web framework."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from structlog.testing import capture_logs

from connectors.practice_shapes import Fault
from scheduler.clock import wall_now
from scheduler.domain.publication import State as Standing
from scheduler.queries import health
from scheduler.services import minting
from scheduler.services.delivering import Senders
from scheduler.store import rows
from scheduler.store.database import Database
from scheduler.store.tables import Channel, Publication
from scheduler.worker.jobs import BELLS, Bell, Works
from scheduler.worker.runner import AnotherWorker, Worker, apart, rearm_when_stepped_back, ringing
from tests import build
from tests.engine import Road
from tests.support import wait_until
from tests.town import SECRET_KEY

ROOT = Path(__file__).parents[2]
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
#: Rings every bell once, and then tells what was imported on the way.
_RING_ALL = """
import sys
from scheduler.clock import Clock
from scheduler.services.delivering import Senders
from scheduler.services.gate import Gate
from scheduler.settings import read
from scheduler.store.database import Database, Process
from scheduler.worker import runner
from scheduler.worker.jobs import BELLS, Works

settings = read()
db = Database(settings.database_url, process=Process.WORKER)
gate = Gate.of(settings, Clock())
works = Works(db=db, gate=gate, senders=Senders(db, gate=gate, owner="a worker", threads=1), worker="a worker")
for bell in BELLS:
    bell.ring(works)
works.senders.stop()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.fixture
def works(road: Road) -> Iterator[Works]:
    senders = Senders(road.db, gate=road.gate, owner="a worker", threads=2)
    yield Works(db=road.db, gate=road.gate, senders=senders, worker="a worker", apart=apart)
    senders.stop()


@pytest.fixture
def asleep() -> Iterator[BackgroundScheduler]:
    """A scheduler whose bells ring in an hour: as after its clock was an hour ahead and stepped back."""
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.start()
    yield scheduler
    scheduler.shutdown()


def _add(scheduler: BackgroundScheduler, rang: threading.Event) -> None:
    in_an_hour = datetime.fromtimestamp(wall_now(), UTC) + timedelta(hours=1)
    scheduler.add_job(rang.set, "interval", hours=1, next_run_time=in_an_hour)


def test_a_clock_that_stepped_back_rings_the_bells_at_once(asleep: BackgroundScheduler) -> None:
    rang = threading.Event()
    _add(asleep, rang)
    ahead = rearm_when_stepped_back(asleep, 5_000.0, wall=lambda: 2_400.0, monotonic=lambda: 1_000.0)
    assert ahead == 1_400.0
    assert rang.wait(timeout=30)


@pytest.mark.parametrize("wall", [6_000.0, 5_999.1, 9_600.0], ids=["as it was", "a little slow", "ahead"])
def test_a_clock_that_goes_on_or_jumps_ahead_rings_nothing_out_of_turn(
    asleep: BackgroundScheduler, wall: float
) -> None:
    rang = threading.Event()
    _add(asleep, rang)
    assert rearm_when_stepped_back(asleep, 5_000.0, wall=lambda: wall, monotonic=lambda: 1_000.0) == wall - 1_000.0
    assert not rang.wait(timeout=0.3)


def test_small_steps_back_are_counted_from_the_last_look(asleep: BackgroundScheduler) -> None:
    """So that a clock that is slowed down for hours on end rings nothing, while a step rings once."""
    rang = threading.Event()
    _add(asleep, rang)
    walls = [6_000.0 - 0.5 * number for number in range(1, 11)]
    ahead = 5_000.0
    for _ in range(10):
        ahead = rearm_when_stepped_back(asleep, ahead, wall=lambda: walls.pop(0), monotonic=lambda: 1_000.0)
    assert ahead == 4_995.0
    assert not rang.is_set()


@ON_SQLITE
def test_a_bell_that_fails_does_not_silence_the_others(road: Road, works: Works) -> None:
    channel = road.channel()
    publication_id = road.scheduled(channel)

    def fail(_: Works) -> None:
        raise KeyError("something nobody thought of")

    broken = Bell(name="broken", every=timedelta(seconds=1), ring=fail)
    for bell in (broken, *BELLS, broken, *BELLS):
        ringing(bell, works)()
    wait_until(lambda: road.publication(publication_id).state is Standing.PUBLISHED, within=30)


def test_one_rows_fault_does_not_stop_the_rows_behind_it(road: Road) -> None:
    channels = [road.channel() for _ in range(3)]
    published = [road.scheduled(channel) for channel in channels]
    with road.db.begin(road.municipality) as session:
        broken = rows.get(session, Channel, channels[1])
        broken.limits = {"nobody": "knows these limits"}
        session.add(broken)
    assert minting.mint_due(road.db, now=road.clock(), apart=apart) == 2
    assert [road.publication(each).state for each in published] == [
        Standing.GOING_OUT,
        Standing.SCHEDULED,
        Standing.GOING_OUT,
    ]


@ON_SQLITE
def test_a_fault_in_a_sender_thread_is_said_and_frees_the_thread(road: Road, works: Works) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    with road.db.begin(road.municipality) as session:
        row = rows.get(session, Publication, publication_id)
        row.state = Standing.CANCELLED  # past every door, so that the settlement meets what cannot be
        session.add(row)
    with capture_logs() as told:
        (begun,) = works.senders.deliver()
        assert begun.exception(timeout=30) is not None
        wait_until(lambda: told, within=30)
    assert [each["event"] for each in told] == ["a send broke off; the lease decides"]
    wait_until(lambda: not works.senders.sending(), within=30)
    other = road.channel()
    road.minted(other)
    road.meets(other, Fault.NONE)
    assert works.senders.deliver_all() == 1


def test_every_bell_may_be_rung_with_nothing_to_do(works: Works, db: Database) -> None:
    build.municipality(db)
    for bell in BELLS:
        bell.ring(works)


def test_the_bells_ring_often_enough() -> None:
    every = {bell.name: bell.every for bell in BELLS}
    assert len(every) == len(BELLS)
    assert max(every["mint"], every["deliver"]) <= timedelta(seconds=1)
    assert every["sweep"] + every["look_up"] <= timedelta(seconds=10)


@ON_SQLITE
def test_a_worker_sends_what_is_due_beats_and_says_when_it_stops(road: Road) -> None:
    publication_id = road.scheduled(road.channel())
    worker = Worker(road.db, gate=road.gate, threads=2)
    worker.start()
    try:
        wait_until(lambda: road.publication(publication_id).state is Standing.PUBLISHED, within=60)
        wait_until(lambda: health.installation(road.db, now=road.clock()).worker_lives, within=60)
        with pytest.raises(AnotherWorker):
            Worker(road.db, gate=road.gate, threads=1).start()
    finally:
        worker.stop()
    assert not health.installation(road.db, now=road.clock()).worker_lives
    after = Worker(road.db, gate=road.gate, threads=1)
    after.start()
    after.stop()


@ON_SQLITE
def test_the_worker_needs_no_web_framework(database_url: str, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ORDSKIFTE_")}
    told = subprocess.run(
        [sys.executable, "-c", _RING_ALL],
        cwd=ROOT,
        env={
            **kept,
            "ORDSKIFTE_DATABASE_URL": database_url,
            "ORDSKIFTE_SECRET_KEY": SECRET_KEY,
            "ORDSKIFTE_PRACTICE_FILE": str(tmp_path / "practice"),
        },
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    imported = set(told.stdout.split())
    assert {"scheduler", "connectors"} <= imported
    assert not imported & {"flask", "werkzeug", "wtforms", "jinja2", "waitress", "web", "ordskifte"}
