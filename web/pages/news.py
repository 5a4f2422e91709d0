"""The news from the website: what is new, what has a post, and one press that makes one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from scheduler.domain.access import Deed, may, reach
from scheduler.errors import Refused
from scheduler.queries import feeds
from scheduler.queries.feeds import ItemRow, Which
from scheduler.services import drafting, ingestion
from web import session, wording
from web.doors import page
from web.forms.posts import number
from web.house import house

pages = Blueprint("news", __name__, url_prefix="/news")

_ID = "<int(max=2147483647):item_id>"


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """A page of the list."""
    return _list()


@page(pages, f"/{_ID}/draft", may=Deed.WRITE_POST, methods=("POST",))
def draft(item_id: int) -> Any:
    """Make a post of the item, or find the one it has."""
    session.stop_reading()
    gate = house().gate
    try:
        post_id = drafting.draft(house().db, session.actor(), item_id=item_id, http=gate.http, clock=house().clock)
    except Refused as refused:
        if wording.is_denial(refused):
            raise
        return _list(wrong=wording.reasons(refused)), 422
    return redirect(url_for("posts.show", post_id=post_id), 303)


@page(pages, f"/{_ID}/set-aside", may=Deed.WRITE_POST, methods=("POST",))
def set_aside(item_id: int) -> Any:
    """Nothing is made of it."""
    item = feeds.item(session.reading(), item_id)
    with session.writing() as writing:
        ingestion.set_aside(writing, session.actor(), item_id, now=session.now())
    flash(_("“%(title)s” has been set aside. It lies under “Set aside”.", title=_short(item)), "success")
    return redirect(url_for(".index", **_kept()), 303)


@page(pages, f"/{_ID}/take-up", may=Deed.WRITE_POST, methods=("POST",))
def take_up(item_id: int) -> Any:
    """It is among the new ones again."""
    item = feeds.item(session.reading(), item_id)
    with session.writing() as writing:
        ingestion.take_up_again(writing, session.actor(), item_id, now=session.now())
    flash(_("“%(title)s” is among the new ones again.", title=_short(item)), "success")
    return redirect(url_for(".index", **_kept()), 303)


def _list(*, wrong: tuple[str, ...] = ()) -> Any:
    within = reach(session.actor(), Deed.READ)
    known = feeds.feeds(session.reading(), within=within)
    search = " ".join(request.values.get("search", "")[:200].split())
    found = feeds.items(
        session.reading(),
        which=_which(),
        feed_id=number(request.values.get("feed")),
        search=search,
        after=number(request.values.get("after")),
        within=within,
    )
    return render_template(
        "pages/news.html",
        found=found,
        which=_which(),
        tabs=Which,
        feeds=known,
        feed_id=number(request.values.get("feed")),
        search=search,
        kept=_kept(),
        after=number(request.values.get("after")),
        new=sum(each.new for each in known),
        failing=[each for each in known if each.error_code and each.active],
        may_write=_may_write,
        wrong=wrong,
    )


def _may_write(item: ItemRow) -> bool:
    here = session.municipality().id
    return may(session.actor(), Deed.WRITE_POST, municipality_id=here, unit_id=item.unit_id)


def _which() -> Which:
    asked = request.values.get("which", "")
    return Which(asked) if asked in set(Which) else Which.NEW


def _kept() -> dict[str, Any]:
    """What a link to another page of the list keeps."""
    told = {
        "which": None if _which() is Which.NEW else _which().value,
        "feed": number(request.values.get("feed")),
        "search": request.values.get("search", "")[:200] or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _short(item: ItemRow) -> str:
    return item.title if len(item.title) <= 80 else f"{item.title[:79]}…"
