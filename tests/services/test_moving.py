"""A post moved by a person: within the rules, by whoever may, and never two in one place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from scheduler.domain.access import Denied, Role
from scheduler.domain.publication import State
from scheduler.domain.reasons import Because, Placement
from scheduler.domain.rules import Refusal
from scheduler.errors import LostRace, Missing, Refused
from scheduler.services import planning, review
from scheduler.services.planning import Parked, PlacingRefusal
from scheduler.store import posts
from scheduler.store.tables.posts import SourceFlag
from tests.services.desk import Desk, refusal_of, wall

TODAY, TOMORROW, DAY_AFTER = "2026-03-03", "2026-03-04", "2026-03-05"


# --- a person chooses ---


def test_a_person_moves_a_post_and_its_time_stays(each_desk: Desk) -> None:
    channel = each_desk.channel()
    publication = each_desk.placed(channel)
    assert each_desk.move(publication, f"{TOMORROW} 14:30").starts_at == wall(f"{TOMORROW} 14:30")
    assert each_desk.stands(publication) == f"{TOMORROW} 14:30"
    assert each_desk.row(publication).chosen_at == wall(f"{TOMORROW} 14:30")
    assert each_desk.codes(publication) == [Because.CHOSEN]
    each_desk.released(channel)
    each_desk.place(channel)
    assert each_desk.stands(publication) == f"{TOMORROW} 14:30"
    assert each_desk.history(publication) == ["release", "place", "move"]


def test_an_approved_post_without_a_place_gets_the_one_that_a_person_chooses(desk: Desk) -> None:
    publication = desk.released(desk.channel())
    desk.move(publication, f"{TODAY} 15:00")
    assert desk.row(publication).state is State.SCHEDULED
    assert desk.history(publication) == ["release", "place"]


def test_a_third_post_on_a_full_day_is_refused_with_the_nearest_lawful_times(each_desk: Desk) -> None:
    channel = each_desk.channel()
    each_desk.rules()
    for _ in range(2):
        each_desk.placed(channel)
    third = each_desk.placed(channel)
    before = each_desk.stands(third)
    assert each_desk.day(third) == TOMORROW
    refused = refusal_of(lambda: each_desk.move(third, f"{TODAY} 15:00"))
    assert Refusal.DAY_FULL in refused.codes
    assert refused.params["wanted_at"] == wall(f"{TODAY} 15:00")
    nearest = refused.params["nearest"]
    assert isinstance(nearest, tuple)
    assert len(nearest) == 3
    assert all(isinstance(each, Placement) and each.day.isoformat() > TODAY for each in nearest)
    assert each_desk.stands(third) == before
    stands = each_desk.slot(third)
    assert stands is not None
    assert stands.starts_at not in {each.starts_at for each in nearest}
    with each_desk.begin() as session:
        chosen = nearest[0].starts_at
        planning.move(session, each_desk.chief, third, wanted_at=chosen, now=each_desk.now)
    slot = each_desk.slot(third)
    assert slot is not None
    assert slot.starts_at == chosen


def test_a_time_that_a_post_may_have_once_it_has_waited_its_turn_out_is_offered_and_given(each_desk: Desk) -> None:
    channel = each_desk.channel()
    each_desk.rules(max_per_day=1, alternation="prefer")
    each_desk.placed(channel)
    second = each_desk.placed(channel)
    offered = refusal_of(lambda: each_desk.move(second, f"{TODAY} 15:00")).params["nearest"]
    assert isinstance(offered, tuple)
    assert offered
    assert all(each.excused == {Refusal.TURN} for each in offered)
    with each_desk.begin() as session:
        chosen = offered[-1].starts_at
        planning.move(session, each_desk.chief, second, wanted_at=chosen, now=each_desk.now)
    assert each_desk.codes(second)[-1] == Because.TURN_BROKEN
    assert each_desk.row(second).chosen_at == chosen


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (f"{TODAY} 09:00", Refusal.IN_THE_PAST),
        (f"{TODAY} 19:00", Refusal.OUTSIDE_WINDOW),
        (f"{TODAY} 18:00", Refusal.OUTSIDE_WINDOW),
        (f"{TOMORROW} 14:00", Refusal.TOO_CLOSE),
        ("2026-03-08 15:00", Refusal.AFTER_LATEST),
        (f"{TODAY} 13:30", Refusal.BEFORE_EARLIEST),
    ],
)
def test_a_person_is_told_which_rule_a_time_breaks(desk: Desk, at: str, code: Refusal) -> None:
    channel = desk.channel()
    desk.rules()
    other = desk.placed(channel)
    desk.move(other, f"{TOMORROW} 14:30")
    moved = desk.placed(channel, latest_at=wall("2026-03-07 18:00"), earliest_at=wall(f"{TODAY} 14:00"))
    before = desk.stands(moved)
    refused = refusal_of(lambda: desk.move(moved, at))
    assert code in refused.codes
    assert "nearest" in refused.params
    assert desk.stands(moved) == before


def test_every_rule_a_time_breaks_is_told_at_once(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules(alternation="strict")
    desk.placed(channel, "nb")
    moved = desk.placed(channel, "nn", latest_at=wall(f"{TODAY} 18:00"))
    assert set(refusal_of(lambda: desk.move(moved, "2026-03-02 20:00")).codes) == {
        Refusal.IN_THE_PAST,
        Refusal.OUTSIDE_WINDOW,
    }


def test_within_a_full_day_a_post_may_change_its_hour(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules()
    first, second = desk.placed(channel), desk.placed(channel)
    desk.move(first, f"{TODAY} 13:00")
    assert desk.stands(first) == f"{TODAY} 13:00"
    assert desk.day(second) == TODAY


@pytest.mark.parametrize(
    "state", [State.DRAFT, State.IN_REVIEW, State.GOING_OUT, State.PUBLISHED, State.FAILED, State.CANCELLED]
)
def test_what_is_not_answered_for_or_out_has_no_time_to_change(desk: Desk, state: State) -> None:
    publication = desk.draft(desk.channel())
    desk.set(publication, state=state)
    deeds: Sequence[Callable[[], object]] = (
        lambda: desk.move(publication, f"{TODAY} 15:00"),
        lambda: desk.do(planning.take_off, publication),
        lambda: desk.do(planning.place_again, publication),
    )
    for deed in deeds:
        assert refusal_of(deed).codes == (PlacingRefusal.NOT_TO_BE_PLACED,)


@pytest.mark.parametrize(
    ("state", "deed"),
    [
        (State.APPROVED, planning.place_again),
        (State.APPROVED, partial(planning.move, wanted_at=wall("2026-03-04 14:00"))),
        (State.FAILED, review.retry),
    ],
)
def test_what_the_site_took_back_gets_no_time_before_somebody_has_answered_that(
    desk: Desk, state: State, deed: Callable[..., object]
) -> None:
    publication_id = desk.released(desk.channel())
    desk.set(publication_id, state=state)
    _flag(desk, publication_id, SourceFlag.WITHDRAWN)
    refused = refusal_of(partial(desk.do, deed, publication_id))
    assert refused.codes == (PlacingRefusal.SOURCE_WITHDRAWN,)
    assert desk.stands(publication_id) is None
    _flag(desk, publication_id, None)
    assert desk.do(deed, publication_id)
    assert desk.stands(publication_id) is not None


def _flag(desk: Desk, publication_id: int, flag: SourceFlag | None) -> None:
    with desk.begin() as session:
        posts.flag(session, desk.row(publication_id).post_id, flag, now=desk.now)


def test_what_is_taken_off_waits_for_a_person_and_frees_its_place(each_desk: Desk) -> None:
    channel = each_desk.channel()
    each_desk.rules()
    first, second, third = (each_desk.placed(channel) for _ in range(3))
    each_desk.do(planning.take_off, first)
    assert (each_desk.row(first).state, each_desk.row(first).problem_code) == (State.APPROVED, Parked.TAKEN_OFF)
    assert each_desk.stands(first) is None
    assert each_desk.place(channel) == []
    each_desk.move(third, f"{TODAY} 13:30" if (each_desk.stands(second) or "") > f"{TODAY} 15" else f"{TODAY} 17:30")
    assert each_desk.day(third) == TODAY


def test_placed_again_by_the_planner_a_post_forgets_the_time_that_was_chosen(desk: Desk) -> None:
    channel = desk.channel()
    publication = desk.placed(channel)
    first = desk.stands(publication)
    desk.move(publication, "2026-03-20 17:00")
    desk.do(planning.place_again, publication)
    assert (desk.stands(publication), desk.row(publication).chosen_at) == (first, None)


# --- who may ---


def test_a_units_people_place_in_their_channel_and_nobody_elses(desk: Desk) -> None:
    ours, theirs = desk.unit(), desk.unit()
    school, library, town = desk.channel(unit_id=ours, language="nb"), desk.channel(unit_id=theirs), desk.channel()
    for role in (Role.LEADER, Role.AUTHOR):
        person = desk.somebody(role, unit_id=ours)
        desk.move(desk.released(school), f"{TODAY} 15:00" if role is Role.LEADER else f"{TOMORROW} 15:00", by=person)
        for channel in (library, town):
            publication = desk.placed(channel)
            moving = partial(planning.move, wanted_at=wall(f"{DAY_AFTER} 15:00"))
            for deed in (moving, planning.take_off, planning.place_again):
                assert refusal_of(partial(desk.do, deed, publication, by=person)).codes == (Denied.NOT_ALLOWED,)


@pytest.mark.parametrize("role", [Role.READER, Role.ARCHIVIST, Role.MODERATOR, Role.SERVICE_DESK, Role.ADMINISTRATOR])
def test_who_does_not_write_does_not_place(desk: Desk, role: Role) -> None:
    publication = desk.placed(desk.channel())
    person = desk.somebody(role)
    assert refusal_of(lambda: desk.move(publication, f"{TOMORROW} 15:00", by=person)).codes == (Denied.NOT_ALLOWED,)
    assert refusal_of(lambda: desk.do(planning.take_off, publication, by=person)).codes == (Denied.NOT_ALLOWED,)
    assert desk.row(publication).state is State.SCHEDULED


def test_another_municipalitys_person_does_not_find_the_post(desk: Desk) -> None:
    other = Desk(desk.db)
    publication = desk.placed(desk.channel())
    with pytest.raises(Missing):
        other.move(publication, f"{TOMORROW} 15:00")


# --- two at once ---


def _at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do all of it at the same moment; what each gave, or what it raised."""
    ready, outcomes = threading.Barrier(len(deeds)), list[object]()

    def run(deed: Callable[[], object]) -> None:
        ready.wait(10)
        try:
            outcomes.append(deed())
        except (Refused, LostRace) as wrong:
            outcomes.append(wrong)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def test_planners_at_once_keep_the_cap_and_place_each_post_once(each_desk: Desk) -> None:
    channel = each_desk.channel()
    each_desk.rules()
    ids = [each_desk.released(channel) for _ in range(6)]
    outcomes = _at_once(*[lambda: each_desk.place(channel)] * 4)
    assert sum(len(each) for each in outcomes if isinstance(each, list)) == 6
    days = [each_desk.day(each) for each in ids]
    assert days == [TODAY] * 2 + [TOMORROW] * 2 + [DAY_AFTER] * 2


