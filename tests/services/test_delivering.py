"""Sending: what each of a platform's answers leads to, and what the last look before a send holds back."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from connectors.contract import ConnectorError, Remedy
from connectors.practice_shapes import Fault
from scheduler.domain.delivery import LEASE, SEND_DEADLINE, Action, Kind, State
from scheduler.domain.publication import State as Standing
from scheduler.domain.rules import Refusal
from scheduler.errors import Busy
from scheduler.services import delivering, holding, minting, planning
from scheduler.services.connecting import House, Paused
from scheduler.services.delivering import Senders
from scheduler.services.gate import Gate
from scheduler.services.sealing import Sealer
from scheduler.settings import Secret
from scheduler.store import deliveries
from scheduler.store.database import Database
from tests.engine import Road
from tests.support import wait_until

NO_TIME = timedelta(0)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def wrong(remedy: Remedy, code: str = "some_code", **values: object) -> ConnectorError:
    return ConnectorError(remedy, code, **values)  # type: ignore[arg-type]  # a test names what it is about


def settle(road: Road, publication_id: int, error: ConnectorError) -> None:
    """Claim the publication's delivery, and settle it with this answer."""
    (claimed,) = road.claim()
    assert claimed.publication_id == publication_id
    with road.db.begin(road.municipality) as session:
        delivering.settle_error(session, claimed, error, now=road.clock())


def test_what_is_due_goes_out_once_and_stands_with_its_address(road: Road) -> None:
    channel = road.channel()
    publication_id = road.minted(channel, text="Gangveien er åpen.")
    assert road.deliver() == 1
    assert road.deliver() == 0
    (post,) = road.posts(channel)
    shown = road.publication(publication_id)
    assert (shown.state, shown.remote_id, shown.published_at) == (Standing.PUBLISHED, post.remote_id, road.clock())
    assert (post.text, post.key) == ("Gangveien er åpen.", road.delivery(publication_id).key)
    assert (road.delivery(publication_id).state, road.delivery(publication_id).lease_until) == (State.SENT, None)
    assert road.shown(channel).last_success_at == road.clock()


def test_a_picture_is_prepared_in_a_step_of_its_own_before_the_post_goes_out(road: Road) -> None:
    channel = road.channel()
    publication_id = road.minted(channel, picture=b"a picture")
    assert road.deliver() == 2
    (post,) = road.posts(channel)
    assert [each.alt_text for each in post.pictures] == ["En gangvei"]
    assert (road.delivery(publication_id).tries, road.delivery(publication_id).fence) == (1, 2)


def test_a_platform_that_is_down_is_tried_again_after_a_wait_that_grows(road: Road) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    road.meets(channel, Fault.DOWN)
    waits = []
    for _ in range(3):
        assert road.deliver() == 1
        found = road.delivery(publication_id)
        assert found.state is State.READY
        waits.append(found.not_before - road.clock())
        road.clock.moment = found.not_before
    assert NO_TIME < waits[0] < waits[1] < waits[2]
    road.meets(channel, Fault.NONE)
    assert road.deliver() == 1
    assert len(road.posts(channel)) == 1


def test_a_rate_limit_slows_the_whole_channel_until_the_platform_wants_us_back(road: Road) -> None:
    channel = road.channel()
    first = road.minted(channel)
    road.meets(channel, Fault.RATE_LIMIT, times=1, seconds=120)
    back = road.clock() + timedelta(seconds=120)
    assert road.deliver() == 1
    assert (road.delivery(first).not_before, road.shown(channel).not_before) == (back, back)
    road.clock.moment = back - timedelta(seconds=1)
    assert road.deliver() == 0
    road.clock.moment = back
    assert road.deliver() == 1
    assert road.publication(first).state is Standing.PUBLISHED


def test_a_moment_gone_by_does_not_bring_us_back_at_once(road: Road) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    settle(road, publication_id, wrong(Remedy.WAIT, retry_at=road.clock() - timedelta(hours=1)))
    assert road.delivery(publication_id).not_before > road.clock()
    assert road.shown(channel).not_before is None


