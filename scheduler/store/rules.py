"""The posting rules as they are kept: a channel's own, else the municipality's, else the defaults; and the days nothing is placed on.

Knows rows. What the rules mean stands in domain/rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from scheduler.domain.posting_rules import Alternation, PostingRules, Window, kept_in
from scheduler.errors import LostRace
from scheduler.store import rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Municipality, OwnDays, PostingRulesRow

#: What the history calls it when rules are set and taken away.
SAVE, DROP = "save_rules", "drop_rules"

_WHOLE_DAY = 24 * 60


def zone_of(session: Session) -> str:
    """The municipality's time zone."""
    municipality = session.get(Municipality, municipality_of(session))
    return municipality.zone if municipality else "Europe/Oslo"


def own_rules(session: Session, channel_id: int) -> PostingRulesRow | None:
    """The rules that were made for this channel alone, if any were."""
    return rows.one(session, PostingRulesRow, col(PostingRulesRow.channel_id) == channel_id)


def whole_rules(session: Session) -> PostingRulesRow | None:
    """The municipality's rules for every channel, if any were made; else the defaults hold."""
    return rows.one(session, PostingRulesRow, col(PostingRulesRow.channel_id).is_(None))


def rules_of(session: Session, channel: Channel) -> PostingRules:
    """The posting rules of a channel: its own, else the municipality's, else the defaults. A channel with a fixed language takes no turns."""
    return rules_of_each(session, [channel])[channel.pk]


def rules_of_each(session: Session, channels: Iterable[Channel]) -> dict[int, PostingRules]:
    """The posting rules of each of these channels, by its id. As many questions for one as for all."""
    each_channel = {channel.pk: channel for channel in channels}
    zone = zone_of(session)
    concerned = or_(col(PostingRulesRow.channel_id).is_(None), col(PostingRulesRow.channel_id).in_(each_channel))
    kept = {row.channel_id: row for row in rows.every(session, PostingRulesRow, concerned)}
    days = rows.every(
        session, OwnDays, or_(col(OwnDays.channel_id).is_(None), col(OwnDays.channel_id).in_(each_channel))
    )
    found = {}
    for channel_id, channel in each_channel.items():
        rules = kept_in(_read(kept.get(channel_id) or kept.get(None), zone), channel.language)
        own = frozenset(_days(each for each in days if each.channel_id in {None, channel_id}))
        found[channel_id] = replace(rules, own_days=own)
    return found


def kept_rules(session: Session, channel_id: int | None) -> PostingRules:
    """The rules as they are kept, without days taken out: the channel's own, else the municipality's (None: those), else the defaults."""
    row = own_rules(session, channel_id) if channel_id is not None else None
    return _read(row or whole_rules(session), zone_of(session))


def save(session: Session, channel_id: int | None, rules: PostingRules) -> None:
    """Keep these as the channel's own or (None) the municipality's. Raises LostRace where somebody else has just made the first ones."""
    row = whole_rules(session) if channel_id is None else own_rules(session, channel_id)
    if row is not None:
        for name, value in _columns(rules).items():
            setattr(row, name, value)
        session.add(row)
        session.flush()
        return
    row = PostingRulesRow(municipality_id=municipality_of(session), channel_id=channel_id, **_columns(rules))
    try:
        with session.begin_nested():
            rows.add(session, row)
    except IntegrityError:
        raise LostRace("posting rules", channel_id or "") from None


def drop(session: Session, channel_id: int | None) -> None:
    """The channel has no rules of its own any more; or (None) the municipality keeps the defaults again."""
    row = whole_rules(session) if channel_id is None else own_rules(session, channel_id)
    if row is not None:
        session.delete(row)
        session.flush()


def subject_of(session: Session, channel_id: int | None) -> tuple[str, int]:
    """Whose rules they are, for the history: the channel's or (None) the municipality's."""
    return ("municipality", municipality_of(session)) if channel_id is None else ("channel", channel_id)


def own_days(session: Session, channel_id: int | None) -> list[OwnDays]:
    """The days that nothing is placed on in this channel, the municipality's for all channels among them; None: those for all alone."""
    for_all = col(OwnDays.channel_id).is_(None)
    concerned = for_all if channel_id is None else or_(for_all, col(OwnDays.channel_id) == channel_id)
    return rows.every(session, OwnDays, concerned, order=col(OwnDays.first_day))


def days_out(session: Session, channel_id: int | None) -> frozenset[date]:
    """Each of those days."""
    return frozenset(_days(own_days(session, channel_id)))


def _days(periods: Iterable[OwnDays]) -> Iterator[date]:
    for period in periods:
        for number in range((period.last_day - period.first_day).days + 1):
            yield period.first_day + timedelta(days=number)


def as_plain(rules: PostingRules) -> dict[str, Any]:
    """The rules as plain values, for the history: what `from_plain` reads."""
    return _columns(rules)


def from_plain(values: Mapping[str, Any], zone: str) -> PostingRules:
    """The rules of plain values that `as_plain` gave."""
    return _read(PostingRulesRow(municipality_id=0, **values), zone)


def _columns(rules: PostingRules) -> dict[str, Any]:
    return {
        "max_per_day": rules.max_per_day,
        "windows": {
            str(weekday): [[_minutes(each.opens), _minutes(each.closes) or _WHOLE_DAY] for each in windows]
            for weekday, windows in enumerate(rules.windows)
        },
        "minimum_gap_minutes": int(rules.minimum_gap.total_seconds()) // 60,
        "alternation": rules.alternation.value,
        "patience_days": rules.patience_days,
        "skip_holidays": rules.skip_holidays,
        "floor_percent": rules.floor_percent,
    }


def _read(row: PostingRulesRow | None, zone: str) -> PostingRules:
    if row is None:
        return PostingRules(zone=zone)
    return PostingRules(
        max_per_day=row.max_per_day,
        windows=_week(row.windows),
        minimum_gap=timedelta(minutes=row.minimum_gap_minutes),
        alternation=Alternation(row.alternation),
        patience_days=row.patience_days,
        skip_holidays=row.skip_holidays,
        floor_percent=row.floor_percent,
        zone=zone,
    )


def _week(windows: dict[str, Any]) -> tuple[tuple[Window, ...], ...]:
    return tuple(
        tuple(Window(_wall(opens), _wall(closes)) for opens, closes in windows.get(str(weekday), []))
        for weekday in range(7)
    )


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _wall(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
