"""Collecting from Mastodon where it is Mastodon's own: mentions by the thousand, threads that others began, what falls out of a
listing, comments that lack what they should have, and answers to what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contract import Collected, CommentRef, ConnectorError, IncomingComment, Remedy
from connectors.http import Http
from connectors.mastodon import Mastodon
from tests.connectors.build import an_attempt
from tests.connectors.server import Answer
from tests.connectors.talking_instance import US, Instance, talking

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def instance() -> Iterator[Instance]:
    with talking() as running:
        yield running


@pytest.fixture
def mastodon(instance: Instance) -> Mastodon:
    http = Http(allow_private=True, now=lambda: NOW, user_agent="ordskifte-tests")
    return Mastodon(http, server=instance.url, access_token="secret", now=lambda: NOW)


def ids(found: Collected) -> list[str]:
    return [each.remote_id for each in found.comments]


def only(found: Collected) -> IncomingComment:
    (comment,) = found.comments
    return comment


# --- mentions ---


def test_who_mentions_us_begins_a_thread_that_speaks_to_us(mastodon: Mastodon, instance: Instance) -> None:
    asked = instance.mention(NOW - MINUTE)
    found = mastodon.collect({}, [])
    comment = only(found)
    assert (comment.remote_id, comment.thread_id, comment.parent_id, comment.own) == (asked, asked, None, False)
    (thread,) = found.threads
    assert (thread.remote_id, thread.own, thread.author_name) == (asked, False, "Person 7")


def test_a_mention_deep_in_a_thread_of_ours_stands_in_that_thread(mastodon: Mastodon, instance: Instance) -> None:
    """The post is older than a first collection reaches, and nobody has asked for it."""
    post = instance.status(NOW - 30 * DAY, by=US)
    first = instance.status(NOW - 29 * DAY, under=post)
    asked = instance.mention(NOW - MINUTE, under=first)
    found = mastodon.collect({}, [])
    assert [(each.remote_id, each.thread_id, each.parent_id) for each in found.comments] == [(asked, post, first)]
    assert [(each.remote_id, each.own) for each in found.threads] == [(post, True)]


def test_a_mention_among_strangers_brings_only_what_speaks_to_us(mastodon: Mastodon, instance: Instance) -> None:
    root = instance.status(NOW - 3 * MINUTE, by="5")
    gossip = instance.status(NOW - 2 * MINUTE, by="6", under=root)
    asked = instance.mention(NOW - MINUTE, under=gossip)
    ours = instance.status(NOW, by=US, under=asked)
    careless = instance.status(NOW, under=ours)
    aside = instance.status(NOW, by="8", under=asked)
    found = mastodon.collect({}, [])
    assert ids(found) == [asked]
    assert [(each.remote_id, each.own) for each in found.threads] == [(root, False)]
    again = mastodon.collect(found.cursor, [root])
    assert set(ids(again)) == {asked, ours, careless}
    assert aside not in ids(again)
    assert set(again.swept) == {root}


def test_a_thread_that_somebody_began_by_asking_us_holds_their_question(mastodon: Mastodon, instance: Instance) -> None:
    root = instance.mention(NOW - 2 * MINUTE)
    ours = instance.status(NOW - MINUTE, by=US, under=root)
    found = mastodon.collect(mastodon.collect({}, []).cursor, [root])
    parents = {each.remote_id: each.parent_id for each in found.comments}
    assert parents == {root: None, ours: root}
    del instance.statuses[root]
    assert mastodon.collect(found.cursor, [root]).gone == {root}


def test_a_direct_message_is_collected_nowhere(mastodon: Mastodon, instance: Instance) -> None:
    post = instance.status(NOW - MINUTE, by=US)
    instance.mention(NOW - MINUTE, visibility="direct")
    instance.mention(NOW - MINUTE, under=post, visibility="direct")
    hidden = instance.status(NOW - MINUTE, by=US, visibility="direct")
    instance.mention(NOW, under=hidden)
    found = mastodon.collect({}, [post])
    assert ids(found) == []
    assert [each.remote_id for each in found.threads] == [post]


def test_mentions_by_the_hundred_are_read_to_their_end_over_some_collections(
    mastodon: Mastodon, instance: Instance
) -> None:
    cursor = mastodon.collect({}, []).cursor
    instance.mention(NOW - DAY)
    cursor = mastodon.collect(cursor, []).cursor
    cursor = {**cursor, "mention": "0"}
    written = {instance.mention(NOW - timedelta(seconds=900 - number)) for number in range(900)}
    seen = set[str]()
    for _ in range(4):
        found = mastodon.collect(cursor, [])
        seen |= set(ids(found))
        cursor = found.cursor
    assert written <= seen


def test_the_first_collection_reaches_some_days_back_and_no_further(mastodon: Mastodon, instance: Instance) -> None:
    instance.mention(NOW - 8 * DAY)
    recent = [instance.mention(NOW - 6 * DAY + number * MINUTE) for number in range(50)]
    assert set(ids(mastodon.collect({}, []))) == set(recent)


def test_what_shows_up_a_little_late_comes_by_the_overlap_and_old_mentions_do_not_come_again(
    mastodon: Mastodon, instance: Instance
) -> None:
    old, edge, new = (instance.mention(NOW - ago * MINUTE) for ago in (60, 12, 1))
    cursor = mastodon.collect({}, []).cursor
    again = mastodon.collect(cursor, [])
    assert ids(again) == [new]
    assert {old, edge}.isdisjoint(ids(again))


def test_a_mention_that_was_taken_away_again_is_passed_over(mastodon: Mastodon, instance: Instance) -> None:
    gone, stands = instance.mention(NOW - MINUTE), instance.mention(NOW)
    del instance.statuses[gone]
    assert ids(mastodon.collect({}, [])) == [stands]


def test_a_collection_that_finds_nothing_keeps_its_place(mastodon: Mastodon, instance: Instance) -> None:
    instance.mention(NOW - 60 * MINUTE)
    instance.mention(NOW)
    cursor = mastodon.collect({}, []).cursor
    instance.notifications.clear()
    assert mastodon.collect(cursor, []).cursor["mention"] == cursor["mention"]


# --- threads ---


def test_our_posts_are_threads_and_our_answers_and_boosts_are_not(mastodon: Mastodon, instance: Instance) -> None:
    post = instance.status(NOW - MINUTE, by=US)
    instance.status(NOW, by=US, under=post)
    instance.status(NOW, by=US, reblog={"id": "9"})
    instance.status(NOW - 8 * DAY, by=US)
    assert [each.remote_id for each in mastodon.collect({}, []).threads] == [post]


def test_posts_by_the_hundred_are_found_and_only_new_ones_told_again(mastodon: Mastodon, instance: Instance) -> None:
    posts = [instance.status(NOW - (120 - number) * MINUTE, by=US) for number in range(90)]
    found = mastodon.collect({}, [])
    assert {each.remote_id for each in found.threads} == set(posts)
    new = instance.status(NOW, by=US)
    assert new in {each.remote_id for each in mastodon.collect(found.cursor, []).threads}
    assert len(mastodon.collect(found.cursor, []).threads) < 20


def test_a_post_of_ours_that_is_asked_for_takes_one_call(mastodon: Mastodon, instance: Instance) -> None:
    post = instance.status(NOW - DAY, by=US)
    cursor = mastodon.collect({}, []).cursor
    instance.forget()
    assert mastodon.collect(cursor, [post]).swept.keys() == {post}
    assert [path for path in instance.asked if post in path] == [f"/api/v1/statuses/{post}/context"]


def test_an_answer_to_what_was_deleted_still_stands_though_no_listing_shows_it(
    mastodon: Mastodon, instance: Instance
) -> None:
    """Mastodon takes the parent off it, and with that it leaves the thread."""
    post = instance.status(NOW - 9 * MINUTE, by=US)
    parent = instance.status(NOW - 8 * MINUTE, by="5", under=post)
    child = instance.status(NOW - 7 * MINUTE, by="6", under=parent)
    cursor = mastodon.collect({}, [post]).cursor
    del instance.statuses[parent]
    instance.statuses[child]["in_reply_to_id"] = None
    for _ in range(2):
        found = mastodon.collect(cursor, [post])
        cursor = found.cursor
        assert [(each.remote_id, each.thread_id) for each in found.comments] == [(child, post)]
    del instance.statuses[child]
    found = mastodon.collect(cursor, [post])
    assert (ids(found), set(found.swept), found.cursor["nested"]) == ([], {post}, [])


def test_a_thread_longer_than_the_server_shows_is_never_said_to_be_whole(
    mastodon: Mastodon, instance: Instance
) -> None:
    post = instance.status(NOW - DAY, by=US)
    for _ in range(4_096):
        instance.status(NOW, under=post, account=None)
    found = mastodon.collect({"posts_at": NOW.isoformat()}, [post])
    assert len(found.comments) == 4_096
    assert found.swept == {}


def test_a_thread_of_a_thousand_answers_to_answers_is_read_to_its_end(mastodon: Mastodon, instance: Instance) -> None:
    below = post = instance.status(NOW - DAY, by=US)
    for _ in range(1_000):
        below = instance.status(NOW, under=below)
    found = mastodon.collect({"posts_at": NOW.isoformat()}, [post])
    assert len(found.comments) == 1_000
    assert set(found.swept) == {post}
    kept = found.cursor["nested"]
    assert isinstance(kept, list)
    assert len(kept) == 500


def test_a_comment_that_cannot_be_read_leaves_the_thread_unswept(mastodon: Mastodon, instance: Instance) -> None:
    post = instance.status(NOW - MINUTE, by=US)
    readable = instance.status(NOW, under=post)
    instance.status(NOW, under=post, created_at="yesterday")
    found = mastodon.collect({}, [post])
    assert (ids(found), found.swept) == ([readable], {})


@pytest.mark.parametrize("status", [500, 403, 422])
def test_a_few_threads_in_trouble_are_passed_over_and_more_are_the_servers(
    mastodon: Mastodon, instance: Instance, status: int
) -> None:
    posts = [instance.status(NOW - DAY, by=US) for _ in range(5)]
    said = instance.status(NOW, under=posts[4])
    for each in posts[:3]:
        instance._server.answers[f"/api/v1/statuses/{each}/context"] = Answer(status=status, body=b"{}")
    found = mastodon.collect({"posts_at": NOW.isoformat()}, posts)
    assert (ids(found), set(found.swept)) == ([said], set(posts[3:]))
    instance._server.answers[f"/api/v1/statuses/{posts[3]}/context"] = Answer(status=status, body=b"{}")
    with pytest.raises(ConnectorError):
        mastodon.collect({"posts_at": NOW.isoformat()}, posts)


@pytest.mark.parametrize("path", ["/api/v1/notifications", f"/api/v1/accounts/{US}/statuses"])
@pytest.mark.parametrize("body", [b"{}", b"<html>", b"null"])
def test_a_listing_that_is_none_waits(mastodon: Mastodon, instance: Instance, path: str, body: bytes) -> None:
    instance._server.answers[path] = Answer(body=body)
    with pytest.raises(ConnectorError) as raised:
        mastodon.collect({}, [])
    assert (raised.value.remedy, raised.value.code) == (Remedy.WAIT, "broken_answer")


@pytest.mark.parametrize("path", ["/api/v1/notifications", "/api/v1/statuses/101/context"])
def test_a_rate_limit_tells_when_to_come_back(mastodon: Mastodon, instance: Instance, path: str) -> None:
    post = instance.status(NOW - MINUTE, by=US)
    back = NOW + timedelta(minutes=4)
    headers = {"X-RateLimit-Reset": back.isoformat()}
    instance._server.answers[path] = Answer(status=429, headers=headers, body=b"{}")
    with pytest.raises(ConnectorError) as raised:
        mastodon.collect({}, [post])
    assert (raised.value.remedy, raised.value.code, raised.value.retry_at) == (Remedy.WAIT, "rate_limited", back)


def test_a_scope_that_is_missing_is_told(mastodon: Mastodon, instance: Instance) -> None:
    refused = Answer(status=403, body=b'{"error": "This action is outside the authorized scopes"}')
    instance._server.answers["/api/v1/notifications"] = refused
    with pytest.raises(ConnectorError) as raised:
        mastodon.collect({}, [])
    assert (raised.value.remedy, raised.value.code) == (Remedy.NOT_ALLOWED, "scope_missing")


@pytest.mark.parametrize(
    "cursor", [{"mention": 7, "posts_at": "soon", "nested": "x"}, {"nested": ["", "/", "a"]}, {"posts_at": None}]
)
def test_a_cursor_that_cannot_be_read_is_the_beginning(
    mastodon: Mastodon, instance: Instance, cursor: dict[str, Any]
) -> None:
    asked = instance.mention(NOW)
    assert ids(mastodon.collect(cursor, [])) == [asked]


# --- what a comment says ---


def test_a_comment_of_sixty_thousand_characters_comes_whole(mastodon: Mastodon, instance: Instance) -> None:
    text = "æ" * 60_000
    instance.mention(NOW, content=f"<p>{text}</p>")
    assert only(mastodon.collect({}, [])).text == text


def test_a_comment_by_nobody_is_a_comment(mastodon: Mastodon, instance: Instance) -> None:
    post = instance.status(NOW - MINUTE, by=US)
    asked = instance.status(NOW, under=post, account=None)
    comment = only(mastodon.collect({}, [post]))
    assert (comment.remote_id, comment.author_id, comment.author_name, comment.own) == (asked, None, None, False)


def test_a_comment_tells_when_it_was_edited_its_language_and_its_address(
    mastodon: Mastodon, instance: Instance
) -> None:
    instance.mention(NOW - MINUTE, edited_at="2026-11-22T13:00:30+01:00", language="nb", url="javascript:alert(1)")
    comment = only(mastodon.collect({}, []))
    assert comment.edited_at == NOW + timedelta(seconds=30)
    assert (comment.language, comment.url) == ("nb", None)


def test_a_content_warning_is_part_of_what_was_said(mastodon: Mastodon, instance: Instance) -> None:
    instance.mention(NOW, spoiler_text="Om vegen", content="<p>Han er stengt!</p>")
    assert only(mastodon.collect({}, [])).text == "Om vegen\n\nHan er stengt!"


def test_a_name_of_many_lines_is_one_line_and_no_name_is_the_account(mastodon: Mastodon, instance: Instance) -> None:
    names = [
        {"id": "7", "display_name": "Kari\n\x00Nordmann"},
        {"id": "8", "display_name": " ", "acct": "kari@a.example"},
    ]
    for account in names:
        instance.mention(NOW, account=account)
    assert {each.author_name for each in mastodon.collect({}, []).comments} == {"Kari Nordmann", "kari@a.example"}


# --- answers ---


def ref(remote_id: str) -> CommentRef:
    return CommentRef(remote_id=remote_id, thread_id="101", author_id="7", author_name="Kari")


def test_an_answer_goes_out_under_the_comment_with_its_name_and_its_key(mastodon: Mastodon, instance: Instance) -> None:
    asked = instance.mention(NOW, visibility="unlisted")
    instance._server.answers["/api/v1/statuses"] = Answer(
        body=b'{"id": "900", "url": "https://s.example/900", "created_at": "2026-11-22T12:00:00Z"}'
    )
    attempt = an_attempt(NOW)
    assert mastodon.reply(ref(asked), "Til fredag.", attempt).remote_id == "900"
    (sent,) = [seen for seen in instance._server.seen if seen.method == "POST"]
    assert sent.headers["idempotency-key"] == attempt.key
    assert sent.body.decode() == (
        f'{{"status":"@person7 Til fredag.","in_reply_to_id":"{asked}","visibility":"unlisted"}}'
    )


def test_an_answer_is_known_again_when_the_comment_is_gone(mastodon: Mastodon, instance: Instance) -> None:
    """Mastodon takes the parent off the answer, too."""
    asked = instance.mention(NOW)
    del instance.statuses[asked]
    instance.status(NOW, by=US, content="<p>@person7 Til laurdag.</p>")
    ours = instance.status(NOW, by=US, content="<p>@person7 Til fredag.</p>")
    found = mastodon.find_reply(ref(asked), "Til fredag.", an_attempt(NOW))
    assert found is not None
    assert found.remote_id == ours
    assert mastodon.find_reply(ref(asked), "Til sundag.", an_attempt(NOW)) is None


def test_an_answer_of_no_words_cannot_be_looked_up(mastodon: Mastodon, instance: Instance) -> None:
    with pytest.raises(ConnectorError) as raised:
        mastodon.find_reply(ref(instance.mention(NOW)), " \u200b ", an_attempt(NOW))
    assert (raised.value.remedy, raised.value.code) == (Remedy.CHECK, "cannot_tell")
