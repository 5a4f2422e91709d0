"""What the end of an answer or of a hiding does: by the platform's word, by a person's, or by nobody's. The lost answer is looked up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.contract import Receipt
from connectors.practice_shapes import Fault
from scheduler.domain.access import Role
from scheduler.domain.delivery import ASK_AFTER, DEATHS_BEFORE_ASKING, GIVE_UP_AFTER, LEASE, Action, Kind, State
from scheduler.domain.enquiries import Settlement, Visibility
from scheduler.domain.enquiries import State as Standing
from scheduler.domain.replies import State as Of
from scheduler.services import answering, handing_over, looking_up, settling, triage
from scheduler.services.handing_over import HandRefusal
from scheduler.store import deliveries, rows
from scheduler.store.tables import Comment, Delivery, Reply
from tests import build
from tests.engine import Road
from tests.services.talking import ANSWER, Talk
from tests.town import actor

ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ADDRESS = "https://www.facebook.example/fjordvik/posts/1"


def sweep(talk: Talk) -> int:
    return looking_up.sweep(talk.road.db, now=talk.road.clock())


def lost(talk: Talk, fault: Fault) -> Reply:
    """An answer whose own answer never came."""
    written = talk.answers(talk.enquiry_of(talk.asks()))
    talk.road.meets(talk.channel, fault, times=1, seconds=0)
    assert talk.road.deliver() == 1
    assert talk.delivery(written).state is State.UNCONFIRMED
    return written


# --- an answer ---


def test_a_sent_answer_is_a_comment_of_ours_and_settles_its_enquiry_at_the_platforms_time(talk: Talk) -> None:
    asked = talk.asks()
    talk.road.clock.wind(HOUR)
    written = talk.answers(talk.enquiry_of(asked))
    talk.road.deliver()
    (said,) = talk.said_there()
    sent = talk.reply_now(written)
    assert (sent.remote_id, sent.sent_at) == (said.remote_id, said.written_at)
    (own,) = talk.own_comments()
    assert (own.remote_id, own.parent_remote_id, own.text) == (said.remote_id, asked.remote_id, ANSWER)
    settled = talk.enquiry_of(asked)
    assert (settled.state, settled.settlement, settled.settled_at) == (
        Standing.SETTLED,
        Settlement.ANSWERED,
        said.written_at,
    )
    assert ("settle", talk.desk.person_id) in talk.history("enquiry", settled.pk)


@ONLY_SQLITE
def test_our_own_answer_is_not_collected_as_a_second_thing(talk: Talk) -> None:
    asked = talk.asks()
    talk.answers(talk.enquiry_of(asked))
    talk.road.deliver()
    for _ in range(2):
        talk.road.clock.wind(MINUTE)
        talk.collect()
    assert len(talk.own_comments()) == 1
    assert talk.enquiry_of(asked).settled_at == talk.comment_now(asked).answered_at


def test_an_answer_that_was_collected_before_it_was_settled_is_one_comment(talk: Talk) -> None:
    asked = talk.asks()
    written = lost(talk, Fault.TIME_OUT_AFTER_ACCEPTING)
    talk.road.clock.wind(MINUTE)
    talk.collect()
    assert len(talk.own_comments()) == 1
    assert talk.enquiry_of(asked).state is Standing.OPEN  # we do not know yet, and say so
    talk.look()
    assert talk.reply_now(written).state is Of.SENT
    assert len(talk.own_comments()) == 1
    assert talk.enquiry_of(asked).state is Standing.SETTLED


@ONLY_SQLITE
def test_what_came_after_the_answer_was_written_goes_on_waiting(talk: Talk) -> None:
    asked = talk.asks()
    written = talk.answers(talk.enquiry_of(asked))
    talk.road.clock.wind(MINUTE)
    later = talk.asks("Og hvor går den?")
    talk.road.deliver()
    assert talk.reply_now(written).state is Of.SENT
    assert talk.comment_now(asked).answered_at is not None
    assert talk.comment_now(later).answered_at is None
    enquiry = talk.enquiry_of(asked)
    assert (enquiry.state, enquiry.started_at) == (Standing.OPEN, later.written_at)


@ONLY_SQLITE
def test_an_answer_after_the_time_stays_late(talk: Talk) -> None:
    asked = talk.asks()
    talk.answers(talk.enquiry_of(asked))
    talk.road.clock.wind(timedelta(hours=24) + timedelta(microseconds=1))
    talk.road.deliver()
    assert talk.enquiry_of(asked).breached


@ONLY_SQLITE
def test_a_platform_whose_clock_is_ahead_does_not_answer_in_the_future(talk: Talk) -> None:
    asked = talk.asks()
    written = talk.answers(talk.enquiry_of(asked))
    (claimed,) = talk.road.claim()
    receipt = Receipt(remote_id="c9", url=None, at=talk.road.clock() + HOUR)
    with talk.road.db.begin(talk.road.municipality) as session:
        assert settling.sent(session, claimed, receipt, action=Action.CONFIRM, now=talk.road.clock())
    assert talk.reply_now(written).sent_at == talk.road.clock()
    assert talk.comment_now(asked).answered_at == talk.road.clock()


def test_a_refused_answer_leaves_the_citizen_waiting_and_says_why(talk: Talk) -> None:
    asked = talk.asks()
    written = talk.answers(talk.enquiry_of(asked))
    talk.road.meets(talk.channel, Fault.REFUSE, times=1)
    talk.road.deliver()
    assert (talk.reply_now(written).state, talk.reply_now(written).problem_code) == (Of.FAILED, "refused")
    assert talk.delivery(written).state is State.FAILED
    assert (talk.enquiry_of(asked).state, talk.own_comments()) == (Standing.OPEN, [])


@ONLY_SQLITE
def test_an_answer_to_what_was_taken_away_meanwhile_fails(talk: Talk) -> None:
    asked = talk.asks()
    written = talk.answers(talk.enquiry_of(asked))
    talk.takes_away(asked)
    talk.road.deliver()
    assert (talk.reply_now(written).state, talk.reply_now(written).problem_code) == (Of.FAILED, "gone")


# --- an answer whose end is not known ---


def test_a_lost_answer_that_stands_there_is_found_and_nothing_is_said_twice(talk: Talk) -> None:
    written = lost(talk, Fault.TIME_OUT_AFTER_ACCEPTING)
    assert talk.reply_now(written).state is Of.APPROVED
    assert talk.look() == 1
    assert (talk.reply_now(written).state, talk.delivery(written).state) == (Of.SENT, State.SENT)
    assert talk.road.deliver() == 0
    assert len(talk.said_there()) == 1


def test_a_lost_answer_that_surely_never_landed_is_sent_again_with_the_same_key(talk: Talk) -> None:
    written = lost(talk, Fault.TIME_OUT_BEFORE_ACCEPTING)
    assert talk.look() == 1
    assert talk.delivery(written).state is State.READY
    assert talk.road.deliver() == 1
    assert talk.reply_now(written).state is Of.SENT
    assert len(talk.said_there()) == 1
    assert len({call.key for call in talk.road.calls(talk.channel, "reply")}) == 1


def test_a_worker_that_died_while_it_answered_is_looked_after(talk: Talk) -> None:
    written = talk.answers(talk.enquiry_of(talk.asks()))
    (claimed,) = talk.road.claim()
    assert claimed.reply_id == written.pk
    talk.road.clock.wind(LEASE)
    assert (sweep(talk), talk.look(), talk.road.deliver()) == (1, 1, 1)
    assert talk.reply_now(written).state is Of.SENT
    assert len(talk.said_there()) == 1


def asked_about(talk: Talk, fault: Fault = Fault.TIME_OUT_AFTER_ACCEPTING) -> Reply:
    """An answer that the platform could not be asked about for half an hour."""
    written = lost(talk, fault)
    talk.road.meets(talk.channel, Fault.DOWN)
    talk.road.clock.wind(ASK_AFTER)
    assert talk.look() == 1
    assert talk.delivery(written).state is State.ASKED
    talk.road.meets(talk.channel, Fault.NONE)
    return written


def test_a_person_who_saw_it_there_settles_it(talk: Talk) -> None:
    written = asked_about(talk)
    talk.do(answering.answered_by_hand, written.pk, url="")
    assert talk.reply_now(written).state is Of.SENT
    assert talk.road.deliver() == 0


@ONLY_SQLITE
def test_what_a_collection_has_brought_is_the_answer_that_the_person_saw(talk: Talk) -> None:
    written = asked_about(talk)
    talk.collect()
    (said,) = talk.said_there()
    talk.do(answering.answered_by_hand, written.pk, url="")
    sent = talk.reply_now(written)
    assert (sent.remote_id, sent.sent_at) == (said.remote_id, said.written_at)
    assert len(talk.own_comments()) == 1


def test_a_person_who_did_not_see_it_gets_the_text_back_and_nothing_is_sent_by_itself(talk: Talk) -> None:
    written = asked_about(talk, Fault.TIME_OUT_BEFORE_ACCEPTING)
    talk.do(answering.not_answered_by_hand, written.pk)
    assert (talk.reply_now(written).state, talk.delivery(written).state) == (Of.CANCELLED, State.CANCELLED)
    assert talk.road.deliver() == 0
    assert talk.said_there() == []


@ONLY_SQLITE
def test_what_nobody_answered_for_two_weeks_counts_as_not_sent(talk: Talk) -> None:
    written = asked_about(talk)
    talk.road.clock.wind(GIVE_UP_AFTER)
    assert handing_over.give_up_due(talk.road.db, now=talk.road.clock()) == 1
    assert (talk.reply_now(written).state, talk.reply_now(written).problem_code) == (Of.FAILED, "nobody_answered")


# --- by hand ---


@pytest.fixture
def by_hand(road: Road) -> tuple[Talk, Comment]:
    """Somebody asked in a channel that a person serves."""
    channel = road.channel("manual", network="Facebook")
    desk = actor(road.db, road.municipality, Role.SERVICE_DESK)
    with road.db.begin(road.municipality) as session:
        comment = build.comment(session, build.thread(session, channel_id=channel), written_at=road.clock())
        build.enquiry(session, comment)
    return Talk(road=road, channel=channel, post="", desk=desk), comment


def test_by_hand_the_text_lies_ready_at_once_and_the_person_says_when_it_is_out(by_hand: tuple[Talk, Comment]) -> None:
    talk, asked = by_hand
    written = talk.answers(talk.enquiry_of(asked))
    assert (talk.delivery(written).state, talk.road.claim()) == (State.ASKED, [])
    talk.road.clock.wind(HOUR)
    talk.do(answering.answered_by_hand, written.pk, url=f" {ADDRESS} ")
    sent = talk.reply_now(written)
    assert (sent.state, sent.url, sent.sent_at) == (Of.SENT, ADDRESS, talk.road.clock())
    assert talk.enquiry_of(asked).settlement is Settlement.ANSWERED
    (own,) = talk.own_comments()
    assert (own.text, own.url) == (ANSWER, ADDRESS)


@ONLY_SQLITE
def test_by_hand_not_answered_gives_the_text_back(by_hand: tuple[Talk, Comment]) -> None:
    talk, asked = by_hand
    written = talk.answers(talk.enquiry_of(asked))
    talk.do(answering.not_answered_by_hand, written.pk)
    assert (talk.reply_now(written).state, talk.enquiry_of(asked).state) == (Of.CANCELLED, Standing.OPEN)
    assert talk.answers(talk.enquiry_of(asked)).state is Of.APPROVED


@ONLY_SQLITE
def test_a_person_is_heard_once_and_only_with_an_address_that_is_one(by_hand: tuple[Talk, Comment]) -> None:
    talk, asked = by_hand
    written = talk.answers(talk.enquiry_of(asked))
    wrong = talk.refusal(lambda: talk.do(answering.answered_by_hand, written.pk, url="javascript:alert(1)"))
    assert wrong == {HandRefusal.ADDRESS_INVALID.value}
    talk.do(answering.answered_by_hand, written.pk, url="")
    assert talk.refusal(lambda: talk.do(answering.not_answered_by_hand, written.pk)) == {HandRefusal.NOT_ASKED.value}


@ONLY_SQLITE
def test_two_answers_by_hand_at_one_address_are_two_answers(by_hand: tuple[Talk, Comment]) -> None:
    talk, asked = by_hand
    for text in ("Fredag.", "Klokka 12."):
        if talk.enquiry_of(asked).state is Standing.SETTLED:
            talk.do(triage.reopen, talk.enquiry_of(asked).pk)
        written = talk.answers(talk.enquiry_of(asked), text)
        talk.do(answering.answered_by_hand, written.pk, url=ADDRESS)
    assert [each.text for each in talk.own_comments()] == ["Fredag.", "Klokka 12."]


# --- hiding ---


def hidden(talk: Talk, comment: Comment) -> Comment:
    talk.do(triage.hide, comment.pk, reason="Sjikane")
    assert talk.road.deliver() == 1
    return talk.comment_now(comment)


def test_a_comment_is_hidden_when_the_platform_has_said_so_and_its_enquiry_is_settled(talk: Talk) -> None:
    rude = talk.asks("Ordføreren er en tulling, når går han?")
    talk.do(triage.hide, rude.pk, reason="Sjikane")
    assert talk.comment_now(rude).visibility is Visibility.VISIBLE
    assert talk.road.deliver() == 1
    now = talk.comment_now(rude)
    assert (now.visibility, now.hidden_at) == (Visibility.HIDDEN, talk.road.clock())
    assert talk.on_platform(rude).hidden_at is not None
    assert talk.enquiry_of(rude).settlement is Settlement.HIDDEN


def test_what_is_shown_again_waits_as_it_did_before(talk: Talk) -> None:
    rude = talk.asks("Ordføreren er en tulling, når går han?")
    before = talk.enquiry_of(rude)
    hidden(talk, rude)
    talk.road.clock.wind(HOUR)
    talk.do(triage.unhide, rude.pk)
    assert talk.road.deliver() == 1
    now, after = talk.comment_now(rude), talk.enquiry_of(rude)
    assert (now.visibility, now.hidden_at) == (Visibility.VISIBLE, None)
    assert (after.state, after.due_at) == (Standing.OPEN, before.due_at)
    assert talk.on_platform(rude).hidden_at is None


@ONLY_SQLITE
def test_hiding_what_is_no_longer_there_is_done_and_the_comment_is_deleted(talk: Talk) -> None:
    rude = talk.asks("Ordføreren er en tulling, når går han?")
    before = talk.enquiry_of(rude)
    talk.takes_away(rude)
    now = hidden(talk, rude)
    assert (now.visibility, now.gone_at, now.hidden_at) == (Visibility.DELETED, talk.road.clock(), None)
    assert talk.newest_delivery(rude).state is State.SENT
    after = talk.enquiry_of(rude)
    assert (after.settlement, after.revision) == (Settlement.DELETED, before.revision + 1)


@ONLY_SQLITE
def test_what_is_no_longer_there_cannot_be_shown_again(talk: Talk) -> None:
    rude = talk.asks("Ordføreren er en tulling, når går han?")
    hidden(talk, rude)
    talk.takes_away(rude)
    talk.do(triage.unhide, rude.pk)
    talk.road.deliver()
    assert talk.newest_delivery(rude).state is State.FAILED
    assert talk.comment_now(rude).visibility is Visibility.DELETED


@ONLY_SQLITE
def test_a_hiding_that_the_platform_refuses_leaves_the_comment_as_it_was(talk: Talk) -> None:
    rude = talk.asks("Ordføreren er en tulling, når går han?")
    talk.road.meets(talk.channel, Fault.REFUSE, times=1)
    now = hidden(talk, rude)
    assert (now.visibility, talk.enquiry_of(rude).state) == (Visibility.VISIBLE, Standing.OPEN)
    assert talk.newest_delivery(rude).state is State.FAILED
    assert "hide_failed" in {action for action, _ in talk.history("comment", rude.pk)}


@ONLY_SQLITE
def test_a_hiding_whose_answer_was_lost_is_simply_done_again(talk: Talk) -> None:
    rude = talk.asks("Ordføreren er en tulling, når går han?")
    talk.road.meets(talk.channel, Fault.TIME_OUT_AFTER_ACCEPTING, times=1, seconds=0)
    assert hidden(talk, rude).visibility is Visibility.VISIBLE
    assert (talk.look(), talk.road.deliver()) == (1, 1)
    assert talk.comment_now(rude).visibility is Visibility.HIDDEN


@ONLY_SQLITE
def test_a_hiding_that_brought_down_three_workers_is_given_up_since_nobody_could_be_asked(talk: Talk) -> None:
    rude = talk.asks("Ordføreren er en tulling, når går han?")
    talk.do(triage.hide, rude.pk, reason="Sjikane")
    for _ in range(DEATHS_BEFORE_ASKING):
        (claimed,) = talk.road.claim()
        assert claimed.kind is Kind.HIDE
        talk.road.clock.wind(LEASE)
        assert (sweep(talk), talk.look()) == (1, 1)
        talk.road.clock.moment = max(talk.newest_delivery(rude).not_before, talk.road.clock())
    assert talk.newest_delivery(rude).state is State.FAILED
    assert talk.comment_now(rude).visibility is Visibility.VISIBLE


@ONLY_SQLITE
def test_a_settlement_with_an_old_fencing_number_settles_no_answer_and_no_hiding(talk: Talk) -> None:
    asked = talk.asks()
    written = talk.answers(talk.enquiry_of(asked))
    talk.do(triage.hide, asked.pk, reason="Sjikane")
    for zombie in talk.road.claim():
        with talk.road.db.begin(talk.road.municipality) as session:
            row = rows.get(session, Delivery, zombie.pk)
            deliveries.change(session, row, Action.LOSE_TRACK, now=talk.road.clock(), fence=row.fence + 1)
        with talk.road.db.begin(talk.road.municipality) as session:
            receipt = Receipt(remote_id="c9", url=None)
            assert not settling.sent(session, zombie, receipt, action=Action.CONFIRM, now=talk.road.clock())
            assert not settling.gone(session, zombie, code="gone", detail="", now=talk.road.clock())
    assert (talk.reply_now(written).state, talk.comment_now(asked).visibility) == (Of.APPROVED, Visibility.VISIBLE)
