"""Names, addresses and passwords; how many failed sign-ins are too many; what a municipality's slug is made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.municipalities import LONGEST_SLUG, RESERVED_SLUGS, MunicipalityRefusal, slug_faults, slug_of
from scheduler.domain.people import (
    FAILURE_WINDOW,
    LONGEST_PASSWORD,
    MOST_FAILURES,
    SHORTEST_PASSWORD,
    PersonRefusal,
    email_faults,
    may_try_at,
    name_faults,
    password_faults,
    tidy_email,
    tidy_name,
)

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
EMAIL = "kari@fjordvik.example"


@pytest.mark.parametrize("email", [EMAIL, "k.n+x@fjordvik.kommune.no", "per-åge@fjordvik.example", "a@b.co"])
def test_an_ordinary_address_is_fine(email: str) -> None:
    assert email_faults(email) == set()


@pytest.mark.parametrize(
    "email",
    [
        "",
        "kari",
        "kari@fjordvik",
        "@fjordvik.no",
        "kari@.no",
        "kari@no.",
        "k k@x.no",
        "k@x.no\x00",
        "<k@x.no>",
        "a@b@c.no",
        "x" * 250 + "@x.no",
    ],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    assert email_faults(email) == {PersonRefusal.EMAIL_MALFORMED}


def test_the_edges_of_a_password() -> None:
    assert password_faults("x" * (SHORTEST_PASSWORD - 1), email=EMAIL) == {PersonRefusal.PASSWORD_TOO_SHORT}
    assert password_faults("x" * SHORTEST_PASSWORD, email=EMAIL) == set()
    assert password_faults("x" * LONGEST_PASSWORD, email=EMAIL) == set()
    assert password_faults("x" * (LONGEST_PASSWORD + 1), email=EMAIL) == {PersonRefusal.PASSWORD_TOO_LONG}
    assert password_faults(EMAIL.upper(), email=EMAIL) == {PersonRefusal.PASSWORD_IS_THE_EMAIL}


def test_the_edges_of_a_name() -> None:
    assert name_faults(tidy_name(" \t ")) == {PersonRefusal.NAME_EMPTY}
    assert name_faults("x" * 120) == set()
    assert name_faults("x" * 121) == {PersonRefusal.NAME_TOO_LONG}


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy_name(tidy_name(text)) == tidy_name(text)
    assert tidy_email(tidy_email(text)) == tidy_email(text)


def test_five_failures_let_nobody_try_until_the_first_is_a_quarter_old() -> None:
    failures = [NOW + timedelta(minutes=minute) for minute in range(MOST_FAILURES)]
    last = failures[-1]
    assert may_try_at(failures[:-1], now=last) is None
    assert may_try_at(failures, now=last) == NOW + FAILURE_WINDOW
    assert may_try_at(failures, now=NOW + FAILURE_WINDOW - timedelta(microseconds=1)) == NOW + FAILURE_WINDOW
    assert may_try_at(failures, now=NOW + FAILURE_WINDOW) is None


@given(st.lists(st.integers(0, 3600), max_size=20), st.integers(0, 3600))
def test_the_moment_that_is_told_is_the_first_at_which_one_may_try(seconds: list[int], later: int) -> None:
    failures, now = (
        [NOW + timedelta(seconds=second) for second in seconds if second <= later],
        NOW + timedelta(seconds=later),
    )
    told = may_try_at(failures, now=now)
    if told is not None:
        assert now < told <= now + FAILURE_WINDOW
        assert may_try_at(failures, now=told - timedelta(seconds=1)) is not None
        assert may_try_at(failures, now=told) is None


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Fjordvik kommune", "fjordvik"),
        ("Bømlo kommune", "bomlo"),
        ("Ærøy og Ålvik", "aeroy-og-alvik"),
        ("Fjordvik  Kommune ", "fjordvik"),
        ("Gáivuotna suohkan", "gaivuotna"),
        ("4204 Test", "4204-test"),
        ("Жжж", ""),
        ("--", ""),
    ],
)
def test_a_slug_is_made_of_the_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@given(st.text(max_size=200))
def test_a_slug_that_is_proposed_can_be_used(name: str) -> None:
    slug = slug_of(name)
    assert len(slug) <= LONGEST_SLUG
    assert not slug or slug_faults(slug) <= {MunicipalityRefusal.SLUG_RESERVED}


@pytest.mark.parametrize("slug", ["", "A", "a b", "-a", "a-", "a--b", "å", "a/b", "x" * 61, "a\n"])
def test_a_slug_that_cannot_stand_in_a_path_is_refused(slug: str) -> None:
    assert slug_faults(slug) == {MunicipalityRefusal.SLUG_MALFORMED}


def test_what_the_installation_uses_itself_is_no_slug() -> None:
    for slug in RESERVED_SLUGS - {"favicon.ico", "robots.txt"}:
        assert slug_faults(slug) == {MunicipalityRefusal.SLUG_RESERVED}
