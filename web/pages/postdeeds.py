"""What is done to a post in one of its channels: approve, send back, drop, try again, correct, withdraw, and what a person did by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from scheduler.domain.access import Deed
from scheduler.domain.reasons import Placement
from scheduler.domain.states import WrongState
from scheduler.errors import LostRace, Refused
from scheduler.services import handing_over, minting, review
from scheduler.store.database import Session
from web import filters, session, wording
from web.doors import page
from web.pages.postview import Trouble, one, shown

pages = Blueprint("postdeeds", __name__, url_prefix="/posts")

_ID = "<int(max=2147483647):post_id>/<int(max=2147483647):publication_id>"


@page(pages, f"/{_ID}/approve", may=Deed.APPROVE, methods=("POST",))
def approve(post_id: int, publication_id: int) -> Any:
    """Answer for it as it stands."""
    return _do(post_id, publication_id, lambda s: review.approve(s, session.actor(), publication_id, now=session.now()))


@page(pages, f"/{_ID}/send-back", may=Deed.SEND_BACK, methods=("POST",))
def send_back(post_id: int, publication_id: int) -> Any:
    """Back to its author, with what should be changed."""
    comment = request.form.get("comment", "")

    def do(writing: Session) -> None:
        review.send_back(writing, session.actor(), publication_id, comment=comment, now=session.now())

    return _do(post_id, publication_id, do, _("Sent back to the author."), field="comment", written=comment)


@page(pages, f"/{_ID}/cancel", may=Deed.CANCEL, methods=("POST",))
def cancel(post_id: int, publication_id: int) -> Any:
    """It shall not go out there."""
    return _do(
        post_id,
        publication_id,
        lambda s: review.cancel(s, session.actor(), publication_id, now=session.now()),
        _("Dropped. It does not go out in this channel."),
    )


@page(pages, f"/{_ID}/retry", may=Deed.MOVE, methods=("POST",))
def retry(post_id: int, publication_id: int) -> Any:
    """Place what failed anew."""
    return _do(post_id, publication_id, lambda s: review.retry(s, session.actor(), publication_id, now=session.now()))


@page(pages, f"/{_ID}/posted", may=Deed.CONFIRM_MANUAL, methods=("POST",))
def posted(post_id: int, publication_id: int) -> Any:
    """It is out, as somebody has seen or done."""
    url = request.form.get("url", "")

    def do(writing: Session) -> None:
        handing_over.posted(writing, session.actor(), publication_id, url=url, now=session.now())

    return _do(post_id, publication_id, do, _("Good. It is written down."), field="url", written=url)


@page(pages, f"/{_ID}/not-posted", may=Deed.CONFIRM_MANUAL, methods=("POST",))
def not_posted(post_id: int, publication_id: int) -> Any:
    """It is not out, as somebody has seen."""
    return _do(
        post_id,
        publication_id,
        lambda s: handing_over.not_posted(s, session.actor(), publication_id, now=session.now()),
        _("Written down: it is not out."),
    )


@page(pages, f"/{_ID}/correct", may=Deed.SUBMIT, methods=("POST",))
def correct(post_id: int, publication_id: int) -> Any:
    """Let the platform show the post's text as it is now."""
    return _do(
        post_id,
        publication_id,
        lambda s: minting.correct(s, session.actor(), publication_id, now=session.now()),
        _("The correction is on its way."),
    )


@page(pages, f"/{_ID}/withdraw", may=Deed.SUBMIT, methods=("POST",))
def withdraw(post_id: int, publication_id: int) -> Any:
    """Take it away from the platform."""
    return _do(
        post_id,
        publication_id,
        lambda s: minting.withdraw(s, session.actor(), publication_id, now=session.now()),
        _("It is being taken away."),
    )


def _do(
    post_id: int,
    publication_id: int,
    deed: Callable[[Session], object],
    done: str | None = None,
    *,
    field: str = "",
    written: str = "",
) -> Any:
    """One step for one publication of this post; its answer is the post's page."""
    one(post_id).in_channel(publication_id)  # 404 where the two do not belong together, or the person may not see it
    try:
        with session.writing() as writing:
            came_of_it = deed(writing)
    except Refused as refused:
        if wording.is_denial(refused):
            raise
        at = f"{field}-{publication_id}" if field else ""
        found = Trouble(
            mistakes=[(at, sentence) for sentence in wording.reasons(refused)], at=publication_id, written=written
        )
        return shown(one(post_id), trouble=found, status=422)
    except (LostRace, WrongState):
        return shown(one(post_id), trouble=Trouble(overtaken=True), status=409)
    if done is not None:
        flash(done, "success")
    elif isinstance(came_of_it, Placement):
        flash(_("It goes out %(time)s.", time=filters.near_moment(came_of_it.starts_at)), "success")
    else:
        flash(_("No time was free yet. It says below what stands in the way."), "warning")
    return redirect(url_for("posts.show", post_id=post_id, _anchor=f"channel-{publication_id}"), 303)
