"""What all tests stand on: the tools of the whole run, the network kept to this machine, hypothesis's measure.

The fixtures themselves are in tests/databases.py (databases), tests/pages.py (the browser), tests/town.py (the municipality),
tests/engine.py (the road that a post goes) and tests/lines.py (a Mastodon-API server).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from tests.support import load
from tests.tools import ABSENT, Tools

pytest_plugins = ("tests.databases", "tests.pages", "tests.town", "tests.engine", "tests.lines")

TOOLS = pytest.StashKey[Tools]()
NEEDS_BROWSER, NEEDS_POSTGRES = (
    {"browser"},
    {"postgres_url", "empty_postgres_url", "database_url", "empty_database_url"},
)
HERE = Path(__file__).parent
ONE_PROCESS_A_FILE = {"house/test_wheel.py", "house/test_code.py"}
"""Files beside the journeys that make something costly for all their tests."""
LONGEST = ("house/test_lint.py", "faults/test_kill.py", "faults/test_simulation.py", "cli/test_process.py")
"""Files with tests that take long alone."""

settings.register_profile("here", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, database=None)
settings.register_profile("long", settings.get_profile("here"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "here"))


@pytest.fixture(scope="session")
def tools(pytestconfig: pytest.Config) -> Tools:
    """The servers, template databases and browser of this run."""
    return pytestconfig.stash[TOOLS]


@pytest.hookimpl(tryfirst=True)  # before pytest decides where tmp_path is
def pytest_configure(config: pytest.Config) -> None:
    """Keep the tools with the run, what is written in memory, and name look-ups on this machine."""
    made = config.stash[TOOLS] = Tools()
    given = getattr(config, "workerinput", {})
    if not given and config.option.basetemp is None:
        config.option.basetemp = made.memory()
    if given.get("tools"):
        made.take_over(given["tools"])
    if given and config.args_source is config.ArgsSource.TESTPATHS:
        _begin_elsewhere(config, int(given["workerid"].removeprefix("gw")) / given["workercount"])
    _look_up_names_here_only()


def _begin_elsewhere(config: pytest.Config, share: float) -> None:
    """Each test process reads the files from a place of its own on, and finds the others' already compiled, with the assertions rewritten."""
    files = sorted(str(file) for file in HERE.rglob("test_*.py"))
    first = int(len(files) * share)
    config.args = [*files[first:], *files[:first]]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the translations. With several test processes: make everything now, or say what is missing."""
    if not hasattr(session.config, "workerinput"):
        load("web/assets.py").compile_translations()
    if session.config.getoption("numprocesses", None):
        _make_or_exit(session.config.stash[TOOLS].make_all)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give each test process what has been made."""
    node.workerinput["tools"] = node.config.stash[TOOLS].hand_over()


class Together(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist carries no types
    """Hands out tests one by one, and those that must stay in one process together.

    In place of pytest-xdist's own loadgroup, which marks a test by its private id and finds none in pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        path = file.removeprefix(f"{HERE.name}/")
        folder = path.partition("/")[0]
        if folder == "migrations":  # they change what is shared
            return folder
        if folder == "journeys" or path in ONE_PROCESS_A_FILE:
            return file
        return nodeid


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """The longest go first, after what must stay together, so that no process has one left when the others have ended."""
    items.sort(key=lambda item: item.path)  # however they were read
    yield
    items.sort(key=lambda item: not item.path.relative_to(HERE).as_posix().startswith(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Let this scheduler hand out the tests."""
    return Together(config, log)


def pytest_collection_finish(session: pytest.Session) -> None:
    """In one process: make what the chosen tests need before any of them runs."""
    if session.config.option.collectonly or hasattr(session.config, "workerinput"):
        return
    asked = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    tools = session.config.stash[TOOLS]
    if asked & NEEDS_POSTGRES:
        _make_or_exit(lambda: tools.postgres)
    if asked & NEEDS_BROWSER:
        _make_or_exit(lambda: tools.chromium)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was started."""
    if TOOLS in config.stash:
        config.stash[TOOLS].close()


def _make_or_exit(make: Any) -> None:
    try:
        make()
    except ABSENT as error:
        pytest.exit(str(error), returncode=1)


def _look_up_names_here_only() -> None:
    """No test asks a name server: every name but this machine's own is unknown, at once."""
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name and name != "localhost" and not name.endswith(".localhost") and not _is_address(name):
            raise socket.gaierror(socket.EAI_NONAME, f"{name}: the tests know no names of other machines")
        return real(host, *args, **kwargs)

    socket.getaddrinfo = getaddrinfo


def _is_address(name: str) -> bool:
    # inet_aton takes the short and hexadecimal spellings too ("127.1"), which no name server is asked about either.
    for read in (socket.inet_aton, lambda text: socket.inet_pton(socket.AF_INET6, text.partition("%")[0])):
        try:
            read(name)
        except OSError:
            continue
        return True
    return False
