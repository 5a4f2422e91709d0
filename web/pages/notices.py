"""Service notices: out at once from four fields, and over in one press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from scheduler.domain.access import Deed
from scheduler.domain.states import WrongState
from scheduler.errors import LostRace, Refused
from scheduler.queries import holds
from scheduler.queries import notices as shown
from scheduler.queries.notices import Where
from scheduler.services import notices
from scheduler.services.notices import Done, NoticeRefusal, Sent
from scheduler.services.notices_over import Ended
from web import doors, live, session, wording
from web.doors import page
from web.forms.notices import AT, NoticeForm, OverForm

pages = Blueprint("notices", __name__, url_prefix="/notices")

_ID = "<int(max=2147483647):post_id>"
_IN_CHANNEL = f"{_ID}/<int(max=2147483647):publication_id>"


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """The form, the notices that last, and those that are over; asked again by htmx, only the lists."""
    offered = _offered()
    return _shown(NoticeForm.blank(offered), offered)


@page(pages, "/", may=Deed.SEND_NOTICE, methods=("POST",))
def send() -> Any:
    """Send it now."""
    offered = _offered()
    form = NoticeForm()
    form.offer(offered)
    if not form.accepts():
        return _shown(form, offered, status=422)
    notice = form.notice()
    try:
        with session.writing() as writing:
            sent = notices.send(
                writing,
                session.actor(),
                what=notice.what,
                place=notice.place,
                until=notice.until,
                link=notice.link,
                language=notice.language,
                channel_ids=form.channel_ids(),
                now=session.now(),
                key=form.sent_as(),
            )
    except Refused as refused:
        if wording.is_denial(refused):
            raise
        form.refuse(refused, AT)
        if NoticeRefusal.SAYS_SOMETHING_ELSE in refused.codes:
            form.key.data = str(uuid4())
        return _shown(form, _offered(), status=422)
    _tell_sent(sent)
    return _back_to(sent.post_id)


@page(pages, "/preview", may=Deed.SEND_NOTICE, methods=("POST",))
def preview() -> Any:
    """What the form would become, as parts of the page. Writes nothing."""
    offered = _offered()
    form = NoticeForm()
    form.offer(offered)
    return render_template("notices/_preview_parts.html", **_previewed(form, offered))


@page(pages, f"/{_ID}/over", may=Deed.SEND_NOTICE)
def ending(post_id: int) -> Any:
    """Say how it is now, and that it is over."""
    return _ending(post_id, OverForm())


@page(pages, f"/{_ID}/over", may=Deed.SEND_NOTICE, methods=("POST",))
def over(post_id: int) -> Any:
    """It is over."""
    form = OverForm()
    if not form.accepts():
        return _ending(post_id, form, status=422)
    try:
        with session.writing() as writing:
            done = notices.done(writing, session.actor(), post_id, now=session.now(), words=form.text("words"))
    except Refused as refused:
        return _refused(refused)
    _tell_over(done)
    return _back_to(post_id)


@page(pages, f"/{_IN_CHANNEL}/again", may=Deed.SEND_NOTICE, methods=("POST",))
def again(post_id: int, publication_id: int) -> Any:
    """What did not go out there goes out now; a correction that was not made is tried once more."""
    try:
        with session.writing() as writing:
            notices.send_again(writing, session.actor(), publication_id, now=session.now())
    except Refused as refused:
        return _refused(refused)
    except (LostRace, WrongState):
        flash(_("It is on its way already."), "info")
    else:
        flash(_("It is on its way out."), "success")
    return _back_to(post_id)


@page(pages, f"/{_IN_CHANNEL}/tell-anew", may=Deed.SEND_NOTICE, methods=("POST",))
def tell_anew(post_id: int, publication_id: int) -> Any:
    """Say in a new notice that it is over, where what stands there cannot be corrected."""
    try:
        with session.writing() as writing:
            sent = notices.tell_anew(writing, session.actor(), publication_id, now=session.now())
    except Refused as refused:
        return _refused(refused)
    _tell_sent(sent)
    return _back_to(post_id)


def _shown(form: NoticeForm, offered: Sequence[Where], *, wrong: Sequence[str] = (), status: int = 200) -> Any:
    on, earlier = request.args.get("on"), request.args.get("earlier")
    reading, actor = session.reading(), session.actor()
    lasting = shown.page(reading, actor, over=False, after=on)
    over = shown.page(reading, actor, over=True, after=earlier)
    region = render_template(
        "notices/_region.html",
        lasting=lasting,
        over=over,
        on=on,
        earlier=earlier,
        may_send=_may_send(offered),
    )

    def whole(tag: str) -> Any:
        return render_template(
            "pages/notices.html",
            form=form,
            region=region,
            tag=tag,
            here=url_for(".index", on=on, earlier=earlier),
            soon=any(each.moving for each in (*lasting.rows, *over.rows)),
            just_done=status == 200 and "at" in request.args,
            wrong=wrong,
            whole_hold=next((each for each in holds.open_holds(reading) if each.channel_id is None), None),
            **_previewed(form, offered),
        )

    return live.answer(region, whole) if status == 200 else (whole(""), status)


def _previewed(form: NoticeForm, offered: Sequence[Where]) -> dict[str, Any]:
    chosen = form.channel_ids()
    return {
        "offered": offered,
        "may_send": _may_send(offered),
        "going": [each for each in offered if each.id in chosen],
        "seen": notices.seen(session.reading(), form.notice(), channel_ids=chosen),
    }


def _offered() -> tuple[Where, ...]:
    return shown.where(session.reading(), session.actor())


def _may_send(offered: Sequence[Where]) -> bool:
    return doors.may_somewhere(Deed.SEND_NOTICE) and bool(offered)


def _ending(post_id: int, form: OverForm, *, status: int = 200) -> Any:
    notice = shown.one(session.reading(), session.actor(), post_id)
    if not notice.may_end:
        return _back_to(post_id)
    return render_template("pages/notice_over.html", notice=notice, form=form), status


def _refused(refused: Refused) -> Any:
    if wording.is_denial(refused):
        raise refused
    offered = _offered()
    return _shown(NoticeForm.blank(offered), offered, wrong=wording.reasons(refused), status=422)


def _back_to(post_id: int) -> Any:
    """The lists without the form, so that one sees on a telephone how it fares."""
    return redirect(url_for(".index", at=post_id), 303)


def _tell_sent(sent: Sent) -> None:
    names = ", ".join(sent.channels)
    if sent.again:
        flash(_("This notice was sent already, and goes out once. See below how it fares."), "info")
    else:
        flash(_("On its way out in %(channels)s.", channels=names), "success")
    if sent.left_out:
        flash(_("Not sent in %(channels)s: paused.", channels=", ".join(sent.left_out)), "warning")


def _tell_over(done: Done) -> None:
    if done.again:
        flash(_("It was said to be over already."), "info")
        return
    flash(_("The notice is over."), "success")
    for how in Ended:
        names = [channel for channel, ended in done.ended.items() if ended is how]
        if names:
            tone = "warning" if how in {Ended.CANNOT, Ended.BY_HAND, Ended.KEPT_BACK, Ended.ASKED} else "info"
            flash(f"{', '.join(names)}: {wording.words(how)}", tone)
