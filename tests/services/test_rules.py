"""Setting posting rules, taking days out, campaigns: what is refused, what moves at once, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlmodel import col

from scheduler.domain.access import Actor, Denied, Grant, Role
from scheduler.domain.posting_rules import Alternation, PostingRules, Window
from scheduler.domain.publication import State
from scheduler.errors import Missing
from scheduler.queries import rules as shown
from scheduler.services import campaigns, rules, taking_back
from scheduler.services.campaigns import CampaignRefusal
from scheduler.services.rules import Changed, OwnDaysRefusal, RulesRefusal
from scheduler.store import rows
from scheduler.store import rules as kept
from scheduler.store.tables import AuditEvent, Campaign, Channel
from tests.services.desk import Desk, refusal_of, wall

TODAY, TOMORROW = date(2026, 3, 3), date(2026, 3, 4)
PLAIN = PostingRules(alternation=Alternation.OFF)


class Rules:
    """The chief sets rules at a desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def do(self, service: Callable[..., Any], *told: Any, by: Actor | None = None, **more: Any) -> Any:
        with self.desk.begin() as session:
            return service(session, by or self.desk.chief, *told, now=self.desk.now, **more)

    def save(self, given: PostingRules = PLAIN, *, channel_id: int | None = None, **more: Any) -> Changed:
        changed: Changed = self.do(rules.save_rules, channel_id=channel_id, rules=given, **more)
        return changed

    def take_out(self, first: date = TOMORROW, last: date | None = None, **more: Any) -> Changed:
        filled = {"channel_id": None, "name": "Planleggingsdag", "first_day": first, "last_day": last or first, **more}
        changed: Changed = self.do(rules.add_own_days, **filled)
        return changed

    def campaign(self, name: str = "Vinter", apart_days: int = 2) -> int:
        made: int = self.do(campaigns.add_campaign, name=name, apart_days=apart_days)
        return made

    def back(self, changed: Changed) -> Changed:
        taken: Changed = self.do(taking_back.take_back, changed.event_id)
        return taken

    def of(self, channel_id: int) -> PostingRules:
        with self.desk.db.read(self.desk.municipality) as session:
            return kept.rules_of(session, rows.get(session, Channel, channel_id))

    def history(self, subject: str) -> list[str]:
        with self.desk.db.read(self.desk.municipality) as session:
            return [row.action for row in rows.every(session, AuditEvent, col(AuditEvent.subject) == subject)]


@pytest.fixture
def at(desk: Desk) -> Rules:
    return Rules(desk)


@pytest.fixture
def each(each_desk: Desk) -> Rules:
    return Rules(each_desk)


def test_a_channel_keeps_the_municipalitys_rules_until_it_has_its_own_and_again_afterwards(at: Rules) -> None:
    first, other = at.desk.channel(), at.desk.channel()
    at.save(replace(PLAIN, max_per_day=3))
    at.save(replace(PLAIN, max_per_day=1), channel_id=first)
    at.save(replace(PLAIN, max_per_day=4))
    assert (at.of(first).max_per_day, at.of(other).max_per_day) == (1, 4)
    at.do(rules.drop_channel_rules, first)
    assert at.of(first).max_per_day == 4
    assert at.history("channel") == ["save_rules", "drop_rules"]
    assert at.history("municipality") == ["save_rules", "save_rules"]


@pytest.mark.parametrize(
    "wanted",
    [
        replace(PLAIN, max_per_day=1),
        replace(PLAIN, max_per_day=24, minimum_gap=timedelta(0)),
        replace(PLAIN, minimum_gap=timedelta(hours=24)),
        replace(PLAIN, windows=((Window(time(0), time(0)),),) * 7),
        replace(PLAIN, windows=((Window(time(8), time(10)), Window(time(20), time(0))),) + ((),) * 6),
        replace(PLAIN, skip_holidays=False, patience_days=0, floor_percent=0, alternation=Alternation.STRICT),
    ],
)
def test_rules_at_their_edges_are_kept_as_they_were_given(at: Rules, wanted: PostingRules) -> None:
    channel = at.desk.channel()
    at.save(wanted)
    assert at.of(channel) == wanted


