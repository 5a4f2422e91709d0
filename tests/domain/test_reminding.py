"""Whom a reminder reaches: the one who has the enquiry, those who answer there, whoever leads; and whether they know already."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.access import Grant, Role
from scheduler.domain.reminding import Colleague, knows_already, reaches_somebody, recipients
from scheduler.domain.sla import Step
from tests import build

SCHOOL, LIBRARY = 1, 2
UNITS = st.sampled_from([None, SCHOOL, LIBRARY])


def someone(person_id: int, role: Role, unit_id: int | None = None) -> Colleague:
    return Colleague(person_id, frozenset({Grant(role, unit_id)}))


DESK = someone(1, Role.SERVICE_DESK)
MODERATOR = someone(2, Role.MODERATOR)
LEADER = someone(3, Role.LEADER, SCHOOL)
CHIEF = someone(4, Role.CHIEF)
SCHOOL_MODERATOR = someone(5, Role.MODERATOR, SCHOOL)
AUTHOR = someone(6, Role.AUTHOR)
ALL = (DESK, MODERATOR, LEADER, CHIEF, SCHOOL_MODERATOR, AUTHOR)


def reached(
    step: Step, *colleagues: Colleague, unit_id: int | None = SCHOOL, assignee_id: int | None = None
) -> tuple[int, ...]:
    return recipients(step, unit_id=unit_id, assignee_id=assignee_id, colleagues=colleagues)


def test_the_one_who_has_it_is_reminded_and_nobody_else() -> None:
    assert reached(Step.REMIND, *ALL, assignee_id=1) == (1,)


def test_what_nobody_has_is_everybodys_who_answers_in_the_unit() -> None:
    assert reached(Step.REMIND, *ALL) == (5,)


def test_where_nobody_answers_in_the_unit_those_of_the_municipality_are_reminded() -> None:
    assert reached(Step.REMIND, DESK, MODERATOR, LEADER, CHIEF) == (1, 2)


def test_where_nobody_answers_at_all_the_units_leader_is_reminded() -> None:
    assert reached(Step.REMIND, LEADER, CHIEF, AUTHOR) == (3,)


def test_a_unit_without_a_leader_leaves_it_to_the_chief() -> None:
    assert reached(Step.REMIND, CHIEF, AUTHOR) == (4,)
    assert reached(Step.ESCALATE, *ALL, unit_id=LIBRARY) == (4,)


def test_what_is_urgent_reaches_the_units_leader() -> None:
    assert reached(Step.ESCALATE, *ALL, assignee_id=1) == (3,)


def test_the_municipalitys_own_channels_are_no_units_leaders_business() -> None:
    assert reached(Step.ESCALATE, *ALL, unit_id=None) == (4,)
    assert reached(Step.REMIND, *ALL, unit_id=None) == (1, 2)


@pytest.mark.parametrize(
    "gone",
    [(LEADER, CHIEF, DESK), (someone(9, Role.READER), DESK), (someone(9, Role.MODERATOR, LIBRARY), DESK)],
    ids=["left the municipality", "may answer no more", "answers in another unit now"],
)
def test_an_assignee_who_can_do_nothing_about_it_is_not_the_one_to_remind(gone: tuple[Colleague, ...]) -> None:
    assert reached(Step.REMIND, *gone, assignee_id=9) == (1,)


def test_authors_readers_and_administrators_are_never_told() -> None:
    there = (AUTHOR, someone(7, Role.READER), someone(8, Role.ADMINISTRATOR), someone(9, Role.ARCHIVIST))
    assert reached(Step.REMIND, *there) == reached(Step.ESCALATE, *there) == ()
    assert not reaches_somebody(SCHOOL, None, there)


@given(
    st.lists(st.builds(someone, st.integers(1, 6), st.sampled_from(Role), UNITS), max_size=8),
    UNITS,
    st.none() | st.integers(1, 6),
)
def test_what_reaches_anybody_later_reaches_somebody_at_first(
    there: list[Colleague], unit_id: int | None, assignee_id: int | None
) -> None:
    first = reached(Step.REMIND, *there, unit_id=unit_id, assignee_id=assignee_id)
    later = reached(Step.ESCALATE, *there, unit_id=unit_id, assignee_id=assignee_id)
    assert first or not later
    assert reaches_somebody(unit_id, assignee_id, there) == bool(first)


@pytest.mark.parametrize(
    ("hours", "knows"), [(-30, False), (1, False), (11.99, False), (12, True), (20, True), (23, True)]
)
def test_a_mail_from_before_the_middle_of_the_waiting_was_about_another_one(hours: float, knows: bool) -> None:
    assert knows_already(build.NOW + timedelta(hours=hours), started_at=build.NOW) is knows
