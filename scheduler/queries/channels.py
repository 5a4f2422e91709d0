"""What pages show of channels: whose they are, and how they fare.

Reads only. Decides nothing but which single word sums up a channel's health; knows no words for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false, func, true
from sqlmodel import Session, col, select

from scheduler.domain.access import Reach
from scheduler.domain.delivery import State as DeliveryState
from scheduler.domain.publication import State
from scheduler.errors import Missing
from scheduler.store.database import municipality_of
from scheduler.store.holds import open_holds
from scheduler.store.tables import Channel, Delivery, Publication, Unit

#: Credentials that run out within this time are told of.
EXPIRES_SOON = timedelta(days=14)


class Health(StrEnum):
    """How a channel fares, the gravest first."""

    CLOSED = "closed"
    PAUSED = "paused"
    EXPIRED = "expired"
    HELD = "held"
    EXPIRES_SOON = "expires_soon"
    NEVER_CHECKED = "never_checked"
    WELL = "well"


@dataclass(frozen=True, kw_only=True)
class ChannelRow:
    """A channel as a list shows it. `asked`: deliveries whose end a person must tell; `failed`: publications that did not get out."""

    id: int
    name: str
    platform: str
    unit_id: int | None
    unit_name: str | None
    language: str | None
    needs_approval: bool
    active: bool
    remote_name: str | None
    url: str | None
    paused_code: str | None
    expires_at: datetime | None
    not_before: datetime | None
    last_success_at: datetime | None
    scheduled: int
    failed: int
    asked: int
    health: Health

    @property
    def needs_answer(self) -> bool:
        """Whether posts there wait for a person."""
        return self.failed > 0 or self.asked > 0


def channels(session: Session, *, now: datetime, within: Reach | None = None) -> list[ChannelRow]:
    """The channels, the municipality's own first, then by unit and name; `within`: only those one may see."""
    return _rows(session, now=now, condition=_within(within))


def channel(session: Session, channel_id: int, *, now: datetime) -> ChannelRow:
    """One channel; raises Missing."""
    found = _rows(session, now=now, condition=col(Channel.id) == channel_id)
    if not found:
        raise Missing("channel", channel_id)
    return found[0]


def healths(session: Session, *, now: datetime) -> list[Health]:
    """How each channel of the municipality fares, and nothing else of them."""
    held = {hold.channel_id for hold in open_holds(session)}
    return [
        _health(row, held=None in held or row.pk in held, now=now)
        for row in session.exec(select(Channel).where(col(Channel.municipality_id) == municipality_of(session)))
    ]


def _rows(session: Session, *, now: datetime, condition: ColumnElement[bool]) -> list[ChannelRow]:
    mine = municipality_of(session)
    counted = session.exec(
        select(Publication.channel_id, Publication.state, func.count())
        .where(col(Publication.municipality_id) == mine, col(Publication.state).in_([State.SCHEDULED, State.FAILED]))
        .group_by(col(Publication.channel_id), col(Publication.state))
    ).all()
    standing = {(channel_id, state): number for channel_id, state, number in counted}
    asked = dict(
        session.exec(
            select(Delivery.channel_id, func.count())
            .where(col(Delivery.municipality_id) == mine, col(Delivery.state) == DeliveryState.ASKED)
            .group_by(col(Delivery.channel_id))
        ).all()
    )
    held = {hold.channel_id for hold in open_holds(session)}
    found = session.exec(
        select(Channel, Unit.name)
        .outerjoin(Unit, and_(col(Unit.municipality_id) == mine, col(Unit.id) == col(Channel.unit_id)))
        .where(col(Channel.municipality_id) == mine, condition)
        .order_by(col(Channel.unit_id).is_not(None), col(Unit.name), col(Channel.name))
    )
    return [
        ChannelRow(
            id=row.pk,
            name=row.name,
            platform=row.platform,
            unit_id=row.unit_id,
            unit_name=unit_name,
            language=row.language,
            needs_approval=row.needs_approval,
            active=row.active,
            remote_name=row.remote_name,
            url=row.url,
            paused_code=row.paused_code,
            expires_at=row.expires_at,
            not_before=row.not_before,
            last_success_at=row.last_success_at,
            scheduled=standing.get((row.pk, State.SCHEDULED), 0),
            failed=standing.get((row.pk, State.FAILED), 0),
            asked=asked.get(row.pk, 0),
            health=_health(row, held=None in held or row.pk in held, now=now),
        )
        for row, unit_name in found
    ]


def _health(row: Channel, *, held: bool, now: datetime) -> Health:
    if not row.active:
        return Health.CLOSED
    if row.paused_code is not None:
        return Health.PAUSED
    if row.expires_at is not None and row.expires_at <= now:
        return Health.EXPIRED
    if held:
        return Health.HELD
    if row.expires_at is not None and row.expires_at <= now + EXPIRES_SOON:
        return Health.EXPIRES_SOON
    return Health.WELL if row.limits else Health.NEVER_CHECKED


def _within(reach: Reach | None) -> ColumnElement[bool]:
    if reach is None or reach.whole:
        return true()
    return col(Channel.unit_id).in_(sorted(reach.units)) if reach.units else false()
