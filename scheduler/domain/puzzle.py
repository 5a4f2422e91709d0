"""The weeks ahead as a puzzle of whole numbers: which posts may have which slots, as far as what is fixed already goes.

Posts and slots are bits, so that a search can weigh thousands of ways in milliseconds. Knows the rules as `rules.refusals` has them, and
settles here all of them that do not depend on where the other posts of the plan go. Places nothing: see search.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from scheduler.domain.calendar import day_of, holiday_on
from scheduler.domain.posting_rules import Alternation, PostingRules, is_open
from scheduler.domain.rules import TURNS, Candidate, Refusal, Taken, turn_languages
from scheduler.domain.slots import slots_between

#: The written standards as the search knows them; 0 is neither.
NYNORSK, BOKMAAL = 1, 2
NUMBER_OF: Mapping[str | None, int] = {"nn": NYNORSK, "nb": BOKMAAL}
CODE_OF: Mapping[int, str] = {NYNORSK: "nn", BOKMAAL: "nb"}

#: How the last post of a turning language came to stand: it answers for no neighbour after it; it may not stand before one of its own
#: language; it may, since it has waited, or its break is recorded; it may, for the sake of its latest moment.
FIXED, KEEPS, WAITED, HURRIED = range(4)

#: The parts of a plan's cost, in one number: what comes first outweighs all that follows.
MOVE = 1 << 64
BREAK = 1 << 80
LEAVE = 1 << 96
HURRY = 1 << 112
MISS = 1 << 128

#: Steps of priority beyond this count no more.
_STEPS = 1000


@dataclass(frozen=True, slots=True)
class Spot:
    """A time that may be given out: its place in the day (None: it is no slot of the channel, only somebody stands there), and what closes it."""

    day: date
    starts_at: datetime
    ordinal: int | None
    closed: Refusal | None


def spots_ahead(
    now: datetime, until: datetime, *, rules: PostingRules, channel_id: int, standing: Iterable[datetime] = ()
) -> list[Spot]:
    """The slots of today, those gone by included (so that they are accounted for), and on until `until`; and the times somebody stands at."""
    zone = rules.zone
    found: dict[datetime, Spot] = {}
    for slot in slots_between(day_of(now, zone), day_of(until, zone), rules=rules, channel_id=channel_id):
        if slot.starts_at <= until:
            found[slot.starts_at] = Spot(slot.day, slot.starts_at, slot.ordinal, _closed(slot.day, rules))
    for at in standing:
        if at not in found and at <= until:
            day = day_of(at, zone)
            closed = _closed(day, rules) or (None if is_open(at, rules) else Refusal.OUTSIDE_WINDOW)
            found[at] = Spot(day, at, None, closed)
    return [found[at] for at in sorted(found)]


def _closed(day: date, rules: PostingRules) -> Refusal | None:
    if rules.skip_holidays and holiday_on(day) is not None:
        return Refusal.HOLIDAY
    return Refusal.OWN_DAY if day in rules.own_days else None


def weight_of(candidate: Candidate) -> int:
    """How much a post counts: once, and once more for each step of priority."""
    return 1 + min(_STEPS, max(0, candidate.priority))


_NEVER = datetime.max.replace(tzinfo=UTC)


def queue_order(candidate: Candidate) -> tuple[datetime, int, datetime, int]:
    """The order posts are served in: what must be out first, then what matters most, then what is oldest."""
    return candidate.latest_at or _NEVER, -candidate.priority, candidate.created_at, candidate.publication_id


class Fixed:
    """What stands whatever the plan becomes: how many a day, how near in time, whose campaign, which turns."""

    def __init__(self, rows: Iterable[Taken], rules: PostingRules) -> None:
        self.rows = sorted(
            (row for row in rows if row.counts), key=lambda row: (row.starts_at, row.publication_id or 0)
        )
        self.times = [row.starts_at for row in self.rows]
        zone = rules.zone
        days = [day_of(at, zone) for at in self.times]
        self.on_day = Counter(days)
        self.held: dict[date, set[int]] = {}
        self.campaigns: dict[int, list[date]] = {}
        for row, day in zip(self.rows, days, strict=True):
            if row.ordinal is not None:
                self.held.setdefault(day, set()).add(row.ordinal)
            if row.campaign_id is not None:
                self.campaigns.setdefault(row.campaign_id, []).append(day)
        self.turning = [row for row in self.rows if row.language in TURNS]
        self._rules = rules

    def room_on(self, day: date) -> int:
        """How many more the day can hold."""
        cap = self._rules.max_per_day
        return cap - max(self.on_day[day], sum(ordinal <= cap for ordinal in self.held.get(day, ())))

    def is_close_to(self, at: datetime) -> bool:
        """Whether something stands within the gap of `at`, or in that very moment."""
        gap = self._rules.minimum_gap
        place = bisect_left(self.times, at)
        if place < len(self.times) and (self.times[place] - at < gap or self.times[place] == at):
            return True
        return place > 0 and at - self.times[place - 1] < gap

    def crowds(self, candidate: Candidate, day: date) -> bool:
        """Whether a post of the same campaign stands on a day too near to `day`."""
        if candidate.campaign_id is None or not candidate.campaign_apart:
            return False
        near = self.campaigns.get(candidate.campaign_id, ())
        return any(abs((other - day).days) < candidate.campaign_apart for other in near)

    def standing_at(self, at: datetime) -> Taken | None:
        """What stands in that very moment."""
        place = bisect_left(self.times, at)
        return self.rows[place] if place < len(self.times) and self.times[place] == at else None


@dataclass(slots=True)
class Crossing:
    """What is passed on the way to a slot: the first fixed turn and the last, whether the first is a recorded break, how the last stands."""

    first: int = 0
    recorded: bool = False
    last: int = 0
    kind: int = FIXED


class Puzzle:
    """The posts without a fixed time, in the order they are served in, and the slots that at least one of them may have.

    Everything is by number: a post's or a slot's place in `posts` or `spots`, and a bit where many are meant.
    """

    def __init__(
        self,
        posts: Sequence[Candidate],
        spots: Sequence[Spot],
        fixed: Fixed,
        *,
        rules: PostingRules,
        now: datetime,
        until: datetime,
    ) -> None:
        self.rules, self.now, self.fixed = rules, now, fixed
        self.until = until
        self.posts = sorted(posts, key=queue_order)
        self.turns = rules.alternation is not Alternation.OFF
        self.prefers = rules.alternation is Alternation.PREFER
        self._slots(spots)
        self._posts()
        self._turns()
        self._weights()

    # Slots

    def _slots(self, spots: Sequence[Spot]) -> None:
        stands = {post.stands_at: number for number, post in enumerate(self.posts) if post.stands_at is not None}
        usable = []
        for spot in spots:
            if spot.starts_at < self.now or spot.closed is not None or self.fixed.room_on(spot.day) < 1:
                continue
            if (spot.ordinal is None and spot.starts_at not in stands) or self.fixed.is_close_to(spot.starts_at):
                continue
            usable.append(spot)
        self.spots = usable
        self.times = [spot.starts_at for spot in usable]
        self.size = len(usable)
        self.days = [spot.day.toordinal() for spot in usable]
        self.room = [self.fixed.room_on(spot.day) for spot in usable]
        self.begins_day = [place == 0 or self.days[place - 1] != day for place, day in enumerate(self.days)]
        self.ends_day = [*self.begins_day[1:], True]
        gap = self.rules.minimum_gap
        # From which earlier slot on the gap is not kept to this one, and whether any later slot is that near.
        self.near = [bisect_right(self.times, at - gap, hi=place) for place, at in enumerate(self.times)]
        self.is_near_next = [place + 1 < self.size and self.near[place + 1] <= place for place in range(self.size)]
        patience = self.rules.patience_days
        self.patient = [(1 << bisect_right(self.days, day - patience)) - 1 for day in self.days]

    # Posts

    def _posts(self) -> None:
        self.can = [0] * self.size
        self.may: list[int] = []
        self.stand: list[int | None] = []
        self.stands_here = [0] * self.size
        for number, post in enumerate(self.posts):
            allowed = 0
            for place in self._reach(post):
                spot = self.spots[place]
                if spot.ordinal is None and spot.starts_at != post.stands_at:
                    continue
                if post.campaign_apart and self.fixed.crowds(post, spot.day):
                    continue
                allowed |= 1 << place
                self.can[place] |= 1 << number
            self.may.append(allowed)
            self.stand.append(self._stand_of(post, allowed))
            if (stand := self.stand[number]) is not None:
                self.stands_here[stand] |= 1 << number
        every = (1 << len(self.posts)) - 1
        self.last_chance = [0] * self.size
        self.hopeless = 0
        for number, allowed in enumerate(self.may):
            if allowed:
                self.last_chance[allowed.bit_length() - 1] |= 1 << number
            else:
                self.hopeless |= 1 << number
        self.every = every & ~self.hopeless
        self.ending = [one | other for one, other in zip(self.last_chance, self.stands_here, strict=True)]
        self.mates = [self._mates_of(number) for number in range(len(self.posts))]
        self.mated = _bits(number for number, mates in enumerate(self.mates) if mates)

    def _reach(self, post: Candidate) -> range:
        first = bisect_left(self.times, post.earliest_at) if post.earliest_at else 0
        after = bisect_right(self.times, post.latest_at) if post.latest_at else self.size
        return range(first, after)

    def _stand_of(self, post: Candidate, allowed: int) -> int | None:
        """The slot that was announced for it, if it may still have it in that language."""
        if post.stands_at is None:
            return None
        place = bisect_left(self.times, post.stands_at)
        if place == self.size or self.times[place] != post.stands_at or not allowed >> place & 1:
            return None
        return place if post.stands_as in turn_languages(post) else None

    def _mates_of(self, number: int) -> int:
        post = self.posts[number]
        if post.campaign_id is None:
            return 0
        return sum(
            1 << other
            for other, mate in enumerate(self.posts)
            if other != number
            and mate.campaign_id == post.campaign_id
            and max(mate.campaign_apart, post.campaign_apart) > 0
        )

    def is_due_within(self, post: Candidate) -> bool:
        """Whether its latest moment comes within the weeks that are planned for, so that to be without a place is to miss it."""
        return post.latest_at is not None and post.latest_at <= self.until

    def apart(self, number: int, other: int) -> int:
        """How many days must lie between two posts of a campaign."""
        return max(self.posts[number].campaign_apart, self.posts[other].campaign_apart)

    def is_at_home(self, place: int, number: int, language: int) -> bool:
        """Whether the post stands there already, and in that language."""
        as_announced = self.posts[number].stands_as
        return self.stand[number] == place and (not language or CODE_OF[language] == as_announced)

    def near_mates(self, number: int, other: int, place: int) -> int:
        """The slots too near to `place` for this post, where the other of its campaign stands there."""
        apart = self.apart(number, other)
        low = bisect_left(self.days, self.days[place] - apart + 1)
        high = bisect_right(self.days, self.days[place] + apart - 1)
        return (1 << high) - (1 << low)

    # Turns

    def _turns(self) -> None:
        self.languages = [self._languages_of(post) for post in self.posts]
        both = {NYNORSK, BOKMAAL}
        self.only = {
            language: _bits(number for number, each in enumerate(self.languages) if each == (language,))
            for language in both
        }
        self.both = _bits(number for number, each in enumerate(self.languages) if set(each) == both)
        self.neither = _bits(number for number, each in enumerate(self.languages) if not each)
        self.crossings: list[Crossing] = [Crossing() for _ in range(self.size + 1)]
        self.next_turn = [0] * (self.size + 1)
        self.later_pairs = [0] * (self.size + 1)
        self.later = [(0, 0)] * (self.size + 1)
        self.ahead: list[Crossing | None] = [None] * (self.size + 1)
        if self.turns:
            self._cross()
        self.standing = {language: any(CODE_OF[language] == post.stands_as for post in self.posts) for language in both}
        recorded = _bits(number for number, post in enumerate(self.posts) if Refusal.TURN in post.excused)
        anywhere = recorded & _bits(number for number, post in enumerate(self.posts) if post.stands_at is None)
        if self.rules.alternation is Alternation.STRICT:
            recorded = anywhere = 0
        self.is_ever_turned = self.prefers or not self.turns or bool(recorded)
        self.recorded_here = [anywhere | recorded & here for here in self.stands_here]
        staying, stays = 0, []
        for here in reversed(self.stands_here):
            staying |= here
            stays.append(staying)
        self.stays = stays[::-1]
        self.waited_from: list[int | None] = [self._waited_from(post) for post in self.posts]
        self.waited = [
            _bits(number for number, since in enumerate(self.waited_from) if since is not None and since <= day)
            for day in self.days
        ]

    def _languages_of(self, post: Candidate) -> tuple[int, ...]:
        if not self.turns:
            return ()
        return tuple(NUMBER_OF[each] for each in turn_languages(post) if each in TURNS)

    def _cross(self) -> None:
        rows = self.fixed.turning
        at_place = [bisect_left(self.times, row.starts_at) for row in rows]
        for place, row in zip(at_place, rows, strict=True):
            crossing = self.crossings[place]
            language = NUMBER_OF[row.language]
            if not crossing.first:
                crossing.first, crossing.recorded = language, row.breaks_turn
            crossing.last = language
            crossing.kind = WAITED if row.breaks_turn else FIXED
        ahead, counts, pairs = 0, [0, 0, 0], 0
        for place in range(self.size, -1, -1):
            self.next_turn[place] = ahead
            self.later[place] = (counts[NYNORSK], counts[BOKMAAL])
            self.later_pairs[place] = pairs
            crossing = self.crossings[place]
            if crossing.first:
                here = [NUMBER_OF[row.language] for where, row in zip(at_place, rows, strict=True) if where == place]
                pairs += sum(one == other for one, other in zip(here, [*here[1:], ahead], strict=True))
                for language in here:
                    counts[language] += 1
                ahead = crossing.first
            self.ahead[place] = crossing if crossing.first else self.ahead[place + 1] if place < self.size else None

    def _waited_from(self, post: Candidate) -> int | None:
        """From which day on it may break the turn for what it lost before this plan. What has not happened yet was no loss."""
        if not self.prefers:
            return None
        if post.waits_since is not None and post.waits_since < self.now:
            return day_of(post.waits_since, self.rules.zone).toordinal() + self.rules.patience_days
        return 0 if self.rules.patience_days == 0 else None

    # Weights

    def _weights(self) -> None:
        """What missing, and what waiting, costs each of them; and how many the days can hold until each latest moment."""
        self.misses = [weight_of(post) * MISS if self.is_due_within(post) else LEAVE for post in self.posts]
        self.pressed = _bits(number for number, each in enumerate(self.misses) if each >= MISS)
        # What must be out first goes first where nothing else is at stake: so it has room when something comes up.
        most = max((weight_of(post) for post in self.posts), default=0)
        self.weights = [weight_of(post) + (most if post.latest_at is not None else 0) for post in self.posts]
        # Below the delay, the order of the queue settles what is left: so one plan is the best one.
        scale = len(self.posts) ** 2 * (self.size + 1) + 1
        self.scale = scale
        self.drags = [weight * scale + len(self.posts) - place for place, weight in enumerate(self.weights)]
        room_until, count = [0], 0
        for place, first in enumerate(self.begins_day):
            count = 1 if first else count + 1
            room_until.append(room_until[-1] + (count <= self.room[place]))
        deadlines, mask = [], 0
        for place, here in enumerate(self.last_chance):
            mask |= here & self.pressed
            if here & self.pressed:
                deadlines.append((place + 1, mask))
        #: From each slot on: posts with a latest moment, and the room there is for them until the last of those; where it could be too little.
        self.pressing = [
            [
                (posts, room_until[until] - room_until[place])
                for until, posts in deadlines
                if until > place and posts.bit_count() > room_until[until] - room_until[place]
            ]
            for place in range(self.size + 1)
        ]
        self.by_weight = sorted(range(len(self.posts)), key=lambda place: (-self.weights[place], place))


def _bits(numbers: Iterable[int]) -> int:
    found = 0
    for number in numbers:
        found |= 1 << number
    return found
