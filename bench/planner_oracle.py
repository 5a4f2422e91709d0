"""The planner's aim as a mixed-integer programme, solved to proven optimality by HiGHS: what the planner is measured against.

The turn is a flow: one unit runs through the slots in order of time, and its state is the language that stood last and how it came to stand.
The rules themselves are asked of `rules.refusals`; nothing of the planner's own search is used. Knows no moves and no delay: the bars are
about latest moments and turns. For instances without campaigns, whose slots lie further apart than the gap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import highspy
import numpy as np

from scheduler.domain.calendar import day_of
from scheduler.domain.posting_rules import Alternation, PostingRules
from scheduler.domain.reasons import Plan
from scheduler.domain.rules import TURNS, Candidate, Taken, refusals, turn_languages
from scheduler.domain.slots import slots_between

#: How the last one came to stand: it answers for nobody; it may not stand before its own language; it has waited; it was hurried.
FIXED, KEEPS, WAITED, HURRIED = "fixed", "keeps", "waited", "hurried"
_START = ("", FIXED)

#: Seconds for one stage of the proof.
LONGEST = 30.0


@dataclass(frozen=True)
class Instance:
    """What a plan is made from, without what stands already."""

    candidates: tuple[Candidate, ...]
    taken: tuple[Taken, ...]
    rules: PostingRules
    channel_id: int
    now: datetime
    horizon: timedelta


@dataclass(frozen=True)
class Optimum:
    """The least that any lawful plan costs: weight and number of missed latest moments, hurried breaks, and
    of what leaves the fewest posts without a place, all breaks."""

    missed: int
    missed_posts: int
    hurried: int
    breaks: int


class _Kind(NamedTuple):
    """Posts that are all the same to the model, and how many: `may` says which slots."""

    languages: tuple[str, ...]
    may: tuple[bool, ...]
    weight: int
    pressed: bool


class _Model:
    """One instance as variables and constraints."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.rules = instance, instance.rules
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no types
        self.solver.silent()
        for option, value in (("mip_rel_gap", 0.0), ("mip_abs_gap", 0.5), ("time_limit", LONGEST), ("threads", 1)):
            self.solver.setOptionValue(option, value)
        self.prefers = self.rules.alternation is Alternation.PREFER
        self.fixed = self._fixed()
        self.turning = [row for row in self.fixed if row.counts and row.language in TURNS]
        posts = [each for each in instance.candidates if each.chosen_at is None]
        until = instance.now + instance.horizon
        self.slots = [
            slot
            for slot in slots_between(
                day_of(instance.now), day_of(until), rules=self.rules, channel_id=instance.channel_id
            )
            if slot.starts_at <= until and any(self._may(post, slot.starts_at) for post in posts)
        ]
        self.next = [self._next_turn(slot.starts_at) for slot in self.slots]
        self.posts = posts
        self.hint: highspy.HighsSolution | None = None
        counted = Counter(self._kind_of(post) for post in posts)
        self.kinds, self.many = list(counted), list(counted.values())
        self._place()
        self._flow()
        if self.prefers:
            self._patience()

    def _kind_of(self, post: Candidate) -> _Kind:
        pressed = post.latest_at is not None and post.latest_at <= self.instance.now + self.instance.horizon
        may = tuple(self._may(post, slot.starts_at) for slot in self.slots)
        return _Kind(turn_languages(post), may, 1 + post.priority if pressed else 0, pressed)

    def _fixed(self) -> list[Taken]:
        """What stands whatever the plan: the channel before it, and the chosen times."""
        chosen = [
            Taken(
                starts_at=each.chosen_at,
                language=each.languages[0],
                publication_id=each.publication_id,
                planned=True,
                native=False,
            )
            for each in self.instance.candidates
            if each.chosen_at is not None
        ]
        return sorted([*self.instance.taken, *chosen], key=lambda row: row.starts_at)

    def _may(self, post: Candidate, at: datetime) -> bool:
        found = refusals(
            post, at, language=None, taken=self.fixed, rules=self.rules, now=self.instance.now, automatic=True
        )
        return not found

    def _next_turn(self, at: datetime) -> str:
        return next((row.language or "" for row in self.turning if row.starts_at > at), "")

    def _holds(self, expression: Any) -> None:
        self.solver.addConstr(expression)

    def _sum(self, terms: Iterable[Any]) -> Any:
        found = list(terms)
        return self.solver.qsum(found) if found else 0

    # Places

    def _place(self) -> None:
        self.put = {
            (kind, slot, language): self.solver.addBinary()
            for kind, each in enumerate(self.kinds)
            for slot in range(len(self.slots))
            if each.may[slot]
            for language in each.languages
        }
        self.used = [self._sum(v for (_, s, _), v in self.put.items() if s == slot) for slot in range(len(self.slots))]
        self.placed: list[list[Any]] = [[0] for _ in self.kinds]
        for kind, many in enumerate(self.many):
            for slot in range(len(self.slots)):
                here = [v for (k, s, _), v in self.put.items() if (k, s) == (kind, slot)]
                self.placed[kind].append(self._sum([*here, self.placed[kind][-1]]) if here else self.placed[kind][-1])
            if not isinstance(self.placed[kind][-1], int):
                self._holds(self.placed[kind][-1] <= many)
        self.room = {}
        for slot, each in enumerate(self.slots):
            self._holds(self.used[slot] <= 1)
            on_day = sum(row.counts and day_of(row.starts_at) == each.day for row in self.fixed)
            self.room[each.day] = self.rules.max_per_day - on_day
        for day, room in self.room.items():
            self._holds(self._sum(self.used[slot] for slot, each in enumerate(self.slots) if each.day == day) <= room)
        pressed = [kind for kind, each in enumerate(self.kinds) if each.pressed]
        self.weight = sum(self.kinds[kind].weight * self.many[kind] for kind in pressed)
        self.met = self._sum(self.kinds[kind].weight * self.placed[kind][-1] for kind in pressed)
        self.pressed = pressed
        self.waits = [[self._waits(kind, slot) for slot in range(len(self.slots))] for kind in range(len(self.kinds))]

    def _waits(self, kind: int, slot: int) -> Any:
        """1 where one of the kind has no place before the slot."""
        many, placed = self.many[kind], self.placed[kind][slot]
        if isinstance(placed, int):
            return 1
        if many == 1:
            return 1 - placed
        waits = self.solver.addBinary()
        self._holds(many * waits >= many - placed)
        self._holds(waits <= many - placed)
        return waits

    # Turns

    def _flow(self) -> None:
        self.empty: dict[tuple[int, str], list[Any]] = {}
        self.breaks: list[Any] = []
        self.hurried: list[Any] = []
        #: By slot, language and how: the arcs where one stands out of turn, or before a fixed one of its own language.
        self.marks: dict[tuple[int, str, str], list[Any]] = {}
        here: dict[tuple[str, str], Any] = {_START: 1}
        before: datetime | None = None
        for slot, each in enumerate(self.slots):
            rows = [
                row
                for row in self.turning
                if (before is None or row.starts_at > before) and row.starts_at <= each.starts_at
            ]
            here = self._through(slot, self._crossed(here, rows))
            before = each.starts_at
        self._crossed(here, [row for row in self.turning if before is None or row.starts_at > before])
        self._mark()

    def _crossed(self, here: dict[tuple[str, str], Any], rows: Sequence[Taken]) -> dict[tuple[str, str], Any]:
        if not rows:
            return here
        for (language, how), flow in here.items():
            if language == rows[0].language and not isinstance(flow, int):
                if how == KEEPS:
                    self._holds(flow <= 0)
                elif how in (WAITED, HURRIED):
                    self.breaks.append(flow)
                    self.hurried += [flow] if how == HURRIED else []
        return {(rows[-1].language or "", FIXED): 1}

    def _through(self, slot: int, here: dict[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
        arrives: dict[tuple[str, str], list[Any]] = {}
        in_turn: dict[str, list[Any]] = {"nn": [], "nb": [], "": []}
        for state, flow in here.items():
            leaves = []
            for language, how, is_break in self._ways(slot, state[0]):
                arc = self.solver.addBinary()
                leaves.append(arc)
                if language is None:
                    self.empty.setdefault((slot, state[0]), []).append(arc)
                    arrives.setdefault(state, []).append(arc)
                    continue
                in_turn[language].append(arc)
                last = (language, how if self.next[slot] == language else FIXED) if language else state
                arrives.setdefault(last, []).append(arc)
                if how in (WAITED, HURRIED):
                    self.marks.setdefault((slot, language, how), []).append(arc)
                if is_break:
                    self.breaks.append(arc)
                    self.hurried += [arc] if how == HURRIED else []
            self._holds(self._sum(leaves) == flow)
        for language, arcs in in_turn.items():
            ours = [
                v for (_, s, turn), v in self.put.items() if s == slot and (turn if turn in TURNS else "") == language
            ]
            self._holds(self._sum(arcs) - self._sum(ours) == 0)
        return {state: self._sum(arcs) for state, arcs in arrives.items()}

    def _ways(self, slot: int, last: str) -> Iterator[tuple[str | None, str, bool]]:
        """What can happen in a slot: left empty (None), or a post of a language, how it comes to stand, and whether it breaks the turn."""
        yield None, FIXED, False
        yield "", FIXED, False
        for language in sorted(TURNS):
            if language != last:
                yield language, KEEPS, False
            if self.prefers and self.next[slot] == language != last:
                yield language, WAITED, False
                yield language, HURRIED, False
            if self.prefers and language == last:
                yield language, WAITED, True
                yield language, HURRIED, True

    def _mark(self) -> None:
        """Each mark is some post's, and only one that has a right to it."""
        self.marked: dict[tuple[int, int, str], list[Any]] = {}
        for (slot, language, how), arcs in self.marks.items():
            able = []
            for (kind, s, turn), put in self.put.items():
                if (s, turn) == (slot, language) and (how == WAITED or self.kinds[kind].pressed):
                    mark = self.solver.addBinary()
                    self._holds(mark <= put)
                    able.append(mark)
                    if how == WAITED:
                        self.marked.setdefault((kind, slot, language), []).append(mark)
            self._holds(self._sum(arcs) - self._sum(able) == 0)

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
        empty, day = self._sum(arcs), self.slots[slot].day
        earlier = [s for s in range(slot) if self.slots[s].day == day]
        if len(earlier) < self.room[day]:
            return empty
        if self.room[day] != 1 or len(earlier) != 1:
            raise ValueError("the oracle knows days of two slots")
        left, used = self.solver.addBinary(), self.used[earlier[0]]
        self._holds(left - empty <= 0)
        self._holds(left + used <= 1)
        self._holds(left - empty + used >= 0)
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
        self._holds(lost - left <= 0)
        for waits in free:
            self._holds(lost + waits <= 1)
        self._holds(lost - left + self._sum(free) >= 0)
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
        losses = self._sum(self._losses(kind, slot, to_the_turn=True))
        for language in self.kinds[kind].languages:
            for mark in self.marked.get((kind, slot, language), []):
                self._holds(mark - losses <= 0)

    def _is_owed(self, kind: int, slot: int) -> None:
        waits = self.waits[kind][slot]
        for last in ("", "nb", "nn"):
            here = self.left[slot, last]
            if isinstance(here, int):
                continue
            since = self._any_lost(kind, slot, to_the_turn=self._refused(slot, last, kind))
            if since is not None:
                self._holds(here + since + waits <= 2)

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
                self._holds(most - each >= 0)
            if earlier is not None:
                self._holds(most - earlier >= 0)
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
        if self._run(self._sum(self.hurried)) is not None:
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
            self._holds(self.met >= met)
        hurried = self._least(self.hurried)
        if hurried is None:
            return None
        if self.hurried:
            self._holds(self._sum(self.hurried) <= hurried)
        others = [self.placed[kind][-1] for kind, each in enumerate(self.kinds) if not each.pressed]
        others = [each for each in others if not isinstance(each, int)]
        if others:
            placed = self._most(self._sum(others))
            if placed is None:
                return None
            self._holds(self._sum(others) >= placed)
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
        found = self._most(-1 * self._sum(terms))
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
