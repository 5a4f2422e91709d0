"""The claim decides due time, back-off, holds, pauses and lanes in one query; every change is guarded by state and fencing number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from scheduler.domain.delivery import HOLDS_LANE, LEASE, Action, Kind, State, comment_lane, talk_lane
from scheduler.domain.states import WrongState
from scheduler.store import deliveries, rows
from scheduler.store.database import Database, municipality_of
from scheduler.store.tables import AuditEvent, Channel, Delivery, DeliveryContent, Hold
from tests import build
from tests.engine import ready

NOW = build.NOW
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def session(db: Database, municipality: int) -> Iterator[Session]:
    with db.begin(municipality) as opened:
        yield opened


def claim(session: Session, *, now: datetime = NOW, limit: int = 10, owner: str = "a worker") -> list[int]:
    return [row.pk for row in deliveries.claim(session, now=now, owner=owner, limit=limit)]


def test_a_claim_gives_a_lease_and_a_higher_fencing_number(session: Session) -> None:
    made = ready(session)
    (claimed,) = deliveries.claim(session, now=NOW, owner="a worker", limit=1)
    assert (claimed.pk, claimed.state, claimed.fence, claimed.owner) == (made.pk, State.SENDING, 1, "a worker")
    assert (claimed.lease_until, claimed.over_by) == (NOW + LEASE, NOW + LEASE)
    assert (claimed.tries, claimed.first_tried_at) == (1, NOW)


def test_a_claim_takes_no_more_than_there_are_free_threads(session: Session) -> None:
    made = [ready(session).pk for _ in range(5)]
    assert claim(session, limit=2) == made[:2]
    assert claim(session, limit=2) == made[2:4]


def test_what_waits_longest_goes_first(session: Session) -> None:
    late, early = ready(session), ready(session, now=NOW - timedelta(minutes=1))
    assert claim(session) == [early.pk, late.pk]


def test_nothing_goes_before_its_moment(session: Session) -> None:
    made = ready(session, now=NOW + timedelta(seconds=1))
    assert claim(session, now=NOW + timedelta(seconds=1) - MOMENT) == []
    assert claim(session, now=NOW + timedelta(seconds=1)) == [made.pk]


def test_nothing_goes_from_its_last_moment_on(session: Session) -> None:
    ends = NOW + timedelta(minutes=30)
    made = ready(session, not_after=ends)
    assert claim(session, now=ends) == []
    assert claim(session, now=ends + timedelta(days=1)) == []
    assert claim(session, now=ends - timedelta(seconds=1)) == [made.pk]


def test_one_delivery_at_a_time_stands_in_a_lane_and_the_older_one_first(session: Session) -> None:
    channel_id = build.channel(session).pk
    first, second = ready(session, channel_id=channel_id), ready(session, channel_id=channel_id)
    other = ready(session)
    assert claim(session) == [first.pk, other.pk]
    assert claim(session) == []
    deliveries.change(session, build.fresh(session, first), Action.FAIL, now=NOW)
    assert claim(session) == [second.pk]


@pytest.mark.parametrize("state", sorted(HOLDS_LANE))
def test_a_lane_is_held_by_what_may_still_go_out(session: Session, state: State) -> None:
    channel_id = build.channel(session).pk
    first, _ = ready(session, channel_id=channel_id), ready(session, channel_id=channel_id)
    first.state = state
    session.add(first)
    assert claim(session) == []


@pytest.mark.parametrize("state", sorted(set(State) - HOLDS_LANE - {State.READY}))
def test_a_lane_is_free_when_nothing_can_go_out_any_more_or_a_person_is_asked(session: Session, state: State) -> None:
    channel_id = build.channel(session).pk
    first, second = ready(session, channel_id=channel_id), ready(session, channel_id=channel_id)
    first.state = state
    session.add(first)
    assert claim(session) == [second.pk]


def test_what_backs_off_lets_the_next_in_its_lane_go(session: Session) -> None:
    channel_id = build.channel(session).pk
    first, second = ready(session, channel_id=channel_id), ready(session, channel_id=channel_id)
    first.not_before = NOW + timedelta(minutes=1)
    session.add(first)
    assert claim(session) == [second.pk]


def test_the_database_itself_keeps_a_second_one_out_of_the_lane(session: Session) -> None:
    channel_id = build.channel(session).pk
    first, second = ready(session, channel_id=channel_id), ready(session, channel_id=channel_id)
    assert deliveries.change(session, first, Action.CLAIM, now=NOW)
    with pytest.raises(IntegrityError), session.begin_nested():
        deliveries.change(session, second, Action.CLAIM, now=NOW)


def test_the_same_channel_number_in_another_municipality_is_another_lane(db: Database, municipality: int) -> None:
    other = build.municipality(db)
    made = []
    for town in (municipality, other):
        with db.begin(town) as session:
            made.append(ready(session).pk)
    for town, delivery_id in zip((municipality, other), made, strict=True):
        with db.begin(town) as session:
            assert claim(session) == [delivery_id]


@pytest.mark.parametrize("whole", [True, False], ids=["municipality", "channel"])
def test_a_hold_keeps_everything_it_covers_back_until_it_is_released(session: Session, whole: bool) -> None:
    held, other = ready(session), ready(session)
    row = Hold(
        municipality_id=held.municipality_id,
        channel_id=None if whole else held.channel_id,
        reason="Uvær",
        created_at=NOW,
    )
    hold = rows.add(session, row)
    assert claim(session) == ([] if whole else [other.pk])
    hold.released_at = NOW
    session.add(hold)
    assert claim(session) == ([held.pk, other.pk] if whole else [held.pk])


def test_a_hold_of_another_channel_keeps_nothing_back(session: Session) -> None:
    made = ready(session)
    elsewhere = build.channel(session).pk
    rows.add(session, Hold(municipality_id=made.municipality_id, channel_id=elsewhere, reason="Uvær", created_at=NOW))
    assert claim(session) == [made.pk]


def talking(session: Session, kind: Kind, *, channel_id: int | None = None) -> Delivery:
    """A delivery of what is said to citizens: an answer, a hiding."""
    channel = build.channel(session).pk if channel_id is None else channel_id
    comment = build.comment(session, build.thread(session, channel_id=channel))
    lane = talk_lane(channel) if kind is Kind.REPLY else comment_lane(comment.pk)
    return ready(session, channel_id=channel, kind=kind, lane=lane, publication_id=None, comment_id=comment.pk)


def mail(session: Session) -> Delivery:
    """A letter, which goes in no channel and waits for nobody."""
    content = DeliveryContent(municipality_id=municipality_of(session), delivery_id=0, text="", recipient="a@b.example")
    return deliveries.mint(
        session, kind=Kind.MAIL, lane=None, channel_id=None, content=content, now=NOW, person_id=None
    )


@pytest.mark.parametrize("whole", [True, False], ids=["municipality", "channel"])
def test_a_hold_keeps_back_posts_and_no_answer_no_hiding_and_no_mail(session: Session, whole: bool) -> None:
    held = ready(session)
    row = Hold(
        municipality_id=held.municipality_id,
        channel_id=None if whole else held.channel_id,
        reason="Uvær",
        created_at=NOW,
    )
    rows.add(session, row)
    said = [talking(session, kind, channel_id=held.channel_id).pk for kind in (Kind.REPLY, Kind.HIDE, Kind.UNHIDE)]
    said.append(mail(session).pk)
    assert claim(session) == said


def test_letters_go_side_by_side_and_wait_for_no_channel(session: Session) -> None:
    channel_id = build.channel(session, paused_code="token_dead").pk
    ready(session, channel_id=channel_id)
    letters = [mail(session).pk for _ in range(3)]
    assert claim(session) == letters


def test_a_paused_channel_keeps_back_its_answers_too(session: Session) -> None:
    channel_id = build.channel(session, paused_code="token_dead").pk
    talking(session, Kind.REPLY, channel_id=channel_id)
    assert claim(session) == []


def test_a_channels_posts_and_its_answers_go_side_by_side_and_answers_one_after_the_other(session: Session) -> None:
    channel_id = build.channel(session).pk
    post = ready(session, channel_id=channel_id).pk
    first, second = (talking(session, Kind.REPLY, channel_id=channel_id).pk for _ in range(2))
    hidings = [talking(session, Kind.HIDE, channel_id=channel_id).pk for _ in range(2)]
    assert claim(session) == [post, first, *hidings]
    assert second not in claim(session)


@pytest.mark.parametrize(
    "stops",
    [{"paused_code": "token_dead"}, {"active": False}, {"not_before": NOW + timedelta(seconds=1)}],
    ids=["paused", "put away", "asked to wait"],
)
def test_a_channel_that_may_not_send_sends_nothing(session: Session, stops: dict[str, object]) -> None:
    made = ready(session)
    channel = rows.get(session, Channel, made.channel_id or 0)
    for name, value in stops.items():
        setattr(channel, name, value)
    session.add(channel)
    assert claim(session) == []


def test_a_platform_that_asked_us_to_wait_is_asked_again_at_the_very_moment(session: Session) -> None:
    made = ready(session)
    channel = rows.get(session, Channel, made.channel_id or 0)
    channel.not_before = NOW + timedelta(seconds=1)
    session.add(channel)
    assert claim(session, now=NOW + timedelta(seconds=1)) == [made.pk]


def test_what_has_pictures_is_prepared_first_and_the_try_counts_when_it_is_sent(session: Session) -> None:
    ready(session, pictures=[{"media_id": 1, "alt_text": ""}])
    (claimed,) = deliveries.claim(session, now=NOW, owner="a worker", limit=1)
    assert (claimed.state, claimed.tries, claimed.first_tried_at) == (State.PREPARING, 0, NOW)
    assert deliveries.change(session, claimed, Action.PREPARED, now=NOW, prepared=True)
    (again,) = deliveries.claim(session, now=NOW + timedelta(seconds=5), owner="a worker", limit=1)
    assert (again.state, again.tries, again.fence, again.first_tried_at) == (State.SENDING, 1, 2, NOW)


def test_a_change_with_an_old_fencing_number_changes_nothing(session: Session) -> None:
    ready(session)
    (zombie,) = deliveries.claim(session, now=NOW, owner="a worker", limit=1)
    session.expunge(zombie)
    newer = rows.get(session, Delivery, zombie.pk)
    newer.fence += 1
    session.add(newer)
    session.flush()
    events = len(session.exec(select(AuditEvent)).all())
    assert not deliveries.change(session, zombie, Action.CONFIRM, now=NOW)
    assert build.fresh(session, newer).state is State.SENDING
    assert len(session.exec(select(AuditEvent)).all()) == events


def test_a_change_from_a_state_that_is_no_longer_so_changes_nothing(session: Session) -> None:
    made = ready(session)
    session.expunge(made)
    stale = made.model_copy()
    assert deliveries.change(session, made, Action.CANCEL, now=NOW)
    assert not deliveries.change(session, stale, Action.LAPSE, now=NOW)
    assert rows.get(session, Delivery, made.pk).state is State.CANCELLED


def test_an_action_that_the_table_does_not_have_is_an_error(session: Session) -> None:
    with pytest.raises(WrongState):
        deliveries.change(session, ready(session), Action.CONFIRM, now=NOW)


def test_every_change_leaves_a_line_in_the_history(session: Session) -> None:
    made = ready(session)
    claim(session)
    deliveries.change(session, build.fresh(session, made), Action.FAIL, now=NOW, answer_code="refused")
    found = session.exec(select(AuditEvent).where(AuditEvent.subject == "delivery").order_by(col(AuditEvent.id))).all()
    assert [(each.action, each.before, each.after) for each in found] == [
        ("publish", None, "ready"),
        ("claim", "ready", "sending"),
        ("fail", "sending", "failed"),
    ]
    assert found[-1].detail == {"code": "refused"}


def test_the_platforms_answer_is_kept_shortened_with_the_content(session: Session) -> None:
    made = ready(session)
    claim(session)
    deliveries.change(
        session, build.fresh(session, made), Action.FAIL, now=NOW, answer_code="refused", answer_detail="x" * 400
    )
    content = session.exec(select(DeliveryContent)).one()
    assert (content.answer_code, content.answer_detail) == ("refused", "x" * 300)


def test_only_one_worker_may_look_and_another_after_a_while(session: Session) -> None:
    made = ready(session)
    made.state = State.UNCONFIRMED
    session.add(made)
    session.flush()
    later = NOW + timedelta(seconds=10)
    assert deliveries.reserve_look(session, made, now=NOW, next_look_at=later)
    assert not deliveries.reserve_look(session, made, now=later - MOMENT, next_look_at=later)
    assert deliveries.reserve_look(session, made, now=later, next_look_at=later + timedelta(seconds=10))


def test_the_worker_sees_due_deliveries_of_every_municipality_the_longest_waiting_first(
    db: Database, municipality: int
) -> None:
    other, idle = build.municipality(db), build.municipality(db)
    for town, moment in ((municipality, NOW), (other, NOW - timedelta(hours=1)), (idle, NOW + timedelta(hours=1))):
        with db.begin(town) as session:
            ready(session, now=moment)
    with db.across() as across:
        assert deliveries.municipalities_with_work(across, now=NOW) == [other, municipality]
