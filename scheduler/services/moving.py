"""A person chooses: this time, now, or any time at all, and gives a reason where rules stand in the way.

The rules are asked as when the planner asks them. Where each that refuses may be set aside, one ready-made reason sets them aside for this
publication at this time, and is kept with the place and in the history. What stands close to it is not pushed out by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from scheduler.domain import planner
from scheduler.domain.access import Actor, Deed, demand
from scheduler.domain.byreason import ByReason, first_by_reason
from scheduler.domain.excuses import Excuse, fitting
from scheduler.domain.publication import Action, State
from scheduler.domain.reasons import Because, Placement, Reason, excused_by, ways_out_of
from scheduler.domain.rules import Candidate, Refusal, Taken, due_refusals, excusable
from scheduler.errors import Refused
from scheduler.services import facts, places, replanning, telling
from scheduler.services.facts import Facts
from scheduler.store import publications, rows, slots
from scheduler.store.slots import Held
from scheduler.store.tables import Channel, Publication

#: How many lawful times are offered in place of one that is refused. That at which the post stands already is none of them.
MOST_OFFERED = 3


@dataclass(frozen=True, kw_only=True)
class Reachable:
    """A time that one press on a reason gives, the rules that are set aside there, and the reasons that fit them."""

    at: datetime
    broken: tuple[Refusal, ...]
    excuses: tuple[Excuse, ...]


def move(
    session: Session,
    actor: Actor | None,
    publication_id: int,
    *,
    wanted_at: datetime,
    now: datetime,
    excuse: Excuse | None = None,
) -> Placement:
    """A person chooses the time, for a scheduled or an approved publication; the time is fixed from then on.

    Raises Refused with every rule it breaks, `nearest`: the nearest lawful placements, and `excuses`: the reasons that would set all of
    them aside (none where one of them may not be). Each of the nearest is accepted when it is asked for, also one that only a post which
    has waited its turn out may have: then the break is recorded, as when the planner makes it.
    """
    publication = publications.get(session, publication_id)
    channel = slots.lock_channel(session, publication.channel_id)
    demand(actor, Deed.MOVE, unit_id=channel.unit_id)
    places.must_allow(publication, Action.MOVE, Action.PLACE)
    places.must_have_its_source(session, publication.post_id)
    known = facts.of_channel(session, channel, now=now, also=[publication])
    placement = _answer(known, publication_id, wanted_at=wanted_at, now=now, excuse=excuse)
    _take(session, actor, publication, placement, known, now=now)
    replanning.close_ranks(session, channel_id=channel.pk, now=now)
    return placement


def publish_now(
    session: Session, actor: Actor | None, publication_id: int, *, now: datetime, excuse: Excuse | None = None
) -> Placement:
    """Let it go out at once. Refused, and excused, as any other time is."""
    return move(session, actor, publication_id, wanted_at=now, now=now, excuse=excuse)


def place_with_reason(
    session: Session, actor: Actor | None, publication_id: int, *, excuse: Excuse, now: datetime
) -> Placement:
    """Give what found no place the first one that a reason helps to: see `reachable`. Raises Refused where none does."""
    publication = publications.get(session, publication_id)
    channel = slots.lock_channel(session, publication.channel_id)
    known = facts.of_channel(session, channel, now=now, also=[publication])
    found = _by_reason(known, publication_id, now=now)
    if found is None:
        demand(actor, Deed.MOVE, unit_id=channel.unit_id)
        raise Refused(*_why_not(publication))
    return move(session, actor, publication_id, wanted_at=found.at, now=now, excuse=excuse if found.broken else None)


def reachable(session: Session, publication_id: int, *, now: datetime) -> Reachable | None:
    """The time that `place_with_reason` would give, for what is approved and waits; None where no reason helps."""
    publication = publications.get(session, publication_id)
    if publication.state is not State.APPROVED:
        return None
    channel = rows.get(session, Channel, publication.channel_id)
    known = facts.of_channel(session, channel, now=now, also=[publication])
    found = _by_reason(known, publication_id, now=now)
    if found is None or not found.broken:
        return None
    return Reachable(at=found.at, broken=tuple(sorted(found.broken)), excuses=fitting(found.broken))


def excusing(
    session: Session, publication: Publication, *, wanted_at: datetime, now: datetime, excuse: Excuse | None
) -> list[Reason]:
    """For a time that waits for somebody's approval: the rules it would break, each with the reason given. Raises Refused as `move` does."""
    channel = rows.get(session, Channel, publication.channel_id)
    known = facts.of_channel(session, channel, now=now, also=[publication])
    placement = _answer(known, publication.pk, wanted_at=wanted_at, now=now, excuse=excuse, for_later=True)
    return [each for each in placement.because if each.code is Because.EXCUSED]


