"""`ordskifte rules` and `ordskifte campaign`: the same steps as the pages, and the same refusals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.clock import Clock
from tests.cli.conftest import Cli


@pytest.fixture
def town(fjordvik: Cli) -> Cli:
    """Fjordvik, with one channel."""
    fjordvik.row("channel", "add", "--municipality", 1, "--platform", "practice", "--name", "Øving")
    return fjordvik


def test_what_is_named_is_changed_and_the_rest_stays(town: Cli) -> None:
    row = town.row(
        *("rules", "set", "--municipality", "fjordvik", "--max-per-day", 3, "--gap", 0, "--holidays", "post"),
        *("--window", "mon-fri 13:00-18:00", "--window", "fri-sun 8-10.30", "--window", "sun 22:00-24:00"),
    )
    assert (row["max_per_day"], row["minimum_gap_minutes"], row["skip_holidays"], row["moved"]) == (3, 0, False, 0)
    assert row["windows"]["mon"] == ["13:00-18:00"]
    assert row["windows"]["fri"] == ["08:00-10:30", "13:00-18:00"]
    assert row["windows"]["sun"] == ["08:00-10:30", "22:00-24:00"]
    again = town.row("rules", "set", "--channel", 1, "--alternation", "off", "--patience", 0, "--floor", 0)
    assert (again["channel"], again["own"], again["max_per_day"], again["alternation"]) == (1, True, 3, "off")
    assert [(each["channel"], each["own"]) for each in town.row("rules", "show")] == [(None, True), (1, True)]
    assert town.row("rules", "drop", "--channel", 1)["own"] is False
    assert [each["alternation"] for each in town.row("rules", "show", "--channel", 1)] == ["prefer"]


def test_rules_that_cannot_be_used_are_refused_with_every_reason(town: Cli) -> None:
    said = town.refused("rules", "set", "--max-per-day", 0, "--gap", -1, "--window", "daily 18-13")
    for part in ("between 1 and 24", "0 to 1440", "end before they begin"):
        assert part in said
    assert "eight weeks" in town.refused("rules", "set", "--window", "mon 13:01-13:04")
    assert town("rules", "set", "--window", "mon 13:01-13:04", "--all-the-same").status == 0
    assert "no channel 9" in town.refused("rules", "set", "--channel", 9, "--floor", 1)
    for window in ("13-18", "mon", "mon-fri", "someday 13-18", "mon 25-26", "mon 13:60-14", ""):
        town.misused("rules", "set", "--window", window)
    town.row("municipality", "add", "--name", "Utvik kommune")
    assert "--municipality" in town.refused("rules", "set", "--floor", 1)


def test_days_are_taken_out_listed_and_given_back(town: Cli) -> None:
    soon = (Clock()() + timedelta(days=30)).date().isoformat()
    added = town.row("rules", "own-days", "add", "--name", "Planleggingsdag", "--first", soon, "--channel", 1)
    assert (added["first"], added["last"], added["channel"]) == (soon, soon, 1)
    assert [each["id"] for each in town.row("rules", "own-days", "list")] == [added["id"]]
    assert "passed" in town.refused("rules", "own-days", "add", "--name", "Fri", "--first", "2001-01-01")
    town.misused("rules", "own-days", "add", "--name", "Fri", "--first", "1.1.2031")
    assert town.row("rules", "own-days", "remove", added["id"])["removed"] is True
    assert "no own days" in town.refused("rules", "own-days", "remove", added["id"])


def test_campaigns_are_added_and_listed(town: Cli) -> None:
    assert town.row("campaign", "add", "--name", "Vinter", "--apart", 2)["apart_days"] == 2
    assert "already" in town.refused("campaign", "add", "--name", "VINTER")
    assert "between 0 and 60" in town.refused("campaign", "add", "--name", "Vår", "--apart", 61)
    assert [each["name"] for each in town.row("campaign", "list")] == ["Vinter"]
