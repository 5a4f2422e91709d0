"""`move`, `why` and `plan` by the command: the same rules, the same refusals, the same reasons as in the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from scheduler.domain.excuses import Excuse
from scheduler.store.database import Database
from tests.cli.conftest import Cli
from tests.services.desk import Desk

#: Far enough ahead of any day on which this is run.
DAY = "2089-03-02"


@pytest.fixture
def desk(cli: Cli) -> Iterator[Desk]:
    db = Database(cli.url)
    made = Desk(db)
    yield made
    db.close()


def publication(desk: Desk, *, placed: bool = False) -> str:
    made = desk.placed if placed else desk.released
    return str(made(desk.channel(), earliest_at=datetime.fromisoformat(f"{DAY}T00:00+01:00")))


def test_a_time_on_the_municipalitys_clock_is_taken_and_says_why_it_stands_there(cli: Cli, desk: Desk) -> None:
    row = publication(desk)
    assert cli.row("move", row, "--at", f"{DAY}T14:30")["starts_at"] == f"{DAY}T13:30:00+00:00"
    told = cli.row("why", row)
    assert (told["state"], told["chosen"], [each["code"] for each in told["because"]]) == (
        "scheduled",
        True,
        ["chosen"],
    )
    assert told["because"][0]["words"] == "Somebody chose this time."


def test_a_refused_time_says_why_and_offers_times_and_reasons_one_of_which_will_do(cli: Cli, desk: Desk) -> None:
    row = publication(desk)
    said = cli.refused("move", row, "--at", f"{DAY}T20:00").splitlines()
    assert said[0] == "The time is outside the hours when this channel posts."
    assert f"The nearest times that keep the rules: {DAY}T" in said[1]
    assert "happens_now" in said[2]
    assert Excuse.STOOD_BEFORE.value not in said[2]
    assert cli.row("move", row, "--at", f"{DAY}T20:00+01:00", "--reason", "happens_now")["id"] == int(row)
    assert cli.row("why", row)["because"][-1]["reason"] == "happens_now"


def test_what_is_past_has_no_way_round_it(cli: Cli, desk: Desk) -> None:
    said = cli.refused("move", publication(desk), "--at", "2001-01-01T14:00", "--reason", "cannot_wait")
    assert "This moment has passed." in said
    assert "--reason" not in said


@pytest.mark.parametrize("words", [("--at", "14:30"), ("--at", f"{DAY}T14:00", "--reason", "stood_before"), ()])
def test_what_is_no_time_or_no_reason_is_told_so(cli: Cli, desk: Desk, words: tuple[str, ...]) -> None:
    assert "error:" in cli.misused("move", publication(desk), *words)


def test_no_such_publication_is_told_so(cli: Cli, desk: Desk) -> None:
    assert cli.refused("why", "77") == "There is no publication 77 here."
    assert desk.municipality


def test_the_hour_that_the_clock_skips_is_told(cli: Cli, desk: Desk) -> None:
    said = cli.row("move", publication(desk), "--at", "2089-03-27T02:30", "--reason", "happens_now")
    assert said["starts_at"] == "2089-03-27T01:30:00+00:00"
    assert said["clock"]
