"""What is done with an enquiry: answer, stop an answer, assign, settle, reopen, hide, and enter one by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from scheduler.domain.access import Deed
from scheduler.domain.enquiries import Refusal
from scheduler.domain.replies import REGRET, ReplyRefusal
from scheduler.domain.states import WrongState
from scheduler.errors import LostRace, Refused
from scheduler.queries import talk
from scheduler.services import answering, collecting, entering, triage
from scheduler.store.database import Session
from web import session, wording
from web.doors import page
from web.forms.inbox import AT, ByHandForm
from web.pages import inbox, undoing
from web.pages.choosing import number
from web.pages.enquiryview import Trouble, Typed, one, shown
from web.pages.undoing import Undo

pages = Blueprint("enquirydeeds", __name__, url_prefix="/inbox")

_ID = "<int(max=2147483647):enquiry_id>"
_REPLY = f"{_ID}/answers/<int(max=2147483647):reply_id>"
_COMMENT = f"{_ID}/comments/<int(max=2147483647):comment_id>"


@page(pages, f"/{_ID}/answer", may=Deed.ANSWER, methods=("POST",))
def reply(enquiry_id: int) -> Any:
    """Send an answer. What was written while one wrote is shown first, and the text stands."""
    one(enquiry_id)
    typed = Typed.of_form(request.form)
    try:
        with session.writing() as writing:
            answering.reply(
                writing,
                session.actor(),
                enquiry_id,
                text=typed.text,
                revision=typed.revision,
                sign=typed.sign,
                now=session.now(),
                regret=REGRET,
            )
    except Refused as refused:
        return _refused(enquiry_id, refused, field="answer", typed=typed)
    except (LostRace, WrongState):
        return _overtaken(enquiry_id, typed)
    return redirect(url_for("enquiry.show", enquiry_id=enquiry_id, _anchor="talk-end"), 303)


@page(pages, f"/{_REPLY}/stop", may=Deed.ANSWER, methods=("POST",))
def stop(enquiry_id: int, reply_id: int) -> Any:
    """Take an answer back before it is sent."""
    _of(enquiry_id, reply_id)
    return _do(
        enquiry_id,
        lambda s: answering.stop_reply(s, session.actor(), reply_id, now=session.now()),
        _("The answer was stopped. The text stands in the form."),
        anchor="answering",
    )


@page(pages, f"/{_REPLY}/answered", may=Deed.ANSWER, methods=("POST",))
def answered(enquiry_id: int, reply_id: int) -> Any:
    """A person has put the answer there, or has seen that it came out."""
    _of(enquiry_id, reply_id)
    url = request.form.get("url", "")
    return _do(
        enquiry_id,
        lambda s: answering.answered_by_hand(s, session.actor(), reply_id, url=url, now=session.now()),
        _("Good. It is written down as answered."),
        field="url",
        written=url,
    )


@page(pages, f"/{_REPLY}/not-answered", may=Deed.ANSWER, methods=("POST",))
def not_answered(enquiry_id: int, reply_id: int) -> Any:
    """It does not stand there."""
    _of(enquiry_id, reply_id)
    return _do(
        enquiry_id,
        lambda s: answering.not_answered_by_hand(s, session.actor(), reply_id, now=session.now()),
        _("Written down: it is not answered. The text stands in the form."),
        anchor="answering",
    )


@page(pages, f"/{_ID}/assign", may=Deed.ANSWER, methods=("POST",))
def assign(enquiry_id: int) -> Any:
    """Give it to somebody, or to nobody."""
    told = request.form.get("assignee", "")
    person_id = number(told)
    if told and person_id is None:
        return _refused(enquiry_id, Refused(Refusal.ASSIGNEE_UNKNOWN), field="assignee")
    return _do(
        enquiry_id,
        lambda s: triage.assign(s, session.actor(), enquiry_id, person_id=person_id, now=session.now()),
        _("Nobody has it now.") if person_id is None else _("Done."),
        field="assignee",
    )


@page(pages, f"/{_ID}/dismiss", may=Deed.ANSWER, methods=("POST",))
def dismiss(enquiry_id: int) -> Any:
    """It needs no answer. Back to the list, where it can be undone."""
    found = one(enquiry_id)
    seen = Typed.of_form(request.form).revision if "revision" in request.form else None
    try:
        with session.writing() as writing:
            triage.dismiss(writing, session.actor(), enquiry_id, now=session.now(), revision=seen)
    except Refused as refused:
        if ReplyRefusal.NEWER_COMMENT in refused.codes:
            sentence = _("Something new was written meanwhile. Read it before you settle the enquiry.")
            return shown(one(enquiry_id), trouble=Trouble(mistakes=[("", sentence)]), status=422)
        return _refused(enquiry_id, refused, field="")
    except (LostRace, WrongState):
        return _overtaken(enquiry_id, None)
    text = _("What %(name)s wrote needs no answer.", name=found.author or wording.somebody())
    undoing.offer(Undo(text=text, address=url_for(".reopen", enquiry_id=enquiry_id)))
    return redirect(url_for("inbox.index"), 303)


@page(pages, f"/{_ID}/reopen", may=Deed.ANSWER, methods=("POST",))
def reopen(enquiry_id: int) -> Any:
    """Take it up again."""
    return _do(
        enquiry_id,
        lambda s: triage.reopen(s, session.actor(), enquiry_id, now=session.now()),
        _("The enquiry is open again."),
    )


@page(pages, "/make", may=Deed.ANSWER, methods=("POST",))
def make_enquiry() -> Any:
    """A comment that asked for no answer gets one all the same."""
    comment_id = number(request.form.get("comment"))
    if comment_id is None:
        abort(404)
    try:
        with session.writing() as writing:
            enquiry_id = triage.make_enquiry(writing, session.actor(), comment_id, now=session.now())
    except Refused as refused:
        if wording.is_denial(refused):
            raise
        return inbox.shown(wrong=wording.reasons(refused), status=422)
    back = url_for(".unmake_enquiry", enquiry_id=enquiry_id, comment_id=comment_id)
    undoing.offer(Undo(text=_("It is an enquiry now."), address=back))
    return redirect(url_for("enquiry.show", enquiry_id=enquiry_id), 303)


@page(pages, f"/{_COMMENT}/unmake", may=Deed.ANSWER, methods=("POST",))
def unmake_enquiry(enquiry_id: int, comment_id: int) -> Any:
    """The step back: that comment alone needs no answer."""
    talk.comment(session.reading(), session.actor(), comment_id, thread_id=one(enquiry_id).under.id)
    return _do(enquiry_id, lambda s: triage.unmake_enquiry(s, session.actor(), comment_id, now=session.now()))


@page(pages, f"/{_COMMENT}/hide", may=Deed.HIDE)
def hiding(enquiry_id: int, comment_id: int) -> Any:
    """The comment, and a field for why it shall be hidden."""
    return _hiding(enquiry_id, comment_id)


@page(pages, f"/{_COMMENT}/hide", may=Deed.HIDE, methods=("POST",))
def hide(enquiry_id: int, comment_id: int) -> Any:
    """Ask the platform to hide it."""
    _comment(enquiry_id, comment_id)
    reason = request.form.get("reason", "")
    try:
        with session.writing() as writing:
            triage.hide(writing, session.actor(), comment_id, reason=reason, now=session.now())
    except Refused as refused:
        if wording.is_denial(refused):
            raise
        return _hiding(enquiry_id, comment_id, reason=reason, wrong=wording.reasons(refused))
    except (LostRace, WrongState):
        return _overtaken(enquiry_id, None)
    flash(_("The comment is being hidden. It says at the comment when the platform has done it."), "info")
    return redirect(url_for("enquiry.show", enquiry_id=enquiry_id), 303)


@page(pages, f"/{_COMMENT}/show", may=Deed.HIDE, methods=("POST",))
def unhide(enquiry_id: int, comment_id: int) -> Any:
    """Ask the platform to show it again."""
    _comment(enquiry_id, comment_id)
    return _do(
        enquiry_id,
        lambda s: triage.unhide(s, session.actor(), comment_id, now=session.now()),
        _("The comment is being shown again."),
    )


@page(pages, "/by-hand", may=Deed.ANSWER)
def by_hand() -> Any:
    """The form for what was asked where we cannot listen."""
    return _by_hand(ByHandForm.blank())


@page(pages, "/by-hand", may=Deed.ANSWER, methods=("POST",))
def enter() -> Any:
    """Write it down as an enquiry."""
    form = ByHandForm()
    form.offer(entering.channels(session.reading(), session.actor()))
    if not form.accepts():
        return _by_hand(form, status=422)
    try:
        with session.writing() as writing:
            enquiry_id = collecting.enter_by_hand(
                writing,
                session.actor(),
                channel_id=int(form.channel.data),
                author_name=form.text("author"),
                text=form.text("said"),
                written_at=form.written_at(),
                url=form.text("url") or None,
                thread_text=form.text("under"),
                now=session.now(),
            )
    except Refused as refused:
        if wording.is_denial(refused):
            raise
        form.refuse(refused, AT)
        return _by_hand(form, status=422)
    flash(_("The enquiry has been entered."), "success")
    return redirect(url_for("enquiry.show", enquiry_id=enquiry_id), 303)


def _by_hand(form: ByHandForm, *, status: int = 200) -> Any:
    channels = entering.channels(session.reading(), session.actor())
    form.offer(channels)
    return render_template("pages/enquiry_by_hand.html", form=form, channels=channels), status


def _hiding(enquiry_id: int, comment_id: int, *, reason: str = "", wrong: tuple[str, ...] = ()) -> Any:
    said = _comment(enquiry_id, comment_id)
    drawn = render_template("pages/comment_hide.html", enquiry_id=enquiry_id, said=said, reason=reason, wrong=wrong)
    return drawn, 422 if wrong else 200


def _comment(enquiry_id: int, comment_id: int) -> Any:
    """The comment, if it stands in this enquiry's thread and the person may hide there; answers 404 or 403 otherwise."""
    found = one(enquiry_id)
    said, may = talk.comment(session.reading(), session.actor(), comment_id, thread_id=found.under.id)
    if Deed.HIDE not in may:
        abort(403)
    return said


