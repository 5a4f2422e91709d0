"""Which schema this code was written for, and which one the database has.

Knows the newest revision by name (a test compares it with the migrations).
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlmodel import Session

EXPECTED = "0012"


def current(session: Session) -> str | None:
    """The revision the database stands at; None where it has no schema yet."""
    try:
        found: str | None = session.connection().execute(text("SELECT version_num FROM alembic_version")).scalar()
    except (OperationalError, ProgrammingError) as wrong:
        if "no such table" in str(wrong.orig) or isinstance(wrong, ProgrammingError):
            return None
        raise  # it cannot be read at all: that is no answer
    return found
