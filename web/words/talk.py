"""Words of the inbox: enquiries, their clocks, our answers, and why something could not be done with them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from scheduler.domain import replies
from scheduler.domain.enquiries import Kind, Origin, Refusal, Settlement, Silent, State, Visibility
from scheduler.domain.replies import ReplyRefusal
from scheduler.domain.sla import Promise, Started, Step
from scheduler.queries.inbox import Tab
from web.texts import later as _l

WORDS: Mapping[type[Enum], Mapping[Enum, str]] = {
    Tab: {
        Tab.MINE: _l("Mine"),
        Tab.OPEN: _l("Open now"),
        Tab.QUIET: _l("Needs no answer"),
        Tab.SETTLED: _l("Settled"),
        Tab.ALL: _l("All"),
    },
    Origin: {
        Origin.OURS: _l("Our post"),
        Origin.NATIVE: _l("Our post, written on the platform"),
        Origin.MENTION: _l("A post that mentions us"),
        Origin.VISITOR: _l("A post on our page"),
        Origin.BY_HAND: _l("Entered by hand"),
    },
    Kind: {
        Kind.COMMENT: _l("Comment"),
        Kind.VISITOR_POST: _l("Post on our page"),
        Kind.MENTION: _l("Mention"),
        Kind.BY_HAND: _l("Entered by hand"),
    },
    Visibility: {
        Visibility.VISIBLE: _l("Visible"),
        Visibility.HIDDEN: _l("Hidden"),
        Visibility.DELETED: _l("Deleted by the one who wrote it"),
    },
    State: {
        State.OPEN: _l("Open"),
        State.SETTLED: _l("Settled"),
    },
    Settlement: {
        Settlement.ANSWERED: _l("Answered"),
        Settlement.DISMISSED: _l("Needs no answer"),
        Settlement.HIDDEN: _l("Hidden"),
        Settlement.DELETED: _l("Deleted by the one who wrote it"),
    },
    Silent: {
        Silent.THANKS: _l("Says thanks, and asks for nothing"),
        Silent.TAGS_ONLY: _l("Only tags other people"),
        Silent.NO_WORDS: _l("Holds no words"),
    },
    Promise: {
        Promise.RUNNING: _l("Within the time"),
        Promise.SOON: _l("Due soon"),
        Promise.OVERDUE: _l("Overdue"),
        Promise.KEPT: _l("In time"),
        Promise.ANSWERED_LATE: _l("Answered too late"),
    },
    Started: {
        Started.WRITTEN: _l("%(name)s wrote %(written)s. The answer is due 24 hours later."),
        Started.NOT_SEEN_BEFORE: _l("The platform says that %(name)s wrote %(written)s. We looked through everything %(started)s, and it was not there yet. The answer is due 24 hours after that."),
        Started.CLOCK_AHEAD: _l("The platform's clock is ahead of ours, so we count from when we first saw it, %(started)s. The answer is due 24 hours later."),
        Started.BY_HAND: _l("It was entered by hand, as written %(started)s. The answer is due 24 hours later."),
        Started.EDITED: _l("%(name)s changed what was written %(started)s. The answer is due 24 hours after the change."),
        Started.REOPENED: _l("It was reopened %(started)s. The answer is due 24 hours later."),
    },
    Step: {
        Step.REMIND: _l("Reminder"),
        Step.ESCALATE: _l("Notice to the leader"),
    },
    replies.State: {
        replies.State.DRAFT: _l("Draft"),
        replies.State.APPROVED: _l("On its way"),
        replies.State.SENT: _l("Sent"),
        replies.State.FAILED: _l("Not sent"),
        replies.State.CANCELLED: _l("Stopped"),
    },
    ReplyRefusal: {
        ReplyRefusal.EMPTY: _l("Write an answer first."),
        ReplyRefusal.TOO_LONG: _l("The answer is too long for this channel. Shorten it."),
        ReplyRefusal.NEWER_COMMENT: _l("Something new was written while you wrote. Read it, and send the answer if it still holds."),
        ReplyRefusal.UNDER_WAY: _l("An answer is on its way already. Wait until it has come out, or stop it."),
        ReplyRefusal.CANNOT_REPLY: _l("We cannot answer in this channel from here. Look at the channel's page to see why."),
        ReplyRefusal.SETTLED: _l("The enquiry is settled. Reopen it if it needs one more answer."),
        ReplyRefusal.GONE: _l("What was asked has been deleted, so there is nothing to answer."),
        ReplyRefusal.TOO_LATE_TO_STOP: _l("It was too late to stop the answer: it is being sent, or is out."),
    },
    Refusal: {
        Refusal.NOT_OPEN: _l("The enquiry is settled already."),
        Refusal.NOT_SETTLED: _l("The enquiry is open already."),
        Refusal.ASSIGNEE_UNKNOWN: _l("Choose somebody from the list."),
        Refusal.ASSIGNEE_MAY_NOT: _l("The one you chose may not answer in this channel. Choose somebody else."),
        Refusal.CANNOT_HIDE: _l("This platform does not let us hide comments. Do it there, if it can be done."),
        Refusal.NOT_HIDDEN: _l("The comment is not hidden."),
        Refusal.NOT_VISIBLE: _l("The comment is not visible, so there is nothing to hide."),
        Refusal.HIDE_UNDER_WAY: _l("The comment is being hidden or shown again already. Wait until that is done."),
        Refusal.REASON_MISSING: _l("Write why. It is kept in the history."),
        Refusal.OWN_COMMENT: _l("We wrote this ourselves."),
        Refusal.HAS_ENQUIRY: _l("It is an enquiry already."),
        Refusal.COMMENT_GONE: _l("The comment has been deleted by the one who wrote it."),
        Refusal.TEXT_MISSING: _l("Write what was asked."),
        Refusal.TEXT_TOO_LONG: _l("The text is too long. Keep what matters."),
        Refusal.AUTHOR_TOO_LONG: _l("The name is too long. Shorten it."),
        Refusal.ADDRESS_INVALID: _l("The address must be a whole one that begins with https://."),
        Refusal.WRITTEN_IN_FUTURE: _l("The time has not come yet. Write when it was written."),
        Refusal.WRITTEN_LONG_AGO: _l("That is too long ago. Check the date."),
        Refusal.LISTENS_ITSELF: _l("Enquiries in this channel come by themselves. Choose another channel."),
    },
}  # fmt: skip
