"""What one delivery asks of the outside: what may be repeated before, the one call that may not, and the look whether it was done.

The one place that knows which kind of delivery goes to which side of a connector. An errand is read in one go before the network is
touched; the engine runs every errand alike. Knows no state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import assert_never

from sqlmodel import Session, col

from connectors.contract import (
    Attempt,
    CommentRef,
    ConnectorError,
    Landing,
    Letter,
    Moderates,
    OutgoingImage,
    OutgoingPost,
    Publishes,
    Receipt,
    Remedy,
    Replies,
)
from scheduler.domain.delivery import LOOK_FIRST, Kind
from scheduler.services.gate import Gate
from scheduler.store import deliveries, rows
from scheduler.store.tables import Channel, Comment, Delivery, DeliveryContent, Media

#: A letter is handed over while the line is open, and one that may have been taken is handed over again.
_BY_MAIL = Landing(late=timedelta(0), visibility=timedelta(0))
#: What mail programs know a letter by: the same over every try.
_MESSAGE_ID = "{key}@{domain}"


@dataclass(frozen=True, kw_only=True)
class Errand:
    """One delivery's business with the outside. Each of the three may raise ConnectorError, and nothing else.

    `prepare`: what comes first and may be repeated; `carry_out`: the one call; `look`: whether it stands there (None: surely not listed
    now). What can simply be done again with the same key is not looked for, and is never found. `landing`: how late it may still land.
    """

    landing: Landing
    prepare: Callable[[], Attempt]
    carry_out: Callable[[], Receipt]
    look: Callable[[], Receipt | None]


def read(session: Session, delivery: Delivery, *, gate: Gate) -> Errand:
    """The delivery's errand. Raises ConnectorError where there is no way out for it."""
    content = deliveries.content_of(session, delivery.pk)
    attempt = Attempt(
        key=delivery.key, first_tried_at=delivery.first_tried_at or delivery.created_at, frozen=content.frozen
    )
    if delivery.channel_id is None:
        return _letter(content, attempt, gate=gate)
    connector = gate.open(rows.get(session, Channel, delivery.channel_id))
    match delivery.kind:
        case Kind.PUBLISH | Kind.UPDATE | Kind.DELETE_POST:
            return _post(delivery.kind, connector, _outgoing(session, content), content.remote_id or "", attempt)
        case Kind.REPLY:
            return _reply(connector, target(content), content.text, attempt)
        case Kind.HIDE | Kind.UNHIDE:
            return _moderation(delivery.kind, connector, target(content), attempt)
        case Kind.MAIL:
            return _letter(content, attempt, gate=gate)
        case never:
            assert_never(never)


def as_target(comment: Comment, *, thread_id: str) -> dict[str, str | None]:
    """A comment as a delivery's content keeps it. `thread_id`: the thread's remote id."""
    return {
        "remote_id": comment.remote_id,
        "thread_id": thread_id,
        "author_id": comment.author_remote_id,
        "author_name": comment.author_name,
    }


def target(content: DeliveryContent) -> CommentRef:
    """The comment that the delivery answers, hides or shows again."""
    return CommentRef(**content.target)


def _post(kind: Kind, connector: Publishes, post: OutgoingPost, remote_id: str, attempt: Attempt) -> Errand:
    def delete() -> Receipt:
        connector.delete(remote_id)
        return Receipt(remote_id=remote_id, url=None)

    calls: dict[Kind, Callable[[], Receipt]] = {
        Kind.PUBLISH: partial(connector.publish, post, attempt),
        Kind.UPDATE: partial(connector.correct, remote_id, post, attempt),
        Kind.DELETE_POST: delete,
    }
    return Errand(
        landing=connector.landing,
        prepare=partial(connector.prepare, post, attempt),
        carry_out=calls[kind],
        look=partial(connector.find_published, post, attempt) if kind in LOOK_FIRST else _not_looked_for,
    )


def _reply(connector: Publishes, to: CommentRef, text: str, attempt: Attempt) -> Errand:
    if not isinstance(connector, Replies):
        raise ConnectorError(Remedy.NOT_ALLOWED, "cannot_reply")
    return Errand(
        landing=connector.landing,
        prepare=lambda: attempt,
        carry_out=partial(connector.reply, to, text, attempt),
        look=partial(connector.find_reply, to, text, attempt),
    )


def _moderation(kind: Kind, connector: Publishes, comment: CommentRef, attempt: Attempt) -> Errand:
    if not isinstance(connector, Moderates):
        raise ConnectorError(Remedy.NOT_ALLOWED, "cannot_hide")
    call = connector.hide if kind is Kind.HIDE else connector.unhide

    def moderate() -> Receipt:
        call(comment)
        return Receipt(remote_id=comment.remote_id, url=None)

    return Errand(landing=connector.landing, prepare=lambda: attempt, carry_out=moderate, look=_not_looked_for)


def _letter(content: DeliveryContent, attempt: Attempt, *, gate: Gate) -> Errand:
    messenger = gate.mail()
    if messenger is None:
        raise ConnectorError(Remedy.NOT_ALLOWED, "mail_off")
    letter = Letter(
        to=content.recipient or "",
        subject=content.subject or "",
        text=content.text,
        message_id=_MESSAGE_ID.format(key=attempt.key, domain=gate.house.mail_domain),
    )

    def send() -> Receipt:
        messenger.send(letter)
        return Receipt(remote_id=letter.message_id, url=None)

    return Errand(landing=_BY_MAIL, prepare=lambda: attempt, carry_out=send, look=_not_looked_for)


def _outgoing(session: Session, content: DeliveryContent) -> OutgoingPost:
    pictures = {
        row.pk: row
        for row in rows.every(session, Media, col(Media.id).in_([image["media_id"] for image in content.images]))
    }
    images = tuple(
        OutgoingImage(
            content=pictures[image["media_id"]].content,
            content_type=pictures[image["media_id"]].content_type,
            alt_text=image["alt_text"],
        )
        for image in content.images
    )
    return OutgoingPost(text=content.text, language=content.language, link=content.link, images=images)


def _not_looked_for() -> None:
    """Done again with the same key, it is done once."""
