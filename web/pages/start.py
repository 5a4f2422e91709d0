"""The installation's own front page: leads to the one municipality, or lists those there are."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.queries import municipalities
from web.doors import Open, page
from web.house import house

pages = Blueprint("start", __name__)


@page(pages, "/", may=Open.ANYBODY)
def index() -> Any:
    """To the municipality whose host name this is, or the only one, or a list."""
    host = request.host.partition(":")[0].lower()
    with house().db.across() as session:
        own = municipalities.by_host(session, host)
        every = (own,) if own else municipalities.every(session)
    if len(every) == 1:
        return redirect(url_for("signin.index", slug=every[0].slug), 303)
    return render_template("pages/start.html", municipalities=every)


@page(pages, "/robots.txt", may=Open.ANYBODY)
def robots() -> Any:
    """No search engine has anything to find here."""
    return "User-agent: *\nDisallow: /\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
