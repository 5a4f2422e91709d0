"""A service notice goes out at once, answered for by whoever sends it; what stops it is told before anything goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col

from connectors.practice_shapes import Fault
from scheduler.domain.access import Denied, Role
from scheduler.domain.notices import LONGEST_WAIT, Unsent
from scheduler.domain.publication import State
from scheduler.services import delivering, notices, review
from scheduler.services.editing import PostRefusal
from scheduler.services.notices import NoticeRefusal
from scheduler.services.review import ReviewRefusal
from scheduler.store import posts, publications, rows
from scheduler.store.database import Database
from scheduler.store.tables import Approval, Channel, Publication, ServiceNotice
from scheduler.store.tables.posts import PostKind
from tests import build
from tests.engine import Road
from tests.services.desk import refusal_of, wall
from tests.services.noticing import (
    FIELDS,
    HOUR,
    LAST_WORDS,
    TEXT,
    count,
    do,
    hold,
    of_post,
    out_in,
    over,
    release,
    send,
    sent_in,
    shown,
)
from tests.town import actor


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    """What is tried here is decided alike on both databases."""
    return sqlite_db


def test_a_notice_takes_no_place_in_the_day_and_no_turn(road: Road) -> None:
    channel = road.channel()
    out_in(road, channel)
    now, next_hour = road.clock(), road.clock() + HOUR
    placed = [
        road.scheduled(channel, language="nb", starts_at=now),
        road.scheduled(channel, language="nn", starts_at=next_hour),
    ]
    assert road.mint() == 1
    road.clock.wind(HOUR)
    assert road.mint() == 1
    assert [road.publication(each).state for each in placed] == [State.GOING_OUT] * 2


def test_whoever_sends_it_answers_for_it_though_the_channel_asks_for_approval(road: Road) -> None:
    channel = road.channel()
    road.set_channel(channel, needs_approval=True)
    jonas = actor(road.db, road.municipality, Role.SERVICE_DESK)
    publication_id = sent_in(road, channel, by=jonas)
    assert road.publication(publication_id).state is State.GOING_OUT
    with road.db.read(road.municipality) as session:
        (approval,) = rows.every(session, Approval, col(Approval.publication_id) == publication_id)
        assert approval.person_id == jonas.person_id
        assert review.holds(session, publications.get(session, publication_id))
        post = posts.post(session, publications.get(session, publication_id).post_id)
        assert (post.kind, post.author_id, post.title) == (
            PostKind.SERVICE_NOTICE,
            jonas.person_id,
            "Vannet er borte i Strandgata",
        )


def test_without_a_choice_it_goes_to_all_channels_that_the_person_may_send_in(road: Road) -> None:
    with road.db.begin(road.municipality) as session:
        unit_id = build.unit(session).pk
    ours, closed, schools = road.channel(), road.channel(), road.channel()
    road.set_channel(schools, unit_id=unit_id)
    road.set_channel(closed, active=False)
    assert len(of_post(road, send(road).post_id)) == 2
    leader = actor(road.db, road.municipality, Role.LEADER, unit_id=unit_id)
    assert [each.channel_id for each in of_post(road, send(road, by=leader).post_id)] == [schools]
    assert refusal_of(lambda: send(road, ours, by=leader)).codes == (Denied.NOT_ALLOWED,)
    assert refusal_of(lambda: send(road, closed)).codes == (PostRefusal.CHANNEL_NOT_ACTIVE,)


@pytest.mark.parametrize("role", [Role.READER, Role.MODERATOR, Role.ADMINISTRATOR, Role.ARCHIVIST])
def test_others_may_neither_send_nor_end_one(road: Road, role: Role) -> None:
    somebody = actor(road.db, road.municipality, role)
    publication_id = sent_in(road, road.channel())
    refused = [
        refusal_of(lambda: send(road, road.channel(), by=somebody)),
        refusal_of(lambda: over(road, publication_id, by=somebody)),
        refusal_of(lambda: do(road, notices.send_again, publication_id, by=somebody)),
    ]
    assert [each.codes for each in refused] == [(Denied.NOT_ALLOWED,)] * 3


def test_everything_that_is_wrong_is_told_at_once(road: Road) -> None:
    channel = road.channel()
    refused = refusal_of(
        lambda: send(
            road, channel, what=" \u200b!", place="x" * 201, until="x" * 121, language="en", link="javascript:x"
        )
    )
    assert set(refused.codes) == {
        NoticeRefusal.WHAT_MISSING,
        NoticeRefusal.PLACE_TOO_LONG,
        NoticeRefusal.UNTIL_TOO_LONG,
        NoticeRefusal.LANGUAGE_UNKNOWN,
        PostRefusal.LINK_MALFORMED,
    }
    assert refusal_of(lambda: send(road, channel, what="x" * 301)).codes == (NoticeRefusal.WHAT_TOO_LONG,)


def test_a_text_that_a_channel_has_no_room_for_is_refused_with_the_figures_and_nothing_goes(road: Road) -> None:
    roomy, narrow = road.channel("manual", network="Facebook"), road.channel()
    address = "https://fjordvik.example/" + "x" * 470
    refused = refusal_of(lambda: send(road, roomy, narrow, link=address))
    length = len(TEXT) + 2 + len(address)
    assert refused.codes == (NoticeRefusal.TOO_LONG,)
    assert refused.params["too_long"] == [f"{road.shown(narrow).name} ({length}/500)"]
    assert count(road, Publication) == 0


def test_a_hold_is_told_with_who_and_why_before_anything_is_sent(road: Road) -> None:
    held, free = road.channel(), road.channel()
    hold(road, held)
    refused = refusal_of(lambda: send(road, free, held))
    assert refused.codes == (NoticeRefusal.HELD,)
    assert dict(refused.params) == {"channel": road.shown(held).name, "person": road.chief.name, "reason": "Øvelse"}
    assert count(road, Publication) == 0
    hold(road, None)
    assert refusal_of(lambda: send(road, free)).codes == (NoticeRefusal.ALL_HELD,)
    release(road, None)
    assert send(road, free).left_out == ()


def test_a_paused_channel_is_left_out_and_named(road: Road) -> None:
    paused, free = road.channel(), road.channel()
    road.set_channel(paused, paused_code="token_dead")
    sent = send(road, paused, free)
    assert (sent.channels, sent.left_out) == ((road.shown(free).name,), (road.shown(paused).name,))
    assert refusal_of(lambda: send(road, paused)).codes == (NoticeRefusal.CHANNELS_PAUSED,)


def test_a_form_that_says_something_else_the_second_time_is_not_lost_behind_the_first(road: Road) -> None:
    channel, another = road.channel(), road.channel()
    send(road, channel, key="a form")
    for changed in ({"until": "kl. 18"}, {"language": "nn"}, {"link": "https://fjordvik.example/"}):
        refused = refusal_of(lambda changed=changed: send(road, channel, key="a form", **changed))  # type: ignore[misc]  # bound at once
        assert refused.codes == (NoticeRefusal.SAYS_SOMETHING_ELSE,)
    assert refusal_of(lambda: send(road, another, key="a form")).codes == (NoticeRefusal.SAYS_SOMETHING_ELSE,)
    assert count(road, ServiceNotice) == 1


def test_a_notice_that_could_not_be_sent_for_two_hours_is_no_news_any_more(road: Road) -> None:
    sent_at = road.clock()
    delivery = road.delivery(sent_in(road, road.channel()))
    assert delivery.not_after is not None
    assert timedelta(hours=2) <= delivery.not_after - sent_at < timedelta(hours=2, seconds=1)


def test_a_hold_that_comes_after_it_was_sent_keeps_it_back_and_says_so_when_it_lapses(road: Road) -> None:
    channel = road.channel()
    publication_id = sent_in(road, channel)
    hold(road, channel)
    assert road.deliver() == 0
    road.clock.wind(LONGEST_WAIT)
    assert delivering.lapse_due(road.db, now=road.clock()) == 1
    assert road.publication(publication_id).problem_code == Unsent.HELD_BACK.value
    assert refusal_of(lambda: do(road, notices.send_again, publication_id)).codes == (NoticeRefusal.HELD,)


def test_what_failed_is_sent_again_now_and_not_by_the_planner(road: Road) -> None:
    channel = road.channel()
    road.meets(channel, Fault.REFUSE)
    publication_id = sent_in(road, channel)
    road.deliver()
    assert road.publication(publication_id).state is State.FAILED
    assert refusal_of(lambda: do(road, review.retry, publication_id)).codes == (ReviewRefusal.IS_A_NOTICE,)
    road.meets(channel, Fault.NONE)
    road.clock.moment = wall("2026-03-03 22:00")
    do(road, notices.send_again, publication_id, by=actor(road.db, road.municipality, Role.SERVICE_DESK))
    assert road.deliver() == 1
    assert road.publication(publication_id).state is State.PUBLISHED
    assert shown(road, channel) == [TEXT]


def test_a_notice_that_was_changed_after_it_failed_is_a_draft_that_can_only_be_sent_now(road: Road) -> None:
    channel = road.channel()
    road.meets(channel, Fault.REFUSE)
    publication_id = sent_in(road, channel)
    road.deliver()
    road.meets(channel, Fault.NONE)
    with road.db.begin(road.municipality) as session:
        post_id = rows.get(session, Publication, publication_id).post_id
        posts.write_texts(session, post_id, {"nb": "Vannet er borte på Nes."})
        review.edit_reopens(session, road.chief, publication_id, now=road.clock())
    for service in (review.submit, review.release):
        assert refusal_of(lambda service=service: do(road, service, publication_id)).codes == (  # type: ignore[misc]  # bound at once
            ReviewRefusal.IS_A_NOTICE,
        )
    assert refusal_of(lambda: do(road, review.schedule, post_id)).codes == (ReviewRefusal.IS_A_NOTICE,)
    do(road, notices.send_again, publication_id)
    road.deliver()
    assert shown(road, channel) == ["Vannet er borte på Nes."]


def test_an_ordinary_post_is_no_notice(road: Road) -> None:
    publication_id = road.published(road.channel())
    for service in (over, lambda road, each: do(road, notices.send_again, each)):
        assert refusal_of(lambda service=service: service(road, publication_id)).codes == (  # type: ignore[misc]  # bound at once
            NoticeRefusal.NOT_A_NOTICE,
        )


def test_the_command_line_sends_and_ends_without_a_person(road: Road) -> None:
    channel = road.channel()
    with road.db.begin(road.municipality) as session:
        sent = notices.send(session, None, **FIELDS, channel_ids=None, now=road.clock())
    road.deliver()
    with road.db.begin(road.municipality) as session:
        notices.done(session, None, sent.post_id, now=road.clock())
        assert rows.get(session, Channel, channel).active
    road.deliver()
    assert shown(road, channel) == [LAST_WORDS]
