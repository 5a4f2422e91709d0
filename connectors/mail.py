"""Mail, handed to the operator's own server by SMTP.

Decides what a letter looks like on the wire, how long handing it in may take, and what the server's refusals mean. A letter that may
have been taken is handed in again with the same Message-ID: mail programs show it once, and a reminder lost is worse than one doubled.
The server is the operator's setting, so it may stand on an inner network. No password ever stands in an error.
"""

from __future__ import annotations

import base64
import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from connectors.contract import ConnectorError, Letter, Now, Remedy
from connectors.plaintext import one_line, without_controls
from connectors.wire import Course, WireError, resolve

DEADLINE = timedelta(seconds=30)
#: What a server says to one who must log in first, or has not done so well enough.
_LOGIN = frozenset({530, 534, 535, 538})
_MESSAGE_ID = re.compile(r"[\w.+=-]{1,120}@[\w.-]{1,120}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class MailHost:
    """Where letters are handed in. `encrypted`: from the first byte; else where the server offers it, and always before a password."""

    host: str
    port: int
    encrypted: bool = False
    user: str = ""
    password: str = field(default="", repr=False)


class Mail:
    """The operator's mail server. `sender`: the From address, with or without a name. `trusted`: whose certificates count; the system's."""

    def __init__(
        self, server: MailHost, *, sender: str, now: Now, deadline: timedelta = DEADLINE, trusted: str | None = None
    ) -> None:
        self._server, self._now, self._deadline = server, now, deadline
        self._sender_name, self._sender = parseaddr(sender)
        self._tls = _certificates(server, trusted)

    def send(self, letter: Letter) -> None:
        """Hand in one letter, in one connection. Raises ConnectorError: REWRITE where this letter will never be taken, else WAIT."""
        message = self._message(letter)
        with _meanings(self._server.password), self._line() as line:
            self._hand_in(line, message, str(message["To"].addresses[0].addr_spec))

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        try:
            message["From"] = Address(one_line(self._sender_name), addr_spec=_on_the_wire(self._sender))
            message["To"] = Address(addr_spec=_on_the_wire(letter.to))
        except (ValueError, IndexError, HeaderParseError):
            raise ConnectorError(Remedy.REWRITE, "mail_address_invalid") from None
        if not _MESSAGE_ID.fullmatch(letter.message_id):
            raise ConnectorError(Remedy.REWRITE, "mail_address_invalid")
        message["Subject"] = one_line(without_controls(letter.subject))
        message["Date"] = format_datetime(self._now())
        message["Message-ID"] = f"<{letter.message_id}>"
        # Nobody's holiday answer is wanted; the second header is Exchange's word for the first (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(without_controls(letter.text), cte="quoted-printable")
        return message

    @contextmanager
    def _line(self) -> Iterator[_Line]:
        """A connection that is cut off when the time is over, whatever it is waiting for."""
        course = Course(ends=time.monotonic() + self._deadline.total_seconds())
        line = _Line(self._server, course=course, tls=self._tls)
        watch = threading.Timer(self._deadline.total_seconds(), line.cut)
        watch.daemon = True
        watch.start()
        try:
            code, said = line.connect(self._server.host, self._server.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, said)
            yield line
        except (OSError, smtplib.SMTPException):
            if line.was_cut or time.monotonic() >= course.ends:
                raise WireError("timed_out") from None
            raise
        finally:
            watch.cancel()
            line.hang_up()

    def _hand_in(self, line: _Line, message: EmailMessage, to: str) -> None:
        line.ehlo_or_helo_if_needed()
        if not self._server.encrypted and (self._server.password or line.has_extn("starttls")):
            line.starttls(context=self._tls)
            line.ehlo_or_helo_if_needed()
        if self._server.password:
            line.sign_in()
        line.send_message(message, from_addr=_on_the_wire(self._sender), to_addrs=[to])
        with suppress(OSError, smtplib.SMTPException):  # it is taken: how the good-bye goes is all one
            line.quit()


class _Line(smtplib.SMTP):
    """smtplib on a connection of our own making: found within the deadline, and cut at its end."""

    def __init__(self, server: MailHost, *, course: Course, tls: ssl.SSLContext) -> None:
        self._wanted, self._course, self._tls = server, course, tls
        self._other_end: socket.socket | None = None
        self.was_cut = False
        # Given, so that the machine's name is not looked up: that takes no deadline.
        super().__init__(local_hostname="localhost", timeout=course.left())

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """smtplib's own hook, which its SMTP_SSL uses too."""
        self._host = host  # the name that STARTTLS looks for in the certificate
        sock = self._connected(resolve(host, port, course=self._course, allow_private=True))
        # A second handle on the same connection, which stays ours while smtplib wraps its own in TLS.
        self._other_end = sock.dup()
        if self.was_cut:
            self.cut()
        own = sock.getsockname()[0]
        self.local_hostname = f"[IPv6:{own.partition('%')[0]}]" if ":" in own else f"[{own}]"
        return self._tls.wrap_socket(sock, server_hostname=host) if self._wanted.encrypted else sock

    def _connected(self, places: list[tuple[int, tuple[str, int]]]) -> socket.socket:
        late = False
        for number, (family, where) in enumerate(places):
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                sock.settimeout(self._course.left() / (len(places) - number))
                sock.connect(where)
                sock.settimeout(None)  # from here on `cut` keeps the time
                return sock
            except OSError as error:
                late = late or isinstance(error, TimeoutError)
                sock.close()
            except WireError:
                sock.close()
                raise
        raise WireError("timed_out" if late else "unreachable")

    def sign_in(self) -> None:
        """With name and password. smtplib knows ASCII alone; passwords are UTF-8 (RFC 4616)."""
        user, password = self._wanted.user, self._wanted.password
        if user.isascii() and password.isascii():
            self.login(user, password)
            return
        if "PLAIN" not in self.esmtp_features.get("auth", "").upper().split():
            raise smtplib.SMTPNotSupportedError("AUTH PLAIN")
        told = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
        code, said = self.docmd("AUTH", f"PLAIN {told}")
        if code not in (235, 503):  # 503: we are logged in already
            raise smtplib.SMTPAuthenticationError(code, said)

    def cut(self) -> None:
        """End the connection from outside: whoever waits on it wakes up."""
        self.was_cut = True
        if self._other_end is not None:
            with suppress(OSError):
                self._other_end.shutdown(socket.SHUT_RDWR)

    def hang_up(self) -> None:
        """Let go of both handles."""
        self.close()
        if self._other_end is not None:
            self._other_end.close()


def _certificates(server: MailHost, trusted: str | None) -> ssl.SSLContext:
    """Certificates are checked where a password or the setting's own word depends on it. Where the server could as well have offered
    no encryption at all, one that nobody vouches for is better than none (RFC 7435)."""
    context = ssl.create_default_context(cafile=trusted)
    if not server.encrypted and not server.password:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _on_the_wire(address: str) -> str:
    """An address with its domain as mail servers write it: bærum.example becomes xn--brum-voa.example. Before the at, they know ASCII alone."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"


@contextmanager
def _meanings(password: str) -> Iterator[None]:
    """What the server's refusals, and silence, mean for the one who called."""
    try:
        yield
    except smtplib.SMTPServerDisconnected:
        raise ConnectorError(Remedy.WAIT, "broken_off") from None
    except smtplib.SMTPException as error:
        raise _answered(error, password) from None
    except WireError as error:
        raise ConnectorError(Remedy.WAIT, error.code) from None
    except ssl.SSLError:
        raise ConnectorError(Remedy.WAIT, "tls_failed") from None
    except TimeoutError:
        raise ConnectorError(Remedy.WAIT, "timed_out") from None
    except (OSError, ValueError):
        raise ConnectorError(Remedy.WAIT, "broken_off") from None


def _answered(error: smtplib.SMTPException, password: str) -> ConnectorError:
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()))
            return _refusal(code, said, password, of_the_letter=True)
        case smtplib.SMTPAuthenticationError() if error.smtp_code >= 500:
            words = _words(error.smtp_error, password)
            return ConnectorError(Remedy.WAIT, "mail_login_refused", status=error.smtp_code, detail=words)
        case smtplib.SMTPResponseException():
            # 552 to the sender is the letter's size, told early; else it is our own address, which the operator must set right.
            letters_own = isinstance(error, smtplib.SMTPDataError) or error.smtp_code == 552
            return _refusal(error.smtp_code, error.smtp_error, password, of_the_letter=letters_own)
        case _:  # the server offers no encryption, or no way to log in that both know
            return ConnectorError(Remedy.WAIT, "mail_not_safe")


def _refusal(code: int, said: object, password: str, *, of_the_letter: bool) -> ConnectorError:
    """`of_the_letter`: a 5xx here means this very letter, and not the server's or the operator's own affairs."""
    words = _words(said, password)
    if not 400 <= code < 600:  # no mail server says that
        return ConnectorError(Remedy.WAIT, "broken_answer")
    if code in _LOGIN:
        return ConnectorError(Remedy.WAIT, "mail_login_refused", status=code, detail=words)
    if code >= 500 and of_the_letter:
        return ConnectorError(Remedy.REWRITE, "mail_refused", status=code, detail=words)
    return ConnectorError(Remedy.WAIT, "mail_sender_refused" if code >= 500 else "mail_busy", status=code, detail=words)


def _words(said: object, password: str) -> str:
    text = one_line(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said))
    return text.replace(password, "***") if len(password) >= 4 else text
