"""What every page of a journey is looked at with: axe, the width, a count of presses, and a keyboard that sees where it is.

Knows a page in the browser. Knows nothing of what it says.
"""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

#: How many stops of the Tab key a person is made to go at most, with the skip link taken.
MOST_STOPS = 60
#: Where the focus is: what has it, whether that can be seen there, and whether something lies over it.
FOCUS = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return {lost: true};
  const box = focused.getBoundingClientRect();
  const ring = (style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  const around = focused.closest("ds-field:has(> input:is([type=checkbox], [type=radio]):focus-visible)");
  const drawn = ring(getComputedStyle(focused)) || (around && ring(getComputedStyle(around)))
    || focused.matches(".ds-skip-link")  // a bar of its own, which is there only while it has the focus
    || focused.matches("input:is([type=date], [type=time]):not(:focus-visible)");  // its own button has it, and a ring
  const x = box.left + Math.min(box.width / 2, 40), y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
  const above = document.elementFromPoint(x, y);
  const covered = !above || !(focused.contains(above) || above.contains(focused) || above.closest("label")?.control === focused);
  const off = box.bottom < 0 || box.top > innerHeight || box.right < 0 || box.left > innerWidth;
  return {lost: false, seen: drawn && !off && !covered, at: focused.outerHTML.slice(0, 160)};
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Axe()
HOW = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"], "preload": False}


def nothing_wrong(page: Page) -> None:
    """axe finds nothing, and nothing stands outside the width of the window."""
    page.wait_for_load_state()
    size = page.viewport_size
    assert size is not None
    # As high as the page itself: what a bar that stays in view covers can be scrolled out from under it.
    page.set_viewport_size({"width": size["width"], "height": page.evaluate("document.documentElement.scrollHeight")})
    found = AXE.run(page, options=HOW)
    page.set_viewport_size(size)
    told = [
        f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
    assert told == [], f"{page.url}\n" + "\n".join(told)
    fits(page)


def fits(page: Page) -> None:
    """Nothing stands outside the width of the window."""
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


class Keyboard:
    """Goes through a page by keyboard alone. Wherever it stops, the focus must be seen, and it must never be lost."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, target: Locator, *, key: str = "Tab") -> None:
        """Tab until the target has the focus."""
        expect(target).to_be_visible()
        wanted = target.element_handle()
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press(key)
            self._look()
            if wanted.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"{MOST_STOPS} stops, and not there yet: {target}")

    def press(self, target: Locator, *, key: str = "Enter", back: bool = False) -> None:
        """Tab to the target, onwards or back, and press it."""
        self.go_to(target, key="Shift+Tab" if back else "Tab")
        self.page.keyboard.press(key)

    def skip(self) -> None:
        """Past the header, by the skip link, which is the page's first stop."""
        self.page.keyboard.press("Tab")
        expect(self.page.locator(".ds-skip-link")).to_be_focused()
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#main")).to_be_focused()

    def _look(self) -> None:
        focus = self.page.evaluate(FOCUS)
        if focus["lost"]:  # between the page's last stop and its first, the browser itself has the focus
            return
        assert focus["seen"], f"{self.page.url}: one cannot see that this has the focus: {focus['at']}"
