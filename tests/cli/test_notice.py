"""`notice send`, `notice list` and `notice done`: a service notice by the command, from what has happened to its being over."""

from __future__ import annotations

from pathlib import Path

from connectors.practice_store import PracticeNetwork
from tests.cli.conftest import Cli


def test_a_notice_is_sent_listed_and_over(fjordvik: Cli, tmp_path: Path) -> None:
    assert "channel" in fjordvik.refused("notice", "send", "--what", "Vannet er borte")
    fjordvik.row("channel", "add", "--municipality", "fjordvik", "--platform", "practice", "--name", "Øving")
    assert fjordvik("channel", "check", "--municipality", "fjordvik", "1", "--json").status == 0
    assert "https://" in fjordvik.refused("notice", "send", "--what", "Vannet er borte", "--link", "her")

    sent = fjordvik.row(
        "notice", "send", "--what", "Vatnet er borte", "--where", "Strandgata", "--until", "16:30", "--language", "nn"
    )
    assert (sent["channels"], sent["left_out"]) == (["Øving"], [])
    fjordvik.row("deliver")
    (row,) = fjordvik("notice", "list", "--json").document
    assert (row["id"], row["what"], row["channels"], row["done_at"]) == (
        sent["id"],
        "Vatnet er borte",
        {"Øving": "published"},
        None,
    )

    over = fjordvik.row("notice", "done", sent["id"], "--now", "Vatnet er tilbake")
    assert (over["already"], over["channels"]) == (False, {"Øving": "notice_corrected"})
    fjordvik.row("deliver")
    network = PracticeNetwork(tmp_path / "practice.db")
    (account,) = (each.name for each in network.accounts())
    (post,) = network.posts(account)
    first, _blank, second = post.text.split("\n")
    assert first.endswith(": Vatnet er tilbake.")
    assert second == "Meldinga var: Vatnet er borte. Gjeld Strandgata. Varer til kl. 16.30."

    assert fjordvik.row("notice", "done", sent["id"])["already"]
    assert fjordvik("notice", "list", "--json").document == []
    assert [each["id"] for each in fjordvik("notice", "list", "--over", "--json").document] == [sent["id"]]
    assert "no service notice 99" in fjordvik.refused("notice", "done", "99")
