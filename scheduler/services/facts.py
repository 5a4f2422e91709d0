"""Gathers the facts that the rules ask for: a channel's rules, what it holds already, and what a publication wants.

Reads only. Decides nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col

from scheduler.domain.publication import State
from scheduler.domain.reasons import excused_by
from scheduler.domain.rules import Candidate, Taken
from scheduler.store import publications, rows, slots, talk
from scheduler.store.rules import rules_of as rules_of
from scheduler.store.rules import zone_of as zone_of
from scheduler.store.tables import Channel, Post, PostText, Publication, Slot, Thread
from scheduler.store.tables.posts import SlotKind

#: How far back the day's cap, the gap and the turn can matter.
_LOOK_BACK = timedelta(days=60)

#: From approval on, a publication has been answered for.
_ANSWERED_FOR = frozenset({State.APPROVED, State.SCHEDULED, State.GOING_OUT})


def taken_in(session: Session, channel_id: int, *, now: datetime) -> list[Taken]:
    """Everything that reaches the channel, native posts too, from far enough back to judge the day and the turn."""
    recent = slots.in_channel(session, channel_id, since=now - _LOOK_BACK)
    earlier = slots.last_before(session, channel_id, now - _LOOK_BACK)
    natives = talk.natives_since(session, channel_id, since=now - _LOOK_BACK)
    return [*(_taken(slot) for slot in (*reversed(earlier), *recent)), *(_native(thread) for thread in natives)]


def candidate_of(session: Session, publication: Publication, channel: Channel) -> Candidate:
    """What a publication wants, as far as the rules are concerned."""
    post = rows.get(session, Post, publication.post_id)
    return Candidate(
        publication_id=publication.pk,
        languages=languages_of(session, publication, channel),
        created_at=publication.created_at,
        approved=publication.state in _ANSWERED_FOR
        and publications.standing_approval(session, publication.pk) is not None,
        channel_paused=channel.paused_code is not None or not channel.active,
        chosen_at=publication.chosen_at,
        earliest_at=post.earliest_at,
        latest_at=post.latest_at,
        priority=post.priority,
        excused=excused_by(publication.because),
    )


def languages_of(session: Session, publication: Publication, channel: Channel) -> tuple[str, ...]:
    """The languages this publication may go out in: those the post has texts in; a channel with a fixed language takes its own if there."""
    found = tuple(
        text.language
        for text in rows.every(
            session, PostText, col(PostText.post_id) == publication.post_id, order=col(PostText.language)
        )
    )
    return (channel.language,) if channel.language in found and channel.language else found


def _native(thread: Thread) -> Taken:
    """A post that somebody wrote on the platform itself. A platform whose clock is ahead is believed no further than ours."""
    return Taken(
        starts_at=min(thread.written_at, thread.seen_at),
        language=thread.language,
        publication_id=None,
        planned=False,
        native=True,
    )


def _taken(slot: Slot) -> Taken:
    return Taken(
        starts_at=slot.starts_at,
        language=slot.language,
        publication_id=slot.publication_id,
        planned=slot.kind is SlotKind.PLANNED,
        native=False,
        ordinal=slot.ordinal,
    )
