"""`ordskifte ledger`: how nynorsk and bokmål have been used in a year, per channel; the year's report as CSV."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from ordskifte.cli import frame
from scheduler.domain.calendar import local
from scheduler.domain.ledger import Alarm, Tally, Why
from scheduler.queries import ledger
from scheduler.queries.ledger import ChannelLedger, Ledger
from web import reports
from web.reports import Of

FIRST_YEAR, LAST_YEAR = 2000, 2100


def add_to(commands: frame.Commands) -> None:
    told = frame.command(
        commands,
        "ledger",
        show,
        help_text="how nynorsk and bokmål are used in a year, channel by channel",
        of_one=False,
    )
    told.add_argument("--year", type=_year, metavar="Y", help="a calendar year (default: this one)")
    told.add_argument("--csv", action="store_true", dest="as_csv", help="the report, a line a channel and month")


def show(given: argparse.Namespace) -> int:
    if given.as_csv and given.as_json:
        raise frame.CannotDo("Choose one of --csv and --json.")
    rows: list[frame.Row] = []
    found: list[Of] = []
    with frame.parts(given) as p:
        for town in frame.chosen(p.db, given.municipality):
            today = local(p.clock(), town.zone)
            year = given.year or today.year
            with p.db.read(town.id) as session:
                its = ledger.of_year(session, year=year, zone=town.zone)
            found.append(Of(municipality=town.name, ledger=its, last_month=today.month if year == today.year else 12))
            rows += [_whole(town.slug, its), *(_row(town.slug, its, channel) for channel in its.channels)]
    if given.as_csv:
        sys.stdout.write(reports.as_csv(found))
        return 0
    return frame.show_rows(rows, as_json=given.as_json, empty="No municipality yet: ordskifte municipality add")


def _whole(slug: str, its: Ledger) -> frame.Row:
    """The municipality's own row, over the channels that choose between the standards: it has no channel."""
    broken = Counter(each.cause.why for each in its.breaks())
    return {
        **_head(slug, its, channel=None, channel_id=None, turns="off" if not its.takes_turns else "on"),
        **_figures(its.out, its.ahead, broken, floor_percent=its.floor_percent, alarm=its.alarm),
    }


def _row(slug: str, its: Ledger, channel: ChannelLedger) -> frame.Row:
    turns = channel.language or channel.alternation.value
    broken = Counter(each.cause.why for each in channel.breaks)
    return {
        **_head(slug, its, channel=channel.name, channel_id=channel.id, turns=turns),
        **_figures(channel.out, channel.ahead, broken, floor_percent=channel.floor_percent, alarm=channel.alarm),
    }


def _head(slug: str, its: Ledger, **channel: object) -> dict[str, object]:
    return {"municipality": slug, "year": its.year, **channel}


def _figures(
    out: Tally, ahead: Tally, broken: Counter[Why], *, floor_percent: int, alarm: Alarm | None
) -> dict[str, object]:
    return {
        "nn": out.nn,
        "nb": out.nb,
        "both": out.both,
        "other": out.other,
        "native": out.native,
        "notices": out.notices,
        "nn_percent": out.percent("nn") if out.counted else None,
        "balance": out.balance,
        "ahead_nn": ahead.in_nn,
        "ahead_nb": ahead.in_nb,
        "breaks": sum(broken.values()),
        "because": {why.value: number for why, number in sorted(broken.items())},
        "floor": floor_percent,
        "short_of": alarm.language if alarm else None,
        "needed": alarm.needed if alarm else 0,
    }


def _year(told: str) -> int:
    if not told.isascii() or not told.isdigit() or not FIRST_YEAR <= int(told[:9]) <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"{told[:40]!r} is not a year from {FIRST_YEAR} to {LAST_YEAR}")
    return int(told)
