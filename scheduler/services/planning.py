"""Placing: which publication gets which slot, by the bell, by a rule that changed, and again by a person's wish.

Every step locks the channel's row, asks the one rule engine, and takes the slots in the database, whose constraint has the last word. What
a placement moves, it moves in the same transaction. The steps in which a person chooses stand in moving, and are reached from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scheduler.domain.access import Actor, Deed, demand
from scheduler.domain.publication import Action, State
from scheduler.domain.reasons import Because, Placement, Reason
from scheduler.services import places, telling
from scheduler.services.apart import Apart
from scheduler.services.moving import move, place_with_reason, publish_now, reachable
from scheduler.services.parking import PARKED, Parked
from scheduler.services.places import PlacingRefusal, give_up_slot, must_have_its_source, park
from scheduler.services.replanning import close_ranks, place, place_approved, replan
from scheduler.services.what_if import WhatIf, what_if
from scheduler.store import publications, slots
from scheduler.store.database import Database

__all__ = [
    "Parked",
    "Placed",
    "PlacingRefusal",
    "WhatIf",
    "close_ranks",
    "give_up_slot",
    "move",
    "must_have_its_source",
    "park",
    "place_again",
    "place_approved",
    "place_with_reason",
    "plan_all",
    "plan_due",
    "publish_now",
    "reachable",
    "replan",
    "take_off",
    "what_if",
]

#: Placements that the bell writes in one transaction; each is three rows.
_AT_A_TIME = 6


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What a ring of the planner's bell brought about. `unplaced`: what was told anew why it has no place."""

    placed: int = 0
    moved: int = 0
    unplaced: int = 0

    def __add__(self, other: Placed) -> Placed:
        return Placed(
            placed=self.placed + other.placed, moved=self.moved + other.moved, unplaced=self.unplaced + other.unplaced
        )


def plan_due(db: Database, municipality_ids: Sequence[int], *, now: datetime, apart: Apart = nullcontext) -> int:
    """The planner's bell: place what is approved and has no slot, a channel at a time. Gives the number placed."""
    return plan_all(db, municipality_ids, now=now, apart=apart).placed


def plan_all(db: Database, municipality_ids: Sequence[int], *, now: datetime, apart: Apart = nullcontext) -> Placed:
    """The same, and gives all that came of it. Where nothing waits, nothing is planned."""
    done = Placed()
    for municipality_id in municipality_ids:
        with db.read(municipality_id) as session:
            channel_ids = publications.channels_waiting(session, parked=PARKED)
        for channel_id in channel_ids:
            with apart():
                done += _place_waiting(db, municipality_id, channel_id, now=now)
    return done


def _place_waiting(db: Database, municipality_id: int, channel_id: int, *, now: datetime) -> Placed:
    """A long backlog goes a few at a time, so that no transaction writes many rows; but what moves another goes with it."""
    total = Placed()
    while True:
        with db.begin(municipality_id) as session:
            done = place(session, channel_id, now=now, at_most=_AT_A_TIME)
        total += Placed(placed=len(done.placed), moved=done.moved, unplaced=done.left)
        if len(done.placed) < _AT_A_TIME and done.left < _AT_A_TIME:
            return total


def place_again(session: Session, actor: Actor | None, publication_id: int, *, now: datetime) -> list[Placement]:
    """A person lets the planner place it (after it was taken off, held past its slot, or given a chosen time)."""
    publication = publications.get(session, publication_id)
    channel = slots.lock_channel(session, publication.channel_id)
    demand(actor, Deed.MOVE, unit_id=channel.unit_id)
    places.must_allow(publication, Action.MOVE, Action.PLACE)
    must_have_its_source(session, publication.post_id)
    person_id = actor.person_id if actor else None
    before = slots.of_publication(session, publication_id)
    if publication.state is State.SCHEDULED:
        places.leave_slot(session, publication, now=now, person_id=person_id)
    publication.problem_code, publication.chosen_at, publication.because = None, None, []
    session.add(publication)
    session.flush()
    placed = [
        each
        for each in place_approved(session, channel_id=channel.pk, now=now)
        if each.publication_id == publication_id
    ]
    to_at = placed[0].starts_at if placed else None
    if before is not None and before.starts_at != to_at:
        close_ranks(session, channel_id=channel.pk, now=now)
        why = [Reason(Because.FIRST_LAWFUL)] if placed else []
        telling.moved(
            session, publication_id, from_at=before.starts_at, to_at=to_at, because=why, now=now, person_id=person_id
        )
    return placed


def take_off(session: Session, actor: Actor | None, publication_id: int, *, now: datetime) -> None:
    """A person takes it off its slot; it stays approved and waits until somebody places it again."""
    publication = publications.get(session, publication_id)
    channel = slots.lock_channel(session, publication.channel_id)
    demand(actor, Deed.MOVE, unit_id=channel.unit_id)
    places.must_allow(publication, Action.TAKE_OFF)
    park(session, publication, Parked.TAKEN_OFF, now=now, person_id=actor.person_id if actor else None)
    close_ranks(session, channel_id=channel.pk, now=now)
