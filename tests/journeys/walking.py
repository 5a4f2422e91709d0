"""The steps that several journeys take: coming in as somebody, winding the clock, waiting until the worker has done its part.

Knows the demo's bar and the words on buttons by their English source, looked up in the catalogues. Knows no rule.
"""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import RunningDemo

TRANSLATIONS = Path(__file__).parents[2] / "web" / "translations"
#: How long the worker may take for what it has to do at once.
WORKER_SECONDS = 30.0
A_LOOK_MS = 600
#: The sample's own posts go first.
MOST_SENDINGS = 8
KARI, ASLAK, MARTE, JONAS, INGRID = (
    "Kari Nordmann", "Aslak Bø", "Marte Solheim", "Jonas Vik", "Ingrid Fossum",
)  # fmt: skip


@cache
def catalogue(language: str) -> Catalog:
    """The texts as that language has them."""
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def said(text: str, /, **values: object) -> str:
    """The text as the pages say it in bokmål, with its values put in. What no catalogue has, pages say as it is."""
    message = catalogue("nb").get(text)
    found = message.string if message is not None and isinstance(message.string, str) else ""
    return (found or text) % values if values else (found or text)


def enter(page: Page, demo: RunningDemo, *, as_person: str = KARI) -> None:
    """Come in by the demo's front, and be somebody."""
    page.goto(f"{demo.town}/demo")
    if as_person != KARI:
        be(page, demo, as_person)


def be(page: Page, demo: RunningDemo, name: str) -> None:
    """Become somebody else, as the demo lets one."""
    page.goto(f"{demo.town}/demo/people")
    press(page, "Be %(name)s", name=name)
    expect(page.get_by_text(said("You are %(name)s now.", name=name))).to_be_visible()


def button(within: Page | Locator, text: str, **values: object) -> Locator:
    """The button that says so."""
    return within.get_by_role("button", name=said(text, **values), exact=True)


def link(within: Page | Locator, text: str, **values: object) -> Locator:
    """The link that says so."""
    return within.get_by_role("link", name=said(text, **values), exact=True)


def press(within: Page | Locator, text: str, **values: object) -> None:
    """Press the button that says so."""
    button(within, text, **values).click()


def says(within: Page | Locator, text: str, **values: object) -> None:
    """The page says so, now or within the browser's patience."""
    expect(within.get_by_text(said(text, **values)).first).to_be_visible()


def wind(
    page: Page,
    to: Literal["To the next sending", "To the next reminder", "+12 hours", "+20 hours"] = "To the next sending",
) -> None:
    """Wind the demo's clock by its bar, on the page one stands on."""
    press(page.get_by_role("region", name=said("The demo")), to)
    expect(page.locator("main .ds-alert").first).to_be_visible()


def wind_past(page: Page, waiting: Locator, *, until_shown: Locator) -> None:
    """Wind to one sending after the other until the one is no longer shown, then wait until the worker has come to the other."""
    for _sending in range(MOST_SENDINGS):
        wind(page)
        if not waiting.is_visible():
            return until(until_shown)
    raise AssertionError(f"{MOST_SENDINGS} sendings, and it waits still")


def until(shown: Locator) -> None:
    """Load the page again until this is shown: the worker has its part to do first."""
    given_up_at = time.monotonic() + WORKER_SECONDS
    while True:
        try:
            expect(shown).to_be_visible(timeout=A_LOOK_MS)
            return
        except AssertionError:
            if time.monotonic() > given_up_at:
                raise
            shown.page.reload()


def item(page: Page, title: str) -> Locator:
    """A news item in the list."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title, exact=True))


def in_channel(page: Page, channel: str) -> Locator:
    """What a post's page shows of it in one channel."""
    return page.get_by_role("article", name=channel, exact=True)


def draft(page: Page, demo: RunningDemo, title: str) -> None:
    """Make a post of a news item; the page is the post's then."""
    page.goto(f"{demo.town}/news/")
    press(page, "Make post of “%(title)s”", title=title)
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def open_post(page: Page, demo: RunningDemo, title: str) -> None:
    """The post's page, found by its title in the queue."""
    page.goto(f"{demo.town}/queue/?tab=all&search={quote(title)}")
    link(page, title).first.click()  # a post that was moved stands above the list too
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def schedule(page: Page) -> None:
    """Schedule the post whose page it is."""
    press(page, "Schedule")
    expect(page.locator("main .ds-alert[data-color=success]").first).to_be_visible()
