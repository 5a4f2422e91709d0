"""Road one as a person walks it: from a news item on the website to a published post, by mouse and by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import RunningDemo
from tests.journeys.looking import Keyboard, Presses, nothing_wrong
from tests.journeys.walking import button, draft, enter, in_channel, item, link, said, says, schedule, until, wind
from tests.pages import OpenPage

PRACTICE, BY_HAND = "Fjordvik kommune (øving)", "Facebook (for hand)"
GRANTS, JOBS = "Lag og foreninger kan søke om støtte", "Vil du arbeide i heimetenesta?"
MOST_PRESSES = 3
#: Today's four stand before it: two posts in two channels.
MOST_SENDINGS = 6
REQUIRED = "input:is([required], [aria-required=true]), textarea:is([required], [aria-required=true]), select:is([required], [aria-required=true])"


def required_and_empty(page: Page) -> list[str]:
    """What a person has to fill in before going on."""
    return [
        field.get_attribute("name") or "?"
        for field in page.locator(REQUIRED).all()
        if field.is_visible() and not field.input_value()
    ]


def test_from_a_news_item_to_scheduled_is_one_screen_and_three_presses(page: Page, demo: RunningDemo) -> None:
    enter(page, demo)
    page.goto(f"{demo.town}/queue/")
    presses = Presses()
    presses.press(link(page.get_by_role("navigation", name=said("Pages")), "News"))
    asked = required_and_empty(page)
    presses.press(button(page, "Make post of “%(title)s”", title=JOBS))
    expect(page.get_by_role("heading", level=1, name=JOBS)).to_be_visible()
    nothing_wrong(page)
    asked += required_and_empty(page)
    presses.press(button(page, "Schedule"))
    for channel in (PRACTICE, BY_HAND):
        says(in_channel(page, channel), "Scheduled")
        says(in_channel(page, channel), "This is the first free time that keeps your rules.")
    assert (presses.count, asked) == (MOST_PRESSES, [])
    nothing_wrong(page)


def test_the_same_goes_by_keyboard_alone(page: Page, demo: RunningDemo) -> None:
    enter(page, demo)
    page.goto(f"{demo.town}/queue/")
    keyboard = Keyboard(page)
    keyboard.press(link(page.get_by_role("navigation", name=said("Pages")), "News"))
    page.wait_for_url("**/news/")
    keyboard.skip()
    keyboard.press(button(page, "Make post of “%(title)s”", title=GRANTS))
    expect(page.get_by_role("heading", level=1, name=GRANTS)).to_be_visible()
    keyboard.skip()
    typed = " Velkommen!"
    text = page.locator("textarea#text-nb")
    keyboard.go_to(text)
    page.keyboard.press("Control+End")
    with page.expect_response("**/preview"):
        page.keyboard.type(typed)
    expect(in_channel(page, PRACTICE).locator(".shown-text").first).to_contain_text(typed.strip())
    expect(text).to_be_focused()
    keyboard.press(button(page, "Schedule"), key="Space")
    says(in_channel(page, PRACTICE), "Scheduled")
    expect(in_channel(page, PRACTICE).locator(".shown-text").first).to_contain_text(typed.strip())


def test_at_its_time_it_is_published_once_and_a_citizen_sees_it_with_its_picture(page: Page, demo: RunningDemo) -> None:
    enter(page, demo)
    page.goto(f"{demo.town}/queue/?tab=scheduled")
    link(page, JOBS).click()
    here = in_channel(page, PRACTICE)
    for _sending in range(MOST_SENDINGS):
        wind(page)
        if here.get_by_text(said("Published"), exact=True).is_visible():
            break
    seen_there = here.get_by_role("link", name=said("See it there"))
    with page.expect_popup() as opened:
        seen_there.click()
    citizens = opened.value
    post = citizens.get_by_role("article")
    expect(post).to_contain_text(JOBS)
    expect(post.get_by_role("img", name="Tre hus ved ein blå fjord, med runde fjell bak")).to_be_visible()
    drawn = post.get_by_role("img").evaluate("image => image.decode().then(() => image.naturalWidth)")
    assert drawn > 0
    home = post.get_by_role("link").filter(has_text="/website/news/")
    nothing_wrong(citizens)
    home.click()
    expect(citizens.get_by_role("heading", level=1, name=JOBS)).to_be_visible()
    link(page, "As a citizen sees it").click()
    expect(page.get_by_role("article").filter(has_text=JOBS)).to_have_count(1)
    nothing_wrong(page)
