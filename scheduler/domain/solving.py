"""The plan itself, before it is put into words: which post stands where, under which aim.

What stands is compared with what could stand, and something must be gained in latest moments or turns before an announced post moves.
Knows numbers and the search. Says nothing: see planner and accounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from scheduler.domain.posting_rules import PostingRules
from scheduler.domain.puzzle import BREAK, CODE_OF, NUMBER_OF, Fixed, Puzzle, Spot, spots_ahead
from scheduler.domain.reasons import Aim, Because
from scheduler.domain.replay import Replayed, replay
from scheduler.domain.rules import TURNS, Candidate, Refusal, Taken, turn_languages
from scheduler.domain.search import NARROW, NO_LIMIT, WIDE, Step, beginning, estimate, search
from scheduler.domain.settling import Bound, keep_chosen, keep_standing

#: An announced post whose slot comes sooner than this is not moved any more.
SETTLED = timedelta(hours=2)

#: More than this is never needed to come to rest; a safeguard against the unforeseen.
_ROUNDS = 12

_TURN = frozenset({Refusal.TURN})


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for the whole plan."""

    rules: PostingRules
    channel_id: int
    now: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Frame:
    """What a plan is built around. `bound`: the given times that are kept; `refused`: those that are not, with the rules against them;
    `lapsed`: the announced times that no longer hold; `standing`: those that do, and may be moved. `puzzle`: everything without a given time.
    """

    rows: Sequence[Taken]
    spots: Sequence[Spot]
    fixed: Fixed
    bound: Sequence[Bound]
    standing: Sequence[Bound]
    refused: Mapping[int, frozenset[Refusal]]
    lapsed: Mapping[int, frozenset[Refusal]]
    puzzle: Puzzle


@dataclass(frozen=True, slots=True)
class Solved:
    """Where everything goes, and what that costs. `gain`: what announced posts moved for, where any moved for a gain."""

    frame: Frame
    steps: Sequence[Step]
    replayed: Replayed
    gain: Because | None


def solve(candidates: Sequence[Candidate], rows: Sequence[Taken], terms: Terms) -> Solved:
    """The plan for these posts, among `rows`, of which their own say what ordinals they hold.

    The weeks that the posts are likely to fill are weighed alone, and all of them only where somebody found no place there.
    """
    until = _likely_end(candidates, terms)
    if until < terms.until:
        near = _settled_down(candidates, rows, replace(terms, until=until))
        if _is_enough(near):
            return near
    return _settled_down(candidates, rows, terms)


def _is_enough(near: Solved) -> bool:
    """Whether more weeks could not help: everybody has a place or a latest moment before, or nothing comes whose turn the rest wait for."""
    puzzle, placed = near.frame.puzzle, {post for _, post, _ in near.steps}
    left = [post for post, each in enumerate(puzzle.posts) if post not in placed and not puzzle.is_due_within(each)]
    if not left:
        return True
    is_about_turns = puzzle.turns and not puzzle.prefers and all(puzzle.may[post] for post in left)
    return is_about_turns and near.replayed.cost // BREAK <= _least(puzzle) // BREAK


