"""Holding back: one channel, or everything the municipality sends, with a reason; and letting it go on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from scheduler.domain.access import Deed
from scheduler.errors import Refused
from scheduler.queries import channels
from scheduler.services import holding
from web import session, wording
from web.doors import page
from web.forms.channels import AT, HoldForm

pages = Blueprint("holding", __name__, url_prefix="/channels")

_ID = "<int(max=2147483647):channel_id>"


@page(pages, "/hold", may=Deed.HOLD, methods=("GET", "POST"))
def everything() -> Any:
    """Hold everything back."""
    return _hold(None)


@page(pages, f"/{_ID}/hold", may=Deed.HOLD, methods=("GET", "POST"))
def one(channel_id: int) -> Any:
    """Hold one channel back."""
    return _hold(channel_id)


@page(pages, "/release", may=Deed.HOLD, methods=("POST",))
def release_everything() -> Any:
    """Let everything go on."""
    return _release(None)


@page(pages, f"/{_ID}/release", may=Deed.HOLD, methods=("POST",))
def release_one(channel_id: int) -> Any:
    """Let one channel go on."""
    return _release(channel_id)


def _hold(channel_id: int | None) -> Any:
    channel = None
    if channel_id is not None:
        channel = channels.channel(session.reading(), channel_id, now=session.now())
    form = HoldForm()
    if form.accepts():
        try:
            with session.writing() as writing:
                holding.hold(
                    writing, session.actor(), channel_id=channel_id, reason=form.text("reason"), now=session.now()
                )
        except Refused as refused:
            if wording.is_denial(refused):
                raise
            form.refuse(refused, AT)
        else:
            flash(_held(channel.name if channel else None), "success")
            return redirect(_page_of(channel_id), 303)
    shown = render_template("pages/hold.html", form=form, channel=channel, back=_page_of(channel_id))
    return shown, 422 if request.method == "POST" else 200


def _release(channel_id: int | None) -> Any:
    with session.writing() as writing:
        holding.release(writing, session.actor(), channel_id=channel_id, now=session.now())
    flash(
        _(
            "It goes on. What passed its time meanwhile was not sent: it waits in the queue until somebody gives it a new time."
        ),
        "success",
    )
    return redirect(_page_of(channel_id), 303)


def _page_of(channel_id: int | None) -> str:
    return url_for("channels.index") if channel_id is None else url_for("channels.show", channel_id=channel_id)


def _held(name: str | None) -> str:
    if name is None:
        return _("Everything is held back. Nothing goes out until you let it go on.")
    return _("%(name)s is held back. Nothing goes out there until you let it go on.", name=name)
