"""What becomes of an enquiry when something happens in its thread: it opens, is joined, is answered, settles, opens again.

Every way in (collected, entered by hand, edited, taken away, answered through us or natively) ends here, in the transaction of its
cause. Goes nowhere. Source: design, "An Enquiry settles".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from scheduler.domain import delivery
from scheduler.domain import replies as of_replies
from scheduler.domain.enquiries import (
    Action,
    Fact,
    Kind,
    Origin,
    State,
    first_waiting,
    settled_at,
    settlement,
)
from scheduler.domain.sla import RESPONSE_TIME, Clock, Started, too_long
from scheduler.store import deliveries, enquiries, replies
from scheduler.store.tables import Comment, Enquiry, Thread

_KINDS = {Origin.MENTION: Kind.MENTION, Origin.VISITOR: Kind.VISITOR_POST, Origin.BY_HAND: Kind.BY_HAND}


def receive(
    session: Session, comment: Comment, clock: Clock, *, now: datetime, person_id: int | None = None
) -> Enquiry:
    """A citizen's comment waits from now on: it joins the person's open enquiry in its thread, or opens one."""
    thread = enquiries.lock_thread(session, comment.thread_id)
    comment.clock_at, comment.clock_by = clock.started_at, clock.started_by
    standing = (
        enquiries.open_of(session, thread_id=thread.pk, author_remote_id=comment.author_remote_id)
        if comment.author_remote_id is not None
        else None
    )
    if standing is None:
        standing = enquiries.add(
            session, comment=comment, kind=_kind(thread), clock=clock, now=now, person_id=person_id
        )
        comment.enquiry_id = standing.pk
        session.add(comment)
        session.flush()
    else:
        comment.enquiry_id = standing.pk
        if comment.seen_at < now:
            _behind_the_answer(session, comment, standing)
        session.add(comment)
        if fact_of(comment).waits:
            # So it stays open, and only the start of its clock can change: a talk of thousands is not read again for each comment.
            if clock.started_at < standing.started_at:
                standing.started_at, standing.started_by = clock.started_at, clock.started_by
                standing.due_at = clock.due_at
            touch(session, standing, at=_newest(comment, now))
            return standing
        touch(session, standing, at=_newest(comment, now))
    return refresh(session, standing.pk, now=now, person_id=person_id)


def touch(session: Session, enquiry: Enquiry, *, at: datetime) -> None:
    """The citizen has done something: whoever writes an answer must see it first."""
    enquiry.revision += 1
    enquiry.newest_at = max(enquiry.newest_at, at)
    session.add(enquiry)
    session.flush()


def edited(session: Session, comment: Comment, *, now: datetime) -> None:
    """The citizen has changed a comment in an enquiry. What was answered or set aside before the change waits again, from the change on.

    Who of us answered it or set it aside had not seen the change, since it is seen now, whenever the platform says it was made.
    """
    if comment.enquiry_id is None or comment.own:
        return
    enquiry = enquiries.lock(session, comment.enquiry_id)
    at = min(comment.edited_at or now, now)
    touch(session, enquiry, at=at)
    ends = [end for end in (comment.answered_at, comment.dismissed_at) if end is not None]
    if ends and (at > max(ends) or _ended_by_us(session, comment)):
        _wait_anew(session, comment, at=at)
        refresh(session, enquiry.pk, now=now)
    else:  # what waits goes on waiting with its clock: a talk of thousands is not read again for each change
        _behind_the_answer(session, comment, enquiry)
        session.add(comment)
        session.flush()


def answered(
    session: Session,
    enquiry_id: int,
    *,
    up_to: int,
    at: datetime,
    now: datetime,
    person_id: int | None,
    reply_id: int | None = None,
) -> None:
    """An answer of ours stands there since `at`: it answers every waiting comment of the enquiry up to the id `up_to`.

    `reply_id`: the answer. What a comment came to say while it was under way it does not answer.
    """
    enquiry = enquiries.lock(session, enquiry_id)
    changed = list[Comment]()
    for comment in enquiries.comments_of(session, enquiry.pk):
        if comment.pk > up_to or not fact_of(comment).waits:
            continue
        if reply_id is not None and comment.unseen_by == reply_id:
            if comment.edited_at is None or comment.edited_at <= fact_of(comment).clock_at:
                continue  # it has waited since the change, and goes on
            changed.append(comment)
        comment.answered_at = at
        session.add(comment)
    session.flush()
    refresh(session, enquiry.pk, now=now, person_id=person_id)
    for comment in changed:
        assert comment.edited_at is not None, "looked at above"
        _wait_anew(session, comment, at=min(comment.edited_at, now))
    if changed:
        refresh(session, enquiry.pk, now=now)


def answered_there(session: Session, comments: Iterable[Comment], *, at: datetime, now: datetime) -> None:
    """An answer that somebody wrote on the platform itself, at `at`, answers these comments, as far as they wait.

    An answer of ours that has not left, and to which nothing is left to answer, does not leave: nobody is answered twice.
    """
    waiting = [comment for comment in comments if comment.enquiry_id is not None and fact_of(comment).waits]
    for comment in waiting:
        comment.answered_at = at
        session.add(comment)
    session.flush()
    for enquiry_id in sorted({comment.enquiry_id for comment in waiting if comment.enquiry_id is not None}):
        if refresh(session, enquiry_id, now=now).state is State.SETTLED:
            _keep_here(session, enquiry_id, now=now)


def refresh(session: Session, enquiry_id: int, *, now: datetime, person_id: int | None = None) -> Enquiry:
    """Bring the enquiry's state and clock in line with its comments. Safe to call at any time."""
    enquiry = enquiries.lock(session, enquiry_id)
    session.flush()
    comments = enquiries.comments_of(session, enquiry.pk)
    facts = [fact_of(comment) for comment in comments]
    first, how = first_waiting(facts), settlement(facts)
    enquiry.breached = enquiry.breached or any(
        too_long(started_at=fact.clock_at, ended_at=fact.ended_at) for fact in facts if fact.ended_at is not None
    )
    if first is not None:
        by = next(comment.clock_by for comment in comments if comment.pk == first.comment_id)
        enquiry.started_at, enquiry.started_by = first.clock_at, by or Started.WRITTEN
        enquiry.due_at = first.clock_at + RESPONSE_TIME
    session.add(enquiry)
    session.flush()
    if how is None and enquiry.state is State.SETTLED:
        enquiries.change(
            session, enquiry, Action.REOPEN, now=now, person_id=person_id, settlement=None, settled_at=None
        )
    elif how is not None and enquiry.state is State.OPEN:
        enquiries.change(
            session,
            enquiry,
            Action.SETTLE,
            now=now,
            person_id=person_id,
            detail={"settlement": how.value},
            settlement=how,
            settled_at=settled_at(facts) or now,
        )
    return enquiry


