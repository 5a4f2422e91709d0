"""`ordskifte unit add|list`."""

from __future__ import annotations

import argparse

from ordskifte.cli import frame
from scheduler.queries import municipalities as shown
from scheduler.services import municipalities


def add_to(commands: frame.Commands) -> None:
    noun = frame.group(commands, "unit", help_text="the units of a municipality: schools, libraries, nursing homes")
    adding = frame.command(noun, "add", add, help_text="a new unit", of_one=True)
    adding.add_argument("--name", required=True)
    frame.command(noun, "list", every, help_text="the units", of_one=False)


def add(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        (town,) = frame.chosen(p.db, given.municipality)
        with p.db.begin(town.id) as session:
            row = municipalities.add_unit(session, None, name=given.name, now=p.clock())
            answer = {"id": row.id, "municipality": town.slug, "name": row.name}
        return frame.show_row(answer, as_json=given.as_json)


def every(given: argparse.Namespace) -> int:
    rows: list[frame.Row] = []
    with frame.parts(given) as p:
        for town, session in frame.read_each(p.db, given.municipality):
            rows += [{"id": each.id, "municipality": town.slug, "name": each.name} for each in shown.units(session)]
    return frame.show_rows(rows, as_json=given.as_json, empty="No unit yet: ordskifte unit add")
