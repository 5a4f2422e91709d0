"""What may have gone out: swept when its lease ends, looked up, and settled by what the platform's own listing says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.contract import Landing, Receipt
from connectors.practice_shapes import Fault
from scheduler.domain.delivery import ASK_AFTER, DEATHS_BEFORE_ASKING, LEASE, LOOK_AGAIN_AFTER, Action, Kind, State
from scheduler.domain.publication import State as Standing
from scheduler.services import delivering, handing_over, looking_up, minting
from scheduler.services.looking_up import Looked
from scheduler.store import deliveries, rows
from scheduler.store.tables import Delivery
from tests.engine import Road

MOMENT = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
SLOW = Landing(late=timedelta(seconds=60), visibility=timedelta(seconds=30))


def look(road: Road) -> int:
    return looking_up.look_up_due(road.db, gate=road.gate)


def sweep(road: Road, *, sending: frozenset[int] = frozenset()) -> int:
    return looking_up.sweep(road.db, now=road.clock(), sending=sending)


def lost(road: Road, channel: int, fault: Fault = Fault.TIME_OUT_AFTER_ACCEPTING) -> int:
    """A post whose answer was lost; the publication's id."""
    publication_id = road.minted(channel)
    road.meets(channel, fault, times=1)
    assert road.deliver() == 1
    assert road.delivery(publication_id).state is State.UNCONFIRMED
    return publication_id


def settle(road: Road, publication_id: int, looked: Looked) -> Delivery:
    with road.db.begin(road.municipality) as session:
        row = rows.get(session, Delivery, road.delivery(publication_id).pk)
        looking_up.settle_look(session, row, looked, now=road.clock())
    return road.delivery(publication_id)


def die(road: Road, publication_id: int) -> None:
    """A worker claims the delivery and is never heard of again."""
    (claimed,) = road.claim()
    assert claimed.publication_id == publication_id
    road.clock.wind(LEASE)
    assert sweep(road) == 1


def test_a_lease_that_runs_out_is_swept_at_that_very_moment(road: Road) -> None:
    publication_id = road.minted(road.channel())
    (claimed,) = road.claim()
    road.clock.wind(LEASE - MOMENT)
    assert sweep(road) == 0
    road.clock.wind(MOMENT)
    assert sweep(road) == 1
    found = road.delivery(publication_id)
    assert (found.state, found.fence, found.deaths) == (State.UNCONFIRMED, claimed.fence + 1, 1)
    assert (found.over_by, found.lease_until) == (claimed.lease_until, None)
    assert road.content(publication_id).answer_code == "worker_lost"
    assert sweep(road) == 0


def test_what_this_process_still_sends_is_not_swept_when_the_wall_clock_jumps(road: Road) -> None:
    publication_id = road.minted(road.channel())
    road.claim()
    road.clock.wind(timedelta(hours=12))
    assert sweep(road, sending=frozenset({road.delivery(publication_id).pk})) == 0
    assert road.delivery(publication_id).state is State.SENDING
    assert sweep(road) == 1


def test_an_upload_that_was_cut_off_is_done_again(road: Road) -> None:
    publication_id = road.minted(road.channel(), picture=b"a picture")
    (claimed,) = road.claim()
    road.clock.wind(LEASE)
    assert sweep(road) == 1
    found = road.delivery(publication_id)
    assert (found.state, found.fence, found.deaths) == (State.READY, claimed.fence + 1, 1)


def test_pictures_that_bring_down_every_worker_fail_the_post(road: Road) -> None:
    publication_id = road.minted(road.channel(), picture=b"a picture")
    for _ in range(DEATHS_BEFORE_ASKING):
        assert road.publication(publication_id).state is Standing.GOING_OUT
        die(road, publication_id)
    assert road.delivery(publication_id).state is State.FAILED
    assert road.publication(publication_id).problem_code == "worker_lost"


def test_a_lost_answer_whose_post_stands_there_is_found_and_settled(road: Road) -> None:
    channel = road.channel()
    publication_id = lost(road, channel)
    assert look(road) == 1
    (post,) = road.posts(channel)
    shown = road.publication(publication_id)
    assert (shown.state, shown.remote_id) == (Standing.PUBLISHED, post.remote_id)
    assert road.delivery(publication_id).state is State.SENT
    assert road.deliver() == 0


def test_a_lost_request_that_surely_never_landed_is_sent_again_with_the_same_key(road: Road) -> None:
    channel = road.channel()
    publication_id = lost(road, channel, Fault.TIME_OUT_BEFORE_ACCEPTING)
    assert look(road) == 1
    assert road.delivery(publication_id).state is State.READY
    assert road.deliver() == 1
    assert road.publication(publication_id).state is Standing.PUBLISHED
    assert len(road.posts(channel)) == 1
    assert len({call.key for call in road.calls(channel, "publish")}) == 1


