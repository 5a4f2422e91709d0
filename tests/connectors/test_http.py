"""The way out: checked addresses, one deadline a call, and what every failure means for the one who called."""

from __future__ import annotations

import gzip
import logging
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contract import ConnectorError, Remedy
from connectors.http import Fetched, Http
from connectors.wire import is_public
from tests.connectors.server import Answer, Server, moved, serving, zipped

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SHORT = timedelta(seconds=0.5)
SECRET = "hemmeleg-token-123"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


def a_client(*, allow_private: bool = True) -> Http:
    return Http(allow_private=allow_private, now=lambda: NOW, user_agent="Ordskifte/test")


def error_of(call: Callable[[], object]) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        call()
    return caught.value


def test_a_page_comes_home_whole(server: Server) -> None:
    server.answers["/a"] = Answer(body="Blåbærtur".encode(), headers={"Content-Type": "text/plain", "ETag": '"1"'})
    got = a_client().get(server.url + "/a", headers={"If-None-Match": '"0"'})
    assert (got.status, got.body.decode(), got.headers["etag"], got.url) == (200, "Blåbærtur", '"1"', server.url + "/a")
    assert server.seen[0].headers["user-agent"] == "Ordskifte/test"
    assert server.seen[0].headers["if-none-match"] == '"0"'


def test_nothing_new_is_an_answer_and_no_error(server: Server) -> None:
    server.answers["/a"] = Answer(status=304)
    assert a_client().get(server.url + "/a").status == 304


@pytest.mark.parametrize(
    "address",
    [
        "",
        "fjordvik.example",
        "ftp://fjordvik.example/",
        "file:///etc/passwd",
        "http://",
        "http://:80/",
        "http://kari:passord@fjordvik.example/",
        "http://fjordvik.example:99999/",
        "http://fjordvik.example/a b",
        "http://fjordvik.example/\r\nHost: other.example",
        "http://[::1/",
        "javascript:alert(1)",
        "https://fjordvik.example/" + "a" * 3000,
    ],
)
def test_an_address_that_is_none_is_refused_before_anything_is_asked(address: str) -> None:
    assert error_of(lambda: a_client(allow_private=False).get(address)).code == "address_invalid"


@pytest.mark.parametrize("port", [22, 25, 5432, 8080])
def test_only_the_ports_of_the_web_are_spoken_to(port: int) -> None:
    def code(host: str) -> str:
        return error_of(lambda: a_client(allow_private=False).get(f"http://{host}:{port}/")).code

    assert code("8.8.8.8") == "address_invalid"
    assert {code("127.0.0.1"), code("localhost"), code("[::1]"), code("10.0.0.1")} == {"address_private"}


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
        "localhost",
    ],
)
def test_no_inner_address_is_reached_however_it_is_written(host: str) -> None:
    error = error_of(lambda: a_client(allow_private=False).get(f"http://{host}/"))
    assert error.code in ("address_private", "address_invalid"), error


