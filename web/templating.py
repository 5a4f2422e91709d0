"""What every template can say: the words, who asks, where they are, and the small judgements of look (which colour a state has).

Knows states and their colours. Knows no page.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, current_app, g, get_flashed_messages, request

from scheduler.domain import delivery, publication
from scheduler.domain.access import Deed
from scheduler.queries import workers
from scheduler.queries.workers import WorkerState
from web import doors, languages, navigation, security, session, wording
from web.house import house

#: state → (colour, icon). The text always stands beside them.
LOOKS: dict[Any, tuple[str, str]] = {
    ("publication", publication.State.DRAFT.value): ("neutral", "pencil"),
    ("publication", publication.State.IN_REVIEW.value): ("warning", "clock"),
    ("publication", publication.State.APPROVED.value): ("info", "check"),
    ("publication", publication.State.SCHEDULED.value): ("success", "calendar-clock"),
    ("publication", publication.State.GOING_OUT.value): ("info", "send"),
    ("publication", publication.State.PUBLISHED.value): ("info", "circle-check"),
    ("publication", publication.State.FAILED.value): ("danger", "circle-x"),
    ("publication", publication.State.CANCELLED.value): ("neutral", "x"),
    ("publication", publication.State.EXPIRED.value): ("neutral", "clock"),
    ("publication", publication.State.WITHDRAWN.value): ("neutral", "undo-2"),
    ("delivery", delivery.State.READY.value): ("info", "clock"),
    ("delivery", delivery.State.PREPARING.value): ("info", "image"),
    ("delivery", delivery.State.SENDING.value): ("info", "send"),
    ("delivery", delivery.State.UNCONFIRMED.value): ("warning", "circle-help"),
    ("delivery", delivery.State.ASKED.value): ("warning", "hand"),
    ("delivery", delivery.State.SENT.value): ("success", "circle-check"),
    ("delivery", delivery.State.FAILED.value): ("danger", "circle-x"),
    ("delivery", delivery.State.CANCELLED.value): ("neutral", "x"),
    ("delivery", delivery.State.LAPSED.value): ("neutral", "clock"),
}


def look(state: publication.State | delivery.State) -> tuple[str, str]:
    """The colour and the icon of a state's tag."""
    kind = "delivery" if isinstance(state, delivery.State) else "publication"
    return LOOKS[kind, state.value]


def exists(endpoint: str) -> bool:
    """Whether this app has that page."""
    return endpoint in current_app.view_functions


def html_lang_of(code: str) -> str:
    """The language tag of a post's language, for `lang`."""
    return code if code not in {"both", "other"} else ""


def initials(name: str) -> str:
    """ "Kari Nordmann" → "KN"."""
    parts = re.findall(r"\w+", name)
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()


def worker_state() -> WorkerState | None:
    """Whether sending runs, for the header."""
    if g.get("calm"):
        return None
    with house().db.across() as found:
        return workers.state(found, now=session.now())


def set_up(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_template_filter(initials, "initials")
    app.context_processor(_surroundings)
    for each in (look, exists, html_lang_of, worker_state):
        app.add_template_global(each, each.__name__)
    app.add_template_global(security.nonce, "nonce")
    app.add_template_global(wording.words, "words")
    app.add_template_global(wording.outside, "outside")
    app.add_template_global(wording.problem, "problem")
    app.add_template_global(wording.because, "because")
    app.add_template_global(wording.problem, "problem")
    app.add_template_global(wording.language, "language_name")
    app.add_template_global(doors.may_somewhere, "may_somewhere")
    app.add_template_global(Deed, "Deed")


def _surroundings() -> dict[str, Any]:
    known = session.signed_in()
    return {
        "municipality": session.municipality_or_none(),
        "me": known.person if known else None,
        "html_lang": languages.html_lang(),
        "spoken": languages.spoken(),
        "spoken_languages": languages.NAMES,
        "navigation": navigation.entries,
        "waiting": navigation.waiting,
        "enquiries": navigation.enquiries,
        "flashes": lambda: get_flashed_messages(with_categories=True),
        "is_part": bool(request.headers.get("HX-Request")),
    }
