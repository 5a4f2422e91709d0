"""The demo: everything in one process on this machine alone, with a sample municipality one can do anything to.

The only place with automatic sign-in and a clock that can be wound. Knows how the parts are put together; knows no rule.
"""

from __future__ import annotations

import secrets
import signal
import socket
import sys
import tempfile
from datetime import datetime, time, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

from waitress.server import create_server
from werkzeug.middleware.dispatcher import DispatcherMiddleware

import migrations
from ordskifte.app import make_app
from ordskifte.demo import sample
from ordskifte.demo.website import Site, make_website
from scheduler import log
from scheduler.clock import Clock
from scheduler.domain.calendar import day_of, resolve
from scheduler.errors import OrdskifteError
from scheduler.services.gate import Gate
from scheduler.settings import MailKind, MailServer, Secret, Settings
from scheduler.store.database import Database, Process
from scheduler.worker.runner import Worker
from web.pages.demo import Demo, demo_pages

_TRIES = 20
#: When a new demo's clock begins: the afternoon with its posts lies ahead, and twenty hours later, when somebody is reminded, it is day too.
BEGINS = time(12, 30)


class CannotStart(OrdskifteError):
    """The demo cannot start; the sentence says why."""


def run_demo(*, port: int, folder: Path | None) -> int:
    """Run the demo on 127.0.0.1 until it is stopped. `folder`: where it keeps its files; the next free port where `port` is taken."""
    kept = _folder(folder)
    sock = _listen(port)
    settings = _settings(kept, sock.getsockname()[1])
    log.set_up(level="WARNING")
    made = kept / "made"
    if not made.exists():
        _begin_anew(kept)
    migrations.upgrade(settings.database_url)
    db = Database(settings.database_url, process=Process.WEB)
    clock = Clock(offset_file=settings.test_clock)
    if not made.exists() and not clock.offset:
        clock.wind(next_beginning(clock()) - clock())
    gate = Gate.of(settings, clock)
    base = f"http://127.0.0.1:{settings.port}"
    site = Site(kept / "website.json", began_at=clock())
    worker = Worker(db, gate=gate, threads=settings.sender_threads)
    app = make_app(
        settings,
        db=db,
        clock=clock,
        gate=gate,
        more_pages=(demo_pages(Demo(website=f"{base}/website/", ring=worker.ring)),),
    )
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    both: Any = DispatcherMiddleware(app, {"/website": make_website(site)})
    server = create_server(both, sockets=[sock], threads=12)
    Thread(target=server.run, name="web", daemon=True).start()
    if not made.exists():
        print("Making the sample municipality ...", flush=True)
        sample.make(db, settings, website=f"{base}/website", now=clock())
        made.touch()
    worker.start()
    print(
        f"\nOrdskifte's demo runs. Open {base}/{sample.SLUG}/demo\nStop it with Ctrl-C. Its files: {kept}\n", flush=True
    )
    stopping = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    try:
        stopping.wait()
    finally:
        worker.stop()
        server.close()
        db.close()
    return 0


def next_beginning(now: datetime) -> datetime:
    """When a new demo's clock begins: at the next BEGINS on a Norwegian wall."""
    today = resolve(datetime.combine(day_of(now), BEGINS)).at
    return today if today >= now else resolve(datetime.combine(day_of(now) + timedelta(days=1), BEGINS)).at


def _begin_anew(kept: Path) -> None:
    """Take away what a start that was broken off has left: half a sample is none. A clock that stands ready stays wound."""
    for left in (*kept.glob("demo.db*"), *kept.glob("practice.db*"), kept / "website.json"):
        left.unlink(missing_ok=True)


def _settings(kept: Path, port: int) -> Settings:
    secret = kept / "secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(48))
    offset = kept / "clock"
    return Settings(
        database_url=f"sqlite:///{kept / 'demo.db'}",
        secret_key=Secret(secret.read_text().strip()),
        port=port,
        practice_file=kept / "practice.db",
        mail_server=MailServer(kind=MailKind.PRACTICE),
        allow_private_addresses=True,
        test_clock=offset,
    )


def _folder(folder: Path | None) -> Path:
    kept = (folder or Path.cwd() / ".ordskifte-demo").resolve()
    try:
        kept.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=kept):
            pass
    except OSError:
        raise CannotStart(f"The demo cannot keep its files in {kept}. Choose a folder with --dir.") from None
    return kept


def _listen(port: int) -> socket.socket:
    for wanted in range(port, port + _TRIES):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if sys.platform != "win32":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", wanted))
        except OSError:
            sock.close()
            if port == 0:
                break
            continue
        sock.listen(64)
        return sock
    raise CannotStart(f"No port from {port} to {port + _TRIES - 1} is free. Choose another with --port.")
