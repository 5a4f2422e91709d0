"""Planning anew: quietly, in one transaction with what caused it, never what a person chose; and whoever owns a moved post is told once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlmodel import col

from scheduler.domain.access import Role
from scheduler.domain.excuses import Excuse
from scheduler.domain.planner import SETTLED
from scheduler.domain.publication import State
from scheduler.domain.reasons import Because
from scheduler.domain.rules import TOLERANCE, Refusal
from scheduler.services import minting, planning, telling
from scheduler.services.parking import Parked
from scheduler.store import publications, rows
from scheduler.store.tables import MovedPost, OwnDays, PostingRulesRow
from tests import build
from tests.services.desk import Desk, wall
from tests.services.plans import at, replan, ring, told, written

TODAY, TOMORROW, DAY_AFTER = "2026-03-03", "2026-03-04", "2026-03-05"
MOMENT = timedelta(microseconds=1)
MORNINGS = {str(weekday): [[9 * 60, 12 * 60]] for weekday in range(7)}


def change_rules(desk: Desk, channel_id: int, **values: Any) -> int:
    """The municipality's rules become these, and the channel is planned anew in the same transaction; how many left their slots."""
    with desk.begin() as session:
        for row in rows.every(session, PostingRulesRow, col(PostingRulesRow.channel_id).is_(None)):
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)
        session.flush()
        return planning.replan(session, channel_id=channel_id, now=desk.now)


# --- quiet ---


def test_a_bell_that_rings_again_changes_nothing_and_writes_nothing(each_desk: Desk) -> None:
    desk = each_desk
    channel = desk.channel()
    desk.rules(alternation="prefer")
    for language in ("nb", "nb", "nn", "nb", "nb"):
        desk.released(channel, language)
    desk.released(channel, latest_at=wall(f"{TODAY} 11:00"))
    ring(desk)
    before = written(desk)
    for minutes in (0, 5, 60):
        desk.now += timedelta(minutes=minutes)
        assert ring(desk) == 0
        assert replan(desk, channel) == 0
    assert written(desk) == before


def test_of_many_that_find_no_place_each_is_told_why(desk: Desk) -> None:
    channel = desk.channel()
    ids = [desk.released(channel, latest_at=wall(f"{TODAY} 11:00")) for _ in range(14)]
    assert planning.plan_all(desk.db, [desk.municipality], now=desk.now).unplaced == 14
    assert {desk.row(each).problem_code for each in ids} == {Refusal.AFTER_LATEST}


# --- something new ---


def test_what_must_be_out_soon_moves_what_can_wait_and_its_owner_is_told_once(each_desk: Desk) -> None:
    desk = each_desk
    channel = desk.channel()
    desk.rules()
    plain = [desk.placed(channel) for _ in range(2)]
    before = {each: at(desk, each) for each in plain}
    pressing = desk.released(channel, latest_at=wall(f"{TODAY} 18:00"))
    assert ring(desk) == 1
    assert desk.day(pressing) == TODAY
    (moved,) = [each for each in plain if at(desk, each) != before[each]]
    assert desk.day(moved) == TOMORROW
    assert told(desk) == [(moved, desk.chief.person_id, before[moved], at(desk, moved))]
    assert desk.history(moved)[-1] == "move"
    ring(desk)
    assert len(told(desk)) == 1


