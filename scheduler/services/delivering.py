"""Delivering: claim, send, settle. Never twice, never lost.

Claims no more than there are free sender threads; sends with no transaction open, after a last look at the lease; settles guarded by the
fencing number. Knows no rule: those were asked when the delivery was minted. The protocol stands in docs/architecture.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import assert_never

from sqlmodel import Session, col

from connectors.contract import Attempt, ConnectorError, OutgoingImage, OutgoingPost, Publishes, Receipt, Remedy
from scheduler.domain.delivery import Action, Kind, State, may_still_send
from scheduler.domain.retries import after
from scheduler.domain.rules import Refusal
from scheduler.log import logger
from scheduler.services import settling
from scheduler.services.gate import Gate
from scheduler.store import deliveries, holds, rows
from scheduler.store.database import Database
from scheduler.store.tables import Channel, Delivery, Media

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
_log = logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A claimed delivery with all that a send needs, read before the network is touched."""

    delivery: Delivery
    post: OutgoingPost
    attempt: Attempt
    remote_id: str | None
    connector: Publishes


class Senders:
    """The sender threads of one process. `deliver` may be rung at any time, from anywhere; it never claims more than are free."""

    def __init__(
        self,
        db: Database,
        *,
        gate: Gate,
        owner: str,
        threads: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._db, self._gate, self._owner = db, gate, owner
        self._monotonic = monotonic
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="sender")
        self._lock = Lock()
        self._free = threads

    def deliver(self) -> list[Future[None]]:
        """Claim what is due and there are threads for, and begin to send. Gives what was begun."""
        with self._db.across() as session:
            waiting = deliveries.municipalities_with_work(session, now=self._gate.clock())
        begun = []
        for municipality_id in waiting:
            begun += self._claim(municipality_id)
        return begun

    def deliver_all(self) -> int:
        """Send everything that is due, wait for each answer, and give the number of sends. For the command line."""
        count = 0
        while begun := self.deliver():
            wait(begun)
            count += len(begun)
        return count

    def stop(self) -> None:
        """Let what is being sent come to its end; claim no more."""
        self._pool.shutdown(wait=True, cancel_futures=False)

    def _claim(self, municipality_id: int) -> list[Future[None]]:
        with self._lock:
            free = self._free
            if free <= 0:
                return []
            claimed_at = self._monotonic()
            with self._db.begin(municipality_id) as session:
                claimed = deliveries.claim(session, now=self._gate.clock(), owner=self._owner, limit=free)
            self._free -= len(claimed)
        return [self._pool.submit(self._send_and_free, delivery, claimed_at) for delivery in claimed]

    def _send_and_free(self, delivery: Delivery, claimed_at: float) -> None:
        try:
            send(
                self._db,
                delivery,
                gate=self._gate,
                elapsed=lambda: timedelta(seconds=self._monotonic() - claimed_at),
            )
        finally:
            with self._lock:
                self._free += 1


def send(db: Database, delivery: Delivery, *, gate: Gate, elapsed: Callable[[], timedelta]) -> None:
    """One claimed delivery: the last look, the one call, the settlement. `elapsed`: since the claim, on a clock that never jumps."""
    try:
        outgoing = last_look(db, delivery, gate=gate)
        if outgoing is None:
            return
        if not may_still_send(elapsed=elapsed()):
            _log.warning("too late to send; the lease decides", delivery=delivery.pk)
            return
        if delivery.state is State.PREPARING:
            _settle_prepared(
                db, outgoing, outgoing.connector.prepare(outgoing.post, outgoing.attempt), now=gate.clock()
            )
            return
        receipt = _call(outgoing)
    except ConnectorError as wrong:
        with db.begin(delivery.municipality_id) as session:
            settle_error(session, delivery, wrong, now=gate.clock())
        return
    with db.begin(delivery.municipality_id) as session:
        settling.sent(session, delivery, receipt, action=Action.CONFIRM, now=gate.clock())


def last_look(db: Database, delivery: Delivery, *, gate: Gate) -> Outgoing | None:
    """Read all that is needed, in one look. None where a hold or another worker has come between: then nothing is sent."""
    with db.read(delivery.municipality_id) as session:
        fresh = rows.get(session, Delivery, delivery.pk)
        if fresh.fence != delivery.fence or fresh.state is not delivery.state:
            return None
        held = bool(holds.open_over(session, delivery.channel_id))
        outgoing = None if held else read_outgoing(session, delivery, gate=gate)
    if held:
        with db.begin(delivery.municipality_id) as session:
            deliveries.change(session, delivery, Action.POSTPONE, now=gate.clock(), lease_until=None)
    return outgoing


