"""What the calendar costs: python -m bench.calendar_scale [--database-url URL] [--posts 100000] [--rounds 9].

A municipality with 60 channels, two posts a day in each: 3,720 in the month shown, the rest through the years before and after. For each view
it prints the questions put to the database, the median CPU time of this process, the weight of the page uncompressed and how the time
compares with a municipality of 10,000 posts and the same month. Ends with 1 where a bar is missed. Empty databases only.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import col

import migrations
from scheduler import log
from scheduler.clock import Clock
from scheduler.domain.access import Role
from scheduler.domain.calendar import resolve
from scheduler.domain.publication import State
from scheduler.queries import municipalities as municipality_queries
from scheduler.services import municipalities, people
from scheduler.services.gate import Gate
from scheduler.settings import Secret, Settings
from scheduler.store.database import Database
from scheduler.store.tables import Campaign, Channel, Post, PostText, Publication, Slot, Thread
from tests.questions import questions
from tests.web.conftest import PASSWORD, sign_in
from web.app import create_app
from web.assets import compile_translations

#: The month shown; half of it is out.
FIRST, NOW = date(2026, 12, 1), datetime(2026, 12, 16, 9, 0, tzinfo=UTC)
CHANNELS, A_DAY, DAYS = 60, 2, 31
IN_THE_MONTH = CHANNELS * A_DAY * DAYS
FEWER = 10_000
MOST_QUESTIONS, MOST_CPU_MS, MOST_KIB, MOST_RATIO = 15, 100.0, 150.0, 1.3
VIEWS = {
    "month": "view=month",
    "month, one unit": "view=month&unit=8",
    "month, one campaign": "view=month&campaign=2",
    "month, nynorsk": "view=month&language=nn",
    "month, scheduled": "view=month&state=scheduled",
    "week": "view=week",
    "list": "view=list",
    "day": "view=day",
}
WORDS = (
    "Ny gangvei langs fjorden åpner på torsdag",
    "Folkemøte om sentrumsplanen i kulturhuset",
    "Biblioteket held ope lenger",
)


@dataclass(frozen=True)
class Cost:
    """What a page cost. `cpu_ms`: the median; `spread`: how far apart the middle half of the rounds lie, in per cent of it."""

    questions: int
    cpu_ms: float
    kib: float
    spread: float


def main() -> int:
    """Seed, ask, print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--database-url", help="an empty database; a file of its own where none is given")
    asked.add_argument("--posts", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=9)
    given = asked.parse_args()
    log.set_up(level="ERROR")
    compile_translations()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database_url or f"sqlite:///{Path(folder) / 'scale.sqlite'}"
        migrations.upgrade(url)
        db = Database(url)
        towns = {count: seed(db, posts=count) for count in (FEWER, given.posts)}
        _gather_statistics(db)
        costs = dict(_measure(db, list(towns.values()), rounds=max(5, given.rounds)))
        db.close()
    return _tell(costs)


def seed(db: Database, *, posts: int, channels: int = CHANNELS, days: int = DAYS) -> str:
    """A municipality with that many posts, all of `days` full from FIRST on; its slug."""
    with db.operate() as session:
        here = municipalities.add_municipality(session, name=f"Fjordvik {posts}", now=NOW)
        assert here.id is not None
        municipality_id, slug = here.id, here.slug
    with db.begin(municipality_id) as session:
        units = [municipalities.add_unit(session, None, name=f"Skule {number}", now=NOW).pk for number in range(30)]
        made: list[dict[str, Any]] = [
            {
                "municipality_id": municipality_id,
                "platform": "practice",
                "name": f"Facebook: skule {number}",
                "created_at": NOW,
                "unit_id": units[number % 30] if number % 3 else None,
                "sealed_credentials": "",
                "needs_approval": False,
                "limits": {},
                "can": 0,
                "active": True,
            }
            for number in range(channels)
        ]
        channel_ids = list(session.execute(insert(Channel).returning(col(Channel.id)), made).scalars())
        campaigns = [
            {
                "municipality_id": municipality_id,
                "name": f"Satsing {number}",
                "apart_days": 1,
                "active": True,
                "created_at": NOW,
            }
            for number in range(5)
        ]
        campaign_ids = list(session.execute(insert(Campaign).returning(col(Campaign.id)), campaigns).scalars())
    first_ids = {table: _first_free(db, municipality_id, table) for table in ("post", "publication")}
    rows = list(_rows(municipality_id, posts, channel_ids, campaign_ids, days, first_ids))
    for start in range(0, len(rows), 5_000):
        part = rows[start : start + 5_000]
        with db.begin(municipality_id) as session:
            for table, name in (
                (Post, "post"),
                (PostText, "text"),
                (Publication, "publication"),
                (Slot, "slot"),
                (Thread, "thread"),
            ):
                session.execute(insert(table), [row[name] for row in part if name in row])
    _next_ids(db)
    return slug


