"""The demo's own pages: what to try, the clock that can be wound, and acting as another person. No other installation has them.

Signs nobody in elsewhere. Winds the clock, and rings the bells so that what is due goes out at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from scheduler.domain.access import Deed, Role
from scheduler.domain.publication import State
from scheduler.domain.sla import is_night
from scheduler.queries import inbox, publications, reminders
from scheduler.queries import people as people_queries
from scheduler.services import winding
from web import filters, session
from web.doors import Open, page
from web.house import house
from web.texts import later as _l
from web.words.demo import TASKS

HOURS = (1, 12, 20)
#: What one can wind to, and what is said where there is no such thing.
_TO = {"next": winding.next_sending_at, "reminder": winding.next_reminder_at}
_NOTHING = {
    "next": _l("Nothing is scheduled, so there is no next sending. Make a post from a news item first."),
    "reminder": _l("Nobody waits for an answer, so nobody is reminded. Play a citizen who asks something first."),
}
#: How many posts a message about a wound clock names at most.
MOST_TOLD = 4


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What the demo's process hands its pages.

    `website`: the address of the sample municipality's site; `ring`: rings every bell now, and returns when what is due has been sent.
    """

    website: str
    ring: Callable[[], None]


def demo_pages(demo: Demo) -> Blueprint:
    """The demo's blueprint."""
    pages = Blueprint("demo", __name__, url_prefix="/demo")

    @pages.app_context_processor
    def bar() -> dict[str, Any]:
        return {"demo_website": demo.website, "demo_now": session.now}

    @page(pages, "/", may=Open.ANYBODY)
    def index() -> Any:
        """What to try. Whoever is not signed in becomes the first person of the sample."""
        known = session.signed_in()
        if known is None:
            first = _everybody()[0]
            session.enter(first.id)
            return redirect(url_for(".index"), 303)
        roles = [grant.role for grant in known.person.grants]
        return render_template("demo/index.html", tasks=_tasks(roles), everybody=_everybody(), hours=HOURS)

    @page(pages, "/people", may=Open.SIGNED_IN)
    def people() -> Any:
        """Choose whom to act as."""
        return render_template("demo/people.html", everybody=_everybody())

    @page(pages, "/people", may=Open.SIGNED_IN, methods=("POST",))
    def become() -> Any:
        """Act as another person from now on."""
        wanted = request.form.get("person", type=int)
        found = next((person for person in _everybody() if person.id == wanted), None)
        if found is None:
            abort(404)
        session.enter(found.id)
        flash(_("You are %(name)s now.", name=found.name), "success")
        return redirect(url_for(".index"), 303)

    @page(pages, "/clock", may=Deed.WIND_CLOCK, methods=("POST",))
    def wind() -> Any:
        """Wind the clock: to the next sending, to the next reminder, or by some hours."""
        told = request.form.get("to", "")
        here = house()
        before = here.clock()
        if told in _TO:
            moment = _TO[told](session.reading(), now=here.clock())
            session.stop_reading()
            if moment is None:
                flash(str(_NOTHING[told]), "warning")
                return _back()
            now = winding.wind_to(here.db, here.clock, moment)
        elif told.isdigit() and int(told) in HOURS:
            session.stop_reading()
            now = winding.wind(here.db, here.clock, by=timedelta(hours=int(told)))
        else:
            abort(400)
        demo.ring()
        told_now = (
            _("The clock is now %(time)s.", time=filters.moment(now)),
            *_gone_out(since=before, until=now),
            *_reminded(since=before, until=here.clock()),
        )
        flash(" ".join(told_now), "success")
        return _back()

    return pages


def _everybody() -> tuple[people_queries.PersonView, ...]:
    """Those one can act as, in the order they came."""
    found = people_queries.page(session.reading(), limit=100).people
    return tuple(sorted((person for person in found if person.active), key=lambda person: person.id))


def _gone_out(*, since: datetime, until: datetime) -> Iterator[str]:
    """A sentence for each post whose time came meanwhile, the latest first."""
    came = publications.listing(session.reading(), limit=MOST_TOLD, states=(State.PUBLISHED, State.GOING_OUT))
    for each in came:
        if each.starts_at is None or not since < each.starts_at <= until:
            continue
        if each.state == State.PUBLISHED:
            yield _("“%(title)s” is out in %(channel)s.", title=each.title, channel=each.channel)
        else:
            yield _("“%(title)s” is due in %(channel)s now.", title=each.title, channel=each.channel)


def _reminded(*, since: datetime, until: datetime) -> Iterator[str]:
    """A sentence on whoever was reminded meanwhile; at night, on when they will be."""
    for each in reminders.mailed(session.reading(), since=since, until=until):
        yield ngettext(
            "%(name)s was reminded of %(num)s enquiry by mail.",
            "%(name)s was reminded of %(num)s enquiries by mail.",
            each.enquiries,
            name=each.name,
        )
    if is_night(until, zone=filters.zone()) and inbox.waiting(session.reading(), None, now=until).open:
        yield _("It is night, so nobody is reminded before seven.")


def _tasks(roles: list[Role]) -> list[tuple[Role, tuple[str, ...]]]:
    """Three things to try for each role: the person's own first."""
    own = [role for role in TASKS if role in roles]
    return [
        (role, tuple(str(task) for task in TASKS[role]))
        for role in (*own, *(role for role in TASKS if role not in own))
    ]


def _back() -> Any:
    """To the page one came from, if it is one of ours."""
    return redirect(session.page_of_ours(request.form.get("back", "")) or url_for("demo.index"), 303)
