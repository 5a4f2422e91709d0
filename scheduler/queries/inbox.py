"""The inbox: what citizens wait an answer to, by due time; what asks for none; and what is settled.

Reads only, by keyset, in a fixed number of questions whatever the list holds. Knows no words and decides no rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select, true
from sqlmodel import Session, col

from scheduler.domain.access import MAY, Actor, Deed, Reach
from scheduler.domain.enquiries import State
from scheduler.queries.inboxrows import Row, answering, enquiry_row, enquiry_rows, quiet_row, quiet_rows
from scheduler.queries.keyset import begins_at, cursor_of
from scheduler.queries.tabs import reach_of, ways_of
from scheduler.store.database import municipality_of
from scheduler.store.tables import (
    Channel,
    Comment,
    Enquiry,
    GrantRow,
    Person,
)

PAGE = 25
#: The assignee to ask for who wants what nobody has taken.
NOBODY = 0
_LONGEST_SEARCH = 200
_MOST_WORDS = 8
_ANSWERING_ROLES = tuple(role for role, deeds in MAY.items() if Deed.ANSWER in deeds)


class Tab(StrEnum):
    """Which part of the inbox a list holds."""

    MINE = "mine"
    OPEN = "open"
    QUIET = "no_answer"
    SETTLED = "settled"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some rows of a tab. `after`: where the next page begins, None on the last; `counts`: rows in each tab, as filtered."""

    rows: tuple[Row, ...]
    after: str | None
    counts: Mapping[Tab, int]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many enquiries are open where somebody may answer, and how many of them are over their time."""

    open: int
    overdue: int


@dataclass(frozen=True, kw_only=True)
class Answerer:
    """Somebody who may answer."""

    id: int
    name: str


def inbox(
    session: Session,
    actor: Actor | None,
    *,
    now: datetime,
    tab: Tab = Tab.OPEN,
    channel_id: int | None = None,
    assignee: int | None = None,
    search: str = "",
    after: str | None = None,
    limit: int = PAGE,
) -> Page:
    """A page of the inbox as `actor` may see it (None: the command line, which sees all).

    Mine and open: due first; the others: newest first. `search`: words of the name or of what was written; `assignee`: whose (NOBODY:
    nobody's); `after`: as the page before gave it.
    """
    found = tuple(search[:_LONGEST_SEARCH].split()[:_MOST_WORDS])
    within = reach_of(actor, Deed.READ)
    enquiries = [*_place(session, Enquiry, within, channel_id), *(_wrote(word) for word in found)]
    quiet = [*_place(session, Comment, within, channel_id), *_is_quiet(), *(_says(word) for word in found)]
    theirs = _of_assignee(assignee)
    counts = _counts(session, actor, [*enquiries, theirs], enquiries, quiet)
    key: Any
    row_id: Any
    if tab is Tab.QUIET:
        query, falling = quiet_rows(quiet), True
        key, row_id = col(Comment.written_at), col(Comment.id)
    else:
        mine = col(Enquiry.assignee_id) == (actor.person_id if actor else None) if tab is Tab.MINE else theirs
        query, falling = enquiry_rows([*enquiries, mine, _in_tab(tab)]), tab in {Tab.SETTLED, Tab.ALL}
        key = {Tab.SETTLED: col(Enquiry.settled_at), Tab.ALL: col(Enquiry.created_at)}.get(tab, col(Enquiry.due_at))
        row_id = col(Enquiry.id)
    begins = begins_at(after)
    if tab is Tab.ALL:  # in the order they came, which their ids have: years of enquiries need not be sorted
        query = query.where(row_id < begins[1]) if begins else query
    elif begins and falling:
        query = query.where(or_(key < begins[0], and_(key == begins[0], row_id < begins[1])))
    elif begins:
        query = query.where(or_(key > begins[0], and_(key == begins[0], row_id > begins[1])))
    keys = (row_id,) if tab is Tab.ALL else (key, row_id)
    order = tuple(each.desc() for each in keys) if falling else keys
    shown = session.execute(query.add_columns(key, row_id).order_by(*order).limit(limit + 1)).all()
    last = shown[limit - 1] if len(shown) > limit else None
    if tab is Tab.QUIET:
        rows = tuple(quiet_row(actor, *each[:-2]) for each in shown[:limit])
    else:
        answers = answering(session, [each[0].pk for each in shown[:limit]])
        rows = tuple(enquiry_row(actor, now, answers, *each[:-2]) for each in shown[:limit])
    return Page(rows=rows, after=cursor_of(last[-2], last[-1]) if last else None, counts=counts)


def waiting(session: Session, actor: Actor | None, *, now: datetime) -> Waiting:
    """What is open and what is overdue where this person may answer: the figure that the header shows."""
    within = reach_of(actor, Deed.ANSWER)
    late = or_(col(Enquiry.breached), col(Enquiry.due_at) < now)
    number, overdue = session.execute(
        select(func.count(), func.count(case((late, 1))))
        .select_from(Enquiry)
        .where(*_place(session, Enquiry, within, None), col(Enquiry.state) == State.OPEN)
    ).one()
    return Waiting(open=number, overdue=overdue)


def answerers(session: Session, *, unit_id: int | None = None, everywhere: bool = False) -> tuple[Answerer, ...]:
    """Those who may answer for what belongs to this unit (None: to no unit); `everywhere`: those who may answer for anything."""
    scope = true() if everywhere else or_(col(GrantRow.unit_id).is_(None), col(GrantRow.unit_id) == unit_id)
    found = session.execute(
        select(col(Person.id), col(Person.name))
        .where(
            col(Person.municipality_id) == municipality_of(session),
            col(Person.active),
            select(literal(1))
            .where(
                col(GrantRow.municipality_id) == col(Person.municipality_id),
                col(GrantRow.person_id) == col(Person.id),
                col(GrantRow.role).in_(_ANSWERING_ROLES),
                scope,
            )
            .exists(),
        )
        .order_by(col(Person.name), col(Person.id))
    )
    return tuple(Answerer(id=person_id, name=name) for person_id, name in found if person_id is not None)


def _place(session: Session, table: Any, within: Reach, channel_id: int | None) -> list[ColumnElement[bool]]:
    """The conditions: this municipality's, in a channel within reach, and in this channel where one is named."""
    mine = municipality_of(session)
    found: list[ColumnElement[bool]] = [col(table.municipality_id) == mine]
    if not within.whole:
        units = col(Channel.unit_id).in_(sorted(within.units)) if within.units else false()
        channels = select(col(Channel.id)).where(col(Channel.municipality_id) == mine, units)
        found.append(col(table.channel_id).in_(channels))
    if channel_id is not None:
        found.append(col(table.channel_id) == channel_id)
    return found


def _is_quiet() -> list[ColumnElement[bool]]:
    return [
        col(Comment.silent).is_not(None),
        col(Comment.enquiry_id).is_(None),
        col(Comment.own).is_(False),
        col(Comment.gone_at).is_(None),
    ]


def _of_assignee(assignee: int | None) -> ColumnElement[bool]:
    if assignee is None:
        return true()
    return col(Enquiry.assignee_id).is_(None) if assignee == NOBODY else col(Enquiry.assignee_id) == assignee


def _in_tab(tab: Tab) -> ColumnElement[bool]:
    match tab:
        case Tab.MINE | Tab.OPEN:
            return col(Enquiry.state) == State.OPEN
        case Tab.SETTLED:
            return col(Enquiry.state) == State.SETTLED
        case Tab.QUIET | Tab.ALL:
            return true()


def _holds(column: Any, word: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(way, autoescape=True) for way in ways_of(word)))


