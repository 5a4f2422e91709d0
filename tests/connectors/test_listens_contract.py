"""One suite for every connector that listens: what the collecting builds on, whichever platform stands behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, timedelta

import pytest

from connectors.contract import Can, Collected, ConnectorError, Frozen, IncomingComment, Listens, Remedy, Visibility
from tests.connectors.build import a_post, an_attempt
from tests.connectors.rigs import CLOCK
from tests.connectors.talk_rigs import TALK_RIGS, Plays, TalkRig, able, over

#: What people write.
TEXTS = {
    "norwegian": "Kvifor er ikkje vegen brøytt? Det er tredje gongen på ei veke!",
    "right to left": "متى تفتح المكتبة اليوم؟ \u200fشكرا",
    "emoji only": "😡😡😡👨‍👩‍👧‍👦",
    "markup": "<script>alert(1)</script> <b>3 < 5 & 5 > 3</b> &amp;",
    "line breaks": "Første linje\nandre linje\n\nnytt avsnitt",
    "a link": "Sjå https://www.fjordvik.example/veg?id=7&side=2",
}


def listening(talk: TalkRig) -> Listens:
    assert isinstance(talk.connector, Listens)
    return talk.connector


def collect(talk: TalkRig, cursor: Frozen | None = None, *threads: str) -> Collected:
    return listening(talk).collect(cursor or {}, threads)


def swept(talk: TalkRig, thread_id: str) -> dict[str, IncomingComment]:
    """Everything that stands in a thread, by id."""
    found = collect(talk, collect(talk).cursor, thread_id)
    assert thread_id in found.swept
    return {each.remote_id: each for each in found.comments if each.thread_id == thread_id}


def error_of(deed: Callable[[], object]) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        deed()
    return raised.value


def test_every_platform_that_can_be_read_stands_in_this_suite() -> None:
    assert able(Can.READ) == {name for name, rig in TALK_RIGS.items() if Can.READ in rig.can}


@over(Can.READ)
def test_what_an_account_says_it_can_be_read_for_has_the_shape_of_the_contract(talk: TalkRig) -> None:
    assert isinstance(talk.connector, Listens)
    assert Can.READ in talk.connector.account().can


@over(Can.READ)
def test_from_the_beginning_a_comment_is_found_with_the_post_it_stands_under(talk: TalkRig) -> None:
    thread_id = talk.we_post("Biblioteket held ope til 19.")
    comment_id = talk.somebody_writes(thread_id, "Er kafeen open òg?")
    found = collect(talk)
    (comment,) = found.comments
    assert (comment.remote_id, comment.thread_id, comment.parent_id) == (comment_id, thread_id, None)
    assert comment.text == "Er kafeen open òg?"
    assert comment.visibility is Visibility.VISIBLE
    thread = next(each for each in found.threads if each.remote_id == thread_id)
    assert (thread.own, thread.text) == (True, "Biblioteket held ope til 19.")


@over(Can.READ)
def test_where_nothing_was_said_nothing_is_found(talk: TalkRig) -> None:
    assert collect(talk).comments == ()


@over(Can.READ)
def test_every_comments_thread_comes_along_or_came_before(talk: TalkRig) -> None:
    known = set[str]()
    cursor: Frozen = {}
    for number in range(3):
        thread_id = talk.we_post(f"Innlegg {number}")
        talk.somebody_writes(thread_id, f"Kommentar {number}")
        found = collect(talk, cursor)
        cursor = found.cursor
        known |= {each.remote_id for each in found.threads}
        assert {each.thread_id for each in found.comments} <= known
    assert len(known) == 3


@over(Can.READ)
def test_the_cursor_can_be_kept_and_says_what_is_new_since(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    talk.somebody_writes(thread_id, "Kor lenge?")
    kept = json.loads(json.dumps(dict(collect(talk).cursor)))
    later = talk.somebody_writes(thread_id, "Ingen svarer!")
    assert later in {each.remote_id for each in collect(talk, kept).comments}


@over(Can.READ)
def test_what_comes_again_comes_under_the_same_id(talk: TalkRig) -> None:
    """The overlap: whoever collects keeps one comment for each id."""
    thread_id = talk.we_post("Vegen er stengt.")
    written = {talk.somebody_writes(thread_id, f"Kommentar {number}") for number in range(3)}
    first = collect(talk)
    again = collect(talk, first.cursor, thread_id)
    assert {each.remote_id for each in first.comments} == written
    assert {each.remote_id for each in again.comments} == written
    assert {each.remote_id: each.text for each in first.comments} == {
        each.remote_id: each.text for each in again.comments
    }


@over(Can.READ)
def test_collecting_changes_nothing(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    talk.somebody_writes(thread_id, "Kor lenge?")
    once, twice = collect(talk, None, thread_id), collect(talk, None, thread_id)
    assert (once.threads, once.comments) == (twice.threads, twice.comments)


@over(Can.READ, Plays.DATED_BACK)
def test_a_comment_that_shows_up_a_little_late_is_found_by_the_overlap(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    cursor = collect(talk).cursor
    late = talk.somebody_writes(thread_id, "Kor lenge?", ago=timedelta(minutes=2))
    assert late in {each.remote_id for each in collect(talk, cursor).comments}


@over(Can.READ, Plays.DATED_BACK)
def test_a_comment_that_shows_up_hours_late_is_found_by_the_sweep_with_its_own_time(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    written = CLOCK() - timedelta(hours=20)
    late = talk.somebody_writes(thread_id, "Kor lenge?", ago=timedelta(hours=20))
    assert abs(swept(talk, thread_id)[late].written_at - written) < timedelta(seconds=5)


@over(Can.READ, Plays.AHEAD)
def test_a_comment_from_the_future_does_not_make_the_cursor_run_ahead(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    ahead = talk.somebody_writes(thread_id, "Klokka mi går feil", ago=-timedelta(days=3))
    first = collect(talk)
    told = next(each for each in first.comments if each.remote_id == ahead)
    assert told.written_at > CLOCK() + timedelta(days=2)
    ordinary = talk.somebody_writes(thread_id, "Mi går rett")
    assert ordinary in {each.remote_id for each in collect(talk, first.cursor).comments}


@over(Can.READ)
def test_a_sweep_holds_the_whole_thread_however_nested(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    ids: list[str] = []
    for number in range(6):
        ids.append(talk.somebody_writes(thread_id, f"Svar {number}", parent_id=ids[-1] if ids else None))
    found = swept(talk, thread_id)
    assert {each.remote_id: each.parent_id for each in found.values()} == dict(zip(ids, [None, *ids], strict=False))


@over(Can.READ)
def test_the_moment_of_a_sweep_is_taken_before_its_listing(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    before = CLOCK()
    found = collect(talk, None, thread_id)
    assert before - timedelta(seconds=1) <= found.swept[thread_id] <= CLOCK()
    later = talk.somebody_writes(thread_id, "Kom etterpå")
    assert found.swept[thread_id] <= swept(talk, thread_id)[later].written_at + timedelta(seconds=1)


@over(Can.READ)
def test_only_what_was_asked_for_is_swept(talk: TalkRig) -> None:
    one, other = talk.we_post("Det eine"), talk.we_post("Det andre")
    assert set(collect(talk, None, one).swept) == {one}
    assert set(collect(talk, None, one, other).swept) == {one, other}
    assert collect(talk).swept == {}


@over(Can.READ, Plays.KEEPS_BRANCHES)
def test_what_was_deleted_is_missing_from_the_sweep_and_the_answers_to_it_are_not(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    parent = talk.somebody_writes(thread_id, "Dette angrar eg på")
    child = talk.somebody_writes(thread_id, "Eg er samd", by="torstein", parent_id=parent)
    talk.somebody_deletes(parent)
    found = swept(talk, thread_id)
    assert set(found) == {child}
    assert found[child].parent_id in (parent, None)


@over(Can.READ)
def test_an_edited_comment_keeps_its_id_and_says_when(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    comment_id = talk.somebody_writes(thread_id, "Kor lenge?")
    talk.somebody_edits(comment_id, "Kor lenge, og kvifor?")
    comment = swept(talk, thread_id)[comment_id]
    assert comment.text == "Kor lenge, og kvifor?"
    assert comment.edited_at is not None
    assert comment.written_at <= comment.edited_at <= CLOCK() + timedelta(seconds=2)


@over(Can.READ)
def test_what_was_never_edited_says_so(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    comment_id = talk.somebody_writes(thread_id, "Kor lenge?")
    assert swept(talk, thread_id)[comment_id].edited_at is None


@over(Can.READ)
def test_our_own_words_are_known_as_ours_and_the_citizens_are_not(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    asked = talk.somebody_writes(thread_id, "Kor lenge?")
    answered = talk.we_comment(thread_id, "Til fredag.", parent_id=asked)
    found = swept(talk, thread_id)
    assert {each.remote_id: each.own for each in found.values()} == {asked: False, answered: True}
    assert found[answered].parent_id == asked


@over(Can.READ)
def test_a_post_that_we_published_is_a_thread_of_ours_under_the_id_of_its_receipt(talk: TalkRig) -> None:
    post = a_post("Ny gangveg.")
    receipt = talk.connector.publish(post, talk.connector.prepare(post, an_attempt(CLOCK())))
    talk.somebody_writes(receipt.remote_id, "Så fint!")
    found = collect(talk)
    thread = next(each for each in found.threads if each.remote_id == receipt.remote_id)
    assert thread.own
    assert [each.thread_id for each in found.comments] == [receipt.remote_id]


@over(Can.READ)
def test_a_person_is_the_same_in_every_thread_and_nobody_else(talk: TalkRig) -> None:
    one, other = talk.we_post("Det eine"), talk.we_post("Det andre")
    for thread_id in (one, other):
        talk.somebody_writes(thread_id, "Kor lenge?", by="solveig")
    talk.somebody_writes(one, "Kor lenge?", by="torstein")
    found = {(each.thread_id, each.author_id) for each in collect(talk, None, one, other).comments}
    solveig = {who for where, who in found if where == other}
    assert len(solveig) == 1
    assert len(found) == 3
    assert None not in {who for _, who in found}


@over(Can.READ, Plays.NAMELESS)
def test_a_comment_whose_author_is_kept_back_is_found_all_the_same(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    comment_id = talk.somebody_writes(thread_id, "Kor lenge?", by=None)
    comment = swept(talk, thread_id)[comment_id]
    assert (comment.author_id, comment.author_name, comment.own) == (None, None, False)


@over(Can.READ)
def test_a_comment_comes_as_the_text_that_was_written(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    written = {talk.somebody_writes(thread_id, text): text for text in TEXTS.values()}
    assert {each.remote_id: each.text for each in swept(talk, thread_id).values()} == written


@over(Can.READ)
def test_the_longest_comment_comes_whole(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    text = ("å" * 99 + " ") * (talk.longest // 100 - 1) + "å" * 100
    comment_id = talk.somebody_writes(thread_id, text)
    assert swept(talk, thread_id)[comment_id].text == text


@over(Can.READ)
def test_every_time_is_in_utc(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    comment_id = talk.somebody_writes(thread_id, "Kor lenge?")
    talk.somebody_edits(comment_id, "Kor lenge då?")
    found = collect(talk, None, thread_id)
    times = [each.written_at for each in found.threads] + [each.written_at for each in found.comments]
    times += [*found.swept.values()]
    times += [each.edited_at for each in found.comments if each.edited_at]
    assert {each.utcoffset() for each in times} == {UTC.utcoffset(None)}


@over(Can.READ)
def test_a_thread_that_was_taken_down_is_gone_and_not_swept(talk: TalkRig) -> None:
    gone, stands = talk.we_post("Dette tek vi ned"), talk.we_post("Dette står")
    talk.somebody_writes(gone, "Kvifor det?")
    talk.we_take_down(gone)
    found = collect(talk, collect(talk).cursor, gone, stands)
    assert found.gone == {gone}
    assert set(found.swept) == {stands}
    assert gone not in {each.thread_id for each in found.comments}


@over(Can.READ)
def test_a_listing_that_fails_says_so_and_claims_nothing(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    talk.fail_reading()
    assert error_of(lambda: collect(talk, None, thread_id)).remedy in (Remedy.WAIT, Remedy.CHECK)


@over(Can.READ)
def test_who_may_no_longer_read_is_asked_to_connect_again(talk: TalkRig) -> None:
    thread_id = talk.we_post("Vegen er stengt.")
    talk.kill_token()
    error = error_of(lambda: collect(talk, None, thread_id))
    assert error.remedy is Remedy.RECONNECT
    assert not any(secret in f"{error!s} {error.detail}" for secret in talk.secrets)
