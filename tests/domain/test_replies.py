"""A reply's states, its signature, and for how long it can be stopped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.domain.replies import NEXT, REGRET, Action, State, advance, leaves_at, signed
from scheduler.domain.states import WrongState

DUE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_what_the_table_does_not_allow_is_refused(state: State, action: Action) -> None:
    if (state, action) in NEXT:
        assert advance(state, action) is NEXT[state, action]
    else:
        with pytest.raises(WrongState):
            advance(state, action)


def test_sent_failed_and_cancelled_are_final() -> None:
    assert {state for state, _ in NEXT} == {State.DRAFT, State.APPROVED}


@pytest.mark.parametrize(
    ("text", "name", "stands"),
    [
        ("Den åpner fredag.", "Jonas Vik", "Den åpner fredag.\n\nJonas"),
        ("  Den åpner fredag.  ", "Jonas", "Den åpner fredag.\n\nJonas"),
        ("Den åpner fredag.\n\nJonas", "Jonas Vik", "Den åpner fredag.\n\nJonas"),
        ("Den åpner fredag. Helsing Jonas", "Jonas Vik", "Den åpner fredag. Helsing Jonas"),
        ("Spør Jonas Vik", "Jonas Vik", "Spør Jonas Vik\n\nJonas"),
        ("Den åpner fredag.", "", "Den åpner fredag."),
        ("Den åpner fredag.", "Anne-Lise Bø", "Den åpner fredag.\n\nAnne-Lise"),
    ],
)
def test_an_answer_ends_with_the_first_name_alone_and_once(text: str, name: str, stands: str) -> None:
    assert signed(text, name) == stands


@pytest.mark.parametrize(
    ("now", "waits"),
    [
        (DUE - timedelta(hours=3), REGRET),
        (DUE - 2 * REGRET, REGRET),
        (DUE - 2 * REGRET + SECOND, timedelta(0)),
        (DUE, timedelta(0)),
        (DUE + SECOND, REGRET),
    ],
)
def test_an_answer_can_be_stopped_for_a_while_unless_that_could_make_it_late(now: datetime, waits: timedelta) -> None:
    assert leaves_at(now=now, regret=REGRET, due_at=DUE) == now + waits
