"""Channels, practice and health in a real browser: axe finds nothing and nothing stands outside the window, wide or narrow, light or dark."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import expect

from connectors.practice_store import PracticeNetwork
from scheduler.services import holding
from tests import build
from tests.journeys.looking import nothing_wrong
from tests.pages import PHONE, WIDE, OpenPage
from tests.web.conftest import START, Town
from tests.web.served import let_in, served
from tests.web.test_channels import practice
from tests.web.test_practice import PNG, put_up

Scheme = Literal["light", "dark"]
#: Those that look otherwise here than in the sample, where tests/journeys/test_pages.py sees every page.
PAGES = ("channels/", "channels/1", "channels/2", "channels/new/manual", "practice/", "practice/posts/1", "health/")


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
def test_every_page_can_be_used_by_everybody(
    town: Town, open_page: OpenPage, size: tuple[int, int], scheme: Scheme
) -> None:
    channel_id = practice(town)
    remote_id = put_up(
        town, channel_id, f"Ny gangveg\n\nhttps://www.fjordvik.example/{'svaert-langt-' * 12}", images=(PNG,)
    )
    network = PracticeNetwork(town.settings.practice_file)
    network.rewrite(network.accounts()[0].name, remote_id, text="Ny gangveg i dag", language="nn", at=START)
    with town.db.begin(town.municipality_id) as session:
        paused = build.channel(session, name="Kanal med et svært langt navn" * 3, paused_code="token_dead").pk
        build.feed(session, error_code="unreachable")
        holding.hold(session, None, channel_id=paused, reason="Kontoen er kapret", now=START)
    page = open_page(size=size, scheme=scheme)
    with served(town.app) as address:
        let_in(page, address, "kari")
        for path in PAGES:
            page.goto(f"{address}/fjordvik/{path}")
            nothing_wrong(page)
        page.goto("about:blank")


def test_a_mistake_in_a_form_takes_the_focus_and_can_be_put_right_by_keyboard(town: Town, open_page: OpenPage) -> None:
    page = open_page()
    with served(town.app) as address:
        let_in(page, address, "kari")
        page.goto(f"{address}/fjordvik/channels/new/manual")
        page.locator("#name").fill("Facebook")
        page.keyboard.press("Enter")
        summary = page.locator("ds-error-summary")
        expect(summary).to_be_focused()
        nothing_wrong(page)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#credential_network")).to_be_focused()
        page.keyboard.type("Facebook")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Facebook")
        page.goto("about:blank")
