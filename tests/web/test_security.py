"""What the browser is told, and which requests are refused before any page sees them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from scheduler.services.gate import Gate
from tests.web.conftest import Town, sign_in, token
from web.app import create_app

PAGES = ("/fjordvik/sign-in", "/fjordvik/nowhere", "/health", "/robots.txt")


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(town: Town, path: str) -> None:
    headers = town.browser().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_the_policy_allows_nothing_inline_and_nobody_else(town: Town, path: str) -> None:
    policy = town.browser().get(path).headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert "*" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-")
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy


def test_the_nonce_is_new_each_time_and_the_page_carries_it(town: Town) -> None:
    client = town.browser()
    answers = [client.get("/fjordvik/sign-in") for _ in range(2)]
    nonces = [re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"]) for answer in answers]
    assert nonces[0] is not None
    assert nonces[1] is not None
    assert nonces[0][1] != nonces[1][1]
    assert f'hx-nonce="{nonces[0][1]}"' in answers[0].get_data(as_text=True)


def test_a_form_without_its_token_is_refused_and_what_was_typed_is_shown_back(town: Town) -> None:
    client = town.browser_of("anne")
    answer = client.post("/fjordvik/people/units", data={"unit_name": "Lia barnehage"})
    assert answer.status_code == 400
    assert "Lia barnehage" in answer.get_data(as_text=True)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_a_request_that_comes_from_elsewhere_is_refused_even_with_a_token(town: Town, site: str) -> None:
    client = town.browser_of("anne")
    form = {"unit_name": "Lia barnehage", "csrf_token": token(client, "/fjordvik/people/")}
    answer = client.post("/fjordvik/people/units", data=form, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_pages_and_old_browsers_are_let_through(town: Town, site: str) -> None:
    client = town.browser_of("anne")
    form = {"unit_name": "Lia barnehage", "csrf_token": token(client, "/fjordvik/people/")}
    assert client.post("/fjordvik/people/units", data=form, headers={"Sec-Fetch-Site": site}).status_code == 303


def test_the_token_may_come_in_a_header_as_htmx_sends_it(town: Town) -> None:
    client = town.browser_of("anne")
    told = {"X-CSRFToken": token(client, "/fjordvik/people/")}
    assert client.post("/fjordvik/people/units", data={"unit_name": "Lia skole"}, headers=told).status_code == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites(town: Town) -> None:
    cookie = sign_in(town.browser(), "kari@fjordvik.example").headers["Set-Cookie"]
    assert cookie.startswith("ordskifte=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie, "plain http on this machine"


def test_over_https_the_cookie_is_bound_to_the_host(town: Town) -> None:
    settings = replace(town.settings, public_url="https://ordskifte.fjordvik.example", trusted_proxies=1)
    app = create_app(settings, db=town.db, clock=town.clock, gate=Gate.of(settings, town.clock))
    client = app.test_client()
    told = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "ordskifte.fjordvik.example",
        "X-Forwarded-For": "192.0.2.9",
    }
    answer = client.get("/fjordvik/sign-in", headers=told)
    assert answer.headers["Set-Cookie"].startswith("__Host-ordskifte=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]


def test_a_request_that_is_too_large_is_refused_in_words(town: Town) -> None:
    client = town.browser_of("anne")
    answer = client.post("/fjordvik/people/units", data={"unit_name": "x" * 3_000_000})
    assert answer.status_code == 413
    assert "Det var for stort" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "name", ["app.css", "app.js", "icon.svg", "vendor/htmx.min.js", "vendor/icons.svg", "vendor/inter/index.css"]
)
def test_files_are_kept_for_a_year_under_a_name_of_their_own(town: Town, name: str) -> None:
    client = town.browser()
    page = client.get("/fjordvik/sign-in").get_data(as_text=True)
    base = re.search(r'href="(/static/[0-9a-f]+/)app.css"', page)
    assert base is not None
    answer = client.get(base[1] + name)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_outside_the_static_folder_is_served(town: Town) -> None:
    page = town.browser().get("/fjordvik/sign-in").get_data(as_text=True)
    base = re.search(r'href="(/static/[0-9a-f]+/)app.css"', page)
    assert base is not None
    for path in ("../session.py", "%2e%2e/session.py", "..%2fsession.py", "vendor/../../session.py"):
        assert town.browser().get(base[1] + path).status_code == 404


def test_reading_a_page_writes_nothing(town: Town, post: Callable[..., Any]) -> None:
    client = town.browser_of("anne")
    plain = [
        rule for rule in town.app.url_map.iter_rules() if rule.arguments <= {"slug"} and "GET" in (rule.methods or ())
    ]
    with closing(sqlite3.connect(town.db.url.removeprefix("sqlite:///"))) as onlooker:
        before = onlooker.execute("PRAGMA data_version").fetchone()
        for rule in plain:
            assert client.get(rule.rule.replace("<slug>", "fjordvik")).status_code != 500, rule.rule
        assert onlooker.execute("PRAGMA data_version").fetchone() == before
        post(client, "/fjordvik/people/units", page="/fjordvik/people/", unit_name="Lia skole")
        assert onlooker.execute("PRAGMA data_version").fetchone() != before, "a form does write"


def test_a_sign_that_no_text_holds_is_refused_wherever_it_stands(town: Town) -> None:
    client = town.browser_of("anne")
    form = {"unit_name": "Lia\x00skole", "csrf_token": token(client, "/fjordvik/people/")}
    assert client.post("/fjordvik/people/units", data=form).status_code == 400
    assert client.get("/fjordvik/people/?search=%00").status_code == 400
    assert client.get("/fjord%00vik/people/").status_code == 404
