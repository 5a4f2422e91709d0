"""The calendar as people meet it, and moving a post in it: by form, by the nearest offered time, back again, and refused in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from scheduler.domain.access import Role
from scheduler.domain.publication import State
from scheduler.services import review
from scheduler.store import slots
from scheduler.store.rows import get
from scheduler.store.tables import Channel, PostingRulesRow, Publication
from tests import build
from tests.questions import questions
from tests.town import actor
from tests.web.conftest import Town

CALENDAR = "/fjordvik/calendar/"
NEAR = re.compile(r'<button[^>]*name="at" value="([^"]+)"')


def shown(town: Town, query: str = "", who: str = "kari") -> str:
    """The calendar as somebody sees it."""
    return seen(town.browser_of(who), query)


def seen(client: FlaskClient, query: str) -> str:
    """The calendar in a browser that has signed in."""
    page = client.get(f"{CALENDAR}?{query}")
    assert page.status_code == 200
    return page.get_data(as_text=True)


def channel(town: Town, **values: Any) -> int:
    """A channel; its id."""
    with town.db.begin(town.municipality_id) as session:
        return build.channel(session, **values).pk


def placed(town: Town, channel_id: int, at: datetime, *, title: str = "Ny gangvei", language: str = "nb") -> int:
    """A post that a person has placed at `at`, by the service; its publication's id."""
    chief = actor(town.db, town.municipality_id, Role.CHIEF)
    with town.db.begin(town.municipality_id) as session:
        post = build.post(session, title=title, texts={language: "Gangveien er åpen."})
        row = build.publication(session, post_id=post.pk, channel_id=channel_id)
        review.schedule(session, chief, post.pk, now=town.clock(), wanted_at={row.pk: at})
        return row.pk


def slot_at(town: Town, publication_id: int) -> datetime | None:
    """Where it stands now."""
    with town.db.read(town.municipality_id) as session:
        slot = slots.of_publication(session, publication_id)
        return slot.starts_at if slot else None


