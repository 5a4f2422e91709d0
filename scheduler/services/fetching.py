"""Reading a feed since a person asked for it: as the bell does, but in the short time that somebody waits at a page."""

from __future__ import annotations

from connectors.http import Http
from connectors.hurried import Hurried
from scheduler.clock import Clock
from scheduler.domain.access import Actor
from scheduler.services import ingestion
from scheduler.services.ingestion import PullResult
from scheduler.store.database import Database


def pull_now(db: Database, actor: Actor, *, feed_id: int, http: Http, clock: Clock) -> PullResult:
    """What came of it. What takes longer than a page can wait counts as no answer in time; the bell tries again."""
    return ingestion.pull(
        db, municipality_id=actor.municipality_id, feed_id=feed_id, http=Hurried(http), clock=clock, actor=actor
    )
