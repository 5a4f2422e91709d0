"""One suite for every connector that hides comments: hidden from the public, kept for us, and shown again when we change our mind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.contract import Can, CommentRef, ConnectorError, Moderates, Remedy, Visibility
from tests.connectors.talk_rigs import TALK_RIGS, TalkRig, able, losses, over, ref
from tests.connectors.test_listens_contract import swept


def moderating(talk: TalkRig) -> Moderates:
    assert isinstance(talk.connector, Moderates)
    return talk.connector


def written(talk: TalkRig) -> CommentRef:
    thread_id = talk.we_post("Vegen er stengt.")
    comment_id = talk.somebody_writes(thread_id, "Ordføraren er ein tosk!")
    return ref(swept(talk, thread_id)[comment_id])


def seen(talk: TalkRig, comment: CommentRef) -> Visibility:
    return swept(talk, comment.thread_id)[comment.remote_id].visibility


def both(talk: TalkRig, comment: CommentRef) -> list[Callable[[], object]]:
    return [lambda: moderating(talk).hide(comment), lambda: moderating(talk).unhide(comment)]


def error_of(deed: Callable[[], object]) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        deed()
    return raised.value


def test_every_platform_that_hides_stands_in_this_suite() -> None:
    assert able(Can.HIDE) == {name for name, rig in TALK_RIGS.items() if Can.HIDE in rig.can}


@over(Can.HIDE)
def test_an_account_that_says_it_hides_has_the_shape_of_the_contract(talk: TalkRig) -> None:
    assert isinstance(talk.connector, Moderates)
    assert Can.HIDE in talk.connector.account().can


@over(Can.HIDE | Can.READ)
def test_what_is_hidden_is_seen_by_us_alone_until_it_is_shown_again(talk: TalkRig) -> None:
    comment = written(talk)
    moderating(talk).hide(comment)
    assert not talk.public_sees(comment.remote_id)
    assert seen(talk, comment) is Visibility.HIDDEN
    moderating(talk).unhide(comment)
    assert talk.public_sees(comment.remote_id)
    assert seen(talk, comment) is Visibility.VISIBLE


@over(Can.HIDE | Can.READ)
def test_both_may_be_repeated(talk: TalkRig) -> None:
    comment = written(talk)
    for deed, found in zip(both(talk, comment), (Visibility.HIDDEN, Visibility.VISIBLE), strict=True):
        deed()
        deed()
        assert seen(talk, comment) is found


@losses(Can.HIDE | Can.READ)
def test_a_lost_answer_is_met_by_doing_it_again(talk: TalkRig, how: str) -> None:
    comment = written(talk)
    talk.lose_answer(how)
    assert error_of(lambda: moderating(talk).hide(comment)).remedy is Remedy.CHECK
    moderating(talk).hide(comment)
    assert seen(talk, comment) is Visibility.HIDDEN


@over(Can.HIDE)
def test_what_was_deleted_meanwhile_is_gone(talk: TalkRig) -> None:
    comment = written(talk)
    talk.somebody_deletes(comment.remote_id)
    for deed in both(talk, comment):
        assert error_of(deed).remedy is Remedy.GONE


@over(Can.HIDE)
def test_a_rate_limit_hides_nothing(talk: TalkRig) -> None:
    comment = written(talk)
    talk.limit_rate()
    assert error_of(lambda: moderating(talk).hide(comment)).remedy is Remedy.WAIT
    assert talk.public_sees(comment.remote_id)


@over(Can.HIDE)
def test_a_refusal_hides_nothing_and_is_for_a_person_to_see(talk: TalkRig) -> None:
    comment = written(talk)
    talk.refuse()
    assert error_of(lambda: moderating(talk).hide(comment)).remedy in (Remedy.NOT_ALLOWED, Remedy.REWRITE)
    assert talk.public_sees(comment.remote_id)


@over(Can.HIDE)
def test_a_dead_token_asks_for_a_new_connection(talk: TalkRig) -> None:
    comment = written(talk)
    talk.kill_token()
    for deed in both(talk, comment):
        assert error_of(deed).remedy is Remedy.RECONNECT