def _rows(
    municipality_id: int,
    posts: int,
    channel_ids: list[int],
    campaign_ids: list[int],
    days: int,
    first: Mapping[str, int],
) -> Iterator[dict[str, dict[str, Any]]]:
    """Post by post: first the month shown, then what lies before it, and a little of what comes after it."""
    own = {"municipality_id": municipality_id}
    a_day = len(channel_ids) * A_DAY
    for number in range(posts):
        on_day, place = divmod(number, a_day)
        beyond = on_day - days
        day = FIRST + timedelta(days=on_day if beyond < 0 else days + beyond // 20 if beyond % 20 == 0 else -1 - beyond)
        ordinal, channel = divmod(place, len(channel_ids))
        at = resolve(datetime.combine(day, clock_time(13 + 2 * ordinal, channel % 60))).at
        out = at < NOW
        language = "nn" if (number + on_day) % 2 else "nb"
        post_id, publication_id = first["post"] + number, first["publication"] + number
        # Every third of what is to come in the month has its time chosen and waits for approval; it has no language yet.
        waits = not out and beyond < 0 and number % 3 == 0
        state = State.PUBLISHED if out else State.IN_REVIEW if waits else State.SCHEDULED
        row: dict[str, dict[str, Any]] = {
            "post": {
                **own,
                "id": post_id,
                "title": f"{WORDS[number % 3]} {number}",
                "created_at": at,
                "updated_at": at,
                "kind": "ordinary",
                "priority": 0,
                "version": 1,
                "campaign_id": campaign_ids[number % 50] if number % 50 < 5 else None,
            },
            "text": {**own, "post_id": post_id, "language": language, "text": "Den er åpen for alle som vil gå der."},
            "publication": {
                **own,
                "id": publication_id,
                "post_id": post_id,
                "channel_id": channel_ids[channel],
                "state": state,
                "language": None if waits else language,
                "chosen_at": at if waits else None,
                "because": [],
                "revision": 1,
                "published_at": at if out else None,
                "created_at": at,
                "updated_at": min(at, NOW),
            },
        }
        if not waits:
            row["slot"] = {
                **own,
                "channel_id": channel_ids[channel],
                "publication_id": publication_id,
                "kind": "planned",
                "day": day,
                "ordinal": ordinal + 1,
                "cap": A_DAY,
                "starts_at": at,
                "language": language,
                "minted_at": at if out else None,
            }
        if out:
            native = number % 20 == 0
            row["thread"] = {
                **own,
                "channel_id": channel_ids[channel],
                "publication_id": None if native else publication_id,
                "remote_id": f"r{number}",
                "origin": "native" if native else "ours",
                "text": "Ope hus i dag",
                "language": language,
                "written_at": at,
                "seen_at": at,
                "active_at": at,
            }
        yield row


def _first_free(db: Database, municipality_id: int, table: str) -> int:
    with db.begin(municipality_id) as session:
        return 1 + (session.connection().execute(text(f"SELECT max(id) FROM {table}")).scalar() or 0)


def _next_ids(db: Database) -> None:
    if not db.is_sqlite:
        with db.operate() as session:
            for table in ("post", "publication"):
                session.connection().execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))


