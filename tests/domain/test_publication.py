"""The states of a publication are the design's table, no more and no less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.publication import FINAL, HOLDS_SLOT, NEXT, Action, State, advance, open_actions
from scheduler.domain.states import WrongState

#: As the design writes it: from, by, to. "any before going_out" is written out.
TABLE = """
draft submit in_review            draft release approved          in_review approve approved      in_review send_back draft
approved place scheduled          scheduled move scheduled        scheduled take_off approved     scheduled due going_out
going_out sent published          going_out failed failed         going_out lapsed approved       failed retry approved
published correct published       published withdrawn withdrawn
draft edit draft                  in_review edit draft            approved edit draft             scheduled edit draft
failed edit draft                 draft cancel cancelled          in_review cancel cancelled      approved cancel cancelled
scheduled cancel cancelled        failed cancel cancelled         draft expire expired            in_review expire expired
approved expire expired           scheduled expire expired        failed expire expired
"""
WORDS = TABLE.split()
ROWS = [tuple(WORDS[place : place + 3]) for place in range(0, len(WORDS), 3)]


def test_the_table_is_the_designs() -> None:
    assert {(start.value, action.value, end.value) for (start, action), end in NEXT.items()} == set(ROWS)


@given(st.sampled_from(State), st.sampled_from(Action))
def test_an_action_leads_where_the_table_says_or_is_an_error(state: State, action: Action) -> None:
    if (state, action) in NEXT:
        assert advance(state, action) is NEXT[state, action]
        assert action in open_actions(state)
    else:
        with pytest.raises(WrongState) as raised:
            advance(state, action)
        assert (raised.value.state, raised.value.action) == (state, action)
        assert action not in open_actions(state)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_a_final_state_never_moves(state: State) -> None:
    assert open_actions(state) == frozenset()


def test_every_state_can_be_reached_and_every_state_that_is_not_final_can_be_left() -> None:
    assert {State.DRAFT, *NEXT.values()} == set(State)
    assert {state for state in State if open_actions(state)} == set(State) - FINAL


@given(st.lists(st.sampled_from(Action), max_size=30))
def test_what_is_out_or_going_out_cannot_be_edited_cancelled_or_placed(actions: list[Action]) -> None:
    """Whatever is done to a publication, only the engine's word brings it out of going_out."""
    state = State.DRAFT
    for action in actions:
        if action not in open_actions(state):
            continue
        before, state = state, advance(state, action)
        if before is State.GOING_OUT:
            assert action in {Action.SENT, Action.FAILED, Action.LAPSED}
        if state is State.GOING_OUT:
            assert before is State.SCHEDULED
        if state is State.PUBLISHED:
            assert before in {State.GOING_OUT, State.PUBLISHED}


def test_a_deleted_post_still_counts_in_its_day() -> None:
    assert State.WITHDRAWN in HOLDS_SLOT
    assert not HOLDS_SLOT & {State.DRAFT, State.IN_REVIEW, State.APPROVED, State.CANCELLED, State.EXPIRED}
