"""What tests ask of a whole plan: who was told what, how much was ever written, and whether any rule is broken anywhere."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from sqlalchemy import func, select
from sqlmodel import col

from scheduler.domain.calendar import day_of
from scheduler.domain.reasons import excused_by
from scheduler.domain.rules import TURNS, Refusal
from scheduler.services import planning
from scheduler.store import rows
from scheduler.store.rules import rules_of
from scheduler.store.tables import AuditEvent, Channel, MovedPost, Post, Publication, Slot
from tests.services.desk import Desk


def told(desk: Desk) -> list[tuple[int, int, datetime, datetime | None]]:
    """(the publication, to whom, from when, to when) of everything that is to be told, in order."""
    with desk.db.read(desk.municipality) as session:
        return [(row.publication_id, row.person_id, row.from_at, row.to_at) for row in rows.every(session, MovedPost)]


def written(desk: Desk) -> tuple[object, ...]:
    """What changes with every write: lines of the history, what is told, when each publication changed, the ids of all places."""
    with desk.db.read(desk.municipality) as session:
        return (
            session.execute(select(func.count()).select_from(AuditEvent)).scalar_one(),
            session.execute(select(func.count()).select_from(MovedPost)).scalar_one(),
            tuple((row.pk, row.updated_at, row.problem_code) for row in rows.every(session, Publication)),
            tuple((row.pk, row.publication_id) for row in rows.every(session, Slot)),
        )


def at(desk: Desk, publication_id: int) -> datetime:
    """When it goes out; it has a place."""
    slot = desk.slot(publication_id)
    assert slot is not None
    return slot.starts_at


def ring(desk: Desk) -> int:
    """The planner's bell."""
    return planning.plan_due(desk.db, [desk.municipality], now=desk.now)


def replan(desk: Desk, channel_id: int, *, by_native: bool = False) -> int:
    with desk.begin() as session:
        return planning.replan(session, channel_id=channel_id, now=desk.now, by_native=by_native)


def broken(desk: Desk, channel_id: int) -> list[str]:
    """Every rule that the places of the channel break among themselves; a recorded break of the turn is none."""
    with desk.db.read(desk.municipality) as session:
        rules = rules_of(session, rows.get(session, Channel, channel_id))
        places = rows.every(session, Slot, col(Slot.channel_id) == channel_id, order=col(Slot.starts_at))
        posts = {row.pk: row for row in rows.every(session, Publication)}
        campaigns = {row.pk: row.campaign_id for row in rows.every(session, Post)}
    found = []
    for one, other in pairwise(places):
        if other.starts_at - one.starts_at < rules.minimum_gap:
            found.append(f"{one.publication_id} and {other.publication_id} stand too close")
    turning = [each for each in places if each.language in TURNS]
    for one, other in pairwise(turning):
        recorded = Refusal.TURN in excused_by(posts[other.publication_id].because)
        if rules.alternation != "off" and one.language == other.language and not recorded:
            found.append(f"{other.publication_id} breaks the turn")
    days = [day_of(each.starts_at, rules.zone) for each in places]
    found += [f"{day} is too full" for day in set(days) if days.count(day) > rules.max_per_day]
    of_campaign = [campaigns[posts[each.publication_id].post_id] for each in places]
    for campaign in {each for each in of_campaign if each is not None}:
        held = [day for day, each in zip(days, of_campaign, strict=True) if each == campaign]
        found += [f"campaign {campaign} stands twice on {day}" for day in set(held) if held.count(day) > 1]
    return found
