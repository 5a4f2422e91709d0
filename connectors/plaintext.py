"""From bytes to text, and from markup to plain text, however wrong both are.

Decides which characters were meant, and what of a piece of HTML a reader would have read. Every step takes time in proportion to the
length of what came in: markup made to be slow is not. Knows nothing of feeds, pages or the network. Pure.

What comes out is text, never markup: it may well contain "<script>", and whoever shows it must escape it.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)
_LABEL = re.compile(rb"(?:encoding|charset)\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})", re.IGNORECASE)
_SINGLE_BYTE = re.compile(r"(?:iso-?8859-?(?:[2-9]|1[0-6])|windows-?125[0-8]|cp125[0-8]|macintosh|mac-?roman|koi8-r)")
_WINDOWS = {"iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii"}  # on the web these mean windows-1252
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SPACE = re.compile(r"[\s\u200b\ufeff]+")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("ordskifte-windows", _as_windows)


def decoded(body: bytes, content_type: str = "") -> str:
    """The text of a document, by what its bytes are rather than by what it says of itself: byte order mark, valid UTF-8, the label
    inside it, the label in `content_type`, and last UTF-8 with stray windows-1252 in it. Without control characters."""
    return without_controls(_decoded(body, content_type))


def _decoded(body: bytes, content_type: str) -> str:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            body = body[len(mark) :] if not mark.startswith((b"<", b"\0<")) else body
            return body.decode(encoding, "ordskifte-windows" if encoding == "utf-8" else "replace").lstrip("\ufeff")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for found in (_LABEL.search(body[:2048]), _LABEL.search(content_type.encode("ascii", "replace"))):
        label = found[1].decode("ascii", "replace").lower() if found else ""
        if label in _WINDOWS:
            return body.decode("cp1252", "replace")
        if _SINGLE_BYTE.fullmatch(label):
            return body.decode(label, "replace")
    return body.decode("utf-8", "ordskifte-windows")


def without_controls(text: str) -> str:
    """Without the characters that neither XML nor a reader has any use for."""
    return _CONTROLS.sub("", text)


def one_line(text: str) -> str:
    """All whitespace, hard spaces among it, as single spaces."""
    return _SPACE.sub(" ", text).strip()


def unescaped(text: str, *, times: int = 1) -> str:
    """Character references resolved, those that end in a semicolon alone ("&notat" stays). A second time for what was escaped twice."""
    for _ in range(times):
        if "&" not in text:
            break
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return without_controls(text)


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there is a word's end near, with an ellipsis for what is gone."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ", limit * 3 // 4)
    return (head[:space] if space > 0 else head).rstrip(" ,.;:–-") + "…"


_INLINE = re.compile(
    r"</?(?:b|i|em|strong|u|span|font|small|sup|sub|a|mark|cite|q|s|br|p|wbr)(?:\s[^<>]{0,2000})?/?>", re.IGNORECASE
)


def title(markup: str, *, is_html: bool = False) -> str:
    """A heading as one line. Marks of emphasis go; every other tag stays as the text it is, since headings do mention tags."""
    text = _INLINE.sub(lambda tag: " " if tag[0][1:3].lower() in ("br", "p>", "/p") else "", markup)
    return one_line(unescaped(text, times=2 if is_html else 1))


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag in a piece of markup: its lower-case name, "/name" for a closing one, and the whole of it."""

    name: str
    raw: str


_TAG_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:-]{0,40}")
_TAG_STOP = re.compile(r"[>\"']")
_UNREAD = {
    name: re.compile(f"</{name}", re.IGNORECASE)
    for name in ("script", "style", "template", "iframe", "noscript", "svg", "object")
}
_BLOCK_NAMES = "p div br li ul ol h1 h2 h3 h4 h5 h6 tr table blockquote section article header footer figure figcaption hr dl dt dd pre"
_BLOCKS = frozenset(_BLOCK_NAMES.split())


def tokens(markup: str) -> Iterator[str | Tag]:
    """The running text and the tags of a piece of HTML, in linear time. Comments, scripts and the like are left out."""
    position = 0
    while True:
        start = markup.find("<", position)
        if start < 0:
            yield markup[position:]
            return
        yield markup[position:start]
        named = _TAG_NAME.match(markup, start + 1)
        if named is None:
            if markup.startswith("<!--", start):
                end = _after(markup, "-->", start + 4)
            elif markup.startswith(("<!", "<?"), start):
                end = _after(markup, ">", start)
            else:
                yield "<"
                end = start + 1
        else:
            end = _tag_end(markup, named.end())
            name = named[0].lower()
            yield Tag(name, markup[start:end])
            if name in _UNREAD and end > 0:
                closing = _UNREAD[name].search(markup, end)
                end = closing.start() if closing else -1
        if (
            end < 0
        ):  # it never ends: a browser shows nothing of the rest, and looking again would take its time each time
            return
        position = end


def _after(text: str, mark: str, start: int) -> int:
    found = text.find(mark, start)
    return -1 if found < 0 else found + len(mark)


def _tag_end(markup: str, start: int) -> int:
    """Behind the tag's ">"; a ">" between quotes is not it, unless the quote never closes."""
    position = start
    while (stop := _TAG_STOP.search(markup, position)) is not None:
        if stop[0] == ">":
            return stop.end()
        closing = markup.find(stop[0], stop.end())
        if closing < 0:
            return _after(markup, ">", stop.end())
        position = closing + 1
    return -1


def plain(markup: str) -> str:
    """What a reader would read of a piece of HTML: paragraphs as lines, each without needless space."""
    pieces: list[str] = []
    for token in tokens(markup):
        if isinstance(token, Tag):
            pieces.append("\x1e" if token.name.removeprefix("/") in _BLOCKS else "")
        else:
            pieces.append(unescaped(token, times=2))
    lines = (one_line(line) for line in "".join(pieces).split("\x1e"))
    return "\n".join(line for line in lines if line)


_ATTRIBUTE = re.compile(r"([A-Za-z][\w:-]{0,40})\s{0,20}=\s{0,20}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_MOST_IMAGES = 30


def images(markup: str) -> list[tuple[str, str | None]]:
    """(address, alternative text or None) of the first images in a piece of HTML, as written there."""
    found = []
    for token in tokens(markup):
        if isinstance(token, Tag) and token.name == "img" and len(token.raw) <= 8_000:
            attributes = {
                match[1].lower(): unescaped(match[2] or match[3] or match[4] or "")
                for match in _ATTRIBUTE.finditer(token.raw)
            }
            if attributes.get("src"):
                found.append((attributes["src"], one_line(attributes["alt"]) if "alt" in attributes else None))
            if len(found) >= _MOST_IMAGES:
                break
    return found
