"""What a delivery's end does in the talk: a reply stands there and its enquiry is answered, or it does not; a comment is hidden or shown.

Runs inside the transaction that settles the delivery, after it; opens none, goes nowhere. The thread is held first, then the enquiry,
then comments are touched: whoever collects holds them in the same order.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from connectors.contract import Receipt
from scheduler.domain.delivery import Kind
from scheduler.domain.enquiries import Visibility
from scheduler.domain.replies import Action
from scheduler.services import enquiring
from scheduler.store import audit, channels, enquiries, replies, rows, talk
from scheduler.store.tables import Comment, Delivery, Reply, Thread


def reply_sent(session: Session, delivery: Delivery, receipt: Receipt, *, now: datetime, person_id: int | None) -> None:
    """The answer stands there since the platform's own time: it is a comment of ours, and answers all that its writer had seen."""
    reply = _reply(session, delivery)
    at = min(receipt.at or now, now)  # a platform's clock may go ahead of ours
    replies.change(
        session,
        reply,
        Action.SENT,
        now=now,
        person_id=person_id,
        remote_id=receipt.remote_id,
        url=receipt.url,
        sent_at=at,
        problem_code=None,
        problem_detail=None,
    )
    under = rows.get(session, Comment, reply.comment_id)
    thread = enquiries.lock_thread(session, under.thread_id)
    session.refresh(under)  # whoever collects may have changed it while we waited
    _keep_as_comment(session, reply, receipt, thread=thread, under=under, at=at, now=now)
    enquiring.answered(
        session,
        reply.enquiry_id,
        up_to=reply.seen_id,
        at=at,
        now=now,
        person_id=reply.person_id,
        reply_id=reply.pk,
    )


def reply_failed(
    session: Session, delivery: Delivery, *, code: str, detail: str | None, now: datetime, person_id: int | None
) -> None:
    """The answer does not stand there: the citizen goes on waiting, and whoever wrote it is told why."""
    replies.change(
        session,
        _reply(session, delivery),
        Action.FAILED,
        now=now,
        person_id=person_id,
        problem_code=code,
        problem_detail=detail,
    )


def moderated(session: Session, delivery: Delivery, *, now: datetime) -> None:
    """The comment is out of sight, or in sight again; what it waits for is reckoned anew."""
    comment = _held(session, delivery)
    if comment.visibility is Visibility.DELETED:
        return  # the citizen was first
    if delivery.kind is Kind.HIDE:
        comment.visibility, comment.hidden_at = Visibility.HIDDEN, comment.hidden_at or now
        _settle(session, comment, "hidden", now=now)
    elif comment.visibility is Visibility.HIDDEN:
        comment.visibility, comment.hidden_at = Visibility.VISIBLE, None
        _settle(session, comment, "shown", now=now)


def not_moderated(session: Session, delivery: Delivery, *, code: str, now: datetime) -> None:
    """The comment stands as it stood; its history says why."""
    assert delivery.comment_id is not None, "a hiding is of a comment"
    audit.note(
        session,
        now=now,
        person_id=None,
        subject="comment",
        subject_id=delivery.comment_id,
        action=f"{delivery.kind.value}_failed",
        detail={"code": code},
    )


def found_gone(session: Session, delivery: Delivery, *, now: datetime) -> None:
    """The citizen had taken the comment away before we came to it. Its text is kept."""
    comment = _held(session, delivery)
    if comment.visibility is not Visibility.DELETED:
        comment.visibility, comment.gone_at = Visibility.DELETED, comment.gone_at or now
        if comment.enquiry_id is not None:
            enquiring.touch(session, enquiries.lock(session, comment.enquiry_id), at=now)
        _settle(session, comment, "found_gone", now=now)


def _held(session: Session, delivery: Delivery) -> Comment:
    """The delivery's comment as it is now, its thread and its enquiry held."""
    assert delivery.comment_id is not None, "a hiding is of a comment"
    comment = rows.get(session, Comment, delivery.comment_id)
    enquiries.lock_thread(session, comment.thread_id)
    session.refresh(comment)
    if comment.enquiry_id is not None:
        enquiries.lock(session, comment.enquiry_id)
    return comment


def _settle(session: Session, comment: Comment, action: str, *, now: datetime) -> None:
    session.add(comment)
    session.flush()
    audit.note(session, now=now, person_id=None, subject="comment", subject_id=comment.pk, action=action)
    if comment.enquiry_id is not None:
        enquiring.refresh(session, comment.enquiry_id, now=now)


def _keep_as_comment(
    session: Session,
    reply: Reply,
    receipt: Receipt,
    *,
    thread: Thread,
    under: Comment,
    at: datetime,
    now: datetime,
) -> None:
    """The answer among the comments of its thread, unless a collection has brought it already."""
    channel = channels.channel(session, under.channel_id)
    talk.add_comments(
        session,
        [
            {
                "channel_id": channel.pk,
                "thread_id": thread.pk,
                "remote_id": receipt.remote_id,
                "parent_remote_id": under.remote_id,
                "author_name": channel.remote_name or channel.name,
                "text": reply.text,
                "url": receipt.url,
                "own": True,
                "visibility": Visibility.VISIBLE,
                "written_at": at,
                "seen_at": now,
            }
        ],
    )
    if thread.active_at < at:
        thread.active_at = at
        session.add(thread)


def _reply(session: Session, delivery: Delivery) -> Reply:
    assert delivery.reply_id is not None, "an answer's delivery is of a reply"
    return replies.get(session, delivery.reply_id)
