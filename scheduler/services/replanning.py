"""Planning a channel: what waits gets a place, what may not stand where it stands gets another, and all of it is one transaction.

Locks the channel's row, asks the planner with all that may move, and writes what it answers: first every place that is left is given back,
then the new ones are taken. What a person chose stays. Whoever owns a post that moved is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from scheduler.domain import planner
from scheduler.domain.excuses import Excuse
from scheduler.domain.publication import State
from scheduler.domain.reasons import Because, Placement, Plan, Reason
from scheduler.domain.rules import Candidate, Refusal, due_refusals, excusable, first_of
from scheduler.services import facts, places, telling
from scheduler.services.facts import Facts
from scheduler.store import slots
from scheduler.store.slots import Held
from scheduler.store.tables import Publication
from scheduler.store.tables.posts import SlotKind

#: What an announced post moves for.
_GAINS = frozenset({Because.MOVED_FOR_LATEST, Because.MOVED_FOR_TURN, Because.MOVED_BY_RULE})

#: What can be wrong with a slot that was right when it was taken: another post, or the rules themselves.
_BY_A_POST = frozenset({Refusal.DAY_FULL, Refusal.TOO_CLOSE, Refusal.CAMPAIGN, Refusal.TURN})
_BY_THE_RULES = _BY_A_POST | {Refusal.OUTSIDE_WINDOW, Refusal.HOLIDAY, Refusal.OWN_DAY}


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was written of a plan: places given to what had none, posts that stand elsewhere or nowhere now, what says anew why it waits."""

    placed: tuple[Placement, ...] = ()
    moved: int = 0
    left: int = 0


def place(session: Session, channel_id: int, *, now: datetime, at_most: int | None) -> Done:
    channel = slots.lock_channel(session, channel_id)
    known = facts.of_channel(session, channel, now=now)
    return _plan(session, known, now=now, at_most=at_most) if known.waiting else Done()


def place_approved(session: Session, *, channel_id: int, now: datetime, at_most: int | None = None) -> list[Placement]:
    """Place the channel's approved publications, except the parked ones; the earliest `at_most` of them, where nothing must move for them.

    Posts that stand already and that no person placed may move for what is new. What finds no slot keeps the reason.
    """
    return list(place(session, channel_id, now=now, at_most=at_most).placed)


def replan(session: Session, *, channel_id: int, now: datetime, by_native: bool = False) -> int:
    """What stands ahead is asked anew, since the channel's rules have changed or (`by_native`) somebody posted on the platform itself.

    What may not stand where it stands moves on or loses its time, and says why. A time that a person chose stays; where new rules would
    not allow it, that it stood there before them is kept as the reason. Past rows stand. Gives the number that left their slots.
    """
    known = facts.of_channel(session, slots.lock_channel(session, channel_id), now=now)
    broken = _broken(session, known, now=now, by_native=by_native)
    return _plan(session, known, now=now, broken=broken).moved if broken or known.waiting else 0


def close_ranks(session: Session, *, channel_id: int, now: datetime) -> int:
    """A person took a post out of its place, so that two of one language may stand side by side: as `replan`, but only where one does."""
    known = facts.of_channel(session, slots.lock_channel(session, channel_id), now=now)
    broken = _broken(session, known, now=now, by_native=False)
    return _plan(session, known, now=now, broken=broken).moved if broken else 0


def _broken(session: Session, known: Facts, *, now: datetime, by_native: bool) -> dict[int, Refusal]:
    """What may not stand where it stands, and why not: by what comes before it, as it would be asked when its moment comes."""
    asked = _BY_A_POST if by_native else _BY_THE_RULES
    broken: dict[int, Refusal] = {}
    taken = list(known.taken)
    for each in known.held:
        if not _stands_ahead(each, now):
            continue
        found = asked & due_refusals(
            known.candidates[each.publication.pk],
            each.slot.starts_at,
            language=each.slot.language,
            taken=taken,
            rules=known.rules,
            now=each.slot.starts_at,
        )
        if not found:
            continue
        if each.publication.chosen_at is not None:
            if not by_native:
                _let_stand(session, each.publication, found & excusable(known.rules))
            continue
        broken[each.publication.pk] = first_of(found)
        taken = [other for other in taken if other.publication_id != each.publication.pk]
    return broken