def read_outgoing(session: Session, delivery: Delivery, *, gate: Gate) -> Outgoing:
    """The delivery with its frozen content, its pictures and its connector."""
    content = deliveries.content_of(session, delivery.pk)
    pictures = {
        row.pk: row
        for row in rows.every(session, Media, col(Media.id).in_([image["media_id"] for image in content.images]))
    }
    images = tuple(
        OutgoingImage(
            content=pictures[image["media_id"]].content,
            content_type=pictures[image["media_id"]].content_type,
            alt_text=image["alt_text"],
        )
        for image in content.images
    )
    return Outgoing(
        delivery=delivery,
        post=OutgoingPost(text=content.text, language=content.language, link=content.link, images=images),
        attempt=Attempt(
            key=delivery.key, first_tried_at=delivery.first_tried_at or delivery.created_at, frozen=content.frozen
        ),
        remote_id=content.remote_id,
        connector=gate.open(rows.get(session, Channel, delivery.channel_id)),
    )


def settle_error(session: Session, delivery: Delivery, wrong: ConnectorError, *, now: datetime) -> None:
    """What a platform's refusal or silence leads to. Source: design, "Remedy"."""
    code, detail = wrong.code, wrong.detail
    match wrong.remedy:
        case Remedy.WAIT:
            back_at = wrong.retry_at or now + _back_off(delivery)
            if deliveries.change(
                session,
                delivery,
                Action.POSTPONE,
                now=now,
                answer_code=code,
                answer_detail=detail,
                not_before=back_at,
                lease_until=None,
            ):
                _slow_down(session, delivery, wrong)
        case Remedy.RECONNECT:
            if deliveries.change(
                session, delivery, Action.POSTPONE, now=now, answer_code=code, answer_detail=detail, lease_until=None
            ):
                channel = rows.get(session, Channel, delivery.channel_id)
                channel.paused_code = code
                session.add(channel)
        case Remedy.CHECK if delivery.state is State.PREPARING:
            # An upload that may have arrived does no harm: it is repeated.
            deliveries.change(
                session,
                delivery,
                Action.POSTPONE,
                now=now,
                answer_code=code,
                not_before=now + _back_off(delivery),
                lease_until=None,
            )
        case Remedy.CHECK:
            deliveries.change(
                session,
                delivery,
                Action.LOSE_TRACK,
                now=now,
                answer_code=code,
                answer_detail=detail,
                over_by=now,
                unconfirmed_at=now,
                not_before=now,
                lease_until=None,
            )
        case Remedy.GONE if delivery.kind is Kind.DELETE_POST:
            content = deliveries.content_of(session, delivery.pk)
            receipt = Receipt(remote_id=content.remote_id or "", url=None)
            settling.sent(session, delivery, receipt, action=Action.CONFIRM, now=now)
        case Remedy.REWRITE | Remedy.NOT_ALLOWED | Remedy.GONE:
            settling.failed(session, delivery, action=Action.FAIL, code=code, detail=detail, now=now)
        case never:
            assert_never(never)


def lapse_due(db: Database, *, now: datetime) -> int:
    """What waited past its time and certainly did not go out goes back for another slot. Gives the number."""
    with db.across() as session:
        found = deliveries.past_their_time(session, now=now)
    lapsed = 0
    for municipality_id, delivery_id in found:
        with db.begin(municipality_id) as session:
            delivery = rows.get(session, Delivery, delivery_id)
            if delivery.state is State.READY and delivery.not_after is not None and delivery.not_after <= now:
                lapsed += settling.lapsed(session, delivery, code=Refusal.LATE.value, now=now)
    return lapsed


def _call(outgoing: Outgoing) -> Receipt:
    delivery, connector = outgoing.delivery, outgoing.connector
    match delivery.kind:
        case Kind.PUBLISH:
            return connector.publish(outgoing.post, outgoing.attempt)
        case Kind.UPDATE:
            return connector.correct(outgoing.remote_id or "", outgoing.post, outgoing.attempt)
        case Kind.DELETE_POST:
            connector.delete(outgoing.remote_id or "")
            return Receipt(remote_id=outgoing.remote_id or "", url=None)
        case never:
            assert_never(never)


def _settle_prepared(db: Database, outgoing: Outgoing, attempt: Attempt, *, now: datetime) -> None:
    with db.begin(outgoing.delivery.municipality_id) as session:
        if deliveries.change(
            session, outgoing.delivery, Action.PREPARED, now=now, prepared=True, lease_until=None, not_before=now
        ):
            content = deliveries.content_of(session, outgoing.delivery.pk)
            content.frozen = dict(attempt.frozen)
            session.add(content)


def _back_off(delivery: Delivery) -> timedelta:
    return after(max(delivery.tries, 1), base=_FIRST_WAIT, ceiling=_LONGEST_WAIT, key=delivery.key)


def _slow_down(session: Session, delivery: Delivery, wrong: ConnectorError) -> None:
    """A rate limit is the whole account's: the claim reads it from the channel."""
    if wrong.retry_at is not None:
        channel = rows.get(session, Channel, delivery.channel_id)
        channel.not_before = wrong.retry_at
        session.add(channel)
