"""How the installation is said to fare: what makes it well, what each channel's one word is, and that only numbers leave the house."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from scheduler.domain.delivery import State
from scheduler.queries import channels, health
from scheduler.queries.channels import EXPIRES_SOON, Health
from scheduler.services import holding, watching
from scheduler.services.connecting import Paused
from scheduler.store import rows, schema
from scheduler.store.database import Database
from scheduler.store.tables import Delivery, Listening
from tests import build, engine
from tests.town import StandingClock

SECOND = timedelta(seconds=1)
CHECKED = {"limits": {"characters": 500}}


def test_without_a_worker_it_is_not_well_and_with_one_it_is(db: Database, clock: StandingClock) -> None:
    before = health.installation(db, now=clock())
    assert (before.database_answers, before.schema, before.worker_lives) == (True, schema.EXPECTED, False)
    assert not before.well
    watching.beat(db, worker="a worker", now=clock())
    assert health.installation(db, now=clock()).well


def test_a_worker_that_has_been_silent_too_long_makes_it_unwell(db: Database, clock: StandingClock) -> None:
    watching.beat(db, worker="a worker", now=clock())
    clock.wind(timedelta(seconds=44))
    assert health.installation(db, now=clock()).well
    clock.wind(SECOND)
    assert not health.installation(db, now=clock()).well
    watching.beat(db, worker="another", now=clock())
    assert health.installation(db, now=clock()).well


def test_a_database_without_a_schema_is_told_and_raises_nothing(empty_database_url: str, clock: StandingClock) -> None:
    db = Database(empty_database_url)
    found = health.installation(db, now=clock())
    db.close()
    assert (found.database_answers, found.schema, found.well) == (True, None, False)
    assert health.summary(found)["status"] == "unwell"


def test_a_database_that_does_not_answer_is_told_and_raises_nothing(clock: StandingClock) -> None:
    db = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    found = health.installation(db, now=clock())
    db.close()
    assert not found.database_answers
    assert health.summary(found) == {
        "status": "unwell",
        "database": "no answer",
        "schema": {"is": None, "expected": schema.EXPECTED},
        "workers": [],
        "channels": None,
        "collecting": None,
        "mail": "off",
    }


@pytest.mark.parametrize(
    ("values", "word"),
    [
        (CHECKED, Health.WELL),
        ({}, Health.NEVER_CHECKED),
        ({**CHECKED, "active": False, "paused_code": "token_dead"}, Health.CLOSED),
        ({**CHECKED, "paused_code": Paused.BY_HAND}, Health.PAUSED),
        ({**CHECKED, "expires_at": build.NOW}, Health.EXPIRED),
        ({**CHECKED, "expires_at": build.NOW + SECOND}, Health.EXPIRES_SOON),
        ({**CHECKED, "expires_at": build.NOW + EXPIRES_SOON}, Health.EXPIRES_SOON),
        ({**CHECKED, "expires_at": build.NOW + EXPIRES_SOON + SECOND}, Health.WELL),
    ],
)
def test_one_word_sums_a_channel_up(db: Database, municipality: int, values: dict[str, Any], word: Health) -> None:
    with db.begin(municipality) as session:
        channel_id = build.channel(session, **values).pk
    with db.read(municipality) as session:
        assert channels.channel(session, channel_id, now=build.NOW).health is word
        assert channels.healths(session, now=build.NOW) == [word]


@pytest.mark.parametrize("whole", [True, False], ids=["everything", "one channel"])
def test_a_hold_shows_on_the_channels_it_covers(db: Database, municipality: int, *, whole: bool) -> None:
    with db.begin(municipality) as session:
        held, other = build.channel(session, name="a", **CHECKED).pk, build.channel(session, name="b", **CHECKED).pk
        holding.hold(session, None, channel_id=None if whole else held, reason="Ras", now=build.NOW)
    with db.read(municipality) as session:
        found = {each.id: each.health for each in channels.channels(session, now=build.NOW)}
        because = {each.id: each.held_because for each in health.channels(session, now=build.NOW)}
    assert found == {held: Health.HELD, other: Health.HELD if whole else Health.WELL}
    assert because == {held: "Ras", other: "Ras" if whole else None}


def test_what_is_under_way_is_counted_by_channel(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel_id, quiet = build.channel(session).pk, build.channel(session).pk
        for state in (State.READY, State.SENT, State.ASKED, State.FAILED):
            made = engine.ready(session, channel_id=channel_id)
            row = rows.get(session, Delivery, made.pk)
            row.state = state
            session.add(row)
    with db.read(municipality) as session:
        counted = {each.id: (each.waiting, each.unconfirmed) for each in health.channels(session, now=build.NOW)}
    assert counted == {channel_id: (1, 1), quiet: (0, 0)}


MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("channel", "listening", "overdue"),
    [
        ({}, {"collected_at": build.NOW - 15 * MINUTES}, False),
        ({}, {"collected_at": build.NOW - 15 * MINUTES - SECOND}, True),
        ({}, {"collected_at": build.NOW - 15 * MINUTES - SECOND, "error_code": "server_error"}, True),
        ({"paused_code": "token_dead"}, {"collected_at": build.NOW - 60 * MINUTES}, False),
        ({"paused_code": Paused.BY_HAND.value}, {"collected_at": build.NOW - 60 * MINUTES}, True),
        ({}, {}, False),
        ({}, {"failures": 1}, True),
        ({}, {"next_at": build.NOW - 16 * MINUTES}, True),
        ({}, None, False),
    ],
)
def test_a_channel_whose_comments_do_not_come_is_told_of(
    db: Database, municipality: int, channel: dict[str, Any], listening: dict[str, Any] | None, *, overdue: bool
) -> None:
    with db.begin(municipality) as session:
        channel_id = build.channel(session, **CHECKED, **channel).pk
        if listening is not None:
            kept = {"channel_id": channel_id, "next_at": build.NOW, **listening}
            rows.add(session, Listening(municipality_id=municipality, **kept))
    with db.read(municipality) as session:
        (found,) = health.channels(session, now=build.NOW)
    assert (found.collection_overdue, found.collected_at) == (overdue, (listening or {}).get("collected_at"))
    assert health.overdue_collections(db, now=build.NOW) == overdue


def test_channels_of_every_municipality_are_counted_and_nothing_else_is_told(
    db: Database, municipality: int, clock: StandingClock
) -> None:
    elsewhere = build.municipality(db, name="Utvik kommune")
    with db.begin(municipality) as session:
        build.channel(session, name="Hemmelig navn", remote_name="@hemmelig", **CHECKED)
        build.channel(session, paused_code="token_dead")
    with db.begin(elsewhere) as session:
        build.channel(session, **CHECKED)
        holding.hold(session, None, channel_id=None, reason="Hemmelig grunn", now=build.NOW)
    watching.beat(db, worker="machine-7:4711", now=clock())
    counts = health.channel_counts(db, now=clock())
    assert counts == dict.fromkeys(Health, 0) | {Health.WELL: 1, Health.PAUSED: 1, Health.HELD: 1}
    told = json.dumps(health.summary(health.installation(db, now=clock()), counts))
    for kept in ("Hemmelig", "hemmelig", "Utvik", "Fjordvik", "machine-7"):
        assert kept not in told
