"""A real SMTP server on loopback for tests, aiosmtpd, that refuses, hangs and breaks off when told to.

Knows the protocol's side of a mail server and remembers what it took. Its certificate is made for the test and vouched for by itself.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scheduler.clock import Clock

USER, PASSWORD = "ordskifte", "hemmelig passord æøå"


@dataclass(kw_only=True)
class Manners:
    """What the server does. `refuses`: its answer at a step (mail, rcpt, data: at the letter's end); `hangs` and `cuts`: at which step;
    `taken`: letters it has, each with its envelope's sender and recipients; `lines`: how each client presented itself."""

    refuses: dict[str, str] = field(default_factory=dict)
    hangs: str = ""
    cuts: str = ""
    taken: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where it listens, what it is told to do, and the file that vouches for it."""

    port: int
    manners: Manners
    trusted: str


class _Handler:
    def __init__(self, manners: Manners) -> None:
        self._manners = manners

    async def _step(self, server: SMTP, step: str) -> str | None:
        if self._manners.hangs == step:
            await asyncio.Event().wait()
        if self._manners.cuts == step:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            await asyncio.Event().wait()
        return self._manners.refuses.get(step)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self._manners.names.append(hostname)
        await self._step(server, "ehlo")
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refused = await self._step(server, "mail")
        if refused:
            return refused
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refused = await self._step(server, "rcpt")
        if refused:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """`taken` is written before a cut: the letter is here, only its receipt is lost."""
        refused = self._manners.refuses.get("data")
        if refused:
            return refused
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        self._manners.taken.append((str(envelope.mail_from), list(envelope.rcpt_tos), message))
        self._manners.encrypted.append(session.ssl is not None)
        await self._step(server, "data")
        return "250 OK"


def _logs_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, told: LoginPassword) -> AuthResult:
    return AuthResult(success=told.login == USER.encode() and told.password == PASSWORD.encode(), handled=False)


@contextmanager
def mail_server(
    folder: Path, *, starttls: bool = False, encrypted: bool = False, needs_login: bool = False
) -> Iterator[MailServer]:
    """A server in a thread of its own. `encrypted`: from the first byte, else (with `starttls`) when it is asked to."""
    trusted, context = _certificate(folder)
    manners = Manners()
    handler = _Handler(manners)

    def protocol() -> SMTP:
        return SMTP(
            handler,
            hostname="mail.fjordvik.example",
            tls_context=context if starttls else None,
            require_starttls=False,
            authenticator=_logs_in,
            auth_require_tls=not encrypted,
            auth_required=needs_login and not encrypted,  # aiosmtpd counts STARTTLS alone as safe
            loop=loop,
        )

    loop = asyncio.new_event_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()  # before anything runs in it: a test's own thread may have a loop already, the browser's
    beginning = loop.create_server(protocol, sock=listener, ssl=context if encrypted else None)
    server = asyncio.run_coroutine_threadsafe(beginning, loop).result(10)
    try:
        yield MailServer(port=listener.getsockname()[1], manners=manners, trusted=trusted)
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _certificate(folder: Path) -> tuple[str, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = Clock()()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, private = folder / "mail.pem", folder / "mail.key"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return str(trusted), context
