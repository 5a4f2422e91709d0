"""Mail over a real SMTP server: what a letter looks like, what is never sent unsafely, and what each refusal and silence means."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import ConnectorError, Letter, Remedy
from connectors.mail import Mail, MailHost
from tests.connectors.mail_server import PASSWORD, USER, MailServer, mail_server

NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
SENDER = "Fjordvik kommune <ordskifte@fjordvik.example>"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path) as running:
        yield running


def mail(server: MailServer, *, login: bool = False, encrypted: bool = False, seconds: float = 5) -> Mail:
    host = MailHost(
        host="127.0.0.1",
        port=server.port,
        encrypted=encrypted,
        user=USER if login else "",
        password=PASSWORD if login else "",
    )
    return Mail(host, sender=SENDER, now=lambda: NOW, deadline=timedelta(seconds=seconds), trusted=server.trusted)


def a_letter(
    *, to: str = "kari@fjordvik.example", subject: str = "Tre ventar på svar", text: str = "Hei, Kari!\n"
) -> Letter:
    return Letter(to=to, subject=subject, text=text, message_id="delivery-4711@fjordvik.example")


def error_of(carrier: Mail, letter: Letter | None = None) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        carrier.send(letter or a_letter())
    return raised.value


# --- the letter ---


def test_a_letter_comes_as_it_was_written(server: MailServer) -> None:
    text = "Hei, Kari!\n\nDu har éin førespurnad: «Når opnar badet?» 🏊\n.\n.. og ei linje til " + "å" * 2_000 + "\n"
    mail(server).send(a_letter(subject="Påminning: éin ventar på svar 🏊", text=text))
    ((sender, to, message),) = server.manners.taken
    assert (sender, to) == ("ordskifte@fjordvik.example", ["kari@fjordvik.example"])
    assert message["From"] == SENDER
    assert message["To"] == "kari@fjordvik.example"
    assert message["Subject"] == "Påminning: éin ventar på svar 🏊"
    assert message.get_content().replace("\r\n", "\n") == text


def test_a_letter_says_when_it_was_written_and_that_a_machine_wrote_it(server: MailServer) -> None:
    mail(server).send(a_letter())
    ((_, _, message),) = server.manners.taken
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == "<delivery-4711@fjordvik.example>"
    assert message["Auto-Submitted"] == "auto-generated"


def test_every_try_of_a_letter_carries_the_same_mark(server: MailServer) -> None:
    for _ in range(2):
        mail(server).send(a_letter())
    assert len({message["Message-ID"] for _, _, message in server.manners.taken}) == 1


def test_a_long_mark_is_not_broken_over_lines(server: MailServer) -> None:
    mark = "d" * 60 + "." + "e" * 50 + "@" + "f" * 60 + ".example"
    mail(server).send(Letter(to="kari@fjordvik.example", subject="s", text="t", message_id=mark))
    ((_, _, message),) = server.manners.taken
    assert message["Message-ID"] == f"<{mark}>"


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x00"])
def test_no_line_of_a_subject_becomes_a_header(server: MailServer, sign: str) -> None:
    mail(server).send(a_letter(subject=f"Hei{sign}Bcc: anna@fjordvik.example{sign}{sign}Ny tekst"))
    ((_, to, message),) = server.manners.taken
    assert to == ["kari@fjordvik.example"]
    assert message["Bcc"] is None
    assert message.get_content().strip() == "Hei, Kari!"


@pytest.mark.parametrize(
    "to",
    [
        "",
        "kari",
        "kari@",
        "kari@fjordvik.example\r\nBcc: anna@fjordvik.example",
        "kari@fjordvik.example, anna@fjordvik.example",
        "kari@fjordvik.example>\r\nRCPT TO:<anna@fjordvik.example",
        "Kari <kari@fjordvik.example>",
        "kari@" + "é" * 300,
        "kåre@fjordvik.example",
    ],
)
def test_what_is_no_single_address_is_written_to_by_nobody(server: MailServer, to: str) -> None:
    error = error_of(mail(server), a_letter(to=to))
    assert (error.remedy, error.code) == (Remedy.REWRITE, "mail_address_invalid")
    assert server.manners.names == []


def test_a_mark_that_is_none_is_sent_by_nobody(server: MailServer) -> None:
    for mark in ("", "x", "a@b\r\nBcc: c@d.example", "a b@c", "<a@b>"):
        error = error_of(mail(server), Letter(to="kari@fjordvik.example", subject="s", text="t", message_id=mark))
        assert error.remedy is Remedy.REWRITE
    assert server.manners.taken == []


def test_a_domain_with_norwegian_letters_is_written_as_mail_servers_do(server: MailServer) -> None:
    mail(server).send(a_letter(to="kari@bærum.example"))
    ((_, to, _),) = server.manners.taken
    assert to == ["kari@xn--brum-voa.example"]


def test_we_present_ourselves_by_our_address_and_look_no_name_up(server: MailServer) -> None:
    mail(server).send(a_letter())
    assert server.manners.names == ["[127.0.0.1]"]


_CARRIER = Mail(MailHost(host="127.0.0.1", port=1), sender=SENDER, now=lambda: NOW)


@given(st.text(max_size=80), st.text(max_size=400))
def test_whatever_is_written_there_is_one_letter_to_one_person(subject: str, text: str) -> None:
    message = _CARRIER._message(a_letter(subject=subject, text=text))
    head, _, _ = message.as_bytes().partition(b"\r\n\r\n")
    names = re.findall(rb"^([A-Za-z-]+):", head, re.MULTILINE)
    assert sorted(names) == sorted(
        b"Auto-Submitted Content-Transfer-Encoding Content-Type Date From Message-ID MIME-Version Subject To"
        b" X-Auto-Response-Suppress".split()
    )


# --- encryption and logging in ---


def test_a_letter_is_encrypted_where_the_server_offers_it(tmp_path: Path) -> None:
    with mail_server(tmp_path, starttls=True) as server:
        mail(server).send(a_letter())
        assert server.manners.encrypted == [True]


def test_a_letter_is_encrypted_from_the_first_byte_where_the_setting_says_so(tmp_path: Path) -> None:
    with mail_server(tmp_path, encrypted=True, needs_login=True) as server:
        mail(server, encrypted=True, login=True).send(a_letter())
        assert len(server.manners.taken) == 1


def test_we_log_in_once_the_line_is_encrypted(tmp_path: Path) -> None:
    with mail_server(tmp_path, starttls=True, needs_login=True) as server:
        mail(server, login=True).send(a_letter())
        assert server.manners.encrypted == [True]


def test_a_password_is_never_said_on_an_open_line(server: MailServer) -> None:
    error = error_of(mail(server, login=True))
    assert (error.remedy, error.code) == (Remedy.WAIT, "mail_not_safe")


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_password_is_never_said_to_a_server_that_nobody_vouches_for(tmp_path: Path, encrypted: bool) -> None:
    with mail_server(tmp_path, starttls=not encrypted, encrypted=encrypted, needs_login=True) as server:
        host = MailHost(host="127.0.0.1", port=server.port, encrypted=encrypted, user=USER, password=PASSWORD)
        error = error_of(Mail(host, sender=SENDER, now=lambda: NOW, deadline=timedelta(seconds=5)))
        assert (error.remedy, error.code) == (Remedy.WAIT, "tls_failed")
        assert server.manners.taken == []


def test_without_a_password_a_line_that_nobody_vouches_for_is_better_than_an_open_one(tmp_path: Path) -> None:
    with mail_server(tmp_path, starttls=True) as server:
        host = MailHost(host="127.0.0.1", port=server.port)
        Mail(host, sender=SENDER, now=lambda: NOW, deadline=timedelta(seconds=5)).send(a_letter())
        assert server.manners.encrypted == [True]


@pytest.mark.parametrize("password", ["feil passord", "feil passørd"])
def test_a_login_that_is_refused_waits_and_tells_no_password(tmp_path: Path, password: str) -> None:
    with mail_server(tmp_path, starttls=True, needs_login=True) as server:
        host = MailHost(host="127.0.0.1", port=server.port, user=USER, password=password)
        error = error_of(Mail(host, sender=SENDER, now=lambda: NOW, trusted=server.trusted))
        assert (error.remedy, error.code, error.status) == (Remedy.WAIT, "mail_login_refused", 535)
        assert password not in f"{error} {error!r} {error.detail} {host}"


def test_a_server_that_asks_for_a_login_we_do_not_have_is_told_of(tmp_path: Path) -> None:
    with mail_server(tmp_path, starttls=True, needs_login=True) as server:
        error = error_of(mail(server))
        assert (error.remedy, error.code, error.status) == (Remedy.WAIT, "mail_login_refused", 530)


# --- refusals ---


@pytest.mark.parametrize(
    ("step", "said", "remedy", "code"),
    [
        ("rcpt", "550 5.1.1 No such person here", Remedy.REWRITE, "mail_refused"),
        ("rcpt", "553 5.1.3 Not an address", Remedy.REWRITE, "mail_refused"),
        ("rcpt", "452 4.2.2 The box is full", Remedy.WAIT, "mail_busy"),
        ("rcpt", "450 4.7.1 Greylisted, come back later", Remedy.WAIT, "mail_busy"),
        ("rcpt", "421 4.3.2 Closing", Remedy.WAIT, "mail_busy"),
        ("data", "554 5.7.1 This looks like spam", Remedy.REWRITE, "mail_refused"),
        ("data", "451 4.3.0 Something is wrong here", Remedy.WAIT, "mail_busy"),
        ("mail", "550 5.7.1 You may not send as this", Remedy.WAIT, "mail_sender_refused"),
        ("mail", "552 5.3.4 Too large", Remedy.REWRITE, "mail_refused"),
        ("mail", "451 4.3.0 Come back later", Remedy.WAIT, "mail_busy"),
        ("mail", "421 4.3.2 Closing", Remedy.WAIT, "mail_busy"),
    ],
)
def test_a_refusal_says_what_to_do_next(server: MailServer, step: str, said: str, remedy: Remedy, code: str) -> None:
    server.manners.refuses[step] = said
    error = error_of(mail(server))
    assert (error.remedy, error.code, error.status) == (remedy, code, int(said[:3]))
    assert error.detail == said[4:]
    assert server.manners.taken == []


def test_a_letter_whose_receipt_was_lost_waits_and_may_be_handed_in_again(server: MailServer) -> None:
    server.manners.cuts = "data"
    error = error_of(mail(server))
    assert (error.remedy, error.code) == (Remedy.WAIT, "broken_off")
    assert len(server.manners.taken) == 1


@pytest.mark.parametrize("step", ["ehlo", "mail", "rcpt"])
def test_a_line_that_is_broken_off_waits(server: MailServer, step: str) -> None:
    server.manners.cuts = step
    assert error_of(mail(server)).code == "broken_off"


@pytest.mark.parametrize("step", ["ehlo", "rcpt", "data"])
def test_a_server_that_falls_silent_is_given_up_in_time(server: MailServer, step: str) -> None:
    server.manners.hangs = step
    error = error_of(mail(server, seconds=0.3))
    assert (error.remedy, error.code) == (Remedy.WAIT, "timed_out")


@contextmanager
def _other(*, says: bytes = b"", drips: bool = False) -> Iterator[int]:
    """Something that listens and is no mail server. `drips`: a byte at a time, without end."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            with client:
                client.sendall(says)
                while drips and not over.wait(0.05):
                    try:
                        client.sendall(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join(10)


def _to(port: int, *, seconds: float = 5, encrypted: bool = False, host: str = "127.0.0.1") -> Mail:
    return Mail(
        MailHost(host=host, port=port, encrypted=encrypted),
        sender=SENDER,
        now=lambda: NOW,
        deadline=timedelta(seconds=seconds),
    )


def test_a_server_that_drips_gains_no_time() -> None:
    with _other(drips=True) as port:
        assert error_of(_to(port, seconds=0.4)).code == "timed_out"


def test_a_handshake_that_never_ends_gains_no_time() -> None:
    with _other(drips=False) as port, socket.create_server(("127.0.0.1", 0)) as silent:
        socket.create_connection(("127.0.0.1", port)).close()
        assert error_of(_to(silent.getsockname()[1], seconds=0.3, encrypted=True)).code == "timed_out"


@pytest.mark.parametrize(
    ("says", "code"),
    [
        (b"554 5.7.1 Not you\r\n", "mail_sender_refused"),
        (b"421 4.3.2 Not now\r\n", "mail_busy"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "broken_answer"),
        (b"", "broken_off"),
        (b"2" * 20_000 + b"\r\n", "mail_sender_refused"),
    ],
)
def test_what_does_not_greet_as_a_mail_server_does_waits(says: bytes, code: str) -> None:
    with _other(says=says) as port:
        error = error_of(_to(port))
        assert error.remedy is Remedy.WAIT
        assert error.code == code


def test_a_server_that_cannot_be_reached_waits() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert (error_of(_to(port)).remedy, error_of(_to(port)).code) == (Remedy.WAIT, "unreachable")


def test_a_name_that_leads_nowhere_waits() -> None:
    assert error_of(_to(25, host="mail.fjordvik.invalid")).code == "unreachable"
