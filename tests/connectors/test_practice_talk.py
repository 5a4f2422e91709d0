"""What is said on the practice network: remembered whole, listed as on other platforms, and as deep and long as anybody likes."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.contract import Can, Collected, CommentRef, ConnectorError, Frozen, Remedy, Visibility
from connectors.practice import OVERLAP, Practice
from connectors.practice_shapes import Fault, NoSuchComment, NoSuchPost, PracticeComment
from connectors.practice_store import PracticeNetwork
from tests.connectors.build import a_post, an_attempt

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
#: The file as its first version was made.
FIRST_VERSION = """
CREATE TABLE account (
    name TEXT PRIMARY KEY, honours_key INTEGER NOT NULL DEFAULT 0,
    fault TEXT NOT NULL DEFAULT 'none', times_left INTEGER, seconds REAL NOT NULL DEFAULT 0);
CREATE TABLE post (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL REFERENCES account(name), key TEXT NOT NULL, text TEXT NOT NULL,
    language TEXT, published_at TEXT NOT NULL, edited_at TEXT, deleted_at TEXT);
CREATE INDEX post_by_account ON post (account, id);
CREATE INDEX post_by_key ON post (account, key);
CREATE TABLE revision (
    post_id INTEGER NOT NULL REFERENCES post(id), number INTEGER NOT NULL, text TEXT NOT NULL, written_at TEXT NOT NULL,
    PRIMARY KEY (post_id, number));
CREATE TABLE picture (
    id INTEGER PRIMARY KEY AUTOINCREMENT, post_id INTEGER NOT NULL REFERENCES post(id), content BLOB NOT NULL,
    content_type TEXT NOT NULL, alt_text TEXT NOT NULL);
CREATE INDEX picture_by_post ON picture (post_id);
CREATE TABLE call (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, deed TEXT NOT NULL, key TEXT NOT NULL, called_at TEXT NOT NULL,
    outcome TEXT NOT NULL);
CREATE INDEX call_by_account ON call (account, id);
INSERT INTO account (name) VALUES ('fjordvik');
INSERT INTO post (account, key, text, language, published_at)
    VALUES ('fjordvik', 'k', 'Frå før', 'nn', '2026-11-20T12:00:00.000000+00:00');
