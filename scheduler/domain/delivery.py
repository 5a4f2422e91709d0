"""The states of a Delivery (whatever changes something outside), its lanes, leases and what an answer leads to.

Knows the one table of states and the protocol's times. Knows nothing of rows, threads or any single platform.
Source: design, "States" and "The engine"; the protocol's proof stands in docs/architecture.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from scheduler.domain.states import step

#: How long a claim holds. Longer than any send, so that a living worker never loses its own.
LEASE = timedelta(seconds=90)
#: How long one send may take in all, connecting included.
SEND_DEADLINE = timedelta(seconds=30)
#: After this long with no certain answer, a person is asked.
ASK_AFTER = timedelta(minutes=30)
#: After this long without an answer from a person, it counts as failed.
GIVE_UP_AFTER = timedelta(days=14)
#: Between two look-ups of one delivery.
LOOK_AGAIN_AFTER = timedelta(seconds=10)
#: Workers that died under this many sends of one delivery: a person is asked instead of a further one.
DEATHS_BEFORE_ASKING = 3


class Kind(StrEnum):
    """What a Delivery changes outside."""

    PUBLISH = "publish"
    UPDATE = "update"
    DELETE_POST = "delete_post"
    REPLY = "reply"
    HIDE = "hide"
    UNHIDE = "unhide"
    MAIL = "mail"


class State(StrEnum):
    """Where a Delivery stands."""

    READY = "ready"
    PREPARING = "preparing"
    SENDING = "sending"
    UNCONFIRMED = "unconfirmed"
    ASKED = "asked"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class Action(StrEnum):
    """What happens to a Delivery."""

    PREPARE = "prepare"
    PREPARED = "prepared"
    CLAIM = "claim"
    HAND_OVER = "hand_over"
    CONFIRM = "confirm"
    POSTPONE = "postpone"
    FAIL = "fail"
    LOSE_TRACK = "lose_track"
    FOUND = "found"
    ABSENT = "absent"
    ASK = "ask"
    GIVE_UP = "give_up"
    CANCEL = "cancel"
    LAPSE = "lapse"


NEXT: dict[tuple[State, Action], State] = {
    (State.READY, Action.PREPARE): State.PREPARING,
    (State.PREPARING, Action.PREPARED): State.READY,
    (State.PREPARING, Action.POSTPONE): State.READY,
    (State.PREPARING, Action.FAIL): State.FAILED,
    (State.READY, Action.CLAIM): State.SENDING,
    (State.READY, Action.HAND_OVER): State.ASKED,
    (State.READY, Action.CANCEL): State.CANCELLED,
    (State.READY, Action.LAPSE): State.LAPSED,
    (State.SENDING, Action.CONFIRM): State.SENT,
    (State.SENDING, Action.POSTPONE): State.READY,
    (State.SENDING, Action.FAIL): State.FAILED,
    (State.SENDING, Action.LOSE_TRACK): State.UNCONFIRMED,
    (State.UNCONFIRMED, Action.FOUND): State.SENT,
    (State.UNCONFIRMED, Action.ABSENT): State.READY,
    (State.UNCONFIRMED, Action.ASK): State.ASKED,
    (State.ASKED, Action.FOUND): State.SENT,
    (State.ASKED, Action.ABSENT): State.READY,
    (State.ASKED, Action.GIVE_UP): State.FAILED,
}

FINAL = frozenset({State.SENT, State.FAILED, State.CANCELLED, State.LAPSED})
#: One delivery at a time per lane stands in one of these (a unique index says the same).
HOLDS_LANE = frozenset({State.PREPARING, State.SENDING, State.UNCONFIRMED})
#: What may have gone out: it counts in the day and the turn until it is answered.
MAY_BE_OUT = frozenset({State.SENDING, State.UNCONFIRMED, State.ASKED})
#: What is looked up on the platform before it is sent again. The rest may be repeated with the same key.
LOOK_FIRST = frozenset({Kind.PUBLISH, Kind.REPLY})
#: What a person can look for and answer for. The rest is given up instead: it can be done again, and nobody would know.
ASKS_A_PERSON = frozenset({Kind.PUBLISH, Kind.UPDATE, Kind.DELETE_POST, Kind.REPLY})
#: What a hold keeps back: posts. A hold is no excuse for leaving a citizen without an answer.
POSTS = frozenset({Kind.PUBLISH, Kind.UPDATE, Kind.DELETE_POST})


def advance(state: State, action: Action) -> State:
    """The state that `action` leads to; raises WrongState where the table has none."""
    return step(NEXT, state, action)


def publish_lane(channel_id: int) -> str:
    """The lane of what stands in a channel's own stream: publish, update, delete post."""
    return f"channel:{channel_id}:publish"


def talk_lane(channel_id: int) -> str:
    """The lane of what a channel says in other people's threads: replies, one at a time."""
    return f"channel:{channel_id}:talk"


def comment_lane(comment_id: int) -> str:
    """The lane of one comment's visibility: hide, unhide."""
    return f"comment:{comment_id}"


def may_still_send(*, elapsed: timedelta) -> bool:
    """The last look before a send: does the lease, counted on the monotonic clock since the claim, outlast the deadline?"""
    return elapsed < LEASE - SEND_DEADLINE


def absence_can_be_believed(*, asof: datetime, over_by: datetime, late: timedelta, visibility: timedelta) -> bool:
    """Whether "not listed" means "not there".

    `asof` is the moment taken *before* the listing was asked for; `over_by` is the latest moment at which our side had given the request
    up (the lease's end after a crash). It may land `late` after that, and be missing from the listing for `visibility` more.
    """
    return asof >= over_by + late + visibility
