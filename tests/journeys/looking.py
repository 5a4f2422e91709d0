"""What every page of a journey is looked at with: axe, the width, and a count of presses.

Knows a page in the browser. Knows nothing of what it says.
"""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def nothing_wrong(page: Page) -> None:
    """axe finds nothing, and nothing stands outside the width of the window."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    told = [
        f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
    assert told == [], f"{page.url}\n" + "\n".join(told)
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, f"{page.url} is {too_wide} px wider than the window"


class Presses:
    """Counts what a person presses."""

    def __init__(self) -> None:
        self.count = 0

    def press(self, target: Locator) -> None:
        """One press, by mouse."""
        self.count += 1
        target.click()
