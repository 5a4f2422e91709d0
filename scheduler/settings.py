"""The settings: read once from the environment; a bad one stops the start with a sentence that names it.

Knows names, defaults and shapes. Every setting stands in docs/operations.md and .env.example (a test compares).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from email import headerregistry
from email.errors import HeaderParseError
from email.utils import parseaddr
from enum import Enum
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scheduler.errors import SettingError

_MAKE_ONE = "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
NO_SECRET = f"ORDSKIFTE_SECRET_KEY is not set; {_MAKE_ONE}"

#: Characters of the domain that mail comes from: it stands in every letter's mark too.
LONGEST_DOMAIN = 120
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


class Secret:
    """A value that does not print."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __bool__(self) -> bool:
        return bool(self._value)


class MailKind(Enum):
    """How mail leaves: encrypted where the server offers it, encrypted from the first byte, or only into the practice network."""

    SMTP = "smtp"
    SMTPS = "smtps"
    PRACTICE = "practice"


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mail is handed in. `port` and the rest say nothing where it is the practice network's. Prints without the password."""

    kind: MailKind
    host: str = ""
    port: int = 0
    user: str = ""
    password: Secret = field(default_factory=lambda: Secret(""))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the operator decides. Durations in seconds, sizes in bytes; see docs/operations.md."""

    database_url: str = "sqlite:///ordskifte.db"
    secret_key: Secret = field(default_factory=lambda: Secret(""))
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    practice_file: Path = Path("practice.db")
    mail_server: MailServer | None = None
    mail_sender: str = ""
    allow_private_addresses: bool = False
    test_clock: Path | None = None
    log_level: str = "INFO"
    log_json: bool = False
    sender_threads: int = 4
    trusted_proxies: int = 0

    @property
    def over_https(self) -> bool:
        """Whether people reach us by HTTPS, which decides the cookie's name and flags."""
        return self.public_url.startswith("https://")

    @property
    def mail_domain(self) -> str:
        """The sender's domain as mail servers write it; empty where no sender is set, or it names a number in place of a domain."""
        domain = parseaddr(self.mail_sender)[1].rpartition("@")[2]
        return "" if domain.startswith("[") else _as_mail_servers_write(domain)

    @property
    def mail(self) -> str:
        """Where mail goes, in a word that tells no address: off, on, or practice (into the practice network's box)."""
        if self.mail_server is None:
            return "off"
        return "practice" if self.mail_server.kind is MailKind.PRACTICE else "on"


