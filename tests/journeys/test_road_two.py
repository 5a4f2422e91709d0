"""Road two as people walk it: an angry citizen is answered in nynorsk and sees the answer; whoever is not answered costs exactly one
reminder to one person; what is hidden, needs no answer, or is taken up again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from connectors.practice_store import PracticeNetwork
from tests.journeys.conftest import RunningDemo
from tests.journeys.looking import nothing_wrong
from tests.journeys.walking import JONAS, KARI, button, enter, press, said, says, until, wind

ANGRY = "No har eg ringt tre gonger utan at nokon svarer. Kva tid får ungane våre plass?"
ANSWER = (
    "Hei, Marit! Det forstår me godt at du er lei av. Alle som har søkt i tide, får svar i mai. Me ringjer deg i dag."
)
WAITS = "Er det riktig at barnehagen blir lagt ned til høsten?"
ASKS = "Hvor mange barn er det plass til på Nesgarden?"


@pytest.fixture(scope="module")
def begins_at() -> datetime | None:
    """One o'clock in Norway on an ordinary Tuesday: twenty hours later it is day."""
    return datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def newest_post(page: Page, demo: RunningDemo) -> None:
    """The page of the post that was published last, as a citizen sees it."""
    page.goto(f"{demo.town}/practice/")
    page.locator("article.npost .ntime a").first.click()
    expect(page.locator("#comments")).to_be_visible()


def play(page: Page, demo: RunningDemo, name: str, text: str) -> None:
    """Say something under the newest post, as a citizen."""
    newest_post(page, demo)
    page.get_by_label(said("Who writes")).select_option(label=name)
    page.get_by_label(said("Comment"), exact=True).fill(text)
    press(page, "Write the comment")
    expect(page.locator(".ncomment").filter(has_text=text)).to_be_visible()


def row(page: Page, text: str) -> Locator:
    """The inbox's row of what begins so."""
    return page.locator(".inbox-row").filter(has_text=text)


def open_enquiry(page: Page, demo: RunningDemo, text: str, *, tab: str = "open") -> str:
    """Go to the enquiry in which this was said, as soon as it has come; its path."""
    page.goto(f"{demo.town}/inbox/?tab={tab}")
    until(row(page, text))
    row(page, text).get_by_role("link").first.click()
    expect(page.locator("#talk")).to_be_visible()
    return page.url.removeprefix(demo.address).partition("?")[0]


def network(demo: RunningDemo) -> PracticeNetwork:
    return PracticeNetwork(demo.folder / "practice.db")


def answers_on_the_network(demo: RunningDemo) -> list[str]:
    """What the municipality has answered, asked of the network itself."""
    found = network(demo)
    posts = [post for account in found.accounts() for post in found.posts(account.name)]
    branches = [branch.remote_id for post in posts for branch in found.talk.outline(post.remote_id)]
    return [comment.text for comment in found.talk.comments(branches) if comment.own]


def test_an_angry_citizen_is_answered_in_nynorsk_and_sees_it(page: Page, demo: RunningDemo) -> None:
    enter(page, demo, as_person=JONAS)
    play(page, demo, "Marit Sæter", ANGRY)
    open_enquiry(page, demo, ANGRY)
    says(page, "Nobody has it")
    page.get_by_label(said("Your answer")).fill(ANSWER)
    expect(
        page.get_by_label(said("Sign it with “%(name)s” on a line of its own at the end", name="Jonas"))
    ).to_be_checked()
    press(page, "Send the answer")
    sent = page.locator("#talk .sent")
    until(sent)
    assert f"{ANSWER}\n\nJonas" in answers_on_the_network(demo)
    says(page, "Answered")
    nothing_wrong(page)
    newest_post(page, demo)
    answer = page.locator(".ncomment").filter(has_text=ANSWER)
    expect(answer).to_contain_text("Jonas")
    expect(answer).to_contain_text("Marit Sæter")


def test_whoever_is_not_answered_costs_one_reminder_to_one_person(page: Page, demo: RunningDemo) -> None:
    enter(page, demo)
    play(page, demo, "Jørgen Lie", WAITS)
    path = open_enquiry(page, demo, WAITS)
    wind(page, "+20 hours")
    expect(page.locator("main .ds-alert").first).to_contain_text(JONAS)
    expect(page.locator("main .ds-alert").first).not_to_contain_text(KARI)
    page.goto(f"{demo.town}/practice/mail")
    letters = page.locator(".nletter").filter(has=page.locator(f"a[href$='{path}']"))
    expect(letters).to_have_count(1)
    expect(letters).to_contain_text("jonas.vik@fjordvik.example")
    page.goto(f"{demo.address}{path}")
    page.locator("details.history summary").click()
    expect(page.locator("details.history li").filter(has_text=JONAS)).to_have_count(1)


def test_what_is_hidden_is_seen_by_nobody_else(page: Page, demo: RunningDemo) -> None:
    enter(page, demo, as_person=JONAS)
    open_enquiry(page, demo, WAITS)
    page.locator("#talk .said").filter(has_text=WAITS).get_by_role("link", name=said("Hide …")).click()
    page.get_by_label(said("Why is it hidden?")).fill("Usant påstand om ein namngjeven barnehage")
    press(page, "Hide the comment")
    hidden = page.locator("#talk .said[data-off]").filter(has_text=WAITS)
    until(hidden)
    hidden.locator("a.out").click()
    expect(page.locator(".ncomment[data-hidden]").filter(has_text=WAITS)).to_be_visible()


def test_what_needs_no_answer_can_be_taken_up_again(page: Page, demo: RunningDemo) -> None:
    enter(page, demo, as_person=JONAS)
    play(page, demo, "Amina Yusuf", ASKS)
    path = open_enquiry(page, demo, ASKS)
    press(page, "Needs no answer")
    page.wait_for_url("**/inbox/**")
    page.goto(f"{demo.address}{path}")
    press(page, "Reopen the enquiry")
    expect(button(page, "Needs no answer")).to_be_visible()
    page.goto(f"{demo.town}/inbox/?tab=no_answer")
    thanks = row(page, "Tusen takk")
    thanks.get_by_role("button").click()
    expect(thanks).to_have_count(0)
