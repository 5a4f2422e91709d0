"""How a post's text is made to fit a channel: its length as the channel counts it, and what is left out when it is too long.

Knows limits, words and graphemes. Knows no platform by name, no language and no database. The counting is the connectors' own, said
again here since the two may not know each other; a test holds them equal.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from itertools import takewhile
from typing import Final, assert_never

ELLIPSIS: Final = "…"
_PARTED: Final = "\n\n"
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_WORD: Final = re.compile(r"\S+")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_CONTROLS: Final = dict.fromkeys((*range(9), *range(11, 32), 127), " ")
_LINKED: Final = re.compile(r"://|^[#@]|\w\.[a-z]{2}", re.IGNORECASE)
_LOOSE_ENDS: Final = ",;:.–—-( \n"
_LONGEST_TAIL: Final = 12  # tags and emoji

_JOINER: Final = "\u200d"
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)


class Counting(Enum):
    """How a channel counts the length of a text. The values are those of the connectors' contract."""

    CODE_POINTS = "code points"
    GRAPHEMES = "graphemes"
    UTF16 = "utf-16 units"


@dataclass(frozen=True, kw_only=True)
class TextLimits:
    """What a channel accepts of text. `link_weight`: what an address counts as, however long it is; None = its own length."""

    characters: int
    counting: Counting = Counting.CODE_POINTS
    link_weight: int | None = None


@dataclass(frozen=True)
class Fitted:
    """A text made to fit, and whether something had to be left out."""

    text: str
    shortened: bool


def length(text: str, limits: TextLimits) -> int:
    """The length of `text` as the channel of `limits` counts it."""
    if limits.link_weight is None:
        return _count(text, limits.counting)
    return _count(_ADDRESS.sub("", text), limits.counting) + len(_ADDRESS.findall(text)) * limits.link_weight


def fit(title: str, lead: str, link: str | None, *, limits: TextLimits) -> Fitted:
    """Title, lead and the link home, within the limits.

    Whole words go from the end of the lead, then of the title, and an ellipsis says so; #tags and emoji at the end of the lead stay
    as long as a word of the text does. The link is always whole and last, also where it alone is too long: then the channel's own
    complaint tells the person.
    """
    home = (link or "").strip()
    head = " ".join(title.translate(_CONTROLS).split())
    rest = _tidy(lead)
    body = _PARTED.join(part for part in (head, "" if rest == head else rest) if part)
    whole = _with_home(body, home)
    if length(whole, limits) <= limits.characters:
        return Fitted(whole, shortened=False)
    text, tail = _tail(body)
    for ending in dict.fromkeys((tail, "")):
        kept = _longest(text, ending, home, limits)
        if kept is not None:
            return Fitted(kept, shortened=True)
    return Fitted(home, shortened=True)


def _longest(text: str, ending: str, home: str, limits: TextLimits) -> str | None:
    """The most words of the text that fit together with the ending and the link; None where not even one does."""
    # Every word but the first costs at least the blank before it, so no more of them than the limit can matter.
    ends = [word.end() for _, word in zip(range(limits.characters + 1), _WORD.finditer(text), strict=False)]

    def with_words(count: int) -> str:
        cut = _shortened(text[: ends[count - 1]])
        return _with_home(f"{cut} {ending}" if ending else cut, home)

    fewest, most = 0, len(ends)
    while fewest < most:
        middle = (fewest + most + 1) // 2
        if length(with_words(middle), limits) <= limits.characters:
            fewest = middle
        else:
            most = middle - 1
    return with_words(fewest) if fewest else None


def _shortened(text: str) -> str:
    kept = text.rstrip(_LOOSE_ENDS) or text
    # An ellipsis right after an address or a tag would be read as a part of it.
    return f"{kept} {ELLIPSIS}" if _LINKED.search(kept.rsplit(maxsplit=1)[-1]) else kept + ELLIPSIS


def _with_home(body: str, home: str) -> str:
    return _PARTED.join(part for part in (body, home) if part)


def _tidy(text: str) -> str:
    """One blank between words, at most one blank line between paragraphs, no control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS).split("\n")
    return _BLANK_LINES.sub(_PARTED, "\n".join(" ".join(line.split()) for line in lines)).strip()


def _tail(body: str) -> tuple[str, str]:
    """The text, and the #tags and emoji that it ends with. A text of nothing else has no tail."""
    words = body.rsplit(maxsplit=_LONGEST_TAIL)
    tail = list(reversed(list(takewhile(_is_tag_or_emoji, reversed(words)))))
    if not tail or len(tail) == len(words):
        return body, ""
    return body.rsplit(maxsplit=len(tail))[0], " ".join(tail)


def _is_tag_or_emoji(word: str) -> bool:
    if word.startswith("#"):
        return len(word) > 1
    return any(unicodedata.category(sign) == "So" for sign in word) and not any(sign.isalnum() for sign in word)


def _count(text: str, counting: Counting) -> int:
    match counting:
        case Counting.CODE_POINTS:
            return len(text)
        case Counting.GRAPHEMES:
            return _graphemes(text)
        case Counting.UTF16:
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        case _:
            assert_never(counting)


def _graphemes(text: str) -> int:
    """Characters as a reader sees them: an accent, a skin tone or what a joiner binds counts with what stands before it."""
    count = 0
    open_flag = joined = False
    for sign in text:
        point = ord(sign)
        if sign == _JOINER:
            joined = True
            continue
        if point in _SKIN_TONES or unicodedata.category(sign) in {"Mn", "Me", "Mc"}:
            count = max(count, 1)
            continue
        closes_flag = open_flag and point in _FLAG_LETTERS
        if not (joined or closes_flag):
            count += 1
        open_flag = point in _FLAG_LETTERS and not closes_flag
        joined = False
    return count
