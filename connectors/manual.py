"""A channel that a person serves by hand: everything made ready to copy, and the last step left to them.

Knows which network the channel stands for and what that network accepts. Knows no address and calls nobody, so it has no
abilities of its own: whether something stands there, a person has to say.
"""

from __future__ import annotations

from datetime import timedelta

from connectors import measuring
from connectors.contract import (
    Account,
    Attempt,
    Can,
    Complaint,
    ConnectorError,
    HandsOver,
    Landing,
    Limits,
    OutgoingPost,
    Receipt,
    Remedy,
)

_PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")

#: What a person may paste there. What we know no limits of gets the widest, since the network itself will say.
NETWORKS: dict[str, Limits] = {
    "facebook": Limits(characters=63_206, images=10, image_types=_PICTURES),
    "instagram": Limits(characters=2_200, images=10, image_types=_PICTURES),
    "linkedin": Limits(characters=3_000, images=20, image_types=_PICTURES),
    "other": Limits(characters=63_206, images=20, image_types=_PICTURES),
}


def limits_of(network: str) -> Limits:
    """The limits of the network that a person named: "Facebook", "Facebook-gruppa", "vår Instagram"."""
    folded = network.casefold()
    return next((limits for name, limits in NETWORKS.items() if name in folded), NETWORKS["other"])


class Manual:
    """Publishes by handing over to a person. `network`: what the channel stands for, in the municipality's own words."""

    def __init__(self, network: str) -> None:
        self._network = network.strip()

    @property
    def hands_over(self) -> HandsOver:
        return HandsOver.PERSON

    @property
    def landing(self) -> Landing:
        return Landing(late=timedelta(0), visibility=timedelta(0))

    def account(self) -> Account:
        """What the channel stands for. Asks nobody."""
        return Account(
            remote_id="",
            name=self._network,
            url=None,
            can=Can.IMAGES | Can.ALT_TEXT,
            limits=limits_of(self._network),
        )

    def complaints(self, post: OutgoingPost, limits: Limits) -> frozenset[Complaint]:
        return measuring.complaints(post, limits)

    def prepare(self, post: OutgoingPost, attempt: Attempt) -> Attempt:
        return attempt

    def publish(self, post: OutgoingPost, attempt: Attempt) -> Receipt:
        raise _by_hand()

    def find_published(self, post: OutgoingPost, attempt: Attempt) -> Receipt | None:
        raise ConnectorError(Remedy.CHECK, "cannot_tell")

    def correct(self, remote_id: str, post: OutgoingPost, attempt: Attempt) -> Receipt:
        raise _by_hand()

    def delete(self, remote_id: str) -> None:
        raise _by_hand()


def _by_hand() -> ConnectorError:
    return ConnectorError(Remedy.NOT_ALLOWED, "by_hand")
