"""A service notice as the service desk sends it from a telephone: one field and two presses to the citizens, and one more when it is over."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.conftest import RunningDemo
from tests.journeys.looking import Presses, nothing_wrong
from tests.journeys.walking import JONAS, button, enter, link, said, until
from tests.pages import PHONE, OpenPage

PRACTICE = "Fjordvik kommune (øving)"
WHAT = "Vannet er borte i Strandgata"
MOST_PRESSES = 2
#: How the notice fares in the practice channel, as its line in the list says.
IN_PRACTICE = f"xpath=//li[contains(@class, 'notice')]//li[contains(., '{PRACTICE}')]"


def test_a_notice_is_out_after_one_field_and_two_presses_and_over_after_one(
    open_page: OpenPage, demo: RunningDemo
) -> None:
    page = open_page(size=PHONE)
    enter(page, demo, as_person=JONAS)
    page.goto(demo.town)
    presses = Presses()
    presses.press(link(page.get_by_role("navigation", name=said("Pages")), "Notices"))
    expect(page.get_by_label(said("What has happened"))).to_be_focused()
    page.keyboard.type(WHAT)
    expect(page.locator("#notice-seen")).to_contain_text(f"{WHAT}.")
    nothing_wrong(page)
    presses.press(button(page, "Send now"))
    expect(page.locator("main .ds-alert[data-color=success]")).to_contain_text(PRACTICE)
    until(page.locator(IN_PRACTICE).get_by_text(said("Published")))
    assert presses.count == MOST_PRESSES
    nothing_wrong(page)

    there = page.locator(IN_PRACTICE).get_by_role("link", name=re.compile(said("See it there"))).get_attribute("href")
    over = Presses()
    over.press(page.get_by_role("button", name=re.compile(said("Say that it is over"))))
    until(page.locator(IN_PRACTICE).get_by_text(said("Says that it is over")))
    assert over.count == 1
    assert there
    page.goto(there)
    expect(page.locator(".ntext").first).to_contain_text("Dette gjelder ikke lenger.")
    expect(page.locator(".ntext").first).to_contain_text(f"Meldingen var: {WHAT}.")
