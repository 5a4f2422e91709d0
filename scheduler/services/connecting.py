"""Connecting channels: who may, under which name, with which credentials (sealed), and what the platform says of them.

Goes out into the world only in `check`, with the short times of somebody who waits at a page. Knows no platform by name: what a platform
asks for stands in the connectors' table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from connectors import registry
from connectors.contract import Can, ConnectorError, Counting, HandsOver, Limits, Publishes, Remedy
from connectors.http import Http
from connectors.hurried import Hurried
from connectors.registry import RegistryError
from scheduler.clock import Clock
from scheduler.domain.access import Actor, Deed, demand
from scheduler.errors import Refused
from scheduler.log import logger
from scheduler.services.sealing import CannotOpen, Sealer
from scheduler.settings import Settings
from scheduler.store import audit, channels, municipalities, rows, talk
from scheduler.store.database import Database, municipality_of
from scheduler.store.tables import Channel, Unit

LONGEST_NAME = 120
LONGEST_CREDENTIAL = 4_000
#: The two written standards, one of which a unit's channel may keep to.
FIXED_LANGUAGES = frozenset({"nn", "nb"})
#: What a platform that we have not asked yet is taken to accept: the least that any of them does.
UNASKED = Limits(characters=500, images=4, alt_characters=1_500)

_log = logger(__name__)


class ChannelRefusal(StrEnum):
    """Why a channel was not added or changed."""

    CHANNEL_NAME_EMPTY = "channel_name_empty"
    CHANNEL_NAME_TOO_LONG = "channel_name_too_long"
    CHANNEL_NAME_TAKEN = "channel_name_taken"
    UNKNOWN_PLATFORM = "unknown_platform"
    CREDENTIAL_MISSING = "credential_missing"
    CREDENTIAL_MALFORMED = "credential_malformed"
    CREDENTIAL_TOO_LONG = "credential_too_long"
    CREDENTIAL_UNKNOWN = "credential_unknown"
    CHANNEL_LANGUAGE_UNKNOWN = "channel_language_unknown"


class Paused(StrEnum):
    """Why a person must act before the channel sends again; a dead token has the connector's own code instead."""

    BY_HAND = "by_hand"
    SECRET_KEY_CHANGED = "secret_key_changed"  # noqa: S105 - a code


@dataclass(frozen=True, kw_only=True)
class House:
    """What the installation itself brings to a connection: its seal, the practice network's file and public page, and its own address.

    `mail_domain`: where its letters come from; one that is nobody's where no sender is set.
    """

    sealer: Sealer
    practice_file: str
    practice_url: str = ""
    address: str = ""
    mail_domain: str = "ordskifte.invalid"

    @classmethod
    def of(cls, settings: Settings) -> House:
        """The house that the settings describe. `practice_url`: where the practice network's posts are seen."""
        base = settings.public_url or f"http://{settings.host}:{settings.port}"
        return cls(
            sealer=Sealer(settings.secret_key),
            practice_file=str(settings.practice_file),
            practice_url=f"{base}/practice/posts/{{remote_id}}",
            address=base,
            mail_domain=settings.mail_domain or cls.mail_domain,
        )

    def brings(self, platform: str) -> dict[str, str]:
        """The values of the fields that a form never asks for."""
        ours = {"file": self.practice_file, "public_url": self.practice_url}
        asked = registry.platform(platform).fields
        return {
            each.name: ours[each.name] for each in asked if each.kind is registry.Kind.HOUSE and ours.get(each.name)
        }


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check found. `code`: why it did not succeed, None when it did; `paused`: a person must act first; `said`: the platform's own words."""

    code: str | None
    paused: bool = False
    remote_name: str | None = None
    said: str = ""


def add_channel(
    session: Session,
    actor: Actor | None,
    *,
    platform: str,
    name: str,
    credentials: Mapping[str, str],
    house: House,
    now: datetime,
    unit_id: int | None = None,
    language: str | None = None,
    needs_approval: bool = False,
) -> Channel:
    """A new channel, not yet checked. Raises Refused with everything that is wrong at once (`fields`: the credentials at fault)."""
    demand(actor, Deed.MANAGE_CHANNELS, unit_id=unit_id)
    if unit_id is not None:
        rows.get(session, Unit, unit_id)
    tidy = " ".join(name.split())
    codes, fields = _credential_faults(platform, credentials)
    codes |= _name_faults(session, tidy) | _language_faults(language)
    if codes:
        raise Refused(*sorted(codes), fields=sorted(fields), limit=LONGEST_NAME)
    kept = {key: value.strip() for key, value in credentials.items() if value.strip()}
    kept |= _account_of_ours(session, platform, tidy)
    added = rows.add(
        session,
        Channel(
            municipality_id=municipality_of(session),
            unit_id=unit_id,
            platform=platform,
            name=tidy,
            sealed_credentials=house.sealer.seal(kept),
            language=language,
            needs_approval=needs_approval,
            created_at=now,
        ),
    )
    if registry.platform(platform).hands_over is HandsOver.API:
        talk.listen_from(session, added.pk, now=now)  # also where the first check fails for a passing reason
    _note(session, actor, added.pk, "add", now=now, detail={"platform": platform, "name": tidy, "unit_id": unit_id})
    return added


