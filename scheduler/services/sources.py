"""What becomes of a post when the news item it was made from changes, is withdrawn, or comes back.

A draft nobody has touched follows its item. Whatever a person has written, sent to approval or placed is flagged, and a person answers.
Nothing withdrawn goes out unseen: what was scheduled leaves its slot. What is out stays out; a person is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from scheduler.domain.access import Actor, Deed, demand
from scheduler.domain.languages import detect
from scheduler.domain.publication import Action, State
from scheduler.errors import Refused
from scheduler.services import planning, review
from scheduler.services.planning import Parked
from scheduler.store import audit, feeds, municipalities, posts, publications, slots
from scheduler.store.database import municipality_of
from scheduler.store.tables import FeedItem, Post, Publication
from scheduler.store.tables.posts import SourceFlag

#: What may still be changed before anybody outside sees it.
NOT_OUT = frozenset({State.DRAFT, State.IN_REVIEW, State.APPROVED, State.SCHEDULED, State.FAILED})
#: The two written standards, which the text itself, the feed or the municipality tells apart.
_STANDARDS = frozenset({"nn", "nb"})


class SourceRefusal(StrEnum):
    """Why a person's answer about a news item was not taken."""

    NOTHING_TO_ANSWER = "nothing_to_answer"


def text_of(title: str, summary: str) -> str:
    """What a draft says of an item: the title, a blank line, the lead."""
    lead = summary.strip()
    return "\n\n".join(part for part in (title.strip(), "" if lead == title.strip() else lead) if part)


def language_of(session: Session, title: str, summary: str, claim: str | None) -> str:
    """The language a draft is written in: as the text tells, else as the site claims, else the municipality's own. A person may correct it."""
    told = detect(f"{title}\n{summary}").language or standard_of(claim)
    if told is not None:
        return told
    municipality = municipalities.by_id(session, municipality_of(session))
    own = municipality.language if municipality else ""
    return own if own in _STANDARDS else "nb"


def standard_of(claim: str | None) -> str | None:
    """The written standard that a feed or page claims: "nn-NO" is nynorsk. "no" says neither."""
    first = (claim or "").partition("-")[0].lower()
    return first if first in _STANDARDS else None


def item_changed(session: Session, item: FeedItem, *, said: str, title: str, link: str | None, now: datetime) -> None:
    """The item says something else than `said` under `title` with `link`: its post follows, or is flagged."""
    post = posts.of_item(session, item.pk)
    if post is None:
        return
    if said == text_of(item.title, item.summary) and link == item.link:
        return  # another picture, at most
    texts = posts.texts(session, post.pk)
    if text_of(item.title, item.summary) in texts.values() and post.link == item.link:
        # The site says again what the post says.
        if post.source_flag is not None:
            _flag(session, post, None, "source_agrees", now=now)
        return
    its_own = publications.of_post(session, post.pk)
    untouched = (
        list(texts.values()) == [said]
        and (post.title, post.link) == (title, link)
        and all(each.state is State.DRAFT and not posts.own_texts(session, each.pk) for each in its_own)
    )
    if untouched:
        language = language_of(session, item.title, item.summary, item.language)
        posts.change(session, post.pk, version=post.version, now=now, title=item.title, link=item.link)
        posts.write_texts(session, post.pk, {language: text_of(item.title, item.summary)})
        _note(session, post, "source_followed", now=now)
        return
    _flag(session, post, SourceFlag.CHANGED, "source_changed", now=now)


def item_withdrawn(session: Session, item: FeedItem, *, now: datetime) -> None:
    """The item is gone from the site: its post is flagged, and nothing of it goes out before a person has answered."""
    post = posts.of_item(session, item.pk)
    if post is None:
        return
    for publication in publications.of_post(session, post.pk):
        match publication.state:
            case State.SCHEDULED:
                planning.park(session, publication, Parked.SOURCE_WITHDRAWN, now=now, person_id=None)
                planning.close_ranks(session, channel_id=publication.channel_id, now=now)
            case State.APPROVED:
                publication.problem_code = Parked.SOURCE_WITHDRAWN.value
                session.add(publication)
            case _:  # a draft, one in review or one that failed goes nowhere without a person; what is out stays out
                continue
    _flag(session, post, SourceFlag.WITHDRAWN, "source_withdrawn", now=now)


