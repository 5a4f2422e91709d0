"""Who asks, in which municipality, and the one database session a page reads with.

The municipality is known before sign-in: every page lies under /<slug>/, and a municipality's own host name answers for that
municipality alone. The cookie holds one municipality, a person and the number of that person's sessions; it outlives neither
a change of password nor a closed account. A page reads through `reading()`, which cannot write, and writes inside `writing()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from flask import abort, g, has_request_context, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from scheduler.domain.access import Actor, Grant
from scheduler.domain.municipalities import slug_faults
from scheduler.errors import Missing
from scheduler.queries import municipalities
from scheduler.queries import people as people_queries
from scheduler.queries.municipalities import MunicipalityView
from scheduler.queries.people import PersonView
from scheduler.store.database import Session
from web.house import house

LONGEST_ADDRESS = 2_000

login = LoginManager()
login.session_protection = ""  # telephones change address; the number of the session ends what must end


class SignedIn(UserMixin):
    """The person behind this request, with the roles held now."""

    def __init__(self, person: PersonView) -> None:
        self.person = person
        self.actor = Actor(
            person_id=person.id,
            municipality_id=municipality().id,
            name=person.name,
            grants=frozenset(Grant(each.role, each.unit_id) for each in person.grants),
        )

    def get_id(self) -> str:
        """What the cookie keeps: municipality, person, number of sessions."""
        return f"{self.actor.municipality_id}:{self.person.id}:{self.person.session_epoch}"


def host() -> str:
    """The host name that was asked, without its port."""
    return request.host.partition(":")[0].lower()


def remembered_municipality(found: Session) -> MunicipalityView | None:
    """The municipality that this browser has signed in to, for pages outside of any; whether it still may, that page asks."""
    municipality_id = str(session.get("_user_id", "")).partition(":")[0]
    return municipalities.by_id(found, int(municipality_id)) if municipality_id.isdigit() else None


def find_municipality(slug: str) -> None:
    """Let this request belong to the municipality with this slug, or answer 404."""
    if slug_faults(slug):
        abort(404)
    with house().db.across() as found:
        by_path = municipalities.by_slug(found, slug)
        by_host = municipalities.by_host(found, host())
    if by_path is None or (by_host is not None and by_host != by_path):
        abort(404)
    g.municipality = by_path


def guess_municipality() -> None:
    """For an address that no page has: the municipality it begins with, so that the answer stays within it."""
    slug = request.path.strip("/").partition("/")[0]
    if "municipality" not in g and not slug_faults(slug):
        with house().db.across() as found:
            g.municipality = municipalities.by_slug(found, slug)


def municipality() -> MunicipalityView:
    """The municipality of this request."""
    found: MunicipalityView = g.municipality
    return found


def municipality_or_none() -> MunicipalityView | None:
    """The municipality of this request, where it has one."""
    found: MunicipalityView | None = g.get("municipality") if has_request_context() else None
    return found


def now() -> datetime:
    """The instant of this request; the same each time it is asked."""
    if "now" not in g:
        g.now = house().clock()
    at: datetime = g.now
    return at


def reading() -> Session:
    """This request's session for reading. It cannot write, and sees one and the same state until `writing` was used."""
    if "reading" not in g:
        g.reading_stack = ExitStack()
        g.reading = g.reading_stack.enter_context(house().db.read(municipality().id))
    found: Session = g.reading
    return found


@contextmanager
def writing() -> Iterator[Session]:
    """One transaction that writes, for one service call; committed at the end. What was read before is read anew after it."""
    stop_reading()
    with house().db.begin(municipality().id) as found:
        yield found


def stop_reading(_error: BaseException | None = None) -> None:
    """Give the reading session back; the next `reading()` opens a fresh one."""
    stack: ExitStack | None = g.pop("reading_stack", None)
    g.pop("reading", None)
    if stack is not None:
        stack.close()


@login.user_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types
def load(told: str) -> SignedIn | None:
    """The person that the cookie names, if it is for this municipality and still counts."""
    here = municipality_or_none()
    parts = told.split(":")
    if here is None or len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    municipality_id, person_id, epoch = (int(part) for part in parts)
    if municipality_id != here.id:
        return None
    try:
        person = people_queries.one(reading(), person_id)
    except Missing:
        return None
    if not person.active or person.session_epoch != epoch:
        return None
    return SignedIn(person)


def signed_in() -> SignedIn | None:
    """Who asks, or None; None too on a page that must not ask the database (`g.calm`, see web/errors.py)."""
    if municipality_or_none() is None or g.get("calm"):
        return None
    found = current_user._get_current_object()  # the proxy itself is never a SignedIn
    return found if isinstance(found, SignedIn) else None


def actor() -> Actor:
    """Who asks, for services. Only in pages that ask for a sign-in."""
    found = signed_in()
    if found is None:
        abort(401)
    return found.actor


def person() -> PersonView:
    """Who asks, for pages. Only in pages that ask for a sign-in."""
    found = signed_in()
    if found is None:
        abort(401)
    return found.person


def enter(person_id: int) -> None:
    """Let this browser act as that person of this municipality from now on; whatever the cookie held before is gone."""
    stop_reading()
    known = people_queries.one(reading(), person_id)
    session.clear()
    session.permanent = True
    login_user(SignedIn(known))


def leave() -> None:
    """Sign out: the cookie is emptied."""
    logout_user()
    session.clear()


def page_of_ours(wanted: str) -> str | None:
    """The address that is asked to come back to, if it is one of this municipality's pages and nothing else."""
    ours = wanted.startswith(f"/{municipality().slug}/") and "\\" not in wanted
    return wanted if ours and wanted.isprintable() and len(wanted) < LONGEST_ADDRESS else None
