"""The engine under an adversary: real SQL and the real steps, in processes that are killed, frozen and overtaken, decided by a seed.

Every task (a bell, a send) is a greenlet that stops before and after each transaction and each call to the platform; between two stops
the adversary decides who goes on, what dies and how much time passes. Knows no rule of the engine: only what must never be.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from greenlet import GreenletExit, getcurrent, greenlet
from sqlalchemy import delete, event
from sqlmodel import Session, col

from connectors.contract import Publishes
from connectors.http import Http
from scheduler.clock import Clock
from scheduler.domain.delivery import FINAL, LEASE, State
from scheduler.domain.states import WrongState
from scheduler.errors import LostRace
from scheduler.services.connecting import House
from scheduler.services.gate import Gate
from scheduler.services.sealing import Sealer
from scheduler.settings import Secret
from scheduler.store import rows
from scheduler.store.database import Database
from scheduler.store.tables import Channel, Comment, Delivery, DeliveryContent, Publication, Reply
from tests import build
from tests.faults import going_out
from tests.faults.going_out import OF_ANSWER, OF_POST
from tests.faults.moods import MOODS, Mood
from tests.faults.platform import BUSY, PROMPT, Platform, SimulatedAccount
from tests.faults.steps import Steps

START = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
ACTS = 110
#: In the first channel posts go out, in the second answers, so that both kinds that are looked for meet the same mischief.
POSTS, ANSWERS = 2, 2


class Violation(AssertionError):
    """Something came to be that must never be."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What is simulated. `jumps`: one process on a clock that jumps forward, on a prompt platform; else two, on a busy platform."""

    jumps: bool = False
    honours_key: bool = False
    may_freeze_before_sending: bool = False