def test_a_dead_token_pauses_the_channel_and_what_was_due_waits(road: Road) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    road.meets(channel, Fault.TOKEN_DEAD, times=1)
    assert road.deliver() == 1
    assert (road.shown(channel).paused_code, road.delivery(publication_id).state) == ("token_dead", State.READY)
    assert road.deliver() == 0
    road.set_channel(channel, paused_code=None)
    assert road.deliver() == 1
    assert road.publication(publication_id).state is Standing.PUBLISHED


def test_a_pause_that_a_person_made_stays_that_persons_when_the_platform_refuses_the_token_too(road: Road) -> None:
    channel = road.channel()
    road.minted(channel)
    (claimed,) = road.claim()
    road.set_channel(channel, paused_code=Paused.BY_HAND.value)
    with road.db.begin(road.municipality) as session:
        delivering.settle_error(session, claimed, wrong(Remedy.RECONNECT, code="token_dead"), now=road.clock())
    assert road.shown(channel).paused_code == Paused.BY_HAND


def test_credentials_sealed_with_another_key_pause_the_channel(road: Road) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    other = House(sealer=Sealer(Secret("quite another key, of another installation")), practice_file="unused")
    gate = Gate(http=road.gate.http, house=other, clock=road.clock)
    senders = Senders(road.db, gate=gate, owner="a worker", threads=1)
    assert senders.deliver_all() == 1
    senders.stop()
    assert road.shown(channel).paused_code == "secret_key_changed"
    assert road.delivery(publication_id).state is State.READY


@pytest.mark.parametrize("remedy", [Remedy.REWRITE, Remedy.NOT_ALLOWED, Remedy.GONE])
def test_a_refusal_fails_the_post_and_frees_its_slot(road: Road, remedy: Remedy) -> None:
    publication_id = road.minted(road.channel())
    settle(road, publication_id, wrong(remedy, "refused", detail="Too rude"))
    shown = road.publication(publication_id)
    assert (shown.state, shown.problem_code, shown.problem_detail) == (Standing.FAILED, "refused", "Too rude")
    assert road.delivery(publication_id).state is State.FAILED
    assert road.slot(publication_id) is None


def test_a_lost_answer_is_not_a_failure_and_never_sent_again_blindly(road: Road) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    road.meets(channel, Fault.TIME_OUT_AFTER_ACCEPTING, times=1)
    assert road.deliver() == 1
    found = road.delivery(publication_id)
    assert (found.state, found.over_by, found.unconfirmed_at) == (State.UNCONFIRMED, road.clock(), road.clock())
    assert road.publication(publication_id).state is Standing.GOING_OUT
    assert road.slot(publication_id) is not None
    road.clock.wind(timedelta(hours=2))
    assert road.deliver() == 0
    assert len(road.posts(channel)) == 1


def test_an_upload_whose_answer_was_lost_is_simply_done_again(road: Road) -> None:
    publication_id = road.minted(road.channel(), picture=b"a picture")
    settle(road, publication_id, wrong(Remedy.CHECK, "timed_out"))
    found = road.delivery(publication_id)
    assert (found.state, found.prepared, found.lease_until) == (State.READY, False, None)
    assert found.not_before > road.clock()


def test_a_post_that_is_gone_already_counts_as_taken_away(road: Road) -> None:
    channel = road.channel()
    publication_id = road.published(channel)
    (post,) = road.posts(channel)
    with road.db.begin(road.municipality) as session:
        minting.withdraw(session, road.chief, publication_id, now=road.clock())
    road.network.take_away(road.account(channel), post.remote_id, at=road.clock())
    assert road.deliver() == 1
    assert road.delivery(publication_id).state is State.SENT
    assert road.publication(publication_id).state is Standing.WITHDRAWN


def test_a_correction_of_a_post_that_is_gone_fails_and_the_post_shows_it(road: Road) -> None:
    channel = road.channel()
    publication_id = road.published(channel)
    (post,) = road.posts(channel)
    with road.db.begin(road.municipality) as session:
        minting.correct(session, road.chief, publication_id, now=road.clock())
    road.network.take_away(road.account(channel), post.remote_id, at=road.clock())
    assert road.deliver() == 1
    assert road.delivery(publication_id).state is State.FAILED
    shown = road.publication(publication_id)
    assert (shown.state, shown.problem_code, shown.revision) == (Standing.PUBLISHED, "gone", 1)


