"""One step in a table of states: where an action leads, and what it means that it leads nowhere.

Knows no table of its own: Publication, Delivery, Enquiry and Reply bring theirs. Source: design, "States".
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

_State = TypeVar("_State", bound=StrEnum)
_Action = TypeVar("_Action", bound=StrEnum)


class WrongState(Exception):
    """The action is not one for this state."""

    def __init__(self, state: StrEnum, action: StrEnum) -> None:
        super().__init__(f"{action.value} is not for {state.value}")
        self.state, self.action = state, action


def step(table: Mapping[tuple[_State, _Action], _State], state: _State, action: _Action) -> _State:
    """The state that `action` leads to; raises WrongState where the table has none."""
    try:
        return table[state, action]
    except KeyError:
        raise WrongState(state, action) from None
