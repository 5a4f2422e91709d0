"""What the engine's tests stand on: a municipality with channels on the practice network, and posts whose moment has come.

Everything is real, the practice network too; only the clock stands still until a test winds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col

from connectors.http import Http
from connectors.practice_shapes import Fault, PracticeCall, PracticePost
from connectors.practice_store import PracticeNetwork
from scheduler.domain.access import Actor
from scheduler.domain.delivery import Kind, publish_lane
from scheduler.domain.publication import State
from scheduler.services import connecting, minting, review
from scheduler.services.connecting import House
from scheduler.services.delivering import Senders
from scheduler.services.gate import Gate
from scheduler.store import deliveries, rows, slots
from scheduler.store.database import Database, municipality_of
from scheduler.store.tables import Approval, Channel, Delivery, DeliveryContent, Publication, Slot
from tests import build
from tests.town import StandingClock

#: A Tuesday, two in the afternoon in Norway: within the windows.
AFTERNOON = build.NOW + timedelta(hours=4)

_numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class Road:
    """The road from a slot to a published post, walked by the steps that the bells ring."""

    db: Database
    municipality: int
    gate: Gate
    clock: StandingClock
    chief: Actor
    network: PracticeNetwork

    def channel(self, platform: str = "practice", **credentials: str) -> int:
        """A channel that has been connected and checked; its id."""
        with self.db.begin(self.municipality) as session:
            channel_id = connecting.add_channel(
                session,
                None,
                platform=platform,
                name=f"Kanal {next(_numbers)}",
                credentials=credentials,
                house=self.gate.house,
                now=self.clock(),
            ).pk
        checked = connecting.check(
            self.db,
            None,
            municipality_id=self.municipality,
            channel_id=channel_id,
            http=self.gate.http,
            clock=self.clock,
            house=self.gate.house,
        )
        assert checked.code is None
        return channel_id

    def scheduled(
        self,
        channel_id: int,
        *,
        starts_at: datetime | None = None,
        text: str = "Den nye gangveien er åpen.",
        language: str = "nb",
        picture: bytes | None = None,
        chosen: bool = False,
        **post: Any,
    ) -> int:
        """An approved post with a place at `starts_at` (now, unless given); the publication's id."""
        when = starts_at or self.clock()
        with self.db.begin(self.municipality) as session:
            post_id = build.post(session, texts={language: text}, **post).pk
            if picture is not None:
                build.illustrated(session, post_id, contents=[picture])
            row = build.publication(
                session,
                post_id=post_id,
                channel_id=channel_id,
                state=State.SCHEDULED,
                language=language,
                chosen_at=when if chosen else None,
            )
            on_the_day = [
                each
                for each in rows.every(session, Slot, col(Slot.channel_id) == channel_id)
                if each.day == when.date()
            ]
            ordinal = len(on_the_day) + 1
            build.slot(
                session, row, starts_at=when, day=when.date(), ordinal=ordinal, cap=max(ordinal, 2), language=language
            )
            approve(session, row)
            return row.pk

    def minted(self, channel_id: int, **values: Any) -> int:
        """A post whose moment has come and whose delivery is written; the publication's id."""
        publication_id = self.scheduled(channel_id, **values)
        assert self.mint() == 1
        return publication_id

    def published(self, channel_id: int, **values: Any) -> int:
        """A post that stands on the platform; the publication's id."""
        publication_id = self.minted(channel_id, **values)
        assert self.deliver() == 1
        return publication_id

    def mint(self) -> int:
        return minting.mint_due(self.db, now=self.clock())

    def deliver(self, threads: int = 4) -> int:
        """Send all that is due, and give the number of sends."""
        senders = Senders(self.db, gate=self.gate, owner="a worker", threads=threads)
        try:
            return senders.deliver_all()
        finally:
            senders.stop()

    def claim(self, *, limit: int = 10, owner: str = "a worker") -> list[Delivery]:
        with self.db.begin(self.municipality) as session:
            return deliveries.claim(session, now=self.clock(), owner=owner, limit=limit)

    def delivery(self, publication_id: int) -> Delivery:
        """The publication's newest delivery."""
        with self.db.read(self.municipality) as session:
            found = deliveries.newest_of(session, publication_id)
        assert found is not None
        return found

    def deliveries(self, publication_id: int) -> list[Delivery]:
        with self.db.read(self.municipality) as session:
            return rows.every(session, Delivery, col(Delivery.publication_id) == publication_id)

    def content(self, publication_id: int) -> DeliveryContent:
        with self.db.read(self.municipality) as session:
            newest = deliveries.newest_of(session, publication_id)
            assert newest is not None
            return deliveries.content_of(session, newest.pk)

    def publication(self, publication_id: int) -> Publication:
        with self.db.read(self.municipality) as session:
            return rows.get(session, Publication, publication_id)

    def slot(self, publication_id: int) -> Slot | None:
        with self.db.read(self.municipality) as session:
            return slots.of_publication(session, publication_id)

    def shown(self, channel_id: int) -> Channel:
        with self.db.read(self.municipality) as session:
            return rows.get(session, Channel, channel_id)

    def set_channel(self, channel_id: int, **values: Any) -> None:
        with self.db.begin(self.municipality) as session:
            row = rows.get(session, Channel, channel_id)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

    def account(self, channel_id: int) -> str:
        return self.gate.house.sealer.open(self.shown(channel_id).sealed_credentials)["account"]

    def meets(self, channel_id: int, fault: Fault, *, times: int | None = None, seconds: float = 0) -> None:
        """From now on the channel's account meets this fault."""
        self.network.set_fault(self.account(channel_id), fault, times=times, seconds=seconds)

    def posts(self, channel_id: int) -> tuple[PracticePost, ...]:
        """What has ever stood on the channel's page, the newest first."""
        return self.network.posts(self.account(channel_id))

    def calls(self, channel_id: int, deed: str) -> list[PracticeCall]:
        return [call for call in self.network.calls(self.account(channel_id)) if call.deed == deed]


def approve(session: Session, publication: Publication) -> None:
    """Somebody answers for the publication as it stands."""
    row = Approval(
        municipality_id=municipality_of(session),
        publication_id=publication.pk,
        content_hash=review.content_hash(session, publication),
        approved_at=build.NOW,
    )
    rows.add(session, row)


def ready(session: Session, *, channel_id: int | None = None, now: datetime = build.NOW, **values: Any) -> Delivery:
    """A delivery that may be claimed from `now` on, of a publication of its own, in a channel of its own unless one is given."""
    pictures = values.pop("pictures", [])
    channel = build.channel(session).pk if channel_id is None else channel_id
    if "publication_id" not in values:
        values["publication_id"] = build.publication(session, channel_id=channel).pk
    return deliveries.mint(
        session,
        kind=values.pop("kind", Kind.PUBLISH),
        lane=values.pop("lane", publish_lane(channel)),
        channel_id=channel,
        content=DeliveryContent(
            municipality_id=municipality_of(session), delivery_id=0, text="Gangveien er åpen.", images=pictures
        ),
        now=now,
        not_after=values.pop("not_after", None),
        person_id=None,
        **values,
    )


@pytest.fixture
def road(
    db: Database, municipality: int, clock: StandingClock, chief: Actor, http: Http, house: House, tmp_path: Path
) -> Road:
    """The road, in the middle of an afternoon."""
    clock.moment = AFTERNOON
    return Road(
        db=db,
        municipality=municipality,
        gate=Gate(http=http, house=house, clock=clock),
        clock=clock,
        chief=chief,
        network=PracticeNetwork(house.practice_file),
    )
