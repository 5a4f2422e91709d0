"""Why a time, what another time would cost, and what a post would bring about, in sentences with links to the posts they name.

Words for codes that the planner gave. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from scheduler.domain.excuses import Excuse
from scheduler.domain.reasons import Because, Cost, Placement, Unplaced
from scheduler.domain.rules import Refusal
from scheduler.queries import moved
from scheduler.queries.moved import Mention
from scheduler.services import planning
from scheduler.services.moving import Reachable
from scheduler.services.what_if import WhatIf, costs
from web import filters, session, wording

Known = Mapping[int, Mention]
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Line:
    """A sentence, and the post it is about, where the reader may see that one."""

    text: str
    about: Mention | None = None


@dataclass(frozen=True)
class Why:
    """Why a time; and, apart, why the times before it were not to be had."""

    there: tuple[Line, ...]
    not_earlier: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Effects:
    """What would follow if a post were released now: which announced posts move, and which posts miss their latest moment."""

    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A time that keeps the rules, and what it would cost the others."""

    placement: Placement
    costs: tuple[Line, ...]


def rows_of(place: Unplaced) -> Rows:
    """A planner's account in the form it is kept in."""
    return [reason.as_row() for reason in place.because]


def known_in(accounts: Iterable[Rows], others: Iterable[int] = ()) -> Known:
    """The posts that these accounts name, and `others`, as far as the reader may see them. One question for all."""
    ids = {int(row["params"]["publication"]) for rows in accounts for row in rows if row["params"].get("publication")}
    return moved.mentions(session.reading(), session.actor(), ids | set(others))


def why(rows: Rows, known: Known) -> Why:
    """An account in sentences: what speaks for the time, and what stood against the earlier ones."""
    told = [(row["code"] in set(Because), _line(row, known)) for row in rows]
    return Why(
        there=tuple(line for for_it, line in told if for_it),
        not_earlier=tuple(line for for_it, line in told if not for_it),
    )


def effects(would: WhatIf, known: Known) -> Effects:
    """What would follow, a line for each post that it touches."""
    moves = (
        Line(
            _("moves from %(before)s to %(after)s", before=_at(each.from_at), after=_at(each.to_at)),
            known.get(each.publication_id),
        )
        for each in would.moves
    )
    misses = (
        Line(
            _("misses its latest moment: it would have gone out %(before)s", before=_at(each.from_at)),
            known.get(each.publication_id),
        )
        for each in would.misses
    )
    return Effects(lines=(*moves, *misses))


def offered(publication_id: int, placements: Sequence[Placement]) -> list[Offered]:
    """Each of these times with what it would cost."""
    times = {each.starts_at: each.excused for each in placements}
    found = costs(session.reading(), publication_id, times, now=session.now())
    priced = {at: cost for at, cost in found.items() if isinstance(cost, Cost)}
    known = moved.mentions(
        session.reading(), session.actor(), {each for cost in priced.values() for each in (*cost.missed, *cost.moved)}
    )
    return [
        Offered(placement=each, costs=_priced(priced[each.starts_at], known) if each.starts_at in priced else ())
        for each in placements
    ]


def excuse() -> Excuse | None:
    """The reason that was pressed, if one was."""
    told = request.form.get("excuse", "")
    return Excuse(told) if told in set(Excuse) else None


def reachable(publication_id: int, problem_code: str | None) -> Reachable | None:
    """The time that a reason would give what waits in vain; None where nothing but the planner's bell is waited for."""
    if problem_code not in set(Refusal):
        return None
    return planning.reachable(session.reading(), publication_id, now=session.now())


def _line(row: Mapping[str, Any], known: Known) -> Line:
    (text,) = wording.because([row])
    holder = row["params"].get("publication")
    return Line(text, known.get(int(holder)) if holder else None)


def _priced(cost: Cost, known: Known) -> tuple[Line, ...]:
    lines = [Line(_("misses its latest moment"), known.get(each)) for each in cost.missed]
    lines += [Line(_("moves"), known.get(each)) for each in cost.moved]
    if cost.breaks > 0:
        lines.append(Line(ngettext("One more break of the turn.", "%(num)s more breaks of the turn.", cost.breaks)))
    if cost.days > 0:
        lines.append(
            Line(ngettext("Others come a day later.", "Others come %(num)s days later, all in all.", cost.days))
        )
    return tuple(lines) or (Line(_("Costs the others nothing.")),)


def _at(at: datetime | None) -> str:
    return filters.near_moment(at) if at is not None else ""
