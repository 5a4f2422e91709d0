"""What is done to a post in one channel, as people press it: put out by hand, corrected, withdrawn, tried again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import col

from scheduler.domain.access import Actor, Grant, Role
from scheduler.domain.delivery import Kind
from scheduler.domain.publication import State
from scheduler.services import minting, review
from scheduler.store import deliveries
from scheduler.store.rows import get, one
from scheduler.store.tables import Publication, Slot
from tests.web.conftest import START, Town
from tests.web.drafts import TEXT, a_draft, form_of, shown, state_of, words


@pytest.fixture
def by_hand(town: Town) -> tuple[int, int]:
    """(post id, publication id) of a post whose time has come in a channel that a person serves."""
    post_id, publication_id = a_draft(town, channel={"platform": "manual"}, link="https://www.fjordvik.example/n")
    chief = Actor(person_id=1, municipality_id=town.municipality_id, name="Kari", grants=frozenset({Grant(Role.CHIEF)}))
    with town.db.begin(town.municipality_id) as session:
        review.schedule(session, chief, post_id, now=START)
    with town.db.begin(town.municipality_id) as session:
        slot = one(session, Slot, col(Slot.publication_id) == publication_id)
        assert slot is not None
        town.clock.at = slot.starts_at
        minting.mint(session, slot.pk, now=slot.starts_at)
    return post_id, publication_id


def newest(town: Town, publication_id: int) -> Kind:
    with town.db.read(town.municipality_id) as session:
        found = deliveries.newest_of(session, publication_id)
        assert found is not None
        return found.kind


def test_what_a_person_puts_out_lies_ready_to_copy_and_is_told_with_its_address(
    town: Town, by_hand: tuple[int, int], post: Callable[..., Any]
) -> None:
    post_id, publication_id = by_hand
    client = town.browser_of("kari")
    page = shown(client, post_id)
    assert "data-copy=" in page
    assert f"{TEXT}\n\nhttps://www.fjordvik.example/n" in page
    wrong = post(client, f"/fjordvik/posts/{post_id}/{publication_id}/posted", url="facebook")
    assert wrong.status_code == 422
    assert f'href="#url-{publication_id}"' in words(wrong)
    assert 'value="facebook"' in words(wrong)
    told = post(client, f"/fjordvik/posts/{post_id}/{publication_id}/posted", url="https://www.facebook.com/1")
    assert told.status_code == 303
    assert state_of(town, publication_id) is State.PUBLISHED
    assert 'href="https://www.facebook.com/1"' in shown(client, post_id)


def test_what_was_not_posted_waits_for_a_new_time(
    town: Town, by_hand: tuple[int, int], post: Callable[..., Any]
) -> None:
    post_id, publication_id = by_hand
    client = town.browser_of("kari")
    post(client, f"/fjordvik/posts/{post_id}/{publication_id}/not-posted")
    assert state_of(town, publication_id) is State.APPROVED
    assert f"/publications/{publication_id}/move" in shown(client, post_id)
    assert post(client, f"/fjordvik/posts/{post_id}/{publication_id}/posted", url="").status_code == 422


def test_a_post_that_is_out_is_corrected_only_by_its_own_press(
    town: Town, by_hand: tuple[int, int], post: Callable[..., Any]
) -> None:
    post_id, publication_id = by_hand
    client = town.browser_of("kari")
    post(client, f"/fjordvik/posts/{post_id}/{publication_id}/posted", url="https://www.facebook.com/1")
    assert "/correct" not in shown(client, post_id)
    post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, text__nb="Rettet tekst.", do="save"))
    page = shown(client, post_id)
    assert TEXT in page
    assert "/correct" in page
    assert newest(town, publication_id) is Kind.PUBLISH
    post(client, f"/fjordvik/posts/{post_id}/{publication_id}/correct")
    assert newest(town, publication_id) is Kind.UPDATE
    assert state_of(town, publication_id) is State.PUBLISHED
    assert post(client, f"/fjordvik/posts/{post_id}/{publication_id}/correct").status_code == 422


def test_a_withdrawal_is_asked_about_first_and_then_carried_out(
    town: Town, by_hand: tuple[int, int], post: Callable[..., Any]
) -> None:
    post_id, publication_id = by_hand
    client = town.browser_of("kari")
    assert post(client, f"/fjordvik/posts/{post_id}/{publication_id}/withdraw").status_code == 422
    post(client, f"/fjordvik/posts/{post_id}/{publication_id}/posted", url="")
    assert f'id="withdraw-{publication_id}"' in shown(client, post_id)
    post(client, f"/fjordvik/posts/{post_id}/{publication_id}/withdraw")
    assert newest(town, publication_id) is Kind.DELETE_POST
    post(client, f"/fjordvik/posts/{post_id}/{publication_id}/posted")
    assert state_of(town, publication_id) is State.WITHDRAWN


def test_what_failed_says_why_and_is_tried_again_by_a_press(town: Town, post: Callable[..., Any]) -> None:
    post_id, publication_id = a_draft(town)
    client = town.browser_of("kari")
    post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, do="schedule"))
    with town.db.begin(town.municipality_id) as session:
        row = get(session, Publication, publication_id)
        row.state, row.problem_code, row.problem_detail = State.FAILED, "refused", "Too many words"
        session.add(row)
        slot = one(session, Slot, col(Slot.publication_id) == publication_id)
        session.delete(slot)
    assert "Too many words" in shown(client, post_id)
    assert post(client, f"/fjordvik/posts/{post_id}/{publication_id}/retry").status_code == 303
    assert state_of(town, publication_id) is State.SCHEDULED


def test_the_history_tells_in_words_who_did_what(
    town: Town, by_hand: tuple[int, int], post: Callable[..., Any]
) -> None:
    post_id, publication_id = by_hand
    client = town.browser_of("kari")
    post(client, f"/fjordvik/posts/{post_id}/{publication_id}/posted", url="")
    history = shown(client, post_id).split("history", 1)[1]
    assert "Kari Nordmann" in history
    assert "Fjordvik" in history


@pytest.mark.parametrize(
    "deed", ["approve", "send-back", "cancel", "retry", "correct", "withdraw", "posted", "not-posted"]
)
def test_a_reader_does_nothing(town: Town, post: Callable[..., Any], deed: str) -> None:
    post_id, publication_id = a_draft(town)
    assert post(town.browser_of("rita"), f"/fjordvik/posts/{post_id}/{publication_id}/{deed}").status_code == 403
    assert state_of(town, publication_id) is State.DRAFT


@pytest.mark.parametrize("deed", ["approve", "send-back", "retry", "correct", "withdraw", "posted"])
def test_what_is_not_for_its_state_is_answered_calmly(town: Town, post: Callable[..., Any], deed: str) -> None:
    post_id, publication_id = a_draft(town)
    answer = post(town.browser_of("kari"), f"/fjordvik/posts/{post_id}/{publication_id}/{deed}", comment="Rett dette")
    assert answer.status_code in {409, 422}
    assert state_of(town, publication_id) is State.DRAFT
