"""`ordskifte upgrade|doctor|backup|restore|assets`: what the operator does to keep it well."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.exc import DatabaseError

import migrations
from ordskifte.cli import frame
from scheduler.clock import Clock
from scheduler.errors import Busy
from scheduler.queries import health, reminders
from scheduler.store import schema
from web import assets

#: Said, but no fault: a municipality may do without.
_NO_MAIL = "Mail is off: reminders stand on the pages alone. ORDSKIFTE_MAIL_SERVER turns it on."


def add_to(commands: frame.Commands) -> None:
    frame.command(commands, "upgrade", upgrade, help_text="bring the database's schema up to date")
    frame.command(commands, "doctor", doctor, help_text="look for what is wrong, and say what to do")
    keeping = frame.command(
        commands, "backup", backup, help_text="copy the whole SQLite database to FILE, while it is in use"
    )
    keeping.add_argument("file", type=Path, metavar="FILE")
    bringing = frame.command(
        commands, "restore", restore, help_text="put the database back from FILE; stop web and worker first"
    )
    bringing.add_argument("file", type=Path, metavar="FILE")
    frame.command(commands, "assets", bring_assets, help_text="bring the browser's files (a source installation only)")


def upgrade(given: argparse.Namespace) -> int:
    with frame.parts(given, may_make_database=True) as p:
        try:
            migrations.upgrade(p.settings.database_url)
        except CommandError as wrong:
            with p.db.across() as session:
                found = schema.current(session)
            raise frame.CannotDo(
                f"The database's schema is {found}, which this version of Ordskifte does not know. Install the newer version."
            ) from wrong
        return frame.show_row({"schema": migrations.head()}, as_json=given.as_json)


def doctor(given: argparse.Namespace) -> int:
    with frame.parts(given, may_make_database=True) as p:
        if p.has_no_file:
            missing = {
                "what": "database",
                "trouble": "there is no such file",
                "do": "check ORDSKIFTE_DATABASE_URL, or make one: ordskifte upgrade",
            }
            frame.show_rows([missing], as_json=given.as_json, empty="")
            return 1
        try:
            now = p.clock()
        except (Busy, DatabaseError):  # the database's clock is silent; what follows says so
            now = Clock()()
        installation = health.installation(p.db, now=now)
        found = _installation_troubles(installation)
        if installation.schema == installation.expected:
            for town in frame.chosen(p.db, None):
                with p.db.read(town.id) as session:
                    found += [
                        {"what": f"{town.slug}: {each.name}", "trouble": trouble, "do": do}
                        for each in health.channels(session, now=now)
                        for trouble, do in _channel_troubles(each)
                    ]
                    alone = reminders.reaching_nobody(session, now=now)
                    letters = health.letters_waiting(session)
                if letters:
                    found.append(
                        {
                            "what": f"{town.slug}: mail",
                            "trouble": f"{letters.count} not taken since {letters.since.isoformat(timespec='minutes')} ({letters.code})",
                            "do": "check ORDSKIFTE_MAIL_SERVER and that it runs",
                        }
                    )
                if alone:
                    found.append(
                        {
                            "what": f"{town.slug}: enquiries",
                            "trouble": f"{len(alone)} soon due, and nobody holds a role that could answer",
                            "do": "ordskifte person add --role service_desk ...",
                        }
                    )
        mails = p.settings.mail_server is not None
    frame.show_rows(found, as_json=given.as_json, empty="All is well." if mails else f"All is well. {_NO_MAIL}")
    if found and not mails:
        print(_NO_MAIL, file=sys.stderr)
    return 1 if found else 0


def backup(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        source = _sqlite_file(p, "pg_dump --format=custom --file FILE")
        if given.file.exists():
            raise frame.CannotDo(f"{given.file} is there already. Choose another name.")
        _copy(source, given.file)
        return frame.show_row({"file": str(given.file), "bytes": given.file.stat().st_size}, as_json=given.as_json)


def restore(given: argparse.Namespace) -> int:
    with frame.parts(given, may_make_database=True) as p:
        target = _sqlite_file(p, "pg_restore --clean --dbname ... FILE")
        if not _is_ours(given.file):
            raise frame.CannotDo(f"{given.file} is not a backup of Ordskifte.")
        if any(worker.lives for worker in _workers(p)):
            raise frame.CannotDo("A worker is running on this database. Stop it first.")
        _copy(given.file, target)
        with p.db.across() as session:
            found = schema.current(session)
        if found != schema.EXPECTED:
            print(f"The backup's schema is {found}, not {schema.EXPECTED}. Run: ordskifte upgrade", file=sys.stderr)
        return frame.show_row({"restored": str(target), "schema": found}, as_json=given.as_json)


def bring_assets(given: argparse.Namespace) -> int:
    try:
        assets.bring(Path(assets.__file__).parent.parent)
    except assets.AssetsError as wrong:
        raise frame.CannotDo(str(wrong)) from wrong
    assets.compile_translations()
    return frame.show_row({"assets": "in place"}, as_json=given.as_json)


def _installation_troubles(found: health.Installation) -> list[frame.Row]:
    troubles: list[frame.Row] = []
    if not found.database_answers:
        return [
            {"what": "database", "trouble": "does not answer", "do": "check ORDSKIFTE_DATABASE_URL and that it runs"}
        ]
    if found.schema != found.expected:
        troubles.append(
            {
                "what": "schema",
                "trouble": f"is {found.schema or 'missing'}, should be {found.expected}",
                "do": "ordskifte upgrade",
            }
        )
    elif not found.worker_lives:
        troubles.append(
            {"what": "worker", "trouble": "none is running; nothing is sent", "do": "ordskifte worker (or run)"}
        )
    return troubles


def _channel_troubles(each: health.ChannelHealth) -> list[tuple[str, str]]:
    found = [(f"paused ({each.paused_code})", "open its page")] if each.paused_code else []
    if each.collection_overdue:
        since = f"since {each.collected_at.isoformat(timespec='minutes')}" if each.collected_at else "ever"
        why = f" ({each.collection_code})" if each.collection_code else ""
        found.append((f"no comments collected {since}{why}", f"ordskifte collect --channel {each.id}"))
    return found


def _workers(p: frame.Parts) -> tuple[health.WorkerHealth, ...]:
    return health.installation(p.db, now=p.clock()).workers


def _sqlite_file(p: frame.Parts, instead: str) -> Path:
    if not p.db.is_sqlite:
        raise frame.CannotDo(f"This database is PostgreSQL. Use its own tools: {instead}")
    return Path(p.settings.database_url.removeprefix("sqlite:///"))


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        raise frame.CannotDo(f"{source} is not there.")
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error as wrong:
        raise frame.CannotDo(f"{target} cannot be written: {wrong}.") from None


def _is_ours(file: Path) -> bool:
    if not file.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as found:
            return found.execute("SELECT 1 FROM alembic_version").fetchone() is not None
    except sqlite3.DatabaseError:
        return False
