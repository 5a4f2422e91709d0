"""The pages of posting rules: what holds in plain words, a form that loses nothing, an example week, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from scheduler.domain.posting_rules import PostingRules
from scheduler.store import rows
from scheduler.store import rules as kept
from scheduler.store.tables import Channel
from tests import build
from tests.web.conftest import Town

Post = Callable[..., Any]
GOOD = {
    "max_per_day": "2",
    "spread": "every_day",
    "opens_all_1": "13:00",
    "closes_all_1": "18:00",
    "gap": "60",
    "alternation": "prefer",
    "patience": "2",
    "skip_holidays": "y",
    "floor": "25",
}
DAYS = {"days_name": "Planleggingsdag", "first_day": "2026-12-03", "last_day": "", "for_channel": ""}
ADDRESS = "/fjordvik/rules"


def text(client: FlaskClient, path: str = "/") -> str:
    return unescape(client.get(f"{ADDRESS}{path}").get_data(as_text=True))


def channel(town: Town, **values: Any) -> int:
    with town.db.begin(town.municipality_id) as session:
        return build.channel(session, **values).pk


def rules_of(town: Town, channel_id: int) -> PostingRules:
    with town.db.read(town.municipality_id) as session:
        return kept.rules_of(session, rows.get(session, Channel, channel_id))


def undo(client: FlaskClient, post: Post) -> Any:
    """Press the button that the next page offers."""
    found = re.search(r'action="(/fjordvik/rules/take-back/\d+)"', text(client))
    assert found
    return post(client, found[1])


def test_everybody_who_works_here_sees_what_holds_and_only_who_may_changes_it(town: Town, post: Post) -> None:
    made = channel(town, name="Fjordvik på nett")
    rita, lars = town.browser_of("rita"), town.browser_of("lars")
    page = text(rita)
    for said in ("Høyst 2 innlegg om dagen.", "Hver dag mellom 13.00 og 18.00.", "mindre enn 25 prosent", "på nett"):
        assert said in page
    assert "Endre reglene" not in page
    for path in ("/edit", f"/channels/{made}", "/campaigns/1"):
        assert rita.get(ADDRESS + path).status_code == 403
        assert post(lars, ADDRESS + path, **GOOD).status_code == 403
    for path in ("/own-days", "/own-days/1/remove", "/campaigns", "/campaigns/1/end", "/take-back/1"):
        assert post(lars, ADDRESS + path, **DAYS).status_code == 403


def test_rules_are_saved_for_all_then_for_one_and_taken_back(town: Town, post: Post) -> None:
    first, other = channel(town, name="Den første"), channel(town)
    kari = town.browser_of("kari")
    assert post(kari, f"{ADDRESS}/edit", **{**GOOD, "max_per_day": "3"}).status_code == 303
    assert post(kari, f"{ADDRESS}/channels/{first}", **{**GOOD, "max_per_day": "1"}).status_code == 303
    assert (rules_of(town, first).max_per_day, rules_of(town, other).max_per_day) == (1, 3)
    assert undo(kari, post).status_code == 303
    assert rules_of(town, first).max_per_day == 3
    assert undo(kari, post).status_code == 303
    assert "unntatt dem som har egne regler: Den første" in text(kari, "/edit")
    assert "Høyst 1 innlegg om dagen." in text(kari, f"/channels/{first}")
    assert post(kari, f"{ADDRESS}/channels/{first}/drop").status_code == 303
    assert rules_of(town, first).max_per_day == 3


@pytest.mark.parametrize(
    ("typed", "windows"),
    [
        ({"opens_all_1": "0:00", "closes_all_1": "24:00"}, ["00:00-00:00"] * 7),
        ({"spread": "weekdays", "opens_all_1": "9", "closes_all_1": "11.30"}, ["09:00-11:30"] * 5 + [""] * 2),
        ({"opens_all_2": "08:00", "closes_all_2": "09:00"}, ["08:00-09:00 13:00-18:00"] * 7),
        ({"spread": "each_day", "opens_6_1": "1015", "closes_6_1": "12:00:00"}, [""] * 6 + ["10:15-12:00"]),
        ({"spread": "weekdays", "opens_3_1": "nonsense"}, ["13:00-18:00"] * 5 + [""] * 2),
    ],
)
def test_hours_are_read_as_people_write_them(town: Town, post: Post, typed: Any, windows: list[str]) -> None:
    made = channel(town)
    assert post(town.browser_of("kari"), f"{ADDRESS}/edit", **{**GOOD, **typed}).status_code == 303
    shown = [
        " ".join(f"{each.opens:%H:%M}-{each.closes:%H:%M}" for each in day) for day in rules_of(town, made).windows
    ]
    assert shown == windows


@pytest.mark.parametrize(
    ("wrong", "at", "said"),
    [
        ({"max_per_day": "0"}, "max_per_day", "Velg mellom 1 og 24 innlegg om dagen."),
        ({"max_per_day": "25"}, "max_per_day", "Velg mellom 1 og 24 innlegg om dagen."),
        ({"max_per_day": "-1"}, "max_per_day", "Velg mellom 1 og 24 innlegg om dagen."),
        ({"max_per_day": "mange"}, "max_per_day", "Skriv et helt tall."),
        ({"max_per_day": "9" * 5000}, "max_per_day", "Skriv et helt tall."),
        ({"max_per_day": ""}, "max_per_day", "Skriv et helt tall."),
        ({"gap": "-1"}, "gap", "fra 0 til 1440 minutter"),
        ({"gap": "1441"}, "gap", "fra 0 til 1440 minutter"),
        ({"gap": "9" * 30}, "gap", "fra 0 til 1440 minutter"),
        ({"patience": "61"}, "patience", "mellom 0 og 60 dager"),
        ({"floor": "51"}, "floor", "Velg mellom 0 og 50 prosent."),
        ({"alternation": "now and then"}, "alternation", "Velg én fra listen."),
        ({"spread": "sometimes"}, "spread", "Velg én fra listen."),
        ({"closes_all_1": "12:00"}, "closes_all_1", "Tidsrommet må slutte etter at det begynner."),
        ({"closes_all_1": "13:00"}, "closes_all_1", "Tidsrommet må slutte etter at det begynner."),
        ({"closes_all_1": ""}, "closes_all_1", "Skriv både fra når og til når"),
        ({"opens_all_1": "24:00"}, "opens_all_1", "Skriv klokkeslettet som timer og minutter."),
        ({"opens_all_1": "kl. ett"}, "opens_all_1", "Skriv klokkeslettet som timer og minutter."),
        ({"opens_all_2": "17:00", "closes_all_2": "20:00"}, "closes_all_2", "overlapper"),
        ({"opens_all_1": "", "closes_all_1": ""}, "spread", "kan ingenting publiseres"),
        ({"spread": "each_day"}, "spread", "kan ingenting publiseres"),
        ({"spread": "each_day", "opens_2_2": "9", "closes_2_2": "8"}, "closes_2_2", "Onsdag: Tidsrommet må slutte"),
    ],
)
def test_what_is_wrong_is_said_once_at_its_field_and_nothing_is_lost(
    town: Town, post: Post, wrong: dict[str, str], at: str, said: str
) -> None:
    answer = post(town.browser_of("kari"), f"{ADDRESS}/edit", **{**GOOD, **wrong})
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert page.count(said) == 2, "in the summary and at the field"
    assert f'href="#{at}"' in page
    for name, value in {**GOOD, **wrong}.items():
        if name in {"alternation", "spread", "skip_holidays"}:
            continue
        assert re.search(rf'name="{name}"[^>]*value="{re.escape(value)}"', page), name


def test_everything_that_is_wrong_is_said_at_once(town: Town, post: Post) -> None:
    wrong = {"max_per_day": "0", "gap": "-5", "patience": "x", "floor": "90", "closes_all_1": "12:00"}
    page = post(town.browser_of("kari"), f"{ADDRESS}/edit", **{**GOOD, **wrong}).get_data(as_text=True)
    for name in wrong:
        assert page.count(f'href="#{name}"') == 1, name
    assert page.count('<a class="ds-link" href="#') == len(wrong)


def test_an_example_week_shows_what_was_typed_and_saves_nothing(town: Town, post: Post) -> None:
    made = channel(town, name="Fjordvik på nett")
    kari = town.browser_of("kari")
    post(kari, f"{ADDRESS}/own-days", **DAYS)
    answer = post(kari, f"{ADDRESS}/edit", do="example", **{**GOOD, "max_per_day": "1"})
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 200
    for said in (
        "Høyst 1 innlegg om dagen.",
        "Neste uke i Fjordvik på nett",
        "Planleggingsdag",
        "Gangveien langs fjorden",
    ):
        assert said in page
    assert "Ingen innlegg som har en tid nå, må gi den fra seg." in page
    assert "Desse ville" not in page
    assert len(re.findall(r"<time datetime=.2026-1[12]-\d\dT", page)) == 6, "one a day, but for the day taken out"
    assert rules_of(town, made).max_per_day == 2


def test_in_a_channel_with_a_language_there_is_no_turn_to_choose_and_it_says_why(town: Town, post: Post) -> None:
    made = channel(town, language="nn", unit_id=town.unit_id)
    kari = town.browser_of("kari")
    page = text(kari, f"/channels/{made}")
    assert 'name="alternation"' not in page
    assert "sitt eget språk, nynorsk" in page
    assert post(kari, f"{ADDRESS}/channels/{made}", **{**GOOD, "max_per_day": "4"}).status_code == 303
    assert rules_of(town, made).max_per_day == 4


def test_what_leaves_no_day_is_saved_by_a_second_press_alone(town: Town, post: Post) -> None:
    made = channel(town)
    kari = town.browser_of("kari")
    nowhere = {**GOOD, "opens_all_1": "13:01", "closes_all_1": "13:04"}
    answer = post(kari, f"{ADDRESS}/edit", **nowhere)
    assert answer.status_code == 422
    assert "Lagre likevel" in answer.get_data(as_text=True)
    assert rules_of(town, made) == PostingRules()
    assert post(kari, f"{ADDRESS}/edit", **nowhere, all_the_same="yes").status_code == 303
    assert post(kari, f"{ADDRESS}/edit", **GOOD).status_code == 303
    long = {**DAYS, "last_day": "2027-03-01", "first_day": "24.11.2026"}
    answer = post(kari, f"{ADDRESS}/own-days", **long)
    assert answer.status_code == 422
    assert "Lagre likevel" in answer.get_data(as_text=True)
    assert post(kari, f"{ADDRESS}/own-days", **long, all_the_same="yes").status_code == 303


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"days_name": " "}, ["Skriv hva slags dager det er"]),
        ({"days_name": "x" * 121}, ["høyst 120 tegn"]),
        ({"first_day": ""}, ["Velg en dato."]),
        ({"first_day": "i morgen", "days_name": ""}, ["Skriv datoen som dag", "Skriv hva slags dager det er"]),
        ({"last_day": "2026-12-02", "days_name": ""}, ["kommer før den første", "Skriv hva slags dager det er"]),
        ({"last_day": "2028-01-01"}, ["høyst 366 dager"]),
        ({"first_day": "2026-11-01", "last_day": "2026-11-23"}, ["Disse dagene har vært."]),
        ({"first_day": "2062-12-03"}, ["Er årstallet riktig?"]),
        ({"for_channel": "99"}, ["Velg én fra listen."]),
    ],
)
def test_days_that_cannot_be_taken_out_are_told_at_their_fields(
    town: Town, post: Post, wrong: dict[str, str], said: list[str]
) -> None:
    answer = post(town.browser_of("kari"), f"{ADDRESS}/own-days", **{**DAYS, **wrong})
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    for sentence in said:
        assert page.count(sentence) == 2, sentence
    assert f'value="{ {**DAYS, **wrong}["days_name"] }"' in page


def test_days_are_taken_out_the_next_first_and_given_back(town: Town, post: Post) -> None:
    made = channel(town, name="Skulen")
    kari = town.browser_of("kari")
    assert post(kari, f"{ADDRESS}/own-days", **DAYS).status_code == 303
    sooner = {"days_name": "Haustmøte", "first_day": "2026-11-30", "for_channel": str(made)}
    assert post(kari, f"{ADDRESS}/own-days", **{**DAYS, **sooner}).status_code == 303
    page = text(kari)
    assert page.index("<strong>Haustmøte") < page.index("<strong>Planleggingsdag")
    assert "Haustmøte (ma. 30. nov.), Planleggingsdag (to. 3. des.)" in text(kari, f"/channels/{made}")
    assert len(rules_of(town, made).own_days) == 2
    assert post(kari, f"{ADDRESS}/own-days/1/remove").status_code == 303
    assert len(rules_of(town, made).own_days) == 1
    assert undo(kari, post).status_code == 303
    assert len(rules_of(town, made).own_days) == 2
    assert post(kari, f"{ADDRESS}/own-days/1/remove").status_code == 404


@pytest.mark.parametrize(
    ("name", "days", "said"),
    [
        ("", "2", "Skriv hva kampanjen heter."),
        ("x" * 121, "2", "høyst 120 tegn"),
        ("VINTER", "2", "Det finnes alt en kampanje"),
        ("Vår", "61", "Velg mellom 0 og 60 dager"),
        ("Vår", "", "Skriv et helt tall."),
    ],
)
def test_a_campaign_that_cannot_be_added_says_why_and_neither_can_one_be_changed_to_it(
    town: Town, post: Post, name: str, days: str, said: str
) -> None:
    kari = town.browser_of("kari")
    for made in ("Vinter", "Sommar"):
        assert post(kari, f"{ADDRESS}/campaigns", campaign_name=made, apart_days="2").status_code == 303
    for path in ("/campaigns", "/campaigns/2"):
        answer = post(kari, ADDRESS + path, campaign_name=name, apart_days=days)
        page = unescape(answer.get_data(as_text=True))
        assert (answer.status_code, page.count(said)) == (422, 2)
        assert f'value="{name}"' in page


def test_a_campaign_is_changed_ended_and_begun_again(town: Town, post: Post) -> None:
    kari = town.browser_of("kari")
    post(kari, f"{ADDRESS}/campaigns", campaign_name="Vinter i Fjordvik", apart_days="2")
    assert "Minst 2 dager mellom to av innleggene" in text(kari)
    assert post(kari, f"{ADDRESS}/campaigns/1", campaign_name="Vinter", apart_days="1").status_code == 303
    assert post(kari, f"{ADDRESS}/campaigns/1/end").status_code == 303
    assert "«Vinter»: Aldri to av innleggene på samme dag" in text(kari, "/edit") or "avsluttet" in text(kari)
    assert post(kari, f"{ADDRESS}/campaigns/1/begin").status_code == 303
    assert "avsluttet" not in text(kari)
    assert post(kari, f"{ADDRESS}/campaigns/1/burn").status_code == 404


def test_what_is_anothers_is_not_there(town: Town, post: Post) -> None:
    with town.db.begin(town.other_municipality_id) as session:
        theirs = build.channel(session).pk
    kari = town.browser_of("kari")
    assert kari.get(f"{ADDRESS}/channels/{theirs}").status_code == 404
    assert post(kari, f"{ADDRESS}/channels/{theirs}/drop").status_code == 404
    assert post(kari, f"{ADDRESS}/take-back/999").status_code == 404
    assert post(kari, f"{ADDRESS}/own-days", **{**DAYS, "for_channel": str(theirs)}).status_code == 422


def test_what_was_changed_since_is_not_undone_and_says_so(town: Town, post: Post) -> None:
    kari = town.browser_of("kari")
    post(kari, f"{ADDRESS}/edit", **GOOD)
    found = re.search(r'action="(/fjordvik/rules/take-back/\d+)"', text(kari))
    assert found
    post(kari, f"{ADDRESS}/edit", **{**GOOD, "gap": "30"})
    answer = post(kari, found[1])
    assert answer.status_code == 422
    assert "endret etterpå" in unescape(answer.get_data(as_text=True))
