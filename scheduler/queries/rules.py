"""Posting rules for pages that show and change them: the municipality's, each channel's, the days taken out, and the campaigns.

Reads only. What each rule means stands in domain/posting_rules; the words for it belong to the page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, true
from sqlmodel import Session, col, select

from scheduler.domain.calendar import day_of
from scheduler.domain.posting_rules import PostingRules
from scheduler.store import audit, channels, rows
from scheduler.store import rules as kept
from scheduler.store.database import municipality_of
from scheduler.store.tables import Campaign, Channel, OwnDays, Person, Post, PostingRulesRow, Unit


@dataclass(frozen=True, kw_only=True)
class ChannelRules:
    """The rules that a channel keeps. `own`: made for this channel, and not the municipality's for all."""

    rules: PostingRules
    own: bool


@dataclass(frozen=True, kw_only=True)
class Whose:
    """A channel as the pages of rules show it. `own`: it has rules of its own; `language`: the fixed one, so that nothing takes turns."""

    id: int
    name: str
    unit_id: int | None
    unit: str | None
    language: str | None
    own: bool


@dataclass(frozen=True, kw_only=True)
class Set:
    """The rules of a channel or of the municipality, for changing them.

    `rules`: as they are kept, with the days taken out, the turn as it was chosen; `own`: somebody has set them here; `changed_at`, `changed_by`:
    who did so last (a channel's own, or the municipality's).
    """

    rules: PostingRules
    own: bool
    changed_at: datetime | None
    changed_by: str | None


@dataclass(frozen=True, kw_only=True)
class DaysOut:
    """Days on which nothing is placed by itself; `channel` None: in none of them."""

    id: int
    name: str
    first_day: date
    last_day: date
    channel_id: int | None
    channel: str | None
    unit_id: int | None


@dataclass(frozen=True, kw_only=True)
class CampaignRow:
    """A campaign, and how many posts belong to it."""

    id: int
    name: str
    apart_days: int
    active: bool
    posts: int


def of_channel(session: Session, channel_id: int) -> ChannelRules:
    """The rules of one channel; raises Missing."""
    channel = channels.channel(session, channel_id)
    return ChannelRules(rules=kept.rules_of(session, channel), own=kept.own_rules(session, channel_id) is not None)


def of_own(session: Session) -> dict[int, PostingRules]:
    """The rules of each channel in use that has its own, by its id. As many questions for one as for all."""
    own = col(Channel.id).in_(
        select(PostingRulesRow.channel_id).where(col(PostingRulesRow.municipality_id) == municipality_of(session))
    )
    return kept.rules_of_each(session, rows.every(session, Channel, col(Channel.active).is_(True), own))


def set_for(session: Session, channel_id: int | None) -> Set:
    """The rules of one channel or (None) the municipality, as they are set."""
    row = kept.whole_rules(session) if channel_id is None else kept.own_rules(session, channel_id)
    rules = replace(kept.kept_rules(session, channel_id), own_days=kept.days_out(session, channel_id))
    event = audit.newest(session, *kept.subject_of(session, channel_id), (kept.SAVE, kept.DROP))
    person = rows.get(session, Person, event.person_id).name if event and event.person_id else None
    return Set(rules=rules, own=row is not None, changed_at=event.at if event else None, changed_by=person)


def whose(session: Session) -> tuple[Whose, ...]:
    """The channels in use, the municipality's own first, then by unit and name."""
    own = {row.channel_id for row in rows.every(session, PostingRulesRow)}
    found = session.exec(
        select(Channel, Unit.name)
        .outerjoin(Unit, (col(Unit.id) == Channel.unit_id) & (col(Unit.municipality_id) == Channel.municipality_id))
        .where(col(Channel.municipality_id) == municipality_of(session), col(Channel.active).is_(True))
        .order_by(col(Channel.unit_id).is_not(None), col(Unit.name), col(Channel.name), col(Channel.id))
    )
    return tuple(
        Whose(
            id=channel.pk,
            name=channel.name,
            unit_id=channel.unit_id,
            unit=unit,
            language=channel.language,
            own=channel.pk in own,
        )
        for channel, unit in found
    )


def days_out(session: Session, *, now: datetime, channel_id: int | None = None) -> tuple[DaysOut, ...]:
    """The days taken out that are still to come, the next first; `channel_id`: only those that concern this channel."""
    for_one = col(OwnDays.channel_id).is_(None) | (col(OwnDays.channel_id) == channel_id)
    today = day_of(now, kept.zone_of(session))
    found = session.exec(
        select(OwnDays, Channel.name, Channel.unit_id)
        .outerjoin(
            Channel, (col(Channel.id) == OwnDays.channel_id) & (col(Channel.municipality_id) == OwnDays.municipality_id)
        )
        .where(
            col(OwnDays.municipality_id) == municipality_of(session),
            col(OwnDays.last_day) >= today,
            true() if channel_id is None else for_one,
        )
        .order_by(col(OwnDays.first_day), col(OwnDays.last_day), col(OwnDays.id))
    )
    return tuple(
        DaysOut(
            id=row.pk,
            name=row.name,
            first_day=row.first_day,
            last_day=row.last_day,
            channel_id=row.channel_id,
            channel=name,
            unit_id=unit_id,
        )
        for row, name, unit_id in found
    )


def campaigns(session: Session) -> tuple[CampaignRow, ...]:
    """Every campaign, those that go on first, then by name."""
    counts: dict[int | None, int] = dict(
        session.exec(
            select(Post.campaign_id, func.count())
            .where(col(Post.municipality_id) == municipality_of(session), col(Post.campaign_id).is_not(None))
            .group_by(col(Post.campaign_id))
        ).all()
    )
    found = rows.every(session, Campaign)
    return tuple(
        CampaignRow(id=row.pk, name=row.name, apart_days=row.apart_days, active=row.active, posts=counts.get(row.pk, 0))
        for row in sorted(found, key=lambda each: (not each.active, each.name.casefold()))
    )


def campaign(session: Session, campaign_id: int) -> CampaignRow:
    """One of them; raises Missing."""
    rows.get(session, Campaign, campaign_id)
    return next(each for each in campaigns(session) if each.id == campaign_id)
