"""Feeds and pages as a municipality's website gives them, written by a test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tests.connectors.server import Answer, Server, feed

ADDRESS = "/rss"


@dataclass(frozen=True, kw_only=True)
class News:
    """One item of the listing. `path`: its page on the site; `guid` None: the site gives none."""

    path: str
    title: str = "Ny gangvei åpner"
    lead: str = "Kommunen har bygget en ny gangvei, og den er nå åpen for alle som går til skolen."
    guid: str | None = None
    date: str = "Tue, 03 Mar 2026 08:00:00 +0100"
    picture: str | None = None


def listing(site: Server, *news: News, title: str = "Nyheter - Fjordvik kommune", broken: bool = False) -> bytes:
    """The feed as RSS; `broken`: it breaks off in the middle of its last element."""
    items = "".join(_item(site, each) for each in news)
    text = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{escape(title)}</title><link>{site.url}/</link>{items}'
    return (text + ("<item><title>Halv" if broken else "</channel></rss>")).encode()


def lists(site: Server, *news: News, broken: bool = False, **headers: str) -> None:
    """From now on the site lists exactly this."""
    site.answers[ADDRESS] = feed(listing(site, *news, broken=broken), **headers)


def stands(site: Server, *paths: str) -> None:
    """These pages answer."""
    for path in paths:
        site.answers[path] = Answer(body=b"<!doctype html><title>Side</title>", headers={"Content-Type": "text/html"})


def some(count: int) -> Sequence[News]:
    """So many different items, the newest first."""
    return [News(path=f"/nyhet/{number}", title=f"Sak {number}", guid=f"sak-{number}") for number in range(count)]


def _item(site: Server, news: News) -> str:
    guid = f'<guid isPermaLink="false">{escape(news.guid)}</guid>' if news.guid else ""
    picture = f'<enclosure url="{site.url}{news.picture}" type="image/jpeg" length="0"/>' if news.picture else ""
    return (
        f"<item><title>{escape(news.title)}</title><link>{site.url}{news.path}</link>{guid}{picture}"
        f"<description>{escape(news.lead)}</description><pubDate>{news.date}</pubDate></item>"
    )
