"""A post and an answer on their way out, for the simulation; and what must have become of them, by their delivery's end."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from scheduler.domain.delivery import Kind, State, publish_lane, talk_lane
from scheduler.domain.publication import State as Standing
from scheduler.domain.replies import State as Of
from scheduler.services import errands
from scheduler.store import deliveries
from scheduler.store.tables import Delivery, DeliveryContent
from tests import build

#: What has become of a post or of an answer, by its delivery's end; and how many of it may stand there.
OF_POST: dict[State, tuple[StrEnum, set[int]]] = {
    State.SENT: (Standing.PUBLISHED, {1}),
    State.FAILED: (Standing.FAILED, {0}),
    State.LAPSED: (Standing.APPROVED, {0}),
    State.ASKED: (Standing.GOING_OUT, {0, 1}),
}
OF_ANSWER: dict[State, tuple[StrEnum, set[int]]] = {
    State.SENT: (Of.SENT, {1}),
    State.FAILED: (Of.FAILED, {0}),
    State.ASKED: (Of.APPROVED, {0, 1}),
}


def post(session: Session, channel_id: int, *, now: datetime, chance: random.Random) -> Delivery:
    """Some have no picture to upload first, and some lapse."""
    row = build.publication(session, channel_id=channel_id, state=Standing.GOING_OUT)
    made = deliveries.mint(
        session,
        kind=Kind.PUBLISH,
        lane=publish_lane(channel_id),
        channel_id=channel_id,
        publication_id=row.pk,
        content=DeliveryContent(municipality_id=row.municipality_id, delivery_id=0, text="Åpen."),
        now=now,
        not_after=now + timedelta(minutes=30) if chance.random() < 0.5 else None,
        person_id=None,
    )
    made.prepared = chance.random() < 0.7
    return made


def answer(session: Session, channel_id: int, *, now: datetime) -> Delivery:
    """To somebody who asked just now."""
    asked = build.comment(session, build.thread(session, channel_id=channel_id), written_at=now)
    reply = build.reply(session, build.enquiry(session, asked), asked)
    return deliveries.mint(
        session,
        kind=Kind.REPLY,
        lane=talk_lane(channel_id),
        channel_id=channel_id,
        reply_id=reply.pk,
        comment_id=asked.pk,
        content=DeliveryContent(
            municipality_id=reply.municipality_id,
            delivery_id=0,
            text=reply.text,
            target=errands.as_target(asked, thread_id="post"),
        ),
        now=now,
        person_id=None,
    )
