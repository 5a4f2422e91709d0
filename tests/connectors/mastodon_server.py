"""A real Mastodon-API server on loopback for tests, and a line to it that can be cut.

`running_server` starts PyPI's `mastodon_mock` as a process of its own, which ends when we do, however we end. `LossyLine` stands in
front of it: it carries a request out in full and then loses the answer, keeps silent, or resets; or it answers in the server's
stead without carrying anything out.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ACCOUNTS = 400
#: Runs the server until its standard input closes: that happens when whoever started it ends, even by kill -9.
_CHILD = """
import os, sys, threading
def watch() -> None:
    sys.stdin.buffer.read()
    os._exit(0)
threading.Thread(target=watch, daemon=True).start()
from mastodon_mock.cli import main
main(sys.argv[1:])
"""


@dataclass(frozen=True)
class Server:
    """Where the server listens, and the tokens of its accounts, none of which has posted yet."""

    port: int
    tokens: tuple[str, ...]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    """A server with `ACCOUNTS` accounts, all in memory. `folder` is for its settings and pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = tuple(f"secret-of-account-{number:03}" for number in range(ACCOUNTS))
    accounts = "".join(
        f'[[seed.accounts]]\nusername = "fjordvik{number:03}"\ndisplay_name = "Fjordvik kommune"\naccess_token = "{token}"\n'
        for number, token in enumerate(tokens)
    )
    settings = folder / "mm.toml"
    settings.write_text(f"media_storage_path = {json.dumps(str(folder / 'media'))}\n{accounts}", encoding="utf-8")
    for _ in range(5):  # another process may take the port between our look and the server's
        port = _free_port()
        command = [sys.executable, "-c", _CHILD, "serve", "--config", str(settings), "--host", "127.0.0.1"]
        child = subprocess.Popen(
            [*command, "--port", str(port), "--in-memory"],
            cwd=folder,
            env={**os.environ, "TMPDIR": str(folder)},  # its database in memory is a file there
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert child.stdin is not None
        assert child.stderr is not None
        try:
            said = ""
            for line in child.stderr:
                said += line
                if "Uvicorn running on" in line:
                    break
            else:
                assert "address already in use" in said, said
                continue
            threading.Thread(target=child.stderr.read, daemon=True).start()
            yield Server(port=port, tokens=tokens)
            return
        finally:
            child.stdin.close()
            child.wait(timeout=10)
            child.stderr.close()
    raise AssertionError("no port for the server")


class Mishap(Enum):
    """What becomes of an answer after the server has carried the request out."""

    LOSE_ANSWER = "lose_answer"  # the line closes before a byte of it
    HANG = "hang"  # nothing comes, and the line stays open
    RESET = "reset"
    CUT_ANSWER = "cut_answer"  # half of it comes


@dataclass(frozen=True, kw_only=True)
class Canned:
    """An answer in the server's stead: nothing is carried out."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request as it came by."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(kw_only=True)
class _Plan:
    method: str
    path: re.Pattern[str]
    act: Mishap | Canned
    times: int | None


class LossyLine:
    """A line to the server. `plan` what goes wrong; `calls` is what came by."""

    def __init__(self, upstream: Server) -> None:
        self.calls: list[Call] = []
        self._plans: list[_Plan] = []
        self._upstream = upstream
        self._over = threading.Event()
        self._lock = threading.Lock()
        line = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Say nothing."""

            def carry(self) -> None:
                line._carry(self)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = carry  # noqa: N815 - the base class's names

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> LossyLine:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def upstream(self) -> str:
        """The server's own address, behind the line."""
        return self._upstream.address

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens of the server's accounts."""
        return self._upstream.tokens

    def plan(self, method: str, path: str, act: Mishap | Canned, *, times: int | None = 1) -> None:
        """The next `times` requests (None = all) by this method whose path this pattern matches whole meet `act`."""
        self._plans.append(_Plan(method=method, path=re.compile(path), act=act, times=times))

    def all_well(self) -> None:
        """Forget every plan."""
        self._plans.clear()

    def made(self, method: str, path: str) -> list[Call]:
        """The calls that came by with this method and a path that this pattern matches whole."""
        return [
            call for call in self.calls if call.method == method and re.fullmatch(path, call.path.partition("?")[0])
        ]

    def _act(self, call: Call) -> Mishap | Canned | None:
        with self._lock:
            self.calls.append(call)
            for plan in self._plans:
                if plan.times != 0 and plan.method == call.method and plan.path.fullmatch(call.path.partition("?")[0]):
                    plan.times = None if plan.times is None else plan.times - 1
                    return plan.act
        return None

    def _carry(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        call = Call(method=handler.command, path=handler.path, headers=dict(handler.headers), body=body)
        act = self._act(call)
        # Every answer ends its connection: a line kept open would keep its thread, and ours is waited for.
        handler.close_connection = True
        if isinstance(act, Canned):
            content = b"" if act.body is None else json.dumps(act.body).encode()
            self._answer(handler, act.status, {"Content-Type": "application/json", **act.headers}, content)
            return
        status, headers, content = self._ask_upstream(call)
        match act:
            case None:
                self._answer(handler, status, headers, content)
            case Mishap.LOSE_ANSWER:
                handler.connection.shutdown(socket.SHUT_RDWR)
            case Mishap.RESET:
                handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                handler.connection.close()  # before the server says good-bye in the ordinary way
            case Mishap.HANG:
                self._over.wait(30)
            case Mishap.CUT_ANSWER:
                head = (
                    f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
                )
                handler.wfile.write(head.encode() + content[: len(content) // 2])

    def _ask_upstream(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._upstream.port, timeout=20)
        try:
            passed = {name: value for name, value in call.headers.items() if name.lower() not in ("host", "connection")}
            connection.request(call.method, call.path, body=call.body, headers={**passed, "Host": "127.0.0.1"})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    @staticmethod
    def _answer(handler: BaseHTTPRequestHandler, status: int, headers: Mapping[str, str], content: bytes) -> None:
        handler.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "keep-alive"):
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(content)
