"""The comments of a thread as a page shows them: around one enquiry, nested; or the whole thread, page by page.

Bounded whatever the thread holds: so many comments, so many steps up to what they answer, so deep an indent. Reads only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from scheduler.domain import delivery, replies
from scheduler.domain.enquiries import Silent, Visibility
from scheduler.domain.sla import Started
from scheduler.queries.keyset import begins_at, cursor_of
from scheduler.store.database import municipality_of
from scheduler.store.tables import Comment, CommentVersion, Delivery, DeliveryContent, Enquiry, Person, Reply

#: Comments that the page shows around an enquiry, and on a page of the whole thread.
MOST_AROUND = 120
PAGE = 50
#: Steps up from a comment to what it answers, and how many of the newest comments are followed up.
DEEPEST = 12
_FOLLOWED = 20
#: How far a comment is moved in, however deep it stands.
MOST_INDENT = 3
#: So much of a text that is not the enquiry's own, and so many of its former texts.
LONGEST = 2_000
MOST_VERSIONS = 60
_CHANGES = (delivery.Kind.HIDE, delivery.Kind.UNHIDE)


@dataclass(frozen=True, kw_only=True)
class Version:
    """A text that stood there before an edit."""

    text: str
    written_at: datetime
    replaced_at: datetime


@dataclass(frozen=True, kw_only=True)
class Hiding:
    """The newest asking of the platform to hide a comment or to show it again, and where it stands."""

    kind: delivery.Kind
    state: delivery.State
    answer_code: str | None
    answer_detail: str | None

    @property
    def under_way(self) -> bool:
        """Whether the platform has not answered yet."""
        return self.state not in delivery.FINAL


@dataclass(frozen=True, kw_only=True)
class Said:
    """A comment. `id`: 0 where it is an answer of ours that has not been collected. `own`: by our account, `by`: who of us wrote it; `in_enquiry`: the person waits for an answer to it, or has waited.

    `is_answer`: it answers another comment; `to`: whose, where that is shown too; `depth`: how far it is moved in; `cut`: there is more of
    it on the platform; `clock_at`, `clock_by`: when its clock started, and by what.
    """

    id: int
    author: str | None
    own: bool
    by: str | None
    in_enquiry: bool
    enquiry_id: int | None
    text: str
    cut: bool
    url: str | None
    written_at: datetime
    seen_at: datetime
    edited_at: datetime | None
    versions: tuple[Version, ...]
    visibility: Visibility
    hidden_at: datetime | None
    gone_at: datetime | None
    silent: Silent | None
    clock_at: datetime | None
    clock_by: Started | None
    answered_at: datetime | None
    dismissed_at: datetime | None
    is_answer: bool
    to: str | None
    depth: int
    hiding: Hiding | None

    @property
    def waits(self) -> bool:
        """Whether nothing has ended the waiting."""
        return not (self.answered_at or self.dismissed_at or self.hidden_at or self.gone_at)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a thread. `newest_id`: the newest comment of the enquiry; `number`: comments in the whole thread."""

    said: tuple[Said, ...]
    newest_id: int
    number: int
    after: str | None


def around(session: Session, enquiry: Enquiry) -> Part:
    """The enquiry's comments, what they answer, what we answered, and what else the same person wrote in the thread."""
    here = _in(session, enquiry)
    theirs: list[Any] = [col(Comment.enquiry_id) == enquiry.pk]
    if enquiry.author_remote_id is not None:
        theirs.append(col(Comment.author_remote_id) == enquiry.author_remote_id)
    own = _newest(session, [*here, or_(*theirs)])
    above = _above(session, enquiry, [each.pk for each in own if each.enquiry_id == enquiry.pk][-_FOLLOWED:])
    known = {each.pk: each for each in (*own, *above)}
    under = [each.remote_id for each in own]
    for each in _newest(session, [*here, col(Comment.own).is_(True), col(Comment.parent_remote_id).in_(under)]):
        known.setdefault(each.pk, each)
    return Part(
        said=_drawn(session, enquiry, _nested(known.values())),
        newest_id=max((each.pk for each in own if each.enquiry_id == enquiry.pk), default=0),
        number=_number(session, enquiry),
        after=None,
    )


