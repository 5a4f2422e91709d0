"""`collect`, `inbox`, `remind` and `deliver`: road two by the command, from a citizen's comment to a mail to whoever must answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from connectors.practice_mail import letters
from connectors.practice_store import PracticeNetwork
from scheduler.clock import Clock
from scheduler.domain.calendar import local
from tests.cli.conftest import Cli

PASSED = timedelta(hours=20)


def test_a_comment_is_collected_listed_and_reminded_of(cli: Cli, tmp_path: Path) -> None:
    clock, file = Clock(offset_file=tmp_path / "clock"), tmp_path / "practice.db"
    cli.set(test_clock=str(tmp_path / "clock"), practice_file=str(file), mail_server="practice:")
    clock.wind(_until_one_o_clock(clock()))
    cli.row("municipality", "add", "--name", "Fjordvik kommune")
    cli.row(
        "person",
        "add",
        "--municipality",
        "fjordvik",
        "--name",
        "Jonas Vik",
        "--email",
        "jonas@fjordvik.example",
        "--role",
        "service_desk",
    )
    cli.row("channel", "add", "--municipality", "fjordvik", "--platform", "practice", "--name", "Øving")
    assert cli("channel", "check", "--municipality", "fjordvik", "1", "--json").status == 0
    network = PracticeNetwork(file)
    (account,) = (each.name for each in network.accounts())
    post = network.write(account, text="Gangveien er åpen.", at=clock())
    written = network.talk.write(
        account, post.remote_id, text="Kvifor er det så mørkt der?", at=clock(), author_id="s", author_name="Solveig"
    )
    network.talk.write(account, post.remote_id, text="👍", at=clock(), author_id="t", author_name="Torstein")

    (brought,) = cli("collect", "--json").document
    assert (brought["channel"], brought["new"], brought["error_code"]) == ("Øving", 2, None)
    (waits,) = cli("inbox", "--json").document
    assert (waits["author"], waits["text"], waits["promise"], waits["because"]) == (
        "Solveig",
        written.text,
        "running",
        "written",
    )
    (quiet,) = cli("inbox", "--tab", "no_answer", "--json").document
    assert (quiet["author"], quiet["silent"]) == ("Torstein", "no_words")

    clock.wind(PASSED)
    assert cli.row("remind") == {"reminders": 1}
    assert cli.row("deliver")["sends"] == 1
    (letter,) = letters(file, recipients=["jonas@fjordvik.example"])
    assert f"/fjordvik/inbox/{waits['id']}\n" in letter.text
    assert cli.row("remind") == {"reminders": 0}


def _until_one_o_clock(now: datetime) -> timedelta:
    """Twenty hours after one o'clock it is day."""
    wall = local(now)
    return timedelta(hours=37 - wall.hour, minutes=-wall.minute)
