"""What a collection means for what we know: new, changed, gone, and which enquiry a comment joins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from connectors.contract import Visibility as Shown
from scheduler.domain.enquiries import Kind, Origin, Settlement, Silent, State, Visibility
from scheduler.domain.sla import Started
from scheduler.store import rows
from scheduler.store.database import Database
from tests import build
from tests.services.listening import POST, Ear, hidden, ours, post, said

HOUR = timedelta(hours=1)
EARLIER = build.NOW - HOUR


@pytest.fixture
def ear(db: Database) -> Ear:
    return Ear.of(db)


@pytest.fixture
def one_ear(sqlite_db: Database) -> Ear:
    """For what is decided alike on both databases."""
    return Ear.of(sqlite_db)


def test_a_new_comment_opens_an_enquiry_whose_clock_runs_from_when_it_was_written(ear: Ear) -> None:
    taken = ear.hears(said("c1", at=EARLIER))
    assert (taken.new, taken.changed, taken.gone, taken.unchanged) == (1, 0, 0, 0)
    enquiry = ear.enquiry("c1")
    assert (enquiry.state, enquiry.kind, enquiry.started_by) == (State.OPEN, Kind.COMMENT, Started.WRITTEN)
    assert (enquiry.started_at, enquiry.due_at) == (EARLIER, EARLIER + timedelta(hours=24))
    assert ear.comment("c1").seen_at == build.NOW


def test_the_same_again_changes_nothing(ear: Ear) -> None:
    ear.hears(said("c1"))
    before = ear.enquiries()
    ear.later(minutes=1)
    taken = ear.hears(said("c1"), whole=True)
    assert (taken.new, taken.changed, taken.gone, taken.unchanged) == (0, 0, 0, 1)
    assert ear.enquiries() == before


def test_the_same_comment_twice_in_one_collection_is_one_and_says_what_was_said_last(ear: Ear) -> None:
    first = said("c1", "Nå?")
    ear.hears(replace(first, text="Når?", edited_at=build.NOW), first, first)
    assert [comment.text for comment in ear.comments()] == ["Når?"]
    assert len(ear.enquiries()) == 1


def test_comments_that_follow_by_one_person_in_one_thread_are_one_enquiry(one_ear: Ear) -> None:
    one_ear.hears(said("c2", at=build.NOW), said("c1", at=EARLIER), said("c3", by="per"))
    assert one_ear.comment("c1").enquiry_id == one_ear.comment("c2").enquiry_id != one_ear.comment("c3").enquiry_id
    assert one_ear.enquiry("c1").started_at == EARLIER
    assert one_ear.enquiry("c1").revision == 2


def test_comments_without_an_author_id_are_enquiries_of_their_own(one_ear: Ear) -> None:
    one_ear.hears(said("c1", by=None), said("c2", by=None))
    assert len(one_ear.enquiries()) == 2


def test_thanks_and_tags_start_no_clock_and_join_nothing(one_ear: Ear) -> None:
    one_ear.hears(said("c1"), said("c2", "Takk!"), said("c3", "@Kari Nordmann"), said("c4", "👍"))
    assert [one_ear.comment(each).silent for each in ("c2", "c3", "c4")] == [
        Silent.THANKS,
        Silent.TAGS_ONLY,
        Silent.NO_WORDS,
    ]
    assert one_ear.enquiry("c1").revision == 1
    assert len(one_ear.enquiries()) == 1


def test_a_comment_that_a_whole_listing_lacked_has_its_clock_from_that_listing(ear: Ear) -> None:
    ear.hears(said("c1"), whole=True)
    looked_at = ear.now
    ear.later(hours=1)
    ear.hears(said("c1"), said("c2", by="per", at=looked_at - timedelta(days=2)), whole=True)
    assert ear.enquiry("c2").started_by is Started.NOT_SEEN_BEFORE
    assert ear.enquiry("c2").started_at == looked_at
    assert ear.comment("c2").written_at == looked_at - timedelta(days=2)


def test_a_platform_whose_clock_is_ahead_starts_the_clock_when_we_saw_it(one_ear: Ear) -> None:
    one_ear.hears(said("c1", at=build.NOW + HOUR), threads=(post(at=build.NOW + HOUR),))
    assert one_ear.enquiry("c1").started_by is Started.CLOCK_AHEAD
    assert one_ear.enquiry("c1").started_at == build.NOW
    assert one_ear.threads()[0].active_at == build.NOW


def test_times_that_no_wall_could_show_are_brought_within_reason(one_ear: Ear) -> None:
    never, once = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    one_ear.hears(said("c1", at=never, edited_at=never), said("c2", at=once, by="per"), threads=(post(at=never),))
    times = [each.written_at for each in one_ear.comments()] + [each.written_at for each in one_ear.threads()]
    assert all(datetime(2000, 1, 1, tzinfo=UTC) <= each <= one_ear.now + 366 * 24 * HOUR for each in times)
    assert one_ear.enquiry("c1").started_by is Started.CLOCK_AHEAD
    assert one_ear.enquiry("c2").started_by is Started.WRITTEN


def test_an_edit_keeps_what_was_said_and_must_be_seen_before_an_answer(ear: Ear) -> None:
    ear.hears(said("c1", "Nå?"))
    edited_at = ear.later(hours=2)
    taken = ear.hears(said("c1", "Når?", edited_at=edited_at))
    assert (taken.new, taken.changed) == (0, 1)
    assert ear.versions() == ["Nå?"]
    assert ear.comment("c1").text == "Når?"
    assert ear.enquiry("c1").revision == 2
    assert ear.enquiry("c1").started_at == build.NOW


def test_an_edit_that_is_older_than_what_we_know_is_none(one_ear: Ear) -> None:
    one_ear.hears(said("c1", "Nå?"), said("c1", "Når?", edited_at=build.NOW))
    taken = one_ear.hears(said("c1", "Nåe?", edited_at=EARLIER))
    assert (taken.changed, one_ear.comment("c1").text) == (0, "Når?")


def test_an_edit_by_a_clock_that_was_ahead_is_not_newer_than_what_follows(one_ear: Ear) -> None:
    one_ear.hears(said("c1", "Nå?"))
    one_ear.hears(said("c1", "Når?", edited_at=one_ear.now + 48 * HOUR))
    assert one_ear.comment("c1").edited_at == one_ear.now
    edited_at = one_ear.later(minutes=5)
    one_ear.hears(said("c1", "Når stenger den?", edited_at=edited_at))
    assert one_ear.comment("c1").text == "Når stenger den?"


def test_an_edit_that_makes_thanks_a_question_starts_the_clock_then(ear: Ear) -> None:
    ear.hears(said("c1", "Takk!"))
    ear.later(hours=3)
    edited_at = build.NOW + timedelta(hours=2)
    ear.hears(said("c1", "Takk, men når åpner den?", edited_at=edited_at))
    assert ear.comment("c1").silent is None
    assert (ear.enquiry("c1").started_at, ear.enquiry("c1").started_by) == (edited_at, Started.EDITED)


def test_an_edit_after_the_answer_waits_again_and_an_edit_in_the_future_from_now(one_ear: Ear) -> None:
    one_ear.hears(said("c1", at=EARLIER), ours("a1", to="c1", at=build.NOW))
    one_ear.later(hours=1)
    one_ear.hears(said("c1", "Og når stenger den?", at=EARLIER, edited_at=one_ear.now + HOUR))
    enquiry = one_ear.enquiry("c1")
    assert (enquiry.state, enquiry.started_by, enquiry.started_at) == (State.OPEN, Started.EDITED, one_ear.now)


def test_what_is_missing_from_a_whole_listing_is_gone_its_text_is_kept(ear: Ear) -> None:
    ear.hears(said("c1"), said("c2", by="per"))
    ear.later(minutes=1)
    taken = ear.hears(said("c2", by="per"), whole=True)
    assert taken.gone == 1
    gone = ear.comment("c1")
    assert (gone.visibility, gone.gone_at, gone.text) == (Visibility.DELETED, ear.now, "Når åpner gangveien?")
    assert (ear.enquiry("c1").state, ear.enquiry("c1").settlement) == (State.SETTLED, Settlement.DELETED)
    assert ear.enquiry("c1").revision == 2
    assert ear.enquiry("c2").state is State.OPEN


def test_what_is_missing_from_a_listing_that_is_not_whole_is_not_gone(one_ear: Ear) -> None:
    one_ear.hears(said("c1"))
    assert one_ear.hears().gone == 0
    assert one_ear.enquiry("c1").state is State.OPEN


def test_a_comment_that_came_after_the_listing_began_is_not_taken_for_gone(one_ear: Ear) -> None:
    looked_at = one_ear.now
    one_ear.later(minutes=1)
    one_ear.hears(said("c1"))
    assert one_ear.hears(swept={POST: looked_at}).gone == 0


def test_what_comes_back_waits_again_from_when_it_was_written(ear: Ear) -> None:
    ear.hears(said("c1"))
    ear.later(minutes=1)
    ear.hears(whole=True)
    ear.later(minutes=1)
    assert ear.hears(said("c1"), whole=True).changed == 1
    assert (ear.comment("c1").visibility, ear.comment("c1").gone_at) == (Visibility.VISIBLE, None)
    assert (ear.enquiry("c1").state, ear.enquiry("c1").started_at) == (State.OPEN, build.NOW)


def test_what_the_platform_says_is_deleted_is_gone_and_what_was_never_seen_is_nothing(one_ear: Ear) -> None:
    one_ear.hears(said("c1"))
    one_ear.later(minutes=1)
    taken = one_ear.hears(
        replace(said("c1", ""), visibility=Shown.DELETED), replace(said("c2"), visibility=Shown.DELETED)
    )
    assert (taken.gone, taken.new) == (1, 0)
    assert one_ear.comment("c1").text == "Når åpner gangveien?"


def test_hidden_and_shown_again_on_the_platform(ear: Ear) -> None:
    ear.hears(said("c1"))
    at = ear.later(minutes=5)
    ear.hears(hidden(said("c1")))
    assert (ear.comment("c1").visibility, ear.comment("c1").hidden_at) == (Visibility.HIDDEN, at)
    assert ear.enquiry("c1").settlement is Settlement.HIDDEN
    ear.later(minutes=5)
    ear.hears(said("c1"))
    assert (ear.comment("c1").visibility, ear.comment("c1").hidden_at) == (Visibility.VISIBLE, None)
    assert (ear.enquiry("c1").state, ear.enquiry("c1").started_at) == (State.OPEN, build.NOW)


def test_what_we_hid_while_the_platform_was_asked_stays_hidden(one_ear: Ear) -> None:
    one_ear.hears(said("c1"))
    with one_ear.db.begin(one_ear.municipality) as session:
        row = rows.get(session, type(one_ear.comment("c1")), one_ear.comment("c1").pk)
        row.visibility, row.hidden_at = Visibility.HIDDEN, build.NOW + timedelta(seconds=1)
        session.add(row)
    one_ear.hears(said("c1"))
    assert one_ear.comment("c1").visibility is Visibility.HIDDEN


def test_a_comment_that_comes_hidden_waits_once_it_is_shown(one_ear: Ear) -> None:
    one_ear.hears(hidden(said("c1")))
    assert one_ear.enquiries() == []
    shown_at = one_ear.later(hours=30)
    one_ear.hears(said("c1"))
    assert (one_ear.enquiry("c1").started_at, one_ear.enquiry("c1").breached) == (shown_at, False)


def test_a_post_of_ours_is_known_by_its_remote_id_and_others_posts_by_whether_they_name_us(one_ear: Ear) -> None:
    with one_ear.db.begin(one_ear.municipality) as session:
        published = build.publication(session, channel_id=one_ear.channel, remote_id="p1").pk
    one_ear.hears(
        said("p4", "Når kommer bussen?", thread_id="p4"),
        threads=(
            post("p1"),
            post("p2"),
            post("p3", own=False, text="Hei @Fjordvik, når kommer bussen?"),
            post("p4", own=False, text="Når kommer bussen?"),
            post("p5", own=False, text="Bussen er sein. Noen som vet noe?"),
        ),
    )
    assert [each.origin for each in one_ear.threads()] == [
        Origin.OURS,
        Origin.NATIVE,
        Origin.MENTION,
        Origin.VISITOR,
        Origin.MENTION,
    ]
    assert one_ear.enquiry("p4").kind is Kind.VISITOR_POST
    assert one_ear.threads()[0].publication_id == published


def test_a_mention_speaks_to_us_and_an_answer_to_it_answers_it(one_ear: Ear) -> None:
    one_ear.later(hours=2)
    root = said("p3", "Hei @fjordvik, når kommer bussen?", thread_id="p3")
    one_ear.hears(root, threads=(post("p3", own=False, text=root.text),))
    assert one_ear.enquiry("p3").kind is Kind.MENTION
    one_ear.hears(ours("a1", to=None, at=one_ear.now, thread_id="p3"), threads=())
    assert one_ear.enquiry("p3").state is State.SETTLED


def test_a_thread_that_is_gone_takes_the_post_that_began_it_along(one_ear: Ear) -> None:
    root, under = said("p3", thread_id="p3"), said("c1", by="per", thread_id="p3")
    one_ear.hears(root, under, threads=(post("p3", own=False),))
    one_ear.hears(threads=(), gone=frozenset({"p3"}))
    assert one_ear.threads()[0].gone_at == one_ear.now
    assert one_ear.enquiry("p3").settlement is Settlement.DELETED
    assert one_ear.enquiry("c1").state is State.OPEN
    one_ear.hears(threads=(post("p3", own=False),))
    assert one_ear.threads()[0].gone_at is None


def test_a_comment_with_signs_that_no_database_takes_is_kept_without_them(ear: Ear) -> None:
    ear.hears(
        said("c1", "Når\0 åpner \ud83d den?", by="odd\0ny", author_name="Odd\udfffny", url="https://x.example/\0")
    )
    assert ear.comment("c1").text == "Når åpner  den?"
    assert (ear.comment("c1").author_remote_id, ear.comment("c1").author_name) == ("oddny", "Oddny")


@pytest.mark.parametrize(
    "text",
    ["Når? " * 12_000, "متى يفتح الطريق؟ \u202eabc", "<script>alert(1)</script> Når?", "e\u0301" * 500 + "?", "？"],
    ids=["60 000", "right to left", "markup", "combining", "no words"],
)
def test_whatever_is_said_is_kept_as_it_was_said(ear: Ear, text: str) -> None:
    ear.hears(said("c1", text), said("c2", text, by=None, author_name=None))
    assert ear.comment("c1").text == text
    assert ear.comment("c2").author_name is None


def test_names_and_addresses_that_are_too_long_fit_their_columns(ear: Ear) -> None:
    long = "x" * 3_000
    ear.hears(
        said("c1", by=long, author_name=long, url=f"https://fjordvik.example/{long}", parent_id=long, language=long)
    )
    comment = ear.comment("c1")
    assert (len(comment.author_remote_id or ""), len(comment.author_name or ""), comment.url) == (500, 200, None)


def test_a_comment_of_no_thread_and_one_under_a_comment_we_never_saw(one_ear: Ear) -> None:
    taken = one_ear.hears(said("c1", thread_id="nowhere"), said("c2", parent_id="never seen"))
    assert taken.new == 1
    assert one_ear.enquiry("c2").state is State.OPEN


def test_no_transaction_writes_more_than_a_few_rows(one_ear: Ear) -> None:
    one_ear.hears()
    written = most = 0

    def note(_1: object, _2: object, statement: str, told: Any, _3: object, many: bool) -> None:
        nonlocal written, most
        if statement.startswith("BEGIN"):
            written = 0
        elif statement.startswith("INSERT"):
            written += statement.count("(?") or (len(told) if many else 1)
            most = max(most, written)

    event.listen(one_ear.db._writer, "before_cursor_execute", note)
    people = [said(f"c{number}", by=f"person-{number}") for number in range(40)]
    one_ear.hears(*people)
    one_ear.later(minutes=1)
    assert one_ear.hears(whole=True).gone == 40
    assert 8 < most <= 25
    assert len(one_ear.enquiries()) == 40
