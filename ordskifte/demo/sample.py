"""The sample municipality: Fjordvik, with units, people, channels, feeds, and some days of history made by the product's own steps.

Everything here goes through the services that people and bells use, at moments gone by; only the weeks before are written past them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col

from ordskifte.demo import past, planned
from ordskifte.demo.talk import UNDER_THE_FIRST, UNDER_THE_SECOND, Said, Talk
from scheduler.clock import Clock
from scheduler.domain.access import Actor, Role
from scheduler.domain.publication import State
from scheduler.errors import Refused
from scheduler.queries import feeds as shown
from scheduler.services import (
    connecting,
    delivering,
    drafting,
    handing_over,
    ingestion,
    minting,
    municipalities,
    people,
    review,
)
from scheduler.services.delivering import Senders
from scheduler.services.gate import Gate
from scheduler.settings import Settings
from scheduler.store import rows
from scheduler.store.database import Database
from scheduler.store.tables import Publication

SLUG = "fjordvik"


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A person of the sample, by role. `school`: for the school alone."""

    name: str
    email: str
    role: Role
    school: bool = False


PEOPLE = (
    Somebody(name="Kari Nordmann", email="kari.nordmann@fjordvik.example", role=Role.CHIEF),
    Somebody(name="Aslak Bø", email="aslak.bo@fjordvik.example", role=Role.AUTHOR),
    Somebody(name="Marte Solheim", email="marte.solheim@fjordvik.example", role=Role.LEADER, school=True),
    Somebody(name="Jonas Vik", email="jonas.vik@fjordvik.example", role=Role.SERVICE_DESK),
    Somebody(name="Ingrid Fossum", email="ingrid.fossum@fjordvik.example", role=Role.ADMINISTRATOR),
)


class Moment:
    """A clock's source that stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def make(db: Database, settings: Settings, *, website: str, now: datetime) -> None:
    """Make the sample. `website`: the address of the municipality's website, which must answer already."""
    then = Moment(now - timedelta(days=4))
    gate = Gate.of(settings, Clock(source=then))
    with db.operate() as session:
        town = municipalities.add_municipality(session, name="Fjordvik kommune", slug=SLUG, language="nb", now=then())
        town_id = town.id
    assert town_id is not None
    with db.begin(town_id) as session:
        school_id = municipalities.add_unit(session, None, name="Fjordvik skule", now=then()).pk
        municipalities.add_unit(session, None, name="Fjordvik bibliotek", now=then())
        ids = {
            each.email: people.add_person(
                session,
                None,
                name=each.name,
                email=each.email,
                role=each.role,
                unit_id=school_id if each.school else None,
                now=then(),
            ).pk
            for each in PEOPLE
        }
    channels = _channels(db, gate, town_id, school_id, now=then())
    with db.begin(town_id) as session:
        for address, title, unit_id in (
            (f"{website}/feed.xml", "Fjordvik kommune", None),
            (f"{website}/school.xml", "Fjordvik skule", school_id),
        ):
            ingestion.add_feed(
                session, None, address=address, title=title, site=f"{website}/", unit_id=unit_id, now=then()
            )
    with db.read(town_id) as session:
        aslak = people.actor_of(session, ids["aslak.bo@fjordvik.example"])
        jonas = people.actor_of(session, ids["jonas.vik@fjordvik.example"])
        kari = people.actor_of(session, ids["kari.nordmann@fjordvik.example"])
        marte = people.actor_of(session, ids["marte.solheim@fjordvik.example"])
    planned.take_a_day_out(db, town_id, kari, now=now)
    then.at = now
    for feed in _feeds(db, town_id):
        ingestion.pull(db, municipality_id=town_id, feed_id=feed, http=gate.http, clock=gate.clock)
    senders = Senders(db, gate=gate, owner="sample", threads=1)
    talk = Talk(db=db, gate=gate, then=then, town_id=town_id, channels=channels, desk=jonas, senders=senders)
    _history(talk, aslak, now=now)
    planned.campaign(db, town_id, kari, marte, channel_id=channels["school"], unit_id=school_id, now=now)
    senders.stop()
    past.write(db, town_id, channel_id=channels["manual"], author_id=aslak.person_id, now=now)


