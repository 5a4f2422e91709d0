"""What an approval answers for: one fingerprint of everything that a citizen will see, and when it may be seen.

Decides what is pinned. The chosen language and the slot are not: the planner may move what was approved. Source: design, "Approval pins".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime


def fingerprint(
    *,
    channel_id: int,
    texts: Mapping[str, str],
    images: Sequence[tuple[int, str, str]],
    link: str | None,
    earliest_at: datetime | None,
    latest_at: datetime | None,
) -> str:
    """SHA-256, in hexadecimal, over the texts by language, the pictures (media, alternative text, credit), the link and the two moments."""
    pinned = {
        "channel": channel_id,
        "texts": dict(sorted(texts.items())),
        "images": [list(image) for image in images],
        "link": link,
        "earliest": _instant(earliest_at),
        "latest": _instant(latest_at),
    }
    return hashlib.sha256(json.dumps(pinned, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _instant(moment: datetime | None) -> str | None:
    """The moment itself: the same in whatever zone it was told."""
    return moment.astimezone(UTC).isoformat() if moment else None
