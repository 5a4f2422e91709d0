"""The app that serves the pages: `create_app` puts the parts together; the pages are blueprints in the table of web/pages.

Knows Flask. Knows no rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Flask, request

from scheduler.clock import Clock
from scheduler.services.gate import Gate
from scheduler.settings import Settings
from scheduler.store.database import Database
from web import errors, filters, languages, security, session, statics, templating
from web.house import KEY, House
from web.ids import RowId
from web.pages import IN_A_MUNICIPALITY, OF_THE_INSTALLATION


def create_app(
    settings: Settings, *, db: Database, clock: Clock, gate: Gate, more_pages: Sequence[Blueprint] = ()
) -> Flask:
    """The app. `gate`: what services go out with. `more_pages`: blueprints under /<slug>/ that only this process has (the demo's)."""
    app = Flask("web", root_path=str(statics.STATIC.parent), static_folder=None, template_folder="templates")
    app.extensions[KEY] = House(settings=settings, db=db, clock=clock, gate=gate)
    app.url_map.strict_slashes = False
    app.url_map.converters["int"] = RowId
    app.url_value_preprocessor(_enter_municipality)
    app.url_defaults(_stay_in_municipality)
    security.protect(app, settings)
    session.login.init_app(app, add_context_processor=False)
    app.teardown_request(session.stop_reading)
    languages.set_up(app)
    filters.set_up(app)
    templating.set_up(app)
    statics.set_up(app)
    errors.set_up(app)
    for pages in OF_THE_INSTALLATION:
        app.register_blueprint(pages)
    for pages in (*IN_A_MUNICIPALITY, *more_pages):
        app.register_blueprint(pages, url_prefix=f"/<slug>{pages.url_prefix or ''}")
    return app


def _enter_municipality(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the slug out of every path that has one, so that no view needs to know of it."""
    if values and "slug" in values:
        session.find_municipality(values.pop("slug"))


def _stay_in_municipality(endpoint: str, values: dict[str, Any]) -> None:
    """Put the slug into every address made for a page of a municipality."""
    here = session.municipality_or_none()
    if "slug" not in values and here is not None and _has_slug(endpoint):
        values["slug"] = here.slug


def _has_slug(endpoint: str) -> bool:
    if endpoint.startswith("."):
        endpoint = f"{request.blueprint}{endpoint}"
    blueprint = endpoint.rpartition(".")[0]
    return blueprint not in {pages.name for pages in OF_THE_INSTALLATION} and bool(blueprint)