def _wrote(word: str) -> ColumnElement[bool]:
    """The condition on an enquiry: `word` is in the name, or in one of its comments."""
    in_comments = (
        select(literal(1))
        .where(
            col(Comment.municipality_id) == col(Enquiry.municipality_id),
            col(Comment.enquiry_id) == col(Enquiry.id),
            _holds(col(Comment.text), word),
        )
        .exists()
    )
    return or_(_holds(col(Enquiry.author_name), word), in_comments)


def _says(word: str) -> ColumnElement[bool]:
    return or_(_holds(col(Comment.author_name), word), _holds(col(Comment.text), word))


def _counts(
    session: Session,
    actor: Actor | None,
    filtered: Sequence[ColumnElement[bool]],
    unassigned: Sequence[ColumnElement[bool]],
    quiet: Sequence[ColumnElement[bool]],
) -> dict[Tab, int]:
    """`filtered`: the conditions on enquiries; `unassigned`: those without the assignee, which "mine" has of its own."""
    number = select(func.count()).select_from(Enquiry)
    me = actor.person_id if actor else None
    queries = {
        Tab.MINE: number.where(*unassigned, _in_tab(Tab.MINE), col(Enquiry.assignee_id) == me),
        Tab.OPEN: number.where(*filtered, _in_tab(Tab.OPEN)),
        Tab.QUIET: select(func.count()).select_from(Comment).where(*quiet),
        Tab.SETTLED: number.where(*filtered, _in_tab(Tab.SETTLED)),
        Tab.ALL: number.where(*filtered),
    }
    numbers = session.execute(select(*(query.scalar_subquery() for query in queries.values()))).one()
    return dict(zip(queries, numbers, strict=True))
