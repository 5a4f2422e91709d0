"""The errors that cross layers: a refusal with its codes, a bad setting, a lost race, a thing that is not there.

Knows codes only. The words for people stand in web/wording.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class OrdskifteError(Exception):
    """What our own code raises on purpose."""


class Refused(OrdskifteError):
    """The thing asked for was not done, and why: every code at once, with the values its words need.

    `codes`: members of a StrEnum (each code has words in three languages, held by a house test). `params`: values by name, for the
    words ("limit", "day", "nearest", ...).
    """

    def __init__(self, *codes: StrEnum, **params: object) -> None:
        super().__init__(", ".join(sorted(code.value for code in codes)))
        self.codes: tuple[StrEnum, ...] = codes
        self.params: Mapping[str, object] = params


class Missing(OrdskifteError):
    """No such row in this municipality. Also what a foreign municipality's row answers, so that nothing can be guessed."""

    def __init__(self, noun: str, key: object) -> None:
        super().__init__(f"no {noun} {key}")
        self.noun, self.key = noun, key


class LostRace(OrdskifteError):
    """A guarded change found another state than it expected: somebody else was first. Nothing was written."""

    def __init__(self, noun: str, key: object) -> None:
        super().__init__(f"{noun} {key} changed meanwhile")
        self.noun, self.key = noun, key


class SettingError(OrdskifteError):
    """A setting cannot be used; the sentence names it. Stops the start."""


class Busy(OrdskifteError):
    """The database could not take the change just now; nothing was written. Try again after `retry_after` seconds."""

    retry_after = 5
