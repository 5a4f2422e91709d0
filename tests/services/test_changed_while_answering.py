"""What happens while an answer is written or on its way: what a citizen changes goes on waiting, and whom a colleague has answered
on the platform meanwhile is not answered twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.contract import Receipt
from connectors.practice_shapes import Fault
from scheduler.domain.delivery import Action
from scheduler.domain.enquiries import Settlement, State, Visibility
from scheduler.domain.replies import State as Of
from scheduler.domain.sla import Started
from scheduler.services import settling, triage
from scheduler.store.tables import Comment
from tests.services.talking import Talk

MINUTE = timedelta(minutes=1)
ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def changes(talk: Talk, comment: Comment, text: str = "Og hvor står den nye gangveien?") -> None:
    """The citizen writes something else in its place."""
    talk.road.network.talk.rewrite(talk.road.account(talk.channel), comment.remote_id, text=text, at=talk.road.clock())


def later(talk: Talk) -> None:
    talk.road.clock.wind(MINUTE)


def test_what_was_changed_while_the_answer_was_on_its_way_waits_from_the_change(talk: Talk) -> None:
    asked = talk.asks()
    enquiry = talk.enquiry_of(asked)
    written = talk.answers(enquiry)
    later(talk)
    changes(talk, asked)
    changed_at = talk.road.clock()
    talk.collect()
    later(talk)
    talk.road.deliver()
    assert talk.reply_now(written).state is Of.SENT
    now = talk.enquiry_now(enquiry)
    assert (now.state, now.started_at, now.started_by) == (State.OPEN, changed_at, Started.EDITED)
    talk.answers(enquiry, "Den står ved skolen.")
    talk.road.deliver()
    assert talk.enquiry_now(enquiry).settlement is Settlement.ANSWERED


@ONLY_SQLITE
def test_where_that_answer_fails_the_clock_is_the_old_one(talk: Talk) -> None:
    asked = talk.asks()
    enquiry = talk.enquiry_of(asked)
    talk.answers(enquiry)
    later(talk)
    changes(talk, asked)
    talk.collect()
    talk.road.meets(talk.channel, Fault.REFUSE, times=1)
    talk.road.deliver()
    now = talk.enquiry_now(enquiry)
    assert (now.state, now.started_at) == (State.OPEN, enquiry.started_at)


@ONLY_SQLITE
def test_a_change_that_is_collected_after_the_answer_waits_though_it_was_made_before(talk: Talk) -> None:
    asked = talk.asks()
    later(talk)
    changes(talk, asked)
    changed_at = talk.road.clock()
    later(talk)
    talk.answers(talk.enquiry_of(asked))
    talk.road.deliver()
    talk.collect()
    now = talk.enquiry_of(asked)
    assert (now.state, now.started_at, now.started_by) == (State.OPEN, changed_at, Started.EDITED)


@ONLY_SQLITE
def test_a_change_that_is_collected_after_it_was_set_aside_waits_too(talk: Talk) -> None:
    asked = talk.asks()
    later(talk)
    changes(talk, asked)
    later(talk)
    talk.do(triage.dismiss, talk.enquiry_of(asked).pk)
    talk.collect()
    assert talk.enquiry_of(asked).state is State.OPEN


@ONLY_SQLITE
def test_thanks_that_become_a_question_while_the_answer_is_on_its_way_are_not_answered_by_it(talk: Talk) -> None:
    thanks = talk.asks("Tusen takk!")
    later(talk)
    enquiry = talk.enquiry_of(talk.asks())
    talk.answers(enquiry)
    later(talk)
    changes(talk, thanks, "Hvorfor svarer dere ikke om barnehagen?")
    changed_at = talk.road.clock()
    talk.collect()
    later(talk)
    talk.road.deliver()
    assert talk.comment_now(thanks).enquiry_id == enquiry.pk
    now = talk.enquiry_now(enquiry)
    assert (now.state, now.started_at) == (State.OPEN, changed_at)


@ONLY_SQLITE
def test_what_was_made_an_enquiry_while_the_answer_is_on_its_way_is_not_answered_by_it(talk: Talk) -> None:
    thanks = talk.asks("Tusen takk!")
    later(talk)
    enquiry = talk.enquiry_of(talk.asks())
    talk.answers(enquiry)
    later(talk)
    assert talk.do(triage.make_enquiry, thanks.pk) == enquiry.pk
    talk.road.deliver()
    now = talk.enquiry_now(enquiry)
    assert (now.state, now.started_at) == (State.OPEN, thanks.written_at)


@ONLY_SQLITE
def test_what_was_taken_away_while_it_was_being_hidden_stays_taken_away(talk: Talk) -> None:
    asked = talk.asks()
    talk.do(triage.hide, asked.pk, reason="Personopplysninger")
    (hiding,) = talk.road.claim()
    talk.takes_away(asked)
    talk.collect()
    with talk.road.db.begin(talk.road.municipality) as session:
        receipt = Receipt(remote_id=asked.remote_id, url=None)
        assert settling.sent(session, hiding, receipt, action=Action.CONFIRM, now=talk.road.clock())
    assert talk.comment_now(asked).visibility is Visibility.DELETED
    assert talk.enquiry_of(asked).settlement is Settlement.DELETED


@pytest.mark.parametrize("text", ["Fredag.", "Det er svart på i lokalavisa."], ids=["the same", "another"])
def test_whom_a_colleague_answers_there_while_ours_lies_here_is_not_answered_twice(talk: Talk, text: str) -> None:
    asked = talk.asks()
    talk.road.set_channel(talk.channel, paused_code="by_hand")
    written = talk.answers(talk.enquiry_of(asked), "Fredag.")
    later(talk)
    talk.road.network.talk.answer(
        talk.road.account(talk.channel), asked.remote_id, key="a colleague", text=text, at=talk.road.clock()
    )
    talk.collect()
    assert talk.enquiry_of(asked).settlement is Settlement.ANSWERED
    kept = talk.reply_now(written)
    assert (kept.state, kept.problem_code) == (Of.CANCELLED, "answered_there")
    talk.road.set_channel(talk.channel, paused_code=None)
    assert talk.road.deliver() == 0
    assert [each.text for each in talk.said_there()] == [text]


@ONLY_SQLITE
def test_an_answer_that_may_have_left_is_not_held_back(talk: Talk) -> None:
    asked = talk.asks()
    written = talk.answers(talk.enquiry_of(asked))
    talk.road.meets(talk.channel, Fault.DOWN, times=1)
    talk.road.deliver()
    talk.road.network.talk.answer(
        talk.road.account(talk.channel), asked.remote_id, key="a colleague", text="I dag.", at=talk.road.clock()
    )
    talk.collect()
    assert talk.reply_now(written).state is Of.APPROVED
