"""One enquiry: who asks, what was said, by when an answer is due and why, and the form for the answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from scheduler.domain.access import Deed
from web.doors import page
from web.pages.enquiryview import one, shown

pages = Blueprint("enquiry", __name__, url_prefix="/inbox")


@page(pages, "/<int(max=2147483647):enquiry_id>", may=Deed.READ)
def show(enquiry_id: int) -> Any:
    """The enquiry; asked again by htmx, only the talk."""
    return shown(one(enquiry_id))