def test_lowering_the_cap_moves_the_surplus_at_once_and_the_past_stands(each: Rules) -> None:
    desk = each.desk
    channel = desk.channel()
    each.save(replace(PLAIN, max_per_day=3))
    posts = [desk.placed(channel) for _ in range(3)]
    assert {desk.day(post) for post in posts} == {"2026-03-03"}
    gone = desk.stands(posts[0])
    assert gone is not None
    desk.now = wall(gone) + timedelta(minutes=1)
    changed = each.save(replace(PLAIN, max_per_day=1))
    assert changed.moved == 2
    assert [desk.day(post) for post in posts] == ["2026-03-03", "2026-03-04", "2026-03-05"]
    assert desk.stands(posts[0]) == gone


def test_a_time_that_a_person_chose_stands_whatever_the_rules_become(at: Rules) -> None:
    desk = at.desk
    channel = desk.channel()
    at.save()
    chosen, other = desk.placed(channel), desk.placed(channel)
    desk.move(chosen, "2026-03-04 15:00")
    at.take_out(TOMORROW)
    assert (desk.stands(chosen), desk.row(chosen).state) == ("2026-03-04 15:00", State.SCHEDULED)
    assert desk.day(other) == "2026-03-03"


def test_a_rehearsal_tells_how_many_would_move_and_leaves_everything_as_it_was(each: Rules) -> None:
    desk = each.desk
    channel = desk.channel()
    each.save()
    posts = [desk.placed(channel) for _ in range(2)]
    stood = [desk.stands(post) for post in posts]
    with desk.begin() as session:
        would = rules.rehearse_rules(
            session, desk.chief, channel_id=None, rules=replace(PLAIN, max_per_day=1), now=desk.now
        )
    assert would == 1
    assert ([desk.stands(post) for post in posts], each.of(channel).max_per_day) == (stood, 2)
    assert each.history("municipality") == ["save_rules"]
    assert each.save(replace(PLAIN, max_per_day=1)).moved == would


def test_the_floor_alone_moves_nothing(at: Rules) -> None:
    at.save()
    at.desk.placed(at.desk.channel())
    assert at.save(replace(PLAIN, floor_percent=40)).moved == 0


@pytest.mark.parametrize(
    "nowhere",
    [
        replace(PLAIN, windows=((Window(time(13, 1), time(13, 4)),),) * 7),
        replace(PLAIN, windows=((Window(time(13, 0), time(14)),),) + ((),) * 6),
    ],
    ids=["no five-minute mark", "every open day is taken out"],
)
@pytest.mark.parametrize("channels", [0, 1])
def test_rules_that_leave_no_place_for_weeks_are_saved_only_when_it_is_meant(
    at: Rules, nowhere: PostingRules, channels: int
) -> None:
    for _ in range(channels):
        at.desk.channel()
    for week in range(9):
        at.take_out(date(2026, 3, 9) + timedelta(weeks=week), name=f"Måndag {week}")
    assert refusal_of(lambda: at.save(nowhere)).codes == (RulesRefusal.NO_PLACE_LEFT,)
    assert at.history("municipality") == []
    at.save(nowhere, all_the_same=True)
    at.save(nowhere)  # it was so before: nobody is asked again


@pytest.mark.parametrize("first", [TODAY, TOMORROW])
def test_a_blackout_over_all_days_is_made_only_when_it_is_meant(at: Rules, first: date) -> None:
    at.desk.channel()
    taken = (first, TODAY + timedelta(days=56))
    assert at.take_out(first, TODAY + timedelta(days=55), name="Ein dag att").row_id is not None
    assert refusal_of(lambda: at.take_out(*taken)).codes == (RulesRefusal.NO_PLACE_LEFT,)
    assert at.take_out(*taken, all_the_same=True).row_id is not None


def test_what_stands_on_a_day_that_is_taken_out_moves_at_once_and_no_other(each: Rules) -> None:
    desk = each.desk
    school, town = desk.channel(unit_id=desk.unit()), desk.channel()
    each.save()
    there, here = desk.placed(school), desk.placed(town)
    assert each.take_out(TODAY, channel_id=school).moved == 1
    assert (desk.day(there), desk.day(here)) == ("2026-03-04", "2026-03-03")