def _likely_end(candidates: Sequence[Candidate], terms: Terms) -> datetime:
    """When the posts can be out, and no latest moment or announced time lies beyond it."""
    waiting = timedelta(days=terms.rules.patience_days + 7)
    ends = [terms.now + waiting + timedelta(days=len(candidates) // terms.rules.max_per_day)]
    for each in candidates:
        ends += [each.earliest_at + waiting] if each.earliest_at is not None else []
        ends += [at for at in (each.latest_at, each.stands_at) if at is not None]
    return min(terms.until, max(ends))


def _settled_down(candidates: Sequence[Candidate], rows: Sequence[Taken], terms: Terms) -> Solved:
    """A plan that comes out the same when it has been carried out and is made again."""
    asked = {each.publication_id for each in candidates}
    own = {row.publication_id: row for row in rows if row.publication_id in asked}
    others = [row for row in rows if row.publication_id not in asked]
    first = answer = _solve(candidates, others, own, terms)
    # What comes soon will be bound when the question is asked again, so the search takes another way: it is gone at once, to the end.
    for _ in range(_ROUNDS):
        if not (_comes_soon(answer, terms) and _left_over(answer.frame.puzzle, answer.steps)):
            break
        again = _solve(_as_announced(candidates, answer), others, own, terms)
        if _places(again) == _places(answer):
            break
        answer = again
    if answer is first:
        return first
    places = _places(answer)
    known = {post.publication_id: number for number, post in enumerate(first.frame.puzzle.posts)}
    steps = _steps_of(first.frame.puzzle, [(each, *places[each]) for each in known if each in places])
    replayed = replay(first.frame.puzzle, steps)
    return Solved(first.frame, steps, replayed, first.gain or answer.gain)


def _comes_soon(solved: Solved, terms: Terms) -> bool:
    return any(solved.frame.puzzle.times[place] <= terms.now + SETTLED for place, _, _ in solved.steps)


def _left_over(puzzle: Puzzle, steps: Iterable[Step]) -> list[Candidate]:
    """The posts that some slot would suit, and that have none."""
    placed = {post for _, post, _ in steps}
    return [each for post, each in enumerate(puzzle.posts) if puzzle.may[post] and post not in placed]


def _places(solved: Solved) -> dict[int, tuple[datetime, str]]:
    puzzle = solved.frame.puzzle
    found = {
        puzzle.posts[post].publication_id: (puzzle.times[place], language_of(puzzle.posts[post], language))
        for place, post, language in solved.steps
    }
    return found | {each.candidate.publication_id: (each.starts_at, each.language) for each in solved.frame.bound}


def language_of(candidate: Candidate, number: int) -> str:
    """What the post counts as: the turning language that was chosen for it, else what it has."""
    if number:
        return CODE_OF[number]
    able = turn_languages(candidate)
    return candidate.stands_as if candidate.stands_as in able and candidate.stands_as is not None else able[0]


def _as_announced(candidates: Sequence[Candidate], solved: Solved) -> list[Candidate]:
    """The same posts, had this plan been carried out."""
    places, puzzle = _places(solved), solved.frame.puzzle
    broken = {puzzle.posts[post].publication_id for post in solved.replayed.broken}
    found = []
    for each in candidates:
        if each.chosen_at is None:
            at, language = places.get(each.publication_id, (None, None))
            excused = _TURN if each.publication_id in broken else each.excused if at == each.stands_at else frozenset()
            each = replace(each, stands_at=at, stands_as=language, excused=excused)
        found.append(each)
    return found


def _solve(candidates: Sequence[Candidate], others: Sequence[Taken], own: Mapping[int, Taken], terms: Terms) -> Solved:
    out: frozenset[int] = frozenset()
    while True:
        frame = _frame(candidates, others, own, terms, out)
        steps, gain = _fill(frame, terms)
        replayed = replay(frame.puzzle, steps)
        turned = _out_of_turn(frame, steps)
        if not turned:
            return Solved(frame, steps, replayed, gain)
        out |= turned


def _frame(
    candidates: Sequence[Candidate],
    others: Sequence[Taken],
    own: Mapping[int, Taken],
    terms: Terms,
    out: frozenset[int],
) -> Frame:
    rules, now = terms.rules, terms.now
    free = [each for each in candidates if each.chosen_at is None]
    announced = [
        Bound(each, each.stands_at, each.stands_as or "", own=_own_row(each, own))
        for each in free
        if each.stands_at is not None and each.publication_id not in out
    ]
    soon = [each for each in announced if each.starts_at <= now + SETTLED or each.starts_at > terms.until]
    movable = [each for each in announced if each not in soon]
    kept_soon = keep_standing(soon, others, later=[each.row for each in movable], rules=rules, now=now)
    rows = [*others, *(each.row for each in kept_soon.kept)]
    chosen = keep_chosen(candidates, rows, standing=[each.row for each in movable], rules=rules, now=now, refused=out)
    rows += [each.row for each in chosen.kept]
    standing = keep_standing(movable, rows, later=(), rules=rules, now=now)
    lapsed = kept_soon.refused | standing.refused | dict.fromkeys(out, _TURN)
    bound = [*kept_soon.kept, *chosen.kept]
    given = {each.candidate.publication_id for each in bound}
    posts = [_freed(each, lapsed) for each in free if each.publication_id not in given]
    at = [each.stands_at for each in posts if each.stands_at is not None]
    spots = spots_ahead(now, terms.until, rules=rules, channel_id=terms.channel_id, standing=at)
    fixed = Fixed(rows, rules)
    puzzle = Puzzle(posts, spots, fixed, rules=rules, now=now, until=terms.until)
    return Frame(rows, spots, fixed, bound, standing.kept, chosen.refused, lapsed, puzzle)


def _own_row(candidate: Candidate, own: Mapping[int, Taken]) -> Taken | None:
    row = own.get(candidate.publication_id)
    return row if row is not None and row.starts_at == candidate.stands_at else None


def _freed(candidate: Candidate, lapsed: Mapping[int, frozenset[Refusal]]) -> Candidate:
    """Without the time it stood at, where that no longer holds; what was excused there is excused nowhere else."""
    if candidate.publication_id not in lapsed:
        return candidate
    return replace(candidate, stands_at=None, stands_as=None, excused=frozenset())


def _fill(frame: Frame, terms: Terms) -> tuple[list[Step], Because | None]:
    """Where what has no given time goes. What stands and may stand is left there, save for a gain."""
    puzzle = frame.puzzle
    places = [(each.candidate.publication_id, each.starts_at, each.language) for each in frame.standing]
    standing = _steps_of(puzzle, places)
    if not standing:
        return _filled_up(frame, _searched(puzzle), terms), None
    quiet = _filled_up(frame, standing, terms)
    if not _left_over(puzzle, standing):
        return quiet, None
    before = replay(puzzle, quiet)
    if before.lawful and before.cost // BREAK <= _least(puzzle) // BREAK:
        return quiet, None
    # The best plan that knows of no announcement is always the same one: so what was gained once is not sought again.
    bare = Puzzle(
        [_bare(each) for each in puzzle.posts],
        frame.spots,
        frame.fixed,
        rules=terms.rules,
        now=terms.now,
        until=terms.until,
    )
    under = before.cost - _hopeless(puzzle) if before.lawful else NO_LIMIT
    moved = _carried_over(bare, _searched(bare, under=under), puzzle)
    if not moved and before.lawful:
        return quiet, None
    after = replay(puzzle, moved)
    if before.lawful and not (after.cost < before.cost and _worth_moving(after.aim) < _worth_moving(before.aim)):
        return quiet, None
    gentle, _ = search(puzzle, NARROW)
    gently = replay(puzzle, gentle)
    if gently.cost < after.cost and _worth_moving(gently.aim) <= _worth_moving(after.aim):
        moved, after = gentle, gently
    better = after.aim.missed < before.aim.missed
    return _filled_up(frame, moved, terms), Because.MOVED_FOR_LATEST if better else Because.MOVED_FOR_TURN


def _bare(candidate: Candidate) -> Candidate:
    """As if nothing had been announced for it."""
    if candidate.stands_at is None:
        return candidate
    return replace(candidate, stands_at=None, stands_as=None, excused=frozenset())


def _filled_up(frame: Frame, steps: list[Step], terms: Terms) -> list[Step]:
    """The same plan, with what is left over put where there is room for it without moving anything."""
    puzzle = frame.puzzle
    while left := _left_over(puzzle, steps):
        replayed = replay(puzzle, steps)
        placed = [
            Bound(
                replace(puzzle.posts[post], excused=_TURN if post in replayed.broken else frozenset()),
                puzzle.times[place],
                language_of(puzzle.posts[post], language),
            ).row
            for place, post, language in steps
        ]
        fixed = Fixed([*frame.rows, *placed], terms.rules)
        around = Puzzle(left, frame.spots, fixed, rules=terms.rules, now=terms.now, until=terms.until)
        added = _carried_over(around, _searched(around), puzzle) if around.every else []
        if not added:
            break
        steps = sorted([*steps, *added])
    return steps


def _carried_over(puzzle: Puzzle, steps: Iterable[Step], to: Puzzle) -> list[Step]:
    """The steps of one puzzle as those of another."""
    return _steps_of(
        to,
        [
            (puzzle.posts[post].publication_id, puzzle.times[place], CODE_OF.get(language, ""))
            for place, post, language in steps
        ],
    )


def _worth_moving(aim: Aim) -> tuple[int, int, int]:
    """For what an announced post may be moved: latest moments and turns."""
    return aim.missed, aim.hurried, aim.breaks


def _steps_of(puzzle: Puzzle, places: Iterable[tuple[int, datetime, str]]) -> list[Step]:
    """Places as steps of the puzzle; what it has no slot for is left out."""
    number = {post.publication_id: each for each, post in enumerate(puzzle.posts)}
    at = {each: place for place, each in enumerate(puzzle.times)}
    return sorted(
        (at[starts_at], number[post], NUMBER_OF.get(language, 0) if puzzle.turns else 0)
        for post, starts_at, language in places
        if post in number and starts_at in at
    )


def _least(puzzle: Puzzle) -> int:
    """What no plan of the puzzle costs less than."""
    return estimate(puzzle, -1, beginning(puzzle)) + _hopeless(puzzle)


def _hopeless(puzzle: Puzzle) -> int:
    """What the latest moments cost that no slot can meet."""
    return sum(puzzle.misses[post] for post, may in enumerate(puzzle.may) if not may and puzzle.pressed >> post & 1)


def _searched(puzzle: Puzzle, *, under: int = NO_LIMIT) -> list[Step]:
    """The best plan found: a wider search only where the narrow one may have missed something that matters.

    Nothing, where it is sure before the end that no plan's latest moments and turns cost less than `under`.
    """
    steps, cost = search(puzzle, NARROW, under=under)
    if cost // BREAK <= estimate(puzzle, -1, beginning(puzzle)) // BREAK:
        return steps
    wider, other = search(puzzle, WIDE, under=cost)
    return wider if other < cost else steps


def _out_of_turn(frame: Frame, steps: Sequence[Step]) -> frozenset[int]:
    """Given times that were in turn only thanks to a post that has gone elsewhere."""
    if not frame.puzzle.turns:
        return frozenset()
    given = {each.candidate.publication_id for each in frame.bound}
    placed = [(frame.puzzle.times[place], post, CODE_OF[language]) for place, post, language in steps if language]
    turning = [(row.starts_at, row.publication_id or 0, row.language, row) for row in frame.rows if row.counts]
    channel: list[tuple[datetime, int, str | None, Taken | None]] = [
        *(each for each in turning if each[2] in TURNS),
        *((at, post, language, None) for at, post, language in placed),
    ]
    channel.sort(key=lambda each: each[:2])
    found: set[int] = set()
    for (_, _, one, left), (_, _, other, right) in pairwise(channel):
        if one != other or left is None or right is None or left.breaks_turn or right.breaks_turn:
            continue
        found |= {row.publication_id for row in (left, right) if row.publication_id is not None} & given
    return frozenset(found)
