"""The pictures of posts, for those who have signed in. A picture never changes under its address, and can do nothing but be seen."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, request

from scheduler.domain.access import Deed
from scheduler.queries import media
from web import session
from web.doors import page

pages = Blueprint("media", __name__, url_prefix="/media")

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


@page(pages, "/<int(max=2147483647):media_id>", may=Deed.READ)
def show(media_id: int) -> Any:
    """The picture itself; with `download` in the address, to be saved."""
    found = media.picture(session.reading(), session.actor(), media_id)
    known = found.content_type in _ENDINGS
    answer = make_response(found.content)
    answer.headers["Content-Type"] = found.content_type if known else "application/octet-stream"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    answer.set_etag(found.sha256)
    if "download" in request.args or not known:
        name = f"{media_id}.{_ENDINGS.get(found.content_type, 'bin')}"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer.make_conditional(request)
