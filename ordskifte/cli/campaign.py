"""`ordskifte campaign add|list`: posts that belong together, spread over the days."""

from __future__ import annotations

import argparse

from ordskifte.cli import frame
from ordskifte.cli.rules import one
from scheduler.queries import rules as shown
from scheduler.services import campaigns


def add_to(commands: frame.Commands) -> None:
    noun = frame.group(commands, "campaign", help_text="campaigns: posts that belong together, spread over the days")
    adding = frame.command(noun, "add", add, help_text="a new campaign", of_one=False)
    adding.add_argument("--name", required=True)
    adding.add_argument(
        "--apart", type=int, default=1, metavar="DAYS", help="so many days between two of its posts: 0 to 60"
    )
    frame.command(noun, "list", every, help_text="the campaigns", of_one=False)


def add(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        town = one(p, given)
        with p.db.begin(town.id) as session:
            made = campaigns.add_campaign(session, None, name=given.name, apart_days=given.apart, now=p.clock())
            row = shown.campaign(session, made)
    answer = {"id": row.id, "municipality": town.slug, "name": row.name, "apart_days": row.apart_days}
    return frame.show_row(answer, as_json=given.as_json)


def every(given: argparse.Namespace) -> int:
    rows: list[frame.Row] = []
    with frame.parts(given) as p:
        for town, session in frame.read_each(p.db, given.municipality):
            rows += [
                {
                    "id": each.id,
                    "municipality": town.slug,
                    "name": each.name,
                    "apart_days": each.apart_days,
                    "active": each.active,
                    "posts": each.posts,
                }
                for each in shown.campaigns(session)
            ]
    return frame.show_rows(rows, as_json=given.as_json, empty="No campaign yet: ordskifte campaign add")
