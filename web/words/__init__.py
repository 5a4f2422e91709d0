"""The words by topic, and the two tables that gather them: for codes that are members of an enum, and for plain codes from outside."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from web.words import (
    calendar,
    channels,
    feeds,
    ledger,
    notices,
    outside,
    people,
    places,
    posts,
    practice,
    queue,
    rules,
    states,
    talk,
)  # fmt: skip


def key_of(enum: type[Enum]) -> str:
    """The name an enum's words are kept under."""
    return f"{enum.__module__}.{enum.__qualname__}"


#: enum (by its full name) → value → words.
ALL: dict[str, dict[str, str]] = {}
_topics: tuple[Mapping[Any, Mapping[Any, str]], ...] = (
    calendar.WORDS, channels.WORDS, feeds.WORDS, ledger.WORDS, notices.WORDS, people.WORDS, places.WORDS, posts.WORDS,
    practice.WORDS, queue.WORDS, rules.WORDS, states.WORDS, talk.WORDS,
)  # fmt: skip
for _topic in _topics:
    for _enum, _words in _topic.items():
        _name = _enum if isinstance(_enum, str) else key_of(_enum)
        ALL[_name] = {getattr(code, "value", code): words for code, words in _words.items()}

#: plain code → words, for what connectors and pulls report.
OUTSIDE: Mapping[str, str] = outside.WORDS
