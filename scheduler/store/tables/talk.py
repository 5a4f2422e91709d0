"""What is said on the platforms: threads, comments with their versions, enquiries, our replies, and the reminders."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from scheduler.domain import replies
from scheduler.domain.enquiries import Kind, Origin, Settlement, Silent, State, Visibility
from scheduler.domain.sla import Started, Step
from scheduler.store.tables.base import Row
from scheduler.store.types import StoredAsText, belongs_to, found_by, one_of, own, where


class Listening(Row, table=True):
    """How far a channel has been collected. `cursor`: the connector's own, opaque; `next_at`: when it is collected again."""

    __tablename__ = "listening"
    __table_args__ = (
        belongs_to("channel", "channel_id", cascade=True),
        own("channel_id", name="uq_listening_channel"),
        found_by("next_at", name="ix_listening_next"),
    )

    channel_id: int
    cursor: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    next_at: datetime
    collected_at: datetime | None = None
    failures: int = 0
    error_code: str | None = Field(default=None, max_length=60)
    error_detail: str | None = Field(default=None, max_length=300)


class Thread(Row, table=True):
    """A post on the platform with its comments. `swept_at`: the moment before its last complete listing; `active_at`: the newest in it.

    `language`: found out for native posts, which count in the turn; `gone_at`: it no longer stands there.
    """

    __tablename__ = "thread"
    __table_args__ = (
        belongs_to("channel", "channel_id"),
        belongs_to("publication", "publication_id"),
        own("id", name="uq_thread_own_id"),
        own("channel_id", "remote_id", name="uq_thread_remote"),
        found_by("channel_id", "active_at", name="ix_thread_active"),
        found_by("origin", "written_at", name="ix_thread_written"),
        found_by("publication_id", name="ix_thread_publication"),
        one_of("origin", Origin, name="origin"),
    )

    channel_id: int
    publication_id: int | None = None
    remote_id: str = Field(max_length=500)
    origin: Origin = Field(sa_type=StoredAsText(Origin))
    text: str = ""
    url: str | None = Field(default=None, max_length=2000)
    author_name: str | None = Field(default=None, max_length=200)
    language: str | None = Field(default=None, max_length=20)
    written_at: datetime
    seen_at: datetime
    active_at: datetime
    swept_at: datetime | None = None
    gone_at: datetime | None = None


class Enquiry(Row, table=True):
    """What one person waits an answer to, in one thread. Only the door in store/enquiries.py writes `state` and the clock.

    `revision` rises with everything the citizen does; `breached`: a comment in it waited too long, which is never taken back.
    """

    __tablename__ = "enquiry"
    __table_args__ = (
        belongs_to("channel", "channel_id"),
        belongs_to("thread", "thread_id"),
        belongs_to("person", "assignee_id"),
        own("id", name="uq_enquiry_own_id"),
        found_by("state", "due_at", "id", name="ix_enquiry_due"),
        found_by("state", "settled_at", "id", name="ix_enquiry_settled"),
        found_by("thread_id", "id", name="ix_enquiry_thread"),
        found_by("assignee_id", "state", name="ix_enquiry_assignee"),
        one_of("state", State, name="state"),
        one_of("kind", Kind, name="kind"),
        one_of("settlement", Settlement, name="settlement"),
        one_of("started_by", Started, name="started_by"),
    )

    channel_id: int
    thread_id: int
    kind: Kind = Field(sa_type=StoredAsText(Kind))
    state: State = Field(default=State.OPEN, sa_type=StoredAsText(State))
    settlement: Settlement | None = Field(default=None, sa_type=StoredAsText(Settlement))
    author_remote_id: str | None = Field(default=None, max_length=500)
    author_name: str | None = Field(default=None, max_length=200)
    assignee_id: int | None = None
    started_at: datetime
    started_by: Started = Field(sa_type=StoredAsText(Started))
    due_at: datetime
    breached: bool = False
    revision: int = 1
    newest_at: datetime
    settled_at: datetime | None = None
    created_at: datetime
    updated_at: datetime


