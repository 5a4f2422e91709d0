"""What the others do: an author and a leader, whoever puts posts out by hand, and whoever sees to it when a platform fails."""

from __future__ import annotations

import os
import subprocess
import sys

from playwright.sync_api import Page, expect

from tests.journeys.conftest import RunningDemo
from tests.journeys.looking import fits, nothing_wrong
from tests.journeys.walking import (
    ASLAK,
    INGRID,
    JONAS,
    KARI,
    MARTE,
    be,
    button,
    draft,
    enter,
    in_channel,
    link,
    open_post,
    press,
    said,
    says,
    wind_past,
)
from tests.pages import PHONE, OpenPage

PRACTICE, BY_HAND, SCHOOL = "Fjordvik kommune (øving)", "Facebook (manuell)", "Fjordvik skule (øving)"
SEASHORE, CONCERT = "Uteskule i fjøra gav ny kunnskap", "Open konsert i gymsalen"
KINDERGARTEN, ROAD = "Nå kan du søke om barnehageplass", "Den nye gangvegen til skulen er ferdig"
COMMENT = "Skriv òg kva klokkeslett konserten begynner.\n<b>Takk!</b>"
ODD = "<script>document.title = 'broken'</script> مرحبا بالعالم \u202esnudd\u202c 👩🏽\u200d🚒🇳🇴 æøå & \"sitat\" {{ 7 * 7 }}"
PASSWORD = "ei lang og god setning om fjorden"


def test_the_author_sends_the_schools_post_and_the_leader_approves_it_on_a_telephone(
    open_page: OpenPage, demo: RunningDemo
) -> None:
    author, leader = open_page(), open_page(size=PHONE, scheme="dark")
    enter(author, demo, as_person=ASLAK)
    draft(author, demo, SEASHORE)
    press(author, "Send for approval")
    says(in_channel(author, SCHOOL), "Awaiting approval")
    enter(leader, demo, as_person=MARTE)
    leader.goto(f"{demo.town}/queue/")
    nothing_wrong(leader)
    press(leader, "Approve “%(title)s”", title=SEASHORE)
    expect(leader.locator("main .ds-alert[data-color=success]")).to_be_visible()
    expect(button(leader, "Approve “%(title)s”", title=SEASHORE)).to_have_count(0)
    author.reload()
    says(in_channel(author, SCHOOL), "Scheduled")


def test_what_is_sent_back_comes_with_its_comment_to_the_author(open_page: OpenPage, demo: RunningDemo) -> None:
    author, leader = open_page(), open_page(size=PHONE)
    enter(leader, demo, as_person=MARTE)
    open_post(leader, demo, CONCERT)
    here = in_channel(leader, SCHOOL)
    press(here, "Send back …")
    dialog = leader.get_by_role("dialog")
    press(dialog, "Send back")
    expect(dialog.get_by_role("textbox")).to_have_attribute("aria-invalid", "true")
    nothing_wrong(leader)
    dialog.get_by_role("textbox").fill(COMMENT)
    press(dialog, "Send back")
    says(leader, "Sent back to the author.")
    enter(author, demo, as_person=ASLAK)
    author.goto(f"{demo.town}/queue/?tab=drafts")
    link(author, CONCERT).click()
    says(in_channel(author, SCHOOL), "Sent back, with this comment:")
    expect(in_channel(author, SCHOOL)).to_contain_text("kva klokkeslett konserten begynner.")
    expect(in_channel(author, SCHOOL)).to_contain_text("<b>Takk!</b>")
    nothing_wrong(author)
    author.locator("textarea#text-nn").press_sequentially("Klokka 18. ")
    press(author, "Send for approval")
    says(in_channel(author, SCHOOL), "Awaiting approval")


