"""The one question every door asks: may this post start here, at this moment?

Decides with codes, all at once. Knows the calendar. Knows nothing of databases, nothing of how slots are laid out, and places
nothing: see slots and planner. Source: design, "Rules the domain must know".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from scheduler.domain.calendar import day_of, holiday_on, resolve
from scheduler.domain.posting_rules import Alternation, PostingRules, is_open, openings

#: The languages that take turns. Every other one neither turns nor breaks a turn.
TURNS = frozenset({"nn", "nb"})

#: How late after its slot a post may still start, within its window.
TOLERANCE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Something that reaches the channel: placed, on its way, published, or posted natively by somebody.

    `starts_at`: the slot of ours (not the moment it got away), the platform's time for a native post. `language`: nn, nb, both, other,
    or None where not known. `planned`: holds `ordinal` in its day. `native`: posted on the platform, not through us. Neither: a service notice,
    which stands outside cap, gap and turn. A deleted post is still taken: its day and its turn were used. `beyond_cap`: a person put it
    there on a full day, with a reason; it fills the day for whatever comes after, and pushes nothing out that stands there. `breaks_turn`:
    it stands next to its own language, and that is recorded with it, so it refuses nobody who stands after it.
    """

    starts_at: datetime
    language: str | None
    publication_id: int | None
    planned: bool
    native: bool
    ordinal: int | None = None
    beyond_cap: bool = False
    campaign_id: int | None = None
    breaks_turn: bool = False

    @property
    def counts(self) -> bool:
        """Whether cap, gap and turn know of it."""
        return self.planned or self.native


