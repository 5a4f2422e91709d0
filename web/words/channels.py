"""Words about channels: why one was not added, and why one stands still."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from scheduler.queries.channels import Health
from scheduler.services.connecting import ChannelRefusal, Paused
from web.texts import later as _l

WORDS: Mapping[type[Enum], Mapping[Enum, str]] = {
    ChannelRefusal: {
        ChannelRefusal.CHANNEL_NAME_EMPTY: _l("Write a name for the channel."),
        ChannelRefusal.CHANNEL_NAME_TOO_LONG: _l("The name is too long: write at most 120 characters."),
        ChannelRefusal.CHANNEL_NAME_TAKEN: _l("There is a channel with this name already. Choose another name."),
        ChannelRefusal.UNKNOWN_PLATFORM: _l("We do not know this platform. Choose one from the list."),
        ChannelRefusal.CREDENTIAL_MISSING: _l("Something is missing to connect the account. Fill in every field."),
        ChannelRefusal.CREDENTIAL_MALFORMED: _l("The server's address must begin with https://."),
        ChannelRefusal.CREDENTIAL_TOO_LONG: _l("One of the values is too long to be right. Copy it again."),
        ChannelRefusal.CREDENTIAL_UNKNOWN: _l("One of the values does not belong to this platform."),
        ChannelRefusal.CHANNEL_LANGUAGE_UNKNOWN: _l("Choose one of the languages in the list."),
    },
    Health: {
        Health.CLOSED: _l("Closed"),
        Health.PAUSED: _l("Paused"),
        Health.EXPIRED: _l("The access has run out"),
        Health.HELD: _l("Held back"),
        Health.EXPIRES_SOON: _l("The access runs out soon"),
        Health.NEVER_CHECKED: _l("Not tried yet"),
        Health.WELL: _l("In order"),
    },
    Paused: {
        Paused.BY_HAND: _l("Somebody paused the channel."),
        Paused.SECRET_KEY_CHANGED: _l(
            "The service's secret key has been changed, so the account's key cannot be read. Connect the account again."
        ),
    },
}
