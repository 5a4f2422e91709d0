"""The language ledger of a year: per channel and for the municipality, in a handful of questions whatever the number of posts.

Reads only. What counts as what stands in domain/ledger. Whoever may read sees every figure, since figures are no texts; the title of a post
out of turn is told to those who may see that post.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from scheduler.domain import ledger
from scheduler.domain.access import Actor, Deed
from scheduler.domain.ledger import Alarm, Break, Entry, Month, Point, Tally
from scheduler.domain.posting_rules import Alternation
from scheduler.queries.ledgerrows import OUT, Rules, channels_of, natives, placed, published, rules_of, same, sees, span
from scheduler.queries.tabs import reach_of
from scheduler.store.database import municipality_of
from scheduler.store.tables import Channel, Post, Publication, Thread

#: So much of a post that has no title tells which it is.
_EXCERPT = 120


@dataclass(frozen=True, kw_only=True)
class ChannelLedger:
    """One channel's year. `language`: the fixed one, where it has one; then it takes no turns, and no breaks are counted."""

    id: int
    name: str
    platform: str
    unit_name: str | None
    active: bool
    language: str | None
    alternation: Alternation
    floor_percent: int
    out: Tally
    ahead: Tally
    breaks: tuple[Break, ...]
    alarm: Alarm | None
    entries: tuple[Entry, ...]

    @property
    def takes_turns(self) -> bool:
        """Whether nynorsk and bokmål take turns here."""
        return self.alternation is not Alternation.OFF


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The municipality's year. `out`, `ahead`, `alarm`: of the channels that choose between the standards; `fixed`: of the others."""

    year: int
    zone: str
    takes_turns: bool
    floor_percent: int
    channels: tuple[ChannelLedger, ...]
    out: Tally
    ahead: Tally
    fixed: Tally
    alarm: Alarm | None

    def of_channel(self, channel_id: int) -> ChannelLedger | None:
        """One channel, if it is here."""
        return next((each for each in self.channels if each.id == channel_id), None)

    def breaks(self, channel_id: int | None = None) -> tuple[Break, ...]:
        """The breaks of one channel or of all, the newest first."""
        found = [each for channel in self._chosen(channel_id) for each in channel.breaks]
        return tuple(sorted(found, key=lambda each: (each.at, each.entry.channel_id), reverse=True))

    def running(self, channel_id: int | None = None) -> tuple[Point, ...]:
        """The balance week by week: of one channel, or of all that choose between the standards."""
        chosen = (
            self._chosen(channel_id)
            if channel_id is not None
            else [each for each in self.channels if not each.language]
        )
        return ledger.running((entry for channel in chosen for entry in channel.entries), zone=self.zone)

    def months(self, channel: ChannelLedger, *, last: int) -> tuple[Month, ...]:
        """A channel's months from January to month `last`."""
        return ledger.months(channel.entries, channel.breaks, last=last, zone=self.zone)

    def _chosen(self, channel_id: int | None) -> list[ChannelLedger]:
        return [each for each in self.channels if channel_id in {None, each.id}]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a post out of turn is called, for whoever may see it; else no title, and no way there."""

    title: str | None
    post_id: int | None = None
    url: str | None = None


def of_year(session: Session, *, year: int, zone: str) -> Ledger:
    """The ledger of a calendar year in `zone`, for every channel that is in use or had posts in it."""
    begin, end = span(year, zone)
    rows = channels_of(session)
    entries = [
        *published(session, list(rows), since=begin - ledger.LOOK_BACK, until=end),
        *placed(session, since=begin, until=end),
        *natives(session, list(rows), since=begin - ledger.LOOK_BACK, until=end),
    ]
    rules = rules_of(session)
    found: dict[int, list[Entry]] = {channel_id: [] for channel_id in rows}
    for entry in entries:
        found[entry.channel_id].append(entry)
    every = [_of_channel(*row, found[channel_id], rules, begin) for channel_id, row in rows.items()]
    channels = tuple(each for each in every if each.active or each.entries)
    choosing = [each for each in channels if each.language is None]
    alternation, floor_percent = rules(None)
    out = sum((each.out for each in choosing), Tally())
    turns = alternation is not Alternation.OFF
    return Ledger(
        year=year,
        zone=zone,
        takes_turns=turns,
        floor_percent=floor_percent,
        channels=channels,
        out=out,
        ahead=sum((each.ahead for each in choosing), Tally()),
        fixed=sum((each.out for each in channels if each.language), Tally()),
        alarm=ledger.alarm(out, floor_percent=floor_percent) if turns else None,
    )


def first_out(session: Session) -> datetime | None:
    """When the first post came out."""
    found: datetime | None = session.execute(
        select(func.min(col(Publication.published_at))).where(
            col(Publication.municipality_id) == municipality_of(session), col(Publication.state).in_(OUT)
        )
    ).scalar()
    return found


def told(session: Session, actor: Actor | None, broken: Sequence[Break]) -> dict[Entry, Told]:
    """What the posts of these breaks are called: the title, or the beginning of what was posted past us; nothing where `actor` may not see it."""
    within = reach_of(actor, Deed.READ)
    ours = {entry.publication_id: entry for each in broken if not (entry := each.entry).native}
    theirs = {entry.thread_id: entry for each in broken if (entry := each.entry).native}
    found = {each.entry: Told(title=None) for each in broken}
    if ours:
        for publication_id, post_id, title, url, *units in session.execute(
            select(
                col(Publication.id), col(Post.id), col(Post.title), col(Publication.url),
                col(Channel.unit_id), col(Post.unit_id),
            )
            .join(Post, same(session, Post, col(Post.id) == col(Publication.post_id)))
            .join(Channel, same(session, Channel, col(Channel.id) == col(Publication.channel_id)))
            .where(same(session, Publication, col(Publication.id).in_(list(ours))))
        ):  # fmt: skip
            if sees(within, units):
                found[ours[publication_id]] = Told(title=title, post_id=post_id, url=url)
    if theirs:
        for thread_id, text, url, unit_id in session.execute(
            select(col(Thread.id), func.substr(col(Thread.text), 1, _EXCERPT), col(Thread.url), col(Channel.unit_id))
            .join(Channel, same(session, Channel, col(Channel.id) == col(Thread.channel_id)))
            .where(same(session, Thread, col(Thread.id).in_(list(theirs))))
        ):
            if sees(within, [unit_id]):
                found[theirs[thread_id]] = Told(title=" ".join(text.split()) or None, url=url)
    return found


def _of_channel(
    channel: Channel, unit_name: str | None, entries: Sequence[Entry], rules: Rules, begin: datetime
) -> ChannelLedger:
    alternation, floor_percent = rules(channel.pk)
    if channel.language is not None:
        alternation = Alternation.OFF
    in_year = tuple(sorted((each for each in entries if each.at >= begin and not each.ahead), key=lambda each: each.at))
    turns = alternation is not Alternation.OFF
    out = ledger.tally(in_year)
    return ChannelLedger(
        id=channel.pk,
        name=channel.name,
        platform=channel.platform,
        unit_name=unit_name,
        active=channel.active,
        language=channel.language,
        alternation=alternation,
        floor_percent=floor_percent,
        out=out,
        ahead=ledger.tally(each for each in entries if each.ahead),
        breaks=ledger.breaks(entries, since=begin) if turns else (),
        alarm=ledger.alarm(out, floor_percent=floor_percent) if turns and channel.active else None,
        entries=in_year,
    )
