"""Whatever may come before the planner, drawn by hypothesis; and the channel as a plan leaves it.

What judges a plan here reads the rules anew, off the wall clock, and calls nothing of the code it judges but the dataclasses it is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from scheduler.domain.planner import plan
from scheduler.domain.posting_rules import Alternation, PostingRules, Window
from scheduler.domain.reasons import Placement, Plan, excused_by
from scheduler.domain.rules import Candidate, Refusal, Taken

OSLO = ZoneInfo("Europe/Oslo")

#: The planned weeks hold Easter, both holidays of May that move and both that do not, or the night the clock goes back, or Christmas.
STARTS = [
    datetime(2026, 3, 25, 6, tzinfo=UTC),
    datetime(2026, 10, 22, 6, tzinfo=UTC),
    datetime(2026, 12, 18, 6, tzinfo=UTC),
]
RED_DAYS = {
    *(date(2026, 4, day) for day in (2, 3, 5, 6)),
    *(date(2026, 5, day) for day in (1, 14, 17, 24, 25)),
    *(date(2026, 12, day) for day in (25, 26)),
    date(2027, 1, 1),
}


@dataclass(frozen=True)
class Situation:
    """Everything a plan is made from."""

    candidates: tuple[Candidate, ...]
    taken: tuple[Taken, ...]
    rules: PostingRules
    now: datetime
    channel_id: int

    def plan(self, *, turned_round: bool = False) -> Plan:
        order = -1 if turned_round else 1
        return plan(
            self.candidates[::order],
            taken=self.taken[::order],
            rules=self.rules,
            channel_id=self.channel_id,
            now=self.now,
            horizon=timedelta(days=21),
        )

    def carried_out(self, answer: Plan) -> Situation:
        """The same once every placement has been announced: what the planner is asked when its bell
        rings again. Times that people chose are settled then.
        """
        places = {each.publication_id: each for each in answer.placements}
        mine = {each.publication_id for each in self.candidates}
        rows = [each for each in self.taken if each.publication_id not in mine]
        return replace(
            self,
            candidates=tuple(
                _announced(each, places.get(each.publication_id)) for each in self.candidates if each.chosen_at is None
            ),
            taken=(*rows, *(announced_row(each, self.by_id[each.publication_id]) for each in answer.placements)),
        )

    @property
    def by_id(self) -> Mapping[int, Candidate]:
        return {each.publication_id: each for each in self.candidates}


def _announced(candidate: Candidate, placement: Placement | None) -> Candidate:
    if placement is None:
        return replace(candidate, stands_at=None, stands_as=None, excused=frozenset(), waits_since=None)
    return replace(
        candidate,
        stands_at=placement.starts_at,
        stands_as=placement.language,
        excused=excused_by([reason.as_row() for reason in placement.because]),
        waits_since=placement.waits_since,
    )


def announced_row(placement: Placement, candidate: Candidate) -> Taken:
    return Taken(
        starts_at=placement.starts_at,
        language=placement.language,
        publication_id=placement.publication_id,
        planned=True,
        native=False,
        ordinal=placement.ordinal,
        beyond_cap=placement.beyond_cap,
        campaign_id=candidate.campaign_id,
        breaks_turn=Refusal.TURN in placement.excused,
    )


LANGUAGES = st.sampled_from([("nn",), ("nb",), ("nn", "nb"), ("nb", "nn"), ("en",), ("nn", "en"), ()])
WEEKS = st.sampled_from(
    [
        ((Window(time(13), time(18)),),) * 7,
        (((Window(time(13), time(18)),),) * 5) + ((), ()),
        ((Window(time(9), time(11)), Window(time(20), time(0))),) * 7,
        ((Window(time(0), time(0)),),) * 7,
        ((Window(time(1), time(4)),),) * 7,
    ]
)


@st.composite
def situations(draw: st.DrawFn, policy: Alternation | None = None) -> Situation:
    now = draw(st.sampled_from(STARTS)) + timedelta(minutes=draw(st.integers(0, 2 * 24 * 60)))
    moments = _moments(now)
    sometimes = st.none() | moments
    apart = draw(st.integers(0, 4))
    rules = PostingRules(
        max_per_day=draw(st.integers(1, 4)),
        windows=draw(WEEKS),
        minimum_gap=timedelta(minutes=draw(st.sampled_from([0, 30, 60, 240]))),
        alternation=policy or draw(st.sampled_from(Alternation)),
        patience_days=draw(st.integers(0, 3)),
        skip_holidays=draw(st.booleans()),
        own_days=frozenset(draw(st.lists(moments.map(datetime.date), max_size=2))),
    )
    candidates = tuple(
        Candidate(
            publication_id=number,
            languages=draw(LANGUAGES),
            created_at=now - timedelta(minutes=draw(st.integers(0, 3))),
            approved=draw(st.integers(0, 9)) > 0,
            channel_paused=draw(st.integers(0, 19)) == 0,
            chosen_at=draw(sometimes) if draw(st.integers(0, 3)) == 0 else None,
            earliest_at=draw(sometimes),
            latest_at=draw(sometimes) if draw(st.booleans()) else None,
            priority=draw(st.integers(0, 2)),
            waits_since=draw(sometimes) if draw(st.integers(0, 9)) == 0 else None,
            campaign_id=draw(st.none() | st.just(7)),
            campaign_apart=apart,
        )
        for number in range(1, draw(st.integers(1, 12)) + 1)
    )
    return Situation(candidates, _taken(draw, moments), rules, now, draw(st.integers(1, 100)))


@st.composite
def weeks_under_way(draw: st.DrawFn, policy: Alternation | None = None) -> Situation:
    """A plan was carried out; then more posts came, natives, and perhaps other rules."""
    situation = draw(situations(policy))
    told = draw(st.integers(0, len(situation.candidates)))
    first = replace(situation, candidates=situation.candidates[:told])
    later = first.carried_out(first.plan())
    changed = replace(situation.rules, max_per_day=draw(st.integers(1, 4))) if draw(st.booleans()) else situation.rules
    return replace(
        later,
        candidates=(*later.candidates, *situation.candidates[told:]),
        taken=(*later.taken, *(each for each in _taken(draw, _moments(situation.now)) if each.native)),
        rules=changed,
    )


def _moments(now: datetime) -> st.SearchStrategy[datetime]:
    return st.integers(-5 * 24 * 12, 20 * 24 * 12).map(lambda marks: now + timedelta(minutes=5 * marks))


def _taken(draw: st.DrawFn, moments: st.SearchStrategy[datetime]) -> tuple[Taken, ...]:
    found = []
    for number in range(draw(st.integers(0, 10))):
        kind = draw(st.sampled_from(["planned", "native", "urgent"]))
        found.append(
            Taken(
                starts_at=draw(moments),
                language=draw(st.sampled_from(["nn", "nb", "both", "other", None])),
                publication_id=None if kind == "native" else 100 + number,
                planned=kind == "planned",
                native=kind == "native",
                ordinal=draw(st.integers(1, 3)) if kind == "planned" else None,
                campaign_id=draw(st.none() | st.just(7)),
            )
        )
    return tuple(found)


# The oracle


def wall(at: datetime) -> datetime:
    return at.astimezone(OSLO)


def open_on_the_wall(at: datetime, rules: PostingRules) -> bool:
    shown = wall(at)
    if shown.date() in {date(2026, 3, 29), date(2026, 10, 25)} and shown.hour < 5:
        return True  # the nights themselves are judged by instants, in test_rules_windows.py
    clock = shown.time()
    return any(
        window.opens <= clock and (window.closes == time(0) or clock < window.closes)
        for window in rules.windows[shown.weekday()]
    )


@dataclass(frozen=True)
class Standing:
    """One post in the channel at the end: from before, or put there by the plan."""

    at: datetime
    language: str | None
    placement: Placement | None


def standing(situation: Situation, answer: Plan) -> list[Standing]:
    # Of two in the very same instant the native one is the earlier: it has no number of ours.
    earlier = sorted(situation.taken, key=lambda each: each.publication_id or 0)
    before = [Standing(each.starts_at, each.language, None) for each in earlier if each.planned or each.native]
    new = [Standing(each.starts_at, each.language, each) for each in answer.placements]
    return sorted([*before, *new], key=lambda each: each.at)


def same_language_pairs(channel: Sequence[Standing]) -> list[tuple[Standing, Standing]]:
    turning = [each for each in channel if each.language in {"nn", "nb"}]
    return [
        (left, right)
        for left, right in pairwise(turning)
        if left.language == right.language and (left.placement or right.placement)
    ]