def test_what_a_person_chose_and_what_goes_out_within_two_hours_do_not_move(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules()
    soon, chosen = desk.placed(channel), desk.placed(channel)
    desk.move(chosen, f"{TODAY} 17:30")
    desk.now = at(desk, soon) - SETTLED
    before = (at(desk, soon), at(desk, chosen))
    pressing = desk.placed(channel, latest_at=wall(f"{TODAY} 18:00"))
    assert desk.stands(pressing) is None
    assert (at(desk, soon), at(desk, chosen)) == before
    assert told(desk) == []


# --- rules that change ---


def test_other_hours_move_what_was_placed_and_leave_what_was_chosen_which_says_why(each_desk: Desk) -> None:
    desk = each_desk
    channel = desk.channel()
    desk.rules()
    free, chosen = desk.placed(channel), desk.placed(channel)
    desk.move(chosen, f"{TOMORROW} 15:00")
    assert change_rules(desk, channel, windows=MORNINGS) == 1
    assert desk.stands(chosen) == f"{TOMORROW} 15:00"
    assert (desk.stands(free) or "")[11:] < "12"
    last = desk.row(chosen).because[-1]
    assert (last["code"], last["params"]) == (
        Because.EXCUSED,
        {"rule": "outside_window", "reason": Excuse.STOOD_BEFORE},
    )
    assert [each[0] for each in told(desk)] == [free]
    assert change_rules(desk, channel, windows=MORNINGS) == 0
    slot = desk.slot(chosen)
    assert slot is not None
    with desk.begin() as session:
        minting.mint(session, slot.pk, now=slot.starts_at)
    assert desk.row(chosen).state is State.GOING_OUT


def test_a_lower_cap_moves_those_that_no_longer_fit(each_desk: Desk) -> None:
    desk = each_desk
    channel = desk.channel()
    desk.rules(max_per_day=3)
    ids = [desk.placed(channel) for _ in range(3)]
    assert change_rules(desk, channel, max_per_day=1) == 2
    assert sorted(desk.day(each) or "" for each in ids) == [TODAY, TOMORROW, DAY_AFTER]


def test_a_day_taken_out_is_left_and_what_finds_no_other_loses_its_time_and_says_so(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules()
    free, bound = desk.placed(channel), desk.placed(channel, latest_at=wall(f"{TODAY} 18:00"))
    stood = at(desk, bound)
    with desk.begin() as session:
        day = desk.slot(free).day  # type: ignore[union-attr]  # it was placed
        own = OwnDays(
            municipality_id=desk.municipality, name="Planleggingsdag", first_day=day, last_day=day, created_at=desk.now
        )
        rows.add(session, own)
        assert planning.replan(session, channel_id=channel, now=desk.now) == 2
    assert desk.day(free) == TOMORROW
    assert (desk.stands(bound), desk.row(bound).problem_code) == (None, Refusal.OWN_DAY)
    assert (bound, desk.chief.person_id, stood, None) in told(desk)


def test_what_a_persons_reason_made_room_for_beside_it_moves_as_before_when_its_day_is_taken_out(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules(max_per_day=3)
    first, beside = desk.placed(channel), desk.placed(channel)
    pressing = desk.released(channel)
    soon = at(desk, beside) - timedelta(minutes=30)
    desk.do(planning.move, pressing, wanted_at=soon, excuse=Excuse.CANNOT_WAIT)
    assert Because.EXCUSED in desk.codes(beside)
    with desk.begin() as session:
        rows.add(
            session,
            OwnDays(
                municipality_id=desk.municipality,
                name="Planleggingsdag",
                first_day=date.fromisoformat(TODAY),
                last_day=date.fromisoformat(TODAY),
                created_at=desk.now,
            ),
        )
    assert replan(desk, channel) == 2
    assert [desk.day(each) for each in (first, beside, pressing)] == [TOMORROW, TOMORROW, TODAY]


def test_a_pause_takes_no_time_from_what_stands(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules()
    standing = [desk.placed(channel) for _ in range(3)]
    before = [at(desk, each) for each in standing]
    desk.set_channel(channel, paused_code="token_dead")
    waiting = desk.released(channel)
    assert ring(desk) == 0
    assert [at(desk, each) for each in standing] == before
    assert (desk.row(waiting).problem_code, told(desk)) == (Refusal.CHANNEL_PAUSED, [])
    assert change_rules(desk, channel, max_per_day=1) == 1
    assert [desk.day(each) for each in standing] == [TODAY, DAY_AFTER, TOMORROW]


def test_a_time_that_a_person_chose_is_kept_though_what_stood_before_it_was_late(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules(alternation="prefer", max_per_day=3)
    out, late = desk.placed(channel, "nb"), desk.placed(channel, "nn")
    chosen = desk.released(channel, "nb")
    desk.move(chosen, f"{TODAY} 17:30")

    def mint(publication_id: int) -> None:
        with desk.begin() as session:
            minting.mint(session, desk.slot(publication_id).pk, now=desk.now)  # type: ignore[union-attr]  # it was placed

    desk.now = at(desk, out)
    mint(out)
    desk.now = at(desk, late) + TOLERANCE + MOMENT
    mint(late)
    assert (desk.row(late).problem_code, Because.EXCUSED in desk.codes(chosen)) == (Refusal.LATE, True)
    desk.now = at(desk, chosen)
    mint(chosen)
    assert desk.row(chosen).state is State.GOING_OUT


def test_what_has_gone_out_already_stands_whatever_the_rules_become(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules()
    out = desk.placed(channel)
    before = at(desk, out)
    with desk.begin() as session:
        minting.mint(session, desk.slot(out).pk, now=before)  # type: ignore[union-attr]  # it was placed
    desk.now = before + timedelta(hours=1)
    assert change_rules(desk, channel, windows=MORNINGS) == 0
    assert at(desk, out) == before


def test_a_native_post_excuses_nothing_that_a_person_chose(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules(max_per_day=1)
    chosen = desk.released(channel)
    desk.move(chosen, f"{TODAY} 15:00")
    with desk.begin() as session:
        build.thread(session, channel_id=channel, written_at=desk.now, seen_at=desk.now)
    assert replan(desk, channel, by_native=True) == 0
    assert desk.codes(chosen) == [Because.CHOSEN]


# --- telling ---


def test_what_was_late_is_told_once_with_where_it_stands_now(each_desk: Desk) -> None:
    desk = each_desk
    publication = desk.placed(desk.channel())
    before = at(desk, publication)
    desk.now = before + TOLERANCE + MOMENT
    with desk.begin() as session:
        minting.mint(session, desk.slot(publication).pk, now=desk.now)  # type: ignore[union-attr]  # it was placed
    assert told(desk) == [(publication, desk.chief.person_id, before, None)]
    ring(desk)
    assert told(desk) == [(publication, desk.chief.person_id, before, at(desk, publication))]


def test_the_owners_own_hand_is_not_told_and_a_colleagues_is(desk: Desk) -> None:
    publication = desk.placed(desk.channel())
    desk.move(publication, f"{TODAY} 15:00")
    desk.do(planning.take_off, publication)
    desk.move(publication, f"{TODAY} 16:00")
    assert told(desk) == []
    colleague = desk.somebody(Role.CHIEF)
    desk.move(publication, f"{TODAY} 17:00", by=colleague)
    assert told(desk) == [(publication, desk.chief.person_id, wall(f"{TODAY} 16:00"), wall(f"{TODAY} 17:00"))]
    desk.move(publication, f"{TOMORROW} 17:00", by=colleague)
    assert told(desk) == [(publication, desk.chief.person_id, wall(f"{TODAY} 16:00"), wall(f"{TOMORROW} 17:00"))]
    desk.move(publication, f"{TODAY} 16:00", by=colleague)
    assert told(desk) == []


def test_a_post_is_told_to_its_author_before_whoever_answered_for_it(desk: Desk) -> None:
    author = desk.somebody(Role.CHIEF)
    publication = desk.placed(desk.channel(), author_id=author.person_id)
    desk.move(publication, f"{TODAY} 16:00")
    assert [each[1] for each in told(desk)] == [author.person_id]


def test_a_move_is_read_by_its_owner_alone(desk: Desk) -> None:
    author = desk.somebody(Role.CHIEF)
    publication = desk.placed(desk.channel(), author_id=author.person_id)
    desk.move(publication, f"{TODAY} 16:00")
    with desk.begin() as session:
        (row,) = rows.every(session, MovedPost)
        assert telling.seen(session, desk.chief, [row.pk], now=desk.now) == 0
        assert telling.seen(session, author, [row.pk], now=desk.now) == 1
        assert telling.seen(session, author, [row.pk], now=desk.now) == 0


def test_what_is_held_past_its_time_is_told(desk: Desk) -> None:
    publication = desk.placed(desk.channel())
    with desk.begin() as session:
        row = publications.get(session, publication)
        planning.park(session, row, Parked.HELD_PAST_SLOT, now=desk.now, person_id=None)
    assert [(each[0], each[3]) for each in told(desk)] == [(publication, None)]
