"""`ordskifte rules show|set|drop`, `ordskifte rules own-days add|list|remove`: the posting rules, and the days nothing is placed on."""

from __future__ import annotations

import argparse
import re
from datetime import date, time

from sqlmodel import Session

from ordskifte.cli import frame
from scheduler.domain.posting_rules import Alternation, Hours, PostingRules, rules_from
from scheduler.queries import rules as shown
from scheduler.queries.municipalities import MunicipalityView
from scheduler.services import rules

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(\d{1,2})(?:[:.](\d\d))?-(\d{1,2})(?:[:.](\d\d))?", re.ASCII)
_NONE = "No channel and no municipality yet: ordskifte municipality add"


def add_to(commands: frame.Commands) -> None:
    noun = frame.group(commands, "rules", help_text="the posting rules: how many a day, when, whose turn")
    showing = frame.command(noun, "show", show, help_text="the rules of a municipality and its channels", of_one=False)
    showing.add_argument("--channel", type=frame.row_id, metavar="ID", help="only this channel")
    setting = frame.command(
        noun, "set", change, help_text="change rules; what is not named stays as it is", of_one=False
    )
    setting.add_argument("--channel", type=frame.row_id, metavar="ID", help="this channel's own rules")
    setting.add_argument("--max-per-day", type=int, metavar="N", help="at most so many posts a day: 1 to 24")
    setting.add_argument(
        "--window",
        type=window,
        action="append",
        metavar="'DAYS FROM-TO'",
        help="when it posts, instead of the hours until now: 'mon-fri 13:00-18:00', 'sat,sun 10-12', 'daily 00:00-24:00'",
    )
    setting.add_argument("--gap", type=int, metavar="MIN", help="least time between two posts: 0 to 1440 minutes")
    setting.add_argument(
        "--alternation",
        choices=[each.value for each in Alternation],
        help="how firmly nynorsk and bokmål take turns: as a rule, only a person breaks the turn, always, not at all",
    )
    setting.add_argument("--patience", type=int, metavar="DAYS", help="so long a post waits for its turn: 0 to 60")
    setting.add_argument("--holidays", choices=("skip", "post"), help="whether posts are placed on public holidays")
    setting.add_argument("--floor", type=int, metavar="PERCENT", help="tell when a standard falls below: 0 to 50")
    _all_the_same(setting)
    dropping = frame.command(noun, "drop", drop, help_text="a channel keeps the rules for all again", of_one=False)
    dropping.add_argument("--channel", type=frame.row_id, metavar="ID", required=True)
    _all_the_same(dropping)
    days = frame.group(noun, "own-days", help_text="days on which nothing is placed by itself")
    adding = frame.command(days, "add", add_days, help_text="days on which nothing is placed by itself", of_one=False)
    adding.add_argument("--name", required=True)
    adding.add_argument("--first", type=day, metavar="YYYY-MM-DD", required=True)
    adding.add_argument("--last", type=day, metavar="YYYY-MM-DD", help="included; none: the first day alone")
    adding.add_argument("--channel", type=frame.row_id, metavar="ID", help="in this channel; none: in all")
    _all_the_same(adding)
    frame.command(days, "list", every_days, help_text="the own days to come", of_one=False)
    removing = frame.command(days, "remove", remove_days, help_text="let posts be placed then again", of_one=False)
    removing.add_argument("days", type=frame.row_id, metavar="ID")


def show(given: argparse.Namespace) -> int:
    rows: list[frame.Row] = []
    with frame.parts(given) as p:
        for town in frame.chosen(p.db, given.municipality) if given.channel is None else [one(p, given)]:
            with p.db.read(town.id) as session:
                if given.channel is not None:
                    rows.append(_row(session, town, given.channel))
                    continue
                rows += [_row(session, town, each) for each in (None, *(each.id for each in shown.whose(session)))]
    return frame.show_rows(rows, as_json=given.as_json, empty=_NONE)


