"""A channel where citizens ask and the service desk answers, for tests of that road.

Everything is real, the practice network too; what citizens do there is collected as the bell does it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col

from connectors.practice_shapes import PracticeComment
from scheduler.domain.access import Actor, Role
from scheduler.errors import Refused
from scheduler.services import answering, collecting, looking_up
from scheduler.store import deliveries, enquiries, replies, rows
from scheduler.store.tables import AuditEvent, Comment, Delivery, Enquiry, Reply
from tests.engine import Road
from tests.town import actor

ANSWER = "Gangveien åpner fredag klokka 12."


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A post of the municipality on the practice network, and Kari at the service desk, who answers below it."""

    road: Road
    channel: int
    post: str
    desk: Actor

    @classmethod
    def of(cls, road: Road, *, unit_id: int | None = None) -> Talk:
        channel = road.channel()
        post = road.network.accept(
            road.account(channel),
            key="native",
            text="Ny gangvei.",
            language="nb",
            images=(),
            at=road.clock() - timedelta(days=1),
        )
        if unit_id is not None:
            road.set_channel(channel, unit_id=unit_id)
        desk = actor(road.db, road.municipality, Role.SERVICE_DESK, unit_id=unit_id)
        return cls(road=road, channel=channel, post=post.remote_id, desk=desk)

    # --- what citizens do ---

    def asks(
        self, text: str = "Når åpner gangveien?", *, by: str = "oddny", at: datetime | None = None, **more: Any
    ) -> Comment:
        """Somebody writes under the post, and it is collected."""
        written = self.road.network.talk.write(
            self.road.account(self.channel),
            self.post,
            text=text,
            at=at or self.road.clock(),
            author_id=by,
            author_name=by.title(),
            **more,
        )
        self.collect()
        return self.comment(written.remote_id)

    def collect(self) -> None:
        collected = collecting.collect(
            self.road.db, municipality_id=self.road.municipality, channel_id=self.channel, gate=self.road.gate
        )
        assert collected.error_code is None

    def takes_away(self, comment: Comment) -> None:
        self.road.network.talk.take_away(self.road.account(self.channel), comment.remote_id, at=self.road.clock())

    # --- what we do ---

    def do(self, service: Callable[..., Any], number: int, *, by: Actor | None = None, **more: Any) -> Any:
        """Let somebody (Kari) do this, in a transaction of its own."""
        with self.road.db.begin(self.road.municipality) as session:
            return service(session, by or self.desk, number, now=self.road.clock(), **more)

    def answers(
        self,
        enquiry: Enquiry,
        text: str = ANSWER,
        *,
        by: Actor | None = None,
        revision: int | None = None,
        sign: bool = False,
        regret: timedelta = timedelta(0),
    ) -> Reply:
        """Send an answer on its way; `revision`: what its writer saw (all, unless given)."""
        seen = self.enquiry_now(enquiry).revision if revision is None else revision
        written: Reply = self.do(answering.reply, enquiry.pk, by=by, text=text, revision=seen, sign=sign, regret=regret)
        return written

    def refusal(self, deed: Callable[[], object]) -> set[str]:
        """The codes that it is refused with."""
        with pytest.raises(Refused) as refused:
            deed()
        return {code.value for code in refused.value.codes}

    def look(self) -> int:
        return looking_up.look_up_due(self.road.db, gate=self.road.gate)

    # --- what there is now ---

    def comment(self, remote_id: str) -> Comment:
        with self._reading() as session:
            found = rows.one(session, Comment, col(Comment.remote_id) == remote_id)
        assert found is not None
        return found

    def comment_now(self, comment: Comment) -> Comment:
        return self.comment(comment.remote_id)

    def own_comments(self) -> list[Comment]:
        """What our account has said in the channel, as we know it."""
        with self._reading() as session:
            return rows.every(session, Comment, col(Comment.own).is_(True), col(Comment.channel_id) == self.channel)

    def enquiry_of(self, comment: Comment) -> Enquiry:
        assert comment.enquiry_id is not None
        with self._reading() as session:
            return enquiries.get(session, comment.enquiry_id)

    def enquiry_now(self, enquiry: Enquiry) -> Enquiry:
        with self._reading() as session:
            return enquiries.get(session, enquiry.pk)

    def reply_now(self, reply: Reply) -> Reply:
        with self._reading() as session:
            return replies.get(session, reply.pk)

    def delivery(self, reply: Reply) -> Delivery:
        with self._reading() as session:
            found = deliveries.of_reply(session, reply.pk)
        assert found is not None
        return found

    def newest_delivery(self, comment: Comment) -> Delivery:
        """The newest that hides this comment or shows it again."""
        with self._reading() as session:
            return rows.every(
                session, Delivery, col(Delivery.comment_id) == comment.pk, col(Delivery.reply_id).is_(None)
            )[-1]

    def history(self, subject: str, number: int) -> list[tuple[str, int | None]]:
        """(what was done, by whom) to this, in order."""
        with self._reading() as session:
            found = rows.every(
                session, AuditEvent, col(AuditEvent.subject) == subject, col(AuditEvent.subject_id) == number
            )
        return [(each.action, each.person_id) for each in found]

    def said_there(self) -> list[PracticeComment]:
        """Our answers that stand on the platform."""
        talk = self.road.network.talk
        outline = talk.outline(self.post)
        return [each for each in talk.comments([branch.remote_id for branch in outline if branch.stands]) if each.own]

    def on_platform(self, comment: Comment) -> PracticeComment:
        found = self.road.network.talk.comment(comment.remote_id)
        assert found is not None
        return found

    def _reading(self) -> Any:
        return self.road.db.read(self.road.municipality)
