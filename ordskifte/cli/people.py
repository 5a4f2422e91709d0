"""`ordskifte person add|list|password`."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from ordskifte.cli import frame
from scheduler.domain.access import Role
from scheduler.queries import people as shown
from scheduler.services import people


def add_to(commands: frame.Commands) -> None:
    noun = frame.group(commands, "person", help_text="the people who can sign in")
    adding = frame.command(noun, "add", add, help_text="a new person with one role", of_one=True)
    adding.add_argument("--name", required=True)
    adding.add_argument("--email", required=True)
    adding.add_argument("--role", required=True, choices=[role.value for role in Role])
    adding.add_argument(
        "--unit", type=frame.row_id, metavar="ID", help="the unit the role is for; none: the whole municipality"
    )
    _ask_password(adding)
    frame.command(noun, "list", every, help_text="the people", of_one=False)
    setting = frame.command(
        noun, "password", set_password, help_text="a new password; ends the person's sessions", of_one=True
    )
    setting.add_argument("person", type=frame.row_id, metavar="ID")
    _ask_password(setting)


def add(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        (town,) = frame.chosen(p.db, given.municipality)
        password = _password(given, needed=False)
        with p.db.begin(town.id) as session:
            row = people.add_person(
                session,
                None,
                name=given.name,
                email=given.email,
                role=Role(given.role),
                unit_id=given.unit,
                password=password,
                now=p.clock(),
            )
            answer = {
                "id": row.id,
                "municipality": town.slug,
                "name": row.name,
                "email": row.email,
                "role": given.role,
                "unit": given.unit,
                "can_sign_in": password is not None,
            }
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
                    "email": each.email,
                    "roles": [
                        f"{grant.role.value}{f':{grant.unit_id}' if grant.unit_id else ''}" for grant in each.grants
                    ],
                    "active": each.active,
                }
                for each in shown.page(session, limit=10_000).people
            ]
    return frame.show_rows(rows, as_json=given.as_json, empty="Nobody yet: ordskifte person add")


def set_password(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        (town,) = frame.chosen(p.db, given.municipality)
        password = _password(given, needed=True)
        with p.db.begin(town.id) as session:
            people.set_password(session, None, person_id=given.person, password=password or "", now=p.clock())
        return frame.show_row({"id": given.person, "municipality": town.slug, "done": True}, as_json=given.as_json)


def _ask_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-file",
        metavar="FILE",
        help="read the password from FILE (- for standard input); it is never an argument",
    )


def _password(given: argparse.Namespace, *, needed: bool) -> str | None:
    if given.password_file == "-":  # noqa: S105 - a file name
        return sys.stdin.readline().rstrip("\r\n")
    if given.password_file:
        try:
            return Path(given.password_file).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as wrong:
            raise frame.CannotDo(f"The password file cannot be read: {frame.why(wrong)}.") from None
    if not needed or not sys.stdin.isatty():
        if needed:
            raise frame.CannotDo("Give the password with --password-file FILE, or - for standard input.")
        return None
    return getpass.getpass("New password: ")
