"""Whether a process may start: its secret is there, and the database answers with the schema that the code expects.

Knows no web framework: the worker starts without one.
"""

from __future__ import annotations

from scheduler.clock import Clock
from scheduler.errors import SettingError
from scheduler.queries import health
from scheduler.settings import NO_SECRET, Settings
from scheduler.store.database import Database


def ready(settings: Settings, db: Database, *, needs_secret: bool) -> None:
    """Stop the start, with a sentence, where the secret or the schema is not as it should be. Raises SettingError."""
    if needs_secret and not settings.secret_key:
        raise SettingError(NO_SECRET)
    found = health.installation(db, now=Clock()())
    if not found.database_answers:
        raise SettingError("The database does not answer. Check ORDSKIFTE_DATABASE_URL and that it runs.")
    if found.schema != found.expected:
        raise SettingError(
            f"The database's schema is {found.schema or 'missing'}, not {found.expected}. Run: ordskifte upgrade"
        )