@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ({"name": " \n"}, {OwnDaysRefusal.NAME_EMPTY}),
        ({"name": "x" * 121}, {OwnDaysRefusal.NAME_TOO_LONG}),
        ({"last_day": TODAY}, {OwnDaysRefusal.LAST_BEFORE_FIRST}),
        ({"last_day": TOMORROW + timedelta(days=366)}, {OwnDaysRefusal.TOO_MANY}),
        ({"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 2)}, {OwnDaysRefusal.ALL_PAST}),
        ({"first_day": date(2032, 1, 1), "last_day": date(2032, 1, 1)}, {OwnDaysRefusal.TOO_FAR}),
        ({"name": "", "last_day": TODAY}, {OwnDaysRefusal.NAME_EMPTY, OwnDaysRefusal.LAST_BEFORE_FIRST}),
        ({"first_day": date.min, "last_day": date.max}, {OwnDaysRefusal.TOO_MANY}),
    ],
)
def test_days_that_cannot_be_taken_out_say_why_all_at_once(at: Rules, wrong: Any, codes: Any) -> None:
    given = {"channel_id": None, "name": "Fri", "first_day": TOMORROW, "last_day": TOMORROW, **wrong}
    refused = refusal_of(lambda: at.do(rules.add_own_days, **given))
    assert set(refused.codes) == codes


def test_the_longest_time_that_can_be_taken_out_is_366_days_and_today_counts_as_to_come(at: Rules) -> None:
    at.desk.channel()
    at.take_out(TODAY - timedelta(days=3), TODAY)
    at.take_out(TOMORROW, TOMORROW + timedelta(days=365), all_the_same=True)
    assert refusal_of(lambda: at.take_out(TODAY - timedelta(days=3), TODAY, name="PLANLEGGINGSDAG")).codes == (
        OwnDaysRefusal.THERE_ALREADY,
    )


@pytest.mark.parametrize(
    ("name", "apart", "codes"),
    [
        ("", 1, {CampaignRefusal.NAME_EMPTY}),
        ("x" * 121, 1, {CampaignRefusal.NAME_TOO_LONG}),
        ("VÅR I  fjordvik ", 1, {CampaignRefusal.NAME_TAKEN}),
        ("Sommar", -1, {CampaignRefusal.APART_OUT_OF_RANGE}),
        ("Sommar", 61, {CampaignRefusal.APART_OUT_OF_RANGE}),
        ("vår i fjordvik", 61, {CampaignRefusal.NAME_TAKEN, CampaignRefusal.APART_OUT_OF_RANGE}),
    ],
)
def test_a_campaign_that_cannot_be_made_or_changed_so_says_why(at: Rules, name: str, apart: int, codes: Any) -> None:
    at.campaign("Vår i Fjordvik")
    other = at.campaign("Haust")
    assert set(refusal_of(lambda: at.campaign(name, apart)).codes) == codes
    change: Any = {"name": name, "apart_days": apart, "active": True}
    assert set(refusal_of(lambda: at.do(campaigns.change_campaign, other, **change)).codes) == codes


def test_a_campaign_keeps_its_own_name_and_its_edges_and_ends(at: Rules) -> None:
    made = at.campaign("Vinter", 0)
    at.do(campaigns.change_campaign, made, name="vinter", apart_days=60, active=False)
    with at.desk.db.read(at.desk.municipality) as session:
        row = rows.get(session, Campaign, made)
        assert (row.name, row.apart_days, row.active) == ("vinter", 60, False)
        assert [each.name for each in shown.campaigns(session)] == ["vinter"]


