"""Ids as they come in addresses and forms: whole numbers that the database can hold, and nothing else."""

from __future__ import annotations

from werkzeug.routing import IntegerConverter

LARGEST = 2**31 - 1


class RowId(IntegerConverter):
    """`<int:...>` in every rule: an id that no row can have leads to no page."""

    def __init__(self, map: object, *args: object, **options: object) -> None:  # noqa: A002 - werkzeug's own name
        super().__init__(map, max=LARGEST)  # type: ignore[arg-type]  # werkzeug's Map


def row_id(text: str) -> int:
    """An id; raises ValueError. For `request.args.get(..., type=row_id)`, which then gives None, and for forms."""
    if not (text.isascii() and text.isdigit() and 0 < int(text[:12]) <= LARGEST):
        raise ValueError("not an id")
    return int(text)


def row_id_or_none(text: str | None) -> int | None:
    """The id that a list sent, or None."""
    try:
        return row_id(text or "")
    except ValueError:
        return None
