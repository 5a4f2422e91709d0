"""A person sets a rule aside, with a reason: for one post, at one time, kept and counted, and pushing nobody out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import col

from scheduler.domain.access import Role
from scheduler.domain.excuses import Excuse
from scheduler.domain.publication import State
from scheduler.domain.reasons import Because
from scheduler.domain.rules import TOLERANCE, Refusal
from scheduler.services import minting, moving, planning, review
from scheduler.store import rows
from scheduler.store.tables import AuditEvent
from scheduler.store.tables.posts import SlotKind
from tests.services.desk import Desk, refusal_of, wall

TODAY, TOMORROW = "2026-03-03", "2026-03-04"
MOMENT = timedelta(microseconds=1)


def excused(desk: Desk, publication_id: int) -> dict[str, str]:
    """The rules that are set aside for it, and why."""
    rows = desk.row(publication_id).because
    return {row["params"]["rule"]: row["params"]["reason"] for row in rows if row["code"] == Because.EXCUSED}


def move(desk: Desk, publication_id: int, at: str, excuse: Excuse | None = None) -> None:
    desk.do(planning.move, publication_id, wanted_at=wall(at), excuse=excuse)


def due(desk: Desk, publication_id: int) -> State:
    """Let its moment come; where it stands then."""
    slot = desk.slot(publication_id)
    assert slot is not None
    with desk.begin() as session:
        minting.mint(session, slot.pk, now=slot.starts_at)
    return desk.row(publication_id).state


def full_day(desk: Desk, channel: int) -> list[int]:
    """Two posts that a person put on today, in a channel for two a day."""
    held = [desk.released(channel) for _ in range(2)]
    for each, at in zip(held, ("13:30", "16:30"), strict=True):
        move(desk, each, f"{TODAY} {at}")
    return held


def test_a_third_post_stands_beyond_the_cap_by_a_persons_reason_and_goes_out(each_desk: Desk) -> None:
    desk = each_desk
    channel = desk.channel()
    desk.rules()
    held = full_day(desk, channel)
    third = desk.released(channel)
    refused = refusal_of(lambda: move(desk, third, f"{TODAY} 15:00"))
    assert set(refused.codes) == {Refusal.DAY_FULL}
    assert Excuse.MANY_THAT_DAY in refused.params["excuses"]  # type: ignore[operator]  # a parameter is an object
    move(desk, third, f"{TODAY} 15:00", Excuse.HAPPENS_NOW)
    slot = desk.slot(third)
    assert slot is not None
    assert (slot.kind, slot.cap, (slot.ordinal or 0) > slot.cap) == (SlotKind.EXCUSED, 2, True)
    assert excused(desk, third) == {"day_full": "happens_now"}
    assert desk.row(third).chosen_at == wall(f"{TODAY} 15:00")
    assert {due(desk, each) for each in (held[0], third, held[1])} == {State.GOING_OUT}


def test_the_reason_is_kept_in_the_history_with_who_gave_it(desk: Desk) -> None:
    publication = desk.placed(desk.channel())
    move(desk, publication, f"{TODAY} 20:00", Excuse.AGREED_WITH_OTHERS)
    with desk.db.read(desk.municipality) as session:
        event = rows.every(session, AuditEvent, col(AuditEvent.subject_id) == publication)[-1]
    assert event.person_id == desk.chief.person_id
    assert event.detail["excused"] == [{"rule": "outside_window", "reason": "agreed_with_others"}]


@pytest.mark.parametrize(
    ("at", "post"),
    [
        ("2026-03-03 09:59", {}),
        ("2026-03-04 15:00", {"latest_at": wall("2026-03-04 14:00")}),
        ("2026-03-04 15:00", {"earliest_at": wall("2026-03-04 16:00")}),
    ],
)
def test_no_reason_helps_against_what_is_past_or_outside_its_own_times(
    desk: Desk, at: str, post: dict[str, Any]
) -> None:
    publication = desk.released(desk.channel(), **post)
    refused = refusal_of(lambda: move(desk, publication, at, Excuse.CANNOT_WAIT))
    assert refused.params["excuses"] == ()
    assert desk.stands(publication) is None


def test_a_strict_turn_is_set_aside_by_nobody(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules(alternation="strict")
    desk.placed(channel, "nb")
    refused = refusal_of(lambda: move(desk, desk.released(channel, "nb"), f"{TOMORROW} 15:00", Excuse.NO_TEXT_IN_OTHER))
    assert (set(refused.codes), refused.params["excuses"]) == ({Refusal.TURN}, ())


def test_a_reason_that_is_not_about_the_rule_is_not_taken(desk: Desk) -> None:
    publication = desk.released(desk.channel())
    refused = refusal_of(lambda: move(desk, publication, f"{TODAY} 20:00", Excuse.MANY_THAT_DAY))
    assert Excuse.MANY_THAT_DAY not in refused.params["excuses"]  # type: ignore[operator]  # a parameter is an object


def test_a_reason_where_none_is_needed_leaves_no_trace(desk: Desk) -> None:
    publication = desk.released(desk.channel())
    move(desk, publication, f"{TODAY} 15:00", Excuse.CANNOT_WAIT)
    assert desk.codes(publication) == [Because.CHOSEN]


@pytest.mark.parametrize(
    "leave", [planning.take_off, planning.place_again, partial(planning.move, wanted_at=wall(f"{TOMORROW} 14:00"))]
)
def test_a_reason_goes_with_the_time_it_was_given_for(desk: Desk, leave: Callable[..., object]) -> None:
    publication = desk.released(desk.channel())
    move(desk, publication, f"{TODAY} 20:00", Excuse.CANNOT_WAIT)
    desk.do(leave, publication)
    assert excused(desk, publication) == {}


def test_a_reason_goes_when_the_moment_has_passed(desk: Desk) -> None:
    publication = desk.released(desk.channel())
    move(desk, publication, f"{TODAY} 20:00", Excuse.CANNOT_WAIT)
    slot = desk.slot(publication)
    assert slot is not None
    with desk.begin() as session:
        minting.mint(session, slot.pk, now=slot.starts_at + TOLERANCE + MOMENT)
    assert (desk.row(publication).problem_code, desk.row(publication).because) == (Refusal.LATE, [])


def test_what_stands_close_by_is_not_pushed_out_by_what_a_person_put_there(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules(alternation="prefer")
    chosen = desk.released(channel, "nb")
    move(desk, chosen, f"{TODAY} 15:00")
    between = desk.released(channel, "nb")
    move(desk, between, f"{TODAY} 14:40", Excuse.HAPPENS_NOW)
    assert excused(desk, between) == {"too_close": "happens_now", "turn": "happens_now"}
    assert {due(desk, between), due(desk, chosen)} == {State.GOING_OUT}


def test_publish_now_is_now_and_in_the_evening_takes_a_reason(desk: Desk) -> None:
    desk.now = wall(f"{TODAY} 20:00")
    publication = desk.placed(desk.channel())
    assert set(refusal_of(lambda: desk.do(planning.publish_now, publication)).codes) == {Refusal.OUTSIDE_WINDOW}
    desk.do(planning.publish_now, publication, excuse=Excuse.CANNOT_WAIT)
    assert desk.stands(publication) == f"{TODAY} 20:00"
    assert due(desk, publication) is State.GOING_OUT


def test_where_breaks_must_be_asked_for_one_press_gives_the_first_time_that_breaks_the_turn(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules(alternation="ask")
    desk.placed(channel, "nb")
    waiting = desk.placed(channel, "nb")
    assert desk.row(waiting).problem_code == Refusal.TURN
    with desk.db.read(desk.municipality) as session:
        found = moving.reachable(session, waiting, now=desk.now)
    assert found is not None
    assert found.broken == (Refusal.TURN,)
    assert Excuse.NO_TEXT_IN_OTHER in found.excuses
    desk.do(planning.place_with_reason, waiting, excuse=Excuse.NO_TEXT_IN_OTHER)
    slot = desk.slot(waiting)
    assert slot is not None
    assert slot.starts_at == found.at
    assert excused(desk, waiting) == {"turn": "no_text_in_other"}


def test_no_reason_places_what_may_not_be_placed_at_all(desk: Desk) -> None:
    publication = desk.placed(desk.channel(), latest_at=wall(f"{TODAY} 12:00"))
    with desk.db.read(desk.municipality) as session:
        assert moving.reachable(session, publication, now=wall(f"{TODAY} 12:01")) is None
    desk.now = wall(f"{TODAY} 12:01")
    refused = refusal_of(lambda: desk.do(planning.place_with_reason, publication, excuse=Excuse.CANNOT_WAIT))
    assert refused.codes == (Refusal.AFTER_LATEST,)


def test_a_chosen_time_and_its_reason_go_with_the_post_to_whoever_approves_it(desk: Desk) -> None:
    unit = desk.unit()
    channel = desk.channel(unit_id=unit, language="nb", needs_approval=True)
    author = desk.somebody(Role.AUTHOR, unit_id=unit)
    publication = desk.draft(channel)
    post_id = desk.row(publication).post_id
    wanted = {publication: wall(f"{TODAY} 20:00")}
    assert set(refusal_of(lambda: desk.schedule(post_id, author, wanted_at=wanted)).codes) == {Refusal.OUTSIDE_WINDOW}
    desk.schedule(post_id, author, wanted_at=wanted, excuse=Excuse.HAPPENS_NOW)
    desk.do(review.approve, publication)
    assert desk.stands(publication) == f"{TODAY} 20:00"
    assert excused(desk, publication) == {"outside_window": "happens_now"}
    assert due(desk, publication) is State.GOING_OUT


def test_the_one_press_takes_a_reason_for_the_times_it_chose(desk: Desk) -> None:
    publication = desk.draft(desk.channel())
    wanted = {publication: wall(f"{TODAY} 20:00")}
    desk.schedule(desk.row(publication).post_id, wanted_at=wanted, excuse=Excuse.HAPPENS_NOW)
    assert desk.stands(publication) == f"{TODAY} 20:00"
    assert excused(desk, publication) == {"outside_window": "happens_now"}


def test_where_a_chosen_time_lacks_only_a_reason_one_press_gives_that_very_time(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules(max_per_day=1)
    waiting = desk.released(channel)
    desk.set(waiting, chosen_at=wall(f"{TODAY} 20:00"))
    desk.place(channel)
    assert desk.row(waiting).problem_code == Refusal.OUTSIDE_WINDOW
    desk.do(planning.place_with_reason, waiting, excuse=Excuse.AGREED_WITH_OTHERS)
    assert desk.stands(waiting) == f"{TODAY} 20:00"