def _something(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _flag(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError("must be 1 or 0")


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise ValueError("must be a whole number") from None
        if not low <= number <= high:
            raise ValueError(f"must be from {low} to {high}")
        return number

    return read


def _database(text: str) -> str:
    if text.startswith("sqlite:///"):
        if text.removeprefix("sqlite:///").partition("?")[0] in {"", ":memory:"}:
            raise ValueError("must name a file: sqlite:///FILE, or sqlite:////FOLDER/FILE")
        return text
    for plain in ("postgresql://", "postgres://", "postgresql+psycopg://"):
        if text.startswith(plain):
            return "postgresql+psycopg://" + _server(text.removeprefix(plain))
    raise ValueError("must begin with sqlite:/// or postgresql://")


def _server(place: str) -> str:
    """The rest of PostgreSQL's address, where it can be taken apart. What it holds is never told: there is a password in it."""
    try:
        parts = urlsplit("//" + place)
        fine = parts.port != 0 and bool(parts.path.strip("/"))
    except ValueError:
        fine = False
    if not fine:
        raise ValueError(
            "must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE; signs in the password are written as %40 and the like"
        )
    return place


def _address(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError("must be an address that begins with https:// (or http:// on this machine)")
    return text.rstrip("/")


_MAIL_PORTS = {MailKind.SMTP: 25, MailKind.SMTPS: 465}
#: Where mail is handed in by those who have a name and a password.
_MAIL_SUBMISSION = 587
_MAIL_SERVER = "must be smtp://USER:PASSWORD@HOST:PORT, smtps://... or practice: (signs in the password are written as %40 and the like)"


def _mail_server(text: str) -> MailServer | None:
    """The mail server. What the text holds is never told: there may be a password in it."""
    if not text:
        return None
    if text == "practice:":
        return MailServer(kind=MailKind.PRACTICE)
    try:
        found = _mail_place(text)
    except ValueError:
        raise ValueError(_MAIL_SERVER) from None
    return found


def _mail_place(text: str) -> MailServer:
    parts = urlsplit(text)
    kind, host, port = MailKind(parts.scheme.lower()), parts.hostname or "", parts.port
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    fine = kind in _MAIL_PORTS and bool(host) and port != 0 and bool(user) == bool(password)
    fine = fine and parts.path in {"", "/"} and not parts.query and not parts.fragment
    if not fine or not (user + password + host).isprintable():
        raise ValueError
    usual = _MAIL_SUBMISSION if password and kind is MailKind.SMTP else _MAIL_PORTS[kind]
    return MailServer(kind=kind, host=host, port=port or usual, user=user, password=Secret(password))


def _mail_sender(text: str) -> str:
    if text:
        try:
            address = headerregistry.Address(addr_spec=parseaddr(text)[1])
            fine = bool(address.username) and "." in address.domain and text.isprintable()
            fine = fine and len(_as_mail_servers_write(address.domain)) <= LONGEST_DOMAIN
        except (ValueError, IndexError, HeaderParseError):
            fine = False
        if not fine:
            raise ValueError("must be an e-mail address: name@example.no, or Fjordvik kommune <name@example.no>")
    return text.strip()


def _as_mail_servers_write(domain: str) -> str:
    """bærum.example becomes xn--brum-voa.example. Raises ValueError where it is no domain."""
    return domain.encode("idna").decode("ascii")


def _level(text: str) -> str:
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return text.upper()


def _secret(text: str) -> Secret:
    if text and len(text) < 32:
        raise ValueError(f"must be at least 32 characters; {_MAKE_ONE}")
    return Secret(text)


_READERS: dict[str, Callable[[str], object]] = {
    "database_url": _database,
    "secret_key": _secret,
    "host": _something,
    "port": _whole(0, 65535),
    "public_url": _address,
    "practice_file": lambda text: Path(_something(text)),
    "mail_server": _mail_server,
    "mail_sender": _mail_sender,
    "allow_private_addresses": _flag,
    "test_clock": lambda text: Path(text) if text else None,
    "log_level": _level,
    "log_json": _flag,
    "sender_threads": _whole(1, 64),
    "trusted_proxies": _whole(0, 5),
}


def names() -> tuple[str, ...]:
    """Every setting's environment variable."""
    return tuple("ORDSKIFTE_" + entry.name.upper() for entry in fields(Settings))


def read(environ: Mapping[str, str] = os.environ, **given: str | None) -> Settings:
    """Settings from `ORDSKIFTE_*` and `ORDSKIFTE_*_FILE`; `given` (from the command line) wins. Raises SettingError."""
    found: dict[str, object] = {}
    for name, reader in _READERS.items():
        variable = "ORDSKIFTE_" + name.upper()
        text = given.get(name)
        if text is None:
            text = _from_environment(variable, environ)
        if text is None:
            continue
        try:
            found[name] = reader(text)
        except ValueError as wrong:
            raise SettingError(f"{variable} {wrong}.") from None
    unknown = sorted(set(environ) & {v for v in environ if v.startswith("ORDSKIFTE_")} - _known())
    if unknown:
        raise SettingError(f"{unknown[0]} is not a setting; docs/operations.md lists them all.")
    settings = Settings(**found)  # type: ignore[arg-type]  # each reader gives its field's own type
    sends = settings.mail_server is not None and settings.mail_server.kind is not MailKind.PRACTICE
    if sends and not settings.mail_sender:
        raise SettingError("ORDSKIFTE_MAIL_SENDER is not set; mail needs an address to come from.")
    return settings


def _from_environment(variable: str, environ: Mapping[str, str]) -> str | None:
    direct, path = environ.get(variable), environ.get(variable + "_FILE")
    if direct is not None and path is not None:
        raise SettingError(f"{variable} and {variable}_FILE are both set; keep one.")
    if path is None:
        return direct
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise SettingError(f"{variable}_FILE cannot be read: {getattr(wrong, 'strerror', None) or wrong}.") from None


def _known() -> set[str]:
    ours = set(names())
    return ours | {name + "_FILE" for name in ours} | {"ORDSKIFTE_CHROMIUM", "ORDSKIFTE_TEST_POSTGRES"}