def test_a_hold_that_comes_between_claim_and_send_keeps_it_back(road: Road) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    (claimed,) = road.claim()
    with road.db.begin(road.municipality) as session:
        holding.hold(session, road.chief, channel_id=None, reason="Uvær", now=road.clock())
    delivering.send(road.db, claimed, gate=road.gate, elapsed=lambda: NO_TIME)
    assert road.posts(channel) == ()
    assert road.delivery(publication_id).state is State.READY
    assert road.deliver() == 0
    with road.db.begin(road.municipality) as session:
        holding.release(session, road.chief, channel_id=None, now=road.clock())
    assert road.deliver() == 1


@pytest.mark.parametrize("elapsed", [LEASE - SEND_DEADLINE, LEASE * 10])
def test_a_claim_that_is_too_old_is_given_back_and_nothing_is_sent(road: Road, elapsed: timedelta) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    (claimed,) = road.claim()
    delivering.send(road.db, claimed, gate=road.gate, elapsed=lambda: elapsed)
    assert road.calls(channel, "publish") == []
    assert road.delivery(publication_id).state is State.READY
    assert road.deliver() == 1


def test_a_claim_that_another_worker_has_taken_over_sends_nothing(road: Road) -> None:
    channel = road.channel()
    road.minted(channel)
    (claimed,) = road.claim()
    with road.db.begin(road.municipality) as session:
        deliveries.change(session, claimed, Action.POSTPONE, now=road.clock(), fence=claimed.fence + 1)
    delivering.send(road.db, claimed, gate=road.gate, elapsed=lambda: NO_TIME)
    assert road.calls(channel, "publish") == []


@ON_SQLITE
@pytest.mark.parametrize("remedy", list(Remedy))
def test_a_worker_back_from_the_dead_settles_nothing(road: Road, remedy: Remedy) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    (zombie,) = road.claim()
    with road.db.begin(road.municipality) as session:
        deliveries.change(session, zombie, Action.POSTPONE, now=road.clock())
    (newer,) = road.claim(owner="another")
    before = (road.publication(publication_id), road.shown(channel))
    with road.db.begin(road.municipality) as session:
        delivering.settle_error(session, zombie, wrong(remedy, retry_at=None), now=road.clock())
    assert (road.publication(publication_id), road.shown(channel)) == before
    found = road.delivery(publication_id)
    assert (found.state, found.fence, found.owner) == (State.SENDING, newer.fence, "another")
    assert road.slot(publication_id) is not None


def test_no_more_is_claimed_than_there_are_free_threads(road: Road) -> None:
    channels = [road.channel() for _ in range(3)]
    published = [road.minted(channel) for channel in channels]
    for channel in channels:
        road.meets(channel, Fault.SLOW_BEFORE_ACCEPTING, seconds=0.5)
    senders = Senders(road.db, gate=road.gate, owner="a worker", threads=2)
    begun = senders.deliver()
    assert (len(begun), len(senders.deliver())) == (2, 0)
    states = [road.delivery(each).state for each in published]
    assert (states.count(State.READY), states.count(State.READY) + states.count(State.SENDING)) == (1, 3)
    for each in begun:
        each.result(timeout=30)
    assert senders.deliver_all() == 1
    senders.stop()
    assert [len(road.posts(channel)) for channel in channels] == [1, 1, 1]


def test_a_process_knows_what_it_is_sending_until_its_lease_is_over_by_the_clock_that_never_jumps(road: Road) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    road.meets(channel, Fault.SLOW_BEFORE_ACCEPTING, seconds=1)
    ticks = [0.0]
    senders = Senders(road.db, gate=road.gate, owner="a worker", threads=1, monotonic=lambda: ticks[0])
    (begun,) = senders.deliver()
    wait_until(lambda: road.calls(channel, "publish"), within=30)
    assert senders.sending() == {road.delivery(publication_id).pk}
    ticks[0] = LEASE.total_seconds()
    assert senders.sending() == frozenset()
    ticks[0] = 0.0
    begun.result(timeout=30)
    assert senders.sending() == frozenset()
    senders.stop()


