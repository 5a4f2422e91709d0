"""How the installation fares: database, schema, workers, and channels that a person must look at.

Reads only. Tells nothing that names a person or quotes a post: /health answers anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from scheduler.domain.delivery import Kind, State
from scheduler.errors import Busy
from scheduler.queries.channels import Health, healths
from scheduler.store import heartbeats, holds, municipalities, rows, schema
from scheduler.store.database import Database, municipality_of
from scheduler.store.tables import Channel, Delivery, DeliveryContent, Heartbeat, Hold, Listening

#: Comments are collected every minute; so long without any being had is told of.
COLLECTION_OVERDUE = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class WorkerHealth:
    """A worker process. `beat_at`: its newest sign of life."""

    name: str
    started_at: datetime
    beat_at: datetime
    lives: bool


@dataclass(frozen=True, kw_only=True)
class Installation:
    """The whole installation. `schema`: the database's revision; `expected`: this code's."""

    database_answers: bool
    schema: str | None
    expected: str
    workers: tuple[WorkerHealth, ...]

    @property
    def worker_lives(self) -> bool:
        """Whether anything would be sent now."""
        return any(worker.lives for worker in self.workers)

    @property
    def well(self) -> bool:
        """Whether all is as it should be."""
        return self.database_answers and self.schema == self.expected and self.worker_lives


@dataclass(frozen=True, kw_only=True)
class ChannelHealth:
    """One channel. `paused_code`: why a person must act; `held_because`: why it is held back; `waiting`: deliveries under way.

    `collected_at`: when its comments were last collected; `collection_overdue`: longer ago than it should be, why in `collection_code`.
    """

    id: int
    name: str
    platform: str
    paused_code: str | None
    held_because: str | None
    not_before: datetime | None
    last_success_at: datetime | None
    expires_at: datetime | None
    waiting: int
    unconfirmed: int
    collected_at: datetime | None = None
    collection_overdue: bool = False
    collection_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class LettersWaiting:
    """Letters that the mail server has not taken, though it was asked. `code`: why not the oldest."""

    count: int
    since: datetime
    code: str


def installation(db: Database, *, now: datetime) -> Installation:
    """The installation as it is at `now`; never raises for a database that does not answer."""
    try:
        with db.across() as session:
            revision = schema.current(session)
        found: Sequence[Heartbeat] = ()
        if revision is not None:
            with db.across() as session:
                found = heartbeats.newest(session)
    except (Busy, SQLAlchemyError):
        return Installation(database_answers=False, schema=None, expected=schema.EXPECTED, workers=())
    return Installation(
        database_answers=True,
        schema=revision,
        expected=schema.EXPECTED,
        workers=tuple(_worker(row, now=now) for row in found),
    )


def channels(session: Session, *, now: datetime) -> tuple[ChannelHealth, ...]:
    """The municipality's channels and how each fares, by name."""
    listened = {row.channel_id: row for row in rows.every(session, Listening)}
    under_way = _counts(session, State.READY, State.PREPARING, State.SENDING)
    unknown = _counts(session, State.UNCONFIRMED, State.ASKED)
    open_holds = holds.open_holds(session)
    return tuple(
        ChannelHealth(
            id=row.pk,
            name=row.name,
            platform=row.platform,
            paused_code=row.paused_code,
            held_because=_held_because(row, open_holds),
            not_before=row.not_before,
            last_success_at=row.last_success_at,
            expires_at=row.expires_at,
            waiting=under_way.get(row.pk, 0),
            unconfirmed=unknown.get(row.pk, 0),
            collected_at=listening.collected_at if listening else None,
            collection_overdue=_overdue(row, listening, now=now),
            collection_code=listening.error_code if listening else None,
        )
        for row in rows.every(session, Channel, col(Channel.active).is_(True), order=col(Channel.name))
        for listening in [listened.get(row.pk)]
    )


