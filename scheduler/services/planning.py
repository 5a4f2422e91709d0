"""Placing: which publication gets which slot, moved by a person or placed by the bell, and taken off again.

Every step locks the channel's row, asks the one rule engine, and takes the slot in the database, whose constraint has the last word.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from scheduler.domain import planner
from scheduler.domain.access import Actor, Deed, demand
from scheduler.domain.publication import Action, State, open_actions
from scheduler.domain.reasons import Placement, Unplaced
from scheduler.domain.rules import Refusal, Taken, due_refusals, first_of
from scheduler.errors import LostRace, Refused
from scheduler.services import facts
from scheduler.services.apart import Apart
from scheduler.store import publications, rows, slots
from scheduler.store.database import Database
from scheduler.store.tables import Channel, Post, Publication
from scheduler.store.tables.posts import SourceFlag


class Parked(StrEnum):
    """Why an approved publication is left alone by the planner until a person places it."""

    TAKEN_OFF = "taken_off"
    HELD_PAST_SLOT = "held_past_slot"
    SOURCE_WITHDRAWN = "source_withdrawn"
    NOT_POSTED = "not_posted"


class PlacingRefusal(StrEnum):
    """Why a publication has no time that could be changed."""

    NOT_TO_BE_PLACED = "not_to_be_placed"
    SOURCE_WITHDRAWN = "post_source_withdrawn"


#: What the planner leaves alone. What nobody has answered for as it stands would lose any place again when its moment comes.
#: Placements that the bell writes in one transaction; each is three rows.
_AT_A_TIME = 6

#: What another post in the channel can bring about.
_BY_A_POST = frozenset({Refusal.DAY_FULL, Refusal.TOO_CLOSE, Refusal.TURN})

_PARKED = frozenset({*(parked.value for parked in Parked), Refusal.NOT_APPROVED.value})


def plan_due(db: Database, municipality_ids: Sequence[int], *, now: datetime, apart: Apart = nullcontext) -> int:
    """The planner's bell: place what is approved and has no slot, a channel a transaction. Gives the number placed."""
    placed = 0
    for municipality_id in municipality_ids:
        with db.read(municipality_id) as session:
            channel_ids = publications.channels_waiting(session)
        for channel_id in channel_ids:
            with apart():
                placed += _place_waiting(db, municipality_id, channel_id, now=now)
    return placed


def _place_waiting(db: Database, municipality_id: int, channel_id: int, *, now: datetime) -> int:
    """A long backlog goes a few at a time, so that no transaction writes many rows."""
    placed = 0
    while True:
        with db.begin(municipality_id) as session:
            done = len(place_approved(session, channel_id=channel_id, now=now, at_most=_AT_A_TIME))
        placed += done
        if done < _AT_A_TIME:
            return placed


def place_approved(session: Session, *, channel_id: int, now: datetime, at_most: int | None = None) -> list[Placement]:
    """Place the channel's approved publications, except the parked ones; the earliest `at_most` of them. What finds no slot keeps the reason."""
    channel = slots.lock_channel(session, channel_id)
    waiting = [row for row in publications.waiting_for_a_slot(session, channel_id) if row.problem_code not in _PARKED]
    if not waiting:
        return []
    plan = planner.plan(
        [facts.candidate_of(session, row, channel) for row in waiting],
        taken=facts.taken_in(session, channel_id, now=now),
        rules=facts.rules_of(session, channel),
        channel_id=channel_id,
        now=now,
    )
    by_id = {row.pk: row for row in waiting}
    placements = list(plan.placements[:at_most])
    for placement in placements:
        _put(session, by_id[placement.publication_id], placement, channel, now=now, person_id=None)
    for unplaced in plan.unplaced[:at_most]:
        _leave(session, by_id[unplaced.publication_id], unplaced)
    return placements


