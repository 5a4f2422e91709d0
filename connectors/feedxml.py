"""From a feed's bytes to XML that a parser accepts, without losing what was meant.

Decides what is a feed at all, refuses what could harm (a DOCTYPE with its entities, markup without end), and mends what real systems
break: bare ampersands and angle brackets, entities that only HTML knows, control characters, wrong encodings. Linear in time.
Knows nothing of items. Pure.
"""

from __future__ import annotations

import html
import re

from connectors.feed_shapes import FeedError
from connectors.plaintext import decoded

MOST_TAGS = 120_000
MOST_CHARACTERS = 4_000_000
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?(rss|feed|rdf|channel)(?=[\s/>])", re.IGNORECASE)
_HTML = re.compile(r"<!doctype\s+html|<html", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)?")
_NO_TAG = re.compile(r"<(?![A-Za-z_/!?])")
# feedparser takes a picture's title and description for the item's own.
_PICTURE_WORDS = re.compile(r"<(/?)media:(title|description|text)\b[^<>]*?(/?)>")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def mended(body: bytes, content_type: str) -> str:
    """The feed as text, from its root element on. Raises FeedError where it is none, or is refused."""
    text = decoded(body, content_type)
    if not text.strip():
        raise FeedError("empty")
    text = text[_root_start(text) :]
    if text.count("<") > MOST_TAGS:
        raise FeedError("too_complex")
    text = "".join(_mended_parts(text))
    if len(text) > MOST_CHARACTERS:
        raise FeedError("too_complex")
    return text


def _root_start(text: str) -> int:
    """Where the root element begins. Walks over comments and instructions, so that nothing can hide inside one."""
    position = 0
    while (start := text.find("<", position)) >= 0:
        if text.startswith("<?", start):
            end = text.find("?>", start)
        elif text.startswith("<!--", start):
            end = text.find("-->", start + 4)
        elif _HTML.match(text, start):
            break
        elif text.startswith("<!", start):
            raise FeedError("doctype")
        elif _ROOT.match(text, start):
            return start
        else:
            break
        if end < 0:
            break
        position = end + 2
    raise FeedError("not_a_feed")


def _mended_parts(text: str) -> list[str]:
    """CDATA sections stay as they are; what stands between them is mended."""
    parts, position = [], 0
    while (start := text.find("<![CDATA[", position)) >= 0:
        end = text.find("]]>", start)
        if end < 0:
            break
        parts += [_mended(text[position:start]), text[start : end + 3]]
        position = end + 3
    return [*parts, _mended(text[position:])]


def _mended(markup: str) -> str:
    markup = _NO_TAG.sub("&lt;", markup)
    markup = _PICTURE_WORDS.sub(r"<\1media:picture\2\3>", markup)
    return _REFERENCE.sub(_reference, markup)


def _reference(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        return "&amp;"
    if name in _XML_NAMES:
        return found[0]
    # html.unescape knows what browsers make of &#150; (a dash) and of forbidden characters (nothing).
    meant = html.unescape(found[0])
    if meant == found[0]:
        return f"&amp;{name};"
    return html.escape(decoded(meant.encode("utf-8", "ignore")), quote=True)
