"""While something is held back nothing goes out of it: not minted, not claimed, not sent; and nothing is lost by it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.domain.access import Actor, Denied, Role
from scheduler.domain.delivery import State
from scheduler.domain.publication import State as Standing
from scheduler.errors import Missing, Refused
from scheduler.queries.holds import open_holds
from scheduler.services import delivering, holding
from scheduler.services.holding import HoldRefusal
from tests import build
from tests.engine import Road
from tests.town import actor

MINUTE = timedelta(minutes=1)


def hold(road: Road, channel_id: int | None, *, by: Actor | None = None, reason: str = "Ras i Storgata") -> None:
    with road.db.begin(road.municipality) as session:
        holding.hold(session, by or road.chief, channel_id=channel_id, reason=reason, now=road.clock())


def release(road: Road, channel_id: int | None, *, by: Actor | None = None) -> None:
    with road.db.begin(road.municipality) as session:
        holding.release(session, by or road.chief, channel_id=channel_id, now=road.clock())


@pytest.mark.parametrize("whole", [True, False], ids=["everything", "one channel"])
def test_what_is_held_back_is_not_minted_and_goes_out_once_it_is_let_go(road: Road, *, whole: bool) -> None:
    channel_id = road.channel()
    publication_id = road.scheduled(channel_id, starts_at=road.clock() + MINUTE)
    hold(road, None if whole else channel_id)
    road.clock.wind(MINUTE)
    assert road.mint() == 0
    release(road, None if whole else channel_id)
    assert road.mint() == 1
    assert road.deliver() == 1
    assert road.publication(publication_id).state is Standing.PUBLISHED


@pytest.mark.parametrize("whole", [True, False], ids=["everything", "one channel"])
def test_what_is_minted_already_is_not_claimed(road: Road, *, whole: bool) -> None:
    channel_id = road.channel()
    publication_id = road.minted(channel_id)
    hold(road, None if whole else channel_id)
    assert road.claim() == []
    assert road.deliver() == 0
    assert road.delivery(publication_id).state is State.READY
    assert road.calls(channel_id, "publish") == []


def test_what_is_claimed_already_meets_the_hold_at_the_last_look(road: Road) -> None:
    channel_id = road.channel()
    publication_id = road.minted(channel_id)
    (claimed,) = road.claim()
    hold(road, channel_id)
    assert delivering.last_look(road.db, claimed, gate=road.gate) is None
    assert road.delivery(publication_id).state is State.READY
    assert road.posts(channel_id) == ()


def test_a_hold_on_one_channel_leaves_the_others_alone(road: Road) -> None:
    held, free = road.channel(), road.channel()
    hold(road, held)
    waiting = road.scheduled(held)
    sent = road.scheduled(free)
    road.mint()
    road.deliver()
    assert road.publication(sent).state is Standing.PUBLISHED
    assert road.publication(waiting).state is not Standing.PUBLISHED


def test_letting_one_channel_go_does_not_let_everything_go(road: Road) -> None:
    channel_id = road.channel()
    road.scheduled(channel_id)
    hold(road, None)
    hold(road, channel_id, reason="Kontoen er kapret")
    release(road, channel_id)
    assert road.mint() == 0


def test_a_hold_says_who_why_and_since_when(road: Road) -> None:
    channel_id = road.channel()
    hold(road, channel_id, reason="  Kontoen er kapret  ")
    hold(road, None)
    with road.db.read(road.municipality) as session:
        everything, one = open_holds(session)
    assert (everything.channel_id, one.channel_id) == (None, channel_id)
    assert (one.reason, one.person_name, one.since) == ("Kontoen er kapret", road.chief.name, road.clock())


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_nothing_is_held_back_without_a_reason(road: Road, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        hold(road, None, reason=reason)
    assert refused.value.codes == (HoldRefusal.REASON_MISSING,)


def test_what_is_held_back_is_not_held_back_again_and_what_is_free_is_not_let_go(road: Road) -> None:
    with pytest.raises(Refused) as refused:
        release(road, None)
    assert refused.value.codes == (HoldRefusal.NOT_HELD,)
    hold(road, None)
    with pytest.raises(Refused) as refused:
        hold(road, None)
    assert refused.value.codes == (HoldRefusal.HELD_ALREADY,)


def test_a_leader_holds_the_units_own_channels_and_no_other(road: Road) -> None:
    with road.db.begin(road.municipality) as session:
        unit_id = build.unit(session).pk
        own, whole = build.channel(session, unit_id=unit_id).pk, build.channel(session).pk
    leader = actor(road.db, road.municipality, Role.LEADER, unit_id=unit_id)
    hold(road, own, by=leader)
    release(road, own, by=leader)
    for beyond in (whole, None):
        with pytest.raises(Refused) as refused:
            hold(road, beyond, by=leader)
        assert refused.value.codes == (Denied.NOT_ALLOWED,)


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.SERVICE_DESK, Role.READER])
def test_whoever_answers_for_nothing_holds_nothing_back(road: Road, role: Role) -> None:
    with pytest.raises(Refused) as refused:
        hold(road, None, by=actor(road.db, road.municipality, role))
    assert refused.value.codes == (Denied.NOT_ALLOWED,)


def test_another_municipalitys_channel_cannot_be_held(road: Road) -> None:
    elsewhere = build.municipality(road.db)
    with road.db.begin(elsewhere) as session:
        theirs = build.channel(session).pk
    with pytest.raises(Missing):
        hold(road, theirs)
