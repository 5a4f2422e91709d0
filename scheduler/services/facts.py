"""Gathers the facts that the rules ask for: channels' rules, what they hold already, and what publications want.

Reads only, in as many questions for a hundred posts as for one. Decides nothing but which places the planner may change: those that no
person chose, in the weeks that are planned closely, and not so soon that somebody counts on them already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col

from scheduler.domain.planner import SETTLED
from scheduler.domain.posting_rules import PostingRules
from scheduler.domain.publication import State
from scheduler.domain.reasons import Because, excused_by
from scheduler.domain.rules import Candidate, Refusal, Taken
from scheduler.services.parking import PARKED
from scheduler.store import publications, rows, slots, talk
from scheduler.store.rules import rules_of as rules_of
from scheduler.store.rules import rules_of_each
from scheduler.store.rules import zone_of as zone_of
from scheduler.store.slots import Held
from scheduler.store.tables import Campaign, Channel, Post, PostText, Publication, Thread
from scheduler.store.tables.posts import SlotKind

#: How far back the day's cap, the gap and the turn can matter.
_LOOK_BACK = timedelta(days=60)

#: What stands later than this is not moved for the sake of something new.
_CLOSELY = timedelta(weeks=2)

#: From approval on, a publication has been answered for.
_ANSWERED_FOR = frozenset({State.APPROVED, State.SCHEDULED, State.GOING_OUT})


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that is asked about one channel. `taken`: everything that reaches it; `held`: our own places among that.

    `waiting`: what is approved and has no place; `movable`: what has one that the planner may change; `candidates`: what each of these
    wants, and each that was asked about besides, by publication.
    """

    channel: Channel
    rules: PostingRules
    taken: tuple[Taken, ...]
    held: tuple[Held, ...]
    waiting: tuple[Publication, ...]
    movable: tuple[Held, ...]
    candidates: Mapping[int, Candidate]

    @property
    def planned(self) -> list[Candidate]:
        """What the planner is asked about: what waits, and what it may move."""
        return [
            *(self.candidates[each.pk] for each in self.waiting),
            *(self.at_its_time(each.publication.pk) for each in self.movable),
        ]

    def at_its_time(self, publication_id: int) -> Candidate:
        """What a publication with a time wants. A pause takes no time from it: it waits, and gives its place up when it is too late."""
        return replace(self.candidates[publication_id], channel_paused=False)


def of_channel(session: Session, channel: Channel, *, now: datetime, also: Iterable[Publication] = ()) -> Facts:
    """The facts of one channel, and what the publications in `also` want."""
    return of_channels(session, [channel], now=now, also=also)[channel.pk]


def of_channels(
    session: Session, channels: Sequence[Channel], *, now: datetime, also: Iterable[Publication] = ()
) -> dict[int, Facts]:
    """The facts of each of these channels, by its id. As many questions for one as for all."""
    ids = {channel.pk: channel for channel in channels}
    held = slots.held_in(session, ids, since=now - _LOOK_BACK)
    natives = talk.natives_since(session, ids, since=now - _LOOK_BACK)
    waiting = publications.waiting_in(session, ids, parked=PARKED)
    future = [each for each in held if each.slot.starts_at > now and each.slot.minted_at is None]
    asked = {each.pk: each for each in (*waiting, *(each.publication for each in future), *also)}
    wanted = candidates(session, asked.values(), ids)
    wanted |= {each.publication.pk: _standing(wanted[each.publication.pk], each) for each in future}
    rules = rules_of_each(session, channels)
    return {
        channel_id: Facts(
            channel=channel,
            rules=rules[channel_id],
            taken=(
                *(_taken(each) for each in held if each.slot.channel_id == channel_id),
                *(_native(each) for each in natives if each.channel_id == channel_id),
            ),
            held=tuple(each for each in held if each.slot.channel_id == channel_id),
            waiting=tuple(each for each in waiting if each.channel_id == channel_id),
            movable=tuple(each for each in future if each.slot.channel_id == channel_id and _may_move(each, now)),
            candidates={each.pk: wanted[each.pk] for each in asked.values() if each.channel_id == channel_id},
        )
        for channel_id, channel in ids.items()
    }


