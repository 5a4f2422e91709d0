"""Answers that somebody gave on the platform itself: whom each of them speaks to, and which comments it answers.

Our own replies, sent or under way, are no native answers: the engine knows what those answer. Knows no platform.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from sqlmodel import Session

from scheduler.domain.enquiries import Origin
from scheduler.domain.sla import Started
from scheduler.services import enquiring
from scheduler.store import talk
from scheduler.store.tables import Comment, Thread

#: Whom an answer speaks to: a person (True, the author's id), or one comment whose author is not known (False, its remote id).
_Whom: TypeAlias = tuple[bool, str]

#: What started the clock later than the words were written.
_ASKED_ANEW = frozenset({Started.EDITED, Started.REOPENED, Started.CLOCK_AHEAD})
_TAGS_BEFORE = re.compile(r"^(?:\s*@\S+)+\s*")


@dataclass(kw_only=True)
class _Talk:
    """What our account has written in one thread. `spoken`: when it spoke to whom, natively."""

    parents: dict[str, str | None] = field(default_factory=dict)
    spoken: dict[_Whom, list[datetime]] = field(default_factory=dict)


class NativeAnswers:
    """The native answers of the threads that one collection touches, read once each and kept up with as comments are taken in.

    `arriving`: thread's remote id → remote id → parent's, of what our account has written and the collection brings, in any order.
    """

    def __init__(self, channel_id: int, arriving: Mapping[str, Mapping[str, str | None]]) -> None:
        self._channel_id, self._arriving = channel_id, arriving
        self._talks: dict[int, _Talk] = {}

    def look(self, session: Session, thread: Thread) -> None:
        """Read what stands in the thread, before more is written there."""
        self._of(session, thread)

    def forget(self) -> None:
        """A transaction came to nothing: what was noted in it does not hold."""
        self._talks.clear()

    def own(self, session: Session, thread: Thread, comment: Comment, *, now: datetime) -> None:
        """Our account has written this: where it is a native answer, it answers what that person had asked by then."""
        known = self._of(session, thread)
        out, under_way = talk.replies_in(session, thread.pk)
        target = _target(known, thread, comment.parent_remote_id)
        if target is None or comment.remote_id in out or plain(comment.text) in {plain(text) for text in under_way}:
            return
        whom = self._whom(session, target)
        at = min(comment.written_at, now)
        times = known.spoken.setdefault(whom, [])
        if at not in times:
            insort(times, at)
        self._answer(session, thread, whom, at=at, now=now)

    def citizen(self, session: Session, thread: Thread, comment: Comment, *, now: datetime) -> None:
        """A citizen's comment waits: perhaps it was answered before we saw it."""
        known = self._of(session, thread)
        whom = _whom_of(comment)
        before_we_knew_who = known.spoken.pop((False, comment.remote_id), []) if whom[0] else []
        for at in before_we_knew_who:
            if at not in known.spoken.setdefault(whom, []):
                insort(known.spoken[whom], at)
            self._answer(session, thread, whom, at=at, now=now)
        times = known.spoken.get(whom, [])
        for _ in range(2):  # once for what was said first, once for what it was changed to
            place = bisect_left(times, asked_at(comment))
            if place == len(times) or not enquiring.fact_of(comment).waits:
                return
            self._answered(session, [comment], at=min(times[place], now), now=now)

    def _answer(self, session: Session, thread: Thread, whom: _Whom, *, at: datetime, now: datetime) -> None:
        a_person, key = whom
        if a_person:
            asked = talk.in_open_enquiries(session, thread_id=thread.pk, author_remote_id=key)
        else:
            asked = list(talk.comments_with(session, self._channel_id, [key]).values())
        self._answered(session, [each for each in asked if asked_at(each) <= at], at=at, now=now)

    def _answered(self, session: Session, comments: Sequence[Comment], *, at: datetime, now: datetime) -> None:
        """What was changed after the answer waits again, also where we see both for the first time."""
        waiting = [each for each in comments if enquiring.fact_of(each).waits]
        enquiring.answered_there(session, waiting, at=at, now=now)
        for each in waiting:
            if each.edited_at is not None and each.edited_at > at:
                enquiring.edited(session, each, now=now)

    def _of(self, session: Session, thread: Thread) -> _Talk:
        known = self._talks.get(thread.pk)
        if known is None:
            known = self._talks[thread.pk] = self._read(session, thread)
        return known

    def _read(self, session: Session, thread: Thread) -> _Talk:
        ours = talk.own_in(session, thread.pk)
        known = _Talk(parents={remote_id: parent_id for remote_id, parent_id, _ in ours})
        known.parents |= self._arriving.get(thread.remote_id, {})
        if not ours:
            return known
        out, under_way = talk.replies_in(session, thread.pk)
        texts = {plain(text) for text in under_way}
        said = talk.comments_with(session, self._channel_id, known.parents) if texts else {}
        targets = {
            remote_id: _target(known, thread, parent_id)
            for remote_id, parent_id, _ in ours
            if remote_id not in out and not (remote_id in said and plain(said[remote_id].text) in texts)
        }
        authors = talk.authors_of(session, self._channel_id, [each for each in targets.values() if each is not None])
        for remote_id, _, written_at in ours:
            target = targets.get(remote_id)
            if target is not None:
                author_id = authors.get(target)
                whom = (False, target) if author_id is None else (True, author_id)
                known.spoken.setdefault(whom, []).append(written_at)
        return known

    def _whom(self, session: Session, target: str) -> _Whom:
        author_id = talk.authors_of(session, self._channel_id, [target]).get(target)
        return (False, target) if author_id is None else (True, author_id)


def asked_at(comment: Comment) -> datetime:
    """When what waits was said: by the platform's clock, unless it was said anew."""
    if comment.clock_at is not None and comment.clock_by in _ASKED_ANEW:
        return comment.clock_at
    return comment.written_at


def _target(known: _Talk, thread: Thread, parent_id: str | None) -> str | None:
    """The comment that is answered: up through our own, to the first that is not ours. Without one: whoever began the thread."""
    passed: list[str] = []
    while parent_id is not None and parent_id in known.parents and len(passed) <= len(known.parents):
        passed.append(parent_id)
        parent_id = known.parents[parent_id]
    if parent_id is None or len(passed) > len(known.parents):
        return None if thread.origin in (Origin.OURS, Origin.NATIVE) else thread.remote_id
    for each in passed:  # the way is short the next time
        known.parents[each] = parent_id
    return parent_id


def _whom_of(comment: Comment) -> _Whom:
    return (True, comment.author_remote_id) if comment.author_remote_id is not None else (False, comment.remote_id)


def plain(text: str) -> str:
    """The words alone: platforms put the person's name first, and break lines as they like."""
    return " ".join(_TAGS_BEFORE.sub("", text).split())
