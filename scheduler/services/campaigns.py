"""Campaigns as a person sets them: what they are called, and how far apart their posts stand in a channel.

Where the distance becomes another, future slots of the channels concerned are planned anew in the same transaction. Raises Refused with
every code at once.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from scheduler.domain.access import Actor, Deed, demand
from scheduler.domain.people import tidy_name
from scheduler.errors import Refused
from scheduler.services import planning
from scheduler.services.rules import Changed
from scheduler.store import audit, campaigns
from scheduler.store.tables import Campaign

LONGEST_NAME = 120
MOST_DAYS_APART = 60


class CampaignRefusal(StrEnum):
    """Why a campaign was not added or changed."""

    NAME_EMPTY = "campaign_name_empty"
    NAME_TOO_LONG = "campaign_name_too_long"
    NAME_TAKEN = "campaign_name_taken"
    APART_OUT_OF_RANGE = "campaign_apart_out_of_range"


def add_campaign(session: Session, actor: Actor | None, *, name: str, apart_days: int, now: datetime) -> int:
    """A new campaign; its id. `apart_days`: so many days lie at least between two of its posts in one channel; 1: not on one day, 0: any."""
    demand(actor, Deed.MANAGE_RULES, unit_id=None)
    tidy = tidy_name(name)
    _must_be_in_order(session, tidy, apart_days)
    row = campaigns.add(session, name=tidy, apart_days=apart_days, now=now)
    audit.note(
        session,
        now=now,
        person_id=actor.person_id if actor else None,
        subject="campaign",
        subject_id=row.pk,
        action="add",
        detail={"after": _plain(row)},
    )
    return row.pk


def change_campaign(
    session: Session,
    actor: Actor | None,
    campaign_id: int,
    *,
    name: str,
    apart_days: int,
    active: bool,
    now: datetime,
) -> Changed:
    """Another name or distance; ended (`active` False: nothing more is added to it, what belongs to it still keeps apart), or begun again."""
    demand(actor, Deed.MANAGE_RULES, unit_id=None)
    row = campaigns.get(session, campaign_id)
    tidy = tidy_name(name)
    _must_be_in_order(session, tidy, apart_days, but=campaign_id)
    before = _plain(row)
    campaigns.change(session, row, name=tidy, apart_days=apart_days, active=active)
    event = audit.note(
        session,
        now=now,
        person_id=actor.person_id if actor else None,
        subject="campaign",
        subject_id=row.pk,
        action=CHANGE,
        detail={"before": before, "after": _plain(row)},
    )
    session.flush()
    concerned = campaigns.channels_holding(session, campaign_id) if before["apart_days"] != apart_days else []
    moved = sum(planning.replan(session, channel_id=each, now=now) for each in concerned)
    return Changed(moved=moved, event_id=event.pk)


#: What the history calls it.
CHANGE = "change"


def faults(
    session: Session, name: str, apart_days: int | None, *, but: int | None = None
) -> frozenset[CampaignRefusal]:
    """What is wrong with a name and a distance (None: not asked); `but`: the campaign they are for."""
    tidy = tidy_name(name)
    asked = {
        CampaignRefusal.NAME_EMPTY: not tidy,
        CampaignRefusal.NAME_TOO_LONG: len(tidy) > LONGEST_NAME,
        CampaignRefusal.NAME_TAKEN: bool(tidy) and campaigns.name_taken(session, tidy, but=but),
        CampaignRefusal.APART_OUT_OF_RANGE: apart_days is not None and not 0 <= apart_days <= MOST_DAYS_APART,
    }
    return frozenset(fault for fault, found in asked.items() if found)


def _must_be_in_order(session: Session, name: str, apart_days: int, *, but: int | None = None) -> None:
    found = faults(session, name, apart_days, but=but)
    if found:
        raise Refused(*sorted(found), limit=LONGEST_NAME, most=MOST_DAYS_APART)


def _plain(row: Campaign) -> dict[str, str | int | bool]:
    return {"name": row.name, "apart_days": row.apart_days, "active": row.active}
