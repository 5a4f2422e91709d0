"""The practice network's side of the contract: a platform of our own that only remembers.

Decides how each fault feels to the one who calls. Knows the network's one file through practice_store and no address in the
world; nothing published here leaves the house. Waits only where a fault asks for it, and never longer than its patience.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event
from typing import NoReturn, assert_never

from connectors import measuring
from connectors.contract import (
    Account,
    Attempt,
    Can,
    Collected,
    CommentRef,
    Complaint,
    ConnectorError,
    Frozen,
    HandsOver,
    IncomingComment,
    IncomingThread,
    Landing,
    Limits,
    Now,
    OutgoingPost,
    Receipt,
    Remedy,
    Visibility,
)
from connectors.practice_shapes import WRITES, Fault, FaultNow, NoSuchComment, NoSuchPost, PracticeComment, PracticePost
from connectors.practice_store import PracticeNetwork

LIMITS = Limits(
    characters=500,
    images=4,
    image_bytes=10_000_000,
    image_types=("image/jpeg", "image/png", "image/webp", "image/gif"),
    alt_characters=1_500,
)
#: No answer within this time is no answer at all. Shorter than any delivery's lease.
PATIENCE = timedelta(seconds=25)
#: How far our clock and a post's own time may be apart.
SKEW = timedelta(minutes=2)
#: How far back a collection looks again behind the moment of the one before.
OVERLAP = timedelta(minutes=10)


class Practice:
    """One account on the practice network.

    `public_url`: where a post can be seen, with `{remote_id}` in it, or without and then ended by the id. `wait`: takes seconds;
    a test may hand in one that does not wait.
    """

    def __init__(
        self,
        network: PracticeNetwork,
        account: str,
        *,
        now: Now,
        public_url: str | None = None,
        patience: timedelta = PATIENCE,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._network, self._account, self._now = network, account, now
        self._public_url, self._patience = public_url, patience.total_seconds()
        self._wait = wait or Event().wait

    @property
    def hands_over(self) -> HandsOver:
        return HandsOver.API

    @property
    def landing(self) -> Landing:
        """What is remembered is listed at once, and a caller who is gone has taken the request along."""
        return Landing(late=timedelta(0), visibility=timedelta(0))

    def account(self) -> Account:
        with self._call("account", ""):
            known = self._network.open_account(self._account)
        can = Can.PUBLISH | Can.IMAGES | Can.ALT_TEXT | Can.EDIT | Can.DELETE_OWN | Can.LOOK_UP
        can |= Can.READ | Can.REPLY | Can.HIDE
        return Account(
            remote_id=self._account,
            name=self._account,
            url=None,
            can=can | Can.KEY if known.honours_key else can,
            limits=LIMITS,
        )

    def complaints(self, post: OutgoingPost, limits: Limits) -> frozenset[Complaint]:
        return measuring.complaints(post, limits)

    def prepare(self, post: OutgoingPost, attempt: Attempt) -> Attempt:
        """Nothing to do beforehand: the pictures travel with the post."""
        return attempt

    def publish(self, post: OutgoingPost, attempt: Attempt) -> Receipt:
        with self._call("publish", attempt.key) as fault:
            self._read(post, fault)
            self._before_accepting(fault)
            standing = self._network.accept(
                self._account,
                key=attempt.key,
                text=post.text,
                language=post.language,
                images=post.images,
                at=self._now(),
            )
            self._after_accepting(fault)
        return self._receipt(standing)

    def find_published(self, post: OutgoingPost, attempt: Attempt) -> Receipt | None:
        with self._call("find_published", attempt.key):
            found = self._network.find(self._account, key=attempt.key, since=attempt.first_tried_at - SKEW)
        return self._receipt(found) if found else None

    def correct(self, remote_id: str, post: OutgoingPost, attempt: Attempt) -> Receipt:
        with self._call("correct", attempt.key) as fault:
            self._read(post, fault)
            self._before_accepting(fault)
            standing = self._network.rewrite(
                self._account, remote_id, text=post.text, language=post.language, at=self._now()
            )
            self._after_accepting(fault)
        return self._receipt(standing)

    def delete(self, remote_id: str) -> None:
        with self._call("delete", remote_id) as fault:
            self._before_accepting(fault)
            self._network.take_away(self._account, remote_id, at=self._now())
            self._after_accepting(fault)

    def collect(self, cursor: Frozen, threads: Sequence[str]) -> Collected:
        """As on other platforms, the listing goes by when something was written, and holds no comment under a comment.

        What is dated back beyond the overlap, answered to a comment, edited, hidden or taken away is seen when its thread is swept.
        """
        with self._call("collect", ""):
            moment = self._now()
            since = cursor.get("listed_at")
            told = self._network.talk.told(
                self._account,
                since=datetime.fromisoformat(since) - OVERLAP if isinstance(since, str) else None,
                threads=threads,
            )
        standing = {post.remote_id for post in told.posts}
        return Collected(
            threads=tuple(self._thread(post) for post in told.posts),
            comments=tuple(self._comment(comment) for comment in told.comments),
            cursor={"listed_at": moment.isoformat()},
            swept={each: moment for each in threads if each in standing},
            gone=frozenset(each for each in threads if each not in standing),
        )

    def reply(self, to: CommentRef, text: str, attempt: Attempt) -> Receipt:
        with self._call("reply", attempt.key) as fault:
            self._read(OutgoingPost(text=text), fault)
            self._before_accepting(fault)
            standing = self._network.talk.answer(
                self._account, to.remote_id, key=attempt.key, text=text, at=self._now()
            )
            self._after_accepting(fault)
        return self._answer(standing)

    def find_reply(self, to: CommentRef, text: str, attempt: Attempt) -> Receipt | None:
        with self._call("find_reply", attempt.key):
            found = self._network.talk.find(
                self._account, to.thread_id, key=attempt.key, since=attempt.first_tried_at - SKEW
            )
        return self._answer(found) if found else None

    def hide(self, comment: CommentRef) -> None:
        """From now on only the one who wrote it sees it."""
        with self._call("hide", comment.remote_id) as fault:
            self._moderate(comment, fault, hidden_at=self._now())

    def unhide(self, comment: CommentRef) -> None:
        with self._call("unhide", comment.remote_id) as fault:
            self._moderate(comment, fault, hidden_at=None)

    def _moderate(self, comment: CommentRef, fault: FaultNow, *, hidden_at: datetime | None) -> None:
        if fault.fault is Fault.REFUSE:
            raise ConnectorError(Remedy.NOT_ALLOWED, "refused", status=403)
        self._before_accepting(fault)
        self._network.talk.set_hidden(self._account, comment.remote_id, at=hidden_at)
        self._after_accepting(fault)

    def _thread(self, post: PracticePost) -> IncomingThread:
        return IncomingThread(
            remote_id=post.remote_id,
            text=post.text,
            url=self._address(post.remote_id),
            author_name=post.account,
            written_at=post.published_at,
            own=True,
            language=post.language,
        )

    def _comment(self, comment: PracticeComment) -> IncomingComment:
        return IncomingComment(
            remote_id=comment.remote_id,
            thread_id=comment.post_id,
            parent_id=comment.parent_id,
            author_id=comment.author_id,
            author_name=comment.author_name,
            text=comment.text,
            written_at=comment.written_at,
            edited_at=comment.edited_at,
            url=self._address(comment.post_id, comment.remote_id),
            own=comment.own,
            visibility=Visibility.HIDDEN if comment.hidden_at else Visibility.VISIBLE,
        )

    def _receipt(self, post: PracticePost) -> Receipt:
        return Receipt(
            remote_id=post.remote_id, url=self._address(post.remote_id), at=post.edited_at or post.published_at
        )

    def _answer(self, comment: PracticeComment) -> Receipt:
        url = self._address(comment.post_id, comment.remote_id)
        return Receipt(remote_id=comment.remote_id, url=url, at=comment.written_at)

    def _address(self, post_id: str, comment_id: str | None = None) -> str | None:
        """Where a post can be seen, or a comment under it."""
        if not self._public_url:
            return None
        template = (
            self._public_url if "{remote_id}" in self._public_url else self._public_url.rstrip("/") + "/{remote_id}"
        )
        url = template.replace("{remote_id}", post_id)
        return f"{url}?at={comment_id}#{comment_id}" if comment_id else url

    @contextmanager
    def _call(self, deed: str, key: str) -> Iterator[FaultNow]:
        """One call: written down when it arrives and when it leaves, and let through if the network lets anything through."""
        try:
            call, met = self._network.arrive(self._account, deed, key, at=self._now())
        except sqlite3.Error as error:
            raise ConnectorError(Remedy.WAIT, "practice_file", detail=str(error)) from error
        outcome = "answered"
        try:
            try:
                self._at_the_door(met)
                yield met
            except ConnectorError as error:
                outcome = error.code
                raise
            except (NoSuchPost, NoSuchComment) as error:
                outcome = "gone"
                raise ConnectorError(Remedy.GONE, "gone", status=404) from error
            finally:
                self._network.leave(call, outcome)
        except sqlite3.Error as error:
            # The file failed us after the call had come in: what it asked for may have been written before that.
            raise ConnectorError(
                Remedy.CHECK if deed in WRITES else Remedy.WAIT, "practice_file", detail=str(error)
            ) from error

    def _at_the_door(self, met: FaultNow) -> None:
        """The faults that meet every call, before it is read."""
        match met.fault:
            case Fault.RATE_LIMIT:
                back = self._now() + timedelta(seconds=met.seconds)
                raise ConnectorError(Remedy.WAIT, "rate_limited", status=429, retry_at=back)
            case Fault.DOWN:
                raise ConnectorError(Remedy.WAIT, "server_error", status=503)
            case Fault.TOKEN_DEAD:
                raise ConnectorError(Remedy.RECONNECT, "token_dead", status=401)
            case (
                Fault.NONE
                | Fault.REFUSE
                | Fault.TIME_OUT_AFTER_ACCEPTING
                | Fault.TIME_OUT_BEFORE_ACCEPTING
                | Fault.SLOW_AFTER_ACCEPTING
                | Fault.SLOW_BEFORE_ACCEPTING
            ):
                return
            case _:
                assert_never(met.fault)

    def _read(self, post: OutgoingPost, met: FaultNow) -> None:
        """The network reads what it is asked to show, and has limits of its own."""
        found = measuring.complaints(post, LIMITS)
        if found:
            raise ConnectorError(Remedy.REWRITE, min(complaint.value for complaint in found), status=422)
        if met.fault is Fault.REFUSE:
            raise ConnectorError(Remedy.REWRITE, "refused", status=422)

    def _before_accepting(self, met: FaultNow) -> None:
        if met.fault is Fault.SLOW_BEFORE_ACCEPTING:
            self._keep_waiting(met.seconds)
        elif met.fault is Fault.TIME_OUT_BEFORE_ACCEPTING:
            self._fall_silent(met.seconds)

    def _after_accepting(self, met: FaultNow) -> None:
        if met.fault is Fault.SLOW_AFTER_ACCEPTING:
            self._keep_waiting(met.seconds)
        elif met.fault is Fault.TIME_OUT_AFTER_ACCEPTING:
            self._fall_silent(met.seconds)

    def _keep_waiting(self, seconds: float) -> None:
        if seconds > self._patience:
            self._fall_silent(seconds)
        self._wait(seconds)

    def _fall_silent(self, seconds: float) -> NoReturn:
        self._wait(min(seconds, self._patience))
        raise ConnectorError(Remedy.CHECK, "timed_out")
