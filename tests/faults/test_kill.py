"""`kill -9` of the real worker while it sends: by the platform's own log each post and each answer stands exactly once, and none is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from connectors.http import Http
from connectors.practice_shapes import Fault
from scheduler.clock import Clock
from scheduler.domain.delivery import LEASE, Kind, State, publish_lane
from scheduler.domain.publication import Action
from scheduler.domain.publication import State as Standing
from scheduler.domain.replies import State as Of
from scheduler.queries import health
from scheduler.services import looking_up
from scheduler.store import deliveries, publications
from scheduler.store.tables import DeliveryContent
from tests import build
from tests.connectors.mastodon_server import LossyLine, Mishap
from tests.engine import AFTERNOON, Road
from tests.faults.workers import Machine, WorkerProcess
from tests.services.talking import Talk
from tests.support import wait_until

#: Longer than any of these tests takes: what waits this long is waiting when its worker is killed.
FOR_EVER = 24.0
#: A worker's start, and a bell or two, on a busy machine.
SOON = 60.0
ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def until(worker: WorkerProcess, check: Callable[[], object]) -> None:
    """Wait for something that this worker shall bring about."""

    def looked() -> object:
        assert worker.process.poll() is None, worker.told.read_text()
        return check()

    try:
        wait_until(looked, within=SOON, every=0.1)
    except TimeoutError:
        raise AssertionError(worker.told.read_text()) from None


def arrived(road: Road, channel_id: int, deed: str = "publish") -> bool:
    """Whether the platform has a call of ours that still waits for its answer."""
    return any(call.outcome == "arrived" for call in road.calls(channel_id, deed))


def are(road: Road, state: Standing, publication_ids: Sequence[int]) -> bool:
    return {road.publication(each).state for each in publication_ids} == {state}


def test_a_worker_killed_while_it_sends_doubles_nothing_and_loses_nothing(road: Road, machine: Machine) -> None:
    machine.set_clock(AFTERNOON)
    out, not_out, well, later = (road.channel() for _ in range(4))
    talk = Talk.of(road)
    answer = talk.answers(talk.enquiry_of(talk.asks()))
    first = [road.scheduled(channel) for channel in (out, not_out, well)]
    road.meets(out, Fault.SLOW_AFTER_ACCEPTING, times=1, seconds=FOR_EVER)
    road.meets(not_out, Fault.SLOW_BEFORE_ACCEPTING, times=1, seconds=FOR_EVER)
    road.meets(talk.channel, Fault.SLOW_AFTER_ACCEPTING, times=1, seconds=FOR_EVER)
    with machine.worker() as worker:
        until(worker, lambda: arrived(road, talk.channel, "reply") and talk.said_there())
        until(worker, lambda: arrived(road, out) and road.posts(out) and arrived(road, not_out))
        until(worker, lambda: are(road, Standing.PUBLISHED, first[2:]))
        worker.kill()
    assert (len(road.posts(out)), len(road.posts(not_out))) == (1, 0)
    assert {road.delivery(each).state for each in first[:2]} == {State.SENDING}
    assert (len(talk.said_there()), talk.reply_now(answer).state) == (1, Of.APPROVED)

    last = road.scheduled(later)
    with machine.worker() as worker:
        until(worker, lambda: are(road, Standing.PUBLISHED, [last]))  # other lanes go on at once
        assert {road.delivery(each).state for each in first[:2]} == {State.SENDING}
        machine.wind(LEASE + timedelta(seconds=1))
        until(worker, lambda: are(road, Standing.PUBLISHED, [*first, last]))
        until(worker, lambda: talk.reply_now(answer).state is Of.SENT)
        assert worker.stop(within=SOON) == 0
    assert [len(road.posts(channel)) for channel in (out, not_out, well, later)] == [1, 1, 1, 1]
    assert [len(road.calls(channel, "publish")) for channel in (out, not_out)] == [1, 2]
    assert {len({call.key for call in road.calls(channel, "publish")}) for channel in (out, not_out)} == {1}
    assert {road.delivery(each).deaths for each in first} == {0, 1}
    assert (len(talk.said_there()), len(talk.own_comments()), len(road.calls(talk.channel, "reply"))) == (1, 1, 1)


@ONLY_SQLITE
def test_a_worker_that_is_asked_to_stop_lets_what_it_sends_come_to_its_end(road: Road, machine: Machine) -> None:
    machine.set_clock(AFTERNOON)
    channel = road.channel()
    road.meets(channel, Fault.SLOW_AFTER_ACCEPTING, times=1, seconds=2)
    with machine.worker() as worker:
        until(worker, lambda: health.installation(road.db, now=AFTERNOON).workers)
        publication_id = road.scheduled(channel)
        until(worker, lambda: arrived(road, channel))
        assert worker.stop(within=SOON) == 0
    assert road.publication(publication_id).state is Standing.PUBLISHED
    assert [call.outcome for call in road.calls(channel, "publish")] == ["answered"]
    (found,) = health.installation(road.db, now=AFTERNOON).workers
    assert not found.lives


def on_mastodon(road: Road, line: LossyLine, token: str) -> int:
    """A post on its way to a Mastodon-API server, at the machine's real time, since the server has a clock of its own."""
    road.clock.moment = Clock()()
    channel_id = road.channel("mastodon", server=line.address, access_token=token)
    with road.db.begin(road.municipality) as session:
        row = build.scheduled(session, channel_id=channel_id, starts_at=road.clock(), language="nb")
        publications.change(session, row, Action.DUE, now=road.clock(), person_id=None)
        deliveries.mint(
            session,
            kind=Kind.PUBLISH,
            lane=publish_lane(channel_id),
            channel_id=channel_id,
            publication_id=row.pk,
            content=DeliveryContent(
                municipality_id=road.municipality, delivery_id=0, text="Gangveien er åpen.", language="nb"
            ),
            now=road.clock(),
            not_after=None,
            person_id=None,
        )
    return row.pk


