"""What posting rules will do: an example week with invented posts, and whether they leave any place at all.

Asks the planner and the slots, and adds why a day stands empty. Knows nothing of what is placed in truth, and nothing of databases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from scheduler.domain.calendar import Holiday, begins_at, holiday_on
from scheduler.domain.planner import HORIZON, plan
from scheduler.domain.posting_rules import PostingRules
from scheduler.domain.rules import Candidate
from scheduler.domain.slots import slots_of

#: The invented posts, the oldest first: the languages each has texts in. Two in bokmål come first, so that the turn has something to do.
INVENTED: Sequence[tuple[str, ...]] = (("nb",), ("nb",), ("nn",), ("nb", "nn"), ("nb",), ("nn",))

#: The planner fills no more days than these, so rules that leave none of them empty of slots can be used.
DAYS_AHEAD = HORIZON.days


@dataclass(frozen=True, slots=True)
class ExampleSlot:
    """A start time of an example week; `post`: which of the invented posts got it (its number in INVENTED), and as what it counts."""

    starts_at: datetime
    post: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleDay:
    """A day of an example week. `own`: taken out; `holiday`: a public one, posted on or not; `closed`: no hours that day hold a slot."""

    day: date
    slots: tuple[ExampleSlot, ...]
    holiday: Holiday | None
    own: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class ExampleWeek:
    """Monday to Sunday, and which of the invented posts found no place in it."""

    days: tuple[ExampleDay, ...]
    waiting: tuple[int, ...]


def example_week(rules: PostingRules, *, monday: date, channel_id: int, language: str | None = None) -> ExampleWeek:
    """The week from `monday` as the planner would fill it with the invented posts, in a channel that holds nothing else.

    `language`: the fixed one of the channel, which it takes of a post that has it.
    """
    begins = begins_at(monday, rules.zone)
    made = plan(
        [
            Candidate(
                publication_id=number + 1,
                languages=(language,) if language is not None and language in languages else languages,
                created_at=datetime.min.replace(tzinfo=UTC) + timedelta(days=number),
            )
            for number, languages in enumerate(INVENTED)
        ],
        taken=(),
        rules=rules,
        channel_id=channel_id,
        now=begins,
        horizon=begins_at(monday + timedelta(days=7), rules.zone) - begins - timedelta(seconds=1),
    )
    held = {placement.starts_at: placement for placement in made.placements}
    days = []
    for day in (monday + timedelta(days=number) for number in range(7)):
        starts = slots_of(day, rules=rules, channel_id=channel_id)
        slots = []
        for slot in starts if _takes_posts(day, rules) else ():
            placement = held.get(slot.starts_at)
            slots.append(
                ExampleSlot(slot.starts_at, placement.publication_id - 1, placement.language)
                if placement
                else ExampleSlot(slot.starts_at)
            )
        days.append(
            ExampleDay(
                day=day,
                slots=tuple(slots),
                holiday=holiday_on(day),
                own=day in rules.own_days,
                closed=not starts,
            )
        )
    return ExampleWeek(tuple(days), tuple(unplaced.publication_id - 1 for unplaced in made.unplaced))


def has_a_place(rules: PostingRules, *, first: date, days: int = DAYS_AHEAD) -> bool:
    """Whether the planner has a slot to give on any of so many days from `first` on.

    False where windows hold no five-minute mark, or where holidays and own days take every day that has one.
    """
    ahead = (first + timedelta(days=number) for number in range(days))
    return any(_takes_posts(day, rules) and slots_of(day, rules=rules, channel_id=0) for day in ahead)


def _takes_posts(day: date, rules: PostingRules) -> bool:
    return day not in rules.own_days and not (rules.skip_holidays and holiday_on(day) is not None)
