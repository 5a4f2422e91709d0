"""Posting rules as a person sets them: the municipality's, a channel's own, and the days that nothing is placed on.

A change and what it does to the posts that stand already are one transaction: future slots of every channel concerned are planned anew
in it, past rows stand. What makes a usable set of rules the domain decides. Raises Refused with every code at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col

from scheduler.domain.access import Actor, Deed, demand
from scheduler.domain.calendar import day_of
from scheduler.domain.outlook import has_a_place
from scheduler.domain.people import tidy_name
from scheduler.domain.posting_rules import PostingRules
from scheduler.errors import Refused
from scheduler.services import planning
from scheduler.store import audit, rows, slots
from scheduler.store import rules as kept
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, OwnDays, PostingRulesRow

LONGEST_NAME = 120
MOST_OWN_DAYS = 366
#: Nobody plans a day off that far ahead: the year is mistyped.
FARTHEST_YEARS = 5


class RulesRefusal(StrEnum):
    """Why rules that can be used were not saved all the same."""

    #: Nothing could be placed for weeks. A person may want that, and says so by a second press.
    NO_PLACE_LEFT = "rules_no_place_left"
    CHANGED_SINCE = "rules_changed_since"


class OwnDaysRefusal(StrEnum):
    """Why days were not taken out."""

    NAME_EMPTY = "own_days_name_empty"
    NAME_TOO_LONG = "own_days_name_too_long"
    LAST_BEFORE_FIRST = "own_days_last_before_first"
    TOO_MANY = "own_days_too_many"
    ALL_PAST = "own_days_all_past"
    TOO_FAR = "own_days_too_far"
    THERE_ALREADY = "own_days_there_already"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What came of a change. `moved`: posts that left their times for it; `event_id`: the line in the history, for taking it back;
    `row_id`: of what was added.
    """

    moved: int
    event_id: int
    row_id: int | None = None


def save_rules(
    session: Session,
    actor: Actor | None,
    *,
    channel_id: int | None,
    rules: PostingRules,
    now: datetime,
    all_the_same: bool = False,
) -> Changed:
    """Let these be the municipality's rules or (`channel_id`) one channel's own. Days taken out are kept apart, and not read from `rules`.

    `all_the_same`: the person has seen that nothing can be placed for weeks then.
    """
    return _set(session, actor, channel_id, rules, now=now, all_the_same=all_the_same)


def drop_channel_rules(
    session: Session, actor: Actor | None, channel_id: int, *, now: datetime, all_the_same: bool = False
) -> Changed:
    """Let the channel keep the municipality's rules again."""
    return _set(session, actor, channel_id, None, now=now, all_the_same=all_the_same)


def drop_whole_rules(session: Session, actor: Actor | None, *, now: datetime, all_the_same: bool = False) -> Changed:
    """Let the municipality keep the rules again that hold where nobody has said anything."""
    return _set(session, actor, None, None, now=now, all_the_same=all_the_same)


def rehearse_rules(
    session: Session, actor: Actor | None, *, channel_id: int | None, rules: PostingRules, now: datetime
) -> int:
    """How many posts would leave their times if these rules were saved. Found by saving them and taking all of it back at once, so
    that the rehearsal can never say anything else than what saving does.
    """
    trial = session.begin_nested()
    try:
        return save_rules(session, actor, channel_id=channel_id, rules=rules, now=now, all_the_same=True).moved
    finally:
        trial.rollback()
        session.expire_all()


def add_own_days(
    session: Session,
    actor: Actor | None,
    *,
    channel_id: int | None,
    name: str,
    first_day: date,
    last_day: date,
    now: datetime,
    all_the_same: bool = False,
) -> Changed:
    """Take these days out, both included, for one channel or (None) all: the planner places nothing on them. A person still may."""
    _demand(session, actor, channel_id)
    tidy = tidy_name(name)
    today = day_of(now, kept.zone_of(session))
    faults = own_days_faults(tidy, first_day, last_day, today=today)
    if not faults and _is_there(session, channel_id, tidy, first_day, last_day):
        faults = frozenset({OwnDaysRefusal.THERE_ALREADY})
    if faults:
        raise Refused(*sorted(faults), limit=LONGEST_NAME, most=MOST_OWN_DAYS, years=FARTHEST_YEARS)
    return put_own_days(
        session,
        actor,
        channel_id=channel_id,
        name=tidy,
        first_day=first_day,
        last_day=last_day,
        now=now,
        all_the_same=all_the_same,
    )


def put_own_days(
    session: Session,
    actor: Actor | None,
    *,
    channel_id: int | None,
    name: str,
    first_day: date,
    last_day: date,
    now: datetime,
    all_the_same: bool,
) -> Changed:
    """`add_own_days`, of what has been found in order."""
    _demand(session, actor, channel_id)
    concerned = _lock(session, _all_or_one(session, channel_id))
    before = _hold(session, concerned)
    row = rows.add(
        session,
        OwnDays(
            municipality_id=municipality_of(session),
            channel_id=channel_id,
            name=name,
            first_day=first_day,
            last_day=last_day,
            created_at=now,
        ),
    )
    if not all_the_same:
        _must_leave_places(session, concerned, before, now=now)
    event_id = _note_own_days(session, actor, row, "add", now=now)
    return Changed(moved=_replan(session, concerned, before, now=now), event_id=event_id, row_id=row.pk)


def remove_own_days(session: Session, actor: Actor | None, own_days_id: int, *, now: datetime) -> Changed:
    """Let the planner place on these days again."""
    row = rows.get(session, OwnDays, own_days_id)
    _demand(session, actor, row.channel_id)
    concerned = _lock(session, _all_or_one(session, row.channel_id))
    before = _hold(session, concerned)
    event_id = _note_own_days(session, actor, row, "remove", now=now)
    session.delete(row)
    session.flush()
    return Changed(moved=_replan(session, concerned, before, now=now), event_id=event_id)


