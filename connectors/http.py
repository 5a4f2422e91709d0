"""The one way out: every request to another machine is made here.

Decides how long a call may take, how much it may bring home, which machines it may reach, and what a failure means for the one who
called. Makes no retries and keeps no connection: a call has its own, so that a connection gone stale is never taken for a lost
answer. Knows no platform, no feed and no page. Never puts a secret, or an address's query, in an error or a log line.
"""

from __future__ import annotations

import json as jsonlib
import logging
import re
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from urllib.parse import urljoin, urlsplit

import httpcore2
import httpx2

from connectors.contract import ConnectorError, Now, Remedy
from connectors.links import names_host
from connectors.statuses import refusal
from connectors.wire import CheckedBackend, Course, WireError

# They write whole addresses at INFO, and some platforms want their tokens in the query.
for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)

READ_DEADLINE = timedelta(seconds=20)
WRITE_DEADLINE = timedelta(seconds=30)
PAGE_BYTES = 2_000_000
ANSWER_BYTES = 5_000_000
MAX_REDIRECTS = 3
ADDRESS_LENGTH = 2_000

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SECRET_NAME = re.compile(r"token|secret|password|authorization|api[-_]?key|cookie|code", re.IGNORECASE)

#: (file name, bytes, media type) under each form field's name
Files = Mapping[str, tuple[str, bytes, str]]


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """An answer in full. `headers`: names in any case. `url`: where it came from, after redirects. `unreadable`: what it means for the one
    who called if the body turns out to be nonsense."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    unreadable: Remedy = Remedy.WAIT

    @property
    def content_type(self) -> str:
        """The media type with its parameters, "" where none was given."""
        return self.headers.get("content-type", "")

    def json(self) -> object:
        """The body as JSON. Raises ConnectorError (`broken_answer`) where it is not."""
        try:
            return jsonlib.loads(self.body)
        except (ValueError, RecursionError):
            raise ConnectorError(self.unreadable, "broken_answer", status=self.status) from None


#: A connector's own reading of a refusal; None = take the common table.
Reading = Callable[[Fetched], ConnectorError | None]


class Http:
    """The client. Safe to share between threads: it holds nothing that a call changes.

    `allow_private`: also loopback and inner networks, and any port; for tests and for practice servers alone.
    """

    def __init__(self, *, allow_private: bool, now: Now, user_agent: str) -> None:
        self._allow_private, self._now, self._user_agent = allow_private, now, user_agent
        self._tls = _tls()

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit_bytes: int = PAGE_BYTES,
        deadline: timedelta = READ_DEADLINE,
        max_redirects: int = MAX_REDIRECTS,
    ) -> Fetched:
        """What stands at a public address: any 2xx, or 304. `limit_bytes` counts what comes out of compression.

        Raises ConnectorError with one of these codes: address_invalid, address_private, unreachable, tls_failed, timed_out,
        too_many_redirects, too_large, broken_answer, http_error (with its status; GONE for 404 and 410).
        """
        course = Course(ends=time.monotonic() + deadline.total_seconds())
        here = url
        for _ in range(max_redirects + 1):
            answer = self._one(
                "GET", here, course=course, headers=headers or {}, body={}, limit_bytes=limit_bytes, repeatable=True
            )
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not target:
                break
            here = _joined(here, target)
        else:
            raise ConnectorError(Remedy.WAIT, "too_many_redirects")
        if answer.status == 304 or 200 <= answer.status < 300:
            return answer
        meaning = refusal(answer.status, answer.headers, repeatable=True, now=self._now())
        remedy = Remedy.GONE if answer.status in (404, 410) else Remedy.WAIT
        raise ConnectorError(remedy, "http_error", status=answer.status, retry_at=meaning.retry_at)

    def send(
        self,
        method: str,
        url: str,
        *,
        repeatable: bool,
        token: str | None = None,
        query: Mapping[str, str | int] | None = None,
        json: object = None,
        form: Mapping[str, str | Sequence[str]] | None = None,
        files: Files | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        deadline: timedelta = WRITE_DEADLINE,
        limit_bytes: int = ANSWER_BYTES,
        reading: Reading | None = None,
    ) -> Fetched:
        """One call to a platform's API, exactly once, no redirects followed; comes back with a 2xx or raises ConnectorError.

        `token` goes out as a bearer token. `repeatable`: the call changes nothing, or may be made twice without harm; where it may
        not, whatever goes wrong after the first byte left is CHECK. `reading` is asked first what a refusal means.
        """
        course = Course(ends=time.monotonic() + deadline.total_seconds())
        body = {"params": query, "json": json, "data": form, "files": files, "content": content}
        sent_headers = dict(headers or {})
        if token is not None:
            sent_headers["Authorization"] = f"Bearer {token}"
        answer = self._one(
            method,
            url,
            course=course,
            headers=sent_headers,
            body={name: value for name, value in body.items() if value is not None},
            limit_bytes=limit_bytes,
            repeatable=repeatable,
        )
        if 200 <= answer.status < 300:
            return answer
        own = reading(answer) if reading is not None else None
        error = own or refusal(
            answer.status, answer.headers, repeatable=repeatable, now=self._now(), detail=sentence(answer.body)
        )
        error.detail = _without(error.detail, _secrets(sent_headers, query, json, form))
        raise error

    def _one(
        self,
        method: str,
        url: str,
        *,
        course: Course,
        headers: Mapping[str, str],
        body: Mapping[str, object],
        limit_bytes: int,
        repeatable: bool,
    ) -> Fetched:
        """One request and its whole answer, whatever its status."""
        check_address(url)
        try:
            with httpx2.Client(
                transport=_Transport(course, self._tls, allow_private=self._allow_private),
                trust_env=False,
                follow_redirects=False,
                timeout=None,
                headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip, deflate"},
            ) as client:
                request = client.build_request(method, url, headers=dict(headers), **body)  # type: ignore[arg-type]  # the names are send's own
                answer = client.send(request, stream=True)
                try:
                    content = _bounded(answer, limit_bytes)
                finally:
                    answer.close()
        except WireError as error:
            raise ConnectorError(self._remedy(course, repeatable=repeatable), error.code) from None
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError):
            raise ConnectorError(Remedy.REWRITE, "address_invalid") from None
        except (httpx2.LocalProtocolError, httpcore2.LocalProtocolError):
            # h11 refuses to send it: a line break in a header, which is a token pasted wrongly.
            raise ConnectorError(Remedy.RECONNECT, "request_invalid") from None
        except (httpx2.HTTPError, httpcore2.ProtocolError, httpcore2.NetworkError, httpcore2.TimeoutException):
            raise ConnectorError(self._remedy(course, repeatable=repeatable), "broken_answer") from None
        return Fetched(
            status=answer.status_code,
            headers=answer.headers,
            body=content,
            url=url,
            unreadable=self._remedy(course, repeatable=repeatable),
        )

    @staticmethod
    def _remedy(course: Course, *, repeatable: bool) -> Remedy:
        return Remedy.CHECK if course.sent and not repeatable else Remedy.WAIT


def check_address(url: str) -> None:
    """Raises ConnectorError (`address_invalid`) unless it is http or https, has a host and carries no password."""
    try:
        parts = urlsplit(url)
        good = parts.scheme.lower() in ("http", "https") and names_host(parts.hostname) and parts.port != 0
        good = (
            good and "@" not in parts.netloc and len(url) <= ADDRESS_LENGTH and not re.search(r"[\s\x00-\x1f\x7f]", url)
        )
    except ValueError:
        good = False
    if not good:
        raise ConnectorError(Remedy.REWRITE, "address_invalid")


def sentence(body: bytes) -> str:
    """The platform's own sentence in an error's body: the usual JSON fields, else nothing (a page of HTML is no sentence)."""
    try:
        found: object = jsonlib.loads(body[:100_000])
    except (ValueError, RecursionError):
        return ""
    for _ in range(3):
        if isinstance(found, str):
            return " ".join(found.split())[:300]
        if not isinstance(found, dict):
            return ""
        found = next(
            (found[name] for name in ("error_description", "message", "error", "detail", "title") if found.get(name)),
            "",
        )
    return ""


@cache
def _tls() -> ssl.SSLContext:
    """Whom we trust: read once for a process, since the list is long."""
    return httpx2.create_ssl_context(trust_env=False)


class _Transport(httpx2.BaseTransport):
    """httpx over a connection pool of our own making, for one call."""

    def __init__(self, course: Course, tls: ssl.SSLContext, *, allow_private: bool) -> None:
        backend = CheckedBackend(course, allow_private=allow_private)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls, network_backend=backend, retries=0, max_keepalive_connections=0
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        assert isinstance(request.stream, httpx2.SyncByteStream)
        answer = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        assert isinstance(answer.stream, Iterable)
        return httpx2.Response(status_code=answer.status, headers=answer.headers, stream=_Body(answer.stream))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces

    def close(self) -> None:
        if hasattr(self._pieces, "close"):
            self._pieces.close()


def _bounded(answer: httpx2.Response, limit_bytes: int) -> bytes:
    told = answer.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and len(told) < 19 and int(told) > limit_bytes:
        raise WireError("too_large")
    pieces, size = [], 0
    for piece in answer.iter_bytes():
        size += len(piece)
        if size > limit_bytes:
            raise WireError("too_large")
        pieces.append(piece)
    return b"".join(pieces)


def _joined(here: str, target: str) -> str:
    try:
        return urljoin(here, target.strip()).partition("#")[0]
    except ValueError:
        raise ConnectorError(Remedy.REWRITE, "address_invalid") from None


def _secrets(headers: Mapping[str, str], *bodies: object) -> list[str]:
    """Everything in a request that an answer might echo and nobody should read."""
    found = [value.removeprefix("Bearer ") for name, value in headers.items() if _SECRET_NAME.search(name)]
    for body in bodies:
        if isinstance(body, Mapping):
            found += [str(value) for name, value in body.items() if _SECRET_NAME.search(str(name))]
    return [value for value in found if len(value) >= 4]


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return text
