"""What is done with an enquiry beside answering it: given to somebody, set aside, taken up again, made of a comment, hidden."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from connectors.contract import Can
from scheduler.domain.access import Denied, Role
from scheduler.domain.delivery import State
from scheduler.domain.enquiries import Refusal, Settlement, Silent
from scheduler.domain.enquiries import State as Standing
from scheduler.domain.replies import ReplyRefusal
from scheduler.domain.sla import RESPONSE_TIME, Started
from scheduler.errors import Refused
from scheduler.services import triage
from scheduler.store import rows
from scheduler.store.tables import AuditEvent, Person
from tests import build
from tests.engine import Road
from tests.services.talking import Talk
from tests.town import actor

ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOUR = timedelta(hours=1)


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Do these at the same moment; how each went."""
    together = Barrier(len(deeds))

    def one(deed: Callable[[], object]) -> str:
        together.wait(timeout=30)
        try:
            deed()
        except Refused as refused:
            return ",".join(code.value for code in refused.codes)
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(one, deeds))


# --- whose it is ---


@ONLY_SQLITE
def test_an_enquiry_is_given_to_somebody_who_may_answer_it_and_given_back(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    somebody = actor(talk.road.db, talk.road.municipality, Role.MODERATOR)
    talk.do(triage.assign, enquiry.pk, person_id=somebody.person_id)
    talk.do(triage.assign, enquiry.pk, person_id=somebody.person_id)
    assert talk.enquiry_now(enquiry).assignee_id == somebody.person_id
    talk.do(triage.assign, enquiry.pk, person_id=None)
    assert talk.enquiry_now(enquiry).assignee_id is None
    done = [each for each in talk.history("enquiry", enquiry.pk) if each[0] != "open"]
    assert done == [("assign", talk.desk.person_id), ("unassign", talk.desk.person_id)]


@ONLY_SQLITE
def test_it_is_given_to_nobody_who_may_not_answer_there_or_cannot_sign_in(road: Road) -> None:
    with road.db.begin(road.municipality) as session:
        school, library = build.unit(session).pk, build.unit(session).pk
    talk = Talk.of(road, unit_id=school)
    enquiry = talk.enquiry_of(talk.asks())

    def given(person_id: int) -> set[str]:
        return talk.refusal(lambda: talk.do(triage.assign, enquiry.pk, person_id=person_id))

    elsewhere = actor(road.db, road.municipality, Role.MODERATOR, unit_id=library)
    reader = actor(road.db, road.municipality, Role.READER)
    left = actor(road.db, road.municipality, Role.MODERATOR, unit_id=school)
    with road.db.begin(road.municipality) as session:
        row = rows.get(session, Person, left.person_id)
        row.active = False
        session.add(row)
    stranger = actor(road.db, build.municipality(road.db), Role.CHIEF)
    may_not, unknown = {Refusal.ASSIGNEE_MAY_NOT.value}, {Refusal.ASSIGNEE_UNKNOWN.value}
    assert (given(elsewhere.person_id), given(reader.person_id)) == (may_not, may_not)
    assert (given(left.person_id), given(stranger.person_id), given(10**9)) == (unknown, unknown, unknown)
    assert talk.enquiry_now(enquiry).assignee_id is None


# --- needs no answer, and taken up again ---


def test_what_needs_no_answer_is_settled_and_taken_up_again_it_waits_with_its_old_clock(talk: Talk) -> None:
    first = talk.asks()
    talk.road.clock.wind(HOUR)
    talk.asks("Og hvor går den?")
    before = talk.enquiry_of(first)
    talk.do(triage.dismiss, before.pk, revision=before.revision)
    settled = talk.enquiry_now(before)
    assert (settled.state, settled.settlement, settled.settled_at) == (
        Standing.SETTLED,
        Settlement.DISMISSED,
        talk.road.clock(),
    )
    talk.road.clock.wind(HOUR)
    talk.do(triage.reopen, before.pk)
    after = talk.enquiry_now(before)
    assert (after.state, after.settlement, after.started_at, after.due_at) == (
        Standing.OPEN,
        None,
        first.written_at,
        before.due_at,
    )
    done = [action for action, person_id in talk.history("enquiry", before.pk) if person_id == talk.desk.person_id]
    assert done == ["dismiss", "settle", "reopen"]


@ONLY_SQLITE
def test_what_was_answered_and_is_taken_up_again_waits_from_now_on(talk: Talk) -> None:
    asked = talk.asks()
    enquiry = talk.enquiry_of(asked)
    talk.answers(enquiry)
    talk.road.deliver()
    talk.road.clock.wind(timedelta(days=3))
    talk.do(triage.reopen, enquiry.pk)
    now = talk.enquiry_now(enquiry)
    assert (now.state, now.started_at, now.started_by) == (Standing.OPEN, talk.road.clock(), Started.REOPENED)
    assert (now.due_at, now.breached) == (talk.road.clock() + RESPONSE_TIME, False)
    talk.answers(enquiry, "Den åpnet i går.")
    talk.road.deliver()
    assert not talk.enquiry_now(enquiry).breached
    assert len(talk.said_there()) == 2


@ONLY_SQLITE
def test_what_was_answered_late_stays_late_when_it_is_taken_up_again(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    talk.road.clock.wind(RESPONSE_TIME + HOUR)
    talk.answers(enquiry)
    talk.road.deliver()
    talk.do(triage.reopen, enquiry.pk)
    assert talk.enquiry_now(enquiry).breached


@ONLY_SQLITE
def test_what_is_hidden_is_shown_again_instead_and_what_was_deleted_stays_so(talk: Talk) -> None:
    rude, sorry = talk.asks(), talk.asks(by="nils")
    talk.do(triage.hide, rude.pk, reason="Sjikane")
    talk.road.deliver()
    talk.takes_away(sorry)
    talk.road.clock.wind(timedelta(minutes=1))
    talk.collect()

    def reopened(enquiry_id: int) -> set[str]:
        return talk.refusal(lambda: talk.do(triage.reopen, enquiry_id))

    assert reopened(talk.enquiry_of(rude).pk) == {Refusal.NOT_VISIBLE.value}
    assert reopened(talk.enquiry_of(sorry).pk) == {Refusal.COMMENT_GONE.value}


@ONLY_SQLITE
def test_what_is_open_is_not_reopened_and_what_is_settled_is_neither_dismissed_nor_assigned(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    assert talk.refusal(lambda: talk.do(triage.reopen, enquiry.pk)) == {Refusal.NOT_SETTLED.value}
    talk.do(triage.dismiss, enquiry.pk)
    assert talk.refusal(lambda: talk.do(triage.dismiss, enquiry.pk)) == {Refusal.NOT_OPEN.value}
    assigned = talk.refusal(lambda: talk.do(triage.assign, enquiry.pk, person_id=talk.desk.person_id))
    assert assigned == {Refusal.NOT_OPEN.value}


@ONLY_SQLITE
def test_what_is_being_answered_or_has_grown_meanwhile_is_not_set_aside(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    talk.asks("Og hvor går den?")
    grown = talk.refusal(lambda: talk.do(triage.dismiss, enquiry.pk, revision=enquiry.revision))
    assert grown == {ReplyRefusal.NEWER_COMMENT.value}
    talk.answers(enquiry)
    assert talk.refusal(lambda: talk.do(triage.dismiss, enquiry.pk)) == {ReplyRefusal.UNDER_WAY.value}


def test_answering_and_setting_aside_at_the_same_moment_have_one_winner(talk: Talk) -> None:
    enquiry = talk.enquiry_of(talk.asks())
    went = at_once(
        lambda: talk.answers(enquiry, revision=enquiry.revision), lambda: talk.do(triage.dismiss, enquiry.pk)
    )
    assert went in (["done", "enquiry_settled"], ["done", "reply_under_way"])


# --- made an enquiry ---


@ONLY_SQLITE
def test_one_key_makes_a_silent_comment_an_enquiry_with_the_clock_it_would_have_had(talk: Talk) -> None:
    thanks = talk.asks("Tusen takk!")
    assert (thanks.silent, thanks.enquiry_id) == (Silent.THANKS, None)
    talk.road.clock.wind(HOUR)
    enquiry_id = talk.do(triage.make_enquiry, thanks.pk)
    now = talk.comment_now(thanks)
    assert (now.enquiry_id, now.silent) == (enquiry_id, None)
    enquiry = talk.enquiry_of(now)
    assert (enquiry.started_at, enquiry.started_by) == (thanks.written_at, Started.WRITTEN)
    assert talk.history("comment", thanks.pk) == [("make_enquiry", talk.desk.person_id)]
    assert talk.history("enquiry", enquiry_id)[0] == ("open", talk.desk.person_id)


@ONLY_SQLITE
def test_a_comment_that_is_an_enquiry_ours_gone_or_hidden_is_not_made_one(talk: Talk) -> None:
    asked = talk.asks()
    talk.answers(talk.enquiry_of(asked))
    talk.road.deliver()
    (ours,) = talk.own_comments()
    gone, hidden = talk.asks("Takk!", by="nils"), talk.asks("Takk!", by="anne")
    talk.do(triage.hide, hidden.pk, reason="Sjikane")
    talk.road.deliver()
    talk.takes_away(gone)
    talk.road.clock.wind(timedelta(minutes=1))
    talk.collect()
    expected = {
        asked.pk: Refusal.HAS_ENQUIRY,
        ours.pk: Refusal.OWN_COMMENT,
        gone.pk: Refusal.COMMENT_GONE,
        hidden.pk: Refusal.NOT_VISIBLE,
    }
    for comment_id, code in expected.items():

        def make(number: int = comment_id) -> object:
            return talk.do(triage.make_enquiry, number)

        assert talk.refusal(make) == {code.value}


@ONLY_SQLITE
def test_the_step_back_takes_that_comment_alone_out_of_what_waits(talk: Talk) -> None:
    asked, thanks = talk.asks(), talk.asks("Tusen takk!")
    enquiry_id = talk.do(triage.make_enquiry, thanks.pk)
    assert enquiry_id == asked.enquiry_id
    talk.do(triage.unmake_enquiry, thanks.pk)
    assert talk.enquiry_of(talk.comment_now(asked)).state is Standing.OPEN
    assert talk.refusal(lambda: talk.do(triage.unmake_enquiry, thanks.pk)) == {Refusal.NOT_OPEN.value}
    talk.answers(talk.enquiry_of(asked))
    assert talk.refusal(lambda: talk.do(triage.unmake_enquiry, asked.pk)) == {ReplyRefusal.UNDER_WAY.value}


def test_two_who_make_the_same_enquiry_make_one(talk: Talk) -> None:
    thanks = talk.asks("Tusen takk!")
    went = at_once(*[lambda: talk.do(triage.make_enquiry, thanks.pk)] * 2)
    assert went == ["comment_has_enquiry", "done"]


# --- hidden ---


@ONLY_SQLITE
def test_the_reason_for_hiding_is_asked_for_and_kept(talk: Talk) -> None:
    rude = talk.asks()
    assert talk.refusal(lambda: talk.do(triage.hide, rude.pk, reason=" \n ")) == {Refusal.REASON_MISSING.value}
    talk.do(triage.hide, rude.pk, reason=" Navn på \n tredjepart ")
    with talk.road.db.read(talk.road.municipality) as session:
        (event,) = [each for each in rows.every(session, AuditEvent) if each.subject == "comment"]
    assert (event.action, event.person_id) == ("hide", talk.desk.person_id)
    assert event.detail == {"reason": "Navn på tredjepart"}


@ONLY_SQLITE
def test_what_cannot_be_hidden_says_all_the_reasons(talk: Talk) -> None:
    asked = talk.asks()
    talk.answers(talk.enquiry_of(asked))
    talk.road.deliver()
    (ours,) = talk.own_comments()
    talk.road.set_channel(talk.channel, can=(Can.READ | Can.REPLY).value)
    refused = talk.refusal(lambda: talk.do(triage.hide, ours.pk, reason=""))
    assert refused == {Refusal.CANNOT_HIDE.value, Refusal.OWN_COMMENT.value, Refusal.REASON_MISSING.value}
    assert talk.refusal(lambda: talk.do(triage.unhide, asked.pk)) == {
        Refusal.CANNOT_HIDE.value,
        Refusal.NOT_HIDDEN.value,
    }


def test_one_asking_at_a_time_to_hide_a_comment_or_show_it(talk: Talk) -> None:
    rude = talk.asks()
    went = at_once(*[lambda: talk.do(triage.hide, rude.pk, reason="Sjikane")] * 2)
    assert went == ["done", Refusal.HIDE_UNDER_WAY.value]
    assert talk.road.deliver() == 1
    again = talk.refusal(lambda: talk.do(triage.hide, rude.pk, reason="Sjikane"))
    assert again == {Refusal.NOT_VISIBLE.value}
    assert talk.newest_delivery(rude).state is State.SENT


@ONLY_SQLITE
def test_whoever_may_not_answer_there_does_none_of_this(talk: Talk) -> None:
    asked = talk.asks()
    enquiry_id = talk.enquiry_of(asked).pk
    author = actor(talk.road.db, talk.road.municipality, Role.AUTHOR)
    deeds: list[Callable[[], object]] = [
        lambda: talk.do(triage.assign, enquiry_id, by=author, person_id=None),
        lambda: talk.do(triage.dismiss, enquiry_id, by=author),
        lambda: talk.do(triage.reopen, enquiry_id, by=author),
        lambda: talk.do(triage.make_enquiry, asked.pk, by=author),
        lambda: talk.do(triage.hide, asked.pk, by=author, reason="Sjikane"),
        lambda: talk.do(triage.unhide, asked.pk, by=author),
    ]
    assert [talk.refusal(deed) for deed in deeds] == [{Denied.NOT_ALLOWED.value}] * len(deeds)
