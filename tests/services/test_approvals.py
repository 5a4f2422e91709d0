"""An approval answers for exactly what a citizen will see: which change asks for a new one, and which does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.domain.publication import State
from scheduler.domain.rules import Refusal
from scheduler.services import drafting, minting, planning, review
from scheduler.services.drafting import Content, Described
from scheduler.store import posts, publications
from tests import build
from tests.services.desk import Desk, wall

TODAY = "2026-03-03"
THE_PICTURE = "the picture"


# --- an approval pins what a citizen will see ---


@pytest.fixture
def pinned(each_desk: Desk) -> tuple[Desk, int, Content]:
    """A scheduled publication with a picture in a channel of its own, and what its post says."""
    channel = each_desk.channel()
    content = Content(
        title="Gangvei",
        texts={"nb": "Den er åpen.", "nn": "Han er open."},
        channel_ids=frozenset({channel}),
        link="https://www.fjordvik.example/gangvei",
        earliest_at=wall(f"{TODAY} 12:00"),
        latest_at=wall("2026-03-20 18:00"),
    )
    with each_desk.begin() as session:
        post_id = drafting.create(session, each_desk.chief, content=content, now=each_desk.now)
        build.illustrated(session, post_id, photographer="Ola Vik")
        media_id = posts.pictures(session, post_id)[0].media_id
    described = Described(media_id=media_id, alt_text="En gangvei", photographer="Ola Vik")
    (done,) = each_desk.schedule(post_id)
    assert done.state is State.SCHEDULED
    return each_desk, done.publication_id, replace(content, pictures=(described,))


def _changes(content: Content) -> dict[str, Content]:
    """Each thing that an approval pins, changed alone."""
    assert content.pictures
    assert content.earliest_at
    assert content.latest_at
    (picture,) = content.pictures
    (channel,) = content.channel_ids
    return {
        "one text": replace(content, texts={**content.texts, "nn": "Han er stengd."}),
        "a language more": replace(content, texts={**content.texts, "se": "Dat lea rabas."}),
        "a language less": replace(content, texts={"nb": content.texts["nb"]}),
        "the channel's own text": replace(content, own_texts={channel: {"nb": "Bare her."}}),
        "the link": replace(content, link="https://www.fjordvik.example/annet"),
        "the alternative text": replace(content, pictures=(replace(picture, alt_text="En bru"),)),
        "the photographer": replace(content, pictures=(replace(picture, photographer="Kari Nes"),)),
        "the earliest moment": replace(content, earliest_at=content.earliest_at + timedelta(minutes=1)),
        "the latest moment": replace(content, latest_at=content.latest_at - timedelta(minutes=1)),
        THE_PICTURE: replace(content, pictures=()),
    }


def test_each_thing_an_approval_pins_asks_for_a_new_one_when_it_changes(pinned: tuple[Desk, int, Content]) -> None:
    desk, publication_id, content = pinned
    post_id = desk.row(publication_id).post_id

    def edit(wanted: Content) -> list[int]:
        with desk.begin() as session:
            version = posts.post(session, post_id).version
            return drafting.edit(session, desk.chief, post_id=post_id, version=version, content=wanted, now=desk.now)

    for what, changed in _changes(content).items():
        assert edit(changed) == [publication_id], what
        assert (desk.row(publication_id).state, desk.stands(publication_id)) == (State.DRAFT, None), what
        assert not desk.holds(publication_id), what
        if what != THE_PICTURE:  # once taken away, it is not there to be put back
            assert edit(content) == [], what
        desk.schedule(post_id)
        assert desk.row(publication_id).state is State.SCHEDULED
    assert desk.history(publication_id).count("edit") == len(_changes(content))


def test_what_a_citizen_does_not_see_asks_for_nothing(pinned: tuple[Desk, int, Content]) -> None:
    desk, publication_id, content = pinned
    stood = desk.stands(publication_id)
    with desk.begin() as session:
        post_id = publications.get(session, publication_id).post_id
        edited = replace(content, title="Et annet arbeidsnavn", priority=5)
        assert drafting.edit(session, desk.chief, post_id=post_id, version=1, content=edited, now=desk.now) == []
    assert (desk.stands(publication_id), desk.row(publication_id).state) == (stood, State.SCHEDULED)
    assert desk.holds(publication_id)


def test_the_planner_may_move_what_was_approved(pinned: tuple[Desk, int, Content]) -> None:
    desk, publication_id, _ = pinned
    desk.move(publication_id, "2026-03-10 15:00")
    assert desk.holds(publication_id)
    desk.do(planning.take_off, publication_id)
    desk.do(planning.place_again, publication_id)
    assert desk.holds(publication_id)


def test_content_changed_past_the_doors_is_not_minted(each_desk: Desk) -> None:
    """Whatever wrote it: what nobody has answered for does not go out, and the post waits for a person."""
    placed = each_desk.placed(each_desk.channel())
    slot = each_desk.slot(placed)
    assert slot is not None
    with each_desk.begin() as session:
        posts.write_texts(session, each_desk.row(placed).post_id, {"nb": "Noe ganske annet."})
    assert not each_desk.holds(placed)
    assert minting.mint_due(each_desk.db, now=slot.starts_at) == 0
    assert (each_desk.row(placed).state, each_desk.row(placed).problem_code) == (State.APPROVED, Refusal.NOT_APPROVED)


def test_an_approval_that_was_reopened_stays_so(desk: Desk) -> None:
    placed = desk.placed(desk.channel())
    with desk.begin() as session:
        review.edit_reopens(session, desk.chief, placed, now=desk.now)
    assert desk.row(placed).state is State.DRAFT
    with desk.begin() as session:
        review.edit_reopens(session, desk.chief, placed, now=desk.now)
    assert desk.history(placed) == ["release", "place", "edit"]
    assert not desk.holds(placed)
