"""Who may do what to which object.

Decides from the roles a person holds, for one unit or for the whole municipality. Knows nothing of sessions, pages or rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scheduler.errors import Refused


class Role(StrEnum):
    """What a person is in the municipality or in one unit."""

    AUTHOR = "author"
    MODERATOR = "moderator"
    SERVICE_DESK = "service_desk"
    LEADER = "leader"
    CHIEF = "chief"
    ARCHIVIST = "archivist"
    ADMINISTRATOR = "administrator"
    READER = "reader"


class Deed(StrEnum):
    """What can be asked permission for."""

    READ = "read"
    WRITE_POST = "write_post"
    SUBMIT = "submit"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    MOVE = "move"
    CANCEL = "cancel"
    #: "I have posted it", and the other answers to a delivery that nobody knows the end of.
    CONFIRM_MANUAL = "confirm_manual"
    #: Send a service notice, out at once and answered for by whoever sends it, and say that it is over.
    SEND_NOTICE = "send_notice"
    #: Reply to an enquiry, assign, dismiss and reopen it, enter one by hand.
    ANSWER = "answer"
    #: Hide a citizen's comment, and show it again.
    HIDE = "hide"
    PULL_FEED = "pull_feed"
    MANAGE_FEEDS = "manage_feeds"
    MANAGE_CHANNELS = "manage_channels"
    MANAGE_RULES = "manage_rules"
    MANAGE_UNITS = "manage_units"
    MANAGE_PEOPLE = "manage_people"
    HOLD = "hold"
    #: Winding the demo's clock; no other installation has that page.
    WIND_CLOCK = "wind_clock"


_READS = frozenset({Deed.READ})
_TAKES_PART = _READS | {Deed.CONFIRM_MANUAL, Deed.WIND_CLOCK}
_WRITES = _TAKES_PART | {
    Deed.WRITE_POST,
    Deed.SUBMIT,
    Deed.MOVE,
    Deed.CANCEL,
    Deed.SEND_NOTICE,
    Deed.PULL_FEED,
}
_ANSWERS = frozenset({Deed.ANSWER, Deed.HIDE})
_ANSWERS_FOR = _WRITES | _ANSWERS | {Deed.APPROVE, Deed.SEND_BACK, Deed.HOLD}
_ARRANGES = frozenset({Deed.PULL_FEED, Deed.MANAGE_FEEDS, Deed.MANAGE_CHANNELS, Deed.MANAGE_RULES})

#: The one table of permissions. Whoever administers neither writes nor approves: the operator's people speak for nobody.
MAY: Mapping[Role, frozenset[Deed]] = {
    Role.AUTHOR: _WRITES,
    Role.MODERATOR: _TAKES_PART | _ANSWERS,
    Role.SERVICE_DESK: _TAKES_PART | _ANSWERS | {Deed.SEND_NOTICE},
    Role.LEADER: _ANSWERS_FOR,
    Role.CHIEF: _ANSWERS_FOR | _ARRANGES,
    Role.ARCHIVIST: _READS | {Deed.WIND_CLOCK},
    Role.ADMINISTRATOR: _READS
    | _ARRANGES
    | {Deed.MANAGE_UNITS, Deed.MANAGE_PEOPLE, Deed.HOLD, Deed.CONFIRM_MANUAL, Deed.WIND_CLOCK},
    Role.READER: _READS,
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, in one unit or (`unit_id` None) in the whole municipality."""

    role: Role
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at work in one municipality. Somebody who serves several is another actor in each."""

    person_id: int
    municipality_id: int
    name: str
    grants: frozenset[Grant] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """Where an actor may do a deed: in the whole municipality, or in these units alone (none: nowhere)."""

    whole: bool
    units: frozenset[int]


def reach(actor: Actor, deed: Deed) -> Reach:
    """Where `actor` may do `deed`, for lists that show only what one may see."""
    granted = [grant for grant in actor.grants if deed in MAY[grant.role]]
    return Reach(
        whole=any(grant.unit_id is None for grant in granted),
        units=frozenset(grant.unit_id for grant in granted if grant.unit_id is not None),
    )


def may(actor: Actor, deed: Deed, *, municipality_id: int, unit_id: int | None) -> bool:
    """Whether `actor` may do `deed` to an object of that municipality and unit (None: it belongs to no unit).

    A unit's grant covers that unit's objects and nothing else; a municipality's grant covers all. Another municipality's object: never.
    """
    if actor.municipality_id != municipality_id:
        return False
    within = reach(actor, deed)
    return within.whole or (unit_id is not None and unit_id in within.units)


class Denied(StrEnum):
    """Why nothing was done: the person's roles do not reach that far."""

    NOT_ALLOWED = "not_allowed"


def demand(actor: Actor | None, deed: Deed, *, unit_id: int | None, municipality_id: int | None = None) -> None:
    """Go on only if `actor` may do `deed` there; raises Refused with `deed`.

    `municipality_id`: the object's, where it is not already certain to be the actor's own (a transaction sees one municipality alone).
    No actor: the command line, whose operator holds the database itself, and the bells.
    """
    if actor is None:
        return
    owner = actor.municipality_id if municipality_id is None else municipality_id
    if not may(actor, deed, municipality_id=owner, unit_id=unit_id):
        raise Refused(Denied.NOT_ALLOWED, deed=deed.value)


def needs_approval(
    *, channel_needs_approval: bool, actor: Actor | None, unit_id: int | None, municipality_id: int | None = None
) -> bool:
    """Whether what `actor` releases in a channel must be approved by somebody first; `actor` and `municipality_id` as in `demand`.

    Light by default: only where the channel asks for it, and not of who could approve it: a leader's own act is the approval.
    """
    if actor is None or not channel_needs_approval:
        return channel_needs_approval
    owner = actor.municipality_id if municipality_id is None else municipality_id
    return not may(actor, Deed.APPROVE, municipality_id=owner, unit_id=unit_id)
