"""Where what waits for approval would stand, if it were all answered for now: for the calendar, which shows it as no more than that.

The real planner on the real facts. Writes nothing, and asks as much for one channel as for all of those it looks at.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col

from scheduler.domain import planner
from scheduler.domain.publication import State
from scheduler.domain.reasons import Placement
from scheduler.services import facts
from scheduler.store import rows
from scheduler.store.tables import Channel, Publication

#: A plan takes some milliseconds for each channel; a page has no more time than for these.
MOST_CHANNELS = 6


def foreseen(session: Session, publication_ids: Collection[int], *, now: datetime) -> Mapping[int, Placement]:
    """The place of each of these that awaits approval and would get one, by its id; of those in the first few channels."""
    waiting = rows.every(
        session,
        Publication,
        col(Publication.id).in_(publication_ids),
        col(Publication.state) == State.IN_REVIEW,
        col(Publication.chosen_at).is_(None),
    )
    channel_ids = list(dict.fromkeys(each.channel_id for each in waiting))[:MOST_CHANNELS]
    if not channel_ids:
        return {}
    channels = rows.every(session, Channel, col(Channel.id).in_(channel_ids))
    asked = [each for each in waiting if each.channel_id in channel_ids]
    places: dict[int, Placement] = {}
    for here in facts.of_channels(session, channels, now=now, also=asked).values():
        own = {each.pk for each in asked if each.channel_id == here.channel.pk}
        plan = planner.plan(
            [
                *here.planned,
                *(replace(here.candidates[each], approved=True, channel_paused=False) for each in sorted(own)),
            ],
            taken=here.taken,
            rules=here.rules,
            channel_id=here.channel.pk,
            now=now,
        )
        places |= {each.publication_id: each for each in plan.placements if each.publication_id in own}
    return places
