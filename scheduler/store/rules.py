"""The posting rules as they are kept: a channel's own, else the municipality's, else the defaults.

Knows rows. What the rules mean stands in domain/rules.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from sqlmodel import Session, col

from scheduler.domain.rules import Alternation, PostingRules, Window
from scheduler.store import rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Municipality, PostingRulesRow


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
            zone=zone,
        )
    if channel.language is None:
        return rules
    return PostingRules(
        max_per_day=rules.max_per_day,
        windows=rules.windows,
        minimum_gap=rules.minimum_gap,
        alternation=Alternation.OFF,
        patience_days=rules.patience_days,
        skip_holidays=rules.skip_holidays,
        zone=zone,
    )


def _week(windows: dict[str, Any]) -> tuple[tuple[Window, ...], ...]:
    return tuple(
        tuple(Window(_wall(opens), _wall(closes)) for opens, closes in windows.get(str(weekday), []))
        for weekday in range(7)
    )


def _wall(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
