"""Texts for people that are translated when they are shown, not when the program is read."""

from __future__ import annotations

from typing import cast

from flask_babel import lazy_gettext


def later(text: str, **values: object) -> str:
    """The text in the language of whoever reads it. Imported as `_l`, the name that the catalogues are gathered by.

    It is Flask-Babel's lazy text; it is told to be a str since every place that takes it shows it.
    """
    return cast("str", lazy_gettext(text, **values))
