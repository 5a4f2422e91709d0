"""Service notices: out at once in every channel chosen, answered for by whoever sends, and said to be over in one step.

A notice stands outside cap, window, gap and turn; only a hold stops it, and a paused channel is left out. The planner never places one.
What becomes of it in a channel when it is over, notices_over decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col

from scheduler.domain import notices as wording
from scheduler.domain import wording as fitting
from scheduler.domain.access import Actor, Deed, demand, may
from scheduler.domain.notices import LONGEST_WAIT, Notice
from scheduler.domain.publication import Action, State
from scheduler.errors import Refused
from scheduler.services import facts, minting, notices_over, review
from scheduler.services.composing import compose, text_limits
from scheduler.services.connecting import limits_of
from scheduler.services.editing import LONGEST_TITLE, PostRefusal, is_web_address, one_line
from scheduler.services.notices_over import Ended
from scheduler.store import audit, holds, notices, posts, publications, rows, slots
from scheduler.store.tables import Channel, Hold, Person, Post, Publication, ServiceNotice

_NO_SCHEME = re.compile(r"[\w-]+(\.[\w-]+)+([/?#:]|$)")


class NoticeRefusal(StrEnum):
    """Why a service notice was not sent, or not ended."""

    WHAT_MISSING = "notice_what_missing"
    WHAT_TOO_LONG = "notice_what_too_long"
    PLACE_TOO_LONG = "notice_place_too_long"
    UNTIL_TOO_LONG = "notice_until_too_long"
    LANGUAGE_UNKNOWN = "notice_language_unknown"
    NO_CHANNEL = "notice_no_channel"
    CHANNELS_PAUSED = "notice_channels_paused"
    HELD = "notice_held"
    ALL_HELD = "notice_all_held"
    TOO_LONG = "notice_too_long"
    SAYS_SOMETHING_ELSE = "notice_says_something_else"
    NOT_A_NOTICE = "not_a_notice"
    IS_OVER = "notice_is_over"
    NOT_OVER = "notice_is_not_over"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A notice on its way out. `left_out`: names of chosen channels that are paused; `again`: the same form had sent it already."""

    post_id: int
    channels: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class Done:
    """A notice that is over: what became of it, by the channel's name. `again`: somebody had said so already."""

    ended: Mapping[str, Ended]
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the fields would become. `reads_as`: the other standard, where the words are surely in that one; `too_long`: no room there."""

    text: str
    link: str | None
    language: str
    reads_as: str | None
    too_long: tuple[str, ...]


def send(
    session: Session,
    actor: Actor | None,
    *,
    what: str,
    place: str = "",
    until: str = "",
    link: str | None = None,
    language: str,
    channel_ids: Collection[int] | None,
    now: datetime,
    key: str | None = None,
) -> Sent:
    """Send a service notice, in all of these channels or, where it is refused, in none. `channel_ids` None: all that the person may send in.

    `key`: of the form; sent twice, it is one notice. Raises Refused with everything that is wrong at once.
    """
    notice = tidied(what=what, place=place, until=until, link=link, language=language)
    _refuse_faults(notice)
    chosen = _channels(session, actor, channel_ids)
    going = [channel for channel in chosen if channel.paused_code is None]
    if key is not None and (known := notices.of_key(session, key)) is not None:
        return _known(session, known, notice, going)
    if not going:
        raise Refused(NoticeRefusal.CHANNELS_PAUSED, channels=[each.name for each in chosen])
    _refuse_held(session, going)
    row = _write(session, actor, notice, going, now=now, key=key)
    if row is None:
        assert key is not None, "only a form's key can be there already"
        known = notices.of_key(session, key)
        assert known is not None, "it was there a moment ago"
        return _known(session, known, notice, going)
    _refuse_too_long(session, row.post_id, going)
    _note(session, actor, row.post_id, "send_notice", now=now)
    for channel in going:
        _send_out(session, actor, posts.add_publication(session, row.post_id, channel.pk, now=now), channel, now=now)
    return Sent(
        post_id=row.post_id,
        channels=tuple(each.name for each in going),
        left_out=tuple(each.name for each in chosen if each not in going),
    )


def send_again(session: Session, actor: Actor | None, publication_id: int, *, now: datetime) -> None:
    """What did not go out in a channel goes out now; a correction that was not made there is tried once more."""
    publication = publications.get(session, publication_id)
    notice = _notice(session, publication.post_id)
    channel = slots.lock_channel(session, publication.channel_id)
    demand(actor, Deed.SEND_NOTICE, unit_id=channel.unit_id)
    session.refresh(publication)
    if notice.done_at is not None:
        if publication.state is not State.PUBLISHED:
            raise Refused(NoticeRefusal.IS_OVER)
        publication.problem_code = publication.problem_detail = None
        session.add(publication)
        notices_over.end_in_channel(session, publication, channel, now=now, person_id=_id(actor))
        return
    if channel.paused_code is not None or not channel.active:
        raise Refused(NoticeRefusal.CHANNELS_PAUSED, channels=[channel.name])
    _refuse_held(session, [channel])
    _refuse_too_long(session, publication.post_id, [channel])
    slots.give_back(session, publication_id)
    _send_out(session, actor, publication, channel, now=now)


def done(session: Session, actor: Actor | None, post_id: int, *, now: datetime, words: str = "") -> Done:
    """It is over: said first, with the time, wherever it is out; what is not out does not go out any more. `words`: how it is now.

    Whoever says so answers for it. What is out cannot be as it was again.
    """
    notice = _notice(session, post_id)
    publishing = publications.of_post(session, post_id)
    channels = {each.pk: slots.lock_channel(session, each.channel_id) for each in publishing}
    for channel in channels.values():
        demand(actor, Deed.SEND_NOTICE, unit_id=channel.unit_id)
    if len(words) > wording.LONGEST_WHAT:
        raise Refused(NoticeRefusal.WHAT_TOO_LONG, limit=wording.LONGEST_WHAT)
    if not notices.finish(session, notice, now=now, person_id=_id(actor)):
        return Done(ended={}, again=True)
    _say_it_is_over(session, post_id, publishing, words=one_line(words), now=now)
    _note(session, actor, post_id, "notice_over", now=now)
    ended = {}
    for publication in publishing:
        session.refresh(publication)
        channel = channels[publication.pk]
        if publication.state in {State.PUBLISHED, State.GOING_OUT}:
            review.pin(session, publication, actor, now=now)
        came = notices_over.end_in_channel(session, publication, channel, now=now, person_id=_id(actor))
        if came is not None:
            ended[channel.name] = came
    return Done(ended=ended)


def tell_anew(session: Session, actor: Actor | None, publication_id: int, *, now: datetime) -> Sent:
    """Where what stands there cannot be corrected: a new notice in that channel that says that it is over. Pressed twice, it is one."""
    publication = publications.get(session, publication_id)
    over = _notice(session, publication.post_id)
    channel = slots.lock_channel(session, publication.channel_id)
    demand(actor, Deed.SEND_NOTICE, unit_id=channel.unit_id)
    if over.done_at is None or publication.state is not State.PUBLISHED:
        raise Refused(NoticeRefusal.NOT_OVER)
    if channel.paused_code is not None or not channel.active:
        raise Refused(NoticeRefusal.CHANNELS_PAUSED, channels=[channel.name])
    _refuse_held(session, [channel])
    old = posts.post(session, over.post_id)
    row = notices.add(
        session,
        now=now,
        what=over.what,
        place=over.place,
        until=over.until,
        key=wording.key_of_telling(publication_id),
        title=old.title,
        link=old.link,
        unit_id=old.unit_id,
        author_id=_id(actor),
    )
    if row is None:
        known = notices.of_key(session, wording.key_of_telling(publication_id))
        assert known is not None, "it was there a moment ago"
        return Sent(post_id=known.post_id, channels=(channel.name,), again=True)
    publication.problem_code = publication.problem_detail = None  # answered: nobody needs to correct it any more
    session.add(publication)
    posts.write_texts(session, row.post_id, posts.texts(session, old.pk))
    notices.finish(session, row, now=now, person_id=_id(actor))
    _note(session, actor, row.post_id, "send_notice", now=now)
    _send_out(session, actor, posts.add_publication(session, row.post_id, channel.pk, now=now), channel, now=now)
    return Sent(post_id=row.post_id, channels=(channel.name,))


def seen(session: Session, notice: Notice, *, channel_ids: Collection[int]) -> Seen:
    """What the notice would say in these channels. Writes nothing."""
    text = wording.said(notice) if notice.what else ""
    chosen = rows.every(session, Channel, col(Channel.id).in_(channel_ids), order=col(Channel.name))
    return Seen(
        text=text,
        link=notice.link,
        language=notice.language,
        reads_as=wording.reads_as(notice) if text else None,
        too_long=tuple(_too_long(text, notice.link, chosen)) if text else (),
    )


def tidied(*, what: str, place: str, until: str, link: str | None, language: str) -> Notice:
    """The fields on a line each, the address made whole."""
    address = one_line(link or "")
    if _NO_SCHEME.match(address):  # "fjordvik.example/vann", as people write it
        address = f"https://{address}"
    return Notice(
        what=one_line(what), place=one_line(place), until=one_line(until), link=address or None, language=language
    )


def _refuse_faults(notice: Notice) -> None:
    found: list[StrEnum] = []
    if not re.search(r"\w", notice.what):
        found.append(NoticeRefusal.WHAT_MISSING)
    for text, most, code in (
        (notice.what, wording.LONGEST_WHAT, NoticeRefusal.WHAT_TOO_LONG),
        (notice.place, wording.LONGEST_PLACE, NoticeRefusal.PLACE_TOO_LONG),
        (notice.until, wording.LONGEST_UNTIL, NoticeRefusal.UNTIL_TOO_LONG),
    ):
        if len(text) > most:
            found.append(code)
    if notice.language not in wording.WRITTEN_IN:
        found.append(NoticeRefusal.LANGUAGE_UNKNOWN)
    if notice.link is not None and not is_web_address(notice.link):
        found.append(PostRefusal.LINK_MALFORMED)
    if found:
        raise Refused(*found)


def _channels(session: Session, actor: Actor | None, channel_ids: Collection[int] | None) -> list[Channel]:
    """The chosen channels, locked in one order by everybody. Raises Refused for one that is closed or out of the person's reach."""
    if channel_ids is None:
        known = rows.every(session, Channel, col(Channel.active).is_(True))
        channel_ids = [
            each.pk
            for each in known
            if actor is None or may(actor, Deed.SEND_NOTICE, municipality_id=each.municipality_id, unit_id=each.unit_id)
        ]
    chosen = [slots.lock_channel(session, channel_id) for channel_id in sorted(set(channel_ids))]
    for channel in chosen:
        demand(actor, Deed.SEND_NOTICE, unit_id=channel.unit_id)
    if not all(channel.active for channel in chosen):
        raise Refused(PostRefusal.CHANNEL_NOT_ACTIVE)
    if not chosen:
        raise Refused(NoticeRefusal.NO_CHANNEL)
    return chosen


