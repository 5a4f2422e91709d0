"""Answers that somebody gives on the platform itself: whom they answer, up to when, and what of our own is no such answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.domain import replies
from scheduler.domain.enquiries import Settlement, State
from scheduler.domain.sla import Started
from scheduler.store import rows
from scheduler.store.database import Database
from scheduler.store.tables import Reply
from tests import build
from tests.services.listening import Ear, ours, said

HOUR = timedelta(hours=1)
EARLIER = build.NOW - HOUR


@pytest.fixture
def ear(db: Database) -> Ear:
    return Ear.of(db)


@pytest.fixture
def one_ear(sqlite_db: Database) -> Ear:
    """For what is decided alike on both databases."""
    return Ear.of(sqlite_db)


def test_a_native_answer_answers_what_that_person_had_asked_by_then(ear: Ear) -> None:
    answered_at = build.NOW + HOUR
    ear.later(hours=3)
    ear.hears(
        said("c1"),
        said("c2", at=build.NOW + timedelta(minutes=30)),
        said("c3", by="per", at=build.NOW),
        ours("a1", to="c2", at=answered_at),
        said("c4", "Og når stenger den?", at=build.NOW + timedelta(hours=2)),
    )
    enquiry = ear.enquiry("c1")
    assert (enquiry.settlement, enquiry.settled_at, enquiry.breached) == (Settlement.ANSWERED, answered_at, False)
    assert ear.comment("c2").answered_at == answered_at
    assert ear.enquiry("c3").state is State.OPEN
    assert ear.enquiry("c4").state is State.OPEN
    assert ear.enquiry("c4").pk != enquiry.pk


def test_a_native_answer_under_answers_speaks_to_the_person_at_the_root_of_them(one_ear: Ear) -> None:
    one_ear.later(hours=3)
    chain = [ours(f"a{number}", to=f"a{number - 1}", at=build.NOW + HOUR) for number in range(2, 6)]
    one_ear.hears(*chain, ours("a1", to="c1", at=build.NOW + HOUR), said("c1"))
    assert one_ear.enquiry("c1").state is State.SETTLED


def test_our_comments_that_answer_one_another_in_a_ring_answer_nobody(one_ear: Ear) -> None:
    one_ear.hears(ours("a1", to="a2", at=build.NOW), ours("a2", to="a1", at=build.NOW), said("c1", at=EARLIER))
    assert one_ear.enquiry("c1").state is State.OPEN


def test_our_own_comment_right_under_our_post_answers_nobody(one_ear: Ear) -> None:
    one_ear.hears(said("c1", at=EARLIER), ours("a1", to=None, at=build.NOW))
    assert one_ear.enquiry("c1").state is State.OPEN
    assert one_ear.comment("a1").enquiry_id is None


def test_a_comment_found_after_its_native_answer_was_answered(one_ear: Ear) -> None:
    one_ear.later(hours=3)
    one_ear.hears(ours("a1", to="c1", at=build.NOW + HOUR))
    one_ear.hears(said("c1"))
    assert one_ear.enquiry("c1").settled_at == build.NOW + HOUR


def test_what_was_changed_after_the_answer_waits_from_the_change_also_where_all_is_seen_at_once(one_ear: Ear) -> None:
    one_ear.later(hours=5)
    changed_at = build.NOW + 2 * HOUR
    one_ear.hears(said("c1", edited_at=changed_at), ours("a1", to="c1", at=build.NOW + HOUR))
    enquiry = one_ear.enquiry("c1")
    assert (enquiry.state, enquiry.started_at, enquiry.started_by) == (State.OPEN, changed_at, Started.EDITED)
    one_ear.hears(ours("a2", to="c1", at=build.NOW + 3 * HOUR))
    assert one_ear.enquiry("c1").settled_at == build.NOW + 3 * HOUR


def test_and_an_answer_after_the_change_answers_it(one_ear: Ear) -> None:
    one_ear.later(hours=5)
    one_ear.hears(ours("a1", to="c1", at=build.NOW + HOUR), ours("a2", to="c1", at=build.NOW + 3 * HOUR))
    one_ear.hears(said("c1", edited_at=build.NOW + 2 * HOUR))
    assert one_ear.enquiry("c1").settled_at == build.NOW + 3 * HOUR


def test_a_native_answer_to_somebody_unknown_answers_that_comment_alone(one_ear: Ear) -> None:
    one_ear.later(hours=1)
    one_ear.hears(said("c1", by=None), said("c2", by=None), ours("a1", to="c1", at=one_ear.now))
    assert one_ear.enquiry("c1").state is State.SETTLED
    assert one_ear.enquiry("c2").state is State.OPEN


def test_a_native_answer_after_a_day_is_late(one_ear: Ear) -> None:
    one_ear.later(hours=48)
    one_ear.hears(said("c1"), said("c2", by="per"), ours("a1", to="c1", at=build.NOW + timedelta(hours=24)))
    one_ear.hears(ours("a2", to="c2", at=build.NOW + timedelta(hours=24, microseconds=1)))
    assert not one_ear.enquiry("c1").breached
    assert one_ear.enquiry("c2").breached


def _replied(
    ear: Ear, *, under: str, state: replies.State, remote_id: str | None = None, text: str = "Fredag.\n\nKari"
) -> None:
    comment = ear.comment(under)
    assert comment.enquiry_id is not None
    with ear.db.begin(ear.municipality) as session:
        rows.add(
            session,
            Reply(
                municipality_id=ear.municipality,
                enquiry_id=comment.enquiry_id,
                comment_id=comment.pk,
                seen_id=comment.pk,
                text=text,
                state=state,
                remote_id=remote_id,
                created_at=ear.now,
                updated_at=ear.now,
            ),
        )


@pytest.mark.parametrize(("state", "remote_id"), [(replies.State.SENT, "r1"), (replies.State.APPROVED, None)])
def test_our_own_reply_is_no_native_answer_sent_or_under_way(
    ear: Ear, state: replies.State, remote_id: str | None
) -> None:
    ear.hears(said("c1"))
    _replied(ear, under="c1", state=state, remote_id=remote_id)
    at = ear.later(hours=1)
    newer = said("c2", at=at - timedelta(minutes=1))
    ear.hears(newer, ours("r1", to="c1", at=at, text="@oddny Fredag. Kari"))
    ear.hears(said("c3", at=at - timedelta(minutes=2)))
    assert ear.comment("r1").own
    assert [ear.comment(each).answered_at for each in ("c1", "c2", "c3")] == [None, None, None]


def test_a_name_that_the_platform_puts_before_our_answer_is_no_edit(one_ear: Ear) -> None:
    one_ear.hears(said("c1"), ours("r1", to="c1", at=build.NOW, text="Fredag.\n\nKari"))
    assert one_ear.hears(ours("r1", to="c1", at=build.NOW, text="@oddny Fredag. Kari")).changed == 0
    assert one_ear.hears(ours("r1", to="c1", at=build.NOW, text="@oddny Lørdag. Kari")).changed == 1
    assert one_ear.versions() == ["Fredag.\n\nKari"]


def test_a_native_answer_counts_although_a_reply_is_under_way(one_ear: Ear) -> None:
    one_ear.hears(said("c1"))
    _replied(one_ear, under="c1", state=replies.State.APPROVED)
    at = one_ear.later(hours=1)
    one_ear.hears(ours("a1", to="c1", at=at, text="Ring oss."))
    assert one_ear.comment("c1").answered_at == at
