"""Several planners, a person and a change of rules at the same moment: no rule is broken, no post is lost, and each move is told once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import text

from scheduler.domain.publication import State
from scheduler.errors import Busy, LostRace, Refused
from scheduler.services import minting, planning
from scheduler.store import rows
from scheduler.store.tables import Campaign
from tests.services.desk import Desk, wall
from tests.services.plans import at, broken, replan, ring, told

TODAY, TOMORROW = "2026-03-03", "2026-03-04"
_WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1"


def at_once(*deeds: Callable[[], object]) -> None:
    """Do all of it at the same moment; what loses a race has done nothing."""
    ready = threading.Barrier(len(deeds))
    wrong = list[BaseException]()

    def run(deed: Callable[[], object]) -> None:
        ready.wait(20)
        try:
            deed()
        except (Refused, LostRace, Busy):
            pass
        except BaseException as error:  # noqa: BLE001  # a thread's fault is the test's
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


def test_planners_at_once_break_no_rule_lose_no_post_and_tell_each_move_once(each_desk: Desk) -> None:
    desk = each_desk
    channel = desk.channel()
    desk.rules(alternation="prefer")
    with desk.begin() as session:
        campaign = rows.add(
            session, Campaign(municipality_id=desk.municipality, name="Ungdom", apart_days=2, created_at=desk.now)
        ).pk
    ids = [desk.placed(channel, language) for language in ("nb", "nn", "nb", "nn")]
    for number in range(3):
        ids += [
            desk.released(channel, ("nb", "nn")[number % 2], latest_at=wall(f"{TOMORROW} 18:00")),
            desk.released(channel, ("nn", "nb")[number % 2], campaign_id=campaign),
        ]
        chosen = ids[number]
        at_once(
            lambda: ring(desk),
            lambda: ring(desk),
            lambda: replan(desk, channel),
            partial(desk.move, chosen, f"2026-03-1{chosen % 10} 17:00"),
        )
        ring(desk)
        assert broken(desk, channel) == []
        desk.now += timedelta(minutes=1)
    states = Counter(desk.row(each).state for each in ids)
    assert set(states) <= {State.SCHEDULED, State.APPROVED}
    assert all((desk.stands(each) is not None) == (desk.row(each).state is State.SCHEDULED) for each in ids)
    assert all(desk.row(each).problem_code for each in ids if desk.row(each).state is State.APPROVED)
    unread = Counter(publication_id for publication_id, *_ in told(desk))
    assert set(unread.values()) <= {1}


def test_what_is_moved_at_the_moment_it_is_due_goes_out_at_its_new_time(each_desk: Desk) -> None:
    desk = each_desk
    publication = desk.placed(desk.channel())
    desk.now = at(desk, publication)
    minted: list[int] = []
    minter = threading.Thread(target=lambda: minted.append(minting.mint_due(desk.db, now=desk.now)))
    with desk.begin() as session:
        later = desk.now + timedelta(hours=2)
        planning.move(session, desk.chief, publication, wanted_at=later, now=desk.now)
        minter.start()
        while not desk.db.is_sqlite and not session.scalar(text(_WAITING)):
            pass
    minter.join(60)
    assert (minted, at(desk, publication), desk.row(publication).state) == ([0], later, State.SCHEDULED)


def test_two_letters_about_one_move_are_one(each_desk: Desk) -> None:
    desk = each_desk
    channel = desk.channel()
    desk.rules(max_per_day=1)
    standing = desk.placed(channel)
    desk.released(channel, latest_at=wall(f"{TODAY} 18:00"))
    at_once(*[lambda: planning.plan_due(desk.db, [desk.municipality], now=desk.now)] * 4)
    assert [each[0] for each in told(desk)] == [standing]