def page(session: Session, enquiry: Enquiry, *, after: str | None) -> Part:
    """A page of the whole thread, in the order it was written."""
    query = select(Comment).where(*_in(session, enquiry))
    begins = begins_at(after)
    written_at, row_id = col(Comment.written_at), col(Comment.id)
    if begins:
        query = query.where(or_(written_at > begins[0], and_(written_at == begins[0], row_id > begins[1])))
    found = list(session.execute(query.order_by(written_at, row_id).limit(PAGE + 1)).scalars())
    shown = found[:PAGE]
    newest = session.execute(
        select(func.max(col(Comment.id))).where(*_in(session, enquiry), col(Comment.enquiry_id) == enquiry.pk)
    ).scalar()
    return Part(
        said=_drawn(session, enquiry, [(each, 0) for each in shown]),
        newest_id=newest or 0,
        number=_number(session, enquiry),
        after=cursor_of(shown[-1].written_at, shown[-1].pk) if len(found) > PAGE else None,
    )


def one(row: Comment) -> Said:
    """A comment by itself."""
    return _said(row, enquiry_id=None, by=None, to=None, depth=0, versions=(), hiding=None)


def _in(session: Session, enquiry: Enquiry) -> list[ColumnElement[bool]]:
    return [col(Comment.municipality_id) == municipality_of(session), col(Comment.thread_id) == enquiry.thread_id]


