"""The fictional municipality that tests are about, and what its house needs: a clock, a client, a seal, a site on loopback.

Knows which parts are real: all but the clock, which stands still until a test winds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors.http import Http
from scheduler.clock import Clock
from scheduler.domain.access import Actor, Grant, Role
from scheduler.services.connecting import House
from scheduler.services.sealing import Sealer
from scheduler.settings import Secret
from scheduler.store.database import Database
from tests import build
from tests.connectors.server import Server, serving

SECRET_KEY = "a key that is used by these tests and nowhere else"


class StandingClock(Clock):
    """A clock that a test winds. Begins at build.NOW."""

    def __init__(self) -> None:
        super().__init__(source=lambda: self.moment)
        self.moment: datetime = build.NOW

    def wind(self, by: timedelta) -> timedelta:
        self.moment += by
        return by


@pytest.fixture
def municipality(db: Database) -> int:
    """The id of Fjordvik kommune."""
    return build.municipality(db, name="Fjordvik kommune", slug="fjordvik")


@pytest.fixture
def clock() -> StandingClock:
    """A clock that stands at build.NOW."""
    return StandingClock()


@pytest.fixture
def http(clock: StandingClock) -> Http:
    """A client that may also reach loopback."""
    return Http(allow_private=True, now=clock, user_agent="Ordskifte tests")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """What the installation brings to a connection."""
    return House(
        sealer=Sealer(Secret(SECRET_KEY)),
        practice_file=str(tmp_path / "practice"),
    )


@pytest.fixture
def site() -> Iterator[Server]:
    """The municipality's website, whose answers the test writes."""
    with serving() as server:
        yield server


@pytest.fixture
def chief(db: Database, municipality: int) -> Actor:
    """The communications chief: may write, approve and arrange everywhere."""
    return actor(db, municipality, Role.CHIEF)


def actor(db: Database, municipality_id: int, role: Role, *, unit_id: int | None = None) -> Actor:
    """Somebody with one role, for a unit or (None) the whole municipality."""
    with db.begin(municipality_id) as session:
        person = build.person(session, role=role, unit_id=unit_id)
        grants = frozenset({Grant(role, unit_id)})
        return Actor(person_id=person.pk, municipality_id=municipality_id, name=person.name, grants=grants)
