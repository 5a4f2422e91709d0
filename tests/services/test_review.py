"""Answering for a post: who may, what stops it, and the one press that does all that is left."""

from __future__ import annotations

from functools import partial

import pytest
from sqlmodel import col

from scheduler.domain.access import Denied, Role
from scheduler.domain.publication import State
from scheduler.domain.rules import Refusal
from scheduler.domain.states import WrongState
from scheduler.errors import LostRace, Missing
from scheduler.services import review
from scheduler.services.composing import Complaint
from scheduler.services.planning import PlacingRefusal
from scheduler.services.review import ReviewRefusal
from scheduler.store import publications, rows, slots
from scheduler.store.tables import AuditEvent
from scheduler.store.tables.posts import SourceFlag
from tests import build
from tests.services.desk import Desk, refusal_of, wall

TODAY = "2026-03-03"


# --- light by default: the one press ---


def test_on_the_municipalitys_own_channels_an_author_schedules_in_one_press(each_desk: Desk) -> None:
    author = each_desk.somebody(Role.AUTHOR)
    draft = each_desk.draft(each_desk.channel())
    (done,) = each_desk.schedule(each_desk.row(draft).post_id, author)
    assert (done.publication_id, done.state) == (draft, State.SCHEDULED)
    assert done.placement is not None
    assert each_desk.day(draft) == TODAY
    assert each_desk.holds(draft)
    assert each_desk.history(draft) == ["release", "place"]


def test_where_a_channel_asks_for_approval_the_press_sends_it_there(each_desk: Desk) -> None:
    author = each_desk.somebody(Role.AUTHOR)
    draft = each_desk.draft(each_desk.channel(needs_approval=True))
    (done,) = each_desk.schedule(each_desk.row(draft).post_id, author)
    assert (done.state, done.placement) == (State.IN_REVIEW, None)
    placement = each_desk.do(review.approve, draft)
    assert placement is not None
    assert each_desk.row(draft).state is State.SCHEDULED
    assert each_desk.history(draft) == ["submit", "approve", "place"]


@pytest.mark.parametrize("role", [Role.CHIEF, Role.LEADER])
def test_the_act_of_whoever_may_approve_is_the_approval(desk: Desk, role: Role) -> None:
    unit = desk.unit()
    channel = desk.channel(unit_id=unit, language="nb", needs_approval=True)
    who = desk.somebody(role, unit_id=unit if role is Role.LEADER else None)
    (done,) = desk.schedule(desk.row(desk.draft(channel)).post_id, who)
    assert done.state is State.SCHEDULED


def test_each_channel_of_a_post_goes_its_own_way(desk: Desk) -> None:
    plain, asking = desk.channel(), desk.channel(needs_approval=True)
    draft = desk.draft(plain)
    with desk.begin() as session:
        second = build.publication(session, post_id=desk.row(draft).post_id, channel_id=asking).pk
    done = desk.schedule(desk.row(draft).post_id, desk.somebody(Role.AUTHOR))
    assert {each.publication_id: each.state for each in done} == {draft: State.SCHEDULED, second: State.IN_REVIEW}


def test_a_time_chosen_at_the_press_is_kept_through_the_approval(desk: Desk) -> None:
    channel = desk.channel(needs_approval=True)
    draft = desk.draft(channel)
    wanted = {draft: wall("2026-03-10 14:20")}
    desk.schedule(desk.row(draft).post_id, desk.somebody(Role.AUTHOR), wanted_at=wanted)
    desk.do(review.approve, draft)
    assert desk.stands(draft) == "2026-03-10 14:20"
    straight = desk.draft(desk.channel())
    desk.schedule(desk.row(straight).post_id, wanted_at={straight: wall("2026-03-10 14:20")})
    assert desk.stands(straight) == "2026-03-10 14:20"


def test_a_time_that_cannot_be_had_leaves_everything_as_it_was(each_desk: Desk) -> None:
    draft = each_desk.draft(each_desk.channel())
    with each_desk.begin() as session:
        beside = build.publication(session, post_id=each_desk.row(draft).post_id).pk
    wanted = {beside: wall(f"{TODAY} 20:00")}
    refused = refusal_of(lambda: each_desk.schedule(each_desk.row(draft).post_id, wanted_at=wanted))
    assert Refusal.OUTSIDE_WINDOW in refused.codes
    assert refused.params["nearest"]
    assert [each_desk.row(each).state for each in (draft, beside)] == [State.DRAFT, State.DRAFT]
    assert each_desk.history(draft) == []


