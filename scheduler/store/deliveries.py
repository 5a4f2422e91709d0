"""The one door that changes a Delivery's state, the claim among them.

Every change is a guarded UPDATE that names the state and the fencing number it expects: a worker that comes back from the dead settles
nothing. Due time, back-off, holds and lanes are decided in the claim's own query. Knows no platform and no thread.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from scheduler.domain.delivery import FINAL, HOLDS_LANE, LEASE, POSTS, Action, Kind, State, advance
from scheduler.store import audit, holds, rows
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Delivery, DeliveryContent, Hold


def mint(
    session: Session,
    *,
    kind: Kind,
    lane: str | None,
    channel_id: int | None,
    content: DeliveryContent,
    now: datetime,
    person_id: int | None,
    publication_id: int | None = None,
    reply_id: int | None = None,
    comment_id: int | None = None,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> Delivery:
    """Write a delivery with its frozen content, ready to be claimed from `not_before` (None: now) until `not_after`.

    `lane` None: it waits for nobody.
    """
    delivery = rows.add(
        session,
        Delivery(
            municipality_id=municipality_of(session),
            kind=kind,
            lane=lane,
            channel_id=channel_id,
            publication_id=publication_id,
            reply_id=reply_id,
            comment_id=comment_id,
            key=str(uuid.uuid4()),
            not_before=not_before or now,
            not_after=not_after,
            prepared=not content.images,
            created_at=now,
            updated_at=now,
        ),
    )
    content.delivery_id = delivery.pk
    session.add(content)
    _note(session, delivery.pk, kind.value, now=now, person_id=person_id, before=None, after=State.READY)
    session.flush()
    return delivery


def content_of(session: Session, delivery_id: int) -> DeliveryContent:
    """The frozen content of a delivery."""
    found = rows.one(session, DeliveryContent, col(DeliveryContent.delivery_id) == delivery_id)
    assert found is not None, "every delivery is minted with its content"
    return found


def change(
    session: Session,
    delivery: Delivery,
    action: Action,
    *,
    now: datetime,
    person_id: int | None = None,
    answer_code: str | None = None,
    answer_detail: str | None = None,
    **values: Any,
) -> bool:
    """Take the delivery where `action` leads, guarded by the state and fencing number it was read with.

    False: another was first, and nothing was written. `answer_code`, `answer_detail`: what the platform said, kept with the content.
    """
    before = delivery.state
    after = advance(before, action)
    changed = session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.municipality_id) == municipality_of(session),
            col(Delivery.id) == delivery.pk,
            col(Delivery.state) == before,
            col(Delivery.fence) == delivery.fence,
        )
        .values(state=after, updated_at=now, **values)
    )
    if changed.rowcount != 1:
        return False
    if answer_code is not None or answer_detail is not None:
        content = content_of(session, delivery.pk)
        content.answer_code, content.answer_detail = answer_code, (answer_detail or "")[:300] or None
        session.add(content)
    _note(
        session, delivery.pk, action.value, now=now, person_id=person_id, before=before, after=after, code=answer_code
    )
    session.flush()
    return True


def claim(session: Session, *, now: datetime, owner: str, limit: int) -> list[Delivery]:
    """Claim up to `limit` deliveries that may go now; each gets a lease and a higher fencing number.

    What still needs its pictures uploaded goes to `preparing`, the rest to `sending`. A caller commits before anything is sent.
    """
    claimed = []
    for delivery in session.exec(
        _claimable(session, now=now).limit(limit).with_for_update(skip_locked=True, of=Delivery)
    ).all():
        action = Action.CLAIM if delivery.prepared else Action.PREPARE
        try:
            with session.begin_nested():
                won = change(
                    session,
                    delivery,
                    action,
                    now=now,
                    fence=delivery.fence + 1,
                    owner=owner,
                    lease_until=now + LEASE,
                    over_by=now + LEASE,
                    tries=delivery.tries + (action is Action.CLAIM),
                    first_tried_at=delivery.first_tried_at or now,
                )
        except IntegrityError:  # the lane was taken by another worker a moment ago
            continue
        if won:
            session.refresh(delivery)
            claimed.append(delivery)
    return claimed


def municipalities_with_work(across: Session, *, now: datetime) -> list[int]:
    """Where a delivery may be due, the longest waiting first."""
    found = across.connection().execute(
        select(col(Delivery.municipality_id), func.min(col(Delivery.not_before)))
        .where(col(Delivery.state) == State.READY, col(Delivery.not_before) <= now)
        .group_by(col(Delivery.municipality_id))
        .order_by(func.min(col(Delivery.not_before)))
    )
    return [municipality_id for municipality_id, _ in found]


def with_expired_lease(across: Session, *, now: datetime) -> list[tuple[int, int]]:
    """(municipality, delivery) whose worker did not come back."""
    return _ids(across, col(Delivery.state).in_([State.PREPARING, State.SENDING]), col(Delivery.lease_until) <= now)


def past_their_time(across: Session, *, now: datetime) -> list[tuple[int, int]]:
    """(municipality, delivery) that wait past their `not_after`."""
    return _ids(across, col(Delivery.state) == State.READY, col(Delivery.not_after) <= now)


def to_look_up(across: Session, *, now: datetime) -> list[tuple[int, int]]:
    """(municipality, delivery) that may have gone out and are due for a look."""
    return _ids(across, col(Delivery.state) == State.UNCONFIRMED, col(Delivery.not_before) <= now)


def asked_before(across: Session, moment: datetime) -> list[tuple[int, int]]:
    """(municipality, delivery) that a person was asked about before `moment` and has not answered."""
    return _ids(across, col(Delivery.state) == State.ASKED, col(Delivery.unconfirmed_at) <= moment)


def reserve_look(session: Session, delivery: Delivery, *, now: datetime, next_look_at: datetime) -> bool:
    """Take this look-up for ourselves; False where another worker looks already."""
    changed = session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.municipality_id) == municipality_of(session),
            col(Delivery.id) == delivery.pk,
            col(Delivery.state) == State.UNCONFIRMED,
            col(Delivery.fence) == delivery.fence,
            col(Delivery.not_before) <= now,
        )
        .values(not_before=next_look_at, updated_at=now)
    )
    return changed.rowcount == 1


def newest_of(session: Session, publication_id: int) -> Delivery | None:
    """The publication's newest delivery."""
    return session.exec(
        rows.mine(session, Delivery)
        .where(col(Delivery.publication_id) == publication_id)
        .order_by(col(Delivery.id).desc())
    ).first()


