"""Words about news from the website: what happened to an item after its post was written."""

from __future__ import annotations

from collections.abc import Mapping

from web.texts import later as _l

WORDS: Mapping[str, Mapping[str, str]] = {
    # A page touches no tables, so this enum is named rather than imported.
    "scheduler.store.tables.posts.SourceFlag": {
        "changed": _l("The news item has been changed on the website"),
        "withdrawn": _l("The news item is gone from the website"),
    },
}