@pytest.mark.parametrize(
    "address", ["193.212.1.10", "8.8.8.8", "2001:700:100::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_the_open_internet_is_open(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address", ["::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "fe80::1%eth0", "::7f00:1", "nonsense", ""]
)
def test_an_inner_address_wrapped_in_another_stays_inner(address: str) -> None:
    assert not is_public(address)


def test_one_inner_address_among_many_closes_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, 1, 6, "", (ip, 80)) for ip in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    assert error_of(lambda: a_client(allow_private=False).get("http://fjordvik.example/")).code == "address_private"


def test_a_name_is_looked_up_once_and_never_trusted_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def turns(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", ("127.0.0.1" if len(asked) == 1 else "127.0.0.2", port))]

    monkeypatch.setattr(socket, "getaddrinfo", turns)
    server.answers["/"] = Answer(body=b"ok")
    assert a_client().get(f"http://fjordvik.example:{server.port}/").body == b"ok"
    assert asked == ["fjordvik.example"]
    assert server.seen[0].headers["host"] == f"fjordvik.example:{server.port}"


def test_norwegian_letters_in_an_address_are_no_obstacle(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def here(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", here)
    server.answers["/sk%C3%A5p"] = Answer(body=b"ok")
    assert a_client().get(f"http://blåbærøy.example:{server.port}/skåp").body == b"ok"
    assert asked == ["xn--blbry-nrai9l.example"]


def test_a_redirect_is_checked_as_the_first_address_was(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    real = socket.socket.connect

    def to_the_test_server(sock: socket.socket, where: Any) -> None:
        real(sock, ("127.0.0.1", server.port) if where[0] == "8.8.8.8" else where)

    monkeypatch.setattr(socket.socket, "connect", to_the_test_server)
    server.answers |= {
        "/good": Answer(body=b"ok"),
        "/inner": moved("http://10.0.0.1/"),
        "/file": moved("file:///etc/passwd"),
    }
    client = a_client(allow_private=False)
    assert client.get("http://8.8.8.8/good").body == b"ok"
    assert error_of(lambda: client.get("http://8.8.8.8/inner")).code == "address_private"
    assert error_of(lambda: client.get("http://8.8.8.8/file")).code == "address_invalid"


def test_three_redirects_are_followed_and_the_last_address_is_told(server: Server) -> None:
    server.answers |= {
        "/0": moved("/1"),
        "/1": moved("/2", status=301),
        "/2": moved("/3", status=308),
        "/3": Answer(body=b"x"),
    }
    assert a_client().get(server.url + "/0").url == server.url + "/3"


def test_redirects_without_end_are_given_up(server: Server) -> None:
    server.answers["/"] = moved("/")
    assert error_of(lambda: a_client().get(server.url + "/")).code == "too_many_redirects"
    assert len(server.seen) == 4


def test_too_much_is_not_taken_home(server: Server) -> None:
    server.answers["/told"] = Answer(body=b"x" * 100, announce=50_000_000)
    server.answers["/untold"] = Answer(body=b"x" * 3_000_000, headers={"Content-Length": "3000000"})
    for path in ("/told", "/untold"):
        assert error_of(lambda path=path: a_client().get(server.url + path)).code == "too_large"  # type: ignore[misc]  # a lambda's default


def test_a_gzip_bomb_stops_at_the_limit(server: Server) -> None:
    bomb = gzip.compress(b"\0" * 60_000_000)
    server.answers["/"] = Answer(body=bomb, headers={"Content-Encoding": "gzip"})
    began = time.monotonic()
    assert error_of(lambda: a_client().get(server.url + "/")).code == "too_large"
    assert time.monotonic() - began < 5


def test_what_is_packed_comes_home_unpacked(server: Server) -> None:
    server.answers["/"] = zipped(b"<rss/>")
    assert a_client().get(server.url + "/").body == b"<rss/>"


@pytest.mark.parametrize("answer", [Answer(hang=True), Answer(body=b"x" * 1000, drip=0.05)], ids=["silent", "drips"])
def test_the_deadline_holds_for_the_whole_call(server: Server, answer: Answer) -> None:
    server.answers["/"] = answer
    began = time.monotonic()
    error = error_of(lambda: a_client().get(server.url + "/", deadline=SHORT))
    assert (error.code, error.remedy) == ("timed_out", Remedy.WAIT)
    assert time.monotonic() - began < 3


def test_redirects_share_one_deadline(server: Server) -> None:
    server.answers["/"] = Answer(status=302, headers={"Location": "/"}, body=b"x" * 100, drip=0.1)
    began = time.monotonic()
    assert error_of(lambda: a_client().get(server.url + "/", deadline=SHORT)).code == "timed_out"
    assert time.monotonic() - began < 3


def test_nobody_home_is_told_apart() -> None:
    with serving() as gone:
        address = gone.url
    assert error_of(lambda: a_client().get(address)).code == "unreachable"


def test_a_name_nobody_has_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert error_of(lambda: a_client().get("https://fjordvik.example/")).code == "unreachable"


def test_no_plain_server_passes_for_a_secure_one(server: Server) -> None:
    error = error_of(lambda: a_client().get(f"https://127.0.0.1:{server.port}/"))
    assert (error.code, error.remedy) == ("tls_failed", Remedy.WAIT)


@pytest.mark.parametrize(
    ("status", "remedy"), [(404, Remedy.GONE), (410, Remedy.GONE), (403, Remedy.WAIT), (500, Remedy.WAIT)]
)
def test_a_refused_page_gives_its_status(server: Server, status: int, remedy: Remedy) -> None:
    server.answers["/"] = Answer(status=status)
    error = error_of(lambda: a_client().get(server.url + "/"))
    assert (error.code, error.status, error.remedy) == ("http_error", status, remedy)


def test_a_write_carries_its_token_and_body_once(server: Server) -> None:
    server.answers["/api"] = Answer(body=b'{"id": "7"}')
    answer = a_client().send(
        "POST",
        server.url + "/api",
        token=SECRET,
        json={"text": "Blåbær"},
        headers={"Idempotency-Key": "k"},
        repeatable=False,
    )
    assert answer.json() == {"id": "7"}
    [seen] = server.seen
    assert seen.headers["authorization"] == f"Bearer {SECRET}"
    assert seen.headers["idempotency-key"] == "k"
    assert "Blåbær" in seen.body.decode() or "\\u00e5" in seen.body.decode()


def test_a_form_and_a_file_go_out_as_such(server: Server) -> None:
    server.answers["/form"] = server.answers["/file"] = Answer(body=b"{}")
    a_client().send("POST", server.url + "/form", form={"a": "1", "b[]": ["2", "3"]}, repeatable=True)
    a_client().send("POST", server.url + "/file", files={"file": ("b.jpg", b"JPEG", "image/jpeg")}, repeatable=True)
    a_client().send("PUT", server.url + "/form", content=b"raw", query={"q": "ø"}, repeatable=True)
    assert server.seen[0].body == b"a=1&b%5B%5D=2&b%5B%5D=3"
    assert b"image/jpeg" in server.seen[1].body
    assert (server.seen[2].body, server.seen[2].path) == (b"raw", "/form?q=%C3%B8")


def test_a_write_follows_no_redirect(server: Server) -> None:
    server.answers["/api"] = moved("/other", status=307)
    error = error_of(lambda: a_client().send("POST", server.url + "/api", json={}, repeatable=False))
    assert (error.remedy, error.status) == (Remedy.CHECK, 307)
    assert len(server.seen) == 1


LOST = {
    "silent": Answer(hang=True),
    "cut": Answer(cut=True),
    "half": Answer(body=b"{", announce=50),
    "too much": Answer(body=b"x" * 10, announce=50_000_000),
    "broken packing": Answer(body=b"not gzip", headers={"Content-Encoding": "gzip"}),
    "server error": Answer(status=502),
}


@pytest.mark.parametrize("answer", LOST.values(), ids=LOST.keys())
@pytest.mark.parametrize(("repeatable", "remedy"), [(False, Remedy.CHECK), (True, Remedy.WAIT)])
def test_a_write_without_a_good_answer_is_looked_at_and_a_read_may_wait(
    server: Server, answer: Answer, repeatable: bool, remedy: Remedy
) -> None:
    server.answers["/api"] = answer
    call = lambda: a_client().send("POST", server.url + "/api", json={}, repeatable=repeatable, deadline=SHORT)  # noqa: E731
    assert error_of(call).remedy is remedy
    assert len(server.seen) == 1


def test_a_write_that_never_left_may_simply_wait() -> None:
    with serving() as gone:
        address = gone.url
    assert error_of(lambda: a_client().send("POST", address, json={}, repeatable=False)).remedy is Remedy.WAIT


def test_an_answer_that_is_no_json_is_looked_at_after_a_write(server: Server) -> None:
    server.answers["/api"] = Answer(body=b"<html>")
    assert error_of(a_client().send("POST", server.url + "/api", repeatable=False).json).remedy is Remedy.CHECK
    assert error_of(a_client().send("GET", server.url + "/api", repeatable=True).json).remedy is Remedy.WAIT


def test_no_secret_stands_in_an_error_or_a_log_line(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server.answers["/api"] = Answer(
        status=400, body=f'{{"error": {{"message": "Bad token {SECRET} or other-secret-9"}}}}'.encode()
    )
    error = error_of(
        lambda: a_client().send(
            "POST",
            server.url + "/api",
            token=SECRET,
            query={"access_token": "other-secret-9"},
            headers={"X-Api-Key": "third-secret-7"},
            repeatable=False,
        )
    )
    told = f"{error} {error.detail} {error!r} {caplog.text}"
    assert "Bad token *** or ***" in error.detail
    assert not any(secret in told for secret in (SECRET, "other-secret-9", "third-secret-7"))
    assert "access_token" not in caplog.text


def test_a_token_with_a_line_break_asks_for_a_new_connection(server: Server) -> None:
    error = error_of(lambda: a_client().send("GET", server.url + "/", token="a\r\nX: b", repeatable=True))
    assert error.remedy is Remedy.RECONNECT
    assert server.seen == []


def test_a_connector_reads_its_own_refusals_first(server: Server) -> None:
    server.answers["/api"] = Answer(status=422, body=b'{"error": "duplicate"}')

    def reading(answer: Fetched) -> ConnectorError | None:
        return ConnectorError(Remedy.CHECK, "duplicate", status=answer.status) if b"duplicate" in answer.body else None

    error = error_of(lambda: a_client().send("POST", server.url + "/api", repeatable=False, reading=reading))
    assert (error.remedy, error.code) == (Remedy.CHECK, "duplicate")
