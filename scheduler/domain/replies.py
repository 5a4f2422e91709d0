"""The states of a Reply, and what its text must be. Knows no rows and no platform. Source: design, "States"."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from scheduler.domain.states import step

#: So long an answer that is written on a page stays here, so that whoever wrote it can stop it.
REGRET = timedelta(seconds=10)


class State(StrEnum):
    """Where a Reply stands. It is "sent" only when the platform has said so."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What is done to a Reply."""

    APPROVE = "approve"
    SENT = "sent"
    FAILED = "failed"
    CANCEL = "cancel"


NEXT: dict[tuple[State, Action], State] = {
    (State.DRAFT, Action.APPROVE): State.APPROVED,
    (State.APPROVED, Action.SENT): State.SENT,
    (State.APPROVED, Action.FAILED): State.FAILED,
    (State.APPROVED, Action.CANCEL): State.CANCELLED,
}


def advance(state: State, action: Action) -> State:
    """The state that `action` leads to; raises WrongState where the table has none."""
    return step(NEXT, state, action)


class ReplyRefusal(StrEnum):
    """Why a reply was not taken."""

    EMPTY = "reply_empty"
    TOO_LONG = "reply_too_long"
    NEWER_COMMENT = "newer_comment"
    UNDER_WAY = "reply_under_way"
    CANNOT_REPLY = "cannot_reply"
    SETTLED = "enquiry_settled"
    GONE = "nothing_to_answer"  # each of its comments was taken away
    TOO_LATE_TO_STOP = "reply_too_late_to_stop"


def leaves_at(*, now: datetime, regret: timedelta, due_at: datetime) -> datetime:
    """When an answer leaves: after the time for regret, but at once where that could make it late. What is late already can wait."""
    return now + regret if now + 2 * regret <= due_at or now > due_at else now


def signed(text: str, name: str) -> str:
    """The text with the first name of whoever wrote it on a line of its own; as it is, where it ends so already."""
    body = text.strip()
    first = name.split(maxsplit=1)[0] if name.split() else ""
    if not first or body.endswith((f"\n{first}", f" {first}")):
        return body
    return f"{body}\n\n{first}"
