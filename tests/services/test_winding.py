"""Winding the demo's clock: to the next sending and no further, with the workers still alive afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from scheduler.domain.delivery import State
from scheduler.services import reminding, watching, winding
from scheduler.store import heartbeats, rows
from scheduler.store.database import Database, Session
from scheduler.store.tables import Delivery
from tests import build
from tests.engine import Road
from tests.services.desk import wall
from tests.town import StandingClock

HOUR = timedelta(hours=1)
A_MOMENT = timedelta(seconds=1)


def next_at(road: Road) -> datetime | None:
    with road.db.read(road.municipality) as session:
        return winding.next_sending_at(session, now=road.clock())


def test_the_next_sending_is_the_first_slot_to_come(road: Road) -> None:
    channel_id = road.channel()
    road.scheduled(channel_id, starts_at=road.clock() + 3 * HOUR)
    road.scheduled(channel_id, starts_at=road.clock() + 2 * HOUR)
    assert next_at(road) == road.clock() + 2 * HOUR


def test_what_was_sent_already_is_no_next_sending(road: Road) -> None:
    road.published(road.channel())
    assert next_at(road) is None


def test_where_nothing_is_scheduled_there_is_no_next_sending(road: Road) -> None:
    assert next_at(road) is None


def test_what_waits_to_be_tried_again_is_a_sending_too(road: Road) -> None:
    with road.db.begin(road.municipality) as session:
        build.scheduled(session, starts_at=road.clock() + 3 * HOUR)
    road.minted(road.channel(), starts_at=road.clock())
    assert next_at(road) == road.clock() + 3 * HOUR
    with road.db.begin(road.municipality) as session:
        _put_off(session, until=road.clock() + HOUR)
    assert next_at(road) == road.clock() + HOUR


def _put_off(session: Session, *, until: datetime) -> None:
    for row in rows.every(session, Delivery):
        row.not_before = until
        session.add(row)


def test_another_municipalitys_sending_is_not_ours(road: Road) -> None:
    elsewhere = build.municipality(road.db)
    with road.db.begin(elsewhere) as session:
        build.scheduled(session, starts_at=road.clock() + HOUR)
    assert next_at(road) is None


def test_winding_to_a_moment_makes_what_is_due_then_due(road: Road) -> None:
    publication_id = road.scheduled(road.channel(), starts_at=road.clock() + HOUR)
    wanted = next_at(road)
    assert wanted is not None
    assert winding.wind_to(road.db, road.clock, wanted) == wanted + A_MOMENT
    assert road.mint() == 1
    assert road.delivery(publication_id).state is State.READY


def test_a_moment_gone_by_winds_nothing(db: Database, clock: StandingClock) -> None:
    assert winding.wind_to(db, clock, clock() - HOUR) == build.NOW


@pytest.mark.parametrize(("silent_for", "alive"), [(timedelta(seconds=44), True), (timedelta(seconds=45), False)])
def test_a_worker_lives_after_the_jump_as_it_did_before(
    db: Database, clock: StandingClock, silent_for: timedelta, *, alive: bool
) -> None:
    watching.beat(db, worker="a worker", now=clock() - silent_for)
    after = winding.wind(db, clock, by=12 * HOUR)
    assert after == build.NOW + 12 * HOUR
    with db.across() as session:
        (row,) = heartbeats.newest(session)
    assert heartbeats.lives(row, now=after) is alive


def test_a_worker_that_stopped_in_good_order_is_not_woken(db: Database, clock: StandingClock) -> None:
    watching.beat(db, worker="a worker", now=clock())
    watching.stopped(db, worker="a worker", now=clock())
    after = winding.wind(db, clock, by=HOUR)
    with db.across() as session:
        (row,) = heartbeats.newest(session)
    assert not heartbeats.lives(row, now=after)


def _next_reminder_at(road: Road) -> datetime | None:
    with road.db.read(road.municipality) as session:
        return winding.next_reminder_at(session, now=road.clock())


def _asked(road: Road, *, at: datetime) -> int:
    with road.db.begin(road.municipality) as session:
        thread = build.thread(session, channel_id=build.channel(session).pk)
        return build.enquiry(session, build.comment(session, thread, written_at=at)).pk


def test_the_next_reminder_is_the_first_step_to_come(road: Road) -> None:
    assert _next_reminder_at(road) is None
    _asked(road, at=build.NOW - HOUR)
    _asked(road, at=build.NOW - 2 * HOUR)
    assert _next_reminder_at(road) == wall("2026-03-04 07:00")
    road.clock.moment = wall("2026-03-04 07:00")
    reminding.remind_due(road.db, gate=road.gate)
    assert _next_reminder_at(road) == build.NOW + 22 * HOUR


def test_the_next_reminder_of_another_municipality_is_not_ours(road: Road) -> None:
    elsewhere = build.municipality(road.db)
    with road.db.begin(elsewhere) as session:
        build.enquiry(session, build.comment(session, build.thread(session, channel_id=build.channel(session).pk)))
    assert _next_reminder_at(road) is None
