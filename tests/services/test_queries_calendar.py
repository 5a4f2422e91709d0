"""What stands in the calendar on which day, to whom, and what a publication says of its place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bench.calendar_scale import seed
from scheduler.domain.access import Actor, Role
from scheduler.domain.calendar import resolve
from scheduler.domain.enquiries import Origin
from scheduler.domain.publication import HOLDS_SLOT, State
from scheduler.errors import Missing
from scheduler.queries import calendar, calendar_around, municipalities
from scheduler.queries.calendar import Mark, Placed, Span
from scheduler.queries.calendar_moments import Narrowing, Tongue
from scheduler.store import rows
from scheduler.store.database import Database, Session
from scheduler.store.tables import Campaign, OwnDays, Publication
from scheduler.store.tables.posts import PostKind, SlotKind
from tests import build
from tests.build import NOW
from tests.questions import questions
from tests.town import actor

OSLO = "Europe/Oslo"


def at_slot(session: Session, at: datetime, state: State = State.SCHEDULED, **values: object) -> Publication:
    """A publication with a slot at `at`."""
    row = build.publication(session, state=state, **values)  # type: ignore[arg-type]  # as the builder takes them
    build.slot(session, row, starts_at=at, day=at.date())
    return row


def span(first: date, last: date | None = None, **values: Any) -> Span:
    """Days of which everything is shown, unless the values say otherwise."""
    return Span(**{"first": first, "last": last or first, "zone": OSLO, "most_a_day": 100, **values})


def on_days(db: Database, actor: Actor, first: date, last: date, **values: Any) -> list[tuple[int, date]]:
    """The ids with their days."""
    with db.read(actor.municipality_id) as session:
        days = calendar.shown(session, actor, span(first, last, **values))
        return [(each.id, day) for day, held in days.items() for each in held.shown]


def today(db: Database, actor: Actor, **narrowing: Any) -> list[Placed]:
    """What stands on the day that tests begin on."""
    with db.read(actor.municipality_id) as session:
        days = calendar.shown(session, actor, span(NOW.date(), narrowing=Narrowing(**narrowing)))
        return [each for held in days.values() for each in held.shown]


def seen(db: Database, actor: Actor, **narrowing: Any) -> list[int]:
    """Its ids."""
    return [each.id for each in today(db, actor, **narrowing)]


def test_a_day_begins_and_ends_at_midnight_on_the_wall(db: Database, municipality: int, chief: Actor) -> None:
    day = date(2026, 3, 31)
    with db.begin(municipality) as session:
        ids = [
            at_slot(session, at).pk
            for at in (
                datetime(2026, 3, 30, 21, 59, tzinfo=UTC),
                datetime(2026, 3, 30, 22, 0, tzinfo=UTC),
                datetime(2026, 3, 31, 21, 59, tzinfo=UTC),
                datetime(2026, 3, 31, 22, 0, tzinfo=UTC),
            )
        ]
    assert on_days(db, chief, day, day) == [(ids[1], day), (ids[2], day)]
    assert [found for found, _ in on_days(db, chief, date(2026, 4, 1), date(2026, 4, 30))] == [ids[3]]


@pytest.mark.parametrize(
    ("sunday", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)], ids=["spring", "autumn"]
)
def test_the_day_on_which_the_clock_changes_holds_all_of_its_hours(
    db: Database, municipality: int, chief: Actor, sunday: date, hours: int
) -> None:
    begin = resolve(datetime.combine(sunday, datetime.min.time())).at
    with db.begin(municipality) as session:
        ids = [at_slot(session, begin + timedelta(hours=hour)).pk for hour in range(-1, hours + 1)]
    assert on_days(db, chief, sunday, sunday) == [(each, sunday) for each in ids[1:-1]]


def test_each_state_stands_where_it_belongs(db: Database, municipality: int, chief: Actor) -> None:
    slot_at, out_at, failed_at = (NOW + timedelta(hours=hour) for hour in (1, 2, 3))
    with db.begin(municipality) as session:
        for state in State:
            row = build.publication(session, state=state, published_at=out_at, updated_at=failed_at, chosen_at=NOW)
            if state in HOLDS_SLOT:
                build.slot(session, row, starts_at=slot_at, day=slot_at.date())
    found = today(db, chief)
    assert {each.state: (each.at, each.tentative) for each in found} == {
        State.DRAFT: (NOW, True),
        State.IN_REVIEW: (NOW, True),
        State.APPROVED: (NOW, True),
        State.SCHEDULED: (slot_at, False),
        State.GOING_OUT: (slot_at, False),
        State.PUBLISHED: (out_at, False),
        State.WITHDRAWN: (out_at, False),
        State.FAILED: (failed_at, False),
    }
    assert [each.at for each in found] == sorted(each.at for each in found)
    assert {each.state for each in found if each.may_move} == {State.APPROVED, State.SCHEDULED}


def test_the_language_is_the_one_that_goes_out_or_all_that_are_written(
    db: Database, municipality: int, chief: Actor
) -> None:
    with db.begin(municipality) as session:
        both = {"nb": "tekst", "nn": "tekst"}
        at_slot(session, NOW, texts=both, language="nn")
        build.publication(session, texts=both, state=State.IN_REVIEW, chosen_at=NOW)
    assert [each.languages for each in today(db, chief)] == [("nn",), ("nb", "nn")]


def test_a_unit_sees_its_own_and_moves_only_in_its_own_channel(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        school = build.unit(session)
        own, town = build.channel(session, unit_id=school.pk), build.channel(session)
        post = build.post(session, unit_id=school.pk)
        mine = at_slot(session, NOW, post_id=post.pk, channel_id=own.pk).pk
        in_town = at_slot(session, NOW + timedelta(hours=1), post_id=post.pk, channel_id=town.pk).pk
        foreign = at_slot(session, NOW + timedelta(hours=3)).pk
    leader = actor(db, municipality, Role.LEADER, unit_id=school.pk)
    assert {each.id: each.may_move for each in today(db, leader)} == {mine: True, in_town: False}
    with db.read(municipality) as session:
        assert calendar.standing(session, leader, mine).may_move
        with pytest.raises(Missing):
            calendar.standing(session, leader, foreign)


def test_nobody_sees_another_municipality(db: Database, municipality: int, chief: Actor) -> None:
    with db.begin(municipality) as session:
        ours = at_slot(session, NOW).pk
    there = build.municipality(db)
    stranger = actor(db, there, Role.CHIEF)
    assert on_days(db, stranger, NOW.date(), NOW.date()) == []
    with db.read(there) as session, pytest.raises(Missing):
        calendar.standing(session, stranger, ours)
    assert [found for found, _ in on_days(db, chief, NOW.date(), NOW.date())] == [ours]


def test_a_day_shows_so_many_and_tells_how_many_there_are(db: Database, municipality: int, chief: Actor) -> None:
    day = NOW.date()
    with db.begin(municipality) as session:
        ids = [at_slot(session, NOW + timedelta(minutes=number)).pk for number in range(7)]
        later = at_slot(session, NOW + timedelta(days=1)).pk
    with db.read(municipality) as session:
        days = calendar.shown(session, chief, span(day, day + timedelta(days=1), most_a_day=3))
    assert [held.total for held in days.values()] == [7, 1]
    assert on_days(db, chief, day, day, most_a_day=3) == [(each, day) for each in ids[:3]]
    assert on_days(db, chief, day, day, most_a_day=3, skipped=6) == [(ids[6], day)]
    assert on_days(db, chief, day, day, most_a_day=3, skipped=9) == []
    assert on_days(db, chief, day + timedelta(days=1), day + timedelta(days=1)) == [(later, day + timedelta(days=1))]


def test_what_was_posted_on_the_platform_itself_is_shown_and_cannot_be_moved(
    db: Database, municipality: int, chief: Actor
) -> None:
    with db.begin(municipality) as session:
        school = build.unit(session).pk
        channel = build.channel(session, unit_id=school)
        text = "\n  Ope hus i dag  \nKom og sjå."
        build.thread(
            session, channel_id=channel.pk, written_at=NOW, text=text, language="nn", url="https://x.example/1"
        )
        # The platform's clock was ahead: it is believed no further than ours.
        build.thread(
            session,
            channel_id=channel.pk,
            written_at=NOW + timedelta(hours=2),
            seen_at=NOW + timedelta(hours=1),
            text="",
        )
        build.thread(session, channel_id=channel.pk, written_at=NOW, origin=Origin.OURS)
    found = today(db, chief)
    assert [(each.title, each.at, each.languages) for each in found] == [
        ("Ope hus i dag", NOW, ("nn",)),
        ("", NOW + timedelta(hours=1), ()),
    ]
    assert {(each.state, each.post_id, each.may_move, each.tentative) for each in found} == {(None, None, False, False)}
    assert found[0].url == "https://x.example/1"
    assert len(today(db, actor(db, municipality, Role.LEADER, unit_id=school))) == 2
    with db.begin(municipality) as session:
        library = build.unit(session).pk
    assert today(db, actor(db, municipality, Role.LEADER, unit_id=library)) == []


def test_what_stands_beyond_the_cap_and_what_is_a_notice_is_marked(
    db: Database, municipality: int, chief: Actor
) -> None:
    with db.begin(municipality) as session:
        at_slot(session, NOW)
        for kind, ordinal in ((SlotKind.EXCUSED, 3), (SlotKind.URGENT, None)):
            row = build.publication(session, state=State.SCHEDULED)
            build.slot(session, row, starts_at=NOW + timedelta(hours=1), kind=kind, ordinal=ordinal)
        post = build.post(session, kind=PostKind.SERVICE_NOTICE)
        build.publication(session, post_id=post.pk, state=State.PUBLISHED, published_at=NOW + timedelta(hours=2))
    assert [each.mark for each in today(db, chief)] == [None, Mark.BEYOND_CAP, Mark.NOTICE, Mark.NOTICE]


def test_a_calendar_is_narrowed_by_channel_unit_campaign_language_and_state(
    db: Database, municipality: int, chief: Actor
) -> None:
    with db.begin(municipality) as session:
        school = build.unit(session).pk
        own, town = build.channel(session, unit_id=school).pk, build.channel(session).pk
        campaign = rows.add(session, Campaign(municipality_id=municipality, name="Valet", created_at=NOW)).pk
        in_school = at_slot(session, NOW, channel_id=own, language="nn").pk
        for_school = at_slot(
            session, NOW, post_id=build.post(session, unit_id=school).pk, channel_id=town, language="nb"
        ).pk
        of_campaign = at_slot(session, NOW, post_id=build.post(session, campaign_id=campaign).pk, language="both").pk
        wished = build.publication(session, state=State.IN_REVIEW, chosen_at=NOW, texts={"nn": "a", "nb": "b"}).pk
        sami = build.publication(session, state=State.APPROVED, chosen_at=NOW, texts={"se": "a"}).pk
        only_nn = build.publication(session, state=State.DRAFT, chosen_at=NOW, texts={"nn": "a", "en": "b"}).pk
        native = build.thread(session, channel_id=own, written_at=NOW).pk
    every = {in_school, for_school, of_campaign, wished, sami, only_nn}
    assert set(seen(db, chief)) == {*every, native}
    assert set(seen(db, chief, channel_id=own)) == {in_school, native}
    assert set(seen(db, chief, unit_id=school)) == {in_school, for_school, native}
    assert set(seen(db, chief, campaign_id=campaign)) == {of_campaign}
    assert set(seen(db, chief, language=Tongue.NN)) == {in_school, only_nn}
    assert set(seen(db, chief, language=Tongue.NB)) == {for_school}
    assert set(seen(db, chief, language=Tongue.BOTH)) == {of_campaign, wished, native}
    assert set(seen(db, chief, language=Tongue.OTHER)) == {sami}
    assert set(seen(db, chief, state=State.SCHEDULED)) == {in_school, for_school, of_campaign}
    assert set(seen(db, chief, state=State.DRAFT)) == {only_nn}
    assert set(seen(db, chief, state=State.CANCELLED)) == set()
    assert [each.state for each in today(db, chief, native=True)] == [None]
    assert set(seen(db, chief, unit_id=school, state=State.SCHEDULED, language=Tongue.NB)) == {for_school}
    leader = actor(db, municipality, Role.LEADER, unit_id=school)
    assert set(seen(db, leader, language=Tongue.NN)) == {in_school}
    with db.read(municipality) as session:
        assert calendar.hidden(session, chief, span(NOW.date(), narrowing=Narrowing(unit_id=0))) == 7


def test_days_taken_out_are_named_for_all_channels_or_for_the_one_asked_for(db: Database, municipality: int) -> None:
    first = date(2026, 3, 30)
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        for name, whose, begins, length in (
            ("Påskeferie", None, first, 8),
            ("Flytting", channel, first, 1),
            ("Før", None, date(2026, 3, 1), 29),
        ):
            ends = begins + timedelta(days=length - 1)
            days = OwnDays(
                municipality_id=municipality,
                channel_id=whose,
                name=name,
                first_day=begins,
                last_day=ends,
                created_at=NOW,
            )
            rows.add(session, days)
    with db.read(municipality) as session:
        last = date(2026, 4, 5)
        assert set(calendar_around.own_days(session, first=first, last=last).values()) == {("Påskeferie",)}
        assert calendar_around.own_days(session, first=first, last=last, channel_id=channel)[first] == (
            "Påskeferie",
            "Flytting",
        )
        assert calendar_around.own_days(session, first=date(2026, 4, 7), last=date(2026, 4, 30)) == {}


def test_what_has_no_time_is_counted_and_the_most_urgent_named(db: Database, municipality: int, chief: Actor) -> None:
    with db.begin(municipality) as session:
        school = build.unit(session).pk
        channel = build.channel(session, unit_id=school).pk
        drafts = [build.publication(session, texts={"nn": "a"}).pk for _ in range(8)]
        waits = build.publication(session, state=State.IN_REVIEW, channel_id=channel).pk
        approved = build.publication(session, state=State.APPROVED, problem_code="no_lawful_slot").pk
        build.publication(session, state=State.APPROVED, chosen_at=NOW)
        build.publication(session, state=State.CANCELLED)
    with db.read(municipality) as session:
        found = calendar_around.without_time(session, chief, Narrowing())
        assert found.counts == {State.APPROVED: 1, State.IN_REVIEW: 1, State.DRAFT: 8}
        assert found.total == 10
        assert [each.id for each in found.named[:2]] == [approved, waits]
        assert (found.named[0].may_move, found.named[2].may_move) == (True, False)
        assert {each.id for each in found.named[2:]} <= set(drafts)
        assert len(found.named) == calendar_around.NAMED
        assert calendar_around.without_time(session, chief, Narrowing(language=Tongue.NN)).total == 8
        assert calendar_around.without_time(session, chief, Narrowing(unit_id=school)).total == 1
        assert calendar_around.without_time(session, chief, Narrowing(state=State.SCHEDULED)).total == 0
        leader = actor(db, municipality, Role.LEADER, unit_id=school)
    with db.read(municipality) as session:
        assert [each.id for each in calendar_around.without_time(session, leader, Narrowing()).named] == [waits]


def test_the_next_of_it_is_found_within_some_months(db: Database, municipality: int, chief: Actor) -> None:
    with db.begin(municipality) as session:
        at_slot(session, NOW + timedelta(days=9), language="nn")
    with db.read(municipality) as session:
        assert calendar_around.next_at(session, chief, Narrowing(), after=NOW) == NOW + timedelta(days=9)
        assert calendar_around.next_at(session, chief, Narrowing(language=Tongue.NB), after=NOW) is None
        assert calendar_around.next_at(session, chief, Narrowing(), after=NOW + timedelta(days=10)) is None


def test_a_month_costs_two_questions_however_much_it_holds(sqlite_db: Database) -> None:
    slug = seed(sqlite_db, posts=400, channels=20, days=8)
    with sqlite_db.across() as session:
        found = municipalities.by_slug(session, slug)
    assert found is not None
    chief = actor(sqlite_db, found.id, Role.CHIEF)
    december = span(date(2026, 11, 30), date(2027, 1, 3), most_a_day=4)
    with sqlite_db.read(found.id) as session, questions() as sent:
        days = calendar.shown(session, chief, december)
    assert len(sent) <= 2, sent
    assert min(held.total for held in days.values()) >= 40
    assert {len(held.shown) for held in days.values()} == {4}
