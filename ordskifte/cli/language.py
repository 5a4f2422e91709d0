"""`ordskifte language`: nynorsk or bokmål, for text on standard input."""

from __future__ import annotations

import argparse
import json
import sys

from ordskifte.cli import frame
from scheduler.domain.languages import Detected, detect


def add_to(commands: frame.Commands) -> None:
    asking = frame.command(commands, "language", tell, help_text="nynorsk or bokmål, for text on standard input")
    asking.add_argument("--lines", action="store_true", help="one text a line in, one JSON object a line out")


def tell(given: argparse.Namespace) -> int:
    text = sys.stdin.buffer.read().decode("utf-8", errors="replace")
    if given.lines:
        # Only a line feed ends a line here: whoever asks counts on as many answers as texts.
        for line in text.removesuffix("\n").split("\n") if text else ():
            print(json.dumps(_told(detect(line)), ensure_ascii=False))
        return 0
    return frame.show_row(_told(detect(text)), as_json=given.as_json)


def _told(found: Detected) -> dict[str, object]:
    return {"language": found.language, "score": found.score, "because": list(found.because)}
