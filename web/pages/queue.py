"""The queue: what waits for the one who asks, what is scheduled, written, out; and approving straight from the list."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from scheduler.domain.access import Deed
from scheduler.errors import Refused
from scheduler.queries import moved, municipalities, queue
from scheduler.queries.tabs import Tab
from scheduler.services import review
from web import filters, session, wording
from web.doors import page
from web.pages.choosing import Chosen, number

pages = Blueprint("queue", __name__, url_prefix="/queue")


@pages.app_template_global()
def post_address(post_id: int) -> str:
    """Where a post's own page is."""
    if "posts.show" in current_app.view_functions:
        return url_for("posts.show", post_id=post_id)
    return url_for("queue.index", tab=Tab.ALL.value)


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """A page of one tab."""
    return _list()


@page(pages, "/approve", may=Deed.APPROVE, methods=("POST",))
def approve() -> Any:
    """Answer for publications of one post as they stand, all or none of them."""
    asked = [each for text in request.form.getlist("publication") if (each := number(text)) is not None]
    try:
        with session.writing() as writing:
            placed = [
                review.approve(writing, session.actor(), each, now=session.now()) for each in dict.fromkeys(asked)
            ]
    except Refused as refused:
        if wording.is_denial(refused):
            raise
        return _list(wrong=wording.reasons(refused)), 422
    times = [placement.starts_at for placement in placed if placement]
    if times:
        flash(_("Approved. It goes out %(time)s.", time=filters.near_moment(min(times))), "success")
    elif placed:
        flash(_("Approved. No time was free yet: see what stands in the way."), "warning")
    return redirect(url_for(".index", **_kept()), 303)


def _list(*, wrong: tuple[str, ...] = ()) -> Any:
    chosen = Chosen.of(request.values)
    found = queue.page(
        session.reading(),
        session.actor(),
        tab=_tab(),
        search=chosen.search,
        channel_id=chosen.channel_id,
        unit_id=chosen.unit_id,
        after=request.values.get("after"),
    )
    kept = _kept()
    return render_template(
        "pages/queue.html",
        tab=_tab(),
        tabs=Tab,
        found=found,
        kept=kept,
        chosen=chosen,
        channels=chosen.channels(),
        units=municipalities.units(session.reading()),
        here=url_for(".index", **kept, after=request.values.get("after")),
        wrong=wrong,
        summary=_summary(found),
        moved_posts=moved.unseen(session.reading(), session.actor()),
        back=url_for(".index", **kept),
    )


def _tab() -> Tab:
    try:
        return Tab(request.values.get("tab", Tab.NEEDS_YOU.value))
    except ValueError:
        return Tab.NEEDS_YOU


def _kept() -> dict[str, Any]:
    """What a link to another page of the list keeps."""
    return {"tab": _tab().value, **Chosen.of(request.values).as_query()}


def _summary(found: queue.Page) -> str:
    scheduled, waiting = found.counts[Tab.SCHEDULED], found.counts[Tab.NEEDS_YOU]
    week = filters.today().isocalendar().week
    return " · ".join(
        (
            ngettext("%(num)s scheduled", "%(num)s scheduled", scheduled),
            ngettext("%(num)s waits for you", "%(num)s wait for you", waiting),
            _("week %(week)s", week=week),
        )
    )
