"""How the installation fares: as JSON for machines, and as a page for the people of a municipality."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, render_template

from scheduler.domain.access import Deed
from scheduler.queries import health
from web import session
from web.doors import Open, page
from web.house import house

machine = Blueprint("machine", __name__)
pages = Blueprint("health", __name__, url_prefix="/status")


@page(machine, "/health", may=Open.ANYBODY)
def told() -> Any:
    """For machines: 200 where pages can be served, 503 where the database or its schema stands in the way."""
    found = health.installation(house().db, now=session.now())
    serves = found.database_answers and found.schema == found.expected
    return jsonify(health.summary(found)), 200 if serves else 503


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """For people: the workers, and the channels that somebody must look at."""
    return render_template(
        "pages/health.html",
        found=health.installation(house().db, now=session.now()),
        channels=health.channels(session.reading()),
    )