def test_of_two_who_want_the_last_place_of_a_day_one_gets_it(each_desk: Desk) -> None:
    channel = each_desk.channel()
    each_desk.rules(max_per_day=1)
    first, second = each_desk.released(channel), each_desk.released(channel)
    outcomes = _at_once(
        lambda: each_desk.move(first, f"{TODAY} 14:00"), lambda: each_desk.move(second, f"{TODAY} 17:00")
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["Placement", "Refused"]
    assert sorted([each_desk.day(first) or "", each_desk.day(second) or ""]) == ["", TODAY]


def test_one_post_moved_by_two_at_once_stands_in_one_place(each_desk: Desk) -> None:
    publication = each_desk.placed(each_desk.channel())
    outcomes = _at_once(
        lambda: each_desk.move(publication, f"{TOMORROW} 14:00"),
        lambda: each_desk.move(publication, f"{DAY_AFTER} 14:00"),
    )
    assert len(outcomes) == 2
    assert any(isinstance(each, Placement) for each in outcomes)
    assert each_desk.stands(publication) in {f"{TOMORROW} 14:00", f"{DAY_AFTER} 14:00"}


def test_a_planner_and_a_person_at_once_leave_no_day_too_full(each_desk: Desk) -> None:
    channel = each_desk.channel()
    each_desk.rules(max_per_day=1)
    chosen, waiting = each_desk.released(channel), each_desk.released(channel)
    _at_once(lambda: each_desk.move(chosen, f"{TODAY} 14:00"), lambda: each_desk.place(channel))
    each_desk.place(channel)
    days = [each_desk.day(chosen), each_desk.day(waiting)]
    assert None not in days
    assert len(set(days)) == 2
