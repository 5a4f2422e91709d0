"""What is done with an enquiry beside answering it: given to somebody, settled without an answer, taken up again, hidden from sight.

Hiding goes out by a Delivery, like everything else; a comment counts as hidden when the platform has said so. Writes no answers.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from connectors.contract import Can
from scheduler.domain.access import Actor, Deed, demand, may
from scheduler.domain.delivery import Kind, comment_lane
from scheduler.domain.enquiries import Refusal, Settlement, State, Visibility
from scheduler.domain.replies import ReplyRefusal
from scheduler.domain.sla import Started, clock_of
from scheduler.errors import Refused
from scheduler.services import enquiring, errands
from scheduler.store import audit, channels, deliveries, enquiries, people, replies, rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Comment, Delivery, DeliveryContent, Enquiry, Thread

LONGEST_REASON = 300


def assign(session: Session, actor: Actor, enquiry_id: int, *, person_id: int | None, now: datetime) -> None:
    """Give an open enquiry to somebody who may answer it, or (None) to nobody."""
    enquiry, channel = _held(session, actor, enquiry_id)
    if enquiry.state is not State.OPEN:
        raise Refused(Refusal.NOT_OPEN)
    if person_id is not None:
        _demand_answerer(session, person_id, channel)
    if enquiry.assignee_id == person_id:
        return
    before, enquiry.assignee_id, enquiry.updated_at = enquiry.assignee_id, person_id, now
    session.add(enquiry)
    enquiries.note(
        session,
        enquiry.pk,
        "unassign" if person_id is None else "assign",
        now=now,
        person_id=actor.person_id,
        detail={"assignee_id": person_id, "was": before},
    )


def dismiss(session: Session, actor: Actor, enquiry_id: int, *, now: datetime, revision: int | None = None) -> None:
    """All that waits in it needs no answer. `revision`: the enquiry's, as the person saw it; None: whatever it is by now."""
    enquiry, _ = _held(session, actor, enquiry_id)
    if enquiry.state is not State.OPEN:
        raise Refused(Refusal.NOT_OPEN)
    if replies.under_way(session, enquiry.pk) is not None:
        raise Refused(ReplyRefusal.UNDER_WAY)
    if revision is not None and enquiry.revision != revision:
        raise Refused(ReplyRefusal.NEWER_COMMENT)
    for comment in enquiries.comments_of(session, enquiry.pk):
        if enquiring.fact_of(comment).waits:
            comment.dismissed_at = now
            session.add(comment)
    enquiries.note(session, enquiry.pk, "dismiss", now=now, person_id=actor.person_id)
    enquiring.refresh(session, enquiry.pk, now=now, person_id=actor.person_id)


def reopen(session: Session, actor: Actor, enquiry_id: int, *, now: datetime) -> None:
    """Take up again what was settled: what was dismissed waits with its own old clock, what was answered waits from now on.

    What is hidden is shown again instead, and what the citizen took away stays away.
    """
    enquiry, _ = _held(session, actor, enquiry_id)
    if enquiry.state is not State.SETTLED:
        raise Refused(Refusal.NOT_SETTLED)
    comments = enquiries.comments_of(session, enquiry.pk)
    standing = [each for each in comments if each.gone_at is None and each.hidden_at is None]
    if not standing:
        hidden = enquiry.settlement is Settlement.HIDDEN
        raise Refused(Refusal.NOT_VISIBLE if hidden else Refusal.COMMENT_GONE)
    newest = max(standing, key=lambda comment: (comment.written_at, comment.pk))
    if newest.answered_at is not None:
        newest.answered_at, newest.dismissed_at = None, None
        newest.clock_at, newest.clock_by = now, Started.REOPENED
        session.add(newest)
    else:
        together = newest.dismissed_at
        for comment in standing:
            if comment.answered_at is None and comment.dismissed_at == together:
                comment.dismissed_at = None
                session.add(comment)
    enquiring.refresh(session, enquiry.pk, now=now, person_id=actor.person_id)


def make_enquiry(session: Session, actor: Actor, comment_id: int, *, now: datetime) -> int:
    """A comment that asked for nothing waits for an answer all the same, since it was written; the id of its enquiry."""
    comment = rows.get(session, Comment, comment_id)
    demand(actor, Deed.ANSWER, unit_id=channels.channel(session, comment.channel_id).unit_id)
    enquiries.lock_thread(session, comment.thread_id)
    session.refresh(comment)
    if comment.own:
        raise Refused(Refusal.OWN_COMMENT)
    if comment.enquiry_id is not None:
        raise Refused(Refusal.HAS_ENQUIRY)
    if comment.visibility is not Visibility.VISIBLE:
        deleted = comment.visibility is Visibility.DELETED
        raise Refused(Refusal.COMMENT_GONE if deleted else Refusal.NOT_VISIBLE)
    audit.note(
        session,
        now=now,
        person_id=actor.person_id,
        subject="comment",
        subject_id=comment.pk,
        action="make_enquiry",
        detail={"silent": comment.silent.value if comment.silent else None},
    )
    comment.silent = None
    clock = clock_of(written_at=comment.written_at, seen_at=comment.seen_at, lacked_at=None)
    return enquiring.receive(session, comment, clock, now=now, person_id=actor.person_id).pk