def _refuse_held(session: Session, channels: Sequence[Channel]) -> None:
    """A hold keeps a notice back too: said before anything is sent, with who holds and why."""
    for channel in channels:
        for hold in sorted(holds.open_over(session, channel.pk), key=lambda each: each.channel_id or 0):
            code = NoticeRefusal.ALL_HELD if hold.channel_id is None else NoticeRefusal.HELD
            raise Refused(code, channel=channel.name, reason=hold.reason, person=_who(session, hold))


def _who(session: Session, hold: Hold) -> str | None:
    """The name of whoever holds it back; None for the command line."""
    return rows.get(session, Person, hold.person_id).name if hold.person_id is not None else None


def _known(session: Session, known: ServiceNotice, notice: Notice, going: Sequence[Channel]) -> Sent:
    """The form was sent before: the same is the same notice, and something else is not lost behind it."""
    post = posts.post(session, known.post_id)
    standing = {each.channel_id for each in publications.of_post(session, post.pk)}
    language = next(iter(posts.texts(session, post.pk)), "")
    before = Notice(what=known.what, place=known.place, until=known.until, link=post.link, language=language)
    if before != notice or standing != {each.pk for each in going}:
        raise Refused(NoticeRefusal.SAYS_SOMETHING_ELSE)
    return Sent(post_id=post.pk, channels=tuple(each.name for each in going), again=True)


