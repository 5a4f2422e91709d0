"""Which municipality a path or a host name means, and its units, as pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from scheduler.store import municipalities
from scheduler.store.tables import Municipality


@dataclass(frozen=True, kw_only=True)
class MunicipalityView:
    """A municipality. `zone`: its time zone; `language`: what its pages speak to those who have chosen nothing."""

    id: int
    name: str
    slug: str
    host: str | None
    zone: str
    language: str


@dataclass(frozen=True, kw_only=True)
class UnitView:
    """A unit of the municipality."""

    id: int
    name: str


def every(session: Session) -> tuple[MunicipalityView, ...]:
    """All municipalities of this installation, by name."""
    return tuple(_view(row) for row in municipalities.every(session))


def by_id(session: Session, municipality_id: int) -> MunicipalityView | None:
    """The municipality with this id."""
    row = municipalities.by_id(session, municipality_id)
    return None if row is None else _view(row)


def by_slug(session: Session, slug: str) -> MunicipalityView | None:
    """The municipality whose paths begin with `slug`."""
    row = municipalities.by_slug(session, slug)
    return None if row is None else _view(row)


def by_host(session: Session, host: str) -> MunicipalityView | None:
    """The municipality that has this host name for its own."""
    row = municipalities.by_host(session, host)
    return None if row is None else _view(row)


def units(session: Session) -> tuple[UnitView, ...]:
    """The units of the session's municipality, by name."""
    return tuple(UnitView(id=row.pk, name=row.name) for row in municipalities.units(session))


def _view(row: Municipality) -> MunicipalityView:
    assert row.id is not None
    return MunicipalityView(
        id=row.id, name=row.name, slug=row.slug, host=row.host, zone=row.zone, language=row.language
    )
