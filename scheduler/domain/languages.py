"""Which written standard a text is in: nynorsk, bokmål, or not to be told.

Weighs the marks of language_marks.py: words, stems and endings. Knows nothing of where a text comes from. Takes time in proportion to
the text, accepts any unicode, and says None rather than guess: for texts that are short, mixed, or in another language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from scheduler.domain import language_marks
from scheduler.domain.language_marks import CERTAIN, STRONG, Marks

Standard = Literal["nn", "nb"]

#: Under this many words a text is short, and needs a large margin.
SHORT: Final = 10
MARGIN: Final = 2.0
LARGE_MARGIN: Final = 4.0
#: How much of all the marks' weight the margin must be: below it the text is mixed.
SHARE: Final = 0.3
LARGE_SHARE: Final = 0.7
#: Running Norwegian has about one shared function word in three; a text of ten words or more with fewer than this is not Norwegian.
LEAST_SHARED: Final = 0.08

MAX_REASONS: Final = 8
_LONGEST_WORD: Final = 40
_MARKABLE: Final = 5  # the letters a word must have before its parts are looked at
_STEM_HEAD: Final = 4  # the letters every stem begins with; the fewest a stem has
_ENDING_LETTERS: Final = range(7, 0, -1)
_WORD: Final = re.compile(r"[^\W\d_]+")
_ADDRESS: Final = re.compile(r"\w\.(?:no|com|org|net|eu|info)\b|\w\.[a-z]{2,6}/", re.IGNORECASE)
# Some systems write å and ö as a letter and a ring or dots of its own, and hide soft hyphens in long words.
_COMPOSED: Final = (
    ("a\u030a", "å"),
    ("A\u030a", "Å"),
    ("o\u0308", "ö"),
    ("a\u0308", "ä"),
    ("\u00ad", ""),
    ("\u200b", ""),
)
_NORWEGIAN_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzæøåéèêàáòóôöäü")


@dataclass(frozen=True)
class Detected:
    """What was found. `score` above 0 leans to nynorsk, below to bokmål; `because` names the words that decided, weightiest first."""

    language: Standard | None
    score: float
    because: tuple[str, ...]


@dataclass(frozen=True)
class _Mark:
    weight: float  # above 0 nynorsk, below 0 bokmål
    because: str


def detect(text: str) -> Detected:
    """Nynorsk, bokmål or None. Addresses, #tags and @mentions don't count."""
    counted = Counter(_words(text))
    total = sum(counted.values())
    weighed = [
        (mark.weight * times, mark.because) for word, times in counted.items() if (mark := _mark(word)) is not None
    ]
    score = sum((weight for weight, _ in weighed), 0.0)
    foreign = _foreign(counted, total)
    if foreign:
        return Detected(None, round(score, 1), foreign)
    weight = sum(abs(one) for one, _ in weighed)
    margin, share = (LARGE_MARGIN, LARGE_SHARE) if total < SHORT else (MARGIN, SHARE)
    language: Standard | None = None
    if abs(score) >= margin and abs(score) >= share * weight:
        language = "nn" if score > 0 else "nb"
    return Detected(language, round(score, 1), _reasons(weighed, language))


def _words(text: str) -> Iterable[str]:
    for apart, together in _COMPOSED:
        text = text.replace(apart, together)
    for chunk in text.split():
        if (
            chunk.startswith("#")
            or "@" in chunk
            or "://" in chunk
            or chunk.lower().startswith("www.")
            or _ADDRESS.search(chunk)
        ):
            continue
        yield from (word.lower() for word in _WORD.findall(chunk))


def _mark(word: str) -> _Mark | None:
    """What one word tells. A whole word goes before its parts; stem and ending add up."""
    if word in _WORDS:
        return _Mark(_WORDS[word], word)
    if word in _NEUTRAL or not _MARKABLE <= len(word) <= _LONGEST_WORD:
        return None
    stem = _stem(word)
    ending = next((word[-n:] for n in _ENDING_LETTERS if word[-n:] in _ENDINGS), None)
    if word.startswith("hv") and stem is None:
        stem = -STRONG
    weight = (stem or 0.0) + (_ENDINGS[ending] if ending else 0.0)
    if not weight:
        return None
    return _Mark(max(-CERTAIN, min(CERTAIN, weight)), word if stem is not None else f"-{ending}")


def _stem(word: str) -> float | None:
    """The weight of the longest stem in the word; of two as long, the first."""
    found = ""
    for start in range(len(word) - _STEM_HEAD + 1):
        for stem in _STEMS_BY_HEAD.get(word[start : start + _STEM_HEAD], ()):
            if len(stem) > len(found) and word.startswith(stem, start):
                found = stem
    return _STEMS.get(found)


def _foreign(counted: Mapping[str, int], total: int) -> tuple[str, ...]:
    """The words that show another language than Norwegian, or () where none does. A "?" stands for letters we don't have."""
    if not total:
        return ()
    shared = sum(times for word, times in counted.items() if word in _SHARED or abs(_WORDS.get(word, 0.0)) == CERTAIN)
    far = {
        word: times for word, times in counted.items() if word in _FOREIGN or not _NORWEGIAN_LETTERS.issuperset(word)
    }
    near = {word: times for word, times in counted.items() if word in _NEAR}
    found = {**far, **near}
    words = sorted(found, key=lambda word: (-found[word], word))
    if sum(far.values()) > shared or (sum(near.values()) >= 2 and sum(near.values()) * 4 >= shared):
        return tuple(words[:MAX_REASONS])
    if total >= SHORT and shared < LEAST_SHARED * total:
        return tuple(words[:MAX_REASONS]) or ("?",)
    return ()


def _reasons(weighed: Sequence[tuple[float, str]], language: Standard | None) -> tuple[str, ...]:
    """The weightiest marks: of the language found, or of both where none was."""
    sign = {"nn": 1, "nb": -1, None: 0}[language]
    together: Counter[str] = Counter()
    for weight, because in weighed:
        if not sign or weight * sign > 0:
            together[because] += round(abs(weight) * 10)
    return tuple(because for because, _ in together.most_common(MAX_REASONS))


def _weights(rows: Iterable[Marks]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for row in rows:
        weights.update((mark, -row.weight) for mark in row.nb.split())
        weights.update((mark, row.weight) for mark in row.nn.split())
    return weights


_WORDS: Final = _weights(language_marks.WORDS)
_STEMS: Final = _weights(language_marks.STEMS)
_STEMS_BY_HEAD: Final = {
    head: tuple(stems) for head, stems in groupby(sorted(_STEMS), key=lambda stem: stem[:_STEM_HEAD])
}
_ENDINGS: Final = _weights(language_marks.ENDINGS)
_NEUTRAL: Final = frozenset(language_marks.NEUTRAL.split())
_SHARED: Final = frozenset(language_marks.SHARED.split())
_FOREIGN: Final = frozenset(language_marks.FOREIGN.split())
_NEAR: Final = frozenset(language_marks.NEAR.split())
