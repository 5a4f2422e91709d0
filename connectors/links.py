"""Addresses on the web as feeds and pages write them: made whole, and made comparable.

Decides which address two items share although one carries tracking marks, a fragment or a closing slash. Only http and https count.
Knows nothing of the network: nothing is fetched here. Pure.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

LONGEST = 2_000
_TRACKING = re.compile(
    r"(?:utm_.*|fbclid|gclid|dclid|msclkid|igshid|mc_[ce]id|_ga|_gl|yclid|twclid|li_fat_id|mtm_.*|pk_.*|at_medium|at_campaign)",
    re.IGNORECASE,
)
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff<>\"]")
_NO_HOST = re.compile(r"https?:(?!//[^/?#])", re.IGNORECASE)  # urljoin would take these for relative
_HOST = re.compile(r"[^\s%/\\?#@<>\"{}|^`\[\]]{1,253}")
_PORTS = {"http": 80, "https": 443}


def names_host(host: str | None) -> bool:
    """Whether this could be the name, or the number, of a machine: no spaces, no percent signs."""
    return host is not None and _HOST.fullmatch(host) is not None


def absolute(address: str, base: str) -> str | None:
    """The whole address of what a page or feed at `base` calls `address`, or None where that is no place on the web."""
    address = re.sub(r"[\t\r\n]", "", address).strip().replace(" ", "%20")
    if not address or len(address) > LONGEST or _UNWRITABLE.search(address) or _NO_HOST.match(address):
        return None
    try:
        whole = urljoin(base, address)
        parts = urlsplit(whole)
        if (
            parts.scheme.lower() not in _PORTS
            or not names_host(parts.hostname)
            or "@" in parts.netloc
            or parts.port == 0
        ):
            return None
    except ValueError:
        return None
    return whole if len(whole) <= LONGEST else None


def canonical(address: str) -> str | None:
    """One spelling for all the addresses of one page: no tracking, fragment, default port or closing slash. Idempotent; None if no web address."""
    whole = absolute(address, "")
    if whole is None:
        return None
    parts = urlsplit(whole)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    if not host:
        return None
    netloc = f"[{host}]" if ":" in host else host
    if parts.port is not None and parts.port != _PORTS[scheme]:
        netloc += f":{parts.port}"
    kept = [pair for pair in parts.query.split("&") if pair and not _TRACKING.fullmatch(pair.partition("=")[0])]
    return urlunsplit((scheme, netloc, parts.path.rstrip("/"), "&".join(kept), ""))
