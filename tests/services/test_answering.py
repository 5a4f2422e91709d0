"""Answering: who may, what is refused and why, two at once, a comment that came meanwhile, and taking an answer back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest

from connectors.contract import Can
from connectors.practice_shapes import Fault
from scheduler.domain.access import Actor, Denied, Role
from scheduler.domain.delivery import Action, Kind, State
from scheduler.domain.enquiries import State as Standing
from scheduler.domain.replies import REGRET, ReplyRefusal
from scheduler.domain.replies import State as Of
from scheduler.errors import Refused
from scheduler.services import answering, enquiring, holding
from scheduler.store import deliveries, enquiries, rows
from scheduler.store.tables import Delivery
from tests import build
from tests.engine import Road
from tests.services.talking import ANSWER, Talk
from tests.town import actor

ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ONLY_POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
HOUR = timedelta(hours=1)


def test_an_answer_goes_out_by_the_engine_and_is_sent_when_the_platform_says_so(talk: Talk) -> None:
    asked = talk.asks()
    written = talk.answers(talk.enquiry_of(asked), sign=True)
    first = talk.desk.name.split()[0]
    assert (written.state, written.text, written.person_id) == (
        Of.APPROVED,
        f"{ANSWER}\n\n{first}",
        talk.desk.person_id,
    )
    sending = talk.delivery(written)
    assert (sending.kind, sending.state, sending.lane) == (Kind.REPLY, State.READY, f"channel:{talk.channel}:talk")
    assert talk.enquiry_of(asked).state is Standing.OPEN
    assert talk.road.deliver() == 1
    assert talk.reply_now(written).state is Of.SENT
    (said,) = talk.said_there()
    assert (said.text, said.parent_id) == (written.text, asked.remote_id)
    assert talk.enquiry_of(asked).state is Standing.SETTLED


@ONLY_SQLITE
def test_it_stands_under_the_newest_comment_that_waits_and_answers_all_that_was_seen(talk: Talk) -> None:
    first = talk.asks()
    talk.road.clock.wind(HOUR)
    second = talk.asks("Og hvor går den?")
    assert first.enquiry_id == second.enquiry_id
    written = talk.answers(talk.enquiry_of(second))
    assert (written.comment_id, written.seen_id) == (second.pk, second.pk)
    talk.road.deliver()
    assert [talk.comment_now(each).answered_at for each in (first, second)] == [talk.road.clock()] * 2


@ONLY_SQLITE
def test_without_a_signature_the_text_stands_alone_and_its_edges_are_trimmed(talk: Talk) -> None:
    written = talk.answers(talk.enquiry_of(talk.asks()), f"  {ANSWER}\n\n")
    assert written.text == ANSWER


def test_a_comment_that_came_while_one_wrote_is_seen_before_anything_is_sent(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    talk.asks("Glem det, jeg fant det ut.")
    newer = {ReplyRefusal.NEWER_COMMENT.value}
    assert talk.refusal(lambda: talk.answers(enquiry, revision=enquiry.revision)) == newer
    assert talk.road.deliver() == 0
    assert talk.answers(enquiry).state is Of.APPROVED


@ONLY_SQLITE
def test_an_edit_and_a_deletion_are_seen_first_too(talk: Talk) -> None:
    first, second = talk.asks(), talk.asks("Og hvor går den?")
    seen = talk.enquiry_of(first)
    talk.road.network.talk.rewrite(
        talk.road.account(talk.channel), first.remote_id, text="Når stenger gangveien?", at=talk.road.clock()
    )
    talk.collect()
    assert talk.refusal(lambda: talk.answers(seen, revision=seen.revision)) == {"newer_comment"}
    seen = talk.enquiry_now(seen)
    talk.takes_away(second)
    talk.road.clock.wind(timedelta(minutes=1))
    talk.collect()
    assert talk.refusal(lambda: talk.answers(seen, revision=seen.revision)) == {"newer_comment"}


def test_one_answer_is_under_way_at_a_time(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    talk.answers(enquiry)
    assert talk.refusal(lambda: talk.answers(enquiry)) == {ReplyRefusal.UNDER_WAY.value}


def test_of_two_who_answer_at_the_same_moment_one_is_refused(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    somebody_else = actor(talk.road.db, talk.road.municipality, Role.MODERATOR)
    together = Barrier(2)

    def answer(by: Actor) -> str:
        together.wait(timeout=30)
        try:
            talk.answers(enquiry, by=by, revision=enquiry.revision)
        except Refused as refused:
            return ",".join(code.value for code in refused.codes)
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(answer, [talk.desk, somebody_else])) == ["reply_under_way", "taken"]
    assert talk.road.deliver() == 1
    assert len(talk.said_there()) == 1


@ONLY_POSTGRES
def test_an_answer_waits_for_a_collection_that_has_begun_and_sees_what_it_brought(
    talk: Talk,
) -> None:
    """The second transaction has begun before the first one ends: the enquiry's own row has the last word."""
    asked = talk.asks()
    enquiry = talk.enquiry_of(asked)
    with ThreadPoolExecutor(1) as pool:
        with talk.road.db.begin(talk.road.municipality) as session:
            held = enquiries.lock(session, enquiry.pk)
            enquiring.touch(session, held, at=talk.road.clock())
            slower = pool.submit(talk.refusal, lambda: talk.answers(enquiry, revision=enquiry.revision))
        assert slower.result(timeout=30) == {"newer_comment"}


