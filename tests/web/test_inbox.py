"""The inbox as people meet it: rows with due times in words, lists that keep themselves up to date, and one press for what lay apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from scheduler.domain.enquiries import Settlement, Silent, State
from scheduler.queries.inbox import Tab
from scheduler.store.database import Session
from scheduler.store.rows import get
from scheduler.store.tables import Enquiry
from tests.questions import questions
from tests.web.conftest import START, Town
from tests.web.talking import INBOX, a_channel, a_thread, page, part, quiet, seen, wrote

Send = Callable[..., Any]


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_a_row_says_who_asks_what_under_which_post_where_and_by_when(town: Town) -> None:
    wrote(town, "Når åpner gangveien?", ev={"assignee_id": town.people["kari"]})
    told = page(town.browser_of("kari"))
    for words in ("Anna Fjell", "Når åpner gangveien?", "Ny gangvei åpner", "Fjordvik på nett", "Du har ansvaret"):
        assert words in told
    assert "Svarfrist i morgen kl. 07.00, om 21 timer" in told
    assert 'href="/fjordvik/inbox/1"' in told


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (hours(0), "om 24 timer"),
        (hours(22.5), "om 1 t 30 min"),
        (hours(23.75), "om 15 minutter"),
        (hours(24), "Svarfrist i dag kl. 09.30, nå"),
        (
            hours(24) + timedelta(minutes=1),
            "Over fristen.</strong> Svarfristen var i dag kl. 09.29, for 1 minutt siden",
        ),
        (hours(30.2), "for 6 timer siden"),
        (hours(24 * 5), "for 4 døgn siden"),
    ],
)
def test_the_due_time_is_told_in_words_and_never_as_longer_than_it_is(town: Town, age: timedelta, said: str) -> None:
    wrote(town, "Når?", at=START - age)
    assert said in page(town.browser_of("kari"))


@pytest.mark.parametrize(
    ("how", "breached", "said"),
    [
        (Settlement.ANSWERED, False, "Besvart i tide, i dag kl. 09.30"),
        (Settlement.ANSWERED, True, "For sent besvart, i dag kl. 09.30"),
        (Settlement.DISMISSED, True, "Trenger ikke svar, i dag kl. 09.30"),
    ],
)
def test_what_is_settled_says_how_and_whether_it_was_in_time(
    town: Town, how: Settlement, breached: bool, said: str
) -> None:
    wrote(town, "Når?", ev={"state": State.SETTLED, "settlement": how, "settled_at": START, "breached": breached})
    assert said in page(town.browser_of("kari"), tab="settled")


def test_text_from_outside_is_shown_and_never_run(town: Town) -> None:
    wrote(town, "<script>alert(1)</script>", author_name="<img src=x>")
    wrote(town, "م" * 60_000, author_name=None, author_remote_id=None)
    raw = town.browser_of("kari").get(INBOX).get_data(as_text=True)
    assert "<script>alert" not in raw
    assert "<img src=x" not in raw
    assert len(raw) < 60_000
    assert "Noen uten navn" in raw


def test_an_empty_list_says_what_to_do_next(town: Town) -> None:
    client = town.browser_of("kari")
    for tab in Tab:
        raw = client.get(f"{INBOX}?tab={tab.value}").get_data(as_text=True)
        assert 'class="empty-actions"' in raw
        assert "Fant ingenting" in page(client, tab=tab.value, search="x")


def test_an_address_that_makes_no_sense_still_shows_a_list(town: Town) -> None:
    wrote(town, "Når?")
    client = town.browser_of("kari")
    for query in ({"tab": "x"}, {"after": "x"}, {"channel": "-1", "assignee": "x"}, {"search": " " * 300}):
        assert "Anna Fjell" in page(client, **query)
    assert "Fant ingenting" in page(client, channel="2147483647", assignee="nobody", search="a" * 9000)


def test_the_list_is_narrowed_by_assignee(town: Town) -> None:
    thread_id = a_thread(town)
    wrote(town, "min", thread_id=thread_id, ev={"assignee_id": town.people["kari"]})
    wrote(town, "ingens", thread_id=thread_id, author_remote_id="ola")
    client = town.browser_of("kari")
    assert "ingens" not in page(client, tab="mine")
    nobody = page(client, assignee="nobody")
    assert "ingens" in nobody
    assert ">min<" not in nobody


def test_one_press_makes_what_asked_for_nothing_an_enquiry_and_one_undoes_it(town: Town, post: Send) -> None:
    comment_id = quiet(town, "Takk!", silent=Silent.THANKS, author_name="Per")
    client = town.browser_of("kari")
    assert f'value="{comment_id}"' in page(client, tab="no_answer")
    made = post(client, f"{INBOX}make", comment=comment_id)
    assert made.headers["Location"] == "/fjordvik/inbox/1"
    assert "Angre" in page(client, "/fjordvik/inbox/1")
    assert seen(town, 1).due_at == START + hours(24)
    post(client, f"{INBOX}1/comments/{comment_id}/unmake")
    assert seen(town, 1).settlement is Settlement.DISMISSED
    again = post(client, f"{INBOX}make", comment=comment_id, tab="no_answer")
    assert again.status_code == 422
    assert "Det er allerede en henvendelse." in again.get_data(as_text=True)


def test_who_may_not_answer_sees_no_buttons_and_is_refused(town: Town, post: Send) -> None:
    comment_id = quiet(town, "Takk!", silent=Silent.THANKS)
    client = town.browser_of("rita")
    told = page(client, tab="no_answer")
    assert "Takk!" in told
    assert f'value="{comment_id}"' not in told
    assert "by-hand" not in told
    assert post(client, f"{INBOX}make", comment=comment_id).status_code == 403
    leader = town.browser_of("lars")  # of a unit; the channel is the municipality's
    assert post(leader, f"{INBOX}make", comment=comment_id).status_code == 403


def test_asked_again_it_answers_only_what_has_changed(town: Town) -> None:
    wrote(town, "Når?")
    client = town.browser_of("kari")
    tag = page(client).split('hx-ptag="')[1].split('"')[0]
    same = part(client, INBOX, tag)
    assert (same.status_code, same.data) == (304, b"")
    town.clock.pass_by(timedelta(seconds=30))
    assert part(client, INBOX, tag).status_code == 304
    wrote(town, "Og hvor?", author_remote_id="ola")
    other = part(client, INBOX, tag).get_data(as_text=True)
    assert "<html" not in other
    assert "csrf" not in other
    assert "nonce" not in other
    assert "2 henvendelser er åpne." in other


def test_the_header_tells_what_is_open_and_overdue_to_those_who_may_answer(town: Town) -> None:
    school = a_channel(town, name="Skulen", unit_id=town.unit_id)
    wrote(town, "a", thread_id=a_thread(town, channel_id=school), at=START - hours(25))
    wrote(town, "b")
    assert "2 åpne, 1 over fristen" in page(town.browser_of("kari"), "/fjordvik/people/")
    assert "1 åpen, 1 over fristen" in page(town.browser_of("lars"), "/fjordvik/people/")
    assert "over fristen" not in page(town.browser_of("rita"), "/fjordvik/people/")


def test_the_page_costs_the_same_number_of_questions_whatever_it_holds(town: Town) -> None:
    thread_id = a_thread(town)
    wrote(town, "a", thread_id=thread_id)
    client = town.browser_of("kari")
    page(client)
    with questions() as few:
        page(client)
    for number in range(15):
        wrote(town, "a", thread_id=thread_id, author_remote_id=str(number))
    with questions() as many:
        page(client)
    assert len(many) == len(few) <= 15


def test_reading_writes_nothing(town: Town) -> None:
    enquiry_id, comment_id = wrote(town, "Når?")

    def row(session: Session) -> dict[str, Any]:
        return get(session, Enquiry, enquiry_id).model_dump()

    with town.db.read(1) as session:
        before = row(session)
    client = town.browser_of("kari")
    for path in (INBOX, f"{INBOX}{enquiry_id}", f"{INBOX}by-hand", f"{INBOX}{enquiry_id}/comments/{comment_id}/hide"):
        page(client, path)
    with town.db.read(1) as session:
        assert row(session) == before
