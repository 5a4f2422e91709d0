"""Service notices sent, looked at and ended by hand, for the tests of them: steps on the road, and what they leave behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from scheduler.domain.access import Actor
from scheduler.domain.publication import State
from scheduler.services import holding, notices
from scheduler.services.notices import Sent
from scheduler.store import publications, rows
from scheduler.store.tables import Publication
from tests.engine import Road

HOUR, MOMENT = timedelta(hours=1), timedelta(microseconds=1)
TEXT = "Vannet er borte i Strandgata. Varer til om lag kl. 16."
FIELDS: dict[str, Any] = {
    "what": "Vannet er borte",
    "place": "i Strandgata",
    "until": "om lag kl. 16",
    "language": "nb",
}
LAST_WORDS = "Over kl. 14.00: Dette gjelder ikke lenger.\n\nMeldingen var: " + TEXT


def send(road: Road, *channel_ids: int, by: Actor | None = None, **changed: Any) -> Sent:
    with road.db.begin(road.municipality) as session:
        return notices.send(
            session,
            by or road.chief,
            **{**FIELDS, **changed},
            channel_ids=channel_ids or None,
            now=road.clock(),
        )


def of_post(road: Road, post_id: int) -> list[Publication]:
    with road.db.read(road.municipality) as session:
        return publications.of_post(session, post_id)


def sent_in(road: Road, *channel_ids: int, **changed: Any) -> int:
    """The publication of a notice in one channel."""
    (publication,) = of_post(road, send(road, *channel_ids, **changed).post_id)
    return publication.pk


def out_in(road: Road, channel_id: int) -> int:
    publication_id = sent_in(road, channel_id)
    assert road.deliver() == 1
    assert road.publication(publication_id).state is State.PUBLISHED
    return publication_id


def over(road: Road, publication_id: int, *, by: Actor | None = None, words: str = "") -> notices.Done:
    with road.db.begin(road.municipality) as session:
        post_id = rows.get(session, Publication, publication_id).post_id
        return notices.done(session, by or road.chief, post_id, now=road.clock(), words=words)


def do(road: Road, service: Callable[..., Any], publication_id: int, *, by: Actor | None = None, **more: Any) -> Any:
    with road.db.begin(road.municipality) as session:
        return service(session, by or road.chief, publication_id, now=road.clock(), **more)


def hold(road: Road, channel_id: int | None) -> None:
    with road.db.begin(road.municipality) as session:
        holding.hold(session, road.chief, channel_id=channel_id, reason="Øvelse", now=road.clock())


def release(road: Road, channel_id: int | None) -> None:
    with road.db.begin(road.municipality) as session:
        holding.release(session, road.chief, channel_id=channel_id, now=road.clock())


def count(road: Road, table: Any) -> int:
    with road.db.read(road.municipality) as session:
        return len(rows.every(session, table))


def shown(road: Road, channel_id: int) -> list[str]:
    return [post.text for post in road.posts(channel_id)]
