"""A service notice goes out at once, at any hour and beyond every rule but a hold; it goes out once; and when it is over, that is said
wherever it stands, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col

from connectors.practice_shapes import Fault
from scheduler.domain.access import Actor, Denied, Role
from scheduler.domain.delivery import Kind
from scheduler.domain.delivery import State as Sending
from scheduler.domain.notices import LONGEST_WAIT, Unsent
from scheduler.domain.publication import State
from scheduler.errors import Refused
from scheduler.services import delivering, handing_over, holding, looking_up, minting, notices, planning, review
from scheduler.services.editing import PostRefusal
from scheduler.services.notices import NoticeRefusal, Sent
from scheduler.services.notices_over import Ended
from scheduler.services.review import ReviewRefusal
from scheduler.store import posts, publications, rows
from scheduler.store.tables import Approval, Channel, Publication, ServiceNotice
from scheduler.store.tables.posts import PostKind, SlotKind
from tests import build
from tests.engine import Road
from tests.services.desk import refusal_of, wall
from tests.town import actor

HOUR, MOMENT = timedelta(hours=1), timedelta(microseconds=1)
TEXT = "Vannet er borte i Strandgata. Varer til om lag kl. 16."
FIELDS: dict[str, Any] = {
    "what": "Vannet er borte",
    "place": "i Strandgata",
    "until": "om lag kl. 16",
    "language": "nb",
}
LAST_WORDS = "Over kl. 14.00: Dette gjelder ikke lenger.\n\nMeldingen var: " + TEXT


def send(road: Road, *channel_ids: int, by: Actor | None = None, **changed: Any) -> Sent:
    with road.db.begin(road.municipality) as session:
        return notices.send(
            session,
            by or road.chief,
            **{**FIELDS, **changed},
            channel_ids=channel_ids or None,
            now=road.clock(),
        )


def of_post(road: Road, post_id: int) -> list[Publication]:
    with road.db.read(road.municipality) as session:
        return publications.of_post(session, post_id)


def sent_in(road: Road, *channel_ids: int, **changed: Any) -> int:
    """The publication of a notice in one channel."""
    (publication,) = of_post(road, send(road, *channel_ids, **changed).post_id)
    return publication.pk


def out_in(road: Road, channel_id: int) -> int:
    publication_id = sent_in(road, channel_id)
    assert road.deliver() == 1
    assert road.publication(publication_id).state is State.PUBLISHED
    return publication_id


def over(road: Road, publication_id: int, *, by: Actor | None = None, words: str = "") -> notices.Done:
    with road.db.begin(road.municipality) as session:
        post_id = rows.get(session, Publication, publication_id).post_id
        return notices.done(session, by or road.chief, post_id, now=road.clock(), words=words)


def do(road: Road, service: Callable[..., Any], publication_id: int, *, by: Actor | None = None, **more: Any) -> Any:
    with road.db.begin(road.municipality) as session:
        return service(session, by or road.chief, publication_id, now=road.clock(), **more)


def hold(road: Road, channel_id: int | None) -> None:
    with road.db.begin(road.municipality) as session:
        holding.hold(session, road.chief, channel_id=channel_id, reason="Øvelse", now=road.clock())


def release(road: Road, channel_id: int | None) -> None:
    with road.db.begin(road.municipality) as session:
        holding.release(session, road.chief, channel_id=channel_id, now=road.clock())


def count(road: Road, table: Any) -> int:
    with road.db.read(road.municipality) as session:
        return len(rows.every(session, table))


def shown(road: Road, channel_id: int) -> list[str]:
    return [post.text for post in road.posts(channel_id)]


def test_a_notice_is_out_at_once_at_night_on_a_full_day(road: Road) -> None:
    channel = road.channel()
    for _ in range(2):
        road.published(channel)
    road.clock.moment = wall("2026-03-03 23:30")
    publication_id = sent_in(road, channel, link="fjordvik.example/vann")
    assert road.deliver() == 1
    row, slot = road.publication(publication_id), road.slot(publication_id)
    assert (row.state, row.language, row.chosen_at) == (State.PUBLISHED, "nb", None)
    assert shown(road, channel)[0] == f"{TEXT}\n\nhttps://fjordvik.example/vann"
    assert slot is not None
    assert (slot.kind, slot.ordinal, slot.starts_at) == (SlotKind.URGENT, None, road.clock())


def test_a_notice_takes_no_place_in_the_day_and_no_turn(road: Road) -> None:
    channel = road.channel()
    out_in(road, channel)
    now, next_hour = road.clock(), road.clock() + HOUR
    placed = [
        road.scheduled(channel, language="nb", starts_at=now),
        road.scheduled(channel, language="nn", starts_at=next_hour),
    ]
    assert road.mint() == 1
    road.clock.wind(HOUR)
    assert road.mint() == 1
    assert [road.publication(each).state for each in placed] == [State.GOING_OUT] * 2


def test_whoever_sends_it_answers_for_it_though_the_channel_asks_for_approval(road: Road) -> None:
    channel = road.channel()
    road.set_channel(channel, needs_approval=True)
    jonas = actor(road.db, road.municipality, Role.SERVICE_DESK)
    publication_id = sent_in(road, channel, by=jonas)
    assert road.publication(publication_id).state is State.GOING_OUT
    with road.db.read(road.municipality) as session:
        (approval,) = rows.every(session, Approval, col(Approval.publication_id) == publication_id)
        assert approval.person_id == jonas.person_id
        assert review.holds(session, publications.get(session, publication_id))
        post = posts.post(session, publications.get(session, publication_id).post_id)
        assert (post.kind, post.author_id, post.title) == (
            PostKind.SERVICE_NOTICE,
            jonas.person_id,
            "Vannet er borte i Strandgata",
        )


def test_without_a_choice_it_goes_to_all_channels_that_the_person_may_send_in(road: Road) -> None:
    with road.db.begin(road.municipality) as session:
        unit_id = build.unit(session).pk
    ours, closed, schools = road.channel(), road.channel(), road.channel()
    road.set_channel(schools, unit_id=unit_id)
    road.set_channel(closed, active=False)
    assert len(of_post(road, send(road).post_id)) == 2
    leader = actor(road.db, road.municipality, Role.LEADER, unit_id=unit_id)
    assert [each.channel_id for each in of_post(road, send(road, by=leader).post_id)] == [schools]
    assert refusal_of(lambda: send(road, ours, by=leader)).codes == (Denied.NOT_ALLOWED,)
    assert refusal_of(lambda: send(road, closed)).codes == (PostRefusal.CHANNEL_NOT_ACTIVE,)


@pytest.mark.parametrize("role", [Role.READER, Role.MODERATOR, Role.ADMINISTRATOR, Role.ARCHIVIST])
def test_others_may_neither_send_nor_end_one(road: Road, role: Role) -> None:
    somebody = actor(road.db, road.municipality, role)
    publication_id = sent_in(road, road.channel())
    refused = [
        refusal_of(lambda: send(road, road.channel(), by=somebody)),
        refusal_of(lambda: over(road, publication_id, by=somebody)),
        refusal_of(lambda: do(road, notices.send_again, publication_id, by=somebody)),
    ]
    assert [each.codes for each in refused] == [(Denied.NOT_ALLOWED,)] * 3


def test_everything_that_is_wrong_is_told_at_once(road: Road) -> None:
    channel = road.channel()
    refused = refusal_of(
        lambda: send(road, channel, what=" ", place="x" * 201, until="x" * 121, language="en", link="javascript:x")
    )
    assert set(refused.codes) == {
        NoticeRefusal.WHAT_MISSING,
        NoticeRefusal.PLACE_TOO_LONG,
        NoticeRefusal.UNTIL_TOO_LONG,
        NoticeRefusal.LANGUAGE_UNKNOWN,
        PostRefusal.LINK_MALFORMED,
    }
    assert refusal_of(lambda: send(road, channel, what="x" * 301)).codes == (NoticeRefusal.WHAT_TOO_LONG,)


def test_a_text_that_a_channel_has_no_room_for_is_refused_with_the_figures_and_nothing_goes(road: Road) -> None:
    roomy, narrow = road.channel("manual", network="Facebook"), road.channel()
    address = "https://fjordvik.example/" + "x" * 470
    refused = refusal_of(lambda: send(road, roomy, narrow, link=address))
    length = len(TEXT) + 2 + len(address)
    assert refused.codes == (NoticeRefusal.TOO_LONG,)
    assert refused.params["too_long"] == [f"{road.shown(narrow).name} ({length}/500)"]
    assert count(road, Publication) == 0


def test_a_hold_is_told_with_who_and_why_before_anything_is_sent(road: Road) -> None:
    held, free = road.channel(), road.channel()
    hold(road, held)
    refused = refusal_of(lambda: send(road, free, held))
    assert refused.codes == (NoticeRefusal.HELD,)
    assert dict(refused.params) == {"channel": road.shown(held).name, "person": road.chief.name, "reason": "Øvelse"}
    assert count(road, Publication) == 0
    hold(road, None)
    assert refusal_of(lambda: send(road, free)).codes == (NoticeRefusal.ALL_HELD,)
    release(road, None)
    assert send(road, free).left_out == ()


def test_a_paused_channel_is_left_out_and_named(road: Road) -> None:
    paused, free = road.channel(), road.channel()
    road.set_channel(paused, paused_code="token_dead")
    sent = send(road, paused, free)
    assert (sent.channels, sent.left_out) == ((road.shown(free).name,), (road.shown(paused).name,))
    assert refusal_of(lambda: send(road, paused)).codes == (NoticeRefusal.CHANNELS_PAUSED,)


def test_a_form_that_is_sent_twice_is_one_notice(road: Road) -> None:
    channel = road.channel()
    first, second = send(road, channel, key="a form"), send(road, channel, key="a form")
    assert (first.post_id, second.again) == (second.post_id, True)
    road.deliver()
    send(road, channel, key="a form")
    assert road.deliver() == 0
    assert shown(road, channel) == [TEXT]


def test_a_form_that_says_something_else_the_second_time_is_not_lost_behind_the_first(road: Road) -> None:
    channel, another = road.channel(), road.channel()
    send(road, channel, key="a form")
    for changed in ({"until": "kl. 18"}, {"language": "nn"}, {"link": "https://fjordvik.example/"}):
        refused = refusal_of(lambda changed=changed: send(road, channel, key="a form", **changed))  # type: ignore[misc]  # bound at once
        assert refused.codes == (NoticeRefusal.SAYS_SOMETHING_ELSE,)
    assert refusal_of(lambda: send(road, another, key="a form")).codes == (NoticeRefusal.SAYS_SOMETHING_ELSE,)
    assert count(road, ServiceNotice) == 1


def test_a_notice_that_could_not_be_sent_in_time_fails_and_is_never_placed(road: Road) -> None:
    channel = road.channel()
    road.meets(channel, Fault.DOWN)
    publication_id = sent_in(road, channel)
    road.clock.wind(LONGEST_WAIT - MOMENT)
    assert delivering.lapse_due(road.db, now=road.clock()) == 0
    road.clock.wind(MOMENT)
    assert delivering.lapse_due(road.db, now=road.clock()) == 1
    row = road.publication(publication_id)
    assert (row.state, row.problem_code) == (State.FAILED, Unsent.TOO_LATE.value)
    assert road.slot(publication_id) is None
    road.clock.moment = wall("2026-03-04 14:00")
    assert planning.plan_due(road.db, [road.municipality], now=road.clock()) == 0
    assert (road.mint(), road.deliver()) == (0, 0)


def test_a_hold_that_comes_after_it_was_sent_keeps_it_back_and_says_so_when_it_lapses(road: Road) -> None:
    channel = road.channel()
    publication_id = sent_in(road, channel)
    hold(road, channel)
    assert road.deliver() == 0
    road.clock.wind(LONGEST_WAIT)
    assert delivering.lapse_due(road.db, now=road.clock()) == 1
    assert road.publication(publication_id).problem_code == Unsent.HELD_BACK.value
    assert refusal_of(lambda: do(road, notices.send_again, publication_id)).codes == (NoticeRefusal.HELD,)


def test_what_failed_is_sent_again_now_and_not_by_the_planner(road: Road) -> None:
    channel = road.channel()
    road.meets(channel, Fault.REFUSE)
    publication_id = sent_in(road, channel)
    road.deliver()
    assert road.publication(publication_id).state is State.FAILED
    assert refusal_of(lambda: do(road, review.retry, publication_id)).codes == (ReviewRefusal.IS_A_NOTICE,)
    road.meets(channel, Fault.NONE)
    road.clock.moment = wall("2026-03-03 22:00")
    do(road, notices.send_again, publication_id, by=actor(road.db, road.municipality, Role.SERVICE_DESK))
    assert road.deliver() == 1
    assert road.publication(publication_id).state is State.PUBLISHED
    assert shown(road, channel) == [TEXT]


def test_a_notice_that_was_changed_after_it_failed_is_a_draft_that_can_only_be_sent_now(road: Road) -> None:
    channel = road.channel()
    road.meets(channel, Fault.REFUSE)
    publication_id = sent_in(road, channel)
    road.deliver()
    road.meets(channel, Fault.NONE)
    with road.db.begin(road.municipality) as session:
        post_id = rows.get(session, Publication, publication_id).post_id
        posts.write_texts(session, post_id, {"nb": "Vannet er borte på Nes."})
        review.edit_reopens(session, road.chief, publication_id, now=road.clock())
    for service in (review.submit, review.release):
        assert refusal_of(lambda service=service: do(road, service, publication_id)).codes == (  # type: ignore[misc]  # bound at once
            ReviewRefusal.IS_A_NOTICE,
        )
    assert refusal_of(lambda: do(road, review.schedule, post_id)).codes == (ReviewRefusal.IS_A_NOTICE,)
    do(road, notices.send_again, publication_id)
    road.deliver()
    assert shown(road, channel) == ["Vannet er borte på Nes."]


def test_an_ordinary_post_is_no_notice(road: Road) -> None:
    publication_id = road.published(road.channel())
    for service in (over, lambda road, each: do(road, notices.send_again, each)):
        assert refusal_of(lambda service=service: service(road, publication_id)).codes == (  # type: ignore[misc]  # bound at once
            NoticeRefusal.NOT_A_NOTICE,
        )


def test_when_it_is_over_every_channel_says_so_first_and_keeps_what_it_said(road: Road) -> None:
    one, two = road.channel(), road.channel()
    post_id = send(road, one, two).post_id
    road.deliver()
    with road.db.begin(road.municipality) as session:
        told = notices.done(session, road.chief, post_id, now=road.clock())
    assert set(told.ended.values()) == {Ended.CORRECTED}
    assert road.deliver() == 2
    assert shown(road, one) == shown(road, two) == [LAST_WORDS]
    assert {each.revision for each in of_post(road, post_id)} == {2}
    with road.db.read(road.municipality) as session:
        (notice,) = rows.every(session, ServiceNotice)
        assert (notice.done_at, notice.done_by_id) == (road.clock(), road.chief.person_id)
        assert all(review.holds(session, each) for each in publications.of_post(session, post_id))


def test_over_pressed_twice_corrects_once(road: Road) -> None:
    channel = road.channel()
    publication_id = out_in(road, channel)
    over(road, publication_id)
    assert over(road, publication_id).again
    assert road.deliver() == 1
    assert over(road, publication_id).again
    assert road.deliver() == 0
    assert shown(road, channel) == [LAST_WORDS]


def test_the_one_who_says_that_it_is_over_may_say_how_it_is_now(road: Road) -> None:
    channel = road.channel()
    over(road, out_in(road, channel), words="vannet er tilbake")
    road.deliver()
    assert shown(road, channel)[0].startswith("Over kl. 14.00: Vannet er tilbake.\n\n")


def test_what_has_not_gone_out_when_it_is_over_does_not_go_out(road: Road) -> None:
    channel = road.channel()
    publication_id = sent_in(road, channel)
    assert list(over(road, publication_id).ended.values()) == [Ended.DROPPED]
    assert road.deliver() == 0
    assert (road.publication(publication_id).state, road.slot(publication_id)) == (State.CANCELLED, None)
    assert road.delivery(publication_id).state is Sending.CANCELLED


def test_what_is_being_sent_when_it_is_over_is_corrected_as_soon_as_it_is_out(road: Road) -> None:
    channel = road.channel()
    publication_id = sent_in(road, channel)
    road.meets(channel, Fault.TIME_OUT_AFTER_ACCEPTING, times=1)
    road.deliver()
    assert road.delivery(publication_id).state is Sending.UNCONFIRMED
    assert list(over(road, publication_id).ended.values()) == [Ended.LATER]
    assert shown(road, channel) == [TEXT]
    looking_up.look_up_due(road.db, gate=road.gate)
    assert road.publication(publication_id).state is State.PUBLISHED
    assert road.deliver() == 1
    assert shown(road, channel) == [LAST_WORDS]


def test_what_turns_out_not_to_be_out_when_it_is_over_is_dropped(road: Road) -> None:
    publication_id = sent_in(road, road.channel("manual", network="Facebook"))
    assert list(over(road, publication_id).ended.values()) == [Ended.LATER]
    do(road, handing_over.not_posted, publication_id)
    assert road.publication(publication_id).state is State.CANCELLED


def test_where_a_person_posts_a_person_is_asked_to_post_and_to_correct(road: Road) -> None:
    publication_id = sent_in(road, road.channel("manual", network="Facebook"))
    assert (road.delivery(publication_id).state, road.content(publication_id).text) == (Sending.ASKED, TEXT)
    do(road, handing_over.posted, publication_id, url="")
    assert list(over(road, publication_id).ended.values()) == [Ended.BY_HAND]
    newest = road.delivery(publication_id)
    assert (newest.kind, newest.state, road.content(publication_id).text) == (Kind.UPDATE, Sending.ASKED, LAST_WORDS)


def test_a_person_who_did_not_post_it_is_told_that_it_is_not_out(road: Road) -> None:
    publication_id = sent_in(road, road.channel("manual", network="Facebook"))
    do(road, handing_over.not_posted, publication_id)
    row = road.publication(publication_id)
    assert (row.state, row.problem_code) == (State.FAILED, Unsent.NOT_POSTED.value)


def test_an_earlier_correction_never_comes_last(road: Road) -> None:
    channel = road.channel()
    publication_id = out_in(road, channel)
    with road.db.begin(road.municipality) as session:
        row = publications.get(session, publication_id)
        posts.write_texts(session, row.post_id, {"nb": "Vannet er borte på Nes."})
    do(road, minting.correct, publication_id)
    over(road, publication_id)
    assert road.deliver() == 1
    assert shown(road, channel)[0].endswith("Meldingen var: Vannet er borte på Nes.")


def test_a_hold_keeps_the_correction_back_until_it_is_released(road: Road) -> None:
    channel = road.channel()
    publication_id = out_in(road, channel)
    hold(road, channel)
    assert list(over(road, publication_id).ended.values()) == [Ended.KEPT_BACK]
    assert road.deliver() == 0
    release(road, channel)
    assert road.deliver() == 1
    assert shown(road, channel) == [LAST_WORDS]


def test_where_nothing_can_be_corrected_one_press_tells_it_anew_once(road: Road) -> None:
    channel = road.channel()
    publication_id = out_in(road, channel)
    road.set_channel(channel, can=0)
    assert list(over(road, publication_id).ended.values()) == [Ended.CANNOT]
    told = do(road, notices.tell_anew, publication_id)
    assert do(road, notices.tell_anew, publication_id) == Sent(post_id=told.post_id, channels=told.channels, again=True)
    assert road.deliver() == 1
    assert shown(road, channel) == [LAST_WORDS, TEXT]
    assert over(road, of_post(road, told.post_id)[0].pk).again


def test_nothing_is_told_anew_while_it_lasts(road: Road) -> None:
    publication_id = out_in(road, road.channel())
    assert refusal_of(lambda: do(road, notices.tell_anew, publication_id)).codes == (NoticeRefusal.NOT_OVER,)


def test_a_correction_that_the_platform_refused_can_be_tried_again(road: Road) -> None:
    channel = road.channel()
    publication_id = out_in(road, channel)
    road.meets(channel, Fault.REFUSE, times=1)
    over(road, publication_id)
    road.deliver()
    assert road.publication(publication_id).problem_code == "refused"
    assert shown(road, channel) == [TEXT]
    do(road, notices.send_again, publication_id)
    road.deliver()
    assert (road.publication(publication_id).problem_code, shown(road, channel)) == (None, [LAST_WORDS])


def test_a_notice_that_is_over_is_not_sent_again(road: Road) -> None:
    publication_id = sent_in(road, road.channel())
    over(road, publication_id)
    with pytest.raises(Refused) as refused:
        do(road, notices.send_again, publication_id)
    assert refused.value.codes == (NoticeRefusal.IS_OVER,)


def test_the_command_line_sends_and_ends_without_a_person(road: Road) -> None:
    channel = road.channel()
    with road.db.begin(road.municipality) as session:
        sent = notices.send(session, None, **FIELDS, channel_ids=None, now=road.clock())
    road.deliver()
    with road.db.begin(road.municipality) as session:
        notices.done(session, None, sent.post_id, now=road.clock())
        assert rows.get(session, Channel, channel).active
    road.deliver()
    assert shown(road, channel) == [LAST_WORDS]
