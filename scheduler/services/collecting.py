"""Collecting: which channel is asked when, for which threads, and what a failure means; and enquiries that a person enters by hand.

Goes out with no transaction open. How far a channel has been collected is written last, so that what was broken off comes again. A channel
that fails keeps a code and waits longer each time; it harms no other.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from connectors.contract import Can, Collected, ConnectorError, Listens, Remedy
from scheduler.domain.access import Actor, Deed, demand
from scheduler.domain.enquiries import Origin, Refusal, Visibility
from scheduler.domain.retries import after
from scheduler.domain.sla import clock_of
from scheduler.errors import Busy, Missing, Refused
from scheduler.log import logger
from scheduler.services import connecting, enquiring, taking_in
from scheduler.services.apart import Apart
from scheduler.services.arrivals import LONGEST_NAME, clean, clean_name
from scheduler.services.connecting import Paused
from scheduler.services.editing import is_web_address
from scheduler.services.gate import Gate
from scheduler.services.intake import AT_ONCE, chunks
from scheduler.store import channels, deliveries, rows, talk
from scheduler.store.database import Database
from scheduler.store.tables import Channel, Listening, Publication
from scheduler.store.talk import DueListening

#: Between two collections of a channel that answers.
COLLECT_EVERY = timedelta(seconds=60)
#: After a failure: the first wait, the longest, and how far a platform's own "come back at" is believed.
FIRST_WAIT, LONGEST_WAIT, LONGEST_WISH = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: How long a worker may be at one channel before another may try.
TURN = timedelta(minutes=5)
#: Between two questions to an account that will not let us listen, whether by now it does.
ASK_AGAIN_EVERY = timedelta(days=1)
#: Channels that are collected at the same time: one that answers slowly keeps few others waiting.
SIDE_BY_SIDE = 4
#: A thread counts as recent for so long after the last that was said in it; so many are swept a time.
RECENT, SWEPT_A_TIME = timedelta(days=14), 20
#: What is entered by hand was written at most so long ago, in so many characters.
LONG_AGO, LONGEST_TEXT = timedelta(days=365), 60_000

_log = logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Collection:
    """What a collection brought, in comments. `error_code`: why nothing could be had, or None; `said`: the platform's own words."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    unchanged: int = 0
    error_code: str | None = None
    said: str = ""


def listens(channel: Channel) -> bool:
    """Whether comments can be collected there: the platform lets us, and nothing but a person's pause stands in the way."""
    return _may_be_asked(channel) and Can.READ in Can(channel.can)


def heard(session: Session) -> list[Channel]:
    """The municipality's channels that are listened to, in the order they were added."""
    return [channel for channel in rows.every(session, Channel) if listens(channel)]


def collect_due(db: Database, *, gate: Gate, apart: Apart = nullcontext) -> int:
    """The bell: collect every channel whose turn has come, a few side by side. How many were collected."""

    def one(due: DueListening) -> bool:
        collected = False
        with apart():
            try:
                collected = _in_turn(db, due, gate=gate)
            except (Busy, Missing) as passing:  # the database had no time, or the channel is gone: its turn comes again
                _log.warning("channel not collected", channel=due.channel_id, why=type(passing).__name__)
        return collected

    with db.across() as session:
        due_now = talk.listening_due(session, now=gate.clock())
    with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE, thread_name_prefix="collect") as pool:
        return sum(pool.map(one, due_now))


def collect(db: Database, *, municipality_id: int, channel_id: int, gate: Gate) -> Collection:
    """Collect one channel now, whether it is due or not. What went wrong is kept with the channel and told; nothing is raised for it."""
    now = gate.clock()
    with db.begin(municipality_id) as session:
        channel = channels.channel(session, channel_id)
        if talk.listening_of(session, channel_id) is None:
            talk.listen_from(session, channel_id, now=now)
        _our_posts(session, channel, now=now)
    with db.read(municipality_id) as session:
        listening = talk.listening_of(session, channel_id)
        threads = talk.threads_to_sweep(session, channel_id, active_since=now - RECENT, limit=SWEPT_A_TIME)
    if listening is None:
        raise Missing("channel", channel_id)
    began = gate.clock()
    try:
        connector = gate.open(channel)
        if not isinstance(connector, Listens):
            raise ConnectorError(Remedy.NOT_ALLOWED, "cannot_listen")
        collected = connector.collect(listening.cursor, threads)
    except ConnectorError as wrong:
        return _failed(db, channel, listening, wrong, now=gate.clock())
    return _keep(db, channel, listening, collected, began=began, now=gate.clock())


