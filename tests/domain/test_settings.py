"""The settings are read once; a bad one stops the start with a sentence that names it, and secrets do not print."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler import settings
from scheduler.errors import SettingError
from scheduler.settings import MailKind, Secret, Settings, read

KEY = "a key of more than thirty-two characters"


def _refused(environ: dict[str, str], **told: str | None) -> str:
    with pytest.raises(SettingError) as refused:
        read(environ, **told)
    return str(refused.value)


def test_without_any_setting_the_defaults_stand() -> None:
    assert _plain(read({})) == _plain(Settings())
    assert not read({}).secret_key


def _plain(found: Settings) -> dict[str, object]:
    return {name: value for name, value in asdict(found).items() if name != "secret_key"}


@pytest.mark.parametrize(
    ("name", "told", "kept"),
    [
        ("DATABASE_URL", "sqlite:////var/ordskifte/town.db", "sqlite:////var/ordskifte/town.db"),
        ("DATABASE_URL", "postgresql://kari:pw@db/town", "postgresql+psycopg://kari:pw@db/town"),
        ("DATABASE_URL", "postgres://db:5433/town", "postgresql+psycopg://db:5433/town"),
        ("DATABASE_URL", "postgresql+psycopg:///town?host=/run/pg", "postgresql+psycopg:///town?host=/run/pg"),
        ("DATABASE_URL", "postgresql://kari:p%40w@db/town", "postgresql+psycopg://kari:p%40w@db/town"),
        ("HOST", "0.0.0.0", "0.0.0.0"),
        ("PORT", "0", 0),
        ("PORT", "65535", 65535),
        ("PUBLIC_URL", "https://publish.fjordvik.example/", "https://publish.fjordvik.example"),
        ("PUBLIC_URL", "", ""),
        ("PRACTICE_FILE", "/var/practice.db", Path("/var/practice.db")),
        ("ALLOW_PRIVATE_ADDRESSES", "1", True),
        ("ALLOW_PRIVATE_ADDRESSES", "Yes", True),
        ("ALLOW_PRIVATE_ADDRESSES", "off", False),
        ("ALLOW_PRIVATE_ADDRESSES", "", False),
        ("TEST_CLOCK", "", None),
        ("TEST_CLOCK", "clock", Path("clock")),
        ("LOG_LEVEL", "debug", "DEBUG"),
        ("LOG_JSON", "true", True),
        ("SENDER_THREADS", "64", 64),
        ("TRUSTED_PROXIES", "5", 5),
    ],
)
def test_each_setting_is_read_from_its_variable(name: str, told: str, kept: object) -> None:
    assert getattr(read({f"ORDSKIFTE_{name}": told}), name.lower()) == kept


@pytest.mark.parametrize(
    ("name", "told", "because"),
    [
        ("DATABASE_URL", "mysql://db/town", "must begin with sqlite:/// or postgresql://"),
        ("DATABASE_URL", "", "must begin with sqlite:/// or postgresql://"),
        ("DATABASE_URL", "sqlite:///", "must name a file"),
        ("DATABASE_URL", "sqlite:///:memory:", "must name a file"),
        ("DATABASE_URL", "postgresql://kari:hemmelig@db:port/town", "must be postgresql://"),
        ("DATABASE_URL", "postgresql://kari:hemmelig@db", "must be postgresql://"),
        ("DATABASE_URL", "postgresql://kari:hemme#lig@db/town", "must be postgresql://"),
        ("DATABASE_URL", "postgresql://[db/town", "must be postgresql://"),
        ("SECRET_KEY", "x" * 31, "must be at least 32 characters; make one with"),
        ("HOST", " ", "must not be empty"),
        ("PRACTICE_FILE", "", "must not be empty"),
        ("PORT", "http", "must be a whole number"),
        ("PORT", "-1", "must be from 0 to 65535"),
        ("PORT", "65536", "must be from 0 to 65535"),
        ("PUBLIC_URL", "fjordvik.example", "must be an address that begins with https://"),
        ("PUBLIC_URL", "ftp://fjordvik.example", "must be an address that begins with https://"),
        ("ALLOW_PRIVATE_ADDRESSES", "perhaps", "must be 1 or 0"),
        ("LOG_LEVEL", "LOUD", "must be DEBUG, INFO, WARNING or ERROR"),
        ("LOG_JSON", "2", "must be 1 or 0"),
        ("SENDER_THREADS", "0", "must be from 1 to 64"),
        ("SENDER_THREADS", "65", "must be from 1 to 64"),
        ("SENDER_THREADS", "4.0", "must be a whole number"),
        ("TRUSTED_PROXIES", "6", "must be from 0 to 5"),
    ],
)
def test_a_bad_value_is_named_with_what_it_must_be(name: str, told: str, because: str) -> None:
    said = _refused({f"ORDSKIFTE_{name}": told})
    assert said.startswith(f"ORDSKIFTE_{name} {because}")
    assert said.endswith(".")
    assert "hemme" not in said


def test_every_setting_has_a_reader_and_a_variable() -> None:
    assert settings.names() == tuple(f"ORDSKIFTE_{each.name.upper()}" for each in fields(Settings))
    for name in settings.names():
        assert name in _refused({name: "x", f"{name}_FILE": "y"})


def test_a_setting_may_lie_in_a_file_but_not_in_two_places(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{KEY}\n", encoding="utf-8")
    assert read({"ORDSKIFTE_SECRET_KEY_FILE": str(file)}).secret_key.reveal() == KEY
    said = _refused({"ORDSKIFTE_SECRET_KEY_FILE": str(file), "ORDSKIFTE_SECRET_KEY": KEY})
    assert said == "ORDSKIFTE_SECRET_KEY and ORDSKIFTE_SECRET_KEY_FILE are both set; keep one."


def test_a_file_that_cannot_be_read_is_named_without_its_content(tmp_path: Path) -> None:
    broken = tmp_path / "secret"
    broken.write_bytes(b"hemmelig\xff" * 9)
    for path in (tmp_path / "nowhere", tmp_path, broken):
        said = _refused({"ORDSKIFTE_SECRET_KEY_FILE": str(path)})
        assert said.startswith("ORDSKIFTE_SECRET_KEY_FILE cannot be read")
        assert "hemmelig" not in said


def test_a_variable_of_ours_that_is_no_setting_stops_the_start() -> None:
    misspelt = "ORDSKIFTE_" + "SECRETKEY"
    assert _refused({misspelt: KEY}).startswith(f"{misspelt} is not a setting;")
    read({"PATH": "/bin", "ORDSKIFTE_CHROMIUM": "/bin/chromium", "ORDSKIFTE_TEST_POSTGRES": "postgresql://x"})


def test_what_the_command_line_gives_wins_and_nothing_given_leaves_the_environment() -> None:
    environ = {"ORDSKIFTE_DATABASE_URL": "sqlite:///one.db"}
    assert read(environ, database_url="sqlite:///two.db").database_url == "sqlite:///two.db"
    assert read(environ, database_url=None).database_url == "sqlite:///one.db"
    assert "ORDSKIFTE_DATABASE_URL must begin" in _refused(environ, database_url="x")


def test_a_secret_does_not_print() -> None:
    found = read({"ORDSKIFTE_SECRET_KEY": KEY})
    shown = f"{found} {found!r} {found.secret_key} {found.secret_key!r} {asdict(found)}"
    assert KEY not in shown
    assert "Secret(***)" in shown
    assert found.secret_key.reveal() == KEY
    assert not Secret("")


MAIL = {"ORDSKIFTE_MAIL_SENDER": "Fjordvik kommune <some@fjordvik.example>"}


@pytest.mark.parametrize(
    ("told", "kind", "host", "port", "user", "password"),
    [
        ("smtp://mail.fjordvik.example", MailKind.SMTP, "mail.fjordvik.example", 25, "", ""),
        ("smtp://kari:hem%40lig@mail.fjordvik.example", MailKind.SMTP, "mail.fjordvik.example", 587, "kari", "hem@lig"),
        ("smtp://10.0.0.4:2525/", MailKind.SMTP, "10.0.0.4", 2525, "", ""),
        ("smtp://[::1]:2525", MailKind.SMTP, "::1", 2525, "", ""),
        (
            "SMTPS://kari:hemmelig@mail.fjordvik.example",
            MailKind.SMTPS,
            "mail.fjordvik.example",
            465,
            "kari",
            "hemmelig",
        ),
        ("practice:", MailKind.PRACTICE, "", 0, "", ""),
    ],
)
def test_a_mail_server_is_read_apart(told: str, kind: MailKind, host: str, port: int, user: str, password: str) -> None:
    settings = read({"ORDSKIFTE_MAIL_SERVER": told, **MAIL})
    found = settings.mail_server
    assert found is not None
    assert settings.mail == ("practice" if kind is MailKind.PRACTICE else "on")
    assert (found.kind, found.host, found.port, found.user) == (kind, host, port, user)
    assert found.password.reveal() == password
    assert password == "" or password not in f"{found}{found!r}"


@pytest.mark.parametrize(
    "told",
    [
        "mail.fjordvik.example",
        "https://mail.fjordvik.example",
        "smtp://",
        "smtp://kari@mail.fjordvik.example",
        "smtp://:hemmelig@mail.fjordvik.example",
        "smtp://kari:hemmelig@mail.fjordvik.example:port",
        "smtp://kari:hemmelig@mail.fjordvik.example:0",
        "smtp://kari:hemmelig@mail.fjordvik.example/in",
        "smtp://kari:hemmelig@mail.fjordvik.example?tls=no",
        "smtp://kari:hemme#lig@mail.fjordvik.example",
        "smtp://kari:hemmelig%0d%0aQUIT@mail.fjordvik.example",
        "smtp://[mail.fjordvik.example",
    ],
)
def test_a_mail_server_that_cannot_be_read_is_told_without_its_password(told: str) -> None:
    said = _refused({"ORDSKIFTE_MAIL_SERVER": told, **MAIL})
    assert said.startswith("ORDSKIFTE_MAIL_SERVER must be smtp://")
    assert "hemme" not in said


@pytest.mark.parametrize(
    "told", ["", " ", "kari", "kari@", "@fjordvik.example", "kari@fjordvik", "a@b.no\r\nBcc: c@d.no"]
)
def test_mail_needs_an_address_to_come_from(told: str) -> None:
    environ = {"ORDSKIFTE_MAIL_SERVER": "smtp://mail.fjordvik.example", "ORDSKIFTE_MAIL_SENDER": told}
    assert _refused(environ).startswith("ORDSKIFTE_MAIL_SENDER")
    assert read({"ORDSKIFTE_MAIL_SERVER": "", "ORDSKIFTE_MAIL_SENDER": ""}).mail == "off"
    assert read({"ORDSKIFTE_MAIL_SERVER": "practice:"}).mail_sender == ""


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("", ""),
        ("post@fjordvik.example", "fjordvik.example"),
        ("Fjordvik kommune <post@fjordvik.example>", "fjordvik.example"),
        ("post@bærum.example", "xn--brum-voa.example"),
        ("post@[10.0.0.1]", ""),
    ],
)
def test_the_senders_domain_is_told_as_mail_servers_write_it(sender: str, domain: str) -> None:
    assert read({"ORDSKIFTE_MAIL_SENDER": sender}).mail_domain == domain


@pytest.mark.parametrize("domain", [f"{'a' * 64}.example", f"{'a.' * 60}example"])
def test_a_sender_whose_domain_cannot_be_is_refused_at_the_start(domain: str) -> None:
    assert _refused({"ORDSKIFTE_MAIL_SENDER": f"post@{domain}"}).startswith("ORDSKIFTE_MAIL_SENDER")


@given(st.text(max_size=40))
def test_whatever_is_told_as_a_port_is_a_port_or_a_sentence(told: str) -> None:
    try:
        port = read({"ORDSKIFTE_PORT": told}).port
    except SettingError as refused:
        said, port = str(refused), 0
    else:
        said = ""
    assert 0 <= port <= 65535
    assert said == "" or said.startswith("ORDSKIFTE_PORT must be")


@given(st.text(max_size=60))
def test_whatever_is_told_as_a_database_is_an_address_or_a_sentence_that_keeps_the_password(told: str) -> None:
    secret = "zq9"
    said = ""
    try:
        read({"ORDSKIFTE_DATABASE_URL": f"postgresql://kari:{secret}{told}"})
    except SettingError as refused:
        said = str(refused)
    assert secret not in said


def test_people_reach_us_by_https_where_the_public_address_says_so() -> None:
    assert read({"ORDSKIFTE_PUBLIC_URL": "https://fjordvik.example"}).over_https
    assert not read({"ORDSKIFTE_PUBLIC_URL": "http://127.0.0.1:8000"}).over_https
    assert not read({}).over_https
