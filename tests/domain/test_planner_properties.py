"""Whatever comes, the planner breaks no rule, loses no post, moves no chosen time and answers the same twice.

The oracle below reads the rules anew, off the wall clock, and calls nothing of the code it judges but the two dataclasses it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.planner import nearest_lawful, plan
from scheduler.domain.posting_rules import Alternation, PostingRules, Window
from scheduler.domain.reasons import Because, Placement, Plan
from scheduler.domain.rules import Candidate, Refusal, Taken, due_refusals, refusals

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
    moments = st.integers(-5 * 24 * 12, 20 * 24 * 12).map(lambda marks: now + timedelta(minutes=5 * marks))
    sometimes = st.none() | moments
    rules = PostingRules(
        max_per_day=draw(st.integers(1, 3)),
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
        )
        for number in range(1, draw(st.integers(1, 12)) + 1)
    )
    return Situation(candidates, _taken(draw, moments), rules, now, draw(st.integers(1, 100)))


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


# The properties


@given(situations())
def test_no_post_is_lost_and_each_without_a_place_says_why(situation: Situation) -> None:
    answer = situation.plan()
    found = [each.publication_id for each in answer.placements] + [each.publication_id for each in answer.unplaced]
    assert sorted(found) == [each.publication_id for each in situation.candidates]
    for unplaced in answer.unplaced:
        assert unplaced.refusals
        assert unplaced.foremost in unplaced.refusals
        assert unplaced.ways_out
    for placement in answer.placements:
        assert placement.because


@given(situations())
def test_the_same_facts_give_the_same_plan_in_whatever_order_they_come(situation: Situation) -> None:
    assert situation.plan() == situation.plan() == situation.plan(turned_round=True)


@given(situations())
def test_a_chosen_time_is_kept_or_refused_and_never_moved(situation: Situation) -> None:
    chosen = {each.publication_id: each.chosen_at for each in situation.candidates if each.chosen_at}
    for placement in situation.plan().placements:
        assert chosen.get(placement.publication_id, placement.starts_at) == placement.starts_at


@given(situations())
def test_nothing_is_placed_against_its_own_conditions_outside_a_window_or_on_a_closed_day(situation: Situation) -> None:
    by_id = {each.publication_id: each for each in situation.candidates}
    for placement in situation.plan().placements:
        candidate, at = by_id[placement.publication_id], placement.starts_at
        assert candidate.approved
        assert not candidate.channel_paused
        assert at >= situation.now
        assert candidate.earliest_at is None or at >= candidate.earliest_at
        assert candidate.latest_at is None or at <= candidate.latest_at
        assert open_on_the_wall(at, situation.rules)
        assert placement.day == wall(at).date()
        assert placement.language in (*candidate.languages, "other")
        assert placement.language != "other" or not {"nn", "nb"} & set(candidate.languages)
        if candidate.chosen_at is None:
            assert placement.day not in situation.rules.own_days
            assert not (situation.rules.skip_holidays and placement.day in RED_DAYS)


@given(situations())
def test_no_day_with_a_new_post_holds_more_than_the_cap_and_no_ordinal_is_held_twice(situation: Situation) -> None:
    answer = situation.plan()
    channel = standing(situation, answer)
    for placement in answer.placements:
        assert sum(wall(each.at).date() == placement.day for each in channel) <= situation.rules.max_per_day
        assert 1 <= placement.ordinal <= situation.rules.max_per_day
        held = [each.ordinal for each in situation.taken if wall(each.starts_at).date() == placement.day]
        held += [each.ordinal for each in answer.placements if each.day == placement.day]
        assert held.count(placement.ordinal) == 1


@given(situations())
def test_every_new_post_keeps_its_distance(situation: Situation) -> None:
    channel = standing(situation, situation.plan())
    for left, right in pairwise(channel):
        if left.placement or right.placement:
            assert right.at - left.at >= situation.rules.minimum_gap
            assert right.at != left.at


@given(st.sampled_from([Alternation.STRICT, Alternation.ASK]).flatmap(situations))
def test_where_the_planner_may_not_break_the_turn_it_never_does(situation: Situation) -> None:
    answer = situation.plan()
    assert same_language_pairs(standing(situation, answer)) == []
    assert not any(each.excused for each in answer.placements)


@given(situations(Alternation.PREFER))
def test_a_turn_is_broken_only_after_patience_and_the_break_is_recorded(situation: Situation) -> None:
    answer = situation.plan()
    by_id = {each.publication_id: each for each in situation.candidates}
    for left, right in same_language_pairs(standing(situation, answer)):
        recorded = [each.placement for each in (left, right) if each.placement and each.placement.excused]
        assert recorded
    for placement in answer.placements:
        broken = [reason for reason in placement.because if reason.code is Because.TURN_BROKEN]
        assert bool(broken) == (placement.excused == {Refusal.TURN})
        if broken:
            could_first = max(situation.now, by_id[placement.publication_id].earliest_at or situation.now)
            waited = placement.day - wall(could_first).date()
            assert waited >= timedelta(days=situation.rules.patience_days)
            assert int(broken[0].params["days"]) >= situation.rules.patience_days


@given(situations())
def test_what_is_placed_may_go_out_when_it_is_due(situation: Situation) -> None:
    answer = situation.plan()
    by_id = {each.publication_id: each for each in situation.candidates}
    # Rows from before that broke a rule already do so still; the question here is what the plan added.
    channel = [
        Taken(
            starts_at=each.starts_at,
            language=each.language,
            publication_id=each.publication_id,
            planned=True,
            native=False,
            ordinal=each.ordinal,
        )
        for each in answer.placements
    ] + [each for each in situation.taken if each.starts_at < situation.now or each.native]
    for placement in answer.placements:
        candidate = by_id[placement.publication_id]
        recorded = Candidate(
            publication_id=candidate.publication_id,
            languages=candidate.languages,
            created_at=candidate.created_at,
            chosen_at=candidate.chosen_at,
            earliest_at=candidate.earliest_at,
            latest_at=candidate.latest_at,
            excused=placement.excused | {Refusal.TURN},
        )
        if situation.rules.alternation is not Alternation.STRICT:
            assert not due_refusals(
                recorded,
                placement.starts_at,
                language=placement.language,
                taken=channel,
                rules=situation.rules,
                now=placement.starts_at,
            )


@given(situations(), st.integers(-24, 24 * 14))
def test_every_proposal_near_a_wanted_time_is_lawful_and_the_nearest_comes_first(
    situation: Situation, hours: int
) -> None:
    wanted_at = situation.now + timedelta(hours=hours)
    candidate = situation.candidates[0]
    found = nearest_lawful(
        candidate,
        wanted_at=wanted_at,
        taken=situation.taken,
        rules=situation.rules,
        channel_id=situation.channel_id,
        now=situation.now,
        horizon=timedelta(days=14),
    )
    distances = [abs(each.starts_at - wanted_at) for each in found]
    assert distances == sorted(distances)
    assert len({each.starts_at for each in found}) == len(found) <= 3
    for each in found:
        against = refusals(
            candidate,
            each.starts_at,
            language=each.language,
            taken=situation.taken,
            rules=situation.rules,
            now=situation.now,
            automatic=False,
        )
        assert against <= {Refusal.NOT_APPROVED, Refusal.CHANNEL_PAUSED} | each.excused
