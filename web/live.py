"""Parts of pages that keep themselves up to date: asked again every few seconds, they answer only what has changed.

A part must not change by itself: times are told to the minute, and no nonce and no token stands in it. Its buttons belong to forms
that stand outside of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from flask import make_response, request


def answer(part: str, whole: Callable[[str], Any]) -> Any:
    """The part, where it is asked for again (304: it has not changed); else the page around it, which is given the part's tag."""
    tag = hashlib.sha256(part.encode()).hexdigest()[:24]
    if not request.headers.get("HX-Request"):
        return whole(tag)
    told = make_response("", 304) if request.headers.get("HX-PTag") == tag else make_response(part)
    told.headers["HX-PTag"] = tag
    return told
