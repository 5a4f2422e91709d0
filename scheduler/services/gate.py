"""The one door to the outside: the HTTP client, what the house brings to a connection, and the clock, handed about as one thing.

Opens a channel's connector, and says who carries mail. Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors.contract import Messenger, Publishes
from connectors.http import Http
from connectors.mail import Mail, MailHost
from connectors.practice_mail import PracticeMail
from scheduler.clock import Clock
from scheduler.services.connecting import House, open_channel
from scheduler.settings import MailKind, Settings
from scheduler.store.tables import Channel

__all__ = ["Gate", "Http", "http_of"]

USER_AGENT = "Ordskifte/0.1"


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What a step needs to go out into the world. `messenger`: who carries mail; None = mail is off."""

    http: Http
    house: House
    clock: Clock
    messenger: Messenger | None = None

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> Gate:
        """The door that the settings describe."""
        return cls(
            http=http_of(settings, clock),
            house=House.of(settings),
            clock=clock,
            messenger=messenger_of(settings, clock),
        )

    def open(self, channel: Channel) -> Publishes:
        """The channel's connector. Raises ConnectorError (RECONNECT) where its credentials cannot be used."""
        return open_channel(channel, http=self.http, clock=self.clock, house=self.house)

    def mail(self) -> Messenger | None:
        """Who carries mail; None where no mail server is set."""
        return self.messenger


def http_of(settings: Settings, clock: Clock) -> Http:
    """The HTTP client that the settings describe."""
    return Http(allow_private=settings.allow_private_addresses, now=clock, user_agent=USER_AGENT)


def messenger_of(settings: Settings, clock: Clock) -> Messenger | None:
    """Who carries mail by the settings: a server, the practice network's letter box, or nobody."""
    server = settings.mail_server
    if server is None:
        return None
    if server.kind is MailKind.PRACTICE:
        return PracticeMail(settings.practice_file, now=clock, sender=settings.mail_sender)
    host = MailHost(
        host=server.host,
        port=server.port,
        encrypted=server.kind is MailKind.SMTPS,
        user=server.user,
        password=server.password.reveal(),
    )
    return Mail(host, sender=settings.mail_sender, now=clock)
