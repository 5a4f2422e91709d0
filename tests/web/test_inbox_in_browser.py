"""The inbox and an enquiry's page in a real browser: they keep themselves up to date, and nobody loses focus, place or words; axe finds nothing."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from scheduler.domain.enquiries import Silent, Visibility
from tests.journeys.looking import nothing_wrong
from tests.pages import PHONE, OpenPage
from tests.web.conftest import START, Town
from tests.web.served import let_in, served
from tests.web.talking import INBOX, a_thread, quiet, wrote, wrote_more

_TICK = 16_000


def test_they_keep_up_by_themselves_and_nobody_loses_focus_or_half_typed_words(town: Town, open_page: OpenPage) -> None:
    thread_id = a_thread(town)
    enquiry_id, _ = wrote(town, "Når åpner gangveien?", thread_id=thread_id)
    page = open_page()
    with served(town.app) as address:
        let_in(page, address, "kari")
        page.clock.install(time=START)

        page.goto(f"{address}{INBOX}")
        search = page.locator("#search")
        search.fill("gangv")
        wrote(town, "Og hvor er den?", thread_id=thread_id, author_remote_id="ola", author_name="Ola Vik")
        page.clock.fast_forward(_TICK)
        expect(page.locator(".inbox-rows")).to_contain_text("Og hvor er den?")
        expect(search).to_be_focused()
        expect(search).to_have_value("gangv")
        expect(page.locator("#inbox-news")).to_have_text("Det har kommet noe nytt. 2 henvendelser er åpne.")

        page.goto(f"{address}{INBOX}{enquiry_id}")
        answer = page.locator("#answer")
        answer.press_sequentially("Den åpner på lør")
        expect(page.locator("#counts-answer b")).to_have_text("16")
        wrote_more(town, enquiry_id, "Hallo, er det noen der?")
        page.clock.fast_forward(_TICK)
        expect(page.locator(".said-list")).to_contain_text("Hallo, er det noen der?")
        expect(page.locator("#newer-note")).to_be_visible()
        expect(answer).to_be_focused()
        answer.press_sequentially("dag.")
        expect(answer).to_have_value("Den åpner på lørdag.")
        page.reload()
        expect(answer).to_have_value("Den åpner på lørdag.")
        wrote_more(town, enquiry_id, "Glem det!")
        page.keyboard.press("Tab")
        answer.focus()
        for _ in range(2):
            page.keyboard.press("Tab")  # past the signature, to the button
        page.keyboard.press("Enter")
        expect(page.locator("#newer")).to_contain_text("Glem det!")
        expect(answer).to_be_focused()
        expect(answer).to_have_value("Den åpner på lørdag.")
        page.get_by_role("button", name="Send svaret").click()
        expect(page.locator("#talk-end")).to_contain_text("Svaret fra Kari Nordmann er på vei.")
        page.get_by_role("button", name="Stopp det").click()
        expect(answer).to_have_value("Den åpner på lørdag.")
        page.goto("about:blank")


def test_axe_finds_nothing_where_words_are_many_hidden_too_long_or_from_the_right(
    town: Town, open_page: OpenPage
) -> None:
    thread_id = a_thread(town)
    enquiry_id, comment_id = wrote(town, "A" * 3_000, thread_id=thread_id, at=START - timedelta(hours=25))
    wrote(town, "Skjult", thread_id=thread_id, author_remote_id="anna", visibility=Visibility.HIDDEN, hidden_at=START)
    wrote(town, "متى يفتح الطريق؟", thread_id=thread_id, author_remote_id="anna")
    quiet(town, "Takk!", thread_id=thread_id, author_remote_id="anna", silent=Silent.THANKS)
    page = open_page(size=PHONE, scheme="dark", language="nn-NO")
    with served(town.app) as address:
        let_in(page, address, "kari")
        page.goto(f"{address}{INBOX}{enquiry_id}/comments/{comment_id}/hide")
        nothing_wrong(page)
        page.goto(f"{address}{INBOX}{enquiry_id}")
        page.locator("summary").first.click()
        page.locator("#answer").fill("a" * 200)
        expect(page.locator("#counts-answer em")).to_be_visible()
        wrote_more(town, enquiry_id, "Hallo?")
        page.get_by_role("button", name="Send svaret").click()
        expect(page.locator("#newer")).to_contain_text("Hallo?")
        nothing_wrong(page)
        page.goto("about:blank")
