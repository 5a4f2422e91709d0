"""What a delivery's end does to its post: by the platform's word, by a person's word, or by nobody's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.contract import Receipt
from connectors.practice_shapes import Fault
from scheduler.domain.access import Denied, Role
from scheduler.domain.delivery import GIVE_UP_AFTER, Action, State
from scheduler.domain.publication import State as Standing
from scheduler.errors import Refused
from scheduler.queries import standing as queries
from scheduler.services import handing_over, minting, planning, review, settling
from scheduler.services.handing_over import HandRefusal
from scheduler.store import deliveries, rows
from scheduler.store.tables import Delivery
from tests.engine import Road
from tests.town import actor

ADDRESS = "https://www.facebook.example/fjordvik/posts/1"


@pytest.fixture
def by_hand(road: Road) -> int:
    """A post in a channel without an API, whose moment has come; the publication's id."""
    return road.minted(road.channel("manual", network="Facebook"))


def say(road: Road, publication_id: int, url: str | None) -> None:
    """The person's answer: posted at this address, or (None) not posted."""
    with road.db.begin(road.municipality) as session:
        if url is None:
            handing_over.not_posted(session, road.chief, publication_id, now=road.clock())
        else:
            handing_over.posted(session, road.chief, publication_id, url=url, now=road.clock())


def test_what_a_person_puts_out_is_asked_of_a_person_at_its_moment_and_never_claimed(road: Road, by_hand: int) -> None:
    assert road.delivery(by_hand).state is State.ASKED
    assert road.publication(by_hand).state is Standing.GOING_OUT
    assert road.content(by_hand).text == "Den nye gangveien er åpen."
    assert road.claim() == []


def test_posted_with_its_address_is_as_good_as_the_platforms_word(road: Road, by_hand: int) -> None:
    road.clock.wind(timedelta(minutes=4))
    say(road, by_hand, f" {ADDRESS} ")
    shown = road.publication(by_hand)
    assert (shown.state, shown.url, shown.published_at) == (Standing.PUBLISHED, ADDRESS, road.clock())
    with road.db.read(road.municipality) as session:
        events = queries.events(
            session, shown.post_id, queries.of_post(session, shown.post_id), queries.sendings(session, [by_hand])
        )
    assert road.chief.name in {each.person for each in events if each.action == "found"}


def test_a_network_that_gives_no_address_is_enough(road: Road, by_hand: int) -> None:
    say(road, by_hand, "")
    shown = road.publication(by_hand)
    assert (shown.state, shown.url) == (Standing.PUBLISHED, None)


def test_an_address_is_taken_as_people_write_it(road: Road, by_hand: int) -> None:
    say(road, by_hand, " facebook.com/fjordvik/posts/1 ")
    assert road.publication(by_hand).url == "https://facebook.com/fjordvik/posts/1"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "url",
    [
        "facebook",
        "javascript:alert(1)",
        "https://",
        "http://[",
        "https://x/" + "y" * 2000,
        "https://x/a b",
        "https://name:secret@x/1",
    ],
)
def test_what_is_no_address_is_refused_and_nothing_changes(road: Road, by_hand: int, url: str) -> None:
    with pytest.raises(Refused) as refused:
        say(road, by_hand, url)
    assert refused.value.codes == (HandRefusal.ADDRESS_INVALID,)
    assert road.delivery(by_hand).state is State.ASKED


def test_not_posted_by_hand_lies_apart_until_somebody_places_it(road: Road, by_hand: int) -> None:
    say(road, by_hand, None)
    shown = road.publication(by_hand)
    assert (shown.state, shown.problem_code) == (Standing.APPROVED, planning.Parked.NOT_POSTED.value)
    assert road.slot(by_hand) is None
    assert road.delivery(by_hand).state is State.LAPSED
    assert planning.plan_due(road.db, [road.municipality], now=road.clock()) == 0
    with road.db.begin(road.municipality) as session:
        assert planning.place_again(session, road.chief, by_hand, now=road.clock())


