"""About these pages: the statement on accessibility."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from web.doors import Open, page

pages = Blueprint("about", __name__, url_prefix="/about")


@page(pages, "/accessibility", may=Open.ANYBODY)
def accessibility() -> Any:
    """What was tested, what is not as it should be, and whom to tell."""
    return render_template("pages/accessibility.html")
