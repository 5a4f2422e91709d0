"""Words about news from the website: what happened to an item after its post was written."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

WORDS: Mapping[str, Mapping[str, LazyString]] = {
    # A page touches no tables, so this enum is named rather than imported.
    "scheduler.store.tables.posts.SourceFlag": {
        "changed": _l("The news item has been changed on the website"),
        "withdrawn": _l("The news item is gone from the website"),
    },
}