class SteppedDatabase(Database):
    """The real database, where another task may run before and after each transaction."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.pause: Callable[[str], None] = lambda _where: None
        for engine in (self._writer, self._reader):
            event.listen(engine, "connect", _no_power_cut)

    @contextmanager
    def _session(self, *args: Any, **kwargs: Any) -> Iterator[Session]:
        self.pause("transaction")
        with super()._session(*args, **kwargs) as session:
            yield session
        self.pause("committed")


def _no_power_cut(connection: Any, _record: Any) -> None:
    """Processes die here, the machine does not: nothing need reach the disk."""
    connection.execute("PRAGMA synchronous=OFF")


@dataclass(frozen=True, kw_only=True)
class SimulatedGate(Gate):
    """The door to the simulated platform."""

    platform: Platform
    account: type[SimulatedAccount]

    def open(self, channel: Channel) -> Publishes:
        return self.account(platform=self.platform, channel_id=channel.pk)


@dataclass(kw_only=True)
class Process:
    """A worker process: its tasks by what they do, and until when it is frozen (true time)."""

    number: int
    tasks: dict[str, greenlet] = field(default_factory=dict)
    frozen_until: float = 0.0
    #: What it is sending, and since when: as scheduler/services/delivering.Senders keeps it.
    claimed_at: dict[int, float] = field(default_factory=dict)
    task: str = ""


class World:
    """One run: a municipality, its posts and answers, the platform, the processes and the adversary."""

    def __init__(
        self,
        db: SteppedDatabase,
        seed: int,
        *,
        setting: Setting,
        mood: Mood | None = None,
        steps: type[Steps] = Steps,
    ) -> None:
        self.chance = random.Random(seed)
        self.setting, self.db, self.mood = setting, db, mood or self.chance.choice(MOODS)
        self.true, self.jumped = 0.0, 0.0
        self.running: Process | None = None
        self.where: dict[greenlet, str] = {}
        self.turns = 0
        self.answers_at: dict[greenlet, float] = {}
        self.platform = Platform(
            chance=self.chance,
            true=lambda: self.true,
            wall=self.now,
            pause=self._pause,
            process=lambda: self.running.number if self.running else -1,
            before_sending=self._check_order,
            fates=self.mood.fates,
            landing=PROMPT if setting.jumps else BUSY,
            honours_key=setting.honours_key,
            may_freeze_before_sending=setting.may_freeze_before_sending,
        )
        self.gate = SimulatedGate(
            http=_HTTP, house=_HOUSE, clock=Clock(source=self.now), platform=self.platform, account=steps.account
        )
        self.steps = steps(self)
        self._numbers = iter(range(1_000_000))
        self.processes = [self._process() for _ in range(1 if setting.jumps else 2)]
        db.pause = self._pause
        self.municipality, self.keys = self._made()

    def now(self) -> datetime:
        """What every clock shows."""
        return START + timedelta(seconds=self.true + self.jumped)

    def run(self) -> None:
        """Let the adversary act, then let everything calm down. Raises Violation."""
        try:
            for _ in range(ACTS):
                self._act()
            self._calm()
        finally:
            for process in self.processes:
                self._end(process)
            self._clear()

    # --- the adversary ---

    def _act(self) -> None:
        dice, mood = self.chance.random(), self.mood
        process = self.chance.choice(self.processes)
        if (dice := dice - mood.kill) < 0:
            self._kill(process)
        elif (dice := dice - mood.freeze) < 0:
            process.frozen_until = self.true + self.chance.choice([5.0, 40.0, 130.0, 400.0])
        elif (dice := dice - mood.little_time) < 0:
            self.true += self.chance.choice([0.2, 1.0, 5.0, 12.0])
        elif (dice := dice - mood.much_time) < 0:
            self.true += self.chance.choice([31.0, 95.0, 200.0])
        elif self.setting.jumps and dice - mood.jump < 0:
            self._jump()
        elif process.frozen_until > self.true:
            self._rest()
        else:
            self._go_on(process)

    def _jump(self) -> None:
        """The wall clock is set forward; no time passes."""
        self.jumped += self.chance.choice([100.0, 1_000.0, 43_200.0])

    def _rest(self) -> None:
        """Time passes until somebody wakes, if nobody is awake."""
        if all(each.frozen_until > self.true for each in self.processes):
            self.true = min(each.frozen_until for each in self.processes)

    def _go_on(self, process: Process) -> None:
        begun = [name for name, task in process.tasks.items() if self.answers_at.get(task, 0.0) <= self.true]
        idle = [bell for bell in self.mood.bells if bell not in process.tasks]
        if not begun and not idle:
            return
        wanted = self.chance.choice([*begun, *begun, *begun, *idle])
        if wanted not in process.tasks:
            process.tasks[wanted] = greenlet(partial(self.steps.bells[wanted], process))
        self._resume(process, wanted)

    def _resume(self, process: Process, name: str) -> None:
        task = process.tasks[name]
        self.turns += 1
        self.running, process.task = process, name
        try:
            task.switch()
        except (WrongState, LostRace) as wrong:
            raise Violation(f"a step found what must not be: {wrong}") from wrong
        finally:
            self.running = None
        if task.dead:
            process.tasks.pop(name, None)
            self.where.pop(task, None)
            self.answers_at.pop(task, None)
        elif not self.platform.healthy:
            self._meddle(process, name, self.where[task])
        self._check_once()

    def _meddle(self, process: Process, name: str, where: str) -> None:
        """Mischief at the moments that matter."""
        mood, dice = self.mood, self.chance.random()
        if name.startswith("send") and where == "committed" and dice < mood.freeze_before_sending:
            process.frozen_until = self.true + 400.0  # between what it read and what it does next
        elif where == "listed" and dice < mood.wait_with_listing:
            self.true += 200.0  # an old listing in its hands
        elif where == "sending" and dice < mood.kill_while_sending:
            self._kill(process)
        elif where == "sending" and self.setting.jumps and dice < mood.jump_while_sending:
            self._jump()

    def begin(self, process: Process, name: str, run: Callable[[], None]) -> None:
        """Another task of this process, from its next turn on."""
        process.tasks[name] = greenlet(run)

    def _pause(self, where: str) -> None:
        here = getcurrent()
        if self.running is None or here.parent is None:
            return
        self.where[here] = where
        if where == "sending":
            self.answers_at[here] = self.true + self.chance.choice([0.0, 0.5, 4.0, 20.0])
        running = self.running
        here.parent.switch()
        self.running = running

    def _process(self) -> Process:
        return Process(number=next(self._numbers))

    def _kill(self, process: Process) -> None:
        """kill -9, and another is started in its stead."""
        self._end(process)
        self.processes[self.processes.index(process)] = self._process()

    def _end(self, process: Process) -> None:
        for name, task in list(process.tasks.items()):
            self.running, process.task = None, name
            if task:  # begun, and not at its end
                task.throw(GreenletExit)
        process.tasks.clear()
        self.platform.process_ended(process.number)

    # --- what must never be ---

    def _check_once(self) -> None:
        for key in self.keys:
            if self.platform.standing(key) > 1:
                raise Violation(f"{key} stands there twice")

    def _calm(self) -> None:
        """Whoever froze wakes and goes on; then one healthy process runs until there is nothing left to do."""
        self.platform.healthy = True
        for process in self.processes:
            while process.tasks:
                self._resume(process, next(iter(process.tasks)))
        last = self._process()
        for _ in range(200):
            if self._is_done():
                break
            for name, bell in self.steps.bells.items():
                last.tasks[name] = greenlet(partial(bell, last))
                while last.tasks:
                    self._resume(last, next(iter(last.tasks)))
            self.true += 35.0
        else:
            raise Violation(f"stuck: {[(each.pk, each.state.value) for each in self._deliveries()]}")
        self.true += 1_000.0
        self._check_the_end()

    def _is_done(self) -> bool:
        return all(each.state in FINAL or each.state is State.ASKED for each in self._deliveries())

    def _check_the_end(self) -> None:
        with self.db.read(self.municipality) as session:
            posts = {each.pk: each.state for each in rows.every(session, Publication)}
            answers = {each.pk: each for each in rows.every(session, Reply)}
            answered = {each.pk: each.answered_at is not None for each in rows.every(session, Comment)}
        for each in self._deliveries():
            stands, sent = self.platform.standing(each.key), each.state is State.SENT
            if each.reply_id is None:
                found, (expected, times) = posts[each.publication_id or 0].value, OF_POST[each.state]
            else:
                found, (expected, times) = answers[each.reply_id].state.value, OF_ANSWER[each.state]
                if answered[answers[each.reply_id].comment_id] is not sent:
                    raise Violation(f"{each.state.value}, and the citizen {'waits' if sent else 'counts as answered'}")
            if found != expected.value or stands not in times:
                raise Violation(f"{each.state.value} {found}, and {stands} stand there")

    def _check_order(self, lane: str, key: str) -> None:
        """Before a send: nothing else of this lane may still land, unless a person has been asked about it."""
        others = self.platform.may_still_land(lane, but=key)
        if others and not self.setting.may_freeze_before_sending:
            asked = {each.key for each in self._deliveries() if each.state is State.ASKED}
            if set(others) - asked:
                raise Violation("two at a time in one lane")

    # --- its rows ---

    def _made(self) -> tuple[int, list[str]]:
        municipality = build.municipality(self.db, created_at=START)
        with self.db.begin(municipality) as session:
            posts, answers = build.channel(session).pk, build.channel(session).pk
            made = [going_out.post(session, posts, now=START, chance=self.chance) for _ in range(POSTS)]
            made += [going_out.answer(session, answers, now=START) for _ in range(ANSWERS)]
            for each in made:
                each.key = str(UUID(int=self.chance.getrandbits(128)))
                session.add(each)
        return municipality, [each.key for each in made]

    def _deliveries(self) -> list[Delivery]:
        with self.quietly(), self.db.read(self.municipality) as session:
            return rows.every(session, Delivery, order=col(Delivery.id))

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """What the simulation itself asks the database is no step of a task."""
        before, self.running = self.running, None
        try:
            yield
        finally:
            self.running = before

    def _clear(self) -> None:
        """What is left over is no later run's business."""
        with self.quietly(), self.db.begin(self.municipality) as session:
            for table in (DeliveryContent, Delivery):
                session.connection().execute(delete(table).where(col(table.municipality_id) == self.municipality))

    def sending(self, process: Process) -> frozenset[int]:
        oldest = self.true - LEASE.total_seconds()
        return frozenset(each for each, claimed_at in process.claimed_at.items() if claimed_at > oldest)


_HTTP = Http(allow_private=True, now=Clock(), user_agent="Ordskifte tests")
_HOUSE = House(sealer=Sealer(Secret("a key that the simulation never uses")), practice_file="unused")
