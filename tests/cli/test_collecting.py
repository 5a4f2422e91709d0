"""`ordskifte collect`: what it counts, and what it says of a channel that fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.practice_shapes import Fault
from connectors.practice_store import PracticeNetwork
from scheduler.clock import Clock
from tests.cli.conftest import Cli


class Town:
    """Fjordvik with a channel on the practice network, under whose post somebody asks."""

    def __init__(self, cli: Cli, folder: Path) -> None:
        self.cli, self.network, self.clock = cli, PracticeNetwork(str(folder / "practice.db")), Clock()
        cli.row("municipality", "add", "--name", "Fjordvik kommune")
        self.channel, self.account = self.add("Øving")

    def add(self, name: str) -> tuple[int, str]:
        words = ("channel", "add", "--municipality", "fjordvik", "--platform", "practice", "--name", name)
        channel = self.cli.row(*words)["id"]
        self.cli.row("channel", "check", "--municipality", "fjordvik", channel)
        return channel, f"fjordvik/{name}"

    def ask(self, account: str, text: str = "Når åpner gangveien?") -> None:
        post = self.network.accept(account, key="", text="Hei!", language=None, images=(), at=self.clock())
        self.network.talk.write(account, post.remote_id, text=text, at=self.clock(), author_id="oddny")


@pytest.fixture
def town(each_cli: Cli, tmp_path: Path) -> Town:
    return Town(each_cli, tmp_path)


def test_it_counts_what_came_and_then_what_stood_there(town: Town) -> None:
    town.ask(town.account)
    (first,) = town.cli.row("collect")
    assert (first["channel"], first["new"], first["unchanged"], first["error_code"]) == ("Øving", 1, 0, None)
    (second,) = town.cli.row("collect", "--municipality", "fjordvik", "--channel", town.channel)
    assert (second["new"], second["unchanged"]) == (0, 1)


def test_a_channel_that_fails_is_told_of_and_the_others_are_collected(town: Town) -> None:
    _, other = town.add("Den andre")
    town.ask(other)
    town.network.set_fault(town.account, Fault.DOWN, times=1)
    answer = town.cli("collect", "--json")
    assert answer.status == 1
    assert {row["channel"]: row["new"] for row in answer.document} == {"Øving": 0, "Den andre": 1}
    assert answer.sentence == "Øving: The platform has trouble of its own. We try again."


def test_a_channel_that_cannot_be_read_is_passed_over_unless_it_is_named(fjordvik: Cli) -> None:
    words = ("channel", "add", "--municipality", "fjordvik", "--platform", "manual", "--name", "Gruppa")
    channel = fjordvik.row(*words, "--set", "network=Facebook")["id"]
    assert fjordvik.row("collect") == []
    answer = fjordvik("collect", "--channel", channel)
    assert (answer.status, answer.sentence) == (1, "Gruppa: Comments cannot be collected from this channel.")
    assert "channel 99" in fjordvik.refused("collect", "--channel", 99)
