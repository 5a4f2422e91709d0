"""Playing on the practice network: a citizen who writes, answers, edits and deletes, and the municipality writing on the network itself.

Whoever may read may play: nobody outside sees it, and nothing here is a row of ours. Only the network remembers; what is said there
comes to us as from any platform, when it is collected.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from connectors.practice_shapes import NoSuchComment, NoSuchPost, PracticeBranch, PracticeComment
from connectors.practice_store import PracticeNetwork
from scheduler.domain.access import Actor, Deed, Denied, reach
from scheduler.errors import Missing, Refused
from scheduler.services import practising
from scheduler.services.connecting import House

__all__ = ["PracticeComment"]

LONGEST_COMMENT = 60_000
LONGEST_NAME = 80
FARTHEST_BACK = timedelta(days=30)
#: Comments on one page.
PAGE = 30


class PlayRefusal(StrEnum):
    """Why nothing was said on the practice network."""

    TEXT_EMPTY = "practice_text_empty"
    TEXT_TOO_LONG = "practice_text_too_long"
    SPEAKER_UNKNOWN = "practice_speaker_unknown"
    NAME_EMPTY = "practice_name_empty"
    NAME_TOO_LONG = "practice_name_too_long"
    TOO_FAR_BACK = "practice_too_far_back"
    POST_GONE = "practice_post_gone"
    COMMENT_GONE = "practice_comment_gone"


class Voice(StrEnum):
    """Who can speak besides the citizens who have names."""

    OWN_NAME = "own_name"
    NAMELESS = "nameless"
    MUNICIPALITY = "municipality"


@dataclass(frozen=True, kw_only=True)
class Citizen:
    """Somebody one can play: always the same person, under every post."""

    citizen_id: str
    name: str


CITIZENS = (
    Citizen(citizen_id="solveig-haugland", name="Solveig Haugland"),
    Citizen(citizen_id="torstein-bakke", name="Torstein Bakke"),
    Citizen(citizen_id="amina-yusuf", name="Amina Yusuf"),
    Citizen(citizen_id="jorgen-lie", name="Jørgen Lie"),
    Citizen(citizen_id="marit-seter", name="Marit Sæter"),
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A comment in its place. `comment`: None where it was deleted and others have answered it. `depth`: 0 = under the post itself.

    `answers`: the comment it was said to, where there is one and it stands.
    """

    remote_id: str
    depth: int
    comment: PracticeComment | None
    answers: PracticeComment | None


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """A page of the comments under a post, each answer below what it answers. `before`, `after`: a comment of the page next to it."""

    number: int
    lines: tuple[Line, ...]
    before: str | None
    after: str | None


def conversation(
    session: Session, *, post_id: str, house: House, at: str | None = None, limit: int = PAGE
) -> Conversation:
    """The page of comments that holds the comment `at`, or the first. Raises Missing where the post is none of ours."""
    practising.post(session, remote_id=post_id, house=house)
    with practising.the_network(house) as network:
        branches = network.talk.outline(post_id)
        order = _in_order(branches)
        places = {branch.remote_id: place for place, (branch, _) in enumerate(order)}
        first = places.get(at or "", 0) // limit * limit
        shown = order[first : first + limit]
        wanted = {branch.remote_id for branch, _ in shown} | {branch.parent_id for branch, _ in shown} - {None}
        said = {each.remote_id: each for each in network.talk.comments([each for each in wanted if each])}
    standing = {remote_id: each for remote_id, each in said.items() if each.deleted_at is None}
    return Conversation(
        number=sum(branch.stands for branch in branches),
        lines=tuple(
            Line(
                remote_id=branch.remote_id,
                depth=depth,
                comment=standing.get(branch.remote_id),
                answers=standing.get(branch.parent_id or ""),
            )
            for branch, depth in shown
        ),
        before=order[first - limit][0].remote_id if first else None,
        after=order[first + limit][0].remote_id if len(order) > first + limit else None,
    )


def comment(session: Session, *, comment_id: str, house: House) -> PracticeComment:
    """One comment that stands under a post of ours. Raises Missing."""
    with practising.the_network(house) as network:
        found = network.talk.comment(comment_id)
    if found is None or found.deleted_at is not None:
        raise Missing("practice comment", comment_id)
    practising.post(session, remote_id=found.post_id, house=house)
    return found


def write(
    session: Session,
    actor: Actor | None,
    *,
    post_id: str,
    text: str,
    by: str,
    house: House,
    now: datetime,
    name: str = "",
    parent_id: str | None = None,
    ago: timedelta = timedelta(0),
) -> str:
    """Say something under a post, or to the comment `parent_id`, as if it had been said `ago`; the new comment's id.

    `by`: a citizen's id, or a Voice; `name`: whom Voice.OWN_NAME plays. Raises Refused with every PlayRefusal at once.
    """
    _may_play(actor)
    said, wrong = _read(text, ago)
    author_id, author_name, found = _speaker(by, name)
    if wrong or found:
        raise Refused(*wrong, *found, **_LIMITS)
    with _among_the_standing(session, house, post_id=post_id) as (network, account):
        return network.talk.write(
            account,
            post_id,
            text=said,
            at=now - ago,
            author_id=author_id,
            author_name=author_name,
            parent_id=parent_id,
            own=by == Voice.MUNICIPALITY,
        ).remote_id


