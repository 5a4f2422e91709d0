"""Enquiries that a person enters where we cannot listen: what is kept, what is refused, who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors.contract import Can
from scheduler.domain.access import Actor, Denied, Role
from scheduler.domain.enquiries import Kind, Origin, Refusal, State
from scheduler.domain.sla import Started
from scheduler.services import collecting
from scheduler.store import rows
from scheduler.store.tables import Comment, Enquiry, Thread
from tests import build
from tests.services.desk import Desk, refusal_of


def _enter(desk: Desk, channel_id: int, by: Actor | None = None, **values: Any) -> int:
    filled = {
        "author_name": "Oddny Fjell",
        "text": "Når åpner gangveien?",
        "written_at": desk.now - timedelta(hours=2),
        "url": "https://www.facebook.com/fjordvik/posts/1",
        "thread_text": "Ny gangvei langs fjorden.",
        **values,
    }
    with desk.begin() as session:
        return collecting.enter_by_hand(session, by or desk.chief, channel_id=channel_id, now=desk.now, **filled)


def _every(desk: Desk, table: Any) -> list[Any]:
    with desk.db.read(desk.municipality) as session:
        return rows.every(session, table)


def test_a_question_told_of_by_hand_is_an_enquiry_from_when_it_was_written(each_desk: Desk) -> None:
    enquiry_id = _enter(each_desk, each_desk.channel(platform="manual"))
    (enquiry,), (comment,), (thread,) = (_every(each_desk, table) for table in (Enquiry, Comment, Thread))
    assert (enquiry.pk, enquiry.kind, enquiry.state) == (enquiry_id, Kind.BY_HAND, State.OPEN)
    assert (enquiry.started_by, enquiry.started_at) == (Started.BY_HAND, each_desk.now - timedelta(hours=2))
    assert (comment.text, comment.author_name, comment.author_remote_id) == (
        "Når åpner gangveien?",
        "Oddny Fjell",
        None,
    )
    assert (thread.origin, thread.text, thread.url) == (Origin.BY_HAND, "Ny gangvei langs fjorden.", comment.url)


def test_the_same_told_twice_is_one_enquiry_and_another_text_another(each_desk: Desk) -> None:
    channel = each_desk.channel(platform="manual")
    first = _enter(each_desk, channel)
    assert _enter(each_desk, channel) == first
    assert _enter(each_desk, channel, text="Og når stenger den?") != first
    assert len(_every(each_desk, Enquiry)) == 2


def test_bare_thanks_are_an_enquiry_when_a_person_enters_them(desk: Desk) -> None:
    _enter(desk, desk.channel(), text="Takk!", author_name="", url=None, thread_text="")
    (comment,) = _every(desk, Comment)
    assert (comment.silent, comment.author_name, comment.url) == (None, None, None)
    assert comment.enquiry_id is not None


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"text": " \0\n"}, {Refusal.TEXT_MISSING}),
        ({"text": "x" * 60_001}, {Refusal.TEXT_TOO_LONG}),
        ({"thread_text": "x" * 60_001}, {Refusal.TEXT_TOO_LONG}),
        ({"author_name": "x" * 201}, {Refusal.AUTHOR_TOO_LONG}),
        ({"url": "javascript:alert(1)"}, {Refusal.ADDRESS_INVALID}),
        ({"written_at": build.NOW + timedelta(microseconds=1)}, {Refusal.WRITTEN_IN_FUTURE}),
        ({"written_at": build.NOW - timedelta(days=365, microseconds=1)}, {Refusal.WRITTEN_LONG_AGO}),
        ({"text": "", "url": "x"}, {Refusal.TEXT_MISSING, Refusal.ADDRESS_INVALID}),
    ],
)
def test_what_cannot_be_is_refused_all_at_once(desk: Desk, values: dict[str, Any], codes: set[Refusal]) -> None:
    channel = desk.channel()
    assert set(refusal_of(lambda: _enter(desk, channel, **values)).codes) == codes
    assert _every(desk, Thread) == []


@pytest.mark.parametrize(
    "values",
    [
        {"text": "x" * 60_000, "thread_text": "y" * 60_000, "author_name": "z" * 200},
        {"written_at": build.NOW},
        {"written_at": build.NOW - timedelta(days=365)},
        {"text": "متى؟ \u202eabc \ud800", "author_name": "\u202eOddny"},
    ],
)
def test_up_to_the_edges_it_is_taken(each_desk: Desk, values: dict[str, Any]) -> None:
    assert _enter(each_desk, each_desk.channel(), **values)


def test_a_channel_that_is_listened_to_needs_no_hand(desk: Desk) -> None:
    channel = desk.channel(can=Can.READ.value)
    assert refusal_of(lambda: _enter(desk, channel)).codes == (Refusal.LISTENS_ITSELF,)
    desk.set_channel(channel, paused_code="token_dead")
    assert _enter(desk, channel)


@pytest.mark.parametrize(("role", "may"), [(Role.SERVICE_DESK, True), (Role.MODERATOR, True), (Role.AUTHOR, False)])
def test_whoever_may_answer_may_enter(desk: Desk, role: Role, may: bool) -> None:
    channel, somebody = desk.channel(), desk.somebody(role)
    if may:
        assert _enter(desk, channel, by=somebody)
    else:
        assert refusal_of(lambda: _enter(desk, channel, by=somebody)).codes == (Denied.NOT_ALLOWED,)


def test_a_unit_enters_for_its_own_channels(desk: Desk) -> None:
    unit = desk.unit()
    theirs, ours = desk.channel(unit_id=unit), desk.channel()
    teacher = desk.somebody(Role.LEADER, unit_id=unit)
    assert _enter(desk, theirs, by=teacher)
    assert refusal_of(lambda: _enter(desk, ours, by=teacher)).codes == (Denied.NOT_ALLOWED,)