def test_what_found_no_place_stays_approved_and_says_why(desk: Desk) -> None:
    draft = desk.draft(desk.channel(), latest_at=wall(f"{TODAY} 11:00"))
    (done,) = desk.schedule(desk.row(draft).post_id)
    assert (done.state, done.placement) == (State.APPROVED, None)
    assert desk.row(draft).problem_code == Refusal.AFTER_LATEST


def test_a_post_without_drafts_has_nothing_to_schedule(desk: Desk) -> None:
    placed = desk.placed(desk.channel())
    post_id = desk.row(placed).post_id
    assert refusal_of(lambda: desk.schedule(post_id)).codes == (ReviewRefusal.NOTHING_TO_SCHEDULE,)
    with pytest.raises(Missing):
        desk.schedule(10_000)


def test_what_the_site_took_back_is_not_scheduled(desk: Desk) -> None:
    draft = desk.draft(desk.channel(), source_flag=SourceFlag.WITHDRAWN, source_flag_at=build.NOW)
    post_id = desk.row(draft).post_id
    assert refusal_of(lambda: desk.schedule(post_id)).codes == (PlacingRefusal.SOURCE_WITHDRAWN,)


# --- faults in the content stop it at every door ---


def test_a_text_that_is_missing_or_a_picture_without_words_is_refused_with_the_channels_name(desk: Desk) -> None:
    channel = desk.channel(name="Fjordvik på øving", needs_approval=True)
    draft = desk.draft(channel)
    with desk.begin() as session:
        build.illustrated(session, desk.row(draft).post_id, alt_text="")
    for deed in (review.submit, review.release):
        refused = refusal_of(partial(desk.do, deed, draft))
        assert refused.codes == (Complaint.NO_ALT_TEXT,)
        assert refused.params["channel"] == "Fjordvik på øving"
    desk.set(draft, state=State.IN_REVIEW)
    assert refusal_of(partial(desk.do, review.approve, draft)).codes == (Complaint.NO_ALT_TEXT,)
    assert desk.row(draft).state is State.IN_REVIEW


# --- back and forth ---


def test_what_is_sent_back_is_a_draft_with_a_comment_in_the_history(each_desk: Desk) -> None:
    draft = each_desk.draft(each_desk.channel(needs_approval=True))
    each_desk.do(review.submit, draft, by=each_desk.somebody(Role.AUTHOR))
    each_desk.do(review.send_back, draft, comment="  Skriv når veien åpner. ")
    assert each_desk.row(draft).state is State.DRAFT
    assert each_desk.history(draft) == ["submit", "send_back"]
    assert _comments(each_desk, draft) == ["Skriv når veien åpner."]


def _comments(desk: Desk, publication_id: int) -> list[str]:
    with desk.db.read(desk.municipality) as session:
        events = rows.every(session, AuditEvent, col(AuditEvent.subject_id) == publication_id)
    return [event.detail["comment"] for event in events if "comment" in event.detail]


def test_nothing_is_sent_back_without_a_word(desk: Desk) -> None:
    draft = desk.draft(desk.channel(needs_approval=True))
    desk.do(review.submit, draft)
    refused = refusal_of(partial(desk.do, review.send_back, draft, comment=" \n"))
    assert refused.codes == (ReviewRefusal.COMMENT_MISSING,)
    assert desk.row(draft).state is State.IN_REVIEW


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.APPROVED, State.FAILED])
def test_what_is_not_out_can_be_cancelled_for_good(desk: Desk, state: State) -> None:
    draft = desk.draft(desk.channel())
    desk.set(draft, state=state, problem_code="x")
    desk.do(review.cancel, draft)
    assert (desk.row(draft).state, desk.row(draft).problem_code) == (State.CANCELLED, None)
    with pytest.raises(WrongState):
        desk.do(review.cancel, draft)


def test_a_cancelled_post_frees_its_place_for_the_next(each_desk: Desk) -> None:
    channel = each_desk.channel()
    each_desk.rules(max_per_day=1)
    first = each_desk.placed(channel)
    stood = each_desk.stands(first)
    each_desk.do(review.cancel, first)
    assert each_desk.stands(first) is None
    assert each_desk.stands(each_desk.placed(channel)) == stood


@pytest.mark.parametrize("state", [State.GOING_OUT, State.PUBLISHED, State.WITHDRAWN])
def test_what_is_out_or_on_its_way_is_not_cancelled(desk: Desk, state: State) -> None:
    placed = desk.placed(desk.channel())
    desk.set(placed, state=state)
    with pytest.raises(WrongState):
        desk.do(review.cancel, placed)
    assert desk.stands(placed) is not None


