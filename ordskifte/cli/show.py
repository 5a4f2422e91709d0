"""`ordskifte queue`: every publication with its state, times and reasons."""

from __future__ import annotations

import argparse

from ordskifte.cli import frame
from scheduler.domain.publication import State
from scheduler.queries import publications


def add_to(commands: frame.Commands) -> None:
    listing = frame.command(commands, "queue", queue, help_text="the publications, next and newest first", of_one=False)
    listing.add_argument("--state", action="append", choices=[state.value for state in State], help="only these states")
    listing.add_argument("--channel", type=frame.row_id, metavar="ID", help="only this channel")
    listing.add_argument("--post", type=frame.row_id, metavar="ID", help="only this post")
    listing.add_argument(
        "--limit", type=frame.amount, default=200, metavar="N", help="at most so many a municipality (default: 200)"
    )


def queue(given: argparse.Namespace) -> int:
    rows: list[frame.Row] = []
    with frame.parts(given) as p:
        for town, session in frame.read_each(p.db, given.municipality):
            rows += [
                {
                    "id": each.id,
                    "municipality": town.slug,
                    "post": each.post_id,
                    "title": each.title,
                    "channel": each.channel,
                    "channel_id": each.channel_id,
                    "state": each.state,
                    "language": each.language,
                    "starts_at": each.starts_at,
                    "published_at": each.published_at,
                    "url": each.url,
                    "problem": each.problem_code,
                    "source": each.source_flag,
                    "because": list(each.because) if given.as_json else [row["code"] for row in each.because],
                }
                for each in publications.listing(
                    session,
                    states=[State(told) for told in given.state or ()],
                    channel_id=given.channel,
                    post_id=given.post,
                    limit=given.limit,
                )
            ]
    return frame.show_rows(rows, as_json=given.as_json, empty="Nothing in the queue yet.")
