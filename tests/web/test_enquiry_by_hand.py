"""Channels that a person serves: an enquiry is entered, its answer copied, and what came of it told."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.domain.enquiries import Kind, Settlement, State
from tests.web.conftest import START, Town
from tests.web.talking import INBOX, Send, a_channel, answer, at, page, said, seen


class TestByHand:
    """From the question to the answer."""

    def entered(self, town: Town, post: Send, **form: Any) -> Any:
        channel_id = a_channel(town, platform="manual", can=0, name="Facebook-gruppa")
        filled = {"channel": channel_id, "author": "Per Vik", "said": "Når hentes trærne?", "day": "2026-11-24", "time": "08:00", "url": "", "under": "Juletrær", **form}  # fmt: skip
        return post(town.browser_of("kari"), f"{INBOX}by-hand", **filled)

    def test_an_enquiry_is_entered_with_its_own_clock(self, town: Town, post: Send) -> None:
        assert self.entered(town, post).headers["Location"] == "/fjordvik/inbox/1"
        found = seen(town, 1)
        assert (found.kind, found.author, found.under.text) == (Kind.BY_HAND, "Per Vik", "Juletrær")
        assert found.started_at == START.replace(hour=7, minute=0)

    @pytest.mark.parametrize(
        ("form", "told"),
        [
            ({"said": "  "}, "Skriv hva det ble spurt om."),
            ({"said": "a" * 70_000}, "Teksten er for lang."),
            ({"author": "a" * 300}, "Navnet er for langt."),
            ({"url": "ikke en adresse"}, "Adressen må være hel"),
            ({"day": "2026-11-25"}, "Tidspunktet har ikke vært ennå."),
            ({"day": "2016-11-25"}, "Det er for lenge siden."),
            ({"day": "2026-03-29", "time": "02:30"}, "dette klokkeslettet finnes ikke"),
            ({"day": "x"}, "Skriv datoen som dag, måned og år."),
            ({"channel": "9"}, "Velg én fra listen."),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stands(
        self, town: Town, post: Send, form: dict[str, str], told: str
    ) -> None:
        refused = self.entered(town, post, **form)
        assert refused.status_code == 422
        assert told in said(refused)
        assert "Juletrær" in said(refused)

    @pytest.mark.parametrize("time", ["01:59", "03:00"])
    def test_the_minutes_around_the_hour_that_was_skipped_are_times_like_others(
        self, town: Town, post: Send, time: str
    ) -> None:
        assert self.entered(town, post, day="2026-03-29", time=time).status_code == 303

    def test_where_the_clocks_change_before_it_is_due_the_page_says_so(self, town: Town, post: Send) -> None:
        client = town.browser_of("kari")
        self.entered(town, post, day="2026-10-24", time="14:00")
        assert "Klokka blir stilt i mellomtiden." in page(client, at(1))

    def test_where_they_do_not_change_nothing_is_said_of_it(self, town: Town, post: Send) -> None:
        self.entered(town, post, day="2026-10-23", time="14:00")
        assert "Klokka blir stilt" not in page(town.browser_of("kari"), at(1))

    def test_a_name_cannot_turn_the_sentences_it_stands_in(self, town: Town, post: Send) -> None:
        self.entered(town, post, author="Åse \u202e Berg")
        assert seen(town, 1).author == "Åse Berg"

    def test_without_such_a_channel_the_page_says_where_enquiries_come_from(self, town: Town) -> None:
        a_channel(town)
        assert "Ingen kanal for dette" in page(town.browser_of("kari"), f"{INBOX}by-hand")

    def test_the_answer_is_copied_and_told_of_by_the_person(self, town: Town, post: Send) -> None:
        self.entered(town, post)
        client = town.browser_of("kari")
        answer(client, post, 1, "På onsdag.")
        told = page(client, at(1))
        assert "\nPå onsdag.\n\nKari</textarea>" in told
        assert "Jeg har svart" in told
        wrong = post(client, at(1, "answers/1/answered"), url="tull")
        assert wrong.status_code == 422
        assert 'value="tull"' in said(wrong)
        post(client, at(1, "answers/1/answered"), url="https://platform.example/c/9")
        assert seen(town, 1).settlement is Settlement.ANSWERED
        told = page(client, at(1))
        assert "Svaret fra Kari Nordmann ble sendt" in told
        assert "https://platform.example/c/9" in told

    def test_not_answered_puts_the_text_back_in_the_form(self, town: Town, post: Send) -> None:
        self.entered(town, post)
        client = town.browser_of("kari")
        answer(client, post, 1, "På onsdag.")
        post(client, at(1, "answers/1/not-answered"))
        assert "\nPå onsdag.</textarea>" in page(client, at(1))
        assert seen(town, 1).state is State.OPEN
