"""The one door to the outside: the HTTP client, what the house brings to a connection, and the clock, handed about as one thing.

Opens a channel's connector. Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors.contract import Publishes
from connectors.http import Http
from scheduler.clock import Clock
from scheduler.services.connecting import House, open_channel
from scheduler.settings import Settings
from scheduler.store.tables import Channel

__all__ = ["Gate", "Http", "http_of"]

USER_AGENT = "Ordskifte/0.1"


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What a step needs to go out into the world."""

    http: Http
    house: House
    clock: Clock

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> Gate:
        """The door that the settings describe."""
        return cls(http=http_of(settings, clock), house=House.of(settings), clock=clock)

    def open(self, channel: Channel) -> Publishes:
        """The channel's connector. Raises ConnectorError (RECONNECT) where its credentials cannot be used."""
        return open_channel(channel, http=self.http, clock=self.clock, house=self.house)


def http_of(settings: Settings, clock: Clock) -> Http:
    """The HTTP client that the settings describe."""
    return Http(allow_private=settings.allow_private_addresses, now=clock, user_agent=USER_AGENT)