def enter_by_hand(
    session: Session,
    actor: Actor | None,
    *,
    channel_id: int,
    author_name: str,
    text: str,
    written_at: datetime,
    url: str | None = None,
    thread_text: str = "",
    now: datetime,
) -> int:
    """Somebody has read a question where we cannot listen; the id of its enquiry. The same told twice is one.

    `thread_text`: what it stood under. Raises Refused with everything that is wrong at once.
    """
    channel = channels.channel(session, channel_id)
    demand(actor, Deed.ANSWER, unit_id=channel.unit_id)
    name, said, above = clean_name(author_name), clean(text).strip(), clean(thread_text).strip()
    address = (url or "").strip() or None
    wrong = {
        Refusal.LISTENS_ITSELF: listens(channel),
        Refusal.TEXT_MISSING: not said,
        Refusal.TEXT_TOO_LONG: max(len(said), len(above)) > LONGEST_TEXT,
        Refusal.AUTHOR_TOO_LONG: len(name) > LONGEST_NAME,
        Refusal.ADDRESS_INVALID: address is not None and not is_web_address(address),
        Refusal.WRITTEN_IN_FUTURE: written_at > now,
        Refusal.WRITTEN_LONG_AGO: written_at < now - LONG_AGO,
    }
    if any(wrong.values()):
        found = sorted(code for code, is_so in wrong.items() if is_so)
        raise Refused(*found, limit=LONGEST_NAME if found == [Refusal.AUTHOR_TOO_LONG] else LONGEST_TEXT)
    told = "\0".join([name, said, above, address or "", written_at.isoformat()])
    remote_id = f"by-hand:{hashlib.sha256(told.encode()).hexdigest()[:32]}"
    thread = {
        "channel_id": channel_id,
        "remote_id": remote_id,
        "origin": Origin.BY_HAND,
        "text": above,
        "url": address,
        "written_at": written_at,
        "seen_at": now,
        "active_at": now,
    }
    talk.add_threads(session, [thread])
    comment = {
        "channel_id": channel_id,
        "thread_id": talk.threads_with(session, channel_id, [remote_id])[remote_id].pk,
        "remote_id": remote_id,
        "author_name": name or None,
        "text": said,
        "url": address,
        "language": taking_in.language_of(said),
        "own": False,
        "visibility": Visibility.VISIBLE,
        "written_at": written_at,
        "seen_at": now,
    }
    for written in talk.add_comments(session, [comment]).values():
        clock = clock_of(written_at=written_at, seen_at=now, lacked_at=None, by_hand=True)
        person_id = actor.person_id if actor else None
        return enquiring.receive(session, written, clock, now=now, person_id=person_id).pk
    standing = talk.comments_with(session, channel_id, [remote_id])[remote_id]
    if standing.enquiry_id is None:
        raise Missing("enquiry", remote_id)
    return standing.enquiry_id


def _in_turn(db: Database, due: DueListening, *, gate: Gate) -> bool:
    now = gate.clock()
    with db.begin(due.municipality_id) as session:
        channel = channels.channel(session, due.channel_id)
        open_to_us = _may_be_asked(channel) and (channel.not_before is None or channel.not_before <= now)
        until = now + TURN if open_to_us else now + COLLECT_EVERY
        mine = talk.claim_listening(session, due.channel_id, now=now, until=until) and open_to_us
    if mine and listens(channel):
        collect(db, municipality_id=due.municipality_id, channel_id=due.channel_id, gate=gate)
    elif mine:
        _ask_what_it_can(db, due, gate=gate)
    return mine and listens(channel)


def _may_be_asked(channel: Channel) -> bool:
    """Whether nothing but a person's pause stands in the way: that keeps our posts back, not what citizens say."""
    return channel.active and channel.paused_code in (None, Paused.BY_HAND.value)