def _answer(
    known: Facts,
    publication_id: int,
    *,
    wanted_at: datetime,
    now: datetime,
    excuse: Excuse | None,
    for_later: bool = False,
) -> Placement:
    """The place at that time. `for_later`: neither approval nor a pause of the channel is asked about yet."""
    candidate = replace(known.candidates[publication_id], chosen_at=wanted_at, excused=frozenset(), stands_at=None)
    if for_later:
        candidate = replace(candidate, approved=True, channel_paused=False)
    refused = _ask(known, candidate, now=now)
    if isinstance(refused, Placement):
        return refused
    if excuse is not None and excuse in fitting(refused) and refused <= excusable(known.rules):
        excused = _ask(known, replace(candidate, excused=refused), now=now)
        if isinstance(excused, Placement):
            return _with_reason(excused, excuse)
        refused = excused
    nearest = planner.nearest_lawful(
        replace(candidate, chosen_at=None),
        wanted_at=wanted_at,
        taken=[each for each in known.taken if each.publication_id != publication_id],
        rules=known.rules,
        channel_id=known.channel.pk,
        now=now,
        count=MOST_OFFERED + 1,
    )
    offered = next((each for each in nearest if each.starts_at == wanted_at and refused <= each.excused), None)
    if offered is not None:
        return offered
    soft = excusable(known.rules)
    here = {each.starts_at for each in known.taken if each.publication_id == publication_id}
    raise Refused(
        *sorted(refused),
        nearest=tuple(each for each in nearest if each.starts_at not in here)[:MOST_OFFERED],
        wanted_at=wanted_at,
        channel=known.channel.name,
        channel_id=known.channel.pk,
        publication_id=publication_id,
        excuses=fitting(refused) if refused <= soft else (),
        ways_out=ways_out_of(refused, excusable=soft),
    )


def _ask(known: Facts, candidate: Candidate, *, now: datetime) -> Placement | frozenset[Refusal]:
    """Ask about the one candidate, whose own place does not count."""
    plan = planner.plan(
        [candidate],
        taken=[each for each in known.taken if each.publication_id != candidate.publication_id],
        rules=known.rules,
        channel_id=known.channel.pk,
        now=now,
    )
    return plan.placements[0] if plan.placements else plan.unplaced[0].refusals


def _with_reason(placement: Placement, excuse: Excuse) -> Placement:
    given = [
        Reason(each.code, {**each.params, "reason": excuse.value}) if each.code is Because.EXCUSED else each
        for each in placement.because
    ]
    return replace(placement, because=tuple(given))


def _take(
    session: Session,
    actor: Actor | None,
    publication: Publication,
    placement: Placement,
    known: Facts,
    *,
    now: datetime,
) -> None:
    person_id = actor.person_id if actor else None
    before = slots.of_publication(session, publication.pk)
    slots.give_back(session, publication.pk)
    _keep_neighbours(session, known, placement)
    places.put(
        session,
        publication,
        placement,
        known.candidates[publication.pk],
        known.rules,
        now=now,
        person_id=person_id,
        chosen_at=placement.starts_at,
    )
    if before is None:
        telling.placed(session, {publication.pk: placement.starts_at}, now=now)
    elif before.starts_at != placement.starts_at:
        telling.moved(
            session,
            publication.pk,
            from_at=before.starts_at,
            to_at=placement.starts_at,
            because=[Reason(Because.CHOSEN)],
            now=now,
            person_id=person_id,
        )


def _keep_neighbours(session: Session, known: Facts, placement: Placement) -> None:
    """What a person sets aside for one post is set aside for those that stand there: none of them is refused for its sake when due."""
    given = [each for each in placement.because if each.code is Because.EXCUSED]
    if not given:
        return
    others = [each for each in known.taken if each.publication_id != placement.publication_id]
    put = Taken(
        starts_at=placement.starts_at,
        language=placement.language,
        publication_id=placement.publication_id,
        planned=True,
        native=False,
        ordinal=placement.ordinal,
        beyond_cap=placement.beyond_cap,
        campaign_id=known.candidates[placement.publication_id].campaign_id,
        breaks_turn=Refusal.TURN in excused_by(each.as_row() for each in placement.because),
    )
    reason = given[0].params.get("reason", "")
    for held in known.held:
        if held.slot.starts_at < placement.starts_at or held.publication.state is not State.SCHEDULED:
            continue
        if held.publication.pk == placement.publication_id or held.publication.pk not in known.candidates:
            continue
        pushed = _due(known, held, [*others, put]) - _due(known, held, others)
        kept = [Reason(Because.EXCUSED, {"rule": rule.value, "reason": reason}) for rule in sorted(pushed)]
        if kept:
            held.publication.because = [*held.publication.because, *(each.as_row() for each in kept)]
            session.add(held.publication)


def _due(known: Facts, held: Held, taken: Sequence[Taken]) -> frozenset[Refusal]:
    at = held.slot.starts_at
    found = due_refusals(
        known.candidates[held.publication.pk], at, language=held.slot.language, taken=taken, rules=known.rules, now=at
    )
    return found & excusable(known.rules)


def _by_reason(known: Facts, publication_id: int, *, now: datetime) -> ByReason | None:
    """The time that a person chose, where a reason is all that it lacks; else the first one that a reason helps to."""
    wanted = replace(known.candidates[publication_id], stands_at=None, excused=frozenset())
    if wanted.chosen_at is not None:
        refused = _ask(known, wanted, now=now)
        if not isinstance(refused, Placement) and refused <= excusable(known.rules):
            return ByReason(wanted.chosen_at, refused)
    return first_by_reason(
        wanted,
        taken=[each for each in known.taken if each.publication_id != publication_id],
        rules=known.rules,
        channel_id=known.channel.pk,
        now=now,
    )


def _why_not(publication: Publication) -> list[Refusal]:
    """What it says itself of why it waits, else that no time was free."""
    return [Refusal(publication.problem_code) if publication.problem_code in set(Refusal) else Refusal.BEYOND_HORIZON]
