"""Mastodon, and every server that speaks its API.

Decides how a post or an answer is put out, found again, corrected and deleted there, and what that server's refusals mean. The idempotency key is
sent, but only Mastodon itself is known to honour it: GoToSocial and others take it and post twice. So what stands there is always
looked up in the account's own listing. Knows one server and one token; keeps neither in an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import TypeVar
from urllib.parse import quote

from connectors import mastodon_reading as reading
from connectors import mastodon_talk_reading as talk_reading
from connectors import measuring
from connectors.contract import (
    Account,
    Attempt,
    Collected,
    CommentRef,
    Complaint,
    ConnectorError,
    Frozen,
    HandsOver,
    Landing,
    Limits,
    Now,
    OutgoingImage,
    OutgoingPost,
    Receipt,
    Remedy,
)
from connectors.http import ANSWER_BYTES, READ_DEADLINE, WRITE_DEADLINE, Fetched, Http, Reading, sentence
from connectors.mastodon_talk import Talk
from connectors.mastodon_text import form

#: A post of ours may carry a time a little before our first try: two clocks.
SKEW = timedelta(minutes=2)
#: A listing that reaches this far behind our first try has shown everything that could be ours.
REACH = timedelta(minutes=5)
PAGE, PAGES = 40, 10
#: Seconds between looks at a picture that the server still works on; after the last, publishing finds out.
LOOKS = (0.3, 0.7, 1.0, 1.5)
PICTURE_PAUSE = timedelta(seconds=15)
_HOME = "/api/v1/accounts/verify_credentials"

#: status and words of a refusal → what it means. The words are a server's own; what is not here falls to the common table.
_MEANINGS: tuple[tuple[frozenset[int], re.Pattern[str], Remedy, str], ...] = tuple(
    (frozenset(statuses), re.compile(words, re.IGNORECASE), remedy, code)
    for statuses, words, remedy, code in (
        ((403,), r"scope", Remedy.NOT_ALLOWED, "scope_missing"),
        ((403,), r"login|confirm|pending|disabled|suspend|inactive", Remedy.RECONNECT, "account_disabled"),
        ((400, 422), r"not finished processing|try again in a moment", Remedy.WAIT, "picture_not_ready"),
        ((400, 422), r"character limit|too long|exceed", Remedy.REWRITE, "too_long"),
        ((400, 422), r"blank|must not be empty|no content", Remedy.REWRITE, "empty"),
        ((400, 422), r"already|media.*not found|not found.*media", Remedy.CHECK, "picture_used"),
    )
)


class Mastodon:
    """One account on one server. `server`: its origin, "https://mastodon.example"."""

    def __init__(
        self,
        http: Http,
        *,
        server: str,
        access_token: str,
        now: Now,
        deadline: timedelta = WRITE_DEADLINE,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._http, self._server, self._token, self._now = http, server.rstrip("/"), access_token, now
        self._deadline, self._wait = deadline, wait or Event().wait
        self._own_id: str | None = None

    @property
    def hands_over(self) -> HandsOver:
        return HandsOver.API

    @property
    def landing(self) -> Landing:
        """A busy server's queue may carry a request out after we hung up, and its read replicas may lag behind."""
        return Landing(late=timedelta(seconds=60), visibility=timedelta(seconds=30))

    def account(self) -> Account:
        own = reading.mapping(self._get(_HOME, reading_of=self._meaning_at_home))
        server = self._about()
        name = own.get("display_name") or own.get("acct")
        return Account(
            remote_id=_read(reading.identity, own),
            name=name if isinstance(name, str) else "",
            url=reading.address(own.get("url")),
            can=reading.abilities(server, self._scopes()),
            limits=reading.limits(server),
        )

    def complaints(self, post: OutgoingPost, limits: Limits) -> frozenset[Complaint]:
        return measuring.complaints(post, limits)

    def prepare(self, post: OutgoingPost, attempt: Attempt) -> Attempt:
        """Upload the pictures, with their alternative texts. What an earlier try uploaded and the server still has is kept."""
        if not post.images:
            return attempt
        before = _media_ids(attempt)
        if len(before) == len(post.images) and self._still_there(before):
            return attempt
        uploaded = [self._upload(image) for image in post.images]
        for seconds in LOOKS:
            if all(ready for _, ready in uploaded):
                break
            self._wait(seconds)
            uploaded = [(each, ready or self._is_ready(each)) for each, ready in uploaded]
        return replace(attempt, frozen={**attempt.frozen, "media_ids": [each for each, _ in uploaded]})

    def publish(self, post: OutgoingPost, attempt: Attempt) -> Receipt:
        asked: dict[str, object] = {"status": post.text, "visibility": "public"}
        media_ids = _media_ids(attempt)
        if post.language:
            asked["language"] = post.language
        if media_ids:
            asked["media_ids"] = media_ids
        answer = self._http.send(
            "POST",
            f"{self._server}/api/v1/statuses",
            repeatable=False,
            token=self._token,
            json=asked,
            headers={"Idempotency-Key": attempt.key},
            deadline=self._deadline,
            reading=self._meaning_with_pictures if media_ids else self._meaning_of_publish,
        )
        return _read(reading.receipt, answer.json(), Remedy.CHECK)

    def find_published(self, post: OutgoingPost, attempt: Attempt) -> Receipt | None:
        sent, pictures = form(post.text), frozenset(_media_ids(attempt))
        if not sent and not pictures:
            raise ConnectorError(Remedy.CHECK, "cannot_tell")
        return self._find(
            attempt,
            lambda status: (
                status.ours and ((sent != "" and status.form == sent) or bool(pictures.intersection(status.media_ids)))
            ),
        )

    def correct(self, remote_id: str, post: OutgoingPost, attempt: Attempt) -> Receipt:
        """Replace the text; the pictures stay. An edit that does not name the pictures would take them away, so they are read first."""
        path = f"/api/v1/statuses/{_in_path(remote_id)}"
        standing = reading.mapping(self._get(path)).get("media_attachments")
        media_ids = [_read(reading.identity, each) for each in standing] if isinstance(standing, list) else []
        asked: dict[str, object] = {"status": post.text, "media_ids": media_ids}
        if post.language:
            asked["language"] = post.language
        if media_ids and len(media_ids) == len(post.images):
            asked["media_attributes"] = [
                {"id": each, "description": image.alt_text} for each, image in zip(media_ids, post.images, strict=True)
            ]
        answer = self._http.send(
            "PUT",
            f"{self._server}{path}",
            repeatable=False,
            token=self._token,
            json=asked,
            deadline=self._deadline,
            reading=self._meaning,
        )
        return _read(reading.receipt, answer.json(), Remedy.CHECK)

    def delete(self, remote_id: str) -> None:
        self._http.send(
            "DELETE",
            f"{self._server}/api/v1/statuses/{_in_path(remote_id)}",
            repeatable=False,
            token=self._token,
            deadline=self._deadline,
            reading=self._meaning,
        )

    # --- talk ---

    def collect(self, cursor: Frozen, threads: Sequence[str]) -> Collected:
        return Talk(self._get, account=self._own(), now=self._now).collect(cursor, threads)

    def reply(self, to: CommentRef, text: str, attempt: Attempt) -> Receipt:
        """Answer as openly as was asked, naming the one who asked: whoever is not named is not told."""
        whom = self._whom(to)
        answer = self._http.send(
            "POST",
            f"{self._server}/api/v1/statuses",
            repeatable=False,
            token=self._token,
            json={
                "status": talk_reading.answering(text, whom.acct),
                "in_reply_to_id": to.remote_id,
                "visibility": whom.visibility,
            },
            headers={"Idempotency-Key": attempt.key},
            deadline=self._deadline,
            reading=self._meaning,
        )
        return _read(reading.receipt, answer.json(), Remedy.CHECK)

    def find_reply(self, to: CommentRef, text: str, attempt: Attempt) -> Receipt | None:
        """Where the comment is gone, answers to it no longer tell what they answered: any name may stand in front of the text then."""
        if not form(text):
            raise ConnectorError(Remedy.CHECK, "cannot_tell")
        try:
            sent = form(talk_reading.answering(text, self._whom(to).acct))
        except ConnectorError as error:
            if error.remedy is not Remedy.GONE:
                raise
            return self._find(
                attempt,
                lambda status: status.reply_to in (to.remote_id, None) and talk_reading.is_answer(status.form, text),
            )
        return self._find(attempt, lambda status: status.reply_to == to.remote_id and status.form == sent)

    def _whom(self, to: CommentRef) -> talk_reading.Whom:
        return _read(talk_reading.whom, self._get(f"/api/v1/statuses/{_in_path(to.remote_id)}"))

    # --- reading ---

    def _find(self, attempt: Attempt, is_it: Callable[[reading.SeenStatus], bool]) -> Receipt | None:
        """Look among our own posts and answers, from now back to behind the first try."""
        behind: str | None = None
        for _ in range(PAGES):
            page = self._listing(behind)
            for status in page:
                if status.created_at >= attempt.first_tried_at - SKEW and is_it(status):
                    return status.receipt
            if not page or min(status.created_at for status in page) < attempt.first_tried_at - REACH:
                return None
            behind = page[-1].receipt.remote_id
        raise ConnectorError(Remedy.CHECK, "cannot_tell")

    def _get(
        self,
        path: str,
        *,
        reading_of: Reading | None = None,
        query: Mapping[str, str | int] | None = None,
        limit_bytes: int = ANSWER_BYTES,
    ) -> object:
        answer = self._http.send(
            "GET",
            f"{self._server}{path}",
            repeatable=True,
            token=self._token,
            query=query,
            deadline=min(READ_DEADLINE, self._deadline),
            limit_bytes=limit_bytes,
            reading=reading_of or self._meaning,
        )
        return answer.json()

    def _own(self) -> str:
        """The id of our account, asked for once."""
        if self._own_id is None:
            self._own_id = _read(reading.identity, self._get(_HOME, reading_of=self._meaning_at_home))
        return self._own_id

    def _about(self) -> object:
        """What the server says of itself; the older page where there is no newer."""
        try:
            return self._get("/api/v2/instance")
        except ConnectorError as error:
            if error.remedy is not Remedy.GONE:
                raise
            return self._get("/api/v1/instance")

    def _scopes(self) -> Sequence[str]:
        """What the app that our token belongs to was granted; empty where the server does not tell."""
        try:
            app = self._get("/api/v1/apps/verify_credentials")
        except ConnectorError as error:
            if error.remedy in (Remedy.GONE, Remedy.NOT_ALLOWED, Remedy.RECONNECT, Remedy.REWRITE):
                return ()
            raise
        return reading.texts(reading.mapping(app).get("scopes"))

    def _listing(self, behind: str | None) -> list[reading.SeenStatus]:
        """One page of our own posts, newest first, from behind this id on."""
        query: dict[str, str | int] = {"limit": PAGE, "exclude_reblogs": "true"}
        if behind is not None:
            query["max_id"] = behind
        found = self._get(f"/api/v1/accounts/{_in_path(self._own())}/statuses", query=query)
        if not isinstance(found, list):
            raise ConnectorError(Remedy.WAIT, "broken_answer")
        return [_read(reading.seen, each) for each in found]

    # --- pictures ---

    def _upload(self, image: OutgoingImage) -> tuple[str, bool]:
        """One picture, and whether the server is done with it. Without harm twice: one that no post uses is thrown away there."""
        ending = image.content_type.partition("/")[2] or "bin"
        answer = self._http.send(
            "POST",
            f"{self._server}/api/v2/media",
            repeatable=True,
            token=self._token,
            files={"file": (f"picture.{ending}", image.content, image.content_type)},
            form={"description": image.alt_text},
            deadline=self._deadline,
            reading=self._meaning,
        )
        return _read(reading.identity, answer.json()), answer.status != 202

    def _is_ready(self, media_id: str) -> bool:
        answer = self._http.send(
            "GET",
            f"{self._server}/api/v1/media/{_in_path(media_id)}",
            repeatable=True,
            token=self._token,
            deadline=min(READ_DEADLINE, self._deadline),
            reading=self._meaning,
        )
        return answer.status != 206

    def _still_there(self, media_ids: Sequence[str]) -> bool:
        try:
            for media_id in media_ids:
                self._is_ready(media_id)
        except ConnectorError as error:
            if error.remedy is Remedy.GONE:
                return False
            raise
        return True

    # --- refusals ---

    def _meaning(self, refused: Fetched) -> ConnectorError | None:
        said = sentence(refused.body)
        for statuses, words, remedy, code in _MEANINGS:
            if refused.status in statuses and words.search(said):
                back = self._now() + PICTURE_PAUSE if remedy is Remedy.WAIT else None
                return ConnectorError(remedy, code, status=refused.status, retry_at=back, detail=said)
        return None

    def _meaning_at_home(self, refused: Fetched) -> ConnectorError | None:
        """A refusal at our own account, which is always there on a server of this kind: the address or the token is no good."""
        if refused.status in (404, 405, 410):
            return ConnectorError(Remedy.RECONNECT, "not_mastodon", status=refused.status)
        known = self._meaning(refused)
        if refused.status == 403:
            code = known.code if known else "account_disabled"
            return ConnectorError(Remedy.RECONNECT, code, status=403, detail=sentence(refused.body))
        return known

    def _meaning_of_publish(self, refused: Fetched) -> ConnectorError | None:
        if refused.status in (404, 405, 410):
            return ConnectorError(Remedy.RECONNECT, "not_mastodon", status=refused.status)
        return self._meaning(refused)

    def _meaning_with_pictures(self, refused: Fetched) -> ConnectorError | None:
        """A refused post with pictures: they may be used up because an earlier try went out, said in a language we do not know."""
        known = self._meaning_of_publish(refused)
        if known is None and refused.status in (400, 422):
            return ConnectorError(Remedy.CHECK, "picture_used", status=refused.status, detail=sentence(refused.body))
        return known


_Answer = TypeVar("_Answer")


def _read(how: Callable[[object], _Answer], answer: object, remedy: Remedy = Remedy.WAIT) -> _Answer:
    """What the answer says, or a ConnectorError where it cannot be read. After a write that means that it may have been done."""
    try:
        return how(answer)
    except reading.Unreadable:
        raise ConnectorError(remedy, "broken_answer") from None


def _media_ids(attempt: Attempt) -> list[str]:
    frozen = attempt.frozen.get("media_ids")
    return [str(each) for each in frozen] if isinstance(frozen, Sequence) and not isinstance(frozen, str) else []


def _in_path(remote_id: str) -> str:
    return quote(remote_id, safe="")