def item_is_back(session: Session, item: FeedItem, *, now: datetime) -> None:
    """A withdrawn item is listed again. What left its slot stays off it: a person places it, having seen this."""
    post = posts.of_item(session, item.pk)
    if post is not None and post.source_flag is SourceFlag.WITHDRAWN:
        _flag(session, post, SourceFlag.CHANGED, "source_is_back", now=now)


def answer(session: Session, actor: Actor | None, *, post_id: int, take: bool, now: datetime) -> None:
    """A person answers the flag. `take`: say what the site says now (withdrawn: cancel what is not out). Else: keep ours.

    What was approved or scheduled and now says something else is a draft again. Raises Refused where there is no flag.
    """
    post = posts.post(session, post_id)
    demand(actor, Deed.WRITE_POST, unit_id=post.unit_id)
    flag = post.source_flag
    if flag is None or post.feed_item_id is None:
        raise Refused(SourceRefusal.NOTHING_TO_ANSWER)
    person_id = actor.person_id if actor else None
    if take and flag is SourceFlag.CHANGED:
        _take_new_text(session, actor, post, feeds.item(session, post.feed_item_id), now=now)
    elif take:
        for publication in publications.of_post(session, post_id):
            if publication.state in NOT_OUT:
                publications.change(
                    session, publication, Action.CANCEL, now=now, person_id=person_id, problem_code=None
                )
                slots.give_back(session, publication.pk)
                planning.close_ranks(session, channel_id=publication.channel_id, now=now)
    _flag(session, post, None, "source_taken" if take else "source_kept_ours", now=now, person_id=person_id)


def reopen_changed(
    session: Session, actor: Actor | None, post_id: int, before: Mapping[int, str], *, now: datetime
) -> list[int]:
    """Publications that would now say something else than at `before` (see `fingerprints`) are drafts again; their ids."""
    reopened = []
    for publication in publications.of_post(session, post_id):
        known = before.get(publication.pk)
        waits = publication.state in NOT_OUT and publication.state is not State.DRAFT
        if waits and known is not None and known != review.content_hash(session, publication):
            review.edit_reopens(session, actor, publication.pk, now=now)
            reopened.append(publication.pk)
    return reopened


def fingerprints(session: Session, post_id: int) -> dict[int, str]:
    """What each publication that is not out would say, by publication, as one fingerprint each."""
    not_out = (each for each in publications.of_post(session, post_id) if each.state in NOT_OUT)
    return {each.pk: review.content_hash(session, each) for each in not_out}


def _take_new_text(session: Session, actor: Actor | None, post: Post, item: FeedItem, *, now: datetime) -> None:
    before = fingerprints(session, post.pk)
    texts = posts.texts(session, post.pk)
    language = language_of(session, item.title, item.summary, item.language)
    if language not in texts and len(texts) == 1:
        texts = {}
    texts[language] = text_of(item.title, item.summary)
    posts.change(session, post.pk, version=post.version, now=now, title=item.title, link=item.link)
    posts.write_texts(session, post.pk, texts)
    for publication in publications.of_post(session, post.pk):
        _drop_own_text(session, publication, language)
    reopen_changed(session, actor, post.pk, before, now=now)


def _drop_own_text(session: Session, publication: Publication, language: str) -> None:
    """A channel's own version told the old story."""
    own = posts.own_texts(session, publication.pk)
    if publication.state in NOT_OUT and language in own:
        posts.write_own_texts(
            session, publication.pk, {other: text for other, text in own.items() if other != language}
        )


def _flag(
    session: Session, post: Post, flag: SourceFlag | None, action: str, *, now: datetime, person_id: int | None = None
) -> None:
    before, after = post.source_flag, flag
    posts.flag(session, post.pk, flag, now=now)
    audit.note(
        session,
        now=now,
        person_id=person_id,
        subject="post",
        subject_id=post.pk,
        action=action,
        before=before.value if before else None,
        after=after.value if after else None,
    )


def _note(session: Session, post: Post, action: str, *, now: datetime) -> None:
    audit.note(session, now=now, person_id=None, subject="post", subject_id=post.pk, action=action)
