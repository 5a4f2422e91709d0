"""The practice network as a citizen sees it: only one's own municipality's accounts, nothing that was deleted, page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract import OutgoingImage
from connectors.practice_shapes import Fault
from scheduler.domain.access import Denied, Role
from scheduler.errors import Missing, Refused
from scheduler.services import collecting, connecting, practising
from scheduler.services.practising import PracticeRefusal
from scheduler.services.sealing import Sealer
from scheduler.settings import Secret
from scheduler.store import rows
from scheduler.store.tables import AuditEvent
from tests import build
from tests.engine import Road
from tests.town import actor

PNG = OutgoingImage(content=b"\x89PNG\r\n\x1a\n", content_type="image/png", alt_text="En gangvei")


def put_up(road: Road, channel_id: int, text: str, *, images: tuple[OutgoingImage, ...] = ()) -> str:
    """A post on the network; its remote id."""
    posted = road.network.accept(
        road.account(channel_id), key=text, text=text, language="nb", images=images, at=road.clock()
    )
    return posted.remote_id


def shown(road: Road, channel_id: int, *, limit: int = 20, before: str | None = None) -> practising.Timeline:
    with road.db.read(road.municipality) as session:
        return practising.timeline(session, channel_id=channel_id, house=road.gate.house, limit=limit, before=before)


def test_posts_stand_newest_first_a_page_at_a_time_and_none_twice(road: Road) -> None:
    channel_id = road.channel()
    ids = [put_up(road, channel_id, f"Innlegg {number}") for number in range(5)]
    found, before = [], None
    for _ in range(3):
        part = shown(road, channel_id, limit=2, before=before)
        found += [post.remote_id for post in part.posts]
        before = part.after
    assert found == ids[::-1]
    assert before is None


@pytest.mark.parametrize("gone", [[0, 1, 2], [2, 3, 4], [0, 4], [0, 1, 2, 3, 4]])
def test_what_was_deleted_is_not_seen_and_leaves_no_short_page(road: Road, gone: list[int]) -> None:
    channel_id = road.channel()
    ids = [put_up(road, channel_id, f"Innlegg {number}") for number in range(5)]
    for number in gone:
        road.network.take_away(road.account(channel_id), ids[number], at=road.clock())
    standing = [remote_id for number, remote_id in enumerate(ids) if number not in gone][::-1]
    first = shown(road, channel_id, limit=1)
    assert [post.remote_id for post in first.posts] == standing[:1]
    assert (first.after is not None) == (len(standing) > 1)
    with road.db.read(road.municipality) as session, pytest.raises(Missing):
        practising.post(session, remote_id=ids[gone[0]], house=road.gate.house)


def test_nothing_of_another_municipality_is_seen(road: Road) -> None:
    channel_id = road.channel()
    remote_id = put_up(road, channel_id, "Vårt innlegg", images=(PNG,))
    (picture,) = shown(road, channel_id).posts[0].pictures
    elsewhere = build.municipality(road.db)
    with road.db.read(elsewhere) as session:
        assert practising.channels(session, house=road.gate.house) == ()
        for ask in (
            lambda: practising.timeline(session, channel_id=channel_id, house=road.gate.house),
            lambda: practising.post(session, remote_id=remote_id, house=road.gate.house),
            lambda: practising.picture(
                session, remote_id=remote_id, picture_id=picture.picture_id, house=road.gate.house
            ),
            lambda: practising.channel(session, channel_id=channel_id, house=road.gate.house),
        ):
            with pytest.raises(Missing):
                ask()


@pytest.mark.parametrize("remote_id", ["", "0", "-1", "x", "9" * 30, "1'; --"])
def test_a_post_that_never_was_is_missing(road: Road, remote_id: str) -> None:
    road.channel()
    with road.db.read(road.municipality) as session, pytest.raises(Missing):
        practising.post(session, remote_id=remote_id, house=road.gate.house)


def test_a_picture_is_seen_with_its_own_post_alone(road: Road) -> None:
    channel_id = road.channel()
    with_picture = put_up(road, channel_id, "Med bilde", images=(PNG,))
    without = put_up(road, channel_id, "Uten bilde")
    (picture,) = shown(road, channel_id).posts[1].pictures
    with road.db.read(road.municipality) as session:
        content = practising.picture(
            session, remote_id=with_picture, picture_id=picture.picture_id, house=road.gate.house
        )
        assert content == (PNG.content, "image/png")
        with pytest.raises(Missing):
            practising.picture(session, remote_id=without, picture_id=picture.picture_id, house=road.gate.house)


def test_the_network_misbehaves_as_often_as_it_is_told(road: Road) -> None:
    channel_id = road.channel()
    with road.db.begin(road.municipality) as session:
        practising.misbehave(
            session,
            road.chief,
            channel_id=channel_id,
            fault=Fault.REFUSE,
            times=2,
            house=road.gate.house,
            now=road.clock(),
        )
    with road.db.read(road.municipality) as session:
        now = practising.channel(session, channel_id=channel_id, house=road.gate.house).fault
        noted = [each.action for each in rows.every(session, AuditEvent)]
    assert (now.fault, now.times_left) == (Fault.REFUSE, 2)
    assert noted[-1] == "practice_fault"


def test_a_post_that_was_accepted_in_silence_goes_out_once_only(road: Road) -> None:
    channel_id = road.channel()
    road.meets(channel_id, Fault.TIME_OUT_AFTER_ACCEPTING, times=1)
    road.minted(channel_id)
    road.deliver()
    for _ in range(4):
        road.clock.wind(timedelta(minutes=10))
        road.deliver()
    assert len(shown(road, channel_id).posts) == 1


@pytest.mark.parametrize("times", [0, -1, 101])
def test_it_is_told_a_sensible_number_of_times(road: Road, times: int) -> None:
    channel_id = road.channel()
    with road.db.begin(road.municipality) as session, pytest.raises(Refused) as refused:
        practising.misbehave(
            session,
            road.chief,
            channel_id=channel_id,
            fault=Fault.DOWN,
            times=times,
            house=road.gate.house,
            now=road.clock(),
        )
    assert refused.value.codes == (PracticeRefusal.TIMES_OUT_OF_RANGE,)


def test_only_who_manages_channels_tells_the_network_anything(road: Road) -> None:
    channel_id = road.channel()
    author = actor(road.db, road.municipality, Role.AUTHOR)
    with road.db.begin(road.municipality) as session, pytest.raises(Refused) as refused:
        practising.misbehave(
            session,
            author,
            channel_id=channel_id,
            fault=Fault.DOWN,
            times=1,
            house=road.gate.house,
            now=road.clock(),
        )
    assert refused.value.codes == (Denied.NOT_ALLOWED,)


def test_a_channel_by_hand_has_no_page_there(road: Road) -> None:
    by_hand = road.channel("manual", network="Facebook")
    with road.db.read(road.municipality) as session:
        assert practising.channels(session, house=road.gate.house) == ()
        with pytest.raises(Missing):
            practising.timeline(session, channel_id=by_hand, house=road.gate.house)


def test_a_file_that_cannot_be_used_is_said_in_a_code(road: Road) -> None:
    channel_id = road.channel()
    broken = replace(road.gate.house, practice_file="/nowhere/at/all/practice.db")
    with road.db.read(road.municipality) as session, pytest.raises(Refused) as refused:
        practising.timeline(session, channel_id=channel_id, house=broken)
    assert refused.value.codes == (PracticeRefusal.FILE_UNUSABLE,)


def test_where_the_secret_key_was_changed_the_account_is_not_known(road: Road) -> None:
    channel_id = road.channel()
    other: connecting.House = replace(road.gate.house, sealer=Sealer(Secret("quite another key, made on another day")))
    with road.db.read(road.municipality) as session:
        assert practising.channels(session, house=other) == ()
        with pytest.raises(Missing):
            practising.timeline(session, channel_id=channel_id, house=other)


def test_what_was_just_said_is_collected_at_the_next_ring(road: Road) -> None:
    channel_id = road.channel()
    collecting.collect(road.db, municipality_id=road.municipality, channel_id=channel_id, gate=road.gate)
    assert collecting.collect_due(road.db, gate=road.gate) == 0
    with road.db.begin(road.municipality) as session:
        practising.listen_soon(session, channel_id=channel_id, now=road.clock())
    assert collecting.collect_due(road.db, gate=road.gate) == 1
    assert collecting.collect_due(road.db, gate=road.gate) == 0
