"""What time it is. The only place that reads a clock.

Knows the process clock, the database's clock on PostgreSQL, and the offset file that demo and tests wind. Knows no rules.
Everything that leaves this module is an aware datetime in UTC.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Gives `now`: the process clock, or `source` (the database's on PostgreSQL), plus the offset in `offset_file`.

    `offset_file` holds a whole number of seconds; it is read at each call, so that other processes are wound too
    (`ORDSKIFTE_TEST_CLOCK`, demo and tests only). A missing or empty file counts as 0.
    """

    def __init__(self, *, offset_file: Path | None = None, source: Callable[[], datetime] | None = None) -> None:
        self._offset_file, self._source = offset_file, source

    def __call__(self) -> datetime:
        """The instant now, aware, UTC."""
        now = self._source() if self._source else datetime.now(UTC)
        return now.astimezone(UTC) + self.offset

    @property
    def offset(self) -> timedelta:
        """How far the clock is wound."""
        if self._offset_file is None:
            return timedelta(0)
        try:
            return timedelta(seconds=int(self._offset_file.read_text().strip() or 0))
        except (FileNotFoundError, ValueError, OverflowError):
            return timedelta(0)

    @property
    def can_be_wound(self) -> bool:
        """Whether this is a clock for demo and tests."""
        return self._offset_file is not None

    def wind(self, by: timedelta) -> timedelta:
        """Wind the clock forward by whole seconds and give the new offset. Only where `can_be_wound`; never backwards."""
        if self._offset_file is None:
            raise RuntimeError("this clock cannot be wound")
        offset = self.offset + max(by, timedelta(0))
        fresh = self._offset_file.with_suffix(".new")
        fresh.write_text(str(int(offset.total_seconds())))
        fresh.replace(self._offset_file)
        return offset


def wall_now() -> float:
    """The machine's own wall clock, which APScheduler goes by; never wound, never shown."""
    return time.time()
