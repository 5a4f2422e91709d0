"""The planner's aim solved to proven optimality by HiGHS: what the planner is measured against.

Adds to the model of places and turns (planner_turns) what patience asks: who breaks the turn has lost a slot to it long ago, and no slot is
left empty while somebody has waited that long. Solved in stages, one aim after the other. Knows no moves and no delay: the bars are about
latest moments and turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import highspy
import numpy as np

from bench.planner_turns import Instance, Turns
from scheduler.domain.reasons import Plan


@dataclass(frozen=True)
class Optimum:
    """The least that any lawful plan costs: weight and number of missed latest moments, hurried breaks, and
    of what leaves the fewest posts without a place, all breaks."""

    missed: int
    missed_posts: int
    hurried: int
    breaks: int


class _Model(Turns):
    """One instance with all its rules."""

    def __init__(self, instance: Instance) -> None:
        super().__init__(instance)
        self.hint: highspy.HighsSolution | None = None
        if self.prefers:
            self._patience()

    # Patience

    def _patience(self) -> None:
        """Who breaks the turn has lost a slot to it long ago; and no slot is left empty while somebody has waited that long."""
        size, lasts = len(self.slots), ("", "nb", "nn")
        self.left = {(slot, last): self._left(slot, last) for slot in range(size) for last in lasts}
        self.lost = {(slot, last): self._lost(slot, last) for slot in range(size) for last in lasts}
        self.most: dict[tuple[int, int, bool], Any] = {}
        for kind, each in enumerate(self.kinds):
            for slot in range(size):
                if each.may[slot]:
                    self._may_break(kind, slot)
                    self._is_owed(kind, slot)

    def _refused(self, slot: int, last: str, kind: int) -> bool:
        return all(language in (last, self.next[slot]) for language in self.kinds[kind].languages)

    def _left(self, slot: int, last: str) -> Any:
        """1 where the slot is left empty after `last`, though its day has room."""
        arcs = self.empty.get((slot, last), [])
        if not arcs:
            return 0
        empty, day = self.sum_of(arcs), self.slots[slot].day
        earlier = [s for s in range(slot) if self.slots[s].day == day]
        if len(earlier) < self.room[day]:
            return empty
        if self.room[day] != 1 or len(earlier) != 1:
            raise ValueError("the oracle knows days of two slots")
        left, used = self.solver.addBinary(), self.used[earlier[0]]
        self.holds(left - empty <= 0)
        self.holds(left + used <= 1)
        self.holds(left - empty + used >= 0)
        return left

    def _lost(self, slot: int, last: str) -> Any:
        """1 where it is left empty and nobody could have had it in turn."""
        left = self.left[slot, last]
        if isinstance(left, int):
            return 0
        free = [
            self.waits[kind][slot]
            for kind, each in enumerate(self.kinds)
            if each.may[slot] and not self._refused(slot, last, kind)
        ]
        if not free:
            return left
        if any(isinstance(waits, int) for waits in free):
            return 0
        lost = self.solver.addBinary()
        self.holds(lost - left <= 0)
        for waits in free:
            self.holds(lost + waits <= 1)
        self.holds(lost - left + self.sum_of(free) >= 0)
        return lost

    def _losses(self, kind: int, slot: int, *, to_the_turn: bool) -> list[Any]:
        """The slots that lie as far back as a post waits, and that it could have had but for the turn (or all the same)."""
        day = self.slots[slot].day - timedelta(days=self.rules.patience_days)
        return [
            found
            for s in range(slot)
            if self.kinds[kind].may[s] and self.slots[s].day <= day
            for last in ("", "nb", "nn")
            if not to_the_turn or self._refused(s, last, kind)
            for found in ((self.lost if to_the_turn else self.left)[s, last],)
            if not isinstance(found, int)
        ]

    def _may_break(self, kind: int, slot: int) -> None:
        if not self.rules.patience_days:
            return
        losses = self.sum_of(self._losses(kind, slot, to_the_turn=True))
        for language in self.kinds[kind].languages:
            for mark in self.marked.get((kind, slot, language), []):
                self.holds(mark - losses <= 0)

    def _is_owed(self, kind: int, slot: int) -> None:
        waits = self.waits[kind][slot]
        for last in ("", "nb", "nn"):
            here = self.left[slot, last]
            if isinstance(here, int):
                continue
            since = self._any_lost(kind, slot, to_the_turn=self._refused(slot, last, kind))
            if since is not None:
                self.holds(here + since + waits <= 2)

    def _any_lost(self, kind: int, slot: int, *, to_the_turn: bool) -> Any | None:
        """At least 1 where one of the losses is; None where there can be none."""
        if not self.rules.patience_days:
            return 1
        key = (kind, slot, to_the_turn)
        if key not in self.most:
            found = self._losses(kind, slot, to_the_turn=to_the_turn)
            earlier = self.most.get((kind, slot - 1, to_the_turn))
            if not found:
                return None
            most = self.solver.addVariable(lb=0, ub=1)
            fresh = found if earlier is None else found[len(self._losses(kind, slot - 1, to_the_turn=to_the_turn)) :]
            for each in fresh:
                self.holds(most - each >= 0)
            if earlier is not None:
                self.holds(most - earlier >= 0)
            self.most[key] = most
        return self.most[key]

    # Stages

    def begin_from(self, hint: Plan) -> None:
        """Let the solver try this plan first; where it is lawful here, it only has to prove that nothing is better."""
        at = {slot.starts_at: number for number, slot in enumerate(self.slots)}
        places = {each.publication_id: each for each in hint.placements}
        chosen = set()
        for post in self.posts:
            place = places.get(post.publication_id)
            if place is not None:
                chosen.add((self.kinds.index(self._kind_of(post)), at[place.starts_at], place.language))
        fixed = {v.index: float(key in chosen) for key, v in self.put.items()}
        for index, value in fixed.items():
            self.solver.changeColBounds(index, value, value)
        if self._run(self.sum_of(self.hurried)) is not None:
            self.hint = self.solver.getSolution()
        elif self.solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            raise ValueError("the plan breaks a rule of the model")
        for index in fixed:
            self.solver.changeColBounds(index, 0.0, 1.0)

    def solve(self) -> Optimum | None:
        missed = 0
        if self.pressed:
            met = self._most(self.met)
            if met is None:
                return None
            missed = self.weight - met
            self.holds(self.met >= met)
        hurried = self._least(self.hurried)
        if hurried is None:
            return None
        if self.hurried:
            self.holds(self.sum_of(self.hurried) <= hurried)
        others = [self.placed[kind][-1] for kind, each in enumerate(self.kinds) if not each.pressed]
        others = [each for each in others if not isinstance(each, int)]
        if others:
            placed = self._most(self.sum_of(others))
            if placed is None:
                return None
            self.holds(self.sum_of(others) >= placed)
        breaks = self._least(self.breaks)
        if breaks is None:
            return None
        values = self.solver.getSolution().col_value
        posts = sum(
            self.many[kind] - round(sum(values[v.index] for (k, _, _), v in self.put.items() if k == kind))
            for kind in self.pressed
        )
        return Optimum(missed, posts, hurried, breaks)

    def _least(self, terms: Sequence[Any]) -> int | None:
        if not terms:
            return 0
        found = self._most(-1 * self.sum_of(terms))
        return -found if found is not None else None

    def _most(self, expression: Any) -> int | None:
        found = self._run(expression)
        if found is not None:
            self.hint = self.solver.getSolution()
        return found

    def _run(self, expression: Any) -> int | None:
        """The most that the expression can be; None where that is not proven."""
        size = self.solver.getNumCol()
        costs = np.zeros(size)
        constant = 0.0
        if not isinstance(expression, int):
            indices, values = expression.unique_elements()
            costs[indices] = values
            constant = expression.constant or 0.0
        self.solver.changeColsCost(size, np.arange(size, dtype=np.int32), costs)
        self.solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        if self.hint is not None:
            self.solver.setSolution(self.hint)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        value: float = self.solver.getObjectiveValue() + constant
        return round(value)


def optimum(instance: Instance, hint: Plan | None = None) -> Optimum | None:
    """The proven optimum; None where it could not be proven in time. `hint`: a plan to begin from, which proves nothing.

    Raises ValueError where the hint is not lawful.
    """
    model = _Model(instance)
    if hint is not None:
        model.begin_from(hint)
    return model.solve()
