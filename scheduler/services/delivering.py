"""Delivering: claim, send, settle. Never twice, never lost.

Claims no more than there are free sender threads; sends with no transaction open, after a last look at the lease; settles guarded by the
fencing number. Knows no kind of delivery (errands.py does) and no rule: those were asked when it was minted. The protocol stands in
docs/architecture.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import nullcontext
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import assert_never

from sqlmodel import Session

from connectors.contract import Attempt, ConnectorError, Remedy
from scheduler.domain.delivery import LEASE, POSTS, Action, Kind, State, may_still_send
from scheduler.domain.notices import Unsent
from scheduler.domain.retries import after
from scheduler.domain.rules import Refusal
from scheduler.errors import Busy
from scheduler.log import logger
from scheduler.services import errands, notices_over, settling
from scheduler.services.apart import Apart
from scheduler.services.errands import Errand
from scheduler.services.gate import Gate
from scheduler.services.planning import Parked
from scheduler.store import channels, deliveries, holds, rows
from scheduler.store.database import Database
from scheduler.store.tables import Delivery

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
#: Before a settlement that the database could not take is tried again, in seconds.
_SETTLE_AGAIN_AFTER = 0.5
_log = logger(__name__)


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
        self._claimed_at: dict[int, float] = {}

    def deliver(self, apart: Apart = nullcontext) -> list[Future[None]]:
        """Claim what is due and there are threads for, and begin to send. Gives what was begun."""
        with self._db.across() as session:
            waiting = deliveries.municipalities_with_work(session, now=self._gate.clock())
        begun = []
        for municipality_id in waiting:
            with apart():
                begun += self._claim(municipality_id)
        return begun

    def deliver_all(self) -> int:
        """Send everything that is due, wait for each answer, and give the number of sends. For the command line."""
        count = 0
        while begun := self.deliver():
            wait(begun)
            count += len(begun)
        return count

    def sending(self) -> frozenset[int]:
        """The deliveries that this process is sending now and whose lease holds by the monotonic clock, wherever the wall clock has jumped."""
        with self._lock:
            oldest = self._monotonic() - LEASE.total_seconds()
            return frozenset(each for each, claimed_at in self._claimed_at.items() if claimed_at > oldest)

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
            self._claimed_at |= {delivery.pk: claimed_at for delivery in claimed}
        begun = [self._pool.submit(self._send_and_free, delivery, claimed_at) for delivery in claimed]
        for future in begun:
            future.add_done_callback(_say_what_failed)
        return begun

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
                self._claimed_at.pop(delivery.pk, None)


def send(db: Database, delivery: Delivery, *, gate: Gate, elapsed: Callable[[], timedelta]) -> None:
    """One claimed delivery: the last look, the one call, the settlement. `elapsed`: since the claim, on a clock that never jumps."""

    def settle(step: Callable[[Session], object]) -> None:
        _settle(db, delivery, step, elapsed=elapsed)

    try:
        errand = last_look(db, delivery, gate=gate)
        if errand is None:
            return
        if not may_still_send(elapsed=elapsed()):
            _log.warning("too late to send; given back", delivery=delivery.pk)
            settle(lambda s: deliveries.change(s, delivery, Action.POSTPONE, now=gate.clock(), lease_until=None))
            return
        if delivery.state is State.PREPARING:
            prepared = errand.prepare()
            settle(lambda s: _settle_prepared(s, delivery, prepared, now=gate.clock()))
            return
        receipt = errand.carry_out()
    except ConnectorError as wrong:
        refusal = wrong
        settle(lambda s: settle_error(s, delivery, refusal, now=gate.clock()))
        return
    settle(lambda s: settling.sent(s, delivery, receipt, action=Action.CONFIRM, now=gate.clock()))


def _settle(
    db: Database, delivery: Delivery, step: Callable[[Session], object], *, elapsed: Callable[[], timedelta]
) -> None:
    """Write down what came of it; where the database cannot take it, again and again while the lease lasts. Guarded, so no harm."""
    while True:
        try:
            with db.begin(delivery.municipality_id) as session:
                step(session)
            return
        except Busy:
            if elapsed() >= LEASE:
                raise
            _log.warning("the database was busy; the answer is settled again", delivery=delivery.pk)
            Event().wait(_SETTLE_AGAIN_AFTER)


def _say_what_failed(sent: Future[None]) -> None:
    """A fault in a sender thread is never silent. The lease decides over its delivery."""
    wrong = sent.exception()
    if wrong is not None:
        _log.error("a send broke off; the lease decides", exc_info=wrong)


def last_look(db: Database, delivery: Delivery, *, gate: Gate) -> Errand | None:
    """Read all that is needed, in one look. None where a hold, the end of a service notice or another worker has come between: then
    nothing is sent.
    """
    with db.read(delivery.municipality_id) as session:
        fresh = rows.get(session, Delivery, delivery.pk)
        if fresh.fence != delivery.fence or fresh.state is not delivery.state:
            return None
        over, held = notices_over.came_too_late(session, delivery), is_held(session, delivery)
        errand = None if over or held else errands.read(session, delivery, gate=gate)
    if over:
        with db.begin(delivery.municipality_id) as session:
            settling.failed(session, delivery, action=Action.FAIL, code=Unsent.OVER.value, detail="", now=gate.clock())
    elif held:
        with db.begin(delivery.municipality_id) as session:
            deliveries.change(session, delivery, Action.POSTPONE, now=gate.clock(), lease_until=None)
    return errand


def is_held(session: Session, delivery: Delivery) -> bool:
    """Whether a hold keeps it back: posts alone, and never an answer to somebody who waits."""
    if delivery.kind not in POSTS or delivery.channel_id is None:
        return False
    return bool(holds.open_over(session, delivery.channel_id))


def settle_error(session: Session, delivery: Delivery, wrong: ConnectorError, *, now: datetime) -> None:
    """What a platform's refusal or silence leads to. Source: design, "Remedy"."""
    code, detail = wrong.code, wrong.detail
    match wrong.remedy:
        case Remedy.RECONNECT if (channel_id := delivery.channel_id) is not None:
            if deliveries.change(
                session, delivery, Action.POSTPONE, now=now, answer_code=code, answer_detail=detail, lease_until=None
            ):
                channels.pause(session, channel_id, code)  # a pause that a person made stays that person's
        case Remedy.WAIT | Remedy.RECONNECT:
            _wait(session, delivery, wrong, now=now)
        case Remedy.CHECK if delivery.state is State.PREPARING:
            # An upload that may have arrived does no harm: it is repeated.
            deliveries.change(
                session,
                delivery,
                Action.POSTPONE,
                now=now,
                answer_code=code,
                not_before=now + back_off(delivery),
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
        case Remedy.GONE:
            settling.gone(session, delivery, code=code, detail=detail, now=now)
        case Remedy.REWRITE | Remedy.NOT_ALLOWED:
            settling.failed(session, delivery, action=Action.FAIL, code=code, detail=detail, now=now)
        case never:
            assert_never(never)


def lapse_due(db: Database, *, now: datetime, apart: Apart = nullcontext) -> int:
    """What waited past its time and certainly did not go out goes back for another slot. Gives the number."""
    with db.across() as session:
        found = deliveries.past_their_time(session, now=now)
    lapsed = 0
    for municipality_id, delivery_id in found:
        with apart(), db.begin(municipality_id) as session:
            delivery = rows.get(session, Delivery, delivery_id)
            if delivery.state is State.READY and delivery.not_after is not None and delivery.not_after <= now:
                code = Parked.HELD_PAST_SLOT.value if is_held(session, delivery) else Refusal.LATE.value
                lapsed += settling.lapsed(session, delivery, code=code, now=now)
    return lapsed


def _settle_prepared(session: Session, delivery: Delivery, attempt: Attempt, *, now: datetime) -> None:
    if deliveries.change(session, delivery, Action.PREPARED, now=now, prepared=True, lease_until=None, not_before=now):
        content = deliveries.content_of(session, delivery.pk)
        content.frozen = dict(attempt.frozen)
        session.add(content)


def back_off(delivery: Delivery, failures: int | None = None) -> timedelta:
    """How long the delivery waits after so many failed tries (default: those it has had); nothing after none."""
    counted = max(delivery.tries, 1) if failures is None else failures
    return after(counted, base=_FIRST_WAIT, ceiling=_LONGEST_WAIT, key=delivery.key)


def _wait(session: Session, delivery: Delivery, wrong: ConnectorError, *, now: datetime) -> None:
    """It was certainly not done: again later, when the platform says, or after a growing while."""
    told = wrong.retry_at if wrong.retry_at is not None and wrong.retry_at > now else None
    postponed = deliveries.change(
        session,
        delivery,
        Action.POSTPONE,
        now=now,
        answer_code=wrong.code,
        answer_detail=wrong.detail,
        not_before=told or now + back_off(delivery),
        lease_until=None,
    )
    if postponed and delivery.kind is Kind.MAIL:
        _log.warning("mail not taken; tried again later", delivery=delivery.pk, code=wrong.code)
    if postponed and told is not None and delivery.channel_id is not None:
        # A rate limit is the whole account's: the claim reads it from the channel.
        channels.change(session, delivery.channel_id, not_before=told)
