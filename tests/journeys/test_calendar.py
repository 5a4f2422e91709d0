"""The calendar: a third post onto a full day is refused with why and the nearest lawful times; by mouse, by keyboard, on a telephone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import RunningDemo
from tests.journeys.looking import Keyboard, nothing_wrong
from tests.journeys.walking import button, draft, enter, press, said, says, schedule
from tests.pages import PHONE, OpenPage

TODAY, TOMORROW, IN_THREE_DAYS = "2026-11-24", "2026-11-25", "2026-11-27"
JOBS, MEETING = "Vil du arbeide i heimetenesta?", "Velkommen til folkemøte om sentrumsplanen"
PRACTICE = "Fjordvik kommune (øving)"
FULL = "The channel has as many posts that day as your rules allow."


def day(page: Page, on: str) -> Locator:
    """The posts of a day."""
    return page.locator(f"#calendar ol[data-day='{on}']")


def entry(within: Locator, title: str) -> Locator:
    """A post of the practice channel there."""
    return within.get_by_role("listitem").filter(has_text=title).filter(has_text=PRACTICE)


def drag(page: Page, moved: Locator, onto: Locator) -> None:
    """By mouse: take hold, go there in small steps, and let go."""
    moved.hover()
    page.mouse.down()
    box = onto.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10, steps=12)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20, steps=3)
    page.mouse.up()


def test_a_third_post_dragged_onto_a_full_day_is_refused_and_goes_to_the_nearest_lawful_time(
    page: Page, demo: RunningDemo
) -> None:
    enter(page, demo)
    draft(page, demo, JOBS)
    schedule(page)
    page.goto(f"{demo.town}/calendar/")
    expect(entry(day(page, TOMORROW), JOBS)).to_be_visible()
    drag(page, entry(day(page, TOMORROW), JOBS), day(page, TODAY))
    refused = page.get_by_role("dialog")
    says(refused, FULL)
    expect(refused.locator(".refused")).to_be_focused()
    expect(entry(day(page, TOMORROW), JOBS)).to_have_count(1)
    nothing_wrong(page)
    offers = refused.get_by_role("form", name=said("The nearest times that keep the rules")).get_by_role("button")
    assert offers.count() >= 2
    offers.nth(1).click()
    expect(refused).to_be_hidden()
    expect(page.locator("#undo")).to_be_visible()
    moved = page.locator("#calendar [data-moved]")
    expect(moved.get_by_role("link").first).to_be_focused()
    expect(moved).to_contain_text(JOBS)
    press(page.locator("#undo"), "Undo")
    expect(page.locator("#undo")).to_be_hidden()
    expect(entry(day(page, TOMORROW), JOBS)).to_have_count(1)
    page.reload()
    expect(entry(day(page, TOMORROW), JOBS)).to_have_count(1)


def test_a_post_dragged_to_a_day_with_room_stands_there_at_the_same_hour(page: Page, demo: RunningDemo) -> None:
    enter(page, demo)
    page.goto(f"{demo.town}/calendar/")
    before = entry(day(page, TOMORROW), JOBS).locator("b").inner_text()
    drag(page, entry(day(page, TOMORROW), JOBS), day(page, IN_THREE_DAYS))
    expect(entry(day(page, IN_THREE_DAYS), JOBS).locator("b")).to_have_text(before)
    press(page.locator("#undo"), "Undo")
    expect(entry(day(page, TOMORROW), JOBS)).to_have_count(1)


def test_the_dialog_moves_a_post_by_keyboard_alone(page: Page, demo: RunningDemo) -> None:
    enter(page, demo)
    page.goto(f"{demo.town}/calendar/?view=week")
    keyboard = Keyboard(page)
    keyboard.skip()
    opener = entry(day(page, TODAY), MEETING).locator("[data-move]")
    keyboard.press(opener)
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("input[type=date]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.locator("input[type=date]")).to_be_focused()
    dialog.locator("input[type=date]").fill(
        IN_THREE_DAYS
    )  # which part of a date is typed first is the browser's own matter
    keyboard.press(button(dialog, "Move to this time"))
    expect(entry(day(page, IN_THREE_DAYS), MEETING)).to_be_visible()
    expect(page.locator("#calendar [data-moved] > a:not(.move)")).to_be_focused()
    keyboard.press(button(page.locator("#undo"), "Undo"), back=True)
    expect(entry(day(page, TODAY), MEETING)).to_be_visible()
    expect(page.locator("#calendar [data-moved] > a:not(.move)")).to_be_focused()


def test_on_a_telephone_a_form_moves_it(open_page: OpenPage, demo: RunningDemo) -> None:
    page = open_page(size=PHONE, scheme="dark")
    enter(page, demo)
    page.goto(f"{demo.town}/queue/?tab=scheduled")
    stands = page.get_by_role("row").filter(has_text=MEETING).locator("td.when")
    before = stands.inner_text()
    page.get_by_role("link", name=said("Move “%(title)s” in %(channel)s", title=MEETING, channel=PRACTICE)).click()
    page.get_by_label(said("Date"), exact=True).fill(TOMORROW)
    page.get_by_label(said("Time"), exact=True).fill("03:00")
    press(page, "Move to this time")
    says(page.locator(".refused"), "The time is outside the hours when this channel posts.")
    nothing_wrong(page)
    page.locator("form.nearest").get_by_role("button").first.click()
    says(page.locator("#undo"), "Undo")
    press(page.locator("#undo"), "Undo")
    expect(page.locator("#undo")).to_be_hidden()
    expect(stands).to_have_text(before, ignore_case=True)
