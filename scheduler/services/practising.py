"""The practice network as a citizen sees it, and how it is told to misbehave for training.

Shows only the accounts of this municipality's own practice channels. Knows the connector; writes nothing of ours but the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col

from connectors.practice_shapes import SECONDS, Fault, FaultNow, PracticePicture, PracticePost
from connectors.practice_store import PracticeNetwork
from scheduler.domain.access import Actor, Deed, demand
from scheduler.errors import Missing
from scheduler.services.connecting import House
from scheduler.services.sealing import CannotOpen
from scheduler.store import audit, rows
from scheduler.store.tables import Channel

__all__ = ["SECONDS", "Fault", "FaultNow", "PracticePicture", "PracticePost"]


@dataclass(frozen=True, kw_only=True)
class PracticeChannel:
    """A practice channel of ours, its account on the network, and the fault it meets now."""

    channel_id: int
    name: str
    account: str
    fault: FaultNow


def channels(session: Session, *, house: House) -> tuple[PracticeChannel, ...]:
    """The municipality's practice channels, by name."""
    network = PracticeNetwork(house.practice_file)
    return tuple(
        PracticeChannel(channel_id=row.pk, name=row.name, account=account, fault=network.faults(account))
        for row, account in _accounts(session, house)
    )


def timeline(
    session: Session, *, channel_id: int, house: House, limit: int = 20, before: str | None = None
) -> tuple[PracticePost, ...]:
    """What stands in the channel's account, newest first, as a citizen sees it: nothing that was deleted."""
    account = _account(session, channel_id, house)
    posts = PracticeNetwork(house.practice_file).posts(account, limit=limit, before=before)
    return tuple(post for post in posts if post.deleted_at is None)


def post(session: Session, *, remote_id: str, house: House) -> tuple[PracticeChannel, PracticePost]:
    """One post that stands there. Raises Missing, also for another municipality's."""
    network = PracticeNetwork(house.practice_file)
    found = network.post(remote_id)
    ours = {each.account: each for each in channels(session, house=house)}
    if found is None or found.deleted_at is not None or found.account not in ours:
        raise Missing("practice post", remote_id)
    return ours[found.account], found


def picture(session: Session, *, remote_id: str, picture_id: int, house: House) -> tuple[bytes, str]:
    """The bytes and media type of a picture on a post that stands there. Raises Missing."""
    _, found = post(session, remote_id=remote_id, house=house)
    image = PracticeNetwork(house.practice_file).picture(picture_id)
    if image is None or all(each.picture_id != picture_id for each in found.pictures):
        raise Missing("practice picture", picture_id)
    return image.content, image.content_type


def misbehave(
    session: Session,
    actor: Actor | None,
    *,
    channel_id: int,
    fault: Fault,
    times: int | None,
    house: House,
    now: datetime,
) -> None:
    """Tell the network how to meet the channel's next calls: `times` of them, or (None) until it is told otherwise."""
    channel = rows.get(session, Channel, channel_id)
    demand(actor, Deed.MANAGE_CHANNELS, unit_id=channel.unit_id)
    account = _account(session, channel_id, house)
    PracticeNetwork(house.practice_file).set_fault(account, fault, times=times)
    audit.note(
        session,
        now=now,
        person_id=actor.person_id if actor else None,
        subject="channel",
        subject_id=channel_id,
        action="practice_fault",
        detail={"fault": fault.value, "times": times},
    )


def _accounts(session: Session, house: House) -> list[tuple[Channel, str]]:
    found = []
    for row in rows.every(session, Channel, col(Channel.platform) == "practice", order=col(Channel.name)):
        account = _credentials(row, house).get("account")
        if account:
            found.append((row, account))
    return found


def _account(session: Session, channel_id: int, house: House) -> str:
    for row, account in _accounts(session, house):
        if row.pk == channel_id:
            return account
    raise Missing("practice channel", channel_id)


def _credentials(channel: Channel, house: House) -> Mapping[str, str]:
    try:
        return house.sealer.open(channel.sealed_credentials)
    except CannotOpen:
        return {}
