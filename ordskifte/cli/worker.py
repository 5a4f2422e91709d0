"""`ordskifte worker`: the process that pulls, places and sends. Brings in nothing of the pages."""

from __future__ import annotations

import argparse
import signal
from threading import Event

from ordskifte.cli import frame
from ordskifte.readiness import ready
from scheduler.store.database import Process
from scheduler.worker.runner import Worker


def add_to(commands: frame.Commands) -> None:
    frame.command(commands, "worker", worker, help_text="the worker only: pulls, places, sends")


def worker(given: argparse.Namespace) -> int:
    with frame.parts(given, process=Process.WORKER) as p:
        ready(p.settings, p.db, needs_secret=True)
        labourer = Worker(p.db, gate=p.gate, threads=p.settings.sender_threads)
        stopping = Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stopping.set())
        labourer.start()
        stopping.wait()
        labourer.stop()
    return 0