def _channels(db: Database, gate: Gate, town_id: int, school_id: int, *, now: datetime) -> dict[str, int]:
    """The channels, and the id of each by what it is here."""
    made = {}
    for which, name, platform, credentials, unit_id, approval in (
        ("town", "Fjordvik kommune (øving)", "practice", {}, None, False),
        ("manual", "Facebook (manuell)", "manual", {"network": "Facebook"}, None, False),
        ("school", "Fjordvik skule (øving)", "practice", {}, school_id, True),
    ):
        with db.begin(town_id) as session:
            channel_id = connecting.add_channel(
                session,
                None,
                platform=platform,
                name=name,
                credentials=credentials,
                house=gate.house,
                unit_id=unit_id,
                language="nn" if unit_id else None,
                needs_approval=approval,
                now=now,
            ).pk
        connecting.check(
            db, None, municipality_id=town_id, channel_id=channel_id, http=gate.http, clock=gate.clock, house=gate.house
        )
        made[which] = channel_id
    return made


def _history(talk: Talk, aslak: Actor, *, now: datetime) -> None:
    """Three items published in the days before and talked about, two scheduled, one at the school's leader, the rest left as news."""
    db, gate, then, town_id = talk.db, talk.gate, talk.then, talk.town_id
    items = _items(db, town_id)
    talk.at_the_school(now=now)
    newest: str | None = None
    for item_id, days, lines in zip(items[:3], (3, 2, 1), (UNDER_THE_FIRST, UNDER_THE_SECOND, ()), strict=True):
        talk.play_until(now - timedelta(days=days, hours=6))
        post_id = drafting.draft(db, aslak, item_id=item_id, http=gate.http, clock=gate.clock)
        with db.begin(town_id) as session:
            placed = review.schedule(session, aslak, post_id, now=then.at)
        starts = [each.placement.starts_at for each in placed if each.placement]
        for moment in sorted({start for start in starts if start < now}):
            then.at = moment + timedelta(seconds=2)
            minting.mint_due(db, now=then.at)
            talk.senders.deliver_all()
        if days > 1:
            _put_out_by_hand(db, town_id, aslak, [each.publication_id for each in placed], now=then.at)
        newest = _talked_about(talk, post_id, lines) or newest
    if newest is not None:
        talk.lately(newest, now=now)
    talk.play_until(now)
    delivering.lapse_due(db, now=now)
    for item_id in items[3:5]:
        post_id = drafting.draft(db, aslak, item_id=item_id, http=gate.http, clock=gate.clock)
        with db.begin(town_id) as session:
            review.schedule(session, aslak, post_id, now=now)
    for item_id in _items(db, town_id, school=True)[:1]:
        post_id = drafting.draft(db, aslak, item_id=item_id, http=gate.http, clock=gate.clock)
        with db.begin(town_id) as session:
            review.schedule(session, aslak, post_id, now=now)


def _talked_about(talk: Talk, post_id: int, lines: tuple[Said, ...]) -> str | None:
    """Let people talk under the post on the practice network, where it stands there; gives what it is called there."""
    with talk.db.read(talk.town_id) as session:
        standing = rows.one(
            session,
            Publication,
            col(Publication.post_id) == post_id,
            col(Publication.channel_id) == talk.channels["town"],
            col(Publication.state) == State.PUBLISHED,
        )
    if standing is None or standing.remote_id is None or standing.published_at is None:
        return None
    talk.under(standing.remote_id, lines, published_at=standing.published_at)
    return standing.remote_id


def _put_out_by_hand(
    db: Database, town_id: int, actor: Actor, publication_ids: Sequence[int], *, now: datetime
) -> None:
    """The posts of the channel without an API are out; the newest is left for whoever tries the demo."""
    for publication_id in publication_ids:
        with db.begin(town_id) as session, suppress(Refused):
            address = f"https://www.facebook.com/example/posts/{publication_id}"
            handing_over.posted(session, actor, publication_id, url=address, now=now + timedelta(minutes=4))


def _feeds(db: Database, town_id: int) -> Sequence[int]:
    with db.read(town_id) as session:
        return [feed.id for feed in shown.feeds(session)]


def _items(db: Database, town_id: int, *, school: bool = False) -> list[int]:
    """The ids of the news, oldest first; the municipality's, or the school's."""
    with db.read(town_id) as session:
        feed_id = next(feed.id for feed in shown.feeds(session) if (feed.unit_id is not None) is school)
        found = shown.items(session, feed_id=feed_id).items
    return [item.id for item in sorted(found, key=lambda item: (item.published_at or item.first_seen_at, item.id))]
