"""The states of a delivery are the design's table, and the protocol's times leave no moment in which a post could go out twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.delivery import (
    ASK_AFTER,
    ASKS_A_PERSON,
    FINAL,
    HOLDS_LANE,
    LEASE,
    LOOK_FIRST,
    MAY_BE_OUT,
    NEXT,
    POSTS,
    SEND_DEADLINE,
    Action,
    Kind,
    State,
    absence_can_be_believed,
    advance,
    comment_lane,
    may_still_send,
    publish_lane,
    talk_lane,
)
from scheduler.domain.states import WrongState

NOW = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
SPANS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=2))
TABLE = """
ready prepare preparing           preparing prepared ready        preparing postpone ready        preparing fail failed
ready claim sending               ready hand_over asked           ready cancel cancelled          ready lapse lapsed
sending confirm sent              sending postpone ready          sending fail failed             sending lose_track unconfirmed
unconfirmed found sent            unconfirmed absent ready        unconfirmed ask asked
asked found sent                  asked absent ready              asked give_up failed
"""
WORDS = TABLE.split()


def test_the_table_is_the_designs() -> None:
    rows = {tuple(WORDS[place : place + 3]) for place in range(0, len(WORDS), 3)}
    assert {(start.value, action.value, end.value) for (start, action), end in NEXT.items()} == rows


@given(st.sampled_from(State), st.sampled_from(Action))
def test_an_action_leads_where_the_table_says_or_is_an_error(state: State, action: Action) -> None:
    if (state, action) in NEXT:
        assert advance(state, action) is NEXT[state, action]
    else:
        with pytest.raises(WrongState):
            advance(state, action)


def test_a_final_state_never_moves() -> None:
    assert {start for start, _ in NEXT} == set(State) - FINAL


def test_what_may_have_gone_out_never_becomes_ready_without_a_look_or_a_certain_answer() -> None:
    """From sending only the platform's certain "not done" leads back; from there on, only "surely absent"."""
    back = {(start, action) for (start, action), end in NEXT.items() if end is State.READY and start in MAY_BE_OUT}
    assert back == {
        (State.SENDING, Action.POSTPONE),
        (State.UNCONFIRMED, Action.ABSENT),
        (State.ASKED, Action.ABSENT),
    }


def test_what_cannot_be_known_holds_its_lane_until_a_person_is_asked() -> None:
    assert {State.PREPARING, State.SENDING, State.UNCONFIRMED} == HOLDS_LANE
    assert {State.SENDING, State.UNCONFIRMED, State.ASKED} == MAY_BE_OUT


def test_a_post_and_an_answer_must_be_looked_for_before_they_are_repeated() -> None:
    assert {Kind.PUBLISH, Kind.REPLY} == LOOK_FIRST


def test_what_is_looked_for_is_also_what_a_person_can_answer_for() -> None:
    assert LOOK_FIRST < ASKS_A_PERSON
    assert not {Kind.HIDE, Kind.UNHIDE, Kind.MAIL} & ASKS_A_PERSON


def test_a_hold_keeps_back_posts_and_nothing_that_somebody_waits_for() -> None:
    assert {Kind.PUBLISH, Kind.UPDATE, Kind.DELETE_POST} == POSTS


def test_answers_go_one_at_a_time_in_a_channel_beside_its_posts_and_each_comment_by_itself() -> None:
    assert len({publish_lane(7), talk_lane(7), talk_lane(8), comment_lane(7)}) == 4


@given(SPANS)
def test_a_send_that_begins_in_time_ends_before_its_lease(elapsed: timedelta) -> None:
    assert may_still_send(elapsed=elapsed) == (elapsed + SEND_DEADLINE < LEASE)


def test_the_last_moment_to_begin_a_send_is_just_before_lease_less_deadline() -> None:
    assert may_still_send(elapsed=LEASE - SEND_DEADLINE - MOMENT)
    assert not may_still_send(elapsed=LEASE - SEND_DEADLINE)


@given(SPANS, SPANS, SPANS)
def test_absence_is_believed_only_of_a_listing_asked_for_after_all_that_could_land_was_seen(
    waited: timedelta, late: timedelta, visibility: timedelta
) -> None:
    believed = absence_can_be_believed(asof=NOW + waited, over_by=NOW, late=late, visibility=visibility)
    assert believed == (waited >= late + visibility)


@given(st.timedeltas(max_value=timedelta(0) - MOMENT, min_value=timedelta(days=-30)))
def test_a_listing_from_before_we_gave_up_says_nothing(before: timedelta) -> None:
    nothing = timedelta(0)
    assert not absence_can_be_believed(asof=NOW + before, over_by=NOW, late=nothing, visibility=nothing)


def test_a_person_is_asked_long_after_the_slowest_platform_could_have_told() -> None:
    assert LEASE + timedelta(minutes=2) < ASK_AFTER


def test_a_lane_is_one_channels() -> None:
    assert publish_lane(7) == "channel:7:publish"
