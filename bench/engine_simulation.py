"""The engine's simulation over many seeds: python -m bench.engine_simulation --seeds 5000 [--first N] [--setting fleet] [--mutant NAME].

Prints, for each setting, seeds, simulated acts, CPU seconds and violations with their seeds; ends with 1 where a violation was found
that must not be. `freeze` is the impossible part: on a platform without a key, a process frozen between its last look and the first byte.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import migrations
from scheduler import log
from tests.faults import steps
from tests.faults.simulation import Setting, SteppedDatabase, Violation, World
from tests.faults.steps import Steps

SETTINGS = {
    "fleet": Setting(),
    "jumping-clock": Setting(jumps=True),
    "keyed": Setting(honours_key=True, may_freeze_before_sending=True),
    "freeze": Setting(may_freeze_before_sending=True),
}
POSSIBLE = ("fleet", "jumping-clock", "keyed")


def main() -> int:
    """Run what was asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", type=int, default=1000)
    asked.add_argument("--first", type=int, default=0, help="the first seed")
    asked.add_argument("--setting", choices=[*SETTINGS, "all"], default="all")
    asked.add_argument("--mutant", choices=[each.__name__ for each in Steps.__subclasses__()])
    given = asked.parse_args()
    log.set_up(level="ERROR")
    wrong = 0
    for name in POSSIBLE if given.setting == "all" else (given.setting,):
        with tempfile.TemporaryDirectory() as folder:
            found = _run(name, range(given.first, given.first + given.seeds), Path(folder), given.mutant)
        wrong += found if name in POSSIBLE else 0
    return 1 if wrong else 0


def _run(name: str, seeds: range, folder: Path, mutant: str | None) -> int:
    url = f"sqlite:///{folder / 'simulation.sqlite'}"
    migrations.upgrade(url)
    db = SteppedDatabase(url)
    began, acts, found = time.process_time(), 0, 0
    for seed in seeds:
        world = World(db, seed, setting=SETTINGS[name], steps=getattr(steps, mutant) if mutant else Steps)
        try:
            world.run()
        except Violation as wrong:
            found += 1
            print(f"{name}: seed {seed}: {wrong}", flush=True)
        acts += world.turns
    db.close()
    cpu = time.process_time() - began
    print(f"{name}: {len(seeds)} seeds, {acts} turns, {cpu:.0f} s of CPU, {found} violations", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
