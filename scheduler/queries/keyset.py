"""Where a page of a list begins: a moment and an id, as an address carries them. Knows no list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cursor_of(moment: datetime, row_id: int) -> str:
    """Where the page after this row begins."""
    return f"{(moment - _EPOCH) // timedelta(microseconds=1)}-{row_id}"


def begins_at(cursor: str | None) -> tuple[datetime, int] | None:
    """What a cursor says; None where somebody else wrote it, and then the list begins at its beginning."""
    micros, _, row_id = (cursor or "").partition("-")
    if not (micros.isdecimal() and row_id.isdecimal() and len(micros) < 19 and len(row_id) < 10):
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(micros)), int(row_id)
    except OverflowError:
        return None