def test_a_greater_distance_moves_the_posts_of_the_campaign_and_the_way_back_is_open(each: Rules) -> None:
    desk = each.desk
    channel = desk.channel()
    each.save()
    made = each.campaign(apart_days=0)
    posts = [desk.placed(channel, campaign_id=made) for _ in range(2)]
    assert [desk.day(post) for post in posts] == ["2026-03-03", "2026-03-03"]
    changed = each.do(campaigns.change_campaign, made, name="Vinter", apart_days=3, active=True)
    assert [desk.day(post) for post in posts] == ["2026-03-03", "2026-03-06"]
    assert changed.moved == 1
    each.back(changed)
    with desk.db.read(desk.municipality) as session:
        assert shown.campaign(session, made).apart_days == 0


def test_a_change_of_rules_is_taken_back_and_that_too(at: Rules) -> None:
    channel = at.desk.channel()
    first = at.save(replace(PLAIN, max_per_day=5))
    second = at.save(replace(PLAIN, max_per_day=6), channel_id=channel)
    third = at.back(second)
    assert at.of(channel).max_per_day == 5
    at.back(third)
    assert at.of(channel).max_per_day == 6
    at.do(rules.drop_channel_rules, channel)
    at.back(first)
    assert at.of(channel) == PostingRules()


def test_what_somebody_has_changed_since_is_not_put_back(at: Rules) -> None:
    first = at.save(replace(PLAIN, max_per_day=5))
    at.save(replace(PLAIN, max_per_day=6))
    assert refusal_of(lambda: at.back(first)).codes == (RulesRefusal.CHANGED_SINCE,)
    made = at.campaign()
    ended = at.do(campaigns.change_campaign, made, name="Vinter", apart_days=2, active=False)
    at.do(campaigns.change_campaign, made, name="Vinter", apart_days=2, active=True)
    assert refusal_of(lambda: at.back(ended)).codes == (RulesRefusal.CHANGED_SINCE,)


def test_days_taken_out_are_given_back_and_taken_out_again_once(at: Rules) -> None:
    channel = at.desk.channel()
    added = at.take_out()
    removed = at.back(added)
    assert at.of(channel).own_days == frozenset()
    assert refusal_of(lambda: at.back(added)).codes == (RulesRefusal.CHANGED_SINCE,)
    at.back(removed)
    assert at.of(channel).own_days == {TOMORROW}
    assert refusal_of(lambda: at.back(removed)).codes == (RulesRefusal.CHANGED_SINCE,)


def test_nothing_but_such_a_change_can_be_taken_back(at: Rules) -> None:
    at.desk.placed(at.desk.channel())
    with at.desk.db.read(at.desk.municipality) as session:
        other = rows.every(session, AuditEvent)[0].pk
    with pytest.raises(Missing):
        at.do(taking_back.take_back, other)


def test_whoever_may_set_rules_in_one_unit_sets_no_others(at: Rules) -> None:
    mine, theirs = at.desk.unit(), at.desk.unit()
    here, there, town = at.desk.channel(unit_id=mine), at.desk.channel(unit_id=theirs), at.desk.channel()
    somebody = at.desk.somebody(Role.CHIEF, unit_id=mine)
    leader = at.desk.somebody(Role.LEADER, unit_id=mine)
    at.do(rules.save_rules, by=somebody, channel_id=here, rules=PLAIN)
    days = {"name": "Fri", "first_day": TOMORROW, "last_day": TOMORROW}
    for deed in (
        lambda: at.do(rules.save_rules, by=somebody, channel_id=there, rules=PLAIN),
        lambda: at.do(rules.save_rules, by=somebody, channel_id=town, rules=PLAIN),
        lambda: at.do(rules.save_rules, by=somebody, channel_id=None, rules=PLAIN),
        lambda: at.do(rules.save_rules, by=leader, channel_id=here, rules=PLAIN),
        lambda: at.do(rules.drop_channel_rules, there, by=somebody),
        lambda: at.do(rules.add_own_days, by=somebody, channel_id=None, **days),
        lambda: at.do(rules.add_own_days, by=somebody, channel_id=there, **days),
        lambda: at.do(campaigns.add_campaign, by=somebody, name="Vår", apart_days=1),
    ):
        assert refusal_of(deed).codes == (Denied.NOT_ALLOWED,)
    assert Grant(Role.CHIEF, mine) in somebody.grants
