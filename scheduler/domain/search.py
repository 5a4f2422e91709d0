"""Finds the order in which the posts of a puzzle go out: a beam of the best beginnings, carried from slot to slot.

Every beginning is lawful as it grows, so whatever comes out is. Knows numbers only. Of two plans the one with the lesser cost is better,
see `puzzle`; the same puzzle gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from scheduler.domain.puzzle import (
    BOKMAAL,
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
)

#: A plan being made, last placement first: what came before, the slot, the post, the language (0: neither).
Path: TypeAlias = "tuple[Path | None, int, int, int]"

#: A placement: the slot, the post, the language.
Step: TypeAlias = tuple[int, int, int]

#: A post that may have the slot: its number, the language, what it costs, how it then stands.
Choice: TypeAlias = tuple[int, int, int, int]

#: A state, before it has names.
Fields: TypeAlias = "tuple[int, int, int, int, int, int, int, int, int, int, Path | None]"

#: How many beginnings are kept: at first, and where the answer may be bettered.
NARROW, WIDE = 6, 16

#: More than any plan costs.
NO_LIMIT = MISS << 64


class State(NamedTuple):
    """A beginning of a plan: what it costs so far, who waits, how the last turn stands, and what was left empty.

    `drag`: what each further slot of waiting costs. `on_day`: how many were placed on the day; `used`: the last slot that was. `empty`: the
    slots that were left though they could be had, and of them `lost`: those where nynorsk, and where bokmål, was refused for the turn.
    """

    cost: int
    drag: int
    waiting: int
    last: int
    kind: int
    on_day: int
    used: int
    empty: int
    lost_nn: int
    lost_nb: int
    path: Path | None


def search(puzzle: Puzzle, width: int, *, under: int = NO_LIMIT) -> tuple[list[Step], int]:
    """The best plan found, in order of time, and what it costs (without those that no slot suits).

    Gives up, at a cost of `under`, once no beginning can lead to a plan whose latest moments and turns cost less than that.
    """
    beam, place = [beginning(puzzle)], -1
    for place in range(puzzle.size):
        found: dict[tuple[int, ...], State] = {}
        for state in beam:
            for new in ways_on(puzzle, place, state):
                key = (*new[2:7], new.lost_nn & -new.lost_nn, new.lost_nb & -new.lost_nb)
                best = found.get(key)
                if best is None or new[0] < best[0]:
                    found[key] = new
        beam, least = _best(puzzle, place, list(found.values()), width)
        if least // BREAK >= under // BREAK:
            return [], under
        if not beam[0].waiting or _is_stuck(puzzle, place, beam[0]):
            break
    return _unrolled(beam[0].path), estimate(puzzle, place, beam[0])


def beginning(puzzle: Puzzle) -> State:
    """Nothing is placed yet."""
    drag = sum(each for post, each in enumerate(puzzle.drags) if puzzle.every >> post & 1)
    return State(0, drag, puzzle.every, 0, FIXED, 0, -1, 0, 0, 0, None)


def _unrolled(path: Path | None) -> list[Step]:
    found = []
    while path is not None:
        path, place, post, language = path
        found.append((place, post, language))
    return found[::-1]


# Which beginnings are kept


def _best(puzzle: Puzzle, place: int, found: list[State], width: int) -> tuple[list[State], int]:
    """The most promising beginnings, best first, and the least that one costs; always one that needs nothing more to be lawful."""
    ranked = sorted(zip(_estimates(puzzle, place, found), range(len(found)), strict=True))
    kept = [found[number] for _, number in ranked[:width]]
    ahead = puzzle.next_turn[place]
    if ahead and all(state.kind == KEEPS and state.last == ahead for state in kept):
        kept += [state for _, number in ranked if (state := found[number]).kind != KEEPS or state.last != ahead][:1]
    return kept, ranked[0][0]


def estimate(puzzle: Puzzle, place: int, state: State) -> int:
    """What a plan with this beginning, up to and with slot `place` (-1: none), costs at the least, or close to it."""
    return _estimates(puzzle, place, [state])[0]


def _estimates(puzzle: Puzzle, place: int, states: list[State]) -> list[int]:
    if place == puzzle.size - 1:
        return [state.cost + _closing(puzzle, place, state) for state in states]
    only_nn, only_nb, both = puzzle.only[NYNORSK], puzzle.only[BOKMAAL], puzzle.both
    later_nn, later_nb = puzzle.later[place]
    ahead, pairs, pressing = later_nn - later_nb, puzzle.later_pairs[place], puzzle.pressing[place + 1]
    price = BREAK if puzzle.prefers else LEAVE
    found = []
    for state in states:
        cost, _, waiting, last, *_ = state
        if not waiting:
            cost += _closing(puzzle, place, state)
        elif _is_stuck(puzzle, place, state):
            cost += sum(puzzle.misses[post] for post in bits(waiting))
        else:
            for mask, room in pressing:
                short = (waiting & mask).bit_count() - room
                if short > 0:
                    cost += short * MISS
            if puzzle.turns:
                # In turn, one language can be ahead by one, and not where it stood last.
                more = (waiting & only_nn).bit_count() - (waiting & only_nb).bit_count() + ahead
                breaks = more - (last != NYNORSK) if more > 0 else -more - (last != BOKMAAL)
                breaks -= (waiting & both).bit_count() + pairs
                if breaks > 0:
                    cost += breaks * price
        found.append(cost)
    return found


def _is_stuck(puzzle: Puzzle, place: int, state: State) -> bool:
    """Whether it can never again be the turn of those that wait: the planner may not break it, and nothing of the other language comes."""
    if puzzle.is_ever_turned or not state.last or puzzle.ahead[place + 1] is not None:
        return False
    return not state.waiting & ~puzzle.only[state.last]


def _closing(puzzle: Puzzle, place: int, state: State) -> int:
    """What the next fixed post costs, when nothing more comes before it."""
    ahead = puzzle.ahead[place + 1]
    if ahead is None or ahead.first != state.last or ahead.recorded or state.kind == FIXED:
        return 0
    if state.kind == KEEPS:
        return MISS << 32
    return BREAK + (HURRY if state.kind == HURRIED else 0)


# One slot


def ways_on(puzzle: Puzzle, place: int, state: State) -> list[State]:
    """Every way worth weighing to go on from a beginning through one slot."""
    crossing = puzzle.crossings[place]
    if crossing.first:
        cost = state.cost
        if crossing.first == state.last and state.kind != FIXED and not crossing.recorded:
            if state.kind == KEEPS:
                return []
            cost += BREAK + (HURRY if state.kind == HURRIED else 0)
        state = state._replace(cost=cost, last=crossing.last, kind=crossing.kind)
    able = able_at(puzzle, place, state)
    if not able:
        return [after(puzzle, place, state)]
    found = [taken(puzzle, place, state, choice) for choice in _choices(puzzle, place, state, able)]
    if not found or not _is_owed(puzzle, place, state, able):
        found.append(after(puzzle, place, left_empty(puzzle, place, state, able)))
    return found


def able_at(puzzle: Puzzle, place: int, state: State) -> int:
    """Who may have the slot but for the turn: nobody on a day that is full, or within the gap."""
    able = state.waiting & puzzle.can[place]
    if not able or state.on_day >= puzzle.room[place] or state.used >= puzzle.near[place]:
        return 0
    if not puzzle.mated & able:
        return able
    day = puzzle.days[place]
    path = state.path
    while path is not None:
        path, where, other, _ = path
        mates = puzzle.mates[other] & able
        for post in bits(mates):
            if day - puzzle.days[where] < puzzle.apart(post, other):
                able &= ~(1 << post)
    return able


def left_empty(puzzle: Puzzle, place: int, state: State, able: int) -> State:
    """Nobody takes the slot, though they were able. It is lost to the turn where the turn alone refused each of them."""
    if not puzzle.prefers:
        return state
    bit, refused = 1 << place, (state.last, puzzle.next_turn[place])
    free = able & puzzle.neither
    for language in (NYNORSK, BOKMAAL):
        if language not in refused:
            free |= able & (puzzle.only[language] | puzzle.both)
    cost, drag, waiting, last, kind, on_day, used, empty, lost_nn, lost_nb, path = state
    if not free:
        lost_nn |= bit if NYNORSK in refused else 0
        lost_nb |= bit if BOKMAAL in refused else 0
    return _state((cost, drag, waiting, last, kind, on_day, used, empty | bit, lost_nn, lost_nb, path))


def taken(puzzle: Puzzle, place: int, state: State, choice: Choice) -> State:
    """The post has the slot."""
    post, language, price, kind = choice
    cost, drag, waiting, last, before, on_day, _, empty, lost_nn, lost_nb, path = state
    stand = puzzle.stand[post]
    if stand is not None and place <= stand and not puzzle.is_at_home(place, post, language):
        price += MOVE
    if not language:
        language, kind = last, before
    waiting &= ~(1 << post)
    drag -= puzzle.drags[post]
    path = (path, place, post, choice[1])
    return after(
        puzzle,
        place,
        (cost + price, drag, waiting, language, kind, on_day + 1, place, empty, lost_nn, lost_nb, path),
    )


def after(puzzle: Puzzle, place: int, state: State | Fields) -> State:
    """The slot is behind: who had a last chance here has missed it, who stood here has moved, who waits has waited longer."""
    cost, drag, waiting, last, kind, on_day, used, empty, lost_nn, lost_nb, path = state
    if waiting & puzzle.ending[place]:
        moved = waiting & puzzle.stands_here[place]
        cost += moved.bit_count() * MOVE
        gone = waiting & puzzle.last_chance[place]
        for post in bits(gone):
            cost += puzzle.misses[post]
            if puzzle.pressed >> post & 1:
                drag -= puzzle.drags[post]
        waiting &= ~gone
    if puzzle.ends_day[place]:
        on_day = 0
    if used >= 0 and not puzzle.is_near_next[place]:
        used = -1
    return _state((cost + drag, drag, waiting, last, kind, on_day, used, empty, lost_nn, lost_nb, path))


def _state(fields: Fields) -> State:
    return tuple.__new__(State, fields)


# Who may have the slot


def _choices(puzzle: Puzzle, place: int, state: State, able: int) -> list[Choice]:
    """The few posts worth a trial: post, language, price of the turn, how it then stands."""
    found: list[Choice] = []
    if able & puzzle.neither:
        found += [(post, 0, 0, FIXED) for post in _foremost(puzzle, place, able & puzzle.neither)]
    for language in (NYNORSK, BOKMAAL):
        for group in (able & puzzle.only[language], able & puzzle.both):
            if not group:
                continue
            waited = ready(puzzle, place, state, group, language)
            if state.last == language:
                found += [(post, language, BREAK, WAITED) for post in _foremost(puzzle, place, waited)]
                if group & (puzzle.pressed | puzzle.stands_here[place]):
                    found += _hurried(puzzle, place, state, group & ~waited, language)
                continue
            posts = _foremost(puzzle, place, group)
            if waited:
                posts += [post for post in _foremost(puzzle, place, waited) if post not in posts]
            found += [
                (post, language, 0, WAITED if waited >> post & 1 else kind_of(puzzle, place, post, language))
                for post in posts
            ]
    return found


def _hurried(puzzle: Puzzle, place: int, state: State, group: int, language: int) -> Iterator[Choice]:
    """Who may break the turn without having waited: for a latest moment's sake, or since it stands there and its neighbour broke it."""
    if state.kind in (WAITED, HURRIED):
        for post in bits(group & puzzle.stands_here[place]):
            if puzzle.is_at_home(place, post, language):
                yield post, language, BREAK + (HURRY if state.kind == HURRIED else 0), FIXED
    if puzzle.prefers:
        for post in _foremost(puzzle, place, group & puzzle.pressed):
            yield post, language, BREAK + HURRY, HURRIED


