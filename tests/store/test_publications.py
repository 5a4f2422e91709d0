"""The one door to a publication's state: guarded, kept in the history, and open to its own municipality alone."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from scheduler.domain.publication import FINAL, HOLDS_SLOT, NEXT, Action, State, advance, open_actions
from scheduler.domain.states import WrongState
from scheduler.errors import LostRace, Missing
from scheduler.store import publications
from scheduler.store.database import Database
from scheduler.store.tables import Approval, AuditEvent, Publication
from tests import build


def _history(session: Session) -> list[tuple[str, str | None, str | None]]:
    events = session.exec(select(AuditEvent).order_by(AuditEvent.id)).all()  # type: ignore[arg-type]  # SQLModel types columns by their values
    return [(event.action, event.before, event.after) for event in events if event.subject == "publication"]


def test_the_door_changes_the_state_and_keeps_it_in_the_history(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        person = build.person(session)
        row = build.publication(session)
        later = build.NOW + timedelta(minutes=1)
        publications.change(
            session, row, Action.SUBMIT, now=later, person_id=person.pk, detail={"why": "klar"}, problem_code="x"
        )
        assert (row.state, row.updated_at, row.problem_code) == (State.IN_REVIEW, later, "x")
        (event,) = session.exec(select(AuditEvent)).all()
    assert (event.subject, event.subject_id, event.at, event.person_id) == ("publication", row.pk, later, person.pk)
    assert (event.action, event.before, event.after) == ("submit", "draft", "in_review")
    assert event.detail == {"why": "klar"}


def test_the_door_lets_through_what_the_table_of_states_has_and_nothing_else(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        for state, action in product(State, Action):
            row = build.publication(session, channel_id=channel, state=state)
            if (state, action) in NEXT:
                publications.change(session, row, action, now=build.NOW, person_id=None)
                assert row.state is NEXT[state, action]
            else:
                with pytest.raises(WrongState):
                    publications.change(session, row, action, now=build.NOW, person_id=None)
                assert row.state is state
        assert len(_history(session)) == len(NEXT)


def test_whoever_comes_second_has_lost_and_writes_nothing(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        row = build.publication(session, state=State.IN_REVIEW)
    with db.begin(municipality) as session:
        first = publications.get(session, row.pk)
        publications.change(session, first, Action.APPROVE, now=build.NOW, person_id=None)
    with pytest.raises(LostRace), db.begin(municipality) as session:
        publications.change(session, row, Action.SEND_BACK, now=build.NOW, person_id=None)
    with db.begin(municipality) as session:
        assert publications.get(session, row.pk).state is State.APPROVED
        assert _history(session) == [("approve", "in_review", "approved")]


def test_another_municipalitys_publication_is_neither_found_nor_changed(db: Database, municipality: int) -> None:
    with db.begin(build.municipality(db)) as session:
        theirs = build.publication(session)
    with db.begin(municipality) as session:
        with pytest.raises(Missing):
            publications.get(session, theirs.pk)
        with pytest.raises(LostRace):
            publications.change(session, theirs, Action.SUBMIT, now=build.NOW, person_id=None)
        assert _history(session) == []


def test_a_state_that_does_not_exist_is_refused_by_the_database(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        build.publication(session)
        with pytest.raises(IntegrityError), session.begin_nested():
            session.connection().exec_driver_sql("UPDATE publication SET state = 'lost'")


def test_a_post_stands_once_in_a_channel(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        row = build.publication(session)
        with pytest.raises(IntegrityError), session.begin_nested():
            build.publication(session, post_id=row.post_id, channel_id=row.channel_id)
        assert [each.pk for each in publications.of_post(session, row.post_id)] == [row.pk]


def test_waiting_are_the_approved_of_each_channel(db: Database, municipality: int) -> None:
    with db.begin(build.municipality(db)) as session:
        build.publication(session, state=State.APPROVED)
    with db.begin(municipality) as session:
        rows = {state: build.publication(session, state=state) for state in State}
        approved = rows[State.APPROVED]
        assert publications.channels_waiting(session, parked={"taken_off"}) == [approved.channel_id]
        here, elsewhere = {approved.channel_id}, {rows[State.DRAFT].channel_id}
        assert [each.pk for each in publications.waiting_in(session, here, parked=())] == [approved.pk]
        assert publications.waiting_in(session, elsewhere, parked=()) == []


def test_the_standing_approval_is_the_newest_that_was_not_reopened(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        row = build.publication(session)
        assert publications.standing_approval(session, row.pk) is None
        for number, reopened in enumerate((False, False, True)):
            at = build.NOW + timedelta(minutes=number)
            session.add(
                Approval(
                    municipality_id=municipality,
                    publication_id=row.pk,
                    content_hash=str(number),
                    approved_at=at,
                    reopened_at=at if reopened else None,
                )
            )
        session.flush()
        standing = publications.standing_approval(session, row.pk)
        assert standing is not None
        assert standing.content_hash == "1"
        session.connection().execute(update(Approval).values(reopened_at=build.NOW))
        session.expire_all()
        assert publications.standing_approval(session, row.pk) is None


def test_nothing_leads_out_of_the_last_states() -> None:
    assert {state for state in State if not open_actions(state)} == FINAL


@given(st.lists(st.sampled_from(list(Action)), max_size=30))
def test_whatever_is_done_a_publication_stands_in_one_state_and_a_published_one_was_sent(actions: list[Action]) -> None:
    state, done = State.DRAFT, []
    for action in actions:
        if action in open_actions(state):
            state = advance(state, action)
            done.append(action)
    if state in HOLDS_SLOT:
        assert {Action.PLACE, Action.APPROVE, Action.RELEASE} & set(done)
    if state is State.PUBLISHED:
        assert Action.SENT in done


def test_the_row_in_hand_is_the_one_in_the_database(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        row = build.publication(session, chosen_at=build.NOW)
        publications.change(session, row, Action.SUBMIT, now=build.NOW, person_id=None, chosen_at=None)
        assert isinstance(build.fresh(session, row), Publication)
        assert build.fresh(session, row).chosen_at is None
