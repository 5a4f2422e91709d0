"""Playing on the practice network: who may, what is refused, and that the conversation is drawn in order however it looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.practice_shapes import PracticeBranch
from scheduler.domain.access import Actor, Denied, Role
from scheduler.errors import Missing, Refused
from scheduler.services import playing
from scheduler.services.playing import CITIZENS, PlayRefusal, Voice
from tests import build
from tests.engine import Road
from tests.town import actor

SOLVEIG = CITIZENS[0]


@pytest.fixture
def post_id(road: Road) -> str:
    """A post of a practice channel of ours."""
    account = road.account(road.channel())
    return road.network.write(account, text="Vegen er stengt.", at=road.clock()).remote_id


def says(road: Road, post_id: str, text: str = "Kor lenge?", **values: Any) -> str:
    with road.db.read(road.municipality) as session:
        given: dict[str, Any] = {"by": SOLVEIG.citizen_id, "house": road.gate.house, "now": road.clock()}
        return playing.write(session, road.chief, post_id=post_id, text=text, **{**given, **values})


def standing(road: Road, comment_id: str) -> playing.PracticeComment:
    found = road.network.talk.comment(comment_id)
    assert found is not None
    return found


def read(road: Road, post_id: str, **values: Any) -> playing.Conversation:
    with road.db.read(road.municipality) as session:
        return playing.conversation(session, post_id=post_id, house=road.gate.house, **values)


def refused(deed: Callable[[], object]) -> set[object]:
    with pytest.raises(Refused) as raised:
        deed()
    return set(raised.value.codes)


def test_a_citizen_is_the_same_person_each_time(road: Road, post_id: str) -> None:
    first, second = (standing(road, says(road, post_id)) for _ in range(2))
    assert (
        (first.author_id, first.author_name)
        == (second.author_id, second.author_name)
        == (SOLVEIG.citizen_id, SOLVEIG.name)
    )


def test_a_name_of_ones_own_is_one_person_however_it_is_spaced(road: Road, post_id: str) -> None:
    said = [says(road, post_id, by=Voice.OWN_NAME, name=name) for name in ("Åse Berg", " åse   berg ", "Åse Borg")]
    one, same, other = (standing(road, each).author_id for each in said)
    assert one == same != other


def test_the_name_of_somebody_known_is_that_somebody(road: Road, post_id: str) -> None:
    comment = standing(road, says(road, post_id, by=Voice.OWN_NAME, name=SOLVEIG.name.upper()))
    assert (comment.author_id, comment.author_name) == (SOLVEIG.citizen_id, SOLVEIG.name)


def test_somebody_can_be_kept_back_and_the_municipality_can_speak(road: Road, post_id: str) -> None:
    nobody = standing(road, says(road, post_id, by=Voice.NAMELESS))
    assert (nobody.author_id, nobody.author_name, nobody.own) == (None, None, False)
    ours = standing(road, says(road, post_id, by=Voice.MUNICIPALITY, parent_id=nobody.remote_id))
    assert (ours.own, ours.parent_id, ours.key) == (True, nobody.remote_id, "")


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(hours=20), playing.FARTHEST_BACK])
def test_a_comment_can_be_dated_back(road: Road, post_id: str, ago: timedelta) -> None:
    assert standing(road, says(road, post_id, ago=ago)).written_at == road.clock() - ago


@pytest.mark.parametrize("length", [1, playing.LONGEST_COMMENT])
def test_the_longest_comment_is_taken_whole(road: Road, post_id: str, length: int) -> None:
    assert standing(road, says(road, post_id, "å" * length)).text == "å" * length


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"text": " \r\n "}, {PlayRefusal.TEXT_EMPTY}),
        ({"text": "å" * (playing.LONGEST_COMMENT + 1)}, {PlayRefusal.TEXT_TOO_LONG}),
        ({"by": "somebody else"}, {PlayRefusal.SPEAKER_UNKNOWN}),
        ({"by": Voice.OWN_NAME, "name": "  "}, {PlayRefusal.NAME_EMPTY}),
        ({"by": Voice.OWN_NAME, "name": "å" * 81}, {PlayRefusal.NAME_TOO_LONG}),
        ({"ago": timedelta(hours=-1)}, {PlayRefusal.TOO_FAR_BACK}),
        ({"ago": playing.FARTHEST_BACK + timedelta(hours=1)}, {PlayRefusal.TOO_FAR_BACK}),
        ({"parent_id": "c999"}, {PlayRefusal.COMMENT_GONE}),
        ({"text": "", "by": "x", "ago": timedelta(-1)}, {PlayRefusal.TEXT_EMPTY, PlayRefusal.SPEAKER_UNKNOWN, PlayRefusal.TOO_FAR_BACK}),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_with_every_reason_and_nothing_stands(
    road: Road, post_id: str, asked: dict[str, Any], codes: set[PlayRefusal]
) -> None:
    assert refused(lambda: says(road, post_id, **asked)) == codes
    assert read(road, post_id).number == 0


@pytest.mark.parametrize("asked", ["", "0", "x", "9" * 30])
def test_a_post_that_is_not_there_says_so(road: Road, post_id: str, asked: str) -> None:
    assert refused(lambda: says(road, asked)) == {PlayRefusal.POST_GONE}


def test_what_was_deleted_can_neither_be_answered_edited_nor_deleted_again(road: Road, post_id: str) -> None:
    comment_id = says(road, post_id)
    with road.db.read(road.municipality) as session:
        asked: dict[str, Any] = {"comment_id": comment_id, "house": road.gate.house, "now": road.clock()}
        playing.delete(session, road.chief, **asked)
        for deed in (
            lambda: playing.delete(session, road.chief, **asked),
            lambda: playing.edit(session, road.chief, text="Nei", **asked),
            lambda: says(road, post_id, parent_id=comment_id),
        ):
            assert refused(deed) == {PlayRefusal.COMMENT_GONE}


def test_the_same_words_again_are_no_edit(road: Road, post_id: str) -> None:
    comment_id = says(road, post_id)
    with road.db.read(road.municipality) as session:
        asked: dict[str, Any] = {"comment_id": comment_id, "house": road.gate.house, "now": road.clock()}
        assert playing.edit(session, road.chief, text=" Kor lenge?\r\n", **asked).edited_at is None
        assert playing.edit(session, road.chief, text="Kor lenge då?", **asked).edited_at == road.clock()


def test_a_native_post_stands_among_the_others(road: Road) -> None:
    channel_id = road.channel()
    with road.db.read(road.municipality) as session:
        remote_id = playing.post_natively(
            session,
            road.chief,
            channel_id=channel_id,
            text="Rett frå telefonen",
            ago=timedelta(hours=2),
            house=road.gate.house,
            now=road.clock(),
        )
    post = road.network.post(remote_id)
    assert post is not None
    assert (post.key, post.published_at) == ("", road.clock() - timedelta(hours=2))


def test_nobody_plays_in_another_municipality(road: Road, post_id: str) -> None:
    comment_id = says(road, post_id)
    elsewhere = build.municipality(road.db)
    stranger = actor(road.db, elsewhere, Role.CHIEF)
    with road.db.read(elsewhere) as session:
        asked: dict[str, Any] = {"house": road.gate.house, "now": road.clock()}
        assert refused(
            lambda: playing.write(session, stranger, post_id=post_id, text="x", by=SOLVEIG.citizen_id, **asked)
        ) == {PlayRefusal.POST_GONE}
        assert refused(lambda: playing.delete(session, stranger, comment_id=comment_id, **asked)) == {
            PlayRefusal.COMMENT_GONE
        }
        with pytest.raises(Missing):
            playing.conversation(session, post_id=post_id, house=road.gate.house)
        with pytest.raises(Missing):
            playing.comment(session, comment_id=comment_id, house=road.gate.house)


def test_who_may_read_may_play_and_who_may_nothing_may_not(road: Road, post_id: str) -> None:
    for role in Role:
        player = actor(road.db, road.municipality, role)
        with road.db.read(road.municipality) as session:
            playing.write(
                session,
                player,
                post_id=post_id,
                text=role.value,
                by=SOLVEIG.citizen_id,
                house=road.gate.house,
                now=road.clock(),
            )
    nobody = Actor(person_id=1, municipality_id=road.municipality, name="Ingen")
    with road.db.read(road.municipality) as session:
        assert refused(
            lambda: playing.write(
                session, nobody, post_id=post_id, text="x", by="x", house=road.gate.house, now=road.clock()
            )
        ) == {Denied.NOT_ALLOWED}


def test_answers_stand_below_what_they_answer_older_before_newer(road: Road, post_id: str) -> None:
    hours = {each: timedelta(hours=each) for each in range(5)}
    first = says(road, post_id, "1", ago=hours[4])
    second = says(road, post_id, "2", ago=hours[3])
    below = says(road, post_id, "1.1", parent_id=first, ago=hours[1])
    older = says(road, post_id, "1.0", parent_id=first, ago=hours[2])
    deeper = says(road, post_id, "1.0.1", parent_id=older)
    found = read(road, post_id)
    assert [(line.remote_id, line.depth) for line in found.lines] == [
        (first, 0),
        (older, 1),
        (deeper, 2),
        (below, 1),
        (second, 0),
    ]
    assert [line.answers and line.answers.remote_id for line in found.lines] == [None, first, older, first, None]


def test_what_was_deleted_leaves_a_place_only_where_something_below_it_stands(road: Road, post_id: str) -> None:
    parent = says(road, post_id, "Dette angrar eg på")
    child = says(road, post_id, "Kvifor det?", parent_id=parent)
    alone = says(road, post_id, "Dette òg")
    for each in (parent, alone):
        road.network.talk.take_away(standing(road, each).account, each, at=road.clock())
    found = read(road, post_id)
    assert [(line.remote_id, line.comment is None) for line in found.lines] == [(parent, True), (child, False)]
    assert found.number == 1


def test_the_conversation_is_turned_page_by_page_and_opens_at_any_comment(road: Road, post_id: str) -> None:
    said = [says(road, post_id, f"{number}", ago=timedelta(minutes=60 - number)) for number in range(7)]
    seen, at = list[str](), None
    for _ in range(3):
        part = read(road, post_id, at=at, limit=3)
        seen += [line.remote_id for line in part.lines]
        at = part.after
    assert (seen, at) == (said, None)
    last = read(road, post_id, at=said[-1], limit=3)
    assert ([line.remote_id for line in last.lines], last.before) == ([said[6]], said[3])
    assert read(road, post_id, at="c999", limit=3).before is None


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=30))
def test_every_comment_that_stands_is_drawn_once_and_below_its_parent(grown: list[tuple[int, bool]]) -> None:
    branches = [
        PracticeBranch(
            remote_id=f"c{number}",
            parent_id=f"c{parent % number}" if number and parent % (number + 1) else None,
            written_at=build.NOW + timedelta(minutes=parent),
            stands=stands,
        )
        for number, (parent, stands) in enumerate(grown)
    ]
    order = playing._in_order(branches)
    drawn = [branch.remote_id for branch, _ in order]
    assert len(drawn) == len(set(drawn))
    assert {branch.remote_id for branch in branches if branch.stands} <= set(drawn)
    depths = {branch.remote_id: depth for branch, depth in order}
    for branch, depth in order:
        assert depth == (0 if branch.parent_id is None else depths[branch.parent_id] + 1)
        assert branch.parent_id is None or drawn.index(branch.parent_id) < drawn.index(branch.remote_id)


def test_a_conversation_ten_thousand_deep_is_put_in_order() -> None:
    branches = [
        PracticeBranch(
            remote_id=f"c{number}",
            parent_id=f"c{number - 1}" if number else None,
            written_at=build.NOW,
            stands=number == 9_999,
        )
        for number in range(10_000)
    ]
    order = playing._in_order(branches)
    assert [depth for _, depth in order] == list(range(10_000))
