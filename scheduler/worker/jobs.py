"""The bells as data: which step is rung, how often.

Every step is plain, re-entrant and safe to call any number of times from anywhere; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta

from scheduler.services import (
    collecting,
    delivering,
    handing_over,
    ingestion,
    looking_up,
    mailing_moves,
    minting,
    planning,
    reminding,
    watching,
)
from scheduler.services.apart import Apart
from scheduler.services.delivering import Senders
from scheduler.services.gate import Gate
from scheduler.store import municipalities
from scheduler.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Works:
    """What the steps need: one of each per process. `apart`: what becomes of one row's fault."""

    db: Database
    gate: Gate
    senders: Senders
    worker: str
    apart: Apart = nullcontext


@dataclass(frozen=True, kw_only=True)
class Bell:
    """A step and its interval."""

    name: str
    every: timedelta
    ring: Callable[[Works], object]


def _plan(w: Works) -> int:
    return planning.plan_due(w.db, all_municipalities(w.db), now=w.gate.clock(), apart=w.apart)


def _sweep(w: Works) -> int:
    return looking_up.sweep(w.db, now=w.gate.clock(), sending=w.senders.sending(), apart=w.apart)


BELLS = (
    Bell(
        name="beat",
        every=timedelta(seconds=10),
        ring=lambda w: watching.beat(w.db, worker=w.worker, now=w.gate.clock()),
    ),
    Bell(
        name="pull",
        every=timedelta(seconds=15),
        ring=lambda w: ingestion.pull_due(w.db, http=w.gate.http, clock=w.gate.clock),
    ),
    Bell(
        name="check_gone",
        every=timedelta(minutes=2),
        ring=lambda w: ingestion.check_gone(w.db, http=w.gate.http, clock=w.gate.clock),
    ),
    Bell(
        name="collect",
        every=timedelta(seconds=5),
        ring=lambda w: collecting.collect_due(w.db, gate=w.gate, apart=w.apart),
    ),
    Bell(name="plan", every=timedelta(seconds=5), ring=_plan),
    Bell(
        name="mint",
        every=timedelta(seconds=1),
        ring=lambda w: minting.mint_due(w.db, now=w.gate.clock(), apart=w.apart),
    ),
    Bell(
        name="lapse",
        every=timedelta(seconds=10),
        ring=lambda w: delivering.lapse_due(w.db, now=w.gate.clock(), apart=w.apart),
    ),
    Bell(name="deliver", every=timedelta(seconds=1), ring=lambda w: w.senders.deliver(w.apart)),
    Bell(name="sweep", every=timedelta(seconds=5), ring=_sweep),
    Bell(
        name="look_up",
        every=timedelta(seconds=5),
        ring=lambda w: looking_up.look_up_due(w.db, gate=w.gate, apart=w.apart),
    ),
    Bell(
        name="remind",
        every=timedelta(seconds=60),
        ring=lambda w: reminding.remind_due(w.db, gate=w.gate, apart=w.apart),
    ),
    Bell(
        name="tell_moved",
        every=timedelta(seconds=60),
        ring=lambda w: mailing_moves.tell_due(w.db, gate=w.gate, apart=w.apart),
    ),
    Bell(
        name="give_up",
        every=timedelta(minutes=10),
        ring=lambda w: handing_over.give_up_due(w.db, now=w.gate.clock(), apart=w.apart),
    ),
)


def send_what_is_due(works: Works) -> int:
    """Collect, mint and send all that is due now, and wait for the platforms' answers. Gives the number of sends."""
    now = works.gate.clock()
    collecting.collect_due(works.db, gate=works.gate, apart=works.apart)
    minting.mint_due(works.db, now=now, apart=works.apart)
    reminding.remind_due(works.db, gate=works.gate, apart=works.apart)
    return works.senders.deliver_all()


#: Not among the bells: rung by hand, after the clock was wound.
AT_ONCE = Bell(name="at_once", every=timedelta(0), ring=send_what_is_due)


def all_municipalities(db: Database) -> list[int]:
    """Every municipality of the installation."""
    with db.across() as session:
        return [each.id for each in municipalities.every(session) if each.id is not None]
