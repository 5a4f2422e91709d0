"""Writing a post and changing it: its texts, pictures, moments and channels, and each channel's own version.

An edit names the version it was made from; somebody who was first is never overwritten. What was approved or scheduled and now says something
else is a draft again. What is out is not touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from sqlmodel import Session

from scheduler.domain import wording
from scheduler.domain.access import Actor, Deed, demand
from scheduler.domain.publication import Action, State
from scheduler.errors import LostRace, Refused
from scheduler.services import planning
from scheduler.services.composing import text_limits
from scheduler.services.connecting import limits_of
from scheduler.services.sources import NOT_OUT, fingerprints, reopen_changed
from scheduler.store import audit, campaigns, channels, deliveries, posts, publications, rows, slots
from scheduler.store.posts import Picture
from scheduler.store.tables import Channel, Post, Publication, Unit

LONGEST_TITLE = 500
LONGEST_TEXT = 20_000
LONGEST_LINK = 2_000
LONGEST_ALT_TEXT = 5_000
LONGEST_NAME = 200
#: A post holds few pictures and fewer languages; more is a mistake or an attack.
MOST_LANGUAGES = 10
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


class PostRefusal(StrEnum):
    """Why a post was not written as it was asked for."""

    TITLE_EMPTY = "title_empty"
    TITLE_TOO_LONG = "title_too_long"
    POST_TEXT_EMPTY = "post_text_empty"
    POST_TEXT_TOO_LONG = "post_text_too_long"
    POST_LANGUAGE_MALFORMED = "post_language_malformed"
    TOO_MANY_LANGUAGES = "too_many_languages"
    LINK_MALFORMED = "link_malformed"
    ALT_TEXT_TOO_LONG = "post_alt_text_too_long"
    PHOTOGRAPHER_TOO_LONG = "photographer_too_long"
    UNKNOWN_PICTURE = "unknown_picture"
    LATEST_BEFORE_EARLIEST = "latest_before_earliest"
    LATEST_IS_PAST = "latest_is_past"
    NO_CHANNEL = "no_channel"
    CHANNEL_NOT_ACTIVE = "channel_not_active"
    CHANNEL_CANCELLED = "channel_cancelled"
    CAMPAIGN_OVER = "campaign_over"
    OWN_TEXT_TOO_LONG = "own_text_too_long"
    OWN_TEXT_WITHOUT_LANGUAGE = "own_text_without_language"
    OWN_TEXT_WITHOUT_CHANNEL = "own_text_without_channel"


@dataclass(frozen=True, kw_only=True)
class Described:
    """A picture of the post as a person describes it. `decorative`: it tells nothing, and has no alternative text."""

    media_id: int
    alt_text: str = ""
    decorative: bool = False
    photographer: str | None = None


@dataclass(frozen=True, kw_only=True)
class Content:
    """All that a person decides about a post, as it shall be. Moments are aware UTC.

    `texts`: by language (BCP 47), without the link. `own_texts`: a channel's own version, by channel and language; a language that is
    missing or empty there takes the post's text. `pictures`: those the post has, described; None leaves them as they are.
    """

    title: str
    texts: Mapping[str, str]
    channel_ids: frozenset[int]
    link: str | None = None
    earliest_at: datetime | None = None
    latest_at: datetime | None = None
    priority: int = 0
    campaign_id: int | None = None
    own_texts: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    pictures: tuple[Described, ...] | None = None


def create(
    session: Session, actor: Actor | None, *, content: Content, now: datetime, unit_id: int | None = None
) -> int:
    """A post of its own, a draft in each channel; its id. Raises Refused with everything that is wrong at once."""
    demand(actor, Deed.WRITE_POST, unit_id=unit_id)
    if unit_id is not None:
        rows.get(session, Unit, unit_id)
    tidy = tidied(content)
    _refuse_faults(session, actor, tidy, post=None, now=now)
    post = posts.add_post(
        session,
        now=now,
        unit_id=unit_id,
        author_id=actor.person_id if actor else None,
        title=tidy.title,
        link=tidy.link,
        earliest_at=tidy.earliest_at,
        latest_at=tidy.latest_at,
        priority=tidy.priority,
        campaign_id=tidy.campaign_id,
    )
    posts.write_texts(session, post.pk, tidy.texts)
    for channel_id in sorted(tidy.channel_ids):
        publication = posts.add_publication(session, post.pk, channel_id, now=now)
        posts.write_own_texts(session, publication.pk, tidy.own_texts.get(channel_id, {}))
    _note(session, actor, post.pk, "write", now=now)
    return post.pk


def edit(
    session: Session, actor: Actor | None, *, post_id: int, version: int, content: Content, now: datetime
) -> list[int]:
    """The post is as `content` says; the ids of publications that are drafts again since they now say something else.

    Raises Refused with everything that is wrong at once, LostRace where the post is no longer at `version`.
    """
    post = posts.post(session, post_id)
    demand(actor, Deed.WRITE_POST, unit_id=post.unit_id)
    if post.version != version:
        raise LostRace("post", post_id)
    tidy = tidied(content)
    _refuse_faults(session, actor, tidy, post=post, now=now)
    before, campaign_id = fingerprints(session, post_id), post.campaign_id
    posts.change(
        session,
        post_id,
        version=version,
        now=now,
        title=tidy.title,
        link=tidy.link,
        earliest_at=tidy.earliest_at,
        latest_at=tidy.latest_at,
        priority=tidy.priority,
        campaign_id=tidy.campaign_id,
    )
    posts.write_texts(session, post_id, tidy.texts)
    if tidy.pictures is not None:
        posts.describe_pictures(session, post_id, _pictures(session, post_id, tidy.pictures))
    _settle_channels(session, actor, post_id, tidy, now=now)
    reopened = reopen_changed(session, actor, post_id, before, now=now)
    if tidy.campaign_id != campaign_id:
        _keep_apart(session, post_id, now=now)
    _note(session, actor, post_id, "edit", now=now, detail={"version": version + 1, "reopened": reopened})
    return reopened


def _keep_apart(session: Session, post_id: int, *, now: datetime) -> None:
    """It belongs to another campaign now: where it has a time already, the days between may be too few."""
    for publication in publications.of_post(session, post_id):
        if publication.state is State.SCHEDULED:
            planning.replan(session, channel_id=publication.channel_id, now=now)


def _settle_channels(session: Session, actor: Actor | None, post_id: int, content: Content, *, now: datetime) -> None:
    standing = {each.channel_id: each for each in publications.of_post(session, post_id)}
    for channel_id in sorted(content.channel_ids):
        publication = standing.get(channel_id) or posts.add_publication(session, post_id, channel_id, now=now)
        if publication.state in NOT_OUT or publication.state is State.PUBLISHED:
            posts.write_own_texts(session, publication.pk, content.own_texts.get(channel_id, {}))
    for channel_id, publication in standing.items():
        if channel_id not in content.channel_ids and publication.state in NOT_OUT:
            _leave_channel(session, actor, publication, now=now)


def _leave_channel(session: Session, actor: Actor | None, publication: Publication, *, now: datetime) -> None:
    """The post shall not go out there. A draft that nobody has sent on leaves no trace but in the history."""
    if publication.state is State.DRAFT and deliveries.newest_of(session, publication.pk) is None:
        _note(
            session, actor, publication.post_id, "leave_channel", now=now, detail={"channel_id": publication.channel_id}
        )
        session.delete(publication)
        session.flush()
        return
    person_id = actor.person_id if actor else None
    publications.change(session, publication, Action.CANCEL, now=now, person_id=person_id, problem_code=None)
    slots.give_back(session, publication.pk)
    planning.close_ranks(session, channel_id=publication.channel_id, now=now)


def tidied(content: Content) -> Content:
    """Single spaces in lines, no blank texts, no codes that a reader cannot see."""
    own = {
        channel_id: {language: _text(text) for language, text in texts.items() if text.strip()}
        for channel_id, texts in content.own_texts.items()
    }
    pictures = content.pictures
    if pictures is not None:
        pictures = tuple(
            Described(
                media_id=each.media_id,
                alt_text="" if each.decorative else one_line(each.alt_text),
                decorative=each.decorative,
                photographer=one_line(each.photographer or "") or None,
            )
            for each in pictures
        )
    return Content(
        title=one_line(content.title),
        texts={language.strip(): _text(text) for language, text in content.texts.items() if text.strip()},
        channel_ids=content.channel_ids,
        link=(content.link or "").strip() or None,
        earliest_at=content.earliest_at,
        latest_at=content.latest_at,
        priority=content.priority,
        campaign_id=content.campaign_id,
        own_texts={channel_id: texts for channel_id, texts in own.items() if texts},
        pictures=pictures,
    )


def one_line(text: str) -> str:
    """Single spaces, no line breaks, no NUL."""
    return " ".join(text.replace("\x00", "").split())


def _text(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _refuse_faults(
    session: Session, actor: Actor | None, content: Content, *, post: Post | None, now: datetime
) -> None:
    found = _text_faults(content) | _moment_faults(content, post, now=now) | _picture_faults(session, content, post)
    if content.campaign_id is not None and (post is None or post.campaign_id != content.campaign_id):
        found |= set() if campaigns.get(session, content.campaign_id).active else {PostRefusal.CAMPAIGN_OVER}
    standing = {each.channel_id: each for each in publications.of_post(session, post.pk)} if post else {}
    chosen: dict[int, Channel] = {}
    for channel_id in sorted(content.channel_ids):
        chosen[channel_id] = channels.channel(session, channel_id)
        if channel_id not in standing:
            demand(actor, Deed.WRITE_POST, unit_id=chosen[channel_id].unit_id)
            found |= set() if chosen[channel_id].active else {PostRefusal.CHANNEL_NOT_ACTIVE}
        elif standing[channel_id].state is State.CANCELLED:
            found.add(PostRefusal.CHANNEL_CANCELLED)
    if not content.channel_ids and not any(each.state not in NOT_OUT for each in standing.values()):
        found.add(PostRefusal.NO_CHANNEL)
    found |= _own_text_faults(content, chosen)
    if found:
        raise Refused(*sorted(found), longest_title=LONGEST_TITLE, longest_text=LONGEST_TEXT)


def _text_faults(content: Content) -> set[PostRefusal]:
    found = set()
    if not content.title:
        found.add(PostRefusal.TITLE_EMPTY)
    if len(content.title) > LONGEST_TITLE:
        found.add(PostRefusal.TITLE_TOO_LONG)
    if not content.texts:
        found.add(PostRefusal.POST_TEXT_EMPTY)
    if len(content.texts) > MOST_LANGUAGES:
        found.add(PostRefusal.TOO_MANY_LANGUAGES)
    if any(len(text) > LONGEST_TEXT for text in content.texts.values()):
        found.add(PostRefusal.POST_TEXT_TOO_LONG)
    if any(len(language) > 20 or not _LANGUAGE.fullmatch(language) for language in content.texts):
        found.add(PostRefusal.POST_LANGUAGE_MALFORMED)
    if content.link is not None and not is_web_address(content.link):
        found.add(PostRefusal.LINK_MALFORMED)
    return found


def _moment_faults(content: Content, post: Post | None, *, now: datetime) -> set[PostRefusal]:
    found = set()
    if content.earliest_at and content.latest_at and content.latest_at < content.earliest_at:
        found.add(PostRefusal.LATEST_BEFORE_EARLIEST)
    # A moment that has gone by since it was set may stand: the text can still be mended, and it is never placed beyond it.
    if content.latest_at and content.latest_at <= now and (post is None or post.latest_at != content.latest_at):
        found.add(PostRefusal.LATEST_IS_PAST)
    return found


def _picture_faults(session: Session, content: Content, post: Post | None) -> set[PostRefusal]:
    described = content.pictures or ()
    known = {each.media_id for each in posts.pictures(session, post.pk)} if post else set()
    found = set()
    if not {each.media_id for each in described} <= known or len({each.media_id for each in described}) != len(
        described
    ):
        found.add(PostRefusal.UNKNOWN_PICTURE)
    if any(len(each.alt_text) > LONGEST_ALT_TEXT for each in described):
        found.add(PostRefusal.ALT_TEXT_TOO_LONG)
    if any(len(each.photographer or "") > LONGEST_NAME for each in described):
        found.add(PostRefusal.PHOTOGRAPHER_TOO_LONG)
    return found


def _own_text_faults(content: Content, chosen: Mapping[int, Channel]) -> set[PostRefusal]:
    found = set()
    for channel_id, texts in content.own_texts.items():
        channel = chosen.get(channel_id)
        if channel is None:
            found.add(PostRefusal.OWN_TEXT_WITHOUT_CHANNEL)
            continue
        if not set(texts) <= set(content.texts):
            found.add(PostRefusal.OWN_TEXT_WITHOUT_LANGUAGE)
        # Somebody wrote this for this channel: it is not cut behind their back, as the post's own text may be.
        limits = text_limits(limits_of(channel))
        closing = f"\n\n{content.link}" if content.link else ""
        if any(wording.length(text + closing, limits) > limits.characters for text in texts.values()):
            found.add(PostRefusal.OWN_TEXT_TOO_LONG)
    return found


def is_web_address(address: str) -> bool:
    """Whether a person could open this in a browser: http or https, with a host, without spaces or a password."""
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and len(address) <= LONGEST_LINK
            and address.isprintable()
            and " " not in address
        )
    except ValueError:
        return False


def _pictures(session: Session, post_id: int, described: tuple[Described, ...]) -> list[Picture]:
    known = {each.media_id: each for each in posts.pictures(session, post_id)}
    return [
        Picture(
            media_id=each.media_id,
            content_type=known[each.media_id].content_type,
            size=known[each.media_id].size,
            alt_text=each.alt_text,
            decorative=each.decorative,
            photographer=each.photographer,
        )
        for each in described
    ]


def _note(
    session: Session,
    actor: Actor | None,
    post_id: int,
    action: str,
    *,
    now: datetime,
    detail: Mapping[str, object] | None = None,
) -> None:
    audit.note(
        session,
        now=now,
        person_id=actor.person_id if actor else None,
        subject="post",
        subject_id=post_id,
        action=action,
        detail=detail,
    )
