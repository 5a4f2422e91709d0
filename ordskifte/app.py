"""Puts the parts together: the app that serves the pages, made from settings. `application` is what gunicorn imports.

Knows the constructors. Knows no rule.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask

from ordskifte.readiness import ready
from scheduler.clock import Clock
from scheduler.errors import SettingError
from scheduler.services.gate import Gate
from scheduler.settings import Settings, read
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


def application() -> Flask:
    """The app from the environment, for a WSGI server of the operator's choice: gunicorn "ordskifte.app:application()"."""
    settings = read()
    db = Database(settings.database_url, process=Process.WEB)
    ready(settings, db, needs_secret=True)
    clock = Clock(offset_file=settings.test_clock, source=db.time_source())
    return make_app(settings, db=db, clock=clock, gate=Gate.of(settings, clock))
