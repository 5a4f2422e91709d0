"""The practice network as a citizen sees it, and how it is told to misbehave for training.

Shows only the accounts of this municipality's own practice channels. Knows the connector; writes nothing of ours but the history
and when a channel is listened to next.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col

from connectors.practice_shapes import SECONDS, Fault, FaultNow, PracticePicture, PracticePost
from connectors.practice_store import PracticeNetwork
from scheduler.domain.access import Actor, Deed, demand
from scheduler.errors import Missing, Refused
from scheduler.log import logger
from scheduler.services.connecting import House
from scheduler.services.sealing import CannotOpen
from scheduler.store import audit, rows, talk
from scheduler.store.tables import Channel

__all__ = ["SECONDS", "Fault", "FaultNow", "PracticePicture", "PracticePost"]

_log = logger(__name__)

PAGE = 20
MOST_TIMES = 100


class PracticeRefusal(StrEnum):
    """Why the practice network could not be shown or told anything."""

    FILE_UNUSABLE = "practice_file_unusable"
    TIMES_OUT_OF_RANGE = "practice_times_out_of_range"


@dataclass(frozen=True, kw_only=True)
class PracticeChannel:
    """A practice channel of ours, its account on the network, and the fault it meets now."""

    channel_id: int
    name: str
    account: str
    fault: FaultNow


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """What stands in an account, newest first: a page of it. `after`: the remote id to go on from; None on the last page.

    `comments`: how many stand under each post, by the post's remote id.
    """

    posts: tuple[PracticePost, ...]
    after: str | None
    comments: Mapping[str, int]


def channels(session: Session, *, house: House) -> tuple[PracticeChannel, ...]:
    """The municipality's practice channels, by name. Raises Refused where the network's file cannot be used, like all here."""
    with the_network(house) as network:
        return tuple(
            PracticeChannel(channel_id=row.pk, name=row.name, account=account, fault=network.faults(account))
            for row, account in _accounts(session, house)
        )


def listen_soon(session: Session, *, channel_id: int, now: datetime) -> None:
    """Something was said there: the network tells us, as others do by a webhook, and the next ring of the bell collects it."""
    talk.settle_listening(session, channel_id, next_at=now)


def channel(session: Session, *, channel_id: int, house: House) -> PracticeChannel:
    """One of them; raises Missing where it is no practice channel of ours."""
    found = next((each for each in channels(session, house=house) if each.channel_id == channel_id), None)
    if found is None:
        raise Missing("practice channel", channel_id)
    return found


def timeline(
    session: Session, *, channel_id: int, house: House, limit: int = PAGE, before: str | None = None
) -> Timeline:
    """What stands in the channel's account as a citizen sees it: nothing that was deleted. `before`: the id a page ended with."""
    account = _account(session, channel_id, house)
    standing = list[PracticePost]()
    with the_network(house) as network:
        while len(standing) <= limit:
            found = network.posts(account, limit=limit + 1, before=before)
            standing += [post for post in found if post.deleted_at is None]
            if len(found) <= limit:
                break
            before = found[-1].remote_id
        shown = tuple(standing[:limit])
        comments = network.talk.counts([each.remote_id for each in shown])
    return Timeline(posts=shown, after=shown[-1].remote_id if len(standing) > limit else None, comments=comments)


def post(session: Session, *, remote_id: str, house: House) -> tuple[PracticeChannel, PracticePost]:
    """One post that stands there. Raises Missing, also for another municipality's."""
    with the_network(house) as network:
        found = network.post(remote_id)
    ours = {each.account: each for each in channels(session, house=house)}
    if found is None or found.deleted_at is not None or found.account not in ours:
        raise Missing("practice post", remote_id)
    return ours[found.account], found


def picture(session: Session, *, remote_id: str, picture_id: int, house: House) -> tuple[bytes, str]:
    """The bytes and media type of a picture on a post that stands there. Raises Missing."""
    _, found = post(session, remote_id=remote_id, house=house)
    with the_network(house) as network:
        image = network.picture(picture_id)
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
    if times is not None and not 1 <= times <= MOST_TIMES:
        raise Refused(PracticeRefusal.TIMES_OUT_OF_RANGE, most=MOST_TIMES)
    account = _account(session, channel_id, house)
    with the_network(house) as network:
        network.set_fault(account, fault, times=times)
    audit.note(
        session,
        now=now,
        person_id=actor.person_id if actor else None,
        subject="channel",
        subject_id=channel_id,
        action="practice_fault",
        detail={"fault": fault.value, "times": times},
    )


@contextmanager
def the_network(house: House) -> Iterator[PracticeNetwork]:
    """The network itself; a file that cannot be used is refused in a code."""
    try:
        yield PracticeNetwork(house.practice_file)
    except sqlite3.Error as error:
        _log.error("the practice network's file cannot be used", error=str(error))
        raise Refused(PracticeRefusal.FILE_UNUSABLE) from error


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
