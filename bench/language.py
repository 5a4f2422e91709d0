"""How often the language classifier is right: `python bench/language.py LABELLED.tsv [--wrong]`.

The file has a heading and four columns parted by tabs: standard (nb or nn), sentences (one or two), words, text. "Forced" goes by the
sign of the score; "decided" counts only the texts that got an answer. Measure on text that the marks were not tuned on.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scheduler.domain.languages import SHORT, Detected, detect

BUCKETS = ((5, "1-4"), (10, "5-9"), (20, "10-19"), (40, "20-39"))


@dataclass(frozen=True)
class Line:
    standard: str
    sentences: str
    words: int
    text: str

    @property
    def bucket(self) -> str:
        if self.sentences == "two":
            return "two sentences"
        return next((name for below, name in BUCKETS if self.words < below), "40+") + " words"


def read(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Line(row["standard"], row["sentences"], int(row["words"]), row["text"])


def forced(found: Detected) -> str:
    """The sign of the score; a text without a mark counts as the standard that most municipalities write."""
    return "nn" if found.score > 0 else "nb"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("path", type=Path)
    arguments.add_argument("--wrong", action="store_true", help="show the texts that came out wrong")
    given = arguments.parse_args()
    lines = list(read(given.path))
    began = time.perf_counter()
    answers = [(line, detect(line.text)) for line in lines]
    took = time.perf_counter() - began

    seen: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for line, found in answers:
        for key in ((line.bucket, line.standard), (line.bucket, "all")):
            seen[key] += 1
            right[key] += forced(found) == line.standard
        if given.wrong and found.language not in (None, line.standard):
            print(line.standard, found.score, found.because, line.text)
    for key in sorted(seen):
        print(f"forced, {key[0]:13} {key[1]:3} {100 * right[key] / seen[key]:6.2f} %  of {seen[key]}")
    for name, group in (
        (f"{SHORT}+ words", [(line, found) for line, found in answers if line.words >= SHORT]),
        (f"under {SHORT}", [(line, found) for line, found in answers if line.words < SHORT]),
    ):
        decided = [(line, found) for line, found in group if found.language]
        good = sum(line.standard == found.language for line, found in decided)
        print(
            f"decided, {name}: {100 * len(decided) / len(group):.2f} %, of which right {100 * good / max(1, len(decided)):.2f} %"
        )
    print(f"{1e6 * took / len(lines):.0f} microseconds a text")


if __name__ == "__main__":
    main()
