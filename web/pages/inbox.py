"""The inbox: what waits for an answer, by due time. It keeps itself up to date while one reads, searches or types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for

from scheduler.domain.access import Deed
from scheduler.queries import inbox, queue
from scheduler.queries.inbox import NOBODY, Tab
from web import duetimes, live, session
from web.doors import page
from web.pages.choosing import number

pages = Blueprint("inbox", __name__, url_prefix="/inbox")
pages.add_app_template_global(duetimes.due, "due")

_NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What the list is narrowed to, as the address says it."""

    tab: Tab
    search: str
    channel_id: int | None
    assignee: int | None

    @classmethod
    def of_request(cls) -> Narrowed:
        """The choice that the address or the form carries; what makes no sense is no choice."""
        told, whose = request.values.get("tab", ""), request.values.get("assignee")
        return cls(
            tab=Tab(told) if told in set(Tab) else Tab.OPEN,
            search=" ".join(request.values.get("search", "")[:200].split()),
            channel_id=number(request.values.get("channel")),
            assignee=NOBODY if whose == _NOBODY else number(whose),
        )

    def as_query(self) -> dict[str, Any]:
        """The same for an address."""
        whose = _NOBODY if self.assignee == NOBODY else self.assignee
        told = {"tab": self.tab.value, "search": self.search or None, "channel": self.channel_id, "assignee": whose}
        return {name: value for name, value in told.items() if value is not None}

    def __bool__(self) -> bool:
        return len(self.as_query()) > 1


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """A page of one tab; asked again by htmx, only the list."""
    return shown()


def shown(*, wrong: tuple[str, ...] = (), status: int = 200) -> Any:
    """The list, with what went wrong, if anything did."""
    chosen, after = Narrowed.of_request(), request.values.get("after")
    now, reading = session.now(), session.reading()
    found = inbox.inbox(
        reading,
        session.actor(),
        now=now,
        tab=chosen.tab,
        channel_id=chosen.channel_id,
        assignee=chosen.assignee,
        search=chosen.search,
        after=after,
    )
    values = {
        "chosen": chosen,
        "kept": chosen.as_query(),
        "after": after,
        "tab": chosen.tab,
        "tabs": Tab,
        "found": found,
        "here": url_for("inbox.index", **chosen.as_query(), after=after),
    }
    region = render_template("inbox/_region.html", **values)

    def whole(tag: str) -> Any:
        return render_template(
            "pages/inbox.html",
            **values,
            region=region,
            tag=tag,
            wrong=wrong,
            channels=queue.channel_choices(reading, session.actor()),
            answerers=inbox.answerers(reading, everywhere=True),
        )

    return (whole(""), status) if wrong else live.answer(region, whole)
