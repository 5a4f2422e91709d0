"""The feeds that the news come from: how each fares, and adding one by the address of any page of the site."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from scheduler.domain.access import Deed, may, reach
from scheduler.errors import Refused
from scheduler.queries import feeds, municipalities
from scheduler.queries.feeds import FeedRow
from scheduler.services import fetching, ingestion
from scheduler.services.ingestion import FeedPreview, PullProblem, PullResult
from web import session, wording
from web.doors import page
from web.forms.feeds import AT, AddForm, ChangeForm, LookForm
from web.forms.people import unit_chosen
from web.house import house

pages = Blueprint("feeds", __name__, url_prefix="/feeds")

_ID = "<int(max=2147483647):feed_id>"


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """The feeds."""
    return _list()


@page(pages, "/new", may=Deed.MANAGE_FEEDS, methods=("GET", "POST"))
def new() -> Any:
    """Look behind an address, and show what is there."""
    form = LookForm()
    found: tuple[FeedPreview, ...] = ()
    if form.accepts():
        session.stop_reading()
        try:
            found = ingestion.look(house().gate.http, _whole(form.text("address")))
        except Refused as refused:
            form.refuse(refused, AT)
    return _found(form, found), 422 if form.is_submitted() and not found else 200


@page(pages, "/add", may=Deed.MANAGE_FEEDS, methods=("POST",))
def add() -> Any:
    """Add a feed that was found, and read it at once."""
    form = AddForm()
    form.offer(municipalities.units(session.reading()))
    if form.accepts():
        try:
            with session.writing() as writing:
                feed = ingestion.add_feed(
                    writing,
                    session.actor(),
                    address=form.text("address"),
                    title=form.text("title"),
                    site=form.text("site") or None,
                    unit_id=unit_chosen(form.text("unit")),
                    now=session.now(),
                )
        except Refused as refused:
            form.refuse(refused, AT)
        else:
            pulled = _pull(feed.pk)
            flash(_("%(name)s has been added.", name=feed.title) + " " + _came_of_it(pulled), _tone(pulled))
            return redirect(url_for("news.index", feed=feed.pk), 303)
    return _found(LookForm(formdata=None, address=form.text("address")), (), refused=form), 422


@page(pages, f"/{_ID}/pull", may=Deed.PULL_FEED, methods=("POST",))
def pull(feed_id: int) -> Any:
    """Read it now."""
    feed = _one(feed_id)
    pulled = _pull(feed_id)
    flash(f"{feed.title}: {_came_of_it(pulled)}", _tone(pulled))
    return redirect(url_for("news.index", feed=feed_id) if pulled.new else url_for(".index"), 303)


@page(pages, f"/{_ID}/rename", may=Deed.MANAGE_FEEDS, methods=("POST",))
def rename(feed_id: int) -> Any:
    """Another name."""
    form = ChangeForm()
    feed = _one(feed_id)
    if not form.accepts():
        return _list(renaming=(feed_id, form)), 422
    try:
        _change(replace(feed, title=form.text("title")))
    except Refused as refused:
        if wording.is_denial(refused):
            raise
        form.refuse(refused, AT)
        return _list(renaming=(feed_id, form)), 422
    flash(_("The name has been changed."), "success")
    return redirect(url_for(".index"), 303)


@page(pages, f"/{_ID}/pause", may=Deed.MANAGE_FEEDS, methods=("POST",))
def pause(feed_id: int) -> Any:
    """Read it no more until somebody says so."""
    feed = _one(feed_id)
    _change(replace(feed, active=False))
    flash(_("%(name)s is no longer read. What it gave is kept.", name=feed.title), "success")
    return redirect(url_for(".index"), 303)


@page(pages, f"/{_ID}/resume", may=Deed.MANAGE_FEEDS, methods=("POST",))
def resume(feed_id: int) -> Any:
    """Read it again."""
    feed = _one(feed_id)
    _change(replace(feed, active=True))
    flash(_("%(name)s is read again.", name=feed.title), "success")
    return redirect(url_for(".index"), 303)


def _one(feed_id: int) -> FeedRow:
    """The feed as the list has it; raises Refused or Missing through the service where it may not be touched."""
    return feeds.feed(session.reading(), feed_id)


def _change(feed: FeedRow) -> None:
    with session.writing() as writing:
        ingestion.change_feed(
            writing, session.actor(), feed_id=feed.id, title=feed.title, active=feed.active, now=session.now()
        )


def _pull(feed_id: int) -> PullResult:
    session.stop_reading()
    return fetching.pull_now(house().db, session.actor(), feed_id=feed_id, http=house().gate.http, clock=house().clock)


def _came_of_it(pulled: PullResult) -> str:
    if pulled.error_code is not None:
        return wording.words(pulled.error_code)
    told = [
        ngettext("%(num)s new item.", "%(num)s new items.", pulled.new) if pulled.new else _("Nothing new."),
        ngettext("%(num)s has changed.", "%(num)s have changed.", pulled.changed) if pulled.changed else "",
        ngettext("%(num)s is gone from the website.", "%(num)s are gone from the website.", pulled.withdrawn)
        if pulled.withdrawn
        else "",
        ngettext("%(num)s could not be read.", "%(num)s could not be read.", len(pulled.refused))
        if pulled.refused
        else "",
    ]
    return " ".join(each for each in told if each)


def _tone(pulled: PullResult) -> str:
    return "success" if pulled.error_code is None else "warning"


def _found(form: LookForm, found: tuple[FeedPreview, ...], *, refused: AddForm | None = None) -> str:
    units = municipalities.units(session.reading())
    known = {each.address for each in feeds.feeds(session.reading())}
    adding = []
    for number, each in enumerate(found):
        one_form = AddForm(
            formdata=None, prefix="", address=each.address, site=each.site or "", title=each.title, unit=""
        )
        one_form.offer(units)
        for field in one_form:
            field.id = f"{field.name}-{number}"
        adding.append((each, one_form, each.address in known))
    return render_template("pages/feed_new.html", form=form, found=adding, refused=refused, units=units)


def _list(*, renaming: tuple[int, ChangeForm] | None = None) -> Any:
    here = session.municipality().id
    actor = session.actor()
    rows = feeds.feeds(session.reading(), within=reach(actor, Deed.READ))
    return render_template(
        "pages/feeds.html",
        feeds=rows,
        renaming=renaming,
        manages={each.id for each in rows if may(actor, Deed.MANAGE_FEEDS, municipality_id=here, unit_id=each.unit_id)},
        pulls={each.id for each in rows if may(actor, Deed.PULL_FEED, municipality_id=here, unit_id=each.unit_id)},
        trouble=lambda code: wording.words(PullProblem(code)) if code in set(PullProblem) else wording.outside(code),
    )


def _whole(address: str) -> str:
    """The address with its scheme, where somebody wrote it as people do."""
    text = "".join(address.split())
    return text if "://" in text else f"https://{text}"
