"""The inbox and an enquiry's page in a real browser: they keep themselves up to date, and nobody loses focus, place or words; axe finds nothing."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from scheduler.domain.enquiries import Silent, Visibility
from tests.journeys.looking import nothing_wrong
from tests.pages import PHONE, OpenPage
from tests.web.conftest import START, Town
from tests.web.served import let_in, served
from tests.web.talking import INBOX, a_channel, a_thread, quiet, wrote, wrote_more

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


def the_pages(page: Page, address: str, enquiry_ids: list[int], comment_id: int) -> None:
    for path in ("", "?tab=no_answer", "?tab=mine", "by-hand", f"{enquiry_ids[0]}/comments/{comment_id}/hide"):
        page.goto(f"{address}{INBOX}{path}")
        nothing_wrong(page)
    for enquiry_id in enquiry_ids:
        page.goto(f"{address}{INBOX}{enquiry_id}")
        nothing_wrong(page)
    page.locator("#answer").fill("a" * 200)
    expect(page.locator("#counts-answer em")).to_be_visible()
    nothing_wrong(page)


def test_axe_finds_nothing_in_light_bokmal_wide_and_dark_nynorsk_on_a_telephone(
    town: Town, open_page: OpenPage
) -> None:
    a_channel(town, platform="manual", can=0, name="Facebook-gruppa")
    thread_id = a_thread(town)
    long, comment_id = wrote(town, "A" * 3_000, thread_id=thread_id, at=START - timedelta(hours=25))
    wrote(town, "Skjult", thread_id=thread_id, author_remote_id="anna", visibility=Visibility.HIDDEN, hidden_at=START)
    quiet(town, "Takk!", thread_id=thread_id, author_remote_id="anna", silent=Silent.THANKS)
    other, _ = wrote(town, "متى يفتح الطريق؟", thread_id=thread_id, author_remote_id="ola", author_name="Ola")
    with served(town.app) as address:
        for size, scheme, language in (((1280, 800), "light", "nb-NO"), (PHONE, "dark", "nn-NO")):
            page = open_page(size=size, scheme=scheme, language=language)  # type: ignore[arg-type]  # one of the two
            let_in(page, address, "kari")
            the_pages(page, address, [long, other], comment_id)
            page.goto("about:blank")