def unmake_enquiry(session: Session, actor: Actor, comment_id: int, *, now: datetime) -> None:
    """The step back from `make_enquiry`: this comment alone needs no answer; what else its writer waits for stands."""
    comment = rows.get(session, Comment, comment_id)
    demand(actor, Deed.ANSWER, unit_id=channels.channel(session, comment.channel_id).unit_id)
    if comment.enquiry_id is None:
        raise Refused(Refusal.NOT_OPEN)
    enquiry = enquiries.lock(session, comment.enquiry_id)
    session.refresh(comment)
    if not enquiring.fact_of(comment).waits:
        raise Refused(Refusal.NOT_OPEN)
    if replies.under_way(session, enquiry.pk) is not None:
        raise Refused(ReplyRefusal.UNDER_WAY)
    comment.dismissed_at = now
    session.add(comment)
    enquiries.note(
        session, enquiry.pk, "dismiss", now=now, person_id=actor.person_id, detail={"comment_id": comment.pk}
    )
    enquiring.refresh(session, enquiry.pk, now=now, person_id=actor.person_id)


def hide(session: Session, actor: Actor, comment_id: int, *, reason: str, now: datetime) -> Delivery:
    """Ask the platform to take a citizen's comment out of sight. `reason`: kept in the history. Raises Refused with everything at once."""
    comment, channel, refused = _moderated(session, actor, comment_id)
    why = " ".join(reason.split())[:LONGEST_REASON]
    if not why:
        refused.add(Refusal.REASON_MISSING)
    if comment.visibility is not Visibility.VISIBLE:
        refused.add(Refusal.NOT_VISIBLE)
    return _ask_platform(session, actor, comment, channel, Kind.HIDE, refused, detail={"reason": why}, now=now)


def unhide(session: Session, actor: Actor, comment_id: int, *, now: datetime) -> Delivery:
    """Ask the platform to show a hidden comment again; shown, it waits as it did before. Raises Refused."""
    comment, channel, refused = _moderated(session, actor, comment_id)
    if comment.visibility is not Visibility.HIDDEN:
        refused.add(Refusal.NOT_HIDDEN)
    return _ask_platform(session, actor, comment, channel, Kind.UNHIDE, refused, detail={}, now=now)


def _moderated(session: Session, actor: Actor, comment_id: int) -> tuple[Comment, Channel, set[Refusal]]:
    """The comment, one asking at a time, with what stands in the way of hiding and showing alike."""
    comment = rows.get(session, Comment, comment_id)
    channel = channels.channel(session, comment.channel_id)
    demand(actor, Deed.HIDE, unit_id=channel.unit_id)
    enquiries.lock_thread(session, comment.thread_id)
    session.refresh(comment)
    refused = set[Refusal]()
    if not channel.active or Can.HIDE not in Can(channel.can):
        refused.add(Refusal.CANNOT_HIDE)
    if comment.own:
        refused.add(Refusal.OWN_COMMENT)
    if deliveries.showing_or_hiding(session, comment.pk) is not None:
        refused.add(Refusal.HIDE_UNDER_WAY)
    return comment, channel, refused


def _ask_platform(
    session: Session,
    actor: Actor,
    comment: Comment,
    channel: Channel,
    kind: Kind,
    refused: set[Refusal],
    *,
    detail: dict[str, object],
    now: datetime,
) -> Delivery:
    if refused:
        raise Refused(*sorted(refused), channel=channel.name)
    thread = rows.get(session, Thread, comment.thread_id)
    audit.note(
        session,
        now=now,
        person_id=actor.person_id,
        subject="comment",
        subject_id=comment.pk,
        action=kind.value,
        detail=detail,
    )
    return deliveries.mint(
        session,
        kind=kind,
        lane=comment_lane(comment.pk),
        channel_id=channel.pk,
        comment_id=comment.pk,
        content=DeliveryContent(
            municipality_id=municipality_of(session),
            delivery_id=0,
            text="",
            target=errands.as_target(comment, thread_id=thread.remote_id),
        ),
        now=now,
        person_id=actor.person_id,
    )


def _held(session: Session, actor: Actor, enquiry_id: int) -> tuple[Enquiry, Channel]:
    """The enquiry, held by this transaction, and its channel; only for those who may answer there."""
    found = enquiries.get(session, enquiry_id)
    channel = channels.channel(session, found.channel_id)
    demand(actor, Deed.ANSWER, unit_id=channel.unit_id)
    enquiries.lock_thread(session, found.thread_id)  # before the enquiry, as whoever collects does
    return enquiries.lock(session, enquiry_id), channel


def _demand_answerer(session: Session, person_id: int, channel: Channel) -> None:
    found = next((each for each in people.colleagues(session) if each.person_id == person_id), None)
    if found is None:
        raise Refused(Refusal.ASSIGNEE_UNKNOWN)
    somebody = Actor(person_id=person_id, municipality_id=channel.municipality_id, name="", grants=found.grants)
    if not may(somebody, Deed.ANSWER, municipality_id=channel.municipality_id, unit_id=channel.unit_id):
        raise Refused(Refusal.ASSIGNEE_MAY_NOT)
