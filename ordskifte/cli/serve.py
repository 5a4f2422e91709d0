"""`ordskifte run|web`: the processes that serve the pages."""

from __future__ import annotations

import argparse
import signal

from waitress.server import create_server

from ordskifte.app import make_app
from ordskifte.cli import frame
from ordskifte.readiness import ready
from scheduler.log import logger
from scheduler.store.database import Database, Process
from scheduler.worker.runner import Worker

_log = logger(__name__)


def add_to(commands: frame.Commands) -> None:
    frame.command(commands, "run", run, help_text="web and worker in one process")
    frame.command(commands, "web", web, help_text="the pages only")


def run(given: argparse.Namespace) -> int:
    with frame.parts(given, process=Process.WEB) as p:
        ready(p.settings, p.db, needs_secret=True)
        working_db = Database(p.settings.database_url, process=Process.WORKER)
        labourer = Worker(working_db, gate=p.gate, threads=p.settings.sender_threads)
        labourer.start()
        try:
            _serve(p)
        finally:
            labourer.stop()
            working_db.close()
    return 0


def web(given: argparse.Namespace) -> int:
    with frame.parts(given, process=Process.WEB) as p:
        ready(p.settings, p.db, needs_secret=True)
        _serve(p)
    return 0


def _serve(p: frame.Parts) -> None:
    app = make_app(p.settings, db=p.db, clock=p.clock, gate=p.gate)
    try:
        server = create_server(app, host=p.settings.host, port=p.settings.port, threads=8)
    except (OSError, ValueError) as wrong:
        where = f"{p.settings.host}, port {p.settings.port}"
        told = frame.why(wrong) if isinstance(wrong, OSError) else "no such host"
        raise frame.CannotDo(f"Cannot listen on {where}: {told}. Check ORDSKIFTE_HOST and ORDSKIFTE_PORT.") from None
    signal.signal(signal.SIGTERM, _stop)
    _log.info("serving", address=f"http://{p.settings.host}:{p.settings.port}/")
    server.run()


def _stop(*_: object) -> None:
    """End waitress's loop as Ctrl-C does: its sockets must not be closed while it listens on them. Asked twice, it ends once."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit
