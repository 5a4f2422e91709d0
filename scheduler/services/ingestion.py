"""Pulling the municipality's news: which feeds are read when, what came of it, and whether a missing item was taken back.

Goes out into the world between its transactions, never inside one. A feed that fails keeps a code and waits longer each time; it harms no
other feed, and nothing it gave before is lost.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session

from connectors import newsfeed
from connectors.contract import ConnectorError
from connectors.http import Http
from connectors.hurried import Hurried
from connectors.newsfeed import FeedError, NotModified, Remark
from connectors.webpage import discover
from scheduler.clock import Clock
from scheduler.domain import feeditems
from scheduler.domain.access import Actor, Deed, demand
from scheduler.domain.feeditems import Standing
from scheduler.domain.retries import after
from scheduler.errors import Busy, Missing, Refused
from scheduler.log import logger
from scheduler.services import facts, intake, sources
from scheduler.services.editing import is_web_address
from scheduler.store import audit, feeds, municipalities, rows
from scheduler.store.database import Database
from scheduler.store.feeds import DueFeed
from scheduler.store.tables import Feed, FeedItem, Unit

#: Between two pulls of a feed that answers.
PULL_EVERY = timedelta(minutes=10)
#: After a failure: the first wait, the longest, and how far a site's own "come back at" is believed.
FIRST_WAIT, LONGEST_WAIT, LONGEST_WISH = timedelta(minutes=5), timedelta(hours=6), timedelta(days=1)
#: How long a worker may be at one feed before another may try.
TURN = timedelta(minutes=5)
#: Feeds that are pulled at the same time: one that answers slowly keeps few others waiting.
SIDE_BY_SIDE = 4
#: Pages of missing items that one pull asks for.
PAGES_A_PULL = 10
#: A missing item whose page still stands is asked for again this often, for this long.
LOOK_AGAIN = timedelta(days=1)
LOOK_FOR = timedelta(days=14)
LONGEST_TITLE = 300

_log = logger(__name__)


class PullProblem(StrEnum):
    """Why a feed could not be read. Kept with the feed; each has its words."""

    ADDRESS_INVALID = "address_invalid"
    ADDRESS_PRIVATE = "address_private"
    UNREACHABLE = "unreachable"
    TLS_FAILED = "tls_failed"
    TIMED_OUT = "timed_out"
    BROKEN_OFF = "broken_off"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    TOO_LARGE = "too_large"
    BROKEN_ANSWER = "broken_answer"
    PAGE_GONE = "page_gone"
    PAGE_FORBIDDEN = "page_forbidden"
    HTTP_ERROR = "http_error"
    EMPTY = "empty"
    NOT_A_FEED = "not_a_feed"
    DOCTYPE = "doctype"
    TOO_COMPLEX = "too_complex"
    UNREADABLE = "unreadable"

    @classmethod
    def of(cls, error: ConnectorError) -> PullProblem:
        """What an error of the client or the reader means to whoever looks after the feed."""
        if error.status in feeditems.GONE:
            return cls.PAGE_GONE
        if error.status in (401, 403):
            return cls.PAGE_FORBIDDEN
        return cls(error.code) if error.code in set(cls) else cls.UNREADABLE


class FeedRefusal(StrEnum):
    """Why a feed was not added or changed."""

    FEED_ADDRESS_INVALID = "feed_address_invalid"
    FEED_ADDRESS_TAKEN = "feed_address_taken"
    FEED_TITLE_EMPTY = "feed_title_empty"
    FEED_TITLE_TOO_LONG = "feed_title_too_long"


@dataclass(frozen=True, kw_only=True)
class PullResult:
    """What a pull found. `refused`: (why, which) of items that were left out; `error_code`: why nothing could be read, or None."""

    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    refused: tuple[tuple[str, str], ...] = ()
    error_code: PullProblem | None = None


@dataclass(frozen=True, kw_only=True)
class PreviewItem:
    """One of a feed's last items, for a person to know the feed by."""

    title: str
    link: str
    summary: str
    published_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class FeedPreview:
    """A feed that was found behind an address. `items`: how many it lists; `newest`: the last five."""

    address: str
    title: str
    site: str | None
    items: int
    newest: tuple[PreviewItem, ...]


def look(http: Http, address: str) -> tuple[FeedPreview, ...]:
    """The feeds behind the address of any page of a site, best first, at least one. At most 10 s in all.

    Raises Refused: a PullProblem where the page itself cannot be had, NOT_A_FEED where there is no feed behind it.
    """
    try:
        found = discover(Hurried(http), address)
    except ConnectorError as error:
        raise Refused(PullProblem.of(error)) from None
    if not found:
        raise Refused(PullProblem.NOT_A_FEED)
    return tuple(
        FeedPreview(
            address=each.address,
            title=each.title[:LONGEST_TITLE],
            site=_site_of(each.address),
            items=each.items,
            newest=tuple(
                PreviewItem(title=item.title, link=item.link, summary=item.summary, published_at=item.published_at)
                for item in each.preview
            ),
        )
        for each in found
    )


def add_feed(
    session: Session,
    actor: Actor | None,
    *,
    address: str,
    title: str,
    now: datetime,
    site: str | None = None,
    unit_id: int | None = None,
) -> Feed:
    """A new feed, pulled at the next bell. Raises Refused with everything that is wrong at once."""
    demand(actor, Deed.MANAGE_FEEDS, unit_id=unit_id)
    if unit_id is not None:
        rows.get(session, Unit, unit_id)
    tidy, where = " ".join(title.split()), address.strip()
    found = _title_faults(tidy)
    if not is_web_address(where):
        found.add(FeedRefusal.FEED_ADDRESS_INVALID)
    elif feeds.with_address(session, where) is not None:
        found.add(FeedRefusal.FEED_ADDRESS_TAKEN)
    if found:
        raise Refused(*sorted(found), limit=LONGEST_TITLE)
    added = feeds.add_feed(
        session,
        now=now,
        address=where,
        title=tidy,
        site=site if site and is_web_address(site) else None,
        unit_id=unit_id,
    )
    _note(session, actor, "feed", added.pk, "add", now=now, detail={"title": tidy, "unit_id": unit_id})
    return added


def change_feed(
    session: Session, actor: Actor | None, *, feed_id: int, title: str, active: bool, now: datetime
) -> None:
    """Another title, or whether the feed is pulled. Raises Refused with everything that is wrong at once."""
    feed = feeds.feed(session, feed_id)
    demand(actor, Deed.MANAGE_FEEDS, unit_id=feed.unit_id)
    tidy = " ".join(title.split())
    found = _title_faults(tidy)
    if found:
        raise Refused(*sorted(found), limit=LONGEST_TITLE)
    feeds.settle(session, feed_id, title=tidy, active=active)
    _note(session, actor, "feed", feed_id, "change", now=now, detail={"title": tidy, "active": active})


def pull(
    db: Database, *, municipality_id: int, feed_id: int, http: Http, clock: Clock, actor: Actor | None = None
) -> PullResult:
    """Read one feed now, whether it is due or not. What went wrong is kept with the feed and told; nothing is raised for it."""
    with db.read(municipality_id) as session:
        feed = feeds.feed(session, feed_id)
        demand(actor, Deed.PULL_FEED, unit_id=feed.unit_id)
        zone = facts.zone_of(session)
        listed = sum(item.missing_since is None for item in feeds.listed(session, feed_id))
    try:
        got = newsfeed.fetch(http, feed.address, etag=feed.etag, last_modified=feed.last_modified)
        if isinstance(got, NotModified):
            result = PullResult(unchanged=listed)
            kept: dict[str, Any] = {}
        else:
            listing = newsfeed.read(got.body, got.content_type, got.url, zone=zone)
            if not listing.whole and not listing.items:
                raise FeedError(PullProblem.UNREADABLE.value)
            taken = intake.take(db, municipality_id=municipality_id, feed_id=feed_id, listing=listing, now=clock())
            result = PullResult(
                new=taken.new,
                changed=taken.changed,
                unchanged=taken.unchanged,
                refused=tuple(_refused(remark) for remark in listing.refused),
            )
            # Only now, when all of it is kept: had we been stopped before, the next pull must bring it again. So must it what broke off.
            kept = {
                "etag": _short(got.etag, 500) if listing.whole else None,
                "last_modified": _short(got.last_modified, 100) if listing.whole else None,
                "site": feed.site or listing.site,
            }
    except ConnectorError as error:
        return _failed(db, municipality_id, feed, error, now=clock())
    now = clock()
    with db.begin(municipality_id) as session:
        feeds.settle(
            session,
            feed_id,
            error_code=None,
            failures=0,
            last_pull_at=now,
            last_success_at=now,
            next_pull_at=now + PULL_EVERY,
            **kept,
        )
    withdrawn = _look_for_missing(db, municipality_id, http=http, clock=clock, feed_id=feed_id)
    _log.info("feed pulled", feed=feed_id, new=result.new, changed=result.changed, withdrawn=withdrawn)
    return replace(result, withdrawn=withdrawn)


def pull_due(db: Database, *, http: Http, clock: Clock) -> int:
    """The bell: pull every feed whose turn has come, a few side by side. How many were pulled."""

    def one(due: DueFeed) -> bool:
        now = clock()
        try:
            with db.begin(due.municipality_id) as session:
                mine = feeds.claim(session, due.feed_id, now=now, until=now + TURN)
            if mine:
                pull(db, municipality_id=due.municipality_id, feed_id=due.feed_id, http=http, clock=clock)
        except (Busy, Missing) as passing:  # the database had no time, or the feed is gone: its turn comes again
            _log.warning("feed not pulled", feed=due.feed_id, why=type(passing).__name__)
            return False
        return mine

    with db.across() as session:
        due_now = feeds.due(session, now=clock())
    with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE, thread_name_prefix="pull") as pool:
        return sum(pool.map(one, due_now))