def test_stopping_lets_what_is_being_sent_come_to_its_end(road: Road) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    road.meets(channel, Fault.SLOW_BEFORE_ACCEPTING, seconds=0.5)
    senders = Senders(road.db, gate=road.gate, owner="a worker", threads=1)
    senders.deliver()
    stopper = threading.Thread(target=senders.stop)
    stopper.start()
    stopper.join(timeout=30)
    assert road.publication(publication_id).state is Standing.PUBLISHED


def test_what_waited_past_its_time_goes_back_for_another_slot_and_says_so(road: Road) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    road.meets(channel, Fault.DOWN)
    road.deliver()
    ends = road.delivery(publication_id).not_after
    assert ends is not None
    assert delivering.lapse_due(road.db, now=ends - timedelta(seconds=1)) == 0
    assert delivering.lapse_due(road.db, now=ends) == 1
    assert road.delivery(publication_id).state is State.LAPSED
    shown = road.publication(publication_id)
    assert (shown.state, shown.problem_code, road.slot(publication_id)) == (Standing.APPROVED, Refusal.LATE.value, None)
    assert planning.plan_due(road.db, [road.municipality], now=ends) == 1
    placed = road.slot(publication_id)
    assert placed is not None
    assert placed.starts_at > ends


def test_what_a_hold_kept_past_its_time_lies_apart_until_somebody_places_it(road: Road) -> None:
    publication_id = road.minted(road.channel())
    with road.db.begin(road.municipality) as session:
        holding.hold(session, road.chief, channel_id=None, reason="Uvær", now=road.clock())
    road.clock.wind(timedelta(hours=1))
    assert delivering.lapse_due(road.db, now=road.clock()) == 1
    assert road.publication(publication_id).problem_code == planning.Parked.HELD_PAST_SLOT.value
    assert planning.plan_due(road.db, [road.municipality], now=road.clock()) == 0


def test_a_kind_that_is_safe_is_repeated_with_the_same_key(road: Road) -> None:
    channel = road.channel()
    publication_id = road.published(channel)
    with road.db.begin(road.municipality) as session:
        assert minting.correct(session, road.chief, publication_id, now=road.clock()).kind is Kind.UPDATE
    road.meets(channel, Fault.DOWN, times=1)
    assert road.deliver() == 1
    road.clock.wind(timedelta(minutes=1))
    assert road.deliver() == 1
    keys = {call.key for call in road.calls(channel, "correct")}
    assert keys == {road.delivery(publication_id).key}


@ON_POSTGRESQL
@pytest.mark.parametrize("elapsed", [NO_TIME, LEASE], ids=["while the lease lasts", "but no longer"])
def test_an_answer_that_the_database_could_not_take_is_settled_again(road: Road, elapsed: timedelta) -> None:
    """The database drops the connection in the middle of the settlement."""
    channel = road.channel()
    publication_id = road.minted(channel)
    (claimed,) = road.claim()
    times = iter([NO_TIME])
    drops = Drops(road.db)
    event.listen(Engine, "before_cursor_execute", drops)
    try:
        with nullcontext() if elapsed < LEASE else pytest.raises(Busy):
            delivering.send(road.db, claimed, gate=road.gate, elapsed=lambda: next(times, elapsed))
    finally:
        event.remove(Engine, "before_cursor_execute", drops)
    assert drops.done
    assert len(road.posts(channel)) == 1
    settled = road.publication(publication_id).state is Standing.PUBLISHED
    assert settled == (elapsed < LEASE)


class Drops:
    """Ends the connection that settles a delivery, once, just before it writes."""

    def __init__(self, db: Database) -> None:
        self._admin = create_engine(db.url, poolclass=NullPool)
        self.done = False

    def __call__(self, connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if self.done or not statement.startswith("UPDATE delivery"):
            return
        self.done = True
        number = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with self._admin.connect() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({number})")
