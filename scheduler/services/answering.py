"""Answering: what a person writes to somebody who waits becomes a Reply and a Delivery in one transaction, or is refused with every reason.

Two who answer at once, and a comment that came meanwhile, are decided by the enquiry's own row. Says "sent" of nothing: the engine does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col

from connectors import measuring
from connectors.contract import Can, HandsOver, Limits, Receipt
from connectors.registry import platform
from scheduler.domain import delivery, enquiries
from scheduler.domain.access import Actor, Deed, demand
from scheduler.domain.delivery import talk_lane
from scheduler.domain.replies import Action, ReplyRefusal, State, leaves_at, signed
from scheduler.errors import LostRace, Refused
from scheduler.services import enquiring, errands, settling
from scheduler.services.arrivals import clean
from scheduler.services.connecting import limits_of
from scheduler.services.handing_over import HandRefusal, checked_address
from scheduler.services.native_answers import plain
from scheduler.store import channels, deliveries, replies, rows, talk
from scheduler.store import enquiries as doors
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Comment, Delivery, DeliveryContent, Enquiry, Reply, Thread


@dataclass(frozen=True, kw_only=True)
class Room:
    """What an answer in a channel may be. `limit`: its length as the platform counts; `by_hand`: a person puts it there."""

    limit: int
    counting: str
    link_weight: int | None
    can_reply: bool
    by_hand: bool
    can_hide: bool


def reply_room(session: Session, actor: Actor | None, enquiry_id: int) -> Room:
    """What an answer to this enquiry may be, and what can be done beside it."""
    channel = channels.channel(session, doors.get(session, enquiry_id).channel_id)
    demand(actor, Deed.READ, unit_id=channel.unit_id)
    limits, can = limits_of(channel), Can(channel.can)
    return Room(
        limit=_limit(channel, limits),
        counting=limits.counting.value,
        link_weight=limits.link_weight,
        can_reply=channel.active and Can.REPLY in can,
        by_hand=is_by_hand(channel),
        can_hide=channel.active and Can.HIDE in can,
    )


def reply(
    session: Session,
    actor: Actor,
    enquiry_id: int,
    *,
    text: str,
    revision: int,
    sign: bool,
    now: datetime,
    regret: timedelta = timedelta(0),
) -> Reply:
    """Send an answer on its way. `revision`: the enquiry's, as the writer saw it; `sign`: the writer's first name stands below it;
    `regret`: for how long it can be stopped for certain, where that does not make it late.

    It stands under the newest comment that waits, and answers all that the writer had seen. Raises Refused with everything at once.
    """
    channel = channels.channel(session, doors.get(session, enquiry_id).channel_id)
    demand(actor, Deed.ANSWER, unit_id=channel.unit_id)
    enquiry = doors.lock(session, enquiry_id)
    comments = doors.comments_of(session, enquiry.pk)
    waiting = [comment for comment in comments if enquiring.fact_of(comment).waits]
    words = clean(text).strip()
    said = signed(words, actor.name) if sign and words else words
    refused = _text_refusals(said, channel) | _refusals(session, enquiry, channel, revision=revision, waiting=waiting)
    if refused:
        raise Refused(*sorted(refused), limit=_limit(channel, limits_of(channel)), channel=channel.name)
    under = max(waiting, key=lambda comment: (comment.written_at, comment.pk))
    written = rows.add(
        session,
        Reply(
            municipality_id=municipality_of(session),
            enquiry_id=enquiry.pk,
            comment_id=under.pk,
            seen_id=max(comment.pk for comment in comments),
            person_id=actor.person_id,
            text=said,
            created_at=now,
            updated_at=now,
        ),
    )
    replies.change(session, written, Action.APPROVE, now=now, person_id=actor.person_id)
    leaves = leaves_at(now=now, regret=regret, due_at=enquiry.due_at)
    _mint(session, written, under, channel, now=now, not_before=leaves)
    return written


def stop_reply(session: Session, actor: Actor, reply_id: int, *, now: datetime) -> None:
    """Take an answer back that certainly has not gone out. Raises Refused where it may have."""
    written, sending = _found(session, actor, reply_id)
    if written.state is not State.APPROVED or sending.state is not delivery.State.READY:
        raise Refused(ReplyRefusal.TOO_LATE_TO_STOP)
    if not deliveries.change(session, sending, delivery.Action.CANCEL, now=now, person_id=actor.person_id):
        raise Refused(ReplyRefusal.TOO_LATE_TO_STOP)  # a worker took it up this very moment
    replies.change(session, written, Action.CANCEL, now=now, person_id=actor.person_id)


def answered_by_hand(session: Session, actor: Actor, reply_id: int, *, url: str, now: datetime) -> None:
    """The person has put the answer there, or has seen that it stands there. `url`: where, or "" where the network gives no address."""
    written, asked = _asked(session, actor, reply_id)
    address = checked_address(url)
    seen = _collected(session, written)
    if seen is not None:
        receipt = Receipt(remote_id=seen.remote_id, url=address or seen.url, at=seen.written_at)
    else:
        receipt = Receipt(remote_id=f"by hand: {asked.key}", url=address)
    if not settling.sent(session, asked, receipt, action=delivery.Action.FOUND, now=now, person_id=actor.person_id):
        raise LostRace("delivery", asked.pk)


def not_answered_by_hand(session: Session, actor: Actor, reply_id: int, *, now: datetime) -> None:
    """The person has not put it there, or has seen that it does not stand there: nothing is sent again unless somebody sends it."""
    written, asked = _asked(session, actor, reply_id)
    if not deliveries.change(
        session, asked, delivery.Action.ABSENT, now=now, person_id=actor.person_id, not_before=now
    ):
        raise LostRace("delivery", asked.pk)
    session.refresh(asked)
    deliveries.change(session, asked, delivery.Action.CANCEL, now=now, person_id=actor.person_id)
    replies.change(session, written, Action.CANCEL, now=now, person_id=actor.person_id)


def is_by_hand(channel: Channel) -> bool:
    """Whether a person carries the last step there."""
    return platform(channel.platform).hands_over is HandsOver.PERSON


def _text_refusals(said: str, channel: Channel) -> set[ReplyRefusal]:
    if not said:
        return {ReplyRefusal.EMPTY}
    limits = limits_of(channel)
    return {ReplyRefusal.TOO_LONG} if measuring.length(said, limits) > _limit(channel, limits) else set()


def _refusals(
    session: Session, enquiry: Enquiry, channel: Channel, *, revision: int, waiting: list[Comment]
) -> set[ReplyRefusal]:
    found = set[ReplyRefusal]()
    if enquiry.revision != revision:
        found.add(ReplyRefusal.NEWER_COMMENT)
    if replies.under_way(session, enquiry.pk) is not None:
        found.add(ReplyRefusal.UNDER_WAY)
    if not is_by_hand(channel) and not (channel.active and Can.REPLY in Can(channel.can)):
        found.add(ReplyRefusal.CANNOT_REPLY)
    if not waiting:
        taken_away = enquiry.settlement is enquiries.Settlement.DELETED
        found.add(ReplyRefusal.GONE if taken_away else ReplyRefusal.SETTLED)
    return found


def _mint(
    session: Session, written: Reply, under: Comment, channel: Channel, *, now: datetime, not_before: datetime
) -> None:
    thread = rows.get(session, Thread, under.thread_id)
    made = deliveries.mint(
        session,
        kind=delivery.Kind.REPLY,
        lane=talk_lane(channel.pk),
        channel_id=channel.pk,
        reply_id=written.pk,
        comment_id=under.pk,
        content=DeliveryContent(
            municipality_id=municipality_of(session),
            delivery_id=0,
            text=written.text,
            target=errands.as_target(under, thread_id=thread.remote_id),
        ),
        now=now,
        not_before=not_before,
        person_id=written.person_id,
    )
    if is_by_hand(channel):
        deliveries.change(session, made, delivery.Action.HAND_OVER, now=now, unconfirmed_at=now)


def _found(session: Session, actor: Actor, reply_id: int) -> tuple[Reply, Delivery]:
    written = replies.get(session, reply_id)
    channel = channels.channel(session, doors.get(session, written.enquiry_id).channel_id)
    demand(actor, Deed.ANSWER, unit_id=channel.unit_id)
    sending = deliveries.of_reply(session, reply_id)
    assert sending is not None, "every answer is minted with its delivery"
    return written, sending


def _asked(session: Session, actor: Actor, reply_id: int) -> tuple[Reply, Delivery]:
    written, sending = _found(session, actor, reply_id)
    if sending.state is not delivery.State.ASKED:
        raise Refused(HandRefusal.NOT_ASKED)
    return written, sending


def _collected(session: Session, written: Reply) -> Comment | None:
    """The answer itself among what our account has written in the thread, where a collection has brought it."""
    under = rows.get(session, Comment, written.comment_id)
    ours = rows.every(
        session,
        Comment,
        col(Comment.thread_id) == under.thread_id,
        col(Comment.own).is_(True),
        col(Comment.seen_at) >= written.created_at,
    )
    out, _ = talk.replies_in(session, under.thread_id)
    return next((each for each in ours if each.remote_id not in out and plain(each.text) == plain(written.text)), None)


def _limit(channel: Channel, limits: Limits) -> int:
    return limits.characters - platform(channel.platform).name_in_front