INSERT INTO revision VALUES (1, 1, 'Frå før', '2026-11-20T12:00:00.000000+00:00');
PRAGMA user_version = 1;
"""


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def network(tmp_path: Path) -> PracticeNetwork:
    return PracticeNetwork(tmp_path / "practice.sqlite")


@pytest.fixture
def practice(network: PracticeNetwork, clock: Clock) -> Practice:
    url = "http://127.0.0.1:8000/practice/posts/{remote_id}"
    return Practice(network, "fjordvik", now=clock, public_url=url, wait=lambda _: None)


@pytest.fixture
def post_id(network: PracticeNetwork) -> str:
    return network.write("fjordvik", text="Vegen er stengt.", at=NOW - 2 * HOUR).remote_id


def says(
    network: PracticeNetwork,
    post_id: str,
    text: str = "Kor lenge?",
    *,
    at: datetime = NOW,
    parent_id: str | None = None,
) -> PracticeComment:
    return network.talk.write(
        "fjordvik", post_id, text=text, at=at, author_id="solveig", author_name="Solveig", parent_id=parent_id
    )


def ref(comment: PracticeComment) -> CommentRef:
    return CommentRef(
        remote_id=comment.remote_id,
        thread_id=comment.post_id,
        author_id=comment.author_id,
        author_name=comment.author_name,
    )


def ids(found: Collected) -> set[str]:
    return {each.remote_id for each in found.comments}


def error_of(practice: Practice, comment: PracticeComment) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        practice.reply(ref(comment), "Til fredag.", an_attempt(NOW))
    return raised.value


def test_a_file_from_before_there_were_comments_goes_on_with_all_it_held(tmp_path: Path) -> None:
    file = tmp_path / "practice.sqlite"
    with sqlite3.connect(file) as db:
        db.executescript(FIRST_VERSION)
    network = PracticeNetwork(file)
    (post,) = network.posts("fjordvik")
    assert (post.text, network.talk.counts([post.remote_id])) == ("Frå før", {post.remote_id: 0})
    says(network, post.remote_id)
    assert PracticeNetwork(file).talk.counts([post.remote_id]) == {post.remote_id: 1}


def test_the_account_listens_answers_and_hides(practice: Practice) -> None:
    assert Can.READ | Can.REPLY | Can.HIDE in practice.account().can


def test_the_id_of_a_comment_is_never_that_of_a_post(network: PracticeNetwork, post_id: str) -> None:
    comment = says(network, post_id)
    assert comment.remote_id != post_id
    assert network.post(comment.remote_id) is None
    assert network.talk.comment(post_id) is None


def test_a_comment_has_an_address_of_its_own(practice: Practice, network: PracticeNetwork, post_id: str) -> None:
    comment = says(network, post_id)
    (told,) = practice.collect({}, []).comments
    assert told.url == f"http://127.0.0.1:8000/practice/posts/{post_id}?at={comment.remote_id}#{comment.remote_id}"
    assert (practice.reply(ref(comment), "Til fredag.", an_attempt(NOW)).url or "").startswith(told.url.split("?")[0])


def test_the_listing_looks_back_as_far_as_the_overlap_and_no_further(
    practice: Practice, network: PracticeNetwork, post_id: str
) -> None:
    cursor = practice.collect({}, []).cursor
    within, beyond = (says(network, post_id, at=NOW - OVERLAP + each * timedelta(seconds=1)) for each in (0, -1))
    assert ids(practice.collect(cursor, [])) == {within.remote_id}
    assert ids(practice.collect(cursor, [post_id])) == {within.remote_id, beyond.remote_id}


def test_the_listing_holds_no_answer_to_a_comment_and_the_sweep_does(
    practice: Practice, network: PracticeNetwork, post_id: str
) -> None:
    parent = says(network, post_id)
    child = says(network, post_id, parent_id=parent.remote_id)
    assert ids(practice.collect({}, [])) == {parent.remote_id}
    assert ids(practice.collect({}, [post_id])) == {parent.remote_id, child.remote_id}


def test_what_was_edited_long_after_is_seen_by_the_sweep_alone(
    practice: Practice, network: PracticeNetwork, post_id: str, clock: Clock
) -> None:
    comment = says(network, post_id)
    cursor: Frozen = practice.collect({}, []).cursor
    clock.at += HOUR
    cursor = practice.collect(cursor, []).cursor
    network.talk.rewrite("fjordvik", comment.remote_id, text="Kor lenge då?", at=clock.at)
    assert ids(practice.collect(cursor, [])) == set()
    (told,) = practice.collect(cursor, [post_id]).comments
    assert (told.text, told.edited_at, told.written_at) == ("Kor lenge då?", clock.at, NOW)


def test_an_edited_comment_keeps_every_text_it_had(network: PracticeNetwork, post_id: str) -> None:
    comment = says(network, post_id, "Ein")
    for text in ("To", "Tre"):
        network.talk.rewrite("fjordvik", comment.remote_id, text=text, at=NOW + HOUR)
    standing = network.talk.comment(comment.remote_id)
    assert standing is not None
    assert [each.text for each in standing.versions] == ["Ein", "To", "Tre"]


def test_a_thread_ten_thousand_deep_is_swept_whole(practice: Practice, network: PracticeNetwork, post_id: str) -> None:
    first = says(network, post_id)
    with network._file.writing() as db:  # one transaction for all of them, to be quick
        row = int(first.remote_id[1:])
        db.executemany(
            "INSERT INTO comment (id, account, post_id, parent_id, author_id, text, written_at) VALUES (?, 'fjordvik', ?, ?, 'x', 'ja', ?)",
            [(row + each, int(post_id), row + each - 1, NOW.isoformat()) for each in range(1, 10_000)],
        )
    found = practice.collect({}, [post_id])
    assert len(found.comments) == len(ids(found)) == 10_000
    assert len(network.talk.outline(post_id)) == 10_000


def test_nothing_of_another_account_is_heard_answered_or_hidden(network: PracticeNetwork, post_id: str) -> None:
    comment = says(network, post_id)
    stranger = Practice(network, "fjordvik-skule", now=lambda: NOW)
    heard = stranger.collect({}, [post_id])
    assert (len(heard.threads), len(heard.comments), set(heard.gone)) == (0, 0, {post_id})
    assert error_of(stranger, comment).remedy is Remedy.GONE
    with pytest.raises(ConnectorError):
        stranger.hide(ref(comment))


@pytest.mark.parametrize("thread_id", ["", "c1", "x", "9" * 30, "-1"])
def test_what_never_was_a_thread_is_gone(practice: Practice, thread_id: str) -> None:
    assert practice.collect({}, [thread_id]).gone == {thread_id}


@pytest.mark.parametrize("parent", ["", "1", "c99", "c", "cc1", "c-1"])
def test_nobody_answers_what_is_not_there(network: PracticeNetwork, post_id: str, parent: str) -> None:
    with pytest.raises(NoSuchComment):
        says(network, post_id, parent_id=parent)


def test_nobody_answers_across_posts_or_under_a_post_that_is_gone(network: PracticeNetwork, post_id: str) -> None:
    elsewhere = network.write("fjordvik", text="Noko anna", at=NOW).remote_id
    with pytest.raises(NoSuchComment):
        says(network, elsewhere, parent_id=says(network, post_id).remote_id)
    network.take_away("fjordvik", elsewhere, at=NOW)
    with pytest.raises(NoSuchPost):
        says(network, elsewhere)


def test_under_a_post_that_is_gone_nothing_is_heard_answered_or_changed(
    practice: Practice, network: PracticeNetwork, post_id: str
) -> None:
    comment = says(network, post_id)
    network.take_away("fjordvik", post_id, at=NOW)
    heard = practice.collect({}, [post_id])
    assert (len(heard.comments), set(heard.gone), len(heard.swept)) == (0, {post_id}, 0)
    assert error_of(practice, comment).remedy is Remedy.GONE
    with pytest.raises(NoSuchComment):
        network.talk.rewrite("fjordvik", comment.remote_id, text="Nei", at=NOW)


def test_a_native_post_is_never_found_as_one_that_we_published(practice: Practice, post_id: str) -> None:
    assert practice.find_published(a_post("Vegen er stengt."), an_attempt(NOW - 3 * HOUR)) is None


def test_a_hidden_comment_stays_hidden_since_it_was_first_hidden(
    practice: Practice, network: PracticeNetwork, post_id: str, clock: Clock
) -> None:
    comment = says(network, post_id)
    practice.hide(ref(comment))
    clock.at += HOUR
    practice.hide(ref(comment))
    standing = network.talk.comment(comment.remote_id)
    assert standing is not None
    assert standing.hidden_at == NOW
    assert practice.collect({}, []).comments[0].visibility is Visibility.HIDDEN


@pytest.mark.parametrize(
    ("fault", "remedy", "stands"),
    [
        (Fault.TIME_OUT_AFTER_ACCEPTING, Remedy.CHECK, 1),
        (Fault.TIME_OUT_BEFORE_ACCEPTING, Remedy.CHECK, 0),
        (Fault.REFUSE, Remedy.REWRITE, 0),
        (Fault.RATE_LIMIT, Remedy.WAIT, 0),
        (Fault.DOWN, Remedy.WAIT, 0),
        (Fault.TOKEN_DEAD, Remedy.RECONNECT, 0),
    ],
)
def test_an_answer_meets_the_faults_that_a_post_meets(
    practice: Practice, network: PracticeNetwork, post_id: str, fault: Fault, remedy: Remedy, stands: int
) -> None:
    comment = says(network, post_id)
    network.set_fault("fjordvik", fault, times=1)
    assert error_of(practice, comment).remedy is remedy
    assert network.talk.counts([post_id]) == {post_id: 1 + stands}


def test_a_fault_of_writing_lets_itself_be_listened_to(practice: Practice, network: PracticeNetwork) -> None:
    network.set_fault("fjordvik", Fault.REFUSE, times=1)
    practice.collect({}, [])
    assert network.faults("fjordvik").times_left == 1


def test_the_same_key_gives_the_same_answer_where_keys_are_honoured_and_another_where_not(
    practice: Practice, network: PracticeNetwork, post_id: str
) -> None:
    comment, attempt = says(network, post_id), an_attempt(NOW)
    once = practice.reply(ref(comment), "Til fredag.", attempt)
    assert practice.reply(ref(comment), "Til fredag.", attempt).remote_id != once.remote_id
    network.set_honours_key("fjordvik", honours=True)
    assert practice.reply(ref(comment), "Til fredag.", attempt).remote_id == once.remote_id


def test_of_the_times_that_somebody_listened_only_the_newest_are_remembered(
    practice: Practice, network: PracticeNetwork, post_id: str
) -> None:
    practice.reply(ref(says(network, post_id)), "Til fredag.", an_attempt(NOW))
    practice.collect({}, [])
    with network._file.writing() as db:
        db.execute("UPDATE sqlite_sequence SET seq = seq + 5000 WHERE name = 'call'")
    practice.collect({}, [])
    assert [call.deed for call in network.calls("fjordvik")] == ["reply", "collect"]
