"""A post's page at its edges: what is too much, what changed on the website, what is another's, and pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from scheduler.domain.access import Actor, Grant, Role
from scheduler.domain.publication import State
from scheduler.queries import posts
from scheduler.store.posts import flag
from scheduler.store.tables.posts import SourceFlag
from tests import build
from tests.questions import questions
from tests.web.conftest import START, Town
from tests.web.drafts import LIMITS, TEXT, TODAY, a_draft, form_of, said, shown, state_of, words


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": "å" * 10_000}, "500"),
        ({"text__nb": "ord " * 75_000}, "20000"),
        ({"link": "javascript:alert(1)"}, "https://"),
        ({"channel": []}, "kanal"),
    ],
)
def test_what_is_too_much_or_wrong_is_refused_in_a_clear_sentence(
    town: Town, post: Callable[..., Any], changed: dict[str, Any], told: str
) -> None:
    post_id, _ = a_draft(town)
    refused = post(
        town.browser_of("kari"), f"/fjordvik/posts/{post_id}", **form_of(town, post_id, do="save", **changed)
    )
    assert refused.status_code == 422
    summary = words(refused).split("<ds-error-summary", 1)[1].split("</ds-error-summary>", 1)[0]
    assert told in summary


def test_text_from_people_is_text_whatever_it_looks_like(town: Town, post: Callable[..., Any]) -> None:
    post_id, _ = a_draft(town)
    client = town.browser_of("kari")
    odd = "<script>alert(1)</script> שלום مرحبا 👩‍👩‍👧 slutt"
    assert (
        post(
            client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, text__nb=odd, title=odd, do="save")
        ).status_code
        == 303
    )
    page = shown(client, post_id)
    assert "<script>alert" not in page
    assert "שלום مرحبا 👩‍👩‍👧" in page
    assert said(town, post_id)["nb"] == odd
    refused = post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, text__nb="Hei\x00", do="save"))
    assert refused.status_code == 400
    assert said(town, post_id)["nb"] == odd


def test_a_changed_news_item_is_shown_word_by_word_and_answered_by_a_press(
    town: Town, post: Callable[..., Any]
) -> None:
    with town.db.begin(town.municipality_id) as session:
        item = build.feed_item(session, title="Biblioteket", summary="Åpent til kl. 20 på torsdager.")
    post_id, _ = a_draft(
        town, title="Biblioteket", texts={"nb": "Biblioteket\n\nÅpent til kl. 19 på torsdager."}, feed_item_id=item.pk
    )
    with town.db.begin(town.municipality_id) as session:
        flag(session, post_id, SourceFlag.CHANGED, now=START)
    client = town.browser_of("kari")
    page = re.sub(r"<span class=\"ds-sr-only\">[^<]*</span>", "", shown(client, post_id))
    assert re.search(r"<del>\s*19\s*</del><ins>\s*20\s*</ins>", page)
    assert post(client, f"/fjordvik/posts/{post_id}/source", answer="take", version=1).status_code == 303
    assert said(town, post_id) == {"nb": "Biblioteket\n\nÅpent til kl. 20 på torsdager."}
    assert post(client, f"/fjordvik/posts/{post_id}/source", answer="keep").status_code == 422


def test_what_was_withdrawn_from_the_website_is_dropped_by_a_press_and_not_scheduled(
    town: Town, post: Callable[..., Any]
) -> None:
    with town.db.begin(town.municipality_id) as session:
        item = build.feed_item(session, withdrawn_at=START)
    post_id, publication_id = a_draft(town, feed_item_id=item.pk)
    with town.db.begin(town.municipality_id) as session:
        flag(session, post_id, SourceFlag.WITHDRAWN, now=START)
    client = town.browser_of("kari")
    assert post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, do="schedule")).status_code == 422
    assert post(client, f"/fjordvik/posts/{post_id}/source", answer="take").status_code == 303
    assert state_of(town, publication_id) is State.CANCELLED


def test_a_new_post_is_written_and_scheduled_by_one_press(town: Town, post: Callable[..., Any]) -> None:
    with town.db.begin(town.municipality_id) as session:
        channel_id = build.channel(session, name="Fjordvik", limits=LIMITS).pk
    client = town.browser_of("kari")
    assert client.get("/fjordvik/posts/new").status_code == 200
    empty = post(client, "/fjordvik/posts/new", title="", text__nb="", do="schedule")
    assert empty.status_code == 422
    written = {"title": "Møte", "text-nb": "Møtet i morgen er åpent.", "channel": [channel_id], "do": "schedule"}
    answer = post(client, "/fjordvik/posts/new", **written)
    assert answer.status_code == 303
    post_id = int(answer.headers["Location"].rsplit("/", 1)[1])
    page = shown(client, post_id)
    assert TODAY.search(page)
    assert "i morgen" in page.split("moments", 1)[1]


def test_each_sees_what_is_theirs_and_no_buttons_that_would_be_refused(town: Town, post: Callable[..., Any]) -> None:
    post_id, publication_id = a_draft(town)
    reader = town.browser_of("rita")
    page = shown(reader, post_id)
    assert TEXT in page
    assert 'id="post"' not in page
    assert post(reader, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, do="save")).status_code == 403
    leader = town.browser_of("lars")
    assert leader.get(f"/fjordvik/posts/{post_id}").status_code == 404
    assert post(leader, f"/fjordvik/posts/{post_id}/{publication_id}/approve").status_code == 404
    assert said(town, post_id) == {"nb": TEXT}


def test_what_belongs_to_another_municipality_or_another_post_is_not_there(
    town: Town, post: Callable[..., Any]
) -> None:
    with town.db.begin(town.other_municipality_id) as session:
        build.post(session)
        theirs = build.publication(session)
        picture = build.media(session)
    mine, _ = a_draft(town)
    other, publication_of_other = a_draft(town, channel={"name": "En annen"})
    client = town.browser_of("kari")
    assert client.get(f"/fjordvik/posts/{theirs.post_id + 100}").status_code == 404
    assert post(client, f"/fjordvik/posts/{mine}/{publication_of_other}/cancel").status_code == 404
    assert client.get(f"/fjordvik/media/{picture.pk}").status_code == 404
    assert client.get("/fjordvik/posts/99999999999999999999").status_code == 404
    assert other != mine


def test_a_picture_is_served_to_those_who_signed_in_and_can_do_nothing_but_be_seen(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        picture = build.media(session, b"a picture")
    address = f"/fjordvik/media/{picture.pk}"
    assert town.browser().get(address).status_code == 303
    answer = town.browser_of("rita").get(address)
    assert (answer.data, answer.headers["Content-Type"]) == (b"a picture", "image/jpeg")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer.headers["Cache-Control"]
    assert "immutable" in answer.headers["Cache-Control"]
    saved = town.browser_of("rita").get(f"{address}?download=1")
    assert saved.headers["Content-Disposition"] == f'attachment; filename="{picture.pk}.jpg"'


def test_a_post_is_read_in_at_most_fifteen_questions_whatever_it_holds(town: Town) -> None:
    post_id, _ = a_draft(town)
    with town.db.begin(town.municipality_id) as session:
        build.illustrated(session, post_id, contents=(b"one", b"two", b"three"))
        for _number in range(6):
            build.publication(session, post_id=post_id, channel_id=build.channel(session).pk)
    chief = Actor(person_id=1, municipality_id=town.municipality_id, name="Kari", grants=frozenset({Grant(Role.CHIEF)}))
    with town.db.read(town.municipality_id) as session, questions() as asked:
        posts.page(session, chief, post_id, zone="Europe/Oslo")
    assert len(asked) <= 15


def test_a_dropped_channel_can_be_left_and_another_taken_up(town: Town, post: Callable[..., Any]) -> None:
    post_id, publication_id = a_draft(town)
    client = town.browser_of("kari")
    post(client, f"/fjordvik/posts/{post_id}", **form_of(town, post_id, do="schedule"))
    assert post(client, f"/fjordvik/posts/{post_id}/{publication_id}/cancel").status_code == 303
    assert state_of(town, publication_id) is State.CANCELLED
    assert post(client, f"/fjordvik/posts/{post_id}/{publication_id}/cancel").status_code == 409
    with town.db.begin(town.municipality_id) as session:
        build.channel(session, name="Mastodon", limits=LIMITS)
    town.clock.pass_by(timedelta(minutes=1))
    assert "Mastodon" in shown(client, post_id)


def test_a_time_chosen_for_a_draft_stays_on_the_page_when_it_is_saved(town: Town, post: Callable[..., Any]) -> None:
    post_id, _publication = a_draft(town)
    kari, asked = town.browser_of("kari"), form_of(town, post_id, do="save")
    (channel,) = asked["channel"]
    saved = post(
        kari, f"/fjordvik/posts/{post_id}", **asked, **{f"date-{channel}": "2026-11-25", f"time-{channel}": "14:30"}
    )
    page = kari.get(saved.headers["Location"]).get_data(as_text=True)
    assert 'value="2026-11-25"' in page
    assert 'value="14:30"' in page
    assert "gjelder først når du planlegger" in page


def test_an_hour_that_the_clock_skips_is_told_of_when_it_is_saved(town: Town, post: Callable[..., Any]) -> None:
    post_id, _publication = a_draft(town)
    kari = town.browser_of("kari")
    asked = form_of(town, post_id, do="save", date__earliest="2027-03-28", time__earliest="02:30")
    saved = post(kari, f"/fjordvik/posts/{post_id}", **asked)
    page = kari.get(saved.headers["Location"]).get_data(as_text=True)
    assert 'value="03:30"' in page
    assert "Klokka stilles fram den natta" in page
