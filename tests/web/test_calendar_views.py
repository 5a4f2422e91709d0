"""What the calendar shows and hides: the list, what it is narrowed to, days taken out, posts from elsewhere, and what has no time."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from scheduler.domain.publication import State
from scheduler.store import rows
from scheduler.store.tables import Campaign, OwnDays
from tests import build
from tests.web.conftest import START, Town
from tests.web.test_calendar import CALENDAR, channel, placed, seen, shown, wall

TELEPHONES = (
    {"Sec-CH-UA-Mobile": "?1"},
    {
        "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1"
    },
)


def ids(page: str) -> list[str]:
    """The posts of a page, in its order."""
    return re.findall(r'<li class="entry[^"]*" id="([pn]-\d+)"', page)


def links(page: str) -> str:
    """Where its views and steps lead."""
    return page.split('class="views"', 1)[1].split("</div>", 1)[0]


def test_a_list_shows_two_weeks_and_only_the_days_that_hold_something(town: Town) -> None:
    here = channel(town, name="Facebook-siden", language="nb")
    first, second = placed(town, here, wall(25, 14)), placed(town, here, wall(27, 14))
    beyond = placed(town, here, wall(24, 14) + timedelta(days=14))
    page = shown(town, "view=list&day=2026-11-24")
    assert ids(page) == [f"p-{first}", f"p-{second}"]
    assert re.findall(r'data-day="([^"]+)"', page) == ["2026-11-24", "2026-11-25", "2026-11-27"]
    assert "Onsdag 25. november 2026" in page
    assert ids(shown(town, "view=list&day=2026-12-08")) == [f"p-{beyond}"]


@pytest.mark.parametrize("headers", TELEPHONES, ids=["client-hint", "user-agent"])
def test_a_telephone_begins_with_the_list_and_gets_the_month_where_it_asks(town: Town, headers: dict[str, str]) -> None:
    client = town.browser_of("kari")
    assert 'data-view="list"' in client.get(CALENDAR, headers=headers).get_data(as_text=True)
    assert 'data-view="month"' in client.get(f"{CALENDAR}?view=month", headers=headers).get_data(as_text=True)
    assert 'data-view="month"' in client.get(CALENDAR).get_data(as_text=True)


def test_what_one_has_chosen_follows_through_views_steps_and_days_and_is_cleared_in_one_press(town: Town) -> None:
    query = "view=week&day=2026-11-24&channel=3&unit=1&campaign=2&language=nn&state=in_review"
    page = shown(town, query)
    kept = "channel=3&amp;unit=1&amp;campaign=2&amp;language=nn&amp;state=in_review"
    assert links(page).count("<a ") == links(page).count(kept) == 7
    assert page.count(kept) >= 14
    assert f'href="{CALENDAR}?view=week&amp;day=2026-11-24">' in page
    assert "Filter: 5" in page


def test_a_choice_that_there_is_not_is_no_choice(town: Town) -> None:
    page = shown(town, "language=xx&state=cancelled&campaign=x&channel=99999999999999")
    assert '<details class="fold filter-fold">' in page
    assert "state=" not in links(page)


def test_an_empty_calendar_says_what_hides_the_posts_and_when_the_next_one_comes(town: Town) -> None:
    here = channel(town, name="Facebook-siden", language="nb")
    placed(town, here, wall(25, 14))
    page = shown(town, "view=week&day=2026-11-24&language=nn")
    assert ids(page) == []
    assert "1 innlegg står" in page
    page = shown(town, "view=week&day=2026-11-18")
    assert f"{CALENDAR}?view=week&amp;day=2026-11-25" in page.split('class="nothing"', 1)[1].split("</div>", 1)[0]


def test_narrowing_to_a_campaign_a_language_and_a_state_shows_those_alone(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        campaign = rows.add(session, Campaign(municipality_id=1, name="Valkampen", created_at=START)).pk
        post = build.post(session, campaign_id=campaign, texts={"nn": "Val"})
        mine = build.publication(session, post_id=post.pk, state=State.IN_REVIEW, chosen_at=wall(25, 14)).pk
        build.publication(session, state=State.IN_REVIEW, chosen_at=wall(25, 15))
        native = build.thread(session, channel_id=build.channel(session).pk, written_at=wall(23, 9), seen_at=START).pk
    client = town.browser_of("kari")
    assert len(ids(seen(client, ""))) == 3
    for query in (f"campaign={campaign}", "language=nn", f"campaign={campaign}&state=in_review&language=nn"):
        assert ids(seen(client, query)) == [f"p-{mine}"]
    assert ids(seen(client, "state=native")) == [f"n-{native}"]
    assert ids(seen(client, f"state=native&campaign={campaign}")) == []
    assert "Valkampen" in seen(client, "")


def test_a_post_from_the_platform_itself_says_so_and_has_nothing_to_move_it_with(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        here = build.channel(session).pk
        build.thread(
            session,
            channel_id=here,
            written_at=wall(23, 9),
            seen_at=START,
            text="Ope <b>hus</b>",
            url="https://x.example/1",
            language="nn",
        )
    page = shown(town, "view=week")
    entry = page.split('class="entry native"', 1)[1].split("</li>", 1)[0]
    for told in ("selve plattformen", "Ope &lt;b&gt;hus", 'href="https://x.example/1"', "nynorsk"):
        assert told in entry
    assert "data-move" not in entry
    assert "data-movable" not in page


def test_own_days_are_named_and_a_channels_own_only_where_it_was_asked_for(town: Town) -> None:
    here = channel(town, name="Facebook-siden")
    with town.db.begin(town.municipality_id) as session:
        for name, whose in (("Planleggingsdag", None), ("Flyttedag", here)):
            on = date(2026, 11, 26)
            days = OwnDays(municipality_id=1, channel_id=whose, name=name, first_day=on, last_day=on, created_at=START)
            rows.add(session, days)
    client = town.browser_of("kari")
    for view in ("month", "week", "list", "day"):
        page = seen(client, f"view={view}&day=2026-11-26")
        assert "Planleggingsdag" in page
        assert "Flyttedag" not in page
        assert "Flyttedag" in seen(client, f"view={view}&day=2026-11-26&channel={here}")


def test_what_waits_without_a_time_is_counted_named_and_led_to(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        waits = build.publication(session, state=State.IN_REVIEW, texts={"nn": "a"})
        post_id = waits.post_id
        approved = build.publication(session, state=State.APPROVED, problem_code="taken_off").pk
    page = shown(town)
    tray = page.split('id="untimed"', 1)[1].split("</section>", 1)[0]
    assert f"/fjordvik/posts/{post_id}" in tray
    assert "/fjordvik/queue/?tab=drafts" in tray
    assert f"/fjordvik/publications/{approved}/move" in tray
    assert tray.count("data-move") == 1
    assert 'id="untimed"' not in shown(town, "state=published")


def test_a_wish_and_a_draft_with_a_time_are_no_places_and_are_told_apart_in_words(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        build.publication(session, state=State.DRAFT, chosen_at=wall(25, 14))
        build.publication(session, state=State.IN_REVIEW, chosen_at=wall(25, 15))
    page = shown(town, "view=week")
    assert page.count('class="entry tentative"') == 2
    assert page.count("ikke plassert ennå") == 2


def test_a_long_day_is_shown_in_parts(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        here = build.channel(session).pk
        for number in range(103):
            build.thread(session, channel_id=here, written_at=wall(23, 1) + timedelta(minutes=number), seen_at=START)
    client = town.browser_of("kari")
    first, second, beyond = (seen(client, f"view=day&day=2026-11-23&part={part}") for part in (1, 2, 9))
    assert (len(ids(first)), len(ids(second)), len(ids(beyond))) == (100, 3, 0)
    assert 'part=2" rel="next"' in re.sub(r'(rel="\w+") (href="[^"]*")', r"\2 \1", first).replace("&amp;", "&")
    assert "+ 99 " in seen(client, "view=month&day=2026-11-23")


def test_a_reader_sees_all_and_moves_nothing(town: Town) -> None:
    moved = placed(town, channel(town, language="nb"), wall(25, 14))
    page = shown(town, "view=list", who="rita")
    assert ids(page) == [f"p-{moved}"]
    assert "data-mov" not in page


def test_without_a_script_one_comes_back_to_the_calendar_one_came_from(town: Town) -> None:
    moved = placed(town, channel(town, language="nb"), wall(25, 14))
    client = town.browser_of("kari")
    back = f"{CALENDAR}?view=list&day=2026-11-24&state=scheduled"
    page = client.get(f"/fjordvik/publications/{moved}/move", headers={"Referer": f"http://localhost{back}"})
    assert f'value="{back.replace("&", "&amp;")}"' in page.get_data(as_text=True)
    for elsewhere in (
        "http://localhost/utvik/calendar/",
        "https://elsewhere.example/",
        "http://localhost/fjordvik/people/",
    ):
        page = client.get(f"/fjordvik/publications/{moved}/move", headers={"Referer": elsewhere})
        assert 'name="back" value=""' in page.get_data(as_text=True)


def test_a_leader_sees_what_concerns_the_unit(town: Town) -> None:
    schools, towns = channel(town, unit_id=town.unit_id, language="nb"), channel(town, language="nb")
    own = placed(town, schools, wall(25, 14))
    placed(town, towns, wall(25, 14))
    assert ids(shown(town, "view=list", who="lars")) == [f"p-{own}"]


def test_what_awaits_approval_stands_tentatively_where_the_planner_would_put_it(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        here = build.channel(session, needs_approval=True, language="nb").pk
        own = [build.publication(session, channel_id=here, state=State.IN_REVIEW).pk for _ in range(3)]
        elsewhere = build.publication(session, channel_id=build.channel(session).pk, state=State.DRAFT).pk
    for view in ("week", "list"):
        page = shown(town, f"view={view}&day=2026-11-24")
        assert sorted(ids(page)) == sorted(f"p-{each}" for each in own)
        assert page.count('class="entry tentative"') == 3
        assert page.count("hvis det blir godkjent nå") == 3
        assert f"p-{elsewhere}" not in page
    held = shown(town, "view=list&day=2026-11-24").split('data-day="2026-11-24"', 1)[1].split("</ol>", 1)[0]
    assert len(ids(held)) == 2  # the day's limit holds for what is only supposed too
    assert ids(shown(town, "view=week&day=2026-11-10")) == ids(shown(town, "view=month")) == []
    assert ids(shown(town, "view=week&language=nn")) == []
