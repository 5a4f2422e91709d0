"""What the databases themselves must hold of a service notice: out beside the cap, once for each form, and over once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from connectors.practice_shapes import Fault
from scheduler.domain.delivery import State as Sending
from scheduler.domain.notices import LONGEST_WAIT, Unsent
from scheduler.domain.publication import State
from scheduler.services import delivering, looking_up, planning
from scheduler.services.notices_over import Ended
from scheduler.store.tables.posts import SlotKind
from tests.engine import Road
from tests.services.desk import wall
from tests.services.noticing import (
    HOUR,
    LAST_WORDS,
    MOMENT,
    TEXT,
    of_post,
    out_in,
    over,
    send,
    sent_in,
    shown,
)


def test_a_notice_is_out_at_once_at_night_on_a_full_day(road: Road) -> None:
    channel = road.channel()
    road.published(channel)
    road.clock.wind(HOUR)
    road.published(channel, language="nn")
    road.clock.moment = wall("2026-03-03 23:30")
    publication_id = sent_in(road, channel, link="fjordvik.example/vann")
    assert road.deliver() == 1
    row, slot = road.publication(publication_id), road.slot(publication_id)
    assert (row.state, row.language, row.chosen_at) == (State.PUBLISHED, "nb", None)
    assert shown(road, channel)[0] == f"{TEXT}\n\nhttps://fjordvik.example/vann"
    assert slot is not None
    assert (slot.kind, slot.ordinal, slot.starts_at) == (SlotKind.URGENT, None, road.clock())


def test_a_form_that_is_sent_twice_is_one_notice(road: Road) -> None:
    channel = road.channel()
    first, second = send(road, channel, key="a form"), send(road, channel, key="a form")
    assert (first.post_id, second.again) == (second.post_id, True)
    road.deliver()
    send(road, channel, key="a form")
    assert road.deliver() == 0
    assert shown(road, channel) == [TEXT]


def test_a_notice_that_could_not_be_sent_in_time_fails_and_is_never_placed(road: Road) -> None:
    channel = road.channel()
    road.meets(channel, Fault.DOWN)
    publication_id = sent_in(road, channel)
    road.clock.wind(LONGEST_WAIT - MOMENT)
    assert delivering.lapse_due(road.db, now=road.clock()) == 0
    road.clock.wind(MOMENT)
    assert delivering.lapse_due(road.db, now=road.clock()) == 1
    row = road.publication(publication_id)
    assert (row.state, row.problem_code) == (State.FAILED, Unsent.TOO_LATE.value)
    assert road.slot(publication_id) is None
    road.clock.moment = wall("2026-03-04 14:00")
    assert planning.plan_due(road.db, [road.municipality], now=road.clock()) == 0
    assert (road.mint(), road.deliver()) == (0, 0)


def test_over_pressed_twice_corrects_once(road: Road) -> None:
    channel = road.channel()
    publication_id = out_in(road, channel)
    over(road, publication_id)
    assert over(road, publication_id).again
    assert road.deliver() == 1
    assert over(road, publication_id).again
    assert road.deliver() == 0
    assert shown(road, channel) == [LAST_WORDS]


def test_what_is_being_sent_when_it_is_over_is_corrected_as_soon_as_it_is_out(road: Road) -> None:
    channel = road.channel()
    publication_id = sent_in(road, channel)
    road.meets(channel, Fault.TIME_OUT_AFTER_ACCEPTING, times=1)
    road.deliver()
    assert road.delivery(publication_id).state is Sending.UNCONFIRMED
    assert list(over(road, publication_id).ended.values()) == [Ended.LATER]
    assert shown(road, channel) == [TEXT]
    looking_up.look_up_due(road.db, gate=road.gate)
    assert road.publication(publication_id).state is State.PUBLISHED
    assert road.deliver() == 1
    assert shown(road, channel) == [LAST_WORDS]


def test_the_longest_fields_have_room(road: Road) -> None:
    channel = road.channel("manual", network="Facebook")
    publication_id = sent_in(road, channel, what="Vann " * 60, place="Gata " * 40, until="kvelden " * 15)
    assert road.content(publication_id).text.startswith("Vann Vann")


def test_two_presses_at_the_same_moment_are_one_notice_and_one_end(road: Road) -> None:
    channel, together = road.channel(), Barrier(2)

    def press(deed: Callable[[], Any]) -> Any:
        together.wait(timeout=30)
        return deed()

    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(press, [lambda: send(road, channel, key="a form")] * 2))
        assert len({each.post_id for each in sent}) == 1
        assert sorted(each.again for each in sent) == [False, True]
        assert road.deliver() == 1
        (publication,) = of_post(road, sent[0].post_id)
        ended = list(pool.map(press, [lambda: over(road, publication.pk)] * 2))
    assert sorted(each.again for each in ended) == [False, True]
    assert road.deliver() == 1
    assert shown(road, channel) == [LAST_WORDS]
