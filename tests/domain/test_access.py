"""Who may do what: each role, each deed, in one's own unit, another unit, the municipality and a foreign one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.access import MAY, Actor, Deed, Denied, Grant, Reach, Role, demand, may, needs_approval, reach
from scheduler.errors import Refused

HERE, ELSEWHERE = 1, 2
SCHOOL, LIBRARY = 10, 11

TABLE = """
                 author moderator service_desk leader chief archivist administrator reader
read             x      x         x            x      x     x         x             x
write_post       x      -         -            x      x     -         -             -
submit           x      -         -            x      x     -         -             -
approve          -      -         -            x      x     -         -             -
send_back        -      -         -            x      x     -         -             -
move             x      -         -            x      x     -         -             -
cancel           x      -         -            x      x     -         -             -
confirm_manual   x      x         x            x      x     -         x             -
send_notice      x      -         x            x      x     -         -             -
answer           -      x         x            x      x     -         -             -
hide             -      x         x            x      x     -         -             -
pull_feed        x      -         -            x      x     -         x             -
manage_feeds     -      -         -            -      x     -         x             -
manage_channels  -      -         -            -      x     -         x             -
manage_rules     -      -         -            -      x     -         x             -
manage_units     -      -         -            -      -     -         x             -
manage_people    -      -         -            -      -     -         x             -
hold             -      -         -            x      x     -         x             -
wind_clock       x      x         x            x      x     x         x             -
"""


def cells() -> list[tuple[Role, Deed, bool]]:
    header, *lines = TABLE.strip().splitlines()
    roles = [Role(name) for name in header.split()]
    found = []
    for line in lines:
        deed, *marks = line.split()
        found += [(role, Deed(deed), mark == "x") for role, mark in zip(roles, marks, strict=True)]
    return found


def person(*grants: Grant) -> Actor:
    return Actor(person_id=7, municipality_id=HERE, name="Kari Nordmann", grants=frozenset(grants))


def test_the_table_answers_for_every_role_and_every_deed() -> None:
    assert {(role, deed) for role, deed, _ in cells()} == {(role, deed) for role in Role for deed in Deed}
    assert set(MAY) == set(Role)


@pytest.mark.parametrize(("role", "deed", "allowed"), cells())
def test_a_role_in_the_municipality_covers_every_unit_and_what_belongs_to_none(
    role: Role, deed: Deed, allowed: bool
) -> None:
    actor = person(Grant(role))
    for unit_id in (SCHOOL, LIBRARY, None):
        assert may(actor, deed, municipality_id=HERE, unit_id=unit_id) is allowed


@pytest.mark.parametrize(("role", "deed", "allowed"), cells())
def test_a_role_in_a_unit_covers_that_unit_alone(role: Role, deed: Deed, allowed: bool) -> None:
    actor = person(Grant(role, SCHOOL))
    assert may(actor, deed, municipality_id=HERE, unit_id=SCHOOL) is allowed
    assert not may(actor, deed, municipality_id=HERE, unit_id=LIBRARY)
    assert not may(actor, deed, municipality_id=HERE, unit_id=None)


@pytest.mark.parametrize("deed", Deed)
def test_another_municipalitys_object_is_always_refused(deed: Deed) -> None:
    actor = person(*(Grant(role, unit) for role in Role for unit in (None, SCHOOL)))
    for unit_id in (SCHOOL, None):
        assert not may(actor, deed, municipality_id=ELSEWHERE, unit_id=unit_id)


def test_who_holds_no_role_may_nothing() -> None:
    assert not any(may(person(), deed, municipality_id=HERE, unit_id=SCHOOL) for deed in Deed)


def test_roles_in_several_units_reach_exactly_those() -> None:
    actor = person(Grant(Role.LEADER, SCHOOL), Grant(Role.READER, LIBRARY))
    assert reach(actor, Deed.READ) == Reach(whole=False, units=frozenset({SCHOOL, LIBRARY}))
    assert reach(actor, Deed.APPROVE) == Reach(whole=False, units=frozenset({SCHOOL}))


def test_a_demand_that_is_not_met_says_which_deed_was_denied() -> None:
    with pytest.raises(Refused) as refused:
        demand(person(Grant(Role.LEADER, SCHOOL)), Deed.MOVE, unit_id=LIBRARY)
    assert refused.value.codes == (Denied.NOT_ALLOWED,)
    assert refused.value.params == {"deed": "move"}


def test_a_demand_of_another_municipality_is_never_met() -> None:
    with pytest.raises(Refused):
        demand(person(Grant(Role.CHIEF)), Deed.READ, unit_id=None, municipality_id=ELSEWHERE)


def test_a_demand_is_met_by_the_role_and_of_the_command_line_nothing_is_demanded() -> None:
    demand(person(Grant(Role.LEADER, SCHOOL)), Deed.MOVE, unit_id=SCHOOL)
    demand(None, Deed.MANAGE_PEOPLE, unit_id=None)


def asks(actor: Actor | None, *, unit_id: int | None, municipality_id: int | None = None) -> bool:
    return needs_approval(channel_needs_approval=True, actor=actor, unit_id=unit_id, municipality_id=municipality_id)


def test_a_channel_that_asks_for_no_approval_gets_none() -> None:
    for actor in (person(Grant(Role.AUTHOR)), person(), None):
        assert not needs_approval(channel_needs_approval=False, actor=actor, unit_id=None)


def test_a_leaders_own_act_is_the_approval_in_the_own_unit_and_not_in_another() -> None:
    leader = person(Grant(Role.LEADER, SCHOOL))
    assert not asks(leader, unit_id=SCHOOL)
    assert asks(leader, unit_id=LIBRARY)
    assert asks(leader, unit_id=SCHOOL, municipality_id=ELSEWHERE)


def test_an_author_waits_for_approval_where_the_channel_asks_for_it() -> None:
    assert asks(person(Grant(Role.AUTHOR, SCHOOL)), unit_id=SCHOOL)


def test_nobody_in_particular_approves_nothing() -> None:
    assert asks(None, unit_id=SCHOOL)


grants = st.frozensets(st.builds(Grant, st.sampled_from(Role), st.sampled_from([None, SCHOOL, LIBRARY])), max_size=5)


@given(grants, st.sampled_from(Deed), st.sampled_from([SCHOOL, LIBRARY, None]))
def test_more_roles_never_take_a_permission_away(held: frozenset[Grant], deed: Deed, unit_id: int | None) -> None:
    before = may(person(*held), deed, municipality_id=HERE, unit_id=unit_id)
    after = may(person(*held, Grant(Role.READER)), deed, municipality_id=HERE, unit_id=unit_id)
    assert after or not before
