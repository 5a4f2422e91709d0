"""Who is told that somebody waits for an answer, and whether they know it already.

Decides from roles and from the enquiry's clock. Knows no rows, no mail and no night (domain/sla knows that).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from scheduler.domain.access import MAY, Deed, Grant, Role
from scheduler.domain.sla import RESPONSE_TIME, Step

_ANSWERING = frozenset({Role.MODERATOR, Role.SERVICE_DESK})
_LEADING = frozenset({Role.LEADER})
_CHIEF = frozenset({Role.CHIEF})


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can sign in, and the roles they hold."""

    person_id: int
    grants: frozenset[Grant]


def recipients(
    step: Step, *, unit_id: int | None, assignee_id: int | None, colleagues: Iterable[Colleague]
) -> tuple[int, ...]:
    """The people that `step` reaches, by id, for an enquiry on a channel of `unit_id` (None: the municipality's own).

    To be reminded: the assignee; else those who answer in the unit; else those who answer for the municipality; else whoever leads.
    To be told that it is urgent: whoever leads. Those who lead are the unit's leaders, else the chiefs. Empty: nobody is left to tell.
    """
    there = sorted(colleagues, key=lambda each: each.person_id)
    leading = _holders(there, _LEADING, unit_id) or _holders(there, _CHIEF, None)
    match step:
        case Step.REMIND:
            assignee = tuple(
                each.person_id for each in there if each.person_id == assignee_id and _may_answer(each, unit_id)
            )
            return assignee or _holders(there, _ANSWERING, unit_id) or _holders(there, _ANSWERING, None) or leading
        case Step.ESCALATE:
            return leading
        case _:  # pragma: no cover
            assert_never(step)


def reaches_somebody(unit_id: int | None, assignee_id: int | None, colleagues: Iterable[Colleague]) -> bool:
    """Whether there is anybody at all to tell of an enquiry there."""
    return bool(recipients(Step.REMIND, unit_id=unit_id, assignee_id=assignee_id, colleagues=colleagues))


def knows_already(told_at: datetime, *, started_at: datetime) -> bool:
    """Whether a mail from `told_at` was about the waiting that began at `started_at`.

    Reminders come late in a waiting; one from its first half, or from before it, was about an earlier one.
    """
    return told_at >= started_at + RESPONSE_TIME / 2


def _holders(there: Sequence[Colleague], roles: frozenset[Role], unit_id: int | None) -> tuple[int, ...]:
    return tuple(each.person_id for each in there if any(g.role in roles and g.unit_id == unit_id for g in each.grants))


def _may_answer(colleague: Colleague, unit_id: int | None) -> bool:
    return any(Deed.ANSWER in MAY[g.role] and g.unit_id in {None, unit_id} for g in colleague.grants)
