"""Pages for tests, in a real browser: wide or narrow, light or dark, in the reader's language.

Whatever a page must never do fails the test that opened it: break the Content-Security-Policy, throw an error, ask
another host for anything. Knows nothing of what the pages say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.tools import Tools

WIDE = (1280, 800)
PHONE = (390, 844)
PATIENCE_MS = 10_000
OUR_HOSTS = {"127.0.0.1", "localhost", "::1"}
#: The browser itself finds no other host. Were each request held up and let through from here, it would keep nothing from page to page.
NOBODY_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]"


class OpenPage(Protocol):
    """Opens a page of its own, as a new visitor."""

    def __call__(
        self,
        *,
        size: tuple[int, int] = WIDE,
        scheme: Literal["light", "dark"] = "light",
        language: str = "nb-NO",
        base_url: str | None = None,
    ) -> Page: ...


@pytest.fixture(scope="session")
def browser(tools: Tools) -> Iterator[Browser]:
    """The browser, started once for each test process."""
    found = tools.chromium
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=found.path, args=[*found.arguments, NOBODY_ELSE], env={**found.environment} or None
        )
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open a page; at the end of the test all are closed, and what they must never do is an error."""
    contexts, problems = [], list[str]()

    def mind_others(request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.hostname not in OUR_HOSTS and asked.scheme not in {"data", "blob", "about"}:
            problems.append(f"asked another host: {request.url}")

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            problems.append(f"broke the policy: {message.text}")

    def open_one(
        *,
        size: tuple[int, int] = WIDE,
        scheme: Literal["light", "dark"] = "light",
        language: str = "nb-NO",
        base_url: str | None = None,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            locale=language,
            base_url=base_url,
            timezone_id="Europe/Oslo",
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", mind_others)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"threw: {error}"))
        page.on("console", listen)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert problems == [], "what a page must never do"


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A wide, light page in bokmål."""
    return open_page()