def _keep_here(session: Session, enquiry_id: int, *, now: datetime) -> None:
    written = replies.under_way(session, enquiry_id)
    sending = deliveries.of_reply(session, written.pk) if written is not None else None
    if written is None or sending is None or sending.state is not delivery.State.READY or sending.first_tried_at:
        return
    if deliveries.change(
        session, sending, delivery.Action.CANCEL, now=now
    ):  # else a worker took it up this very moment
        replies.change(
            session, written, of_replies.Action.CANCEL, now=now, person_id=None, problem_code="answered_there"
        )


def _wait_anew(session: Session, comment: Comment, *, at: datetime) -> None:
    comment.answered_at, comment.dismissed_at = None, None
    comment.clock_at, comment.clock_by = at, Started.EDITED
    session.add(comment)
    session.flush()


def _behind_the_answer(session: Session, comment: Comment, enquiry: Enquiry) -> None:
    """Where an answer is under way, it was written without this."""
    written = replies.under_way(session, enquiry.pk)
    if written is not None and comment.pk <= written.seen_id:
        comment.unseen_by = written.pk


def _ended_by_us(session: Session, comment: Comment) -> bool:
    """Whether it was set aside, or an answer went out through us; not where somebody answered on the platform, who saw what stood there."""
    assert comment.enquiry_id is not None, "only of a comment in an enquiry"
    return comment.dismissed_at is not None or comment.answered_at in {
        each.sent_at for each in replies.of_enquiry(session, comment.enquiry_id) if each.sent_at is not None
    }


def fact_of(comment: Comment) -> Fact:
    """What an enquiry needs to know of one of its comments."""
    return Fact(
        comment_id=comment.pk,
        clock_at=comment.clock_at or comment.written_at,
        answered_at=comment.answered_at,
        dismissed_at=comment.dismissed_at,
        hidden_at=comment.hidden_at,
        gone_at=comment.gone_at,
    )


def _newest(comment: Comment, now: datetime) -> datetime:
    return min(comment.edited_at or comment.written_at, now)


def _kind(thread: Thread) -> Kind:
    return _KINDS.get(thread.origin, Kind.COMMENT)
