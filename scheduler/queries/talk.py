"""One enquiry's whole page: the post it stands under, the talk around the person, our answers, what may be done, its history.

Reads only, in a bounded number of questions and of rows however long or deep the thread is. Knows no words and decides no rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from scheduler.domain import delivery, replies
from scheduler.domain.access import Actor, Deed, may
from scheduler.domain.enquiries import Kind, Origin, Settlement, State
from scheduler.domain.sla import Promise, Started, Step, promise
from scheduler.errors import Missing
from scheduler.queries import thread
from scheduler.queries.tabs import in_reach, reach_of
from scheduler.queries.thread import Hiding, Said
from scheduler.store.database import municipality_of
from scheduler.store.tables import (
    AuditEvent,
    Channel,
    Comment,
    Delivery,
    DeliveryContent,
    Enquiry,
    Person,
    Post,
    Publication,
    Reminder,
    Reply,
    Thread,
)

#: Lines of the history, and answers, that the page shows.
MOST_EVENTS = 60
MOST_REPLIES = 10


@dataclass(frozen=True, kw_only=True)
class Under:
    """The post that people talk under. `post_id`: ours, where it is ours; `gone_at`: it no longer stands there."""

    id: int
    origin: Origin
    text: str
    url: str | None
    author: str | None
    written_at: datetime
    gone_at: datetime | None
    post_id: int | None
    post: str | None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A reply of ours. `sending`: where its newest delivery stands; `tried`: it has been sent at least once, so its end may be unknown."""

    id: int
    state: replies.State
    text: str
    person: str | None
    created_at: datetime
    sent_at: datetime | None
    url: str | None
    problem_code: str | None
    problem_detail: str | None
    sending: delivery.State | None
    tried: bool

    @property
    def asked(self) -> bool:
        """Whether a person must say that it is out, or that it is not."""
        return self.state is replies.State.APPROVED and self.sending is delivery.State.ASKED

    @property
    def may_be_stopped(self) -> bool:
        """Whether it lies here still, as far as we know."""
        return self.state is replies.State.APPROVED and self.sending is delivery.State.READY and not self.tried


@dataclass(frozen=True, kw_only=True)
class Told:
    """A reminder: which step, to whom. `sending`: where its mail stands, None where none was sent."""

    step: Step
    person: str
    at: datetime
    sending: delivery.State | None


@dataclass(frozen=True, kw_only=True)
class Event:
    """A line of the history. `person`: None for a bell; `whom`: to whom it was given."""

    at: datetime
    person: str | None
    whom: str | None
    subject: str
    action: str
    before: str | None
    after: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Talk:
    """An enquiry and what it stands in. `said`: the talk around the person, or a page of the whole thread, in reading order.

    `first`: the comment that its clock runs from; `newest_id`: the newest that whoever writes an answer has seen; `number`: comments
    in the whole thread; `after`: where the thread's next page begins.
    """

    id: int
    state: State
    kind: Kind
    settlement: Settlement | None
    settled_at: datetime | None
    author: str | None
    revision: int
    started_at: datetime
    started_by: Started
    due_at: datetime
    breached: bool
    promise: Promise
    assignee_id: int | None
    assignee: str | None
    channel_id: int
    channel: str
    platform: str
    unit_id: int | None
    under: Under
    said: tuple[Said, ...]
    first: Said | None
    newest_id: int
    number: int
    after: str | None
    answers: tuple[Answer, ...]
    reminders: tuple[Told, ...]
    events: tuple[Event, ...]
    may: frozenset[Deed]

    @property
    def answer(self) -> Answer | None:
        """The newest answer."""
        return self.answers[0] if self.answers else None

    @property
    def hidden_from_here(self) -> int:
        """How many comments of the thread the page does not show."""
        return max(self.number - len(self.said), 0)


