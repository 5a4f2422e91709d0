"""The places in a channel's days: as many as were promised, each held once, held by the database itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from scheduler.domain.publication import State
from scheduler.errors import Missing
from scheduler.store import rows, slots
from scheduler.store.database import Database, Process
from scheduler.store.tables import Slot, Unit
from scheduler.store.tables.posts import SlotKind
from tests import build

DAY = date(2026, 3, 3)
AT = build.NOW + timedelta(hours=5)


def _take(
    session: Session, channel_id: int, *, ordinal: int = 1, cap: int = 2, day: date = DAY, at: datetime = AT
) -> Slot | None:
    publication = build.publication(session, channel_id=channel_id, state=State.APPROVED)
    return slots.take(session, publication, day=day, ordinal=ordinal, cap=cap, starts_at=at, language="nb")


def test_a_place_is_held_once(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        assert _take(session, channel) is not None
        assert _take(session, channel) is None
        assert _take(session, channel, ordinal=2) is not None
        assert len(slots.held_in(session, [channel], since=build.NOW)) == 2


def test_a_place_that_was_not_to_be_had_undoes_nothing_else(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        _take(session, channel)
        kept = build.unit(session).name
        assert _take(session, channel) is None
    with db.begin(municipality) as session:
        assert kept in {unit.name for unit in rows.every(session, Unit)}


def test_the_day_has_no_more_places_than_its_cap(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        assert [_take(session, channel, ordinal=ordinal, cap=2) for ordinal in (0, 3, -1)] == [None] * 3


def test_the_same_place_on_another_day_in_another_channel_or_elsewhere_is_free(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        first, second = build.channel(session).pk, build.channel(session).pk
        assert _take(session, first) is not None
        assert _take(session, first, day=DAY + timedelta(days=1)) is not None
        assert _take(session, second) is not None
    with db.begin(build.municipality(db)) as session:
        assert _take(session, build.channel(session).pk) is not None


def test_a_publication_has_one_place(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        row = build.scheduled(session)
        assert slots.take(session, row, day=DAY, ordinal=2, cap=2, starts_at=AT, language=None) is None


def _raw(session: Session, **values: object) -> None:
    publication = build.publication(session, channel_id=int(str(values["channel_id"])), state=State.APPROVED)
    filled = {
        "municipality_id": publication.municipality_id,
        "publication_id": publication.pk,
        "day": DAY,
        "cap": 2,
        "starts_at": AT,
        **values,
    }
    session.connection().execute(insert(Slot).values(**filled))


def test_no_statement_past_the_code_breaks_the_cap(db: Database, municipality: int) -> None:
    taken, over, nowhere = ({"kind": SlotKind.PLANNED, "ordinal": ordinal} for ordinal in (1, 3, None))
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        _take(session, channel)
        for values in (taken, over, nowhere, {"kind": SlotKind.URGENT, "ordinal": 2}):
            with pytest.raises(IntegrityError), session.begin_nested():
                _raw(session, channel_id=channel, **values)


def test_what_is_urgent_stands_outside_the_cap(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        _take(session, channel)
        _take(session, channel, ordinal=2)
        for _ in range(3):
            _raw(session, channel_id=channel, kind=SlotKind.URGENT, ordinal=None)
        assert len(slots.held_in(session, [channel], since=build.NOW)) == 5


def test_a_lowered_cap_leaves_past_places_standing(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        assert _take(session, channel, ordinal=3, cap=3) is not None
        assert _take(session, channel, ordinal=1, cap=1) is not None
        with pytest.raises(IntegrityError), session.begin_nested():
            session.connection().execute(update(Slot).values(cap=2))


def test_a_place_that_is_given_back_can_be_taken(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        first = _take(session, channel)
        assert first is not None
        held_by = first.publication_id
        slots.give_back(session, held_by)
        assert slots.of_publication(session, held_by) is None
        assert _take(session, channel) is not None


def test_nobody_gives_anothers_place_back_or_locks_its_channel(db: Database, municipality: int) -> None:
    other = build.municipality(db)
    with db.begin(other) as session:
        theirs = build.scheduled(session)
    with db.begin(municipality) as session:
        slots.give_back(session, theirs.pk)
        assert slots.of_publication(session, theirs.pk) is None
        with pytest.raises(Missing):
            slots.lock_channel(session, theirs.channel_id)
    with db.read(other) as session:
        assert slots.of_publication(session, theirs.pk) is not None


def test_a_locked_channel_is_read_as_it_is_now(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session)
    with db.begin(municipality) as session:
        stale = slots.lock_channel(session, channel.pk)
        session.connection().exec_driver_sql(f"UPDATE channel SET name = 'Ny' WHERE id = {channel.pk}")
        assert slots.lock_channel(session, channel.pk) is stale
        assert stale.name == "Ny"


def test_the_places_of_a_channel_stand_in_order_of_time(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        late = _take(session, channel, at=AT + timedelta(hours=2))
        early = _take(session, channel, ordinal=2)
        _take(session, build.channel(session).pk)
        for since in (build.NOW, AT + timedelta(hours=1), AT + timedelta(days=1)):
            assert [each.slot for each in slots.held_in(session, [channel], since=since)] == [early, late]
        assert slots.held_in(session, [], since=build.NOW) == []


def test_due_are_the_places_whose_moment_has_come_and_that_are_not_minted(db: Database, municipality: int) -> None:
    other = build.municipality(db)
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        second = _take(session, channel, at=AT)
        minted = _take(session, channel, ordinal=2, at=AT)
        _take(session, channel, day=DAY + timedelta(days=1), at=AT + timedelta(days=1))
        assert second is not None
        assert minted is not None
        minted.minted_at = AT
        session.add(minted)
    with db.begin(other) as session:
        first = _take(session, build.channel(session).pk, at=AT - timedelta(minutes=1))
        assert first is not None
    with db.across() as session:
        wanted = [(other, first.pk), (municipality, second.pk)]

        def due(now: datetime, limit: int = 200) -> list[tuple[int, int]]:
            return [(each.municipality_id, each.slot_id) for each in slots.due(session, now=now, limit=limit)]

        assert due(AT) == wanted
        assert due(AT, 1) == wanted[:1]
        assert due(AT - timedelta(seconds=1)) == wanted[:1]


def test_the_worker_finds_what_is_due_over_all_municipalities_under_row_security(postgres_url: str) -> None:
    owner, worker = Database(postgres_url), Database(postgres_url, process=Process.WORKER)
    for _ in range(2):
        with owner.begin(build.municipality(owner)) as session:
            build.scheduled(session, starts_at=AT)
    with worker.across() as session:
        assert len(slots.due(session, now=AT)) == 2
    owner.close()
    worker.close()
