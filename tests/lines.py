"""The Mastodon-API server that the tests of a process share, and a line to it for each test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.connectors.mastodon_server import LossyLine, Server, running_server

_unused_accounts = itertools.count()


@pytest.fixture(scope="session")
def mastodon_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, which takes seconds to start."""
    with running_server(tmp_path_factory.mktemp("mastodon")) as server:
        yield server


@pytest.fixture
def line(mastodon_server: Server) -> Iterator[LossyLine]:
    """The way there, on which answers can be lost."""
    with LossyLine(mastodon_server) as open_line:
        yield open_line


@pytest.fixture
def token(mastodon_server: Server) -> str:
    """The token of an account that no other test has used."""
    return mastodon_server.tokens[next(_unused_accounts)]