def talk(
    session: Session, actor: Actor | None, enquiry_id: int, *, now: datetime, whole: bool = False, after: str | None = None
) -> Talk:  # fmt: skip
    """The enquiry's page; raises Missing, also for what the person may not see.

    `whole`: a page of the whole thread in the order it was written, from `after` on, instead of the talk around the person.
    """
    mine = municipality_of(session)
    row = session.execute(
        select(Enquiry, Channel, Thread, col(Post.id), col(Post.title), col(Person.name))
        .join(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == col(Enquiry.channel_id)))
        .join(Thread, and_(col(Thread.municipality_id) == mine, col(Thread.id) == col(Enquiry.thread_id)))
        .outerjoin(
            Publication,
            and_(col(Publication.municipality_id) == mine, col(Publication.id) == col(Thread.publication_id)),
        )
        .outerjoin(Post, and_(col(Post.municipality_id) == mine, col(Post.id) == col(Publication.post_id)))
        .outerjoin(Person, and_(col(Person.municipality_id) == mine, col(Person.id) == col(Enquiry.assignee_id)))
        .where(
            col(Enquiry.municipality_id) == mine,
            col(Enquiry.id) == enquiry_id,
            in_reach(reach_of(actor, Deed.READ), col(Channel.unit_id)),
        )
    ).first()
    if row is None:
        raise Missing("enquiry", enquiry_id)
    enquiry, channel, stands_in, post_id, post, assignee = row
    answers = _answers(session, enquiry.pk)
    page = thread.page(session, enquiry, after=after) if whole else thread.around(session, enquiry)
    waiting = [each for each in page.said if each.in_enquiry and each.waits]
    return Talk(
        id=enquiry.pk, state=enquiry.state, kind=enquiry.kind, settlement=enquiry.settlement,
        settled_at=enquiry.settled_at, author=enquiry.author_name, revision=enquiry.revision,
        started_at=enquiry.started_at, started_by=enquiry.started_by, due_at=enquiry.due_at, breached=enquiry.breached,
        promise=promise(
            due_at=enquiry.due_at, settled=enquiry.state is State.SETTLED, breached=enquiry.breached, now=now
        ),
        assignee_id=enquiry.assignee_id, assignee=assignee, channel_id=channel.pk, channel=channel.name,
        platform=channel.platform, unit_id=channel.unit_id,
        under=Under(
            id=stands_in.pk, origin=stands_in.origin, text=stands_in.text, url=stands_in.url,
            author=stands_in.author_name, written_at=stands_in.written_at, gone_at=stands_in.gone_at, post_id=post_id, post=post,
        ),
        said=page.said,
        first=min(waiting, key=lambda each: (each.clock_at or each.written_at, each.id), default=None),
        newest_id=page.newest_id, number=page.number, after=page.after, answers=answers,
        reminders=_reminders(session, enquiry.pk),
        events=_events(session, enquiry.pk, [each.id for each in answers], [each.id for each in page.said if each.in_enquiry]),
        may=_allowed(actor, channel),
    )  # fmt: skip


def comment(
    session: Session, actor: Actor | None, comment_id: int, *, thread_id: int
) -> tuple[Said, frozenset[Deed]]:  # fmt: skip
    """One comment of a thread, and what this person may do with it; raises Missing."""
    mine = municipality_of(session)
    found = session.execute(
        select(Comment, Channel)
        .join(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == col(Comment.channel_id)))
        .where(
            col(Comment.municipality_id) == mine,
            col(Comment.id) == comment_id,
            col(Comment.thread_id) == thread_id,
            in_reach(reach_of(actor, Deed.READ), col(Channel.unit_id)),
        )
    ).first()
    if found is None:
        raise Missing("comment", comment_id)
    row, channel = found
    return thread.one(row), _allowed(actor, channel)


def _allowed(actor: Actor | None, channel: Channel) -> frozenset[Deed]:
    return frozenset(
        deed
        for deed in (Deed.ANSWER, Deed.HIDE)
        if actor is None or may(actor, deed, municipality_id=channel.municipality_id, unit_id=channel.unit_id)
    )


