"""The sample municipality's website: a front page, news pages with pictures, two feeds, and a desk where one can correct or remove news.

A prop for the demo, served on loopback; what it changes is kept in a file of its own, so that the product meets it as it meets any site.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, redirect, render_template, request, url_for

from ordskifte.demo import pictures
from ordskifte.demo.news import NEWS, NewsText


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A news item as it stands on the site."""

    text: NewsText
    published_at: datetime
    corrected: bool


class Site:
    """What the site remembers: when it began, what was corrected and what was removed."""

    def __init__(self, file: Path, *, began_at: datetime) -> None:
        self._file = file
        if not file.exists():
            self._write({"began_at": began_at.isoformat(), "corrected": [], "removed": []})

    def news(self, *, school: bool | None = None) -> list[Standing]:
        """What stands there, newest first; the school's, the others', or all."""
        kept = self._read()
        began_at = datetime.fromisoformat(kept["began_at"])
        found = [
            Standing(
                text=replace(text, lead=text.correction)
                if text.slug in kept["corrected"] and text.correction
                else text,
                published_at=began_at - timedelta(hours=text.hours_old),
                corrected=text.slug in kept["corrected"],
            )
            for text in NEWS
            if text.slug not in kept["removed"] and school in {None, text.school}
        ]
        return sorted(found, key=lambda each: each.published_at, reverse=True)

    def correct(self, slug: str) -> None:
        """The editor corrects an item."""
        self._mark("corrected", slug)

    def remove(self, slug: str) -> None:
        """The editor takes an item away: out of the feed, and its page answers 404."""
        self._mark("removed", slug)

    def _mark(self, what: str, slug: str) -> None:
        kept = self._read()
        if slug not in kept[what]:
            kept[what].append(slug)
            self._write(kept)

    def _read(self) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        return kept

    def _write(self, kept: dict[str, Any]) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(kept), encoding="utf-8")
        fresh.replace(self._file)


def make_website(site: Site) -> Flask:
    """The site as an app of its own, to be mounted beside the product."""
    app = Flask("ordskifte.demo.website", template_folder=str(Path(__file__).parent / "templates"), static_folder=None)

    @app.after_request
    def guard(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        )
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    @app.get("/")
    def front() -> str:
        return render_template("front.html", news=site.news())

    @app.get("/style.css")
    def style() -> Response:
        return Response(
            (Path(__file__).parent / "templates" / "website.css").read_text(encoding="utf-8"), mimetype="text/css"
        )

    @app.get("/news/<slug>")
    def item(slug: str) -> str:
        return render_template("item.html", item=_find(site, slug))

    @app.get("/pictures/<int:number>.jpg")
    def drawing(number: int) -> Response:
        if number >= len(NEWS):
            abort(404)
        return Response(pictures.picture(number), mimetype="image/jpeg")

    @app.get("/feed.xml")
    def feed() -> Response:
        return _feed("Fjordvik kommune", site.news(school=False))

    @app.get("/school.xml")
    def school_feed() -> Response:
        return _feed("Fjordvik skule", site.news(school=True))

    @app.post("/news/<slug>/<deed>")
    def edit(slug: str, deed: str) -> Any:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            abort(403)
        _find(site, slug)
        if deed not in {"correct", "remove"}:
            abort(404)
        (site.correct if deed == "correct" else site.remove)(slug)
        return redirect(url_for("front"), 303)

    return app


def _find(site: Site, slug: str) -> Standing:
    found = next((each for each in site.news() if each.text.slug == slug), None)
    if found is None:
        abort(404)
    return found


def _feed(title: str, news: list[Standing]) -> Response:
    body = render_template("feed.xml", title=title, news=news, rfc822=lambda at: format_datetime(at.astimezone(UTC)))
    return Response(body, mimetype="application/rss+xml")
