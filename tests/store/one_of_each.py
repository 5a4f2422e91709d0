"""One row in every table of a municipality, so that a test can walk all of them.

A table that nobody has put a row in fails the walk: `fill` counts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Table, func, select
from sqlmodel import Session

from scheduler.domain import delivery
from scheduler.domain.sla import Step
from scheduler.store import audit, rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import (
    METADATA,
    Approval,
    CalendarFeed,
    Campaign,
    CommentVersion,
    Delivery,
    DeliveryContent,
    FeedItemVersion,
    Hold,
    Listening,
    MovedPost,
    OwnDays,
    PostingRulesRow,
    PublicationText,
    Reminder,
    Reply,
    ServiceNotice,
    SignInFailure,
)
from tests import build

OF_NO_MUNICIPALITY = frozenset({"municipality", "heartbeat"})


def owned_tables() -> list[Table]:
    """The tables whose rows belong to a municipality, each before those that refer to it."""
    return [table for table in METADATA.sorted_tables if table.name not in OF_NO_MUNICIPALITY]


def fill(session: Session) -> None:
    """Write at least one row of each owned table for the session's municipality, with every reference in use."""
    mine = municipality_of(session)

    def add(table: Any, **values: Any) -> Any:
        return rows.add(session, table(municipality_id=mine, **values))

    unit = build.unit(session)
    person = build.person(session, unit_id=unit.pk)
    channel = build.channel(session, unit_id=unit.pk)
    item = build.feed_item(session, feed_id=build.feed(session, unit_id=unit.pk).pk)
    campaign = add(Campaign, name="Sommer i Fjordvik", created_at=build.NOW)
    post = build.post(session, unit_id=unit.pk, feed_item_id=item.pk, author_id=person.pk, campaign_id=campaign.pk)
    add(ServiceNotice, post_id=post.pk, what="Vannet er borte", done_at=build.NOW, done_by_id=person.pk)
    add(CalendarFeed, person_id=person.pk, secret_hash="0" * 64, created_at=build.NOW)
    today = build.NOW.date()
    add(OwnDays, channel_id=channel.pk, name="Sommer", first_day=today, last_day=today, created_at=build.NOW)
    build.illustrated(session, post.pk)
    publication = build.scheduled(session, post_id=post.pk, channel_id=channel.pk)
    add(SignInFailure, key="ip:192.0.2.1", failed_at=build.NOW)
    add(
        PostingRulesRow,
        channel_id=channel.pk,
        max_per_day=2,
        windows={"0": [[780, 1080]]},
        minimum_gap_minutes=60,
        alternation="prefer",
        patience_days=2,
    )
    add(Hold, channel_id=channel.pk, person_id=person.pk, reason="Øvelse", created_at=build.NOW)
    add(FeedItemVersion, feed_item_id=item.pk, title="Før", content_hash="0", replaced_at=build.NOW)
    add(PublicationText, publication_id=publication.pk, language="nb", text="Vår egen")
    add(Approval, publication_id=publication.pk, person_id=person.pk, content_hash="0" * 64, approved_at=build.NOW)
    sent = add(
        Delivery,
        kind=delivery.Kind.PUBLISH,
        lane=f"channel:{channel.pk}:publish",
        channel_id=channel.pk,
        publication_id=publication.pk,
        key=str(uuid4()),
        not_before=build.NOW,
        not_after=build.NOW + timedelta(minutes=30),
        created_at=build.NOW,
        updated_at=build.NOW,
    )
    add(DeliveryContent, delivery_id=sent.pk, text="Den nye gangveien er åpen.")
    add(Listening, channel_id=channel.pk, next_at=build.NOW)
    comment = build.comment(session, build.thread(session, channel_id=channel.pk, publication_id=publication.pk))
    enquiry = build.enquiry(session, comment, assignee_id=person.pk)
    add(CommentVersion, comment_id=comment.pk, text="Før", written_at=build.NOW, replaced_at=build.NOW)
    reply = add(
        Reply,
        enquiry_id=enquiry.pk,
        comment_id=comment.pk,
        seen_id=comment.pk,
        person_id=person.pk,
        text="Den åpner fredag.",
        created_at=build.NOW,
        updated_at=build.NOW,
    )
    sent.reply_id, sent.comment_id = reply.pk, comment.pk  # a post's delivery, so that the step back keeps it
    session.add(sent)
    add(
        Reminder,
        enquiry_id=enquiry.pk,
        step=Step.REMIND,
        person_id=person.pk,
        delivery_id=sent.pk,
        due_at=build.NOW,
        created_at=build.NOW,
    )
    add(
        MovedPost,
        publication_id=publication.pk,
        person_id=person.pk,
        from_at=build.NOW,
        moved_at=build.NOW,
        delivery_id=sent.pk,
    )
    audit.note(session, now=build.NOW, person_id=person.pk, subject="post", subject_id=post.pk, action="write")
    session.flush()
    empty = [table.name for table in owned_tables() if not count(session, table)]
    assert not empty, f"no row of {empty} is made here"


def count(session: Session, table: Table) -> int:
    """How many rows of the table the session sees."""
    return int(session.connection().execute(select(func.count()).select_from(table)).scalar_one())
