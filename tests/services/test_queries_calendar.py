"""What stands in the calendar on which day, to whom, and what a publication says of its place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.domain.access import Actor, Role
from scheduler.domain.calendar import resolve
from scheduler.domain.publication import HOLDS_SLOT, State
from scheduler.errors import Missing
from scheduler.queries import calendar
from scheduler.store.database import Database, Session
from scheduler.store.tables import Publication
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


def on_days(db: Database, actor: Actor, first: date, last: date) -> list[tuple[int, date]]:
    """The ids with their days."""
    with db.read(actor.municipality_id) as session:
        return [(each.id, each.day) for each in calendar.placed(session, actor, first=first, last=last, zone=OSLO)]


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
    with db.read(municipality) as session:
        found = calendar.placed(session, chief, first=NOW.date(), last=NOW.date(), zone=OSLO)
    assert {each.state: (each.at, each.tentative) for each in found} == {
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
    with db.read(municipality) as session:
        found = calendar.placed(session, chief, first=NOW.date(), last=NOW.date(), zone=OSLO)
    assert [each.languages for each in found] == [("nn",), ("nb", "nn")]


def test_a_unit_sees_its_own_and_moves_only_in_its_own_channel(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        school = build.unit(session)
        own, town = build.channel(session, unit_id=school.pk), build.channel(session)
        post = build.post(session, unit_id=school.pk)
        mine = at_slot(session, NOW, post_id=post.pk, channel_id=own.pk).pk
        in_town = at_slot(session, NOW + timedelta(hours=1), post_id=post.pk, channel_id=town.pk).pk
        foreign = at_slot(session, NOW + timedelta(hours=3)).pk
    leader = actor(db, municipality, Role.LEADER, unit_id=school.pk)
    with db.read(municipality) as session:
        found = calendar.placed(session, leader, first=NOW.date(), last=NOW.date(), zone=OSLO)
        assert {each.id: each.may_move for each in found} == {mine: True, in_town: False}
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


def test_a_month_costs_two_questions(sqlite_db: Database) -> None:
    municipality = build.municipality(sqlite_db)
    chief = actor(sqlite_db, municipality, Role.CHIEF)
    with sqlite_db.begin(municipality) as session:
        for number in range(60):
            at_slot(session, NOW + timedelta(hours=6 * number))
    with sqlite_db.read(municipality) as session, questions() as sent:
        found = calendar.placed(session, chief, first=date(2026, 3, 1), last=date(2026, 3, 31), zone=OSLO)
    assert len(found) == 60
    assert len(sent) <= 2, sent
