"""One post, on one page from draft to published: what it says, where, with which picture and when. Schedule is one press.

What is done to the post in a single channel stands in postdeeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from scheduler.domain.access import Deed, reach
from scheduler.domain.excuses import Excuse
from scheduler.domain.publication import State
from scheduler.domain.states import WrongState
from scheduler.errors import LostRace, Refused
from scheduler.queries import municipalities, posts
from scheduler.services import editing, review, sources
from scheduler.services.editing import Content, tidied
from scheduler.services.pictures_by_hand import MOST_BYTES, MOST_PICTURES
from scheduler.services.review import Scheduled
from web import filters, session, wording
from web.doors import page
from web.forms.posts import STANDARDS, Typed, number
from web.pages import postpictures
from web.pages.postview import Trouble, one, seen, shown, trouble_of

pages = Blueprint("posts", __name__, url_prefix="/posts")

_ID = "<int(max=2147483647):post_id>"
_FARTHEST = timedelta(days=366)


@page(pages, f"/{_ID}", may=Deed.READ)
def show(post_id: int) -> Any:
    """The post; with the times in the address, which were chosen for a draft and are not planned yet."""
    post = one(post_id)
    saved = Typed.of_post(post, filters.zone())
    typed = saved.carrying(request.args, post) if post.may_write else saved
    return shown(post, typed if typed != saved else None)


@page(pages, f"/{_ID}", may=Deed.WRITE_POST, methods=("POST",))
def save(post_id: int) -> Any:
    """Save what was typed; and schedule it, where that was pressed."""
    post = one(post_id)
    typed, deed, offer, excuse = _asked(Typed.of_form(request.form, post, file_name=postpictures.file_name()))
    zone, now = filters.zone(), session.now()
    content, wrong = typed.content(zone=zone, now=now, post=post)
    chosen, wrong_times = typed.chosen_times(zone=zone, now=now)
    picture, unusable = postpictures.chosen(typed, post)
    if mistakes := wrong + wrong_times + unusable:
        return shown(post, typed, trouble=Trouble(mistakes=mistakes), status=422)
    before = Typed.of_post(post, zone)
    saved, _none = before.content(zone=zone, now=now, post=post)
    channels: dict[int, int] = {}
    try:
        with session.writing() as writing:
            if posts.version(writing, post_id) != typed.version:
                raise LostRace("post", post_id)
            reopened = []
            if tidied(content) != tidied(saved):
                reopened = editing.edit(
                    writing, session.actor(), post_id=post_id, version=typed.version, content=content, now=now
                )
            reopened += postpictures.put(writing, picture, typed, post_id=post_id, now=now)
            channels = posts.by_channel(writing, post_id)
            done = None
            if deed == "schedule":
                wanted = {channels[each]: at for each, at in {**chosen, **offer}.items() if each in channels}
                done = review.schedule(writing, session.actor(), post_id, now=now, wanted_at=wanted, excuse=excuse)
    except Refused as refused:
        trouble = trouble_of(refused, typed, post, {value: key for key, value in channels.items()})
        return shown(one(post_id), typed, trouble=trouble, status=422)
    except (LostRace, WrongState):
        return _overtaken(post_id, typed)
    _tell(done, reopened, added=picture is not None)
    for kind in typed.settled(before, zone=zone, planned=done is not None):
        flash(wording.words(kind), "info")
    carried: dict[str, Any] = {**typed.unplanned(before, post)} if done is None else {}
    if any(carried.values()):
        flash(_("The time that you have chosen counts when you schedule the post or send it for approval."), "info")
    at = "pictures" if postpictures.pressed() and not reopened else None  # what was told stands first on the page
    return redirect(url_for(".show", post_id=post_id, _anchor=at, **carried), 303)


@page(pages, f"/{_ID}/preview", may=Deed.READ, methods=("POST",))
def preview(post_id: int) -> Any:
    """What the form would become in each channel, as parts of the page. Writes nothing."""
    post = one(post_id)
    typed = Typed.of_form(request.form, post)
    return render_template("posts/_previews.html", post=post, typed=typed, seen=seen(post, typed))


@page(pages, f"/{_ID}/source", may=Deed.WRITE_POST, methods=("POST",))
def source(post_id: int) -> Any:
    """Answer what has happened to the news item: take it as it is now, or keep ours."""
    post = one(post_id)
    take = request.form.get("answer") == "take"
    try:
        with session.writing() as writing:
            if number(request.form.get("version")) not in {None, posts.version(writing, post_id)}:
                raise LostRace("post", post_id)
            sources.answer(writing, session.actor(), post_id=post_id, take=take, now=session.now())
    except Refused as refused:
        return shown(one(post_id), trouble=trouble_of(refused, Typed(), post, {}), status=422)
    except (LostRace, WrongState):
        return _overtaken(post_id, None)
    withdrawn = post.source is not None and post.source.withdrawn_at is not None
    if not take:
        flash(_("We keep what we have written."), "success")
    elif withdrawn:
        flash(_("What was not out yet has been dropped."), "success")
    else:
        flash(_("The post now says what the website says. What was scheduled is a draft again."), "success")
    return redirect(url_for(".show", post_id=post_id), 303)


@page(pages, "/new", may=Deed.WRITE_POST)
def new() -> Any:
    """An empty post."""
    offered = posts.offered(session.reading(), session.actor())
    mine = frozenset(each.channel_id for each in offered if each.unit_id is None or not _writes_everywhere())
    return _blank(Typed(channel_ids=mine))


@page(pages, "/new", may=Deed.WRITE_POST, methods=("POST",))
def create() -> Any:
    """Write it; and schedule it, where that was pressed."""
    typed, deed, offer, excuse = _asked(Typed.of_form(request.form, None, file_name=postpictures.file_name()))
    zone, now = filters.zone(), session.now()
    content, wrong = typed.content(zone=zone, now=now, post=None)
    picture, unusable = postpictures.chosen(typed, None)
    if mistakes := wrong + unusable:
        return _blank(typed, trouble=Trouble(mistakes=mistakes), status=422)
    content = _with_latest(content, zone, now)
    unit_id = number(typed.unit) if typed.unit else _only_unit()
    channels: dict[int, int] = {}
    done = None
    try:
        with session.writing() as writing:
            post_id = editing.create(writing, session.actor(), content=content, now=now, unit_id=unit_id)
            postpictures.put(writing, picture, typed, post_id=post_id, now=now)
            channels = posts.by_channel(writing, post_id)
            if deed == "schedule":
                wanted = {channels[each]: at for each, at in offer.items() if each in channels}
                done = review.schedule(writing, session.actor(), post_id, now=now, wanted_at=wanted, excuse=excuse)
    except Refused as refused:
        return _blank(typed, trouble=trouble_of(refused, typed, None, {v: k for k, v in channels.items()}), status=422)
    except LostRace:
        flash(_("Another post took the time a moment ago. Try again."), "warning")
        return _blank(typed, status=409)
    _tell(done, [], written=True)
    return redirect(url_for(".show", post_id=post_id), 303)


class _Asked(NamedTuple):
    """What the pressed button asks for: the form as it shall be, the deed, a time that we offered and that was taken, a reason given."""

    typed: Typed
    deed: str = "save"
    offer: Mapping[int, datetime] = {}
    excuse: Excuse | None = None


def _asked(typed: Typed) -> _Asked:
    deed, _colon, rest = request.form.get("do", "save").partition(":")
    if deed == "language":
        old, _colon, new = rest.partition(":")
        return _Asked(typed.in_language(old, new) if {old, new} == set(STANDARDS) else typed)
    if deed == "excuse":
        return _Asked(typed, "schedule", excuse=Excuse(rest) if rest in set(Excuse) else None)
    if deed != "schedule":
        return _Asked(typed)
    channel, _colon, moment = rest.partition(":")
    at = _offered(moment)
    channel_id = number(channel)
    if at is None or channel_id is None:
        return _Asked(typed, "schedule")
    return _Asked(replace(typed, moments={**typed.moments, channel: ("", "")}), "schedule", {channel_id: at})


def _offered(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None and abs(at - session.now()) < _FARTHEST else None


def _with_latest(content: Content, zone: str, now: datetime) -> Content:
    """A text that names a day gets the end of that day as its latest moment, as a draft from the website does."""
    if content.latest_at is not None:
        return content
    proposed = posts.latest_in(content.texts, written_at=now, zone=zone)
    return replace(content, latest_at=proposed.at) if proposed is not None and proposed.at > now else content


def _overtaken(post_id: int, typed: Typed | None) -> Any:
    """Somebody else was first: what was typed stands, and what they wrote stands beside it."""
    post = one(post_id)
    if typed is not None:
        typed = typed.beside(post)
    return shown(post, typed, trouble=Trouble(overtaken=True), status=409)


def _tell(done: list[Scheduled] | None, reopened: list[int], *, written: bool = False, added: bool = False) -> None:
    if done is None:
        if reopened and added:
            flash(_("The picture has been added. What had been approved or scheduled is a draft again."), "info")
        elif added:
            flash(_("The picture has been added."), "success")
        elif reopened:
            flash(_("Saved. What had been approved or scheduled is a draft again, since the text has changed."), "info")
        else:
            flash(_("The draft has been saved.") if written else _("Saved."), "success")
        return
    placed = sorted(each.placement.starts_at for each in done if each.placement is not None)
    for_approval = [each for each in done if each.state is State.IN_REVIEW]
    homeless = len(done) - len(placed) - len(for_approval)
    if placed:
        flash(_("Scheduled. The first goes out %(time)s.", time=filters.near_moment(placed[0])), "success")
    if for_approval:
        flash(_("Sent for approval."), "success")
    if homeless:
        flash(_("No time was free in one channel or more. It says below what stands in the way."), "warning")


def _blank(typed: Typed, *, trouble: Trouble | None = None, status: int = 200) -> Any:
    found = trouble or Trouble()
    drawn = render_template(
        "pages/post_new.html",
        post=None,
        typed=typed,
        trouble=found,
        invalid={name for name, _sentence in found.mistakes if name},
        offered=posts.offered(session.reading(), session.actor()),
        units=_units(),
        writes_everywhere=_writes_everywhere(),
        seen=seen(None, typed),
        standards=STANDARDS,
        most_pictures=MOST_PICTURES,
        most_bytes=MOST_BYTES,
    )
    return drawn, status


def _writes_everywhere() -> bool:
    return reach(session.actor(), Deed.WRITE_POST).whole


def _units() -> list[Any]:
    """The units that the post may belong to, where one must choose."""
    within = reach(session.actor(), Deed.WRITE_POST)
    known = municipalities.units(session.reading())
    mine = [unit for unit in known if within.whole or unit.id in within.units]
    return mine if within.whole or len(mine) > 1 else []


def _only_unit() -> int | None:
    within = reach(session.actor(), Deed.WRITE_POST)
    return None if within.whole else min(within.units, default=None)
