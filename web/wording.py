"""Words for every code: what the scheduler and the connectors say in codes, people read here in their language.

Knows which words belong to which code; the words themselves stand by topic in web/words. A house test walks the enums of
the domain and finds words for every member.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask_babel import gettext as _

from scheduler.domain.access import Denied
from scheduler.domain.excuses import Excuse
from scheduler.domain.notices import Unsent
from scheduler.domain.publication import Note
from scheduler.domain.reasons import Because, WentFirst
from scheduler.domain.rules import Refusal
from scheduler.errors import Refused
from scheduler.services.composing import Complaint
from scheduler.services.planning import Parked
from web import filters
from web.languages import WRITTEN
from web.words import ALL, OUTSIDE, key_of


class _Gaps(dict[str, Any]):
    """Values for words; one that nobody gave leaves a dash rather than breaking the page."""

    def __missing__(self, key: str) -> str:
        return "–"


def words(code: Enum, **params: object) -> str:
    """The words for a code, with the values they need."""
    return _fill(ALL[key_of(type(code))][code.value], params)


def knows(code: Enum) -> bool:
    """Whether there are words for this code."""
    return code.value in ALL.get(key_of(type(code)), {})


def outside(code: str | None, **params: object) -> str:
    """The words for what a connector or a pull reported: a plain code, as it is kept in the database."""
    return _fill(OUTSIDE.get(code or "", OUTSIDE["unknown"]), params)


def problem(code: str | None, **params: object) -> str:
    """The words for why a publication stands still: kept as a plain code, whichever part of the house found it."""
    for enum in (Parked, Refusal, Complaint, Note, Unsent):
        if code in set(enum):
            return words(enum(code), **params)
    return outside(code, **params)


def reasons(refused: Refused) -> tuple[str, ...]:
    """A sentence for each of the refusal's codes."""
    return tuple(words(code, **shown(refused.params)) for code in refused.codes)


def is_denial(refused: Refused) -> bool:
    """Whether the person's roles do not reach that far."""
    return any(isinstance(code, Denied) for code in refused.codes)


def shown(params: Mapping[str, object]) -> dict[str, object]:
    """A refusal's values as people read them: times and days by the filters, codes by their words. No `person`: the command line."""
    told = {name: _show(value) for name, value in params.items()}
    return told | ({"person": _("those who run the service")} if told.get("person", "") is None else {})


def because(kept: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """A sentence for each line of a placement's account, as it is kept (rows of `Reason.as_row`)."""
    return tuple(_reason(row["code"], row.get("params", {})) for row in kept)


def _reason(code: str, params: Mapping[str, str]) -> str:
    ready: dict[str, object] = dict(params)
    if "language" in ready:
        ready["language"] = language(str(ready["language"]))
    if "rule" in ready:
        ready["rule"] = words(Refusal(str(ready["rule"])))
    if ready.get("reason") in set(Excuse):
        ready["reason"] = words(Excuse(str(ready["reason"])))
    if "from" in ready:
        ready["from"] = filters.near_moment(datetime.fromisoformat(str(ready["from"])))
    if code in set(Because):
        return words(Because(code), **ready)
    sentence = words(Refusal(code), **ready)
    if "why" in params:
        sentence = f"{sentence} {words(WentFirst(params['why']))}"
    if "at" not in params:
        return sentence
    span = filters.near_moment(datetime.fromisoformat(params["at"]))
    if params.get("until", params["at"]) != params["at"]:
        span = _("%(first)s to %(last)s", first=span, last=filters.near_moment(datetime.fromisoformat(params["until"])))
    return f"{span[:1].upper()}{span[1:]}: {sentence}"


def language(tag: str | None) -> str:
    """The name of a post's language, in the page's language."""
    return str(WRITTEN.get(tag or "", tag or "–"))


def somebody() -> str:
    """What to call a citizen whose name the platform keeps back."""
    return _("Somebody without a name")


def _show(value: object) -> object:
    if isinstance(value, datetime):
        return filters.near_moment(value)
    if isinstance(value, date):
        return filters.full_day(value)
    if isinstance(value, Enum):
        return words(value) if knows(value) else value.value
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(_show(each)) for each in value)
    return value


def _fill(text: str, params: Mapping[str, object]) -> str:
    told = str(text)
    return told % _Gaps(params) if "%(" in told else told
