"""`ordskifte collect`, `ordskifte inbox`, `ordskifte remind`: what citizens say, what waits for an answer, and telling whoever must give it."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from ordskifte.cli import frame
from scheduler.errors import Missing
from scheduler.queries import inbox as shown
from scheduler.queries.municipalities import MunicipalityView
from scheduler.services import collecting, reminding
from scheduler.store import rows as stored
from scheduler.store.tables import Channel

_NONE = "No channel can be read. What an account can do is asked anew by: ordskifte channel check"


def add_to(commands: frame.Commands) -> None:
    gathering = frame.command(
        commands, "collect", collect, help_text="collect comments from every channel that can be read", of_one=False
    )
    gathering.add_argument("--channel", type=frame.row_id, metavar="ID", help="only this channel")
    listing = frame.command(
        commands, "inbox", inbox, help_text="the enquiries that wait for an answer, by due time", of_one=False
    )
    listing.add_argument(
        "--tab",
        choices=[tab.value for tab in shown.Tab if tab is not shown.Tab.MINE],
        default=shown.Tab.OPEN.value,
        help="which part (default: open)",
    )
    listing.add_argument("--channel", type=frame.row_id, metavar="ID", help="only this channel")
    listing.add_argument(
        "--limit", type=frame.amount, default=200, metavar="N", help="at most so many a municipality (default: 200)"
    )
    frame.command(commands, "remind", remind, help_text="write the reminders that are due; deliver sends the mails")


def collect(given: argparse.Namespace) -> int:
    rows: list[frame.Row] = []
    failed = []
    with frame.parts(given) as p:
        for town, channel in _channels(p, given):
            brought = collecting.collect(p.db, municipality_id=town.id, channel_id=channel.pk, gate=p.gate)
            rows.append(
                {"municipality": town.slug, "channel_id": channel.pk, "channel": channel.name} | asdict(brought)
            )
            if brought.error_code is not None:
                failed.append(f"{channel.name}: {frame.wording().outside(brought.error_code)}")
    frame.show_rows(rows, as_json=given.as_json, empty=_NONE)
    if failed:
        raise frame.CannotDo("\n".join(failed))
    return 0


def inbox(given: argparse.Namespace) -> int:
    rows: list[frame.Row] = []
    with frame.parts(given) as p:
        now = p.clock()
        for town, session in frame.read_each(p.db, given.municipality):
            page = shown.inbox(
                session,
                None,
                now=now,
                tab=shown.Tab(given.tab),
                channel_id=given.channel,
                limit=given.limit,
            )
            rows += [
                {
                    "id": each.enquiry_id,
                    "municipality": town.slug,
                    "channel": each.channel,
                    "channel_id": each.channel_id,
                    "comment_id": each.comment_id,
                    "author": each.author,
                    "text": each.excerpt,
                    "kind": each.kind,
                    "written_at": each.written_at,
                    "state": each.state,
                    "settlement": each.settlement,
                    "silent": each.silent,
                    "promise": each.promise,
                    "breached": each.breached,
                    "due_at": each.due_at,
                    "started_at": each.started_at,
                    "because": each.started_by,
                    "settled_at": each.settled_at,
                    "assignee": each.assignee,
                    "url": each.url,
                }
                for each in page.rows
            ]
    return frame.show_rows(rows, as_json=given.as_json, empty="Nobody waits for an answer.")


def remind(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        return frame.show_row({"reminders": reminding.remind_due(p.db, gate=p.gate)}, as_json=given.as_json)


def _channels(p: frame.Parts, given: argparse.Namespace) -> list[tuple[MunicipalityView, Channel]]:
    """Those that are listened to; one that is named, whether it can be read or not. Raises Missing."""
    found = []
    for town, session in frame.read_each(p.db, given.municipality):
        every = stored.every(session, Channel) if given.channel else collecting.heard(session)
        found += [(town, each) for each in every if given.channel in {None, each.pk}]
    if given.channel is not None and not found:
        raise Missing("channel", given.channel)
    return found
