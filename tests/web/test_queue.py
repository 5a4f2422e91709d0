"""The queue as people meet it: its tabs and words, approving from the list, empty lists that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scheduler.domain.publication import State
from scheduler.queries.tabs import Tab
from scheduler.store.rows import get
from scheduler.store.tables import Publication
from tests import build
from tests.questions import questions
from tests.web.conftest import START, Town

QUEUE = "/fjordvik/queue/"


def shown(town: Town, who: str, query: str = "") -> str:
    """The queue as somebody sees it, in English."""
    client = town.browser_of(who)
    page = client.get(f"{QUEUE}?{query}")
    assert page.status_code == 200
    return page.get_data(as_text=True)


def in_review(town: Town, *, title: str = "Skulen opnar", unit_id: int | None = None, **values: Any) -> int:
    """A publication that awaits approval; its id."""
    with town.db.begin(town.municipality_id) as session:
        channel = build.channel(session, unit_id=unit_id, needs_approval=True)
        post = build.post(session, title=title, unit_id=unit_id)
        return build.publication(session, post_id=post.pk, channel_id=channel.pk, state=State.IN_REVIEW, **values).pk


def state_of(town: Town, publication_id: int) -> State:
    with town.db.read(town.municipality_id) as session:
        return get(session, Publication, publication_id).state


def test_a_row_says_title_language_channel_state_and_author(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        post = build.post(session, title="Ny gangveg", texts={"nn": "Han er open no."}, author_id=town.people["kari"])
        channel = build.channel(session, name="Facebook-sida")
        row = build.publication(
            session, post_id=post.pk, channel_id=channel.pk, state=State.SCHEDULED, language="nn",
            because=[{"code": "first_lawful", "params": {}}],
        )  # fmt: skip
        build.slot(session, row, starts_at=START, day=START.date())
    page = shown(town, "kari", "tab=scheduled")
    for told in ("Ny gangveg", "Han er open no.", "Nynorsk", "Facebook-sida", "Kari Nordmann", "i dag kl. 09.30"):
        assert told in page
    assert f"/fjordvik/publications/{row.pk}/move" in page


def test_text_from_outside_is_shown_and_never_run(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        build.post(session, title="<script>alert(1)</script>", texts={"nb": "<img src=x onerror=alert(2)>"})
    page = shown(town, "kari", "tab=all")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<img src=x" not in page


def test_an_empty_list_says_what_to_do_next(town: Town) -> None:
    client = town.browser_of("kari")
    for tab in Tab:
        page = client.get(f"{QUEUE}?tab={tab.value}").get_data(as_text=True)
        assert 'class="empty"' in page
        assert 'class="empty-actions"' in page
        assert 'class="empty"' in client.get(f"{QUEUE}?tab={tab.value}&search=ingenting").get_data(as_text=True)


def test_an_address_that_makes_no_sense_still_shows_a_list(town: Town) -> None:
    in_review(town)
    client = town.browser_of("kari")
    for query in (
        "tab=nothing",
        "after=x",
        "channel=abc&unit=-1",
        "channel=99999999999999999999",
        "unit=4294967296",
        "search=" + "å" * 5000,
    ):
        assert client.get(f"{QUEUE}?{query}").status_code == 200


def test_one_press_approves_and_says_when_it_goes_out(town: Town, post: Callable[..., Any]) -> None:
    waiting = in_review(town)
    client = town.browser_of("kari")
    answer = post(client, f"{QUEUE}approve", page=QUEUE, publication=str(waiting), tab="needs_you")
    assert answer.status_code == 303
    assert state_of(town, waiting) is State.SCHEDULED
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert 'data-color="success"' in page
    assert "kl. 1" in page


def test_approving_what_somebody_else_has_changed_does_nothing(town: Town, post: Callable[..., Any]) -> None:
    waiting = in_review(town)
    client = town.browser_of("kari")
    with town.db.begin(town.municipality_id) as session:
        row = get(session, Publication, waiting)
        row.state = State.DRAFT
        session.add(row)
    answer = post(client, f"{QUEUE}approve", page=QUEUE, publication=str(waiting))
    assert answer.status_code == 409
    assert state_of(town, waiting) is State.DRAFT


def test_all_of_a_post_is_approved_or_none(town: Town, post: Callable[..., Any]) -> None:
    fine, unfit = in_review(town), in_review(town)
    with town.db.begin(town.municipality_id) as session:
        broken = get(session, Publication, unfit)
        build.illustrated(session, broken.post_id, alt_text="")
    client = town.browser_of("kari")
    answer = client.post(
        f"{QUEUE}approve",
        data={"publication": [str(fine), str(unfit)], "csrf_token": _token(client.get(QUEUE).get_data(as_text=True))},
    )
    assert answer.status_code == 422
    assert "ds-alert" in answer.get_data(as_text=True)
    assert state_of(town, fine) is State.IN_REVIEW


def test_a_leader_sees_and_approves_only_what_belongs_to_the_unit(town: Town, post: Callable[..., Any]) -> None:
    own, towns = in_review(town, title="Skulens", unit_id=town.unit_id), in_review(town, title="Kommunens")
    page = shown(town, "lars", "tab=all")
    assert "Skulens" in page
    assert "Kommunens" not in page
    client = town.browser_of("lars")
    assert post(client, f"{QUEUE}approve", page=QUEUE, publication=str(towns)).status_code == 403
    assert post(client, f"{QUEUE}approve", page=QUEUE, publication=str(own)).status_code == 303
    assert (state_of(town, own), state_of(town, towns)) == (State.SCHEDULED, State.IN_REVIEW)


def test_a_reader_sees_the_lists_and_no_buttons(town: Town, post: Callable[..., Any]) -> None:
    waiting = in_review(town)
    page = shown(town, "rita", "tab=drafts")
    assert "Skulen opnar" in page
    assert "/approve" not in page
    assert "/move" not in page
    assert post(town.browser_of("rita"), f"{QUEUE}approve", publication=str(waiting)).status_code == 403


def test_another_municipalitys_post_cannot_be_approved_from_here(town: Town, post: Callable[..., Any]) -> None:
    with town.db.begin(town.other_municipality_id) as session:
        foreign = build.publication(session, state=State.IN_REVIEW).pk
    client = town.browser_of("kari")
    assert post(client, f"{QUEUE}approve", page=QUEUE, publication=str(foreign)).status_code == 404
    assert post(client, f"{QUEUE}approve", page=QUEUE, publication="99999999999999999999").status_code == 303


def test_nobody_sees_the_queue_before_signing_in(town: Town) -> None:
    answer = town.browser().get(QUEUE)
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


def test_a_page_of_the_queue_costs_a_fixed_number_of_questions(town: Town) -> None:
    client = town.browser_of("kari")
    costs = []
    for _ in range(2):
        for number in range(10):
            in_review(town, title=str(number))
        with questions() as sent:
            client.get(QUEUE)
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 18


def _token(page: str) -> str:
    return page.split('name="csrf_token" ', 1)[1].split('value="', 1)[1].split('"', 1)[0]
