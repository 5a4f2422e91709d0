"""What a simulated process does: the engine's own steps, and mutants of them that a run must find out.

A mutant changes one step from outside; the product's code is the same in all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from connectors.contract import Attempt, ConnectorError, Landing, Receipt, Remedy
from scheduler.domain.delivery import LEASE, State
from scheduler.services import delivering, looking_up
from scheduler.services.looking_up import Looked
from scheduler.store import deliveries, rows
from scheduler.store.tables import Delivery
from tests.faults.platform import PROMPT, SimulatedAccount

if TYPE_CHECKING:
    from tests.faults.simulation import Process, SimulatedGate, World


class HastyAccount(SimulatedAccount):
    """Says that nothing lands late or is listed late."""

    @property
    def landing(self) -> Landing:
        return PROMPT


class SureAccount(SimulatedAccount):
    """Says of a lost answer that nothing was done."""

    def put(self, lane: str, attempt: Attempt) -> Receipt:
        try:
            return super().put(lane, attempt)
        except ConnectorError as wrong:
            if wrong.remedy is Remedy.CHECK:
                raise ConnectorError(Remedy.WAIT, wrong.code) from wrong
            raise


class Steps:
    """The engine as it is."""

    account: type[SimulatedAccount] = SimulatedAccount

    def __init__(self, world: World) -> None:
        self.world = world
        self.bells: dict[str, Callable[[Process], None]] = {
            "deliver": self.deliver,
            "sweep": self.sweep,
            "look": self.look,
            "lapse": self.lapse,
        }

    @property
    def gate(self) -> SimulatedGate:
        return self.world.gate

    def deliver(self, process: Process) -> None:
        """As scheduler/services/delivering.Senders does, with two threads and each send a task of its own."""
        free = 2 - sum(name.startswith("send") for name in process.tasks)
        if free < 1:
            return
        claimed_at = self.world.true
        for delivery in self.claim(process, free):
            process.claimed_at[delivery.pk] = claimed_at
            self.world.begin(
                process, f"send {delivery.pk} {delivery.fence}", self._sender(process, delivery, claimed_at)
            )

    def _sender(self, process: Process, delivery: Delivery, claimed_at: float) -> Callable[[], None]:
        def send() -> None:
            try:
                delivering.send(self.world.db, delivery, gate=self.gate, elapsed=lambda: self.elapsed(claimed_at))
            finally:
                if process.claimed_at.get(delivery.pk) == claimed_at:
                    del process.claimed_at[delivery.pk]

        return send

    def claim(self, process: Process, limit: int) -> list[Delivery]:
        with self.world.db.begin(self.world.municipality) as session:
            owner = f"process {process.number}"
            return deliveries.claim(session, now=self.gate.clock(), owner=owner, limit=limit)

    def elapsed(self, claimed_at: float) -> timedelta:
        return timedelta(seconds=self.world.true - claimed_at)

    def sweep(self, process: Process) -> None:
        looking_up.sweep(self.world.db, now=self.gate.clock(), sending=self.world.sending(process))

    def look(self, process: Process) -> None:
        looking_up.look_up_due(self.world.db, gate=self.gate)

    def lapse(self, process: Process) -> None:
        delivering.lapse_due(self.world.db, now=self.gate.clock())


class RetryWithoutReconcile(Steps):
    """A lease that ran out goes straight back to ready."""

    def sweep(self, process: Process) -> None:
        with self.world.db.begin(self.world.municipality) as session:
            session.connection().execute(
                update(Delivery)
                .where(
                    col(Delivery.municipality_id) == self.world.municipality,
                    col(Delivery.state).in_([State.SENDING, State.PREPARING]),
                    col(Delivery.lease_until) <= self.gate.clock(),
                )
                .values(state=State.READY, fence=Delivery.fence + 1, lease_until=None)
            )


class NoSettleTime(Steps):
    """Not listed now is taken for not there."""

    account = HastyAccount


class ClaimWithoutGuard(Steps):
    """What was ready when it was read is taken, whatever it is by now."""

    def claim(self, process: Process, limit: int) -> list[Delivery]:
        now, town = self.gate.clock(), self.world.municipality
        with self.world.db.read(town) as session:
            due = rows.every(session, Delivery, col(Delivery.state) == State.READY, col(Delivery.not_before) <= now)[
                :limit
            ]
        claimed = []
        for each in due:
            try:
                with self.world.db.begin(town) as session:
                    row = rows.get(session, Delivery, each.pk)
                    row.state, row.fence, row.tries = State.SENDING, row.fence + 1, row.tries + 1
                    row.lease_until = row.over_by = now + LEASE
                    row.first_tried_at = row.first_tried_at or now
                    session.add(row)
                    session.flush()
                    claimed.append(row)
            except IntegrityError:  # the lane is another's
                continue
        return claimed


class TimeOutIsFailure(Steps):
    """A lost answer counts as "not done": try again later."""

    account = SureAccount


class NoLeaseCheck(Steps):
    """Nobody looks at the lease before sending."""

    def elapsed(self, claimed_at: float) -> timedelta:
        return timedelta(0)


class OldListingNewClock(Steps):
    """A listing is judged by the time at which it is judged, not by that at which it was asked for."""

    def look(self, process: Process) -> None:
        with self.world.db.across() as session:
            due = deliveries.to_look_up(session, now=self.gate.clock())
        for town, delivery_id in due:
            delivery = looking_up.reserve(self.world.db, town, delivery_id, now=self.gate.clock())
            if delivery is None:
                continue
            looked = looking_up.look(self.world.db, delivery, gate=self.gate)
            with self.world.db.begin(town) as session:
                now = self.gate.clock()
                judged = Looked(asof=now, found=looked.found, landing=looked.landing)
                looking_up.settle_look(session, delivery, judged, now=now)


class SweepsItsOwn(Steps):
    """When the wall clock jumps, a process sweeps what it is still sending itself."""

    def sweep(self, process: Process) -> None:
        looking_up.sweep(self.world.db, now=self.gate.clock())
