"""Road one as a person walks it: from a news item on the website to a published post, by mouse and by keyboard
alone; and what becomes of the post when its news item is corrected or removed afterwards."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import RunningDemo
from tests.journeys.looking import Keyboard, Presses, nothing_wrong
from tests.journeys.walking import (
    button,
    draft,
    enter,
    in_channel,
    link,
    open_post,
    press,
    said,
    says,
    schedule,
    until,
    wind_past,
)

PRACTICE, BY_HAND = "Fjordvik kommune (øving)", "Facebook (manuell)"
GRANTS, JOBS = "Lag og foreninger kan søke om støtte", "Vil du arbeide i heimetenesta?"
ROAD, MEETING = "Den nye gangvegen til skulen er ferdig", "Velkommen til folkemøte om sentrumsplanen"
SEASHORE = "Uteskule i fjøra gav ny kunnskap"
MOST_PRESSES = 3
REQUIRED = "input:is([required], [aria-required=true]), textarea:is([required], [aria-required=true]), select:is([required], [aria-required=true])"


def at_the_websites_desk(page: Page, demo: RunningDemo, deed: str, *titles: str) -> None:
    """Correct or remove news, as the website's editor."""
    page.goto(demo.website)
    for title in titles:
        page.get_by_role("button", name=f"{deed} : {title}").click()
        expect(page.get_by_role("button", name=f"{deed} : {title}")).to_have_count(0)


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
        says(in_channel(page, channel), "This is the earliest time that keeps your rules.")
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


def test_a_correction_on_the_website_reaches_a_draft_by_itself_and_asks_where_it_is_scheduled(
    page: Page, demo: RunningDemo
) -> None:
    enter(page, demo)
    draft(page, demo, SEASHORE)
    at_the_websites_desk(page, demo, "Rett saka", SEASHORE, ROAD)
    at_the_websites_desk(page, demo, "Fjern saka", JOBS)
    for feed in ("Fjordvik kommune", "Fjordvik skule"):
        page.goto(f"{demo.town}/feeds/")
        press(page, "Read %(name)s now", name=feed)
        says(page, "Nothing new.")
    open_post(page, demo, SEASHORE)
    expect(page.locator("textarea#text-nn")).to_have_value(re.compile("fann 16 ulike dyr"))
    open_post(page, demo, ROAD)
    says(in_channel(page, PRACTICE), "Scheduled")
    flag = page.get_by_role("region", name=said("The news item has been changed on the website"))
    expect(flag.locator("ins")).to_contain_text(re.compile("1.100"))
    expect(flag.locator("del").filter(has_text="900")).to_be_visible()
    expect(page.locator("textarea#text-nn")).to_have_value(re.compile("900 meter"))
    nothing_wrong(page)
    press(flag, "Use the new text")
    expect(flag).to_be_hidden()
    expect(page.locator("textarea#text-nn")).to_have_value(re.compile("1.100 meter"))
    says(in_channel(page, PRACTICE), "Draft")
    schedule(page)
    says(in_channel(page, PRACTICE), "Scheduled")


def test_at_its_time_it_is_published_once_and_a_citizen_sees_it_with_its_picture(page: Page, demo: RunningDemo) -> None:
    enter(page, demo)
    open_post(page, demo, GRANTS)
    here = in_channel(page, PRACTICE)
    waiting = here.get_by_text(re.compile(f"^({said('Scheduled')}|{said('Approved')})$"))
    wind_past(page, waiting, until_shown=here.get_by_text(said("Published"), exact=True))
    nothing_wrong(page)
    seen_there = here.get_by_role("link", name=said("See it there"))
    with page.expect_popup() as opened:
        seen_there.click()
    citizens = opened.value
    post = citizens.get_by_role("article")
    expect(post).to_contain_text(GRANTS)
    expect(post.get_by_role("img", name="Fire hus ved fjorden, sett fra sjøen")).to_be_visible()
    drawn = post.get_by_role("img").evaluate("image => image.decode().then(() => image.naturalWidth)")
    assert drawn > 0
    home = post.get_by_role("link").filter(has_text="/website/news/")
    nothing_wrong(citizens)
    home.click()
    expect(citizens.get_by_role("heading", level=1, name=GRANTS)).to_be_visible()
    link(page, "As a citizen sees it").click()
    expect(page.get_by_role("article").filter(has_text=GRANTS)).to_have_count(1)


