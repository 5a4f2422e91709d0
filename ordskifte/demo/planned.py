"""What the sample municipality has planned: a day of its own on which nothing is placed by itself, and a campaign with two posts.

Through the same steps as on the pages.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from scheduler.domain.access import Actor
from scheduler.domain.calendar import OSLO, day_of, holiday_on
from scheduler.services import campaigns, editing, review, rules
from scheduler.services.editing import Content
from scheduler.store.database import Database

OWN_DAY, CAMPAIGN = "Planleggingsdag", "Vinter i Fjordvik"
_LATER = timedelta(days=6)
#: Title and text. They stand in the school's channel, where nothing takes turns, so that they push nothing about of what one tries out.
POSTS = (
    (
        "Skeisedag for heile skulen",
        "Isen ligg på bana i Lia, og heile skulen går på skeiser. Ta med varme klede, hjelm og noko varmt å drikke.",
    ),
    (
        "Slik kjem de trygt til skulen om vinteren",
        "Vi brøyter skulevegane før klokka sju. Bruk refleks, og la barna gå eller sykle saman.",
    ),
)


def take_a_day_out(db: Database, town_id: int, chief: Actor, *, now: datetime) -> None:
    """The first weekday, four days ahead or later, that is no holiday."""
    day = day_of(now, OSLO) + timedelta(days=4)
    while day.weekday() > 4 or holiday_on(day) is not None:
        day += timedelta(days=1)
    with db.begin(town_id) as session:
        rules.add_own_days(session, chief, channel_id=None, name=OWN_DAY, first_day=day, last_day=day, now=now)


def campaign(
    db: Database, town_id: int, chief: Actor, leader: Actor, *, channel_id: int, unit_id: int, now: datetime
) -> None:
    """Two posts of it by the school's leader, at least two days apart, after the days that one tries things out in."""
    with db.begin(town_id) as session:
        made = campaigns.add_campaign(session, chief, name=CAMPAIGN, apart_days=2, now=now)
    for title, text in POSTS:
        content = Content(
            title=title,
            texts={"nn": text},
            channel_ids=frozenset({channel_id}),
            campaign_id=made,
            earliest_at=now + _LATER,
        )
        with db.begin(town_id) as session:
            post_id = editing.create(session, leader, content=content, unit_id=unit_id, now=now)
            review.schedule(session, leader, post_id, now=now)
