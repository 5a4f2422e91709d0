"""Two versions of a text beside each other, word by word: what stayed, what went, what came.

Knows words. Knows no page and no post.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

#: Beyond this many words nobody reads a comparison, and making one takes long.
MOST_WORDS = 1_000
_PIECES = re.compile(r"\s*\S+\s*")


class Fate(StrEnum):
    """What happened to a piece of the text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Part:
    """A piece of the text and its fate."""

    fate: Fate
    text: str


def compared(old: str, new: str) -> tuple[Part, ...]:
    """The pieces of both texts in their order. Texts too long to compare: all of the one, then all of the other.

    Without what went, the parts are the new text to the letter.
    """
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    if old == new:
        return (Part(Fate.SAME, new),)
    if max(len(before), len(after)) > MOST_WORDS:
        return (Part(Fate.GONE, old), Part(Fate.NEW, new))
    parts: list[Part] = []
    words = [piece.strip() for piece in before], [piece.strip() for piece in after]
    for what, a1, a2, b1, b2 in SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(Part(Fate.SAME, "".join(after[b1:b2])))
            continue
        if a2 > a1:
            parts.append(Part(Fate.GONE, _apart(parts, "".join(before[a1:a2]))))
        if b2 > b1:
            parts.append(Part(Fate.NEW, "".join(after[b1:b2])))
    return tuple(parts)


def _apart(parts: list[Part], gone: str) -> str:
    """The words that went, not grown together with what stands before and after them."""
    begins = " " if parts and not parts[-1].text[-1:].isspace() else ""
    return f"{begins}{gone}" if gone[-1:].isspace() else f"{begins}{gone} "