def test_a_correction_that_was_not_made_by_hand_is_dropped_and_the_post_stands(road: Road, by_hand: int) -> None:
    say(road, by_hand, ADDRESS)
    with road.db.begin(road.municipality) as session:
        minting.correct(session, road.chief, by_hand, now=road.clock())
    say(road, by_hand, None)
    assert road.delivery(by_hand).state is State.CANCELLED
    shown = road.publication(by_hand)
    assert (shown.state, shown.revision) == (Standing.PUBLISHED, 1)


def test_a_person_is_not_heard_twice(road: Road, by_hand: int) -> None:
    say(road, by_hand, ADDRESS)
    with pytest.raises(Refused) as refused:
        say(road, by_hand, None)
    assert refused.value.codes == (HandRefusal.NOT_ASKED,)


def test_a_person_is_not_heard_while_the_engine_has_it(road: Road) -> None:
    publication_id = road.minted(road.channel())
    road.claim()
    with pytest.raises(Refused) as refused:
        say(road, publication_id, ADDRESS)
    assert refused.value.codes == (HandRefusal.NOT_ASKED,)


def test_only_whoever_posts_by_hand_may_say_so(road: Road, by_hand: int) -> None:
    reader = actor(road.db, road.municipality, Role.READER)
    with road.db.begin(road.municipality) as session, pytest.raises(Refused) as refused:
        handing_over.posted(session, reader, by_hand, url=ADDRESS, now=road.clock())
    assert refused.value.codes == (Denied.NOT_ALLOWED,)


def test_what_nobody_answered_for_two_weeks_counts_as_failed_and_still_as_posted_that_day(
    road: Road, by_hand: int
) -> None:
    road.clock.wind(GIVE_UP_AFTER - timedelta(seconds=1))
    assert handing_over.give_up_due(road.db, now=road.clock()) == 0
    road.clock.wind(timedelta(seconds=1))
    assert handing_over.give_up_due(road.db, now=road.clock()) == 1
    shown = road.publication(by_hand)
    assert (shown.state, shown.problem_code) == (Standing.FAILED, "nobody_answered")
    assert road.slot(by_hand) is not None
    assert handing_over.give_up_due(road.db, now=road.clock()) == 0


def test_what_was_given_up_can_be_tried_again(road: Road, by_hand: int) -> None:
    road.clock.wind(GIVE_UP_AFTER)
    handing_over.give_up_due(road.db, now=road.clock())
    with road.db.begin(road.municipality) as session:
        placed = review.retry(session, road.chief, by_hand, now=road.clock())
    assert placed is not None
    assert road.publication(by_hand).state is Standing.SCHEDULED


def test_trying_again_is_a_new_delivery_and_the_failed_one_stays_failed(road: Road) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    road.meets(channel, Fault.REFUSE, times=1)
    road.deliver()
    with road.db.begin(road.municipality) as session:
        placed = review.retry(session, road.chief, publication_id, now=road.clock())
    assert placed is not None
    road.clock.moment = placed.starts_at
    assert (road.mint(), road.deliver()) == (1, 1)
    assert [each.state for each in road.deliveries(publication_id)] == [State.FAILED, State.SENT]
    assert len({each.key for each in road.deliveries(publication_id)}) == 2
    assert road.publication(publication_id).state is Standing.PUBLISHED


def test_a_settlement_with_an_old_fencing_number_settles_nothing(road: Road) -> None:
    publication_id = road.minted(road.channel())
    (zombie,) = road.claim()
    with road.db.begin(road.municipality) as session:
        row = rows.get(session, Delivery, zombie.pk)
        deliveries.change(session, row, Action.LOSE_TRACK, now=road.clock(), fence=row.fence + 1)
    receipt = Receipt(remote_id="1", url=ADDRESS)
    with road.db.begin(road.municipality) as session:
        assert not settling.sent(session, zombie, receipt, action=Action.CONFIRM, now=road.clock())
        assert not settling.failed(session, zombie, action=Action.FAIL, code="refused", detail="", now=road.clock())
    assert road.delivery(publication_id).state is State.UNCONFIRMED
    assert road.publication(publication_id).state is Standing.GOING_OUT
