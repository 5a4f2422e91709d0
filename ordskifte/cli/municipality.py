"""`ordskifte municipality add|list`."""

from __future__ import annotations

import argparse

from ordskifte.cli import frame
from scheduler.queries import municipalities as shown
from scheduler.services import municipalities


def add_to(commands: frame.Commands) -> None:
    noun = frame.group(commands, "municipality", help_text="the municipalities of this installation")
    adding = frame.command(noun, "add", add, help_text="a new municipality")
    adding.add_argument("--name", required=True)
    adding.add_argument("--slug", help="the first part of its addresses; made from the name where none is given")
    adding.add_argument("--language", default="nb", choices=("nb", "nn", "en"), help="what its pages speak first")
    adding.add_argument("--host", help="its own host name, where it has one")
    frame.command(noun, "list", every, help_text="all municipalities")


def add(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        with p.db.operate() as session:
            row = municipalities.add_municipality(
                session, name=given.name, slug=given.slug, language=given.language, host=given.host, now=p.clock()
            )
            answer = {"id": row.id, "name": row.name, "slug": row.slug, "language": row.language, "host": row.host}
        return frame.show_row(answer, as_json=given.as_json)


def every(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        with p.db.across() as session:
            rows = [
                {"id": each.id, "name": each.name, "slug": each.slug, "language": each.language, "host": each.host}
                for each in shown.every(session)
            ]
        return frame.show_rows(rows, as_json=given.as_json, empty="No municipality yet: ordskifte municipality add")
