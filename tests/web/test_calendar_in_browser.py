"""Moving a post in the calendar with a mouse and with keys alone, in a real browser: what is drawn, what is said, where focus is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.pages import PHONE, OpenPage
from tests.web.conftest import Town
from tests.web.served import let_in, served
from tests.web.test_calendar import channel, placed, slot_at, wall


@pytest.fixture
def address(town: Town) -> Iterator[str]:
    """Where the town's pages are."""
    with served(town.app) as found:
        yield found


@pytest.fixture
def channel_id(town: Town) -> int:
    return channel(town, name="Facebook-siden", language="nb")


def entry(page: Page, publication_id: int) -> Locator:
    return page.locator(f"#p-{publication_id}")


def day(page: Page, on: str) -> Locator:
    return page.locator(f"[data-day='{on}']")


def drag(page: Page, publication_id: int, to: str) -> None:
    """With the mouse, from where it stands to another day; the page's own answer is waited for."""
    source, target = entry(page, publication_id).bounding_box(), day(page, to).bounding_box()
    assert source is not None
    assert target is not None
    page.mouse.move(source["x"] + 40, source["y"] + 10)
    page.mouse.down()
    page.mouse.move(source["x"] + 60, source["y"] + 20, steps=4)
    page.mouse.move(target["x"] + 40, target["y"] + 12, steps=12)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.mouse.up()


def test_a_post_is_moved_with_keys_alone_and_moved_back(town: Town, channel_id: int, address: str, page: Page) -> None:
    moved = placed(town, channel_id, wall(25, 14))
    let_in(page, address, "kari")
    page.goto(f"{address}/fjordvik/calendar/")
    entry(page, moved).locator("[data-move]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#day")).to_be_focused()
    page.keyboard.press("Escape")
    expect(entry(page, moved).locator("[data-move]")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#day").fill("2026-11-26")
    page.locator("#time").fill("15:30")
    page.keyboard.press("Enter")
    expect(page.locator("#move")).not_to_be_visible()
    expect(day(page, "2026-11-26").locator("a:not(.move)")).to_be_focused()
    expect(page.locator("#toast")).to_contain_text("kl. 15.30")
    assert slot_at(town, moved) == wall(26, 15, 30)
    page.locator("#undo button").focus()
    page.keyboard.press("Enter")
    expect(day(page, "2026-11-25").locator("a:not(.move)")).to_be_focused()
    expect(page.locator("#undo")).to_have_count(0)
    assert slot_at(town, moved) == wall(25, 14)


def test_a_third_post_dragged_onto_a_full_day_goes_back_and_is_offered_the_nearest_times(
    town: Town, channel_id: int, address: str, page: Page
) -> None:
    placed(town, channel_id, wall(25, 13))
    placed(town, channel_id, wall(25, 16))
    third = placed(town, channel_id, wall(27, 14))
    let_in(page, address, "kari")
    page.set_viewport_size({"width": 1280, "height": 1500})
    page.goto(f"{address}/fjordvik/calendar/")
    drag(page, third, "2026-11-25")
    expect(page.locator("#refused")).to_be_focused()
    expect(day(page, "2026-11-27").locator(f"#p-{third}")).to_have_count(1)
    assert slot_at(town, third) == wall(27, 14)
    expect(page.locator(".nearest button")).to_have_count(3)
    page.locator(".nearest button").first.click()
    expect(entry(page, third).locator("a:not(.move)")).to_be_focused()
    assert slot_at(town, third) != wall(27, 14)


def test_a_post_dragged_to_another_day_keeps_its_time_on_the_wall(
    town: Town, channel_id: int, address: str, page: Page
) -> None:
    moved = placed(town, channel_id, wall(25, 14, 30))
    let_in(page, address, "kari")
    page.set_viewport_size({"width": 1280, "height": 1500})
    page.goto(f"{address}/fjordvik/calendar/")
    drag(page, moved, "2026-11-27")
    expect(day(page, "2026-11-27").locator("a:not(.move)")).to_be_focused()
    assert slot_at(town, moved) == wall(27, 14, 30)
    drag(page, moved, "2026-11-26")
    expect(day(page, "2026-11-26").locator("a:not(.move)")).to_be_focused()


def test_a_telephone_shows_a_list_of_the_days_that_hold_something(
    town: Town, channel_id: int, address: str, open_page: OpenPage
) -> None:
    moved = placed(town, channel_id, wall(25, 14))
    page = open_page(size=PHONE)
    let_in(page, address, "kari")
    page.goto(f"{address}/fjordvik/calendar/")
    expect(entry(page, moved)).to_be_visible()
    expect(page).to_have_url(re.compile("view=list"))
    expect(page.get_by_role("heading", name="Onsdag 25. november 2026")).to_be_visible()
    expect(day(page, "2026-11-26")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
