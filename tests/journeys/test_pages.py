"""Every page as people meet it: wide and light in bokmål, a telephone in the dark in nynorsk, and English; at whatever hour it is.

Each is looked at by axe and by its width, has one heading that names it, a title, a way past the header and the state of the worker,
and is in one language alone.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import RunningDemo
from tests.journeys.looking import nothing_wrong
from tests.journeys.walking import INGRID, catalogue, enter
from tests.pages import PHONE, WIDE, OpenPage

CHIEFS = (
    "demo/",
    "demo/people",
    "queue/",
    "queue/?tab=all",
    "queue/?tab=drafts&search=finst-ikkje",
    "calendar/",
    "calendar/?view=week",
    "calendar/?view=day",
    "news/",
    "feeds/",
    "feeds/new",
    "posts/new",
    "posts/1",
    "posts/3",
    "posts/5",
    "posts/6",
    "publications/10/move",
    "channels/",
    "channels/1",
    "channels/new",
    "channels/new/mastodon",
    "channels/1/hold",
    "channels/hold",
    "practice/",
    "people/1",
    "me/",
    "health/",
    "about/accessibility",
)
ADMINISTRATORS = ("people/", "people/2", "people/new")
"""Under the municipality's front. The sample's posts: 1 is out, 3 is to be put out by hand, 5 is scheduled, 6 waits for approval."""

#: Texts that stand in several languages at once, since they name languages or the product.
EVERYWHERE = re.compile(r"^(English|Bokmål|Nynorsk|Ordskifte)$")


@pytest.fixture(scope="module")
def begins_at() -> datetime | None:
    """The hour that it is."""
    return None


@cache
def only_in(language: str, other: str) -> frozenset[str]:
    """Whole texts that `language` has and `other` does not: seen on a page in `other`, they are a mistake."""
    texts = {each: _texts(each) for each in (language, other)}
    return frozenset(text for text in texts[language] - texts[other] if len(text) > 2 and not EVERYWHERE.match(text))


@cache
def _texts(language: str) -> frozenset[str]:
    """All plain texts of a language, without those that take values."""
    found = set()
    for message in catalogue("nb" if language == "en" else language):
        told = message.id if language == "en" else message.string
        plain = (told,) if isinstance(told, str) else tuple(told or ())
        found |= {text for text in plain if text and "%(" not in text}
    return frozenset(found)


def shown_texts(page: Page) -> set[str]:
    """Every text of the page that is the page's own language, with labels that are heard and not seen."""
    found: list[str] = page.evaluate("""() => {
      const own = document.documentElement.lang, told = [];
      const foreign = (element) => { const told = element.closest("[lang]"); return told && told.lang !== own; };
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) if (!foreign(walk.currentNode.parentElement)) told.push(walk.currentNode.nodeValue);
      for (const name of ["aria-label", "title", "alt", "placeholder"])
        document.querySelectorAll(`[${name}]`).forEach((each) => foreign(each) || told.push(each.getAttribute(name)));
      return told;
    }""")
    return {" ".join(text.split()) for text in found}


def is_well_made(page: Page, *, language: str) -> None:
    """What holds for every page."""
    expect(page.locator("html")).to_have_attribute("lang", {"en": "en-GB"}.get(language, language))
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert re.fullmatch(r".+ – (Fjordvik kommune|Ordskifte)", page.title()), page.title()
    expect(page.locator("header .worker")).to_be_visible()
    first = page.locator(".ds-skip-link")
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    shown = shown_texts(page)
    for other in {"nb", "nn", "en"} - {language}:
        assert shown & only_in(language, other), "the page's own words were not seen: this looks in the wrong place"
        assert shown & only_in(other, language) == set(), f"{page.url} in {language} speaks {other}"


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("language", "size", "scheme"),
    [("nb", WIDE, "light"), ("nn", PHONE, "dark"), ("en", WIDE, "dark")],
    ids=["nb-wide-light", "nn-phone-dark", "en-wide-dark"],
)
def test_every_page_is_well_made(
    open_page: OpenPage,
    demo: RunningDemo,
    language: str,
    size: tuple[int, int],
    scheme: Literal["light", "dark"],
) -> None:
    page = open_page(size=size, scheme=scheme)
    wrong: list[str] = []

    def look(*places: str, status: int = 200) -> None:
        for place in places:
            answer = page.goto(place if "://" in place else f"{demo.town}/{place}")
            assert answer is not None
            try:
                assert answer.status == status
                is_well_made(page, language=language)
                if language != "en":  # the same pages in other words: what axe says of them is known by then
                    nothing_wrong(page)
            except AssertionError as error:
                wrong.append(f"{place}: {str(error)[:1500]}")

    enter(page, demo)
    speak(page, language)
    page.goto(f"{demo.town}/news/?which=all&search=heimetenesta")
    page.locator(".news-deeds .ds-button").first.click()
    look(*CHIEFS, page.url)
    look("finst-ikkje", "posts/4711", status=404)
    look("people/new", status=403)
    page.goto(f"{demo.town}/demo/people")
    page.get_by_role("button", name=re.compile(INGRID)).click()
    speak(page, language)
    look(*ADMINISTRATORS)
    assert wrong == [], "\n\n".join(wrong)


def speak(page: Page, language: str) -> None:
    """Choose the language in one's own menu."""
    page.locator("button.me").click()
    page.locator(f"#user-menu button[value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", {"en": "en-GB"}.get(language, language))
