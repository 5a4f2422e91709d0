"""Whether a text that a Mastodon server shows is the text that we sent.

The server gives HTML of its own making: paragraphs and breaks for our lines, shortened links, mentions without their host, and
on some servers emphasis made of asterisks. Both sides are brought to one form in which none of that shows. Knows no network.
"""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from urllib.parse import unquote

#: What stands in the text but says nothing: joiners and marks of width nothing, and the signs that some servers read as emphasis.
_SILENT = re.compile(r"[\s\u200b\u2060\ufeff\u00ad*_~`]+")
#: A mention with its host, which the server leaves out when it knows the account. An e-mail address is no mention.
_MENTION = re.compile(r"(?<![\w@.])@(\w[\w.-]*)@[\w-]+(?:\.[\w-]+)+")


#: Tags that never end.
_VOID = frozenset({"br", "img", "hr", "wbr"})


class _Words(HTMLParser):
    """Gathers the text, with what a browser would hide (the head and tail of a shortened link) and a space where a block ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._quoting = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if self._quoting or "quote-inline" in classes:
            self._quoting += tag not in _VOID
        elif tag in ("p", "br", "li", "div"):
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._quoting:
            self._quoting -= tag not in _VOID
        elif tag in ("p", "li", "div"):
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._quoting:
            self.pieces.append(data)


def plain(content: str) -> str:
    """The text inside a status's HTML, links written out."""
    words = _Words()
    words.feed(content)
    words.close()
    return "".join(words.pieces)


def form(text: str) -> str:
    """The form in which what we sent and what the server shows are equal, and two different posts are not."""
    short = _MENTION.sub(r"@\1", text)
    return _SILENT.sub("", unicodedata.normalize("NFC", unquote(short)))