def move(
    session: Session, actor: Actor | None, publication_id: int, *, wanted_at: datetime, now: datetime
) -> Placement:
    """A person chooses the time, for a scheduled or an approved publication; the time is fixed from then on.

    Raises Refused with every rule it breaks and `nearest`: the nearest lawful placements. Each of those is accepted when it is asked for, also
    one that only a post which has waited its turn out may have: then the break is recorded, as when the planner makes it.
    """
    publication = publications.get(session, publication_id)
    channel = slots.lock_channel(session, publication.channel_id)
    demand(actor, Deed.MOVE, unit_id=channel.unit_id)
    _must_allow(publication, Action.MOVE, Action.PLACE)
    must_have_its_source(session, publication.post_id)
    candidate = facts.candidate_of(session, publication, channel)
    candidate = replace(candidate, chosen_at=wanted_at, excused=frozenset())
    rules = facts.rules_of(session, channel)
    taken = facts.taken_in(session, channel.pk, now=now)
    plan = planner.plan([candidate], taken=_without(taken, publication_id), rules=rules, channel_id=channel.pk, now=now)
    if plan.unplaced:
        free = replace(candidate, chosen_at=None)
        nearest = planner.nearest_lawful(
            free,
            wanted_at=wanted_at,
            taken=_without(taken, publication_id),
            rules=rules,
            channel_id=channel.pk,
            now=now,
        )
        refusals = plan.unplaced[0].refusals
        offered = next((each for each in nearest if each.starts_at == wanted_at and refusals <= each.excused), None)
        if offered is None:
            raise Refused(*sorted(refusals), nearest=nearest, wanted_at=wanted_at)
        placement = offered
    else:
        placement = plan.placements[0]
    slots.give_back(session, publication_id)
    person_id = actor.person_id if actor else None
    _put(session, publication, placement, channel, now=now, person_id=person_id, chosen_at=wanted_at)
    return placement


def place_again(session: Session, actor: Actor | None, publication_id: int, *, now: datetime) -> list[Placement]:
    """A person lets the planner place it (after it was taken off, held past its slot, or given a chosen time)."""
    publication = publications.get(session, publication_id)
    channel = slots.lock_channel(session, publication.channel_id)
    demand(actor, Deed.MOVE, unit_id=channel.unit_id)
    _must_allow(publication, Action.MOVE, Action.PLACE)
    must_have_its_source(session, publication.post_id)
    if publication.state is State.SCHEDULED:
        _leave_slot(session, publication, now=now, person_id=actor.person_id if actor else None)
    publication.problem_code, publication.chosen_at = None, None
    session.add(publication)
    session.flush()
    return [
        each
        for each in place_approved(session, channel_id=channel.pk, now=now)
        if each.publication_id == publication_id
    ]


def take_off(session: Session, actor: Actor | None, publication_id: int, *, now: datetime) -> None:
    """A person takes it off its slot; it stays approved and waits until somebody places it again."""
    publication = publications.get(session, publication_id)
    channel = slots.lock_channel(session, publication.channel_id)
    demand(actor, Deed.MOVE, unit_id=channel.unit_id)
    _must_allow(publication, Action.TAKE_OFF)
    park(session, publication, Parked.TAKEN_OFF, now=now, person_id=actor.person_id if actor else None)


def park(session: Session, publication: Publication, reason: Parked, *, now: datetime, person_id: int | None) -> None:
    """Take a scheduled publication off its slot, and keep the planner away from it until a person places it."""
    _leave_slot(session, publication, now=now, person_id=person_id, problem_code=reason.value)


def give_up_slot(session: Session, publication: Publication, code: StrEnum, *, now: datetime) -> None:
    """Its moment has gone by, or a rule forbids it now: back among the approved, for the next lawful slot, and it says why."""
    _leave_slot(session, publication, now=now, person_id=None, problem_code=code.value)


def replan(session: Session, *, channel_id: int, now: datetime) -> int:
    """A native post has come: what now breaks cap, gap or turn because of what came before it moves on. What a person fixed stays.

    Asks as the mint would at each slot's moment. Gives the number that left their slots.
    """
    channel = slots.lock_channel(session, channel_id)
    rules = facts.rules_of(session, channel)
    moved = 0
    for slot in slots.in_channel(session, channel_id, since=now):
        publication = publications.get(session, slot.publication_id)
        if slot.minted_at is not None or publication.state is not State.SCHEDULED or publication.chosen_at is not None:
            continue
        broken = _BY_A_POST & due_refusals(
            facts.candidate_of(session, publication, channel),
            slot.starts_at,
            language=slot.language,
            taken=facts.taken_in(session, channel_id, now=now),
            rules=rules,
            now=slot.starts_at,
        )
        if broken:
            give_up_slot(session, publication, first_of(broken), now=now)
            moved += 1
    if moved:
        place_approved(session, channel_id=channel_id, now=now)
    return moved


