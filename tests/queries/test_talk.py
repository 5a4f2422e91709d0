"""One enquiry's page: the talk around the person in reading order, bounded; our answers, reminders, history; and who may see it."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from scheduler.domain import delivery, replies
from scheduler.domain.access import Deed, Role
from scheduler.domain.enquiries import Origin, State
from scheduler.domain.publication import State as Publication
from scheduler.domain.sla import Step
from scheduler.errors import Missing
from scheduler.queries import talk, thread
from scheduler.store import audit
from scheduler.store.database import Database, Session
from scheduler.store.rows import add, get
from scheduler.store.tables import Comment, CommentVersion, Delivery, DeliveryContent, Enquiry, Reminder, Reply, Thread
from tests import build
from tests.build import NOW
from tests.questions import questions
from tests.town import actor

_keys = count(1)


def a_thread(session: Session, **values: Any) -> Thread:
    return build.thread(session, channel_id=build.channel(session).pk, **values)


def said(session: Session, where: Thread, text: str, **values: Any) -> Comment:
    """A comment, one minute after the one before it."""
    return build.comment(session, where, text=text, **{"written_at": NOW + timedelta(minutes=len(text)), **values})


def sent_on(session: Session, kind: delivery.Kind, state: delivery.State, **values: Any) -> Delivery:
    content = {key: values.pop(key) for key in ("answer_code", "answer_detail") if key in values}
    row = Delivery(
        municipality_id=values.pop("municipality_id"), kind=kind, state=state, key=f"key-{next(_keys)}", not_before=NOW,
        created_at=NOW, updated_at=NOW, **values,
    )  # fmt: skip
    add(session, row)
    add(session, DeliveryContent(municipality_id=row.municipality_id, delivery_id=row.pk, text="", **content))
    return row


def a_reply(session: Session, enquiry: Enquiry, comment: Comment, **values: Any) -> Reply:
    filled = {"text": "Hei", "created_at": NOW, "updated_at": NOW, "seen_id": comment.pk, **values}
    row = Reply(municipality_id=enquiry.municipality_id, enquiry_id=enquiry.pk, comment_id=comment.pk, **filled)
    return add(session, row)


def shown(page: talk.Talk) -> list[tuple[str, int]]:
    return [(each.text, each.depth) for each in page.said]


def test_the_talk_around_the_person_is_nested_and_the_rest_of_the_thread_is_told_of(
    db: Database, municipality: int
) -> None:
    with db.begin(municipality) as session:
        here = a_thread(session)
        other = said(session, here, "1")
        said(session, here, "en annen sak")
        asked = said(session, here, "22", parent_remote_id=other.remote_id, author_remote_id="anna")
        enquiry = build.enquiry(session, asked)
        own = said(session, here, "333", parent_remote_id=asked.remote_id, own=True)
        said(session, here, "4444", parent_remote_id=own.remote_id, author_remote_id="anna")
        said(session, here, "uten forelder", author_remote_id="anna", parent_remote_id="borte")
    with db.read(municipality) as session:
        page = talk.talk(session, None, enquiry.pk, now=NOW)
        assert shown(page) == [("1", 0), ("22", 1), ("333", 2), ("4444", 3), ("uten forelder", 0)]
        assert (page.number, page.hidden_from_here) == (6, 1)
        assert page.first is not None
        assert (page.first.id, page.newest_id) == (asked.pk, asked.pk)
        assert [each.to for each in page.said] == [None, "Oddny Fjell", "Oddny Fjell", "Oddny Fjell", None]
        assert page.said[-1].is_answer
        whole = talk.talk(session, None, enquiry.pk, now=NOW, whole=True)
        assert [text for text, _ in shown(whole)] == ["1", "22", "333", "4444", "en annen sak", "uten forelder"]
        assert whole.after is None


def test_a_thread_ten_thousand_deep_costs_no_more_than_a_short_one(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        here = a_thread(session)
        last = said(session, here, "0", written_at=NOW)
        for number in range(1, 200):  # as deep as ten thousand, for what follows twelve steps
            at = NOW + timedelta(seconds=number)
            last = said(session, here, f"{number}", written_at=at, parent_remote_id=last.remote_id)
        enquiry = build.enquiry(session, last)
        alone = build.enquiry(session, said(session, a_thread(session), "alene"))
    with db.read(municipality) as session:
        with questions() as deep:
            page = talk.talk(session, None, enquiry.pk, now=NOW)
        with questions() as short:
            talk.talk(session, None, alone.pk, now=NOW)
        assert len(deep) == len(short) <= 11
        assert len(page.said) == thread.DEEPEST + 2
        assert max(each.depth for each in page.said) == thread.MOST_INDENT
        first = talk.talk(session, None, enquiry.pk, now=NOW, whole=True)
        assert (len(first.said), first.number) == (thread.PAGE, 200)
        second = talk.talk(session, None, enquiry.pk, now=NOW, whole=True, after=first.after)
        assert second.said[0].text == str(thread.PAGE)
        assert (first.newest_id, second.newest_id) == (last.pk, last.pk)


def test_comments_that_answer_each_other_in_a_ring_are_shown_once_each(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        here = a_thread(session)
        one = said(session, here, "a", remote_id="a", parent_remote_id="b")
        said(session, here, "bb", remote_id="b", parent_remote_id="a")
        enquiry = build.enquiry(session, one)
        self_made = build.enquiry(session, said(session, here, "ccc", remote_id="c", parent_remote_id="c"))
    with db.read(municipality) as session:
        assert sorted(text for text, _ in shown(talk.talk(session, None, enquiry.pk, now=NOW))) == ["a", "bb"]
        assert shown(talk.talk(session, None, self_made.pk, now=NOW)) == [("ccc", 0)]


def test_only_the_enquirys_own_text_is_carried_whole(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        here = a_thread(session)
        above = said(session, here, "x", remote_id="above")
        above.text = "o" * 60_000
        asked = said(session, here, "y", parent_remote_id="above")
        asked.text = "a" * 60_000
        enquiry = build.enquiry(session, asked)
    with db.read(municipality) as session:
        page = talk.talk(session, None, enquiry.pk, now=NOW)
        assert [(len(each.text), each.cut) for each in page.said] == [(thread.LONGEST, True), (60_000, False)]


def test_former_texts_and_the_newest_hiding_stand_with_a_comment(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        asked = said(session, a_thread(session), "ny", edited_at=NOW)
        enquiry = build.enquiry(session, asked)
        for text in ("først", "så"):
            add(session, CommentVersion(municipality_id=municipality, comment_id=asked.pk, text=text, written_at=NOW, replaced_at=NOW))  # fmt: skip
        about = {"municipality_id": municipality, "channel_id": asked.channel_id, "comment_id": asked.pk}
        sent_on(session, delivery.Kind.HIDE, delivery.State.SENT, **about)
        sent_on(session, delivery.Kind.UNHIDE, delivery.State.FAILED, answer_code="not_allowed", lane="x", **about)
    with db.read(municipality) as session:
        shown_one = talk.talk(session, None, enquiry.pk, now=NOW).said[0]
        assert [each.text for each in shown_one.versions] == ["så", "først"]
        assert shown_one.hiding is not None
        assert (shown_one.hiding.kind, shown_one.hiding.answer_code) == (delivery.Kind.UNHIDE, "not_allowed")
        assert not shown_one.hiding.under_way


def test_an_answer_is_told_as_its_newest_delivery_stands(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        person = build.person(session, name="Kari Nordvik")
        asked = said(session, a_thread(session), "Når?")
        enquiry = build.enquiry(session, asked)
        failed = a_reply(session, enquiry, asked, state=replies.State.FAILED, person_id=person.pk)
        about = {"municipality_id": municipality, "channel_id": asked.channel_id}
        sent_on(session, delivery.Kind.REPLY, delivery.State.FAILED, reply_id=failed.pk, answer_code="refused", **about)
        going = a_reply(session, enquiry, asked, state=replies.State.APPROVED, person_id=person.pk)
        ready = sent_on(session, delivery.Kind.REPLY, delivery.State.READY, reply_id=going.pk, **about)
    with db.begin(municipality) as session:
        page = talk.talk(session, None, enquiry.pk, now=NOW)
        assert [(each.state, each.sending) for each in page.answers] == [
            (replies.State.APPROVED, delivery.State.READY),
            (replies.State.FAILED, delivery.State.FAILED),
        ]
        assert page.answer is not None
        assert (page.answer.person, page.answer.may_be_stopped) == ("Kari Nordvik", True)
        assert page.answers[1].problem_code == "refused"
        row = get(session, Delivery, ready.pk)
        row.state, row.first_tried_at = delivery.State.ASKED, NOW
        session.add(row)
    with db.read(municipality) as session:
        answer = talk.talk(session, None, enquiry.pk, now=NOW).answer
        assert answer is not None
        assert (answer.asked, answer.tried, answer.may_be_stopped) == (True, True, False)


def test_a_sent_answer_stands_in_the_talk_once_collected_or_not(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        person = build.person(session, name="Kari Nordvik")
        here = a_thread(session)
        asked = said(session, here, "Når?")
        enquiry = build.enquiry(session, asked, state=State.OPEN)
        values = {"state": replies.State.SENT, "sent_at": NOW, "person_id": person.pk}
        a_reply(session, enquiry, asked, text="Hei", remote_id="r-1", **values)
    with db.read(municipality) as session:
        mine = talk.talk(session, None, enquiry.pk, now=NOW).said[1]
        assert (mine.text, mine.own, mine.by, mine.depth, mine.id) == ("Hei", True, "Kari Nordvik", 1, 0)
    with db.begin(municipality) as session:
        here = get(session, Thread, here.pk)
        said(session, here, "Hei du", own=True, remote_id="r-1", parent_remote_id=asked.remote_id)
    with db.read(municipality) as session:
        both = talk.talk(session, None, enquiry.pk, now=NOW).said
        assert [(each.text, each.by) for each in both] == [("Når?", None), ("Hei du", "Kari Nordvik")]


def test_reminders_and_history_are_told_the_newest_first(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        person = build.person(session, name="Kari Nordvik")
        asked = said(session, a_thread(session), "Når?")
        enquiry = build.enquiry(session, asked)
        add(session, Reminder(municipality_id=municipality, enquiry_id=enquiry.pk, step=Step.REMIND, person_id=person.pk, due_at=NOW, created_at=NOW))  # fmt: skip
        for subject, subject_id, action in (
            ("enquiry", enquiry.pk, "open"),
            ("comment", asked.pk, "hide"),
            ("enquiry", enquiry.pk + 1, "open"),
            ("post", enquiry.pk, "write"),
        ):
            audit.note(session, now=NOW, person_id=person.pk, subject=subject, subject_id=subject_id, action=action)
    with db.read(municipality) as session:
        page = talk.talk(session, None, enquiry.pk, now=NOW)
        assert [(each.subject, each.action, each.person) for each in page.events] == [
            ("comment", "hide", "Kari Nordvik"),
            ("enquiry", "open", "Kari Nordvik"),
        ]
        assert [(each.step, each.person, each.sending) for each in page.reminders] == [
            (Step.REMIND, "Kari Nordvik", None)
        ]


def test_the_post_it_stands_under_is_ours_where_it_is_ours(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        row = build.publication(session, state=Publication.PUBLISHED)
        here = build.thread(session, channel_id=row.channel_id, publication_id=row.pk, origin=Origin.OURS, text="Ut")
        enquiry = build.enquiry(session, said(session, here, "Når?"))
    with db.read(municipality) as session:
        under = talk.talk(session, None, enquiry.pk, now=NOW).under
        assert (under.post_id, under.post, under.text, under.origin) == (
            row.post_id,
            "Ny gangvei åpner",
            "Ut",
            Origin.OURS,
        )


def test_it_is_seen_by_its_units_people_and_answered_by_those_who_may(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        school, library = build.unit(session), build.unit(session)
        here = build.thread(session, channel_id=build.channel(session, unit_id=school.pk).pk)
        comment = said(session, here, "Når?")
        enquiry = build.enquiry(session, comment)
    leader = actor(db, municipality, Role.LEADER, unit_id=school.pk)
    reader = actor(db, municipality, Role.READER)
    stranger = actor(db, municipality, Role.LEADER, unit_id=library.pk)
    with db.read(municipality) as session:
        assert talk.talk(session, leader, enquiry.pk, now=NOW).may == {Deed.ANSWER, Deed.HIDE}
        assert talk.talk(session, reader, enquiry.pk, now=NOW).may == frozenset()
        found, may = talk.comment(session, leader, comment.pk, thread_id=here.pk)
        assert found.text == "Når?"
        assert may == {Deed.ANSWER, Deed.HIDE}
        for refused in (lambda: talk.talk(session, stranger, enquiry.pk, now=NOW), lambda: talk.comment(session, stranger, comment.pk, thread_id=here.pk)):  # fmt: skip
            with pytest.raises(Missing):
                refused()
    with db.read(build.municipality(db)) as session, pytest.raises(Missing):
        talk.talk(session, None, enquiry.pk, now=NOW)
