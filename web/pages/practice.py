"""The practice network as a citizen sees it: the posts of one account, and each post with what is said under it, where one plays.

A post's address in the world is /practice/posts/ID, without a municipality; it leads on to the page of the municipality that the
one who asks has signed in to, which knows only its own posts.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from scheduler.domain.access import Deed
from scheduler.errors import Missing, Refused
from scheduler.queries import municipalities
from scheduler.services import playing, practice_letters, practising
from web import session, wording
from web.doors import Open, page
from web.forms.base import Form
from web.forms.practice import AT, EditForm, NativePostForm, SayForm, began_by
from web.house import house
from web.linking import linked
from web.words.practice import FAULTS

pages = Blueprint("practice", __name__, url_prefix="/practice")
outside = Blueprint("practice_posts", __name__)

#: A picture is shown as one of these and as nothing else.
_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})

pages.add_app_template_filter(linked, "linked")


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """The posts of one account, the newest first."""
    return _timeline(NativePostForm(formdata=None, hours=0))


@page(pages, "/", may=Deed.READ, methods=("POST",))
def post_natively() -> Any:
    """Post as the municipality, on the network itself."""
    form = NativePostForm()
    wanted = request.args.get("channel", type=int) or 0
    if form.accepts():
        try:
            remote_id = playing.post_natively(
                session.reading(),
                session.actor(),
                channel_id=wanted,
                text=form.text("words"),
                ago=form.ago(),
                house=house().gate.house,
                now=session.now(),
            )
        except Refused as refused:
            _refuse(form, refused)
        else:
            _tell(wanted)
            flash(_("It stands on the practice network."), "success")
            return redirect(url_for(".post", remote_id=remote_id), 303)
    return _timeline(form), 422


@page(pages, "/posts/<remote_id>", may=Deed.READ)
def post(remote_id: str) -> Any:
    """One post, and a page of what is said under it. `at`: a comment of that page; `to`, `edit`: the one to answer or write anew."""
    at, editing = request.args.get("at"), request.args.get("edit")
    if editing is None:
        return _talk(remote_id, SayForm(formdata=None, parent=request.args.get("to", ""), **_began()), at=at)
    said = playing.comment(session.reading(), comment_id=editing, house=house().gate.house)
    return _talk(remote_id, EditForm(formdata=None, words=said.text), at=editing, editing=editing)


@page(pages, "/posts/<remote_id>/comments", may=Deed.READ, methods=("POST",))
def say(remote_id: str) -> Any:
    """Play somebody who comments, or the municipality itself."""
    form = SayForm()
    account = _account(remote_id)
    form.offer(account.name)
    parent_id = form.text("parent") or None
    if form.accepts():
        try:
            comment_id = playing.write(
                session.reading(),
                session.actor(),
                post_id=remote_id,
                parent_id=parent_id,
                text=form.text("words"),
                by=form.text("by"),
                name=form.text("name"),
                ago=form.ago(),
                house=house().gate.house,
                now=session.now(),
            )
        except Refused as refused:
            _refuse(form, refused)
        else:
            _tell(account.channel_id)
            flash(_("It stands on the practice network."), "success")
            return _back(remote_id, comment_id, by=form.text("by"), name=form.text("name").strip() or None)
    return _talk(remote_id, form, at=parent_id), 422


@page(pages, "/posts/<remote_id>/comments/<comment_id>", may=Deed.READ, methods=("POST",))
def edit(remote_id: str, comment_id: str) -> Any:
    """Write a comment anew, or take it away, as whoever wrote it."""
    form = EditForm()
    account = _account(remote_id)
    if form.accepts() and "delete" in request.form:
        playing.delete(
            session.reading(), session.actor(), comment_id=comment_id, house=house().gate.house, now=session.now()
        )
        _tell(account.channel_id)
        flash(_("The comment was deleted."), "success")
        return redirect(url_for(".post", remote_id=remote_id, _anchor="comments"), 303)
    if form.accepts():
        try:
            playing.edit(
                session.reading(),
                session.actor(),
                comment_id=comment_id,
                text=form.text("words"),
                house=house().gate.house,
                now=session.now(),
            )
        except Refused as refused:
            _refuse(form, refused)
        else:
            _tell(account.channel_id)
            flash(_("The comment was changed."), "success")
            return _back(remote_id, comment_id)
    return _talk(remote_id, form, at=comment_id, editing=comment_id), 422


@page(pages, "/posts/<remote_id>/pictures/<int(max=9223372036854775807):picture_id>", may=Deed.READ)
def picture(remote_id: str, picture_id: int) -> Any:
    """A picture of a post: bytes that came from outside, so that nothing in them may run."""
    content, content_type = practising.picture(
        session.reading(), remote_id=remote_id, picture_id=picture_id, house=house().gate.house
    )
    told = Response(content, mimetype=content_type if content_type in _PICTURES else "application/octet-stream")
    told.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    told.headers["Content-Disposition"] = "inline"
    told.headers["Cache-Control"] = "private, max-age=3600"
    return told


@page(pages, "/mail", may=Deed.READ)
def mail() -> Any:
    """The letters that were kept here instead of being sent, the newest first."""
    found = practice_letters.letters(
        session.reading(), session.actor(), house=house().gate.house, before=request.args.get("before")
    )
    return render_template("pages/practice_mail.html", found=found, beginning="before" not in request.args)


@page(outside, "/practice/posts/<remote_id>", may=Open.ANYBODY)
def leads_on(remote_id: str) -> Any:
    """To the post among the posts of the municipality one has signed in to; it tells whether there is such a post.

    Whoever has not signed in is asked to, in the municipality whose host name this is, or the only one, or chooses it.
    """
    with house().db.across() as found:
        here = session.remembered_municipality(found) or municipalities.by_host(found, session.host())
        every = (here,) if here else municipalities.every(found)
    at = request.args.get("at")
    then = {each.slug: url_for("practice.post", slug=each.slug, remote_id=remote_id, at=at) for each in every}
    if len(every) == 1:
        return redirect(then[every[0].slug], 303)
    return render_template("pages/start.html", municipalities=every, then=then)


def _timeline(form: NativePostForm) -> str:
    ours = practising.channels(session.reading(), house=house().gate.house)
    chosen = next(iter(ours), None)
    if "channel" in request.args:
        wanted = request.args.get("channel", type=int)
        chosen = next((each for each in ours if each.channel_id == wanted), None)
        if chosen is None:
            raise Missing("practice channel", wanted)
    found = None
    if chosen is not None:
        found = practising.timeline(
            session.reading(),
            channel_id=chosen.channel_id,
            house=house().gate.house,
            before=request.args.get("before"),
        )
    return render_template(
        "pages/practice.html",
        ours=ours,
        chosen=chosen,
        found=found,
        beginning="before" not in request.args,
        faults=FAULTS,
        form=form,
    )


def _talk(remote_id: str, form: Form, *, at: str | None, editing: str | None = None) -> str:
    channel, found = practising.post(session.reading(), remote_id=remote_id, house=house().gate.house)
    if isinstance(form, SayForm):
        form.offer(channel.name)
    answering = form.text("parent") if isinstance(form, SayForm) else ""
    talk = playing.conversation(session.reading(), post_id=remote_id, house=house().gate.house, at=answering or at)
    return render_template(
        "pages/practice_post.html",
        chosen=channel,
        post=found,
        talk=talk,
        form=form,
        answering=answering if any(each.remote_id == answering and each.comment for each in talk.lines) else "",
        editing=editing,
    )


def _account(remote_id: str) -> practising.PracticeChannel:
    """Whose post it is; where it is gone, whoever speaks is told so."""
    try:
        return practising.post(session.reading(), remote_id=remote_id, house=house().gate.house)[0]
    except Missing:
        raise Refused(playing.PlayRefusal.POST_GONE) from None


def _tell(channel_id: int) -> None:
    with session.writing() as writing:
        practising.listen_soon(writing, channel_id=channel_id, now=session.now())


def _began() -> dict[str, Any]:
    return began_by(request.args.get("by"), request.args.get("name"))


def _back(remote_id: str, comment_id: str, *, by: str | None = None, name: str | None = None) -> Any:
    return redirect(url_for(".post", remote_id=remote_id, at=comment_id, by=by, name=name, _anchor=comment_id), 303)


def _refuse(form: Form, refused: Refused) -> None:
    if wording.is_denial(refused):
        raise refused
    form.refuse(refused, AT)