def check_gone(db: Database, *, http: Http, clock: Clock) -> int:
    """The bell: ask for the pages of missing items whose time has come. How many items were found to be withdrawn."""
    with db.across() as session:
        municipality_ids = [each.id for each in municipalities.every(session) if each.id is not None]
    return sum(_look_for_missing(db, each, http=http, clock=clock) for each in municipality_ids)


def set_aside(session: Session, actor: Actor | None, item_id: int, *, now: datetime) -> None:
    """Nothing is made of this item; it leaves the list of new ones."""
    _set_aside(session, actor, item_id, now, now=now)


def take_up_again(session: Session, actor: Actor | None, item_id: int, *, now: datetime) -> None:
    """The item is among the new ones again."""
    _set_aside(session, actor, item_id, None, now=now)


def _set_aside(session: Session, actor: Actor | None, item_id: int, at: datetime | None, *, now: datetime) -> None:
    item = feeds.item(session, item_id)
    demand(actor, Deed.WRITE_POST, unit_id=feeds.feed(session, item.feed_id).unit_id)
    if (item.set_aside_at is None) != (at is None):
        feeds.change_item(session, item_id, set_aside_at=at)
        _note(session, actor, "feed_item", item_id, "set_aside" if at else "take_up_again", now=now)


def _failed(db: Database, municipality_id: int, feed: Feed, error: ConnectorError, *, now: datetime) -> PullResult:
    problem, failures = PullProblem.of(error), feed.failures + 1
    wait = after(failures, base=FIRST_WAIT, ceiling=LONGEST_WAIT, key=f"feed:{feed.pk}")
    back = max(now + wait, min(error.retry_at or now, now + LONGEST_WISH))
    with db.begin(municipality_id) as session:
        feeds.settle(session, feed.pk, error_code=problem.value, failures=failures, last_pull_at=now, next_pull_at=back)
    _log.info("feed not read", feed=feed.pk, code=problem.value, failures=failures)
    return PullResult(error_code=problem)


def _look_for_missing(
    db: Database, municipality_id: int, *, http: Http, clock: Clock, feed_id: int | None = None
) -> int:
    with db.read(municipality_id) as session:
        due = feeds.gone_due(session, now=clock(), feed_id=feed_id, limit=PAGES_A_PULL)
    return sum(_look_at_page(db, municipality_id, item, http=http, clock=clock) for item in due)


def _look_at_page(db: Database, municipality_id: int, item: FeedItem, *, http: Http, clock: Clock) -> bool:
    status = _page_status(http, item.link) if item.link else 404
    return intake.until_won(partial(_judge, db, municipality_id, item, status, now=clock()))


def _judge(db: Database, municipality_id: int, item: FeedItem, status: int | None, *, now: datetime) -> bool:
    """Write what the page's answer means; whether the item is withdrawn now."""
    judged = feeditems.judge_absence(missing=True, page_status=status, first_gone_at=item.gone_first_at, now=now)
    with db.begin(municipality_id) as session:
        match judged.standing:
            case Standing.WITHDRAWN:
                if feeds.withdraw(session, item.pk, now=now):
                    _note(session, None, "feed_item", item.pk, "withdrawn", now=now)
                    sources.item_withdrawn(session, feeds.item(session, item.pk), now=now)
                    return True
            case Standing.WATCHED:
                feeds.watch(session, item.pk, gone_first_at=judged.first_gone_at, gone_next_at=judged.check_at)
            case Standing.THERE:
                since = item.missing_since or now
                again = now + LOOK_AGAIN if now - since < LOOK_FOR else None
                feeds.watch(session, item.pk, gone_first_at=None, gone_next_at=again)
    return False


def _page_status(http: Http, link: str) -> int | None:
    """What the page answers; None where it gives no answer that tells anything."""
    try:
        return http.get(link).status
    except ConnectorError as error:
        return 200 if error.code == "too_large" else error.status


def _site_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/"


def _refused(remark: Remark) -> tuple[str, str]:
    return remark.oddity.value, remark.what


def _short(text: str | None, limit: int) -> str | None:
    """A mark of the site's that fits its column; a longer one is not kept, and the next pull reads all."""
    return text if text and len(text) <= limit and text.isprintable() else None


def _title_faults(title: str) -> set[FeedRefusal]:
    if not title:
        return {FeedRefusal.FEED_TITLE_EMPTY}
    return {FeedRefusal.FEED_TITLE_TOO_LONG} if len(title) > LONGEST_TITLE else set()


def _note(
    session: Session,
    actor: Actor | None,
    subject: str,
    subject_id: int,
    action: str,
    *,
    now: datetime,
    detail: dict[str, object] | None = None,
) -> None:
    audit.note(
        session,
        now=now,
        person_id=actor.person_id if actor else None,
        subject=subject,
        subject_id=subject_id,
        action=action,
        detail=detail,
    )
