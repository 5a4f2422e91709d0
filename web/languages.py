"""Which language a page speaks: the person's own, else the municipality's, else the browser's.

Source strings are English (British formats); bokmål and nynorsk stand in web/translations.
"""

from __future__ import annotations

from pathlib import Path

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel

from web import session
from web.texts import later as _l

SPOKEN = ("nb", "nn", "en")
#: Their names, each in itself: nobody must read a foreign language to find their own.
NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
#: Languages of posts, named in the page's language.
WRITTEN = {"nb": _l("Bokmål"), "nn": _l("Nynorsk"), "en": _l("English"), "se": _l("Northern Sami")}
TRANSLATIONS = Path(__file__).parent / "translations"


def set_up(app: Flask) -> None:
    """Let the app speak."""
    app.config["BABEL_DEFAULT_LOCALE"] = "en_GB"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=locale_name)


def spoken() -> str:
    """The language of this request: "nb", "nn" or "en"."""
    if not has_request_context():
        return "en"
    if "language" not in g:
        g.language = _choose()
    chosen: str = g.language
    return chosen


def speak(language: str) -> None:
    """Speak this language for the rest of the request."""
    g.language = language
    g.pop("_flask_babel", None)


def locale_name() -> str:
    """The locale for texts, dates and numbers."""
    return {"en": "en_GB"}.get(spoken(), spoken())


def locale() -> Locale:
    """The locale for texts, dates and numbers."""
    return Locale.parse(locale_name())


def html_lang() -> str:
    """The language as the page's `lang` tells it."""
    return locale_name().replace("_", "-")


def from_browser(default: str = "nb") -> str:
    """The language that the browser asks for. "no" is bokmål; Werkzeug would not match it."""
    best = request.accept_languages.best_match(["nb", "nn", "no", "en"])
    return {"no": "nb", None: default}.get(best, best or default)


def _choose() -> str:
    asked = request.args.get("language")
    if asked in SPOKEN and session.signed_in() is None:
        return asked
    known = session.signed_in()
    if known is not None and known.person.language in SPOKEN:
        return known.person.language
    here = session.municipality_or_none()
    if here is not None and here.language in SPOKEN:
        return here.language
    return from_browser()
