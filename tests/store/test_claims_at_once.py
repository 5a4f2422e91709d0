"""Claimers that come at the same moment, each in a thread of its own: a delivery, and a lane, is won by one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from sqlmodel import col

from scheduler.domain.delivery import Action, State
from scheduler.store import deliveries, rows
from scheduler.store.database import Database
from scheduler.store.tables import Delivery
from tests import build
from tests.engine import ready

CLAIMERS = 4


def _claim_together(db: Database, municipality: int) -> list[list[Delivery]]:
    """What each of the claimers got."""
    together = Barrier(CLAIMERS)

    def claim(number: int) -> list[Delivery]:
        together.wait(timeout=30)
        with db.begin(municipality) as session:
            return deliveries.claim(session, now=build.NOW, owner=f"worker {number}", limit=10)

    with ThreadPoolExecutor(CLAIMERS) as pool:
        return list(pool.map(claim, range(CLAIMERS)))


def test_claimers_at_once_share_what_is_due_and_none_is_won_twice(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        due = {ready(session).pk for _ in range(12)}
    won: list[int] = []
    for _ in range(3):  # what another had locked is left for the next ring
        won += [each.pk for got in _claim_together(db, municipality) for each in got]
    assert sorted(won) == sorted(due)
    with db.read(municipality) as session:
        assert {row.fence for row in rows.every(session, Delivery)} == {1}


def test_claimers_at_once_never_both_win_a_lane(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel_ids = [build.channel(session).pk for _ in range(3)]
        for channel_id in channel_ids:
            for number in range(3):
                ready(session, channel_id=channel_id, now=build.NOW - timedelta(seconds=number))
    for left in (3, 2, 1, 0):
        won = [each for got in _claim_together(db, municipality) for each in got]
        assert len(won) == (3 if left else 0)
        assert len({each.channel_id for each in won}) == len(won)
        with db.begin(municipality) as session:
            for each in won:
                assert deliveries.change(session, each, Action.FAIL, now=build.NOW)


def test_a_lane_taken_a_moment_ago_costs_the_claimer_only_that_one(postgres_db: Database) -> None:
    """The second claimer has seen the lane free before the first one commits; the database has the last word."""
    municipality = build.municipality(postgres_db)
    with postgres_db.begin(municipality) as session:
        channel_id = build.channel(session).pk
        first, second = ready(session, channel_id=channel_id).pk, ready(session, channel_id=channel_id).pk
        other = ready(session).pk
        row = rows.get(session, Delivery, first)
        row.not_before += timedelta(minutes=1)
        session.add(row)
    with ThreadPoolExecutor(1) as pool:
        with postgres_db.begin(municipality) as session:
            row = rows.get(session, Delivery, first)
            assert deliveries.change(session, row, Action.CLAIM, now=build.NOW)
            slower = pool.submit(_claim, postgres_db, municipality)
        assert slower.result(timeout=30) == [other]
    with postgres_db.read(municipality) as session:
        held = rows.every(
            session, Delivery, col(Delivery.state) == State.SENDING, col(Delivery.channel_id) == channel_id
        )
        assert [each.pk for each in held] == [first]
        assert rows.get(session, Delivery, second).state is State.READY


def _claim(db: Database, municipality: int) -> list[int]:
    with db.begin(municipality) as session:
        return [each.pk for each in deliveries.claim(session, now=build.NOW, owner="slower", limit=10)]
