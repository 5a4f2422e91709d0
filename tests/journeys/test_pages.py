"""Every page as people meet it: wide and light in bokmål, a telephone in the dark in nynorsk, and English; at whatever hour it is.

Each is looked at by axe and by its width, has one heading that names it, a title, a way past the header and the state of the worker,
and is in one language alone. What it looks like is known by the first two; in English it is only read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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
    "rules/",
    "rules/edit",
    "rules/channels/3",
    "rules/campaigns/1",
    "inbox/",
    "inbox/?tab=no_answer",
    "inbox/?tab=settled",
    "inbox/2",
    "inbox/7",
    "inbox/by-hand",
    "languages/",
    "languages/?channel=2",
    "practice/",
    "practice/posts/1",
    "practice/mail",
    "people/1",
    "me/",
    "notices/",
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


#: Every text of a document that is the document's own language, with labels that are heard and not seen.
TEXTS = """(shown) => {
  const own = shown.documentElement.lang, told = [];
  const foreign = (element) => { const told = element.closest("[lang]"); return told && told.lang !== own; };
  const walk = shown.createTreeWalker(shown.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!foreign(walk.currentNode.parentElement)) told.push(walk.currentNode.nodeValue);
  for (const name of ["aria-label", "title", "alt", "placeholder"])
    shown.querySelectorAll(`[${name}]`).forEach((each) => foreign(each) || told.push(each.getAttribute(name)));
  return told;
}"""
#: The same of a page that is fetched and not shown, with its status, its language and its first headings.
FETCHED = f"""async (address) => {{
  const answer = await fetch(address), read = new DOMParser().parseFromString(await answer.text(), "text/html");
  return [answer.status, read.documentElement.lang, read.querySelectorAll("h1").length, ({TEXTS})(read)];
}}"""


def speaks(shown: Iterable[str], *, language: str) -> list[str]:
    """What these texts of a page have of other languages."""
    words = {" ".join(text.split()) for text in shown}
    foreign = []
    for other in {"nb", "nn", "en"} - {language}:
        assert words & only_in(language, other), "the page's own words were not seen: this looks in the wrong place"
        foreign += sorted(words & only_in(other, language))
    return foreign


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
    assert speaks(page.evaluate(f"({TEXTS})(document)"), language=language) == [], page.url


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("language", "size", "scheme"),
    [("nb", WIDE, "light"), ("nn", PHONE, "dark")],
    ids=["nb-wide-light", "nn-phone-dark"],
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


def test_every_page_speaks_english_where_one_asks_for_it(page: Page, demo: RunningDemo) -> None:
    def look(*places: str) -> None:
        for place in places:
            status, told, headings, texts = page.evaluate(FETCHED, f"{demo.town}/{place}")
            assert (place, status, told, headings) == (place, 200, "en-GB", 1)
            assert speaks(texts, language="en") == [], place

    enter(page, demo)
    speak(page, "en")
    look(*CHIEFS)
    page.goto(f"{demo.town}/demo/people")
    page.get_by_role("button", name=re.compile(INGRID)).click()
    speak(page, "en")
    look(*ADMINISTRATORS)


def speak(page: Page, language: str) -> None:
    """Choose the language in one's own menu."""
    page.locator("button.me").click()
    page.locator(f"#user-menu button[value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", {"en": "en-GB"}.get(language, language))
