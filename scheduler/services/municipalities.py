"""A new municipality, a new unit.

`actor` None is the operator's command line. Raises Refused with every code at once.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scheduler.domain.access import Actor, Deed, demand
from scheduler.domain.municipalities import (
    LONGEST_NAME,
    PAGE_LANGUAGES,
    MunicipalityRefusal,
    host_faults,
    name_faults,
    slug_faults,
    slug_of,
)
from scheduler.domain.people import tidy_name
from scheduler.errors import Refused
from scheduler.store import audit, municipalities
from scheduler.store.tables import Municipality, Unit


def add_municipality(
    session: Session,
    *,
    name: str,
    slug: str | None = None,
    language: str = "nb",
    host: str | None = None,
    now: datetime,
) -> Municipality:
    """A new municipality, in the operator's transaction (`Database.operate`). The slug is made from the name where none is given."""
    tidy = tidy_name(name)
    wanted = slug_of(tidy) if slug is None else slug.strip().lower()
    faults = name_faults(tidy)
    if not faults or slug is not None:
        faults |= slug_faults(wanted)
    if language not in PAGE_LANGUAGES:
        faults.add(MunicipalityRefusal.LANGUAGE_UNKNOWN)
    tidy_host = _tidy_host(host)
    faults |= host_faults(tidy_host) if tidy_host else set()
    if not faults and municipalities.by_slug(session, wanted) is not None:
        faults.add(MunicipalityRefusal.SLUG_TAKEN)
    if not faults and tidy_host and municipalities.by_host(session, tidy_host) is not None:
        faults.add(MunicipalityRefusal.HOST_TAKEN)
    if faults:
        raise Refused(*sorted(faults), limit=LONGEST_NAME, slug=wanted)
    return municipalities.add(session, name=tidy, slug=wanted, language=language, host=tidy_host, now=now)


def add_unit(session: Session, actor: Actor | None, *, name: str, now: datetime) -> Unit:
    """A new unit of the session's municipality."""
    demand(actor, Deed.MANAGE_UNITS, unit_id=None)
    tidy = tidy_name(name)
    faults = name_faults(tidy)
    if not faults and municipalities.unit_by_name(session, tidy) is not None:
        faults.add(MunicipalityRefusal.NAME_TAKEN)
    if faults:
        raise Refused(*sorted(faults), limit=LONGEST_NAME)
    unit = municipalities.add_unit(session, name=tidy, now=now)
    audit.note(
        session,
        now=now,
        person_id=actor.person_id if actor else None,
        subject="unit",
        subject_id=unit.pk,
        action="add",
        detail={"name": tidy},
    )
    return unit


def _tidy_host(host: str | None) -> str | None:
    return host.strip().lower() or None if host else None
