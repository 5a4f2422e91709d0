"""Placing: by the rules alone, never beyond a promise, and saying why."""

from __future__ import annotations

import pytest

from scheduler.domain.publication import State
from scheduler.domain.reasons import Because, Placement, Unplaced
from scheduler.domain.rules import Refusal
from scheduler.errors import Missing
from scheduler.services import planning, review
from scheduler.services.planning import Parked
from tests.services.desk import Desk, wall

TODAY, TOMORROW, DAY_AFTER = "2026-03-03", "2026-03-04", "2026-03-05"


# --- the planner places ---


def test_two_a_day_in_the_afternoon_and_the_third_waits_until_tomorrow(each_desk: Desk) -> None:
    channel = each_desk.channel()
    each_desk.rules()
    ids = [each_desk.released(channel) for _ in range(5)]
    assert len(each_desk.place(channel)) == 5
    assert [each_desk.day(each) for each in ids] == [TODAY, TODAY, TOMORROW, TOMORROW, DAY_AFTER]
    hours = [int((each_desk.stands(each) or "")[11:13]) for each in ids]
    assert all(13 <= hour < 18 for hour in hours)
    assert {each_desk.row(each).state for each in ids} == {State.SCHEDULED}
    assert each_desk.history(ids[0]) == ["release", "place"]
    assert Because.FIRST_LAWFUL in each_desk.codes(ids[2])


def test_placing_again_places_nothing_twice(desk: Desk) -> None:
    channel = desk.channel()
    placed = desk.placed(channel)
    before = desk.stands(placed)
    assert desk.place(channel) == []
    assert desk.stands(placed) == before


def test_the_bell_places_in_every_channel_and_counts(desk: Desk) -> None:
    first, second, empty = desk.channel(), desk.channel(), desk.channel()
    ids = [desk.released(first), desk.released(second)]
    desk.draft(empty)
    assert planning.plan_due(desk.db, [desk.municipality], now=desk.now) == 2
    assert planning.plan_due(desk.db, [desk.municipality], now=desk.now) == 0
    assert all(desk.stands(each) for each in ids)


