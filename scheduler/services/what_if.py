"""What would follow: where a post would go if it were answered for now, and which others would move or miss their latest moment for it.

The real planner on the real facts, asked with the post and without it. Writes nothing, and asks as much for one channel as for ten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col

from scheduler.domain import planner
from scheduler.domain.publication import State
from scheduler.domain.reasons import Cost, Placement, Plan, Unplaced
from scheduler.domain.rules import Candidate, Refusal
from scheduler.services import facts
from scheduler.services.facts import Facts
from scheduler.store import publications, rows
from scheduler.store.tables import Channel, Post
from scheduler.store.tables.posts import PostKind

#: What has no place yet, and may get one.
_MAY_BE_PLACED = frozenset({State.DRAFT, State.IN_REVIEW, State.APPROVED})


@dataclass(frozen=True, kw_only=True)
class Would:
    """What another publication would come to. `from_at`: where it stands, or would stand without this post; `to_at`: None is nowhere."""

    publication_id: int
    from_at: datetime
    to_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """`places`: the place of each of the post's publications, or why it gets none, by its id; `moves`: announced posts that would stand
    elsewhere; `misses`: posts that would miss their latest moment.
    """

    places: Mapping[int, Placement | Unplaced]
    moves: tuple[Would, ...]
    misses: tuple[Would, ...]


_NOTHING = WhatIf(places={}, moves=(), misses=())


def what_if(session: Session, post_id: int, *, now: datetime) -> WhatIf:
    """What would follow if all of the post that has no place were released now. Writes nothing. Raises Missing."""
    post = rows.get(session, Post, post_id)
    if post.kind is PostKind.SERVICE_NOTICE:  # it gets no time
        return _NOTHING
    own = [each for each in publications.of_post(session, post_id) if each.state in _MAY_BE_PLACED]
    if not own:
        return _NOTHING
    channels = rows.every(session, Channel, col(Channel.id).in_([each.channel_id for each in own]))
    known = facts.of_channels(session, channels, now=now, also=own)
    places: dict[int, Placement | Unplaced] = {}
    moves, misses = list[Would](), list[Would]()
    for publication in own:
        here = known[publication.channel_id]
        released = replace(here.candidates[publication.pk], approved=True, channel_paused=False)
        others = [each for each in here.planned if each.publication_id != publication.pk]
        bound = _plan(here, [*others, released], now=now)
        places |= {each.publication_id: each for each in _answers(bound) if each.publication_id == publication.pk}
        if others:
            moved, missed = _difference(_plan(here, others, now=now), bound, others)
            moves += moved
            misses += missed
    return WhatIf(places=places, moves=tuple(moves), misses=tuple(misses))


def costs(
    session: Session, publication_id: int, times: Mapping[datetime, frozenset[Refusal]], *, now: datetime
) -> dict[datetime, Cost | frozenset[Refusal]]:
    """What it would cost the others to let the publication stand at each of these times, each with the rules that are set aside there; or
    the rules that a person there would break.
    """
    publication = publications.get(session, publication_id)
    channel = rows.get(session, Channel, publication.channel_id)
    known = facts.of_channel(session, channel, now=now, also=[publication])
    wanted = known.candidates[publication_id]
    others = [each for each in known.planned if each.publication_id != publication_id]
    taken = [each for each in known.taken if each.publication_id != publication_id]
    return {
        at: planner.cost_of(
            [*others, replace(wanted, chosen_at=None, excused=excused)],
            publication_id=publication_id,
            at=at,
            taken=taken,
            rules=known.rules,
            channel_id=channel.pk,
            now=now,
        )
        for at, excused in times.items()
    }


def _plan(known: Facts, candidates: list[Candidate], *, now: datetime) -> Plan:
    return planner.plan(candidates, taken=known.taken, rules=known.rules, channel_id=known.channel.pk, now=now)


def _answers(plan: Plan) -> tuple[Placement | Unplaced, ...]:
    return (*plan.placements, *plan.unplaced)


def _difference(without: Plan, bound: Plan, others: list[Candidate]) -> tuple[list[Would], list[Would]]:
    """Of the others, those that stand elsewhere with the post than without it, and those that get no place any more."""
    before = {each.publication_id: each.starts_at for each in without.placements}
    after = {each.publication_id: each.starts_at for each in bound.placements}
    moves, misses = [], []
    for each in others:
        was, will = before.get(each.publication_id), after.get(each.publication_id)
        if was is None or was == will:
            continue
        if will is None:
            misses.append(Would(publication_id=each.publication_id, from_at=was, to_at=None))
        elif each.stands_at is not None:
            moves.append(Would(publication_id=each.publication_id, from_at=was, to_at=will))
    return moves, misses
