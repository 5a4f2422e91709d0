"""Service notices as their page shows them: those that last, those that are over, and where somebody may send one.

Reads only, in a fixed number of questions whatever a page holds. Knows no words and decides no rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, and_, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from scheduler.domain import delivery
from scheduler.domain.access import Actor, Deed, may
from scheduler.domain.notices import key_of_telling, tells_of_an_end
from scheduler.domain.publication import State
from scheduler.errors import Missing
from scheduler.queries.holds import HoldView, open_holds
from scheduler.queries.keyset import begins_at, cursor_of
from scheduler.queries.tabs import in_reach, reach_of, visible
from scheduler.store.database import municipality_of
from scheduler.store.rows import every
from scheduler.store.tables import Channel, Delivery, Person, Post, PostText, Publication, ServiceNotice

PAGE = 20
_CORRECTED, _ON_ITS_WAY = {delivery.State.SENT}, {*delivery.State} - delivery.FINAL


@dataclass(frozen=True, kw_only=True)
class InChannel:
    """A notice in one channel. `asked`: a person is asked to post or correct it there, or whether it is out.

    Of a notice that is over: `corrected`, or `correcting` (on its way), or `told_anew`: the post that says so there. `uncorrected`: it
    stands there as if it lasted, and somebody must act; `tried`: to correct it, so that trying again may help.
    """

    publication_id: int
    channel: str
    platform: str
    state: State
    asked: bool
    by_hand: bool
    problem_code: str | None
    url: str | None
    published_at: datetime | None
    corrected: bool
    correcting: bool
    told_anew: int | None
    uncorrected: bool
    tried: bool
    may_send: bool


@dataclass(frozen=True, kw_only=True)
class Noticed:
    """A service notice. `text`: all that it says, but for the link."""

    id: int
    post_id: int
    what: str
    place: str
    until: str
    text: str
    language: str | None
    link: str | None
    sender: str | None
    sent_at: datetime
    done_at: datetime | None
    done_by: str | None
    channels: tuple[InChannel, ...]

    @property
    def may_end(self) -> bool:
        """Whether this person may say that it is over: who may send in all its channels."""
        return self.done_at is None and all(each.may_send for each in self.channels)

    @property
    def moving(self) -> bool:
        """Whether something of it is on its way, so that the list soon shows something else."""
        return any((each.state is State.GOING_OUT and not each.asked) or each.correcting for each in self.channels)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some notices, the newest first. `after`: where the next page begins, None on the last."""

    rows: tuple[Noticed, ...]
    after: str | None


@dataclass(frozen=True, kw_only=True)
class Where:
    """A channel that somebody may send a notice in, and what keeps it back. `language`: the one it keeps to."""

    id: int
    channel: str
    platform: str
    language: str | None
    paused_code: str | None
    held: HoldView | None

    @property
    def open(self) -> bool:
        """Whether a notice goes out there while others may not. Where everything is held back, sending tells who and why."""
        return self.paused_code is None and (self.held is None or self.held.channel_id is None)


def page(session: Session, actor: Actor | None, *, over: bool, after: str | None = None, limit: int = PAGE) -> Page:
    """The notices that are over, or those that last, as `actor` may see them (None: the command line, which sees all)."""
    ended = col(ServiceNotice.done_at)
    query = _visible(session, actor).where(ended.is_not(None) if over else ended.is_(None))
    key = ended if over else col(ServiceNotice.id)
    if (begins := begins_at(after)) is not None:
        moment, row_id = begins
        behind = col(ServiceNotice.id) < row_id
        query = query.where(or_(ended < moment, and_(ended == moment, behind)) if over else behind)
    found = session.exec(query.order_by(key.desc(), col(ServiceNotice.id).desc()).limit(limit + 1)).all()
    shown = _noticed(session, actor, found[:limit])
    last = shown[-1] if len(found) > limit else None
    return Page(rows=shown, after=cursor_of(last.done_at or last.sent_at, last.id) if last else None)


def where(session: Session, actor: Actor | None) -> tuple[Where, ...]:
    """The active channels that `actor` may send a notice in, the municipality's own first."""
    known = session.exec(
        select(Channel)
        .where(
            col(Channel.municipality_id) == municipality_of(session),
            col(Channel.active).is_(True),
            in_reach(reach_of(actor, Deed.SEND_NOTICE), col(Channel.unit_id)),
        )
        .order_by(col(Channel.unit_id).is_not(None), col(Channel.name), col(Channel.id))
    ).all()
    held = open_holds(session)
    return tuple(
        Where(
            id=each.pk,
            channel=each.name,
            platform=each.platform,
            language=each.language,
            paused_code=each.paused_code,
            held=next((hold for hold in held if hold.channel_id in {None, each.pk}), None),
        )
        for each in known
    )


def one(session: Session, actor: Actor | None, post_id: int) -> Noticed:
    """The service notice that this post is, as `actor` may see it; raises Missing."""
    found = session.exec(_visible(session, actor).where(col(ServiceNotice.post_id) == post_id)).first()
    if found is None:
        raise Missing("service_notice", post_id)
    return _noticed(session, actor, [found])[0]


