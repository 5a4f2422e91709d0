"""One suite for every connector that answers comments: never twice, never lost, and under the comment it was meant for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract import Attempt, Can, CommentRef, ConnectorError, Receipt, Remedy, Replies
from tests.connectors.build import an_attempt
from tests.connectors.rigs import CLOCK
from tests.connectors.talk_rigs import TALK_RIGS, Said, TalkRig, able, losses, over, ref
from tests.connectors.test_listens_contract import collect, swept

#: Answers that a platform may show in another form than it got them in.
TEXTS = {
    "norwegian": "Hei! Vegen blir brøytt før klokka 7 i morgon. Helsing Kari",
    "line breaks": "Hei!\n\nVegen blir brøytt.\n\nHelsing Kari",
    "a link": "Sjå https://www.fjordvik.example/veg?id=7&side=2#svar.",
    "signs of HTML": "Er 3 < 5 & 5 > 3? <b>Ja</b> &amp; \"nei\" 'kanskje'",
    "emoji": "Takk for at du seier frå 👋🏽 ❤️",
    "names": "Spør @fjordvik eller post@fjordvik.example om #brøyting",
}


def replying(talk: TalkRig) -> Replies:
    assert isinstance(talk.connector, Replies)
    return talk.connector


def asked(talk: TalkRig, text: str = "Kor lenge er vegen stengt?", *, under: str | None = None) -> CommentRef:
    """Somebody has asked, under a post of ours (or `under` a comment), and we have heard it."""
    thread_id = talk.we_post("Vegen er stengt.")
    parent_id = talk.we_comment(thread_id, under) if under else None
    comment_id = talk.somebody_writes(thread_id, text, parent_id=parent_id)
    return ref(next(each for each in collect(talk, None, thread_id).comments if each.remote_id == comment_id))


def answered(talk: TalkRig, to: CommentRef, text: str = "Til fredag.") -> tuple[Attempt, Receipt]:
    attempt = an_attempt(CLOCK())
    return attempt, replying(talk).reply(to, text, attempt)


def said(talk: TalkRig, to: CommentRef) -> list[Said]:
    """What we said to it."""
    return [each for each in talk.we_said(to.thread_id) if each.parent_id == to.remote_id]


def error_of(deed: Callable[[], object]) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        deed()
    return raised.value


def test_every_platform_that_answers_stands_in_this_suite() -> None:
    assert able(Can.REPLY) == {name for name, rig in TALK_RIGS.items() if Can.REPLY in rig.can}


@over(Can.REPLY)
def test_an_account_that_says_it_answers_has_the_shape_of_the_contract(talk: TalkRig) -> None:
    assert isinstance(talk.connector, Replies)
    assert Can.REPLY in talk.connector.account().can


@over(Can.REPLY)
@pytest.mark.parametrize("under", [None, "Skriv her om de lurer på noko."])
def test_an_answer_stands_under_the_comment_it_answers(talk: TalkRig, under: str | None) -> None:
    to = asked(talk, under=under)
    _, receipt = answered(talk, to)
    (standing,) = said(talk, to)
    assert standing.remote_id == receipt.remote_id
    assert standing.text.endswith("Til fredag.")
    assert receipt.at is None or abs(receipt.at - CLOCK()) < timedelta(seconds=15)


@over(Can.REPLY | Can.READ)
def test_an_answer_is_collected_as_our_own_under_the_id_of_its_receipt(talk: TalkRig) -> None:
    to = asked(talk)
    _, receipt = answered(talk, to)
    collected = swept(talk, to.thread_id)[receipt.remote_id]
    assert (collected.own, collected.parent_id) == (True, to.remote_id)


@losses(Can.REPLY | Can.LOOK_UP)
def test_a_lost_answer_is_found_and_nothing_is_said_twice(talk: TalkRig, how: str) -> None:
    to, attempt = asked(talk), an_attempt(CLOCK())
    talk.lose_answer(how)
    assert error_of(lambda: replying(talk).reply(to, "Til fredag.", attempt)).remedy is Remedy.CHECK
    found = replying(talk).find_reply(to, "Til fredag.", attempt)
    (standing,) = said(talk, to)
    assert found is not None
    assert found.remote_id == standing.remote_id


@over(Can.REPLY | Can.LOOK_UP)
def test_an_answer_is_found_again_whatever_form_the_platform_shows_it_in(talk: TalkRig) -> None:
    to = asked(talk)
    said_before = [(text, *answered(talk, to, text)) for text in TEXTS.values()]
    found = {text: replying(talk).find_reply(to, text, attempt) for text, attempt, _ in said_before}
    assert {text: receipt and receipt.remote_id for text, receipt in found.items()} == {
        text: receipt.remote_id for text, _, receipt in said_before
    }


@over(Can.REPLY | Can.LOOK_UP)
def test_what_was_never_said_is_not_found(talk: TalkRig) -> None:
    to = asked(talk)
    answered(talk, to, "Noko heilt anna.")
    assert replying(talk).find_reply(to, "Til fredag.", an_attempt(CLOCK())) is None


@over(Can.REPLY | Can.LOOK_UP)
def test_anothers_words_are_not_our_answer(talk: TalkRig) -> None:
    to = asked(talk)
    talk.somebody_writes(to.thread_id, "Til fredag.", by="torstein", parent_id=to.remote_id)
    assert replying(talk).find_reply(to, "Til fredag.", an_attempt(CLOCK())) is None


@over(Can.REPLY | Can.LOOK_UP)
def test_the_same_words_to_another_are_another_answer(talk: TalkRig) -> None:
    """Ten people ask the same, and get the same answer: each is looked up by itself."""
    one, other = asked(talk), asked(talk)
    answered(talk, one)
    assert replying(talk).find_reply(other, "Til fredag.", an_attempt(CLOCK())) is None


@over(Can.REPLY | Can.LOOK_UP)
def test_what_was_said_long_before_the_first_try_is_another_answer(talk: TalkRig) -> None:
    to = asked(talk)
    attempt, _ = answered(talk, to)
    later = replace(attempt, first_tried_at=CLOCK() + timedelta(minutes=30))
    assert replying(talk).find_reply(to, "Til fredag.", later) is None


@over(Can.REPLY | Can.LOOK_UP)
def test_a_listing_that_fails_is_no_proof_that_nothing_was_said(talk: TalkRig) -> None:
    to = asked(talk)
    talk.fail_reading()
    error = error_of(lambda: replying(talk).find_reply(to, "Til fredag.", an_attempt(CLOCK())))
    assert error.remedy in (Remedy.WAIT, Remedy.CHECK)


@over(Can.REPLY)
def test_who_asked_and_then_deleted_it_cannot_be_answered(talk: TalkRig) -> None:
    to = asked(talk)
    talk.somebody_deletes(to.remote_id)
    assert error_of(lambda: answered(talk, to)).remedy is Remedy.GONE
    assert talk.we_said(to.thread_id) == []


@over(Can.REPLY)
def test_a_rate_limit_is_certainly_not_said_and_tells_when_to_come_back(talk: TalkRig) -> None:
    to, back = asked(talk), talk.limit_rate()
    error = error_of(lambda: answered(talk, to))
    assert (error.remedy, error.code) == (Remedy.WAIT, "rate_limited")
    assert error.retry_at is not None
    assert abs(error.retry_at - back) < timedelta(seconds=15)
    assert said(talk, to) == []


@over(Can.REPLY)
def test_a_refused_answer_is_for_a_person_to_rewrite(talk: TalkRig) -> None:
    to = asked(talk)
    talk.refuse()
    error = error_of(lambda: answered(talk, to))
    assert error.remedy is Remedy.REWRITE
    assert not any(secret in f"{error!s} {error.detail}" for secret in talk.secrets)
    assert said(talk, to) == []


@over(Can.REPLY)
def test_an_answer_that_is_too_long_is_refused_as_too_long(talk: TalkRig) -> None:
    to = asked(talk)
    error = error_of(lambda: answered(talk, to, "å" * (talk.connector.account().limits.characters + 1)))
    assert (error.remedy, error.code) == (Remedy.REWRITE, "too_long")
    assert said(talk, to) == []


@over(Can.REPLY)
def test_a_dead_token_asks_for_a_new_connection(talk: TalkRig) -> None:
    to = asked(talk)
    talk.kill_token()
    deeds: list[Callable[[], object]] = [
        lambda: answered(talk, to),
        lambda: replying(talk).find_reply(to, "Til fredag.", an_attempt(CLOCK())),
    ]
    for deed in deeds:
        assert error_of(deed).remedy is Remedy.RECONNECT


@over(Can.REPLY | Can.KEY)
def test_the_same_attempt_twice_is_one_answer_where_the_key_is_honoured(talk: TalkRig) -> None:
    to = asked(talk)
    attempt, receipt = answered(talk, to)
    assert replying(talk).reply(to, "Til fredag.", attempt).remote_id == receipt.remote_id
    assert len(said(talk, to)) == 1
