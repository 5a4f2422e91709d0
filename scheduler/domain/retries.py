"""How long to wait before the next try of something that failed.

Doubles the wait with every failure, up to a ceiling, and spreads what failed at the same moment by a jitter that the key decides: the
same question always has the same answer. Knows no clock and no chance, and not what is tried.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

#: The part of a wait that the jitter may take away.
SPREAD: Final = 0.25
_MOST_DOUBLINGS: Final = 64


def after(failures: int, *, base: timedelta, ceiling: timedelta, key: str) -> timedelta:
    """The wait after so many failures in a row; nothing after none.

    Between three quarters of `base` doubled `failures - 1` times and the whole of it, never above `ceiling`.
    """
    if failures < 1:
        return timedelta(0)
    whole = min(base.total_seconds() * 2.0 ** min(failures - 1, _MOST_DOUBLINGS), ceiling.total_seconds())
    return timedelta(seconds=whole * (1 - SPREAD * _share(f"{key}:{failures}")))


def _share(key: str) -> float:
    """A number from 0 up to 1 that the key alone decides."""
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:6]) / 2**48
