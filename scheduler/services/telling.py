"""Telling: whoever owns a post learns once that it got another time, or lost it, by another hand than theirs.

What is told stands in a row until it is seen. Several moves that nobody has read yet are one, and one that was taken back is none. Where
mail is on, one letter a person carries what a planner's run brought about; never at night.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from scheduler.domain.access import Actor
from scheduler.domain.reasons import Reason
from scheduler.store import moved as kept


def moved(
    session: Session,
    publication_id: int,
    *,
    from_at: datetime,
    to_at: datetime | None,
    because: Sequence[Reason],
    now: datetime,
    person_id: int | None,
) -> None:
    """It stood at `from_at` and stands at `to_at` now (None: nowhere). `person_id`: whose hand it was; the owner's own is not told."""
    owner = kept.owners(session, [publication_id]).get(publication_id)
    if owner is None:
        return
    if owner == person_id:
        kept.see(session, owner, now=now, publication_id=publication_id)
        return
    row = kept.unseen_of(session, [publication_id]).get(publication_id)
    account = [reason.as_row() for reason in because]
    if row is None or row.delivery_id is not None:
        kept.keep(
            session,
            publication_id=publication_id,
            person_id=owner,
            from_at=from_at,
            to_at=to_at,
            because=account,
            now=now,
        )
    elif row.from_at == to_at:
        session.delete(row)
    else:
        row.to_at, row.because, row.moved_at = to_at, account or row.because, now
        session.add(row)
    session.flush()


def placed(session: Session, where: Mapping[int, datetime], *, now: datetime) -> None:
    """What had lost its time got these: its owner, who has not read of the loss yet, reads of both at once."""
    for publication_id, row in kept.unseen_of(session, where).items() if where else ():
        if row.to_at is not None:
            continue
        if row.delivery_id is None and row.from_at == where[publication_id]:
            session.delete(row)
        else:
            row.to_at, row.moved_at, row.delivery_id = where[publication_id], now, None
            session.add(row)


def seen(session: Session, actor: Actor, ids: Sequence[int], *, now: datetime) -> int:
    """The person has read these moves of their posts; what is another's stays. Gives the number that was new."""
    return kept.see(session, actor.person_id, ids=ids, now=now) if ids else 0
