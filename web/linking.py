"""A text as a citizen sees it: its line breaks, and its web addresses as links. Everything else in it is shown as it is written."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_ENDS_A_SENTENCE = ".,:;!?'»”"
#: Longer addresses are shown shortened.
_SHOWN = 60


def linked(text: str) -> Markup:
    """The text, safely, with links that pass nothing on."""
    return Markup("<br>").join(_line(line) for line in text.splitlines())


def _line(line: str) -> Markup:
    parts, end = [], 0
    for found in _ADDRESS.finditer(line):
        address = _address(found.group())
        parts += [escape(line[end : found.start()]), _link(address)]
        end = found.start() + len(address)
    return Markup("").join([*parts, escape(line[end:])])


def _address(found: str) -> str:
    """The address without what ends the sentence around it."""
    address = found.rstrip(_ENDS_A_SENTENCE)
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(_ENDS_A_SENTENCE)
    return address


def _link(address: str) -> Markup:
    shown = address.split("://", 1)[1].rstrip("/")
    if len(shown) > _SHOWN:
        shown = f"{shown[: _SHOWN - 1]}…"
    return Markup('<a href="{}" rel="nofollow noopener noreferrer ugc">{}</a>').format(address, shown)
