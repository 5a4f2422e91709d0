"""What the database remembers of people, their roles and failed sign-ins, on both databases alike."""

from __future__ import annotations

from datetime import timedelta

from scheduler.domain.access import Role
from scheduler.store import municipalities, people
from scheduler.store.database import Database
from tests import build
from tests.build import NOW


def test_people_come_by_name_and_are_paged_both_ways(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        for name in ("Siri Dahl", "anne berg", "Kari Li", "Kari Li", "Ola Vik"):
            build.person(session, name=name)
    with db.read(municipality) as session:
        first = people.page(session, limit=2)
        second = people.page(session, after=first[-1].pk, limit=2)
        third = people.page(session, after=second[-1].pk, limit=2)
        back = people.page(session, before=third[0].pk, limit=2)
    assert [person.name for person in first] == ["anne berg", "Kari Li"]
    assert [person.name for person in second] == ["Kari Li", "Ola Vik"]
    assert [person.name for person in third] == ["Siri Dahl"]
    assert [person.pk for person in back] == [person.pk for person in second]


def test_a_search_finds_names_and_addresses_and_takes_no_sign_for_a_wildcard(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        build.person(session, name="Åse Ørn", email="aase@fjordvik.example")
        build.person(session, name="Siri Dahl", email="siri@fjordvik.example")
    with db.read(municipality) as session:
        for search, names in (("åse", ["Åse Ørn"]), ("SIRI@", ["Siri Dahl"]), ("%", []), ("_", []), ("\\", [])):
            assert [person.name for person in people.page(session, search=search, limit=9)] == names, search


def test_an_edge_of_another_municipality_is_no_edge(db: Database, municipality: int) -> None:
    other = build.municipality(db)
    with db.begin(other) as session:
        theirs = build.person(session, name="Aa").pk
    with db.begin(municipality) as session:
        build.person(session, name="Siri Dahl")
    with db.read(municipality) as session:
        assert [person.name for person in people.page(session, after=theirs, limit=9)] == ["Siri Dahl"]


def test_roles_are_replaced_as_a_whole(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        school, person = build.unit(session).pk, build.person(session, role=Role.READER).pk
        people.replace_grants(session, person, [(Role.AUTHOR, None), (Role.LEADER, school)])
        people.replace_grants(
            session, person, [(Role.LEADER, school), (Role.MODERATOR, school), (Role.MODERATOR, None)]
        )
    with db.read(municipality) as session:
        held = {(grant.role, grant.unit_id) for grant in people.grants(session, [person])}
    assert held == {(Role.LEADER, school), (Role.MODERATOR, school), (Role.MODERATOR, None)}


def test_only_active_people_of_the_whole_municipality_count_as_others(db: Database, municipality: int) -> None:
    other = build.municipality(db)
    with db.begin(other) as session:
        build.person(session, role=Role.ADMINISTRATOR)
    with db.begin(municipality) as session:
        unit, mine = build.unit(session).pk, build.person(session, role=Role.ADMINISTRATOR).pk
        build.person(session, role=Role.ADMINISTRATOR, active=False)
        build.person(session, role=Role.ADMINISTRATOR, unit_id=unit)
        build.person(session, role=Role.CHIEF)
        assert people.other_active_with(session, Role.ADMINISTRATOR, than=mine) == 0
        build.person(session, role=Role.ADMINISTRATOR)
        assert people.other_active_with(session, Role.ADMINISTRATOR, than=mine) == 1


def test_failures_are_kept_by_key_and_forgotten_one_or_all(db: Database, municipality: int) -> None:
    later = NOW + timedelta(minutes=1)
    with db.begin(municipality) as session:
        people.add_failures(session, ["ip:1", "person:a"], now=NOW)
        people.add_failures(session, ["ip:1"], now=NOW)
        people.add_failures(session, ["ip:1"], now=later)
        assert people.failures(session, "ip:1", since=NOW - timedelta(1)) == [NOW, NOW, later]
        people.forget_failures(session, "ip:1", at=NOW)
        assert people.failures(session, "ip:1", since=NOW - timedelta(1)) == [NOW, later]
        assert people.failures(session, "ip:1", since=NOW) == [later]
        people.forget_old_failures(session, before=later)
        assert people.failures(session, "ip:1", since=NOW - timedelta(1)) == [later]
        people.forget_failures(session, "ip:1")
        assert people.failures(session, "ip:1", since=NOW - timedelta(1)) == []


def test_a_municipality_is_found_by_slug_and_by_host(db: Database) -> None:
    with db.operate() as session:
        made = municipalities.add(session, name="Utvik", slug="utvik", language="nn", host="utvik.example", now=NOW)
    with db.across() as session:
        for found in (municipalities.by_slug(session, "utvik"), municipalities.by_host(session, "utvik.example")):
            assert found is not None
            assert (found.id, found.created_at) == (made.id, NOW)
        assert municipalities.by_slug(session, "nowhere") is None
        assert [row.name for row in municipalities.every(session)] == ["Utvik"]
