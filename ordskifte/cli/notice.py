"""`ordskifte notice send|done|list`: service notices, out at once and over in one step."""

from __future__ import annotations

import argparse

from ordskifte.cli import frame
from scheduler.domain.notices import WRITTEN_IN
from scheduler.errors import Missing
from scheduler.queries import notices as shown
from scheduler.queries.municipalities import MunicipalityView
from scheduler.services import notices
from scheduler.store.notices import of_post


def add_to(commands: frame.Commands) -> None:
    noun = frame.group(commands, "notice", help_text="service notices: a closed road, a burst pipe")
    sending = frame.command(noun, "send", send, help_text="send a service notice now", of_one=False)
    sending.add_argument("--what", metavar="TEXT", required=True, help="what has happened, in your own words")
    sending.add_argument("--where", metavar="TEXT", default="", help="such as 'i Strandgata'")
    sending.add_argument("--until", metavar="TEXT", default="", help="such as 'om lag kl. 16'")
    sending.add_argument("--link", metavar="ADDRESS", help="where people can read more")
    sending.add_argument("--language", choices=WRITTEN_IN, help="what it is written in; none: the municipality's own")
    sending.add_argument(
        "--channel", type=frame.row_id, action="append", metavar="ID", help="a channel; none: all that are in use"
    )
    ending = frame.command(noun, "done", done, help_text="say wherever it is out that it is over", of_one=False)
    ending.add_argument("notice", type=frame.row_id, metavar="ID", help="the notice's post")
    ending.add_argument("--now", metavar="TEXT", default="", help="how it is now, such as 'Vannet er tilbake'")
    listing = frame.command(noun, "list", every, help_text="the service notices that are on", of_one=False)
    listing.add_argument("--over", action="store_true", help="those that are over instead")
    listing.add_argument(
        "--limit", type=frame.amount, default=200, metavar="N", help="at most so many a municipality (default: 200)"
    )


def send(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        town = _only(p, given)
        own = town.language if town.language in WRITTEN_IN else WRITTEN_IN[0]
        with p.db.begin(town.id) as session:
            sent = notices.send(
                session,
                None,
                what=given.what,
                place=given.where,
                until=given.until,
                link=given.link,
                language=given.language or own,
                channel_ids=given.channel,
                now=p.clock(),
            )
    return frame.show_row(
        {"id": sent.post_id, "channels": list(sent.channels), "left_out": list(sent.left_out)}, as_json=given.as_json
    )


def done(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        town = _town_of(p, given)
        with p.db.begin(town.id) as session:
            told = notices.done(session, None, given.notice, now=p.clock(), words=given.now)
    row = {"id": given.notice, "already": told.again, "channels": dict(told.ended)}
    return frame.show_row(row, as_json=given.as_json)


def every(given: argparse.Namespace) -> int:
    rows: list[frame.Row] = []
    with frame.parts(given) as p:
        for town, session in frame.read_each(p.db, given.municipality):
            found = shown.page(session, None, over=given.over, limit=given.limit)
            rows += [
                {
                    "id": each.post_id,
                    "municipality": town.slug,
                    "what": each.what,
                    "where": each.place,
                    "until": each.until,
                    "sent_at": each.sent_at,
                    "sender": each.sender,
                    "done_at": each.done_at,
                    "channels": {here.channel: here.state for here in each.channels},
                }
                for each in found.rows
            ]
    return frame.show_rows(
        rows, as_json=given.as_json, empty="No service notice is on. Send one: ordskifte notice send"
    )


def _only(p: frame.Parts, given: argparse.Namespace) -> MunicipalityView:
    """The municipality that is meant: the one that is named, else the only one. Raises CannotDo where there are several."""
    known = frame.chosen(p.db, given.municipality)
    if len(known) != 1:
        raise frame.CannotDo(
            "Say which municipality: --municipality ID_OR_SLUG."
            if known
            else "There is no municipality yet: ordskifte municipality add"
        )
    return known[0]


def _town_of(p: frame.Parts, given: argparse.Namespace) -> MunicipalityView:
    """The municipality of the notice. Raises Missing."""
    for town, session in frame.read_each(p.db, given.municipality):
        if of_post(session, given.notice) is not None:
            return town
    raise Missing("service_notice", given.notice)