def _of(enquiry_id: int, reply_id: int) -> None:
    """404 where the two do not belong together, or the person may not see it."""
    if reply_id not in {each.id for each in one(enquiry_id).answers}:
        abort(404)


def _do(
    enquiry_id: int,
    deed: Callable[[Session], object],
    done: str | None = None,
    *,
    field: str = "",
    written: str = "",
    anchor: str | None = None,
) -> Any:
    """One step with this enquiry; its answer is the enquiry's page."""
    one(enquiry_id)  # 404 where the person may not see it
    try:
        with session.writing() as writing:
            deed(writing)
    except Refused as refused:
        return _refused(enquiry_id, refused, field=field, written=written)
    except (LostRace, WrongState):
        return _overtaken(enquiry_id, None)
    if done is not None:
        flash(done, "success")
    return redirect(url_for("enquiry.show", enquiry_id=enquiry_id, _anchor=anchor), 303)


def _refused(
    enquiry_id: int, refused: Refused, *, field: str, typed: Typed | None = None, written: str = ""
) -> Any:  # fmt: skip
    if wording.is_denial(refused):
        raise refused
    newer = ReplyRefusal.NEWER_COMMENT in refused.codes
    mistakes = [(field, sentence) for sentence in wording.reasons(refused)]
    trouble = Trouble(mistakes=() if newer and len(mistakes) == 1 else mistakes, newer=newer, written=written)
    return shown(one(enquiry_id), typed, trouble=trouble, status=422)


def _overtaken(enquiry_id: int, typed: Typed | None) -> Any:
    sentence = _("Somebody else was first. Nothing was done: look at it as it is now.")
    return shown(one(enquiry_id), typed, trouble=Trouble(mistakes=[("", sentence)]), status=409)