def _plan(
    session: Session,
    known: Facts,
    *,
    now: datetime,
    broken: Mapping[int, Refusal] | None = None,
    at_most: int | None = None,
) -> Done:
    """Plan what waits, with what may be moved for it and what may not stand where it stands (`broken`: why); and write it."""
    lost = dict(broken or {})
    at_hand = {each.publication.pk: each for each in known.held if each.publication.pk in lost}
    at_hand |= {each.publication.pk: each for each in known.movable}
    waiting = {row.pk: row for row in known.waiting}
    asked = [*(known.candidates[each] for each in waiting), *(known.at_its_time(each) for each in at_hand)]
    plan = planner.plan(
        [_without_its_slot(each, now) if each.publication_id in lost else each for each in asked],
        taken=known.taken,
        rules=known.rules,
        channel_id=known.channel.pk,
        now=now,
    )
    return _apply(session, plan, known, waiting=waiting, at_hand=at_hand, lost=lost, now=now, at_most=at_most)


def _apply(
    session: Session,
    plan: Plan,
    known: Facts,
    *,
    waiting: Mapping[int, Publication],
    at_hand: Mapping[int, Held],
    lost: Mapping[int, Refusal],
    now: datetime,
    at_most: int | None,
) -> Done:
    """Write the plan: first every place that is left is given back, then the new ones are taken. LostRace anywhere undoes all of it."""
    elsewhere = [
        each for each in plan.placements if (held := at_hand.get(each.publication_id)) and not _stands(held, each)
    ]
    without = [each for each in plan.unplaced if each.publication_id in at_hand]
    new = [each for each in plan.placements if each.publication_id in waiting]
    if not elsewhere and not without:
        new = new[:at_most]
    stood = {each: at_hand[each].slot.starts_at for each in at_hand}
    for unplaced in without:
        places.leave_slot(
            session,
            at_hand[unplaced.publication_id].publication,
            now=now,
            person_id=None,
            problem_code=lost.get(unplaced.publication_id, unplaced.foremost).value,
            because=unplaced.because,
        )
    slots.give_back(session, *(each.publication_id for each in elsewhere))
    for placement in (*elsewhere, *new):
        publication_id = placement.publication_id
        row = waiting[publication_id] if publication_id in waiting else at_hand[publication_id].publication
        places.put(session, row, placement, known.candidates[publication_id], known.rules, now=now, person_id=None)
    gone = {each.publication_id: each.starts_at for each in elsewhere} | {each.publication_id: None for each in without}
    accounts = {each.publication_id: each.because for each in elsewhere}
    accounts |= {each.publication_id: each.because for each in without}
    for publication_id, to_at in gone.items():
        if to_at == stood[publication_id]:
            continue
        why = [Reason(lost[publication_id])] if publication_id in lost else _moved_for(accounts[publication_id])
        telling.moved(
            session, publication_id, from_at=stood[publication_id], to_at=to_at, because=why, now=now, person_id=None
        )
    telling.placed(session, {each.publication_id: each.starts_at for each in new}, now=now)
    silent = [
        each
        for each in plan.unplaced
        if each.publication_id in waiting and waiting[each.publication_id].problem_code != each.foremost.value
    ]
    left = sum(places.go_without(session, waiting[each.publication_id], each) for each in silent[:at_most])
    return Done(placed=tuple(new), moved=len(gone), left=left)


def _without_its_slot(candidate: Candidate, now: datetime) -> Candidate:
    """It may not stand where it stands: no reason keeps it there, and what comes soon is free to move like the rest."""
    if candidate.stands_at is not None and candidate.stands_at > now + planner.SETTLED:
        return replace(candidate, excused=frozenset())
    return replace(candidate, excused=frozenset(), stands_at=None, stands_as=None)


def _moved_for(account: Sequence[Reason]) -> Sequence[Reason]:
    """Of a placement's account, what the move was good for; else its last line."""
    return [each for each in account if each.code in _GAINS] or account[-1:]


def _stands(held: Held, placement: Placement) -> bool:
    """Whether it stands there already, in that language."""
    return (held.slot.starts_at, held.slot.language) == (placement.starts_at, placement.language)


def _stands_ahead(held: Held, now: datetime) -> bool:
    return (
        held.slot.kind is not SlotKind.URGENT
        and held.slot.starts_at > now
        and held.slot.minted_at is None
        and held.publication.state is State.SCHEDULED
    )


def _let_stand(session: Session, publication: Publication, rules: frozenset[Refusal]) -> None:
    """A person chose this time before the rules became others: it keeps it, and says why."""
    if rules:
        kept = [
            Reason(Because.EXCUSED, {"rule": rule.value, "reason": Excuse.STOOD_BEFORE.value}) for rule in sorted(rules)
        ]
        publication.because = [*publication.because, *(reason.as_row() for reason in kept)]
        session.add(publication)
