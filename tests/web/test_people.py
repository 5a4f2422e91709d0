"""The pages about people and units: who may look, who may change, and what is said when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from scheduler.domain.access import Role
from scheduler.queries import people as people_queries
from scheduler.services import people
from tests.web.conftest import PASSWORD, START, Town, sign_in

NEW = {
    "name": "Marte Solheim",
    "email": "marte@fjordvik.example",
    "role": "author",
    "unit": "",
    "password": "ei lang og fin setning",
}
Post = Callable[..., Any]


def text(client: FlaskClient, path: str) -> str:
    """What a page says."""
    return client.get(path).get_data(as_text=True)


def test_everybody_who_works_here_sees_who_works_here(town: Town) -> None:
    page = text(town.browser_of("rita"), "/fjordvik/people/")
    for name in ("Kari Nordmann", "Anne Nordmann", "Lars Nordmann", "Fjordvik skule"):
        assert name in page
    assert "Ola Utvik" not in page
    assert "Legg til en person" not in page


@pytest.mark.parametrize("name", ["kari", "lars", "rita"])
@pytest.mark.parametrize(
    "path", ["/new", "/1/roles", "/1/roles/remove", "/1/close", "/1/open", "/1/password", "/units"]
)
def test_only_who_manages_people_may_change_them(town: Town, post: Post, name: str, path: str) -> None:
    assert post(town.browser_of(name), f"/fjordvik/people{path}", **NEW).status_code == 403


def test_a_new_person_can_sign_in(town: Town, post: Post) -> None:
    answer = post(town.browser_of("anne"), "/fjordvik/people/new", **NEW)
    assert answer.status_code == 303
    assert sign_in(town.browser(), NEW["email"], NEW["password"]).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "  "}, "Skriv et navn."),
        ({"name": "x" * 121}, "høyst 120 tegn"),
        ({"email": "marte"}, "Skriv en hel e-postadresse"),
        ({"email": "a@b@c.no"}, "Skriv en hel e-postadresse"),
        ({"email": "KARI@fjordvik.example "}, "er her allerede"),
        ({"password": "kort"}, "Passordet er for kort"),
        ({"password": "x" * 257}, "Passordet er for langt"),
        ({"password": "marte@fjordvik.example"}, "noe annet enn e-postadressen"),
        ({"role": "king"}, "Velg én fra listen."),
        ({"role": "leader"}, "En leder leder en enhet"),
        ({"role": "chief", "unit": "1"}, "gjelder hele kommunen"),
        ({"unit": "99"}, "Velg én fra listen."),
        ({"unit": "x"}, "Velg én fra listen."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    town: Town, post: Post, wrong: dict[str, str], said: str
) -> None:
    answer = post(town.browser_of("anne"), "/fjordvik/people/new", **{**NEW, **wrong})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count(said) == 2, "in the summary and at the field"
    assert 'aria-invalid="true"' in page
    kept = {**NEW, **wrong}
    for name in ("name", "email"):
        assert f'value="{kept[name].strip() if name not in wrong else kept[name]}"' in page


def test_everything_that_is_wrong_is_said_at_once(town: Town, post: Post) -> None:
    answer = post(
        town.browser_of("anne"),
        "/fjordvik/people/new",
        name="M",
        email="marte",
        role="leader",
        unit="",
        password="kort",
    )
    page = answer.get_data(as_text=True)
    for said in ("Skriv en hel e-postadresse", "Passordet er for kort", "En leder leder en enhet"):
        assert said in page


@pytest.mark.parametrize("path", ["", "/roles", "/roles/remove", "/close", "/open", "/password"])
def test_another_municipalitys_person_is_not_there(town: Town, post: Post, path: str) -> None:
    client, other = town.browser_of("anne"), town.people["ola"]
    if not path:
        assert client.get(f"/fjordvik/people/{other}").status_code == 404
    else:
        answer = post(client, f"/fjordvik/people/{other}{path}", role="author", unit="", password=NEW["password"])
        assert answer.status_code == 404


def test_another_municipalitys_unit_cannot_be_given(town: Town) -> None:
    with town.db.begin(town.other_municipality_id) as session, pytest.raises(Exception, match="unknown_unit"):
        people.add_person(
            session, None, name="Siv", email="siv@utvik.example", role=Role.LEADER, unit_id=town.unit_id, now=START
        )


def test_roles_are_given_and_taken(town: Town, post: Post) -> None:
    client = town.browser_of("anne")
    assert post(client, "/fjordvik/people/4/roles", role="author", unit="1").status_code == 303
    assert "Forfatter, Fjordvik skule" in text(client, "/fjordvik/people/4")
    assert post(client, "/fjordvik/people/4/roles/remove", role="author", unit="1").status_code == 303
    assert "Forfatter, Fjordvik skule" not in text(client, "/fjordvik/people/4")


def test_the_last_role_and_the_last_administrator_stay(town: Town, post: Post) -> None:
    client = town.browser_of("anne")
    answer = post(client, "/fjordvik/people/4/roles/remove", role="reader", unit="")
    assert (answer.status_code, "Velg minst én rolle." in answer.get_data(as_text=True)) == (422, True)
    post(client, "/fjordvik/people/2/roles", role="reader", unit="")
    answer = post(client, "/fjordvik/people/2/roles/remove", role="administrator", unit="")
    assert answer.status_code == 422
    assert "Ingen andre administrerer denne kommunen" in answer.get_data(as_text=True)
    assert post(client, "/fjordvik/people/2/close").status_code == 422


def test_a_new_password_ends_the_sessions_begun_with_the_old(town: Town, post: Post) -> None:
    rita, anne = town.browser_of("rita"), town.browser_of("anne")
    assert post(anne, "/fjordvik/people/4/password", password="enda ei lang setning").status_code == 303
    assert rita.get("/fjordvik/me/").status_code == 303
    assert sign_in(town.browser(), "rita@fjordvik.example").status_code == 401
    assert sign_in(town.browser(), "rita@fjordvik.example", "enda ei lang setning").status_code == 303


def test_accounts_are_closed_and_opened_again(town: Town, post: Post) -> None:
    anne = town.browser_of("anne")
    assert post(anne, "/fjordvik/people/4/close").status_code == 303
    assert sign_in(town.browser(), "rita@fjordvik.example").status_code == 401
    assert post(anne, "/fjordvik/people/4/open").status_code == 303
    assert sign_in(town.browser(), "rita@fjordvik.example").status_code == 303


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("kari", ["Kari"]),
        ("FJORDVIK.EX", ["Anne", "Kari", "Lars", "Rita"]),
        ("%", []),
        ("_", []),
        ("  lars ", ["Lars"]),
        ("ørn", []),
    ],
)
def test_people_are_found_by_a_part_of_name_or_address(town: Town, search: str, found: list[str]) -> None:
    with town.db.read(town.municipality_id) as session:
        names = [person.name.split()[0] for person in people_queries.page(session, search=search).people]
    assert names == found


def test_the_list_is_paged_both_ways_without_losing_anybody(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        for number in range(7):
            email = f"b{number}@fjordvik.example"
            people.add_person(session, None, name="Berit Dahl", email=email, role=Role.READER, now=START)
    seen: list[int] = []
    with town.db.read(town.municipality_id) as session:
        page = people_queries.page(session, limit=3)
        assert page.before is None
        pages = [page]
        while page.after is not None:
            seen += [person.id for person in page.people]
            page = people_queries.page(session, after=page.after, limit=3)
            pages.append(page)
        seen += [person.id for person in page.people]
        assert len(seen) == len(set(seen)) == 11
        back = people_queries.page(session, before=pages[2].before, limit=3)
        assert [person.id for person in back.people] == [person.id for person in pages[1].people]
        first = people_queries.page(session, before=pages[1].before, limit=3)
        assert (first.people, first.before) == (pages[0].people, None)


def test_nobody_found_leads_back_to_everybody(town: Town) -> None:
    page = text(town.browser_of("rita"), "/fjordvik/people/?search=xyz")
    assert "Fant ingen" in page
    assert "Vis alle" in page


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "Skriv et navn."), (" Fjordvik  skule ", "allerede en enhet"), ("x" * 121, "høyst 120 tegn")],
)
def test_a_unit_needs_a_name_of_its_own(town: Town, post: Post, name: str, said: str) -> None:
    answer = post(town.browser_of("anne"), "/fjordvik/people/units", page="/fjordvik/people/", unit_name=name)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


def test_one_changes_ones_own_password_and_stays_signed_in(town: Town, post: Post) -> None:
    client, elsewhere = town.browser_of("kari"), town.browser_of("kari")
    new = "en helt ny setning"
    assert post(client, "/fjordvik/me/password", old_password="wrong", password=new).status_code == 422
    assert post(client, "/fjordvik/me/password", old_password=PASSWORD, password=new).status_code == 303
    assert client.get("/fjordvik/me/").status_code == 200
    assert elsewhere.get("/fjordvik/me/").status_code == 303
