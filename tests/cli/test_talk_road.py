"""Road two by the command, on a Mastodon-API server: a citizen asks under our post, and reads the answer there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from connectors.http import Http
from scheduler.clock import Clock
from scheduler.services import answering, people
from scheduler.store.database import Database
from scheduler.store.enquiries import get
from tests.cli.conftest import Cli
from tests.connectors.mastodon_server import LossyLine

OURS, KARI = 0, 1


class Citizens:
    """Whoever has an account there, ourselves outside Ordskifte too."""

    def __init__(self, line: LossyLine, *tokens: str) -> None:
        self._address, self._tokens = line.upstream, tokens
        self._http = Http(allow_private=True, now=Clock(), user_agent="Ordskifte tests")

    def say(self, who: int, text: str, *, under: str | None = None) -> str:
        return str(self.ask("POST", "", who, {"status": text, "in_reply_to_id": under})["id"])

    def ask(self, method: str, path: str, who: int, asked: object = None) -> Any:
        address = f"{self._address}/api/v1/statuses{path}"
        return self._http.send(method, address, repeatable=True, token=self._tokens[who], json=asked).json()


def test_a_citizen_who_asks_under_a_post_of_ours_reads_the_answer_there(
    fjordvik: Cli, tmp_path: Path, line: LossyLine, token: str
) -> None:
    cli, citizens = fjordvik, Citizens(line, token, line.tokens[-1])
    file = tmp_path / "token"
    file.write_text(token)
    channel = cli.row(
        *("channel", "add", "--municipality", "fjordvik", "--platform", "mastodon", "--name", "Mastodon"),
        *("--set", f"server={line.address}", "--set", f"access_token=@{file}"),
    )
    person = cli.row(
        *("person", "add", "--municipality", "fjordvik", "--name", "Aslak Moe", "--email", "aslak@fjordvik.example"),
        *("--role", "moderator"),
    )
    us, kari = (f"fjordvik{each.rpartition('-')[2]}" for each in (token, line.tokens[-1]))
    post = citizens.say(OURS, "Gangvegen er open.")  # by hand, past Ordskifte
    asked = citizens.say(KARI, "Er han strødd?", under=post)
    citizens.say(KARI, f"@{us} Takk!", under=post)
    assert cli.row("collect")[0]["new"] == 2
    (row,) = cli.row("inbox")
    assert (row["channel_id"], row["text"], row["state"]) == (channel["id"], "Er han strødd?", "open")

    db = Database(cli.url)
    with db.begin(1) as session:
        actor, enquiry = people.actor_of(session, person["id"]), get(session, row["id"])
        answering.reply(
            session, actor, enquiry.pk, text="Ja, i dag.", revision=enquiry.revision, sign=True, now=Clock()()
        )
    db.close()
    cli.row("deliver")
    (answer,) = citizens.ask("GET", f"/{asked}/context", KARI)["descendants"]
    assert citizens.ask("GET", f"/{answer['id']}/source", OURS)["text"] == f"@{kari} Ja, i dag.\n\nAslak"
    assert cli.row("inbox") == []
    assert cli.row("collect")[0]["new"] == 0
    (settled,) = cli.row("inbox", "--tab", "settled")
    assert settled["settlement"] == "answered"