def test_news_that_is_gone_for_an_hour_takes_its_post_off_its_time_until_somebody_answers(
    page: Page, demo: RunningDemo
) -> None:
    enter(page, demo)
    open_post(page, demo, JOBS)
    gone = page.get_by_role("region", name=said("The news item is gone from the website"))
    until(gone)
    expect(in_channel(page, PRACTICE)).not_to_contain_text(said("Published"))
    nothing_wrong(page)
    press(gone, "Drop what is not out")
    expect(gone).to_be_hidden()
    for channel in (PRACTICE, BY_HAND):
        says(in_channel(page, channel), "Dropped")


def test_what_is_out_is_corrected_there_when_somebody_says_so(page: Page, demo: RunningDemo) -> None:
    enter(page, demo)
    at_the_websites_desk(page, demo, "Rett saka", MEETING)
    page.goto(f"{demo.town}/feeds/")
    press(page, "Read %(name)s now", name="Fjordvik kommune")
    open_post(page, demo, MEETING)
    here = in_channel(page, PRACTICE)
    says(here, "Published")
    press(page, "Use the new text")
    expect(here.locator(".shown-text")).to_contain_text("Kom til kulturhuset")
    press(here, "Correct")
    press(page.get_by_role("dialog"), "Correct")
    until(here.locator(".shown-text").filter(has_text="flyttet fra kulturhuset til rådhuset"))
    page.goto(here.get_by_role("link", name=said("See it there")).get_attribute("href") or "")
    post = page.get_by_role("article")
    expect(post.locator("> .ntext")).to_contain_text("flyttet fra kulturhuset til rådhuset")
    expect(post.locator("details")).to_have_count(1)


def test_a_feed_is_found_behind_any_page_and_an_address_that_gives_none_says_why(page: Page, demo: RunningDemo) -> None:
    enter(page, demo)
    page.goto(f"{demo.town}/feeds/")
    link(page, "Add a feed").click()
    typed = page.get_by_label(said("The address of your website, or of the page with the news"))
    for address, sentence in (
        ("", "Write the address of a page."),
        (
            "ikkje ei adresse",
            "Write the whole address of a page on the website, such as https://www.fjordvik.example.",
        ),
        ("http://127.0.0.1:9/", "The website could not be reached. Check the address; we go on trying."),
        (
            "ftp://fjordvik.example/",
            "The address is not one that can be fetched. Check that it is whole and begins with https://.",
        ),
        (
            f"{demo.town}/sign-in",
            "There is a page here, but no feed of news. Try the address of the page that lists the news.",
        ),
    ):
        typed.fill(address)
        press(page, "Look for feeds")
        expect(page.locator("ds-error-summary")).to_be_focused()
        says(page.locator("ds-error-summary"), sentence)
        expect(typed).to_have_value(address)
    nothing_wrong(page)
    typed.fill(demo.website.replace("127.0.0.1", "localhost") + "news/badeplassen-er-klar")
    press(page, "Look for feeds")
    found = page.get_by_role("region", name="Fjordvik kommune")
    expect(found.locator("ol > li")).to_have_count(5)
    expect(found.locator("ol > li").first).to_contain_text(GRANTS)
    nothing_wrong(page)
    found.get_by_label(said("Name here")).fill("Kommunen ein gong til")
    press(found, "Add this feed")
    says(page, "%(name)s has been added.", name="Kommunen ein gong til")
    expect(page.get_by_role("heading", name=MEETING)).to_be_visible()
