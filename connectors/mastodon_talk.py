"""How talk is collected from a Mastodon-API server: who mentions us, what we posted, and what stands under each thread.

Decides how far back a collection reaches, which calls it takes, and when a thread may be said to be listed whole. Mentions are read by
their cursor with an overlap; answers that name nobody never reach the notifications, so threads are swept. A comment whose parent was
deleted falls out of the thread's listing and still stands: so it is remembered which comments answered others, and those are asked for.
Direct messages are not collected: they are no conversation in public, and are answered where they came. Knows how to ask and what the
answers say; no token.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from urllib.parse import quote

from connectors import mastodon_talk_reading as reading
from connectors.contract import Collected, ConnectorError, Frozen, IncomingComment, IncomingThread, Now, Remedy
from connectors.mastodon_reading import Unreadable, instant
from connectors.mastodon_talk_reading import CONTEXT_LIMIT, Mention, Said

#: What is read again each time: what the server numbered early and showed late.
OVERLAP = timedelta(minutes=10)
#: A new account's first collection reaches this far back. What is older has been answered elsewhere, or never will be.
FIRST_REACH = timedelta(days=7)
PAGE, PAGES = 40, 10
#: Our newest posts, which are looked under before anybody asks for them.
LOOKED_UNDER = 20
#: Answers to comments that are remembered, the newest of them.
REMEMBERED = 500
#: A thread may be thousands of comments, each some kilobytes with its author.
THREAD_BYTES = 40_000_000
#: Threads of one collection that may be in trouble without the whole of it being broken off; and what a server's own fault begins with.
PASSED_OVER, SERVER_ERROR = 3, 500

_Answer = TypeVar("_Answer")


class Ask(Protocol):
    """A GET at the server: its JSON, or a ConnectorError."""

    def __call__(
        self, path: str, *, query: Mapping[str, str | int] | None = None, limit_bytes: int = ...
    ) -> object: ...


@dataclass(kw_only=True)
class _Found:
    """What a collection has found so far. `ours`: our newest posts, those that are no news among them. `nested`: citizens' answers to
    comments, each with its thread. `failed`: threads that the server could not list."""

    ours: dict[str, IncomingThread] = field(default_factory=dict)
    threads: dict[str, IncomingThread] = field(default_factory=dict)
    comments: dict[str, IncomingComment] = field(default_factory=dict)
    nested: dict[str, str] = field(default_factory=dict)
    swept: dict[str, datetime] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    failed: int = 0


class Talk:
    """One collection. `account`: the id of the account that collects."""

    def __init__(self, ask: Ask, *, account: str, now: Now) -> None:
        self._ask, self._account, self._now = ask, account, now

    def collect(self, cursor: Frozen, threads: Sequence[str]) -> Collected:
        found = _Found(nested=_pairs(cursor.get("nested")))
        mentions, mention_cursor = self._mentions(_text(cursor, "mention"))
        posts_at = self._own_posts(found, _moment(cursor, "posts_at"))
        newest = sorted(found.threads.values(), key=lambda each: each.written_at, reverse=True)[:LOOKED_UNDER]
        for thread_id in dict.fromkeys([*threads, *(each.remote_id for each in newest)]):
            self._sweep(found, thread_id)
        for mention in mentions:
            if mention.said is not None and mention.said.remote_id not in found.comments:
                self._mentioned(found, mention.said)
        return Collected(
            threads=tuple(found.threads.values()),
            comments=tuple(found.comments.values()),
            cursor={
                "mention": mention_cursor,
                "posts_at": posts_at.isoformat() if posts_at else None,
                "nested": [f"{thread}/{each}" for each, thread in list(found.nested.items())[-REMEMBERED:]],
            },
            swept={each: found.swept[each] for each in threads if each in found.swept},
            gone=frozenset(found.gone),
        )

    # --- mentions ---

    def _mentions(self, since: str | None) -> tuple[list[Mention], str | None]:
        """New mentions, and where to begin next time: behind the newest of them by the overlap, so that those come again."""
        found, whole = self._onward(since) if since else self._backward()
        if not found:
            return [], since
        newest = max(each.at for each in found)
        # Where there is more than was read, the next collection goes on from here: an overlap that is full would never end.
        old = [each for each in found if not whole or each.at < newest - OVERLAP]
        return found, max(old, key=lambda each: each.at).remote_id if old else since

    def _onward(self, since: str) -> tuple[list[Mention], bool]:
        """Those behind the cursor, the oldest first, so that none is lost however many there are."""
        found: list[Mention] = []
        for _ in range(PAGES):
            page = self._page({"min_id": since})
            found += page
            if len(page) < PAGE:
                return found, True
            since = max(page, key=lambda each: each.at).remote_id
        return found, False

    def _backward(self) -> tuple[list[Mention], bool]:
        """At the first collection: the newest first, as far back as one reaches."""
        since, found, query = self._now() - FIRST_REACH, list[Mention](), dict[str, str]()
        for _ in range(PAGES):
            page = self._page(query)
            found += [each for each in page if each.at >= since]
            if len(page) < PAGE or min(each.at for each in page) < since:
                break
            query = {"max_id": min(page, key=lambda each: each.at).remote_id}
        return found, True

    def _page(self, where: Mapping[str, str]) -> list[Mention]:
        query: dict[str, str | int] = {"types[]": "mention", "limit": PAGE, **where}
        return _read(reading.mentions, self._ask("/api/v1/notifications", query=query))

    def _mentioned(self, found: _Found, said: Said) -> None:
        """A mention that no sweep has met: its thread is found by going up from it."""
        root = said
        if said.reply_to is not None and said.reply_to in found.ours:
            thread = found.threads[said.reply_to] = found.ours[said.reply_to]
            self._add(found, said, thread)
            return
        if said.reply_to is not None:
            try:
                above, _ = self._context(said.remote_id, "ancestors")
            except ConnectorError as error:
                if error.remedy is not Remedy.GONE:
                    raise
                return  # it was taken away since we were told of it
            root = next((each for each in above if each.reply_to is None), above[0]) if above else said
        if not root.is_open:
            return  # it began as a direct message
        thread = found.threads.setdefault(root.remote_id, reading.thread(root, account=self._account))
        if root is not said and not thread.own and reading.speaks_to(self._account, root, frozenset()):
            self._add(found, root, thread)
        self._add(found, said, thread)

    # --- threads ---

    def _own_posts(self, found: _Found, posts_at: datetime | None) -> datetime | None:
        """Our own new posts are threads, however they came there. The moment of the newest."""
        since, behind = posts_at - OVERLAP if posts_at else self._now() - FIRST_REACH, None
        newest = posts_at
        for _ in range(PAGES):
            query: dict[str, str | int] = {"limit": PAGE, "exclude_replies": "true", "exclude_reblogs": "true"}
            if behind is not None:
                query["max_id"] = behind
            answer = self._ask(f"/api/v1/accounts/{_in_path(self._account)}/statuses", query=query)
            page, _ = _read(reading.listed, answer)
            posts = [each for each in page if each.is_open and each.reply_to is None and not each.is_boost]
            found.ours |= {each.remote_id: reading.thread(each, account=self._account) for each in posts}
            found.threads |= {each.remote_id: found.ours[each.remote_id] for each in posts if each.written_at >= since}
            newest = max([each.written_at for each in posts] + ([newest] if newest else []), default=None)
            if len(page) < PAGE or min(each.written_at for each in page) < since:
                break
            behind = min(page, key=lambda each: each.written_at).remote_id
        return min(newest, self._now()) if newest else None

    def _sweep(self, found: _Found, thread_id: str) -> None:
        """One thread whole. Where it is ours, everything under it speaks to us; else what names us, what we wrote, and what answers that."""
        moment = self._now()
        beginning: list[Said] = []
        try:
            thread = found.ours.get(thread_id)
            if thread is None:
                root = _read(reading.said, self._ask(f"/api/v1/statuses/{_in_path(thread_id)}"))
                thread = reading.thread(root, account=self._account)
                beginning = [] if thread.own else [root]
            below, whole = self._context(thread_id, "descendants")
            below += self._fallen_out(found, thread_id, {each.remote_id for each in below})
        except ConnectorError as error:
            if error.remedy is Remedy.GONE:
                found.threads.pop(thread_id, None)
                found.gone.add(thread_id)
            elif not self._passed_over(found, error):
                raise
            return
        found.threads[thread_id] = thread
        everything = [each for each in beginning + below if each.is_open]
        ours = {each.remote_id for each in everything if each.author_id == self._account}
        for each in everything:
            if thread.own or reading.speaks_to(self._account, each, ours) or each.remote_id in found.nested:
                self._add(found, each, thread)
        if whole and len(below) < CONTEXT_LIMIT:
            found.swept[thread_id] = moment

    @staticmethod
    def _passed_over(found: _Found, error: ConnectorError) -> bool:
        """Whether one thread's trouble is that thread's alone: then the others are read, and it is not said to be listed whole.

        What is too long to be listed is followed by its mentions alone. More than a few in trouble are the server's or the token's trouble.
        """
        if error.code == "too_large":
            return True
        theirs = error.remedy in (Remedy.REWRITE, Remedy.NOT_ALLOWED) or (error.status or 0) >= SERVER_ERROR
        found.failed += theirs
        return theirs and found.failed <= PASSED_OVER

    def _context(self, status_id: str, side: str) -> tuple[list[Said], bool]:
        answer = self._ask(f"/api/v1/statuses/{_in_path(status_id)}/context", limit_bytes=THREAD_BYTES)
        return _read(lambda told: reading.listed(told, key=side), answer)

    def _fallen_out(self, found: _Found, thread_id: str, listed: set[str]) -> list[Said]:
        """Citizens' answers to comments that the thread's listing has lost: those that still stand, since only what they answered is gone."""
        standing: list[Said] = []
        for each in [each for each, thread in found.nested.items() if thread == thread_id and each not in listed]:
            try:
                standing.append(_read(reading.said, self._ask(f"/api/v1/statuses/{_in_path(each)}")))
            except ConnectorError as error:
                if error.remedy is not Remedy.GONE:
                    raise
                del found.nested[each]
        return standing

    def _add(self, found: _Found, said: Said, thread: IncomingThread) -> None:
        comment = reading.comment(said, thread_id=thread.remote_id, account=self._account, begun_by_us=thread.own)
        found.comments[said.remote_id] = comment
        if not comment.own and comment.parent_id is not None:
            found.nested[said.remote_id] = thread.remote_id


def _read(how: Callable[[object], _Answer], answer: object) -> _Answer:
    try:
        return how(answer)
    except Unreadable:
        raise ConnectorError(Remedy.WAIT, "broken_answer") from None


def _text(cursor: Frozen, name: str) -> str | None:
    kept = cursor.get(name)
    return kept if isinstance(kept, str) and kept else None


def _pairs(kept: object) -> dict[str, str]:
    """The comments that answered others, each with its thread, as the cursor keeps them."""
    pairs = (each.rpartition("/") for each in kept if isinstance(each, str)) if isinstance(kept, Sequence) else ()
    return {comment: thread for thread, slash, comment in pairs if slash}


def _moment(cursor: Frozen, name: str) -> datetime | None:
    try:
        return instant(cursor.get(name))
    except Unreadable:
        return None


def _in_path(remote_id: str) -> str:
    return quote(remote_id, safe="")
