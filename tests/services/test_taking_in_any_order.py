"""Any order and repetition of collections gives the same enquiries and clocks; two workers at once do what one would; depth costs no stack."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from connectors.contract import Collected, IncomingComment
from scheduler.domain.sla import Started
from scheduler.services import taking_in
from scheduler.store.database import Database
from scheduler.store.tables import METADATA
from tests import build
from tests.services.listening import Ear, ours, post, said
from tests.tools import Tools

MINUTE = timedelta(minutes=1)
TEXTS = ("Når?", "Takk!", "👍", "Kva kostar det?")
PEOPLE = ("oddny", "per", None)


@st.composite
def talks(draw: st.DrawFn) -> list[IncomingComment]:
    """A talk under one post: citizens and our account, each answering anything that was said, each moment once."""
    found: list[IncomingComment] = []
    for number in range(draw(st.integers(1, 9))):
        parents = [None, *(each.remote_id for each in found)]
        at = build.NOW - timedelta(hours=draw(st.integers(1, 40))) + number * MINUTE
        if draw(st.integers(0, 3)) == 0:
            found.append(ours(f"a{number}", to=draw(st.sampled_from(parents)), at=at))
        else:
            found.append(
                said(
                    f"c{number}",
                    draw(st.sampled_from(TEXTS)),
                    by=draw(st.sampled_from(PEOPLE)),
                    at=at,
                    parent_id=draw(st.sampled_from(parents)),
                )
            )
    return found


def _what_is_known(ear: Ear) -> tuple[object, ...]:
    enquiries = {each.pk: each for each in ear.enquiries()}
    comments = [
        (
            each.remote_id,
            each.silent,
            each.clock_at,
            each.clock_by,
            each.answered_at,
            _together(each.enquiry_id, ear),
            each.enquiry_id
            and (
                enquiries[each.enquiry_id].state,
                enquiries[each.enquiry_id].due_at,
                enquiries[each.enquiry_id].settled_at,
                enquiries[each.enquiry_id].breached,
            ),
        )
        for each in sorted(ear.comments(), key=lambda each: each.remote_id)
    ]
    return len(enquiries), comments


def _together(enquiry_id: int | None, ear: Ear) -> frozenset[str]:
    return frozenset(each.remote_id for each in ear.comments() if enquiry_id and each.enquiry_id == enquiry_id)


def _who_waits(ear: Ear) -> set[tuple[object, ...]]:
    """Each comment with its clock and its answer, without how they stand together."""
    return {(each.remote_id, each.silent, each.clock_at, each.clock_by, each.answered_at) for each in ear.comments()}


def _empty(db: Database, ear: Ear) -> Ear:
    kept = {"municipality", "channel"}
    with db.begin(ear.municipality) as session:
        for table in reversed(METADATA.sorted_tables):
            if table.name not in kept and "municipality_id" in table.c:
                session.connection().execute(delete(table))
    return Ear(db=db, municipality=ear.municipality, channel=ear.channel)


def _hear(ear: Ear, parts: Iterable[list[IncomingComment]]) -> Ear:
    for part in parts:
        ear.hears(*part)
    return ear


@settings(max_examples=25)
@given(talk=talks(), choices=st.data())
def test_the_order_within_a_collection_and_its_repetition_change_nothing(
    tools: Tools, tmp_path_factory: Any, talk: list[IncomingComment], choices: st.DataObject
) -> None:
    db, ear = _ear(tools, tmp_path_factory)
    try:
        once = _what_is_known(_hear(ear, [talk]))
        again = choices.draw(st.permutations(talk + choices.draw(st.lists(st.sampled_from(talk), max_size=4))))
        ear = _empty(db, ear)
        assert _what_is_known(_hear(ear, [again, talk])) == once
    finally:
        db.close()


@settings(max_examples=25)
@given(talk=talks(), choices=st.data())
def test_however_a_talk_is_cut_into_collections_the_same_wait_with_the_same_clocks(
    tools: Tools, tmp_path_factory: Any, talk: list[IncomingComment], choices: st.DataObject
) -> None:
    db, ear = _ear(tools, tmp_path_factory)
    try:
        once = _who_waits(_hear(ear, [talk]))
        mixed = choices.draw(st.permutations(talk))
        cut = choices.draw(st.integers(0, len(mixed)))
        ear = _empty(db, ear)
        assert _who_waits(_hear(ear, [mixed[:cut], mixed[cut:], mixed[:cut]])) == once
    finally:
        db.close()


def _ear(tools: Tools, folders: Any) -> tuple[Database, Ear]:
    file: Path = folders.mktemp("talk") / "ordskifte.sqlite"
    file.write_bytes(Path(tools.sqlite_template).read_bytes())
    db = Database(f"sqlite:///{file}")
    return db, Ear.of(db)


def test_the_same_comments_taken_in_by_two_workers_at_once_are_one_enquiry_each(db: Database) -> None:
    ear = Ear.of(db)
    ear.hears()
    comments = tuple(said(f"c{number}", by=f"person-{number % 4}") for number in range(24))
    both = Barrier(2)

    def take(order: int) -> int:
        both.wait(timeout=30)
        collected = Collected(threads=(post(),), comments=comments[::order], cursor={})
        return taking_in.take(
            db,
            municipality_id=ear.municipality,
            channel_id=ear.channel,
            collected=collected,
            began=ear.now,
            now=ear.now,
        ).new

    with ThreadPoolExecutor(max_workers=2) as pool:
        new = list(pool.map(take, (1, -1)))
    assert sum(new) == 24
    assert len(ear.comments()) == 24
    assert len(ear.enquiries()) == 4
    assert {each.revision for each in ear.enquiries()} == {6}


def test_one_person_in_two_transactions_at_once_opens_one_enquiry(postgres_db: Database) -> None:
    ear = Ear.of(postgres_db)
    ear.hears()
    both = Barrier(2)

    def hear(number: int) -> None:
        both.wait(timeout=30)
        ear.hears(said(f"c{number}"), threads=())

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(hear, range(2)))
    (enquiry,) = ear.enquiries()
    assert enquiry.revision == 2


def test_a_thread_ten_thousand_deep_is_taken_in_with_its_parents_in_any_order(sqlite_db: Database) -> None:
    ear = Ear.of(sqlite_db)
    deep = [
        replace(said("c0", "👍", by="per"), parent_id=None),
        *(
            said(
                f"c{number}",
                "👍" if number % 100 else "Når?",
                at=build.NOW + number * timedelta(seconds=1),
                parent_id=f"c{number - 1}",
            )
            for number in range(1, 9_900)
        ),
    ]
    end = build.NOW + timedelta(days=1)
    answers = [ours(f"a{number}", to=f"a{number - 1}" if number else "c9800", at=end) for number in range(100)]
    ear.now = end
    taken = ear.hears(*answers[::-1], *deep[::-1], whole=True)
    assert taken.new == 10_000
    assert {each.answered_at for each in ear.comments() if each.clock_at is not None} == {end}
    assert ear.enquiry("c100").started_by is Started.WRITTEN
    assert ear.hears(*answers, *deep, whole=True).unchanged == 10_000
