"""Answering for a post: submit, release, approve, send back, cancel, try again; and the one press that does all that is left.

An approval pins a fingerprint of what a citizen will see. Every change of state goes through the door in store/publications.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col

from scheduler.domain.access import Actor, Deed, demand, needs_approval
from scheduler.domain.content import fingerprint
from scheduler.domain.excuses import Excuse
from scheduler.domain.publication import Action, Note, State
from scheduler.domain.reasons import Placement
from scheduler.errors import Refused
from scheduler.services import moving, planning
from scheduler.services.composing import compose
from scheduler.store import notices, publications, rows, slots
from scheduler.store.database import municipality_of
from scheduler.store.tables import Approval, Channel, Post, Publication


class ReviewRefusal(StrEnum):
    """Why a post cannot be answered for as it stands."""

    NOTHING_TO_SCHEDULE = "nothing_to_schedule"
    COMMENT_MISSING = "comment_missing"
    IS_A_NOTICE = "is_a_notice"


@dataclass(frozen=True, kw_only=True)
class Scheduled:
    """What the one press did to a publication: where it stands, and its place where it got one."""

    publication_id: int
    state: State
    placement: Placement | None


def submit(session: Session, actor: Actor, publication_id: int, *, now: datetime) -> None:
    """Send to whoever may approve it. Raises Refused while the content has faults."""
    publication, channel = _with_channel(session, publication_id)
    demand(actor, Deed.SUBMIT, unit_id=channel.unit_id)
    _must_take_a_time(session, publication.post_id)
    _must_be_fit(session, publication)
    publications.change(session, publication, Action.SUBMIT, now=now, person_id=actor.person_id, problem_code=None)


def release(session: Session, actor: Actor, publication_id: int, *, now: datetime) -> None:
    """Where no approval is asked, or the act is its own approval: it counts as answered for by this person."""
    publication, channel = _with_channel(session, publication_id)
    demand(actor, Deed.SUBMIT, unit_id=channel.unit_id)
    if needs_approval(channel_needs_approval=channel.needs_approval, actor=actor, unit_id=channel.unit_id):
        demand(actor, Deed.APPROVE, unit_id=channel.unit_id)
    _must_take_a_time(session, publication.post_id)
    _must_be_fit(session, publication)
    publications.change(session, publication, Action.RELEASE, now=now, person_id=actor.person_id, problem_code=None)
    pin(session, publication, actor, now=now)


def approve(session: Session, actor: Actor, publication_id: int, *, now: datetime) -> Placement | None:
    """Answer for exactly what stands there now, and let it be placed. Gives its place, where it got one at once."""
    publication, channel = _with_channel(session, publication_id)
    demand(actor, Deed.APPROVE, unit_id=channel.unit_id)
    _must_be_fit(session, publication)
    publications.change(session, publication, Action.APPROVE, now=now, person_id=actor.person_id, problem_code=None)
    pin(session, publication, actor, now=now)
    return _place(session, publication, now=now)


def send_back(session: Session, actor: Actor, publication_id: int, *, comment: str, now: datetime) -> None:
    """Back to its author, with what should be changed; the comment is kept in the history."""
    publication, channel = _with_channel(session, publication_id)
    demand(actor, Deed.SEND_BACK, unit_id=channel.unit_id)
    if not comment.strip():
        raise Refused(ReviewRefusal.COMMENT_MISSING)
    publications.change(
        session,
        publication,
        Action.SEND_BACK,
        now=now,
        person_id=actor.person_id,
        detail={"comment": comment.strip()[:2000]},
        problem_code=Note.SENT_BACK.value,
    )


def cancel(session: Session, actor: Actor, publication_id: int, *, now: datetime) -> None:
    """It shall not go out in this channel. Its place is free again."""
    publication, channel = _with_channel(session, publication_id)
    demand(actor, Deed.CANCEL, unit_id=channel.unit_id)
    slots.lock_channel(session, channel.pk)
    publications.change(
        session, publication, Action.CANCEL, now=now, person_id=actor.person_id, problem_code=None, chosen_at=None
    )
    _leave_place(session, publication, now=now)


def retry(session: Session, actor: Actor, publication_id: int, *, now: datetime) -> Placement | None:
    """What failed is placed anew, unchanged; the approval still holds, and trying again is a new delivery."""
    publication, channel = _with_channel(session, publication_id)
    demand(actor, Deed.MOVE, unit_id=channel.unit_id)
    _must_take_a_time(session, publication.post_id)
    planning.must_have_its_source(session, publication.post_id)
    slots.give_back(session, publication_id)  # what nobody answered for has kept its place until now
    publication = publications.get(session, publication_id)
    publications.change(
        session,
        publication,
        Action.RETRY,
        now=now,
        person_id=actor.person_id,
        problem_code=None,
        problem_detail=None,
        chosen_at=None,
        because=[],
    )
    return _place(session, publication, now=now)


def edit_reopens(session: Session, actor: Actor | None, publication_id: int, *, now: datetime) -> None:
    """Its content was changed: the approval no longer holds, its place is given back, and it is a draft again."""
    publication = publications.get(session, publication_id)
    if publication.state is State.DRAFT:
        return
    publications.change(
        session,
        publication,
        Action.EDIT,
        now=now,
        person_id=actor.person_id if actor else None,
        language=None,
        waits_since=None,
        because=[],
        problem_code=None,
        problem_detail=None,
    )
    # It may be back in a moment, so what it stood between stays where it stands.
    slots.give_back(session, publication_id)
    for approval in rows.every(
        session, Approval, col(Approval.publication_id) == publication_id, col(Approval.reopened_at).is_(None)
    ):
        approval.reopened_at = now
        session.add(approval)
    session.flush()


def schedule(
    session: Session,
    actor: Actor,
    post_id: int,
    *,
    now: datetime,
    wanted_at: Mapping[int, datetime] | None = None,
    excuse: Excuse | None = None,
) -> list[Scheduled]:
    """The one press: each draft of the post is released and placed, or submitted where another must answer for it.

    `wanted_at`: times that the person chose, by publication; `excuse`: why rules that stand in the way of them are set aside. Raises Refused with every fault; then nothing at all was done.
    """
    _must_take_a_time(session, post_id)
    planning.must_have_its_source(session, post_id)
    done = [
        _schedule_one(session, actor, publication, (wanted_at or {}).get(publication.pk), now=now, excuse=excuse)
        for publication in publications.of_post(session, post_id)
        if publication.state is State.DRAFT
    ]
    if not done:
        raise Refused(ReviewRefusal.NOTHING_TO_SCHEDULE)
    return done


def holds(session: Session, publication: Publication) -> bool:
    """Whether somebody has answered for exactly what would go out now."""
    approval = publications.standing_approval(session, publication.pk)
    return approval is not None and approval.content_hash == content_hash(session, publication)


def content_hash(session: Session, publication: Publication) -> str:
    """The fingerprint of what an approval of this publication answers for."""
    post = rows.get(session, Post, publication.post_id)
    composed = compose(session, publication)
    return fingerprint(
        channel_id=publication.channel_id,
        texts={language: text.text for language, text in composed.texts.items()},
        images=[(image.media_id, image.alt_text, image.photographer or "") for image in composed.images],
        link=composed.link,
        earliest_at=post.earliest_at,
        latest_at=post.latest_at,
    )


def _schedule_one(
    session: Session,
    actor: Actor,
    publication: Publication,
    wanted_at: datetime | None,
    *,
    now: datetime,
    excuse: Excuse | None,
) -> Scheduled:
    channel = rows.get(session, Channel, publication.channel_id)
    publication.chosen_at = wanted_at
    session.add(publication)
    session.flush()
    if needs_approval(channel_needs_approval=channel.needs_approval, actor=actor, unit_id=channel.unit_id):
        if wanted_at is not None:
            given = moving.excusing(session, publication, wanted_at=wanted_at, now=now, excuse=excuse)
            publication.because = [reason.as_row() for reason in given]
            session.add(publication)
        submit(session, actor, publication.pk, now=now)
        return Scheduled(publication_id=publication.pk, state=State.IN_REVIEW, placement=None)
    release(session, actor, publication.pk, now=now)
    if wanted_at is not None:
        placement: Placement | None = planning.move(
            session, actor, publication.pk, wanted_at=wanted_at, now=now, excuse=excuse
        )
    else:
        placement = _place(session, publication, now=now)
    return Scheduled(publication_id=publication.pk, state=publication.state, placement=placement)


def _leave_place(session: Session, publication: Publication, *, now: datetime) -> None:
    """Its place is free again, and what it stood between may stand there no longer."""
    if slots.of_publication(session, publication.pk) is not None:
        slots.give_back(session, publication.pk)
        planning.close_ranks(session, channel_id=publication.channel_id, now=now)


def _place(session: Session, publication: Publication, *, now: datetime) -> Placement | None:
    placed = planning.place_approved(session, channel_id=publication.channel_id, now=now)
    return next((each for each in placed if each.publication_id == publication.pk), None)


def _must_take_a_time(session: Session, post_id: int) -> None:
    """A service notice is never placed: it goes out at once, or not at all (services/notices.py)."""
    if notices.is_notice(session, post_id):
        raise Refused(ReviewRefusal.IS_A_NOTICE)


def _must_be_fit(session: Session, publication: Publication) -> None:
    complaints = compose(session, publication).complaints
    if complaints:
        channel = rows.get(session, Channel, publication.channel_id)
        raise Refused(*sorted(complaints), channel=channel.name, publication_id=publication.pk)


def pin(session: Session, publication: Publication, actor: Actor | None, *, now: datetime) -> None:
    """Somebody (None: the command line) answers for exactly what it says now."""
    session.add(
        Approval(
            municipality_id=municipality_of(session),
            publication_id=publication.pk,
            person_id=actor.person_id if actor else None,
            content_hash=content_hash(session, publication),
            approved_at=now,
        )
    )
    session.flush()


def _with_channel(session: Session, publication_id: int) -> tuple[Publication, Channel]:
    publication = publications.get(session, publication_id)
    return publication, rows.get(session, Channel, publication.channel_id)
