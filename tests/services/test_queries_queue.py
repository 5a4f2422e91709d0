"""What the queue shows to whom: the tabs, what needs somebody, pages by keyset, and how many questions a page costs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.domain.access import Actor, Role
from scheduler.domain.delivery import Kind
from scheduler.domain.delivery import State as DeliveryState
from scheduler.domain.publication import Note, State
from scheduler.queries import queue
from scheduler.queries.tabs import Need, Tab
from scheduler.store.database import Database, Session
from scheduler.store.rows import add
from scheduler.store.tables import Delivery, Publication
from scheduler.store.tables.posts import SourceFlag
from tests import build
from tests.build import NOW
from tests.questions import questions
from tests.town import actor


def asked(session: Session, publication: Publication, *, sent: bool = False) -> None:
    """A delivery of the publication whose end a person must tell; `sent`: it was sent, and nobody knows whether it came out."""
    add(
        session,
        Delivery(
            municipality_id=publication.municipality_id,
            kind=Kind.PUBLISH,
            state=DeliveryState.ASKED,
            channel_id=publication.channel_id,
            publication_id=publication.pk,
            key=f"key-{publication.pk}",
            not_before=NOW,
            first_tried_at=NOW if sent else None,
            created_at=NOW,
            updated_at=NOW,
        ),
    )


def titles(page: queue.Page) -> list[str]:
    return [row.title for row in page.rows]


def one(session: Session, title: str, **values: object) -> Publication:
    """A publication of a post with this title."""
    return build.publication(session, post_id=build.post(session, title=title).pk, **values)  # type: ignore[arg-type]  # as the builder takes them


def test_each_need_brings_a_post_to_the_one_who_can_meet_it(db: Database, municipality: int, chief: Actor) -> None:
    with db.begin(municipality) as session:
        one(session, "failed", state=State.FAILED, problem_code="not_allowed")
        one(session, "approve", state=State.IN_REVIEW)
        one(session, "no_slot", state=State.APPROVED, problem_code="taken_off")
        one(session, "change_failed", state=State.PUBLISHED, problem_code="timed_out")
        asked(session, one(session, "copy", state=State.GOING_OUT))
        asked(session, one(session, "confirm", state=State.GOING_OUT), sent=True)
        for flag in SourceFlag:
            post = build.post(session, title=f"source_{flag.value}", source_flag=flag, source_flag_at=NOW)
            build.publication(session, post_id=post.pk)
        one(session, "sent_back", state=State.DRAFT, problem_code=Note.SENT_BACK.value)
        one(session, "a draft")
        one(session, "waits for the bell", state=State.APPROVED)
        one(session, "out", state=State.PUBLISHED)
    with db.read(municipality) as session:
        found = queue.page(session, chief)
        assert {row.title: row.needs for row in found.rows} == {need.value: (need,) for need in Need}
        assert found.counts[Tab.NEEDS_YOU] == queue.needing(session, chief) == len(Need)


def test_what_only_others_can_do_does_not_need_you(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        one(session, "approve", state=State.IN_REVIEW)
        one(session, "failed", state=State.FAILED)
        asked(session, one(session, "copy", state=State.GOING_OUT))
    writer, desk, reader = (actor(db, municipality, role) for role in (Role.AUTHOR, Role.SERVICE_DESK, Role.READER))
    with db.read(municipality) as session:
        assert set(titles(queue.page(session, writer))) == {"failed", "copy"}
        assert titles(queue.page(session, desk)) == ["copy"]
        assert titles(queue.page(session, reader)) == []
        assert len(queue.page(session, reader, tab=Tab.ALL).rows) == 3


def test_a_source_that_changed_under_a_dropped_post_needs_nobody(db: Database, municipality: int, chief: Actor) -> None:
    with db.begin(municipality) as session:
        post = build.post(session, source_flag=SourceFlag.CHANGED, source_flag_at=NOW)
        build.publication(session, post_id=post.pk, state=State.CANCELLED)
    with db.read(municipality) as session:
        assert queue.page(session, chief).rows == ()


def test_a_unit_sees_its_channels_and_its_posts_and_nothing_else(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        school, library = build.unit(session), build.unit(session)
        own = build.channel(session, unit_id=school.pk, name="Skolens")
        town = build.channel(session, name="Kommunens")
        post = build.post(session, title="skolens", unit_id=school.pk)
        build.publication(session, post_id=post.pk, channel_id=own.pk, state=State.IN_REVIEW)
        build.publication(session, post_id=post.pk, channel_id=town.pk, state=State.IN_REVIEW)
        shared = build.post(session, title="felles")
        build.publication(session, post_id=shared.pk, channel_id=own.pk)
        build.publication(session, post_id=shared.pk, channel_id=town.pk)
        one(session, "kommunens", channel_id=town.pk)
        one(session, "bibliotekets", channel_id=build.channel(session, unit_id=library.pk).pk)
    leader = actor(db, municipality, Role.LEADER, unit_id=school.pk)
    with db.read(municipality) as session:
        rows = {row.title: row for row in queue.page(session, leader, tab=Tab.ALL).rows}
        assert set(rows) == {"skolens", "felles"}
        assert [each.channel for each in rows["felles"].entries] == ["Skolens"]
        may_approve = {each.channel: each.may_approve for each in rows["skolens"].entries}
        assert may_approve == {"Skolens": True, "Kommunens": False}
        assert [each.name for each in queue.channel_choices(session, leader)] == ["Skolens"]


def test_the_tabs_hold_a_post_by_where_any_of_its_publications_stands(
    db: Database, municipality: int, chief: Actor
) -> None:
    with db.begin(municipality) as session:
        both = build.post(session, title="begge")
        build.publication(session, post_id=both.pk, state=State.PUBLISHED, published_at=NOW)
        build.scheduled(session, post_id=both.pk)
        build.post(session, title="uten kanal")
        one(session, "droppet", state=State.CANCELLED)
    with db.read(municipality) as session:
        by_tab = {tab: set(titles(queue.page(session, chief, tab=tab))) for tab in Tab}
        counts = queue.page(session, chief).counts
    assert by_tab == {
        Tab.NEEDS_YOU: set(),
        Tab.SCHEDULED: {"begge"},
        Tab.DRAFTS: {"uten kanal"},
        Tab.PUBLISHED: {"begge"},
        Tab.ALL: {"begge", "uten kanal", "droppet"},
    }
    assert counts == {tab: len(found) for tab, found in by_tab.items()}


@pytest.mark.parametrize("tab", list(Tab))
def test_pages_by_keyset_hold_every_post_once_and_in_order(
    db: Database, municipality: int, chief: Actor, tab: Tab
) -> None:
    with db.begin(municipality) as session:
        for number in range(7):
            # Two by two at the same moment: the id decides between them.
            at = NOW + timedelta(days=number // 2)
            post = build.post(
                session, title=str(number), created_at=at, source_flag=SourceFlag.CHANGED, source_flag_at=NOW
            )
            build.publication(session, post_id=post.pk, updated_at=at)
            build.publication(session, post_id=post.pk, state=State.PUBLISHED, published_at=at, updated_at=at)
            row = build.publication(session, post_id=post.pk, state=State.SCHEDULED, updated_at=at)
            build.slot(session, row, starts_at=at, day=at.date())
    found, after = list[str](), None
    with db.read(municipality) as session:
        whole = titles(queue.page(session, chief, tab=tab))
        while True:
            page = queue.page(session, chief, tab=tab, after=after, limit=3)
            found += titles(page)
            after = page.after
            if after is None:
                break
    assert found == whole
    assert found == ["0", "1", "2", "3", "4", "5", "6"] if tab is Tab.SCHEDULED else sorted(found) == whole[::-1]


@pytest.mark.parametrize(
    "after", ["", "x", "1-", "-1", "9" * 18 + "-1", "1-" + "9" * 40, "1-1; DROP TABLE post", "²-²"]
)
def test_a_mark_that_somebody_made_up_begins_the_list_or_ends_it(
    db: Database, municipality: int, chief: Actor, after: str
) -> None:
    with db.begin(municipality) as session:
        one(session, "en")
    with db.read(municipality) as session:
        assert len(queue.page(session, chief, tab=Tab.ALL, after=after).rows) <= 1


def test_a_search_finds_words_of_title_and_texts_however_they_are_written(
    db: Database, municipality: int, chief: Actor
) -> None:
    with db.begin(municipality) as session:
        build.post(session, title="Brøyting og strøing", texts={"nb": "Flytt bilen 100 % sikkert."})
        build.post(session, title="Åpent møte", texts={"nb": "Velkommen.", "nn": "Velkomne til grendehuset."})
    with db.read(municipality) as session:

        def found(search: str) -> list[str]:
            return titles(queue.page(session, chief, tab=Tab.ALL, search=search))

        assert found("BRØYTING bilen") == ["Brøyting og strøing"]
        assert found("åpent") == found("GRENDEHUSET") == ["Åpent møte"]
        assert found("100 %") == ["Brøyting og strøing"]
        assert found("0_ %") == found("' OR 1=1 --") == []
        assert len(found("   ")) == 2


def test_a_list_is_narrowed_to_a_channel_or_a_unit(db: Database, municipality: int, chief: Actor) -> None:
    with db.begin(municipality) as session:
        school = build.unit(session)
        first, second = build.channel(session), build.channel(session, unit_id=school.pk)
        one(session, "i den ene", channel_id=first.pk)
        one(session, "i den andre", channel_id=second.pk)
        build.publication(
            session, post_id=build.post(session, title="av skolen", unit_id=school.pk).pk, channel_id=first.pk
        )
    with db.read(municipality) as session:
        by_channel = queue.page(session, chief, tab=Tab.DRAFTS, channel_id=second.pk)
        by_unit = queue.page(session, chief, tab=Tab.DRAFTS, unit_id=school.pk)
        assert titles(by_channel) == ["i den andre"]
        assert set(titles(by_unit)) == {"i den andre", "av skolen"}
        assert by_channel.counts[Tab.ALL] == 1


def test_another_municipality_shows_nothing_here(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        one(session, "vår")
    there = build.municipality(db)
    stranger = actor(db, there, Role.CHIEF)
    with db.read(there) as session:
        assert queue.page(session, stranger, tab=Tab.ALL).rows == ()
    with db.read(municipality) as session:
        assert all(not each.may_move for row in queue.page(session, stranger).rows for each in row.entries)


def test_a_full_page_costs_six_questions(sqlite_db: Database) -> None:
    municipality = build.municipality(sqlite_db)
    chief = actor(sqlite_db, municipality, Role.CHIEF)
    with sqlite_db.begin(municipality) as session:
        channels = [build.channel(session) for _ in range(3)]
        for number in range(queue.PAGE + 5):
            post = build.post(session, texts={"nb": "tekst", "nn": "tekst"}, source_flag=SourceFlag.CHANGED)
            for place, channel in enumerate(channels):
                row = build.publication(session, post_id=post.pk, channel_id=channel.pk, state=State.SCHEDULED)
                day = NOW.date() + timedelta(days=number)
                build.slot(session, row, day=day, ordinal=1 + place % 2)
    for tab in (Tab.NEEDS_YOU, Tab.SCHEDULED, Tab.ALL):
        with sqlite_db.read(municipality) as session, questions() as sent:
            assert len(queue.page(session, chief, tab=tab).rows) == queue.PAGE
        assert len(sent) <= 6, sent
