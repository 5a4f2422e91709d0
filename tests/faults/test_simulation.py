"""Under an adversary nothing goes out twice, nothing is lost, and a lane holds one at a time; and each mutant of the engine is found out.

So many seeds as a test run has time for. Many more: python -m bench.engine_simulation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from tests.faults import moods, steps
from tests.faults.moods import Mood
from tests.faults.simulation import Setting, SteppedDatabase, Violation, World
from tests.faults.steps import Steps

SEEDS = 20
MOST_SEEDS = 80

FLEET = Setting()
JUMPING_CLOCK = Setting(jumps=True)
KEYED = Setting(honours_key=True, may_freeze_before_sending=True)


@pytest.fixture
def stepped(sqlite_url: str) -> Iterator[SteppedDatabase]:
    opened = SteppedDatabase(sqlite_url)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "setting", [FLEET, JUMPING_CLOCK, KEYED], ids=["two processes", "a clock that jumps", "a platform with keys"]
)
def test_nothing_goes_out_twice_and_nothing_is_lost(stepped: SteppedDatabase, setting: Setting) -> None:
    for seed in range(SEEDS):
        try:
            World(stepped, seed, setting=setting).run()
        except Violation as found:
            raise AssertionError(f"seed {seed}: {found}") from found


@pytest.mark.parametrize(
    ("mutant", "mood", "setting"),
    [
        (steps.RetryWithoutReconcile, moods.KILLING, FLEET),
        (steps.NoSettleTime, moods.LATE, FLEET),
        (steps.ClaimWithoutGuard, moods.RACING, FLEET),
        (steps.TimeOutIsFailure, moods.LATE, FLEET),
        (steps.NoLeaseCheck, moods.FREEZING, FLEET),
        (steps.OldListingNewClock, moods.LISTING, FLEET),
        (steps.SweepsItsOwn, moods.JUMPING, JUMPING_CLOCK),
    ],
    ids=[
        "retry without reconcile",
        "no settle time",
        "claim without guard",
        "time-out is failure",
        "no lease check",
        "old listing, new clock",
        "sweeps what it still sends",
    ],
)
def test_each_mutant_of_the_engine_is_found_out(
    stepped: SteppedDatabase, mutant: type[Steps], mood: Mood, setting: Setting
) -> None:
    with pytest.raises(Violation):
        run_all(World(stepped, seed, setting=setting, mood=mood, steps=mutant) for seed in range(MOST_SEEDS))


def run_all(worlds: Iterable[World]) -> None:
    for world in worlds:
        world.run()


def test_a_seed_always_tells_the_same_story(stepped: SteppedDatabase) -> None:
    told = []
    for _ in range(2):
        world = World(stepped, 7, setting=FLEET, mood=moods.MIXED)
        world.run()
        told.append((world.true, [(each.key, each.lands_at) for each in world.platform.requests]))
    assert told[0] == told[1]
