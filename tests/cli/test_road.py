"""Road one by the command: a website's news becomes posts that stand on a practice network and on a Mastodon-API server."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from connectors.http import Http
from connectors.practice_store import PracticeNetwork
from scheduler.clock import Clock
from scheduler.domain.access import Actor
from scheduler.services import drafting, people, review
from scheduler.store.database import Database
from scheduler.store.tables import FeedItem
from tests.cli.conftest import Cli
from tests.connectors import mastodon_server
from tests.connectors.server import Answer, Server, page
from tests.services.listings import ADDRESS, News, lists, stands

FIRST, OUT, WAITING, DRAFT, LAST = (
    News(path=f"/nyhet/{name}", guid=name, title=title, lead=f"{title}. Kommunen har skrevet mer om dette her.")
    for name, title in (
        ("first", "Biblioteket får nye bøker"),
        ("out", "Ny gangvei åpner"),
        ("waiting", "Svømmehallen får nytt tak"),
        ("draft", "Kommunen søker lærere"),
        ("last", "Søppel hentes som vanlig"),
    )
)
ALL = (FIRST, OUT, WAITING, DRAFT, LAST)
SOON = timedelta(seconds=1)


@pytest.fixture(scope="module")
def mastodon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[mastodon_server.Server]:
    with mastodon_server.running_server(tmp_path_factory.mktemp("mastodon")) as server:
        yield server


class Town:
    """Fjordvik as its operator and its author see it: the command, and the steps that pages take."""

    def __init__(self, cli: Cli, site: Server, folder: Path) -> None:
        self.cli, self.site, self.folder = cli, site, folder
        self.db = Database(cli.url)
        self.clock = Clock(offset_file=folder / "clock", source=self.db.time_source())
        self.http = Http(allow_private=True, now=self.clock, user_agent="Ordskifte tests")
        self.id = cli.row("municipality", "add", "--name", "Fjordvik kommune")["id"]
        person = cli.row(
            *("person", "add", "--municipality", "fjordvik", "--name", "Aslak", "--email", "aslak@fjordvik.example"),
            *("--role", "author"),
        )
        with self.db.read(self.id) as session:
            self.author: Actor = people.actor_of(session, person["id"])

    def channel(self, platform: str, name: str, *sets: str) -> int:
        words = [word for each in sets for word in ("--set", each)]
        row = self.cli.row(
            *("channel", "add", "--municipality", "fjordvik", "--platform", platform, "--name", name), *words
        )
        assert row["answers"], row["problem"]
        return int(row["id"])

    def pull(self) -> Any:
        (counts,) = self.cli.row("feed", "pull", "--municipality", "fjordvik")
        assert counts["problem"] is None
        return counts

    def draft(self, news: News) -> int:
        with self.db.read(self.id) as session:
            item = session.exec(select(FeedItem).where(col(FeedItem.title) == news.title)).one()
        return drafting.draft(self.db, self.author, item_id=item.pk, http=self.http, clock=self.clock)

    def schedule(self, post_id: int) -> None:
        with self.db.begin(self.id) as session:
            review.schedule(session, self.author, post_id, now=self.clock())

    def queue(self, *words: object) -> Any:
        return self.cli.row("queue", "--municipality", "fjordvik", *words)

    def of(self, post_id: int) -> Any:
        """The one publication of a post that has one."""
        (row,) = self.queue("--post", post_id)
        return row

    def wind_to(self, moment: str) -> None:
        self.clock.wind(datetime.fromisoformat(moment) + SOON - self.clock())

    def deliver_until_out(self, post_id: int) -> None:
        """Wind to each sending of the post in turn, until all of it is out."""
        for _ in range(10):
            left = [row for row in self.queue("--post", post_id) if row["state"] == "scheduled"]
            if not left:
                return
            self.wind_to(min(row["starts_at"] for row in left))
            self.cli.row("deliver")
        raise AssertionError("it does not get out")


@pytest.fixture
def town(cli: Cli, site: Server, tmp_path: Path) -> Iterator[Town]:
    made = Town(cli, site, tmp_path)
    yield made
    made.db.close()


@pytest.fixture
def each_town(each_cli: Cli, site: Server, tmp_path: Path) -> Iterator[Town]:
    """Fjordvik; the test runs once on each database."""
    made = Town(each_cli, site, tmp_path)
    yield made
    made.db.close()


def _read(site: Server, town: Town) -> Any:
    """Add the feed by the address of the site's front page, and pull it."""
    site.answers["/"] = page(
        f'<!doctype html><title>Fjordvik</title><link rel="alternate" type="application/rss+xml" href="{ADDRESS}">'
    )
    stands(site, *(each.path for each in ALL))
    lists(site, *ALL)
    added = town.cli.row("feed", "add", "--municipality", "fjordvik", site.url + "/")
    assert (added["address"], added["title"]) == (site.url + ADDRESS, "Nyheter - Fjordvik kommune")
    return town.pull()