def taken_in(session: Session, channel_id: int, *, now: datetime) -> list[Taken]:
    """Everything that reaches the channel, native posts too, from far enough back to judge the day and the turn."""
    held = slots.held_in(session, [channel_id], since=now - _LOOK_BACK)
    natives = talk.natives_since(session, [channel_id], since=now - _LOOK_BACK)
    return [*(_taken(each) for each in held), *(_native(thread) for thread in natives)]


def candidate_of(session: Session, publication: Publication, channel: Channel) -> Candidate:
    """What a publication wants, as far as the rules are concerned."""
    return candidates(session, [publication], {channel.pk: channel})[publication.pk]


def candidates(
    session: Session, asked: Collection[Publication], channels: Mapping[int, Channel]
) -> dict[int, Candidate]:
    """What each of these publications wants, by its id."""
    if not asked:
        return {}
    post_ids = {each.post_id for each in asked}
    posts = {each.pk: each for each in rows.every(session, Post, col(Post.id).in_(post_ids))}
    languages: dict[int, list[str]] = {}
    for text in rows.every(session, PostText, col(PostText.post_id).in_(post_ids), order=col(PostText.language)):
        languages.setdefault(text.post_id, []).append(text.language)
    answered = publications.answered_for(session, [each.pk for each in asked])
    campaigns = {each.campaign_id for each in posts.values()} - {None}
    apart = {
        each.pk: each.apart_days
        for each in (rows.every(session, Campaign, col(Campaign.id).in_(campaigns)) if campaigns else ())
    }
    found = {}
    for each in asked:
        post, channel = posts[each.post_id], channels[each.channel_id]
        found[each.pk] = Candidate(
            publication_id=each.pk,
            languages=_languages(languages.get(each.post_id, ()), channel),
            created_at=each.created_at,
            approved=each.state in _ANSWERED_FOR and each.pk in answered,
            channel_paused=channel.paused_code is not None or not channel.active,
            chosen_at=each.chosen_at,
            earliest_at=post.earliest_at,
            latest_at=post.latest_at,
            priority=post.priority,
            waits_since=each.waits_since,
            excused=excused_by(each.because),
            campaign_id=post.campaign_id,
            campaign_apart=apart.get(post.campaign_id, 0) if post.campaign_id is not None else 0,
        )
    return found


def _languages(found: Sequence[str], channel: Channel) -> tuple[str, ...]:
    """The languages a publication may go out in: those the post has texts in; a channel with a fixed language takes its own if there."""
    return (channel.language,) if channel.language in found and channel.language else tuple(found)


def _standing(candidate: Candidate, held: Held) -> Candidate:
    return replace(candidate, stands_at=held.slot.starts_at, stands_as=held.slot.language)


def _may_move(held: Held, now: datetime) -> bool:
    """Whether the planner may give it another time. Where a person set a rule aside, the place is that person's."""
    publication = held.publication
    return (
        held.slot.kind is SlotKind.PLANNED
        and publication.state is State.SCHEDULED
        and publication.chosen_at is None
        and now + SETTLED < held.slot.starts_at <= now + _CLOSELY
        and not any(row["code"] == Because.EXCUSED.value for row in publication.because)
    )


def _native(thread: Thread) -> Taken:
    """A post that somebody wrote on the platform itself. A platform whose clock is ahead is believed no further than ours."""
    return Taken(
        starts_at=min(thread.written_at, thread.seen_at),
        language=thread.language,
        publication_id=None,
        planned=False,
        native=True,
    )


def _taken(held: Held) -> Taken:
    slot = held.slot
    return Taken(
        starts_at=slot.starts_at,
        language=slot.language,
        publication_id=slot.publication_id,
        planned=slot.kind is not SlotKind.URGENT,
        native=False,
        ordinal=slot.ordinal,
        beyond_cap=slot.kind is SlotKind.EXCUSED,
        campaign_id=held.campaign_id,
        breaks_turn=Refusal.TURN in excused_by(held.publication.because),
    )
