"""An item that changes or is withdrawn: its post follows, is flagged, or leaves its slot, each in its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from connectors.http import Http
from scheduler.domain.access import Actor, Denied, Role
from scheduler.domain.publication import State
from scheduler.errors import LostRace, Refused
from scheduler.services import drafting, editing, ingestion, planning, review
from scheduler.services.editing import Content
from scheduler.services.ingestion import PullResult
from scheduler.services.intake import until_won
from scheduler.services.planning import Parked
from scheduler.services.sources import SourceRefusal
from scheduler.store import posts, publications, slots
from scheduler.store.database import Database
from scheduler.store.tables import AuditEvent, FeedItem, Post, Publication
from scheduler.store.tables.posts import SourceFlag
from tests import build
from tests.connectors.server import Answer, Server
from tests.services.listings import ADDRESS, News, lists, stands
from tests.town import StandingClock, actor

Pull = Callable[..., PullResult]
OLD = News(path="/vei", guid="vei", title="Veien stenges", lead="Veien er stengt på grunn av arbeid ved skolen.")
NEW = News(
    path="/vei", guid="vei", title="Veien stenges likevel ikke", lead="Arbeidet ved skolen er utsatt, og veien er åpen."
)
BEFORE, AFTER = News(path="/a", guid="a", title="En sak før"), News(path="/b", guid="b", title="En sak etter")


@pytest.fixture
def pull(db: Database, municipality: int, site: Server, http: Http, clock: StandingClock) -> Pull:
    """List these items, and pull."""
    with db.begin(municipality) as session:
        build.channel(session)
        feed_id = build.feed(session, address=site.url + ADDRESS).pk

    def now_lists(*news: News, broken: bool = False) -> PullResult:
        lists(site, *news, broken=broken)
        return ingestion.pull(db, municipality_id=municipality, feed_id=feed_id, http=http, clock=clock)

    return now_lists


@pytest.fixture
def drafted(
    db: Database, municipality: int, chief: Actor, pull: Pull, http: Http, clock: StandingClock, site: Server
) -> int:
    """The post that was drafted from the old item; its id."""
    stands(site, "/vei", "/a", "/b")
    pull(BEFORE, OLD, AFTER)
    with db.read(municipality) as session:
        item = session.exec(select(FeedItem).where(col(FeedItem.key) == "guid:vei")).one()
    return drafting.draft(db, chief, item_id=item.pk, http=http, clock=clock)


def _post(db: Database, municipality: int, post_id: int) -> Post:
    with db.read(municipality) as session:
        return posts.post(session, post_id)


def _publication(db: Database, municipality: int, post_id: int) -> Publication:
    with db.read(municipality) as session:
        return publications.of_post(session, post_id)[0]


def _texts(db: Database, municipality: int, post_id: int) -> dict[str, str]:
    with db.read(municipality) as session:
        return posts.texts(session, post_id)


def _schedule(db: Database, municipality: int, chief: Actor, post_id: int) -> None:
    with db.begin(municipality) as session:
        review.schedule(session, chief, post_id, now=build.NOW)
    assert _publication(db, municipality, post_id).state is State.SCHEDULED


def _put(db: Database, municipality: int, post_id: int, state: State) -> None:
    """Set the state as an earlier step would have left it."""
    with db.begin(municipality) as session:
        row = publications.of_post(session, post_id)[0]
        row.state = state
        session.add(row)


def _write_by_hand(db: Database, municipality: int, chief: Actor, post_id: int) -> None:
    with db.begin(municipality) as session:
        content = Content(
            title="Vår tittel",
            texts={"nb": "Vår egen tekst om veien."},
            channel_ids=frozenset(each.channel_id for each in publications.of_post(session, post_id)),
            link="https://www.fjordvik.example/vei",
        )
        editing.edit(session, chief, post_id=post_id, version=1, content=content, now=build.NOW)


def _withdraw(site: Server, pull: Pull, clock: StandingClock) -> PullResult:
    site.answers["/vei"] = Answer(status=410)
    pull(BEFORE, AFTER)
    clock.wind(timedelta(hours=1))
    return pull(BEFORE, AFTER)


# --- changed ---


def test_a_draft_nobody_has_touched_follows_its_item(db: Database, municipality: int, drafted: int, pull: Pull) -> None:
    pull(BEFORE, NEW, AFTER)
    post = _post(db, municipality, drafted)
    assert (post.title, post.source_flag) == (NEW.title, None)
    assert _texts(db, municipality, drafted) == {"nb": f"{NEW.title}\n\n{NEW.lead}"}
    assert post.version == 2


def test_a_draft_that_a_person_has_written_in_is_flagged(
    db: Database, municipality: int, chief: Actor, drafted: int, pull: Pull
) -> None:
    _write_by_hand(db, municipality, chief, drafted)
    pull(BEFORE, NEW, AFTER)
    assert _post(db, municipality, drafted).source_flag is SourceFlag.CHANGED
    assert _texts(db, municipality, drafted) == {"nb": "Vår egen tekst om veien."}


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.APPROVED, State.GOING_OUT, State.PUBLISHED, State.FAILED])
def test_what_has_been_sent_on_is_flagged_and_stays_where_it_is(
    db: Database, municipality: int, drafted: int, pull: Pull, state: State
) -> None:
    _put(db, municipality, drafted, state)
    pull(BEFORE, NEW, AFTER)
    assert _post(db, municipality, drafted).source_flag is SourceFlag.CHANGED
    assert _publication(db, municipality, drafted).state is state
    assert _texts(db, municipality, drafted) == {"nb": f"{OLD.title}\n\n{OLD.lead}"}


def test_a_scheduled_post_is_flagged_and_keeps_its_slot(
    db: Database, municipality: int, chief: Actor, drafted: int, pull: Pull
) -> None:
    _schedule(db, municipality, chief, drafted)
    pull(BEFORE, NEW, AFTER)
    publication = _publication(db, municipality, drafted)
    assert publication.state is State.SCHEDULED
    with db.read(municipality) as session:
        assert slots.of_publication(session, publication.pk) is not None
        events = session.exec(select(AuditEvent).where(col(AuditEvent.action) == "source_changed")).all()
    assert [(event.subject, event.subject_id, event.after) for event in events] == [("post", drafted, "changed")]


def test_taking_the_new_text_makes_a_scheduled_post_a_draft_again(
    db: Database, municipality: int, chief: Actor, drafted: int, pull: Pull
) -> None:
    _schedule(db, municipality, chief, drafted)
    pull(BEFORE, NEW, AFTER)
    with db.begin(municipality) as session:
        drafting.answer_source(session, chief, post_id=drafted, take=True, now=build.NOW)
    assert _post(db, municipality, drafted).source_flag is None
    assert _publication(db, municipality, drafted).state is State.DRAFT
    assert _texts(db, municipality, drafted) == {"nb": f"{NEW.title}\n\n{NEW.lead}"}


def test_keeping_ours_leaves_everything_as_it_is(
    db: Database, municipality: int, chief: Actor, drafted: int, pull: Pull
) -> None:
    _schedule(db, municipality, chief, drafted)
    pull(BEFORE, NEW, AFTER)
    with db.begin(municipality) as session:
        drafting.answer_source(session, chief, post_id=drafted, take=False, now=build.NOW)
        assert review.holds(session, publications.of_post(session, drafted)[0])
    assert _post(db, municipality, drafted).source_flag is None
    assert _publication(db, municipality, drafted).state is State.SCHEDULED


def test_another_picture_is_no_news_for_a_post(
    db: Database, municipality: int, chief: Actor, drafted: int, pull: Pull
) -> None:
    _write_by_hand(db, municipality, chief, drafted)
    assert pull(BEFORE, replace(OLD, picture="/ny.jpg"), AFTER).changed == 1
    assert _post(db, municipality, drafted).source_flag is None


def test_who_lost_a_race_looks_again_and_gives_up_in_the_end() -> None:
    tries = 0

    def second_time_lucky() -> str:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise LostRace("post", 1)
        return "won"

    def never() -> str:
        raise LostRace("post", 1)

    assert until_won(second_time_lucky) == "won"
    with pytest.raises(LostRace):
        until_won(never)


def test_an_item_that_changes_back_takes_its_flag_away(
    db: Database, municipality: int, chief: Actor, drafted: int, pull: Pull
) -> None:
    _schedule(db, municipality, chief, drafted)
    pull(BEFORE, NEW, AFTER)
    pull(BEFORE, OLD, AFTER)
    assert _post(db, municipality, drafted).source_flag is None


def test_there_must_be_a_flag_to_answer_and_the_right_to_write(
    db: Database, municipality: int, chief: Actor, drafted: int
) -> None:
    with db.begin(municipality) as session:
        with pytest.raises(Refused) as refused:
            drafting.answer_source(session, chief, post_id=drafted, take=True, now=build.NOW)
        assert refused.value.codes == (SourceRefusal.NOTHING_TO_ANSWER,)
    reader = actor(db, municipality, Role.READER)
    with db.begin(municipality) as session, pytest.raises(Refused) as refused:
        drafting.answer_source(session, reader, post_id=drafted, take=True, now=build.NOW)
    assert refused.value.codes == (Denied.NOT_ALLOWED,)


# --- withdrawn ---


def test_an_item_is_withdrawn_when_its_page_is_gone_twice_an_hour_apart(
    db: Database, municipality: int, drafted: int, site: Server, pull: Pull, clock: StandingClock
) -> None:
    site.answers["/vei"] = Answer(status=404)
    assert pull(BEFORE, AFTER).withdrawn == 0
    assert _post(db, municipality, drafted).source_flag is None
    clock.wind(timedelta(minutes=59))
    assert pull(BEFORE, AFTER).withdrawn == 0
    clock.wind(timedelta(minutes=1))
    assert pull(BEFORE, AFTER).withdrawn == 1
    assert _post(db, municipality, drafted).source_flag is SourceFlag.WITHDRAWN


def test_the_bell_finds_a_withdrawal_too(
    db: Database, municipality: int, drafted: int, site: Server, pull: Pull, http: Http, clock: StandingClock
) -> None:
    site.answers["/vei"] = Answer(status=404)
    pull(BEFORE, AFTER)
    assert ingestion.check_gone(db, http=http, clock=clock) == 0
    clock.wind(timedelta(hours=2))
    assert ingestion.check_gone(db, http=http, clock=clock) == 1
    assert ingestion.check_gone(db, http=http, clock=clock) == 0


@pytest.mark.parametrize("answer", [Answer(body=b"<p>Her</p>"), Answer(status=500), Answer(cut=True)])
def test_a_page_that_stands_or_says_nothing_is_not_gone(
    db: Database, municipality: int, drafted: int, site: Server, pull: Pull, clock: StandingClock, answer: Answer
) -> None:
    site.answers["/vei"] = answer
    for _ in range(3):
        assert pull(BEFORE, AFTER).withdrawn == 0
        clock.wind(timedelta(hours=2))
    assert _post(db, municipality, drafted).source_flag is None


def test_what_fell_off_the_end_or_out_of_a_broken_feed_was_not_taken_back(
    db: Database, municipality: int, drafted: int, site: Server, pull: Pull, clock: StandingClock
) -> None:
    site.answers["/vei"] = Answer(status=404)
    pull(BEFORE, AFTER, broken=True)
    clock.wind(timedelta(hours=2))
    pull(BEFORE)
    clock.wind(timedelta(hours=2))
    assert pull(BEFORE).withdrawn == 0
    assert _post(db, municipality, drafted).source_flag is None


def test_a_page_taken_down_days_after_it_left_the_list_is_found_still(
    db: Database, municipality: int, drafted: int, site: Server, pull: Pull, clock: StandingClock
) -> None:
    pull(BEFORE, AFTER)
    site.answers["/vei"] = Answer(status=404)
    clock.wind(timedelta(days=1))
    pull(BEFORE, AFTER)
    clock.wind(timedelta(hours=1))
    assert pull(BEFORE, AFTER).withdrawn == 1


def test_a_scheduled_post_whose_item_is_withdrawn_leaves_its_slot_and_is_not_placed_again(
    db: Database, municipality: int, chief: Actor, drafted: int, site: Server, pull: Pull, clock: StandingClock
) -> None:
    _schedule(db, municipality, chief, drafted)
    _withdraw(site, pull, clock)
    publication = _publication(db, municipality, drafted)
    assert (publication.state, publication.problem_code) == (State.APPROVED, Parked.SOURCE_WITHDRAWN)
    with db.begin(municipality) as session:
        assert slots.of_publication(session, publication.pk) is None
        assert planning.place_approved(session, channel_id=publication.channel_id, now=clock()) == []


def test_an_approved_post_whose_item_is_withdrawn_is_not_placed(
    db: Database, municipality: int, drafted: int, site: Server, pull: Pull, clock: StandingClock
) -> None:
    _put(db, municipality, drafted, State.APPROVED)
    _withdraw(site, pull, clock)
    publication = _publication(db, municipality, drafted)
    with db.begin(municipality) as session:
        assert planning.place_approved(session, channel_id=publication.channel_id, now=clock()) == []


def test_nobody_approves_or_schedules_what_was_withdrawn_before_answering(
    db: Database, municipality: int, chief: Actor, drafted: int, site: Server, pull: Pull, clock: StandingClock
) -> None:
    _withdraw(site, pull, clock)
    with db.begin(municipality) as session, pytest.raises(Refused):
        review.schedule(session, chief, drafted, now=clock())
    _put(db, municipality, drafted, State.IN_REVIEW)
    with db.begin(municipality) as session, pytest.raises(Refused):
        review.approve(session, chief, publications.of_post(session, drafted)[0].pk, now=clock())
    with db.begin(municipality) as session:
        drafting.answer_source(session, chief, post_id=drafted, take=False, now=clock())
        review.approve(session, chief, publications.of_post(session, drafted)[0].pk, now=clock())


def test_accepting_a_withdrawal_cancels_what_is_not_out(
    db: Database, municipality: int, chief: Actor, drafted: int, site: Server, pull: Pull, clock: StandingClock
) -> None:
    _withdraw(site, pull, clock)
    with db.begin(municipality) as session:
        drafting.answer_source(session, chief, post_id=drafted, take=True, now=clock())
    assert _publication(db, municipality, drafted).state is State.CANCELLED


def test_a_published_post_whose_item_is_withdrawn_stays_published_and_is_flagged(
    db: Database, municipality: int, drafted: int, site: Server, pull: Pull, clock: StandingClock
) -> None:
    _put(db, municipality, drafted, State.PUBLISHED)
    _withdraw(site, pull, clock)
    assert _publication(db, municipality, drafted).state is State.PUBLISHED
    assert _post(db, municipality, drafted).source_flag is SourceFlag.WITHDRAWN


def test_an_item_that_comes_back_leaves_a_flag_for_a_person(
    db: Database, municipality: int, drafted: int, site: Server, pull: Pull, clock: StandingClock
) -> None:
    _withdraw(site, pull, clock)
    pull(BEFORE, OLD, AFTER)
    assert _post(db, municipality, drafted).source_flag is SourceFlag.CHANGED
    with db.read(municipality) as session:
        item = session.exec(select(FeedItem).where(col(FeedItem.key) == "guid:vei")).one()
    assert (item.withdrawn_at, item.missing_since) == (None, None)
