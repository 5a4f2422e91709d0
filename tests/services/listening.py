"""A platform that a test fills by hand, and the municipality that listens there. The platform keeps the contract; what it tells, the test writes.

Everything after the platform is real.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col

from connectors.contract import Can, Collected, IncomingComment, IncomingThread
from connectors.contract import Visibility as Shown
from scheduler.services import taking_in
from scheduler.services.taking_in import Taken
from scheduler.store import rows
from scheduler.store.database import Database
from scheduler.store.tables import Comment, CommentVersion, Enquiry, Thread
from tests import build

POST = "post-1"


def post(
    remote_id: str = POST, *, own: bool = True, at: datetime = build.NOW - timedelta(hours=1), **values: Any
) -> IncomingThread:
    """A post on the platform."""
    filled = {
        "text": "Gangveien er åpen.",
        "url": None,
        "author_name": "Fjordvik kommune",
        "written_at": at,
        "own": own,
    }
    return IncomingThread(remote_id=remote_id, **{**filled, **values})


def said(
    remote_id: str,
    text: str = "Når åpner gangveien?",
    *,
    by: str | None = "oddny",
    at: datetime = build.NOW,
    **values: Any,
) -> IncomingComment:
    """A citizen's comment under the post."""
    filled = {
        "thread_id": POST,
        "parent_id": None,
        "author_name": by and by.title(),
        "edited_at": None,
        "url": None,
        "own": False,
    }
    return IncomingComment(remote_id=remote_id, author_id=by, text=text, written_at=at, **{**filled, **values})


def ours(
    remote_id: str, *, to: str | None, at: datetime, text: str = "Den er åpen fra fredag.", **values: Any
) -> IncomingComment:
    """What our account has written on the platform."""
    return said(remote_id, text, by="fjordvik", at=at, parent_id=to, own=True, **values)


@dataclass(kw_only=True)
class Ear:
    """A municipality with one channel, and what was collected there. `now` stands until a test moves it."""

    db: Database
    municipality: int
    channel: int
    now: datetime = build.NOW

    @classmethod
    def of(cls, db: Database) -> Ear:
        municipality = build.municipality(db)
        with db.begin(municipality) as session:
            channel = build.channel(session, remote_name="@fjordvik@platform.example", can=Can.READ.value).pk
        return cls(db=db, municipality=municipality, channel=channel)

    def hears(self, *comments: IncomingComment, whole: bool = False, **told: Any) -> Taken:
        """One collection. `whole`: the post's thread was listed whole, as it is now."""
        collected = Collected(
            **{
                "threads": (post(),),
                "comments": comments,
                "cursor": {},
                "swept": {POST: self.now} if whole else {},
                **told,
            }
        )
        taken = taking_in.take(
            self.db,
            municipality_id=self.municipality,
            channel_id=self.channel,
            collected=collected,
            began=self.now,
            now=self.now,
        )
        with self.db.begin(self.municipality) as session:
            for thread in rows.every(session, Thread, col(Thread.remote_id).in_(list(collected.swept))):
                thread.swept_at = self.now
                session.add(thread)
        return taken

    def later(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now

    def comment(self, remote_id: str) -> Comment:
        with self.db.read(self.municipality) as session:
            found = rows.one(session, Comment, col(Comment.remote_id) == remote_id)
        assert found is not None
        return found

    def comments(self) -> list[Comment]:
        return self._every(Comment)

    def threads(self) -> list[Thread]:
        return self._every(Thread)

    def enquiries(self) -> list[Enquiry]:
        return self._every(Enquiry)

    def enquiry(self, remote_id: str) -> Enquiry:
        """The enquiry that this comment stands in."""
        enquiry_id = self.comment(remote_id).enquiry_id
        return next(each for each in self.enquiries() if each.pk == enquiry_id)

    def versions(self) -> list[str]:
        return [each.text for each in self._every(CommentVersion)]

    def _every(self, table: Any) -> list[Any]:
        with self.db.read(self.municipality) as session:
            return rows.every(session, table)


def hidden(comment: IncomingComment) -> IncomingComment:
    return replace(comment, visibility=Shown.HIDDEN)
