"""A small real web server on loopback whose answers a test writes beforehand.

Knows how to answer well, badly, slowly and not at all. Knows nothing of what is being tested.
"""

from __future__ import annotations

import gzip
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One request as it came in; header names in lower case."""

    method: str
    path: str  # with its query
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What to answer. `drip`: seconds between single bytes of the body. `hang`: say nothing until the server closes.
    `cut`: break the connection off once the request is read. `announce`: a Content-Length that is not the body's own."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    drip: float | None = None
    hang: bool = False
    cut: bool = False
    announce: int | None = None


Script = Answer | list[Answer] | Callable[[Seen], Answer]


def page(text: str, **headers: str) -> Answer:
    return Answer(body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"} | headers)


def feed(content: bytes, **headers: str) -> Answer:
    return Answer(body=content, headers={"Content-Type": "application/rss+xml"} | headers)


def zipped(content: bytes) -> Answer:
    return Answer(
        body=gzip.compress(content), headers={"Content-Type": "application/rss+xml", "Content-Encoding": "gzip"}
    )


def moved(to: str, *, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": to})


class Server:
    """`answers`: by path with query, else by path; a list is used up one by one, its last one stays. Other paths answer `otherwise`, 404."""

    def __init__(self) -> None:
        self.answers: dict[str, Script] = {}
        self.otherwise: Script = Answer(status=404)
        self.seen: list[Seen] = []
        self.closing = threading.Event()
        self._http = _Listener(self)
        self.port: int = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def answer(self, seen: Seen) -> Answer:
        self.seen.append(seen)
        script = self.answers.get(seen.path, self.answers.get(seen.path.partition("?")[0], self.otherwise))
        if isinstance(script, Answer):
            return script
        if isinstance(script, list):
            return script.pop(0) if len(script) > 1 else script[0]
        return script(seen)

    def close(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, script: Server) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script


class _Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        assert isinstance(self.server, _Listener)
        script = self.server.script
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = script.answer(Seen(method=self.command, path=self.path, headers=headers, body=body))
        if answer.hang:
            script.closing.wait(30)
        elif answer.cut:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            self._write(answer, script.closing)

    def _write(self, answer: Answer, closing: threading.Event) -> None:
        self.send_response(answer.status)
        length = len(answer.body) if answer.announce is None else answer.announce
        for name, value in ({"Content-Length": str(length)} | dict(answer.headers)).items():
            self.send_header(name, value)
        with suppress(OSError):  # whoever asked may have hung up, as some tests want
            self.end_headers()
            if answer.drip is None:
                self.wfile.write(b"" if self.command == "HEAD" else answer.body)
                return
            for position in range(len(answer.body)):
                if closing.wait(answer.drip):
                    return
                self.wfile.write(answer.body[position : position + 1])

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _answer  # noqa: N815  # http.server's names

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def log_message(self, *_: Any) -> None:
        return
