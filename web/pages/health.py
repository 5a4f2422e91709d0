"""How the installation fares: as JSON for machines, and as a page for the people of a municipality."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, jsonify, make_response, render_template, request

from scheduler.domain.access import Deed
from scheduler.errors import Busy
from scheduler.queries import channels, feeds, health, holds, reminders
from scheduler.queries.channels import Health
from web import session
from web.doors import Open, page
from web.house import House, house

machine = Blueprint("machine", __name__)
pages = Blueprint("health", __name__, url_prefix="/health")

_KEPT = "ordskifte_channel_counts"
#: Anybody may ask /health as often as they like; the channels are counted no oftener than this.
KEPT_FOR = timedelta(seconds=30)

#: The gravest first; what is well or closed on purpose troubles nobody.
_TROUBLES = (Health.PAUSED, Health.EXPIRED, Health.HELD, Health.EXPIRES_SOON, Health.NEVER_CHECKED)


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """What was counted, where and when. `overdue`: channels that have not been collected for too long."""

    of: House
    at: datetime
    counts: Mapping[Health, int]
    overdue: int


@page(machine, "/health", may=Open.ANYBODY)
def told() -> Any:
    """For machines: 200 where all is well; 503 where the database, its schema or the lack of a worker stands in the way."""
    found = health.installation(house().db, now=session.now())
    counts = _counts() if found.database_answers and found.schema == found.expected else None
    summary = health.summary(
        found,
        counts.counts if counts else None,
        overdue_collections=counts.overdue if counts else None,
        mail=house().settings.mail,
    )
    return jsonify(summary), 200 if found.well else 503


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """For people: everything that troubles, with what to do, and then the rest. Polled, it answers only what has changed."""
    now = session.now()
    found = channels.channels(session.reading(), now=now)
    fares = health.channels(session.reading(), now=now)
    values = {
        "installation": health.installation(house().db, now=now),
        "mail": house().settings.mail,
        "letters": health.letters_waiting(session.reading()),
        "channels": found,
        "under_way": {each.id: each for each in fares},
        "unheard": [each for each in fares if each.collection_overdue],
        "troubled": sorted(
            (each for each in found if each.health in _TROUBLES), key=lambda each: _TROUBLES.index(each.health)
        ),
        "whole_hold": next((hold for hold in holds.open_holds(session.reading()) if hold.channel_id is None), None),
        "holds": {hold.channel_id: hold for hold in holds.open_holds(session.reading())},
        "alone": len(reminders.reaching_nobody(session.reading(), now=now)),
        "feeds": [feed for feed in feeds.feeds(session.reading()) if feed.active and feed.error_code],
        "now": now,
    }
    region = render_template("health/_region.html", **values)
    tag = hashlib.sha256(region.encode()).hexdigest()[:24]
    if request.headers.get("HX-Request"):
        answer = make_response("", 304) if request.headers.get("HX-PTag") == tag else make_response(region)
        answer.headers["HX-PTag"] = tag
        return answer
    return render_template("pages/health.html", region=region, tag=tag)


def _counts() -> _Kept | None:
    """The channels by how they fare; None where they cannot be counted just now."""
    kept: _Kept | None = current_app.extensions.get(_KEPT)
    now = session.now()
    if kept is None or kept.of is not house() or not timedelta(0) <= now - kept.at < KEPT_FOR:
        try:
            counted = health.channel_counts(house().db, now=now)
            overdue = health.overdue_collections(house().db, now=now)
        except Busy:
            return None
        kept = current_app.extensions[_KEPT] = _Kept(of=house(), at=now, counts=counted, overdue=overdue)
    return kept
