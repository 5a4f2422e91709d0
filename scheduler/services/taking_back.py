"""Taking back the latest change of posting rules, of days taken out, or of a campaign.

Reads what stood before from the history, and does the opposite as a change of its own: so it can be taken back too. What somebody has
changed since is left alone.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from scheduler.domain.access import Actor
from scheduler.errors import Missing, Refused
from scheduler.services import campaigns, rules
from scheduler.services.rules import Changed, RulesRefusal
from scheduler.store import audit, rows
from scheduler.store import rules as kept
from scheduler.store.tables import AuditEvent, OwnDays

_RULES = (kept.SAVE, kept.DROP)


def take_back(session: Session, actor: Actor | None, event_id: int, *, now: datetime) -> Changed:
    """Undo the change that this line of the history tells of. Raises Missing where it tells of none of these."""
    event = rows.get(session, AuditEvent, event_id)
    match event.subject, event.action:
        case "channel" | "municipality", action if action in _RULES:
            return _rules_back(session, actor, event, now=now)
        case "own_days", "add":
            _must_be_there(session, event)
            return rules.remove_own_days(session, actor, event.subject_id, now=now)
        case "own_days", "remove":
            return _own_days_back(session, actor, event, now=now)
        case "campaign", campaigns.CHANGE:
            return _campaign_back(session, actor, event, now=now)
    raise Missing("change", event_id)


def _rules_back(session: Session, actor: Actor | None, event: AuditEvent, *, now: datetime) -> Changed:
    channel_id = event.subject_id if event.subject == "channel" else None
    _must_be_newest(session, event, _RULES)
    before = event.detail["before"]
    if before is not None:
        then = kept.from_plain(before, kept.zone_of(session))
        return rules.save_rules(session, actor, channel_id=channel_id, rules=then, now=now, all_the_same=True)
    if channel_id is None:
        return rules.drop_whole_rules(session, actor, now=now, all_the_same=True)
    return rules.drop_channel_rules(session, actor, channel_id, now=now, all_the_same=True)


def _own_days_back(session: Session, actor: Actor | None, event: AuditEvent, *, now: datetime) -> Changed:
    told = event.detail
    first_day, last_day = date.fromisoformat(told["first_day"]), date.fromisoformat(told["last_day"])
    same = (told["channel_id"], told["name"], first_day, last_day)
    standing = kept.own_days(session, told["channel_id"])
    if same in {(row.channel_id, row.name, row.first_day, row.last_day) for row in standing}:
        raise Refused(RulesRefusal.CHANGED_SINCE)
    return rules.put_own_days(
        session,
        actor,
        channel_id=told["channel_id"],
        name=told["name"],
        first_day=first_day,
        last_day=last_day,
        now=now,
        all_the_same=True,
    )


def _campaign_back(session: Session, actor: Actor | None, event: AuditEvent, *, now: datetime) -> Changed:
    _must_be_newest(session, event, (campaigns.CHANGE,))
    before = event.detail["before"]
    return campaigns.change_campaign(
        session,
        actor,
        event.subject_id,
        name=before["name"],
        apart_days=before["apart_days"],
        active=before["active"],
        now=now,
    )


def _must_be_newest(session: Session, event: AuditEvent, actions: tuple[str, ...]) -> None:
    newest = audit.newest(session, event.subject, event.subject_id, actions)
    if newest is None or newest.pk != event.pk:
        raise Refused(RulesRefusal.CHANGED_SINCE)


def _must_be_there(session: Session, event: AuditEvent) -> None:
    if audit.newest(session, "own_days", event.subject_id, ("remove",)) is not None or not rows.every(
        session, OwnDays, OwnDays.id == event.subject_id
    ):
        raise Refused(RulesRefusal.CHANGED_SINCE)
