"""Feeds of a municipality that does not exist, right and wrong in the ways that real ones are."""

from __future__ import annotations

SITE = "https://www.fjordvik.example/"
ADDRESS = SITE + "rss"

_NAMESPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def an_item(
    title: str | None = "Symjehallen opnar att",
    link: str | None = SITE + "aktuelt/symjehallen",
    *,
    guid: str | None = None,
    date: str | None = None,
    description: str | None = None,
    more: str = "",
) -> str:
    """One item; what is None is left out altogether. Everything goes in as it stands: escape it yourself."""
    parts = {"title": title, "link": link, "guid": guid, "pubDate": date, "description": description}
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in parts.items() if value is not None)
    return f"<item>{inside}{more}</item>"


def rss(*items: str, encoding: str = "utf-8", declared: str = "utf-8", language: str = "no", before: str = "") -> bytes:
    text = (
        f'{before}<?xml version="1.0" encoding="{declared}"?>\n<rss version="2.0" {_NAMESPACES}><channel><title>Nytt frå Fjordvik kommune'
        f"</title><link>{SITE}</link><description>Siste nytt</description><language>{language}</language>{''.join(items)}</channel></rss>"
    )
    return text.encode(encoding)


def atom(*entries: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nb"><title>Fjordvik</title>'
        f"<id>urn:fjordvik</id><updated>2026-03-04T13:00:00Z</updated>{''.join(entries)}</feed>"
    ).encode()
