"""A post's page as people meet it: from draft to scheduled by few presses, and nothing typed is ever lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from scheduler.domain.publication import State
from scheduler.queries import posts
from scheduler.store.rows import get
from scheduler.store.tables import Publication
from tests import build
from tests.web.conftest import Town
from tests.web.drafts import TEXT, TODAY, a_draft, author, form_of, said, shown, state_of, words


def test_one_press_saves_and_schedules_and_the_page_says_when_and_why(town: Town, post: Callable[..., Any]) -> None:
    post_id, publication_id = a_draft(town)
    client = town.browser_of("kari")
    assert TODAY.search(shown(client, post_id))
    answer = post(
        client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, text__nb="Gangveien er åpen.", do="schedule")
    )
    assert answer.status_code == 303
    assert state_of(town, publication_id) is State.SCHEDULED
    assert said(town, post_id) == {"nb": "Gangveien er åpen."}
    page = shown(client, post_id)
    assert TODAY.search(page)
    assert "tidligste tidspunktet" in page


def test_scheduling_what_nobody_changed_makes_no_new_version(town: Town, post: Callable[..., Any]) -> None:
    post_id, publication_id = a_draft(town)
    post(
        town.browser_of("kari"),
        f"/fjordvik/posts/{post_id}",
        **form_of(town, post_id, text__nb=f"{TEXT}\r\n", do="schedule"),
    )
    assert state_of(town, publication_id) is State.SCHEDULED
    with town.db.read(town.municipality_id) as session:
        assert posts.version(session, post_id) == 1


def test_where_another_must_approve_the_button_says_so_and_the_press_sends_it_there(
    town: Town, post: Callable[..., Any]
) -> None:
    post_id, publication_id = a_draft(town, channel={"needs_approval": True})
    client = author(town)
    assert "Send til godkjenning" in shown(client, post_id)
    post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, do="schedule"))
    assert state_of(town, publication_id) is State.IN_REVIEW
    assert "/approve" not in shown(client, post_id)
    chief = town.browser_of("kari")
    assert "/approve" in shown(chief, post_id)
    assert post(chief, f"/fjordvik/posts/{post_id}/{publication_id}/approve").status_code == 303
    assert state_of(town, publication_id) is State.SCHEDULED


def test_sent_back_needs_a_comment_and_the_author_sees_it(town: Town, post: Callable[..., Any]) -> None:
    post_id, publication_id = a_draft(town, channel={"needs_approval": True})
    client = author(town)
    post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, do="schedule"))
    chief = town.browser_of("kari")
    refused = post(chief, f"/fjordvik/posts/{post_id}/{publication_id}/send-back", comment="  ")
    assert refused.status_code == 422
    assert f'href="#comment-{publication_id}"' in words(refused)
    post(chief, f"/fjordvik/posts/{post_id}/{publication_id}/send-back", comment="Skriv når det åpner.")
    assert state_of(town, publication_id) is State.DRAFT
    assert "Skriv når det åpner." in shown(client, post_id)


def test_a_refusal_keeps_what_was_typed_and_leads_to_the_fields(town: Town, post: Callable[..., Any]) -> None:
    post_id, publication_id = a_draft(town)
    typed = form_of(town, post_id, title=" ", text__nb="Halvskrevet", link="ikke en adresse", do="schedule")
    refused = post(town.browser_of("kari"), f"/fjordvik/posts/{post_id}", **typed)
    page = words(refused)
    assert refused.status_code == 422
    assert 'href="#title"' in page
    assert 'href="#link"' in page
    assert "Halvskrevet</textarea>" in page
    assert 'value="ikke en adresse"' in page
    assert (state_of(town, publication_id), said(town, post_id)) == (State.DRAFT, {"nb": TEXT})


def test_a_picture_without_its_description_is_asked_for_at_the_picture(town: Town, post: Callable[..., Any]) -> None:
    post_id, publication_id = a_draft(town)
    with town.db.begin(town.municipality_id) as session:
        build.illustrated(session, post_id, alt_text="")
    client = town.browser_of("kari")
    media_id = re.findall(r'name="picture" form="post" value="(\d+)"', shown(client, post_id))[0]
    held = {"picture": media_id, f"alt-{media_id}": "", f"photographer-{media_id}": ""}
    refused = post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, do="schedule", **held))
    assert refused.status_code == 422
    assert f'href="#alt-{media_id}"' in words(refused)
    held[f"decorative-{media_id}"] = "y"
    assert (
        post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, do="schedule", **held)).status_code == 303
    )
    assert state_of(town, publication_id) is State.SCHEDULED


def test_a_time_that_breaks_a_rule_is_refused_with_lawful_times_one_press_away(
    town: Town, post: Callable[..., Any]
) -> None:
    post_id, publication_id = a_draft(town)
    with town.db.read(town.municipality_id) as session:
        channel_id = get(session, Publication, publication_id).channel_id
    client = town.browser_of("kari")
    night = {f"date-{channel_id}": "2026-11-25", f"time-{channel_id}": "23:40", "do": "schedule"}
    refused = post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, **night))
    page = words(refused)
    assert refused.status_code == 422
    assert f'href="#date-{channel_id}"' in page
    assert 'value="2026-11-25"' in page
    offers = re.findall(r'value="(schedule:\d+:[^"]+)"', page)
    assert offers
    assert (
        post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, **{**night, "do": offers[0]})).status_code
        == 303
    )
    assert state_of(town, publication_id) is State.SCHEDULED


@pytest.mark.parametrize(
    ("date", "time"), [("31.2.2026", "10:00"), ("2026-11-25", ""), ("9999-12-31", "23:59"), ("i morgen", "12")]
)
def test_a_time_that_cannot_be_read_is_asked_for_again(
    town: Town, post: Callable[..., Any], date: str, time: str
) -> None:
    post_id, publication_id = a_draft(town)
    with town.db.read(town.municipality_id) as session:
        channel_id = get(session, Publication, publication_id).channel_id
    wrong = {f"date-{channel_id}": date, f"time-{channel_id}": time}
    refused = post(
        town.browser_of("kari"), f"/fjordvik/posts/{post_id}", **form_of(town, post_id, do="schedule", **wrong)
    )
    assert refused.status_code == 422
    assert f'href="#date-{channel_id}"' in words(refused)


def test_whoever_was_second_keeps_what_they_wrote_and_sees_what_the_first_saved(
    town: Town, post: Callable[..., Any]
) -> None:
    post_id, _ = a_draft(town)
    first, second = town.browser_of("kari"), author(town)
    mine = form_of(town, post_id, text__nb="Det jeg skrev", do="save")
    post(first, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, text__nb="Det den første skrev", do="save"))
    late = post(second, f"/fjordvik/posts/{post_id}", **mine)
    page = words(late)
    assert late.status_code == 409
    assert "Det jeg skrev</textarea>" in page
    assert "Det den første skrev" in page
    assert said(town, post_id) == {"nb": "Det den første skrev"}
    again = post(
        second,
        f"/fjordvik/posts/{post_id}",
        **{**mine, "version": re.findall(r'name="version" value="(\d+)"', page)[0]},
    )
    assert again.status_code == 303
    assert said(town, post_id) == {"nb": "Det jeg skrev"}


def test_a_changed_text_makes_what_was_scheduled_a_draft_again_and_says_so(
    town: Town, post: Callable[..., Any]
) -> None:
    post_id, publication_id = a_draft(town)
    client = town.browser_of("kari")
    post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, do="schedule"))
    post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, text__nb="Ny tekst", do="save"))
    assert state_of(town, publication_id) is State.DRAFT
    assert "utkast" in shown(client, post_id)


def test_a_text_taken_for_the_wrong_standard_is_put_right_by_a_press(town: Town, post: Callable[..., Any]) -> None:
    post_id, _ = a_draft(town)
    client = town.browser_of("kari")
    assert 'value="language:nb:nn"' in shown(client, post_id)
    post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, do="language:nb:nn"))
    assert said(town, post_id) == {"nn": TEXT}


def test_a_channel_can_have_its_own_version_and_the_preview_shows_it(town: Town, post: Callable[..., Any]) -> None:
    post_id, publication_id = a_draft(town, link="https://www.fjordvik.example/n")
    with town.db.read(town.municipality_id) as session:
        channel_id = get(session, Publication, publication_id).channel_id
    client = town.browser_of("kari")
    own = {f"own-{channel_id}-nb": "Kortere her."}
    seen = post(client, f"/fjordvik/posts/{post_id}/preview", **form_of(town, post_id, **own))
    assert "Kortere her." in words(seen)
    assert "https://www.fjordvik.example/n" in words(seen)
    post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, **own, do="save"))
    assert "Kortere her." in shown(client, post_id)
    too_long = post(
        client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, **{f"own-{channel_id}-nb": "å" * 200}, do="save")
    )
    assert too_long.status_code == 422
    assert f'href="#own-{channel_id}-nb"' in words(too_long)


def test_a_preview_says_what_is_shortened_and_writes_nothing(town: Town, post: Callable[..., Any]) -> None:
    post_id, _ = a_draft(town)
    seen = post(
        town.browser_of("kari"), f"/fjordvik/posts/{post_id}/preview", **form_of(town, post_id, text__nb="ord " * 100)
    )
    assert "Kortet ned" in words(seen) or "kortet" in words(seen).lower()
    assert said(town, post_id) == {"nb": TEXT}
