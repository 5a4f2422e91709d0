"""The platforms one can connect: what each is called, what it asks of a person, and what an account of ours can do there.

Knows the connectors' table, and speaks of it in plain values so that pages need not. Goes nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from connectors import registry
from connectors.contract import Can, HandsOver
from connectors.registry import Kind
from scheduler.errors import Missing
from scheduler.services import connecting
from scheduler.store import channels


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One thing to fill in. `secret`: never shown again; `address`: a web address."""

    name: str
    secret: bool
    address: bool
    required: bool


@dataclass(frozen=True, kw_only=True)
class PlatformView:
    """A platform. `label`: its own name, or None where we must find words; `by_hand`: a person carries the last step."""

    name: str
    label: str | None
    by_hand: bool
    asks: tuple[Asked, ...]


@dataclass(frozen=True, kw_only=True)
class Abilities:
    """What an account can do, as the platform last told. `known`: it was asked at all; `can`: names of abilities."""

    known: bool
    can: tuple[str, ...]
    characters: int
    images: int
    image_bytes: int
    alt_characters: int


def every() -> tuple[PlatformView, ...]:
    """The platforms, in the table's order."""
    return tuple(_view(each) for each in registry.PLATFORMS.values())


def one(name: str) -> PlatformView:
    """The platform of this name; raises Missing."""
    found = registry.PLATFORMS.get(name)
    if found is None:
        raise Missing("platform", name)
    return _view(found)


def abilities(session: Session, channel_id: int) -> Abilities:
    """What the channel's account can do, and within which limits; raises Missing for the channel."""
    channel = channels.channel(session, channel_id)
    limits, can = connecting.limits_of(channel), Can(channel.can)
    return Abilities(
        known=bool(channel.limits),
        can=tuple(each.name.lower() for each in Can if each in can and each.name),
        characters=limits.characters,
        images=limits.images,
        image_bytes=limits.image_bytes,
        alt_characters=limits.alt_characters,
    )


def _view(platform: registry.Platform) -> PlatformView:
    return PlatformView(
        name=platform.name,
        label=platform.label,
        by_hand=platform.hands_over is HandsOver.PERSON,
        asks=tuple(
            Asked(
                name=each.name,
                secret=each.kind is Kind.SECRET,
                address=each.kind is Kind.URL,
                required=each.required,
            )
            for each in platform.fields
            if each.kind is not Kind.HOUSE
        ),
    )