def proposal(session: Session, post_id: int, *, now: datetime) -> dict[int, Placement | Unplaced]:
    """Where each of a post's publications would go if it were released now, and why. Writes nothing."""
    rows.get(session, Post, post_id)
    proposed: dict[int, Placement | Unplaced] = {}
    for publication in publications.of_post(session, post_id):
        if publication.state not in {State.DRAFT, State.IN_REVIEW, State.APPROVED}:
            continue
        channel = rows.get(session, Channel, publication.channel_id)
        candidate = replace(facts.candidate_of(session, publication, channel), approved=True, channel_paused=False)
        plan = planner.plan(
            [candidate],
            taken=facts.taken_in(session, channel.pk, now=now),
            rules=facts.rules_of(session, channel),
            channel_id=channel.pk,
            now=now,
        )
        proposed[publication.pk] = plan.placements[0] if plan.placements else plan.unplaced[0]
    return proposed


def must_have_its_source(session: Session, post_id: int) -> None:
    """Refuse a post whose news item was taken back, until a person has answered that: nothing of it is given a time."""
    if rows.get(session, Post, post_id).source_flag is SourceFlag.WITHDRAWN:
        raise Refused(PlacingRefusal.SOURCE_WITHDRAWN)


def _must_allow(publication: Publication, *actions: Action) -> None:
    """Refuse where the publication stands in a state from which none of these leads anywhere: not answered for yet, or out already."""
    if not open_actions(publication.state) & set(actions):
        raise Refused(PlacingRefusal.NOT_TO_BE_PLACED, state=publication.state)


def _put(
    session: Session,
    publication: Publication,
    placement: Placement,
    channel: Channel,
    *,
    now: datetime,
    person_id: int | None,
    chosen_at: datetime | None = None,
) -> None:
    slot = slots.take(
        session,
        publication,
        day=placement.day,
        ordinal=placement.ordinal,
        cap=facts.rules_of(session, channel).max_per_day,
        starts_at=placement.starts_at,
        language=placement.language,
    )
    if slot is None:
        raise LostRace("slot", f"{channel.pk} {placement.day} {placement.ordinal}")
    action = Action.MOVE if publication.state is State.SCHEDULED else Action.PLACE
    publications.change(
        session,
        publication,
        action,
        now=now,
        person_id=person_id,
        detail={"starts_at": placement.starts_at.isoformat()},
        language=_text_language(placement.language, session, publication, channel),
        chosen_at=chosen_at or publication.chosen_at,
        because=[reason.as_row() for reason in placement.because],
        problem_code=publication.problem_code if publication.problem_code == Refusal.LATE.value else None,
        problem_detail=None,
    )


def _text_language(counted_as: str, session: Session, publication: Publication, channel: Channel) -> str | None:
    """The language of the text that goes out: the one it counts as, else the only one there is."""
    languages = facts.languages_of(session, publication, channel)
    if counted_as in languages:
        return counted_as
    return languages[0] if languages else None


def _leave(session: Session, publication: Publication, unplaced: Unplaced) -> None:
    code = unplaced.foremost.value
    if publication.problem_code != code:
        publication.problem_code = code
        publication.because = [reason.as_row() for reason in unplaced.because]
        session.add(publication)


def _leave_slot(
    session: Session, publication: Publication, *, now: datetime, person_id: int | None, problem_code: str | None = None
) -> None:
    publications.change(
        session,
        publication,
        Action.TAKE_OFF,
        now=now,
        person_id=person_id,
        chosen_at=None,
        language=None,
        because=[],
        problem_code=problem_code,
    )
    slots.give_back(session, publication.pk)


def _without(taken: list[Taken], publication_id: int) -> list[Taken]:
    return [each for each in taken if each.publication_id != publication_id]
