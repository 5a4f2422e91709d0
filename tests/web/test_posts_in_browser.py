"""A post's page, the news and the feeds in a real browser: what is counted and shown while one types, and that axe finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Dialog, Page, expect

from scheduler.domain.publication import State
from scheduler.store.posts import flag
from scheduler.store.tables.posts import SourceFlag
from tests import build
from tests.journeys.looking import nothing_wrong
from tests.pages import PHONE, WIDE, OpenPage
from tests.web.conftest import START, Town
from tests.web.drafts import LIMITS, a_draft, state_of
from tests.web.served import let_in, served


@pytest.fixture
def address(town: Town) -> Iterator[str]:
    """Where the town's pages are."""
    with served(town.app) as found:
        yield found


def test_while_one_types_the_count_and_the_preview_keep_up_as_the_channel_counts(
    town: Town, address: str, page: Page
) -> None:
    post_id, _ = a_draft(town, link="https://www.fjordvik.example/en-lang-adresse")
    let_in(page, address, "kari")
    page.goto(f"{address}/fjordvik/posts/{post_id}")
    line = page.locator("#counts-nb li")
    page.locator("#text-nb").fill("👩‍👩‍👧 https://www.fjordvik.example/en-annen-lang-adresse")
    expect(line).to_contain_text("29 av 95")
    expect(page.locator(".preview .shown-text")).to_contain_text("en-annen-lang-adresse")
    page.locator("#text-nb").fill("ord " * 60)
    expect(line).to_contain_text("blir kortet ned")
    expect(page.locator(".preview .shortened")).to_be_visible()


def test_unsaved_words_are_asked_for_before_another_press_leaves_them(town: Town, address: str, page: Page) -> None:
    post_id, publication_id = a_draft(town, channel={"needs_approval": True})
    with town.db.begin(town.municipality_id) as session:
        row = build.publication(
            session, post_id=post_id, channel_id=build.channel(session, name="To").pk, state=State.IN_REVIEW
        )
    let_in(page, address, "kari")
    page.goto(f"{address}/fjordvik/posts/{post_id}")
    page.locator("#text-nb").fill("Halvskrevet")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    page.locator(f"#channel-{row.pk} .deeds button").first.click()
    assert asked
    assert (state_of(town, row.pk), state_of(town, publication_id)) == (State.IN_REVIEW, State.DRAFT)
    expect(page.locator("#text-nb")).to_have_value("Halvskrevet")


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
def test_axe_finds_nothing_on_a_post_the_news_and_the_feeds(
    town: Town, address: str, open_page: OpenPage, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    with town.db.begin(town.municipality_id) as session:
        feed = build.feed(session, title="Virker ikke", error_code="timed_out", failures=2)
        item = build.feed_item(
            session, feed_id=feed.pk, title="Biblioteket", summary="Åpent til kl. 20.", first_seen_at=START
        )
        build.feed_item(session, feed_id=feed.pk, first_seen_at=START)
    post_id, _ = a_draft(town, texts={"nb": "Åpent til kl. 19.", "nn": "Ope til kl. 19."}, feed_item_id=item.pk)
    with town.db.begin(town.municipality_id) as session:
        flag(session, post_id, SourceFlag.CHANGED, now=START)
        build.illustrated(session, post_id)
        for number, state in enumerate((State.IN_REVIEW, State.APPROVED, State.FAILED, State.CANCELLED)):
            channel = build.channel(session, name=f"Kanal nummer {number}", limits=LIMITS)
            build.publication(session, post_id=post_id, channel_id=channel.pk, state=state, problem_code="timed_out")
    page = open_page(size=size, scheme=scheme)
    let_in(page, address, "kari")
    for path in (f"posts/{post_id}", "news/?which=all", "feeds/"):  # the journey of every page sees the others
        page.goto(f"{address}/fjordvik/{path}")
        nothing_wrong(page)
