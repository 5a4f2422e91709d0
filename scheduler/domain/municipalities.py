"""What a municipality and a unit may be called, and the slug that stands first in a municipality's paths.

Knows texts. Knows nothing of rows or pages.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

LONGEST_NAME = 120
LONGEST_SLUG = 60
#: Languages a municipality may show its pages in.
PAGE_LANGUAGES = ("nb", "nn", "en")
#: First parts of a path that belong to the installation itself.
RESERVED_SLUGS = frozenset(
    {"api", "demo", "favicon.ico", "health", "metrics", "practice", "robots.txt", "static", "webhooks", "website"}
)

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")
_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "đ": "d", "ŋ": "n", "ŧ": "t", "ß": "ss"})
_SUFFIXES = (" kommune", " kommuna", " suohkan", " gielda", " tjïelte", " komuuni")


class MunicipalityRefusal(StrEnum):
    """Why a municipality or a unit was not added."""

    NAME_EMPTY = "name_empty"
    NAME_TOO_LONG = "name_too_long"
    NAME_TAKEN = "name_taken"
    SLUG_MALFORMED = "slug_malformed"
    SLUG_RESERVED = "slug_reserved"
    SLUG_TAKEN = "slug_taken"
    HOST_MALFORMED = "host_malformed"
    HOST_TAKEN = "host_taken"
    LANGUAGE_UNKNOWN = "language_unknown"


def slug_of(name: str) -> str:
    """The slug proposed for a name: "Bømlo kommune" → "bomlo". "" where the name has no letter or figure to give."""
    text = " ".join(name.lower().split())
    for suffix in _SUFFIXES:
        text = text.removesuffix(suffix)
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].rstrip("-")


def slug_faults(slug: str) -> set[MunicipalityRefusal]:
    """What is wrong with a slug."""
    if len(slug) > LONGEST_SLUG or not _SLUG.fullmatch(slug):
        return {MunicipalityRefusal.SLUG_MALFORMED}
    return {MunicipalityRefusal.SLUG_RESERVED} if slug in RESERVED_SLUGS else set()


def host_faults(host: str) -> set[MunicipalityRefusal]:
    """What is wrong with a host name of the municipality's own (in lower case, as a browser sends it)."""
    return set() if _HOST.fullmatch(host) else {MunicipalityRefusal.HOST_MALFORMED}


def name_faults(name: str) -> set[MunicipalityRefusal]:
    """What is wrong with the name (single spaces, none around it) of a municipality or a unit."""
    if not name:
        return {MunicipalityRefusal.NAME_EMPTY}
    return {MunicipalityRefusal.NAME_TOO_LONG} if len(name) > LONGEST_NAME else set()
