"""Signing in and out, and the pace of guessing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from scheduler.domain.access import Role
from scheduler.domain.people import FAILURE_WINDOW, MOST_FAILURES
from scheduler.services import people, signing_in
from tests.web.conftest import PASSWORD, START, Town, sign_in, token

KARI = "kari@fjordvik.example"


def fail(town: Town, email: str = KARI, *, address: str = "192.0.2.1") -> int:
    """One failed try; its status."""
    client = town.browser()
    form = {"email": email, "password": "not the password", "csrf_token": token(client)}
    return int(client.post("/fjordvik/sign-in", data=form, environ_base={"REMOTE_ADDR": address}).status_code)


def test_the_right_password_leads_in(town: Town) -> None:
    client = town.browser()
    assert sign_in(client, KARI).status_code == 303
    page = client.get("/fjordvik/me/")
    assert page.status_code == 200
    assert "Kari Nordmann" in page.get_data(as_text=True)


def test_the_address_may_be_written_in_capitals_and_with_spaces(town: Town) -> None:
    assert sign_in(town.browser(), "  KARI@Fjordvik.example ").status_code == 303


@pytest.mark.parametrize("email", [KARI, "nobody@fjordvik.example", "ola@utvik.example", "x" * 5000, "kari'--"])
def test_a_wrong_password_and_an_unknown_address_answer_alike(town: Town, email: str) -> None:
    client = town.browser()
    answer = sign_in(client, email, "not the password")
    assert answer.status_code == 401
    assert "hører ikke sammen" in answer.get_data(as_text=True)
    assert client.get("/fjordvik/me/").status_code == 303


def test_an_unknown_address_costs_a_hash_as_well(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    reckoned: list[str] = []
    real = signing_in.verify

    def counting(kept: str | None, password: str) -> bool:
        reckoned.append(password)
        return real(kept, password)

    monkeypatch.setattr(signing_in, "verify", counting)
    sign_in(town.browser(), "nobody@fjordvik.example", "once")
    assert reckoned == ["once"]
    assert real(None, "nobody has this password, and nobody can sign in with it") is False, "not even with nobody's own"


def test_the_fifth_try_is_weighed_and_the_sixth_must_wait(town: Town) -> None:
    for _ in range(MOST_FAILURES):
        assert fail(town) == 401
    client = town.browser()
    answer = sign_in(client, KARI)
    assert answer.status_code == 429, "even with the right password"
    assert answer.headers["Retry-After"] == str(int(FAILURE_WINDOW.total_seconds()))
    assert "i dag kl. 09.45" in answer.get_data(as_text=True)


def test_the_right_password_at_the_fifth_try_leads_in(town: Town) -> None:
    for _ in range(MOST_FAILURES - 1):
        fail(town)
    assert sign_in(town.browser(), KARI).status_code == 303


def test_after_exactly_fifteen_minutes_one_may_try_again(town: Town) -> None:
    for _ in range(MOST_FAILURES):
        fail(town)
    town.clock.pass_by(FAILURE_WINDOW - timedelta(seconds=1))
    assert fail(town) == 429
    town.clock.pass_by(timedelta(seconds=1))
    assert sign_in(town.browser(), KARI).status_code == 303


def test_a_try_that_had_to_wait_does_not_lengthen_the_wait(town: Town) -> None:
    for _ in range(MOST_FAILURES):
        fail(town)
    town.clock.pass_by(timedelta(minutes=10))
    assert fail(town) == 429
    town.clock.pass_by(timedelta(minutes=5))
    assert sign_in(town.browser(), KARI).status_code == 303


def test_tries_for_one_person_count_from_everywhere(town: Town) -> None:
    statuses = [fail(town, address=f"192.0.2.{number}") for number in range(6)]
    assert statuses == [401] * 5 + [429]


def test_tries_from_one_address_count_for_everybody(town: Town) -> None:
    statuses = [fail(town, f"guess{number}@fjordvik.example") for number in range(6)]
    assert statuses == [401] * 5 + [429]


def test_signing_in_forgets_what_failed_before(town: Town) -> None:
    for _ in range(MOST_FAILURES - 1):
        fail(town, address="192.0.2.7")
    assert sign_in(town.browser(), KARI).status_code == 303
    for number in range(MOST_FAILURES - 1):
        assert fail(town, address=f"192.0.2.{number}") == 401


def test_the_throttle_of_one_municipality_is_not_anothers(town: Town) -> None:
    for _ in range(MOST_FAILURES):
        fail(town)
    assert sign_in(town.browser(), "ola@utvik.example", town="utvik").status_code == 303


def test_signing_out_ends_the_session(town: Town) -> None:
    client = town.browser_of("kari")
    assert client.post("/fjordvik/sign-out", data={"csrf_token": token(client, "/fjordvik/me/")}).status_code == 303
    assert client.get("/fjordvik/me/").status_code == 303


def test_a_closed_account_is_out_at_once(town: Town) -> None:
    client = town.browser_of("kari")
    with town.db.begin(town.municipality_id) as session:
        people.close_account(session, None, person_id=town.people["kari"], now=town.clock())
    assert client.get("/fjordvik/me/").status_code == 303
    assert sign_in(town.browser(), KARI).status_code == 401


def test_a_session_of_another_municipality_opens_nothing_here(town: Town) -> None:
    client = town.browser()
    assert sign_in(client, "ola@utvik.example", town="utvik").status_code == 303
    answer = client.get("/fjordvik/people/")
    assert (answer.status_code, answer.location) == (303, "/fjordvik/sign-in?next=/fjordvik/people/")


@pytest.mark.parametrize(
    ("asked", "lands"),
    [
        ("/fjordvik/people/?search=k", "/fjordvik/people/?search=k"),
        ("//evil.example/fjordvik/", None),
        ("https://evil.example/fjordvik/", None),
        ("/utvik/people/", None),
        ("/fjordvik/\\evil.example", None),
        ("/fjordvik/\r\nSet-Cookie: a=b", None),
        ("javascript:alert(1)", None),
    ],
)
def test_after_signing_in_one_lands_where_one_was_going_if_it_is_here(
    town: Town, asked: str, lands: str | None
) -> None:
    answer = sign_in(town.browser(), KARI, next=asked)
    assert answer.status_code == 303
    if lands:
        assert answer.location == lands
    else:
        assert answer.location.startswith("/fjordvik/")
        assert "evil" not in answer.location


@pytest.mark.parametrize(
    ("role", "lands"),
    [
        (Role.SERVICE_DESK, "/fjordvik/inbox/"),
        (Role.MODERATOR, "/fjordvik/inbox/"),
        (Role.CHIEF, "/fjordvik/queue/"),
        (Role.READER, "/fjordvik/queue/"),
    ],
)
def test_whoever_answers_and_writes_no_posts_lands_on_the_inbox(town: Town, role: Role, lands: str) -> None:
    with town.db.begin(town.municipality_id) as session:
        people.add_person(
            session, None, name="Jonas Vik", email="jonas@fjordvik.example", role=role, password=PASSWORD, now=START
        )
    client = town.browser()
    assert sign_in(client, "jonas@fjordvik.example").location == lands
    assert client.get("/fjordvik/").location == lands


@pytest.mark.parametrize("form", [{}, {"email": " ", "password": ""}])
def test_an_empty_form_says_what_to_fill_in(town: Town, form: dict[str, str]) -> None:
    client = town.browser()
    answer = client.post("/fjordvik/sign-in", data={**form, "csrf_token": token(client)})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Skriv e-postadressen din." in text
    assert "Skriv passordet ditt." in text
    assert text.count('aria-invalid="true"') == 2


def test_the_password_is_never_shown_back(town: Town) -> None:
    assert PASSWORD not in sign_in(town.browser(), "wrong@fjordvik.example").get_data(as_text=True)


def test_many_tries_at_once_are_weighed_no_more_often_than_one_by_one(town: Town) -> None:
    def one(_number: int) -> type:
        answer = signing_in.sign_in(
            town.db,
            municipality_id=town.municipality_id,
            email=KARI,
            password="wrong",
            address="192.0.2.1",
            now=town.clock(),
        )
        assert isinstance(answer, signing_in.NotSignedIn)
        return type(answer.again_at)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(16)))
    assert answers.count(type(None)) == MOST_FAILURES
