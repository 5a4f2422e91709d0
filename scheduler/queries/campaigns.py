"""The campaigns that a post may be part of. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col

from scheduler.store import rows
from scheduler.store.tables import Campaign


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A campaign to choose. `over`: it takes no new posts; only what is part of it already stays."""

    id: int
    name: str
    over: bool


def choices(session: Session, *, also: int | None = None) -> tuple[Choice, ...]:
    """Those that go on, by name, and the one that a post is part of (`also`) though it is over."""
    wanted = col(Campaign.active).is_(True) | (col(Campaign.id) == (also or 0))
    found = rows.every(session, Campaign, wanted, order=col(Campaign.name))
    return tuple(Choice(id=row.pk, name=row.name, over=not row.active) for row in found)
