"""Who may open which page: every route says it, and nothing opens without.

A route is made with `@page(pages, "/path", may=...)`. `may` is a Deed (somebody who may do it somewhere in the municipality; the
service asks again about the very object), or one of `Open`: anybody, or everybody who has signed in. A house test walks
the app's routes and finds each in `DOORS`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, abort, make_response, redirect, request, url_for

from scheduler.domain.access import Deed, reach
from web import session

View = TypeVar("View", bound=Callable[..., Any])


class Open(StrEnum):
    """Pages that ask for no deed."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed_in"


#: endpoint → who may open it.
DOORS: dict[str, Deed | Open] = {}


def page(
    pages: Blueprint, rule: str, *, may: Deed | Open, methods: tuple[str, ...] = ("GET",)
) -> Callable[[View], View]:
    """Make a view the page at `rule`, for those who may."""

    def make(view: View) -> View:
        DOORS[f"{pages.name}.{view.__name__}"] = may

        @wraps(view)
        def opened(*args: Any, **values: Any) -> Any:
            if may is not Open.ANYBODY:
                if session.signed_in() is None:
                    return ask_to_sign_in()
                if isinstance(may, Deed) and not may_somewhere(may):
                    abort(403)
            return view(*args, **values)

        pages.add_url_rule(rule, view.__name__, opened, methods=list(methods))
        return view

    return make


def may_somewhere(deed: Deed) -> bool:
    """Whether the one who asks may do this anywhere in the municipality: in all of it, or in a unit."""
    known = session.signed_in()
    if known is None:
        return False
    within = reach(known.actor, deed)
    return within.whole or bool(within.units)


def ask_to_sign_in() -> Any:
    """Lead to the sign-in page, and back afterwards where a page was asked for."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    place = url_for("signin.index", next=back)
    if request.headers.get("HX-Request"):
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = url_for("signin.index")
        return answer
    return redirect(place, 303)
