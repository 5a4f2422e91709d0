"""A municipality in which enquiries wait, for tests of whom they are reminded to, with a clock and a letter box."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col

from connectors.http import Http
from connectors.practice_mail import PracticeMail
from scheduler.domain import replies
from scheduler.domain.access import Role
from scheduler.domain.delivery import Action, Kind, State
from scheduler.domain.enquiries import Action as Deed
from scheduler.domain.sla import Step
from scheduler.services import reminding
from scheduler.services.connecting import House
from scheduler.services.gate import Gate
from scheduler.store import deliveries, enquiries, rows
from scheduler.store.database import Database
from scheduler.store.tables import Channel, Delivery, DeliveryContent, Person, Reminder, Reply
from tests import build
from tests.services.desk import wall
from tests.town import StandingClock

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
#: So that 20 and 23 hours later are both by day.
WRITTEN = wall("2026-03-03 13:00")


@dataclass(frozen=True, kw_only=True)
class Office:
    """A municipality with one channel, one at the service desk, and a clock."""

    db: Database
    municipality: int
    gate: Gate
    clock: StandingClock
    channel: int
    desk: int

    def person(self, role: Role, *, unit_id: int | None = None, **values: Any) -> int:
        with self.db.begin(self.municipality) as session:
            return build.person(session, role=role, unit_id=unit_id, **values).pk

    def unit(self) -> int:
        with self.db.begin(self.municipality) as session:
            return build.unit(session).pk

    def enquiry(
        self, *, at: datetime = WRITTEN, unit_id: int | None = None, said: str = "Når åpner den?", **values: Any
    ) -> int:
        """Somebody waits since `at`; the enquiry's id."""
        with self.db.begin(self.municipality) as session:
            channel_id = self.channel if unit_id is None else build.channel(session, unit_id=unit_id).pk
            comment = build.comment(session, build.thread(session, channel_id=channel_id), written_at=at, text=said)
            return build.enquiry(session, comment, **values).pk

    def ring(self, at: datetime) -> int:
        self.clock.moment = at
        return reminding.remind_due(self.db, gate=self.gate)

    def mails(self) -> list[tuple[str, str]]:
        """To whom, and what, in the order they were written."""
        with self.db.read(self.municipality) as session:
            found = rows.every(session, Delivery, col(Delivery.kind) == Kind.MAIL)
            contents = [deliveries.content_of(session, each.pk) for each in found]
        return [(content.recipient or "", content.text) for content in contents]

    def mail_states(self) -> list[State]:
        with self.db.read(self.municipality) as session:
            return [each.state for each in rows.every(session, Delivery, col(Delivery.kind) == Kind.MAIL)]

    def told(self) -> list[tuple[Step, int]]:
        with self.db.read(self.municipality) as session:
            return [(row.step, row.person_id) for row in rows.every(session, Reminder)]

    def email(self, person_id: int) -> str:
        with self.db.read(self.municipality) as session:
            return rows.get(session, Person, person_id).email

    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.mails()]

    def settle(self, enquiry_id: int) -> None:
        with self.db.begin(self.municipality) as session:
            row = enquiries.get(session, enquiry_id)
            enquiries.change(session, row, Deed.SETTLE, now=self.clock(), person_id=None, settled_at=self.clock())

    def reopen(self, enquiry_id: int, *, at: datetime) -> None:
        with self.db.begin(self.municipality) as session:
            row = enquiries.get(session, enquiry_id)
            enquiries.change(
                session, row, Deed.REOPEN, now=at, person_id=None, settled_at=None, started_at=at, due_at=at + 24 * HOUR
            )

    def mail_ends(self, *actions: Action) -> None:
        """Every mail goes this way from where it stands."""
        with self.db.begin(self.municipality) as session:
            for row in rows.every(
                session, Delivery, col(Delivery.kind) == Kind.MAIL, col(Delivery.state) == State.READY
            ):
                for action in actions:
                    session.refresh(row)
                    assert deliveries.change(session, row, action, now=self.clock())

    def reply(
        self,
        enquiry_id: int,
        *,
        state: State,
        at: datetime = WRITTEN + 20 * HOUR,
        paused: bool = False,
        closed: bool = False,
    ) -> None:
        """An answer to it is written at `at`, and its delivery stands there."""
        with self.db.begin(self.municipality) as session:
            comment = enquiries.comments_of(session, enquiry_id)[0]
            reply = rows.add(
                session,
                Reply(
                    municipality_id=self.municipality,
                    enquiry_id=enquiry_id,
                    comment_id=comment.pk,
                    seen_id=comment.pk,
                    text="I morgen.",
                    state=replies.State.APPROVED,
                    created_at=at,
                    updated_at=at,
                ),
            )
            row = deliveries.mint(
                session,
                kind=Kind.REPLY,
                lane=None,
                channel_id=self.channel,
                reply_id=reply.pk,
                content=DeliveryContent(municipality_id=self.municipality, delivery_id=0, text=reply.text),
                now=at,
                person_id=None,
            )
            row.state = state
            session.add(row)
            channel = rows.get(session, Channel, self.channel)
            channel.paused_code = "token_dead" if paused else None
            channel.active = not closed
            session.add(channel)


def office_of(
    db: Database, clock: StandingClock, http: Http, house: House, *, mail: bool = True, **town: Any
) -> Office:
    municipality = build.municipality(db, **town)
    with db.begin(municipality) as session:
        channel = build.channel(session).pk
        desk = build.person(session, role=Role.SERVICE_DESK, name="Jonas Vik").pk
    messenger = (
        PracticeMail(Path(house.practice_file), now=clock, sender="ordskifte@fjordvik.example") if mail else None
    )
    gate = Gate(http=http, house=house, clock=clock, messenger=messenger)
    return Office(db=db, municipality=municipality, gate=gate, clock=clock, channel=channel, desk=desk)