def own_days_faults(name: str, first_day: date, last_day: date, *, today: date) -> frozenset[OwnDaysRefusal]:
    """What is wrong with days to be taken out, under a name without spaces around it."""
    length = (last_day - first_day).days + 1
    asked = {
        OwnDaysRefusal.NAME_EMPTY: not name,
        OwnDaysRefusal.NAME_TOO_LONG: len(name) > LONGEST_NAME,
        OwnDaysRefusal.LAST_BEFORE_FIRST: length < 1,
        OwnDaysRefusal.TOO_MANY: length > MOST_OWN_DAYS,
        OwnDaysRefusal.ALL_PAST: length >= 1 and last_day < today,
        OwnDaysRefusal.TOO_FAR: first_day.year > today.year + FARTHEST_YEARS,
    }
    return frozenset(fault for fault, found in asked.items() if found)


def _set(
    session: Session,
    actor: Actor | None,
    channel_id: int | None,
    rules: PostingRules | None,
    *,
    now: datetime,
    all_the_same: bool,
) -> Changed:
    """Keep these rules there; None: none of its own any more."""
    _demand(session, actor, channel_id)
    concerned = _lock(session, [channel_id] if channel_id is not None else _without_own(session))
    before = _hold(session, concerned)
    row = kept.own_rules(session, channel_id) if channel_id is not None else kept.whole_rules(session)
    was = kept.as_plain(kept.kept_rules(session, channel_id)) if row is not None else None
    if rules is None:
        kept.drop(session, channel_id)
    else:
        kept.save(session, channel_id, rules)
    if not all_the_same:
        _must_leave_places(session, concerned, before, now=now)
    subject, subject_id = kept.subject_of(session, channel_id)
    event = audit.note(
        session,
        now=now,
        person_id=actor.person_id if actor else None,
        subject=subject,
        subject_id=subject_id,
        action=kept.DROP if rules is None else kept.SAVE,
        detail={"before": was, "after": None if rules is None else kept.as_plain(rules)},
    )
    session.flush()
    return Changed(moved=_replan(session, concerned, before, now=now), event_id=event.pk)


def _demand(session: Session, actor: Actor | None, channel_id: int | None) -> None:
    unit_id = rows.get(session, Channel, channel_id).unit_id if channel_id is not None else None
    demand(actor, Deed.MANAGE_RULES, unit_id=unit_id)


def _lock(session: Session, channel_ids: Sequence[int]) -> list[Channel]:
    """The active ones of these channels, locked in order of id: whoever changes rules or places waits for whoever does."""
    locked = [slots.lock_channel(session, each) for each in sorted(channel_ids)]
    return [channel for channel in locked if channel.active]


def _all_or_one(session: Session, channel_id: int | None) -> list[int]:
    if channel_id is not None:
        return [channel_id]
    return [row.pk for row in rows.every(session, Channel, col(Channel.active).is_(True))]


def _without_own(session: Session) -> list[int]:
    own = {row.channel_id for row in rows.every(session, PostingRulesRow)}
    return [each for each in _all_or_one(session, None) if each not in own]


def _hold(session: Session, channels: Sequence[Channel]) -> dict[int | None, PostingRules]:
    """What holds in each of these channels; where there is none yet, what the first one would keep, under None."""
    if channels:
        return dict(kept.rules_of_each(session, channels).items())
    return {None: replace(kept.kept_rules(session, None), own_days=kept.days_out(session, None))}


def _must_leave_places(
    session: Session, channels: Sequence[Channel], before: Mapping[int | None, PostingRules], *, now: datetime
) -> None:
    """Refuse what takes a channel's last place within the weeks that are planned for, until the person has said that it is meant."""
    # Today's last slot may have gone by, and nobody is helped by a plan that ends tonight.
    tomorrow = day_of(now, kept.zone_of(session)) + timedelta(days=1)
    for channel_id, rules in _hold(session, channels).items():
        if not has_a_place(rules, first=tomorrow) and has_a_place(before[channel_id], first=tomorrow):
            raise Refused(RulesRefusal.NO_PLACE_LEFT)


def _replan(
    session: Session, channels: Sequence[Channel], before: Mapping[int | None, PostingRules], *, now: datetime
) -> int:
    """Plan the future anew wherever the rules became others, and give the number of posts that left their times."""
    return sum(
        planning.replan(session, channel_id=channel_id, now=now)
        for channel_id, rules in _hold(session, channels).items()
        if channel_id is not None and _for_the_plan(rules) != _for_the_plan(before[channel_id])
    )


def _for_the_plan(rules: PostingRules) -> PostingRules:
    """What of the rules a plan knows of: the floor only tells people."""
    return replace(rules, floor_percent=0)


def _is_there(session: Session, channel_id: int | None, name: str, first_day: date, last_day: date) -> bool:
    return any(
        (row.channel_id, row.name.casefold(), row.first_day, row.last_day)
        == (channel_id, name.casefold(), first_day, last_day)
        for row in kept.own_days(session, channel_id)
    )


def _note_own_days(session: Session, actor: Actor | None, row: OwnDays, action: str, *, now: datetime) -> int:
    event = audit.note(
        session,
        now=now,
        person_id=actor.person_id if actor else None,
        subject="own_days",
        subject_id=row.pk,
        action=action,
        detail={
            "name": row.name,
            "first_day": row.first_day.isoformat(),
            "last_day": row.last_day.isoformat(),
            "channel_id": row.channel_id,
        },
    )
    session.flush()
    return event.pk
