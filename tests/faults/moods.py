"""What an adversary is fond of. A seed draws one; a mutant is looked for in the one in which it bites."""

from __future__ import annotations

from dataclasses import dataclass

from tests.faults.platform import Fate

_MIXED = (
    [Fate.WELL] * 9
    + [Fate.ANSWER_LOST] * 4
    + [Fate.SWALLOWED] * 3
    + [Fate.LATE] * 5
    + [Fate.DOWN, Fate.RATE_LIMIT, Fate.REFUSED]
)
_FATEFUL = [Fate.LATE] * 5 + [Fate.ANSWER_LOST] * 2 + [Fate.SWALLOWED] + [Fate.WELL] * 2


@dataclass(frozen=True, kw_only=True)
class Mood:
    """How likely each mischief is. `bells`: how often each bell is rung, against the others."""

    fates: tuple[Fate, ...] = tuple(_MIXED)
    kill: float = 0.01
    kill_while_sending: float = 0.1
    freeze: float = 0.03
    freeze_before_sending: float = 0.05
    wait_with_listing: float = 0.1
    jump: float = 0.03
    jump_while_sending: float = 0.1
    little_time: float = 0.1
    much_time: float = 0.02
    bells: tuple[str, ...] = ("deliver", "sweep", "look", "lapse")


MIXED = Mood()
KILLING = Mood(kill_while_sending=0.4, fates=(Fate.WELL, Fate.LATE), little_time=0.03, much_time=0.08)
RACING = Mood(bells=("deliver",) * 6 + ("look", "sweep"), kill=0, kill_while_sending=0, freeze=0, little_time=0.03)
LATE = Mood(
    fates=tuple(_FATEFUL), bells=("look", "look", "deliver", "deliver", "sweep"), little_time=0.06, much_time=0.005
)
FREEZING = Mood(
    freeze_before_sending=0.4,
    freeze=0,
    kill=0,
    kill_while_sending=0,
    bells=("look", "deliver", "sweep"),
    much_time=0.06,
)
LISTING = Mood(
    fates=tuple(_FATEFUL), wait_with_listing=0.7, bells=("look", "look", "deliver"), kill=0, freeze=0, much_time=0
)
JUMPING = Mood(
    fates=(Fate.LATE,) * 4 + (Fate.WELL,),
    jump_while_sending=0.6,
    kill=0,
    kill_while_sending=0,
    freeze=0,
    bells=("look", "sweep", "deliver"),
    little_time=0.03,
    much_time=0,
)
MOODS = (MIXED, KILLING, RACING, LATE, FREEZING, LISTING, JUMPING)