def _newest(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[Comment]:
    """The newest that meet the conditions, oldest first."""
    query = select(Comment).where(*conditions).order_by(col(Comment.written_at).desc(), col(Comment.id).desc())
    return list(session.execute(query.limit(MOST_AROUND)).scalars())[::-1]


def _number(session: Session, enquiry: Enquiry) -> int:
    return int(session.execute(select(func.count()).select_from(Comment).where(*_in(session, enquiry))).scalar_one())


def _above(session: Session, enquiry: Enquiry, comment_ids: Sequence[int]) -> list[Comment]:
    """What these comments answer, and what that answers, a dozen steps up. A ring of parents ends there too."""
    if not comment_ids:
        return []
    mine, channel_id = municipality_of(session), enquiry.channel_id
    steps: Any = (
        select(col(Comment.parent_remote_id).label("parent"), literal(0).label("step"))
        .where(col(Comment.municipality_id) == mine, col(Comment.id).in_(comment_ids))
        .cte("steps", recursive=True)
    )
    parent: Any = aliased(Comment)
    steps = steps.union(
        select(parent.parent_remote_id, steps.c.step + 1)
        .join(steps, parent.remote_id == steps.c.parent)
        .where(parent.municipality_id == mine, parent.channel_id == channel_id, steps.c.step < DEEPEST)
    )
    query = select(Comment).where(
        col(Comment.municipality_id) == mine,
        col(Comment.channel_id) == channel_id,
        col(Comment.thread_id) == enquiry.thread_id,
        col(Comment.remote_id).in_(select(steps.c.parent)),
    )
    return list(session.execute(query.limit(DEEPEST * _FOLLOWED)).scalars())


def _nested(rows: Iterable[Comment]) -> list[tuple[Comment, int]]:
    """The comments in reading order, each under what it answers, with its depth. Walked without recursion: threads can be deep."""
    every = sorted(rows, key=lambda row: (row.written_at, row.pk))
    known = {row.remote_id for row in every}
    below: dict[str, list[Comment]] = defaultdict(list)
    tops = []
    for row in every:
        if row.parent_remote_id in known and row.parent_remote_id != row.remote_id:
            below[row.parent_remote_id or ""].append(row)
        else:
            tops.append(row)
    found: list[tuple[Comment, int]] = []
    left = [(row, 0) for row in reversed(tops)]
    while left:
        row, depth = left.pop()
        found.append((row, depth))
        left += [(each, depth + 1) for each in reversed(below.pop(row.remote_id, []))]
    astray = {row.pk for row in every} - {row.pk for row, _ in found}  # those that answer each other in a ring
    return found + [(row, 0) for row in every if row.pk in astray]


def _drawn(session: Session, enquiry: Enquiry, rows: Sequence[tuple[Comment, int]]) -> tuple[Said, ...]:
    ids = [row.pk for row, _ in rows]
    if not ids:
        return ()
    names = {row.remote_id: row.author_name for row, _ in rows}
    sent = _sent(session, ids, [row.remote_id for row, _ in rows if row.own])
    by = {reply.remote_id: name for reply, name in sent}
    uncollected: dict[int, list[tuple[Reply, str | None]]] = defaultdict(list)
    for reply, name in sent:
        if reply.remote_id not in names:
            uncollected[reply.comment_id].append((reply, name))
    versions, hidings = _versions(session, ids), _hidings(session, ids)
    found = []
    for row, deep in rows:
        depth = min(deep, MOST_INDENT)
        found.append(
            _said(
                row,
                enquiry_id=enquiry.pk,
                by=by.get(row.remote_id),
                to=names.get(row.parent_remote_id or ""),
                depth=depth,
                versions=tuple(versions[row.pk]),
                hiding=hidings.get(row.pk),
            )
        )
        inwards = min(depth + 1, MOST_INDENT)
        found += [_of_reply(reply, name, row, inwards) for reply, name in uncollected.get(row.pk, [])]
    return tuple(found)


def _sent(session: Session, comment_ids: Sequence[int], ours: Sequence[str]) -> list[tuple[Reply, str | None]]:
    """Our answers that are out, with who wrote them: those under these comments, and those that are these comments themselves."""
    mine = municipality_of(session)
    found = session.execute(
        select(Reply, col(Person.name))
        .outerjoin(Person, and_(col(Person.municipality_id) == mine, col(Person.id) == col(Reply.person_id)))
        .where(
            col(Reply.municipality_id) == mine,
            col(Reply.state) == replies.State.SENT,
            or_(col(Reply.comment_id).in_(comment_ids), col(Reply.remote_id).in_(ours)),
        )
        .order_by(col(Reply.id).desc())
        .limit(MOST_AROUND)
    )
    return [(reply, name) for reply, name in found][::-1]


def _of_reply(reply: Reply, name: str | None, to: Comment, depth: int) -> Said:
    """An answer of ours that the collecting has not met yet, or never will."""
    at = reply.sent_at or reply.updated_at
    return Said(
        id=0, author=None, own=True, by=name, in_enquiry=False, enquiry_id=reply.enquiry_id, text=reply.text, cut=False,
        url=reply.url, written_at=at, seen_at=at, edited_at=None, versions=(), visibility=Visibility.VISIBLE,
        hidden_at=None, gone_at=None, silent=None, clock_at=None, clock_by=None, answered_at=None, dismissed_at=None,
        is_answer=True, to=to.author_name, depth=depth, hiding=None,
    )  # fmt: skip


def _versions(session: Session, comment_ids: Sequence[int]) -> dict[int, list[Version]]:
    found: dict[int, list[Version]] = defaultdict(list)
    for row in session.execute(
        select(CommentVersion)
        .where(
            col(CommentVersion.municipality_id) == municipality_of(session),
            col(CommentVersion.comment_id).in_(comment_ids),
        )
        .order_by(col(CommentVersion.id).desc())
        .limit(MOST_VERSIONS)
    ).scalars():
        text = row.text[:LONGEST]
        found[row.comment_id].append(Version(text=text, written_at=row.written_at, replaced_at=row.replaced_at))
    return found


def _hidings(session: Session, comment_ids: Sequence[int]) -> dict[int, Hiding]:
    mine = municipality_of(session)
    newest = (
        select(func.max(col(Delivery.id)))
        .where(
            col(Delivery.municipality_id) == mine,
            col(Delivery.comment_id).in_(comment_ids),
            col(Delivery.kind).in_(_CHANGES),
        )
        .group_by(col(Delivery.comment_id))
    )
    found = session.execute(
        select(Delivery, col(DeliveryContent.answer_code), col(DeliveryContent.answer_detail))
        .outerjoin(
            DeliveryContent,
            and_(col(DeliveryContent.municipality_id) == mine, col(DeliveryContent.delivery_id) == col(Delivery.id)),
        )
        .where(col(Delivery.municipality_id) == mine, col(Delivery.id).in_(newest))
    )
    return {
        sent.comment_id: Hiding(kind=sent.kind, state=sent.state, answer_code=code, answer_detail=detail)
        for sent, code, detail in found
    }


def _said(
    row: Comment, *, enquiry_id: int | None, by: str | None, to: str | None, depth: int, versions: tuple[Version, ...], hiding: Hiding | None
) -> Said:  # fmt: skip
    own_text = enquiry_id is None or row.enquiry_id == enquiry_id
    text = row.text if own_text else row.text[:LONGEST]
    return Said(
        id=row.pk, author=row.author_name, own=row.own, by=by, in_enquiry=own_text and row.enquiry_id is not None,
        enquiry_id=row.enquiry_id, text=text, cut=len(text) < len(row.text), url=row.url, written_at=row.written_at,
        seen_at=row.seen_at, edited_at=row.edited_at, versions=versions, visibility=row.visibility,
        hidden_at=row.hidden_at, gone_at=row.gone_at, silent=row.silent, clock_at=row.clock_at, clock_by=row.clock_by,
        answered_at=row.answered_at, dismissed_at=row.dismissed_at, is_answer=row.parent_remote_id is not None, to=to,
        depth=depth, hiding=hiding,
    )  # fmt: skip