def wall(day: int, hour: int, minute: int = 0) -> datetime:
    """A time on the wall in November 2026, one hour before UTC."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


def address(publication_id: int, deed: str = "move", slug: str = "fjordvik") -> str:
    return f"/{slug}/publications/{publication_id}/{deed}"


@pytest.fixture
def channel_id(town: Town) -> int:
    return channel(town, name="Facebook-siden", language="nb")


def test_a_month_is_drawn_in_whole_weeks_with_their_numbers(town: Town) -> None:
    page = shown(town, "day=2026-11-10")
    days = re.findall(r'data-day="([^"]+)"', page)
    assert (days[0], days[-1], len(days)) == ("2026-10-26", "2026-12-06", 42)
    assert re.findall(r"</span>(\d+)</a></th>", page) == ["44", "45", "46", "47", "48", "49"]


def test_the_year_with_fifty_three_weeks_has_them(town: Town) -> None:
    page = shown(town, "day=2026-12-31")
    assert re.findall(r"</span>(\d+)</a></th>", page) == ["49", "50", "51", "52", "53"]
    assert "53" in shown(town, "view=week&day=2027-01-03")
    days = re.findall(r'data-day="([^"]+)"', shown(town, "view=week&day=2027-01-03"))
    assert (days[0], days[-1]) == ("2026-12-28", "2027-01-03")


def test_one_steps_over_the_ends_of_months_and_years(town: Town) -> None:
    client = town.browser_of("kari")
    for query, before, after in (
        ("view=month&day=2027-01-31", "2026-12-01", "2027-02-01"),
        ("view=week&day=2026-12-31", "2026-12-24", "2027-01-07"),
        ("view=list&day=2026-12-25", "2026-12-11", "2027-01-08"),
        ("view=day&day=2028-02-29", "2028-02-28", "2028-03-01"),
    ):
        found = re.findall(r'day=([\d-]+)" rel="(prev|next)"', seen(client, query))
        assert {relation: day for day, relation in found} == {"prev": before, "next": after}


def test_a_day_that_cannot_be_shown_shows_today_and_says_so(town: Town) -> None:
    client = town.browser_of("kari")
    for day in ("2026-02-30", "99999-01-01", "0001-01-01", "9999-12-31", "x", "2101-01-01&view=year"):
        page = seen(client, f"day={day}")
        assert 'data-color="warning"' in page
        assert 'data-day="2026-11-24"' in page


def test_the_ends_of_the_calendar_are_shown_and_lead_no_farther(town: Town) -> None:
    client = town.browser_of("kari")
    for view in ("month", "week", "list", "day"):
        assert 'rel="prev"' not in seen(client, f"view={view}&day=2000-01-01")
        assert 'rel="next"' not in seen(client, f"view={view}&day=2100-12-31")


def test_public_holidays_are_named(town: Town) -> None:
    page = shown(town, "day=2027-05-17")
    assert page.count('class="holiday"') == 4
    assert "Grunnlovsdagen" in page


def test_a_post_says_time_title_channel_language_and_state_in_text(town: Town, channel_id: int) -> None:
    placed(town, channel_id, wall(25, 14, 30))
    page = shown(town)
    for told in ("<b>14.30</b>", "Ny gangvei", "<i>Facebook-siden</i>", "Bokmål", 'aria-label="Planlagt"'):
        assert told in page


def test_a_day_of_the_month_shows_four_and_leads_to_the_rest(town: Town) -> None:
    for number in range(6):
        placed(town, channel(town), wall(25, 13 + number // 2, 5 * number), title=f"Innlegg {number}")
    page = shown(town)
    cell = page.split('data-day="2026-11-25"', 1)[1].split("</td>", 1)[0]
    assert cell.count('class="entry"') == 4
    assert "view=day&amp;day=2026-11-25" in cell
    assert "+ 2" in cell
    assert shown(town, "view=day&day=2026-11-25").count('class="entry"') == 6


def test_a_calendar_costs_a_fixed_number_of_questions(town: Town, channel_id: int) -> None:
    client = town.browser_of("kari")
    costs = []
    for day in (25, 26, 27):
        placed(town, channel_id, wall(day, 13))
        with questions() as sent:
            client.get(CALENDAR)
        costs.append(len(sent))
    assert costs[0] == costs[-1] <= 15


def test_the_form_moves_a_post_and_offers_the_way_back(town: Town, channel_id: int, post: Callable[..., Any]) -> None:
    moved = placed(town, channel_id, wall(25, 14))
    client = town.browser_of("kari")
    form = client.get(address(moved)).get_data(as_text=True)
    assert 'value="2026-11-25"' in form
    assert 'value="14:00"' in form
    answer = post(client, address(moved), page=address(moved), day="2026-11-26", time="15.30", back=CALENDAR)
    assert (answer.status_code, answer.headers["Location"]) == (303, CALENDAR)
    assert slot_at(town, moved) == wall(26, 15, 30)
    page = client.get(CALENDAR).get_data(as_text=True)
    assert 'id="undo"' in page
    assert f'value="{wall(25, 14).isoformat()}"' in page
    answer = post(client, address(moved), page=address(moved), at=wall(25, 14).isoformat(), undo="yes", back=CALENDAR)
    assert answer.status_code == 303
    assert slot_at(town, moved) == wall(25, 14)
    assert 'id="undo"' not in client.get(CALENDAR).get_data(as_text=True)


def test_the_way_back_is_offered_once_on_whatever_page_one_returns_to(
    town: Town, channel_id: int, post: Callable[..., Any]
) -> None:
    moved = placed(town, channel_id, wall(25, 14))
    with town.db.read(town.municipality_id) as session:
        own_page = f"/fjordvik/posts/{get(session, Publication, moved).post_id}"
    client = town.browser_of("kari")
    for back in (own_page, "/fjordvik/queue/?tab=scheduled", "/fjordvik/people/"):
        answer = post(client, address(moved, "take-off"), page=address(moved), back=back)
        assert answer.headers["Location"] == back
        assert client.get(back).get_data(as_text=True).count('id="undo"') == 1
        assert 'id="undo"' not in client.get(back).get_data(as_text=True)
        assert (
            post(client, address(moved), page=address(moved), at=wall(25, 14).isoformat(), undo="yes").status_code
            == 303
        )
        assert slot_at(town, moved) == wall(25, 14)


def test_a_third_post_onto_a_full_day_is_refused_with_the_nearest_times_each_one_press(
    town: Town, channel_id: int, post: Callable[..., Any]
) -> None:
    placed(town, channel_id, wall(25, 13))
    placed(town, channel_id, wall(25, 16))
    third = placed(town, channel_id, wall(26, 14))
    client = town.browser_of("kari")
    answer = post(client, address(third), page=address(third), day="2026-11-25", time="17:30")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "så mange innlegg" in page or "as many posts" in page
    assert slot_at(town, third) == wall(26, 14)
    nearest = NEAR.findall(page)
    assert len(nearest) == 3
    assert all(datetime.fromisoformat(each).date() != date(2026, 11, 25) for each in nearest)
    assert post(client, address(third), page=address(third), at=nearest[0]).status_code == 303
    assert slot_at(town, third) == datetime.fromisoformat(nearest[0])


def test_every_broken_rule_is_told_at_once(town: Town, channel_id: int, post: Callable[..., Any]) -> None:
    moved = placed(town, channel_id, wall(26, 14))
    client = town.browser_of("kari")
    page = post(client, address(moved), page=address(moved), day="2026-11-23", time="03:00").get_data(as_text=True)
    refused = page.split('id="refused"', 1)[1].split("</ul>", 1)[0]
    assert refused.count("<li>") == 2


def test_what_is_no_time_is_said_at_its_field(town: Town, channel_id: int, post: Callable[..., Any]) -> None:
    moved = placed(town, channel_id, wall(26, 14))
    client = town.browser_of("kari")
    for day, time in (
        ("", ""),
        ("2026-02-30", "14:00"),
        ("99999-01-01", "14:00"),
        ("0001-01-01", "00:00"),
        ("2026-11-26", "25:00"),
        ("x" * 9000, "14:00"),
        ("2031-01-01", "14:00"),
    ):
        answer = post(client, address(moved), page=address(moved), day=day, time=time)
        assert answer.status_code == 422
        assert "ds-validation-message" in answer.get_data(as_text=True)
    assert slot_at(town, moved) == wall(26, 14)


def test_a_time_that_we_never_offered_is_not_taken(town: Town, channel_id: int, post: Callable[..., Any]) -> None:
    moved = placed(town, channel_id, wall(26, 14))
    client = town.browser_of("kari")
    for at in ("x", "2026-11-26T14:00:00", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"):
        assert post(client, address(moved), page=address(moved), at=at).status_code == 422


def test_the_hour_that_the_clock_skips_and_the_one_that_comes_twice_are_told(
    town: Town, post: Callable[..., Any]
) -> None:
    always = {str(weekday): [[0, 0]] for weekday in range(7)}
    with town.db.begin(town.municipality_id) as session:
        row = build.channel(session, language="nb")
        session.add(
            PostingRulesRow(
                municipality_id=town.municipality_id,
                channel_id=row.pk,
                max_per_day=2,
                windows=always,
                minimum_gap_minutes=60,
                alternation="off",
                patience_days=2,
            )
        )
    client = town.browser_of("kari")
    for on, time, at in (
        ("2027-03-28", "02:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        ("2027-10-31", "02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ):
        moved = placed(town, row.pk, wall(26, 14))
        answer = post(client, address(moved), page=address(moved), day=on, time=time, back=CALENDAR)
        assert answer.status_code == 303
        assert slot_at(town, moved) == at
        told = client.get(CALENDAR).get_data(as_text=True).split('id="undo"', 1)[1].split("</p>", 1)[0]
        assert "klokk" in told or "clock" in told
        post(client, address(moved, "take-off"), page=address(moved))


def test_take_off_and_place_again(town: Town, channel_id: int, post: Callable[..., Any]) -> None:
    moved = placed(town, channel_id, wall(26, 14))
    client = town.browser_of("kari")
    assert post(client, address(moved, "take-off"), page=address(moved)).status_code == 303
    assert slot_at(town, moved) is None
    assert post(client, address(moved, "take-off"), page=address(moved)).status_code == 422
    assert post(client, address(moved, "place-again"), page=address(moved)).status_code == 303
    assert slot_at(town, moved) is not None


def test_what_has_no_time_to_change_says_so(town: Town, post: Callable[..., Any]) -> None:
    client = town.browser_of("kari")
    for state in (State.DRAFT, State.PUBLISHED, State.GOING_OUT, State.CANCELLED):
        with town.db.begin(town.municipality_id) as session:
            row = build.publication(session, state=state).pk
        assert "data-in-place" not in client.get(address(row)).get_data(as_text=True)
        for deed, form in (("move", {"day": "2026-11-26", "time": "14:00"}), ("take-off", {}), ("place-again", {})):
            assert post(client, address(row, deed), **form).status_code == 422


def test_from_the_calendar_the_answer_draws_it_anew_with_focus_on_the_moved_post(
    town: Town, channel_id: int, post: Callable[..., Any]
) -> None:
    moved = placed(town, channel_id, wall(26, 14))
    client = town.browser_of("kari")
    token = (
        client.get(address(moved))
        .get_data(as_text=True)
        .split('name="csrf_token" type="hidden" value="', 1)[1]
        .split('"', 1)[0]
    )
    form = {"csrf_token": token, "back": f"{CALENDAR}?view=week&day=2026-11-24&state=scheduled"}
    answer = client.post(
        address(moved), data={**form, "day": "2026-11-27", "time": "14:00"}, headers={"HX-Request": "true"}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert page.count("<hx-partial") == 3
    assert "<html" not in page
    assert re.search(rf'id="p-{moved}"[^>]*data-moved>\s*<a[^>]*autofocus', page)
    assert "state=scheduled" in page.split('class="steps"', 1)[1].split("</nav>", 1)[0]
    assert 'data-view="week"' in page
    refused = client.post(
        address(moved), data={**form, "day": "2026-11-27", "time": "03:00"}, headers={"HX-Request": "true"}
    )
    assert refused.status_code == 422
    assert refused.get_data(as_text=True).count("<hx-partial") == 1


def test_one_is_never_led_out_of_the_municipality(town: Town, channel_id: int, post: Callable[..., Any]) -> None:
    moved = placed(town, channel_id, wall(26, 14))
    client = town.browser_of("kari")
    for back in (
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/utvik/queue/",
        "/fjordvik/\r\nX: y",
        "javascript:alert(1)",
    ):
        answer = post(client, address(moved), page=address(moved), day="2026-11-27", time="14:00", back=back)
        assert answer.headers["Location"] == f"{CALENDAR}?day=2026-11-27"


def test_who_may_move_what(town: Town, channel_id: int, post: Callable[..., Any]) -> None:
    towns = placed(town, channel_id, wall(26, 14))
    schools = placed(town, channel(town, unit_id=town.unit_id), wall(26, 14))
    leader, reader = town.browser_of("lars"), town.browser_of("rita")
    form = {"day": "2026-11-27", "time": "14:00"}
    assert leader.get(address(towns)).status_code == 404
    assert post(leader, address(towns), **form).status_code == 404
    assert post(leader, address(schools), **form).status_code == 303
    assert post(reader, address(schools), **form).status_code == 403
    assert "Ny gangvei" in shown(town, who="rita")
    assert "data-move" not in shown(town, who="rita").split("<dialog", 1)[0].split('id="calendar"', 1)[1].replace(
        "data-moved", ""
    )


def test_another_municipalitys_post_is_not_found(town: Town, post: Callable[..., Any]) -> None:
    with town.db.begin(town.other_municipality_id) as session:
        foreign = build.scheduled(session).pk
    client = town.browser_of("kari")
    for deed in ("move", "take-off", "place-again"):
        for number in (foreign, 4711, 99999999999999999999):
            assert post(client, address(number, deed)).status_code == 404
        assert post(client, address(foreign, deed, "utvik")).status_code in {303, 400}
    with town.db.read(town.other_municipality_id) as session:
        assert get(session, Publication, foreign).state is State.SCHEDULED


def test_a_paused_channel_and_a_lost_approval_are_told_in_words(
    town: Town, channel_id: int, post: Callable[..., Any]
) -> None:
    moved = placed(town, channel_id, wall(26, 14))
    with town.db.begin(town.municipality_id) as session:
        row = get(session, Channel, channel_id)
        row.paused_code = "by_hand"
        session.add(row)
    answer = post(town.browser_of("kari"), address(moved), page=address(moved), day="2026-11-27", time="14:00")
    assert answer.status_code == 422
    assert "Kanalen er" in answer.get_data(as_text=True) or "The channel is paused" in answer.get_data(as_text=True)


def test_a_refused_time_is_still_in_the_form(town: Town, channel_id: int, post: Callable[..., Any]) -> None:
    moved = placed(town, channel_id, wall(26, 14))
    answer = post(town.browser_of("kari"), address(moved), page=address(moved), day="2026-11-27", time="04:45")
    page = answer.get_data(as_text=True)
    assert 'value="2026-11-27"' in page
    assert 'value="04:45"' in page
