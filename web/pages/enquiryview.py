"""Drawing an enquiry's page: the talk, which keeps itself up to date, and the form beside it, which nothing may touch.

Gathers what the templates ask for. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from scheduler.domain import delivery, replies
from scheduler.domain.access import Deed
from scheduler.domain.enquiries import State
from scheduler.queries import inbox, talk
from scheduler.queries.talk import Answer, Event, Talk, Told
from scheduler.queries.thread import Said
from scheduler.services import answering
from web import filters, live, session, wording
from web.words.talkhistory import happened

#: A text that is longer is folded behind its beginning.
FOLDED = 1_500


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What the form of an answer holds, and what had been read when it was drawn."""

    text: str = ""
    sign: bool = True
    revision: int = 0
    newest_id: int = 0
    drawn_at: datetime | None = None

    @classmethod
    def of_form(cls, form: Any) -> Typed:
        """As it was sent; what makes no sense counts as not read."""
        return cls(
            text=form.get("text", ""),
            sign="sign" in form,
            revision=_number(form.get("revision")),
            newest_id=_number(form.get("newest")),
            drawn_at=_moment(form.get("drawn_at")),
        )


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What stands in the way: (field, sentence); `written`: an address that was typed; `newer`: whether something new must be read first."""

    mistakes: Sequence[tuple[str, str]] = ()
    written: str = ""
    newer: bool = False


def one(enquiry_id: int) -> Talk:
    """The enquiry with its talk as the one who asks may see it; raises Missing."""
    whole = "whole" in request.args
    return talk.talk(
        session.reading(),
        session.actor(),
        enquiry_id,
        now=session.now(),
        whole=whole,
        after=request.args.get("after") if whole else None,
    )


def shown(found: Talk, typed: Typed | None = None, *, trouble: Trouble | None = None, status: int = 200) -> Any:
    """The page; asked again by htmx, only the talk."""
    room = answering.reply_room(session.reading(), session.actor(), found.id)
    under_way = next((each for each in found.answers if each.state is replies.State.APPROVED), None)
    kept: dict[str, Any] = {name: request.args[name] for name in ("whole", "after") if name in request.args}
    values = {
        "talk": found,
        "room": room,
        "under_way": under_way,
        "kept": kept,
        "folded": FOLDED,
        "sendings": delivery.State,
        "kinds": delivery.Kind,
        "answer_states": replies.State,
        "started": _started(found),
        "waits": [each for each in found.said if each.in_enquiry and each.waits],
    }
    region = render_template("inbox/_talk.html", **values)
    if request.headers.get("HX-Request") and request.method == "GET":
        return live.answer(region, lambda _tag: region)
    may_answer = Deed.ANSWER in found.may
    holds = typed or Typed(text=_back(found))
    trouble = trouble or Trouble()
    newer = _newer(found, holds) if trouble.newer else ()

    def whole(tag: str) -> Any:
        return render_template(
            "pages/enquiry.html",
            **values,
            region=region,
            tag=tag,
            typed=holds,
            trouble=trouble,
            newer=newer,
            invalid={name for name, _sentence in trouble.mistakes if name},
            may_answer=may_answer,
            may_write=may_answer
            and found.state is State.OPEN
            and under_way is None
            and (room.can_reply or room.by_hand),
            signature=replies.signed("", session.person().name).strip(),
            answerers=inbox.answerers(session.reading(), unit_id=found.unit_id) if may_answer else (),
            history=_history(found),
            drawn_at=session.now().isoformat(),
            kept_key=f"answer:{session.actor().person_id}:{found.id}",
            here=url_for("enquiry.show", enquiry_id=found.id, **kept),
        )

    return (whole(""), status) if status != 200 else live.answer(region, whole)


def _history(found: Talk) -> list[tuple[Event | Told, str | None]]:
    """What happened and who was reminded, the newest first; with the line for each event."""
    lines: list[tuple[Event | Told, str | None]] = [(each, None) for each in found.reminders]
    lines += [(each, line) for each in found.events if (line := happened(each)) is not None]
    return sorted(lines, key=lambda each: each[0].at, reverse=True)


def _started(found: Talk) -> str:
    """Why the answer is due when it is, in a sentence or two."""
    name = found.first.author if found.first is not None else found.author
    written_at = found.first.written_at if found.first is not None else found.started_at
    told = wording.words(
        found.started_by,
        name=name or wording.somebody(),
        written=filters.near_moment(written_at),
        started=filters.near_moment(found.started_at),
    )
    offsets = {filters.local(at).utcoffset() for at in (found.started_at, found.due_at)}
    changed = _("The clocks change in between.")
    return told if len(offsets) == 1 else f"{told} {changed}"


def _back(found: Talk) -> str:
    """The text of the newest answer where it did not come out: it lies in the form again, without the name below it."""
    last = found.answer
    if last is None or last.state not in {replies.State.FAILED, replies.State.CANCELLED}:
        return ""
    return unsigned(last)


def unsigned(answer: Answer) -> str:
    """What a person wrote, without the signature that was put below it."""
    first = (answer.person or "").split()[:1]
    return answer.text.removesuffix(f"\n\n{first[0]}") if first else answer.text


def _newer(found: Talk, typed: Typed) -> tuple[Said, ...]:
    """What the citizen has done since the form was drawn."""

    def is_new(each: Said) -> bool:
        since = typed.drawn_at
        touched = [version.replaced_at for version in each.versions] + [at for at in (each.gone_at,) if at]
        return each.id > typed.newest_id or (since is not None and any(at > since for at in touched))

    return tuple(each for each in found.said if each.in_enquiry and is_new(each))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _moment(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
