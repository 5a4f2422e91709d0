"""What a person sees when something cannot be done: a clear sentence and what to do, in their language, never a traceback.

Whole pages for whole requests; for htmx a message in the page's status region, so that nothing on the page is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from scheduler.domain.states import WrongState
from scheduler.errors import Busy, LostRace, Missing, Refused
from scheduler.log import logger
from web import doors, session, wording
from web.texts import later as _l

log = logger(__name__)

#: What a person typed and must not lose; these fields are not shown back.
_NOT_SHOWN_BACK = ("csrf_token", "password", "old_password", "new_password", "access_token", "version")


@dataclass(frozen=True)
class Told:
    """What an error page says: what happened, and what to do."""

    title: str
    advice: str


TOLD: dict[int, Told] = {
    400: Told(_l("The request could not be understood"), _l("Go back, load the page again, and try once more.")),
    403: Told(
        _l("You do not have access to this"),
        _l("If you need it, ask the person who manages people in your municipality."),
    ),
    404: Told(
        _l("There is no such page here"),
        _l("The address may be mistyped, or what stood here has been taken away. Start from the front page."),
    ),
    405: Told(_l("This cannot be done here"), _l("Go back and use the buttons on the page.")),
    409: Told(
        _l("Somebody else was first"),
        _l(
            "What you worked on was changed while you had it open. Nothing was saved. Look at it as it is now, and do it again if it is still needed."
        ),
    ),
    413: Told(_l("That was too large"), _l("Send a smaller file or a shorter text.")),
    422: Told(_l("This could not be done"), _l("Correct what is named below, and try again.")),
    429: Told(_l("Too many tries"), _l("Wait a little, and try again.")),
    500: Told(
        _l("Something went wrong on our side"),
        _l("Nothing was saved. Try again; if it happens again, tell those who run the service, and name the time."),
    ),
    503: Told(_l("The database is busy"), _l("Nothing was saved. Wait some seconds, and try again.")),
}
_CSRF = Told(
    _l("The page had been open for too long, or you signed in anew meanwhile"),
    _l("Nothing was saved. Load the page again, and do it once more."),
)


def set_up(app: Flask) -> None:
    """Let the app answer errors in words."""
    app.register_error_handler(CSRFError, _forgery)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Missing, _missing)
    app.register_error_handler(LostRace, _lost_race)
    app.register_error_handler(WrongState, _lost_race)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(500, _broken)


def answer(status: int, *, told: Told | None = None, reasons: tuple[str, ...] = (), typed: bool = False) -> Response:
    """The answer for `status`: `reasons` are sentences of their own; `typed` shows back what the person had typed."""
    words = told or TOLD.get(status) or TOLD[500 if status >= 500 else 400]
    g.calm = status >= 500  # the page is drawn without asking the database again
    if request.headers.get("HX-Request"):
        return make_response(render_template("_toast.html", told=words, reasons=reasons, tone="danger"), status)
    kept = _typed() if typed else ()
    return make_response(render_template("error.html", status=status, told=words, reasons=reasons, typed=kept), status)


def _typed() -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, text)
        for name, text in request.form.items(multi=True)
        if name not in _NOT_SHOWN_BACK and text.strip() and not name.startswith("_")
    )


def _http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    if error.code == 401:
        return doors.ask_to_sign_in()
    if error.code == 404:
        session.guess_municipality()
    response = answer(error.code)
    retry_after = getattr(error, "retry_after", None)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    if error.code == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]  # MethodNotAllowed has it
    return response


def _forgery(_error: CSRFError) -> Response:
    return answer(400, told=_CSRF, typed=True)


def _refused(error: Refused) -> Response:
    denied = wording.is_denial(error)
    return answer(403 if denied else 422, reasons=() if denied else wording.reasons(error), typed=True)


def _missing(_error: Missing) -> Response:
    return answer(404)


def _lost_race(_error: LostRace | WrongState) -> Response:
    return answer(409, typed=True)


def _busy(error: Busy) -> Response:
    response = answer(503, typed=True)
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def _broken(_error: HTTPException) -> Response:
    # The rule and not the path: an address may be a secret.
    log.error("request failed", path=str(request.url_rule or ""), method=request.method, endpoint=request.endpoint)
    return answer(500)
