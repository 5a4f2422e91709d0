"""Signing in and out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from scheduler.domain.people import SignInRefusal
from scheduler.services import signing_in
from web import navigation, session, wording
from web.doors import Open, page
from web.forms.people import SignInForm
from web.house import house

pages = Blueprint("signin", __name__)


@page(pages, "/", may=Open.ANYBODY)
def front() -> Any:
    """The municipality's front page."""
    return redirect(navigation.front_page() if session.signed_in() else url_for(".index"), 303)


@page(pages, "/sign-in", may=Open.ANYBODY, methods=("GET", "POST"))
def index() -> Any:
    """Ask for e-mail and password, and let in."""
    if request.method == "GET" and session.signed_in():
        return redirect(navigation.front_page(), 303)
    form = SignInForm(next=request.args.get("next", ""))
    if not form.accepts():
        return render_template("pages/sign_in.html", form=form), 422 if request.method == "POST" else 200
    answer = signing_in.sign_in(
        house().db,
        municipality_id=session.municipality().id,
        email=form.text("email"),
        password=form.text("password"),
        address=request.remote_addr or "unknown",
        now=session.now(),
    )
    if isinstance(answer, signing_in.SignedIn):
        session.enter(answer.person_id)
        return redirect(session.page_of_ours(form.text("next")) or navigation.front_page(), 303)
    return _refused(form, answer)


@page(pages, "/sign-out", may=Open.SIGNED_IN, methods=("POST",))
def sign_out() -> Any:
    """End this session."""
    session.leave()
    flash(_("You have signed out."), "success")
    return redirect(url_for(".index"), 303)


def _refused(form: SignInForm, answer: signing_in.NotSignedIn) -> Any:
    told = wording.shown({"time": answer.again_at} if answer.again_at else {})
    form.form_errors.append(wording.words(answer.code, **told))
    status = 429 if answer.code is SignInRefusal.TOO_MANY else 401
    response = make_response(render_template("pages/sign_in.html", form=form), status)
    if answer.again_at:
        response.headers["Retry-After"] = str(max(1, int((answer.again_at - session.now()).total_seconds())))
    return response