def test_a_platform_that_never_answers_is_not_asked_more_and_more_often(road: Road) -> None:
    channel = road.channel()
    publication_id = lost(road, channel, Fault.TIME_OUT_BEFORE_ACCEPTING)
    road.meets(channel, Fault.TIME_OUT_BEFORE_ACCEPTING)
    waits = []
    for _ in range(3):
        assert look(road) == 1
        found = road.delivery(publication_id)
        waits.append(found.not_before - road.clock())
        road.clock.moment = found.not_before
        assert road.deliver() == 1
    assert waits[0] == timedelta(0) < waits[1] < waits[2]


def test_not_listed_is_not_believed_until_it_could_have_landed_and_been_seen(road: Road) -> None:
    publication_id = lost(road, road.channel(), Fault.TIME_OUT_BEFORE_ACCEPTING)
    over_by = road.delivery(publication_id).over_by
    assert over_by is not None
    believed_from = over_by + SLOW.late + SLOW.visibility
    early = settle(road, publication_id, Looked(asof=believed_from - MOMENT, found=None, landing=SLOW))
    assert early.state is State.UNCONFIRMED
    assert settle(road, publication_id, Looked(asof=believed_from, found=None, landing=SLOW)).state is State.READY


def test_an_old_listing_is_not_judged_by_a_new_clock(road: Road) -> None:
    publication_id = lost(road, road.channel(), Fault.TIME_OUT_BEFORE_ACCEPTING)
    asof = road.clock()
    road.clock.wind(timedelta(minutes=10))
    assert settle(road, publication_id, Looked(asof=asof, found=None, landing=SLOW)).state is State.UNCONFIRMED


def test_after_a_death_a_post_may_land_until_the_lease_has_run_out(road: Road) -> None:
    publication_id = road.minted(road.channel())
    claimed_at = road.clock()
    die(road, publication_id)
    ends = claimed_at + LEASE + SLOW.late + SLOW.visibility
    early = settle(road, publication_id, Looked(asof=ends - MOMENT, found=None, landing=SLOW))
    assert early.state is State.UNCONFIRMED
    assert settle(road, publication_id, Looked(asof=ends, found=None, landing=SLOW)).state is State.READY


def test_where_the_platform_cannot_tell_a_person_is_asked_after_half_an_hour(road: Road) -> None:
    channel = road.channel()
    publication_id = lost(road, channel)
    road.meets(channel, Fault.DOWN)
    road.clock.wind(ASK_AFTER - MOMENT)
    assert look(road) == 1
    assert road.delivery(publication_id).state is State.UNCONFIRMED
    road.clock.wind(LOOK_AGAIN_AFTER)
    assert look(road) == 1
    assert road.delivery(publication_id).state is State.ASKED
    assert road.publication(publication_id).state is Standing.GOING_OUT
    assert road.slot(publication_id) is not None


def test_a_person_is_asked_at_exactly_half_an_hour(road: Road) -> None:
    publication_id = lost(road, road.channel())
    road.clock.wind(ASK_AFTER)
    looked = Looked(asof=road.clock(), found=None, landing=None)
    assert settle(road, publication_id, looked).state is State.ASKED


def test_a_look_is_repeated_after_a_while_and_no_sooner(road: Road) -> None:
    channel = road.channel()
    lost(road, channel)
    road.meets(channel, Fault.DOWN)
    assert look(road) == 1
    road.clock.wind(LOOK_AGAIN_AFTER - MOMENT)
    assert look(road) == 0
    road.clock.wind(MOMENT)
    assert look(road) == 1


def test_a_delivery_that_outlived_three_workers_is_not_given_to_a_fourth(road: Road) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    for deaths in range(1, DEATHS_BEFORE_ASKING + 1):
        die(road, publication_id)
        assert road.delivery(publication_id).deaths == deaths
        assert look(road) == 1
        found = road.delivery(publication_id)
        road.clock.moment = max(found.not_before, road.clock())
        with road.db.begin(road.municipality) as session:  # its slot is long past; that is not what this is about
            row = rows.get(session, Delivery, found.pk)
            row.not_after = None
            session.add(row)
    assert road.delivery(publication_id).state is State.ASKED
    assert road.deliver() == 0


def test_a_kind_that_is_safe_is_done_again_without_a_look_at_the_listing(road: Road) -> None:
    channel = road.channel()
    publication_id = road.published(channel)
    with road.db.begin(road.municipality) as session:
        minting.withdraw(session, road.chief, publication_id, now=road.clock())
    road.meets(channel, Fault.TIME_OUT_BEFORE_ACCEPTING, times=1)
    assert road.deliver() == 1
    assert road.delivery(publication_id).kind is Kind.DELETE_POST
    assert look(road) == 1
    assert road.calls(channel, "find_published") == []
    assert road.deliver() == 1
    assert road.publication(publication_id).state is Standing.WITHDRAWN