def letters_waiting(session: Session) -> LettersWaiting | None:
    """The municipality's letters that were handed in in vain and are tried again; None where there is none."""
    found = (
        session.connection()
        .execute(
            select(col(Delivery.created_at), col(DeliveryContent.answer_code))
            .join(
                DeliveryContent,
                (col(DeliveryContent.municipality_id) == col(Delivery.municipality_id))
                & (col(DeliveryContent.delivery_id) == col(Delivery.id)),
            )
            .where(
                col(Delivery.municipality_id) == municipality_of(session),
                col(Delivery.kind) == Kind.MAIL,
                col(Delivery.state) == State.READY,
                col(DeliveryContent.answer_code).is_not(None),
            )
            .order_by(col(Delivery.created_at), col(Delivery.id))
        )
        .all()
    )
    return LettersWaiting(count=len(found), since=found[0][0], code=found[0][1] or "") if found else None


def overdue_collections(db: Database, *, now: datetime) -> int:
    """How many channels of the whole installation have not been collected for too long. Raises Busy like `channel_counts`."""
    with db.across() as session:
        ids = [row.id for row in municipalities.every(session) if row.id is not None]
    counted = 0
    for municipality_id in ids:
        with db.read(municipality_id) as session:
            counted += sum(each.collection_overdue for each in channels(session, now=now))
    return counted


def channel_counts(db: Database, *, now: datetime) -> dict[Health, int]:
    """How many channels of the whole installation fare how: numbers alone. One short transaction for each municipality.

    Raises Busy where the database does not answer in time.
    """
    counted = dict.fromkeys(Health, 0)
    with db.across() as session:
        ids = [row.id for row in municipalities.every(session) if row.id is not None]
    for municipality_id in ids:
        with db.read(municipality_id) as session:
            for health in healths(session, now=now):
                counted[health] += 1
    return counted


def summary(
    installation: Installation,
    counts: Mapping[Health, int] | None = None,
    *,
    overdue_collections: int | None = None,
    mail: str = "off",
) -> dict[str, object]:
    """What GET /health answers, as JSON holds it. `counts`: channels by how they fare, and `overdue_collections`: those whose comments have
    not come for too long, where they could be counted; `mail`: where mail goes, as the
    settings say it (that it is off is no fault)."""
    return {
        "status": "ok" if installation.well else "unwell",
        "database": "ok" if installation.database_answers else "no answer",
        "schema": {"is": installation.schema, "expected": installation.expected},
        "workers": [
            {"lives": worker.lives, "beat_at": worker.beat_at.isoformat()}  # a name tells of machines
            for worker in installation.workers
        ],
        "channels": None if counts is None else {health.value: counts.get(health, 0) for health in Health},
        "collecting": None if overdue_collections is None else {"overdue": overdue_collections},
        "mail": mail,
    }


def _worker(row: Heartbeat, *, now: datetime) -> WorkerHealth:
    return WorkerHealth(
        name=row.worker, started_at=row.started_at, beat_at=row.beat_at, lives=heartbeats.lives(row, now=now)
    )


def _overdue(channel: Channel, listening: Listening | None, *, now: datetime) -> bool:
    """Whether citizens may have spoken there without our knowing. A channel that a person must act on is told of as such."""
    if listening is None or channel.paused_code not in (None, "by_hand"):
        return False
    if listening.collected_at is None:
        return listening.failures > 0 or now - listening.next_at > COLLECTION_OVERDUE
    return now - listening.collected_at > COLLECTION_OVERDUE


def _counts(session: Session, *states: State) -> dict[int, int]:
    found = session.connection().execute(
        select(col(Delivery.channel_id), func.count())
        .where(col(Delivery.municipality_id) == municipality_of(session), col(Delivery.state).in_(states))
        .group_by(col(Delivery.channel_id))
    )
    return {channel_id: count for channel_id, count in found if channel_id is not None}


def _held_because(channel: Channel, open_holds: Sequence[Hold]) -> str | None:
    return next((hold.reason for hold in open_holds if hold.channel_id in {None, channel.pk}), None)