def of_reply(session: Session, reply_id: int) -> Delivery | None:
    """The delivery that carries this reply."""
    return rows.one(session, Delivery, col(Delivery.reply_id) == reply_id)


def showing_or_hiding(session: Session, comment_id: int) -> Delivery | None:
    """The delivery under way that hides this comment or shows it again."""
    return rows.one(
        session,
        Delivery,
        col(Delivery.comment_id) == comment_id,
        col(Delivery.kind).in_([Kind.HIDE, Kind.UNHIDE]),
        col(Delivery.state).not_in(FINAL),
    )


def _claimable(session: Session, *, now: datetime) -> Any:
    earlier = aliased(Delivery)
    same_lane = (col(earlier.municipality_id) == col(Delivery.municipality_id)) & (
        col(earlier.lane) == col(Delivery.lane)
    )
    lane_is_held = exists().where(same_lane, col(earlier.state).in_(HOLDS_LANE))
    is_behind = exists().where(
        same_lane,
        col(earlier.state) == State.READY,
        col(earlier.not_before) <= now,
        or_(
            col(earlier.not_before) < col(Delivery.not_before),
            (col(earlier.not_before) == col(Delivery.not_before)) & (col(earlier.id) < col(Delivery.id)),
        ),
    )
    is_held_back = and_(
        col(Delivery.kind).in_(POSTS),
        exists().where(col(Hold.municipality_id) == col(Delivery.municipality_id), holds.over(Delivery.channel_id)),
    )
    its_channel_sends = and_(
        col(Channel.paused_code).is_(None),
        col(Channel.active).is_(True),
        or_(col(Channel.not_before).is_(None), col(Channel.not_before) <= now),
    )
    return (
        rows.mine(session, Delivery)
        .outerjoin(  # a mail goes in no channel
            Channel,
            (col(Channel.municipality_id) == col(Delivery.municipality_id))
            & (col(Channel.id) == col(Delivery.channel_id)),
        )
        .where(
            col(Delivery.state) == State.READY,
            col(Delivery.not_before) <= now,
            or_(col(Delivery.not_after).is_(None), col(Delivery.not_after) > now),
            or_(col(Delivery.channel_id).is_(None), its_channel_sends),
            ~lane_is_held,
            ~is_behind,
            ~is_held_back,
        )
        .order_by(col(Delivery.not_before), col(Delivery.id))
        .execution_options(populate_existing=True)
    )


def _ids(across: Session, *conditions: Any) -> list[tuple[int, int]]:
    found: Sequence[Any] = (
        across.connection()
        .execute(
            select(col(Delivery.municipality_id), col(Delivery.id))
            .where(*conditions)
            .order_by(col(Delivery.id))
            .limit(200)
        )
        .all()
    )
    return [(municipality_id, delivery_id) for municipality_id, delivery_id in found]


def _note(
    session: Session,
    delivery_id: int,
    action: str,
    *,
    now: datetime,
    person_id: int | None,
    before: State | None,
    after: State,
    code: str | None = None,
) -> None:
    audit.note(
        session,
        now=now,
        person_id=person_id,
        subject="delivery",
        subject_id=delivery_id,
        action=action,
        before=before.value if before else None,
        after=after.value,
        detail={"code": code} if code else None,
    )
