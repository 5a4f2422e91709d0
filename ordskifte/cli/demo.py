"""`ordskifte demo`: a sample municipality to try everything on."""

from __future__ import annotations

import argparse
from pathlib import Path

from ordskifte.cli import frame
from ordskifte.demo import run_demo


def add_to(commands: frame.Commands) -> None:
    trying = frame.command(
        commands, "demo", demo, help_text="a sample municipality to try everything on, on this machine alone"
    )
    trying.add_argument(
        "--port", type=frame.port, default=8000, help="the port on this machine (default: 8000, or the next free one)"
    )
    trying.add_argument(
        "--dir", type=Path, metavar="D", help="where the demo keeps its files (default: a folder of its own)"
    )


def demo(given: argparse.Namespace) -> int:
    status: int = run_demo(port=given.port, folder=given.dir)
    return status
