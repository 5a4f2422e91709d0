"""Writing a place: a publication takes it, leaves it, or goes without, and its owner is told where another hand than theirs did it.

Every step runs in the transaction of whoever decided it, under the channel's lock. Decides no place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from scheduler.domain.posting_rules import PostingRules
from scheduler.domain.publication import Action, State, open_actions
from scheduler.domain.reasons import Because, Placement, Reason, Unplaced
from scheduler.domain.rules import Candidate, Refusal
from scheduler.errors import LostRace, Refused
from scheduler.services import telling
from scheduler.services.parking import Parked
from scheduler.store import publications, rows, slots
from scheduler.store.tables import Post, Publication
from scheduler.store.tables.posts import SlotKind, SourceFlag


class PlacingRefusal(StrEnum):
    """Why a publication has no time that could be changed."""

    NOT_TO_BE_PLACED = "not_to_be_placed"
    SOURCE_WITHDRAWN = "post_source_withdrawn"


def put(
    session: Session,
    publication: Publication,
    placement: Placement,
    candidate: Candidate,
    rules: PostingRules,
    *,
    now: datetime,
    person_id: int | None,
    chosen_at: datetime | None = None,
) -> None:
    """Give it this place; where it stands in another, that one must have been given back. Raises LostRace where somebody has it by now."""
    slot = slots.take(
        session,
        publication,
        day=placement.day,
        ordinal=placement.ordinal,
        cap=rules.max_per_day,
        starts_at=placement.starts_at,
        language=placement.language,
        kind=SlotKind.EXCUSED if placement.beyond_cap else SlotKind.PLANNED,
    )
    if slot is None:
        raise LostRace("slot", f"{publication.channel_id} {placement.day} {placement.ordinal}")
    moves = publication.state is State.SCHEDULED
    because = account_of(placement, publication.because)
    excused = [row["params"] for row in because if row["code"] == Because.EXCUSED.value]
    publications.change(
        session,
        publication,
        Action.MOVE if moves else Action.PLACE,
        now=now,
        person_id=person_id,
        detail={"starts_at": placement.starts_at.isoformat(), **({"excused": excused} if excused else {})},
        language=_text_language(placement.language, candidate.languages),
        chosen_at=chosen_at or publication.chosen_at,
        waits_since=placement.waits_since or publication.waits_since,
        because=because,
        problem_code=publication.problem_code if publication.problem_code == Refusal.LATE.value else None,
        problem_detail=None,
    )


def go_without(session: Session, publication: Publication, unplaced: Unplaced) -> bool:
    """No place was found for it, and it says why. False: it said so already."""
    code = unplaced.foremost.value
    if publication.problem_code == code:
        return False
    publication.problem_code = code
    # What a person has excused for a time they chose holds for as long as that time is asked for.
    kept = [row for row in publication.because if row["code"] == Because.EXCUSED.value and publication.chosen_at]
    publication.because = [*kept, *(reason.as_row() for reason in unplaced.because)]
    session.add(publication)
    return True


def leave_slot(
    session: Session,
    publication: Publication,
    *,
    now: datetime,
    person_id: int | None,
    problem_code: str | None = None,
    because: Sequence[Reason] = (),
) -> None:
    """Back among the approved. A reason that set a rule aside there goes with the place."""
    publications.change(
        session,
        publication,
        Action.TAKE_OFF,
        now=now,
        person_id=person_id,
        chosen_at=None,
        language=None,
        because=[reason.as_row() for reason in because],
        problem_code=problem_code,
    )
    slots.give_back(session, publication.pk)


def park(session: Session, publication: Publication, reason: Parked, *, now: datetime, person_id: int | None) -> None:
    """Take a scheduled publication off its slot, and keep the planner away from it until a person places it."""
    _lose(session, publication, reason, now=now, person_id=person_id)


def give_up_slot(session: Session, publication: Publication, code: StrEnum, *, now: datetime) -> None:
    """Its moment has gone by, or a rule forbids it now: back among the approved, for the next lawful slot, and it says why."""
    _lose(session, publication, code, now=now, person_id=None)


def must_have_its_source(session: Session, post_id: int) -> None:
    """Refuse a post whose news item was taken back, until a person has answered that: nothing of it is given a time."""
    if rows.get(session, Post, post_id).source_flag is SourceFlag.WITHDRAWN:
        raise Refused(PlacingRefusal.SOURCE_WITHDRAWN)


def must_allow(publication: Publication, *actions: Action) -> None:
    """Refuse where the publication stands in a state from which none of these leads anywhere: not answered for yet, or out already."""
    if not open_actions(publication.state) & set(actions):
        raise Refused(PlacingRefusal.NOT_TO_BE_PLACED, state=publication.state)


def _lose(session: Session, publication: Publication, code: StrEnum, *, now: datetime, person_id: int | None) -> None:
    slot = slots.of_publication(session, publication.pk)
    leave_slot(session, publication, now=now, person_id=person_id, problem_code=code.value)
    if slot is not None:
        why = [Reason(code)] if isinstance(code, Refusal) else []
        telling.moved(
            session, publication.pk, from_at=slot.starts_at, to_at=None, because=why, now=now, person_id=person_id
        )


def account_of(placement: Placement, before: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The placement's account. The planner knows which rules are set aside; which reason a person gave is taken from what was kept."""
    given = {row["params"]["rule"]: row["params"] for row in before if row["code"] == Because.EXCUSED.value}
    account = [reason.as_row() for reason in placement.because]
    for row in account:
        if row["code"] == Because.EXCUSED.value and "reason" not in row["params"]:
            row["params"] = dict(given.get(row["params"]["rule"], row["params"]))
    return account


def _text_language(counted_as: str, languages: Sequence[str]) -> str | None:
    """The language of the text that goes out: the one it counts as, else the only one there is."""
    if counted_as in languages:
        return counted_as
    return languages[0] if languages else None
