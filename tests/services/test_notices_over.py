"""When a service notice is over, that is said first wherever it stands, once; and what is not out does not go out any more."""

from __future__ import annotations

import pytest

from connectors.practice_shapes import Fault
from scheduler.domain.delivery import Kind
from scheduler.domain.delivery import State as Sending
from scheduler.domain.notices import Unsent
from scheduler.domain.publication import State
from scheduler.errors import Refused
from scheduler.services import handing_over, looking_up, minting, notices, review
from scheduler.services.notices import NoticeRefusal, Sent
from scheduler.services.notices_over import Ended
from scheduler.store import posts, publications, rows
from scheduler.store.database import Database
from scheduler.store.tables import ServiceNotice
from tests.engine import Road
from tests.services.desk import refusal_of
from tests.services.noticing import (
    HOUR,
    LAST_WORDS,
    TEXT,
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


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    """What is tried here is decided alike on both databases."""
    return sqlite_db


def test_when_it_is_over_every_channel_says_so_first_and_keeps_what_it_said(road: Road) -> None:
    one, two = road.channel(), road.channel()
    post_id = send(road, one, two).post_id
    road.deliver()
    with road.db.begin(road.municipality) as session:
        told = notices.done(session, road.chief, post_id, now=road.clock())
    assert set(told.ended.values()) == {Ended.CORRECTED}
    assert road.deliver() == 2
    assert shown(road, one) == shown(road, two) == [LAST_WORDS]
    assert {each.revision for each in of_post(road, post_id)} == {2}
    with road.db.read(road.municipality) as session:
        (notice,) = rows.every(session, ServiceNotice)
        assert (notice.done_at, notice.done_by_id) == (road.clock(), road.chief.person_id)
        assert all(review.holds(session, each) for each in publications.of_post(session, post_id))


def test_the_one_who_says_that_it_is_over_may_say_how_it_is_now(road: Road) -> None:
    channel = road.channel()
    over(road, out_in(road, channel), words="vannet er tilbake")
    road.deliver()
    assert shown(road, channel)[0].startswith("Over kl. 14.00: Vannet er tilbake.\n\n")


def test_what_has_not_gone_out_when_it_is_over_does_not_go_out(road: Road) -> None:
    channel = road.channel()
    publication_id = sent_in(road, channel)
    assert list(over(road, publication_id).ended.values()) == [Ended.DROPPED]
    assert road.deliver() == 0
    assert (road.publication(publication_id).state, road.slot(publication_id)) == (State.CANCELLED, None)
    assert road.delivery(publication_id).state is Sending.CANCELLED


def test_what_turns_out_not_to_be_out_when_it_is_over_is_dropped(road: Road) -> None:
    publication_id = sent_in(road, road.channel("manual", network="Facebook"))
    assert list(over(road, publication_id).ended.values()) == [Ended.ASKED]
    do(road, handing_over.not_posted, publication_id)
    assert road.publication(publication_id).state is State.CANCELLED


def test_what_certainly_did_not_go_out_the_first_time_does_not_when_it_is_over(road: Road) -> None:
    channel = road.channel()
    publication_id = sent_in(road, channel)
    road.meets(channel, Fault.TIME_OUT_BEFORE_ACCEPTING, times=1)
    road.deliver()
    assert list(over(road, publication_id).ended.values()) == [Ended.LATER]
    road.clock.wind(HOUR)
    looking_up.look_up_due(road.db, gate=road.gate)
    assert road.delivery(publication_id).state is Sending.READY
    road.deliver()
    assert (shown(road, channel), road.publication(publication_id).state) == ([], State.CANCELLED)


def test_where_a_person_posts_a_person_is_asked_to_post_and_to_correct(road: Road) -> None:
    publication_id = sent_in(road, road.channel("manual", network="Facebook"))
    assert (road.delivery(publication_id).state, road.content(publication_id).text) == (Sending.ASKED, TEXT)
    do(road, handing_over.posted, publication_id, url="")
    assert list(over(road, publication_id).ended.values()) == [Ended.BY_HAND]
    newest = road.delivery(publication_id)
    assert (newest.kind, newest.state, road.content(publication_id).text) == (Kind.UPDATE, Sending.ASKED, LAST_WORDS)


def test_a_person_who_did_not_post_it_is_told_that_it_is_not_out(road: Road) -> None:
    publication_id = sent_in(road, road.channel("manual", network="Facebook"))
    do(road, handing_over.not_posted, publication_id)
    row = road.publication(publication_id)
    assert (row.state, row.problem_code) == (State.FAILED, Unsent.NOT_POSTED.value)


def test_an_earlier_correction_never_comes_last(road: Road) -> None:
    channel = road.channel()
    publication_id = out_in(road, channel)
    with road.db.begin(road.municipality) as session:
        row = publications.get(session, publication_id)
        posts.write_texts(session, row.post_id, {"nb": "Vannet er borte på Nes."})
    do(road, minting.correct, publication_id)
    over(road, publication_id)
    assert road.deliver() == 1
    assert shown(road, channel)[0].endswith("Meldingen var: Vannet er borte på Nes.")


def test_a_hold_keeps_the_correction_back_until_it_is_released(road: Road) -> None:
    channel = road.channel()
    publication_id = out_in(road, channel)
    hold(road, channel)
    assert list(over(road, publication_id).ended.values()) == [Ended.KEPT_BACK]
    assert road.deliver() == 0
    release(road, channel)
    assert road.deliver() == 1
    assert shown(road, channel) == [LAST_WORDS]


def test_where_nothing_can_be_corrected_one_press_tells_it_anew_once(road: Road) -> None:
    channel = road.channel()
    publication_id = out_in(road, channel)
    road.set_channel(channel, can=0)
    assert list(over(road, publication_id).ended.values()) == [Ended.CANNOT]
    told = do(road, notices.tell_anew, publication_id)
    assert do(road, notices.tell_anew, publication_id) == Sent(post_id=told.post_id, channels=told.channels, again=True)
    assert road.deliver() == 1
    assert shown(road, channel) == [LAST_WORDS, TEXT]
    assert over(road, of_post(road, told.post_id)[0].pk).again


def test_nothing_is_told_anew_while_it_lasts(road: Road) -> None:
    publication_id = out_in(road, road.channel())
    assert refusal_of(lambda: do(road, notices.tell_anew, publication_id)).codes == (NoticeRefusal.NOT_OVER,)


def test_a_correction_that_the_platform_refused_can_be_tried_again(road: Road) -> None:
    channel = road.channel()
    publication_id = out_in(road, channel)
    road.meets(channel, Fault.REFUSE, times=1)
    over(road, publication_id)
    road.deliver()
    assert road.publication(publication_id).problem_code == "refused"
    assert shown(road, channel) == [TEXT]
    do(road, notices.send_again, publication_id)
    road.deliver()
    assert (road.publication(publication_id).problem_code, shown(road, channel)) == (None, [LAST_WORDS])


def test_a_notice_that_is_over_is_not_sent_again(road: Road) -> None:
    publication_id = sent_in(road, road.channel())
    over(road, publication_id)
    with pytest.raises(Refused) as refused:
        do(road, notices.send_again, publication_id)
    assert refused.value.codes == (NoticeRefusal.IS_OVER,)
