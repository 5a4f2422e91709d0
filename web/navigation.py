"""The pages that the header leads to, as a table; one that does not exist in this app is not shown.

A page's blueprint has the name of its entry and a view called `index`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app, request, url_for

from scheduler.domain.access import Deed
from scheduler.queries import inbox, queue
from scheduler.queries.inbox import Waiting
from web import doors, session
from web.texts import later as _l


@dataclass(frozen=True)
class Entry:
    """One entry: the blueprint's name, its label, its icon (see web/icons.txt), who sees it, and which other blueprints belong to it.

    `seldom`: not every day's work; it stands in the menu "More".
    """

    name: str
    label: str
    icon: str
    may: Deed
    also: frozenset[str] = frozenset()
    seldom: bool = False

    @property
    def endpoint(self) -> str:
        """Where it leads."""
        return f"{self.name}.index"


ENTRIES = (
    Entry("queue", _l("Queue"), "list-checks", Deed.READ),
    Entry("inbox", _l("Inbox"), "message-square", Deed.READ, frozenset({"enquiry", "enquirydeeds"})),
    Entry("calendar", _l("Calendar"), "calendar", Deed.READ, frozenset({"moving", "calendarfeeds"})),
    Entry("news", _l("News"), "newspaper", Deed.READ),
    Entry("notices", _l("Notices"), "triangle-alert", Deed.READ),
    Entry("channels", _l("Channels"), "radio", Deed.READ, frozenset({"holding", "practice"}), seldom=True),
    Entry("rules", _l("Posting rules"), "calendar-clock", Deed.READ, seldom=True),
    Entry("ledger", _l("Languages"), "languages", Deed.READ, seldom=True),
    Entry("people", _l("People"), "users", Deed.READ, seldom=True),
    Entry("health", _l("Health"), "heart-pulse", Deed.READ, seldom=True),
)


def waiting() -> int:
    """How many posts wait for the one who asks: the figure beside the queue."""
    return queue.needing(session.reading(), session.actor())


def enquiries() -> Waiting:
    """What waits for an answer where the one who asks may give it: the figure beside the inbox."""
    return inbox.waiting(session.reading(), session.actor(), now=session.now())


def front_page() -> str:
    """Where one lands after signing in: the queue; the inbox, for whoever answers and writes no posts."""
    answers = doors.may_somewhere(Deed.ANSWER) and not doors.may_somewhere(Deed.WRITE_POST)
    wanted = "inbox.index" if answers else "queue.index"
    return url_for(wanted if wanted in current_app.view_functions else "own.index")


def entries(*, seldom: bool) -> Iterator[tuple[Entry, bool]]:
    """The entries that exist and that the one who asks may open, each with whether this page belongs to it; those of every day, or the rest."""
    for entry in ENTRIES:
        if entry.seldom is seldom and entry.endpoint in current_app.view_functions and doors.may_somewhere(entry.may):
            yield entry, request.blueprint == entry.name or request.blueprint in entry.also
