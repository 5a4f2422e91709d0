"""The weeks before the sample begins: what stood on the municipality's Facebook page, in nynorsk and bokmål by turns, with two breaks.

The only part of the sample that is written straight into the database, since nobody is to wait for nine weeks to be played. It stands in the
channel that is served by hand, so that no network has to remember it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from scheduler.domain import delivery
from scheduler.domain.calendar import day_of, resolve
from scheduler.domain.excuses import Excuse
from scheduler.domain.publication import State
from scheduler.domain.reasons import Because, Reason
from scheduler.domain.rules import Refusal
from scheduler.store import rows
from scheduler.store.database import Database, Session, municipality_of
from scheduler.store.tables import Delivery, DeliveryContent, Post, PostText, Publication, Slot

_IN_TURN = (Reason(Because.FIRST_LAWFUL),)
_WAITED = (Reason(Because.TURN_BROKEN, {"language": "nn", "days": "2"}),)
_BY_A_PERSON = (
    Reason(Because.CHOSEN),
    Reason(Because.EXCUSED, {"rule": Refusal.TURN.value, "reason": Excuse.HAPPENS_NOW.value}),
)
#: Posts that are written in one transaction: a few, as everywhere.
_AT_ONCE = 4
#: The weekdays that have a post, in turn: two in one week, three in the next.
_WEEKDAYS = ((1, 3), (0, 2, 4))
#: The newest of these weeks ends eight days before the demo at the latest, before all that is played.
_NEWEST_WEEK = 2


@dataclass(frozen=True, kw_only=True)
class Once:
    """A post of that time."""

    language: str
    title: str
    text: str
    because: tuple[Reason, ...] = _IN_TURN


def _nb(title: str, text: str, because: tuple[Reason, ...] = _IN_TURN) -> Once:
    return Once(language="nb", title=title, text=text, because=because)


def _nn(title: str, text: str, because: tuple[Reason, ...] = _IN_TURN) -> Once:
    return Once(language="nn", title=title, text=text, because=because)


#: Oldest first. The newest is in nynorsk, since what is played begins in bokmål.
POSTS = (
    _nb("Høstferie på biblioteket", "Bli med på verksted for barn hver dag i høstferien. Det er gratis, og du trenger ikke melde deg på."),
    _nn("Ny leikeplass i Lia", "I dag opnar leikeplassen i Lia. Her er det sklie, klatrestativ og god plass til å springe."),
    _nb("Sjekk om du har betalt feieavgift", "Du finner fakturaen i nettbanken og på nettsidene våre."),
    _nn("Vil du bli støttekontakt?", "Vi treng fleire som har eit par timar til overs i veka."),
    _nb("Nye busstider fra mandag", "Bussen til Vika går nå hver halvtime om morgenen."),
    _nn("Kulturskulen har ledige plassar", "Det er framleis plass på gitar, teikning og dans."),
    _nn("Skjenkeløyve til jul", "Skal du ha arrangement i desember? Søk om løyve i god tid.", _WAITED),
    _nb("Husk refleks", "Det er mørkt når barna går til skolen. Du kan hente gratis refleks på servicetorget."),
    _nn("Ope møte om sentrum", "Kom og sei kva du meiner om planane for sentrum."),
    _nb("Vaksine mot influensa", "Er du over 65 år, kan du ta vaksinen på helsestasjonen uten timebestilling."),
    _nn("Høgtlesing på biblioteket", "Kvar laurdag klokka 12 les vi for dei minste."),
    _nb("Søk om midler til frivillige lag", "Fristen er første desember. Søknaden fyller du ut på nett."),
    _nb("Stormen kommer i kveld", "Fest løse ting ute og følg med på varselet. Vaktsentralen er åpen i hele natt.", _BY_A_PERSON),
    _nn("Takk for innsatsen etter uvêret", "Mange har hjelpt til med å rydde. Vegen til Vika er open att."),
    _nb("Vannmåleren skal leses av", "Send inn tallet på nett. Det tar to minutter."),
    _nn("Ungdomsrådet vil høyre frå deg", "Kva treng unge i Fjordvik? Svar på undersøkinga før fredag."),
    _nb("Turlag for seniorer", "Hver onsdag klokka 11 går vi en rolig tur fra rådhuset."),
    _nn("Ny rektor på Fjordvik skule", "Vi ønskjer Marte Solheim velkomen som rektor."),
    _nb("Gjenvinningsstasjonen har nye åpningstider", "Fra nå av er det åpent til klokka 19 på torsdager."),
    _nn("Julemarknad på torget", "Vil du ha eit salsbord? Meld deg på innan utgangen av veka."),
)  # fmt: skip


def write(db: Database, town_id: int, *, channel_id: int, author_id: int, now: datetime) -> None:
    """Write the weeks before `now` into the channel."""
    moments = sorted(_moments(now))[-len(POSTS) :]
    both = list(zip(POSTS, moments, strict=True))
    for first in range(0, len(both), _AT_ONCE):
        with db.begin(town_id) as session:
            for once, starts_at in both[first : first + _AT_ONCE]:
                _write(session, once, starts_at=starts_at, channel_id=channel_id, author_id=author_id)


def _moments(now: datetime) -> Iterator[datetime]:
    """The afternoons that had a post, the newest week first."""
    today = day_of(now)
    monday = today - timedelta(days=today.weekday())
    for week in range(_NEWEST_WEEK, _NEWEST_WEEK + len(POSTS) // 2):
        for weekday in _WEEKDAYS[week % 2]:
            day = monday + timedelta(days=weekday - 7 * week)
            yield resolve(datetime.combine(day, time(14, 10 + 5 * weekday))).at


def _write(session: Session, once: Once, *, starts_at: datetime, channel_id: int, author_id: int) -> None:
    written = {"created_at": starts_at - timedelta(hours=3), "updated_at": starts_at}
    out_at = starts_at + timedelta(minutes=4)
    post = _add(session, Post, title=once.title, author_id=author_id, **written)
    _add(session, PostText, post_id=post.pk, language=once.language, text=once.text)
    publication = _add(
        session,
        Publication,
        post_id=post.pk,
        channel_id=channel_id,
        state=State.PUBLISHED,
        language=once.language,
        because=[reason.as_row() for reason in once.because],
        url=f"https://www.facebook.com/example/posts/{post.pk}",
        published_at=out_at,
        **written,
    )
    _add(
        session,
        Slot,
        channel_id=channel_id,
        publication_id=publication.pk,
        day=day_of(starts_at),
        ordinal=1,
        cap=2,
        starts_at=starts_at,
        language=once.language,
        minted_at=starts_at,
    )
    sent = _add(
        session,
        Delivery,
        kind=delivery.Kind.PUBLISH,
        state=delivery.State.SENT,
        lane=f"channel:{channel_id}:publish",
        channel_id=channel_id,
        publication_id=publication.pk,
        key=f"past-{post.pk}",
        not_before=starts_at,
        created_at=starts_at,
        updated_at=out_at,
    )
    _add(session, DeliveryContent, delivery_id=sent.pk, text=once.text, language=once.language)


def _add(session: Session, table: Any, **values: Any) -> Any:
    return rows.add(session, table(municipality_id=municipality_of(session), **values))
