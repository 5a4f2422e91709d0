"""One's calendar in a program of one's own: addresses made, shown once, revoked; and the calendar itself, for whoever holds an address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from icalendar import Calendar, Event

from scheduler.domain.access import Deed
from scheduler.errors import Missing, Refused
from scheduler.queries import calendar_feed
from scheduler.queries import people as people_queries
from scheduler.services import calendar_feeds
from web import filters, languages, session, wording
from web.doors import Open, page

pages = Blueprint("calendarfeeds", __name__, url_prefix="/calendar/feeds")

#: A post is a moment; a calendar draws what has a length.
_LENGTH = timedelta(minutes=15)
_KEPT_SECONDS = 300


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """One's addresses."""
    return _show()


@page(pages, "/new", may=Deed.READ, methods=("POST",))
def create() -> Any:
    """Make an address. It stands on this answer and nowhere else: not in the browser's cookie, nor in the database."""
    try:
        with session.writing() as writing:
            secret = calendar_feeds.create(writing, session.actor(), now=session.now())
    except Refused as refused:
        return _show(wrong=wording.reasons(refused)), 422
    return _show(address=url_for(".feed", secret=secret, _external=True))


@page(pages, "/<int(max=2147483647):feed_id>/revoke", may=Deed.READ, methods=("POST",))
def revoke(feed_id: int) -> Any:
    """Let an address answer nobody any more."""
    with session.writing() as writing:
        calendar_feeds.revoke(writing, session.actor(), feed_id, now=session.now())
    flash(_("The address is revoked. A program that reads it gets nothing more."), "success")
    return redirect(url_for(".index"), 303)


@page(pages, "/<string(length=43):secret>.ics", may=Open.ANYBODY)
def feed(secret: str) -> Response:
    """The calendar that this address opens."""
    reading = session.reading()
    try:
        actor = calendar_feeds.reader_of(reading, secret)
    except Missing:
        abort(404)
    spoken = people_queries.one(reading, actor.person_id).language or session.municipality().language
    if spoken in languages.SPOKEN:
        languages.speak(spoken)
    drawn = _calendar(calendar_feed.events(reading, actor, now=session.now()))
    answer = make_response(drawn)
    answer.content_type = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = 'inline; filename="ordskifte.ics"'
    answer.headers["Cache-Control"] = f"private, max-age={_KEPT_SECONDS}"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    return answer.make_conditional(request)  # type: ignore[return-value]  # werkzeug's own class is Flask's here


def _show(*, address: str | None = None, wrong: tuple[str, ...] = ()) -> Any:
    return render_template(
        "pages/calendar_feeds.html",
        addresses=calendar_feed.addresses(session.reading(), session.actor().person_id),
        address=address,
        most=calendar_feeds.MOST,
        wrong=wrong,
    )


def _calendar(events: tuple[calendar_feed.Event, ...]) -> bytes:
    """The same bytes as long as nothing has changed: a program that asks again is told so."""
    here = session.municipality()
    drawn = Calendar()
    drawn.add("prodid", f"-//Ordskifte//Calendar//{languages.spoken().upper()}")
    drawn.add("version", "2.0")
    drawn.add("x-wr-calname", _("Posts of %(municipality)s", municipality=here.name))
    drawn.add("x-wr-timezone", here.zone)
    drawn.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    drawn.add("x-published-ttl", "PT1H")
    for each in events:
        drawn.add_component(_event(each, here.id))
    told: bytes = drawn.to_ical()
    return told


def _event(each: calendar_feed.Event, municipality_id: int) -> Event:
    state = wording.words(each.state)
    spoken = ", ".join(wording.language(code) for code in each.languages)
    address = url_for("posts.show", post_id=each.post_id, _external=True)
    facts = (
        _("Channel: %(channel)s", channel=each.channel),
        _("Language: %(language)s", language=spoken) if spoken else None,
        _("State: %(state)s", state=state),
        _("Time: %(time)s", time=filters.full_moment(each.at)),
        address,
    )
    event = Event()
    event.add("uid", f"publication-{each.id}.municipality-{municipality_id}@ordskifte")
    event.add("dtstamp", each.updated_at)
    event.add("created", each.created_at)
    event.add("last-modified", each.updated_at)
    event.add("sequence", max(0, int((each.updated_at - each.created_at).total_seconds())))
    event.add("dtstart", each.at)
    event.add("dtend", each.at + _LENGTH)
    event.add("summary", f"{each.title} ({each.channel})")
    event.add("description", "\n".join(fact for fact in facts if fact))
    event.add("url", address)
    event.add("categories", [each.channel, state])
    event.add("status", "TENTATIVE" if each.tentative else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event
