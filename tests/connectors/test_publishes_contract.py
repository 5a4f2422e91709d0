"""One suite for every connector that publishes: what the engine builds on, whichever platform stands behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.contract import (
    Attempt,
    Can,
    Complaint,
    ConnectorError,
    HandsOver,
    OutgoingPost,
    Publishes,
    Receipt,
    Remedy,
)
from connectors.http import Http
from connectors.registry import PLATFORMS
from scheduler.clock import Clock
from tests.connectors.build import a_post, an_attempt, an_image
from tests.connectors.rigs import RIGS, Parts, Rig, that, without

CLOCK = Clock()
#: Texts that a platform may show in another form than it got them in.
TEXTS = {
    "norwegian": "Blåbærsyltetøy på Ærøy: «først i køa» – sa ordføraren.",
    "emoji": "Flagg 🇳🇴, familie 👨‍👩‍👧‍👦, hand 👋🏽 og hjarte ❤️",
    "a link": "Høyring om sentrumsplanen: https://www.fjordvik.example/høyring?id=7&side=2#svar",
    "a link in the middle": "Les https://fjordvik.example/a_b_c/d-e, og svar innan fredag.",
    "line breaks": "Første linje\nAndre linje\n\nNytt avsnitt\n\n\nSiste",
    "signs of HTML": "Er 3 < 5 & 5 > 3? <b>Ja</b> &amp; \"nei\" 'kanskje'",
    "signs of emphasis": "Skriv *aldri* i _skjema_ ~~9~~ `7` **no**",
    "tags and names": "Møt #Fjordvik og @fjordvik@mastodon.example eller post@fjordvik.example",
    "percent": "Oppslutnad 100% av 50%25 i %C3%85s",
    "blanks": "  To  blanke\tog\u00a0ein hard  ",
    "every place": "å" * 500,
    "one sign": "Å",
}


@pytest.fixture
def rig(request: pytest.FixtureRequest, tmp_path: Path, http: Http) -> Rig:
    parts = Parts(
        folder=tmp_path,
        http=http,
        line=lambda: request.getfixturevalue("line"),
        token=lambda: request.getfixturevalue("token"),
    )
    return RIGS[request.param](parts)


def over(names: list[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("rig", names, indirect=True)


def sent(connector: Publishes, post: OutgoingPost) -> tuple[Attempt, Receipt]:
    attempt = connector.prepare(post, an_attempt(CLOCK()))
    return attempt, connector.publish(post, attempt)


def error_of(deed: Callable[[], object]) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        deed()
    return raised.value


def test_every_platform_in_the_table_stands_in_this_suite() -> None:
    assert set(RIGS) == set(PLATFORMS)


@over([*RIGS])
def test_a_connector_keeps_the_shape_of_the_contract(rig: Rig) -> None:
    assert isinstance(rig.connector, Publishes)
    assert rig.connector.landing.late >= timedelta(0)
    assert rig.connector.landing.visibility >= timedelta(0)


@over([*RIGS])
def test_an_account_says_what_it_can_and_within_what(rig: Rig) -> None:
    account = rig.connector.account()
    assert account.can == rig.can
    assert account.name
    assert account.limits.characters > 0
    assert account.limits.images > 0


@over([*RIGS])
def test_only_who_publishes_hands_over_to_an_api(rig: Rig) -> None:
    assert (rig.connector.hands_over is HandsOver.API) == (Can.PUBLISH in rig.can)


@over([*RIGS])
def test_everything_wrong_with_a_post_is_told_at_once(rig: Rig) -> None:
    limits = replace(rig.connector.account().limits, image_bytes=60, image_types=("image/jpeg",), alt_characters=5)
    images = [an_image("altfor lang")] * (limits.images + 1)
    found = rig.connector.complaints(a_post("å" * (limits.characters + 1), *images), limits)
    assert found == {*Complaint} - {Complaint.EMPTY}
    assert rig.connector.complaints(a_post(" \n "), limits) == {Complaint.EMPTY}


@over([*RIGS])
def test_a_post_that_fills_every_place_has_nothing_wrong_with_it(rig: Rig) -> None:
    limits = rig.connector.account().limits
    images = [an_image()] * limits.images
    assert rig.connector.complaints(a_post("å" * limits.characters, *images), limits) == frozenset()


@over(that(Can.PUBLISH))
def test_what_is_published_stands_there_with_its_alternative_texts(rig: Rig) -> None:
    _, receipt = sent(rig.connector, a_post("Ny gangveg.", an_image("Gangvegen sett frå lufta"), an_image("")))
    (standing,) = rig.standing()
    assert (standing.remote_id, standing.text) == (receipt.remote_id, "Ny gangveg.")
    assert standing.alt_texts == ("Gangvegen sett frå lufta", "")


@over(that(Can.PUBLISH))
def test_preparing_twice_puts_nothing_out(rig: Rig) -> None:
    post = a_post("Ny gangveg.", an_image())
    once = rig.connector.prepare(post, an_attempt(CLOCK()))
    twice = rig.connector.prepare(post, once)
    assert rig.standing() == []
    assert (twice.key, twice.first_tried_at) == (once.key, once.first_tried_at)
    rig.connector.publish(post, twice)
    assert len(rig.standing()[0].alt_texts) == 1


@pytest.mark.parametrize(
    ("rig", "how"),
    [(name, how) for name in that(Can.PUBLISH | Can.LOOK_UP) for how in RIGS[name].losses],
    indirect=["rig"],
)
def test_a_lost_answer_is_looked_up_and_found_and_nothing_goes_out_twice(rig: Rig, how: str) -> None:
    post = a_post("Vatnet er stengt i Storgata.\nhttps://fjordvik.example/vatn", an_image())
    attempt = rig.connector.prepare(post, an_attempt(CLOCK()))
    rig.lose_answer(how)
    assert error_of(lambda: rig.connector.publish(post, attempt)).remedy is Remedy.CHECK
    found = rig.connector.find_published(post, attempt)
    (standing,) = rig.standing()
    assert found is not None
    assert found.remote_id == standing.remote_id


@over(that(Can.PUBLISH | Can.LOOK_UP))
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_text_is_found_again_whatever_form_the_platform_shows_it_in(rig: Rig, text: str) -> None:
    attempt, receipt = sent(rig.connector, a_post(text))
    found = rig.connector.find_published(a_post(text), attempt)
    assert found is not None
    assert found.remote_id == receipt.remote_id


@over(that(Can.PUBLISH | Can.LOOK_UP))
def test_what_never_went_out_is_not_found(rig: Rig) -> None:
    sent(rig.connector, a_post("Noko heilt anna."))
    assert rig.connector.find_published(a_post("Dette gjekk aldri ut."), an_attempt(CLOCK())) is None


@over(that(Can.PUBLISH | Can.LOOK_UP))
def test_what_stood_there_long_before_the_first_try_is_another_post(rig: Rig) -> None:
    attempt, _ = sent(rig.connector, a_post("Kontoret er stengt i dag."))
    later = replace(attempt, first_tried_at=CLOCK() + timedelta(minutes=30))
    assert rig.connector.find_published(a_post("Kontoret er stengt i dag."), later) is None


@over(that(Can.LOOK_UP))
def test_a_listing_that_fails_is_no_proof_of_absence(rig: Rig) -> None:
    rig.fail_reading()
    assert error_of(lambda: rig.connector.find_published(a_post(), an_attempt(CLOCK()))).remedy in (
        Remedy.WAIT,
        Remedy.CHECK,
    )


@over(that(Can.PUBLISH))
def test_a_rate_limit_is_certainly_not_done_and_says_when_to_come_back(rig: Rig) -> None:
    back = rig.limit_rate()
    error = error_of(lambda: rig.connector.publish(a_post(), an_attempt(CLOCK())))
    assert (error.remedy, error.code) == (Remedy.WAIT, "rate_limited")
    assert error.retry_at is not None
    assert abs(error.retry_at - back) < timedelta(seconds=15)
    assert rig.standing() == []


@over(that(Can.PUBLISH))
def test_a_refused_content_is_for_a_person_to_rewrite(rig: Rig) -> None:
    rig.refuse()
    assert error_of(lambda: rig.connector.publish(a_post(), an_attempt(CLOCK()))).remedy is Remedy.REWRITE
    assert rig.standing() == []


@over(that(Can.PUBLISH))
def test_a_text_that_is_too_long_is_refused_as_too_long(rig: Rig) -> None:
    post = a_post("å" * (rig.connector.account().limits.characters + 1))
    error = error_of(lambda: rig.connector.publish(post, an_attempt(CLOCK())))
    assert (error.remedy, error.code) == (Remedy.REWRITE, "too_long")
    assert rig.standing() == []


@over(that(Can.PUBLISH | Can.LOOK_UP | Can.EDIT | Can.DELETE_OWN))
def test_a_dead_token_asks_for_a_new_connection_at_every_door(rig: Rig) -> None:
    rig.kill_token()
    deeds: list[Callable[[], object]] = [
        rig.connector.account,
        lambda: rig.connector.publish(a_post(), an_attempt(CLOCK())),
        lambda: rig.connector.find_published(a_post(), an_attempt(CLOCK())),
        lambda: rig.connector.correct("1", a_post(), an_attempt(CLOCK())),
        lambda: rig.connector.delete("1"),
    ]
    for deed in deeds:
        error = error_of(deed)
        assert (error.remedy, error.code) == (Remedy.RECONNECT, "token_dead")


@over([name for name in that(Can.PUBLISH) if PLATFORMS[name].secrets()])
@pytest.mark.parametrize("lever", ["kill_token", "limit_rate", "refuse"])
def test_no_error_holds_a_secret(rig: Rig, lever: str) -> None:
    """The platforms here even repeat the token in their answers."""
    assert rig.secrets
    getattr(rig, lever)()
    error = error_of(lambda: rig.connector.publish(a_post(), an_attempt(CLOCK())))
    for secret in rig.secrets:
        assert (
            secret not in f"{error!s} {error!r} {error.detail} {error.args} {error.__cause__!r} {error.__context__!r}"
        )


@over(that(Can.EDIT))
def test_a_correction_changes_the_text_and_keeps_the_place_and_the_pictures(rig: Rig) -> None:
    attempt, receipt = sent(rig.connector, a_post("Ope til 18.", an_image("Biblioteket")))
    corrected = rig.connector.correct(receipt.remote_id, a_post("Ope til 19."), attempt)
    (standing,) = rig.standing()
    assert corrected.remote_id == receipt.remote_id
    assert (standing.text, standing.alt_texts) == ("Ope til 19.", ("Biblioteket",))


@over(that(Can.DELETE_OWN | Can.LOOK_UP))
def test_what_is_deleted_is_gone_and_a_second_time_says_so(rig: Rig) -> None:
    attempt, receipt = sent(rig.connector, a_post())
    rig.connector.delete(receipt.remote_id)
    assert rig.standing() == []
    assert rig.connector.find_published(a_post(), attempt) is None
    assert error_of(lambda: rig.connector.delete(receipt.remote_id)).remedy is Remedy.GONE


@over(that(Can.EDIT | Can.DELETE_OWN))
def test_what_is_gone_cannot_be_corrected(rig: Rig) -> None:
    attempt, receipt = sent(rig.connector, a_post())
    rig.connector.delete(receipt.remote_id)
    assert error_of(lambda: rig.connector.correct(receipt.remote_id, a_post(), attempt)).remedy is Remedy.GONE


@over(that(Can.KEY))
def test_the_same_attempt_twice_is_one_post_where_the_key_is_honoured(rig: Rig) -> None:
    attempt, receipt = sent(rig.connector, a_post())
    assert rig.connector.publish(a_post(), attempt).remote_id == receipt.remote_id
    assert len(rig.standing()) == 1


@over(without(Can.PUBLISH))
def test_who_cannot_publish_says_so(rig: Rig) -> None:
    assert error_of(lambda: rig.connector.publish(a_post(), an_attempt(CLOCK()))).remedy is Remedy.NOT_ALLOWED


@over(without(Can.LOOK_UP))
def test_who_cannot_look_up_never_claims_absence(rig: Rig) -> None:
    assert error_of(lambda: rig.connector.find_published(a_post(), an_attempt(CLOCK()))).code == "cannot_tell"


@over(without(Can.EDIT))
def test_who_cannot_correct_says_so(rig: Rig) -> None:
    assert error_of(lambda: rig.connector.correct("1", a_post(), an_attempt(CLOCK()))).remedy is Remedy.NOT_ALLOWED


@over(without(Can.DELETE_OWN))
def test_who_cannot_delete_says_so(rig: Rig) -> None:
    assert error_of(lambda: rig.connector.delete("1")).remedy is Remedy.NOT_ALLOWED
