"""A refused time and its way out: lawful times with what they cost, a reason in one press, and the posts that moved, read once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col

from scheduler.domain.publication import State
from scheduler.services import planning
from scheduler.store import rows, slots
from scheduler.store.rows import get
from scheduler.store.tables import Campaign, MovedPost, Post, PostingRulesRow, Publication
from tests import build
from tests.engine import approve
from tests.services.desk import AFTERNOONS
from tests.web.conftest import START, Town
from tests.web.drafts import a_draft, author, form_of, shown, state_of

EXCUSES = re.compile(r'name="excuse" value="(\w+)"')
DAY = "2026-11-25"


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Oslo"))


def approved(town: Town, channel_id: int | None = None, **values: Any) -> tuple[int, int]:
    """(post id, publication id) of a post that the chief has answered for and that has no time."""
    with town.db.begin(town.municipality_id) as session:
        where = channel_id or build.channel(session).pk
        row = build.post(session, created_at=START, updated_at=START, author_id=town.people["kari"], **values)
        made = build.publication(
            session, post_id=row.pk, channel_id=where, state=State.APPROVED, created_at=START, updated_at=START
        )
        approve(session, made)
        return row.pk, made.pk


def at(town: Town, publication_id: int) -> datetime | None:
    with town.db.read(town.municipality_id) as session:
        slot = slots.of_publication(session, publication_id)
        return slot.starts_at if slot else None


def excused(town: Town, publication_id: int) -> list[str]:
    with town.db.read(town.municipality_id) as session:
        because = get(session, Publication, publication_id).because
        return [row["params"]["reason"] for row in because if row["code"] == "excused"]


def test_undo_goes_back_to_a_time_that_a_reason_gave(town: Town, post: Callable[..., Any]) -> None:
    _, publication_id = approved(town)
    client, address = town.browser_of("kari"), f"/fjordvik/publications/{publication_id}/move"
    stood, later = wall(f"{DAY} 20:00"), wall(f"{DAY} 14:00")
    post(client, address, page=address, at=stood.isoformat(), excuse="cannot_wait")
    post(client, address, page=address, at=later.isoformat())
    page = client.get("/fjordvik/calendar/").get_data(as_text=True).split('id="undo"', 1)[1]
    assert EXCUSES.search(page)[1] == "cannot_wait"  # type: ignore[index]  # it is there
    post(client, address, page=address, at=stood.isoformat(), excuse="cannot_wait", undo="yes")
    assert (at(town, publication_id), excused(town, publication_id)) == (stood, ["cannot_wait"])


def test_a_refused_time_offers_reasons_and_one_press_on_one_takes_the_time(
    town: Town, post: Callable[..., Any]
) -> None:
    _, publication_id = approved(town)
    client, page = town.browser_of("kari"), f"/fjordvik/publications/{publication_id}/move"
    answer = post(client, page, page=page, day=DAY, time="20:00")
    told = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "happens_now" in EXCUSES.findall(told)
    assert "no_text_in_other" not in EXCUSES.findall(told)
    (wanted,) = re.findall(r'<input type="hidden" name="at" value="([^"]+)">', told)
    assert post(client, page, page=page, at=wanted, excuse="happens_now").status_code == 303
    assert at(town, publication_id) == wall(f"{DAY} 20:00")
    assert excused(town, publication_id) == ["happens_now"]


def test_what_no_reason_sets_aside_offers_none_and_says_what_helps(town: Town, post: Callable[..., Any]) -> None:
    _, publication_id = approved(town, latest_at=wall(f"{DAY} 12:00"))
    client, page = town.browser_of("kari"), f"/fjordvik/publications/{publication_id}/move"
    told = post(client, page, page=page, day=DAY, time="20:00", excuse="cannot_wait").get_data(as_text=True)
    assert EXCUSES.findall(told) == []
    assert 'class="ds-list ways-out"' in told
    assert at(town, publication_id) is None


def test_each_lawful_time_says_what_it_costs_the_others(town: Town, post: Callable[..., Any]) -> None:
    _, publication_id = approved(town)
    client, page = town.browser_of("kari"), f"/fjordvik/publications/{publication_id}/move"
    told = post(client, page, page=page, day=DAY, time="20:00").get_data(as_text=True)
    assert len(re.findall(r'<dd id="cost-\d">', told)) == 3


def test_publish_now_goes_out_now_and_in_the_night_asks_for_a_reason_that_holds_a_minute_later(
    town: Town, post: Callable[..., Any]
) -> None:
    post_id, publication_id = approved(town)
    client = town.browser_of("kari")
    page, now = f"/fjordvik/posts/{post_id}", f"/fjordvik/publications/{publication_id}/now"
    assert now in shown(client, post_id)
    town.clock.at = wall(f"{DAY} 21:00")
    answer = post(client, now, page=page, back=page)
    told = answer.get_data(as_text=True)
    assert (answer.status_code, f'action="{now}"' in told) == (422, True)
    town.clock.pass_by(timedelta(minutes=1))
    assert post(client, now, page=page, back=page, excuse="cannot_wait").status_code == 303
    assert at(town, publication_id) == wall(f"{DAY} 21:01")
    assert excused(town, publication_id) == ["cannot_wait"]


def test_the_posts_own_form_takes_a_reason_for_the_time_it_chose(town: Town, post: Callable[..., Any]) -> None:
    post_id, publication_id = a_draft(town)
    client, page = town.browser_of("kari"), f"/fjordvik/posts/{post_id}"
    with town.db.read(town.municipality_id) as session:
        channel_id = get(session, Publication, publication_id).channel_id
    chosen = {f"date-{channel_id}": DAY, f"time-{channel_id}": "20:00"}
    answer = post(client, page, page=page, **form_of(town, post_id, do="schedule", **chosen))
    told = answer.get_data(as_text=True)
    assert (answer.status_code, 'value="excuse:happens_now"' in told) == (422, True)
    assert f'value="{DAY}"' in told
    answer = post(client, page, page=page, **form_of(town, post_id, do="excuse:happens_now", **chosen))
    assert (answer.status_code, at(town, publication_id)) == (303, wall(f"{DAY} 20:00"))


def test_a_time_in_the_past_is_refused_plainly_with_what_helps(town: Town, post: Callable[..., Any]) -> None:
    post_id, publication_id = a_draft(town)
    with town.db.read(town.municipality_id) as session:
        channel_id = get(session, Publication, publication_id).channel_id
    client, page = town.browser_of("kari"), f"/fjordvik/posts/{post_id}"
    chosen = {f"date-{channel_id}": "2026-11-02", f"time-{channel_id}": "14:00"}
    told = post(client, page, page=page, **form_of(town, post_id, do="schedule", **chosen)).get_data(as_text=True)
    assert "excuse:" not in told
    assert state_of(town, publication_id) is State.DRAFT


def test_what_found_no_time_gets_one_by_one_press_on_its_page(town: Town, post: Callable[..., Any]) -> None:
    with town.db.begin(town.municipality_id) as session:
        channel_id = build.channel(session, name="Fjordvik").pk
        build.thread(session, channel_id=channel_id, written_at=START, seen_at=START, language="nb")
    post_id, publication_id = approved(town, channel_id, texts={"nb": "Den er åpen."})
    _rules(town, alternation="ask")
    with town.db.begin(town.municipality_id) as session:
        assert planning.place_approved(session, channel_id=channel_id, now=town.clock()) == []
    client = town.browser_of("kari")
    for page in (f"/fjordvik/posts/{post_id}", f"/fjordvik/publications/{publication_id}/move"):
        told = client.get(page).get_data(as_text=True)
        assert "no_text_in_other" in EXCUSES.findall(told)
    answer = post(client, f"/fjordvik/publications/{publication_id}/with-reason", page=page, excuse="no_text_in_other")
    assert answer.status_code == 303
    assert excused(town, publication_id) == ["no_text_in_other"]


@pytest.mark.parametrize("told", ["", "stood_before_noon", "x" * 500])
def test_a_reason_that_nobody_offered_is_none(town: Town, post: Callable[..., Any], told: str) -> None:
    _, publication_id = approved(town)
    client, page = town.browser_of("kari"), f"/fjordvik/publications/{publication_id}/move"
    assert post(client, page, page=page, day=DAY, time="20:00", excuse=told).status_code == 422
    assert at(town, publication_id) is None


def test_whoever_owns_a_moved_post_reads_of_it_in_the_queue_and_presses_ok_once(
    town: Town, post: Callable[..., Any]
) -> None:
    post_id, publication_id = approved(town)
    with town.db.begin(town.municipality_id) as session:
        planning.move(session, None, publication_id, wanted_at=wall(f"{DAY} 14:00"), now=town.clock())
        planning.move(session, None, publication_id, wanted_at=wall(f"{DAY} 16:00"), now=town.clock())
    kari, rita = town.browser_of("kari"), town.browser_of("rita")
    for page in ("/fjordvik/queue/", f"/fjordvik/posts/{post_id}"):
        told = kari.get(page).get_data(as_text=True)
        assert 'id="moved-heading"' in told
        assert 'id="moved-heading"' not in rita.get(page).get_data(as_text=True)
    ids = re.findall(r'name="moved" value="(\d+)"', kari.get("/fjordvik/queue/").get_data(as_text=True))
    post(rita, "/fjordvik/publications/moved", page="/fjordvik/queue/", moved=ids)
    assert _unseen(town) == 1
    answer = post(kari, "/fjordvik/publications/moved", page="/fjordvik/queue/", moved=[*ids, "x", "9" * 40])
    assert answer.status_code == 303
    assert _unseen(town) == 0
    assert 'id="moved-heading"' not in kari.get("/fjordvik/queue/").get_data(as_text=True)


def test_before_scheduling_the_page_says_what_would_move(town: Town) -> None:
    _rules(town, max_per_day=1)
    first, first_publication = approved(town, title="Nye bøker på biblioteket")
    with town.db.begin(town.municipality_id) as session:
        channel_id = get(session, Publication, first_publication).channel_id
        planning.place_approved(session, channel_id=channel_id, now=town.clock())
        row = build.post(session, latest_at=wall("2026-11-24 18:00"), created_at=START, updated_at=START)
        build.publication(session, post_id=row.pk, channel_id=channel_id, created_at=START)
    told = shown(town.browser_of("kari"), row.pk)
    assert 'id="effects-heading"' in told
    assert f"/posts/{first}" in told.split('id="effects-heading"', 1)[1].split("</section>", 1)[0]


def test_priority_and_campaign_are_kept_and_change_no_approval(town: Town, post: Callable[..., Any]) -> None:
    post_id, publication_id = a_draft(town)
    with town.db.begin(town.municipality_id) as session:
        campaign = rows.add(
            session, Campaign(municipality_id=town.municipality_id, name="Ungdom", apart_days=2, created_at=START)
        ).pk
    client, page = town.browser_of("kari"), f"/fjordvik/posts/{post_id}"
    post(client, page, page=page, **form_of(town, post_id, do="schedule"))
    post(client, page, page=page, **form_of(town, post_id, priority="1", campaign=str(campaign)))
    assert state_of(town, publication_id) is State.SCHEDULED
    with town.db.read(town.municipality_id) as session:
        row = get(session, Post, post_id)
        assert (row.priority, row.campaign_id) == (1, campaign)
    told = shown(client, post_id)
    assert f'<option value="{campaign}" selected>Ungdom</option>' in told


def test_a_campaign_that_is_over_is_not_joined(town: Town, post: Callable[..., Any]) -> None:
    post_id, _ = a_draft(town)
    with town.db.begin(town.municipality_id) as session:
        over = Campaign(municipality_id=town.municipality_id, name="Valg", active=False, created_at=START)
        campaign = rows.add(session, over).pk
    client, page = town.browser_of("kari"), f"/fjordvik/posts/{post_id}"
    answer = post(client, page, page=page, **form_of(town, post_id, campaign=str(campaign)))
    assert answer.status_code == 422
    assert 'href="#campaign"' in answer.get_data(as_text=True)


def _rules(town: Town, **values: Any) -> None:
    filled = {
        "max_per_day": 2,
        "windows": AFTERNOONS,
        "minimum_gap_minutes": 60,
        "alternation": "off",
        "patience_days": 2,
        **values,
    }
    with town.db.begin(town.municipality_id) as session:
        rows.add(session, PostingRulesRow(municipality_id=town.municipality_id, **filled))


def _unseen(town: Town) -> int:
    with town.db.read(town.municipality_id) as session:
        return len(rows.every(session, MovedPost, col(MovedPost.seen_at).is_(None)))


def test_whoever_approves_reads_which_rule_is_set_aside_and_why(town: Town, post: Callable[..., Any]) -> None:
    post_id, publication_id = a_draft(town, channel={"needs_approval": True})
    with town.db.begin(town.municipality_id) as session:
        channel_id = get(session, Publication, publication_id).channel_id
    client, page = author(town), f"/fjordvik/posts/{post_id}"
    chosen = {f"date-{channel_id}": DAY, f"time-{channel_id}": "20:00"}
    answer = post(client, page, page=page, **form_of(town, post_id, do="excuse:happens_now", **chosen))
    assert (answer.status_code, state_of(town, publication_id)) == (303, State.IN_REVIEW)
    assert "Det skjer nå" in shown(town.browser_of("kari"), post_id)
