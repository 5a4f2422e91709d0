"""The names of states and kinds, as tags show them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from scheduler.domain import delivery, publication
from web.texts import later as _l

WORDS: Mapping[type[Enum], Mapping[Enum, str]] = {
    publication.State: {
        publication.State.DRAFT: _l("Draft"),
        publication.State.IN_REVIEW: _l("Awaiting approval"),
        publication.State.APPROVED: _l("Approved"),
        publication.State.SCHEDULED: _l("Scheduled"),
        publication.State.GOING_OUT: _l("Going out"),
        publication.State.PUBLISHED: _l("Published"),
        publication.State.FAILED: _l("Failed"),
        publication.State.CANCELLED: _l("Dropped"),
        publication.State.EXPIRED: _l("Expired"),
        publication.State.WITHDRAWN: _l("Withdrawn"),
    },
    publication.Note: {
        publication.Note.SENT_BACK: _l("It was sent back with a comment."),
    },
    delivery.State: {
        delivery.State.READY: _l("Ready to send"),
        delivery.State.PREPARING: _l("Sending pictures"),
        delivery.State.SENDING: _l("Sending"),
        delivery.State.UNCONFIRMED: _l("Unsure whether it came out"),
        delivery.State.ASKED: _l("Waiting for your answer"),
        delivery.State.SENT: _l("Sent"),
        delivery.State.FAILED: _l("Failed"),
        delivery.State.CANCELLED: _l("Dropped"),
        delivery.State.LAPSED: _l("Not sent in time"),
    },
    delivery.Kind: {
        delivery.Kind.PUBLISH: _l("Publish"),
        delivery.Kind.UPDATE: _l("Correct"),
        delivery.Kind.DELETE_POST: _l("Withdraw"),
        delivery.Kind.REPLY: _l("Answer"),
        delivery.Kind.HIDE: _l("Hide a comment"),
        delivery.Kind.UNHIDE: _l("Show a comment again"),
        delivery.Kind.MAIL: _l("Mail"),
    },
    publication.Action: {
        publication.Action.SUBMIT: _l("Sent for approval"),
        publication.Action.RELEASE: _l("Released"),
        publication.Action.APPROVE: _l("Approved"),
        publication.Action.SEND_BACK: _l("Sent back"),
        publication.Action.PLACE: _l("Given a time"),
        publication.Action.MOVE: _l("Moved"),
        publication.Action.TAKE_OFF: _l("Taken off its time"),
        publication.Action.DUE: _l("Its time came"),
        publication.Action.SENT: _l("Published"),
        publication.Action.FAILED: _l("Failed"),
        publication.Action.LAPSED: _l("Not sent in time"),
        publication.Action.EDIT: _l("Edited"),
        publication.Action.RETRY: _l("Tried again"),
        publication.Action.CANCEL: _l("Dropped"),
        publication.Action.EXPIRE: _l("Expired"),
        publication.Action.CORRECT: _l("Corrected"),
        publication.Action.WITHDRAWN: _l("Withdrawn"),
    },
}
