"""What the inbox shows to whom: tabs by due time, search and filters, pages by keyset, and how many questions a page costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scheduler.domain import replies
from scheduler.domain.access import Actor, Role
from scheduler.domain.enquiries import Settlement, Silent, State
from scheduler.domain.sla import Promise
from scheduler.queries import inbox
from scheduler.queries.inbox import NOBODY, Tab
from scheduler.queries.inboxrows import Answering
from scheduler.store.database import Database, Session
from scheduler.store.rows import add, get
from scheduler.store.tables import Channel, Comment, Enquiry, Reply, Thread
from tests import build
from tests.build import NOW
from tests.questions import questions
from tests.town import actor


def asked(session: Session, text: str, *, thread: Thread | None = None, hours: float = 1, **values: Any) -> Enquiry:
    """An enquiry that was written so many hours ago."""
    stands_in = thread or build.thread(session, channel_id=build.channel(session).pk)
    said = {key: values.pop(key) for key in ("author_name", "author_remote_id", "gone_at") if key in values}
    comment = build.comment(session, stands_in, text=text, written_at=NOW - timedelta(hours=hours), **said)
    return build.enquiry(session, comment, **values)


def quiet(session: Session, text: str, *, channel: Channel | None = None, **values: Any) -> Comment:
    """A comment that asks for no answer."""
    stands_in = build.thread(session, channel_id=(channel or build.channel(session)).pk)
    return build.comment(session, stands_in, text=text, **{"silent": Silent.THANKS, **values})


def answered(session: Session, enquiry: Enquiry, comment_id: int, **values: Any) -> Reply:
    filled = {"text": "Hei", "created_at": NOW, "updated_at": NOW, "seen_id": comment_id, **values}
    row = Reply(municipality_id=enquiry.municipality_id, enquiry_id=enquiry.pk, comment_id=comment_id, **filled)
    return add(session, row)


def texts(session: Session, who: Actor | None, **values: Any) -> list[str]:
    return [row.excerpt for row in inbox.inbox(session, who, now=NOW, **values).rows]


def test_the_open_ones_stand_by_due_time_and_each_tab_holds_its_own(db: Database, municipality: int) -> None:
    desk = actor(db, municipality, Role.SERVICE_DESK)
    with db.begin(municipality) as session:
        asked(session, "sent", hours=3)
        asked(session, "tidleg", hours=30)
        asked(session, "min", hours=1, assignee_id=desk.person_id)
        asked(
            session, "ferdig", hours=40, state=State.SETTLED, settlement=Settlement.ANSWERED, settled_at=NOW, breached=True
        )  # fmt: skip
        quiet(session, "Takk!")
        quiet(session, "Takk, borte", gone_at=NOW)
    with db.read(municipality) as session:
        assert texts(session, desk) == ["tidleg", "sent", "min"]
        assert texts(session, desk, tab=Tab.MINE) == ["min"]
        assert texts(session, desk, tab=Tab.QUIET) == ["Takk!"]
        assert texts(session, desk, tab=Tab.SETTLED) == ["ferdig"]
        assert len(texts(session, desk, tab=Tab.ALL)) == 4
        found = inbox.inbox(session, desk, now=NOW)
        assert found.counts == {Tab.MINE: 1, Tab.OPEN: 3, Tab.QUIET: 1, Tab.SETTLED: 1, Tab.ALL: 4}
        assert [row.promise for row in found.rows] == [Promise.OVERDUE, Promise.RUNNING, Promise.RUNNING]
        settled = inbox.inbox(session, desk, now=NOW, tab=Tab.SETTLED).rows[0]
        assert settled.promise is Promise.ANSWERED_LATE
        assert inbox.waiting(session, desk, now=NOW) == inbox.Waiting(open=3, overdue=1)


def test_an_enquiry_is_in_time_up_to_and_including_its_due_time(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        enquiry = asked(session, "Når?", hours=24)
    with db.read(municipality) as session:
        assert enquiry.due_at == NOW
        assert inbox.waiting(session, None, now=NOW).overdue == 0
        assert inbox.waiting(session, None, now=NOW + timedelta(microseconds=1)).overdue == 1


def test_a_row_shows_the_newest_that_still_stands_and_how_many_there_are(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        enquiry = asked(session, "først", author_name="Anna")
        for text, gone_at in (("så", None), ("borte", NOW)):
            stands_in = get(session, Thread, enquiry.thread_id)
            build.comment(session, stands_in, text=text, enquiry_id=enquiry.pk, gone_at=gone_at)
    with db.read(municipality) as session:
        row = inbox.inbox(session, None, now=NOW).rows[0]
        assert (row.excerpt, row.comments, row.author) == ("så", 3, "Anna")


def test_a_row_carries_no_more_than_the_beginning_of_a_long_text(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        asked(session, "🙂" * 60_000)
        quiet(session, "a" * 60_000)
    with db.read(municipality) as session:
        assert texts(session, None) == ["🙂" * 300]
        assert texts(session, None, tab=Tab.QUIET) == ["a" * 300]


def test_a_row_says_whose_answer_is_on_its_way(db: Database, municipality: int) -> None:
    with db.begin(municipality) as session:
        person = build.person(session, name="Kari Nordvik")
        enquiry = asked(session, "Når?")
        comment = build.comment(session, get(session, Thread, enquiry.thread_id))
        answered(session, enquiry, comment.pk, state=replies.State.CANCELLED)
        answered(session, enquiry, comment.pk, state=replies.State.APPROVED, person_id=person.pk)
    with db.read(municipality) as session:
        answering = inbox.inbox(session, None, now=NOW).rows[0].answering
        assert answering == Answering(state=replies.State.APPROVED, person="Kari Nordvik", asked=False)


def test_the_list_is_narrowed_by_name_text_channel_and_assignee(db: Database, municipality: int) -> None:
    chief = actor(db, municipality, Role.CHIEF)
    with db.begin(municipality) as session:
        other = build.channel(session)
        here = build.thread(session, channel_id=other.pk)
        asked(session, "Når opnar BRUA over Ånnelva?", author_name="Åse Li", hours=2)
        asked(session, "100 % sikker_", thread=here, assignee_id=chief.person_id)
        quiet(session, "Takk for Brua")
    with db.read(municipality) as session:
        assert texts(session, chief, search="brua ånnelva") == ["Når opnar BRUA over Ånnelva?"]
        assert texts(session, chief, search="åse") == ["Når opnar BRUA over Ånnelva?"]
        assert texts(session, chief, search="% r_") == ["100 % sikker_"]
        assert texts(session, chief, search="brua", tab=Tab.QUIET) == ["Takk for Brua"]
        assert texts(session, chief, channel_id=other.pk) == ["100 % sikker_"]
        assert texts(session, chief, assignee=chief.person_id) == ["100 % sikker_"]
        assert texts(session, chief, assignee=NOBODY) == ["Når opnar BRUA over Ånnelva?"]
        assert inbox.inbox(session, chief, now=NOW, assignee=NOBODY).counts[Tab.MINE] == 1
        assert inbox.inbox(session, chief, now=NOW, search="brua").counts[Tab.QUIET] == 1


def test_a_unit_sees_what_is_said_in_its_own_channels_and_counts_what_it_may_answer(
    db: Database, municipality: int
) -> None:
    with db.begin(municipality) as session:
        school = build.unit(session)
        own = build.channel(session, unit_id=school.pk)
        asked(session, "skulen", thread=build.thread(session, channel_id=own.pk))
        asked(session, "kommunen")
        quiet(session, "Takk, skule", channel=own)
        quiet(session, "Takk, kommune")
    leader, desk, reader = (
        actor(db, municipality, Role.LEADER, unit_id=school.pk),
        actor(db, municipality, Role.SERVICE_DESK),
        actor(db, municipality, Role.READER),
    )
    with db.read(municipality) as session:
        assert texts(session, leader) == ["skulen"]
        assert texts(session, leader, tab=Tab.QUIET) == ["Takk, skule"]
        assert inbox.inbox(session, leader, now=NOW).counts[Tab.ALL] == 1
        assert inbox.waiting(session, leader, now=NOW).open == 1
        assert inbox.waiting(session, desk, now=NOW).open == 2
        assert inbox.waiting(session, reader, now=NOW).open == 0
        assert [row.may_answer for row in inbox.inbox(session, reader, now=NOW).rows] == [False, False]
        assert [each.id for each in inbox.answerers(session)] == [desk.person_id]
        assert {each.id for each in inbox.answerers(session, unit_id=school.pk)} == {leader.person_id, desk.person_id}
        assert len(inbox.answerers(session, everywhere=True)) == 2


@pytest.mark.parametrize("tab", Tab)
def test_pages_follow_each_other_and_leave_nothing_out(db: Database, municipality: int, tab: Tab) -> None:
    me = actor(db, municipality, Role.CHIEF)
    settled: dict[str, Any] = (
        {"state": State.SETTLED, "settlement": Settlement.DISMISSED, "settled_at": NOW} if tab is Tab.SETTLED else {}
    )
    with db.begin(municipality) as session:
        here = build.thread(session, channel_id=build.channel(session).pk)
        for number in range(7):
            if tab is Tab.QUIET:
                build.comment(session, here, text=str(number), silent=Silent.THANKS)
            else:
                asked(session, str(number), thread=here, assignee_id=me.person_id, **settled)
    seen: list[str] = []
    after: str | None = None
    with db.read(municipality) as session:
        for _ in range(4):
            page = inbox.inbox(session, me, now=NOW, tab=tab, after=after, limit=2)
            seen += [row.excerpt for row in page.rows]
            after = page.after
        assert after is None
        assert sorted(seen) == [str(number) for number in range(7)]
        assert len(texts(session, me, tab=tab, after="not-a-cursor")) == 7


def test_a_page_costs_the_same_number_of_questions_whatever_it_holds(db: Database, municipality: int) -> None:
    def cost(tab: Tab) -> int:
        with db.read(municipality) as session, questions() as sent:
            inbox.inbox(session, None, now=NOW, tab=tab)
        return len(sent)

    with db.begin(municipality) as session:
        asked(session, "1")
        quiet(session, "Takk")
    few = [cost(tab) for tab in Tab]
    with db.begin(municipality) as session:
        for number in range(12):
            asked(session, str(number))
            quiet(session, "Takk")
    assert [cost(tab) for tab in Tab] == few
    assert max(few) <= 3


def test_another_municipality_is_never_seen(db: Database, municipality: int) -> None:
    with db.begin(build.municipality(db)) as session:
        asked(session, "andres")
        quiet(session, "Takk")
    with db.read(municipality) as session:
        assert [texts(session, None, tab=tab) for tab in Tab] == [[]] * 5
        assert inbox.waiting(session, None, now=NOW).open == 0