def test_an_item_from_the_website_stands_on_the_practice_network_with_its_address(
    each_town: Town, site: Server
) -> None:
    town = each_town
    channel = town.channel("practice", "Fjordvik på øving")
    counts = _read(site, town)
    assert {name: counts[name] for name in ("new", "changed", "withdrawn", "unchanged", "refused")} == {
        "new": 5,
        "changed": 0,
        "withdrawn": 0,
        "unchanged": 0,
        "refused": [],
    }
    assert town.pull()["unchanged"] == 5
    post = town.draft(OUT)
    drafted = town.of(post)
    assert (drafted["state"], drafted["starts_at"], drafted["title"]) == ("draft", None, OUT.title)
    town.schedule(post)
    scheduled = town.of(post)
    assert (scheduled["state"], scheduled["channel_id"], scheduled["language"]) == ("scheduled", channel, "nb")
    assert "first_lawful" in [line["code"] for line in scheduled["because"]]
    assert town.cli.row("deliver")["sends"] == 0
    town.deliver_until_out(post)
    published = town.of(post)
    assert published["state"] == "published"
    assert published["url"]
    assert published["published_at"] >= scheduled["starts_at"]
    assert town.cli.row("deliver")["sends"] == 0
    (stands_there,) = PracticeNetwork(town.folder / "practice.db").posts("fjordvik/Fjordvik på øving")
    assert OUT.title in stands_there.text
    assert site.url + OUT.path in stands_there.text


def test_an_item_stands_on_a_mastodon_server_as_it_was_approved(
    town: Town, site: Server, tmp_path: Path, mastodon: mastodon_server.Server
) -> None:
    token = tmp_path / "token"
    token.write_text(mastodon.tokens[0])
    town.channel("mastodon", "Mastodon", f"server={mastodon.address}", f"access_token=@{token}")
    town.channel("practice", "Øving")
    _read(site, town)
    post = town.draft(OUT)
    town.schedule(post)
    town.deliver_until_out(post)
    rows = town.queue("--post", post)
    assert {row["state"] for row in rows} == {"published"}
    address = next(row["url"] for row in rows if row["channel"] == "Mastodon")
    (status,) = _statuses(mastodon, mastodon.tokens[0])
    assert status["url"] == address
    assert OUT.title in status["content"]
    assert OUT.path in status["content"]


def _statuses(server: mastodon_server.Server, token: str) -> Any:
    """What the account has posted, asked of the server itself."""
    head = {"Authorization": f"Bearer {token}"}

    def ask(path: str) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        try:
            connection.request("GET", path, headers=head)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    return ask(f"/api/v1/accounts/{ask('/api/v1/accounts/verify_credentials')['id']}/statuses")


@pytest.fixture
def three(town: Town, site: Server) -> tuple[int, int, int]:
    """A post that is out, one that waits in its slot, and a draft."""
    town.channel("practice", "Øving")
    _read(site, town)
    out = town.draft(OUT)
    town.schedule(out)
    town.deliver_until_out(out)
    waiting, draft = town.draft(WAITING), town.draft(DRAFT)
    town.schedule(waiting)
    return out, waiting, draft


def test_an_item_that_changes_flags_its_post_where_somebody_has_answered_for_it(
    town: Town, site: Server, three: tuple[int, int, int]
) -> None:
    out, waiting, draft = three
    changed = [News(path=each.path, guid=each.guid, title=f"Rettelse: {each.title}") for each in (OUT, WAITING, DRAFT)]
    lists(site, FIRST, *changed, LAST)
    assert town.pull()["changed"] == 3
    rows = [town.of(post) for post in (out, waiting, draft)]
    assert [row["state"] for row in rows] == ["published", "scheduled", "draft"]
    assert [row["source"] for row in rows] == ["changed", "changed", None]
    assert [row["title"] for row in rows] == [OUT.title, WAITING.title, f"Rettelse: {DRAFT.title}"]


