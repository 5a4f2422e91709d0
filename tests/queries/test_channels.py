"""The list of channels: order, counts, and the one word for how each fares."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scheduler.domain.access import Reach
from scheduler.domain.publication import State
from scheduler.errors import Missing
from scheduler.queries import channels
from scheduler.queries.channels import Health
from scheduler.store.database import Database
from scheduler.store.tables import Hold
from tests import build

SOON = build.NOW + timedelta(days=3)


@pytest.mark.parametrize(
    ("values", "health"),
    [
        ({"limits": {"characters": 500}}, Health.WELL),
        ({}, Health.NEVER_CHECKED),
        ({"limits": {"characters": 500}, "expires_at": SOON}, Health.EXPIRES_SOON),
        ({"expires_at": build.NOW}, Health.EXPIRED),
        ({"expires_at": build.NOW, "paused_code": "token_dead"}, Health.PAUSED),
        ({"paused_code": "token_dead", "active": False}, Health.CLOSED),
    ],
)
def test_the_gravest_word_sums_a_channel_up(
    db: Database, municipality: int, values: dict[str, Any], health: Health
) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session, **values).pk
    with db.read(municipality) as session:
        assert channels.channel(session, channel, now=build.NOW).health is health


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_hold_shows_on_the_channels_it_covers(db: Database, municipality: int, everywhere: bool) -> None:
    with db.begin(municipality) as session:
        held, other = build.channel(session).pk, build.channel(session).pk
        channel_id = None if everywhere else held
        session.add(Hold(municipality_id=municipality, channel_id=channel_id, reason="Øvelse", created_at=build.NOW))
    with db.read(municipality) as session:
        assert channels.channel(session, held, now=build.NOW).health is Health.HELD
        assert (channels.channel(session, other, now=build.NOW).health is Health.HELD) is everywhere


def test_the_municipalitys_own_come_first_and_each_counts_what_stands_there(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        unit = build.unit(session)
        school = build.channel(session, name="A", unit_id=unit.pk).pk
        own = build.channel(session, name="B").pk
        build.scheduled(session, channel_id=own)
        build.publication(session, channel_id=own, state=State.FAILED)
    with db.read(municipality) as session:
        rows = channels.channels(session, now=build.NOW)
        within = channels.channels(session, now=build.NOW, within=Reach(whole=False, units=frozenset({unit.pk})))
    assert [(row.id, row.scheduled, row.failed, row.unit_name) for row in rows] == [
        (own, 1, 1, None),
        (school, 0, 0, unit.name),
    ]
    assert [row.id for row in within] == [school]


def test_another_municipalitys_channel_is_not_there(db: Database, municipality: int) -> None:
    with db.begin(build.municipality(db)) as session:
        channel = build.channel(session).pk
    with db.read(municipality) as session:
        assert channels.channels(session, now=build.NOW) == []
        with pytest.raises(Missing):
            channels.channel(session, channel, now=build.NOW)
