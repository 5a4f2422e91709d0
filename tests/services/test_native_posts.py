"""Posts that somebody writes on the platform itself: told from ours, counted, and planned round."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.practice_shapes import Fault
from scheduler.domain.enquiries import Origin
from scheduler.domain.publication import State as PublicationState
from scheduler.services import planning
from scheduler.store.tables import Thread
from tests import build
from tests.engine import Road, approve
from tests.services.square import Square


@pytest.fixture
def square(road: Road) -> Square:
    return Square(road)


def test_a_post_that_was_collected_before_we_knew_it_was_ours_becomes_ours(square: Square) -> None:
    remote_id = square.native_post("Vårt eget innlegg")
    square.collect()
    with square.road.db.begin(square.road.municipality) as session:
        build.publication(
            session,
            channel_id=square.channel,
            state=PublicationState.PUBLISHED,
            remote_id=remote_id,
            published_at=square.road.clock(),
        )
    square.collect()
    thread = next(each for each in square.every(Thread) if each.remote_id == remote_id)
    assert (thread.origin, thread.publication_id is not None) == (Origin.OURS, True)


def test_a_post_on_its_way_out_that_the_platform_has_already_is_ours(square: Square) -> None:
    road = square.road
    square.later(days=1)
    road.meets(square.channel, Fault.TIME_OUT_AFTER_ACCEPTING, times=1, seconds=0)
    publication_id = road.minted(square.channel, text="Biblioteket flyttar.", language="nn")
    road.deliver()
    assert road.publication(publication_id).remote_id is None
    square.collect()
    assert {each.publication_id for each in square.every(Thread)} >= {publication_id}
    assert {each.origin for each in square.every(Thread)} == {Origin.OURS}


def test_a_native_post_counts_and_moves_what_no_person_fixed(square: Square) -> None:
    road = square.road
    other = road.channel()
    square.later(days=1)
    fixed = road.scheduled(square.channel, starts_at=road.clock() + timedelta(hours=2), chosen=True, language="nb")
    free = road.scheduled(square.channel, starts_at=road.clock() + timedelta(hours=1), language="nn")
    elsewhere = road.scheduled(other, starts_at=road.clock() + timedelta(hours=1))
    square.collect()
    before = {each: road.slot(each) for each in (fixed, free, elsewhere)}
    square.native_post(
        "Kommunen opnar ein ny gangveg, og me gler oss til å sjå dykk der. Han er ikkje langt unna skulen."
    )
    square.collect()
    after = {each: road.slot(each) for each in (fixed, free, elsewhere)}
    assert (after[fixed], after[elsewhere]) == (before[fixed], before[elsewhere])
    stood, stands = before[free], after[free]
    assert stood is not None
    assert stood.day == road.clock().date()
    assert stands is None or stands.day > stood.day
    native = next(each for each in square.every(Thread) if each.origin is Origin.NATIVE)
    assert (native.language, native.publication_id) == ("nn", None)


def test_what_is_placed_later_goes_round_a_native_post(square: Square) -> None:
    road = square.road
    square.later(days=1)
    square.native_post("Første")
    square.native_post(
        "Andre", at=road.clock() + timedelta(days=30)
    )  # the platform's clock is ahead: it counts from now
    square.collect()
    with road.db.begin(road.municipality) as session:
        row = build.publication(session, channel_id=square.channel, state=PublicationState.APPROVED)
        approve(session, row)
        placed = planning.place_approved(session, channel_id=square.channel, now=road.clock())
    assert [each.day > road.clock().date() for each in placed] == [True]