def test_an_item_that_is_withdrawn_takes_what_is_not_out_from_the_road(
    town: Town, site: Server, three: tuple[int, int, int]
) -> None:
    out, waiting, draft = three
    slot = town.of(waiting)["starts_at"]
    lists(site, FIRST, LAST)
    for each in (OUT, WAITING, DRAFT):
        site.answers[each.path] = Answer(status=404)
    assert town.pull()["withdrawn"] == 0
    town.clock.wind(timedelta(hours=1))
    assert town.pull()["withdrawn"] == 3
    rows = [town.of(post) for post in (out, waiting, draft)]
    assert [row["state"] for row in rows] == ["published", "approved", "draft"]
    assert [row["source"] for row in rows] == ["withdrawn"] * 3
    assert (rows[1]["problem"], rows[1]["starts_at"]) == ("source_withdrawn", None)
    town.wind_to(slot)
    assert town.cli.row("plan")["placed"] == 0
    assert town.cli.row("deliver")["sends"] == 0


def test_the_queue_is_narrowed_by_state_channel_post_and_length(town: Town, three: tuple[int, int, int]) -> None:
    out, waiting, draft = three
    channel = town.of(out)["channel_id"]
    assert {row["post"] for row in town.queue()} == {out, waiting, draft}
    assert [row["post"] for row in town.queue("--state", "draft")] == [draft]
    assert {row["post"] for row in town.queue("--state", "draft", "--state", "published")} == {out, draft}
    assert len(town.queue("--channel", channel)) == 3
    assert town.queue("--channel", channel + 1) == []
    assert len(town.queue("--limit", 2)) == 2
    assert WAITING.title in town.cli("queue").out


def test_what_was_approved_without_a_place_is_placed_by_the_command(town: Town, site: Server) -> None:
    channel = town.channel("practice", "Øving")
    _read(site, town)
    post = town.draft(OUT)
    with town.db.begin(town.id) as session:
        review.release(session, town.author, town.of(post)["id"], now=town.clock())
    assert town.cli.row("plan", "--municipality", "fjordvik") == {"placed": 1, "moved": 0, "unplaced": 0}
    assert town.cli.row("plan")["placed"] == 0
    assert (town.of(post)["state"], town.of(post)["channel_id"]) == ("scheduled", channel)


def test_a_feed_that_fails_is_told_and_the_others_are_pulled(fjordvik: Cli, site: Server) -> None:
    for path in ("/a", "/b"):
        lists(site, *ALL)
        site.answers[path] = site.answers[ADDRESS]
        fjordvik.row("feed", "add", "--municipality", "fjordvik", site.url + path)
    site.answers["/a"] = Answer(status=500)
    answer = fjordvik("feed", "pull", "--json")
    assert answer.status == 1
    counts = {row["problem"]: row["new"] for row in answer.document}
    assert counts == {"http_error": 0, None: 5}
    assert answer.sentence
    assert [row["problem"] for row in fjordvik.row("feed", "list")].count("http_error") == 1
    second = next(row["id"] for row in fjordvik.row("feed", "list") if row["problem"] is None)
    (only,) = fjordvik.row("feed", "pull", "--feed", second)
    assert (only["feed"], only["unchanged"]) == (second, 5)


def test_items_that_were_left_out_are_told_with_the_reason(fjordvik: Cli, site: Server) -> None:
    nameless = News(path="/nyhet/uten", guid="uten", title="", lead="")
    lists(site, FIRST, nameless)
    fjordvik.row("feed", "add", "--municipality", "fjordvik", site.url + ADDRESS)
    (counts,) = fjordvik.row("feed", "pull")
    assert counts["new"] == 1
    assert [set(each) for each in counts["refused"]] == [{"code", "title"}]


def test_a_feed_is_added_once(fjordvik: Cli, site: Server) -> None:
    lists(site, *ALL)
    words = ("feed", "add", "--municipality", "fjordvik", site.url + ADDRESS)
    fjordvik.row(*words)
    assert "already" in fjordvik.refused(*words)
