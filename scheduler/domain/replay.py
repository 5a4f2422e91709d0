"""A finished plan gone through once more: what it costs, who breaks the turn and why it may, and since when each has waited.

Knows numbers only, and asks what the search asks. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scheduler.domain.puzzle import (
    BREAK,
    FIXED,
    HURRIED,
    HURRY,
    KEEPS,
    LEAVE,
    MISS,
    MOVE,
    NYNORSK,
    WAITED,
    Puzzle,
    weight_of,
)
from scheduler.domain.reasons import Aim
from scheduler.domain.search import Step, able_at, after, beginning, bits, kind_of, left_empty, ready, taken


@dataclass(slots=True)
class Replayed:
    """`cost` as the search counts it. `broken`: who breaks the turn, and as what (WAITED, HURRIED). `lost`: the first slot that each lost
    to the turn alone. `lawful`: no break without a right to it.
    """

    cost: int = 0
    aim: Aim = field(default_factory=Aim)
    broken: dict[int, int] = field(default_factory=dict)
    lost: dict[int, int] = field(default_factory=dict)
    lawful: bool = True


class _Replay:
    def __init__(self, puzzle: Puzzle) -> None:
        self.puzzle = puzzle
        self.state = beginning(puzzle)
        self.found = Replayed()
        self.breaks = self.hurried = 0
        #: Who stood last of the turning posts, where that is one of the plan's.
        self.before: int | None = None

    def cross(self, place: int) -> None:
        crossing = self.puzzle.crossings[place]
        if crossing.first:
            if crossing.first == self.state.last and self.before is not None and not crossing.recorded:
                self._break(self.before, self.state.kind)
            self.state = self.state._replace(last=crossing.last, kind=crossing.kind)
            self.before = None

    def leave(self, place: int) -> None:
        able = able_at(self.puzzle, place, self.state)
        state = left_empty(self.puzzle, place, self.state, able) if able else self.state
        self.state = after(self.puzzle, place, state)

    def take(self, place: int, post: int, language: int) -> None:
        puzzle, state = self.puzzle, self.state
        entitled = ready(puzzle, place, state, 1 << post, language) if language else 0
        kind = WAITED if entitled else kind_of(puzzle, place, post, language)
        if language and state.last == language:
            kind = self._stand_beside(place, post, language, entitled=bool(entitled))
        self._note_loss(post)
        self.state = taken(puzzle, place, state, (post, language, 0, kind))
        if language:
            self.before = post

    def _stand_beside(self, place: int, post: int, language: int, *, entitled: bool) -> int:
        """The post stands next to its own language: whose break that is. Gives how the post itself stands then."""
        at_home = self.puzzle.is_at_home(place, post, language)
        if entitled and not (at_home and self._answers_for_next()):
            self._break(post, WAITED)
            return WAITED
        if at_home and self._answers_for_next():
            if self.before is not None:
                self._break(self.before, self.state.kind)
            return WAITED if entitled else FIXED
        pressed = self.puzzle.prefers and self.puzzle.pressed >> post & 1
        self._break(post, HURRIED if pressed else KEEPS)
        return HURRIED

    def _answers_for_next(self) -> bool:
        """Whether the one before may stand before its own language, and is not itself where it stood."""
        return self.state.kind in (WAITED, HURRIED)

    def _break(self, post: int, kind: int) -> None:
        self.breaks += 1
        self.found.broken[post] = max(self.found.broken.get(post, FIXED), kind)
        self.hurried += kind == HURRIED
        self.found.lawful &= kind in (WAITED, HURRIED)

    def _note_loss(self, post: int) -> None:
        languages = self.puzzle.languages[post]
        if languages:
            lost = self.state.lost_nn if NYNORSK in languages else self.state.lost_nb
            if len(languages) > 1:
                lost &= self.state.lost_nb
            lost &= self.puzzle.may[post]
            if lost:
                self.found.lost[post] = (lost & -lost).bit_length() - 1

    def finish(self, steps: Sequence[Step]) -> Replayed:
        puzzle, placed = self.puzzle, {post: place for place, post, _ in steps}
        for post in range(len(puzzle.posts)):
            if post not in placed:
                self._note_loss(post)
        missed = sum(
            weight_of(each)
            for post, each in enumerate(puzzle.posts)
            if post not in placed and puzzle.is_due_within(each)
        )
        moves = sum(each.stands_at is not None for post, each in enumerate(puzzle.posts) if post not in placed)
        moves += sum(
            puzzle.posts[post].stands_at is not None and not puzzle.is_at_home(place, post, language)
            for place, post, language in steps
        )
        delay = sum(
            puzzle.weights[post] * (placed.get(post, puzzle.size) - min(bits(puzzle.may[post]), default=puzzle.size))
            for post in range(len(puzzle.posts))
        )
        left = sum(
            bool(puzzle.may[post]) and post not in placed and not puzzle.is_due_within(each)
            for post, each in enumerate(puzzle.posts)
        )
        self.found.aim = Aim(missed, self.hurried, left, self.breaks, moves, delay)
        self.found.cost = missed * MISS + self.hurried * HURRY + left * LEAVE + self.breaks * BREAK + moves * MOVE
        self.found.cost += self.state.cost % MOVE
        return self.found


def replay(puzzle: Puzzle, steps: Sequence[Step]) -> Replayed:
    """Go through a plan of this puzzle."""
    going = _Replay(puzzle)
    at_place = {place: (post, language) for place, post, language in steps}
    place = -1
    for place in range(puzzle.size):
        going.cross(place)
        if place in at_place:
            going.take(place, *at_place[place])
        else:
            going.leave(place)
        if not going.state.waiting:
            break
    for later in range(place + 1, puzzle.size + 1):
        going.cross(later)
    return going.finish(steps)
