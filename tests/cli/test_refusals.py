"""Bad input meets one clear sentence on standard error, and an exit status that tells whose fault it is. Never a traceback."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ordskifte import __version__
from tests.cli.conftest import SECRET, Cli
from tests.connectors.server import Answer, Server, page

CHANNEL = ("channel", "add", "--municipality", "fjordvik", "--name", "Øving")
PERSON = ("person", "add", "--municipality", "fjordvik")
FEED = ("feed", "add", "--municipality", "fjordvik")


CANNOT: Sequence[tuple[tuple[str, ...], str]] = (
    (("municipality", "add", "--name", " "), "Write a name."),
    (("municipality", "add", "--name", "x" * 121), "at most 120"),
    (("municipality", "add", "--name", "Fjordvik kommune"), "Another municipality has this short name."),
    (("municipality", "add", "--name", "Ny", "--slug", "Å!"), "The short name may hold"),
    (("municipality", "add", "--name", "漢字"), "The short name may hold"),
    (("municipality", "add", "--name", "Ny", "--slug", "health"), "used by the service itself"),
    (("municipality", "add", "--name", "Ny", "--host", "ny kommune"), "host name alone"),
    (("municipality", "add", "--name", "Ny", "--host", "https://ny.example/"), "host name alone"),
    (("unit", "add", "--municipality", "nowhere", "--name", "Skolen"), "no municipality nowhere"),
    (("unit", "add", "--municipality", "7", "--name", "Skolen"), "no municipality 7"),
    (("unit", "add", "--municipality", "fjordvik", "--name", "Lia skule"), "a unit with this name"),
    (("unit", "list", "--municipality", "nowhere"), "no municipality nowhere"),
    ((*PERSON, "--name", "Ola", "--email", "ola", "--role", "author"), "whole e-mail address"),
    ((*PERSON, "--name", "", "--email", "ola@x.example", "--role", "author"), "Write a name."),
    ((*PERSON, "--name", "Ola", "--email", "KARI@fjordvik.example", "--role", "author"), "here already"),
    ((*PERSON, "--name", "Ola", "--email", "ola@x.example", "--role", "leader"), "choose which"),
    (
        (*PERSON, "--name", "Ola", "--email", "ola@x.example", "--role", "chief", "--unit", "1"),
        "whole municipality",
    ),
    ((*PERSON, "--name", "Ola", "--email", "ola@x.example", "--role", "author", "--unit", "9"), "no such unit"),
    (("person", "password", "--municipality", "fjordvik", "99", "--password-file", "-"), "no person 99"),
    (("person", "password", "--municipality", "fjordvik", "1"), "--password-file"),
    ((*CHANNEL, "--platform", "mastodon"), "missing"),
    ((*CHANNEL, "--platform", "practice", "--unit", "9"), "no unit 9"),
    ((*CHANNEL, "--platform", "practice", "--set", "server"), "FIELD=VALUE"),
    ((*CHANNEL, "--platform", "practice", "--set", "file=x"), "does not belong to this platform"),
    ((*CHANNEL, "--platform", "mastodon", "--set", "access_token=@no-such-file"), "no-such-file cannot be read"),
    (("channel", "check", "--municipality", "fjordvik", "99"), "no channel 99"),
    ((*FEED, "--unit", "9", "https://no-such-host.example/"), "could not be reached"),
    ((*FEED, "ikkje ei adresse"), "address"),
    ((*FEED, ""), "address"),
    (("feed", "pull", "--feed", "99"), "no feed 99"),
    (("feed", "pull", "--municipality", "nowhere"), "no municipality nowhere"),
    (("plan", "--municipality", "nowhere"), "no municipality nowhere"),
    (("queue", "--municipality", "nowhere"), "no municipality nowhere"),
)
MISUSED: Sequence[tuple[str, ...]] = (
    (),
    ("nonsense",),
    ("municipality",),
    ("municipality", "add"),
    ("unit", "add", "--name", "Skolen"),
    ("municipality", "add", "--name", "Ny", "--language", "sv"),
    (*PERSON, "--name", "Ola", "--email", "ola@x.example", "--role", "boss"),
    (*PERSON, "--name", "Ola", "--email", "ola@x.example", "--role", "author", "--unit", "skolen"),
    (*PERSON, "--name", "Ola", "--email", "ola@x.example", "--role", "author", "--password", "abc"),
    (*CHANNEL, "--platform", "myspace"),
    (*CHANNEL, "--platform", "practice", "--unit", "9" * 30),
    ("channel", "check", "--municipality", "fjordvik", "-1"),
    ("feed", "add", "--municipality", "fjordvik"),
    ("feed", "pull", "--feed", "0"),
    ("queue", "--limit", "0"),
    ("queue", "--limit", "-1"),
    ("queue", "--limit", "many"),
    ("queue", "--state", "lost"),
    ("queue", "--post", "99999999999999999999"),
    ("demo", "--port", "99999"),
    ("backup",),
    ("municipality", "add", "--name", "\udcff"),
)
NEEDS_A_SCHEMA: Sequence[tuple[str, ...]] = (
    ("municipality", "list"),
    ("municipality", "add", "--name", "Ny"),
    ("unit", "list"),
    ("person", "list"),
    ("channel", "list"),
    ("feed", "list"),
    ("feed", "pull"),
    ("plan",),
    ("queue",),
    ("web",),
    ("worker",),
    ("run",),
)


def test_what_cannot_be_done_is_said_in_a_sentence(fjordvik: Cli) -> None:
    fjordvik.row("unit", "add", "--municipality", "fjordvik", "--name", "Lia skule")
    fjordvik.row(*PERSON, "--name", "Kari", "--email", "kari@fjordvik.example", "--role", "author")
    told = [(words, sentence, fjordvik.refused(*words)) for words, sentence in CANNOT]
    assert [each for each in told if each[1] not in each[2]] == []


def test_wrong_usage_is_told_apart_and_nothing_is_done(fjordvik: Cli) -> None:
    assert [words for words in MISUSED if "error:" not in fjordvik.misused(*words)] == []
    assert len(fjordvik.row("municipality", "list")) == 1


def test_a_short_password_is_refused_without_being_repeated(fjordvik: Cli) -> None:
    words = (*PERSON, "--name", "Ola", "--email", "ola@x.example", "--role", "author", "--password-file")
    said = fjordvik.refused(*words, "-", stdin="hemmelig\n")
    assert "at least 12" in said
    assert "hemmelig" not in said
    assert "cannot be read: no such file" in fjordvik.refused(*words, "no-such-file")
    assert fjordvik.row("person", "list") == []


def test_a_host_name_is_one_municipalitys(fjordvik: Cli) -> None:
    fjordvik.row("municipality", "add", "--name", "Lia", "--host", "lia.example")
    said = fjordvik.refused("municipality", "add", "--name", "Vik", "--host", "LIA.example")
    assert "has this host name" in said


def test_a_channels_name_is_taken_once(fjordvik: Cli) -> None:
    fjordvik.row(*CHANNEL, "--platform", "practice")
    assert "a channel with this name" in fjordvik.refused(*CHANNEL, "--platform", "practice")
    assert len(fjordvik.row("channel", "list")) == 1


def test_a_secret_on_the_command_line_is_refused_and_not_repeated(fjordvik: Cli) -> None:
    said = fjordvik.refused(*CHANNEL, "--platform", "mastodon", "--set", "access_token=hemmelig-verdi")
    assert "access_token is a secret" in said
    assert "hemmelig-verdi" not in said


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/", "http://127.0.0.1:8080/rss", "http://localhost:8001/", "http://[::1]/"]
)
def test_a_private_address_is_not_fetched_unless_the_operator_allows_it(fjordvik: Cli, address: str) -> None:
    fjordvik.set(allow_private_addresses=0)
    assert "closed network" in fjordvik.refused(*FEED, address)


def test_a_page_without_a_feed_or_that_cannot_be_had_is_said_so(fjordvik: Cli, site: Server) -> None:
    site.answers["/"] = page("<!doctype html><title>Fjordvik</title>")
    site.answers["/gone"] = Answer(status=410)
    site.answers["/shut"] = Answer(status=403)
    said = {fjordvik.refused(*FEED, site.url + path) for path in ("/", "/gone", "/shut")}
    assert len(said) == 3
    assert fjordvik.row("feed", "list") == []


@pytest.mark.parametrize("words", [("channel", "list"), ("deliver",), (*CHANNEL, "--platform", "practice")])
def test_what_seals_nothing_needs_no_secret_and_what_does_says_how_to_make_one(
    fjordvik: Cli, words: tuple[str, ...]
) -> None:
    fjordvik.unset("secret_key")
    if words == ("channel", "list"):
        assert fjordvik.row(*words) == []
    else:
        assert "ORDSKIFTE_SECRET_KEY is not set; make one with" in fjordvik.refused(*words)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "mysql://localhost/x"),
        ("database_url", "postgresql://kari:hemmelig@localhost:port/x"),
        ("secret_key", "short"),
        ("port", "http"),
        ("allow_private_addresses", "maybe"),
        ("log_level", "LOUD"),
    ],
)
def test_a_malformed_setting_is_named_in_a_sentence(fjordvik: Cli, name: str, value: str) -> None:
    fjordvik.set(**{name: value})
    said = fjordvik.refused("queue")
    assert said.startswith((f"ORDSKIFTE_{name.upper()} must be", f"ORDSKIFTE_{name.upper()} must begin"))
    assert "hemmelig" not in said


def test_a_setting_that_is_none_is_named(fjordvik: Cli) -> None:
    fjordvik.set(sekret_key=SECRET)
    assert "SEKRET_KEY is not a setting" in fjordvik.refused("queue")


def test_a_database_without_a_schema_is_said_to_need_an_upgrade(bare: Cli) -> None:
    bare.set(secret_key=SECRET)
    assert [words for words in NEEDS_A_SCHEMA if "ordskifte upgrade" not in bare.refused(*words)] == []


@pytest.mark.parametrize("words", [("queue",), ("doctor",), ("upgrade",), ("web",), ("municipality", "list")])
def test_a_database_that_cannot_be_reached_is_said_so(bare: Cli, tmp_path: Path, words: tuple[str, ...]) -> None:
    bare.set(secret_key=SECRET)
    folder = tmp_path / "no" / "such" / "folder"
    for url in (f"sqlite:///{folder}/x.db", "postgresql://kari:hemmelig@127.0.0.1:1/ordskifte"):
        answer = bare(*words, "--database-url", url)
        told = answer.out + answer.sentence
        assert answer.status == 1
        assert "ORDSKIFTE_DATABASE_URL" in told
        assert "hemmelig" not in told


def test_a_port_that_is_taken_is_said_so_before_anything_is_served(cli: Cli, site: Server) -> None:
    cli.set(port=site.port)
    assert f"Cannot listen on 127.0.0.1, port {site.port}" in cli.refused("web")


def test_a_folder_that_is_a_file_keeps_no_demo(bare: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "Choose a folder with --dir" in bare.refused("demo", "--dir", tmp_path / "file")


def test_the_version_is_told(bare: Cli) -> None:
    assert bare("--version").out == f"ordskifte {__version__}\n"