def _write(
    session: Session, actor: Actor | None, notice: Notice, going: Sequence[Channel], *, now: datetime, key: str | None
) -> ServiceNotice | None:
    units = {channel.unit_id for channel in going}
    row = notices.add(
        session,
        now=now,
        what=notice.what,
        place=notice.place,
        until=notice.until,
        key=key,
        title=wording.lead(notice).rstrip(".")[:LONGEST_TITLE],
        link=notice.link,
        unit_id=units.pop() if len(units) == 1 else None,
        author_id=_id(actor),
    )
    if row is not None:
        posts.write_texts(session, row.post_id, {notice.language: wording.said(notice)})
    return row


def _refuse_too_long(session: Session, post_id: int, channels: Sequence[Channel]) -> None:
    """A notice is never cut behind the sender's back."""
    link = posts.post(session, post_id).link
    too_long = [each for text in posts.texts(session, post_id).values() for each in _too_long(text, link, channels)]
    if too_long:
        raise Refused(NoticeRefusal.TOO_LONG, too_long=too_long)


def _too_long(text: str, link: str | None, channels: Sequence[Channel]) -> list[str]:
    """The channels that have no room for it, as each counts: what it has, and what it may have."""
    whole = "\n\n".join(part for part in (text, link) if part)
    found = []
    for channel in channels:
        limits = text_limits(limits_of(channel))
        length = fitting.length(whole, limits)
        if length > limits.characters:
            found.append(f"{channel.name} ({length}/{limits.characters})")
    return found


