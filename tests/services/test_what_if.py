"""What would follow: the real planner on the real facts, which writes nothing and asks no more for ten channels than for one."""

from __future__ import annotations

from scheduler.domain.reasons import Cost, Placement, Unplaced
from scheduler.domain.rules import Refusal
from scheduler.services import planning
from scheduler.services.what_if import Would, costs
from tests import build
from tests.questions import questions
from tests.services.desk import Desk, wall
from tests.services.plans import at, written

TODAY, TOMORROW = "2026-03-03", "2026-03-04"


def test_it_says_who_would_move_and_then_that_is_what_happens(each_desk: Desk) -> None:
    desk = each_desk
    channel = desk.channel()
    desk.rules(max_per_day=1)
    standing = desk.placed(channel)
    before = at(desk, standing)
    draft = desk.draft(channel, latest_at=wall(f"{TODAY} 18:00"))
    post_id = desk.row(draft).post_id
    as_it_was = written(desk)
    with desk.db.read(desk.municipality) as session:
        would = planning.what_if(session, post_id, now=desk.now)
    assert written(desk) == as_it_was
    place = would.places[draft]
    assert isinstance(place, Placement)
    (move,) = would.moves
    assert (move.publication_id, move.from_at) == (standing, before)
    desk.schedule(post_id)
    assert (at(desk, draft), at(desk, standing)) == (place.starts_at, move.to_at)


def test_it_says_who_would_miss_their_latest_moment(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules(max_per_day=1)
    bound = desk.placed(channel, latest_at=wall(f"{TODAY} 18:00"))
    before = at(desk, bound)
    draft = desk.draft(channel, latest_at=wall(f"{TODAY} 18:00"), priority=1)
    with desk.db.read(desk.municipality) as session:
        would = planning.what_if(session, desk.row(draft).post_id, now=desk.now)
    assert would.misses == (Would(publication_id=bound, from_at=before, to_at=None),)


def test_what_can_get_no_place_says_why(desk: Desk) -> None:
    draft = desk.draft(desk.channel(), latest_at=wall(f"{TODAY} 11:00"))
    with desk.db.read(desk.municipality) as session:
        (nowhere,) = planning.what_if(session, desk.row(draft).post_id, now=desk.now).places.values()
    assert isinstance(nowhere, Unplaced)
    assert nowhere.foremost is Refusal.AFTER_LATEST


def test_it_asks_as_much_for_six_channels_full_of_posts_as_for_one(desk: Desk) -> None:
    asked = []
    for channels in (1, 6):
        with desk.begin() as session:
            post = build.post(session)
            ids = [build.channel(session).pk for _ in range(channels)]
            for channel in ids:
                build.publication(session, post_id=post.pk, channel_id=channel)
        for channel in ids:
            for _ in range(channels):
                desk.placed(channel)
        with desk.db.read(desk.municipality) as session, questions() as sent:
            assert len(planning.what_if(session, post.pk, now=desk.now).places) == channels
        asked.append(len(sent))
    assert asked[0] == asked[1] <= 14


def test_a_time_costs_what_it_does_to_the_others(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules(max_per_day=1)
    mine, other = desk.placed(channel), desk.placed(channel)
    stood = at(desk, other)
    with desk.db.read(desk.municipality) as session:
        times = dict.fromkeys([wall("2026-03-07 15:00"), stood, wall(f"{TODAY} 20:00")], frozenset[Refusal]())
        found = costs(session, mine, times, now=desk.now)
    free, taken, outside = found.values()
    assert free == Cost((), 0, (), 0)
    assert isinstance(taken, Cost)
    assert taken.moved == (other,)
    assert outside == frozenset({Refusal.OUTSIDE_WINDOW})