class Refusal(StrEnum):
    """Why a post may not start at a moment. In this order one is named where only one can be."""

    NOT_APPROVED = "not_approved"
    CHANNEL_PAUSED = "channel_paused"
    IN_THE_PAST = "in_the_past"
    NOT_DUE = "not_due"
    LATE = "late"
    BEFORE_EARLIEST = "before_earliest"
    AFTER_LATEST = "after_latest"
    HOLIDAY = "holiday"
    OWN_DAY = "own_day"
    OUTSIDE_WINDOW = "outside_window"
    DAY_FULL = "day_full"
    TOO_CLOSE = "too_close"
    #: Another post of the same campaign is too near in days.
    CAMPAIGN = "campaign"
    TURN = "turn"
    #: Only the planner says these: another post holds the slot; it was left free for the sake of the rest; there is no slot within the
    #: weeks planned for.
    HELD = "held"
    KEPT_FREE = "kept_free"
    BEYOND_HORIZON = "beyond_horizon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A post for one channel, as far as the rules are concerned.

    `languages`: the codes it has texts in; of nn and nb the planner may choose. `chosen_at`: a time that a person chose, which stays.
    `earliest_at` and `latest_at`: both moments are themselves allowed. `excused`: rules it need not keep, since a person gave a reason
    or the planner recorded a break. `waits_since`: when it first lost a slot to the turn alone, if that was before this plan.
    `campaign_id`: what it is part of, and `campaign_apart`: how many days lie at least between two posts of it here (0: it is not spread).
    `stands_at`, `stands_as`: the slot that was announced for it, and the language; the planner moves it only where that gains something.
    """

    publication_id: int
    languages: tuple[str, ...]
    created_at: datetime
    approved: bool = True
    channel_paused: bool = False
    chosen_at: datetime | None = None
    earliest_at: datetime | None = None
    latest_at: datetime | None = None
    priority: int = 0
    waits_since: datetime | None = None
    excused: frozenset[Refusal] = frozenset()
    campaign_id: int | None = None
    campaign_apart: int = 0
    stands_at: datetime | None = None
    stands_as: str | None = None


_RANK = {refusal: rank for rank, refusal in enumerate(Refusal)}


def first_of(found: Iterable[Refusal]) -> Refusal:
    """The refusal to name where only one can be. Raises ValueError when there is none."""
    return min(found, key=_RANK.__getitem__)


def excusable(rules: PostingRules) -> frozenset[Refusal]:
    """What a person may set aside with a reason; the planner never does. STRICT turns are kept by everybody.

    The source says "should not, preferably" of all these; a post beyond the cap is a place of another kind in the database.
    """
    soft = frozenset({Refusal.OUTSIDE_WINDOW, Refusal.DAY_FULL, Refusal.TOO_CLOSE, Refusal.CAMPAIGN, Refusal.TURN})
    return soft - {Refusal.TURN} if rules.alternation is Alternation.STRICT else soft


def turn_languages(candidate: Candidate) -> tuple[str, ...]:
    """What the post may count as in its channel: of nn and nb those it has texts in, else "both" or "other"."""
    turning = tuple(dict.fromkeys(code for code in candidate.languages if code in TURNS))
    if turning:
        return turning
    return ("both",) if "both" in candidate.languages else ("other",)


def is_others_turn(language: str | None, at: datetime, taken: Iterable[Taken]) -> bool:
    """Whether a post in `language` at `at` would stand next to one in the same language, before or after it."""
    if language not in TURNS:
        return False
    turning = [other for other in taken if other.language in TURNS]
    before = max((other for other in turning if other.starts_at <= at), key=_in_order, default=None)
    after = min((other for other in turning if other.starts_at > at), key=_in_order, default=None)
    return any(neighbour is not None and neighbour.language == language for neighbour in (before, after))


def _in_order(taken: Taken) -> tuple[datetime, int]:
    return taken.starts_at, taken.publication_id or 0


def _is_too_close(at: datetime, other: Taken, rules: PostingRules) -> bool:
    return abs(other.starts_at - at) < rules.minimum_gap or other.starts_at == at


def _crowds_campaign(candidate: Candidate, day: date, other: Taken, rules: PostingRules) -> bool:
    """Whether `other` is a post of the same campaign on a day too near to `day`."""
    if candidate.campaign_id is None or other.campaign_id != candidate.campaign_id:
        return False
    return abs((day_of(other.starts_at, rules.zone) - day).days) < candidate.campaign_apart


def refusals(
    candidate: Candidate,
    at: datetime,
    *,
    language: str | None,
    taken: Iterable[Taken],
    rules: PostingRules,
    now: datetime,
    automatic: bool,
) -> frozenset[Refusal]:
    """Every rule that forbids this post, as `language`, to start at `at`. Empty: it may.

    Asked when planned, approved, dragged, through the command line and (see `due_refusals`) when sent. `taken` is all that reaches the
    channel, back to the last post in nn or nb; the post's own place among it is left out. `automatic`: the planner chose the time, not a
    person; only then do holidays and own days refuse. Days are counted in the rules' zone, over everything including native posts.
    """
    others = [
        other
        for other in taken
        if other.counts and (other.publication_id is None or other.publication_id != candidate.publication_id)
    ]
    day = day_of(at, rules.zone)
    on_the_day = sum(day_of(other.starts_at, rules.zone) == day for other in others)
    asked = {
        Refusal.NOT_APPROVED: not candidate.approved,
        Refusal.CHANNEL_PAUSED: candidate.channel_paused,
        Refusal.IN_THE_PAST: at < now,
        Refusal.BEFORE_EARLIEST: candidate.earliest_at is not None and at < candidate.earliest_at,
        Refusal.AFTER_LATEST: candidate.latest_at is not None and at > candidate.latest_at,
        Refusal.HOLIDAY: automatic and rules.skip_holidays and holiday_on(day) is not None,
        Refusal.OWN_DAY: automatic and day in rules.own_days,
        Refusal.OUTSIDE_WINDOW: not is_open(at, rules),
        Refusal.DAY_FULL: on_the_day >= rules.max_per_day,
        Refusal.TOO_CLOSE: any(_is_too_close(at, other, rules) for other in others),
        Refusal.CAMPAIGN: any(_crowds_campaign(candidate, day, other, rules) for other in others),
        Refusal.TURN: rules.alternation is not Alternation.OFF and is_others_turn(language, at, others),
    }
    return frozenset(refusal for refusal, found in asked.items() if found) - (candidate.excused & excusable(rules))


def due_refusals(
    candidate: Candidate,
    slot_at: datetime,
    *,
    language: str | None,
    taken: Iterable[Taken],
    rules: PostingRules,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> frozenset[Refusal]:
    """The same question at the moment of sending, for a post whose slot was `slot_at`. Empty: it may start now.

    Only what came before it can refuse it: of three on a full day the last one gives way, not the first; and what a person put beyond
    the cap takes nobody's place. A post may start up to `tolerance`
    after its slot (that moment included), if it is still the same day and, where the slot lay in a window, that window is open; else it is
    LATE: it lapses and is placed anew. So nothing that was held up goes out at midnight.
    """
    own_place = (slot_at, candidate.publication_id)
    came_before = [
        other for other in taken if (other.starts_at <= now if other.native else _in_order(other) < own_place)
    ]
    found = set(
        refusals(
            candidate,
            slot_at,
            language=language,
            taken=[other for other in came_before if not other.beyond_cap],
            rules=rules,
            now=min(now, slot_at),
            automatic=candidate.chosen_at is None,
        )
    ) - {Refusal.TURN}
    if _follows_its_own(language, came_before, rules) and Refusal.TURN not in candidate.excused & excusable(rules):
        found.add(Refusal.TURN)
    if now < slot_at:
        found.add(Refusal.NOT_DUE)
    if now > slot_at + tolerance or _left_its_window(slot_at, now, rules):
        found.add(Refusal.LATE)
    if candidate.latest_at is not None and now > candidate.latest_at:
        found.add(Refusal.AFTER_LATEST)
    return frozenset(found)


def _follows_its_own(language: str | None, came_before: Iterable[Taken], rules: PostingRules) -> bool:
    """Whether what stood before it is in the same language, and nothing is recorded there about that."""
    turning = [other for other in came_before if other.counts and other.language in TURNS]
    before = max(turning, key=_in_order, default=None)
    if rules.alternation is Alternation.OFF or before is None or language not in TURNS:
        return False
    return before.language == language and not before.breaks_turn


def lapses_at(
    candidate: Candidate, slot_at: datetime, *, rules: PostingRules, tolerance: timedelta = TOLERANCE
) -> datetime:
    """From when on a post whose slot was `slot_at` may not start any more, whatever held it up: what `due_refusals` calls LATE, as a moment."""
    day = day_of(slot_at, rules.zone)
    ends = [slot_at + tolerance, resolve(datetime.combine(day + timedelta(days=1), time.min), rules.zone).at]
    ends += [opening.closes_at for opening in openings(day, rules) if opening.opens_at <= slot_at < opening.closes_at]
    if candidate.latest_at is not None:
        ends.append(candidate.latest_at)
    return min(ends)


def _left_its_window(slot_at: datetime, now: datetime, rules: PostingRules) -> bool:
    day = day_of(slot_at, rules.zone)
    if now >= slot_at and day_of(now, rules.zone) != day:
        return True
    return any(opening.opens_at <= slot_at < opening.closes_at <= now for opening in openings(day, rules))