def test_by_hand_the_text_is_copied_and_the_address_written_down(page: Page, demo: RunningDemo) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.address)
    enter(page, demo, as_person=JONAS)
    page.goto(f"{demo.town}/queue/")
    expect(page.get_by_role("row").filter(has_text=KINDERGARTEN)).to_contain_text(said("Ready to copy"))
    link(page, KINDERGARTEN).click()
    here = in_channel(page, BY_HAND)
    press(here, "Copy the text")
    says(here, "Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(KINDERGARTEN)
    assert copied == here.get_by_label(said("The text"), exact=True).input_value()
    nothing_wrong(page)
    address = here.get_by_label(said("Where it stands"))
    address.fill("på veggen vår")
    press(here, "I have posted it")
    expect(address).to_have_value("på veggen vår")
    expect(address).to_have_attribute("aria-invalid", "true")
    address.fill("https://www.facebook.com/example/posts/4711")
    press(here, "I have posted it")
    says(here, "Published")
    expect(here.get_by_role("link", name=said("See it there"))).to_have_attribute(
        "href", "https://www.facebook.com/example/posts/4711"
    )


def test_a_time_out_after_accepting_publishes_once_only(page: Page, demo: RunningDemo) -> None:
    enter(page, demo, as_person=INGRID)
    page.goto(f"{demo.town}/channels/")
    link(page.get_by_role("main"), PRACTICE).click()
    page.get_by_label(said("What the network does")).select_option(label=said("Accepts the post, but never answers"))
    page.get_by_label(said("How many times")).fill("1")
    press(page, "Save the choice")
    expect(page.locator("main .ds-alert[data-color=success]")).to_be_visible()
    be(page, demo, KARI)
    open_post(page, demo, ROAD)
    here = in_channel(page, PRACTICE)
    wind_past(
        page,
        here.get_by_text(said("Scheduled"), exact=True),
        until_shown=here.get_by_text(said("Published"), exact=True),
    )
    page.goto(here.get_by_role("link", name=said("See it there")).get_attribute("href") or "")
    expect(page.get_by_role("article")).to_contain_text(ROAD)
    page.goto(f"{demo.town}/practice/")
    expect(page.get_by_role("article").filter(has_text=ROAD)).to_have_count(1)


def test_what_was_not_posted_by_hand_waits_until_somebody_gives_it_a_time(page: Page, demo: RunningDemo) -> None:
    enter(page, demo)
    open_post(page, demo, ROAD)
    here = in_channel(page, BY_HAND)
    wind_past(
        page, here.get_by_text(said("Scheduled"), exact=True), until_shown=here.get_by_text(said("Ready to copy")).first
    )
    press(here, "Not posted")
    says(page, "Written down: it is not out.")
    says(here, "Approved")
    says(here, "Somebody said that the post was not posted. Choose a new time, or drop it.")
    page.goto(f"{demo.town}/queue/")
    expect(page.get_by_role("row").filter(has_text=ROAD)).to_contain_text(said("Has no time"))
    open_post(page, demo, ROAD)
    press(here, "Find the next free time")
    open_post(page, demo, ROAD)
    says(here, "Scheduled")


def test_bad_input_breaks_nothing(open_page: OpenPage, demo: RunningDemo) -> None:
    page = open_page(size=PHONE)
    enter(page, demo)
    page.goto(f"{demo.town}/posts/new")
    title, text = page.get_by_label(said("Title"), exact=True), page.locator("textarea#text-nb")
    title.fill("lang " * 2000)
    text.fill(ODD)
    press(page, "Save the draft")
    expect(page.locator("ds-error-summary")).to_be_focused()
    expect(title).to_have_value("lang " * 2000)
    expect(text).to_have_value(ODD)
    fits(page)
    title.fill(ODD)
    press(page, "Schedule")
    expect(page.locator("main .ds-alert[data-color=success]").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>")
    expect(in_channel(page, PRACTICE)).to_contain_text("🇳🇴 æøå")
    nothing_wrong(page)
    post = page.url
    for there in ("queue/?tab=scheduled", "calendar/"):
        page.goto(f"{demo.town}/{there}")
        expect(page.get_by_text("مرحبا").first).to_be_visible()
        fits(page)
    page.goto(post)
    here = in_channel(page, PRACTICE)
    wind_past(
        page,
        here.get_by_text(said("Scheduled"), exact=True),
        until_shown=here.get_by_text(said("Published"), exact=True),
    )
    page.goto(f"{demo.town}/practice/")
    expect(page.get_by_role("article").first).to_contain_text("<script>document.title = 'broken'</script>")
    fits(page)


def test_a_person_signs_in_with_a_password(page: Page, demo: RunningDemo) -> None:
    email = "per.hansen@fjordvik.example"
    made = subprocess.run(
        [
            sys.executable, "-m", "ordskifte", "person", "add", "--municipality", "fjordvik", "--name", "Per Hansen", "--email", email,
            "--role", "author", "--password-file", "-", "--database-url", f"sqlite:///{demo.folder / 'demo.db'}",
        ],
        input=PASSWORD + "\n",
        env={**os.environ, "ORDSKIFTE_SECRET_KEY_FILE": str(demo.folder / "secret")},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    enter(page, demo)
    page.get_by_role("button", name=said("You: %(name)s. Menu.", name=KARI)).click()
    press(page, "Sign out")
    page.goto(f"{demo.town}/queue/?tab=drafts")
    nothing_wrong(page)
    page.get_by_label(said("E-mail address")).fill(email)
    page.get_by_label(said("Password")).fill(PASSWORD[:-1])
    press(page, "Sign in")
    expect(page.locator("ds-error-summary")).to_be_focused()
    says(
        page.locator("ds-error-summary"),
        "The e-mail address and the password do not belong together. Check both, and try again.",
    )
    expect(page.get_by_label(said("E-mail address"))).to_have_value(email)
    nothing_wrong(page)
    page.get_by_label(said("Password")).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.town}/queue/?tab=drafts")
    expect(page.get_by_role("button", name=said("You: %(name)s. Menu.", name="Per Hansen"))).to_be_visible()
