"""What is Mastodon's own: servers that differ, pictures that take their time, long listings, and refusals in many words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.contract import Can, ConnectorError, Receipt, Remedy
from connectors.http import Http
from connectors.mastodon import Mastodon
from scheduler.clock import Clock
from tests.connectors.build import a_post, an_attempt, an_image
from tests.connectors.mastodon_server import Canned, LossyLine, Mishap

CLOCK = Clock()
STATUSES, MEDIA = "/api/v1/statuses", "/api/v2/media"


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def mastodon(http: Http, line: LossyLine, token: str, waited: list[float]) -> Mastodon:
    return Mastodon(
        http,
        server=line.address,
        access_token=token,
        now=CLOCK,
        deadline=timedelta(seconds=5),
        wait=waited.append,
    )


def error_of(deed: Callable[[], object]) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        deed()
    return raised.value


# --- the account ---


def test_an_account_is_who_the_token_belongs_to(mastodon: Mastodon, line: LossyLine) -> None:
    account = mastodon.account()
    assert account.name == "Fjordvik kommune"
    assert account.url
    assert account.expires_at is None
    (asked,) = line.made("GET", "/api/v1/accounts/verify_credentials")
    assert asked.headers["Authorization"].startswith("Bearer secret-of-account-")


def test_limits_are_read_from_the_server(mastodon: Mastodon) -> None:
    found = mastodon.account().limits
    assert (found.characters, found.link_weight, found.images) == (500, 23, 4)
    assert found.image_bytes == 10_485_760
    assert found.image_types == ("image/jpeg", "image/png", "image/gif", "image/webp")


def test_an_older_server_is_asked_on_its_older_page(mastodon: Mastodon, line: LossyLine) -> None:
    line.plan("GET", "/api/v2/instance", Canned(status=404, body={"error": "Not found"}))
    assert mastodon.account().limits.characters == 500
    assert len(line.made("GET", "/api/v1/instance")) == 1


def test_a_link_weighs_what_the_server_says(mastodon: Mastodon) -> None:
    found = mastodon.account().limits
    link = "https://fjordvik.example/" + "a" * 300
    assert mastodon.complaints(a_post("å" * 476 + " " + link), found) == frozenset()
    assert mastodon.complaints(a_post("å" * 477 + " " + link), found)


def test_scopes_are_read_where_the_server_tells_them(mastodon: Mastodon, line: LossyLine) -> None:
    line.plan("GET", "/api/v1/apps/verify_credentials", Canned(status=200, body={"name": "x", "scopes": ["read"]}))
    assert Can.PUBLISH not in mastodon.account().can


@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        (404, "Not found", "not_mastodon"),
        (403, "Your login is currently disabled", "account_disabled"),
        (403, "This action is outside the authorized scopes", "scope_missing"),
        (401, "The access token is invalid", "token_dead"),
    ],
)
def test_an_account_that_cannot_be_read_must_be_connected_again(
    mastodon: Mastodon, line: LossyLine, status: int, said: str, code: str
) -> None:
    line.plan("GET", "/api/v1/accounts/verify_credentials", Canned(status=status, body={"error": said}))
    error = error_of(mastodon.account)
    assert (error.remedy, error.code) == (Remedy.RECONNECT, code)


def test_a_page_that_is_no_account_is_not_taken_for_one(mastodon: Mastodon, line: LossyLine) -> None:
    line.plan("GET", "/api/v1/accounts/verify_credentials", Canned(status=200, body=["welcome"]))
    assert error_of(mastodon.account).code == "broken_answer"


# --- publishing ---


def test_a_post_goes_out_with_its_key_and_its_language(mastodon: Mastodon, line: LossyLine) -> None:
    attempt = an_attempt(CLOCK())
    mastodon.publish(a_post("Ny gangveg."), attempt)
    (call,) = line.made("POST", STATUSES)
    assert call.headers["Idempotency-Key"] == attempt.key
    assert call.json() == {"status": "Ny gangveg.", "visibility": "public", "language": "nn"}


def test_publishing_is_one_call(mastodon: Mastodon, line: LossyLine) -> None:
    post = a_post("Ny gangveg.", an_image())
    attempt = mastodon.prepare(post, an_attempt(CLOCK()))
    line.calls.clear()
    mastodon.publish(post, attempt)
    assert [(call.method, call.path) for call in line.calls] == [("POST", STATUSES)]


@pytest.mark.parametrize(
    ("status", "said", "remedy", "code"),
    [
        (422, "Validation failed: Text character limit of 500 exceeded", Remedy.REWRITE, "too_long"),
        (422, "Validation failed: Text can't be blank", Remedy.REWRITE, "empty"),
        (
            422,
            "Cannot attach files that have not finished processing. Try again in a moment!",
            Remedy.WAIT,
            "picture_not_ready",
        ),
        (422, "Media 5 not found or already attached to another post", Remedy.CHECK, "picture_used"),
        (400, "Bad Request: media attachment 01J already attached to a status", Remedy.CHECK, "picture_used"),
        (403, "This action is outside the authorized scopes", Remedy.NOT_ALLOWED, "scope_missing"),
        (403, "Your login is currently disabled", Remedy.RECONNECT, "account_disabled"),
        (403, "This action is not allowed", Remedy.NOT_ALLOWED, "not_allowed"),
        (404, "Not found", Remedy.RECONNECT, "not_mastodon"),
        (422, "Validation failed: something new", Remedy.REWRITE, "refused"),
        (500, "", Remedy.CHECK, "server_error"),
        (502, "", Remedy.CHECK, "server_error"),
        (503, "", Remedy.CHECK, "server_error"),
        (302, "", Remedy.CHECK, "unexpected_answer"),
    ],
)
def test_a_refusal_says_what_to_do_next(
    mastodon: Mastodon, line: LossyLine, status: int, said: str, remedy: Remedy, code: str
) -> None:
    line.plan("POST", STATUSES, Canned(status=status, body={"error": said}))
    error = error_of(lambda: mastodon.publish(a_post(), an_attempt(CLOCK())))
    assert (error.remedy, error.code, error.status) == (remedy, code, status)


def test_a_refused_post_with_pictures_may_have_gone_out_before(mastodon: Mastodon, line: LossyLine) -> None:
    """The server uses a picture once, and may say so in any language."""
    post = a_post("Ny gangveg.", an_image())
    attempt = mastodon.prepare(post, an_attempt(CLOCK()))
    line.plan("POST", STATUSES, Canned(status=422, body={"error": "Valideringsfeil: vedlegget er brukt"}))
    assert error_of(lambda: mastodon.publish(post, attempt)).remedy is Remedy.CHECK


@pytest.mark.parametrize("body", [{}, {"id": ""}, {"id": "5"}, {"id": "5", "created_at": "yesterday"}, [], "ok", None])
def test_an_answer_to_a_post_that_cannot_be_read_leaves_doubt(
    mastodon: Mastodon, line: LossyLine, body: object
) -> None:
    line.plan("POST", STATUSES, Canned(status=200, body=body))
    assert error_of(lambda: mastodon.publish(a_post(), an_attempt(CLOCK()))).remedy is Remedy.CHECK


def test_a_server_that_cannot_be_reached_has_certainly_done_nothing(http: Http) -> None:
    nobody = Mastodon(http, server="http://127.0.0.1:9", access_token="secret-of-nobody", now=CLOCK)
    assert error_of(lambda: nobody.publish(a_post(), an_attempt(CLOCK()))).remedy is Remedy.WAIT


@pytest.mark.parametrize(
    "headers",
    [
        lambda back: {"X-RateLimit-Reset": back.isoformat()},
        lambda back: {"X-RateLimit-Reset": back.isoformat(timespec="milliseconds").replace("+00:00", "Z")},
        lambda back: {"X-RateLimit-Reset": str(int(back.timestamp()))},
        lambda _: {"Retry-After": "120"},
        lambda back: {"Retry-After": back.strftime("%a, %d %b %Y %H:%M:%S GMT")},
    ],
    ids=["ISO", "ISO with Z", "epoch", "seconds", "HTTP date"],
)
@pytest.mark.parametrize("status", [429, 503])
def test_every_dialect_of_a_rate_limit_is_read(
    mastodon: Mastodon, line: LossyLine, headers: Callable[[datetime], dict[str, str]], status: int
) -> None:
    back = CLOCK() + timedelta(seconds=120)
    line.plan("POST", STATUSES, Canned(status=status, headers=headers(back), body={"error": "Too many requests"}))
    error = error_of(lambda: mastodon.publish(a_post(), an_attempt(CLOCK())))
    assert error.remedy is Remedy.WAIT
    assert error.retry_at is not None
    assert abs(error.retry_at - back) < timedelta(seconds=20)


# --- pictures ---


def test_a_picture_is_uploaded_with_its_words(mastodon: Mastodon, line: LossyLine) -> None:
    attempt = mastodon.prepare(a_post("x", an_image("Ei bru i regn – og tåke")), an_attempt(CLOCK()))
    (call,) = line.made("POST", MEDIA)
    assert "Ei bru i regn – og tåke".encode() in call.body
    assert len(list(attempt.frozen["media_ids"])) == 1  # type: ignore[arg-type]  # a list here


def test_what_is_frozen_survives_the_database(mastodon: Mastodon) -> None:
    post = a_post("Ny gangveg.", an_image("Gangvegen"))
    attempt = mastodon.prepare(post, an_attempt(CLOCK()))
    stored = replace(attempt, frozen=json.loads(json.dumps(dict(attempt.frozen))))
    standing = mastodon.publish(post, stored)
    assert mastodon.find_published(post, stored) == standing


def test_pictures_that_are_still_there_are_not_uploaded_again(mastodon: Mastodon, line: LossyLine) -> None:
    post = a_post("x", an_image(), an_image("to"))
    once = mastodon.prepare(post, an_attempt(CLOCK()))
    assert mastodon.prepare(post, once) == once
    assert len(line.made("POST", MEDIA)) == 2


def test_pictures_that_the_server_threw_away_are_uploaded_afresh(mastodon: Mastodon, line: LossyLine) -> None:
    post = a_post("x", an_image())
    once = mastodon.prepare(post, an_attempt(CLOCK()))
    line.plan("GET", "/api/v1/media/.*", Canned(status=404, body={"error": "Record not found"}))
    assert mastodon.prepare(post, once).frozen != once.frozen


def test_a_picture_that_takes_its_time_is_waited_for(mastodon: Mastodon, line: LossyLine, waited: list[float]) -> None:
    line.plan("POST", MEDIA, Canned(status=202, body={"id": "77", "type": "image", "url": None}))
    line.plan("GET", "/api/v1/media/77", Canned(status=206, body={"id": "77", "url": None}), times=2)
    line.plan("GET", "/api/v1/media/77", Canned(status=200, body={"id": "77", "url": "https://x.example/7.png"}))
    attempt = mastodon.prepare(a_post("x", an_image()), an_attempt(CLOCK()))
    assert attempt.frozen["media_ids"] == ["77"]
    assert len(waited) == 3


def test_a_picture_that_takes_too_long_is_kept_and_the_post_waits(
    mastodon: Mastodon, line: LossyLine, waited: list[float]
) -> None:
    line.plan("POST", MEDIA, Canned(status=202, body={"id": "77", "type": "image", "url": None}))
    line.plan("GET", "/api/v1/media/77", Canned(status=206, body={"id": "77", "url": None}), times=None)
    attempt = mastodon.prepare(a_post("x", an_image()), an_attempt(CLOCK()))
    assert attempt.frozen["media_ids"] == ["77"]
    assert sum(waited) < 5


@pytest.mark.parametrize("mishap", [Mishap.LOSE_ANSWER, Mishap.CUT_ANSWER])
def test_a_lost_upload_is_no_lost_post(mastodon: Mastodon, line: LossyLine, mishap: Mishap) -> None:
    line.plan("POST", MEDIA, mishap)
    post = a_post("x", an_image())
    assert error_of(lambda: mastodon.prepare(post, an_attempt(CLOCK()))).remedy is Remedy.WAIT


def test_a_picture_that_the_server_refuses_is_for_a_person(mastodon: Mastodon, line: LossyLine) -> None:
    line.plan("POST", MEDIA, Canned(status=422, body={"error": "Validation failed: File content type is invalid"}))
    assert error_of(lambda: mastodon.prepare(a_post("x", an_image()), an_attempt(CLOCK()))).remedy is Remedy.REWRITE


# --- looking up ---


def _a_status(number: int, text: str, created_at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "created_at": created_at.isoformat().replace("+00:00", "Z"),
        "content": f"<p>{text}</p>",
        "url": f"https://mastodon.example/@fjordvik/{number}",
        "reblog": None,
        "in_reply_to_id": None,
        "media_attachments": [],
        **more,
    }


def test_the_listing_is_paged_until_it_reaches_behind_the_first_try(mastodon: Mastodon, line: LossyLine) -> None:
    tried = CLOCK() - timedelta(minutes=10)
    newer = [_a_status(200 - each, f"nyare {each}", tried + timedelta(minutes=9)) for each in range(40)]
    older = [_a_status(100, "Den vi leitar etter.", tried), _a_status(99, "gammal", tried - timedelta(hours=1))]
    line.plan("GET", "/api/v1/accounts/.*/statuses", Canned(status=200, body=newer))
    line.plan("GET", "/api/v1/accounts/.*/statuses", Canned(status=200, body=older), times=None)
    found = mastodon.find_published(a_post("Den vi leitar etter."), an_attempt(tried))
    assert found == Receipt(remote_id="100", url="https://mastodon.example/@fjordvik/100", at=tried)
    assert mastodon.find_published(a_post("Aldri sendt."), an_attempt(tried)) is None
    assert "max_id=161" in line.made("GET", "/api/v1/accounts/.*/statuses")[1].path


def test_a_listing_that_never_reaches_back_cannot_tell(mastodon: Mastodon, line: LossyLine) -> None:
    now = CLOCK()
    newest = [_a_status(200 - each, f"nyare {each}", now) for each in range(40)]
    line.plan("GET", "/api/v1/accounts/.*/statuses", Canned(status=200, body=newest), times=None)
    error = error_of(lambda: mastodon.find_published(a_post(), an_attempt(now)))
    assert (error.remedy, error.code) == (Remedy.CHECK, "cannot_tell")


@pytest.mark.parametrize("body", [{}, None, [{}], [{"id": "1"}], [1], [{"id": "1", "created_at": 7}]])
def test_a_listing_that_cannot_be_read_is_no_proof_of_absence(
    mastodon: Mastodon, line: LossyLine, body: object
) -> None:
    line.plan("GET", "/api/v1/accounts/.*/statuses", Canned(status=200, body=body), times=None)
    assert error_of(lambda: mastodon.find_published(a_post(), an_attempt(CLOCK()))).code == "broken_answer"


@pytest.mark.parametrize("more", [{"reblog": {"id": "4"}}, {"in_reply_to_id": "4"}])
def test_a_boost_or_a_reply_with_our_words_is_not_our_post(
    mastodon: Mastodon, line: LossyLine, more: dict[str, object]
) -> None:
    page = [_a_status(5, "Same ord.", CLOCK(), **more), _a_status(4, "gammal", CLOCK() - timedelta(days=1))]
    line.plan("GET", "/api/v1/accounts/.*/statuses", Canned(status=200, body=page))
    assert mastodon.find_published(a_post("Same ord."), an_attempt(CLOCK())) is None


def test_a_post_is_known_by_its_pictures_when_the_server_changed_its_words(mastodon: Mastodon, line: LossyLine) -> None:
    page = [_a_status(5, "Heilt endra.", CLOCK(), media_attachments=[{"id": "77"}])]
    line.plan("GET", "/api/v1/accounts/.*/statuses", Canned(status=200, body=page))
    attempt = replace(an_attempt(CLOCK()), frozen={"media_ids": ["77"]})
    found = mastodon.find_published(a_post("Våre ord.", an_image()), attempt)
    assert found is not None
    assert found.remote_id == "5"


def test_a_text_of_nothing_but_signs_cannot_be_told_from_others(mastodon: Mastodon) -> None:
    """A server may read them as emphasis and show nothing at all."""
    assert error_of(lambda: mastodon.find_published(a_post("***"), an_attempt(CLOCK()))).code == "cannot_tell"


# --- correcting and deleting ---


def test_a_correction_names_the_pictures_so_that_they_stay(mastodon: Mastodon, line: LossyLine) -> None:
    post = a_post("Ope til 18.", an_image("Biblioteket"))
    attempt = mastodon.prepare(post, an_attempt(CLOCK()))
    standing = mastodon.publish(post, attempt)
    mastodon.correct(standing.remote_id, a_post("Ope til 19.", an_image("Biblioteket om kvelden")), attempt)
    (call,) = line.made("PUT", f"{STATUSES}/{standing.remote_id}")
    media_ids = list(attempt.frozen["media_ids"])  # type: ignore[arg-type]  # a list here
    assert call.json()["media_ids"] == media_ids
    assert call.json()["media_attributes"] == [{"id": media_ids[0], "description": "Biblioteket om kvelden"}]


@pytest.mark.parametrize("mishap", [Mishap.LOSE_ANSWER, Mishap.RESET])
def test_a_lost_answer_to_a_deletion_leaves_doubt_and_then_the_post_is_gone(
    mastodon: Mastodon, line: LossyLine, mishap: Mishap
) -> None:
    standing = mastodon.publish(a_post(), an_attempt(CLOCK()))
    line.plan("DELETE", f"{STATUSES}/.*", mishap)
    assert error_of(lambda: mastodon.delete(standing.remote_id)).remedy is Remedy.CHECK
    assert error_of(lambda: mastodon.delete(standing.remote_id)).remedy is Remedy.GONE


def test_an_id_cannot_lead_to_another_address(mastodon: Mastodon, line: LossyLine) -> None:
    error_of(lambda: mastodon.delete("1/../../apps?x=#y"))
    (call,) = line.calls
    assert call.path == f"{STATUSES}/1%2F..%2F..%2Fapps%3Fx%3D%23y"
