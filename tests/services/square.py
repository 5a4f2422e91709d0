"""A channel on the practice network with a post of ours, and those who talk under it, for tests of listening there.

Everything is real; only the clock stands still until a test winds it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from scheduler.services import collecting
from scheduler.services.collecting import Collection
from scheduler.store import rows
from scheduler.store.tables import Comment, Listening
from tests.engine import Road

QUESTION = "Når åpner gangveien?"


class Square:
    """A channel on the practice network with a post of ours, and those who talk under it."""

    def __init__(self, road: Road) -> None:
        self.road = road
        self.channel = road.channel()
        self.post = road.publication(road.published(self.channel)).remote_id or ""

    def write(self, text: str = QUESTION, *, ago: timedelta = timedelta(0), by: str = "oddny", **values: Any) -> str:
        who = {"author_id": by, "author_name": by.title(), **values}
        at, account = self.road.clock() - ago, self.road.account(self.channel)
        return self.road.network.talk.write(account, self.post, text=text, at=at, **who).remote_id

    def native_post(self, text: str, *, at: datetime | None = None) -> str:
        account = self.road.account(self.channel)
        when = at or self.road.clock()
        return self.road.network.accept(account, key="", text=text, language=None, images=(), at=when).remote_id

    def collect(self) -> Collection:
        road = self.road
        return collecting.collect(road.db, municipality_id=road.municipality, channel_id=self.channel, gate=road.gate)

    def bell(self) -> int:
        return collecting.collect_due(self.road.db, gate=self.road.gate)

    def later(self, **by: float) -> None:
        self.road.clock.wind(timedelta(**by))

    def every(self, table: Any) -> list[Any]:
        with self.road.db.read(self.road.municipality) as session:
            return rows.every(session, table)

    def comment(self, remote_id: str) -> Comment:
        found: Comment = next(each for each in self.every(Comment) if each.remote_id == remote_id)
        return found

    @property
    def listening(self) -> Listening:
        found: Listening = next(each for each in self.every(Listening) if each.channel_id == self.channel)
        return found