def _ask_what_it_can(db: Database, due: DueListening, *, gate: Gate) -> None:
    """As far as we know the account does not let us listen: it was added before we could, or its platform has come to let us since."""
    checked = connecting.check(
        db,
        None,
        municipality_id=due.municipality_id,
        channel_id=due.channel_id,
        http=gate.http,
        clock=gate.clock,
        house=gate.house,
    )
    now = gate.clock()
    with db.begin(due.municipality_id) as session:
        if not listens(channels.channel(session, due.channel_id)):  # else its turn has come already
            wait = ASK_AGAIN_EVERY if checked.code is None else LONGEST_WAIT
            talk.settle_listening(session, due.channel_id, next_at=now + wait)


def _our_posts(session: Session, channel: Channel, *, now: datetime) -> None:
    """What we published lately is a thread from the moment it stands there."""
    for publication in talk.unknown_publications(session, channel.pk, since=now - RECENT)[:AT_ONCE]:
        remote_id = clean(publication.remote_id or "")
        met = talk.threads_with(session, channel.pk, [remote_id]).get(remote_id)
        if met is not None:  # it was collected before we knew that it was ours
            met.origin, met.publication_id = Origin.OURS, publication.pk
            session.add(met)
            session.flush()
        else:
            talk.add_threads(session, [_thread_of(session, publication, remote_id, now=now)])


def _thread_of(session: Session, publication: Publication, remote_id: str, *, now: datetime) -> dict[str, Any]:
    newest = deliveries.newest_of(session, publication.pk)
    at = publication.published_at or now
    return {
        "channel_id": publication.channel_id,
        "publication_id": publication.pk,
        "remote_id": remote_id,
        "origin": Origin.OURS,
        "text": deliveries.content_of(session, newest.pk).text if newest else "",
        "url": publication.url,
        "language": publication.language,
        "written_at": at,
        "seen_at": now,
        "active_at": min(at, now),
    }


def _keep(
    db: Database, channel: Channel, listening: Listening, collected: Collected, *, began: datetime, now: datetime
) -> Collection:
    """Everything the collection brought, and then how far we have come."""
    taken = taking_in.take(
        db,
        municipality_id=channel.municipality_id,
        channel_id=channel.pk,
        collected=collected,
        began=began,
        now=now,
        history_before=now - RECENT if listening.collected_at is None else None,
    )
    for some in chunks(collected.swept.items(), AT_ONCE - 2):
        with db.begin(channel.municipality_id) as session:
            swept = dict(some)
            for remote_id, thread in talk.threads_with(session, channel.pk, swept).items():
                thread.swept_at = max(swept[remote_id], thread.swept_at or swept[remote_id])
                session.add(thread)
    with db.begin(channel.municipality_id) as session:
        talk.settle_listening(
            session,
            channel.pk,
            cursor=dict(collected.cursor),
            next_at=now + COLLECT_EVERY,
            collected_at=now,
            failures=0,
            error_code=None,
            error_detail=None,
        )
    _log.info("channel collected", channel=channel.pk, new=taken.new, changed=taken.changed, gone=taken.gone)
    return Collection(new=taken.new, changed=taken.changed, gone=taken.gone, unchanged=taken.unchanged)


def _failed(
    db: Database, channel: Channel, listening: Listening, wrong: ConnectorError, *, now: datetime
) -> Collection:
    failures = listening.failures + 1
    wait = after(failures, base=FIRST_WAIT, ceiling=LONGEST_WAIT, key=f"collect:{channel.pk}")
    told = min(wrong.retry_at, now + LONGEST_WISH) if wrong.retry_at is not None and wrong.retry_at > now else None
    with db.begin(channel.municipality_id) as session:
        talk.settle_listening(
            session,
            channel.pk,
            next_at=max(now + wait, told or now),
            failures=failures,
            error_code=wrong.code[:60],
            error_detail=clean(wrong.detail)[:300] or None,
        )
        if wrong.remedy is Remedy.RECONNECT:
            channels.pause(session, channel.pk, wrong.code)  # a pause that a person made stays that person's
        elif told is not None:  # a rate limit is the whole account's
            channels.change(session, channel.pk, not_before=told)
    _log.info("channel not collected", channel=channel.pk, code=wrong.code, status=wrong.status, failures=failures)
    return Collection(error_code=wrong.code, said=wrong.detail)
