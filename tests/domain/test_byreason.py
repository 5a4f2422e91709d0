"""The time that a reason helps to: what is far from a day still counts there, where a rule looks that far."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from scheduler.domain.byreason import first_by_reason
from scheduler.domain.posting_rules import PostingRules
from scheduler.domain.rules import Candidate, Refusal, Taken
from tests import build

RULES = PostingRules()
CANDIDATE = Candidate(publication_id=1, languages=("nb",), created_at=build.NOW)
EARLIER = Taken(
    starts_at=build.NOW - timedelta(days=20), language="nb", publication_id=2, planned=True, native=False, campaign_id=7
)


def broken(candidate: Candidate, *taken: Taken) -> frozenset[Refusal] | None:
    found = first_by_reason(candidate, taken=taken, rules=RULES, channel_id=1, now=build.NOW)
    return found.broken if found else None


def test_a_turn_weeks_ago_and_a_campaigns_post_weeks_ahead_count() -> None:
    later = replace(EARLIER, starts_at=build.NOW + timedelta(days=20), publication_id=3, language="nn")
    assert broken(CANDIDATE) == frozenset()
    assert broken(CANDIDATE, EARLIER) == frozenset({Refusal.TURN})
    assert broken(replace(CANDIDATE, languages=("nn",)), EARLIER, later) == frozenset({Refusal.TURN})
    spread = replace(CANDIDATE, languages=("other",), campaign_id=7, campaign_apart=60)
    assert broken(spread, later) == frozenset({Refusal.CAMPAIGN})


def test_no_reason_helps_before_the_earliest_or_after_the_latest_moment() -> None:
    assert broken(replace(CANDIDATE, latest_at=build.NOW - timedelta(hours=1))) is None
    assert broken(replace(CANDIDATE, earliest_at=build.NOW + timedelta(weeks=9))) is None
    assert broken(replace(CANDIDATE, approved=False)) is None
