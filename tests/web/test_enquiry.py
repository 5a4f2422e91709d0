"""An enquiry's page: the talk, why the answer is due when it is, answering, and everything else that is done with an enquiry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors.contract import Can
from scheduler.domain import delivery, replies
from scheduler.domain.enquiries import Origin, Settlement, Silent, State, Visibility
from scheduler.domain.sla import Started, Step
from scheduler.store.rows import add, get
from scheduler.store.tables import Comment, CommentVersion, Delivery, Enquiry, Reminder, Reply
from tests import build
from tests.questions import questions
from tests.web.conftest import START, Town
from tests.web.talking import (
    INBOX,
    Send,
    a_channel,
    a_thread,
    answer,
    at,
    comment_of,
    page,
    part,
    quiet,
    said,
    seen,
    wrote,
    wrote_more,
)

HOUR = timedelta(hours=1)


def settle_sending(town: Town, state: delivery.State, **values: Any) -> None:
    """The engine has come to the newest delivery: it stands so now."""
    with town.db.begin(town.municipality_id) as session:
        row = get(session, Delivery, 1)
        row.state = state
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


class TestShown:
    """What the page shows."""

    def test_it_says_who_asks_under_which_post_and_why_the_answer_is_due_then(self, town: Town) -> None:
        enquiry_id, _ = wrote(town, "Når åpner gangveien?")
        told = page(town.browser_of("kari"), at(enquiry_id))
        for words in (
            "Anna Fjell", "Når åpner gangveien?", "Ny gangvei langs fjorden.", "https://platform.example/p/1",
            "Anna Fjell skrev i dag kl. 07.00. Svarfristen er 24 timer senere.", "Skriv under med «Kari»", "/fjordvik/posts/1",
        ):  # fmt: skip
            assert words in told

    @pytest.mark.parametrize("started", Started)
    def test_every_start_of_the_clock_is_explained(self, town: Town, started: Started) -> None:
        enquiry_id, _ = wrote(town, "Når?", ev={"started_by": started})
        told = page(town.browser_of("kari"), at(enquiry_id))
        assert "i dag kl. 07.00" in told.split('id="standing"')[1].split("</div>")[0]

    def test_hidden_deleted_and_changed_comments_are_marked_and_keep_their_texts(self, town: Town) -> None:
        thread_id = a_thread(town)
        enquiry_id, first = wrote(town, "Ny tekst", thread_id=thread_id, edited_at=START)
        wrote(town, "Skjult tekst", thread_id=thread_id, visibility=Visibility.HIDDEN, hidden_at=START)
        wrote(town, "Borte tekst", thread_id=thread_id, visibility=Visibility.DELETED, gone_at=START)
        with town.db.begin(1) as session:
            add(session, CommentVersion(municipality_id=1, comment_id=first, text="Gammel tekst", written_at=START, replaced_at=START))  # fmt: skip
        told = page(town.browser_of("kari"), at(enquiry_id))
        for words in ("Ny tekst", "Gammel tekst", "Skjult tekst", "Skjult på plattformen", "Borte tekst", "Slettet av den som skrev det"):  # fmt: skip
            assert words in told

    def test_text_from_outside_is_shown_and_never_run(self, town: Town) -> None:
        enquiry_id, _ = wrote(town, "<script>alert(1)</script>" + "🙂" * 60_000, author_name="<b>x</b>", url="javascript:alert(2)")  # fmt: skip
        raw = town.browser_of("kari").get(at(enquiry_id)).get_data(as_text=True)
        assert "<script>alert" not in raw
        assert "<b>x</b>" not in raw
        assert "javascript:" not in raw
        assert "Vis hele" in raw

    def test_the_rest_of_the_thread_is_one_press_away(self, town: Town) -> None:
        thread_id = a_thread(town)
        enquiry_id, _ = wrote(town, "Når?", thread_id=thread_id)
        for number in range(60):
            quiet(town, f"takk {number}", thread_id=thread_id, silent=Silent.THANKS)
        client = town.browser_of("kari")
        assert "Vis hele tråden (61 kommentarer)" in page(client, at(enquiry_id))
        whole = page(client, at(enquiry_id), whole="1")
        assert "takk 3" in whole
        after = whole.split("whole=1&after=")[1].split('"')[0]
        assert "takk 59" in page(client, at(enquiry_id), whole="1", after=after)

    def test_it_costs_the_same_number_of_questions_whatever_the_thread_holds(self, town: Town) -> None:
        thread_id = a_thread(town)
        enquiry_id, _ = wrote(town, "Når?", thread_id=thread_id)
        client = town.browser_of("kari")
        page(client, at(enquiry_id))
        with questions() as few:
            page(client, at(enquiry_id))
        for number in range(20):
            quiet(town, f"takk {number}", thread_id=thread_id, author_remote_id="anna", silent=Silent.THANKS)
        with questions() as many:
            page(client, at(enquiry_id))
        assert len(many) == len(few) <= 26

    def test_asked_again_the_talk_comes_alone_and_only_when_it_has_changed(self, town: Town) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        client = town.browser_of("kari")
        tag = page(client, at(enquiry_id)).split('hx-ptag="')[1].split('"')[0]
        assert part(client, at(enquiry_id), tag).status_code == 304
        wrote_more(town, enquiry_id, "Hallo?")
        fresh = part(client, at(enquiry_id), tag)
        told = said(fresh)
        assert "Hallo?" in told
        assert 'data-revision="2"' in told
        for never in ("<html", "<textarea", "csrf", "nonce"):
            assert never not in told

    def test_only_those_of_the_channel_see_it_and_only_those_who_may_find_buttons(self, town: Town) -> None:
        enquiry_id, comment_id = wrote(town, "Når?")
        assert town.browser_of("lars").get(at(enquiry_id)).status_code == 404
        reader = town.browser_of("rita")
        told = page(reader, at(enquiry_id))
        assert "Du kan lese denne henvendelsen." in told
        for never in ("<textarea", "/assign", "/dismiss", "/hide"):
            assert never not in told
        assert reader.get(at(enquiry_id, f"comments/{comment_id}/hide")).status_code == 403


class TestAnswering:
    """Writing an answer."""

    def test_an_answer_is_signed_and_told_of_as_on_its_way_until_the_platform_has_said_so(
        self, town: Town, post: Send
    ) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        client = town.browser_of("kari")
        assert answer(client, post, enquiry_id, "I morgen.").status_code == 303
        assert seen(town, enquiry_id).answers[0].text == "I morgen.\n\nKari"
        told = page(client, at(enquiry_id))
        assert "Svaret fra Kari Nordmann er på vei." in told
        assert "ble sendt" not in told
        assert "<textarea" not in told
        assert "Svaret fra Kari Nordmann er på vei" in page(client)
        settle_sending(town, delivery.State.UNCONFIRMED, tries=1, first_tried_at=START)
        assert "Vi vet ikke ennå om svaret kom ut." in page(client, at(enquiry_id))

    def test_without_the_tick_nothing_is_signed(self, town: Town, post: Send) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        answer(town.browser_of("kari"), post, enquiry_id, "I morgen.", sign=None)
        assert seen(town, enquiry_id).answers[0].text == "I morgen."

    def test_what_was_written_meanwhile_is_shown_first_and_the_text_stands(self, town: Town, post: Send) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        wrote_more(town, enquiry_id, "Glem det!")
        client = town.browser_of("kari")
        refused = answer(client, post, enquiry_id, "I morgen.")
        told = said(refused)
        assert refused.status_code == 422
        newer = told.split('id="newer"')[1].split("</section>")[0]
        assert "Glem det!" in newer
        assert "Når?" not in newer
        field = told.split('<textarea class="ds-input" id="answer"')[1].split("</textarea>")[0]
        assert "autofocus" in field
        assert field.endswith("I morgen.")
        assert 'name="revision" value="2"' in told
        assert answer(client, post, enquiry_id, "I morgen.", revision=2).status_code == 303

    @pytest.mark.parametrize(
        ("text", "told"),
        [("   ", "Skriv et svar først."), ("a" * 500, "Svaret er for langt for denne kanalen.")],
    )
    def test_what_cannot_be_sent_is_refused_at_the_field_with_the_text_kept(
        self, town: Town, post: Send, text: str, told: str
    ) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        refused = answer(town.browser_of("kari"), post, enquiry_id, text, sign=None)
        assert refused.status_code == 422
        assert told in said(refused)
        assert f"\n{text}</textarea>" in said(refused)
        assert seen(town, enquiry_id).answers == ()

    def test_a_form_that_makes_no_sense_is_asked_to_read_again(self, town: Town, post: Send) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        refused = answer(town.browser_of("kari"), post, enquiry_id, "Hei", revision="x", newest="-1", drawn_at="i går")
        assert refused.status_code == 422
        assert "Hei</textarea>" in said(refused)

    def test_an_answer_can_be_stopped_while_it_lies_here_and_its_text_is_back_in_the_form(
        self, town: Town, post: Send
    ) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        client = town.browser_of("kari")
        answer(client, post, enquiry_id, "I morgen.")
        assert "Stopp det" in page(client, at(enquiry_id))
        post(client, at(enquiry_id, "answers/1/stop"))
        assert seen(town, enquiry_id).answers[0].state is replies.State.CANCELLED
        assert "\nI morgen.</textarea>" in page(client, at(enquiry_id))
        late = post(client, at(enquiry_id, "answers/1/stop"))
        assert late.status_code == 422
        assert "Det var for sent å stoppe svaret" in said(late)
        assert post(client, at(enquiry_id, "answers/99/stop")).status_code == 404

    def test_an_answer_that_was_kept_back_says_why(self, town: Town) -> None:
        enquiry_id, comment_id = wrote(town, "Når?")
        kept = {"state": replies.State.CANCELLED, "problem_code": "answered_there", "person_id": town.people["kari"]}
        with town.db.begin(town.municipality_id) as session:
            build.reply(session, get(session, Enquiry, enquiry_id), get(session, Comment, comment_id), **kept)
        told = page(town.browser_of("kari"), at(enquiry_id))
        assert "Svaret fra Kari Nordmann ble holdt tilbake. Det ble ikke sendt, fordi noen hadde svart" in told

    def test_an_answer_that_failed_says_why_and_its_text_is_back_in_the_form(self, town: Town, post: Send) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        client = town.browser_of("kari")
        answer(client, post, enquiry_id, "I morgen.")
        settle_sending(town, delivery.State.FAILED)
        with town.db.begin(1) as session:
            written = get(session, Reply, 1)
            written.state, written.problem_code, written.problem_detail = replies.State.FAILED, "refused", "<b>No</b>"
            session.add(written)
        told = page(client, at(enquiry_id))
        assert "Svaret fra Kari Nordmann ble ikke sendt." in told
        assert "<q><b>No</b></q>" in told  # unescaped by the test's reader alone
        assert "<b>No</b>" not in client.get(at(enquiry_id)).get_data(as_text=True)
        assert "\nI morgen.</textarea>" in told
        assert "Svaret ble ikke sendt" in page(client)

    def test_an_answer_whose_end_nobody_knows_is_asked_about(self, town: Town, post: Send) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        client = town.browser_of("kari")
        answer(client, post, enquiry_id, "I morgen.")
        settle_sending(town, delivery.State.ASKED, tries=1, first_tried_at=START)
        assert "Kom svaret ut?" in page(client, at(enquiry_id))
        assert "Et svar venter på noen" in page(client)
        post(client, at(enquiry_id, "answers/1/answered"), url="")
        assert seen(town, enquiry_id).settlement is Settlement.ANSWERED

    def test_a_second_answer_waits_for_the_first(self, town: Town, post: Send) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        client = town.browser_of("kari")
        answer(client, post, enquiry_id, "I morgen.")
        assert "Et svar er allerede på vei." in said(answer(client, post, enquiry_id, "I overmorgen."))

    def test_who_may_not_answer_is_refused(self, town: Town, post: Send) -> None:
        enquiry_id, comment_id = wrote(town, "Når?")
        for deed in ("answer", "assign", "dismiss", "reopen", f"comments/{comment_id}/hide"):
            assert post(town.browser_of("rita"), at(enquiry_id, deed)).status_code == 403
            assert post(town.browser_of("lars"), at(enquiry_id, deed)).status_code == 404
        assert seen(town, enquiry_id).state is State.OPEN

    def test_where_we_cannot_answer_the_page_says_so(self, town: Town) -> None:
        enquiry_id, _ = wrote(town, "Når?", thread_id=a_thread(town, channel_id=a_channel(town, can=0)))
        told = page(town.browser_of("kari"), at(enquiry_id))
        assert "Vi kan ikke svare i denne kanalen herfra." in told
        assert "<textarea" not in told


class TestDeeds:
    """Everything else."""

    def test_it_is_given_to_somebody_and_back(self, town: Town, post: Send) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        client = town.browser_of("kari")
        post(client, at(enquiry_id, "assign"), assignee=town.people["kari"])
        assert seen(town, enquiry_id).assignee == "Kari Nordmann"
        assert "Du har ansvaret" in page(client, at(enquiry_id))
        for nobody_who_may in (town.people["rita"], town.people["lars"], 99, "x"):
            assert post(client, at(enquiry_id, "assign"), assignee=nobody_who_may).status_code == 422
        post(client, at(enquiry_id, "assign"), assignee="")
        assert seen(town, enquiry_id).assignee is None

    def test_what_needs_no_answer_is_settled_and_one_press_undoes_it(self, town: Town, post: Send) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        client = town.browser_of("kari")
        done = post(client, at(enquiry_id, "dismiss"), revision=1)
        assert done.headers["Location"] == INBOX
        told = page(client)
        assert "Det Anna Fjell skrev, trenger ikke svar." in told
        assert f'action="{at(enquiry_id, "reopen")}"' in told
        assert seen(town, enquiry_id).settlement is Settlement.DISMISSED
        post(client, at(enquiry_id, "reopen"))
        assert seen(town, enquiry_id).state is State.OPEN

    def test_what_was_written_meanwhile_is_not_settled_unread(self, town: Town, post: Send) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        wrote_more(town, enquiry_id, "Hallo?")
        refused = post(town.browser_of("kari"), at(enquiry_id, "dismiss"), revision=1)
        assert refused.status_code == 422
        assert "Les det før du avslutter henvendelsen." in said(refused)
        assert seen(town, enquiry_id).state is State.OPEN

    def test_a_comment_is_hidden_with_a_reason_and_shown_again(self, town: Town, post: Send) -> None:
        enquiry_id, comment_id = wrote(town, "<b>Ring meg</b>")
        client = town.browser_of("kari")
        where = at(enquiry_id, f"comments/{comment_id}/hide")
        assert "<b>Ring meg</b>" in page(client, where)
        refused = post(client, where, reason=" ")
        assert (refused.status_code, "Skriv hvorfor." in said(refused)) == (422, True)
        assert post(client, where, reason="Personopplysninger").status_code == 303
        told = page(client, at(enquiry_id))
        assert "Den blir skjult. Plattformen har ikke svart ennå." in told
        assert "Personopplysninger" in told
        again = post(client, where, reason="En gang til")
        assert "allerede i ferd med å bli skjult" in said(again)

    def test_where_the_platform_hides_nothing_there_is_no_button(self, town: Town, post: Send) -> None:
        enquiry_id, comment_id = wrote(
            town, "Når?", thread_id=a_thread(town, channel_id=a_channel(town, can=(Can.PUBLISH | Can.READ).value))
        )
        where = at(enquiry_id, f"comments/{comment_id}/hide")
        assert where not in page(town.browser_of("kari"), at(enquiry_id))
        assert "lar oss ikke skjule" in said(post(town.browser_of("kari"), where, reason="x"))

    def test_a_comment_of_another_thread_is_not_hidden_from_here(self, town: Town, post: Send) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        _, other = wrote(town, "Hvor?")
        assert post(town.browser_of("kari"), at(enquiry_id, f"comments/{other}/hide"), reason="x").status_code == 404
        assert comment_of(town, other).visibility is Visibility.VISIBLE

    def test_the_history_says_what_was_done_by_whom(self, town: Town, post: Send) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        client = town.browser_of("kari")
        post(client, at(enquiry_id, "dismiss"))
        told = page(client, at(enquiry_id))
        assert "Henvendelsen ble avsluttet: Trenger ikke svar" in told
        assert "(Kari Nordmann)" in told

    def test_the_history_says_who_took_it_and_who_was_reminded_in_the_order_of_time(
        self, town: Town, post: Send
    ) -> None:
        enquiry_id, _ = wrote(town, "Når?")
        client = town.browser_of("kari")
        post(client, at(enquiry_id, "assign"), assignee=town.people["kari"])
        with town.db.begin(1) as session:
            before = Reminder(
                municipality_id=1,
                step=Step.REMIND,
                enquiry_id=enquiry_id,
                person_id=town.people["kari"],
                due_at=START,
                created_at=START - HOUR,
            )
            add(session, before)
        told = page(client, at(enquiry_id)).split("Historikk")[1]
        assert told.index("Tok ansvaret") < told.index("Påminnelse: Kari Nordmann")

    def test_what_was_answered_too_late_says_when_it_was_due(self, town: Town) -> None:
        settled = {"state": State.SETTLED, "settlement": Settlement.ANSWERED, "settled_at": START, "due_at": START - timedelta(hours=1)}  # fmt: skip
        enquiry_id, _ = wrote(town, "Når?", ev=settled)
        assert "Svarfristen var i dag kl. 08.30." in page(town.browser_of("kari"), at(enquiry_id))

    def test_a_settled_enquiry_has_no_form_but_can_be_reopened(self, town: Town) -> None:
        enquiry_id, _ = wrote(town, "Når?", ev={"state": State.SETTLED, "settlement": Settlement.ANSWERED, "settled_at": START - timedelta(hours=1)})  # fmt: skip
        told = page(town.browser_of("kari"), at(enquiry_id))
        assert "Ta opp igjen henvendelsen" in told
        assert "<textarea" not in told

    def test_an_enquiry_that_is_not_there_is_no_page(self, town: Town) -> None:
        client = town.browser_of("kari")
        assert client.get(at(4711)).status_code == 404
        assert client.get(f"{INBOX}99999999999").status_code == 404
        with town.db.begin(1) as session:
            assert session.get(Enquiry, 4711) is None

    def test_a_mention_says_whose_post_it_is(self, town: Town) -> None:
        thread_id = a_thread(town, origin=Origin.MENTION, author_name="Lokalavisa", text="Hva sier kommunen?")
        told = page(town.browser_of("kari"), at(wrote(town, "Når?", thread_id=thread_id)[0]))
        assert "Et innlegg som nevner oss" in told
        assert "Lokalavisa" in told
