"""When a slot's moment comes, every rule is asked again; what was right when it was placed may be wrong now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col

from scheduler.domain.access import Denied, Role
from scheduler.domain.delivery import Kind, State
from scheduler.domain.publication import State as Standing
from scheduler.domain.rules import TOLERANCE, Refusal
from scheduler.errors import Refused
from scheduler.services import delivering, handing_over, holding, minting, planning
from scheduler.services.composing import Complaint
from scheduler.services.minting import MintRefusal
from scheduler.store import rows
from scheduler.store.tables import Post, PostText, Publication
from tests.engine import AFTERNOON, Road
from tests.town import actor

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)


def problem(road: Road, publication_id: int) -> tuple[Standing, str | None]:
    row = road.publication(publication_id)
    return row.state, row.problem_code


def rewrite(road: Road, publication_id: int, text: str) -> None:
    """Another text, past every door: as when the program itself comes to put posts together in another way."""
    with road.db.begin(road.municipality) as session:
        post_id = rows.get(session, Publication, publication_id).post_id
        (row,) = rows.every(session, PostText, col(PostText.post_id) == post_id)
        row.text = text
        session.add(row)


def test_nothing_is_minted_before_its_moment(road: Road) -> None:
    publication_id = road.scheduled(road.channel(), starts_at=road.clock() + HOUR)
    road.clock.wind(HOUR - MOMENT)
    assert road.mint() == 0
    road.clock.wind(MOMENT)
    assert road.mint() == 1
    assert road.publication(publication_id).state is Standing.GOING_OUT


def test_a_slot_is_minted_once_and_its_content_is_frozen(road: Road) -> None:
    publication_id = road.minted(road.channel(), text="Gangveien er åpen.", link="https://www.fjordvik.example/nyhet")
    assert road.mint() == 0
    (made,) = road.deliveries(publication_id)
    assert (made.kind, made.state, made.not_before, made.created_at) == (
        Kind.PUBLISH,
        State.READY,
        road.clock(),
        road.clock(),
    )
    rewrite(road, publication_id, "Noe helt annet.")
    frozen = road.content(publication_id)
    assert (frozen.text, frozen.language) == ("Gangveien er åpen.\n\nhttps://www.fjordvik.example/nyhet", "nb")


def test_content_that_nobody_has_answered_for_loses_its_slot_and_lies_apart(road: Road) -> None:
    publication_id = road.scheduled(road.channel())
    rewrite(road, publication_id, "Noe som ingen har godkjent.")
    assert road.mint() == 0
    assert problem(road, publication_id) == (Standing.APPROVED, Refusal.NOT_APPROVED.value)
    assert road.slot(publication_id) is None
    assert planning.plan_due(road.db, [road.municipality], now=road.clock()) == 0


def test_of_three_on_a_day_for_two_the_last_one_gives_way(road: Road) -> None:
    """The cap was lowered after they were placed."""
    channel = road.channel()
    day = [road.scheduled(channel, starts_at=road.clock() + HOUR * n, language=("nb", "nn")[n % 2]) for n in range(3)]
    assert [road.mint(), road.clock.wind(HOUR) and road.mint(), road.clock.wind(HOUR) and road.mint()] == [1, 1, 0]
    assert problem(road, day[2]) == (Standing.APPROVED, Refusal.DAY_FULL.value)
    assert road.slot(day[2]) is None


def test_a_paused_channel_waits_until_the_post_is_late(road: Road) -> None:
    channel = road.channel()
    publication_id = road.scheduled(channel)
    road.set_channel(channel, paused_code="token_dead")
    assert road.mint() == 0
    assert road.publication(publication_id).state is Standing.SCHEDULED
    road.clock.wind(TOLERANCE)
    assert road.mint() == 0
    assert road.publication(publication_id).state is Standing.SCHEDULED
    road.clock.wind(MOMENT)
    assert road.mint() == 0
    assert problem(road, publication_id) == (Standing.APPROVED, Refusal.CHANNEL_PAUSED.value)


def test_a_channel_that_comes_back_in_time_sends_what_waited(road: Road) -> None:
    channel = road.channel()
    road.scheduled(channel)
    road.set_channel(channel, paused_code="token_dead")
    assert road.mint() == 0
    road.set_channel(channel, paused_code=None)
    road.clock.wind(TOLERANCE)
    assert road.mint() == 1


def test_what_is_held_waits_and_lies_apart_once_it_is_late(road: Road) -> None:
    publication_id = road.scheduled(road.channel())
    with road.db.begin(road.municipality) as session:
        holding.hold(session, road.chief, channel_id=None, reason="Uvær", now=road.clock())
    assert road.mint() == 0
    assert road.publication(publication_id).state is Standing.SCHEDULED
    road.clock.wind(TOLERANCE + MOMENT)
    assert road.mint() == 0
    assert problem(road, publication_id) == (Standing.APPROVED, planning.Parked.HELD_PAST_SLOT.value)
    with road.db.begin(road.municipality) as session:
        holding.release(session, road.chief, channel_id=None, now=road.clock())
    assert planning.plan_due(road.db, [road.municipality], now=road.clock()) == 0
    with road.db.begin(road.municipality) as session:
        assert planning.place_again(session, road.chief, publication_id, now=road.clock())


def test_what_waits_does_not_keep_later_ones_from_their_turn(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many wait, and however few are read at a time."""
    monkeypatch.setattr(minting, "PAGE", 2)
    paused = road.channel()
    road.set_channel(paused, paused_code="token_dead")
    for number in range(4):
        road.scheduled(paused, starts_at=road.clock() - timedelta(minutes=number // 2))
    road.scheduled(road.channel())
    assert road.mint() == 1


def test_what_missed_its_slot_by_too_much_is_placed_anew_and_says_so(road: Road) -> None:
    publication_id = road.scheduled(road.channel())
    road.clock.wind(TOLERANCE + MOMENT)
    assert road.mint() == 0
    assert problem(road, publication_id) == (Standing.APPROVED, Refusal.LATE.value)
    assert planning.plan_due(road.db, [road.municipality], now=road.clock()) == 1
    assert problem(road, publication_id) == (Standing.SCHEDULED, Refusal.LATE.value)


def test_a_delivery_may_start_no_later_than_its_slot_allows(road: Road) -> None:
    publication_id = road.minted(road.channel())
    assert road.delivery(publication_id).not_after == AFTERNOON + TOLERANCE


def test_what_is_held_up_never_goes_out_after_its_window(road: Road) -> None:
    road.clock.moment = datetime(2026, 3, 3, 16, 50, tzinfo=UTC)  # ten minutes to six in Norway
    channel = road.channel()
    publication_id = road.minted(channel)
    closes = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
    assert road.delivery(publication_id).not_after == closes
    road.clock.moment = closes
    assert road.deliver() == 0
    assert delivering.lapse_due(road.db, now=road.clock()) == 1
    assert problem(road, publication_id) == (Standing.APPROVED, Refusal.LATE.value)


def test_what_is_held_up_never_goes_out_after_its_latest_moment(road: Road) -> None:
    latest = road.clock() + timedelta(minutes=5)
    publication_id = road.minted(road.channel(), latest_at=latest)
    assert road.delivery(publication_id).not_after == latest


def test_a_post_taken_off_a_moment_ago_is_left_alone(road: Road) -> None:
    publication_id = road.scheduled(road.channel())
    place = road.slot(publication_id)
    assert place is not None
    with road.db.begin(road.municipality) as session:
        planning.take_off(session, road.chief, publication_id, now=road.clock())
    with road.db.begin(road.municipality) as session:
        assert minting.mint(session, place.pk, now=road.clock()) is None


def test_a_correction_raises_the_revision_and_uses_no_slot(road: Road) -> None:
    channel = road.channel()
    publication_id = road.published(channel)
    before = road.slot(publication_id)
    rewrite(road, publication_id, "Gangveien åpner i morgen.")
    with road.db.begin(road.municipality) as session:
        minting.correct(session, road.chief, publication_id, now=road.clock())
    assert road.deliver() == 1
    shown = road.publication(publication_id)
    assert (shown.state, shown.revision) == (Standing.PUBLISHED, 2)
    assert road.slot(publication_id) == before
    (post,) = road.posts(channel)
    assert [each.text for each in post.revisions] == ["Den nye gangveien er åpen.", "Gangveien åpner i morgen."]


def test_a_withdrawn_post_is_withdrawn_when_the_platform_says_so_and_still_counts_in_its_day(road: Road) -> None:
    channel = road.channel()
    publication_id = road.published(channel)
    with road.db.begin(road.municipality) as session:
        minting.withdraw(session, road.chief, publication_id, now=road.clock())
    assert road.publication(publication_id).state is Standing.PUBLISHED
    assert road.deliver() == 1
    assert road.publication(publication_id).state is Standing.WITHDRAWN
    assert road.slot(publication_id) is not None
    assert road.posts(channel)[0].deleted_at is not None


def test_only_what_is_out_can_be_corrected_and_only_one_change_at_a_time(road: Road) -> None:
    channel = road.channel()
    publication_id = road.minted(channel)
    with road.db.begin(road.municipality) as session, pytest.raises(Refused) as refused:
        minting.correct(session, road.chief, publication_id, now=road.clock())
    assert refused.value.codes == (MintRefusal.NOT_OUT,)
    road.deliver()
    with road.db.begin(road.municipality) as session:
        minting.correct(session, road.chief, publication_id, now=road.clock())
        with pytest.raises(Refused) as refused:
            minting.withdraw(session, road.chief, publication_id, now=road.clock())
    assert refused.value.codes == (MintRefusal.ALREADY_UNDER_WAY,)


def test_a_correction_with_faults_is_refused(road: Road) -> None:
    publication_id = road.published(road.channel())
    rewrite(road, publication_id, " ")
    with road.db.begin(road.municipality) as session, pytest.raises(Refused) as refused:
        minting.correct(session, road.chief, publication_id, now=road.clock())
    assert refused.value.codes == (Complaint.NO_TEXT,)


@pytest.mark.parametrize("deed", [minting.correct, minting.withdraw], ids=["correct", "withdraw"])
def test_what_the_platform_cannot_do_is_refused_at_once(road: Road, deed: object) -> None:
    channel = road.channel()
    publication_id = road.published(channel)
    road.set_channel(channel, can=0)
    with road.db.begin(road.municipality) as session, pytest.raises(Refused) as refused:
        deed(session, road.chief, publication_id, now=road.clock())  # type: ignore[operator]  # one of the two above
    assert refused.value.codes[0] in {MintRefusal.CANNOT_CORRECT, MintRefusal.CANNOT_DELETE}


def test_a_reader_changes_nothing_that_is_out(road: Road) -> None:
    publication_id = road.published(road.channel())
    reader = actor(road.db, road.municipality, Role.READER)
    with road.db.begin(road.municipality) as session, pytest.raises(Refused) as refused:
        minting.withdraw(session, reader, publication_id, now=road.clock())
    assert refused.value.codes == (Denied.NOT_ALLOWED,)


def test_a_correction_by_hand_is_asked_of_a_person_with_the_new_text_ready(road: Road) -> None:
    channel = road.channel("manual", network="Facebook")
    publication_id = road.minted(channel)
    with road.db.begin(road.municipality) as session:
        handing_over.posted(session, road.chief, publication_id, url="https://www.example/1", now=road.clock())
    rewrite(road, publication_id, "Gangveien åpner i morgen.")
    with road.db.begin(road.municipality) as session:
        minting.correct(session, road.chief, publication_id, now=road.clock())
    assert (road.delivery(publication_id).state, road.content(publication_id).text) == (
        State.ASKED,
        "Gangveien åpner i morgen.",
    )
    with road.db.begin(road.municipality) as session:
        handing_over.posted(session, road.chief, publication_id, url="", now=road.clock())
    shown = road.publication(publication_id)
    assert (shown.revision, shown.url, shown.remote_id) == (2, "https://www.example/1", "https://www.example/1")


def test_the_post_that_was_deleted_meanwhile_is_not_minted(road: Road) -> None:
    publication_id = road.scheduled(road.channel())
    place = road.slot(publication_id)
    assert place is not None
    with road.db.begin(road.municipality) as session:
        post = rows.get(session, Post, rows.get(session, Publication, publication_id).post_id)
        session.delete(post)
    with road.db.begin(road.municipality) as session:
        assert minting.mint(session, place.pk, now=road.clock()) is None
