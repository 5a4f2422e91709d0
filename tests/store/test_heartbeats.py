"""A worker lives while it beats; it is dead when it is silent for too long, or when it said that it stopped."""

from __future__ import annotations

from datetime import timedelta

from scheduler.store import heartbeats
from scheduler.store.database import Database
from tests import build

NOW = build.NOW
MOMENT = timedelta(microseconds=1)


def _lives(db: Database, *, at: timedelta) -> list[bool]:
    with db.across() as session:
        return [heartbeats.lives(row, now=NOW + at) for row in heartbeats.newest(session)]


def test_a_worker_lives_until_it_has_been_silent_for_too_long(sqlite_db: Database) -> None:
    with sqlite_db.operate() as session:
        heartbeats.beat(session, worker="a", now=NOW)
    assert _lives(sqlite_db, at=heartbeats.SILENT_AFTER - MOMENT) == [True]
    assert _lives(sqlite_db, at=heartbeats.SILENT_AFTER) == [False]


def test_a_beat_starts_the_count_anew_and_the_start_is_kept(sqlite_db: Database) -> None:
    for moment in (NOW, NOW + timedelta(hours=1)):
        with sqlite_db.operate() as session:
            heartbeats.beat(session, worker="a", now=moment)
    with sqlite_db.across() as session:
        (row,) = heartbeats.newest(session)
    assert (row.started_at, row.beat_at) == (NOW, NOW + timedelta(hours=1))


def test_a_worker_that_said_that_it_stopped_is_gone_at_once_and_back_with_its_next_beat(sqlite_db: Database) -> None:
    with sqlite_db.operate() as session:
        heartbeats.beat(session, worker="a", now=NOW)
        heartbeats.stop(session, worker="a", now=NOW)
        heartbeats.stop(session, worker="never heard of", now=NOW)
    assert _lives(sqlite_db, at=timedelta(0)) == [False]
    with sqlite_db.operate() as session:
        heartbeats.beat(session, worker="a", now=NOW)
    assert _lives(sqlite_db, at=timedelta(0)) == [True]


def test_the_workers_heard_of_last_come_first(sqlite_db: Database) -> None:
    with sqlite_db.operate() as session:
        for number in range(3):
            heartbeats.beat(session, worker=f"w{number}", now=NOW + timedelta(seconds=number))
    with sqlite_db.across() as session:
        assert [row.worker for row in heartbeats.newest(session, 2)] == ["w2", "w1"]
