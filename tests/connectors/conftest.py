"""What the connectors' tests share: a client, and those who talk on a platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.http import Http
from scheduler.clock import Clock
from tests.connectors.rigs import Parts
from tests.connectors.talk_rigs import TalkRig, made

CLOCK = Clock()


@pytest.fixture(scope="session")
def http() -> Http:
    return Http(allow_private=True, now=CLOCK, user_agent="ordskifte-tests")


@pytest.fixture
def talk(request: pytest.FixtureRequest, tmp_path: Path, http: Http) -> TalkRig:
    """The connector of this name, and the levers of those who talk there."""
    parts = Parts(
        folder=tmp_path,
        http=http,
        line=lambda: request.getfixturevalue("line"),
        token=lambda: request.getfixturevalue("token"),
    )
    return made(request.param, parts)
