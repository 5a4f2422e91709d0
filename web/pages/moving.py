"""Giving one publication another time: a person's own, the nearest lawful one, the planner's, or none for now.

Every form works as a page of its own. From the calendar it is a dialog, and the answer draws the calendar anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from scheduler.domain.access import Deed
from scheduler.domain.calendar import WallTime
from scheduler.domain.reasons import Because, Placement
from scheduler.domain.rules import Refusal
from scheduler.errors import Refused
from scheduler.queries import calendar
from scheduler.queries.calendar import Standing
from scheduler.services import planning, telling
from web import filters, session, wording
from web.doors import page
from web.forms.base import wants_part
from web.forms.moving import MoveForm, Wanted, offered
from web.pages import undoing, whys
from web.pages.calendar import region
from web.pages.choosing import number
from web.pages.undoing import Undo

pages = Blueprint("moving", __name__, url_prefix="/publications")

pages.add_app_template_global(undoing.take, "undo_offered")

_ID = "<int(max=2147483647):publication_id>"


@page(pages, f"/{_ID}/move", may=Deed.MOVE, methods=("GET", "POST"))
def move(publication_id: int) -> Any:
    """Choose a date and a time; or, in `at`, a time that we have offered."""
    before = calendar.standing(session.reading(), session.actor(), publication_id)
    form = MoveForm(day=_wall(before.starts_at, date=True), time=_wall(before.starts_at), back=request.args.get("back"))
    if request.method == "GET":
        return _ask(before, form)
    wanted = offered(request.form.get("at"))
    if wanted is None:
        if not form.accepts():
            return _ask(before, form)
        wanted = form.wanted()
    try:
        with session.writing() as writing:
            placement = planning.move(
                writing,
                session.actor(),
                publication_id,
                wanted_at=wanted.at,
                now=session.now(),
                excuse=whys.excuse(),
            )
    except Refused as refused:
        if wording.is_denial(refused):
            raise
        return _ask(before, form, refused=refused, wanted=wanted)
    text = _goes_out(before, placement)
    if wanted.kind is not WallTime.PLAIN:
        text = f"{text} {wording.words(wanted.kind)}"
    undo = None if "undo" in request.form else _back_to(before, text)
    return _done(before, text, undo=undo, day=placement.starts_at)


@page(pages, f"/{_ID}/now", may=Deed.MOVE, methods=("POST",))
def publish_now(publication_id: int) -> Any:
    """Let it go out at once; where rules stand in the way, with a reason."""
    return _by_one_press(publication_id, planning.publish_now, wanted=Wanted(session.now(), WallTime.PLAIN))


@page(pages, f"/{_ID}/with-reason", may=Deed.MOVE, methods=("POST",))
def with_reason(publication_id: int) -> Any:
    """Give what found no time the first one that the pressed reason helps to."""
    given = whys.excuse()
    if given is None:
        abort(400)
    return _by_one_press(publication_id, partial(planning.place_with_reason, excuse=given))


@page(pages, "/moved", may=Deed.READ, methods=("POST",))
def seen() -> Any:
    """The person has read where their posts have been moved to."""
    ids = [each for text in request.form.getlist("moved") if (each := number(text)) is not None]
    with session.writing() as writing:
        telling.seen(writing, session.actor(), ids, now=session.now())
    return redirect(_back() or url_for("queue.index"), 303)


@page(pages, f"/{_ID}/take-off", may=Deed.MOVE, methods=("POST",))
def take_off(publication_id: int) -> Any:
    """Take it off its time, until somebody places it again."""
    before = calendar.standing(session.reading(), session.actor(), publication_id)
    with session.writing() as writing:
        planning.take_off(writing, session.actor(), publication_id, now=session.now())
    text = _("“%(title)s” has no time now. It waits in the queue until somebody gives it one.", title=before.title)
    undo = None if "undo" in request.form else _back_to(before, text)
    return _done(before, text, undo=undo, day=before.starts_at)


@page(pages, f"/{_ID}/place-again", may=Deed.MOVE, methods=("POST",))
def place_again(publication_id: int) -> Any:
    """Let the planner find its time."""
    before = calendar.standing(session.reading(), session.actor(), publication_id)
    with session.writing() as writing:
        placed = planning.place_again(writing, session.actor(), publication_id, now=session.now())
    if not placed:
        text = _("No time could be found for “%(title)s”.", title=before.title)
        return _done(before, text, undo=None, day=before.starts_at, tone="warning")
    text = _goes_out(before, placed[0])
    return _done(before, text, undo=_back_to(before, text), day=placed[0].starts_at)


def _by_one_press(publication_id: int, deed: Callable[..., Placement], *, wanted: Wanted | None = None) -> Any:
    """A time that nobody typed. `wanted`: the one that was asked for, where it is refused."""
    before = calendar.standing(session.reading(), session.actor(), publication_id)
    try:
        with session.writing() as writing:
            given = {"excuse": whys.excuse()} if wanted else {}
            placement = deed(writing, session.actor(), publication_id, now=session.now(), **given)
    except Refused as refused:
        if wording.is_denial(refused):
            raise
        form = MoveForm(day=_wall(before.starts_at, date=True), time=_wall(before.starts_at), back=_back())
        return _ask(before, form, refused=refused, wanted=wanted, at_once=wanted is not None)
    text = _goes_out(before, placement)
    return _done(before, text, undo=_back_to(before, text), day=placement.starts_at)


def _goes_out(before: Standing, placement: Placement) -> str:
    return _("“%(title)s” goes out %(time)s.", title=before.title, time=filters.near_moment(placement.starts_at))


def _ask(
    before: Standing,
    form: MoveForm,
    *,
    refused: Refused | None = None,
    wanted: Wanted | None = None,
    at_once: bool = False,
) -> Any:
    """The form, with everything that stands in the way, the nearest times that nothing stands in the way of, and the reasons that help.

    `at_once`: it was to go out now, whenever now is.
    """
    account = list(before.because) if before.starts_at else []
    shown = render_template(
        "calendar/_move_part.html" if wants_part() else "pages/move.html",
        standing=before,
        form=form,
        back=_back(),
        reasons=_reasons(refused) if refused else (),
        wanted=wanted,
        settled=wording.words(wanted.kind) if wanted and wanted.kind is not WallTime.PLAIN else None,
        nearest=whys.offered(before.id, _lawful(refused)) if refused else (),
        excuses=refused.params.get("excuses", ()) if refused else (),
        ways_out=refused.params.get("ways_out", ()) if refused else (),
        at_once=at_once,
        why=whys.why(account, whys.known_in([account])),
        reachable=whys.reachable(before.id, before.problem_code) if before.may_move and not refused else None,
    )
    return shown, 422 if request.method == "POST" else 200


def _reasons(refused: Refused) -> Sequence[str]:
    """A sentence for each rule, the gravest first."""
    ranks = {code: rank for rank, code in enumerate(Refusal)}
    codes = sorted(refused.codes, key=lambda code: ranks[code] if isinstance(code, Refusal) else -1)
    return wording.reasons(Refused(*codes, **refused.params))


def _lawful(refused: Refused) -> Sequence[Placement]:
    """The nearest times that the person is given when asking for one of them."""
    nearest = refused.params.get("nearest", ())
    return [each for each in nearest if isinstance(each, Placement)] if isinstance(nearest, list | tuple) else ()


def _done(before: Standing, text: str, *, undo: Undo | None, day: datetime | None, tone: str = "success") -> Response:
    back = _back()
    if wants_part() and back is not None and back.startswith(url_for("calendar.index")):
        return make_response(
            render_template("calendar/_done.html", region=region(back, undo=undo, moved=before.id), text=text)
        )
    if undo:
        undoing.offer(undo)
    else:
        flash(text, tone)
    shown = filters.local(day).date().isoformat() if day else None
    place = back or url_for("calendar.index", day=shown)
    return make_response(redirect(place, 303))


def _back_to(before: Standing, text: str) -> Undo:
    """The way back to where it stood, for the reason that it stood there."""
    given = (row["params"].get("reason") for row in before.because if row["code"] == Because.EXCUSED.value)
    return Undo.to(before.id, before.starts_at, text, excuse=next(given, None))


def _back() -> str | None:
    """The page to return to, if it is one of this municipality's. A calendar names itself on no button: it is the page one came from."""
    told = request.values.get("back")
    if told is None and request.method == "GET":
        _origin, found, query = (request.referrer or "").partition(url_for("calendar.index"))
        told = found + query
    return session.page_of_ours(told or "")


def _wall(at: datetime | None, *, date: bool = False) -> Any:
    if at is None:
        return filters.today() if date else None
    wall = filters.local(at)
    return wall.date() if date else wall.time().replace(tzinfo=None)
