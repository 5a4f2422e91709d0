"""The log: one line an event, on standard error, never with a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from scheduler import log


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


def test_an_event_is_one_json_object_on_a_line_of_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up(as_json=True)
    log.logger("scheduler.trying").info("feed pulled", feed=3, title="linje\nto")
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    told = json.loads(line)
    assert (told["event"], told["feed"], told["level"], told["module"]) == (
        "feed pulled",
        3,
        "info",
        "scheduler.trying",
    )
    assert told["timestamp"].endswith("Z")


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(
    "name", ["token", "access_token", "SECRET_KEY", "password", "Authorization", "cookie", "sealed_credentials"]
)
def test_a_secret_is_hidden_by_its_name(capsys: pytest.CaptureFixture[str], name: str, as_json: bool) -> None:
    log.set_up(as_json=as_json)
    log.logger("scheduler.trying").warning("connected", **{name: "hemmelig-verdi"})
    said = capsys.readouterr().err
    assert "hemmelig-verdi" not in said
    assert "***" in said


def test_a_secret_further_in_is_hidden_too(capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up(as_json=True)
    log.logger("scheduler.trying").info(
        "asked", headers={"Authorization": "Bearer hemmelig", "Accept": "x"}, tries=[{"token": "hemmelig"}]
    )
    said = capsys.readouterr().err
    assert "hemmelig" not in said
    assert json.loads(said)["headers"]["Accept"] == "x"


def test_what_is_below_the_level_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up(level="WARNING")
    logger = log.logger("scheduler.trying")
    logger.info("not this")
    logger.warning("but this")
    said = capsys.readouterr().err
    assert "not this" not in said
    assert "but this" in said


def test_an_error_is_told_with_where_it_happened(capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up(as_json=True)
    try:
        raise ZeroDivisionError("delt på null")
    except ZeroDivisionError:
        log.logger("scheduler.trying").exception("bell failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert "delt på null" in json.loads(line)["exception"]


def test_the_libraries_speak_only_when_something_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up(level="DEBUG")
    for name in ("apscheduler", "httpx2", "waitress", "alembic"):
        logging.getLogger(name).info("chatter of %s", name)
        logging.getLogger(name).warning("trouble of %s", name)
    said = capsys.readouterr().err
    assert "chatter" not in said
    assert said.count("trouble") == 4


@pytest.mark.parametrize("as_json", [True, False])
def test_what_a_library_says_has_the_same_shape_and_bells_still_ringing_are_no_news(
    capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    log.set_up(as_json=as_json)
    logging.getLogger("waitress.queue").warning("Task queue depth is %d", 3)
    logging.getLogger("apscheduler.scheduler").warning("skipped: maximum number of running instances reached (1)")
    (line,) = capsys.readouterr().err.splitlines()
    if as_json:
        told = json.loads(line)
        assert (told["event"], told["level"]) == ("Task queue depth is 3", "warning")
    else:
        assert "[warning  ] Task queue depth is 3" in line
