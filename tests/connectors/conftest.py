"""The Mastodon-API server that the connectors' tests share, and a line to it for each test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.http import Http
from scheduler.clock import Clock
from tests.connectors.mastodon_server import LossyLine, Server, running_server
from tests.connectors.rigs import Parts
from tests.connectors.talk_rigs import TalkRig, made

CLOCK = Clock()
_unused_accounts = itertools.count()


@pytest.fixture(scope="session")
def mastodon_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("mastodon")) as server:
        yield server


@pytest.fixture
def line(mastodon_server: Server) -> Iterator[LossyLine]:
    with LossyLine(mastodon_server) as open_line:
        yield open_line


@pytest.fixture
def token(mastodon_server: Server) -> str:
    """The token of an account that no other test has used."""
    return mastodon_server.tokens[next(_unused_accounts)]


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
