"""How a post fares in each of its channels, what was sent there, and its history.

Reads only. Says what this person may do; knows no words and decides no rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, col, or_, select

from scheduler.domain import delivery
from scheduler.domain.access import Actor, Deed, may, needs_approval
from scheduler.domain.publication import State
from scheduler.store.database import municipality_of
from scheduler.store.rows import every
from scheduler.store.tables import (
    AuditEvent,
    Channel,
    Delivery,
    DeliveryContent,
    Person,
    Publication,
    PublicationText,
    Slot,
)

#: Lines of the history that the page shows.
MOST_EVENTS = 100

Standing = Sequence[tuple[Publication, Channel, Slot | None]]
Sendings = Sequence[tuple[Delivery, DeliveryContent]]


@dataclass(frozen=True, kw_only=True)
class Sending:
    """The newest delivery in a channel. `tried`: we have sent it ourselves, so "asked" means that its end is unknown; else a person posts it."""

    kind: delivery.Kind
    state: delivery.State
    tried: bool
    text: str
    link: str | None
    pictures: tuple[tuple[int, str], ...]
    answer_code: str | None
    answer_detail: str | None


@dataclass(frozen=True, kw_only=True)
class InChannel:
    """The post in one channel. `shown_text`: what stands, or shall stand, on the platform; None while nothing has been sent.

    `asks_approval`: what this person sends on must be approved by another. `sent_back`: what the approver wrote.
    """

    publication_id: int
    channel_id: int
    channel: str
    platform: str
    unit_id: int | None
    state: State
    language: str | None
    chosen_at: datetime | None
    starts_at: datetime | None
    because: tuple[Mapping[str, Any], ...]
    problem_code: str | None
    problem_detail: str | None
    url: str | None
    published_at: datetime | None
    revision: int
    own_texts: Mapping[str, str]
    sending: Sending | None
    shown_text: str | None
    sent_back: str | None
    asks_approval: bool
    paused_code: str | None
    may: frozenset[Deed]


@dataclass(frozen=True, kw_only=True)
class Event:
    """A line of the history. `channel`: where it happened, None where it is about the post itself; `person`: None for a bell."""

    at: datetime
    person: str | None
    subject: str
    action: str
    channel: str | None
    before: str | None
    after: str | None
    detail: Mapping[str, Any]


def of_post(session: Session, post_id: int) -> Standing:
    """The post's publications with their channels and slots, the municipality's own channels first."""
    mine = municipality_of(session)
    return list(
        session.exec(
            select(Publication, Channel, Slot)
            .join(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == col(Publication.channel_id)))
            .outerjoin(Slot, and_(col(Slot.municipality_id) == mine, col(Slot.publication_id) == col(Publication.id)))
            .where(col(Publication.municipality_id) == mine, col(Publication.post_id) == post_id)
            .order_by(col(Channel.unit_id).is_not(None), col(Channel.name), col(Channel.id))
        )
    )


def sendings(session: Session, publication_ids: Sequence[int]) -> list[tuple[Delivery, DeliveryContent]]:
    """Every delivery of these publications with what it carries, the newest first."""
    mine = municipality_of(session)
    return list(
        session.exec(
            select(Delivery, DeliveryContent)
            .join(
                DeliveryContent,
                and_(
                    col(DeliveryContent.municipality_id) == mine, col(DeliveryContent.delivery_id) == col(Delivery.id)
                ),
            )
            .where(col(Delivery.municipality_id) == mine, col(Delivery.publication_id).in_(publication_ids))
            .order_by(col(Delivery.id).desc())
        )
    )


def in_channels(
    session: Session,
    actor: Actor,
    standing: Standing,
    sendings: Sendings,
    events: Sequence[Event],
) -> tuple[InChannel, ...]:
    """How it fares in each channel."""
    own: dict[int, dict[str, str]] = defaultdict(dict)
    for row in every(
        session,
        PublicationText,
        col(PublicationText.publication_id).in_([publication.pk for publication, _, _ in standing]),
    ):
        own[row.publication_id][row.language] = row.text
    return tuple(_in_channel(actor, *each, own[each[0].pk], sendings, events) for each in standing)


def _in_channel(
    actor: Actor,
    publication: Publication,
    channel: Channel,
    slot: Slot | None,
    own_texts: Mapping[str, str],
    sendings: Sendings,
    events: Sequence[Event],
) -> InChannel:
    here = [each for each in sendings if each[0].publication_id == publication.pk]
    out = publication.state in {State.GOING_OUT, State.PUBLISHED, State.WITHDRAWN}
    said = (
        content.text
        for sent, content in here
        if sent.kind is delivery.Kind.PUBLISH
        or (sent.kind is delivery.Kind.UPDATE and sent.state is delivery.State.SENT)
    )
    back = next((each for each in events if each.channel == channel.name and each.subject == "publication"), None)
    comment = back.detail.get("comment") if back is not None and back.action == "send_back" else None
    return InChannel(
        publication_id=publication.pk,
        channel_id=channel.pk,
        channel=channel.name,
        platform=channel.platform,
        unit_id=channel.unit_id,
        state=publication.state,
        language=publication.language,
        chosen_at=publication.chosen_at,
        starts_at=slot.starts_at if slot else None,
        because=tuple(publication.because),
        problem_code=publication.problem_code,
        problem_detail=publication.problem_detail,
        url=publication.url,
        published_at=publication.published_at,
        revision=publication.revision,
        own_texts=dict(own_texts),
        sending=_sending(*here[0]) if here else None,
        shown_text=next(said, None) if out else None,
        sent_back=comment if publication.state is State.DRAFT else None,
        asks_approval=needs_approval(
            channel_needs_approval=channel.needs_approval, actor=actor, unit_id=channel.unit_id
        ),
        paused_code=channel.paused_code,
        may=frozenset(
            deed
            for deed in (
                Deed.SEND_NOTICE,
                Deed.SUBMIT,
                Deed.APPROVE,
                Deed.SEND_BACK,
                Deed.MOVE,
                Deed.CANCEL,
                Deed.CONFIRM_MANUAL,
            )
            if may(actor, deed, municipality_id=channel.municipality_id, unit_id=channel.unit_id)
        ),
    )


def _sending(sent: Delivery, content: DeliveryContent) -> Sending:
    return Sending(
        kind=sent.kind,
        state=sent.state,
        tried=sent.tries > 0,
        text=content.text,
        link=content.link,
        pictures=tuple((each["media_id"], each["alt_text"]) for each in content.images),
        answer_code=content.answer_code,
        answer_detail=content.answer_detail,
    )


def events(session: Session, post_id: int, standing: Standing, sendings: Sendings) -> tuple[Event, ...]:
    """What has happened to the post and in its channels, the newest first."""
    mine = municipality_of(session)
    where = {publication.pk: channel.name for publication, channel, _ in standing}
    sent_in = {sent.pk: where[sent.publication_id] for sent, _ in sendings if sent.publication_id is not None}
    subject, subject_id = col(AuditEvent.subject), col(AuditEvent.subject_id)
    found = session.exec(
        select(AuditEvent, Person.name)
        .outerjoin(Person, and_(col(Person.municipality_id) == mine, col(Person.id) == col(AuditEvent.person_id)))
        .where(
            col(AuditEvent.municipality_id) == mine,
            or_(
                and_(subject == "post", subject_id == post_id),
                and_(subject == "publication", subject_id.in_(list(where))),
                and_(subject == "delivery", subject_id.in_(list(sent_in))),
            ),
        )
        .order_by(col(AuditEvent.id).desc())
        .limit(MOST_EVENTS)
    )
    places = {"publication": where, "delivery": sent_in}
    return tuple(
        Event(
            at=row.at,
            person=person,
            subject=row.subject,
            action=row.action,
            channel=places.get(row.subject, {}).get(row.subject_id),
            before=row.before,
            after=row.after,
            detail=row.detail,
        )
        for row, person in found
    )
