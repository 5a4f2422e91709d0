"""How a step keeps one row's fault from the others, where it goes through many: it does each within `apart()`.

Knows nothing of faults. What becomes of one, the outermost ring in the worker says; without it (`nullcontext`) a fault ends the step.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeAlias

Apart: TypeAlias = Callable[[], AbstractContextManager[None]]
