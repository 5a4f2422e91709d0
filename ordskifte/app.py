"""Puts the parts together: the app that serves the pages, made from settings. `application` is what gunicorn imports.

Knows the constructors. Knows no rule.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask

from scheduler.clock import Clock
from scheduler.errors import SettingError
from scheduler.queries import health
from scheduler.services.gate import Gate
from scheduler.settings import NO_SECRET, Settings, read
from scheduler.store.database import Database, Process
from web import assets
from web.app import create_app


def make_app(
    settings: Settings, *, db: Database, clock: Clock, gate: Gate, more_pages: Sequence[Blueprint] = ()
) -> Flask:
    """The app. Raises SettingError where the browser's files are missing."""
    missing = assets.missing()
    if missing:
        raise SettingError(f"The browser's files are not in place ({missing}). Run: ordskifte assets")
    return create_app(settings, db=db, clock=clock, gate=gate, more_pages=more_pages)


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


def application() -> Flask:
    """The app from the environment, for a WSGI server of the operator's choice: gunicorn "ordskifte.app:application()"."""
    settings = read()
    db = Database(settings.database_url, process=Process.WEB)
    ready(settings, db, needs_secret=True)
    clock = Clock(offset_file=settings.test_clock, source=db.time_source())
    return make_app(settings, db=db, clock=clock, gate=Gate.of(settings, clock))
