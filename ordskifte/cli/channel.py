"""`ordskifte channel add|list|check`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from connectors import registry
from ordskifte.cli import frame
from scheduler.queries import channels as shown
from scheduler.services import connecting


def add_to(commands: frame.Commands) -> None:
    noun = frame.group(commands, "channel", help_text="the channels: one account on one platform each")
    adding = frame.command(noun, "add", add, help_text="a new channel, checked at once", of_one=True)
    adding.add_argument("--platform", required=True, choices=sorted(registry.PLATFORMS))
    adding.add_argument("--name", required=True)
    adding.add_argument("--unit", type=frame.row_id, metavar="ID", help="the unit that owns it; none: the municipality")
    adding.add_argument("--language", choices=("nn", "nb"), help="the fixed language of a unit's channel")
    adding.add_argument("--needs-approval", action="store_true", help="what goes out is approved by a leader first")
    adding.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="a credential: server=https://..., access_token=@FILE (a secret is read from a file, @- for standard input)",
    )
    frame.command(noun, "list", every, help_text="the channels and how each fares", of_one=False)
    checking = frame.command(noun, "check", check, help_text="ask the platform who we are there", of_one=True)
    checking.add_argument("channel", type=frame.row_id, metavar="ID")


def add(given: argparse.Namespace) -> int:
    credentials = _credentials(given.set, given.platform)
    if given.platform == "manual":
        credentials.setdefault("network", given.name)
    with frame.parts(given) as p:
        (town,) = frame.chosen(p.db, given.municipality)
        with p.db.begin(town.id) as session:
            row = connecting.add_channel(
                session,
                None,
                platform=given.platform,
                name=given.name,
                credentials=credentials,
                house=p.gate.house,
                unit_id=given.unit,
                language=given.language,
                needs_approval=given.needs_approval,
                now=p.clock(),
            )
            channel_id = row.pk
        checked = connecting.check(
            p.db,
            None,
            municipality_id=town.id,
            channel_id=channel_id,
            http=p.gate.http,
            clock=p.clock,
            house=p.gate.house,
        )
        answer = {
            "id": channel_id,
            "municipality": town.slug,
            "platform": given.platform,
            "name": row.name,
            "unit": given.unit,
            "answers": checked.code is None,
            "problem": checked.code,
        }
        if checked.code is not None:
            print(f"Added, but not ready: {frame.wording().outside(checked.code)}", file=sys.stderr)
        return frame.show_row(answer, as_json=given.as_json)


def every(given: argparse.Namespace) -> int:
    rows: list[frame.Row] = []
    with frame.parts(given) as p:
        for town, session in frame.read_each(p.db, given.municipality):
            rows += [
                {
                    "id": each.id,
                    "municipality": town.slug,
                    "platform": each.platform,
                    "name": each.name,
                    "unit": each.unit_id,
                    "health": each.health.value,
                    "last_success_at": each.last_success_at,
                }
                for each in shown.channels(session, now=p.clock())
            ]
    return frame.show_rows(rows, as_json=given.as_json, empty="No channel yet: ordskifte channel add")


def check(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        (town,) = frame.chosen(p.db, given.municipality)
        checked = connecting.check(
            p.db,
            None,
            municipality_id=town.id,
            channel_id=given.channel,
            http=p.gate.http,
            clock=p.clock,
            house=p.gate.house,
        )
        frame.show_row(
            {
                "id": given.channel,
                "answers": checked.code is None,
                "problem": checked.code,
                "account": checked.remote_name,
            },
            as_json=given.as_json,
        )
    if checked.code is not None:
        raise frame.CannotDo(frame.wording().outside(checked.code))
    return 0


def _credentials(told: list[str], platform: str) -> dict[str, str]:
    secrets = registry.platform(platform).secrets()
    found = {}
    for each in told:
        name, equals, value = each.partition("=")
        if not equals:
            raise frame.CannotDo(f"--set {each}: write FIELD=VALUE.")
        if value.startswith("@"):
            value = _from_file(value[1:])
        elif name in secrets:
            raise frame.CannotDo(f"{name} is a secret: put it in a file and write --set {name}=@FILE.")
        found[name] = value
    return found


def _from_file(path: str) -> str:
    try:
        return (sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")).strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise frame.CannotDo(f"{path} cannot be read: {frame.why(wrong)}.") from None
