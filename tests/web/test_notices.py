"""The page with service notices: four fields and one press, one more when it is over; nothing typed is lost, and nothing goes out twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import col

from scheduler.domain.access import Role
from scheduler.domain.delivery import Action, Kind
from scheduler.domain.publication import Action as Did
from scheduler.domain.publication import State
from scheduler.services import holding, people
from scheduler.store import deliveries, publications, rows
from scheduler.store.tables import Channel, Delivery, Post, Publication, ServiceNotice
from tests import build
from tests.web.conftest import PASSWORD, START, Town, token
from tests.web.drafts import LIMITS, words

PAGE = "/fjordvik/notices/"
WHAT = "Vannet er borte"
CAN_EDIT = 8


@pytest.fixture
def channel_ids(town: Town) -> list[int]:
    """Two channels: the municipality's own, and the school's."""
    return [
        a_channel(town, name="Fjordvik", limits=LIMITS),
        a_channel(town, name="Skulen", unit_id=town.unit_id, limits={**LIMITS, "characters": 60}),
    ]


def a_channel(town: Town, **values: Any) -> int:
    with town.db.begin(town.municipality_id) as session:
        return build.channel(session, can=CAN_EDIT, **values).pk


def jonas(town: Town) -> FlaskClient:
    """At the service desk."""
    with town.db.begin(town.municipality_id) as session:
        people.add_person(
            session,
            None,
            name="Jonas Vik",
            email="jonas@fjordvik.example",
            role=Role.SERVICE_DESK,
            password=PASSWORD,
            now=START,
        )
    return town.browser_of("jonas")


def form_of(client: FlaskClient, **changed: Any) -> dict[str, Any]:
    """The form as the page shows it, with what a person filled in."""
    text = client.get(PAGE).get_data(as_text=True)
    key = re.search(r'name="key"[^>]*value="([^"]+)"', text)
    assert key
    checked = re.findall(r'name="channel"[^>]*value="(\d+)" checked', text)
    language = re.search(r'name="language" value="(\w+)" checked', text)
    assert language
    held = {"what": WHAT, "place": "", "until": "", "link": "", "language": language[1]}
    return {**held, "channel": checked, "key": key[1], "csrf_token": token(client, PAGE), **changed}


def send(client: FlaskClient, **changed: Any) -> Any:
    return client.post(PAGE, data=form_of(client, **changed))


def press(client: FlaskClient, path: str) -> Any:
    return client.post(f"{PAGE}{path}", data={"csrf_token": token(client, PAGE)}, follow_redirects=True)


def notices(town: Town) -> list[ServiceNotice]:
    with town.db.read(town.municipality_id) as session:
        return rows.every(session, ServiceNotice)


def publishing(town: Town) -> list[Publication]:
    with town.db.read(town.municipality_id) as session:
        return rows.every(session, Publication)


def is_out(town: Town) -> Publication:
    """As if the worker had sent the one notice; its publication."""
    with town.db.begin(town.municipality_id) as session:
        (delivery,) = rows.every(session, Delivery, col(Delivery.kind) == Kind.PUBLISH)
        assert deliveries.change(session, delivery, Action.CLAIM, now=town.clock())
        session.refresh(delivery)
        assert deliveries.change(session, delivery, Action.CONFIRM, now=town.clock())
        (publication,) = rows.every(session, Publication)
        publications.change(session, publication, Did.SENT, now=town.clock(), person_id=None)
        return publication


def test_a_notice_is_sent_by_the_service_desk_from_one_field_and_one_press(town: Town, channel_ids: list[int]) -> None:
    client = jonas(town)
    sent = send(client)
    assert sent.status_code == 303
    shown = words(client.get(sent.location))
    assert {"Fjordvik", "Skulen"} <= set(re.findall(r'notice-channel">(\w+)<', shown))
    assert "På vei ut i Fjordvik, Skulen." in shown
    assert [each.state for each in publishing(town)] == [State.GOING_OUT] * 2
    assert sorted(each.channel_id for each in publishing(town)) == channel_ids
    assert client.get(f"/fjordvik/posts/{notices(town)[0].post_id}").status_code == 200


@pytest.mark.usefixtures("channel_ids")
def test_the_same_form_sent_twice_goes_out_once(town: Town) -> None:
    client = town.browser_of("kari")
    form = form_of(client)
    first, second = client.post(PAGE, data=form), client.post(PAGE, data=form)
    assert first.location == second.location
    assert "går ut én gang" in words(client.get(second.location))
    assert len(notices(town)) == 1


@pytest.mark.usefixtures("channel_ids")
def test_a_form_that_says_something_else_is_kept_and_a_further_press_sends_it(town: Town) -> None:
    client = town.browser_of("kari")
    form = form_of(client)
    client.post(PAGE, data=form)
    asked = client.post(PAGE, data={**form, "what": "Veien er stengt"})
    text = words(asked)
    assert (asked.status_code, "Veien er stengt" in text, len(notices(town))) == (422, True, 1)
    fresh = re.search(r'name="key"[^>]*value="([^"]+)"', text)
    assert fresh
    client.post(PAGE, data={**form, "what": "Veien er stengt", "key": fresh[1]})
    assert [each.what for each in notices(town)] == [WHAT, "Veien er stengt"]


@pytest.mark.usefixtures("channel_ids")
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(town: Town) -> None:
    long = {"what": "Vannet er borte i hele sentrum og på Nes", "until": "ut dagen"}
    mistakes: list[tuple[dict[str, Any], str]] = [
        ({"what": " "}, "Skriv hva som har skjedd."),
        ({"what": "x" * 301}, "Dette er for langt"),
        ({"link": "javascript:alert(1)"}, "https://"),
        ({"language": "en"}, "Velg"),
        ({"channel": []}, "Velg minst én kanal."),
        ({"channel": ["999"]}, "Velg fra listen."),
        (long, "Skulen (70/60)"),
    ]
    client = town.browser_of("kari")
    for wrong, told in mistakes:
        answer = send(client, **{"place": "i Strandgata", **wrong})
        text = words(answer)
        assert (answer.status_code, told in text, 'value="i Strandgata"' in text) == (422, True, True), told
    assert publishing(town) == []


def test_a_hold_is_told_before_anything_is_sent_with_who_and_why_and_the_text_stands(
    town: Town, channel_ids: list[int]
) -> None:
    with town.db.begin(town.municipality_id) as session:
        holding.hold(session, None, channel_id=channel_ids[0], reason="Øvelse i dag", now=START)
    client = town.browser_of("kari")
    text = words(client.get(PAGE))
    assert "Går ut i Skulen<" in text
    assert "«Øvelse i dag»" in text
    refused = send(client, channel=channel_ids)
    text = words(refused)
    assert (refused.status_code, "blir holdt tilbake av dem som drifter tjenesten" in text, WHAT in text) == (
        422,
        True,
        True,
    )
    assert publishing(town) == []


@pytest.mark.usefixtures("channel_ids")
def test_when_everything_is_held_back_one_press_tells_who_and_why(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        holding.hold(session, None, channel_id=None, reason="Ulykke", now=START)
    client = town.browser_of("kari")
    assert "Alt blir holdt tilbake" in words(client.get(PAGE))
    refused = send(client)
    assert (refused.status_code, "med begrunnelsen «Ulykke»" in words(refused)) == (422, True)


def test_a_paused_channel_is_left_out_and_named(town: Town, channel_ids: list[int]) -> None:
    with town.db.begin(town.municipality_id) as session:
        rows.get(session, Channel, channel_ids[0]).paused_code = "token_dead"
    client = town.browser_of("kari")
    assert "Fjordvik er satt på pause" in words(client.get(PAGE))
    assert "Ikke sendt i Fjordvik" in words(client.get(send(client, channel=channel_ids).location))
    assert [each.channel_id for each in publishing(town)] == channel_ids[1:]


@pytest.mark.usefixtures("channel_ids")
def test_a_preview_shows_the_text_and_says_gently_that_the_words_are_in_the_other_standard(town: Town) -> None:
    client = town.browser_of("kari")
    form = form_of(client, what="Vi veit ikkje kvifor vegen er stengd", until="16")
    text = words(client.post(f"{PAGE}preview", data=form))
    assert "Vi veit ikkje kvifor vegen er stengd. Varer til kl. 16." in text
    assert "ser ut til å være nynorsk" in text
    assert publishing(town) == []


def test_one_who_may_not_send_sees_the_list_and_why_there_is_no_form(town: Town, channel_ids: list[int]) -> None:
    send(town.browser_of("kari"))
    client = town.browser_of("rita")
    text = words(client.get(PAGE))
    assert WHAT in text
    assert "Du kan ikke sende driftsmeldinger" in text
    assert 'id="notice"' not in text
    assert "Si at det er over" not in text
    for path in ("", f"{notices(town)[0].post_id}/over", f"1/{channel_ids[0]}/again", f"1/{channel_ids[0]}/tell-anew"):
        assert client.post(f"{PAGE}{path}", data={"csrf_token": token(client, PAGE)}).status_code == 403


def test_a_units_leader_sends_in_the_units_own_channels_alone(town: Town, channel_ids: list[int]) -> None:
    client = town.browser_of("lars")
    assert "Fjordvik<" not in words(client.get(PAGE)).split('id="notice"', 1)[1].split("</form>", 1)[0]
    send(client)
    (publication,) = publishing(town)
    assert publication.channel_id == channel_ids[1]
    with town.db.read(town.municipality_id) as session:
        assert rows.get(session, Post, publication.post_id).unit_id == town.unit_id
    whole = notices(town)[0].post_id
    assert "Si at det er over" in words(client.get(PAGE))
    send(town.browser_of("kari"))
    assert press(client, f"{whole + 1}/over").status_code == 403


def test_without_a_channel_the_page_says_so(town: Town) -> None:
    text = words(town.browser_of("kari").get(PAGE))
    assert "Ingen steder å sende" in text
    assert "Ingen driftsmelding gjelder nå" in text


def test_it_is_over_in_one_press_and_a_second_one_does_nothing(town: Town) -> None:
    a_channel(town, name="Fjordvik", limits=LIMITS)
    client = jonas(town)
    send(client)
    post_id = is_out(town).post_id
    assert "Rettingen er på vei." in words(press(client, f"{post_id}/over"))
    assert "Noen har allerede sagt at det er over." in words(press(client, f"{post_id}/over"))
    with town.db.read(town.municipality_id) as session:
        (update,) = rows.every(session, Delivery, col(Delivery.kind) == Kind.UPDATE)
        told = deliveries.content_of(session, update.pk).text
    assert told == "Over kl. 09.30: Dette gjelder ikke lenger.\n\nMeldingen var: Vannet er borte."
    assert "meldt av Jonas Vik" in words(client.get(PAGE))


def test_what_is_over_is_not_to_be_copied_out_by_hand_any_more(town: Town) -> None:
    a_channel(town, name="Facebook", platform="manual", limits=LIMITS)
    client = jonas(town)
    send(client)
    with town.db.read(town.municipality_id) as session:
        (notice,) = rows.every(session, ServiceNotice)
    page = f"/fjordvik/posts/{notice.post_id}"
    assert "Klar til å kopieres" in words(client.get(page))
    press(client, f"{notice.post_id}/over")
    for address in (page, "/fjordvik/queue/"):
        told = words(client.get(address))
        assert "Det er over, så ikke legg den ut nå." in told
        assert "Klar til å kopieres" not in told


def test_how_it_is_now_can_be_said_on_a_page_of_its_own(town: Town) -> None:
    a_channel(town, name="Fjordvik", limits=LIMITS)
    client = town.browser_of("kari")
    send(client)
    post_id = is_out(town).post_id
    path = f"{PAGE}{post_id}/over"
    assert WHAT in words(client.get(path))
    form = {"csrf_token": token(client, PAGE), "words": "x" * 301}
    assert client.post(path, data=form).status_code == 422
    client.post(path, data={**form, "words": "Vannet er tilbake"})
    assert client.get(path).status_code == 302 or client.get(path).status_code == 303
    with town.db.read(town.municipality_id) as session:
        (update,) = rows.every(session, Delivery, col(Delivery.kind) == Kind.UPDATE)
        assert deliveries.content_of(session, update.pk).text.startswith("Over kl. 09.30: Vannet er tilbake.")


def test_where_nothing_can_be_corrected_the_way_out_is_one_press(town: Town) -> None:
    channel_id = a_channel(town, name="Fjordvik", limits=LIMITS)
    client = jonas(town)
    send(client)
    publication = is_out(town)
    with town.db.begin(town.municipality_id) as session:
        rows.get(session, Channel, channel_id).can = 0
    text = words(press(client, f"{publication.post_id}/over"))
    assert "Sier fortsatt at det varer" in text
    path = f"{publication.post_id}/{publication.pk}/tell-anew"
    assert f'formaction="{PAGE}{path}"' in text
    assert "Sagt i en ny melding" in words(press(client, path))
    assert len(notices(town)) == 2


def test_what_failed_waits_for_the_service_desk_too_and_goes_out_again_from_there(town: Town) -> None:
    a_channel(town, name="Fjordvik", limits=LIMITS)
    client = jonas(town)
    send(client)
    with town.db.begin(town.municipality_id) as session:
        (delivery,) = rows.every(session, Delivery)
        deliveries.change(session, delivery, Action.LAPSE, now=town.clock())
        (publication,) = rows.every(session, Publication)
        publications.change(
            session,
            publication,
            Did.FAILED,
            now=town.clock(),
            person_id=None,
            problem_code="notice_too_late",
        )
    queue = words(client.get("/fjordvik/queue/?tab=needs_you"))
    assert WHAT in queue
    assert "Driftsmelding" in queue
    post_page = words(client.get(f"/fjordvik/posts/{publication.post_id}"))
    assert f'action="{PAGE}{publication.post_id}/{publication.pk}/again"' in post_page
    assert "innen to timer" in words(client.get(PAGE))
    path = f"{publication.post_id}/{publication.pk}/again"
    assert "Det er på vei ut." in words(press(client, path))
    assert "Den er på vei allerede." in words(press(client, path))


def test_a_notice_that_is_a_draft_again_offers_no_time_on_the_posts_page(town: Town) -> None:
    a_channel(town, name="Fjordvik", limits=LIMITS)
    client = town.browser_of("kari")
    send(client)
    with town.db.begin(town.municipality_id) as session:
        (publication,) = rows.every(session, Publication)
        publications.change(session, publication, Did.FAILED, now=town.clock(), person_id=None)
        publications.change(session, publication, Did.EDIT, now=town.clock(), person_id=None)
    text = words(client.get(f"/fjordvik/posts/{publication.post_id}"))
    assert "Driftsmelding" in text
    assert 'value="schedule"' not in text
    assert "date-" not in text
    assert "Send nå" in text


def test_the_lists_are_asked_again_alone_and_are_paged(town: Town, post: Callable[..., Any]) -> None:
    a_channel(town, name="Fjordvik", limits=LIMITS)
    client = town.browser_of("kari")
    with town.db.begin(town.municipality_id) as session:
        for number in range(22):
            written = build.post(session, title=f"Melding {number}", kind="service_notice")
            rows.add(
                session, ServiceNotice(municipality_id=1, post_id=written.pk, what=f"Melding {number}", done_at=START)
            )
    whole = client.get(PAGE)
    part = client.get(PAGE, headers={"HX-Request": "true"})
    assert "<html" not in words(part)
    again = client.get(PAGE, headers={"HX-Request": "true", "HX-PTag": part.headers["HX-PTag"]})
    assert again.status_code == 304
    following = re.search(r'rel="next" href="([^"]+)"', words(whole))
    assert following
    last = words(client.get(following[1]))
    assert ("Melding 1<" in last, "Melding 21<" in last, 'rel="next"' in last) == (True, False, False)
