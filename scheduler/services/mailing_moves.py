"""The letters about posts that moved: one a person, with all that is new to them, by day, where mail is on.

Writes the letter and notes in the rows that it carries them, in one transaction. Sends nothing itself.
"""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timedelta

from sqlmodel import Session

from scheduler.domain.delivery import Kind
from scheduler.domain.sla import is_night
from scheduler.services import move_letters
from scheduler.services.apart import Apart
from scheduler.services.gate import Gate
from scheduler.services.reminding import address_of, nightfall
from scheduler.store import deliveries, moved, municipalities, people
from scheduler.store.database import Database
from scheduler.store.tables import DeliveryContent, MovedPost, Municipality

#: What nobody has been told for so long is no news any more.
STALE = timedelta(hours=36)
#: A person is told of what has stood so long, so that all of one planning comes in one letter.
SETTLES = timedelta(minutes=1)
#: The most that a letter lists, each a row that is written.
MOST = 15


def tell_due(db: Database, *, gate: Gate, apart: Apart = nullcontext) -> int:
    """The bell: write one letter to everybody whose posts moved and who has neither seen it nor been told. Gives the number of letters."""
    if gate.mail() is None:
        return 0
    now = gate.clock()
    with db.across() as session:
        towns = municipalities.every(session)
    written = 0
    for town in towns:
        assert town.id is not None
        if is_night(now, zone=town.zone):
            continue
        with db.read(town.id) as session:
            found = moved.untold(session, since=now - STALE)
        for person_id in sorted({each.person_id for each in found if each.moved_at <= now - SETTLES}):
            with apart(), db.begin(town.id) as session:
                written += _tell(session, town, person_id, gate=gate, now=now)
    return written


def _tell(session: Session, town: Municipality, person_id: int, *, gate: Gate, now: datetime) -> bool:
    rows = moved.lock_untold(session, person_id, since=now - STALE)
    person = people.get(session, person_id)
    if not rows or not person.active:
        return False
    base = address_of(town, gate.house.address)
    titles = moved.titles(session, [each.publication_id for each in rows])
    language = person.language or town.language
    subject, text = move_letters.moved(
        language,
        name=person.name,
        entries=[_entry(each, titles[each.publication_id], base) for each in rows[:MOST]],
        more=max(0, len(rows) - MOST),
        address=f"{base}/queue/",
        zone=town.zone,
        now=now,
    )
    letter = deliveries.mint(
        session,
        kind=Kind.MAIL,
        lane=None,
        channel_id=None,
        content=DeliveryContent(
            municipality_id=person.municipality_id,
            delivery_id=0,
            text=text,
            language=language,
            recipient=person.email,
            subject=subject,
        ),
        now=now,
        not_after=nightfall(now, zone=town.zone),
        person_id=None,
    )
    for each in rows:
        each.delivery_id = letter.pk
        session.add(each)
    return True


def _entry(row: MovedPost, known: tuple[int, str, str], base: str) -> move_letters.MovedEntry:
    post_id, title, channel = known
    return move_letters.MovedEntry(
        title=title,
        channel=channel,
        from_at=row.from_at,
        to_at=row.to_at,
        why=row.because[0]["code"] if row.because else None,
        address=f"{base}/posts/{post_id}",
    )
