"""Builders for the posting rules' tests: everything that does not matter is filled in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from scheduler.domain.calendar import local, resolve
from scheduler.domain.posting_rules import Alternation, PostingRules, Week, Window
from scheduler.domain.rules import Candidate, Taken

#: An ordinary Monday in November, no holiday near.
MONDAY = date(2026, 11, 23)
CHANNEL = 4


def at(text: str) -> datetime:
    """The instant of a time on the wall in Norway: "2026-11-23 13:30", or "Tue 13:30" in the week of MONDAY."""
    weekday, _, clock = text.partition(" ")
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    if weekday in names:
        text = f"{MONDAY + timedelta(days=names.index(weekday))} {clock}"
    return resolve(datetime.fromisoformat(text)).at


def shown(instant: datetime) -> str:
    """An instant as the wall in Norway shows it, in the words that `at` reads."""
    return local(instant).strftime("%a %H:%M")


def windows(*spans: str) -> Week:
    """The same windows every day: "13:00-18:00"."""
    day = tuple(
        Window(time.fromisoformat(opens), time.fromisoformat(closes))
        for opens, _, closes in (span.partition("-") for span in spans)
    )
    return (day,) * 7


def rules(**changes: Any) -> PostingRules:
    """The default rules, with turns off unless the test is about them."""
    return PostingRules(**{"alternation": Alternation.OFF, **changes})


def post(publication_id: int = 1, *languages: str, **changes: Any) -> Candidate:
    """An approved post in nynorsk that was written the day before MONDAY; a higher number is written later."""
    written_at = at("2026-11-22 09:00") + timedelta(minutes=publication_id)
    return Candidate(
        **{"publication_id": publication_id, "languages": languages or ("nn",), "created_at": written_at, **changes}
    )


def placed(when: str, language: str | None = "nn", *, by: int = 900, ordinal: int | None = 1) -> Taken:
    """A post of ours that holds a place in its day."""
    return Taken(starts_at=at(when), language=language, publication_id=by, planned=True, native=False, ordinal=ordinal)


def native(when: str, language: str | None = None) -> Taken:
    """A post that somebody made on the platform itself."""
    return Taken(starts_at=at(when), language=language, publication_id=None, planned=False, native=True)


def urgent(when: str, language: str | None = "nn") -> Taken:
    """A service notice, outside cap, gap and turn."""
    return Taken(starts_at=at(when), language=language, publication_id=901, planned=False, native=False)