def test_a_look_that_came_too_late_changes_nothing(road: Road) -> None:
    channel = road.channel()
    publication_id = lost(road, channel, Fault.TIME_OUT_BEFORE_ACCEPTING)
    slow = looking_up.reserve(road.db, road.municipality, road.delivery(publication_id).pk, now=road.clock())
    assert slow is not None
    road.clock.wind(LOOK_AGAIN_AFTER)
    assert look(road) == 1
    road.meets(channel, Fault.TIME_OUT_AFTER_ACCEPTING, times=1)
    assert road.deliver() == 1
    road.clock.wind(timedelta(hours=1))
    with road.db.begin(road.municipality) as session:
        absent = Looked(asof=road.clock(), found=None, landing=Landing(late=timedelta(0), visibility=timedelta(0)))
        looking_up.settle_look(session, slow, absent, now=road.clock())
    found = road.delivery(publication_id)
    assert (found.state, found.fence) == (State.UNCONFIRMED, slow.fence + 1)


def test_only_one_worker_looks(road: Road) -> None:
    publication_id = lost(road, road.channel())
    delivery_id = road.delivery(publication_id).pk
    assert looking_up.reserve(road.db, road.municipality, delivery_id, now=road.clock()) is not None
    assert looking_up.reserve(road.db, road.municipality, delivery_id, now=road.clock()) is None
    assert look(road) == 0


def test_while_it_is_unknown_nothing_else_goes_out_in_that_lane_and_all_others_go_on(road: Road) -> None:
    channel, other = road.channel(), road.channel()
    publication_id = lost(road, channel)
    later = road.clock() + timedelta(hours=1)
    next_one, elsewhere = (road.scheduled(each, starts_at=later, language="nn") for each in (channel, other))
    road.clock.wind(timedelta(hours=1))
    with road.db.begin(road.municipality) as session:
        row = rows.get(session, Delivery, road.delivery(publication_id).pk)
        row.not_before = road.clock() + SECOND
        session.add(row)
    assert road.mint() == 2
    assert road.deliver() == 1
    assert road.publication(elsewhere).state is Standing.PUBLISHED
    road.clock.wind(SECOND)
    assert look(road) == 1
    assert road.deliver() == 1
    assert road.publication(next_one).state is Standing.PUBLISHED


@pytest.mark.parametrize("posted", [True, False])
def test_the_person_who_was_asked_has_the_last_word(road: Road, posted: bool) -> None:
    channel = road.channel()
    publication_id = lost(road, channel, Fault.TIME_OUT_BEFORE_ACCEPTING)
    with road.db.begin(road.municipality) as session:
        row = rows.get(session, Delivery, road.delivery(publication_id).pk)
        assert deliveries.change(session, row, Action.ASK, now=road.clock())
    with road.db.begin(road.municipality) as session:
        if posted:
            handing_over.posted(session, road.chief, publication_id, url="", now=road.clock())
        else:
            handing_over.not_posted(session, road.chief, publication_id, now=road.clock())
    assert road.deliver() == (0 if posted else 1)
    assert road.publication(publication_id).state is Standing.PUBLISHED


def test_the_person_and_the_platform_may_answer_at_once_and_the_first_one_counts(road: Road) -> None:
    publication_id = lost(road, road.channel())
    slow = looking_up.reserve(road.db, road.municipality, road.delivery(publication_id).pk, now=road.clock())
    assert slow is not None
    with road.db.begin(road.municipality) as session:
        assert deliveries.change(session, slow, Action.ASK, now=road.clock())
    with road.db.begin(road.municipality) as session:
        handing_over.posted(session, road.chief, publication_id, url="https://www.example/1", now=road.clock())
    with road.db.begin(road.municipality) as session:
        found = Looked(asof=road.clock(), found=Receipt(remote_id="2", url=None), landing=SLOW)
        looking_up.settle_look(session, slow, found, now=road.clock())
    assert road.publication(publication_id).url == "https://www.example/1"


def test_a_worker_that_was_only_slow_may_still_tell_before_it_is_swept(road: Road) -> None:
    publication_id = road.minted(road.channel())
    (claimed,) = road.claim()
    road.clock.wind(LEASE)
    delivering.send(road.db, claimed, gate=road.gate, elapsed=lambda: timedelta(seconds=1))
    assert sweep(road) == 0
    assert road.publication(publication_id).state is Standing.PUBLISHED
