"""The language ledger of a year: what is counted where, who is told of it, and how few questions it takes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from scheduler.domain.access import Role
from scheduler.domain.calendar import OSLO, begins_at, day_of
from scheduler.domain.enquiries import Origin
from scheduler.domain.excuses import Excuse
from scheduler.domain.ledger import Alarm, Cause, Tally, Why
from scheduler.domain.posting_rules import Alternation
from scheduler.domain.publication import State
from scheduler.queries import ledger
from scheduler.queries.ledger import Ledger, Told
from scheduler.queries.shortfall import FallsShort, falls_short
from scheduler.store.database import Database
from scheduler.store.rows import add
from scheduler.store.tables import Channel, PostingRulesRow, Publication
from scheduler.store.tables.posts import PostKind, SlotKind
from tests import build
from tests.questions import questions
from tests.town import actor

JANUARY = datetime(2026, 1, 5, 13, 0, tzinfo=UTC)
WAITED = [{"code": "turn_broken", "params": {"language": "nn", "days": "2"}}]
BY_A_PERSON = [
    {"code": "chosen", "params": {}},
    {"code": "excused", "params": {"rule": "turn", "reason": "happens_now"}},
]


def out(session: Session, channel_id: int, day: int, language: str, **values: Any) -> Publication:
    """A post that came out on a day of January, two minutes after its slot."""
    kind = values.pop("kind", PostKind.ORDINARY)
    starts_at = values.pop("starts_at", JANUARY + timedelta(days=day - 5))
    post = build.post(
        session, kind=kind, title=values.pop("title", f"Innlegg {day}"), unit_id=values.pop("unit_id", None)
    )
    filled = {
        "state": State.PUBLISHED,
        "language": language,
        "published_at": starts_at + timedelta(minutes=2),
        **values,
    }
    row = build.publication(session, post_id=post.pk, channel_id=channel_id, **filled)
    urgent = {"kind": SlotKind.URGENT, "ordinal": None} if kind is PostKind.SERVICE_NOTICE else {}
    build.slot(session, row, starts_at=starts_at, day=day_of(starts_at), language=language, **urgent)
    return row


def rules(session: Session, *, channel_id: int | None = None, **values: Any) -> None:
    """Posting rules of a channel, or of the municipality."""
    filled = {
        "max_per_day": 2,
        "windows": {str(day): [[780, 1080]] for day in range(7)},
        "minimum_gap_minutes": 60,
        "alternation": "prefer",
        "patience_days": 2,
        **values,
    }
    add(session, PostingRulesRow(municipality_id=1, channel_id=channel_id, **filled))


def of_2026(db: Database, municipality: int) -> Ledger:
    with db.read(municipality) as session:
        return ledger.of_year(session, year=2026, zone=OSLO)


def test_what_came_out_counts_also_when_it_was_withdrawn_and_what_is_ahead_stands_apart(
    db: Database, municipality: int
) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        out(session, channel, 5, "nn")
        out(session, channel, 6, "nb", state=State.WITHDRAWN)
        out(session, channel, 7, "nn", kind=PostKind.SERVICE_NOTICE)
        out(session, channel, 8, "both")
        out(session, channel, 9, "nn", state=State.SCHEDULED, published_at=None)
        out(session, channel, 10, "nb", state=State.GOING_OUT, published_at=None)
        build.publication(session, channel_id=channel, state=State.FAILED)
        build.thread(session, channel_id=channel, language="nb", written_at=JANUARY, seen_at=JANUARY, gone_at=JANUARY)
        build.thread(session, channel_id=channel, language="nn", origin=Origin.VISITOR)
        build.thread(session, channel_id=channel, language="nn", origin=Origin.OURS)
    found = of_2026(db, municipality)
    assert found.channels[0].out == Tally(nn=1, nb=2, both=1, notices=1, native=1)
    assert found.channels[0].ahead == Tally(nn=1, nb=1)
    assert (found.out, found.ahead) == (found.channels[0].out, found.channels[0].ahead)


def test_a_year_begins_at_midnight_in_norway(db: Database, municipality: int) -> None:
    begins = begins_at(date(2026, 1, 1))
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        for at, language in ((begins, "nn"), (begins - timedelta(seconds=1), "nb")):
            out(session, channel, 1, language, published_at=at, starts_at=at)
            build.thread(session, channel_id=channel, language=language, written_at=at, active_at=at)
    assert of_2026(db, municipality).out == Tally(nn=2, native=1)
    with db.read(municipality) as session:
        assert ledger.of_year(session, year=2025, zone=OSLO).out == Tally(nb=2, native=1)
        assert ledger.first_out(session) == begins - timedelta(seconds=1)


def test_a_platform_whose_clock_is_ahead_is_believed_no_further_than_ours(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        ahead = datetime(2027, 1, 3, tzinfo=UTC)
        build.thread(session, channel_id=channel, language="nn", written_at=ahead, seen_at=JANUARY, active_at=JANUARY)
    assert of_2026(db, municipality).out == Tally(nn=1, native=1)


def test_breaks_tell_their_reasons(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        out(session, channel, 5, "nn", starts_at=datetime(2025, 12, 30, 13, tzinfo=UTC))
        out(session, channel, 6, "nn", because=WAITED)
        out(session, channel, 7, "nb")
        out(session, channel, 8, "nb", because=BY_A_PERSON)
        at = JANUARY + timedelta(days=4)
        build.thread(session, channel_id=channel, language="nb", written_at=at, seen_at=at, active_at=at)
    assert [each.cause for each in of_2026(db, municipality).breaks()] == [
        Cause(Why.NATIVE),
        Cause(Why.PERSON, excuse=Excuse.HAPPENS_NOW),
        Cause(Why.WAITED, days=2),
    ]


def test_a_fixed_language_takes_no_turns_and_stands_outside_the_municipalitys_shares(
    db: Database, municipality: int
) -> None:
    with db.begin(municipality) as session:
        school = build.channel(session, unit_id=build.unit(session).pk, language="nn").pk
        for day in range(5, 18):
            out(session, school, day, "nn")
    found = of_2026(db, municipality)
    assert (found.out, found.fixed, found.alarm) == (Tally(), Tally(nn=13), None)
    assert (found.channels[0].breaks, found.channels[0].alarm) == ((), None)
    assert found.running() == ()
    assert found.running(school)[-1].balance == 13


def test_each_channel_keeps_its_own_rules_else_the_municipalitys(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        strict, common, none = (build.channel(session, name=name).pk for name in "ABC")
        rules(session, floor_percent=10)
        rules(session, channel_id=strict, alternation="strict", floor_percent=40)
        rules(session, channel_id=none, alternation="off")
        for channel in (strict, common, none):
            for day in range(5, 15):
                out(session, channel, day, "nb" if day > 6 else "nn")
    found = of_2026(db, municipality)
    assert [(each.alternation, each.floor_percent, each.alarm, len(each.breaks)) for each in found.channels] == [
        (Alternation.STRICT, 40, Alarm("nn", 20, 40, 4), 8),
        (Alternation.PREFER, 10, None, 8),
        (Alternation.OFF, 25, None, 0),
    ]
    assert (found.floor_percent, found.alarm, found.out.nn) == (10, None, 6)


def test_a_municipality_that_takes_no_turns_has_no_alarm(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        rules(session, alternation="off")
        for day in range(5, 25):
            out(session, channel, day, "nn")
    found = of_2026(db, municipality)
    assert (found.takes_turns, found.alarm, found.out) == (False, None, Tally(nn=20))
    with db.read(municipality) as session:
        assert falls_short(session, None, now=JANUARY + timedelta(days=60), zone=OSLO) == ()


def test_the_short_question_and_the_whole_ledger_agree(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        busy, quiet = build.channel(session, name="A").pk, build.channel(session, name="B").pk
        closed = build.channel(session, name="C", active=False).pk
        rules(session, channel_id=quiet, floor_percent=0)
        for channel in (busy, quiet, closed):
            for day in range(5, 15):
                out(session, channel, day, "nb" if day > 5 else "both")
        out(session, busy, 15, "nn", kind=PostKind.SERVICE_NOTICE)
        at = JANUARY + timedelta(days=20)
        build.thread(session, channel_id=busy, language="nb", written_at=at, seen_at=at, active_at=at)
    found = of_2026(db, municipality)
    assert found.alarm is not None
    with db.read(municipality) as session, questions() as asked:
        told = falls_short(session, None, now=JANUARY + timedelta(days=60), zone=OSLO)
    assert told == (
        FallsShort(channel_id=None, channel=None, alarm=found.alarm),
        FallsShort(channel_id=busy, channel="A", alarm=Alarm("nn", 8, 25, 3)),
    )
    assert found.channels[0].alarm == told[1].alarm
    assert [each.alarm for each in found.channels[1:]] == [None, None]
    assert len(asked) == 1


def test_only_who_writes_posts_or_sets_rules_is_told(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        for day in range(5, 15):
            out(session, channel, day, "nn")
    told = {}
    for role in Role:
        who = actor(db, municipality, role)
        with db.read(municipality) as session:
            told[role] = len(falls_short(session, who, now=JANUARY + timedelta(days=60), zone=OSLO))
    assert {role for role, number in told.items() if number} == {
        Role.AUTHOR, Role.LEADER, Role.CHIEF, Role.ADMINISTRATOR,
    }  # fmt: skip


def test_a_units_people_are_told_of_their_own_posts_by_name_and_of_others_without(
    db: Database, municipality: int
) -> None:
    with db.begin(municipality) as session:
        unit = build.unit(session).pk
        own, others = build.channel(session, name="Open").pk, build.channel(session, name="Skulen", unit_id=unit).pk
        for channel in (own, others):
            out(session, channel, 5, "nn")
            out(session, channel, 6, "nn", title="Feiring" if channel == own else "Skuletur", because=WAITED)
            at = JANUARY + timedelta(days=2)
            build.thread(
                session,
                channel_id=channel,
                language="nn",
                text="Hei  på\ndekk",
                written_at=at,
                seen_at=at,
                active_at=at,
            )
    leader = actor(db, municipality, Role.LEADER, unit_id=unit)
    broken = of_2026(db, municipality).breaks()
    with db.read(municipality) as session:
        told = ledger.told(session, leader, broken)
        everybody = ledger.told(session, None, broken)
    assert [told[each.entry].title for each in broken if each.entry.channel_id == others] == ["Hei på dekk", "Skuletur"]
    assert [told[each.entry] for each in broken if each.entry.channel_id == own] == [Told(title=None)] * 2
    assert sorted(each.title or "" for each in everybody.values()) == [
        "Feiring",
        "Hei på dekk",
        "Hei på dekk",
        "Skuletur",
    ]


def test_the_number_of_questions_does_not_grow_with_the_posts(sqlite_db: Database) -> None:
    municipality = build.municipality(sqlite_db)
    asked_of = []
    for days in (range(5, 8), range(8, 28)):
        with sqlite_db.begin(municipality) as session:
            for channel in (build.channel(session).pk, build.channel(session).pk):
                at = JANUARY + timedelta(days=days[-1])
                build.thread(session, channel_id=channel, language="nn", written_at=at, seen_at=at, active_at=at)
                for day in days:
                    out(session, channel, day, "nn")
        with sqlite_db.read(municipality) as session, questions() as asked:
            found = ledger.of_year(session, year=2026, zone=OSLO)
            assert ledger.told(session, None, found.breaks()).keys() == {each.entry for each in found.breaks()}
            ledger.first_out(session)
        asked_of.append(len(asked))
    assert asked_of[0] == asked_of[1] <= 8


def test_another_municipalitys_posts_are_not_counted(db: Database, municipality: int) -> None:
    other = build.municipality(db)
    with db.begin(other) as session:
        out(session, build.channel(session).pk, 5, "nn")
    assert of_2026(db, municipality).channels == ()
    with db.read(municipality) as session:
        assert ledger.first_out(session) is None


def test_a_channel_that_is_closed_is_shown_in_the_years_it_had_posts(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        out(session, build.channel(session, active=False).pk, 5, "nn")
        add(session, Channel(municipality_id=1, platform="practice", name="Aldri", active=False, created_at=JANUARY))
    assert len(of_2026(db, municipality).channels) == 1
    with db.read(municipality) as session:
        assert ledger.of_year(session, year=2025, zone=OSLO).channels == ()