class Comment(Row, table=True):
    """A comment as it stands now. `own`: by our account (a Reply of ours has the same `remote_id`); `answered_at`: when an answer stood there.

    `clock_at`, `clock_by`: when its clock started and by what; `silent`: why it starts none; `gone_at`: when we saw that it was away;
    `unseen_by`: the id of the reply that was under way when it came to say what it says now, which that reply does not answer.
    """

    __tablename__ = "comment"
    __table_args__ = (
        belongs_to("channel", "channel_id"),
        belongs_to("thread", "thread_id"),
        belongs_to("enquiry", "enquiry_id"),
        own("id", name="uq_comment_own_id"),
        own("channel_id", "remote_id", name="uq_comment_remote"),
        found_by("thread_id", "written_at", "id", name="ix_comment_thread"),
        found_by("enquiry_id", "id", name="ix_comment_enquiry"),
        found_by("written_at", "id", name="ix_comment_quiet", **where("silent IS NOT NULL AND enquiry_id IS NULL")),
        one_of("visibility", Visibility, name="visibility"),
        one_of("silent", Silent, name="silent"),
        one_of("clock_by", Started, name="clock_by"),
    )

    channel_id: int
    thread_id: int
    enquiry_id: int | None = None
    remote_id: str = Field(max_length=500)
    parent_remote_id: str | None = Field(default=None, max_length=500)
    author_remote_id: str | None = Field(default=None, max_length=500)
    author_name: str | None = Field(default=None, max_length=200)
    text: str
    url: str | None = Field(default=None, max_length=2000)
    language: str | None = Field(default=None, max_length=20)
    own: bool = False
    visibility: Visibility = Field(default=Visibility.VISIBLE, sa_type=StoredAsText(Visibility))
    silent: Silent | None = Field(default=None, sa_type=StoredAsText(Silent))
    written_at: datetime
    edited_at: datetime | None = None
    seen_at: datetime
    hidden_at: datetime | None = None
    gone_at: datetime | None = None
    clock_at: datetime | None = None
    clock_by: Started | None = Field(default=None, sa_type=StoredAsText(Started))
    dismissed_at: datetime | None = None
    answered_at: datetime | None = None
    unseen_by: int | None = None


class CommentVersion(Row, table=True):
    """A text that stood there before an edit."""

    __tablename__ = "comment_version"
    __table_args__ = (
        belongs_to("comment", "comment_id", cascade=True),
        found_by("comment_id", "id", name="ix_comment_version_comment"),
    )

    comment_id: int
    text: str
    written_at: datetime
    replaced_at: datetime


class Reply(Row, table=True):
    """An answer of ours. Only the door in store/replies.py writes `state`. `comment_id`: what it stands under; `seen_id`: the newest
    comment whoever wrote it had seen, so that it answers all up to there."""

    __tablename__ = "reply"
    __table_args__ = (
        belongs_to("enquiry", "enquiry_id"),
        belongs_to("comment", "comment_id"),
        belongs_to("comment", "seen_id"),
        belongs_to("person", "person_id"),
        own("id", name="uq_reply_own_id"),
        found_by("enquiry_id", "id", name="ix_reply_enquiry"),
        found_by("enquiry_id", name="uq_reply_under_way", unique=True, **where("state IN ('approved')")),
        one_of("state", replies.State, name="state"),
    )

    enquiry_id: int
    comment_id: int
    seen_id: int
    person_id: int | None = None
    text: str
    state: replies.State = Field(default=replies.State.DRAFT, sa_type=StoredAsText(replies.State))
    remote_id: str | None = Field(default=None, max_length=500)
    url: str | None = Field(default=None, max_length=2000)
    sent_at: datetime | None = None
    problem_code: str | None = Field(default=None, max_length=60)
    problem_detail: str | None = Field(default=None, max_length=300)
    created_at: datetime
    updated_at: datetime


class Reminder(Row, table=True):
    """One step of one enquiry to one person, once for each waiting: `due_at` is when the answer was due then, so that what is opened again
    is reminded of again. Several share a delivery where they reach the same person at the same time; none: no mail is set up, or that
    person had been told already."""

    __tablename__ = "reminder"
    __table_args__ = (
        belongs_to("enquiry", "enquiry_id", cascade=True),
        belongs_to("person", "person_id"),
        belongs_to("delivery", "delivery_id"),
        own("enquiry_id", "step", "person_id", "due_at", name="uq_reminder_step"),
        found_by("delivery_id", name="ix_reminder_delivery"),
        one_of("step", Step, name="step"),
    )

    enquiry_id: int
    step: Step = Field(sa_type=StoredAsText(Step))
    person_id: int
    delivery_id: int | None = None
    due_at: datetime
    created_at: datetime
