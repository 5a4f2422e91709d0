"""One instance of the planner's task as a mixed-integer programme: the places, and the turn as a flow.

One unit runs through the slots in order of time; its state is the language that stood last and how it came to stand. Posts that are all the
same are one variable. The rules themselves are asked of `rules.refusals`; nothing of the planner's own search is used. For instances without
campaigns, whose slots lie further apart than the gap. Knows nothing of patience: see planner_oracle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import highspy

from scheduler.domain.calendar import day_of
from scheduler.domain.posting_rules import Alternation, PostingRules
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


class Kind(NamedTuple):
    """Posts that are all the same to the model, and how many: `may` says which slots."""

    languages: tuple[str, ...]
    may: tuple[bool, ...]
    weight: int
    pressed: bool


class Turns:
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
        counted = Counter(self._kind_of(post) for post in posts)
        self.kinds, self.many = list(counted), list(counted.values())
        self._place()
        self._flow()

    def _kind_of(self, post: Candidate) -> Kind:
        pressed = post.latest_at is not None and post.latest_at <= self.instance.now + self.instance.horizon
        may = tuple(self._may(post, slot.starts_at) for slot in self.slots)
        return Kind(turn_languages(post), may, 1 + post.priority if pressed else 0, pressed)

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

    def holds(self, expression: Any) -> None:
        self.solver.addConstr(expression)

    def sum_of(self, terms: Iterable[Any]) -> Any:
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
        self.used = [
            self.sum_of(v for (_, s, _), v in self.put.items() if s == slot) for slot in range(len(self.slots))
        ]
        self.placed: list[list[Any]] = [[0] for _ in self.kinds]
        for kind, many in enumerate(self.many):
            for slot in range(len(self.slots)):
                here = [v for (k, s, _), v in self.put.items() if (k, s) == (kind, slot)]
                self.placed[kind].append(self.sum_of([*here, self.placed[kind][-1]]) if here else self.placed[kind][-1])
            if not isinstance(self.placed[kind][-1], int):
                self.holds(self.placed[kind][-1] <= many)
        self.room = {}
        for slot, each in enumerate(self.slots):
            self.holds(self.used[slot] <= 1)
            on_day = sum(row.counts and day_of(row.starts_at) == each.day for row in self.fixed)
            self.room[each.day] = self.rules.max_per_day - on_day
        for day, room in self.room.items():
            self.holds(self.sum_of(self.used[slot] for slot, each in enumerate(self.slots) if each.day == day) <= room)
        pressed = [kind for kind, each in enumerate(self.kinds) if each.pressed]
        self.weight = sum(self.kinds[kind].weight * self.many[kind] for kind in pressed)
        self.met = self.sum_of(self.kinds[kind].weight * self.placed[kind][-1] for kind in pressed)
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
        self.holds(many * waits >= many - placed)
        self.holds(waits <= many - placed)
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
                    self.holds(flow <= 0)
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
            self.holds(self.sum_of(leaves) == flow)
        for language, arcs in in_turn.items():
            ours = [
                v for (_, s, turn), v in self.put.items() if s == slot and (turn if turn in TURNS else "") == language
            ]
            self.holds(self.sum_of(arcs) - self.sum_of(ours) == 0)
        return {state: self.sum_of(arcs) for state, arcs in arrives.items()}

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
                    self.holds(mark <= put)
                    able.append(mark)
                    if how == WAITED:
                        self.marked.setdefault((kind, slot, language), []).append(mark)
            self.holds(self.sum_of(arcs) - self.sum_of(able) == 0)
