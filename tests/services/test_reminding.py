"""Reminding: at 20 hours and at 23, once for each step and person, one mail for each person and ringing, never at night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from zoneinfo import ZoneInfoNotFoundError

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.http import Http
from scheduler.domain.access import Role
from scheduler.domain.delivery import Action, State
from scheduler.domain.sla import Step
from scheduler.errors import LostRace
from scheduler.queries.reminders import reaching_nobody
from scheduler.services import reminding
from scheduler.services.connecting import House
from scheduler.store import reminders, rows
from scheduler.store.database import Database
from scheduler.store.tables import Delivery, Enquiry, GrantRow, Person, Reminder
from tests.services.desk import wall
from tests.services.office import HOUR, SECOND, WRITTEN, Office, office_of
from tests.town import StandingClock


@pytest.fixture
def house(house: House) -> House:
    return House(sealer=house.sealer, practice_file=house.practice_file, address="https://ordskifte.fjordvik.example")


@pytest.fixture
def each_office(db: Database, clock: StandingClock, http: Http, house: House) -> Office:
    """An office; the test runs once on each database."""
    return office_of(db, clock, http, house, slug="fjordvik")


@pytest.fixture
def office(sqlite_db: Database, clock: StandingClock, http: Http, house: House) -> Office:
    """An office on SQLite, for what is decided alike on both."""
    return office_of(sqlite_db, clock, http, house, slug="fjordvik")


def test_a_reminder_comes_after_twenty_hours_and_not_a_second_sooner(each_office: Office) -> None:
    enquiry_id = each_office.enquiry(said="Når åpner gangveien?")
    assert each_office.ring(WRITTEN + 20 * HOUR - SECOND) == 0
    assert each_office.ring(WRITTEN + 20 * HOUR) == 1
    ((recipient, text),) = each_office.mails()
    assert recipient == each_office.email(each_office.desk)
    assert "«Når åpner gangveien?»\nFrist i dag kl. 13.00 (4 timer igjen)" in text
    assert f"https://ordskifte.fjordvik.example/fjordvik/inbox/{enquiry_id}\n" in text
    assert each_office.ring(WRITTEN + 20 * HOUR + SECOND) == 0


def test_whoever_leads_is_told_after_twenty_three_hours_and_not_a_second_sooner(each_office: Office) -> None:
    chief = each_office.person(Role.CHIEF)
    each_office.enquiry()
    each_office.ring(WRITTEN + 23 * HOUR - SECOND)
    assert each_office.told() == [(Step.REMIND, each_office.desk)]
    each_office.ring(WRITTEN + 23 * HOUR)
    assert each_office.told() == [(Step.REMIND, each_office.desk), (Step.ESCALATE, chief)]
    assert each_office.recipients() == [each_office.email(each_office.desk), each_office.email(chief)]


@pytest.mark.parametrize(
    ("wound_to", "is_told"),
    [
        ("2026-03-04 21:59:59", True),
        ("2026-03-04 22:00:00", False),
        ("2026-03-05 06:59:59", False),
        ("2026-03-05 07:00:00", True),
        ("2026-03-29 01:59:59", False),
        ("2026-03-29 06:59:59", False),
        ("2026-03-29 07:00:00", True),
        ("2026-10-25 06:59:59", False),
        ("2026-10-25 07:00:00", True),
        ("2026-10-25 21:59:59", True),
    ],
)
def test_nobody_is_told_from_ten_in_the_evening_until_seven(office: Office, wound_to: str, is_told: bool) -> None:
    at = wall(wound_to)
    office.enquiry(at=at - 21 * HOUR)
    assert office.ring(at) == is_told
    assert len(office.mails()) == is_told


@pytest.mark.parametrize(
    ("written", "rings"), [("2026-03-28 14:00", "2026-03-29 11:00"), ("2026-10-24 14:00", "2026-10-25 09:00")]
)
def test_twenty_hours_are_twenty_hours_when_the_clock_is_changed(office: Office, written: str, rings: str) -> None:
    office.enquiry(at=wall(written))
    assert office.ring(wall(rings) - SECOND) == 0
    assert office.ring(wall(rings)) == 1


def test_what_came_due_in_the_night_is_one_mail_in_the_morning(office: Office) -> None:
    leader = office.person(Role.CHIEF)
    first = office.enquiry(at=wall("2026-03-03 02:30"), assignee_id=leader)
    office.enquiry(at=wall("2026-03-03 05:00"), assignee_id=leader)
    assert office.ring(wall("2026-03-04 01:00")) == 0
    assert office.ring(wall("2026-03-04 07:00")) == 4
    ((recipient, text),) = office.mails()
    assert recipient == office.email(leader)
    assert text.count("/inbox/") == 2
    assert text.index(f"/inbox/{first}\n") < text.index(
        "Frist i går kl. 05.00" if "i går" in text else "Frist i dag kl. 05.00"
    )


def test_the_mail_lapses_at_nightfall(office: Office) -> None:
    office.enquiry()
    office.ring(WRITTEN + 20 * HOUR)
    with office.db.read(office.municipality) as session:
        (row,) = rows.every(session, Delivery)
    assert row.not_after == wall("2026-03-04 22:00")
    assert (row.lane, row.channel_id) == (None, None)


def test_two_enquiries_of_one_person_are_one_mail(each_office: Office) -> None:
    each_office.enquiry(at=WRITTEN)
    each_office.enquiry(at=WRITTEN - HOUR)
    assert each_office.ring(WRITTEN + 20 * HOUR) == 2
    ((_, text),) = each_office.mails()
    assert text.index("kl. 12.00") < text.index("kl. 13.00")


def test_the_same_person_in_both_steps_gets_one_mail_and_two_rows(each_office: Office) -> None:
    leader = each_office.person(Role.CHIEF)
    each_office.enquiry(assignee_id=leader)
    each_office.ring(WRITTEN + 20 * HOUR)
    each_office.ring(WRITTEN + 23 * HOUR)
    assert each_office.told() == [(Step.REMIND, leader), (Step.ESCALATE, leader)]
    assert each_office.recipients() == [each_office.email(leader)]


def test_what_nobody_has_goes_to_each_who_may_answer(office: Office) -> None:
    other = office.person(Role.MODERATOR)
    office.enquiry()
    office.ring(WRITTEN + 20 * HOUR)
    assert sorted(office.recipients()) == sorted([office.email(office.desk), office.email(other)])


def test_whoever_takes_it_after_the_reminder_is_reminded_too(office: Office) -> None:
    moderator = office.person(Role.MODERATOR, unit_id=office.unit())
    chief = office.person(Role.CHIEF)
    enquiry_id = office.enquiry()
    office.ring(WRITTEN + 20 * HOUR)
    with office.db.begin(office.municipality) as session:
        row = rows.get(session, Enquiry, enquiry_id)
        row.assignee_id = chief
        session.add(row)
    assert office.ring(WRITTEN + 21 * HOUR) == 1
    assert office.recipients() == [office.email(office.desk), office.email(chief)]
    assert office.email(moderator) not in office.recipients()


def test_a_unit_without_a_leader_is_the_chiefs(office: Office) -> None:
    chief = office.person(Role.CHIEF)
    office.enquiry(unit_id=office.unit())
    office.ring(WRITTEN + 23 * HOUR)
    assert office.told() == [(Step.REMIND, office.desk), (Step.ESCALATE, chief)]


def test_somebody_who_cannot_sign_in_any_more_is_not_told(office: Office) -> None:
    with office.db.begin(office.municipality) as session:
        row = rows.get(session, Person, office.desk)
        row.active = False
        session.add(row)
    office.enquiry()
    assert office.ring(WRITTEN + 20 * HOUR) == 0


def test_where_nobody_is_left_to_tell_it_is_said_so(office: Office) -> None:
    with office.db.begin(office.municipality) as session:
        for grant in rows.every(session, GrantRow):
            session.delete(grant)
    enquiry_id = office.enquiry()
    assert office.ring(WRITTEN + 20 * HOUR) == 0
    with office.db.read(office.municipality) as session:
        assert reaching_nobody(session, now=WRITTEN + 20 * HOUR) == (enquiry_id,)
        assert reaching_nobody(session, now=WRITTEN + 20 * HOUR - SECOND) == ()


def test_without_a_mail_server_the_steps_are_kept_and_nothing_is_sent(
    sqlite_db: Database, clock: StandingClock, http: Http, house: House
) -> None:
    office = office_of(sqlite_db, clock, http, house, mail=False)
    office.enquiry()
    assert office.ring(WRITTEN + 20 * HOUR) == 1
    assert office.told() == [(Step.REMIND, office.desk)]
    assert office.mails() == []
    assert office.ring(WRITTEN + 21 * HOUR) == 0


def test_what_was_settled_meanwhile_is_not_mentioned(office: Office) -> None:
    settled, open_still = office.enquiry(), office.enquiry()
    office.settle(settled)
    office.ring(WRITTEN + 20 * HOUR)
    ((_, text),) = office.mails()
    assert f"/inbox/{open_still}\n" in text
    assert f"/inbox/{settled}\n" not in text


@pytest.mark.parametrize("state", [State.READY, State.SENDING, State.UNCONFIRMED])
def test_nobody_is_reminded_while_the_answer_is_on_its_way(office: Office, state: State) -> None:
    office.reply(office.enquiry(), state=state)
    assert office.ring(WRITTEN + 20 * HOUR) == 0


def test_an_answer_that_has_not_come_out_for_an_hour_is_not_relied_upon(office: Office) -> None:
    office.reply(office.enquiry(), state=State.READY)
    assert office.ring(WRITTEN + 21 * HOUR - SECOND) == 0
    assert office.ring(WRITTEN + 21 * HOUR) == 1


def test_an_answer_that_waits_for_somebodys_hands_is_not_on_its_way(office: Office) -> None:
    office.reply(office.enquiry(), state=State.ASKED)
    assert office.ring(WRITTEN + 20 * HOUR) == 1


@pytest.mark.parametrize("paused", [True, False], ids=["paused", "closed"])
def test_an_answer_behind_a_channel_that_sends_nothing_is_not_on_its_way(office: Office, paused: bool) -> None:
    office.reply(office.enquiry(), state=State.READY, paused=paused, closed=not paused)
    assert office.ring(WRITTEN + 20 * HOUR) == 1


def test_what_is_opened_again_is_reminded_of_again(each_office: Office) -> None:
    enquiry_id = each_office.enquiry()
    each_office.ring(WRITTEN + 20 * HOUR)
    each_office.settle(enquiry_id)
    each_office.reopen(enquiry_id, at=WRITTEN + 50 * HOUR)
    assert each_office.ring(WRITTEN + 60 * HOUR) == 0
    assert each_office.ring(WRITTEN + 70 * HOUR) == 1
    assert len(each_office.mails()) == 2


def test_a_clock_that_moves_by_a_minute_is_no_reason_for_a_second_mail(office: Office) -> None:
    """The first comment was taken away; the next was written a minute later."""
    enquiry_id = office.enquiry()
    office.ring(WRITTEN + 20 * HOUR)
    with office.db.begin(office.municipality) as session:
        row = rows.get(session, Enquiry, enquiry_id)
        row.started_at, row.due_at = row.started_at + timedelta(minutes=1), row.due_at + timedelta(minutes=1)
        session.add(row)
    assert office.ring(WRITTEN + 21 * HOUR) == 1
    assert len(office.mails()) == 1


def test_a_mail_that_lapsed_in_the_night_is_written_anew(office: Office) -> None:
    office.enquiry()
    office.ring(WRITTEN + 20 * HOUR)
    office.mail_ends(Action.LAPSE)
    assert office.ring(WRITTEN + 43 * HOUR) == 0
    assert len(office.mails()) == 2
    assert office.ring(WRITTEN + 43 * HOUR + SECOND) == 0
    assert len(office.mails()) == 2


def test_a_mail_that_has_not_left_when_all_is_answered_does_not_leave(each_office: Office) -> None:
    first, second = each_office.enquiry(), each_office.enquiry()
    each_office.ring(WRITTEN + 20 * HOUR)
    each_office.settle(first)
    each_office.ring(WRITTEN + 20 * HOUR + SECOND)
    assert each_office.mail_states() == [State.READY]
    each_office.settle(second)
    each_office.ring(WRITTEN + 20 * HOUR + 2 * SECOND)
    assert each_office.mail_states() == [State.CANCELLED]
    each_office.reopen(second, at=WRITTEN)
    each_office.ring(WRITTEN + 20 * HOUR + 3 * SECOND)
    assert each_office.mail_states() == [State.CANCELLED, State.READY]


def test_a_mail_that_the_server_refuses_for_good_is_not_tried_every_minute(office: Office) -> None:
    office.enquiry()
    office.ring(WRITTEN + 20 * HOUR)
    office.mail_ends(Action.CLAIM, Action.FAIL)
    office.ring(WRITTEN + 20 * HOUR + timedelta(minutes=1))
    assert len(office.mails()) == 1


@pytest.mark.parametrize(
    ("person", "town", "said"),
    [("nn", "nb", "Nokon ventar"), (None, "nn", "Nokon ventar"), ("en", "nn", "Somebody waits")],
)
def test_the_mail_is_in_the_persons_language_else_in_the_municipalitys(
    sqlite_db: Database, clock: StandingClock, http: Http, house: House, person: str | None, town: str, said: str
) -> None:
    office = office_of(sqlite_db, clock, http, house, language=town)
    with office.db.begin(office.municipality) as session:
        row = rows.get(session, Person, office.desk)
        row.language = person
        session.add(row)
    office.enquiry()
    office.ring(WRITTEN + 20 * HOUR)
    assert said in office.mails()[0][1]


def test_a_municipality_with_a_host_name_of_its_own_is_linked_to_there(
    sqlite_db: Database, clock: StandingClock, http: Http, house: House
) -> None:
    office = office_of(sqlite_db, clock, http, house, slug="fjordvik", host="ord.fjordvik.example")
    office.enquiry()
    office.ring(WRITTEN + 20 * HOUR)
    assert "https://ord.fjordvik.example/fjordvik/inbox/" in office.mails()[0][1]


def test_a_long_list_is_one_mail_and_small_transactions(office: Office) -> None:
    for number in range(2 * reminding.AT_A_TIME + 3):
        office.enquiry(at=WRITTEN - number * SECOND)
    assert office.ring(WRITTEN + 20 * HOUR) == 2 * reminding.AT_A_TIME + 3
    ((_, text),) = office.mails()
    assert text.count("(") >= reminding.AT_A_TIME
    assert f"Og {reminding.AT_A_TIME + 3} til." in text
    with office.db.read(office.municipality) as session:
        assert len({row.delivery_id for row in rows.every(session, Reminder)}) == 1


def test_one_municipalitys_fault_is_not_anothers(
    sqlite_db: Database, clock: StandingClock, http: Http, house: House
) -> None:
    broken = office_of(sqlite_db, clock, http, house, name="Aa kommune", zone="No/Such")
    well = office_of(sqlite_db, clock, http, house, name="Bø kommune")
    broken.enquiry()
    well.enquiry()
    well.clock.moment = WRITTEN + 20 * HOUR
    faults: list[BaseException] = []

    @contextmanager
    def apart() -> Iterator[None]:
        try:
            yield
        except ZoneInfoNotFoundError as fault:
            faults.append(fault)

    assert reminding.remind_due(sqlite_db, gate=well.gate, apart=apart) == 1
    assert len(faults) == 1


def test_two_workers_at_once_write_one_mail(each_office: Office) -> None:
    for _ in range(3):
        each_office.enquiry()
    each_office.clock.moment = WRITTEN + 20 * HOUR
    together = Barrier(4)

    def ring(_: int) -> int:
        together.wait(timeout=30)
        return reminding.remind_due(each_office.db, gate=each_office.gate)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ring, range(4))) == 3
    assert len(each_office.mails()) == 1
    assert len(each_office.told()) == 3


def test_the_database_keeps_one_row_for_a_step_of_a_waiting_to_a_person(each_office: Office) -> None:
    each_office.enquiry()
    now = WRITTEN + 20 * HOUR
    with each_office.db.begin(each_office.municipality) as session:
        (waiting,) = reminders.waiting(session, now=now)
        reminders.keep(session, waiting, Step.REMIND, person_id=each_office.desk, delivery_id=None, now=now)
    with pytest.raises(LostRace), each_office.db.begin(each_office.municipality) as session:
        reminders.keep(session, waiting, Step.REMIND, person_id=each_office.desk, delivery_id=None, now=now)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rings=st.lists(st.integers(18 * 60, 60 * 60), min_size=1, max_size=8),
    assigned=st.lists(st.sampled_from([None, "desk", "chief"]), min_size=1, max_size=4),
)
def test_whatever_the_order_of_ringings_nobody_is_mailed_twice_of_an_enquiry(
    office: Office, rings: list[int], assigned: list[str | None]
) -> None:
    chief = office.person(Role.CHIEF)
    had = len(office.mails())
    who = {"desk": office.desk, "chief": chief, None: None}
    mine = {
        office.enquiry(at=WRITTEN + number * timedelta(minutes=7), assignee_id=who[name])
        for number, name in enumerate(assigned)
    }
    for minutes in rings:
        office.ring(WRITTEN + timedelta(minutes=minutes))
    mentioned = Counter(
        (recipient, enquiry_id)
        for recipient, text in office.mails()[had:]
        for enquiry_id in mine
        if f"/inbox/{enquiry_id}\n" in text
    )
    assert set(mentioned.values()) <= {1}
    for enquiry_id in mine:
        office.settle(enquiry_id)
    with office.db.begin(office.municipality) as session:
        row = rows.get(session, Person, chief)
        row.active = False
        session.add(row)
