"""A desk in Fjordvik at which posts are written, answered for and placed, for tests of those steps.

Every step goes through the product's own services. The times of a day are written as Norway's walls show them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col

from scheduler.domain.access import Actor, Role
from scheduler.domain.reasons import Placement
from scheduler.errors import Refused
from scheduler.services import planning, review
from scheduler.store import posts, publications, rows, slots
from scheduler.store.database import Database
from scheduler.store.tables import AuditEvent, Channel, Post, PostingRulesRow, Publication, Slot
from tests import build
from tests.town import actor

AFTERNOONS = {str(weekday): [[13 * 60, 18 * 60]] for weekday in range(7)}


def wall(text: str) -> datetime:
    """The instant of "2026-03-03 14:00" on the wall in Norway."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Oslo")).astimezone(UTC)


def refusal_of(deed: Callable[[], object]) -> Refused:
    """Do it, and give the refusal that it met."""
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value


class Desk:
    """One municipality's desk. `now` stands at build.NOW until a test moves it."""

    def __init__(self, db: Database) -> None:
        self.db, self.now = db, build.NOW
        self.municipality = build.municipality(db)
        self.chief = self.somebody(Role.CHIEF)

    def somebody(self, role: Role, *, unit_id: int | None = None) -> Actor:
        return actor(self.db, self.municipality, role, unit_id=unit_id)

    def begin(self) -> AbstractContextManager[Session]:
        return self.db.begin(self.municipality)

    def unit(self) -> int:
        with self.begin() as session:
            return build.unit(session).pk

    def channel(self, **values: Any) -> int:
        with self.begin() as session:
            return build.channel(session, **values).pk

    def rules(self, channel_id: int | None = None, **values: Any) -> None:
        """The posting rules of a channel or of the municipality; those that are not named are the defaults."""
        filled = {
            "max_per_day": 2,
            "windows": AFTERNOONS,
            "minimum_gap_minutes": 60,
            "alternation": "off",
            "patience_days": 2,
            **values,
        }
        with self.begin() as session:
            rows.add(session, PostingRulesRow(municipality_id=self.municipality, channel_id=channel_id, **filled))

    def draft(
        self, channel_id: int, language: str = "nb", *, texts: Mapping[str, str] | None = None, **post: Any
    ) -> int:
        """A draft in the channel; its publication's id."""
        with self.begin() as session:
            said = texts or {language: "Den nye gangveien er åpen."}
            written = build.post(session, texts=said, **post)
            return build.publication(session, post_id=written.pk, channel_id=channel_id).pk

    def released(self, channel_id: int, language: str = "nb", **post: Any) -> int:
        """Answered for by the chief, and not placed yet."""
        publication_id = self.draft(channel_id, language, **post)
        with self.begin() as session:
            review.release(session, self.chief, publication_id, now=self.now)
        return publication_id

    def place(self, channel_id: int) -> list[Placement]:
        with self.begin() as session:
            return planning.place_approved(session, channel_id=channel_id, now=self.now)

    def placed(self, channel_id: int, language: str = "nb", **post: Any) -> int:
        publication_id = self.released(channel_id, language, **post)
        self.place(channel_id)
        return publication_id

    def move(self, publication_id: int, at: str, *, by: Actor | None = None) -> Placement:
        with self.begin() as session:
            return planning.move(session, by or self.chief, publication_id, wanted_at=wall(at), now=self.now)

    def do(self, service: Callable[..., Any], publication_id: int, *, by: Actor | None = None, **more: Any) -> Any:
        """Let somebody (the chief) do this to a publication, in a transaction of its own."""
        with self.begin() as session:
            return service(session, by or self.chief, publication_id, now=self.now, **more)

    def schedule(self, post_id: int, by: Actor | None = None, **more: Any) -> list[review.Scheduled]:
        """The one press."""
        with self.begin() as session:
            return review.schedule(session, by or self.chief, post_id, now=self.now, **more)

    def holds(self, publication_id: int) -> bool:
        """Whether somebody has answered for exactly what would go out now."""
        with self.db.read(self.municipality) as session:
            return review.holds(session, publications.get(session, publication_id))

    def row(self, publication_id: int) -> Publication:
        with self.db.read(self.municipality) as session:
            return publications.get(session, publication_id)

    def post(self, publication_id: int) -> Post:
        with self.db.read(self.municipality) as session:
            return posts.post(session, publications.get(session, publication_id).post_id)

    def slot(self, publication_id: int) -> Slot | None:
        with self.db.read(self.municipality) as session:
            return slots.of_publication(session, publication_id)

    def stands(self, publication_id: int) -> str | None:
        """Where it stands, as the wall in Norway shows it; None: nowhere."""
        slot = self.slot(publication_id)
        return slot.starts_at.astimezone(ZoneInfo("Europe/Oslo")).strftime("%Y-%m-%d %H:%M") if slot else None

    def day(self, publication_id: int) -> str | None:
        """The day on which it stands; None: nowhere."""
        slot = self.slot(publication_id)
        return slot.day.isoformat() if slot else None

    def codes(self, publication_id: int) -> list[str]:
        """Why it stands there, in codes."""
        return [line["code"] for line in self.row(publication_id).because]

    def history(self, publication_id: int) -> list[str]:
        """What was done to it, in order."""
        with self.db.read(self.municipality) as session:
            events = rows.every(
                session,
                AuditEvent,
                col(AuditEvent.subject) == "publication",
                col(AuditEvent.subject_id) == publication_id,
            )
        return [event.action for event in events]

    def set(self, publication_id: int, **values: Any) -> None:
        """Write columns as an earlier step would have left them."""
        self._write(Publication, publication_id, **values)

    def set_channel(self, channel_id: int, **values: Any) -> None:
        self._write(Channel, channel_id, **values)

    def _write(self, table: Any, row_id: int, **values: Any) -> None:
        with self.begin() as session:
            row = rows.get(session, table, row_id)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)
