"""The database: engines, transactions, and whose rows a transaction may touch.

Knows SQLite and PostgreSQL. A transaction belongs to one municipality: it is kept in the session, set on every new row, and on
PostgreSQL also told to row-level security. Knows no table and no rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import UOWTransaction
from sqlmodel import Session as Session

from scheduler.errors import Busy

_MUNICIPALITY = "municipality_id"


class Process(StrEnum):
    """Who asks, and so which role row-level security sees (PostgreSQL)."""

    OWNER = "owner"  # migrations and the operator's command line
    WEB = "web"
    WORKER = "worker"


class Database:
    """One database, asked by one kind of process. Safe to share between threads; not across a fork."""

    def __init__(self, url: str, *, process: Process = Process.OWNER) -> None:
        self.url, self.process = url, process
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self._writer = _sqlite(url, begin="BEGIN IMMEDIATE", query_only=False)
            self._reader = _sqlite(url, begin="BEGIN", query_only=True)
        else:
            self._writer = self._reader = create_engine(
                url,
                pool_pre_ping=True,
                pool_size=10,
                connect_args={
                    "connect_timeout": 10,
                    "options": "-c statement_timeout=15000 -c idle_in_transaction_session_timeout=60000",
                },
            )

    @contextmanager
    def begin(self, municipality_id: int) -> Iterator[Session]:
        """One transaction that may write rows of one municipality; commits at the end, rolls back on an error. Raises Busy."""
        with self._session(self._writer, municipality_id) as session:
            yield session

    @contextmanager
    def read(self, municipality_id: int) -> Iterator[Session]:
        """One transaction that reads rows of one municipality and cannot write."""
        with self._session(self._reader, municipality_id, read_only=True) as session:
            yield session

    @contextmanager
    def across(self) -> Iterator[Session]:
        """Reads over all municipalities: ids, lanes and times for the worker, municipalities for everybody; no texts."""
        with self._session(self._reader, None, read_only=True) as session:
            yield session

    @contextmanager
    def operate(self) -> Iterator[Session]:
        """One transaction that writes what belongs to no municipality: a municipality itself, a heartbeat."""
        with self._session(self._writer, None) as session:
            yield session

    def time_source(self) -> Callable[[], datetime] | None:
        """The database's clock on PostgreSQL; None on SQLite, where the process clock counts."""
        if self.is_sqlite:
            return None

        def ask() -> datetime:
            try:
                with self._reader.connect() as connection:
                    told: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
                    return told
            except OperationalError as wrong:
                if _is_passing(wrong):
                    raise Busy("the database is busy") from wrong
                raise

        return ask

    def close(self) -> None:
        """Give all connections back."""
        self._writer.dispose()
        self._reader.dispose()

    @contextmanager
    def _session(self, engine: Engine, municipality_id: int | None, *, read_only: bool = False) -> Iterator[Session]:
        try:
            with Session(engine, expire_on_commit=False) as session:
                session.info[_MUNICIPALITY] = municipality_id
                if not self.is_sqlite:
                    self._tell_postgresql(session, municipality_id, read_only=read_only)
                yield session
                if not read_only:
                    session.commit()
        except OperationalError as wrong:
            if _is_passing(wrong):
                raise Busy("the database is busy") from wrong
            raise

    def _tell_postgresql(self, session: Session, municipality_id: int | None, *, read_only: bool) -> None:
        if read_only:
            session.connection().execute(text("SET TRANSACTION READ ONLY"))
        if self.process is not Process.OWNER:
            session.connection().execute(text(f"SET LOCAL ROLE ordskifte_{self.process.value}"))
        told = "" if municipality_id is None else str(municipality_id)
        session.connection().execute(text("SELECT set_config('ordskifte.municipality', :told, true)"), {"told": told})


def municipality_of(session: Session) -> int:
    """The municipality this transaction belongs to; a transaction without one must not touch its rows."""
    municipality_id = session.info.get(_MUNICIPALITY)
    if not isinstance(municipality_id, int):
        raise TypeError("this transaction belongs to no municipality")
    return municipality_id


@event.listens_for(Session, "before_flush")
def _rows_belong_to_the_transaction(session: Session, _flush: UOWTransaction, _objects: Any) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        if hasattr(row, _MUNICIPALITY) and row.municipality_id != municipality_of(session):
            raise RuntimeError("a row of another municipality")


def _sqlite(url: str, *, begin: str, query_only: bool) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 15, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=15000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-65536",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        if query_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def open_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _is_passing(wrong: OperationalError) -> bool:
    """Whether the same change may succeed in a moment: SQLite's lock; PostgreSQL's lost connection, lock or statement time-out."""
    words = str(wrong.orig).lower()
    return "database is locked" in words or "database table is locked" in words or getattr(wrong.orig, "sqlstate", "x") in {
        None, "40001", "40P01", "55P03", "57014", "57P01", "57P03", "08006", "08001",
    }  # fmt: skip
