"""`ordskifte feed add|list|pull`."""

from __future__ import annotations

import argparse

from ordskifte.cli import frame
from scheduler.errors import Missing
from scheduler.queries import feeds as shown
from scheduler.queries.municipalities import MunicipalityView
from scheduler.services import ingestion


def add_to(commands: frame.Commands) -> None:
    noun = frame.group(commands, "feed", help_text="the feeds of news from a municipality's website")
    adding = frame.command(noun, "add", add, help_text="a feed, by the address of any page of the site", of_one=True)
    adding.add_argument("address")
    adding.add_argument(
        "--unit", type=frame.row_id, metavar="ID", help="the unit whose news it is; none: the municipality's"
    )
    frame.command(noun, "list", every, help_text="the feeds and how each fares", of_one=False)
    pulling = frame.command(noun, "pull", pull, help_text="fetch the news now, and count what came", of_one=False)
    pulling.add_argument("--feed", type=frame.row_id, metavar="ID", help="this feed only")


def add(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        (town,) = frame.chosen(p.db, given.municipality)
        found = ingestion.look(p.http, given.address)[0]
        with p.db.begin(town.id) as session:
            row = ingestion.add_feed(
                session,
                None,
                address=found.address,
                title=found.title,
                site=found.site,
                unit_id=given.unit,
                now=p.clock(),
            )
            answer = {
                "id": row.id,
                "municipality": town.slug,
                "address": row.address,
                "title": row.title,
                "unit": given.unit,
            }
        return frame.show_row(answer, as_json=given.as_json)


def every(given: argparse.Namespace) -> int:
    rows: list[frame.Row] = []
    with frame.parts(given) as p:
        for town, feed in _feeds(p, given):
            rows.append(
                {
                    "id": feed.id,
                    "municipality": town.slug,
                    "title": feed.title,
                    "address": feed.address,
                    "last_success_at": feed.last_success_at,
                    "problem": feed.error_code,
                }
            )
    return frame.show_rows(rows, as_json=given.as_json, empty="No feed yet: ordskifte feed add")


def pull(given: argparse.Namespace) -> int:
    rows: list[frame.Row] = []
    failed = []
    with frame.parts(given) as p:
        wanted = [(town, feed) for town, feed in _feeds(p, given) if given.feed in {None, feed.id}]
        if given.feed is not None and not wanted:
            raise Missing("feed", given.feed)
        for town, feed in wanted:
            result = ingestion.pull(p.db, municipality_id=town.id, feed_id=feed.id, http=p.http, clock=p.clock)
            rows.append(
                {
                    "feed": feed.id,
                    "municipality": town.slug,
                    "title": feed.title,
                    "new": result.new,
                    "changed": result.changed,
                    "withdrawn": result.withdrawn,
                    "unchanged": result.unchanged,
                    "refused": [{"code": code, "title": title} for code, title in result.refused],
                    "problem": result.error_code,
                }
            )
            if result.error_code is not None:
                failed.append(f"{feed.title}: {frame.wording().outside(result.error_code)}")
    frame.show_rows(rows, as_json=given.as_json, empty="No feed yet: ordskifte feed add")
    if failed:
        raise frame.CannotDo("\n".join(failed))
    return 0


def _feeds(p: frame.Parts, given: argparse.Namespace) -> list[tuple[MunicipalityView, shown.FeedRow]]:
    found = []
    for town, session in frame.read_each(p.db, given.municipality):
        found += [(town, feed) for feed in shown.feeds(session)]
    return found
