"""Words of the language ledger: why a post stands out of turn, and the ready-made reasons of whoever sets a rule aside."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from scheduler.domain.excuses import Excuse
from scheduler.domain.ledger import Why
from web.texts import later as _l

WORDS: Mapping[type[Enum], Mapping[Enum, str]] = {
    Why: {
        Why.WAITED: _l("It had waited long enough for its turn"),
        Why.LATEST: _l("It would have missed its latest time"),
        Why.PERSON: _l("A person gave a reason"),
        Why.STOOD: _l("Its time had been chosen before"),
        Why.NATIVE: _l("Posted on the platform itself"),
        Why.UNKNOWN: _l("No reason was kept"),
    },
    Excuse: {
        Excuse.CANNOT_WAIT: _l("It cannot wait"),
        Excuse.HAPPENS_NOW: _l("It happens now"),
        Excuse.AGREED_WITH_OTHERS: _l("The time is agreed with others"),
        Excuse.CORRECTS_EARLIER: _l("It corrects an earlier post"),
        Excuse.NO_TEXT_IN_OTHER: _l("There is no text in the other written standard"),
        Excuse.MANY_THAT_DAY: _l("Much happens that day"),
        Excuse.STOOD_BEFORE: _l("It had its time already"),
    },
}
