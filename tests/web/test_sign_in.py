"""Signing in and out, and the pace of guessing."""

from __future__ import annotations

from tests.web.conftest import Town, sign_in


def test_the_right_password_leads_in(town: Town) -> None:
    client = town.browser()
    answer = sign_in(client, "kari@fjordvik.example")
    assert answer.status_code == 303
    page = client.get("/fjordvik/me/")
    assert page.status_code == 200
    assert "Kari Nordmann" in page.get_data(as_text=True)