def test_what_failed_is_tried_again_in_a_new_place_under_the_same_approval(each_desk: Desk) -> None:
    channel = each_desk.channel()
    each_desk.rules()
    placed = each_desk.placed(channel)
    with each_desk.begin() as session:
        slots.give_back(session, placed)
    each_desk.set(placed, state=State.FAILED, problem_code="text_refused", problem_detail="422")
    placement = each_desk.do(review.retry, placed)
    assert placement is not None
    row = each_desk.row(placed)
    assert (row.state, row.problem_code, row.problem_detail) == (State.SCHEDULED, None, None)
    assert each_desk.holds(placed)
    with pytest.raises(WrongState):
        each_desk.do(review.retry, placed)


# --- who may ---


@pytest.mark.parametrize("role", [Role.READER, Role.ARCHIVIST, Role.MODERATOR, Role.SERVICE_DESK, Role.ADMINISTRATOR])
def test_who_does_not_write_answers_for_nothing(desk: Desk, role: Role) -> None:
    person, draft = desk.somebody(role), desk.draft(desk.channel())
    post_id = desk.row(draft).post_id
    back = partial(review.send_back, comment="Nei.")
    for deed in (review.submit, review.release, review.approve, back, review.cancel, review.retry):
        assert refusal_of(partial(desk.do, deed, draft, by=person)).codes == (Denied.NOT_ALLOWED,)
    assert refusal_of(lambda: desk.schedule(post_id, person)).codes == (Denied.NOT_ALLOWED,)
    assert desk.history(draft) == []


def test_an_author_does_not_approve_or_send_back_or_go_round_it(desk: Desk) -> None:
    author = desk.somebody(Role.AUTHOR)
    draft = desk.draft(desk.channel(needs_approval=True))
    assert refusal_of(partial(desk.do, review.release, draft, by=author)).codes == (Denied.NOT_ALLOWED,)
    desk.do(review.submit, draft, by=author)
    back = partial(review.send_back, comment="Nei.")
    for deed in (review.approve, back):
        assert refusal_of(partial(desk.do, deed, draft, by=author)).codes == (Denied.NOT_ALLOWED,)
    assert desk.row(draft).state is State.IN_REVIEW


def test_a_units_leader_answers_for_the_units_channels_and_no_others(desk: Desk) -> None:
    ours, theirs = desk.unit(), desk.unit()
    leader = desk.somebody(Role.LEADER, unit_id=ours)
    our_channel = desk.channel(unit_id=ours, language="nb", needs_approval=True)
    other_channels = [desk.channel(unit_id=theirs, needs_approval=True), desk.channel(needs_approval=True)]
    own = desk.draft(our_channel)
    desk.do(review.submit, own)
    desk.do(review.approve, own, by=leader)
    assert desk.row(own).state is State.SCHEDULED
    back = partial(review.send_back, comment="Nei.")
    for channel in other_channels:
        draft = desk.draft(channel)
        for deed in (review.submit, review.release, review.cancel, review.retry):
            assert refusal_of(partial(desk.do, deed, draft, by=leader)).codes == (Denied.NOT_ALLOWED,)
        desk.do(review.submit, draft)
        for deed in (review.approve, back):
            assert refusal_of(partial(desk.do, deed, draft, by=leader)).codes == (Denied.NOT_ALLOWED,)


def test_a_post_in_a_channel_out_of_reach_is_not_scheduled_in_part(desk: Desk) -> None:
    unit = desk.unit()
    draft = desk.draft(desk.channel(unit_id=unit, language="nb"))
    with desk.begin() as session:
        beside = build.publication(session, post_id=desk.row(draft).post_id).pk
    leader = desk.somebody(Role.LEADER, unit_id=unit)
    assert refusal_of(lambda: desk.schedule(desk.row(draft).post_id, leader)).codes == (Denied.NOT_ALLOWED,)
    assert [desk.row(each).state for each in (draft, beside)] == [State.DRAFT, State.DRAFT]


def test_another_municipalitys_publication_is_not_there(desk: Desk) -> None:
    other = Desk(desk.db)
    draft = desk.draft(desk.channel())
    back = partial(review.send_back, comment="Nei.")
    for deed in (review.submit, review.release, review.approve, back, review.cancel, review.retry):
        with pytest.raises(Missing):
            other.do(deed, draft)


def test_of_two_who_answer_at_once_the_second_is_told(each_desk: Desk) -> None:
    draft = each_desk.draft(each_desk.channel(needs_approval=True))
    each_desk.do(review.submit, draft)
    with each_desk.db.read(each_desk.municipality) as session:
        seen = publications.get(session, draft)
    each_desk.do(review.send_back, draft, comment="Skriv mer.")
    with pytest.raises((LostRace, WrongState)):
        each_desk.do(review.approve, seen.pk)
    assert each_desk.row(draft).state is State.DRAFT
