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
POSTS = (
    Content(
        title="Skøytebanen i Lia er klar",
        texts={
            "nb": "Isen ligger på skøytebanen i Lia. Den er åpen hver dag til klokka ni, og du kan låne skøyter gratis på biblioteket.",
            "nn": "Isen ligg på skeisebana i Lia. Ho er open kvar dag til klokka ni, og du kan låne skeiser gratis på biblioteket.",
        },
        channel_ids=frozenset(),
    ),
    Content(
        title="Slik brøyter vi",
        texts={
            "nb": "Vi brøyter hovedveiene først, så skoleveiene og så boligveiene. Parker inne på tomta når det er meldt snø.",
            "nn": "Vi brøyter hovudvegane først, så skulevegane og så bustadvegane. Parker inne på tomta når det er meldt snø.",
        },
        channel_ids=frozenset(),
    ),
)


def take_a_day_out(db: Database, town_id: int, chief: Actor, *, now: datetime) -> None:
    """The first weekday, four days ahead or later, that is no holiday."""
    day = day_of(now, OSLO) + timedelta(days=4)
    while day.weekday() > 4 or holiday_on(day) is not None:
        day += timedelta(days=1)
    with db.begin(town_id) as session:
        rules.add_own_days(session, chief, channel_id=None, name=OWN_DAY, first_day=day, last_day=day, now=now)


def campaign(db: Database, town_id: int, chief: Actor, writer: Actor, *, channel_id: int, now: datetime) -> None:
    """Two posts of it, at least two days apart, after the days that are played with."""
    with db.begin(town_id) as session:
        made = campaigns.add_campaign(session, chief, name=CAMPAIGN, apart_days=2, now=now)
    for post in POSTS:
        content = Content(
            title=post.title,
            texts=post.texts,
            channel_ids=frozenset({channel_id}),
            campaign_id=made,
            earliest_at=now + _LATER,
        )
        with db.begin(town_id) as session:
            post_id = editing.create(session, writer, content=content, now=now)
            review.schedule(session, writer, post_id, now=now)
