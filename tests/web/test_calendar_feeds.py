"""One's calendar in another program: an address made, shown once and revoked, and what it tells to whoever holds it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from icalendar import Calendar
from sqlalchemy import text

from scheduler.domain.publication import State
from scheduler.queries import calendar_feed
from scheduler.services import calendar_feeds
from scheduler.services.people import actor_of
from scheduler.store import people
from tests import build
from tests.web.conftest import START, Town
from tests.web.test_calendar import channel, placed, wall

FEEDS = "/fjordvik/calendar/feeds/"
SECRET = re.compile(r"/fjordvik/calendar/feeds/([\w-]{43})\.ics")


def made(town: Town, post: Callable[..., Any], who: str = "kari") -> str:
    """The path of an address that somebody has just made."""
    answer = post(town.browser_of(who), f"{FEEDS}new", page=FEEDS)
    assert answer.status_code == 200
    found = SECRET.search(answer.get_data(as_text=True))
    assert found is not None
    return found.group()


def told(town: Town, path: str) -> list[Any]:
    """The events that the address tells to a program that has not signed in."""
    answer = town.browser().get(path)
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def test_an_address_is_shown_once_and_only_its_hash_is_kept(town: Town, post: Callable[..., Any]) -> None:
    client = town.browser_of("kari")
    page = post(client, f"{FEEDS}new", page=FEEDS)
    found = SECRET.search(page.get_data(as_text=True))
    assert found is not None
    assert "no-store" in page.headers["Cache-Control"]
    assert found.group(1) not in client.get(FEEDS).get_data(as_text=True)
    assert all(found.group(1) not in str(header) for header in page.headers.getlist("Set-Cookie"))
    with town.db.read(town.municipality_id) as session:
        kept = session.connection().execute(text("SELECT * FROM calendar_feed")).one()
        history = session.connection().execute(text("SELECT * FROM audit_event")).all()
    assert all(found.group(1) not in str(value) for value in (*kept, *history))


def test_a_program_reads_what_its_person_may_see(town: Town, post: Callable[..., Any]) -> None:
    schools, towns = (
        channel(town, name="Skulen", unit_id=town.unit_id, language="nb"),
        channel(town, name="Byen", language="nb"),
    )
    own = placed(town, schools, wall(25, 14, 30), title="Åpen dag, med kaffe; og \\\\ kake\nBEGIN:VALARM")
    placed(town, towns, wall(26, 14))
    with town.db.begin(town.municipality_id) as session:
        build.publication(session, state=State.IN_REVIEW, chosen_at=wall(27, 14), texts={"nn": "a", "nb": "b"})
        build.thread(session, channel_id=towns, written_at=wall(23, 14), seen_at=START)
    assert len(told(town, made(town, post))) == 3
    (event,) = told(town, made(town, post, "lars"))
    assert event["summary"] == "Åpen dag, med kaffe; og \\\\ kake\nBEGIN:VALARM (Skulen)"
    assert event["uid"] == f"publication-{own}.municipality-1@ordskifte"
    assert event.start == wall(25, 14, 30)
    assert event["dtstart"].to_ical() == b"20261125T133000Z"
    assert "Bokmål" in event["description"] or "bokmål" in event["description"]
    assert "Planlagt" in event["description"]
    assert re.fullmatch(r"http://localhost/fjordvik/posts/\d+", event["url"])
    assert event["status"] == "CONFIRMED"


def test_no_line_is_longer_than_the_format_allows_and_none_is_broken_by_a_title(
    town: Town, post: Callable[..., Any]
) -> None:
    placed(town, channel(town, language="nb"), wall(25, 14), title="Blåbærsyltetøy på øya " * 12)
    answer = town.browser().get(made(town, post))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = answer.data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert answer.data.count(b"\r\n") == answer.data.count(b"\n")
    assert b"\r\nBEGIN:VEVENT\r\n" in answer.data


def test_a_move_shows_with_a_higher_number_and_what_has_not_changed_is_not_told_again(
    town: Town, post: Callable[..., Any]
) -> None:
    moved = placed(town, channel(town, language="nb"), wall(25, 14))
    path = made(town, post)
    program, before = town.browser(), told(town, path)[0]
    first = program.get(path)
    assert first.headers["Cache-Control"] == "private, max-age=300"
    assert program.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    town.clock.pass_by(timedelta(minutes=5))
    assert program.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    form = {"day": "2026-11-26", "time": "15:00"}
    post(town.browser_of("kari"), f"/fjordvik/publications/{moved}/move", page=FEEDS, **form)
    after = told(town, path)[0]
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["last-modified"].dt > before["last-modified"].dt
    assert after.start == wall(26, 15)


def test_an_unknown_a_revoked_and_a_closed_persons_address_answer_alike(town: Town, post: Callable[..., Any]) -> None:
    path = made(town, post, "rita")
    assert town.browser().get(path.replace("/fjordvik/", "/utvik/")).status_code == 404
    with town.db.begin(town.municipality_id) as session:
        build.fresh(session, people.get(session, town.people["rita"])).active = False
    closed = town.browser().get(path)
    with town.db.begin(town.municipality_id) as session:
        build.fresh(session, people.get(session, town.people["rita"])).active = True
    assert town.browser().get(path).status_code == 200
    revoked_at = re.findall(
        r'action="(/fjordvik/calendar/feeds/\d+/revoke)"', town.browser_of("rita").get(FEEDS).get_data(as_text=True)
    )
    assert post(town.browser_of("kari"), revoked_at[0], page=FEEDS).status_code == 404
    assert town.browser().get(path).status_code == 200
    rita = town.browser_of("rita")
    for _twice in range(2):
        assert post(rita, revoked_at[0], page=FEEDS).status_code == 303
    revoked, unknown = town.browser().get(path), town.browser().get(f"{FEEDS}{'x' * 43}.ics")
    assert (closed.status_code, revoked.status_code, unknown.status_code) == (404, 404, 404)
    without_nonce = [
        re.sub(r'nonce="[^"]*"|content="[^"]*"|csrf[^>]*|X-CSRFToken[^}]*', "", page.get_data(as_text=True))
        for page in (closed, revoked, unknown)
    ]
    assert len({len(page) for page in without_nonce}) == 1
    assert town.browser().get(f"{FEEDS}x.ics").status_code == 404


def test_nobody_has_more_addresses_than_can_be_kept_in_mind(town: Town, post: Callable[..., Any]) -> None:
    client = town.browser_of("kari")
    for _each in range(calendar_feeds.MOST):
        post(client, f"{FEEDS}new", page=FEEDS)
    answer = post(client, f"{FEEDS}new", page=FEEDS)
    assert answer.status_code == 422
    assert "10 adresser" in answer.get_data(as_text=True)


def test_what_is_nearest_is_told_where_there_is_too_much(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        here = build.channel(session).pk
        for hours in (-48, -24, 24, 48, 72):
            state = State.PUBLISHED if hours < 0 else State.APPROVED
            at = START + timedelta(hours=hours)
            build.publication(
                session, channel_id=here, state=state, published_at=at if hours < 0 else None, chosen_at=at
            )
        build.publication(session, state=State.PUBLISHED, published_at=START - timedelta(weeks=5))
    for most, expected in ((4, [-24, 24, 48, 72]), (2, [24, 48]), (1_000, [-48, -24, 24, 48, 72])):
        with town.db.read(town.municipality_id) as session:
            found = calendar_feed.events(session, actor_of(session, town.people["kari"]), now=START, most=most)
        assert [(each.at - START) // timedelta(hours=1) for each in found] == expected