def kind_of(puzzle: Puzzle, place: int, post: int, language: int) -> int:
    """How a post that has not waited stands before one of its own language."""
    if not language or (puzzle.next_turn[place] != language and not puzzle.standing[language]):
        return FIXED
    return HURRIED if puzzle.prefers and puzzle.pressed >> post & 1 else KEEPS


def _foremost(puzzle: Puzzle, place: int, group: int) -> list[int]:
    """Of those for whom the slot is the same: the first in the queue, the one that matters most, those that stand there."""
    if not group:
        return []
    first = (group & -group).bit_length() - 1
    if group == 1 << first:
        return [first]
    found = [first]
    for post in puzzle.by_weight:
        if group >> post & 1:
            if post != first:
                found.append(post)
            break
    if group & puzzle.stands_here[place]:
        found += [post for post in bits(group & puzzle.stands_here[place]) if post not in found]
    return found


def ready(puzzle: Puzzle, place: int, state: State, group: int, language: int) -> int:
    """Those who may break the turn here: they have waited their time out, or that they stand here out of turn is recorded."""
    found = group & puzzle.recorded_here[place]
    if not puzzle.prefers or (
        state.last != language and puzzle.next_turn[place] != language and not puzzle.standing[language]
    ):
        return found
    found |= group & puzzle.waited[place]
    lost = state.lost_nn if language == NYNORSK else state.lost_nb
    if lost & puzzle.patient[place]:
        for post in bits(group & ~found):
            if has_lost(puzzle, place, state, post, state.lost_nn & state.lost_nb if puzzle.both >> post & 1 else lost):
                found |= 1 << post
    return found