def edit(
    session: Session, actor: Actor | None, *, comment_id: str, text: str, house: House, now: datetime
) -> PracticeComment:
    """Write a comment anew, as whoever said it. The same words again are no edit. Raises Refused."""
    _may_play(actor)
    said, wrong = _read(text)
    if wrong:
        raise Refused(*wrong, **_LIMITS)
    with _among_the_standing(session, house, comment_id=comment_id) as (network, account):
        standing = network.talk.comment(comment_id)
        if standing is not None and standing.deleted_at is None and standing.text == said:
            return standing
        return network.talk.rewrite(account, comment_id, text=said, at=now)


def delete(session: Session, actor: Actor | None, *, comment_id: str, house: House, now: datetime) -> None:
    """Take a comment away, as whoever said it. What was answered under it stands. Raises Refused where it is gone already."""
    _may_play(actor)
    with _among_the_standing(session, house, comment_id=comment_id) as (network, account):
        network.talk.take_away(account, comment_id, at=now)


def post_natively(
    session: Session,
    actor: Actor | None,
    *,
    channel_id: int,
    text: str,
    house: House,
    now: datetime,
    ago: timedelta = timedelta(0),
) -> str:
    """Post as the municipality on the network itself, past us; the new post's remote id. Raises Refused, or Missing."""
    _may_play(actor)
    said, wrong = _read(text, ago)
    if wrong:
        raise Refused(*wrong, **_LIMITS)
    account = practising.channel(session, channel_id=channel_id, house=house).account
    with practising.the_network(house) as network:
        return network.write(account, text=said, at=now - ago).remote_id


_LIMITS = {"most": LONGEST_COMMENT, "longest_name": LONGEST_NAME, "days": FARTHEST_BACK.days}


def _may_play(actor: Actor | None) -> None:
    if actor is None:
        return
    within = reach(actor, Deed.READ)
    if not within.whole and not within.units:
        raise Refused(Denied.NOT_ALLOWED, deed=Deed.READ.value)


def _read(text: str, ago: timedelta = timedelta(0)) -> tuple[str, list[PlayRefusal]]:
    """The words as the network takes them, and everything that is wrong with what was asked for."""
    said = text.replace("\r\n", "\n").replace("\0", "").strip()
    wrong = [
        (not said, PlayRefusal.TEXT_EMPTY),
        (len(said) > LONGEST_COMMENT, PlayRefusal.TEXT_TOO_LONG),
        (not timedelta(0) <= ago <= FARTHEST_BACK, PlayRefusal.TOO_FAR_BACK),
    ]
    return said, [code for is_wrong, code in wrong if is_wrong]


def _speaker(by: str, name: str) -> tuple[str | None, str | None, list[PlayRefusal]]:
    """The id and the name of whoever speaks, and what is wrong with who was asked for. The same name is the same person."""
    if by in (Voice.NAMELESS, Voice.MUNICIPALITY):
        return None, None, []
    known = next((each for each in CITIZENS if each.citizen_id == by), None)
    if known is None and by != Voice.OWN_NAME:
        return None, None, [PlayRefusal.SPEAKER_UNKNOWN]
    if known is None:
        name = " ".join(name.replace("\0", "").split())
        if not name or len(name) > LONGEST_NAME:
            return None, None, [PlayRefusal.NAME_TOO_LONG if name else PlayRefusal.NAME_EMPTY]
        known = next((each for each in CITIZENS if each.name.casefold() == name.casefold()), None)
    if known is None:
        return hashlib.sha256(name.casefold().encode()).hexdigest()[:16], name, []
    return known.citizen_id, known.name, []


@contextmanager
def _among_the_standing(
    session: Session, house: House, *, post_id: str | None = None, comment_id: str | None = None
) -> Iterator[tuple[PracticeNetwork, str]]:
    """The network, and the account of ours that the post or comment stands in; what is not there is refused in a code."""
    try:
        if comment_id is not None:
            try:
                post_id = comment(session, comment_id=comment_id, house=house).post_id
            except Missing:
                raise NoSuchComment(comment_id) from None
        try:
            channel, _ = practising.post(session, remote_id=post_id or "", house=house)
        except Missing:
            raise NoSuchPost(post_id) from None
        with practising.the_network(house) as network:
            yield network, channel.account
    except NoSuchPost:
        raise Refused(PlayRefusal.POST_GONE) from None
    except NoSuchComment:
        raise Refused(PlayRefusal.COMMENT_GONE) from None


def _in_order(branches: Sequence[PracticeBranch]) -> list[tuple[PracticeBranch, int]]:
    """Each comment with its depth, answers below what they answer, older before newer. However deep: nothing calls itself.

    Left out is what was deleted, unless something below it stands.
    """
    below: dict[str | None, list[PracticeBranch]] = {}
    alive = set[str | None]()
    for branch in reversed(branches):  # each comes after the one it answers
        if branch.stands or branch.remote_id in alive:
            alive |= {branch.remote_id, branch.parent_id}
            below.setdefault(branch.parent_id, []).append(branch)
    for answers in below.values():
        answers.sort(key=lambda branch: branch.written_at, reverse=True)
    order: list[tuple[PracticeBranch, int]] = []
    waiting = [(branch, 0) for branch in below.get(None, [])]
    while waiting:
        branch, depth = waiting.pop()
        order.append((branch, depth))
        waiting += [(answer, depth + 1) for answer in below.get(branch.remote_id, [])]
    return order
