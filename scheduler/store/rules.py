"""The posting rules as they are kept: a channel's own, else the municipality's, else the defaults; and the days nothing is placed on.

Knows rows. What the rules mean stands in domain/rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col

from scheduler.domain.posting_rules import Alternation, PostingRules, Window
from scheduler.store import rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Municipality, OwnDays, PostingRulesRow


def zone_of(session: Session) -> str:
    """The municipality's time zone."""
    municipality = session.get(Municipality, municipality_of(session))
    return municipality.zone if municipality else "Europe/Oslo"


def own_rules(session: Session, channel_id: int) -> PostingRulesRow | None:
    """The rules that were made for this channel alone, if any were."""
    return rows.one(session, PostingRulesRow, col(PostingRulesRow.channel_id) == channel_id)


def rules_of(session: Session, channel: Channel) -> PostingRules:
    """The posting rules of a channel: its own, else the municipality's, else the defaults. A channel with a fixed language takes no turns."""
    zone = zone_of(session)
    row = own_rules(session, channel.pk) or rows.one(
        session, PostingRulesRow, col(PostingRulesRow.channel_id).is_(None)
    )
    if row is None:
        rules = PostingRules(zone=zone)
    else:
        rules = PostingRules(
            max_per_day=row.max_per_day,
            windows=_week(row.windows),
            minimum_gap=timedelta(minutes=row.minimum_gap_minutes),
            alternation=Alternation(row.alternation),
            patience_days=row.patience_days,
            skip_holidays=row.skip_holidays,
            floor_percent=row.floor_percent,
            zone=zone,
        )
    rules = replace(rules, own_days=frozenset(_days(own_days(session, channel.pk))))
    return rules if channel.language is None else replace(rules, alternation=Alternation.OFF)


def own_days(session: Session, channel_id: int | None) -> list[OwnDays]:
    """The days that nothing is placed on in this channel, the municipality's for all channels among them; None: those for all alone."""
    for_all = col(OwnDays.channel_id).is_(None)
    concerned = for_all if channel_id is None else or_(for_all, col(OwnDays.channel_id) == channel_id)
    return rows.every(session, OwnDays, concerned, order=col(OwnDays.first_day))


def _days(periods: list[OwnDays]) -> Iterator[date]:
    for period in periods:
        for number in range((period.last_day - period.first_day).days + 1):
            yield period.first_day + timedelta(days=number)


def _week(windows: dict[str, Any]) -> tuple[tuple[Window, ...], ...]:
    return tuple(
        tuple(Window(_wall(opens), _wall(closes)) for opens, closes in windows.get(str(weekday), []))
        for weekday in range(7)
    )


def _wall(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