def _is_owed(puzzle: Puzzle, place: int, state: State, able: int) -> bool:
    """Whether somebody has waited so long that the slot may not stand empty."""
    if not puzzle.prefers:
        return False
    able &= ~puzzle.stays[place]
    if not able or not (state.empty & puzzle.patient[place] or able & puzzle.waited[place]):
        return False
    if able & puzzle.waited[place]:
        return True
    refused = {state.last, puzzle.next_turn[place]}
    for post in bits(able):
        languages = puzzle.languages[post]
        lost = state.empty
        if languages and refused.issuperset(languages):
            lost = state.lost_nn if NYNORSK in languages else state.lost_nb
            lost &= state.lost_nb if BOKMAAL in languages else lost
        if has_lost(puzzle, place, state, post, lost):
            return True
    return False


def has_lost(puzzle: Puzzle, place: int, state: State, post: int, lost: int) -> bool:
    """Whether one of the slots in `lost` was the post's to have, and lies as many days back as a post waits."""
    lost &= puzzle.may[post] & puzzle.patient[place]
    if lost and puzzle.mates[post]:
        path = state.path
        while path is not None:
            path, where, other, _ = path
            if puzzle.mates[post] >> other & 1:
                lost &= ~puzzle.near_mates(post, other, where)
    return bool(lost)


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
