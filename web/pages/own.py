"""One's own settings: the language of the pages, and the password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from scheduler.errors import Refused
from scheduler.services import people
from web import languages, session
from web.doors import Open, page
from web.forms.people import AT, LanguageForm, OwnPasswordForm

pages = Blueprint("own", __name__, url_prefix="/me")


@page(pages, "/", may=Open.SIGNED_IN)
def index() -> Any:
    """Both forms."""
    return _show()


@page(pages, "/language", may=Open.SIGNED_IN, methods=("POST",))
def language() -> Any:
    """Choose the language of one's pages."""
    form = LanguageForm()
    if form.accepts():
        try:
            with session.writing() as writing:
                people.choose_language(
                    writing, session.actor(), language=form.text("language") or None, now=session.now()
                )
        except Refused as refused:
            form.refuse(refused, AT)
        else:
            languages.speak(form.text("language") or session.municipality().language)
            flash(_("The language has been changed."), "success")
            return redirect(session.page_of_ours(request.form.get("back", "")) or url_for(".index"), 303)
    return _show(language_form=form)


@page(pages, "/password", may=Open.SIGNED_IN, methods=("POST",))
def password() -> Any:
    """Change one's password. Other browsers are signed out, this one goes on."""
    form = OwnPasswordForm()
    if form.accepts():
        try:
            with session.writing() as writing:
                people.change_own_password(
                    writing,
                    session.actor(),
                    old=form.text("old_password"),
                    new=form.text("password"),
                    now=session.now(),
                )
        except Refused as refused:
            form.refuse(refused, AT)
        else:
            session.enter(session.actor().person_id)
            flash(_("The password has been changed. You have been signed out everywhere else."), "success")
            return redirect(url_for(".index"), 303)
    return _show(password_form=form)


def _show(*, language_form: LanguageForm | None = None, password_form: OwnPasswordForm | None = None) -> Any:
    chosen = language_form or LanguageForm(formdata=None, language=session.person().language or "")
    chosen.offer(session.municipality().language)
    shown = render_template(
        "pages/own.html", language_form=chosen, password_form=password_form or OwnPasswordForm(formdata=None)
    )
    return shown, 422 if request.method == "POST" else 200