def _send_out(
    session: Session, actor: Actor | None, publication: Publication, channel: Channel, *, now: datetime
) -> None:
    """Answered for, placed and minted, in the one transaction."""
    complaints = compose(session, publication).complaints
    if complaints:
        raise Refused(*sorted(complaints), channel=channel.name, publication_id=publication.pk)
    action = Action.RETRY if publication.state is State.FAILED else Action.RELEASE
    publications.change(
        session,
        publication,
        action,
        now=now,
        person_id=_id(actor),
        problem_code=None,
        problem_detail=None,
        chosen_at=None,
    )
    review.pin(session, publication, actor, now=now)
    minting.mint_at_once(session, publication, channel, now=now, not_after=now + LONGEST_WAIT, person_id=_id(actor))


def _say_it_is_over(
    session: Session, post_id: int, publishing: Sequence[Publication], *, words: str, now: datetime
) -> None:
    """The post says so from now on, in every language and in every channel's own version."""
    post = posts.post(session, post_id)
    zone = facts.zone_of(session)

    def over(texts: Mapping[str, str]) -> dict[str, str]:
        return {
            language: wording.over(text, language=language, at=now, sent_at=post.created_at, words=words, zone=zone)
            for language, text in texts.items()
        }

    posts.change(session, post_id, version=post.version, now=now)
    posts.write_texts(session, post_id, over(posts.texts(session, post_id)))
    for publication in publishing:
        posts.write_own_texts(session, publication.pk, over(posts.own_texts(session, publication.pk)))


def _notice(session: Session, post_id: int) -> ServiceNotice:
    notice = notices.of_post(session, post_id)
    if notice is None:
        rows.get(session, Post, post_id)
        raise Refused(NoticeRefusal.NOT_A_NOTICE)
    return notice


def _id(actor: Actor | None) -> int | None:
    return actor.person_id if actor else None


def _note(session: Session, actor: Actor | None, post_id: int, action: str, *, now: datetime) -> None:
    audit.note(session, now=now, person_id=_id(actor), subject="post", subject_id=post_id, action=action)
