"""Collecting a channel: when it is asked, for which threads, what a failure leaves behind, and what a kill between two steps costs.

On the real practice network.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from connectors.contract import Can
from connectors.practice_shapes import Fault
from scheduler.domain.enquiries import Origin, Settlement, State, Visibility
from scheduler.domain.sla import Started
from scheduler.services import collecting, connecting
from scheduler.services.collecting import Collection
from scheduler.store import rows, talk
from scheduler.store.database import Database, Process
from scheduler.store.tables import Comment, CommentVersion, Enquiry, Thread
from tests import build
from tests.engine import Road
from tests.services.square import QUESTION, Square


@pytest.fixture
def square(road: Road) -> Square:
    return Square(road)


def test_a_question_under_our_post_becomes_an_enquiry(square: Square) -> None:
    asked = square.write(ago=timedelta(minutes=10))
    assert square.collect() == Collection(new=1)
    (enquiry,), (thread,) = square.every(Enquiry), square.every(Thread)
    assert (enquiry.state, enquiry.started_at) == (State.OPEN, square.road.clock() - timedelta(minutes=10))
    assert (thread.origin, thread.remote_id, thread.swept_at) == (Origin.OURS, square.post, square.road.clock())
    assert square.comment(asked).enquiry_id == enquiry.pk
    assert square.collect() == Collection(unchanged=1)


def test_what_we_published_is_a_thread_before_anybody_has_said_a_word(square: Square) -> None:
    square.collect()
    (thread,) = square.every(Thread)
    assert (thread.origin, thread.text, thread.publication_id is not None) == (
        Origin.OURS,
        "Den nye gangveien er åpen.",
        True,
    )


def test_the_sweep_finds_what_no_cursor_shows(square: Square) -> None:
    asked = square.write()
    square.collect()
    looked_at = square.road.clock()
    square.later(hours=1)
    dated_back = square.write("Kven brøyter?", ago=timedelta(days=3), by="per")
    nested = square.write("Det lurer jeg på også!", by="liv", parent_id=asked)
    square.road.network.talk.rewrite(square.road.account(square.channel), asked, text="Når?", at=square.road.clock())
    assert square.collect() == Collection(new=2, changed=1)
    assert square.comment(dated_back).clock_at == looked_at
    assert square.comment(dated_back).clock_by is Started.NOT_SEEN_BEFORE
    assert square.comment(nested).parent_remote_id == asked
    square.later(minutes=1)
    square.road.network.talk.take_away(square.road.account(square.channel), asked, at=square.road.clock())
    square.road.network.talk.set_hidden(square.road.account(square.channel), nested, at=square.road.clock())
    assert square.collect() == Collection(gone=1, changed=1, unchanged=1)
    assert square.comment(asked).visibility is Visibility.DELETED
    assert square.comment(nested).visibility is Visibility.HIDDEN


def test_a_native_answer_settles(square: Square) -> None:
    asked = square.write()
    square.collect()
    square.later(hours=1)
    square.write("Den er åpen fra fredag.", parent_id=asked, own=True)
    square.later(minutes=2)
    square.collect()
    (enquiry,) = square.every(Enquiry)
    assert (enquiry.settlement, enquiry.settled_at) == (
        Settlement.ANSWERED,
        square.road.clock() - timedelta(minutes=2),
    )


def test_the_bell_collects_a_channel_once_a_minute(square: Square) -> None:
    assert [square.bell(), square.bell()] == [1, 0]
    square.later(seconds=59)
    assert square.bell() == 0
    square.later(seconds=1)
    assert square.bell() == 1
    assert square.listening.collected_at == square.road.clock()


def test_of_two_workers_one_collects(square: Square) -> None:
    with square.road.db.begin(square.road.municipality) as session:
        now = square.road.clock()
        claims = [talk.claim_listening(session, square.channel, now=now, until=now + collecting.TURN) for _ in range(2)]
    assert claims == [True, False]
    assert square.bell() == 0
    square.later(minutes=5)
    assert square.bell() == 1  # the one who was at it did not come back


def test_what_the_platform_refuses_for_now_waits_longer_each_time_and_no_other_channel_waits_with_it(
    square: Square,
) -> None:
    other = Square(square.road)
    square.road.meets(square.channel, Fault.DOWN, times=2)
    square.write()
    assert square.bell() == 2
    first = square.listening
    assert (first.failures, first.error_code, first.collected_at) == (1, "server_error", None)
    wait = first.next_at - square.road.clock()
    assert timedelta(seconds=45) <= wait <= timedelta(minutes=1)
    assert other.listening.failures == 0
    square.later(minutes=1)
    square.bell()
    assert square.listening.next_at - square.road.clock() > wait
    square.later(minutes=2)
    square.bell()
    assert (square.listening.failures, square.listening.error_code) == (0, None)
    assert len(square.every(Enquiry)) == 1


def test_a_rate_limit_is_the_whole_accounts(square: Square) -> None:
    square.road.meets(square.channel, Fault.RATE_LIMIT, times=1, seconds=600)
    assert square.collect().error_code == "rate_limited"
    back = square.road.clock() + timedelta(minutes=10)
    assert square.listening.next_at == back
    assert square.road.shown(square.channel).not_before == back
    square.later(minutes=9)
    assert square.bell() == 0
    square.later(minutes=1)
    assert square.bell() == 1


def test_a_wish_to_come_back_in_a_year_is_believed_for_a_day(square: Square) -> None:
    square.road.meets(square.channel, Fault.RATE_LIMIT, times=1, seconds=365 * 86_400)
    square.collect()
    assert square.listening.next_at == square.road.clock() + timedelta(days=1)


def test_a_dead_token_pauses_the_channel_until_it_is_connected_again(square: Square) -> None:
    square.road.meets(square.channel, Fault.TOKEN_DEAD, times=1)
    assert square.collect().error_code == "token_dead"
    assert square.road.shown(square.channel).paused_code == "token_dead"
    square.later(hours=2)
    assert square.bell() == 0
    connecting.check(
        square.road.db,
        None,
        municipality_id=square.road.municipality,
        channel_id=square.channel,
        http=square.road.gate.http,
        clock=square.road.clock,
        house=square.road.gate.house,
    )
    assert square.bell() == 1
    assert square.listening.error_code is None


def test_a_channel_that_a_person_lets_rest_is_listened_to_all_the_same(square: Square) -> None:
    square.road.set_channel(square.channel, paused_code="by_hand")
    assert square.bell() == 1


@pytest.mark.parametrize("values", [{"active": False}, {"can": Can.PUBLISH.value}])
def test_a_channel_that_is_closed_or_cannot_be_read_is_not_collected(square: Square, values: dict[str, Any]) -> None:
    square.road.set_channel(square.channel, **values)
    assert square.bell() == 0


def test_an_account_added_before_it_could_be_read_is_asked_anew_and_then_collected(square: Square) -> None:
    square.road.set_channel(square.channel, can=Can.PUBLISH.value)
    square.write()
    assert [square.bell(), square.bell()] == [0, 1]
    assert len(square.every(Enquiry)) == 1


def test_an_account_that_does_not_answer_is_asked_again_what_it_can_within_the_hour(square: Square) -> None:
    square.road.set_channel(square.channel, can=Can.PUBLISH.value)
    square.road.meets(square.channel, Fault.DOWN, times=1)
    assert square.bell() == 0
    assert square.listening.next_at == square.road.clock() + timedelta(hours=1)
    square.later(hours=1)
    assert [square.bell(), square.bell()] == [0, 1]


def test_an_account_whose_token_is_dead_is_asked_nothing_more(square: Square) -> None:
    square.road.set_channel(square.channel, can=Can.PUBLISH.value)
    square.road.meets(square.channel, Fault.TOKEN_DEAD, times=1)
    square.bell()
    paused = square.road.shown(square.channel)
    assert paused.paused_code == "token_dead"
    square.later(days=2)
    assert square.bell() == 0
    assert square.road.shown(square.channel) == paused


def test_a_channel_by_hand_cannot_listen_and_says_so(road: Road) -> None:
    channel = road.channel("manual", network="Facebook")
    told = collecting.collect(road.db, municipality_id=road.municipality, channel_id=channel, gate=road.gate)
    assert told.error_code == "cannot_listen"


def test_the_first_collection_keeps_what_is_old_without_a_clock(square: Square) -> None:
    old, new = square.write(ago=timedelta(days=14, seconds=1)), square.write(ago=timedelta(days=14), by="per")
    square.collect()
    assert square.comment(old).enquiry_id is None
    assert square.comment(new).enquiry_id is not None
    square.later(minutes=1)
    later = square.write(ago=timedelta(days=30), by="liv")
    square.collect()
    assert square.comment(later).enquiry_id is not None


def test_threads_in_which_nobody_has_spoken_for_two_weeks_are_left_unless_somebody_waits(square: Square) -> None:
    square.collect()
    square.later(days=15)
    square.write(ago=timedelta(days=20))
    assert square.collect() == Collection()
    assert square.every(Comment) == []
    with square.road.db.begin(square.road.municipality) as session:
        (thread,) = rows.every(session, Thread)
        build.enquiry(session, build.comment(session, thread, seen_at=square.road.clock() + timedelta(days=1)))
    square.later(minutes=1)
    assert square.collect() == Collection(new=1)


def test_the_longest_unswept_twenty_are_swept_at_a_time(square: Square) -> None:
    for number in range(25):
        square.native_post(f"Innlegg {number}")
    square.collect()
    square.later(minutes=1)
    square.collect()
    assert sum(each.swept_at == square.road.clock() for each in square.every(Thread)) == 20
    square.later(minutes=1)
    square.collect()
    assert sum(each.swept_at is None for each in square.every(Thread)) == 0


def test_the_workers_own_role_collects(road: Road, request: pytest.FixtureRequest) -> None:
    worker = replace(road, db=Database(road.db.url, process=Process.WORKER))
    request.addfinalizer(worker.db.close)
    square = Square(road)
    square.write()
    square.native_post("Hei!")
    square.road = worker
    assert square.bell() == 1
    assert len(square.every(Enquiry)) == 1


class Killed(BaseException):
    """The process ends here."""


def _what_stands(square: Square) -> tuple[object, ...]:
    comments = square.every(Comment)
    together = defaultdict[int, set[str]](set)
    for each in comments:
        if each.enquiry_id is not None:
            together[each.enquiry_id].add(each.remote_id)
    return (
        {(each.remote_id, each.clock_at, each.answered_at, each.gone_at is None, each.text) for each in comments},
        sorted(map(sorted, together.values())),
        sorted((each.state, each.due_at, each.settlement or "") for each in square.every(Enquiry)),
        {(each.remote_id, each.origin, each.swept_at) for each in square.every(Thread)},
        [each.text for each in square.every(CommentVersion)],
    )


def test_a_kill_before_any_of_its_commits_loses_nothing_and_doubles_nothing(square: Square) -> None:
    """Collected again and again, each time killed one commit later, until one collection is whole."""
    road, account = square.road, square.road.account(square.channel)
    first = [square.write(by=f"person-{number}") for number in range(4)]
    square.collect()
    square.later(minutes=1)
    for number in range(2):
        square.native_post(f"Innlegg {number}")
    for remote_id in first[:2]:
        road.network.talk.take_away(account, remote_id, at=road.clock())
    road.network.talk.rewrite(account, first[2], text="Og når stenger den?", at=road.clock())
    square.write("Fredag.", parent_id=first[3], own=True)
    for number in range(2, 15):
        square.write("Kven brøyter?", by=f"person-{number}", parent_id=first[3])
    left = 0

    def kill(_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed

    kills = 0
    event.listen(Session, "before_commit", kill)
    try:
        for commits in count():
            left = commits
            try:
                square.collect()
                break
            except Killed:
                kills += 1
    finally:
        event.remove(Session, "before_commit", kill)
    assert kills >= 4
    killed = _what_stands(square)
    square.collect()
    assert _what_stands(square) == killed
    comments = square.every(Comment)
    assert len(comments) == len({each.remote_id for each in comments}) == 18
    assert {each.remote_id for each in comments if each.gone_at is not None} == set(first[:2])
    assert [each.text for each in square.every(CommentVersion)] == [QUESTION]
    assert (
        len(square.every(Enquiry)) == 4 + 11 + 1
    )  # those who asked first, those who came later, and one who asked again
    assert len(square.every(Thread)) == 3
