"""What a collection means for the threads and comments we know: which are new, which say something else, which are gone.

Writes in small transactions; each is whole, so that one which is broken off is made good by doing all of it again, also beside another who
does the same. Goes nowhere. What becomes of an enquiry, enquiring.py says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session

from connectors.contract import Collected, IncomingComment, IncomingThread
from connectors.contract import Visibility as Shown
from scheduler.domain import languages
from scheduler.domain.enquiries import Origin, Silent, Visibility, silence
from scheduler.domain.sla import Clock, Started, clock_of
from scheduler.errors import LostRace
from scheduler.log import logger
from scheduler.services import arrivals, enquiring, planning
from scheduler.services.intake import AT_ONCE, chunks, until_won
from scheduler.services.native_answers import NativeAnswers, plain
from scheduler.store import channels, enquiries, talk
from scheduler.store.database import Database
from scheduler.store.tables import Channel, Comment, Thread

#: A comment that opens or settles an enquiry writes this many rows: itself, the enquiry, the line in the history.
_OPENING = 3
#: No platform is older, and no clock goes further ahead: what lies outside could not be shown on our walls.
_FIRST, _AHEAD = datetime(2000, 1, 1, tzinfo=UTC), timedelta(days=366)
#: So much of a text tells its language.
_READ = 4_000

_log = logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How many comments of a collection were new, changed, gone and as before."""

    new: int
    changed: int
    gone: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class _Work:
    """One channel's collection on its way in. `began`: before the platform was asked, so what we did since then is newer than its word;
    `history_before`: what was written before that, when nobody listened here yet, waits for nobody; `brought`: the comments' remote ids; `our_names`: what our account is called."""

    db: Database
    municipality_id: int
    channel_id: int
    began: datetime
    now: datetime
    history_before: datetime | None
    brought: frozenset[str]
    our_names: frozenset[str]
    answers: NativeAnswers

    def new_threads(self, threads: Sequence[IncomingThread]) -> None:
        with self.db.begin(self.municipality_id) as session:
            channel = channels.channel(session, self.channel_id)
            known = talk.threads_with(session, self.channel_id, [each.remote_id for each in threads])
            under_way = {
                _squeezed(text): publication_id for publication_id, text in talk.may_be_out(session, channel.pk)
            }
            rows = [
                self._thread_row(session, channel, each, under_way) for each in threads if each.remote_id not in known
            ]
            written = talk.add_threads(session, rows)
            if written and any(row["origin"] is Origin.NATIVE for row in rows):
                planning.replan(session, channel_id=channel.pk, now=self.now, by_native=True)
            for each in threads:
                if each.remote_id in known:
                    _bring_up_to_date(session, known[each.remote_id], each)

    def _thread_row(
        self, session: Session, channel: Channel, incoming: IncomingThread, under_way: Mapping[str, int]
    ) -> dict[str, Any]:
        publication_id, origin = None, Origin.NATIVE
        if incoming.own:
            published = talk.publication_at(session, channel.pk, incoming.remote_id)
            publication_id = published.pk if published else under_way.get(_squeezed(incoming.text))
            origin = Origin.OURS if publication_id is not None else Origin.NATIVE
        else:
            speaks = incoming.remote_id in self.brought and not self._names_us(incoming.text)
            origin = Origin.VISITOR if speaks else Origin.MENTION
        return {
            "channel_id": channel.pk,
            "publication_id": publication_id,
            "remote_id": incoming.remote_id,
            "origin": origin,
            "text": incoming.text,
            "url": incoming.url,
            "author_name": incoming.author_name,
            "language": language_of(incoming.text),
            "written_at": self._on_a_wall(incoming.written_at),
            "seen_at": self.now,
            "active_at": min(incoming.written_at, self.now),
        }

    def _names_us(self, text: str) -> bool:
        folded = text.casefold()
        return any(f"@{name.casefold()}" in folded for name in self.our_names)

    def comments(self, some: Sequence[IncomingComment]) -> int:
        """Take in some comments, oldest first. Gives how many were not there yet."""
        try:
            with self.db.begin(self.municipality_id) as session:
                return self._comments(session, some)
        except LostRace:
            self.answers.forget()
            raise

    def _comments(self, session: Session, some: Sequence[IncomingComment]) -> int:
        found = talk.threads_with(session, self.channel_id, [each.thread_id for each in some])
        held = sorted(found.values(), key=lambda each: each.pk)
        threads = {each.remote_id: enquiries.lock_thread(session, each.pk) for each in held}
        known = talk.comments_with(session, self.channel_id, [each.remote_id for each in some])
        for thread in threads.values():
            self.answers.look(session, thread)
        fresh = [each for each in some if each.remote_id not in known]
        written = talk.add_comments(session, [self._comment_row(each, threads[each.thread_id]) for each in fresh])
        for each in some:
            thread = threads[each.thread_id]
            thread.active_at = max(thread.active_at, min(each.edited_at or each.written_at, self.now))
            session.add(thread)
            if each.remote_id in written:
                self._arrived(session, thread, written[each.remote_id])
            elif each.remote_id in known:
                self._changed(session, thread, known[each.remote_id], each)
        return len(written)

    def _comment_row(self, incoming: IncomingComment, thread: Thread) -> dict[str, Any]:
        hidden = incoming.visibility is Shown.HIDDEN
        return {
            "channel_id": self.channel_id,
            "thread_id": thread.pk,
            "remote_id": incoming.remote_id,
            "parent_remote_id": incoming.parent_id,
            "author_remote_id": incoming.author_id,
            "author_name": incoming.author_name,
            "text": incoming.text,
            "url": incoming.url,
            "language": language_of(incoming.text) or incoming.language,
            "own": incoming.own,
            "visibility": Visibility.HIDDEN if hidden else Visibility.VISIBLE,
            "silent": None if incoming.own else self._silence(incoming.text),
            "written_at": self._on_a_wall(incoming.written_at),
            "edited_at": min(incoming.edited_at, self.now) if incoming.edited_at else None,
            "seen_at": self.now,
            "hidden_at": self.now if hidden else None,
        }

    def _arrived(self, session: Session, thread: Thread, comment: Comment) -> None:
        if comment.own:
            self.answers.own(session, thread, comment, now=self.now)
            return
        long_ago = self.history_before is not None and comment.written_at < self.history_before
        if comment.silent is not None or comment.hidden_at is not None or long_ago:
            return
        clock = clock_of(written_at=comment.written_at, seen_at=self.now, lacked_at=thread.swept_at)
        self._waits(session, thread, comment, clock)

    def _waits(self, session: Session, thread: Thread, comment: Comment, clock: Clock) -> None:
        enquiring.receive(session, comment, clock, now=self.now)
        self.answers.citizen(session, thread, comment, now=self.now)

    def _changed(self, session: Session, thread: Thread, comment: Comment, incoming: IncomingComment) -> None:
        was_hidden = comment.hidden_at is not None
        shown = self._show(comment, incoming)
        said = self._say(session, comment, incoming)
        session.add(comment)
        session.flush()
        if comment.own or not (shown or said):
            return
        if comment.enquiry_id is not None:
            if said:
                enquiring.edited(session, comment, now=self.now)
                self.answers.citizen(session, thread, comment, now=self.now)
            if shown:
                enquiring.refresh(session, comment.enquiry_id, now=self.now)
            return
        comment.silent = self._silence(comment.text)
        if comment.silent is None and comment.visibility is Visibility.VISIBLE:
            at = min(comment.edited_at or self.now, self.now)
            if said:
                self._waits(session, thread, comment, Clock(at, Started.EDITED))
            elif was_hidden:
                self._waits(session, thread, comment, Clock(self.now, Started.NOT_SEEN_BEFORE))

    def _on_a_wall(self, at: datetime) -> datetime:
        return min(max(at, _FIRST), self.now + _AHEAD)

    def _silence(self, text: str) -> Silent | None:
        return silence(text, our_names=self.our_names)

    def _show(self, comment: Comment, incoming: IncomingComment) -> bool:
        """Whether the public sees another thing now than we knew of. What was done while the platform was asked counts more."""
        since = max((at for at in (comment.hidden_at, comment.gone_at) if at is not None), default=self.began)
        if since > self.began or not _stands_otherwise(comment, incoming):
            return False
        hidden = incoming.visibility is Shown.HIDDEN
        comment.visibility = Visibility.HIDDEN if hidden else Visibility.VISIBLE
        comment.hidden_at = (comment.hidden_at or self.now) if hidden else None
        comment.gone_at = None
        return True

    def _say(self, session: Session, comment: Comment, incoming: IncomingComment) -> bool:
        """Whether the comment says something else now; what it said is kept."""
        if not _says_otherwise(comment, incoming):
            return False
        talk.keep_version(session, comment, replaced_at=min(incoming.edited_at or self.now, self.now))
        comment.text, comment.edited_at = incoming.text, min(incoming.edited_at or self.now, self.now)
        comment.author_name, comment.url = incoming.author_name or comment.author_name, incoming.url or comment.url
        comment.language = language_of(comment.text) or incoming.language
        return True

    def gone(self, thread_id: int, comment_ids: Sequence[int]) -> int:
        """These comments are away: the text stays, the enquiry is told."""
        with self.db.begin(self.municipality_id) as session:
            enquiries.lock_thread(session, thread_id)
            found = talk.standing(session, comment_ids)
            for comment in found:
                comment.visibility, comment.gone_at = Visibility.DELETED, self.now
                session.add(comment)
            session.flush()
            for enquiry_id in sorted({each.enquiry_id for each in found if each.enquiry_id is not None}):
                enquiring.touch(session, enquiries.lock(session, enquiry_id), at=self.now)
                enquiring.refresh(session, enquiry_id, now=self.now)
        return len(found)

    def missing(self, swept: Mapping[str, datetime]) -> Iterator[tuple[int, list[int]]]:
        """(thread, comments) that were listed when we last looked, and are not in a whole listing now."""
        with self.db.read(self.municipality_id) as session:
            away = {
                thread.pk: [
                    comment_id
                    for comment_id, remote_id in talk.standing_in(session, thread.pk, seen_by=swept[thread.remote_id])
                    if remote_id not in self.brought
                ]
                for thread in talk.threads_with(session, self.channel_id, swept).values()
            }
        for thread_id, comment_ids in away.items():
            for some in chunks(comment_ids, AT_ONCE // _OPENING):
                yield thread_id, some

    def threads_gone(self, remote_ids: Iterable[str]) -> int:
        """These threads no longer stand there; where somebody else began one, what they said there went with it."""
        with self.db.begin(self.municipality_id) as session:
            found = talk.threads_with(session, self.channel_id, remote_ids)
            away = [thread for thread in found.values() if thread.gone_at is None]
            for thread in away:
                thread.gone_at = self.now
                session.add(thread)
            beginnings = talk.comments_with(session, self.channel_id, [each.remote_id for each in away])
            first = [(each.thread_id, each.pk) for each in beginnings.values() if not each.own and each.gone_at is None]
        return sum(self.gone(thread_id, [comment_id]) for thread_id, comment_id in first)


def take(
    db: Database,
    *,
    municipality_id: int,
    channel_id: int,
    collected: Collected,
    began: datetime,
    now: datetime,
    history_before: datetime | None = None,
) -> Taken:
    """Keep what a collection brought: all of it, but for how far the channel has been collected, which is written after this."""
    comments = arrivals.comments_of(collected)
    arriving = defaultdict[str, dict[str, str | None]](dict)
    for each in comments:
        if each.own:
            arriving[each.thread_id][each.remote_id] = each.parent_id
    threads = arrivals.threads_of(collected)
    with db.read(municipality_id) as session:
        our_names = _names_of(channels.channel(session, channel_id))
        standing = talk.threads_with(session, channel_id, {each.thread_id for each in comments} | threads.keys())
        known = talk.comments_with(session, channel_id, [each.remote_id for each in comments])
    work = _Work(
        db=db,
        municipality_id=municipality_id,
        channel_id=channel_id,
        began=began,
        now=now,
        history_before=history_before,
        brought=frozenset(each.remote_id for each in comments),
        our_names=our_names,
        answers=NativeAnswers(channel_id, arriving),
    )
    to_write = [
        each
        for each in threads.values()
        if each.remote_id not in standing or _is_otherwise(standing[each.remote_id], each)
    ]
    for some in chunks(to_write, AT_ONCE):
        until_won(partial(work.new_threads, some))
    placed = [each for each in comments if each.thread_id in threads or each.thread_id in standing]
    if len(placed) != len(comments):
        _log.warning("comments of no thread that we know", channel=channel_id, count=len(comments) - len(placed))
    away = [known[each.remote_id] for each in placed if _went(known.get(each.remote_id), each)]
    fresh = [each for each in placed if each.remote_id not in known and each.visibility is not Shown.DELETED]
    changed = [each for each in placed if _differs(known.get(each.remote_id), each)]
    batches = _batches(sorted([*fresh, *changed], key=_in_order), known)
    new = sum(until_won(partial(work.comments, batch)) for batch in batches)
    gone = sum(until_won(partial(work.gone, each.thread_id, [each.pk])) for each in away)
    for thread_id, comment_ids in work.missing(collected.swept):
        gone += until_won(partial(work.gone, thread_id, comment_ids))
    if collected.gone:
        gone += work.threads_gone(collected.gone)
    unchanged = len(placed) - new - len(changed) - len(away)
    return Taken(new=new, changed=len(changed), gone=gone, unchanged=unchanged)


def language_of(text: str) -> str | None:
    """Nynorsk, bokmål, or None where it cannot be told."""
    return languages.detect(text[:_READ]).language


def _in_order(comment: IncomingComment) -> tuple[datetime, str]:
    return comment.written_at, comment.remote_id


def _differs(known: Comment | None, incoming: IncomingComment) -> bool:
    if known is None or incoming.visibility is Shown.DELETED:
        return False
    return _stands_otherwise(known, incoming) or _says_otherwise(known, incoming)


def _stands_otherwise(known: Comment, incoming: IncomingComment) -> bool:
    return known.gone_at is not None or (known.visibility is Visibility.HIDDEN) != (incoming.visibility is Shown.HIDDEN)


def _says_otherwise(known: Comment, incoming: IncomingComment) -> bool:
    """Not where what is told is older than what we know; nor where the platform has but put a name before an answer of ours."""
    if known.own and incoming.edited_at is None and plain(incoming.text) == plain(known.text):
        return False
    older = known.edited_at is not None and incoming.edited_at is not None and incoming.edited_at < known.edited_at
    return incoming.text != known.text and not older


def _went(known: Comment | None, incoming: IncomingComment) -> bool:
    return known is not None and known.gone_at is None and incoming.visibility is Shown.DELETED


def _batches(comments: Iterable[IncomingComment], known: Mapping[str, Comment]) -> Iterator[list[IncomingComment]]:
    """As many as one small transaction may hold: whoever speaks for the first time in it may open an enquiry."""
    batch, rows, speakers = list[IncomingComment](), 0, set[tuple[str, str]]()
    for each in comments:
        speaker = (each.thread_id, each.author_id or each.remote_id)
        cost = 1 if each.own or (speaker in speakers and each.remote_id not in known) else _OPENING
        if batch and rows + cost > AT_ONCE:
            yield batch
            batch, rows, speakers = [], 0, set()
        batch.append(each)
        rows += cost
        speakers.add(speaker)
    if batch:
        yield batch


def _is_otherwise(thread: Thread, incoming: IncomingThread) -> bool:
    return thread.gone_at is not None or thread.text != incoming.text or thread.url != (incoming.url or thread.url)


def _bring_up_to_date(session: Session, thread: Thread, incoming: IncomingThread) -> None:
    if _is_otherwise(thread, incoming):
        thread.text, thread.url, thread.gone_at = incoming.text, incoming.url or thread.url, None
        thread.author_name = incoming.author_name or thread.author_name
        session.add(thread)


def _names_of(channel: Channel) -> frozenset[str]:
    """@fjordvik@platform.example is called so there, and fjordvik; people may write the channel's own name."""
    account = (channel.remote_name or "").lstrip("@")
    return frozenset({channel.name, account, account.partition("@")[0]} - {""})


def _squeezed(text: str) -> str:
    return " ".join(text.split())
