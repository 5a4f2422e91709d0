"""How long a text is as a platform counts it, and everything that stops a post, told at once.

Knows the limits it is given and nothing else: no platform by name, no network, no clock. Where a platform's own counting is
not exactly known the count here is never the smaller one, so that what passes here passes there.
"""

from __future__ import annotations

import re
import unicodedata
from typing import assert_never

from connectors.contract import Complaint, Counting, Limits, OutgoingPost

ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def _graphemes(text: str) -> int:
    """Characters as a reader sees them: an accent, a skin tone or what a joiner binds counts with what stands before it."""
    count = 0
    open_flag = joined = False
    for sign in text:
        point = ord(sign)
        if sign == _JOINER:
            joined = True
            continue
        if unicodedata.category(sign) in ("Mn", "Me", "Mc") or point in _SKIN_TONES:
            count = max(count, 1)
            continue
        closes_flag = open_flag and point in _FLAG_LETTERS
        if not (joined or closes_flag):
            count += 1
        open_flag = point in _FLAG_LETTERS and not closes_flag
        joined = False
    return count


def _count(text: str, counting: Counting) -> int:
    match counting:
        case Counting.CODE_POINTS:
            return len(text)
        case Counting.GRAPHEMES:
            return _graphemes(text)
        case Counting.UTF16:
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        case _:
            assert_never(counting)


def length(text: str, limits: Limits) -> int:
    """The length of `text` as the platform of `limits` counts it."""
    if limits.link_weight is None:
        return _count(text, limits.counting)
    addresses = len(ADDRESS.findall(text))
    return _count(ADDRESS.sub("", text), limits.counting) + addresses * limits.link_weight


def complaints(post: OutgoingPost, limits: Limits) -> frozenset[Complaint]:
    """Everything that stops this post under these limits. An empty set of image types means that the platform named none."""
    found = set[Complaint]()
    if not post.text.strip() and not post.images:
        found.add(Complaint.EMPTY)
    if length(post.text, limits) > limits.characters:
        found.add(Complaint.TOO_LONG)
    if len(post.images) > limits.images:
        found.add(Complaint.TOO_MANY_IMAGES)
    for image in post.images:
        if limits.image_bytes and len(image.content) > limits.image_bytes:
            found.add(Complaint.IMAGE_TOO_LARGE)
        if limits.image_types and image.content_type not in limits.image_types:
            found.add(Complaint.IMAGE_TYPE)
        if limits.alt_characters and len(image.alt_text) > limits.alt_characters:
            found.add(Complaint.ALT_TOO_LONG)
    return frozenset(found)