def change_channel(
    session: Session,
    actor: Actor | None,
    *,
    channel_id: int,
    name: str,
    language: str | None,
    needs_approval: bool,
    active: bool,
    now: datetime,
) -> None:
    """Another name, language or rule for the channel. Raises Refused with everything that is wrong at once."""
    channel = channels.channel(session, channel_id)
    demand(actor, Deed.MANAGE_CHANNELS, unit_id=channel.unit_id)
    tidy = " ".join(name.split())
    codes = _name_faults(session, tidy, but=channel_id) | _language_faults(language)
    if codes:
        raise Refused(*sorted(codes), limit=LONGEST_NAME)
    wanted: dict[str, Any] = {"name": tidy, "language": language, "needs_approval": needs_approval, "active": active}
    changed = {column: value for column, value in wanted.items() if getattr(channel, column) != value}
    if changed:
        channels.change(session, channel_id, **changed)
        _note(session, actor, channel_id, "change", now=now, detail=changed)


def reconnect(
    session: Session,
    actor: Actor | None,
    *,
    channel_id: int,
    credentials: Mapping[str, str],
    house: House,
    now: datetime,
) -> None:
    """Other credentials for the channel; `check` tells whether they serve. Raises Refused (`fields`: the credentials at fault)."""
    channel = channels.channel(session, channel_id)
    demand(actor, Deed.MANAGE_CHANNELS, unit_id=channel.unit_id)
    codes, fields = _credential_faults(channel.platform, credentials)
    if codes:
        raise Refused(*sorted(codes), fields=sorted(fields))
    kept = {key: value.strip() for key, value in credentials.items() if value.strip()}
    kept |= _account_of_ours(session, channel.platform, channel.name) | _account_so_far(channel, house)
    channels.change(session, channel_id, sealed_credentials=house.sealer.seal(kept))
    _note(session, actor, channel_id, "reconnect", now=now)


def pause(session: Session, actor: Actor | None, *, channel_id: int, now: datetime) -> None:
    """A person lets the channel rest; what is scheduled waits."""
    channel = channels.channel(session, channel_id)
    demand(actor, Deed.MANAGE_CHANNELS, unit_id=channel.unit_id)
    if channels.pause(session, channel_id, Paused.BY_HAND.value):
        _note(session, actor, channel_id, "pause", now=now)


def resume(session: Session, actor: Actor | None, *, channel_id: int, now: datetime) -> None:
    """A person lets the channel send again, whatever stopped it."""
    channel = channels.channel(session, channel_id)
    demand(actor, Deed.MANAGE_CHANNELS, unit_id=channel.unit_id)
    if channel.paused_code is not None:
        channels.change(session, channel_id, paused_code=None)
        _note(session, actor, channel_id, "resume", now=now, detail={"was": channel.paused_code})


def check(
    db: Database,
    actor: Actor | None,
    *,
    municipality_id: int,
    channel_id: int,
    http: Http,
    clock: Clock,
    house: House,
) -> Checked:
    """Ask the platform who we are there, what we can, and within which limits. Made for a request: 5 s a call, 10 s in all.

    A dead token pauses the channel; a good answer takes that pause away again (not a pause that a person made).
    """
    with db.read(municipality_id) as session:
        channel = channels.channel(session, channel_id)
        demand(actor, Deed.MANAGE_CHANNELS, unit_id=channel.unit_id)
    try:
        connector = _made(channel, http=Hurried(http), clock=clock, house=house)
        account = connector.account()
    except CannotOpen:
        return _failed(db, municipality_id, channel, Paused.SECRET_KEY_CHANGED.value, paused=True, now=clock())
    except RegistryError as wrong:
        return _failed(db, municipality_id, channel, wrong.code, paused=True, now=clock())
    except ConnectorError as wrong:
        _log.info("channel check failed", channel=channel_id, code=wrong.code, status=wrong.status)
        dead = wrong.remedy is Remedy.RECONNECT
        return _failed(db, municipality_id, channel, wrong.code, paused=dead, now=clock(), said=wrong.detail)
    now = clock()
    values: dict[str, Any] = {
        "remote_name": account.name[:200] or None,
        "url": account.url if account.url and len(account.url) <= 2_000 else None,
        "limits": limits_to_row(account.limits),
        "can": account.can.value,
        "expires_at": account.expires_at,
        "last_success_at": now,
    }
    with db.begin(municipality_id) as session:
        standing = channels.channel(session, channel_id)
        if standing.paused_code not in (None, Paused.BY_HAND.value):
            values["paused_code"] = None
        channels.change(session, channel_id, **values)
        if Can.READ in account.can:
            talk.listen_from(session, channel_id, now=now)
        _note(session, actor, channel_id, "check", now=now, detail={"remote_name": account.name[:200]})
    return Checked(code=None, remote_name=account.name or None)