def _gather_statistics(db: Database) -> None:
    """What PostgreSQL does by itself after a while. SQLite keeps none in an installation, so it has none here."""
    if not db.is_sqlite:
        with db.operate() as session:
            session.connection().execute(text("ANALYZE"))


def _measure(db: Database, slugs: Sequence[str], *, rounds: int) -> Iterator[tuple[str, list[Cost]]]:
    """What each view costs in each municipality, asked in turns: what else the machine does falls on all alike."""
    settings, clock = Settings(database_url=db.url, secret_key=Secret("x" * 40)), Clock(source=lambda: NOW)
    app = create_app(settings, db=db, clock=clock, gate=Gate.of(settings, clock))
    clients = {slug: app.test_client() for slug in slugs}
    email = "kari@fjordvik.example"
    for slug, client in clients.items():
        with db.across() as session:
            here = municipality_queries.by_slug(session, slug)
        assert here is not None
        with db.begin(here.id) as session:
            people.add_person(session, None, name="Kari", email=email, role=Role.CHIEF, password=PASSWORD, now=NOW)
        sign_in(client, email, town=slug)
    for name, query in VIEWS.items():
        weights: dict[str, tuple[int, float]] = {}
        times: dict[str, list[float]] = {slug: [] for slug in slugs}
        for number in range(rounds + 3):
            for slug, client in clients.items():
                with questions() as sent:
                    began = time.process_time()
                    page = client.get(f"/{slug}/calendar/?{query}&day={NOW.date()}")
                    took = 1000 * (time.process_time() - began)
                assert page.status_code == 200, page.status_code
                # On PostgreSQL a transaction is first told whose it is, in a SELECT that looks at no table.
                asked = sum("set_config" not in each for each in sent)
                weights[slug] = asked, len(page.data) / 1024
                if number >= 3:
                    times[slug].append(took)
        yield name, [_cost(*weights[slug], times[slug]) for slug in slugs]


def _yardstick() -> float:
    """How quick the machine is just now, in milliseconds: the median of five."""
    times = []
    for _round in range(5):
        began = time.process_time()
        total = 0
        for number in range(1_000_000):
            total += number
        times.append(1000 * (time.process_time() - began))
    return statistics.median(times)


def _cost(asked: int, kib: float, times: Sequence[float]) -> Cost:
    low, middle, high = statistics.quantiles(times, n=4)
    return Cost(asked, middle, kib, 100 * (high - low) / middle)


def _tell(costs: Mapping[str, Sequence[Cost]]) -> int:
    missed = []
    bars = f"{MOST_QUESTIONS} questions, {MOST_CPU_MS:.0f} ms of CPU, {MOST_KIB:.0f} KiB, {MOST_RATIO} times the CPU of {FEWER} posts"
    print(f"{IN_THE_MONTH} posts in the month shown; at most {bars}")
    print(
        f"this machine adds a million numbers in {_yardstick():.0f} ms of CPU; one with nothing else to do, in about 50"
    )
    print(
        f"{'view':22} {'questions':>9} {'CPU ms':>8} {'noise':>6} {'KiB':>7} {'of fewer':>9} {'noise':>6} {'ratio':>6}"
    )
    for name, (few, many) in costs.items():
        ratio = many.cpu_ms / few.cpu_ms
        print(
            f"{name:22} {many.questions:9} {many.cpu_ms:8.1f} {many.spread:5.0f}% {many.kib:7.1f}"
            f" {few.cpu_ms:9.1f} {few.spread:5.0f}% {ratio:6.2f}"
        )
        kept = {
            "questions": many.questions <= MOST_QUESTIONS,
            "CPU": many.cpu_ms <= MOST_CPU_MS,
            "weight": many.kib <= MOST_KIB,
            "ratio": ratio <= MOST_RATIO,
        }
        missed += [f"{name}: {bar}" for bar, is_kept in kept.items() if not is_kept]
    print("missed: " + "; ".join(missed) if missed else "every bar is kept")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