def _answers(session: Session, enquiry_id: int) -> tuple[Answer, ...]:
    """The newest answers, the newest first, each with its newest delivery."""
    mine = municipality_of(session)
    each: Any = aliased(Delivery)
    newest = (
        select(func.max(each.id)).where(each.municipality_id == mine, each.reply_id == col(Reply.id)).scalar_subquery()
    )
    found = session.execute(
        select(Reply, col(Person.name), Delivery, col(DeliveryContent.answer_code), col(DeliveryContent.answer_detail))
        .outerjoin(Person, and_(col(Person.municipality_id) == mine, col(Person.id) == col(Reply.person_id)))
        .outerjoin(Delivery, and_(col(Delivery.municipality_id) == mine, col(Delivery.id) == newest))
        .outerjoin(
            DeliveryContent,
            and_(col(DeliveryContent.municipality_id) == mine, col(DeliveryContent.delivery_id) == col(Delivery.id)),
        )
        .where(col(Reply.municipality_id) == mine, col(Reply.enquiry_id) == enquiry_id)
        .order_by(col(Reply.id).desc())
        .limit(MOST_REPLIES)
    )
    return tuple(
        Answer(
            id=reply.pk,
            state=reply.state,
            text=reply.text,
            person=person,
            created_at=reply.created_at,
            sent_at=reply.sent_at,
            url=reply.url,
            problem_code=reply.problem_code or code,
            problem_detail=reply.problem_detail or detail,
            sending=sent.state if sent else None,
            tried=sent is not None and (sent.tries > 0 or sent.first_tried_at is not None),
        )
        for reply, person, sent, code, detail in found
    )


def _reminders(session: Session, enquiry_id: int) -> tuple[Told, ...]:
    mine = municipality_of(session)
    found = session.execute(
        select(col(Reminder.step), col(Person.name), col(Reminder.created_at), col(Delivery.state))
        .join(Person, and_(col(Person.municipality_id) == mine, col(Person.id) == col(Reminder.person_id)))
        .outerjoin(Delivery, and_(col(Delivery.municipality_id) == mine, col(Delivery.id) == col(Reminder.delivery_id)))
        .where(col(Reminder.municipality_id) == mine, col(Reminder.enquiry_id) == enquiry_id)
        .order_by(col(Reminder.id).desc())
        .limit(MOST_EVENTS)
    )
    return tuple(Told(step=step, person=person, at=at, sending=state) for step, person, at, state in found)


def _events(
    session: Session, enquiry_id: int, reply_ids: Sequence[int], comment_ids: Sequence[int]
) -> tuple[Event, ...]:
    """What has happened to the enquiry, its comments and its answers, the newest first."""
    mine = municipality_of(session)
    subject, subject_id = col(AuditEvent.subject), col(AuditEvent.subject_id)
    about: list[ColumnElement[bool]] = [and_(subject == "enquiry", subject_id == enquiry_id)]
    about += [
        and_(subject == noun, subject_id.in_(ids)) for noun, ids in (("reply", reply_ids), ("comment", comment_ids)) if ids
    ]  # fmt: skip
    found = session.execute(
        select(AuditEvent, col(Person.name))
        .outerjoin(Person, and_(col(Person.municipality_id) == mine, col(Person.id) == col(AuditEvent.person_id)))
        .where(col(AuditEvent.municipality_id) == mine, or_(*about))
        .order_by(col(AuditEvent.id).desc())
        .limit(MOST_EVENTS)
    ).all()
    given = {row.detail["assignee_id"] for row, _ in found if row.detail.get("assignee_id")}
    people = select(col(Person.id), col(Person.name)).where(
        col(Person.municipality_id) == mine, col(Person.id).in_(given)
    )
    names = {row.id: row.name for row in session.execute(people)} if given else {}
    return tuple(
        Event(
            at=row.at,
            person=person,
            whom=names.get(row.detail.get("assignee_id")),
            subject=row.subject,
            action=row.action,
            before=row.before,
            after=row.after,
            detail=row.detail,
        )
        for row, person in found
    )


__all__ = ["Answer", "Event", "Hiding", "Said", "Talk", "Told", "Under", "comment", "talk"]