def open_channel(channel: Channel, *, http: Http, clock: Clock, house: House) -> Publishes:
    """The connector of this channel. Raises ConnectorError (RECONNECT) where its credentials cannot be used."""
    try:
        return _made(channel, http=http, clock=clock, house=house)
    except CannotOpen:
        raise ConnectorError(Remedy.RECONNECT, Paused.SECRET_KEY_CHANGED.value) from None
    except RegistryError as wrong:
        raise ConnectorError(Remedy.RECONNECT, wrong.code) from None


def limits_of(channel: Channel) -> Limits:
    """The limits the platform told at the last check; before any, what each of them accepts."""
    told = channel.limits
    if not told:
        return UNASKED
    return Limits(
        characters=told["characters"],
        counting=Counting(told["counting"]),
        link_weight=told["link_weight"],
        images=told["images"],
        image_bytes=told["image_bytes"],
        image_types=tuple(told["image_types"]),
        alt_characters=told["alt_characters"],
    )


def limits_to_row(limits: Limits) -> dict[str, Any]:
    """The limits as they are kept with the channel."""
    return {
        "characters": limits.characters,
        "counting": limits.counting.value,
        "link_weight": limits.link_weight,
        "images": limits.images,
        "image_bytes": limits.image_bytes,
        "image_types": list(limits.image_types),
        "alt_characters": limits.alt_characters,
    }


def _made(channel: Channel, *, http: Http, clock: Clock, house: House) -> Publishes:
    credentials = house.sealer.open(channel.sealed_credentials) | house.brings(channel.platform)
    return registry.connect(channel.platform, credentials, http=http, now=clock)


def _failed(
    db: Database, municipality_id: int, channel: Channel, code: str, *, paused: bool, now: datetime, said: str = ""
) -> Checked:
    with db.begin(municipality_id) as session:
        if paused and channels.pause(session, channel.pk, code):
            _note(session, None, channel.pk, "pause", now=now, detail={"code": code})
    return Checked(code=code, paused=paused, said=said)


def _account_of_ours(session: Session, platform: str, name: str) -> dict[str, str]:
    """The account on the practice network: named by us, so that no municipality can take or see another's."""
    asked = registry.platform(platform).fields
    if not any(each.name == "account" and each.kind is registry.Kind.HOUSE for each in asked):
        return {}
    town = municipalities.by_id(session, municipality_of(session))
    return {"account": f"{town.slug if town else ''}/{name}"}


def _account_so_far(channel: Channel, house: House) -> dict[str, str]:
    """A renamed channel keeps its account on the practice network."""
    try:
        kept = house.sealer.open(channel.sealed_credentials)
    except CannotOpen:
        return {}
    asked = registry.platform(channel.platform).fields
    return {each.name: kept[each.name] for each in asked if each.kind is registry.Kind.HOUSE and kept.get(each.name)}


def _name_faults(session: Session, name: str, *, but: int | None = None) -> set[ChannelRefusal]:
    if not name:
        return {ChannelRefusal.CHANNEL_NAME_EMPTY}
    found = {ChannelRefusal.CHANNEL_NAME_TOO_LONG} if len(name) > LONGEST_NAME else set()
    return found | ({ChannelRefusal.CHANNEL_NAME_TAKEN} if channels.name_taken(session, name, but=but) else set())


def _language_faults(language: str | None) -> set[ChannelRefusal]:
    fine = language is None or language in FIXED_LANGUAGES
    return set() if fine else {ChannelRefusal.CHANNEL_LANGUAGE_UNKNOWN}


def _credential_faults(platform: str, credentials: Mapping[str, str]) -> tuple[set[ChannelRefusal], set[str]]:
    try:
        asked = {each.name: each for each in registry.platform(platform).fields}
    except RegistryError:
        return {ChannelRefusal.UNKNOWN_PLATFORM}, set()
    codes, fields = set[ChannelRefusal](), set[str]()
    for name, value in credentials.items():
        each = asked.get(name)
        if each is None or each.kind is registry.Kind.HOUSE:
            codes.add(ChannelRefusal.CREDENTIAL_UNKNOWN)
        elif len(value) > LONGEST_CREDENTIAL:
            codes.add(ChannelRefusal.CREDENTIAL_TOO_LONG)
        elif not value.isprintable() or (
            each.kind is registry.Kind.URL and value.strip() and not value.strip().startswith(("https://", "http://"))
        ):
            codes.add(ChannelRefusal.CREDENTIAL_MALFORMED)
        else:
            continue
        fields.add(name)
    for name, each in asked.items():
        wanted = each.required and each.kind is not registry.Kind.HOUSE
        if wanted and not credentials.get(name, "").strip():
            codes.add(ChannelRefusal.CREDENTIAL_MISSING)
            fields.add(name)
    return codes, fields


def _note(
    session: Session,
    actor: Actor | None,
    channel_id: int,
    action: str,
    *,
    now: datetime,
    detail: Mapping[str, object] | None = None,
) -> None:
    audit.note(
        session,
        now=now,
        person_id=actor.person_id if actor else None,
        subject="channel",
        subject_id=channel_id,
        action=action,
        detail=detail,
    )