@ONLY_SQLITE
def test_an_answer_without_words_is_none(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    for nothing in ("", " \n\t ", "\0"):
        assert talk.refusal(partial(talk.answers, enquiry, nothing, sign=True)) == {"reply_empty"}


@ONLY_SQLITE
def test_an_answer_may_be_exactly_as_long_as_the_channel_allows_the_name_included(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    room = _room(talk, enquiry.pk)
    name = talk.desk.name.split()[0]
    fits = room.limit - len(f"\n\n{name}")
    assert talk.refusal(lambda: talk.answers(enquiry, "å" * (fits + 1), sign=True)) == {"reply_too_long"}
    assert len(talk.answers(enquiry, "å" * fits, sign=True).text) == room.limit


@ONLY_SQLITE
def test_everything_that_stands_in_the_way_is_told_at_once(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    talk.road.set_channel(talk.channel, can=Can.READ.value)
    assert talk.refusal(lambda: talk.answers(enquiry, "x" * 501, revision=0)) == {
        "reply_too_long",
        "cannot_reply",
        "newer_comment",
    }


@ONLY_SQLITE
def test_what_is_settled_is_reopened_before_it_is_answered_again(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    talk.answers(enquiry)
    talk.road.deliver()
    assert talk.refusal(lambda: talk.answers(enquiry)) == {ReplyRefusal.SETTLED.value}


@ONLY_SQLITE
def test_what_was_taken_away_leaves_nothing_to_answer(talk: Talk) -> None:
    asked = talk.asks()
    enquiry = talk.enquiry_of(asked)
    talk.takes_away(asked)
    talk.road.clock.wind(timedelta(minutes=1))
    talk.collect()
    assert talk.refusal(lambda: talk.answers(enquiry)) == {ReplyRefusal.GONE.value}


@ONLY_SQLITE
def test_whoever_answers_elsewhere_or_only_reads_does_not_answer_here(road: Road) -> None:
    with road.db.begin(road.municipality) as session:
        school, library = build.unit(session).pk, build.unit(session).pk
    talk = Talk.of(road, unit_id=school)
    enquiry = talk.enquiry_of(talk.asks())
    others = (
        actor(road.db, road.municipality, Role.MODERATOR, unit_id=library),
        actor(road.db, road.municipality, Role.READER),
        actor(road.db, road.municipality, Role.AUTHOR, unit_id=school),
    )
    for somebody in others:
        assert talk.refusal(partial(talk.answers, enquiry, by=somebody)) == {Denied.NOT_ALLOWED.value}
    leader = actor(road.db, road.municipality, Role.LEADER, unit_id=school)
    assert talk.answers(enquiry, by=leader).person_id == leader.person_id


def test_an_answer_that_has_not_gone_out_can_be_stopped_and_written_again(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    written = talk.answers(enquiry)
    talk.do(answering.stop_reply, written.pk)
    assert (talk.reply_now(written).state, talk.delivery(written).state) == (Of.CANCELLED, State.CANCELLED)
    assert talk.road.deliver() == 0
    talk.answers(enquiry, "Den åpner på fredag.")
    assert talk.road.deliver() == 1
    assert [each.text for each in talk.said_there()] == ["Den åpner på fredag."]


@ONLY_SQLITE
def test_an_answer_with_time_for_regret_leaves_when_that_is_over(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    written = talk.answers(enquiry, regret=REGRET)
    talk.road.clock.wind(REGRET - timedelta(seconds=1))
    assert talk.road.deliver() == 0
    talk.road.clock.wind(timedelta(seconds=1))
    assert talk.road.deliver() == 1
    assert talk.reply_now(written).state is Of.SENT


def test_an_answer_that_a_worker_has_taken_up_cannot_be_stopped(talk: Talk) -> None:
    written = talk.answers(talk.enquiry_of(talk.asks()))
    talk.road.claim()
    too_late = {ReplyRefusal.TOO_LATE_TO_STOP.value}
    assert talk.refusal(lambda: talk.do(answering.stop_reply, written.pk)) == too_late
    assert talk.reply_now(written).state is Of.APPROVED


@ONLY_POSTGRES
def test_stopping_and_claiming_at_the_same_moment_have_one_winner(talk: Talk) -> None:
    written = talk.answers(talk.enquiry_of(talk.asks()))
    with ThreadPoolExecutor(1) as pool:
        with talk.road.db.begin(talk.road.municipality) as session:
            row = rows.get(session, Delivery, talk.delivery(written).pk)
            assert deliveries.change(session, row, Action.CLAIM, now=talk.road.clock())
            slower = pool.submit(talk.refusal, lambda: talk.do(answering.stop_reply, written.pk))
        assert slower.result(timeout=30) == {"reply_too_late_to_stop"}
    assert talk.reply_now(written).state is Of.APPROVED


@ONLY_SQLITE
def test_a_hold_on_posts_leaves_nobody_without_an_answer(talk: Talk) -> None:
    with talk.road.db.begin(talk.road.municipality) as session:
        holding.hold(session, talk.road.chief, channel_id=None, reason="Uvær", now=talk.road.clock())
    written = talk.answers(talk.enquiry_of(talk.asks()))
    assert talk.road.deliver() == 1
    assert talk.reply_now(written).state is Of.SENT


@ONLY_SQLITE
def test_a_channel_that_rests_keeps_the_answer_until_it_goes_on(talk: Talk) -> None:
    written = talk.answers(talk.enquiry_of(talk.asks()))
    talk.road.set_channel(talk.channel, paused_code="token_dead")
    assert talk.road.deliver() == 0
    talk.road.set_channel(talk.channel, paused_code=None)
    assert talk.road.deliver() == 1
    assert talk.reply_now(written).state is Of.SENT


@ONLY_SQLITE
def test_answers_of_a_channel_go_one_after_the_other_beside_its_posts(talk: Talk) -> None:
    for by in ("oddny", "nils"):
        talk.answers(talk.enquiry_of(talk.asks(by=by)))
    talk.road.minted(talk.channel)
    assert sorted(each.kind for each in talk.road.claim()) == [Kind.PUBLISH, Kind.REPLY]


@ONLY_SQLITE
def test_what_a_mastodon_server_puts_in_front_of_an_answer_takes_of_its_room(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    before = _room(talk, enquiry.pk)
    talk.road.set_channel(talk.channel, platform="mastodon")
    after = _room(talk, enquiry.pk)
    assert (before.limit - after.limit, after.can_reply, after.by_hand, after.can_hide) == (32, True, False, True)


@ONLY_SQLITE
def test_a_refusal_gives_the_text_back_and_another_try_is_an_answer_of_its_own(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    written = talk.answers(enquiry)
    talk.road.meets(talk.channel, Fault.REFUSE, times=1)
    talk.road.deliver()
    assert (talk.reply_now(written).state, talk.reply_now(written).problem_code) == (Of.FAILED, "refused")
    assert talk.enquiry_now(enquiry).state is Standing.OPEN
    talk.answers(enquiry, "Åpner fredag.")
    talk.road.deliver()
    assert [each.text for each in talk.said_there()] == ["Åpner fredag."]


def _room(talk: Talk, enquiry_id: int) -> answering.Room:
    with talk.road.db.read(talk.road.municipality) as session:
        return answering.reply_room(session, talk.desk, enquiry_id)
