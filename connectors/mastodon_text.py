"""Whether a text that a Mastodon server shows is the text that we sent.

The server gives HTML of its own making: paragraphs and breaks for our lines, shortened links, mentions without their host, and
on some servers emphasis made of asterisks. Both sides are brought to one form in which none of that shows. Knows no network.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import unquote

#: What stands in the text but says nothing: joiners and marks of width nothing, and the signs that some servers read as emphasis.
_SILENT = re.compile(r"[\s\u200b\u2060\ufeff\u00ad*_~`]+")
#: A mention with its host, which the server leaves out when it knows the account. An e-mail address is no mention.
_MENTION = re.compile(r"(?<![\w@.])@(\w[\w.-]*)@[\w-]+(?:\.[\w-]+)+")


_BLOCKS = frozenset({"p", "br", "li", "div", "ul", "ol", "blockquote"})
#: A tag. Servers write well-formed HTML of few tags, so this is enough; and it takes time in proportion to the length of anything.
_TAG = re.compile(r"<[^<>]*>")
_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_QUOTE = re.compile(r"""\sclass=["'](?:[^"'<>]*\s)?quote-inline[\s"']""")


def plain(content: str) -> str:
    """The text inside a status's HTML: with what a browser hides (the head and tail of a shortened link), and a new line where
    a block or a line ends. Without the paragraph that a server puts before a quotation for readers that know none."""
    pieces: list[str] = []
    quoting = False
    came = 0
    for tag in _TAG.finditer(content):
        if not quoting:
            pieces.append(html.unescape(content[came : tag.start()]))
        came = tag.end()
        named = _NAME.match(tag[0])
        if named and named[2].lower() in _BLOCKS:
            quoting = not named[1] and (quoting or _QUOTE.search(tag[0]) is not None)
            pieces.append("\n")
    if not quoting:
        pieces.append(html.unescape(content[came:]))
    return "".join(pieces)


def form(text: str) -> str:
    """The form in which what we sent and what the server shows are equal, and two different posts are not."""
    short = _MENTION.sub(r"@\1", text)
    return _SILENT.sub("", unicodedata.normalize("NFC", unquote(short)))