def change(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        town = one(p, given)
        with p.db.begin(town.id) as session:
            wanted = _wanted(given, shown.set_for(session, given.channel).rules)
            changed = rules.save_rules(
                session,
                None,
                channel_id=given.channel,
                rules=wanted,
                now=p.clock(),
                all_the_same=given.all_the_same,
            )
            answer = {**_row(session, town, given.channel), "moved": changed.moved}
    return frame.show_row(answer, as_json=given.as_json)


def drop(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        town = one(p, given)
        with p.db.begin(town.id) as session:
            changed = rules.drop_channel_rules(
                session, None, given.channel, now=p.clock(), all_the_same=given.all_the_same
            )
            answer = {**_row(session, town, given.channel), "moved": changed.moved}
    return frame.show_row(answer, as_json=given.as_json)


def add_days(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        town = one(p, given)
        with p.db.begin(town.id) as session:
            changed = rules.add_own_days(
                session,
                None,
                channel_id=given.channel,
                name=given.name,
                first_day=given.first,
                last_day=given.last or given.first,
                now=p.clock(),
                all_the_same=given.all_the_same,
            )
    answer = {
        "id": changed.row_id,
        "municipality": town.slug,
        "name": given.name,
        "first": given.first,
        "last": given.last or given.first,
        "channel": given.channel,
        "moved": changed.moved,
    }
    return frame.show_row(answer, as_json=given.as_json)


def every_days(given: argparse.Namespace) -> int:
    rows: list[frame.Row] = []
    with frame.parts(given) as p:
        for town, session in frame.read_each(p.db, given.municipality):
            rows += [
                {
                    "id": each.id,
                    "municipality": town.slug,
                    "name": each.name,
                    "first": each.first_day,
                    "last": each.last_day,
                    "channel": each.channel_id,
                }
                for each in shown.days_out(session, now=p.clock())
            ]
    return frame.show_rows(rows, as_json=given.as_json, empty="No own days to come: ordskifte rules own-days add")


def remove_days(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        town = one(p, given)
        with p.db.begin(town.id) as session:
            changed = rules.remove_own_days(session, None, given.days, now=p.clock())
    return frame.show_row(
        {"id": given.days, "municipality": town.slug, "removed": True, "moved": changed.moved}, as_json=given.as_json
    )


def one(p: frame.Parts, given: argparse.Namespace) -> MunicipalityView:
    """The municipality that was named; the only one there is, where none was. Raises CannotDo where there are several."""
    found = frame.chosen(p.db, given.municipality)
    if len(found) != 1:
        raise frame.CannotDo(
            "Say which municipality: --municipality ID_OR_SLUG."
            if found
            else "There is no municipality yet: ordskifte municipality add"
        )
    return found[0]


def window(told: str) -> tuple[tuple[int, ...], Hours]:
    """The weekdays (0: Monday) and the hours of "mon-fri 13:00-18:00". Whether they make a window is for the rules to say."""
    named, _space, hours = told.strip().lower().partition(" ")
    days = [each for part in named.split(",") for each in _days(part)]
    read = _HOURS.fullmatch(hours.strip())
    if not days or read is None:
        raise argparse.ArgumentTypeError(f"{told[:60]!r} is no window; write for example 'mon-fri 13:00-18:00'")
    closes = (0, 0) if (int(read[3]), int(read[4] or 0)) == (24, 0) else (int(read[3]), int(read[4] or 0))
    try:
        return tuple(days), (time(int(read[1]), int(read[2] or 0)), time(*closes))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{told[:60]!r} names a time that no clock shows") from None


def day(told: str) -> date:
    """A date, as YYYY-MM-DD."""
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{told[:40]!r} is no date; write YYYY-MM-DD") from None


def _days(part: str) -> list[int]:
    if part == "daily":
        return list(range(7))
    first, _dash, last = part.partition("-")
    if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
        return []
    begins, ends = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return [number % 7 for number in range(begins, ends + 1 if ends >= begins else ends + 8)]


def _wanted(given: argparse.Namespace, now: PostingRules) -> PostingRules:
    """The rules with what was named changed. Raises RulesError with every fault."""
    hours: list[list[Hours]] = [[(each.opens, each.closes) for each in windows] for windows in now.windows]
    if given.window:
        hours = [[period for days, period in given.window if weekday in days] for weekday in range(7)]
    return rules_from(
        max_per_day=_or(given.max_per_day, now.max_per_day),
        hours=hours,
        gap_minutes=_or(given.gap, int(now.minimum_gap.total_seconds()) // 60),
        alternation=Alternation(given.alternation or now.alternation),
        patience_days=_or(given.patience, now.patience_days),
        skip_holidays=now.skip_holidays if given.holidays is None else given.holidays == "skip",
        floor_percent=_or(given.floor, now.floor_percent),
        zone=now.zone,
        own_days=now.own_days,
    )


def _or(told: int | None, instead: int) -> int:
    return instead if told is None else told


def _row(session: Session, town: MunicipalityView, channel_id: int | None) -> frame.Row:
    """The rules that hold there. In a channel with a language of its own nothing takes turns."""
    if channel_id is None:
        standing = shown.set_for(session, None)
        own, held = standing.own, standing.rules
    else:
        kept = shown.of_channel(session, channel_id)
        own, held = kept.own, kept.rules
    return {
        "municipality": town.slug,
        "channel": channel_id,
        "own": own,
        "max_per_day": held.max_per_day,
        "windows": {
            name: [f"{each.opens:%H:%M}-{_until(each.closes)}" for each in windows]
            for name, windows in zip(WEEKDAYS, held.windows, strict=True)
        },
        "minimum_gap_minutes": int(held.minimum_gap.total_seconds()) // 60,
        "alternation": held.alternation,
        "patience_days": held.patience_days,
        "skip_holidays": held.skip_holidays,
        "floor_percent": held.floor_percent,
    }


def _until(closes: time) -> str:
    return "24:00" if closes == time.min else f"{closes:%H:%M}"


def _all_the_same(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--all-the-same", action="store_true", help="also where nothing could be placed for eight weeks then"
    )