def test_nynorsk_and_bokmaal_take_turns(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules(alternation="prefer")
    nb = [desk.released(channel, "nb") for _ in range(2)]
    nn = [desk.released(channel, "nn") for _ in range(2)]
    desk.place(channel)
    placed = sorted((desk.stands(each) or "", desk.row(each).language) for each in (*nb, *nn))
    assert [language for _, language in placed] == ["nb", "nn", "nb", "nn"]


def test_of_a_post_in_both_languages_the_planner_chooses_the_one_whose_turn_it_is(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules(alternation="strict")
    desk.placed(channel, "nb")
    both = desk.placed(channel, texts={"nb": "Den er åpen.", "nn": "Han er open."})
    slot = desk.slot(both)
    assert slot is not None
    assert (desk.row(both).language, slot.language) == ("nn", "nn")
    assert Because.LANGUAGE_CHOSEN in desk.codes(both)


def test_a_post_waits_so_many_days_for_its_turn_and_then_the_break_is_kept(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules(alternation="prefer", patience_days=2)
    first, second = desk.placed(channel, "nb"), desk.placed(channel, "nb")
    assert (desk.day(first), desk.day(second)) == (TODAY, DAY_AFTER)
    assert Because.TURN_BROKEN in desk.codes(second)


def test_where_turns_are_strict_a_post_without_its_turn_finds_no_place_and_says_why(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules(alternation="strict")
    desk.placed(channel, "nb")
    waiting = desk.placed(channel, "nb")
    assert (desk.row(waiting).state, desk.row(waiting).problem_code) == (State.APPROVED, Refusal.TURN)
    assert desk.stands(waiting) is None


def test_a_units_channel_keeps_to_its_own_language_and_takes_no_turns(desk: Desk) -> None:
    school = desk.channel(unit_id=desk.unit(), language="nn")
    texts = {"nb": "Den er åpen.", "nn": "Han er open."}
    first, second = desk.placed(school, texts=texts), desk.placed(school, texts=texts)
    assert [desk.row(each).language for each in (first, second)] == ["nn", "nn"]
    assert [desk.day(each) for each in (first, second)] == [TODAY, TODAY]


def test_a_channel_with_a_language_still_takes_a_post_that_has_only_another(desk: Desk) -> None:
    school = desk.channel(unit_id=desk.unit(), language="nn")
    assert desk.row(desk.placed(school, "nb")).language == "nb"


def test_a_language_that_takes_no_turns_goes_out_in_its_own(desk: Desk) -> None:
    channel = desk.channel()
    northern = desk.placed(channel, "se")
    slot = desk.slot(northern)
    assert slot is not None
    assert (desk.row(northern).language, slot.language) == ("se", "other")


def test_nothing_is_placed_on_a_holiday_by_itself_and_a_person_may_choose_it(desk: Desk) -> None:
    desk.now = wall("2026-05-16 19:00")
    channel = desk.channel()
    publication = desk.placed(channel)
    assert desk.day(publication) == "2026-05-18"
    assert Refusal.HOLIDAY in desk.codes(publication)
    desk.move(publication, "2026-05-17 14:00")
    assert desk.stands(publication) == "2026-05-17 14:00"


def test_a_post_is_never_placed_beyond_its_latest_moment(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules()
    last = desk.placed(channel, latest_at=wall(f"{TODAY} 12:59"))
    assert (desk.stands(last), desk.row(last).problem_code) == (None, Refusal.AFTER_LATEST)
    full = [desk.placed(channel) for _ in range(2)]
    assert {desk.day(each) for each in full} == {TODAY}
    for each, at in zip(full, ("13:30", "16:30"), strict=True):
        desk.move(each, f"{TODAY} {at}")
    crowded_out = desk.placed(channel, latest_at=wall(f"{TODAY} 18:00"))
    assert desk.stands(crowded_out) is None
    assert desk.row(crowded_out).state is State.APPROVED


def test_what_must_be_out_first_goes_first(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules()
    plain, pressing = desk.released(channel), desk.released(channel, latest_at=wall(f"{TODAY} 18:00"))
    important = desk.released(channel, priority=1)
    desk.place(channel)
    stands = sorted((desk.stands(each) or "", each) for each in (plain, pressing, important))
    assert [each for _, each in stands] == [pressing, important, plain]


def test_nothing_is_placed_before_its_earliest_moment(desk: Desk) -> None:
    publication = desk.placed(desk.channel(), earliest_at=wall(f"{DAY_AFTER} 00:00"))
    assert desk.day(publication) == DAY_AFTER


def test_what_nobody_has_answered_for_is_not_placed(desk: Desk) -> None:
    channel = desk.channel()
    draft, approved = desk.draft(channel), desk.draft(channel)
    desk.set(approved, state=State.APPROVED)  # but without an approval that stands
    assert desk.place(channel) == []
    assert desk.stands(draft) is None
    assert desk.row(approved).problem_code == Refusal.NOT_APPROVED


@pytest.mark.parametrize("values", [{"paused_code": "by_hand"}, {"active": False}])
def test_a_resting_channel_gets_no_new_places(desk: Desk, values: dict[str, object]) -> None:
    channel = desk.channel()
    waiting = desk.released(channel)
    desk.set_channel(channel, **values)
    assert desk.place(channel) == []
    assert desk.row(waiting).problem_code == Refusal.CHANNEL_PAUSED
    desk.set_channel(channel, paused_code=None, active=True)
    assert len(desk.place(channel)) == 1
    assert desk.row(waiting).problem_code is None


@pytest.mark.parametrize("parked", list(Parked))
def test_what_is_parked_is_left_alone_until_a_person_places_it(desk: Desk, parked: Parked) -> None:
    channel = desk.channel()
    publication = desk.released(channel)
    desk.set(publication, problem_code=parked.value)
    assert desk.place(channel) == []
    assert planning.plan_due(desk.db, [desk.municipality], now=desk.now) == 0
    assert desk.row(publication).problem_code == parked
    with desk.begin() as session:
        placed = planning.place_again(session, desk.chief, publication, now=desk.now)
    assert [each.publication_id for each in placed] == [publication]
    assert (desk.row(publication).state, desk.row(publication).problem_code) == (State.SCHEDULED, None)


def test_another_municipalitys_day_is_its_own(desk: Desk) -> None:
    other = Desk(desk.db)
    ours, theirs = desk.channel(), other.channel()
    for each, channel in ((desk, ours), (other, theirs)):
        assert [each.day(each.placed(channel, "se")) for _ in range(2)] == [TODAY, TODAY]
    with desk.begin() as session, pytest.raises(Missing):
        planning.place_approved(session, channel_id=theirs, now=desk.now)


# --- what would be ---


def test_a_proposal_says_where_and_why_and_writes_nothing(desk: Desk) -> None:
    channel = desk.channel()
    desk.rules()
    draft = desk.draft(channel)
    too_late = desk.draft(channel, latest_at=wall(f"{TODAY} 11:00"))
    post_id = desk.row(draft).post_id
    with desk.db.read(desk.municipality) as session:
        (found,) = planning.what_if(session, post_id, now=desk.now).places.values()
        (nowhere,) = planning.what_if(session, desk.row(too_late).post_id, now=desk.now).places.values()
    assert isinstance(found, Placement)
    assert found.day.isoformat() == TODAY
    assert isinstance(nowhere, Unplaced)
    assert nowhere.foremost is Refusal.AFTER_LATEST
    assert desk.row(draft).state is State.DRAFT
    with desk.begin() as session:
        review.release(session, desk.chief, draft, now=desk.now)
    (placement,) = desk.place(channel)
    assert placement.starts_at == found.starts_at


def test_a_proposal_speaks_of_what_is_not_placed_yet(desk: Desk) -> None:
    publication = desk.placed(desk.channel())
    with desk.db.read(desk.municipality) as session:
        assert planning.what_if(session, desk.row(publication).post_id, now=desk.now).places == {}
        with pytest.raises(Missing):
            planning.what_if(session, 10_000, now=desk.now)


def test_a_long_backlog_is_placed_a_few_at_a_time_and_all_of_it(desk: Desk) -> None:
    channel = desk.channel()
    for _ in range(14):
        desk.released(channel)
    assert planning.plan_due(desk.db, [desk.municipality], now=desk.now) == 14