def standing(line: LossyLine, token: str) -> int:
    """How many posts the account has on the server."""
    http = Http(allow_private=True, now=Clock(), user_agent="Ordskifte tests")
    own = http.send("GET", f"{line.address}/api/v1/accounts/verify_credentials", repeatable=True, token=token).json()
    assert isinstance(own, dict)
    asked = f"{line.address}/api/v1/accounts/{own['id']}/statuses?limit=40"
    found = http.send("GET", asked, repeatable=True, token=token).json()
    assert isinstance(found, list)
    return len(found)


@ONLY_SQLITE
def test_a_worker_killed_while_a_mastodon_server_keeps_its_answer_finds_the_post_afterwards(
    road: Road, machine: Machine, line: LossyLine, token: str
) -> None:
    publication_id = on_mastodon(road, line, token)
    line.plan("POST", "/api/v1/statuses", Mishap.HANG)
    with machine.worker() as worker:
        until(worker, lambda: line.made("POST", "/api/v1/statuses") and standing(line, token))
        worker.kill()
    machine.wind(LEASE + timedelta(seconds=1))
    with machine.worker() as worker:
        until(worker, lambda: are(road, Standing.PUBLISHED, [publication_id]))
    assert len(line.made("POST", "/api/v1/statuses")) == 1
    assert standing(line, token) == 1


@ONLY_SQLITE
@pytest.mark.parametrize("mishap", [Mishap.LOSE_ANSWER, Mishap.RESET, Mishap.CUT_ANSWER])
def test_an_answer_that_a_mastodon_server_gave_in_vain_is_looked_up(
    road: Road, line: LossyLine, token: str, mishap: Mishap
) -> None:
    publication_id = on_mastodon(road, line, token)
    line.plan("POST", "/api/v1/statuses", mishap)
    assert road.deliver() == 1
    assert road.delivery(publication_id).state is State.UNCONFIRMED
    assert looking_up.look_up_due(road.db, gate=road.gate) == 1
    assert road.publication(publication_id).state is Standing.PUBLISHED
    assert standing(line, token) == 1
