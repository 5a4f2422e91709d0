"""The states of a Publication (a post in one channel), and which action leads where.

Knows the one table of states. Knows nothing of rows, people or platforms. Source: design, "States".
"""

from __future__ import annotations

from enum import StrEnum

from scheduler.domain.states import step


class State(StrEnum):
    """Where a Publication stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    GOING_OUT = "going_out"
    PUBLISHED = "published"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Note(StrEnum):
    """What stands beside a draft, so that its author finds it."""

    SENT_BACK = "sent_back"


class Action(StrEnum):
    """What is done to a Publication."""

    SUBMIT = "submit"
    RELEASE = "release"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    PLACE = "place"
    MOVE = "move"
    TAKE_OFF = "take_off"
    DUE = "due"
    SENT = "sent"
    FAILED = "failed"
    LAPSED = "lapsed"
    EDIT = "edit"
    RETRY = "retry"
    CANCEL = "cancel"
    EXPIRE = "expire"
    CORRECT = "correct"
    WITHDRAWN = "withdrawn"


_BEFORE_GOING_OUT = (State.DRAFT, State.IN_REVIEW, State.APPROVED, State.SCHEDULED, State.FAILED)

NEXT: dict[tuple[State, Action], State] = {
    (State.DRAFT, Action.SUBMIT): State.IN_REVIEW,
    (State.DRAFT, Action.RELEASE): State.APPROVED,
    (State.IN_REVIEW, Action.APPROVE): State.APPROVED,
    (State.IN_REVIEW, Action.SEND_BACK): State.DRAFT,
    (State.APPROVED, Action.PLACE): State.SCHEDULED,
    (State.SCHEDULED, Action.MOVE): State.SCHEDULED,
    (State.SCHEDULED, Action.TAKE_OFF): State.APPROVED,
    (State.SCHEDULED, Action.DUE): State.GOING_OUT,
    (State.GOING_OUT, Action.SENT): State.PUBLISHED,
    (State.GOING_OUT, Action.FAILED): State.FAILED,
    (State.GOING_OUT, Action.LAPSED): State.APPROVED,
    (State.FAILED, Action.RETRY): State.APPROVED,
    (State.PUBLISHED, Action.CORRECT): State.PUBLISHED,
    (State.PUBLISHED, Action.WITHDRAWN): State.WITHDRAWN,
    **{(state, Action.EDIT): State.DRAFT for state in _BEFORE_GOING_OUT},
    **{(state, Action.CANCEL): State.CANCELLED for state in _BEFORE_GOING_OUT},
    **{(state, Action.EXPIRE): State.EXPIRED for state in _BEFORE_GOING_OUT},
}

#: No action leads out of these; trying again is a new Post.
FINAL = frozenset({State.CANCELLED, State.EXPIRED, State.WITHDRAWN})

#: A Publication in one of these holds its place in the channel's day.
HOLDS_SLOT = frozenset({State.SCHEDULED, State.GOING_OUT, State.PUBLISHED, State.WITHDRAWN})


def advance(state: State, action: Action) -> State:
    """The state that `action` leads to; raises WrongState where the table has none."""
    return step(NEXT, state, action)


def open_actions(state: State) -> frozenset[Action]:
    """Everything that may be done from `state`."""
    return frozenset(action for (start, action) in NEXT if start is state)
