"""Adding a picture in a real browser: the file goes with the form, what is too large is stopped at once, and axe finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from scheduler.store import posts
from tests.journeys.looking import nothing_wrong
from tests.pages import PHONE, WIDE, OpenPage
from tests.web.conftest import Town
from tests.web.drafts import a_draft, said
from tests.web.served import let_in, served


@pytest.fixture
def address(town: Town) -> Iterator[str]:
    """Where the town's pages are."""
    with served(town.app) as found:
        yield found


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture on the person's own machine."""
    file = tmp_path / "vei.jpg"
    Image.linear_gradient("L").resize((640, 400)).save(file)
    return file


def test_a_picture_is_chosen_described_and_added_and_the_half_written_text_is_saved_with_it(
    town: Town, address: str, page: Page, photo: Path
) -> None:
    post_id, _ = a_draft(town)
    let_in(page, address, "kari")
    page.goto(f"{address}/fjordvik/posts/{post_id}")
    page.locator("#text-nb").fill("Halvskrevet")
    page.get_by_text("Legg til et bilde").click()
    page.locator("#new-picture").set_input_files(photo)
    page.locator("#new-alt").fill("En vei")
    expect(page.locator(".preview .shown-text")).to_contain_text("Halvskrevet")
    page.get_by_role("button", name="Lagre og legg til bildet").click()
    expect(page.locator(".picture img")).to_be_visible()
    expect(page.locator("#text-nb")).to_have_value("Halvskrevet")
    with town.db.read(town.municipality_id) as session:
        assert [each.alt_text for each in posts.pictures(session, post_id)] == ["En vei"]
    assert said(town, post_id) == {"nb": "Halvskrevet"}


def test_a_file_that_is_too_large_is_told_of_before_it_is_sent(
    town: Town, address: str, page: Page, tmp_path: Path
) -> None:
    post_id, _ = a_draft(town)
    let_in(page, address, "kari")
    page.goto(f"{address}/fjordvik/posts/{post_id}")
    page.get_by_text("Legg til et bilde").click()
    expect(page.locator("#new-picture-too-large")).to_be_hidden()
    large = tmp_path / "stor.jpg"
    large.write_bytes(bytes(20_000_001))
    page.locator("#new-picture").set_input_files(large)
    expect(page.locator("#new-picture-too-large")).to_contain_text("høyst 20 MB")
    assert page.locator("#new-picture").evaluate("field => field.files.length") == 0


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
def test_axe_finds_nothing_where_a_picture_is_added(
    town: Town,
    address: str,
    open_page: OpenPage,
    photo: Path,
    size: tuple[int, int],
    scheme: Literal["light", "dark"],
) -> None:
    post_id, _ = a_draft(town)
    page = open_page(size=size, scheme=scheme)
    let_in(page, address, "kari")
    page.goto(f"{address}/fjordvik/posts/{post_id}")
    page.get_by_text("Legg til et bilde").click()
    nothing_wrong(page)
    page.get_by_role("button", name="Lagre og legg til bildet").click()
    expect(page.locator("ds-error-summary")).to_be_visible()
    nothing_wrong(page)
    page.locator("#new-picture").set_input_files(photo)
    page.get_by_role("button", name="Lagre og legg til bildet").click()
    expect(page.locator(".picture img")).to_be_visible()
    page.get_by_text("Legg til et bilde").click()
    page.evaluate("scrollTo(0, 0)")  # what the bars lie half over is then out of the window
    nothing_wrong(page)
    page.goto(f"{address}/fjordvik/posts/new")
    page.get_by_text("Legg til et bilde").click()
    nothing_wrong(page)