def _visible(session: Session, actor: Actor | None) -> SelectOfScalar[ServiceNotice]:
    mine = municipality_of(session)
    return (
        select(ServiceNotice)
        .join(Post, and_(col(Post.municipality_id) == mine, col(Post.id) == col(ServiceNotice.post_id)))
        .outerjoin(
            Publication, and_(col(Publication.municipality_id) == mine, col(Publication.post_id) == col(Post.id))
        )
        .outerjoin(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == col(Publication.channel_id)))
        .where(col(ServiceNotice.municipality_id) == mine, visible(reach_of(actor, Deed.READ)))
        .distinct()
    )


def _noticed(session: Session, actor: Actor | None, found: Sequence[ServiceNotice]) -> tuple[Noticed, ...]:
    if not found:
        return ()
    mine, post_ids = municipality_of(session), [row.post_id for row in found]
    posts = {
        post.pk: (post, sender)
        for post, sender in session.exec(
            select(Post, Person.name)
            .outerjoin(Person, and_(col(Person.municipality_id) == mine, col(Person.id) == col(Post.author_id)))
            .where(col(Post.municipality_id) == mine, col(Post.id).in_(post_ids))
        )
    }
    texts = {row.post_id: row for row in every(session, PostText, col(PostText.post_id).in_(post_ids))}
    enders = {row.pk: row.name for row in every(session, Person, col(Person.id).in_({row.done_by_id for row in found}))}
    channels = _channels(session, actor, {row.post_id: row for row in found})
    return tuple(
        Noticed(
            id=row.pk,
            post_id=row.post_id,
            what=row.what,
            place=row.place,
            until=row.until,
            text=texts[row.post_id].text if row.post_id in texts else row.what,
            language=texts[row.post_id].language if row.post_id in texts else None,
            link=posts[row.post_id][0].link,
            sender=posts[row.post_id][1],
            sent_at=posts[row.post_id][0].created_at,
            done_at=row.done_at,
            done_by=enders.get(row.done_by_id or 0),
            channels=tuple(channels[row.post_id]),
        )
        for row in found
    )


def _channels(
    session: Session, actor: Actor | None, of_post: Mapping[int, ServiceNotice]
) -> dict[int, list[InChannel]]:
    mine = municipality_of(session)
    standing = session.exec(
        select(Publication, Channel)
        .join(Channel, and_(col(Channel.municipality_id) == mine, col(Channel.id) == col(Publication.channel_id)))
        .where(col(Publication.municipality_id) == mine, col(Publication.post_id).in_(of_post))
        .order_by(col(Channel.unit_id).is_not(None), col(Channel.name), col(Channel.id))
    ).all()
    newest = _newest_sendings(session, [publication.pk for publication, _ in standing])
    telling = {key_of_telling(publication.pk): publication.pk for publication, _ in standing}
    anew = {
        telling[row.key]: row.post_id
        for row in every(session, ServiceNotice, col(ServiceNotice.key).in_(telling))
        if row.key is not None
    }
    shown: dict[int, list[InChannel]] = defaultdict(list)
    for publication, channel in standing:
        sent = newest.get(publication.pk)
        shown[publication.post_id].append(
            _in_channel(actor, publication, channel, of_post[publication.post_id], sent, anew.get(publication.pk))
        )
    return shown


def _newest_sendings(session: Session, publication_ids: Collection[int]) -> dict[int, Delivery]:
    mine = municipality_of(session)
    newest = (
        select(func.max(Delivery.id))
        .where(col(Delivery.municipality_id) == mine, col(Delivery.publication_id).in_(publication_ids))
        .group_by(col(Delivery.publication_id))
    )
    found = every(session, Delivery, col(Delivery.id).in_(newest))
    return {row.publication_id: row for row in found if row.publication_id is not None}


def _in_channel(
    actor: Actor | None,
    publication: Publication,
    channel: Channel,
    notice: ServiceNotice,
    sent: Delivery | None,
    told_anew: int | None,
) -> InChannel:
    out_and_over = publication.state is State.PUBLISHED and notice.done_at is not None
    update = sent if sent is not None and sent.kind is delivery.Kind.UPDATE else None
    since = update is not None and notice.done_at is not None and update.created_at >= notice.done_at
    corrected = out_and_over and since and update is not None and update.state in _CORRECTED
    # A notice that only tells that another is over says so from its first word.
    corrected = corrected or (out_and_over and tells_of_an_end(notice.key))
    asked = sent is not None and sent.state is delivery.State.ASKED
    correcting = out_and_over and not corrected and update is not None and update.state in _ON_ITS_WAY
    return InChannel(
        publication_id=publication.pk,
        channel=channel.name,
        platform=channel.platform,
        state=publication.state,
        asked=asked,
        by_hand=asked and sent is not None and sent.tries == 0,
        problem_code=publication.problem_code,
        url=publication.url,
        published_at=publication.published_at,
        corrected=corrected,
        correcting=correcting and not asked,
        told_anew=told_anew,
        uncorrected=out_and_over and not corrected and not correcting and told_anew is None,
        tried=since,
        may_send=actor is None
        or may(actor, Deed.SEND_NOTICE, municipality_id=channel.municipality_id, unit_id=channel.unit_id),
    )
